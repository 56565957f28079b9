"""How often one host may be asked: reservations of moments in time. No clock, no I/O."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Pacing:
    """The next free moment of every host, in seconds of one monotonic clock.

    Two sources on one host share its moments, so together they stay under the slower limit of
    whichever asked last.
    """

    free_at: dict[str, float] = field(default_factory=dict)

    def reserve(self, host: str, *, requests_per_minute: float, now: float) -> float:
        """Take the host's next moment; returns the seconds to wait for it.

        Args:
            host: name that shares the limit.
            requests_per_minute: limit; 0 = none (a wait the host asked for still counts).
            now: current reading of the clock.
        """
        moment = max(now, self.free_at.get(host, now))
        interval = 60.0 / requests_per_minute if requests_per_minute > 0 else 0.0
        self.free_at[host] = moment + interval
        return moment - now

    def hold(self, host: str, *, until: float) -> None:
        """Keep everyone off the host until a moment, because it said so."""
        self.free_at[host] = max(until, self.free_at.get(host, until))
