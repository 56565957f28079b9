from dataclasses import replace
from itertools import chain

import pytest

from graph.release import open_release
from graph.store import open_graph
from tests.weft.enrich.conftest import enriched, pull, quiet_opener
from tests.weft.enrich.oracle import Oracle, iri
from tests.weft.remote.misbehaving import endpoint, ok
from weft.enrich.keep import open_keep
from weft.enrich.run import enrich
from weft.enrich.wanted import wanted_identifiers

SAME = "https://schema.org/sameAs"


@pytest.fixture
def dois(config):
    settings = enriched(config, "http://x/").enrichments["other"]
    with open_graph(open_release(config.data).graph_path) as graph:
        found = sorted({each for each, _, _ in wanted_identifiers(graph, settings)})
    return [each.removeprefix("doi:") for each in found]


@pytest.fixture
def oracle(dois):
    return Oracle({doi: [(SAME, iri(f"http://o/{n}"))] for n, doi in enumerate(dois)})


def kept(config):
    with open_keep(config.data) as keep:
        return keep.known("other"), keep.failures("other", 1000)


def test_every_identifier_is_asked_about_once(config, dois, oracle):
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url))
    assert sorted(chain(*oracle.requests)) == dois
    assert max(map(len, oracle.requests)) == 40
    assert (report.identifiers, report.due, report.asked) == (len(dois),) * 3
    assert (report.answered, report.statements, report.failed) == (len(dois), len(dois), [])


def test_what_is_known_is_not_asked_again_even_where_nothing_was_said(config, dois, oracle):
    del oracle.knows[dois[0]]
    with endpoint(oracle) as (url, _):
        first = pull(enriched(config, url))
        n_requests = len(oracle.requests)
        again = pull(enriched(config, url))
    assert (first.asked, first.answered) == (len(dois), len(dois) - 1)
    assert (again.due, again.asked, len(oracle.requests)) == (0, 0, n_requests)


def test_a_sample_is_a_part_and_the_next_run_does_the_rest(config, dois, oracle):
    with endpoint(oracle) as (url, _):
        assert pull(enriched(config, url), sample=30).asked == 30
        assert pull(enriched(config, url)).asked == len(dois) - 30


def test_refresh_asks_again_and_forgets_what_is_said_no_longer(config, dois, oracle):
    with endpoint(oracle) as (url, _):
        pull(enriched(config, url))
        oracle.knows = {dois[3]: [(SAME, iri("http://o/new"))]}
        report = pull(enriched(config, url), refresh=True)
    assert (report.asked, report.answered) == (len(dois), 1)
    assert kept(config)[0].answered == 1


def test_another_query_is_asked_about_all(config, dois, oracle, tmp_path):
    with endpoint(oracle) as (url, _):
        pull(enriched(config, url))
        path = tmp_path / "plain.rq"
        path.write_text("# better\n" + path.read_text())
        assert pull(enriched(config, url), sample=5).due == len(dois)
    assert kept(config)[0].asked == 5


def test_a_run_that_is_killed_keeps_every_finished_batch(config, dois, oracle):
    class Killed(BaseException):
        pass

    def die(_name, done, _total):
        if done >= 80:
            raise Killed

    with endpoint(oracle) as (url, _):
        with pytest.raises(Killed):
            pull(enriched(config, url), progress=die)
        oracle.requests.clear()
        report = pull(enriched(config, url))
    assert report.due == len(dois) - 80
    assert sum(map(len, oracle.requests)) == len(dois) - 80


def test_rows_limited_in_silence_are_all_read_and_the_limit_is_obeyed(config, dois, oracle):
    oracle.most_rows = 7
    told: list[str] = []
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url), tell=told.append)
    assert (report.statements, report.row_limit) == (len(dois), 7)
    assert [each for each in told if "7 rows at most" in each] == told
    assert len(told) == 1
    assert oracle.pages[0] == (1000, 0)
    assert {limit for limit, _ in oracle.pages[3:]} == {7}


def test_an_endpoint_that_cannot_page_is_found_out(config, oracle):
    oracle.obeys_offset = False
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url))
    assert "gives the same rows behind OFFSET 40" in report.stopped
    assert report.asked == 0


def test_a_batch_that_is_too_heavy_is_halved_down_to_what_fails(config, dois, oracle):
    bad = dois[5]
    oracle.fault = lambda asked: ok(b"too slow", "text/plain", 504) if bad in asked else None
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url))
        assert [each.identifier for each in report.failed] == [f"doi:{bad}"]
        assert "HTTP status 504: too slow" in report.failed[0].reason
        assert report.asked == len(dois) - 1
        assert [len(each) for each in oracle.requests[:7]] == [40, 20, 10, 5, 5, 2, 1]
        oracle.fault = lambda _: None
        again = pull(enriched(config, url))
    assert (again.due, again.asked, kept(config)[1]) == (1, 1, [])


def test_what_was_known_stays_when_asking_again_fails(config, dois, oracle):
    with endpoint(oracle) as (url, _):
        pull(enriched(config, url))
        oracle.fault = lambda asked: ok(b"", status=504) if dois[0] in asked else None
        report = pull(enriched(config, url), refresh=True)
    assert len(report.failed) == 1
    assert (kept(config)[0].answered, kept(config)[0].failed) == (len(dois), 1)


def test_an_endpoint_that_fails_for_all_is_left_alone_soon(config, oracle):
    oracle.fault = lambda _: ok(b"", status=503)
    with endpoint(oracle) as (url, asked):
        report = pull(enriched(config, url))
    assert (report.asked, len(report.failed)) == (0, 5)
    assert "HTTP status 503" in report.stopped
    assert len(asked) < 15


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (ok(b"<html><title>Log in</title></html>", "text/html"), "'Log in'"),
        (ok(b"no such prefix", "text/plain", 400), "HTTP status 400: no such prefix"),
        (ok(b"go away", "text/plain", 403), "HTTP status 403: go away"),
    ],
)
def test_what_no_smaller_batch_would_mend_ends_the_run_at_once(config, oracle, reply, why):
    oracle.fault = lambda _: reply
    with endpoint(oracle) as (url, asked):
        report = pull(enriched(config, url))
    assert why in report.stopped
    assert (len(asked), report.failed) == (1, [])


def test_results_that_break_off_are_asked_for_in_smaller_batches(config, dois, oracle):
    def cut(asked):
        return ok(b'{"head": {"vars": []}, "results": {"bin') if len(asked) > 10 else None

    oracle.fault = cut
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url))
    assert (report.asked, report.failed) == (len(dois), [])


def test_what_may_not_be_kept_is_counted_and_listed(config, dois, oracle):
    known = oracle.knows[dois[0]]
    known += [
        (SAME, {"type": "bnode", "value": "b1"}),
        (SAME, iri("no iri at all")),
        ("https://w3id.org/weft#fromRecord", iri("http://o/fake")),
        (
            SAME,
            {"type": "literal", "value": "x", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
        ),
    ]
    oracle.extra = [
        {"entity": iri("http://elsewhere/1"), "predicate": iri(SAME), "object": iri("http://o/1")}
    ]
    with endpoint(oracle) as (url, _):
        report = pull(enriched(config, url, batch=1000))
    assert report.statements == len(dois)
    assert report.refused == {
        "a blank node": 1,
        "not legal RDF": 2,
        "a term of Weft's own account": 1,
        "not asked about": 1,
    }
    listed = {(each.identifier, each.reason, each.n) for each in report.examples}
    assert (f"doi:{dois[0]}", "not legal RDF", 2) in listed
    assert ("", "not asked about", 1) in listed


def test_identifiers_of_people_are_asked_about_by_their_address(config):
    oracle = Oracle()
    with endpoint(oracle) as (url, asked):
        report = pull(enriched(config, url, schemes=("orcid",)))
    assert report.identifiers > 0
    assert "(<https://orcid.org/0000-" in asked.queries[0]


def test_what_another_enrichment_answered_is_asked_about(config, dois, oracle):
    second = Oracle({"http://o/2": [(SAME, iri("http://o/end"))]})
    with endpoint(oracle) as (url, _), endpoint(second) as (further, _):
        first = enriched(config, url)
        more = enriched(config, further, schemes=(), through="first").enrichments["other"]
        both = replace(first, enrichments={"first": first.enrichments["other"], "other": more})
        reports = enrich(both, ["first", "other"], opener=quiet_opener)
    assert [each.answered for each in reports] == [len(dois), 1]
    with open_keep(config.data) as keep:
        assert list(keep.answered_iris("other")) == [(f"doi:{dois[2]}", "<http://o/end>")]
