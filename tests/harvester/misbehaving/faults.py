"""Faults: what stands in front of the repository and answers in its place, or spoils its answers.

`when` spoils an answer that the repository has given, so an Invenio scroll has moved on by then;
`instead` never lets it see the request, as a proxy or a rate limit does not.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

from tests.harvester.misbehaving.answers import (
    HOME,
    Ask,
    Reply,
    Sending,
    http_page,
    oai_error,
    with_headers,
)
from tests.harvester.misbehaving.holdings import oai_id
from tests.harvester.misbehaving.repository import Answering, Fault, Misbehaving

AskTest = Callable[[Ask], bool]
ReplyTest = Callable[[Ask, Reply], bool]
Spoil = Callable[[Reply], Reply]

FOR_EVER = 10**9


class Turn:
    """Which of the matches are met: `times` of them after the first `skip`."""

    def __init__(self, skip: int, times: int):
        self._from = skip
        self._to = skip + times
        self._n = 0

    def comes(self) -> bool:
        self._n += 1
        return self._from < self._n <= self._to


def when(test: ReplyTest, spoil: Spoil, *, skip: int = 0, times: int = FOR_EVER) -> Fault:
    """Spoil the answers that pass a test."""
    turn = Turn(skip, times)

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        reply = answering(ask)
        if not (test(ask, reply) and turn.comes()):
            return reply
        repository.counts.n_faults_met += 1
        return spoil(reply)

    return fault


def instead(test: AskTest, reply: Reply, *, skip: int = 0, times: int = FOR_EVER) -> Fault:
    """Answer the requests that pass a test; the repository does not see them."""
    turn = Turn(skip, times)

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if not (test(ask) and turn.comes()):
            return answering(ask)
        repository.counts.n_faults_met += 1
        return reply

    return fault


# Which requests


def any_request(_: Ask) -> bool:
    return True


def is_list(ask: Ask) -> bool:
    return ask.verb in {"ListRecords", "ListIdentifiers"}


def is_list_records(ask: Ask) -> bool:
    return ask.verb == "ListRecords"


def is_first_page(ask: Ask) -> bool:
    return is_list(ask) and ask.token is None


def is_resumed(ask: Ask) -> bool:
    return is_list(ask) and ask.token is not None


def is_windowed(ask: Ask) -> bool:
    return is_list(ask) and not {"from", "until"}.isdisjoint(ask.arguments)


def is_identify(ask: Ask) -> bool:
    return ask.verb == "Identify"


def is_get_record(ask: Ask) -> bool:
    return ask.verb == "GetRecord"


# Which answers


def answers_to(test: AskTest) -> ReplyTest:
    """Whatever is answered to such requests."""
    return lambda ask, _: test(ask)


def page_holding(*numbers: int) -> ReplyTest:
    """Pages of ListRecords that hold one of these records."""
    wanted = frozenset(map(oai_id, numbers))
    return lambda _, reply: reply.listing is not None and reply.holds(wanted)


def answer_holding(*numbers: int) -> ReplyTest:
    """Pages of ListRecords and answers of GetRecord that hold one of these records."""
    wanted = frozenset(map(oai_id, numbers))
    return lambda _, reply: reply.holds(wanted)


def list_holding(*numbers: int) -> ReplyTest:
    """Pages of either list that hold one of these records or headers."""
    wanted = frozenset(numbers)

    def test(_: Ask, reply: Reply) -> bool:
        page = reply.listing
        return page is not None and any(item.number in wanted for item in page.items)

    return test


def every(n: int) -> ReplyTest:
    """Every n-th answer of all."""
    counter = iter(range(1, FOR_EVER))
    return lambda _ask, _reply: next(counter) % n == 0


def beyond(n_records: int, verb: str = "") -> ReplyTest:
    """Pages that reach further than so many records into their list."""

    def test(_: Ask, reply: Reply) -> bool:
        page = reply.listing
        if page is None or verb not in {"", page.verb}:
            return False
        return page.cursor + len(page.items) > n_records

    return test


def empty_page(_: Ask, reply: Reply) -> bool:
    return reply.listing is not None and not reply.listing.items


def last_page(_: Ask, reply: Reply) -> bool:
    """The page that ends a list of several."""
    return reply.listing is not None and reply.listing.token == ""


def any_list(_: Ask, reply: Reply) -> bool:
    return reply.listing is not None


def anything(_: Ask, __: Reply) -> bool:
    return True


# Spoiling the way


def status(code: int, *headers: tuple[str, str]) -> Spoil:
    """A page for people with this status."""
    return lambda _: http_page(code, *headers)


def answered(reply: Reply) -> Spoil:
    """Something else altogether."""
    return lambda _: reply


def sent(sending: Sending, n_bytes: int | None = None) -> Spoil:
    """The same bytes, sent like this."""
    return lambda reply: replace(reply, sending=sending, n_bytes=n_bytes)


def cut_in_half(sending: Sending) -> Spoil:
    """Only half of the bytes, sent like this."""
    return lambda reply: replace(reply, sending=sending, n_bytes=len(reply.rendered()) // 2)


def labelled(*headers: tuple[str, str]) -> Spoil:
    """The same with further header fields."""
    return lambda reply: with_headers(reply, *headers)


def expired(code: int) -> Spoil:
    """The token is refused by an OAI error with this HTTP status."""
    return answered(oai_error("badResumptionToken", "The token is invalid or expired", status=code))


# Politeness


def limiting(refusal: Callable[[Misbehaving], Reply], pause_s: float, *, skip: int = 2) -> Fault:
    """Refuse request number `skip`, and note whoever comes back before the pause is over."""
    state = {"n": 0, "until_s": 0.0}

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        state["n"] += 1
        if state["n"] == skip + 1:
            repository.counts.n_faults_met += 1
            state["until_s"] = ask.at_s + pause_s
            return refusal(repository)
        if ask.at_s < state["until_s"]:
            repository.counts.too_early.append(ask.query)
        return answering(ask)

    return fault


def retry_after_s(code: int, seconds: int) -> Callable[[Misbehaving], Reply]:
    """A refusal with Retry-After in seconds."""
    return lambda _: http_page(code, ("Retry-After", str(seconds)))


def retry_after_date(code: int, seconds: int) -> Callable[[Misbehaving], Reply]:
    """A refusal with Retry-After as an HTTP-date."""

    def refusal(repository: Misbehaving) -> Reply:
        moment = repository.clock.now() + timedelta(seconds=seconds)
        return http_page(code, ("Retry-After", format_datetime(moment, usegmt=True)))

    return refusal


def rate_limit_reset(seconds: int) -> Callable[[Misbehaving], Reply]:
    """A refusal that names the moment of its end, in seconds since 1970, as Invenio does."""

    def refusal(repository: Misbehaving) -> Reply:
        moment = int(repository.clock.now().timestamp()) + seconds
        return http_page(
            429,
            ("X-RateLimit-Limit", "30"),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", str(moment)),
        )

    return refusal


def one_at_a_time(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
    """429 for every request that comes while another is being answered."""
    if ask.n_in_flight > 1:
        repository.counts.n_faults_met += 1
        return http_page(429)
    return replace(answering(ask), takes_s=0.005)


# Redirects


def redirecting(location: str, *, code: int = 302, test: AskTest = any_request) -> Fault:
    """Send whoever asks at /oai elsewhere, with the same query."""

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if ask.path != "/oai" or not test(ask):
            return answering(ask)
        repository.counts.n_faults_met += 1
        return http_page(code, ("Location", f"{location}?{ask.query}"))

    return fault


MOVED = f"{HOME}/moved"
