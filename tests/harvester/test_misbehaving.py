"""What must come of harvesting a repository that misbehaves, over real sockets: nothing is lost.

The table is in `misbehaving/scenarios_*.py`; every scenario is harvested once and each test here
makes one claim about all of them.
"""

import pytest
from lxml import etree

from tests.harvester.misbehaving.scenario import Outcome, play
from tests.harvester.misbehaving.scenarios_bytes import BYTES
from tests.harvester.misbehaving.scenarios_politeness import POLITENESS
from tests.harvester.misbehaving.scenarios_selection import SELECTIONS
from tests.harvester.misbehaving.scenarios_tokens import TOKENS
from tests.harvester.misbehaving.scenarios_windows import WINDOWS

SCENARIOS = (*WINDOWS, *SELECTIONS, *TOKENS, *POLITENESS, *BYTES)
_TITLE = ".//{http://purl.org/dc/elements/1.1/}title"


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.claim)
def outcome(request) -> Outcome:
    return play(request.param)


def test_what_can_be_had_is_staged(outcome):
    expected = set(outcome.wanted) - outcome.scenario.missing
    staged = set(outcome.staged)
    assert expected - staged == set(), f"not staged; {outcome.report}"
    assert staged - expected <= outcome.scenario.surplus


def test_what_is_staged_is_what_the_repository_holds(outcome):
    """Titles, sets and deletions; a page that is mended leaves the neighbours whole."""
    for identifier, item in outcome.wanted.items():
        record = outcome.staged.get(identifier)
        if record is None or identifier in outcome.scenario.damaged:
            continue
        assert record.is_deleted == item.is_deleted
        assert len(record.xml) <= outcome.scenario.max_record_bytes
        if not item.xml:
            assert record.sets == item.sets
            title = etree.fromstring(record.xml, _huge()).findtext(_TITLE)
            assert title == (None if item.is_deleted else item.title)


def test_no_staged_record_is_larger_than_it_was_sent(outcome):
    sizes = {record.identifier: len(record.xml) for record in outcome.staged.values()}
    most = outcome.scenario.max_record_bytes
    assert {each: size for each, size in sizes.items() if size > most} == {}


def test_the_report_tells_the_state_and_the_reason(outcome):
    report = outcome.report
    assert (report.state, report.error) == (outcome.scenario.state, report.error)
    assert (report.error is None) == (report.state == "complete")
    unsaid = [words for words in outcome.scenario.says if words not in (report.error or "")]
    assert unsaid == [], report.error


def test_what_could_not_be_staged_as_it_came_is_kept_with_its_reason(outcome):
    kept = {rejection.reason for rejection in outcome.rejections}
    kept |= {rejection.identifier for rejection in outcome.rejections}
    assert set(outcome.scenario.rejected) - kept == set(), outcome.rejections


def test_complete_means_that_nothing_is_missing_in_silence(outcome):
    """Whatever else a scenario promises: complete is never said while something is unaccounted."""
    if outcome.report.state != "complete":
        return
    named = {rejection.identifier for rejection in outcome.rejections}
    n_nameless = sum(
        not rejection.identifier and rejection.reason in {"no-header", "no-identifier"}
        for rejection in outcome.rejections
    )
    missing = set(outcome.wanted) - set(outcome.staged) - named
    assert len(missing) <= n_nameless, missing


def test_the_repository_is_not_hammered(outcome):
    counts, scenario = outcome.counts, outcome.scenario
    assert counts.n_requests <= scenario.max_requests
    if scenario.max_records is not None:
        assert counts.n_records <= scenario.max_records


def test_pauses_are_kept_and_none_is_made_up(outcome):
    assert outcome.counts.too_early == []
    if outcome.scenario.max_slept_s is not None:
        assert outcome.slept_s <= outcome.scenario.max_slept_s


def test_tokens_that_are_good_once_are_used_once(outcome):
    if not outcome.scenario.may_replay:
        assert outcome.counts.replayed == []


def test_nothing_but_the_repository_is_fetched(outcome):
    assert outcome.counts.fetched == []


def test_the_fault_is_met(outcome):
    """Else the scenario would claim nothing."""
    has_faults = bool(outcome.scenario.build().faults)
    if has_faults and not outcome.scenario.is_avoidable:
        assert outcome.counts.n_faults_met > 0


def test_the_next_run_in_good_order_completes_what_this_one_left(outcome):
    if outcome.report.state == "complete" or not outcome.scenario.is_curable:
        return
    assert outcome.healed is not None
    assert (outcome.healed.state, outcome.healed.error) == ("complete", None)
    assert set(outcome.wanted) - outcome.staged_after_healing == set()


def test_every_scenario_has_a_claim_of_its_own():
    claims = [scenario.claim for scenario in SCENARIOS]
    assert len(set(claims)) == len(claims)


def _huge() -> etree.XMLParser:
    return etree.XMLParser(huge_tree=True, resolve_entities=False)
