"""When things last changed: numbers of releases as moments, and moments as numbers. Pure."""

from collections.abc import Sequence
from datetime import datetime

from graph.release import Turn, change_moments, turns_until
from search.web.site import Site


class Moments:
    """The moments in which what last changed in a release, or earlier, became visible for good."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        """Take what `graph.release.change_moments` gives; to whole seconds, as datestamps are."""
        self._steps = tuple(
            Turn(turn.release, turn.at.replace(microsecond=0)) for turn in reversed(turns)
        )

    @property
    def earliest(self) -> datetime:
        """Nothing has changed before; aware."""
        return self._steps[0].at

    def of(self, release: int) -> datetime:
        """When what last changed in a release became visible; aware."""
        return next((step.at for step in self._steps if step.release >= release), self.latest)

    @property
    def latest(self) -> datetime:
        """Nothing has changed since; aware."""
        return self._steps[-1].at

    def first_since(self, moment: datetime) -> int:
        """The lowest release whose changes are not older than a moment; above all when none are."""
        lowest = 0
        for step in self._steps:
            if step.at >= moment:
                return lowest
            lowest = step.release + 1
        return lowest

    def last_until(self, moment: datetime) -> int:
        """The highest release whose changes are not younger than a moment; 0 when all are."""
        return max((step.release for step in self._steps if step.at <= moment), default=0)


def moments_of(site: Site) -> Moments:
    """The moments of the changes in the release of a site.

    Raises:
        OSError: the release is there no longer.
    """
    lineage = site.roll.lineage if site.roll is not None else ()
    return Moments(change_moments(turns_until(site.release.path), lineage))
