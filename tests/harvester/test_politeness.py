"""How often one host may be asked."""

from harvester.politeness import Pacing


def test_requests_to_one_host_are_spaced_evenly():
    pacing = Pacing()
    waits = [pacing.reserve("a", requests_per_minute=30, now=100.0) for _ in range(3)]
    assert waits == [0.0, 2.0, 4.0]


def test_hosts_do_not_wait_for_each_other():
    pacing = Pacing()
    pacing.reserve("a", requests_per_minute=1, now=0.0)
    assert pacing.reserve("b", requests_per_minute=1, now=0.0) == 0.0


def test_unused_time_is_not_saved_up():
    pacing = Pacing()
    pacing.reserve("a", requests_per_minute=60, now=0.0)
    waits = [pacing.reserve("a", requests_per_minute=60, now=100.0) for _ in range(2)]
    assert waits == [0.0, 1.0]


def test_zero_means_no_limit():
    pacing = Pacing()
    waits = [pacing.reserve("a", requests_per_minute=0, now=5.0) for _ in range(2)]
    assert waits == [0.0, 0.0]


def test_a_held_host_is_left_alone_even_without_a_limit():
    pacing = Pacing()
    pacing.hold("a", until=30.0)
    assert pacing.reserve("a", requests_per_minute=0, now=10.0) == 20.0


def test_a_shorter_hold_does_not_shorten_a_longer_one():
    pacing = Pacing()
    pacing.hold("a", until=30.0)
    pacing.hold("a", until=5.0)
    assert pacing.reserve("a", requests_per_minute=0, now=0.0) == 30.0
