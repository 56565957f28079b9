"""What must be known of a release by all who draw conclusions from it. Pure.

Absence from a release is no evidence of absence: a source may not have been harvested to its end,
and no source holds everything.
"""

from collections.abc import Iterator

from msgspec import Struct

from graph.release.form import HarvestedSource, ReleaseInfo


class Asked(Struct, frozen=True, kw_only=True):
    """What a result answers, and of which release: stands in all results that are handed on."""

    release: int
    """Number of the release."""
    created_at: str
    """When it was made, UTC."""
    base_iri: str
    """Where its IRIs begin."""
    query: str
    """What was asked: a query, or the conditions of a selection as they were given."""
    caveats: tuple[str, ...]
    """See `caveats`."""


def asked(info: ReleaseInfo, query: str) -> Asked:
    """Name a release and a question in a result."""
    return Asked(
        release=info.number,
        created_at=info.created_at,
        base_iri=info.base_iri,
        query=query,
        caveats=caveats(info),
    )


def caveats(info: ReleaseInfo) -> tuple[str, ...]:
    """Sentences on what a release was made from, and on what it lacks as far as that is known.

    One on each source, by name: when it was last harvested, whether to its end, what could not be
    read. A release that was made before these were kept says that.
    """
    if not info.sources:
        names = ", ".join(sorted(info.by_source)) or "no source"
        return (f"this release keeps no state of its sources: {names}",)
    return tuple(
        f"{name}: {'; '.join(_of_source(source))}" for name, source in sorted(info.sources.items())
    )


def _of_source(source: HarvestedSource) -> Iterator[str]:
    if source.state == "never" and not source.live:
        yield "never harvested"
        return
    at = source.last_harvest or ""
    when = f"last harvested {at}" if at else "no harvest has ended well"
    match source.state:
        case "complete":
            yield f"complete, {when}"
        case "never":
            yield "imported from files"
        case _:
            yield f"{source.state}: records are missing, {when}"
    yield "1 record" if source.live == 1 else f"{source.live} records"
    if source.announced is not None and source.announced > source.live + source.deleted:
        yield f"the repository announced {source.announced}"
    if source.rejected:
        yield f"records or pages that could not be read: {source.rejected}"
    if source.vanished:
        yield f"records that are listed no longer: {source.vanished}"
