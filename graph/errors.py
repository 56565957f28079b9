"""What can go wrong while records become a release, by cause.

GraphError
  UnmappableRecord   data: one record that no crosswalk can read; counted and listed, never fatal
  ReleaseError       storage: a release that is missing, unfinished or damaged
    NoRelease        ... there is none yet
  RegisterError      usage or data: a register of keys that cannot be exported or imported
  MappingError       machine: a process that reads records died
  CatalogueError     storage: graph.db could not be opened or has another layout
"""


class GraphError(Exception):
    """Base of everything the graph package raises on purpose."""


class UnmappableRecord(GraphError):
    """A record that cannot become a work.

    Args:
        reason: short stable code, such as `unknown-dialect` or `no-metadata`.
        detail: what was found, for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class ReleaseError(GraphError):
    """A release directory that cannot be used; says which and why."""


class NoRelease(ReleaseError):
    """There is no release yet: `weft build` makes one."""


class RegisterError(GraphError):
    """A register of keys could not be exported or imported."""


class MappingError(GraphError):
    """A process that reads records died; says among which."""


class CatalogueError(GraphError):
    """graph.db could not be opened, or was written by another version."""
