"""How often a client may ask."""

import aiohttp
import pytest

from search.web.operation.rate_limit import RateLimiter
from search.web.operation.settings import ServeSettings
from tests.search.web.servers import publish_release, serving


def test_a_burst_passes_and_then_the_rate_counts():
    limiter = RateLimiter(rate_per_s=2, burst=3)
    assert [limiter.wait_s("192.0.2.1", 100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_s("192.0.2.1", 100.5) == 0
    assert limiter.wait_s("192.0.2.1", 100.5) == 0.5


def test_a_refused_request_costs_nothing_and_rest_fills_up_to_the_burst_only():
    limiter = RateLimiter(rate_per_s=1, burst=2)
    waits = [limiter.wait_s("192.0.2.1", 0.0) for _ in range(5)]
    assert waits == [0, 0, 1, 1, 1]
    assert [limiter.wait_s("192.0.2.1", 1000.0) for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("one", "other", "are_one_client"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "192.0.2.1", False),
    ],
)
def test_an_ipv6_network_is_one_client(one, other, are_one_client):
    limiter = RateLimiter(rate_per_s=1, burst=1)
    assert limiter.wait_s(one, 0.0) == 0
    assert (limiter.wait_s(other, 0.0) > 0) is are_one_client


def test_the_client_that_asked_longest_ago_is_forgotten_first():
    limiter = RateLimiter(rate_per_s=1, burst=1, max_clients=2)
    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        limiter.wait_s(client, 0.0)
    assert len(limiter) == 2
    assert limiter.wait_s("192.0.2.1", 0.0) == 1
    assert limiter.wait_s("192.0.2.2", 0.0) == 0


async def test_past_its_rate_a_client_gets_429_and_when_to_ask_again(tmp_path):
    publish_release(tmp_path)
    settings = ServeSettings(rate_limit_per_s=0.001, rate_burst=2)
    async with serving(tmp_path, settings=settings) as address, aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.get(f"{address}/about") as response:
                assert response.status == 200
        async with session.get(f"{address}/about") as response:
            assert response.status == 429
            assert 990 <= int(response.headers["Retry-After"]) <= 1000
            assert (await response.json())["error"].startswith("too many requests")
            assert response.headers["Weft-Release"] == "1"
        async with session.get(f"{address}/readyz") as response:
            assert response.status == 200


async def test_behind_a_proxy_each_client_has_its_own_rate(tmp_path):
    publish_release(tmp_path)
    settings = ServeSettings(rate_limit_per_s=0.001, rate_burst=1, trusted_proxies=("127.0.0.0/8",))
    statuses = []
    async with serving(tmp_path, settings=settings) as address, aiohttp.ClientSession() as session:
        for client in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.9, 192.0.2.2"):
            async with session.get(
                f"{address}/about", headers={"x-forwarded-for": client}
            ) as response:
                statuses.append(response.status)
    assert statuses == [200, 200, 429, 429]


async def test_who_claims_to_be_a_proxy_is_not_believed(tmp_path):
    publish_release(tmp_path)
    settings = ServeSettings(rate_limit_per_s=0.001, rate_burst=1)
    statuses = []
    async with serving(tmp_path, settings=settings) as address, aiohttp.ClientSession() as session:
        for client in ("192.0.2.1", "192.0.2.2"):
            async with session.get(
                f"{address}/about", headers={"X-Forwarded-For": client}
            ) as response:
                statuses.append(response.status)
    assert statuses == [200, 429]
