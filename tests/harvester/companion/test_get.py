"""What the client does for a companion: the body of a 200, and an error for anything else."""

import pytest

from harvester.companion.wanted import Companion
from harvester.errors import RateLimited, RepositoryUnreachable, UnexpectedStatus
from harvester.http.politeness import Wait
from harvester.http.transport import Lost
from harvester.record import Repository
from harvester.request import identify
from tests.harvester.companion.services import answered
from tests.harvester.fake_repository import FakeRepository, error

URL = "http://service.example/api/1"
COMPANION = Companion(kind="cernopendata", url=URL, requests_per_minute=0, retries=2)


@pytest.fixture
def get(client_of):
    """Fetches one address from a service that answers so, in turn; gives the waits as well."""

    async def run(*answers):
        queue = list(answers)
        waits: list[Wait] = []

        async def transport(_: str, /):
            answer = queue.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        body = await client_of(transport).get(COMPANION, URL, told=waits.append)
        return body, [wait.seconds for wait in waits]

    return run


async def test_a_body_comes_as_it_is_whatever_it_holds(get):
    assert await get(answered(b"\xff<html>")) == (b"\xff<html>", [])


async def test_an_oai_pmh_error_is_no_answer_of_a_companion(get):
    with pytest.raises(UnexpectedStatus) as caught:
        await get(error("noRecordsMatch", status=422))
    assert caught.value.status == 422


@pytest.mark.parametrize("status", [400, 403, 404, 410])
async def test_a_status_that_stays_is_not_asked_again(get, status):
    with pytest.raises(UnexpectedStatus) as caught:
        await get(answered({"message": "no"}, status=status))
    assert (caught.value.status, caught.value.body) == (status, b'{"message": "no"}')


async def test_what_may_pass_is_asked_again_after_five_seconds_and_more(get):
    bad = answered({}, status=502)
    assert await get(bad, Lost("reset", url=URL), answered(b"{}")) == (b"{}", [5.0, 10.0])


async def test_the_retry_plan_ends(get):
    with pytest.raises(RateLimited):
        await get(*[answered({}, status=429)] * 3)
    with pytest.raises(RepositoryUnreachable):
        await get(*[Lost("reset", url=URL)] * 3)


async def test_a_companion_shares_its_hosts_pace_with_a_source(client_of, clock):
    fake = FakeRepository([])
    client = client_of(lambda url: fake(url) if "verb" in url else _nothing())
    source = Repository(url="http://service.example/oai", requests_per_minute=30)
    await client.ask(source, identify())
    await client.get(COMPANION, URL)
    assert clock.slept == [2.0]


async def _nothing():
    return answered(b"{}")
