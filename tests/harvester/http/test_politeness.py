"""How often one host may be asked."""

import pytest

from harvester.http.politeness import Pacing, Wait, host_of


def waits(pacing: Pacing, host: str, *, n: int, now: float) -> list[float]:
    return [pacing.reserve(host, now=now).seconds for _ in range(n)]


def limited(**limits) -> Pacing:
    pacing = Pacing()
    pacing.join("a", **limits)
    return pacing


def test_requests_to_one_host_are_spaced_evenly():
    assert waits(limited(requests_per_minute=30), "a", n=3, now=100.0) == [0.0, 2.0, 4.0]


def test_the_reason_names_the_limit():
    pacing = limited(requests_per_minute=30)
    pacing.reserve("a", now=0.0)
    assert pacing.reserve("a", now=0.0) == Wait(seconds=2.0, reason="30 requests a minute")


def test_hosts_do_not_wait_for_each_other():
    pacing = limited(requests_per_minute=1)
    pacing.join("b", requests_per_minute=1)
    pacing.reserve("a", now=0.0)
    assert waits(pacing, "b", n=1, now=0.0) == [0.0]


def test_unused_time_is_not_saved_up():
    pacing = limited(requests_per_minute=60)
    pacing.reserve("a", now=0.0)
    assert waits(pacing, "a", n=2, now=100.0) == [0.0, 1.0]


def test_zero_means_no_limit():
    assert waits(limited(requests_per_minute=0), "a", n=2, now=5.0) == [0.0, 0.0]


@pytest.mark.parametrize("order", [(30, 60, 0), (0, 60, 30)])
def test_sources_on_one_host_share_the_stricter_rate(order):
    pacing = Pacing()
    for requests_per_minute in order:
        pacing.join("a", requests_per_minute=requests_per_minute)
    assert waits(pacing, "a", n=2, now=0.0) == [0.0, 2.0]


def test_a_crawl_delay_counts_from_the_end_of_an_answer():
    pacing = limited(requests_per_minute=60, crawl_delay_s=10)
    pacing.reserve("a", now=0.0)
    pacing.finish("a", now=7.0)
    assert pacing.reserve("a", now=8.0) == Wait(seconds=9.0, reason="crawl delay 10 s")


def test_sources_on_one_host_share_the_longer_crawl_delay():
    pacing = limited(crawl_delay_s=10)
    pacing.join("a", crawl_delay_s=1)
    pacing.finish("a", now=0.0)
    assert waits(pacing, "a", n=1, now=0.0) == [10.0]


def test_the_larger_parallel_of_a_host_counts_and_a_crawl_delay_allows_one():
    pacing = Pacing()
    assert pacing.join("a", parallel=2) == 2
    assert pacing.join("a", parallel=4) == 4
    assert pacing.join("a", parallel=1) == 4
    assert pacing.join("a", parallel=4, crawl_delay_s=0.5) == 1


def test_a_host_that_finds_it_too_many_gets_one_less_at_a_time_and_never_none():
    pacing = limited(parallel=3)
    assert [pacing.narrow("a") for _ in range(4)] == [2, 1, 1, 1]
    assert pacing.join("a", parallel=3) == 1
    assert pacing.join("a", parallel=4) == 2


def test_redirects_that_were_followed_count_as_requests():
    pacing = limited(requests_per_minute=60)
    pacing.reserve("a", now=0.0)
    pacing.finish("a", now=0.0, n_redirects=2)
    assert waits(pacing, "a", n=1, now=0.0) == [3.0]


def test_a_held_host_is_left_alone_even_without_a_limit():
    pacing = Pacing()
    pacing.hold("a", until=30.0, reason="Retry-After 20 s")
    assert pacing.reserve("a", now=10.0) == Wait(seconds=20.0, reason="Retry-After 20 s")


def test_a_shorter_hold_does_not_shorten_a_longer_one():
    pacing = Pacing()
    pacing.hold("a", until=30.0, reason="long")
    pacing.hold("a", until=5.0, reason="short")
    assert pacing.reserve("a", now=0.0) == Wait(seconds=30.0, reason="long")


def test_after_a_hold_the_rate_is_kept():
    pacing = limited(requests_per_minute=60)
    pacing.hold("a", until=30.0, reason="held")
    assert waits(pacing, "a", n=3, now=0.0) == [30.0, 31.0, 32.0]


def test_a_host_is_held_until_the_moment():
    pacing = Pacing()
    pacing.hold("a", until=30.0, reason="held")
    assert [pacing.is_held("a", now=now) for now in (0.0, 29.9, 29.9995, 30.0)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Zenodo.org/oai2d", "zenodo.org"),
        ("http://zenodo.org:80/x", "zenodo.org"),
        ("https://me@zenodo.org:443/x", "zenodo.org"),
        ("http://127.0.0.1:8080/oai", "127.0.0.1:8080"),
    ],
)
def test_addresses_of_one_host_share_its_name(url, host):
    assert host_of(url) == host
