"""What can go wrong between Weft and a repository, by cause.

HarvestError
  TransportError           the network: no answer, a cut answer, a refused connection
    RepositoryUnreachable  ... and the retry plan is used up
    RateLimited            429 or 503 after the last allowed wait
    AmbiguousFailure       the answer was lost and its token must not be sent again
  ProtocolError            an answer that is not OAI-PMH 2.0
    NotOaiPmh              not XML, or XML with another root
    CutAnswer              the closing </OAI-PMH> is missing
    AnswerTooLarge         more bytes than Weft takes in one answer
    UnexpectedStatus       an HTTP status that carries no OAI-PMH answer
    OaiError               the repository says so itself: <error code="...">
      BadArgument, BadResumptionToken, BadVerb, CannotDisseminateFormat,
      IdDoesNotExist, NoRecordsMatch, NoMetadataFormat, NoSetHierarchy
      UnknownOaiError      a code outside the specification
  StorageError             the stage on disk

Error codes: https://www.openarchives.org/OAI/openarchivesprotocol.html#ErrorConditions
"""


class HarvestError(Exception):
    """Base of everything the harvester raises on purpose."""


class TransportError(HarvestError):
    """The network failed; asking again later may help."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class RepositoryUnreachable(TransportError):
    """No usable answer within the retry plan."""


class RateLimited(TransportError):
    """The repository kept answering 429 or 503 for longer than the retry plan allows."""


class AmbiguousFailure(TransportError):
    """No answer, though the repository may have served it; the request must not be repeated."""


class ProtocolError(HarvestError):
    """The answer arrived but is not what OAI-PMH 2.0 promises."""

    def __init__(self, message: str, *, url: str, body: bytes = b"") -> None:
        super().__init__(message)
        self.url = url
        self.body = body


class NotOaiPmh(ProtocolError):
    """The body is not XML, or its root is not OAI-PMH."""


class CutAnswer(ProtocolError):
    """The body starts as OAI-PMH but its end is missing."""


class AnswerTooLarge(ProtocolError):
    """The body passed the limit on bytes and was not read to its end."""


class UnexpectedStatus(ProtocolError):
    """An HTTP status such as 403 whose body holds no OAI-PMH answer."""

    def __init__(self, message: str, *, url: str, status: int, body: bytes = b"") -> None:
        super().__init__(message, url=url, body=body)
        self.status = status


class OaiError(ProtocolError):
    """An <error> element of an OAI-PMH answer; `code` as in the specification."""

    code = ""

    def __init__(self, message: str, *, url: str, code: str = "", body: bytes = b"") -> None:
        super().__init__(message, url=url, body=body)
        self.code = code or self.code


class BadArgument(OaiError):
    """badArgument."""

    code = "badArgument"


class BadResumptionToken(OaiError):
    """badResumptionToken: expired or never issued."""

    code = "badResumptionToken"


class BadVerb(OaiError):
    """badVerb."""

    code = "badVerb"


class CannotDisseminateFormat(OaiError):
    """cannotDisseminateFormat."""

    code = "cannotDisseminateFormat"


class IdDoesNotExist(OaiError):
    """idDoesNotExist."""

    code = "idDoesNotExist"


class NoRecordsMatch(OaiError):
    """noRecordsMatch: an empty result, not a failure."""

    code = "noRecordsMatch"


class NoMetadataFormat(OaiError):
    """noMetadataFormats."""

    code = "noMetadataFormats"


class NoSetHierarchy(OaiError):
    """noSetHierarchy."""

    code = "noSetHierarchy"


class UnknownOaiError(OaiError):
    """A code that the specification does not know, kept as data in `code`."""


class StorageError(HarvestError):
    """The stage could not be opened, read or written; says which file and why."""


OAI_ERRORS: dict[str, type[OaiError]] = {
    error.code: error
    for error in (
        BadArgument,
        BadResumptionToken,
        BadVerb,
        CannotDisseminateFormat,
        IdDoesNotExist,
        NoRecordsMatch,
        NoMetadataFormat,
        NoSetHierarchy,
    )
}
