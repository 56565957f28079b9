"""The repository behind the faults: it answers every verb as OAI-PMH 2.0 asks, and counts.

Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal
from xml.sax.saxutils import escape

from harvester.protocol import Granularity, format_datestamp, parse_datestamp
from tests.harvester.misbehaving.answers import HOME, Ask, Counts, Listing, Reply, oai_error
from tests.harvester.misbehaving.clock import SharedClock
from tests.harvester.misbehaving.holdings import Item, holdings
from tests.harvester.misbehaving.paging import BadToken, Offset, Paging, Query, Slice

Answering = Callable[[Ask], Reply]
Fault = Callable[["Misbehaving", Ask, Answering], Reply]
"""Answers in place of the repository, which it may ask (`Answering`) or leave out."""

LastToken = Literal["attributes", "empty", "absent"]


@dataclass
class Misbehaving:
    """A well-behaved repository, and the faults in front of it."""

    items: list[Item] = field(default_factory=holdings)
    paging: Paging = field(default_factory=Offset)
    faults: tuple[Fault, ...] = ()
    """The first is the outermost."""
    quirks: tuple[Fault, ...] = ()
    """What the software always does; stands behind the faults and is never mended."""
    granularity: Granularity = Granularity.SECOND
    identify: dict[str, str | None] = field(default_factory=dict)
    """Elements of Identify that differ from the usual; None leaves one out."""
    announces: bool = True
    """Whether tokens carry completeListSize and cursor."""
    last_token: LastToken = "attributes"  # noqa: S105  # a form
    error_status: int = 200
    """HTTP status of OAI errors; Invenio uses 422."""
    clock: SharedClock = field(default_factory=SharedClock)
    counts: Counts = field(default_factory=Counts)
    _acted_on: set[str] = field(default_factory=set)

    def answer(self, ask: Ask) -> Reply:
        """Answer a request through the faults."""
        self.counts.asks.append(ask)
        if not ask.path.endswith(("/oai", "/moved")):
            self.counts.fetched.append(ask.path)
            return Reply(status=200, body=b"<!ENTITY fetched 'fetched'>")
        answering: Answering = self._answer
        for quirk in reversed(self.quirks):
            answering = _behind(_uncounted(quirk), self, answering)
        for fault in reversed(self.faults):
            answering = _behind(fault, self, answering)
        return answering(ask)

    def all_identifiers(self, set_spec: str = "") -> frozenset[str]:
        """What a harvest must bring, deleted records included."""
        return frozenset(
            item.identifier for item in self.items if not set_spec or set_spec in item.sets
        )

    def mend(self) -> None:
        """From now on behave."""
        self.faults = ()

    def _answer(self, ask: Ask) -> Reply:
        reply = self._verb(ask)
        is_error = reply.content.startswith("<error")
        return replace(
            reply,
            status=self.error_status if is_error else 200,
            date=format_datestamp(self.clock.now()),
            granularity=self.granularity,
        )

    def _verb(self, ask: Ask) -> Reply:
        match ask.verb:
            case "Identify":
                return Reply(content=self._identify())
            case "ListRecords" | "ListIdentifiers":
                return self._list(ask)
            case "GetRecord":
                return self._get_record(ask)
            case "ListMetadataFormats":
                return Reply(content=_FORMATS)
            case "ListSets":
                return Reply(content=_SETS)
            case _:
                return oai_error("badVerb", ask.verb)

    def _identify(self) -> str:
        usual: dict[str, str | None] = {
            "repositoryName": "Misbehaving",
            "baseURL": f"{HOME}/oai",
            "protocolVersion": "2.0",
            "adminEmail": "admin@misbehaving.example",
            "earliestDatestamp": self._stamp(min((i.datestamp for i in self.items), default="")),
            "deletedRecord": "persistent",
            "granularity": self.granularity,
        }
        elements = {**usual, **self.identify}
        told = "".join(
            f"<{name}>{escape(text)}</{name}>"
            for name, text in elements.items()
            if text is not None
        )
        return f"<Identify>{told}</Identify>"

    def _stamp(self, datestamp: str) -> str:
        return datestamp[:10] if self.granularity is Granularity.DAY else datestamp

    def _get_record(self, ask: Ask) -> Reply:
        wanted = ask.arguments.get("identifier")
        for item in self.items:
            if item.identifier == wanted:
                return Reply(record=item)
        return oai_error("idDoesNotExist", wanted or "")

    def _list(self, ask: Ask) -> Reply:
        try:
            taken = self._slice(ask)
        except BadToken:
            return oai_error("badResumptionToken", "invalid or expired")
        except ValueError as error:
            return oai_error("badArgument", str(error))
        if taken.total == 0:
            return oai_error("noRecordsMatch")
        return Reply(
            listing=Listing(
                verb=ask.verb,
                items=taken.items,
                token=self._token(taken),
                size=taken.total if self._announces(taken) else None,
                cursor=taken.cursor,
                granularity=self.granularity,
            )
        )

    def _slice(self, ask: Ask) -> Slice:
        if ask.token is not None:
            if ask.token in self._acted_on:
                self.counts.replayed.append(ask.token)
            self._acted_on.add(ask.token)
            return self.paging.resume(ask.verb, ask.token, self._matching, self.clock.elapsed_s)
        query = Query(
            verb=ask.verb,
            prefix=ask.arguments.get("metadataPrefix", ""),
            from_=ask.arguments.get("from", ""),
            until=ask.arguments.get("until", ""),
            set_spec=ask.arguments.get("set", ""),
        )
        self._check(query)
        return self.paging.first(query, self._matching, self.clock.elapsed_s)

    def _check(self, query: Query) -> None:
        """Refuse what the specification calls a badArgument.

        Raises:
            ValueError: says what is wrong.
        """
        if query.prefix != "oai_dc":
            raise ValueError("metadataPrefix does not exist")
        forms = {parse_datestamp(side)[1] for side in (query.from_, query.until) if side}
        if len(forms) > 1:
            raise ValueError("from and until differ in granularity")
        if Granularity.SECOND in forms and self.granularity is Granularity.DAY:
            raise ValueError("granularity is YYYY-MM-DD")
        if query.from_ and query.until and query.from_ > query.until:
            raise ValueError("from is after until")

    def _matching(self, query: Query) -> list[Item]:
        matching = [
            item
            for item in self.items
            if (not query.from_ or item.datestamp[: len(query.from_)] >= query.from_)
            and (not query.until or item.datestamp[: len(query.until)] <= query.until)
            and (not query.set_spec or query.set_spec in item.sets)
        ]
        return sorted(matching, key=lambda item: (item.datestamp, item.number))

    def _announces(self, taken: Slice) -> bool:
        is_bare = not taken.token and self.last_token == "empty"  # noqa: S105  # a form
        return self.announces and not is_bare

    def _token(self, taken: Slice) -> str | None:
        if taken.token:
            return taken.token
        if taken.cursor == 0:
            return None
        return None if self.last_token == "absent" else ""  # noqa: S105  # a form, not a secret


def _uncounted(quirk: Fault) -> Fault:
    """The quirk, not counted among the faults that are met."""

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        before = repository.counts.n_faults_met
        reply = quirk(repository, ask, answering)
        repository.counts.n_faults_met = before
        return reply

    return fault


def _behind(fault: Fault, repository: Misbehaving, answering: Answering) -> Answering:
    return lambda ask: fault(repository, ask, answering)


_FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix>"
    "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
    "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace>"
    "</metadataFormat></ListMetadataFormats>"
)
_SETS = "<ListSets>{}</ListSets>".format(
    "".join(
        f"<set><setSpec>{spec}</setSpec><setName>{spec.title()}</setName></set>"
        for spec in ("books", "open", "physics")
    )
)
