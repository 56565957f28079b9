"""How the rows of a list ended, as one HTML file that needs nothing else: no script, no network."""

from collections.abc import Iterator
from html import escape
from typing import Final

from graph.iris import entity_iri
from search.holdings.cells import one_line
from search.holdings.result import Match, Outcome, Status
from search.words import WORDS, Words, fill, plural

_STYLE: Final = """
:root { color-scheme: light dark; --line: #c9c6bd; --soft: #5b6664; --accent: #0f5f57; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3b4644; --soft: #a3afac; --accent: #74d0bf; }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
a { color: var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); white-space: nowrap; }
.totals { width: auto; } .totals td { text-align: right; padding-left: 2rem; }
.note { color: var(--soft); }
@media (max-width: 40rem) { .rows { display: block; overflow-x: auto; } }
"""


def outcome_html_pieces(outcome: Outcome, base_iri: str, *, name: str, day: str) -> Iterator[bytes]:
    """The file as UTF-8, piece by piece.

    Args:
        outcome: the list against the release.
        base_iri: where the IRIs of the release begin.
        name: of the list.
        day: when the release was made, YYYY-MM-DD.
    """
    yield "".join(_head(outcome, base_iri, name, day)).encode()
    for status in Status:
        yield "".join(_section_head(outcome, status)).encode()
        if getattr(outcome, status.value):
            yield _TABLE_HEAD.encode()
            for match in outcome.results:
                if match.status is status:
                    yield _row(match, base_iri).encode(errors="replace")
            yield b"</tbody></table>"
        yield b"</section>\n"
    yield "".join(_problems(outcome)).encode(errors="replace")
    yield b"</body></html>\n"


def _head(outcome: Outcome, base_iri: str, name: str, day: str) -> Iterator[str]:
    title = escape(fill(_word("report", "title"), name=one_line(name)))
    made = fill(_word("report", "made"), number=str(outcome.release), day=day, site=base_iri)
    yield (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f'<h1><bdi>{title}</bdi></h1><p class="note">{escape(made)}</p>'
        '<table class="totals"><tbody>'
    )
    for status in Status:
        n_rows = getattr(outcome, status.value)
        yield (
            f'<tr><th scope="row"><a href="#{status.value}">{_word("statuses", status.value)}</a>'
            f"</th><td>{n_rows}</td></tr>"
        )
    total = _word("result", "total")
    yield f'<tr><th scope="row">{total}</th><td>{outcome.rows}</td></tr></tbody></table>'
    yield f'<p class="note">{escape(_word("result", "absence"))}</p>'


def _section_head(outcome: Outcome, status: Status) -> Iterator[str]:
    n_rows = getattr(outcome, status.value)
    yield f'<section id="{status.value}"><h2>{_word("statuses", status.value)} · {n_rows}</h2>'
    yield f"<p>{escape(_word('status_notes', status.value))}</p>"


def _row(match: Match, base_iri: str) -> str:
    title = escape(one_line(match.title)) or f"({_word('result', 'untitled')})"
    identifiers = escape(one_line("; ".join(match.identifiers)))
    reason = escape(_reason(match.reason))
    look = ""
    if match.similar and match.similar != match.entity:
        look = f" {_word('result', 'similar')} {_link(base_iri, match.similar)}"
    return (
        f'<tr><td>{match.row}</td><td><span dir="auto">{title}</span>'
        f'<br><span class="note">{identifiers}</span></td>'
        f"<td>{escape(one_line(match.by or ''))}</td>"
        f"<td>{_link(base_iri, match.entity) if match.entity else ''}</td>"
        f"<td>{reason}{look}</td></tr>\n"
    )


def _link(base_iri: str, key: str) -> str:
    return f'<a href="{escape(entity_iri(base_iri, key))}">{escape(key)}</a>'


def _reason(reason: str | None) -> str:
    """A reason in plain words; one that has none yet as it is."""
    words = _words("reasons").get(reason or "", reason or "")
    return words if isinstance(words, str) else ""


def _problems(outcome: Outcome) -> Iterator[str]:
    if not outcome.problems:
        return
    head = plural(_words("result", "problems"), outcome.n_problems)
    yield f"<section><h2>{head}</h2><ul>"
    for problem in outcome.problems:
        where = _word("result", "whole_file")
        if problem.row:
            where = fill(_word("result", "row"), n=problem.row)
        yield f"<li>{where}: <bdi>{escape(one_line(problem.text))}</bdi></li>"
    yield "</ul></section>"


def _words(*path: str) -> Words:
    found = WORDS.holdings
    for name in path:
        inner = found[name]
        if isinstance(inner, str):
            raise TypeError(f"no table of words: {path}")
        found = inner
    return found


def _word(table: str, name: str) -> str:
    found = _words(table)[name]
    if not isinstance(found, str):
        raise TypeError(f"no words: {table}.{name}")
    return found


_TABLE_HEAD: Final = (
    '<table class="rows"><thead><tr>'
    + "".join(
        f'<th scope="col">{_word("result", each)}</th>'
        for each in ("number", "listed", "by", "entity", "reason")
    )
    + "</tr></thead><tbody>\n"
)
