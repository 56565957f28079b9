"""Answers an `Ask` from the right release, page after page, and says what may have been meant."""

import asyncio
from dataclasses import replace
from typing import NamedTuple

from aiohttp import web

from graph.release import ReleaseInfo
from search.errors import BadSearch
from search.question.ask import Ask
from search.question.cursor import BEGIN, Cursor, read_cursor, write_cursor
from search.text.engine import NoPlace, SearchResult, TextIndex
from search.text.spelling import Correction, correct
from search.web.site import Site


class Answered(NamedTuple):
    """The answer to a question."""

    result: SearchResult
    release: ReleaseInfo
    """Which release it is from: that of the cursor, else the one that is served."""
    next: str | None
    """The cursor of the hits that follow, None when there are none."""
    correction: Correction | None
    """What may have been meant, when nothing was found."""


async def find(site: Site, ask: Ask, cursor: str | None = None) -> Answered:
    """Answer a question.

    Args:
        site: where.
        ask: what; with a cursor its offset is 0 and its limit is not.
        cursor: `BEGIN`, or the `next` of an answer; None for a page by offset.

    Raises:
        BadSearch: the cursor cannot be read, or does not go with the question.
        HTTPGone: the release that the cursor belongs to is there no longer.
        QuerySyntaxError: the query does not parse.
    """
    if cursor is not None and ask.offset:
        raise BadSearch("give an offset or a cursor, not both")
    if cursor is not None and not ask.limit:
        raise BadSearch("a page of a cursor needs a limit of 1 or more")
    # up to tens of ms on a large index, and tantivy leaves the interpreter lock: off the event loop
    if cursor in (None, BEGIN):
        return await asyncio.to_thread(_answered, ask, site.index, site.release.info)
    begun = read_cursor(cursor or "", ask)
    return await asyncio.to_thread(_go_on, site, replace(ask, after=begun.place), begun)


def _go_on(site: Site, ask: Ask, begun: Cursor) -> Answered:
    info = site.release.info
    if (begun.release, begun.made) == (info.number, info.created_at):
        return _answered(ask, site.index, info)
    with site.older.reading(begun.release, begun.made) as found:
        if found is None:
            message = (
                f"the cursor is of release {begun.release}, which is there no longer;"
                f" this is release {info.number}: begin again with cursor={BEGIN}"
            )
            raise web.HTTPGone(text=message)
        older, index = found
        return _answered(ask, index, older)


def _answered(ask: Ask, index: TextIndex, release: ReleaseInfo) -> Answered:
    try:
        result = index.search(ask.to_request())
    except NoPlace as error:
        # a checksum can be made up as well
        raise BadSearch(f"the cursor leads nowhere: {error}") from error
    next_ = None if result.next is None else write_cursor(release, ask, result.next)
    correction = None if result.total else correct(ask.text, index, ask.filters)
    return Answered(result, release, next_, correction)
