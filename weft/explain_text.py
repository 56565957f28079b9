"""Explanations laid out for people."""

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graph.explain.answer import (
    ChosenField,
    Comparison,
    Conflicts,
    Explanation,
    GatheredField,
    Member,
    OtherValue,
    Reason,
    RecordName,
    State,
    StatedLink,
    Subject,
)
from graph.explain.view import View


def show_explanation(view: View, told: Explanation, console: Console, limit: int) -> None:
    """Print what made one entity: records, joins, guards, links, fields."""
    _show_subject(view, told.subject, console, limit)
    if told.members:
        _show_members(told.members, console)
        _show_reasons("Why they are one", told.together, console, limit)
        _show_reasons("Kept apart from it", told.apart, console, limit, but=told.key)
        _show_fields(told, console, limit)
    elif told.subject.candidates:
        _show_reasons("Why they are not one", told.apart, console, limit, but="")
    _show_links(view, told.links, told.key, console, limit)


def show_comparison(view: View, told: Comparison, console: Console, limit: int) -> None:
    """Print why two things are one, or are not."""
    one, other = told.subjects
    _show_subject(view, one, console, limit)
    if told.a != told.b or told.a is None:
        _show_subject(view, other, console, limit)
    else:
        for subject in told.subjects:
            if subject.identifier:
                _say(console, f"  {subject.asked} is stated by {_names(subject.records)}")
    if told.a is None or told.b is None:
        return
    _head(console, "They are one thing" if told.same else "They are two things")
    _show_each(told.because or told.apart, console, limit)
    _show_links(view, told.links, None, console, limit)


def show_conflicts(view: View, found: Conflicts, console: Console, limit: int) -> None:
    """Print how often sources disagree, by field and pair of sources, and then where."""
    if not found.conflicts:
        _say(console, "no records of one thing disagree")
        return
    table = _table("field", "source", "and source")
    table.add_column("entities", justify="right")
    for count in found.counts:
        table.add_row(count.field, *count.sources, str(count.entities))
    console.print(table)
    shown = found.conflicts[:limit]
    names = view.reader.names(view.iri(each.entity) for each in shown)
    for conflict in shown:
        name = names.get(view.iri(conflict.entity), "")
        console.print(
            Text.assemble(
                "\n", (conflict.field, "bold"), " of ", name, (f"  {conflict.entity}", "dim")
            )
        )
        for each in conflict.values:
            mark = "*" if each.value == conflict.chosen else " "
            line = Text.assemble(f"  {mark} ", each.value, (f"  {_names(each.records)}", "dim"))
            console.print(line)
    _say(console, "")
    _say_more(console, len(found.conflicts) - limit)
    _say(console, "* is the value chosen; `weft explain KEY` tells why they are one thing")


def _show_subject(view: View, subject: Subject, console: Console, limit: int) -> None:
    if subject.title:
        console.print(Text(subject.title, "bold"))
    if subject.key is not None and subject.state is not State.TOMBSTONE:
        kind = "stub" if subject.state is State.STUB else subject.kind
        console.print(Text.assemble(f"{kind}  {subject.key}  ", (subject.iri or "", "dim")))
    for old in subject.redirected_from:
        _say(console, f"{old} was merged into it and leads here")
    if subject.message:
        _say(console, subject.message)
    shown = subject.candidates[:limit]
    names = view.reader.names(map(view.iri, shown))
    for key in shown:
        _say(console, f"  {key}  {names.get(view.iri(key), '')}")
    _say_more(console, len(subject.candidates) - limit)


def _show_members(members: Sequence[Member], console: Console) -> None:
    _head(console, _count(len(members), "record"))
    table = _table("#", "source", "OAI identifier", "status", "changed", "harvested")
    for number, each in enumerate(members, 1):
        days = each.datestamp[:10], each.harvested_at[:10]
        table.add_row(str(number), each.source, Text(each.record), each.status, *days)
    _indented(console, table)


def _show_reasons(
    title: str, reasons: Sequence[Reason], console: Console, limit: int, but: str | None = None
) -> None:
    if reasons:
        _head(console, title)
        _show_each(reasons[:limit], console, limit, but)
        _say_more(console, len(reasons) - limit)


def _show_each(
    reasons: Iterable[Reason], console: Console, limit: int, but: str | None = None
) -> None:
    """Each reason with its rule, its evidence and records.

    With `but` they are named with their entities, but for those of that one.
    """
    for each in reasons:
        head = Text.assemble((each.rule, "bold"), f"  {each.evidence}")
        if each.at:
            head.append(f"  decided {each.at[:10]}", "dim")
        _indented(console, head)
        if each.sentence:
            _indented(console, Text(each.sentence), 4)
        named = set(each.records)
        parties = [p for p in each.about if p.record in named and (but is None or p.entity != but)]
        for party in parties[:limit]:
            belongs = f"  of {party.entity or 'no entity'}" if but is not None else ""
            _indented(console, Text(f"{party.source}  {party.record}{belongs}", "dim"), 4)
        _say_more(console, len(parties) - limit)


def _show_fields(told: Explanation, console: Console, limit: int) -> None:
    _head(console, "Where its fields come from")
    rows = [
        (name if place == 0 else "", *row)
        for name, field in told.fields.items()
        for place, row in enumerate(_field_rows(field, told.members, limit))
    ]
    columns = ("field", "value", "from", "others say")
    n_columns = 4 if any(row[3] for row in rows) else 3
    table = _table(*columns[:n_columns])
    for row in rows:
        table.add_row(*map(Text, row[:n_columns]))
    _indented(console, table)


def _field_rows(
    field: ChosenField | GatheredField, members: Sequence[Member], limit: int
) -> list[tuple[str, str, str]]:
    """Value, where from, and what the others say; values from the same records share a row."""
    if isinstance(field, ChosenField):
        origin = (field.origin, *field.agree) if field.origin else ()
        others = (f"{_short(each, members)}: {_listed(each.value, limit)}" for each in field.others)
        return [(_listed(field.value, limit), _shared(origin, members), "\n".join(others))]
    by_records: dict[tuple[RecordName, ...], list[str]] = {}
    for each in field.values:
        by_records.setdefault(each.records, []).append(each.value)
    return [
        (_listed(values, limit), _shared(records, members), "")
        for records, values in by_records.items()
    ]


def _shared(records: Sequence[RecordName], members: Sequence[Member]) -> str:
    if len(records) == len(members) > 1:
        return f"all {len(members)} records"
    return ", ".join(_short(each, members) for each in records)


def _short(record: RecordName | OtherValue, members: Sequence[Member]) -> str:
    """The source alone where that tells the records of the entity apart, else with its number."""
    same_source = [each for each in members if each.source == record.source]
    if len(same_source) == 1:
        return record.source
    place = next(n for n, each in enumerate(members, 1) if each.name == _name(record))
    return f"{record.source} #{place}"


def _name(record: RecordName | OtherValue) -> RecordName:
    return RecordName(record.source, record.record)


def _names(records: Iterable[RecordName]) -> str:
    return ", ".join(f"{each.source} {each.record}" for each in records)


def _listed(values: str | Sequence[str], limit: int) -> str:
    if isinstance(values, str):
        return values
    shown = "; ".join(values[:limit])
    left = len(values) - limit
    return f"{shown} and {left:,} more" if left > 0 else shown


def _show_links(
    view: View, links: Sequence[StatedLink], key: str | None, console: Console, limit: int
) -> None:
    if not links:
        return
    _head(console, _count(len(links), "link"))
    shown = links[:limit]
    names = view.reader.names(
        {view.iri(end) for each in shown for end in (each.source, each.target)}
    )
    for each in shown:
        ends = [_end(end, names.get(view.iri(end), ""), key) for end in (each.source, each.target)]
        _indented(console, Text.assemble(ends[0], (f" {each.relation} ", "bold"), ends[1]))
        for said in each.stated_by:
            how = f"{said.source} {said.record}: {said.stated_as} {said.target_as}"
            read = f"  harvested {said.at[:10]}, rule {said.rule}"
            _indented(console, Text.assemble(how, (read, "dim")), 4)
    _say_more(console, len(links) - limit)


def _end(end: str, name: str, key: str | None) -> str:
    return "it" if end == key else f"{name} ({end})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _head(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", "bold"))


def _indented(console: Console, what: RenderableType, columns: int = 2) -> None:
    console.print(Padding(what, (0, 0, 0, columns), expand=False))


def _table(*names: str) -> Table:
    table = Table(box=None)
    for name in names:
        table.add_column(name, overflow="fold")  # an identifier without its end is none
    return table


def _say(console: Console, text: str) -> None:
    console.print(Text(text))


def _say_more(console: Console, left: int) -> None:
    if left > 0:
        _say(console, f"  {left:,} more: raise --limit, or ask for --json")
