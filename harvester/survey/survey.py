"""What a repository offers, asked before a harvest: few requests, every failure kept as a text."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeVar

import msgspec

from harvester.answers.parse import (
    Answer,
    RepositoryDescription,
    read_formats,
    read_identify,
    read_page,
    read_sets,
)
from harvester.client import Client, HttpAnswer
from harvester.errors import (
    HarvestError,
    NoRecordsMatch,
    NoSetHierarchy,
    OaiError,
    TransportError,
)
from harvester.protocol import Verb
from harvester.record import Repository
from harvester.request import (
    Position,
    Request,
    identify,
    list_metadata_formats,
    list_records,
    list_sets,
    next_request,
)
from harvester.survey.found import (
    FirstPage,
    Survey,
    is_same_address,
    list_size,
    metadata_roots,
    moment_of,
    plain,
    together,
    token_lifetime_s,
)
from harvester.window import Window, time_line

SET_PAGES: Final = 20
"""Pages of ListSets that a survey reads; Zenodo has 42,068 sets."""
RETRIES: Final = 2
"""How often a survey asks again at most: somebody is waiting for it."""
SKEW_S: Final = 300.0
"""A server's clock may differ so many seconds before it counts as a problem (guessed)."""

_UNCOUNTED: Final = "no completeListSize: completeness cannot be counted"

_T = TypeVar("_T")


async def survey(
    repository: Repository,
    client: Client,
    *,
    prefixes: Sequence[str] = (),
    covered_until: str = "",
) -> Survey:
    """Ask a repository to describe itself, and for the first page of its list.

    A part that fails is told in `problems` and does not stop the others. Identify,
    ListMetadataFormats, ListSets and ListRecords are asked, in this order, one at a time.

    Args:
        repository: whom to ask, how politely, and for which prefix and set.
        client: asks.
        prefixes: take the first of these that is offered instead of `repository.prefix`.
        covered_until: responseDate up to which everything is known; the list is asked for from
            one granule before. Empty for the whole list.
    """
    inquiry = _Inquiry(repository=repository, client=client)
    return await inquiry.to_end(prefixes, covered_until)


@dataclass(slots=True)
class _Stopwatch:
    """A transport that notes how long its last answer took."""

    client: Client
    answer_s: float = 0.0

    async def __call__(self, url: str, /) -> HttpAnswer:
        clock = self.client.clock.monotonic
        begun = clock()
        answer = await self.client.transport(url)
        self.answer_s = clock() - begun
        return answer


@dataclass(slots=True, kw_only=True)
class _Inquiry:
    """One survey under way: what has been said so far."""

    repository: Repository
    client: Client
    has_answered: bool = False
    problems: list[str] = field(default_factory=list)

    async def to_end(self, prefixes: Sequence[str], covered_until: str) -> Survey:
        self._be_brief(RETRIES)
        described, skew_s, compression = await self._identify()
        formats = await self._formats()
        prefix = self._choose(formats, prefixes)
        sets, n_sets = await self._sets()
        from_ = self._from(described, covered_until)
        page = await self._first_pages(prefix, from_) if prefix else None
        return Survey(
            url=self.repository.url,
            prefix=prefix,
            has_answered=self.has_answered,
            name=plain(described.name) if described else "",
            base_url=plain(described.base_url) if described else "",
            earliest_datestamp=plain(described.earliest_datestamp) if described else "",
            granularity=described.granularity.value if described else "",
            deleted_record=plain(described.deleted_record) if described else "",
            clock_skew_s=skew_s,
            compression=compression,
            formats=formats,
            sets=sets,
            n_sets=n_sets,
            from_=from_,
            announced=page.announced if page else None,
            page_size=page.page_size if page else None,
            token_lifetime_s=page.token_lifetime_s if page else None,
            answer_s=page.answer_s if page else None,
            roots=page.roots if page else (),
            problems=tuple(map(plain, self.problems)),
        )

    def _be_brief(self, retries: int) -> None:
        retries = min(retries, self.repository.retries)
        self.repository = msgspec.structs.replace(self.repository, retries=retries)

    async def _ask(self, request: Request, client: Client | None = None) -> Answer:
        try:
            answer = await (client or self.client).ask(self.repository, request)
        except OaiError:
            self.has_answered = True
            raise
        self.has_answered = True
        if answer.mends:
            self.problems.append(f"{request.verb} had to be mended: {', '.join(answer.mends)}")
        return answer

    async def _part(self, what: str, asking: Callable[[], Awaitable[_T]], otherwise: _T) -> _T:
        """A part's answer; when it fails, a problem is noted and `otherwise` stands for it."""
        try:
            return await asking()
        except TransportError as error:
            self._be_brief(0)  # the rest will hardly fare better, and each would wait as long
            self.problems.append(f"{what} failed: {error}")
        except HarvestError as error:
            self.problems.append(f"{what} failed: {error}")
        return otherwise

    async def _identify(
        self,
    ) -> tuple[RepositoryDescription | None, float | None, tuple[str, ...]]:
        answer = await self._part("Identify", lambda: self._ask(identify()), None)
        if answer is None:
            return None, None, ()
        described = read_identify(answer)
        skew_s = self._skew(described.response_date)
        if not is_same_address(described.base_url, self.repository.url):
            self.problems.append(f"Identify names another address: {described.base_url}")
        if moment_of(described.earliest_datestamp) is None:
            self.problems.append(
                f"the earliestDatestamp {described.earliest_datestamp!r} cannot be read"
            )
        elements = answer.xml.iterfind("{*}Identify/{*}compression")
        return described, skew_s, tuple(plain(each.text or "") for each in elements)

    def _skew(self, response_date: str) -> float | None:
        theirs = moment_of(response_date)
        if theirs is None:
            self.problems.append(f"the responseDate {response_date!r} cannot be read")
            return None
        skew_s = round((theirs - self.client.clock.now()).total_seconds(), 0)
        if abs(skew_s) > SKEW_S:
            side = "ahead" if skew_s > 0 else "behind"
            self.problems.append(f"the server's clock is {abs(skew_s):.0f} s {side}")
        return skew_s

    async def _formats(self) -> tuple[str, ...]:
        answer = await self._part(
            "ListMetadataFormats", lambda: self._ask(list_metadata_formats()), None
        )
        return tuple(plain(each.prefix) for each in read_formats(answer)) if answer else ()

    def _choose(self, formats: tuple[str, ...], prefixes: Sequence[str]) -> str:
        """The prefix to list; empty when none of the wanted ones is offered."""
        if prefixes:
            chosen = next((prefix for prefix in prefixes if prefix in formats), "")
            if formats and not chosen:
                self.problems.append(
                    f"none of {', '.join(prefixes)} is offered; {_offered(formats)}"
                )
            return chosen
        wanted = self.repository.prefix
        if formats and wanted not in formats:
            self.problems.append(f"the prefix {wanted} is not offered; {_offered(formats)}")
        return wanted

    async def _sets(self) -> tuple[tuple[str, ...], int | None]:
        """The setSpecs of the first pages, and how many there are where that is known."""
        listed = _Sets()
        await self._part("ListSets", lambda: self._read_sets(listed), None)
        for wanted in filter(None, self.repository.set_specs):
            spec = wanted.partition("~")[0]  # DataCite: SET~query
            if listed.is_whole and spec not in listed.specs:
                alike = [each for each in listed.specs if each.casefold() == spec.casefold()]
                hint = f"; did you mean {alike[0]}?" if alike else ""
                self.problems.append(f"the set {spec} is not listed{hint}")
        return tuple(listed.specs), listed.size

    async def _read_sets(self, listed: "_Sets") -> None:
        position, step = Position(verb=Verb.LIST_SETS), list_sets()
        for _ in range(SET_PAGES):
            try:
                answer = await self._ask(step)
            except NoSetHierarchy:
                listed.size, listed.is_whole = 0, True
                return
            found, token = read_sets(answer)
            listed.specs.extend(plain(each.spec) for each in found)
            listed.size = list_size(answer, Verb.LIST_SETS)
            position, following = next_request(position, token=token, n_records=len(found))
            if not isinstance(following, Request):
                listed.is_whole = not token
                listed.size = len(listed.specs) if listed.is_whole else listed.size
                return
            missing = set(filter(None, self.repository.set_specs)) - set(listed.specs)
            if listed.size is not None and not missing:
                return  # the rest would tell nothing new
            step = following

    def _from(self, described: RepositoryDescription | None, covered_until: str) -> str:
        if described is None or not covered_until:
            return ""
        line = time_line(
            described.earliest_datestamp, self.client.clock.now(), described.granularity
        )
        return line.since(covered_until)

    async def _first_pages(self, prefix: str, from_: str) -> FirstPage | None:
        """The first page of every set's list, taken together; None when none arrived."""
        pages = []
        for set_spec in self.repository.set_specs:
            window = Window(from_=from_, set_spec=set_spec)
            what = f"ListRecords of the set {set_spec}" if set_spec else "ListRecords"
            reading = partial(self._read_first_page, prefix, window)
            pages.append(await self._part(what, reading, None))
        arrived = [page for page in pages if page is not None]
        return together(arrived, is_whole=len(arrived) == len(pages)) if arrived else None

    async def _read_first_page(self, prefix: str, window: Window) -> FirstPage:
        stopwatch = _Stopwatch(self.client)
        timed = replace(self.client, transport=stopwatch)
        try:
            answer = await self._ask(list_records(prefix, window), timed)
        except NoRecordsMatch:
            if not window.from_:
                what = f"the set {window.set_spec}" if window.set_spec else "the list"
                self.problems.append(f"{what} is empty: the repository answers noRecordsMatch")
            return FirstPage(
                announced=0,
                page_size=0,
                token_lifetime_s=None,
                answer_s=stopwatch.answer_s,
                roots=(),
            )
        page = read_page(answer)
        n_records = len(page.records) + len(page.rejected)
        announced = n_records if page.token is None else page.complete_list_size
        if announced is None and _UNCOUNTED not in self.problems:
            self.problems.append(_UNCOUNTED)
        return FirstPage(
            announced=announced,
            page_size=n_records,
            token_lifetime_s=token_lifetime_s(answer),
            answer_s=stopwatch.answer_s,
            roots=metadata_roots(answer),
        )


@dataclass(slots=True)
class _Sets:
    """What ListSets has told so far; kept when a later page fails."""

    specs: list[str] = field(default_factory=list)
    size: int | None = None
    is_whole: bool = False


def _offered(formats: Sequence[str]) -> str:
    return f"offered: {', '.join(formats)}"
