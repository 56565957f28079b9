"""`/api/v1/holdings`: a list of titles held against the release, for programs."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from aiohttp import web
from msgspec import Meta, Struct

from search.errors import SearchError
from search.holdings.errand import FORMS, Want
from search.holdings.gap import GapLimits
from search.holdings.result import ListFile, Match
from search.web.answers import error_answer, search_error_answer
from search.web.api.operation import Answer, Operation, read_query
from search.web.holdings.answer import Asked, answering, send_file

_Values = tuple[Annotated[str, Meta(max_length=200)], ...]
_Year = Annotated[int, Meta(ge=0, le=9999)]


class HoldingsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of the list; all but `format` limits the gap."""

    format: Annotated[
        Literal["json", "csv", "html", "gap-kbart", "gap-marc", "gap-marcxml", "gap-csv"],
        Meta(
            description="`json`, `csv` and `html` tell what became of each row; the others"
            " list the gap: what the release has and the list lacks."
        ),
    ] = "json"
    kind: Annotated[_Values, Meta(description="Of the gap: dataset, paper, software, ...")] = ()
    source: Annotated[_Values, Meta(description="Of the gap: name of a source.")] = ()
    publisher: Annotated[_Values, Meta(description="Of the gap: words of its name.")] = ()
    language: Annotated[_Values, Meta(description="Of the gap: a code or an English name.")] = ()
    year_from: Annotated[_Year | None, Meta(description="Of the gap: first year.")] = None
    year_to: Annotated[_Year | None, Meta(description="Of the gap: last year.")] = None
    q: Annotated[str, Meta(description="Of the gap: in the query language.")] = ""
    parts: Annotated[bool, Meta(description="Of the gap: parts and versions one by one.")] = False

    def to_asked(self) -> Asked:
        """The same as the page puts it.

        Raises:
            HTTPBadRequest: nothing can be within these limits.
        """
        try:
            limits = GapLimits(
                sources=self.source,
                kinds=self.kind,
                year_from=self.year_from,
                year_to=self.year_to,
                publishers=self.publisher,
                languages=self.language,
                query=self.q,
                with_parts=self.parts,
            )
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return Asked(want=Want(self.format), limits=limits)


class ListProblem(Struct, frozen=True, kw_only=True):
    """Something in the list that a person should know."""

    row: int
    """Number of the row; 0 for the file as a whole."""
    text: str


class HoldingsAnswer(Struct, frozen=True, kw_only=True):
    """What became of a list."""

    rows: int
    """All rows: the sum of the four that follow."""
    matched: int
    """Rows with an identifier of an entity here."""
    matched_part: int
    """Rows of which a part is here, or the whole that they are a part of."""
    suggested: int
    """Rows whose title and year an entity here has; not matched."""
    unmatched: int
    reasons: dict[str, int]
    """Rows by reason, of those that have one."""
    release: int
    """Number of the release."""
    caveats: tuple[str, ...]
    """What the release was made from and what it lacks, a sentence on each source."""
    file: ListFile
    """What the list turned out to be."""
    problems: tuple[ListProblem, ...]
    """What was wrong with the file, the first of them."""
    n_problems: int
    """All of them."""
    results: tuple[Match, ...]
    """The rows, in the order of the list."""


async def post_holdings(request: web.Request) -> web.StreamResponse:
    """Hold the list in the body against the release."""
    try:
        asked = read_query(request, HoldingsQuery).to_asked()
        async with answering(request, asked) as (_, _, process):
            return await send_file(request, asked, process)
    except web.HTTPError as error:
        response = error_answer(request, error.status, error.text or error.reason)
        if after := error.headers.get("Retry-After"):
            response.headers["Retry-After"] = after
    except SearchError as error:
        response = search_error_answer(request, error)
    response.headers["Cache-Control"] = "no-store"
    return response


HOLDINGS: Final = Operation(
    name="compareHoldings",
    path="/api/v1/holdings",
    method="POST",
    handler=post_holdings,
    summary="A list of titles against the release",
    description="Send a list as the body, or as the field `file` of a form: CSV, KBART, MARC 21,"
    " MARCXML, ONIX 3.0, or one DOI, ISBN or title a line; packed with gzip or not. What it is,"
    " its columns and its encoding are told from its bytes. The list is not kept.",
    query=HoldingsQuery,
    takes={
        "application/octet-stream": {"type": "string", "format": "binary"},
        "multipart/form-data": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        },
    },
    answers={
        200: Answer(
            means="What became of the rows, or a file with them or with the gap.",
            bodies=(HoldingsAnswer,),
            files=tuple(
                dict.fromkeys(
                    form.media_type.partition(";")[0]
                    for want, form in FORMS.items()
                    if want is not Want.JSON
                )
            ),
        ),
    },
    problems=(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ),
)
