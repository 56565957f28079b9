"""What can go wrong when a release is opened and asked, by cause.

ApiError
  NoSuchPlace        the caller: there is nothing to open at a place
    NotWeft          the caller: the address answers, and not as a Weft does
  OtherRelease       the caller: the place has another release than the one asked for
    ReleaseChanged   the remote: it serves another release since it was opened
  ReleaseClosed      the caller: it was closed before
  EntityError        the caller: what was asked for is no one entity; also a LookupError
    UnknownEntity    the release knows nothing of it
    SeveralEntities  several entities carry it; `candidates` has their keys
    EntityGone       every record of it was deleted by its source
  NotInstalled       the caller: a library that is not installed; also an ImportError

Besides these: ReleaseError (with NoRelease) of `graph.errors` for a local release that is missing
or damaged, RemoteError of `weft.remote.errors` for a remote that does not answer as it should,
SearchError of `search.errors` for a query that does not parse or passes a limit, and
LinkFilterError of `graph.links.filter` for links that cannot be meant.
"""

from graph.explain.answer import Subject


class ApiError(Exception):
    """Base of everything that the Python API raises on purpose."""


class NoSuchPlace(ApiError):
    """There is no release to open at a place; the message says what was expected."""


class NotWeft(NoSuchPlace):
    """An address that answers, but not as a Weft does."""


class OtherRelease(ApiError):
    """A place that has another release than the one asked for; the message names both."""


class ReleaseChanged(OtherRelease):
    """A remote that serves another release since it was opened: open it again, and ask again."""


class ReleaseClosed(ApiError):
    """A release that was closed before it was asked."""


class EntityError(ApiError, LookupError):
    """What was asked for is no one entity of the release.

    Args:
        subject: what it stands for there.
    """

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject.message or f"{subject.asked}: {subject.state}")
        self.subject = subject


class UnknownEntity(EntityError):
    """The release knows nothing of it."""


class SeveralEntities(EntityError):
    """An identifier that several entities carry."""

    @property
    def candidates(self) -> tuple[str, ...]:
        """Keys of these entities."""
        return self.subject.candidates


class EntityGone(EntityError):
    """Every record of the entity was deleted by its source, or is listed there no longer."""


class NotInstalled(ApiError, ImportError):
    """A library that is needed for what was asked, and that is not installed."""
