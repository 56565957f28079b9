"""Counting a release: once, and what was counted is kept when a client leaves."""

import asyncio

import pytest

from search.sparql.pool import Limits
from search.web.linked.void_counts import count
from search.web.site import open_site


async def test_what_was_counted_before_a_client_left_is_not_counted_again(
    linked_directory, monkeypatch
):
    async with open_site(linked_directory, limits=Limits(workers=1)) as site:
        run, asked = site.pool.run, []

        async def leave_at_the_third(query, format):  # noqa: A002  # the name that callers use
            asked.append(query)
            if len(asked) == 3:
                raise asyncio.CancelledError
            return await run(query, format)

        monkeypatch.setattr(site.pool, "run", leave_at_the_third)
        with pytest.raises(asyncio.CancelledError):
            await count(site)
        statistics = await count(site)
    assert asked[2] == asked[3]
    assert len(asked) == 6
    assert statistics.classes["https://schema.org/Dataset",] == 3


async def test_counts_between_kinds_and_sources_are_of_links(linked_directory):
    async with open_site(linked_directory, limits=Limits(workers=1)) as site:
        statistics = await count(site)
    assert statistics.between_kinds == {
        ("https://w3id.org/weft#isSupplementTo", "dataset", "paper"): 1,
        ("http://purl.org/dc/terms/isPartOf", "dataset", "dataset"): 1,
    }
    assert statistics.between_sources == {
        ("http://purl.org/dc/terms/isPartOf", "zenodo", "zenodo"): 1
    }
    assert statistics.sources == {("zenodo",): 2}
