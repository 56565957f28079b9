"""Finds out what a key, an IRI or an identifier in any spelling stands for in a release."""

import re
from typing import Final

from graph.explain.answer import State, Subject
from graph.explain.view import View
from graph.identifiers import recognise
from graph.relation import WEFT
from graph.vocabulary import SCHEMA

_KEY: Final = re.compile(r"[a-z2-7]{13}")
_RECORD_PATH: Final = re.compile(r"""record/[^\s<>"{}|\\^`#]+""")
_IDENTIFIER: Final = SCHEMA + "identifier"


def find_subject(view: View, text: str) -> Subject:
    """What a text stands for: a key, the IRI of an entity or a record, or an identifier.

    Never fails: what the release does not know is a subject of state `unknown`, with a message.
    """
    asked = text.strip()
    path = asked.removeprefix(view.base_iri) if asked.startswith(view.base_iri) else ""
    key = path.removeprefix("id/").partition("#")[0] if path.startswith("id/") else asked
    if _KEY.fullmatch(key) and (subject := _by_key(view, asked, key)):
        return subject
    if path:
        return _by_record_path(view, asked, path)
    return _by_identifier(view, asked)


def _by_key(view: View, asked: str, key: str) -> Subject | None:
    """The entity with a key, or the one that took its place; None when there never was one."""
    passed: list[str] = []
    while (target := view.reader.redirect(view.iri(key))) and key not in passed:
        passed.append(key)
        key = view.key(target)
    state = _state(view, key)
    if state is State.UNKNOWN:
        return None
    if state is State.TOMBSTONE:
        return Subject(
            asked=asked,
            state=state,
            key=key,
            iri=view.iri(key),
            redirected_from=tuple(passed),
            message=f"{key} has no live record left: its sources deleted or dropped them all",
        )
    return _known(view, asked, key, state, redirected_from=tuple(passed))


def _by_record_path(view: View, asked: str, path: str) -> Subject:
    if _RECORD_PATH.fullmatch(path) and view.member(asked).record:
        return _by_records(view, asked, (asked,))
    return Subject(asked=asked, state=State.UNKNOWN, message=f"this release has no {asked}")


def _by_identifier(view: View, asked: str) -> Subject:
    recognised = recognise(asked)
    identifier = str(recognised or asked)
    carriers = view.reader.carriers(identifier)
    whole = tuple(iri for iri in carriers if not view.reader.has(iri, WEFT + "Stub"))
    candidates = tuple(map(view.key, whole or carriers))
    if len(candidates) > 1:
        return Subject(
            asked=asked,
            state=State.SEVERAL,
            candidates=candidates,
            identifier=identifier,
            message=f"{len(candidates)} entities carry {identifier}",
        )
    if candidates:
        (key,) = candidates
        return _known(view, asked, key, _state(view, key), identifier=identifier)
    if records := view.records_named(asked):
        return _by_records(view, asked, records)
    message = f"no entity of this release has the identifier {identifier}"
    if recognised is None:
        message = f"{asked!r} is no key, IRI or identifier that this release knows"
    return Subject(asked=asked, state=State.UNKNOWN, message=message)


def _by_records(view: View, asked: str, records: tuple[str, ...]) -> Subject:
    """What the records with one OAI identifier belong to."""
    by_key = {key: record for record in records if (key := view.entity_of(record))}
    identifier = view.member(records[0]).record
    if len(by_key) > 1:
        keys = tuple(sorted(by_key))
        message = f"{len(keys)} entities have a record {identifier}"
        return Subject(asked=asked, state=State.SEVERAL, candidates=keys, message=message)
    if by_key:
        ((key, record),) = by_key.items()
        return _known(view, asked, key, State.ENTITY, identifier=identifier, record=record)
    told = ", ".join(f"{each.status} in {each.source}" for each in map(view.member, records))
    message = f"the record {identifier} is {told}; no entity is left of it"
    return Subject(asked=asked, state=State.GONE, identifier=identifier, message=message)


def _state(view: View, key: str) -> State:
    iri = view.iri(key)
    if view.members(key):
        return State.ENTITY
    for state, rdf_class in ((State.STUB, "Stub"), (State.TOMBSTONE, "Tombstone")):
        if view.reader.has(iri, WEFT + rdf_class):
            return state
    return State.UNKNOWN


def _known(  # noqa: PLR0913  # the two ways to be asked for
    view: View,
    asked: str,
    key: str,
    state: State,
    *,
    redirected_from: tuple[str, ...] = (),
    identifier: str = "",
    record: str = "",
) -> Subject:
    iri = view.iri(key)
    members = (record,) if record else view.members(key)
    if identifier and not record:
        members = tuple(
            each for each in members if identifier in view.reader.objects(iri, _IDENTIFIER, each)
        )
    return Subject(
        asked=asked,
        state=state,
        key=key,
        iri=iri,
        title=view.reader.names([iri]).get(iri, ""),
        kind=view.reader.kind(iri),
        redirected_from=redirected_from,
        identifier=identifier,
        records=tuple(map(view.record_name, members)),
        message=(
            "no source has delivered it: it is known as the target of links only"
            if state is State.STUB
            else ""
        ),
    )
