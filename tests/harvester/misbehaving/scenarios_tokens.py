"""Claims about resumption tokens: lost answers, expiry, loops, lists without end, last tokens."""

from dataclasses import replace

from tests.harvester.misbehaving.answers import HTML, Reply, Sending, http_page, oai_error
from tests.harvester.misbehaving.faults import (
    Spoil,
    answered,
    answers_to,
    beyond,
    cut_in_half,
    empty_page,
    expired,
    instead,
    is_resumed,
    last_page,
    sent,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import holdings
from tests.harvester.misbehaving.list_faults import (
    announcing,
    between_empty_pages,
    expiring_after,
    for_ever,
    listing,
    looping,
    with_tokens,
)
from tests.harvester.misbehaving.mangling import body, torn_inside, without_closing
from tests.harvester.misbehaving.paging import Scroll
from tests.harvester.misbehaving.repository import Misbehaving
from tests.harvester.misbehaving.scenario import (
    FAMILIES,
    Scenario,
    datacite,
    dspace,
    invenio,
    patience,
)

resumed = answers_to(is_resumed)

LOST: dict[str, Spoil] = {
    "a connection that is reset before the answer": sent(Sending.RESET, 0),
    "a connection that is reset within the answer": cut_in_half(Sending.RESET),
    "a body shorter than its Content-Length": cut_in_half(Sending.CUT),
    "chunks without an end": cut_in_half(Sending.CHUNKED_CUT),
    "half a body that HTTP takes for whole": body(without_closing),
    "a page with a piece torn out": body(torn_inside),
    "silence": sent(Sending.HANG),
    "silence in mid-answer": sent(Sending.STALL),
    "a drip": sent(Sending.DRIP),
    "HTTP 500": status(500),
    "HTTP 502": status(502),
    "HTTP 504": status(504),
    "a page for people": answered(Reply(headers=(HTML,), body=b"<html><p>Please wait</p></html>")),
    "an empty body": answered(Reply(body=b"")),
}
"""Answers to a token that are lost after the repository has acted on it."""


def _starved(repository: Misbehaving) -> Misbehaving:
    """Scrolls that close while the client obeys a pause of 90 s."""
    repository.paging = Scroll(lifetime_s=60.0)
    return repository


def _every_second():
    turns = iter(range(10**6))
    return when(lambda ask, reply: resumed(ask, reply) and next(turns) % 2 == 1, status(502))


AMBIGUOUS = (
    *(
        Scenario(
            claim=f"{said} behind an Invenio token restarts the window and replays nothing",
            build=lambda spoil=spoil: invenio(when(resumed, spoil, skip=1, times=1)),
            settings=patience(said),
            may_replay=False,
            max_requests=40,
        )
        for said, spoil in LOST.items()
    ),
    *(
        Scenario(
            claim=f"{said} behind a DSpace token costs one request more",
            build=lambda spoil=spoil: dspace(when(resumed, spoil, skip=1, times=1)),
            settings=patience(said),
            max_requests=9,
        )
        for said, spoil in LOST.items()
    ),
    Scenario(
        claim="a lost answer behind a DataCite token costs one request more",
        build=lambda: datacite(when(resumed, sent(Sending.RESET, 0), skip=1, times=1)),
        max_requests=9,
    ),
    *(
        Scenario(
            claim=f"HTTP {code} in front of Invenio leaves the token good",
            build=lambda code=code: invenio(instead(is_resumed, http_page(code), skip=1, times=1)),
            may_replay=False,
            max_requests=10,
        )
        for code in (429, 503)
    ),
    Scenario(
        claim="the last answer of an Invenio list is lost and nothing else is",
        build=lambda: invenio(
            when(beyond(50), sent(Sending.RESET, 0), times=1), items=holdings(55)
        ),
        may_replay=False,
        max_requests=40,
    ),
    Scenario(
        claim="every second answer behind an Invenio token is lost and the harvest still ends",
        build=lambda: invenio(_every_second()),
        may_replay=False,
        max_requests=200,
    ),
)


EXPIRED = (
    *(
        Scenario(
            claim=f"a token that has expired with HTTP {code} restarts the window",
            build=lambda code=code: invenio(when(resumed, expired(code), skip=2, times=1)),
            max_requests=30,
        )
        for code in (422, 400, 404, 410, 500, 200)
    ),
    *(
        Scenario(
            claim=f"a token that has expired with a page for people and HTTP {code}"
            " restarts the window",
            build=lambda code=code: invenio(when(resumed, status(code), skip=2, times=1)),
            max_requests=30,
        )
        for code in (400, 403, 404, 410, 422)
    ),
    Scenario(
        claim="a token that has expired as badArgument restarts the window",
        build=lambda: dspace(
            when(resumed, answered(oai_error("badArgument", "no such token")), skip=2, times=1)
        ),
        max_requests=30,
    ),
    *(
        Scenario(
            claim=f"tokens of {name} that expire in every list longer than five pages"
            " make the windows smaller",
            build=lambda family=family: family(expiring_after(5)),
            max_requests=100,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(
        claim="tokens that are all refused leave windows of one page",
        build=lambda: dspace(when(resumed, expired(422))),
        max_requests=250,
    ),
    Scenario(
        claim="an Invenio whose tokens are all refused is harvested in windows of one page",
        build=lambda: invenio(when(resumed, expired(422))),
        max_requests=250,
    ),
    Scenario(
        claim="a scroll that closes during a pause of 90 s restarts the window",
        build=lambda: _starved(
            invenio(instead(is_resumed, http_page(429, ("Retry-After", "90")), skip=2, times=1))
        ),
        max_requests=30,
    ),
    Scenario(
        claim="a client that is slower than the scrolls live harvests in windows of one page",
        build=lambda: _starved(invenio()),
        settings={"requests_per_minute": 0.5},
        is_curable=False,
        max_requests=250,
    ),
)

ENDLESS = (
    *(
        Scenario(
            claim=f"a loop of {len(tokens)} tokens is seen and its window halved",
            build=lambda tokens=tokens: dspace(looping(tokens, 20)),
            max_requests=150,
        )
        for tokens in (("A",), ("A", "B"), ("A", "B", "C"), tuple("ABCDEFGHIJKLM"))
    ),
    Scenario(
        claim="the same page for ever under new tokens is seen and its window halved",
        build=lambda: dspace(for_ever(20, empty=False)),
        max_requests=150,
    ),
    Scenario(
        claim="empty pages for ever are seen and their window halved",
        build=lambda: dspace(for_ever(20, empty=True)),
        max_requests=500,
    ),
    Scenario(
        claim="the last page again for ever, with everything arrived, is a complete list",
        build=lambda: dspace(for_ever(59, empty=False)),
        max_requests=150,
    ),
    Scenario(
        claim="empty pages for ever behind the last record are a complete list",
        build=lambda: dspace(for_ever(59, empty=True)),
        max_requests=250,
    ),
    Scenario(
        claim="lists without an end and without a size are halved",
        build=lambda: dspace(for_ever(20, empty=False), announces=False),
        max_requests=250,
    ),
    Scenario(
        claim="an empty page behind every token is followed",
        build=lambda: dspace(between_empty_pages),
        max_requests=13,
    ),
)

_BLANK = " \n\t "
LAST = (
    *(
        Scenario(
            claim=f"a last token that is {said} ends the list",
            build=lambda last=last: dspace(last_token=last),
            max_requests=7,
        )
        for last, said in {
            "attributes": "empty with attributes",
            "empty": "empty without attributes",
            "absent": "absent",
        }.items()
    ),
    Scenario(
        claim="a last token of white space ends the list",
        build=lambda: dspace(when(last_page, listing(token=_BLANK))),
        max_requests=7,
    ),
    Scenario(
        claim="an empty token on a list of one page ends it",
        build=lambda: dspace(when(beyond(0), announcing(0)), items=holdings(5)),
        max_requests=2,
    ),
    Scenario(
        claim="an extra empty page at the end is a normal end",
        build=invenio,
        may_replay=False,
        max_requests=8,
    ),
    Scenario(
        claim="an extra empty page that is refused, with everything arrived, is a complete list",
        build=lambda: invenio(when(empty_page, expired(422))),
        max_requests=40,
    ),
    Scenario(
        claim="an extra empty page with another token that is refused is a complete list",
        build=lambda: invenio(when(empty_page, _with_another_token)),
        max_requests=40,
    ),
    Scenario(
        claim="an extra page that says noRecordsMatch is a normal end",
        build=lambda: invenio(when(empty_page, answered(oai_error("noRecordsMatch", status=422)))),
        max_requests=8,
    ),
)


def _with_another_token(reply: Reply) -> Reply:
    assert reply.listing is not None
    another = "no.such.scroll"
    return replace(reply, listing=replace(reply.listing, token=another))


_ODD = "a&b=c+d/%3A%2526 é<>\"';,|{}#?:@"
_LONG = "x" * 6_000


def _read_after(beginning: str):
    def read(token: str) -> str:
        if not token.startswith(beginning):
            raise ValueError(token)
        return token.removeprefix(beginning)

    return read


SPELLING = (
    Scenario(
        claim="a token with every awkward character is passed back unchanged",
        build=lambda: dspace(with_tokens(lambda token: _ODD + token, _read_after(_ODD))),
        max_requests=7,
    ),
    Scenario(
        claim="a token of 6000 characters is passed back unchanged",
        build=lambda: dspace(with_tokens(lambda token: _LONG + token, _read_after(_LONG))),
        max_requests=7,
    ),
    Scenario(
        claim="DataCite's encoded dates within a token are encoded once more, not twice",
        build=lambda: datacite(items=holdings(300)),
        settings={"parallel": 4},
        max_requests=60,
        max_records=400,
    ),
)

TOKENS = (*AMBIGUOUS, *EXPIRED, *ENDLESS, *LAST, *SPELLING)
