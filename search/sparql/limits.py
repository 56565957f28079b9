"""What SPARQL queries may take of a machine."""

from typing import Annotated

from msgspec import Meta, Struct


class Limits(Struct, frozen=True, kw_only=True):
    """How many queries run, and what one may take."""

    workers: Annotated[int, Meta(ge=1)] = 2
    """Long queries that run at a time; where the pool also serves look-ups, it keeps as many more
    processes for them when this is above 1."""
    time_limit_s: Annotated[float, Meta(gt=0)] = 30.0
    """Wall time in the worker; waiting for a worker is limited to the same again."""
    memory_limit_bytes: Annotated[int, Meta(ge=256 << 20)] = 1 << 30
    """Memory of one worker; 1 GiB was measured to serve 1.5 M quads. Below 256 MiB the stacks of
    the store's threads may not fit, and the worker does not start."""
    result_limit_bytes: Annotated[int, Meta(gt=0)] = 32 << 20
    """Size of one serialised result."""
    queue_limit: Annotated[int, Meta(ge=0)] = 64
    """How many queries may wait for a worker; measured: 35 are on their way at a time when Comunica
    joins this endpoint with another source."""
    allowed_services: tuple[str, ...] = ()
    """Absolute IRIs that SERVICE may name; none: the workers cannot open a socket at all."""
