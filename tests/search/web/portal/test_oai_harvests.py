"""Whole harvests of `/oai`: in parts, over changes of the release, and from then on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from lxml import etree

from graph.release import Release, turns_until, use
from graph.work import Work
from harvester.protocol import OAI, format_datestamp
from search.web.operation.settings import ServeSettings
from tests.graph.builders import Town, new_town, work
from tests.search.web.portal.towns import publish_town
from tests.search.web.servers import serving

N_WORKS = 120
LIST = "verb=ListRecords&metadataPrefix=oai_dc"
Answer = etree._Element


def works(*numbers: int, title: str = "") -> list[Work]:
    return [work(f"zenodo/{n}", f"doi:10.1/{n}", title=title or f"Title {n}") for n in numbers]


def named(*numbers: int) -> list[str]:
    return [f"zenodo/{n}" for n in numbers]


class Copy:
    """What a harvester keeps: the last title of each item, none of the deleted ones."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.n_received = 0

    def take(self, page: Answer) -> str:
        """Keep a page; gives the token for the next, empty when the list has ended."""
        for record in page.iter(f"{OAI}record"):
            self.n_received += 1
            key = record.findtext(f"{OAI}header/{OAI}identifier", "").rpartition(":")[2]
            self.titles.pop(key, None)
            if record.find(f"{OAI}metadata") is not None:
                self.titles[key] = record.findtext(".//{*}title", "")
        return page.findtext(f".//{OAI}resumptionToken", "")


async def ask(address: str, query: str) -> Answer:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/oai?{query}") as got:
        assert got.status == 200, await got.text()
        return etree.fromstring(await got.read())


async def rest(address: str, token: str, copy: Copy) -> None:
    """Follow a list to its end."""
    while token:
        token = copy.take(await ask(address, f"verb=ListRecords&resumptionToken={token}"))


async def switched(address: str, release: Release) -> None:
    """Wait until a release answers."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{address}/healthz") as got:
                if got.headers["Weft-Release"] == str(release.number):
                    return


def truth(town: Town) -> dict[str, str]:
    return {key: found[0][1].titles[0].value for key, found in town.catalogue.works.entities()}


@asynccontextmanager
async def begun(folder: Path) -> AsyncIterator[tuple[Town, Path, Release]]:
    with new_town(folder) as town:
        town.arrive(*works(*range(N_WORKS)))
        data = folder / "data"
        yield town, data, publish_town(data, town)


async def test_a_list_over_changes_of_the_release_and_a_restart_misses_nothing(tmp_path):
    """Changed behind the place or before it, new, deleted: each is met as it is in the end."""
    copy = Copy()
    async with begun(tmp_path) as (town, data, first):
        async with serving(data) as address:
            token = copy.take(await ask(address, LIST))
            place = list(copy.titles)
            behind, before = place[:5], sorted(town.keys().values())[-5:]
            numbers = {key: int(name.partition("/")[2]) for name, key in town.keys().items()}
            changed = [numbers[key] for key in behind + before]
            town.arrive(*works(*changed, title="Changed"), *works(1000))
            town.delete(*named(numbers[place[7]]))
            second = publish_town(data, town, first, changed=named(*changed, 1000))
            await switched(address, second)
        town.arrive(*works(numbers[place[0]], title="Changed again"))
        publish_town(data, town, second, changed=named(numbers[place[0]]))
        async with serving(data) as address:
            await rest(address, token, copy)
            assert copy.titles == truth(town)
    assert sorted(copy.titles.values()).count("Changed") == 9
    assert copy.n_received == N_WORKS + 7, "5 changed behind the place, 1 new, 1 deleted"


async def test_a_list_goes_on_when_a_release_written_whole_takes_over(tmp_path):
    """All of it counts as changed, so it comes anew; nothing is missed."""
    copy = Copy()
    async with begun(tmp_path) as (town, data, _), serving(data) as address:
        token = copy.take(await ask(address, LIST))
        town.arrive(*works(3, title="Changed"))
        await switched(address, publish_town(data, town))
        await rest(address, token, copy)
        assert copy.titles == truth(town)
    assert copy.n_received == 100 + N_WORKS


async def test_a_list_that_a_return_to_an_older_release_cuts_off_is_begun_anew(tmp_path):
    async with begun(tmp_path) as (town, data, first), serving(data) as address:
        town.arrive(*works(*range(N_WORKS), title="Changed"))
        second = publish_town(data, town, first, changed=named(*range(N_WORKS)))
        await switched(address, second)
        token = Copy().take(await ask(address, LIST))
        use(data, 1)
        await switched(address, first)
        page = await ask(address, f"verb=ListRecords&resumptionToken={token}")
        (error,) = page.iter(f"{OAI}error")
        assert error.get("code") == "badResumptionToken"


async def test_harvests_one_after_the_other_miss_nothing_whenever_a_release_comes(tmp_path):
    """Each asks for what changed since the date of the first answer of the one before it.

    The server looks for a new release so seldom that some answers come from the old one when the
    new one has long been published.
    """
    copy, since = Copy(), ""
    settings = ServeSettings(look_every_s=0.4)
    async with begun(tmp_path) as (town, data, first), serving(data, settings=settings) as address:
        latest = first
        for number in range(4):
            page = await ask(address, LIST + since)
            if page.find(f"{OAI}error") is None:
                await rest(address, copy.take(page), copy)
            since = f"&from={page.findtext(f'{OAI}responseDate')}"
            town.arrive(*works(number, number + 50, title=f"Changed {number}"))
            changed = named(number, number + 50)
            latest = publish_town(data, town, latest, changed=changed)
        await switched(address, latest)
        page = await ask(address, LIST + since)
        await rest(address, copy.take(page), copy)
        assert copy.titles == truth(town)


async def test_a_build_that_takes_long_is_dated_by_its_end(tmp_path):
    """It was begun before the harvest that did not see it."""
    async with begun(tmp_path) as (town, data, first):
        town.arrive(*works(5, title="Changed"))
        second = publish_town(data, town, first, changed=named(5))
        made_at = second.info.created_at
        published = format_datestamp(turns_until(second.path)[-1].at)
        assert made_at < published
        async with serving(data) as address:
            page = await ask(address, f"{LIST}&from={published}")
            stamps = {each.text or "" for each in page.iter(f"{OAI}datestamp")}
            assert published in stamps
            assert min(stamps) >= published


async def test_a_list_tells_its_size_and_where_it_is(tmp_path):
    async with begun(tmp_path) as (_, data, _), serving(data) as address:
        token = "x"  # noqa: S105  # a resumption token
        query, parts = LIST, []
        while token:
            page = await ask(address, query)
            (element,) = page.iter(f"{OAI}resumptionToken")
            n_records = sum(1 for _ in page.iter(f"{OAI}record"))
            parts.append((element.get("cursor"), element.get("completeListSize"), n_records))
            token = element.text or ""
            query = f"verb=ListRecords&resumptionToken={token}"
    assert parts == [("0", "120", 100), ("100", "120", 20)]
