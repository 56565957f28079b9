"""One list to its end, and every way in which it breaks before."""

from contextlib import aclosing
from dataclasses import replace

import pytest
from msgspec.structs import replace as with_changes

from harvester.client import Client, HttpAnswer
from harvester.errors import (
    BadArgument,
    CannotDisseminateFormat,
    CutAnswer,
    NotOaiPmh,
    RateLimited,
    UnexpectedStatus,
)
from harvester.http.transport import NeverSent
from harvester.lists.listing import Break, ListBroken, Listing, to_keep, unreadable
from harvester.protocol import Verb
from harvester.record import Repository
from harvester.window import Window
from tests.harvester.fake_repository import (
    BROKEN,
    HTML,
    FakeRepository,
    cut,
    error,
    listing,
    lost,
    record_xml,
    spread,
)

DATED = Window(from_="2026-01-01T00:00:00Z", until="2026-01-31T00:00:00Z")
SIGNED = ".eJyNzt1u.an4KlA.dM9LxogkCYaAGqExIgTBkC_qLvY"
"""A token as Invenio makes them, good for one use."""


@pytest.fixture
def follow(client_of, repository):
    """Numbers listed by each page of a list, and how the list broke, if it did."""

    async def follow(fake: FakeRepository, **changes) -> tuple[list[list[str]], ListBroken | None]:
        made = listing_of(client_of(fake), repository, **changes)
        pages: list[list[str]] = []
        try:
            async with aclosing(made.pages()) as listed:
                async for page, _ in listed:
                    pages.append([item.identifier[9:] for item in page.items])
        except ListBroken as broken:
            return pages, broken
        return pages, None

    return follow


def listing_of(client: Client, repository: Repository, *, tokens="auto", **changes) -> Listing:
    return Listing(
        repository=with_changes(repository, tokens=tokens),
        client=client,
        **{"verb": Verb.LIST_RECORDS, "window": Window(), **changes},
    )


def records(n: int) -> list[str]:
    return [record_xml(number) for number in range(n)]


# To the end


async def test_every_page_is_given_in_order(follow):
    assert await follow(FakeRepository(records(5))) == ([["0", "1"], ["2", "3"], ["4"]], None)


async def test_a_list_of_identifiers_gives_headers(follow):
    fake = FakeRepository(records(3))
    assert await follow(fake, verb=Verb.LIST_IDENTIFIERS) == ([["0", "1"], ["2"]], None)
    assert fake.tokens == ["ids ", "ids 2"]


async def test_a_list_goes_on_from_a_token(follow):
    fake = FakeRepository(records(5))
    assert await follow(fake, token="2") == ([["2", "3"], ["4"]], None)  # noqa: S106  # no secret
    assert fake.tokens == ["2", "4"]


async def test_a_window_is_asked_for_with_its_dates_and_set(follow):
    fake = FakeRepository(spread(3))
    await follow(fake, window=replace(DATED, set_spec="a"))
    assert [(each["from"], each["until"], each["set"]) for each in fake.requests[:1]] == [
        ("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z", "a")
    ]


async def test_no_records_match_is_one_empty_page_without_an_answer(client_of, repository):
    made = listing_of(client_of(FakeRepository([])), repository)
    pages = [(page.items, page.token, answer) async for page, answer in made.pages()]
    assert pages == [((), None, None)]


@pytest.mark.parametrize(
    "last", [listing(token="", size=4), error("noRecordsMatch"), listing(record_xml(9))]
)
async def test_an_empty_page_is_followed_to_whatever_ends_the_list(follow, last):
    fake = FakeRepository([], instead={"": [listing(token="a", size=4)], "a": [last]})  # noqa: S106  # no secret
    pages, broken = await follow(fake)
    assert (pages[0], broken) == ([], None)
    assert len(pages) == 2


# How it breaks


@pytest.mark.parametrize(
    ("key", "answers", "how"),
    [
        pytest.param("2", [error("badResumptionToken")], Break.EXPIRED, id="bad token"),
        pytest.param("2", [error("badArgument", status=200)], Break.EXPIRED, id="other words"),
        pytest.param("2", [HttpAnswer(status=410, body=b"gone")], Break.EXPIRED, id="no words"),
        pytest.param("2", [BROKEN] * 3, Break.FAILED, id="500"),
        pytest.param("", [BROKEN] * 3, Break.FAILED, id="500 at once"),
        pytest.param("2", [lost()] * 3, Break.FAILED, id="no connection"),
        pytest.param("", [error("badResumptionToken")], Break.FAILED, id="a token nobody sent"),
        pytest.param("", [error("internal", status=200)], Break.FAILED, id="a code of its own"),
        pytest.param("2", [error("internal", status=200)], Break.FAILED, id="the same later"),
        pytest.param("2", [HTML] * 2, Break.UNREADABLE, id="no XML"),
        pytest.param("", [HTML] * 2, Break.UNREADABLE, id="no XML at once"),
        pytest.param("2", [cut(listing(record_xml(2)))] * 2, Break.UNREADABLE, id="cut"),
    ],
)
async def test_a_list_that_stops_says_how(follow, key, answers, how):
    fake = FakeRepository(records(5), instead={key: answers})
    pages, broken = await follow(fake)
    assert pages == ([["0", "1"]] if key else [])
    assert broken.how is how
    assert broken.cause is not None
    assert str(broken) == f"{how}: {broken.cause}"
    assert fake.instead == {key: []}


@pytest.mark.parametrize(
    "refusal", [error("badResumptionToken"), error("cannotDisseminateFormat"), HTML]
)
async def test_an_expired_token_is_told_by_what_is_refused_not_by_the_http_status(follow, refusal):
    """HTML with 4xx; OAI-PMH errors with 200, 422 or 404."""
    for status in (200, 404, 422):
        if status == 200 and refusal is HTML:
            continue
        fake = FakeRepository(records(5), instead={"2": [replace(refusal, status=status)]})
        _, broken = await follow(fake)
        assert broken.how is Break.EXPIRED


async def test_dates_that_are_refused_are_told_from_other_arguments(follow, client_of, repository):
    refusing = FakeRepository(records(5), refuses=("until",))
    _, broken = await follow(refusing, window=DATED)
    assert broken.how is Break.REFUSED_DATES
    undated = FakeRepository(records(5), instead={"": [error("badArgument")]})
    with pytest.raises(BadArgument):
        await anext(listing_of(client_of(undated), repository).pages())


@pytest.mark.parametrize(
    ("refusal", "raised"),
    [
        (error("cannotDisseminateFormat"), CannotDisseminateFormat),
        (HttpAnswer(status=403, body=b"<html>Just a moment..."), UnexpectedStatus),
        (HttpAnswer(status=429, body=b"", retry_after="9000"), RateLimited),
    ],
)
async def test_a_refusal_of_such_lists_altogether_is_no_break(
    client_of, repository, refusal, raised
):
    made = listing_of(client_of(FakeRepository([], instead={"": [refusal]})), repository)
    with pytest.raises(raised):
        await anext(made.pages())


async def test_a_host_that_wants_to_be_left_alone_in_mid_list_is_no_break(client_of, repository):
    busy = HttpAnswer(status=503, body=b"", retry_after="9000")
    made = listing_of(client_of(FakeRepository(records(5), instead={"2": [busy]})), repository)
    with pytest.raises(RateLimited):
        _ = [page async for page in made.pages()]


async def test_a_token_that_comes_again_breaks_the_list(follow):
    again = listing(record_xml(2), token="2")  # noqa: S106  # no secret
    fake = FakeRepository(records(5), instead={"2": [again] * 9})
    pages, broken = await follow(fake)
    assert (pages, broken.how) == ([["0", "1"], ["2"]], Break.TOKEN_LOOP)


async def test_empty_pages_without_end_break_the_list(follow):
    fake = FakeRepository([], fault=lambda asked: listing(token=f"{asked.start + 1}"))
    pages, broken = await follow(fake)
    assert broken.how is Break.EMPTY_PAGES
    assert 100 <= len(pages) <= 102


# One more try


@pytest.mark.parametrize("key", ["", "2"])
@pytest.mark.parametrize("bad", [HTML, cut(listing(record_xml(1)))])
async def test_a_page_that_cannot_be_read_is_asked_for_once_more(follow, key, bad):
    fake = FakeRepository(records(4), instead={key: [bad]})
    assert await follow(fake) == ([["0", "1"], ["2", "3"]], None)
    assert fake.tokens.count(key) == 2


@pytest.mark.parametrize(
    "bad", [HTML, cut(listing(record_xml(1))), lost(), BROKEN, HttpAnswer(status=504, body=b"")]
)
async def test_a_token_good_for_one_use_is_not_sent_again(follow, bad):
    fake = FakeRepository(records(4), instead={"2": [bad]})
    pages, broken = await follow(fake, tokens="once")
    assert (pages, broken.how) == ([["0", "1"]], Break.AMBIGUOUS)
    assert fake.tokens == ["", "2"]


@pytest.mark.parametrize(
    "unserved",
    [
        NeverSent("connection refused", url=""),
        HttpAnswer(status=503, body=b""),
        HttpAnswer(status=429, body=b"", retry_after="1"),
    ],
)
async def test_it_is_sent_again_where_the_repository_has_not_seen_it(follow, unserved):
    fake = FakeRepository(records(4), instead={"2": [unserved]})
    assert await follow(fake, tokens="once") == ([["0", "1"], ["2", "3"]], None)


@pytest.mark.parametrize(
    ("token", "announces", "tokens", "is_repeated"),
    [
        ("2", True, "auto", True),
        ("2", False, "auto", False),
        ("2", False, "replay", True),
        (SIGNED, True, "auto", False),
        (SIGNED, True, "replay", True),
    ],
)
async def test_by_its_form_and_the_lists_size_a_token_is_known_to_be_repeatable(
    follow, token, announces, tokens, is_repeated
):
    size = 4 if announces else None
    first = listing(*records(2), token=token, size=size)
    second = listing(record_xml(2), record_xml(3), size=size)
    fake = FakeRepository([], instead={"": [first], token: [lost(), second]})
    _, broken = await follow(fake, tokens=tokens)
    assert (broken is None) is is_repeated
    assert fake.tokens.count(token) == 1 + is_repeated


async def test_a_resumed_list_is_known_to_have_announced_its_size(follow):
    for is_announced, is_repeated in ((True, True), (False, False)):
        fake = FakeRepository(records(4), instead={"2": [lost()]}, announces=False)
        pages, _ = await follow(fake, token="2", is_announced=is_announced)  # noqa: S106  # no secret
        assert (pages == [["2", "3"]]) is is_repeated


# What is kept


async def test_a_mended_answer_is_kept_with_what_was_mended(client_of, repository):
    bare = listing(record_xml(1, title="Salt & pepper"))
    made = listing_of(client_of(FakeRepository([], instead={"": [bare]})), repository)
    answers = [answer async for _, answer in made.pages()]
    kept = to_keep(answers[0])
    assert kept is not None
    assert (kept.reason, kept.identifier, kept.body) == ("mended", "", bare.body)
    assert kept.detail


async def test_an_answer_in_order_is_not_kept(client_of, repository):
    made = listing_of(client_of(FakeRepository(records(1))), repository)
    assert [to_keep(answer) async for _, answer in made.pages()] == [None]
    assert to_keep(None) is None


@pytest.mark.parametrize(
    ("met", "reason"),
    [
        (NotOaiPmh("root html", url="", body=b"<html>"), "not-xml"),
        (CutAnswer("ends early", url="", body=b"<OAI"), "cut-page"),
    ],
)
def test_the_bytes_of_an_unreadable_answer_are_kept(met, reason):
    kept = unreadable(met)
    assert kept is not None
    assert (kept.reason, kept.detail, kept.body) == (reason, str(met), met.body)


@pytest.mark.parametrize("met", [None, lost(), UnexpectedStatus("no", url="", status=500)])
def test_other_errors_have_no_bytes_to_keep(met):
    assert unreadable(met) is None
