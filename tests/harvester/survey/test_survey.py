"""What a survey finds out, and what it says of a repository that does not answer as it should."""

import pytest

from harvester.client import Client, HttpAnswer
from harvester.errors import RepositoryUnreachable
from harvester.record import Repository
from harvester.survey.estimate import estimate, estimate_of
from harvester.survey.found import plain
from harvester.survey.survey import SET_PAGES, survey
from tests.harvester.described import described as fake
from tests.harvester.described import identify, sets
from tests.harvester.fake_repository import answer, error, listing, record_xml

MORE = "more"


@pytest.fixture
def asked(client_of, repository):
    """Surveys a fake; keyword arguments change the configuration."""

    async def ask(transport, *, prefixes=(), covered_until="", **changes):
        changed = {name: getattr(repository, name) for name in repository.__struct_fields__}
        client: Client = client_of(transport)
        return await survey(
            Repository(**{**changed, **changes}),
            client,
            prefixes=prefixes,
            covered_until=covered_until,
        )

    return ask


async def test_a_repository_without_a_fault_has_no_problems(asked):
    found = await asked(fake())
    assert found.problems == ()
    assert found.has_answered
    assert (found.name, found.base_url) == ("Fake", "http://repository.example/oai")
    assert found.earliest_datestamp == "2014-02-03T14:41:33Z"
    assert (found.granularity, found.deleted_record) == ("YYYY-MM-DDThh:mm:ssZ", "transient")
    assert found.clock_skew_s == 0
    assert found.compression == ("gzip", "deflate")
    assert found.formats == ("oai_dc", "oai_datacite")
    assert (found.sets, found.n_sets) == (("a", "b"), 2)
    assert (found.announced, found.page_size) == (5, 2)
    assert found.roots == ("title",)
    assert found.token_lifetime_s is None


async def test_only_the_first_page_of_the_list_is_asked_for(asked):
    repository = fake(1000)
    await asked(repository)
    assert [request["verb"] for request in repository.requests] == [
        "Identify",
        "ListMetadataFormats",
        "ListSets",
        "ListRecords",
    ]


async def test_the_records_of_an_only_page_are_the_announced_size(asked):
    found = await asked(fake(**{"": [listing(record_xml(1), record_xml(2))]}))
    assert (found.announced, found.page_size, found.problems) == (2, 2, ())


async def test_the_life_of_a_token_is_told_by_the_servers_own_clock(asked):
    page = answer(
        f"<ListRecords>{record_xml(1)}<resumptionToken completeListSize='9'"
        " expirationDate='2026-02-01T00:02:00Z'>t</resumptionToken></ListRecords>",
        date="2026-02-01T00:00:00Z",
    )
    assert (await asked(fake(**{"": [page]}))).token_lifetime_s == 120


async def test_the_time_of_an_answer_leaves_out_the_waits_for_politeness(asked, clock):
    repository = fake()
    repository.on_request = lambda _: setattr(clock, "elapsed", clock.elapsed + 3)
    assert (await asked(repository, requests_per_minute=1)).answer_s == 3
    assert max(clock.slept) > 50


async def test_a_later_survey_asks_for_changes_from_one_granule_before(asked):
    repository = fake()
    found = await asked(repository, covered_until="2026-02-01T00:00:00Z")
    assert found.from_ == "2026-01-31T23:59:59Z"
    assert repository.requests[-1]["from"] == "2026-01-31T23:59:59Z"


async def test_nothing_new_is_no_problem(asked):
    found = await asked(fake(n_records=0), covered_until="2026-02-01T00:00:00Z")
    assert (found.announced, found.problems) == (0, ())


async def test_an_empty_list_is_a_problem(asked):
    found = await asked(fake(n_records=0))
    assert found.announced == 0
    assert found.problems == ("the list is empty: the repository answers noRecordsMatch",)


async def test_the_lists_of_several_sets_are_added_up(asked):
    repository = fake()
    found = await asked(repository, set=("a", "b"))
    assert [request.get("set") for request in repository.requests[-2:]] == ["a", "b"]
    assert (found.announced, found.page_size, found.problems) == (10, 2, ())


async def test_a_size_is_not_told_when_the_list_of_one_set_fails(asked):
    found = await asked(fake(**{"": [error("badArgument")]}), set=("a", "b"))
    assert (found.announced, found.page_size) == (None, 2)
    [problem] = found.problems
    assert problem.startswith("ListRecords of the set a failed: ")


@pytest.mark.parametrize(
    ("instead", "changes", "problem"),
    [
        pytest.param(
            {},
            {"prefix": "marcxml"},
            "the prefix marcxml is not offered; offered: oai_dc, oai_datacite",
            id="prefix",
        ),
        pytest.param({}, {"set": "c"}, "the set c is not listed", id="set"),
        pytest.param(
            {}, {"set": "A"}, "the set A is not listed; did you mean a?", id="set in capitals"
        ),
        pytest.param(
            {"Identify": [identify(url="http://library.oapen.org/oai/request")]},
            {},
            "Identify names another address: http://library.oapen.org/oai/request",
            id="address, as DOAB's",
        ),
        pytest.param(
            {"Identify": [identify(date="2026-03-01T01:00:00Z")]},
            {},
            "the server's clock is 3600 s ahead",
            id="clock",
        ),
        pytest.param(
            {"Identify": [identify(date="")]},
            {},
            "the responseDate '' cannot be read",
            id="no clock",
        ),
        pytest.param(
            {"Identify": [identify(earliest="long ago")]},
            {},
            "the earliestDatestamp 'long ago' cannot be read",
            id="earliest datestamp",
        ),
        pytest.param(
            {"": [listing(record_xml(1), token=MORE)]},
            {},
            "no completeListSize: completeness cannot be counted",
            id="no size",
        ),
        pytest.param(
            {"ListSets": [error("noSetHierarchy")]},
            {"set": "a"},
            "the set a is not listed",
            id="a set of a repository without sets",
        ),
    ],
)
async def test_what_will_go_wrong_is_told_in_one_sentence(asked, instead, changes, problem):
    found = await asked(fake(**instead), **changes)
    assert found.problems == (problem,)


async def test_an_answer_that_had_to_be_mended_is_read_and_told(asked):
    page = identify(name="A \x0b B")
    found = await asked(fake(Identify=[page]))
    assert found.name == "A B"
    assert found.problems == ("Identify had to be mended: control-characters",)


async def test_an_address_that_differs_in_scheme_or_slash_is_the_same(asked):
    stated = identify(url="https://Repository.example:443/oai/")
    assert (await asked(fake(Identify=[stated]))).problems == ()


async def test_a_repository_without_sets_has_none(asked):
    found = await asked(fake(ListSets=[error("noSetHierarchy")]))
    assert (found.sets, found.n_sets, found.problems) == ((), 0, ())


async def test_a_set_with_a_query_of_datacites_is_looked_up_without_it(asked):
    assert (await asked(fake(), set="a~cXVlcnk")).problems == ()


@pytest.mark.parametrize("verb", ["Identify", "ListMetadataFormats", "ListSets", ""])
async def test_a_part_that_fails_does_not_stop_the_others(asked, verb):
    found = await asked(fake(**{verb: [error("badVerb")]}))
    [problem] = found.problems
    assert problem.startswith(f"{verb or 'ListRecords'} failed: http://repository.example/oai")
    assert found.has_answered
    assert bool(found.name) == (verb != "Identify")
    assert bool(found.formats) == (verb != "ListMetadataFormats")
    assert (found.n_sets is None) == (verb == "ListSets")
    assert (found.announced is None) == (verb == "")


async def test_a_dead_repository_costs_one_retry_plan(asked):
    asked_for = []

    async def dead(url: str, /) -> HttpAnswer:
        asked_for.append(url)
        raise RepositoryUnreachable(f"no answer from {url}", url=url)

    found = await asked(dead, retries=5)
    assert not found.has_answered
    assert len(asked_for) == 4
    assert [problem.split(" failed")[0] for problem in found.problems] == [
        "Identify",
        "ListMetadataFormats",
        "ListSets",
        "ListRecords",
    ]


async def test_a_list_of_sets_without_end_is_left_after_its_bound(asked):
    pages = [sets(f"s{number}", token=f"t{number}") for number in range(SET_PAGES + 5)]
    repository = fake(ListSets=list(pages))
    found = await asked(repository, set="not-among-them")
    assert repository.tokens.count("ListSets") == SET_PAGES
    assert (len(found.sets), found.n_sets) == (SET_PAGES, None)
    assert found.problems == (), "a list that was not read to its end proves nothing"


async def test_a_list_of_sets_that_states_its_size_is_read_no_further_than_needed(asked):
    pages = [sets(f"s{number}", token=f"t{number}", size="42068") for number in range(9)]
    repository = fake(ListSets=list(pages))
    found = await asked(repository, set="s2")
    assert repository.tokens.count("ListSets") == 3
    assert (found.sets, found.n_sets) == (("s0", "s1", "s2"), 42068)


async def test_a_list_of_sets_that_turns_in_a_circle_ends(asked):
    repository = fake(
        ListSets=[sets("a", token=MORE), sets("b", token=MORE), sets("c", token=MORE)]
    )
    found = await asked(repository)
    assert (found.sets, found.n_sets) == (("a", "b"), None)


async def test_the_sets_read_before_a_failure_are_kept(asked):
    found = await asked(fake(ListSets=[sets("a", token=MORE), error("badResumptionToken")]))
    assert (found.sets, found.n_sets) == (("a",), None)
    assert found.problems[0].startswith("ListSets failed: ")


async def test_the_first_wanted_prefix_that_is_offered_is_listed(asked):
    repository = fake()
    found = await asked(repository, prefixes=("xoai", "oai_datacite", "oai_dc"))
    assert found.prefix == "oai_datacite"
    assert repository.requests[-1]["metadataPrefix"] == "oai_datacite"


async def test_no_wanted_prefix_means_no_list(asked):
    repository = fake()
    found = await asked(repository, prefixes=("xoai", "mods"))
    assert found.prefix == ""
    assert found.problems == ("none of xoai, mods is offered; offered: oai_dc, oai_datacite",)
    assert repository.requests[-1]["verb"] == "ListSets"


async def test_what_a_stranger_calls_himself_is_one_line_that_prints(asked):
    found = await asked(fake(Identify=[identify(name="A\n\tB\x9b31m&#x202e;C" + "x" * 500)]))
    assert found.name.startswith("A B 31m Cx")
    assert len(found.name) == 300
    assert found.name.isprintable()


def test_plain_text_is_left_as_it_is():
    assert plain("Universität  zu\nKöln") == "Universität zu Köln"


def test_zenodo_takes_ninety_hours():
    zenodo = Repository(url="https://zenodo.org/oai2d", requests_per_minute=30)
    cost = estimate(8_091_628, 50, zenodo, answer_s=1.0)
    assert cost.requests == 163_454
    assert 90 < cost.hours < 91


@pytest.mark.parametrize(
    ("limits", "answer_s", "hours"),
    [
        pytest.param({"requests_per_minute": 60}, 0.5, 1_001 / 3600, id="pace"),
        pytest.param({"requests_per_minute": 0}, 2.0, 2_002 / 3600, id="slow server"),
        pytest.param(
            {"requests_per_minute": 60, "crawl_delay_s": 10}, 2.0, 12_012 / 3600, id="crawl delay"
        ),
    ],
)
def test_the_slowest_of_the_limits_decides(limits, answer_s, hours):
    cost = estimate(1_000, 1, Repository(url="http://r/oai", **limits), answer_s=answer_s)
    assert cost.requests == 1_001
    assert cost.hours == pytest.approx(hours)


def test_several_windows_share_a_slow_answer():
    one = estimate(4_000, 10, Repository(url="http://r/", requests_per_minute=0), answer_s=4.0)
    four = estimate(
        4_000, 10, Repository(url="http://r/", requests_per_minute=0, parallel=4), answer_s=4.0
    )
    assert [one.requests, four.requests] == [401, 401 + 17]
    assert [one.hours, four.hours] == pytest.approx([1604 / 3600, 418 / 3600])


def test_an_empty_list_costs_two_requests():
    assert estimate(0, 0, Repository(url="http://r/oai", requests_per_minute=0)).requests == 2


async def test_nothing_is_estimated_from_an_empty_first_page(asked, repository):
    found = await asked(fake(**{"": [listing(token=MORE, size=1000)]}))
    assert (found.announced, found.page_size) == (1000, 0)
    assert estimate_of(found, repository) is None


async def test_nothing_is_estimated_without_a_size(asked, repository):
    found = await asked(fake(**{"": [listing(record_xml(1), token=MORE)]}))
    assert estimate_of(found, repository) is None
