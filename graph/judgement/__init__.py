"""What a person judged of pairs of records: which are one thing, which are not.

`read_judgements` reads the file that `weft merge review` writes and a person edits.
"""

from graph.judgement.judge import (
    Judgement,
    Judgements,
    every_pair,
    judge,
    read_judgements,
    read_sheet,
)
from graph.judgement.rows import RecordName, ResolvedRow, Resolver, Verdict, resolve_rows
from graph.judgement.sheet import (
    COLUMNS,
    Fault,
    Row,
    Sheet,
    SheetRefused,
    format_sheet,
    joined_columns,
    new_row,
    parse_sheet,
)

__all__ = [
    "COLUMNS",
    "Fault",
    "Judgement",
    "Judgements",
    "RecordName",
    "ResolvedRow",
    "Resolver",
    "Row",
    "Sheet",
    "SheetRefused",
    "Verdict",
    "every_pair",
    "format_sheet",
    "joined_columns",
    "judge",
    "new_row",
    "parse_sheet",
    "read_judgements",
    "read_sheet",
    "resolve_rows",
]
