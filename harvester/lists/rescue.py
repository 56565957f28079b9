"""The last way to a window's records: its identifiers, and each missing record by GetRecord."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from harvester.answers.parse import Page, Rejected, read_record
from harvester.client import Client
from harvester.errors import (
    HarvestError,
    OaiError,
    ProtocolError,
    RateLimited,
    StorageError,
    TransportError,
)
from harvester.http.politeness import Wait
from harvester.lists.listing import ListBroken, Listing, to_keep
from harvester.protocol import Verb
from harvester.record import RawRecord, Repository
from harvester.request import get_record
from harvester.stage import OpenWindow, Stage, Tally
from harvester.staging.windows import NOT_DELIVERED
from harvester.window import Window

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Rescued:
    """What came of a window's identifiers."""

    lost: dict[str, None] = field(default_factory=dict)
    """Identifiers whose records could not be had, in the order of finding; each is kept as a
    rejection with its reason."""
    tally: Tally = field(default_factory=Tally)
    n_items: int = 0
    """Headers in the list of identifiers, repeated ones included."""
    announced: int = 0
    """What that list announced; 0 when it did not."""

    @property
    def is_whole(self) -> bool:
        """Whether the list of identifiers came as long as it was announced."""
        return self.n_items >= self.announced > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescuer:
    """Fetches single records of one repository into one stage."""

    repository: Repository
    client: Client
    stage: Stage
    is_alive: Callable[[], Awaitable[bool]]
    """Asks whether the repository answers at all."""
    told: Callable[[Wait], None] | None = None

    async def rescue(self, window: OpenWindow) -> Rescued:
        """Stage what a window lists and the stage has not.

        Raises:
            ListBroken: its identifiers cannot be listed either.
            RateLimited, TransportError: the repository does not answer any more.
        """
        rescued = Rescued()
        listing = Listing(
            repository=self.repository,
            client=self.client,
            verb=Verb.LIST_IDENTIFIERS,
            window=window.window,
            told=self.told,
        )
        async for page, _ in listing.pages():
            rescued.n_items += len(page.headers)
            rescued.announced = max(rescued.announced, page.complete_list_size or 0)
            for header in await self.stage.arrived(window.window_id, page.headers):
                if header.identifier in rescued.lost:
                    continue
                error = await self._fetch(header.identifier, window.window_id, rescued)
                if error is not None:
                    await self._name(header.identifier, window.window_id, error)
        return rescued

    async def count(self, window: Window) -> int | None:
        """How many records a window has, from the first page of its identifiers; None: unknown."""
        listing = Listing(
            repository=self.repository,
            client=self.client,
            verb=Verb.LIST_IDENTIFIERS,
            window=window,
            told=self.told,
        )
        pages = listing.pages()
        try:
            page, _ = await anext(pages)
        except (ListBroken, ProtocolError):
            return None
        finally:
            await pages.aclose()
        if page.complete_list_size is None:
            return None if page.token else len(page.items)
        return max(page.complete_list_size, len(page.items))

    async def fetch_again(self, identifiers: tuple[str, ...], window_id: int) -> Rescued:
        """Try once more what earlier runs could not have."""
        rescued = Rescued()
        for identifier in identifiers:
            await self._fetch(identifier, window_id, rescued)
        return rescued

    async def _fetch(
        self, identifier: str, window_id: int, rescued: Rescued
    ) -> HarvestError | None:
        """Stage one record; gives the reason why it cannot be had."""
        patient = replace(self.repository, retries=min(2, self.repository.retries))
        try:
            answer = await self.client.ask(
                patient, get_record(identifier, self.repository.prefix), told=self.told
            )
            record = read_record(answer)
        except (RateLimited, StorageError):
            raise
        except HarvestError as error:
            if isinstance(error, TransportError) and not await self.is_alive():
                raise
            rescued.lost[identifier] = None
            return error
        if (kept := to_keep(answer)) is not None:
            await self.stage.keep(window_id, kept, is_staged=True)
        _, tally = await self.stage.commit_page(window_id, _page_of(record, identifier))
        rescued.tally += tally
        await self.stage.resolve(window_id, identifier)
        return None

    async def _name(self, identifier: str, window_id: int, error: HarvestError) -> None:
        """Keep a record that is listed and cannot be had, with the reason."""
        log.warning(
            "lost source_url=%s identifier=%s because=%s", self.repository.url, identifier, error
        )
        body = error.body if isinstance(error, ProtocolError | OaiError) else b""
        rejected = Rejected(
            identifier=identifier, reason=NOT_DELIVERED, detail=str(error), body=body
        )
        await self.stage.keep(window_id, rejected)


def _page_of(record: RawRecord | Rejected | None, identifier: str) -> Page:
    if record is None:
        record = Rejected(
            identifier=identifier, reason="no-record", detail="GetRecord answers none", body=b""
        )
    return Page(
        records=(record,) if isinstance(record, RawRecord) else (),
        rejected=() if isinstance(record, RawRecord) else (record,),
        token=None,
        complete_list_size=None,
        cursor=None,
        response_date="",
    )
