"""Links laid out for people: both ends, the relation, and who states it in which words."""

from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from search.metadata.end import End
from search.metadata.stated_link import StatedLink

START, END = "start", "end"
AS_STATED: Final = {"source": START, "target": END}
"""What the ends of a link are called that is read in its canonical direction."""
TURNED: Final = {"source": END, "target": START}
"""And of one that is read the other way."""


def show_link(out: Console, link: StatedLink) -> None:
    """Print a link: both ends, the relation, and who states it in which words."""
    out.print()
    out.print(_indented(named(link.source_entity), 2))
    out.print(_indented(Text.assemble((link.relation, "bold"), "  ", named(link.target_entity)), 4))
    show_statements(out, link, 6)


def show_statements(
    out: Console, link: StatedLink, columns: int, sides: Mapping[str, str] = AS_STATED
) -> None:
    """Print who states a link, in which words, when, and by which rule it was read.

    Args:
        out: where to.
        link: the link.
        columns: that lines are moved in.
        sides: what its ends are called, `AS_STATED` or `TURNED`.
    """
    match link.stated_from:
        case "both":
            told = "stated at both ends"
        case "neither":
            told = "stated by no record"
        case side:
            told = f"stated at its {sides[side]} only"
    out.print(_indented(Text(told, "italic"), columns))
    for said in link.stated_by:
        line = Text.assemble(
            f"{said.source} {said.record} ({sides[said.side]}): {said.stated_as} {said.target_as}",
            (f"  harvested {said.at[:10]}, rule {said.rule}", "dim"),
        )
        out.print(_indented(line, columns))


def named(end: End) -> Text:
    """An entity for people: its title, kind and key."""
    name = end.name or next(iter(end.identifiers), "without a name")
    kind = "stub" if end.is_stub else end.kind
    return Text.assemble(name, (f"  {kind} {end.key}", "dim"))


def _indented(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)
