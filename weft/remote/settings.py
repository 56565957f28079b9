"""What asking a remote endpoint may take; every limit in one place."""

from dataclasses import dataclass, field

from harvester.http.retry import RetryPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLimits:
    """Limits of one request and of the requests to one endpoint."""

    connect_s: float = 20.0
    """Longest wait for a connection."""
    timeout_s: float = 60.0
    """Longest wait for a whole answer, from the connection on; redirects each begin anew."""
    max_bytes: int = 64 << 20
    """Largest answer taken, before and after it is inflated."""
    requests_per_minute: float = 0.0
    """0 = no limit."""
    retry: RetryPlan = field(
        default_factory=lambda: RetryPlan(
            retries=2, longest_wait_s=30.0, longest_retry_after_s=300.0
        )
    )
    """How patient one request is where asking again may help."""
