"""Faults of lists: tokens, sizes, ends that never come, selections that are not heeded."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.harvester.misbehaving.answers import Ask, Listing, Reply, oai_error
from tests.harvester.misbehaving.faults import (
    FOR_EVER,
    AskTest,
    Spoil,
    Turn,
    beyond,
    expired,
    instead,
    is_list,
    when,
)
from tests.harvester.misbehaving.repository import Answering, Fault, Misbehaving

# Spoiling the list


def listing(**changes: object) -> Spoil:
    """Another token, size or cursor than the right one."""

    def spoil(reply: Reply) -> Reply:
        page = reply.listing
        assert page is not None
        return replace(reply, listing=replace(page, **changes))  # type: ignore[arg-type]  # fields of Listing

    return spoil


def announcing(difference: int) -> Spoil:
    """completeListSize off by a constant."""

    def spoil(reply: Reply) -> Reply:
        page = reply.listing
        assert page is not None
        if not isinstance(page.size, int):
            return reply
        token = "" if page.token is None else page.token
        return replace(reply, listing=replace(page, size=page.size + difference, token=token))

    return spoil


def with_tokens(spell: Callable[[str], str], read: Callable[[str], str]) -> Fault:
    """Tokens spelt differently on the way out, and read back on the way in."""

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if ask.token is not None:
            try:
                token = read(ask.token)
            except ValueError:
                return oai_error("badResumptionToken", "not a token of ours")
            ask = replace(ask, arguments={**ask.arguments, "resumptionToken": token})
        reply = answering(ask)
        if reply.listing is None or not reply.listing.token:
            return reply
        repository.counts.n_faults_met += 1
        return replace(reply, listing=replace(reply.listing, token=spell(reply.listing.token)))

    return fault


def looping(tokens: tuple[str, ...], after: int) -> Fault:
    """Pages beyond `after` records name these tokens in turn; each leads to one and the same page.

    One token: A leads to A. Two: A to B and back.
    """
    kept: dict[str, Listing] = {}

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if ask.token in tokens:
            repository.counts.n_faults_met += 1
            after_it = tokens[(tokens.index(ask.token) + 1) % len(tokens)]
            return Reply(listing=replace(kept[ask.verb], token=after_it))
        reply = answering(ask)
        if reply.listing and reply.listing.token and beyond(after)(ask, reply):
            kept[ask.verb] = reply.listing
            return replace(reply, listing=replace(reply.listing, token=tokens[0]))
        return reply

    return fault


def for_ever(after: int, *, empty: bool) -> Fault:
    """Lists longer than `after` records never end: there is always a new token.

    Args:
        after: where the list stops moving.
        empty: whether the pages from there on are empty or the same page again.
    """
    kept: dict[str, Listing] = {}
    counter: Iterator[int] = iter(range(FOR_EVER))

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if (ask.token or "").startswith("endless-"):
            repository.counts.n_faults_met += 1
            page = kept[ask.verb]
            items = () if empty else page.items
            return Reply(listing=replace(page, items=items, token=f"endless-{next(counter)}"))
        reply = answering(ask)
        if reply.listing and reply.listing.token is not None and beyond(after)(ask, reply):
            kept[ask.verb] = reply.listing
            return replace(reply, listing=replace(reply.listing, token=f"endless-{next(counter)}"))
        return reply

    return fault


def between_empty_pages(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
    """Every token leads to an empty page first, and that page's token to the next records."""
    if ask.token is None:
        return answering(ask)
    if ask.token.startswith("then:"):
        token = ask.token.removeprefix("then:")
        return answering(replace(ask, arguments={**ask.arguments, "resumptionToken": token}))
    repository.counts.n_faults_met += 1
    return Reply(
        listing=Listing(verb=ask.verb, items=(), token=f"then:{ask.token}", size=None, cursor=0)
    )


def expiring_after(n_pages: int) -> Fault:
    """Every list is cut off by an expired token behind so many pages."""

    def is_deep(_: Ask, reply: Reply) -> bool:
        page = reply.listing
        return page is not None and page.cursor >= n_pages * 10 and len(page.items) > 0

    return when(is_deep, expired(422))


def changing(change: Callable[[Misbehaving], None], *, skip: int) -> Fault:
    """The holdings change right before page number `skip` (from 0) of all lists is made."""
    turn = Turn(skip, 1)

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if is_list(ask) and turn.comes():
            repository.counts.n_faults_met += 1
            change(repository)
        return answering(ask)

    return fault


# Spoiling the selection


def without_arguments(*names: str, test: AskTest = is_list) -> Fault:
    """These arguments are ignored."""

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if not test(ask) or set(names).isdisjoint(ask.arguments):
            return answering(ask)
        repository.counts.n_faults_met += 1
        left = {name: value for name, value in ask.arguments.items() if name not in names}
        return answering(replace(ask, arguments=left))

    return fault


def refusing(test: AskTest, text: str, code: str = "badArgument") -> Fault:
    """Such requests are refused."""
    return instead(test, oai_error(code, text))
