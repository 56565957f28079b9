"""Claims about retries and politeness: what is asked again, when, how often, and where not."""

from dataclasses import replace

from tests.harvester.misbehaving.answers import HTML, Ask, Reply, Sending, http_page
from tests.harvester.misbehaving.faults import (
    MOVED,
    Spoil,
    answered,
    any_list,
    any_request,
    anything,
    cut_in_half,
    every,
    instead,
    is_list,
    labelled,
    limiting,
    rate_limit_reset,
    redirecting,
    retry_after_date,
    retry_after_s,
    sent,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import ids
from tests.harvester.misbehaving.mangling import body, gzipped, without_closing
from tests.harvester.misbehaving.repository import Answering, Fault, Misbehaving
from tests.harvester.misbehaving.scenario import Scenario, dspace, invenio, patience

EVERYTHING = ids(*range(60))
PEOPLE = Reply(headers=(HTML,), body=b"<html><p>Down for maintenance</p></html>")

ONCE: dict[str, Spoil] = {
    "a reset": sent(Sending.RESET, 0),
    "a reset within the body": cut_in_half(Sending.RESET),
    "silence": sent(Sending.HANG),
    "silence in mid-answer": sent(Sending.STALL),
    "a slow drip": sent(Sending.DRIP),
    "a body cut short of its Content-Length": cut_in_half(Sending.CUT),
    "a Content-Length that is too small": sent(Sending.SHORT_LENGTH),
    "chunks without an end": cut_in_half(Sending.CHUNKED_CUT),
    "a body that ends early without a length": cut_in_half(Sending.UNFRAMED),
    "half a body that HTTP takes for whole": body(without_closing),
    "a gzip body cut in half": gzipped(is_cut=True),
    "an unlabelled gzip body cut in half": gzipped(label=False, is_cut=True),
    "an empty body": answered(Reply(body=b"")),
    "a page for people": answered(PEOPLE),
    **{f"HTTP {code}": status(code) for code in (408, 425, 429, 500, 502, 503, 504)},
}

TRANSIENT = (
    *(
        Scenario(
            claim=f"{said} instead of the first page is asked for again",
            build=lambda spoil=spoil: dspace(when(any_list, spoil, times=1)),
            settings=patience(said),
            max_requests=8,
        )
        for said, spoil in ONCE.items()
    ),
    Scenario(
        claim="two failures in a row are asked for again twice",
        build=lambda: dspace(when(any_list, status(502), skip=2, times=2)),
        max_requests=9,
    ),
    Scenario(
        claim="every third answer is a 502 and nothing is lost",
        build=lambda: dspace(when(every(3), status(502))),
        max_requests=15,
    ),
)

PAUSES = (
    *(
        Scenario(
            claim=f"a pause asked for by {said} is kept",
            build=lambda refusal=refusal: dspace(limiting(refusal, 41)),
            max_requests=8,
            max_slept_s=60.0,
        )
        for said, refusal in {
            "429 with Retry-After in seconds": retry_after_s(429, 41),
            "429 with Retry-After as a date": retry_after_date(429, 41),
            "503 with Retry-After in seconds": retry_after_s(503, 41),
            "503 with Retry-After as a date": retry_after_date(503, 41),
            "429 with X-RateLimit-Reset": rate_limit_reset(41),
        }.items()
    ),
    Scenario(
        claim="429 without a word is asked again after a short while",
        build=lambda: dspace(limiting(lambda _: http_page(429), 0.5)),
        max_requests=8,
        max_slept_s=10.0,
    ),
    Scenario(
        claim="Retry-After in no known form is passed over",
        build=lambda: dspace(limiting(lambda _: http_page(429, ("Retry-After", "soon")), 0.5)),
        max_requests=8,
        max_slept_s=10.0,
    ),
    Scenario(
        claim="a Retry-After that lies in the past is no pause",
        build=lambda: dspace(limiting(retry_after_date(503, -3600), 0)),
        max_requests=8,
        max_slept_s=10.0,
    ),
    Scenario(
        claim="Retry-After on every good answer is nobody's concern",
        build=lambda: dspace(when(anything, labelled(("Retry-After", "60")))),
        max_requests=7,
        max_slept_s=0.0,
    ),
    Scenario(
        claim="requests keep their distance of two seconds",
        build=lambda: dspace(_spaced(2.0)),
        settings={"requests_per_minute": 30},
        max_requests=7,
        is_avoidable=True,
    ),
    Scenario(
        claim="requests of four windows together keep their distance of two seconds",
        build=lambda: dspace(_spaced(2.0)),
        settings={"requests_per_minute": 30, "parallel": 4},
        max_requests=30,
        is_avoidable=True,
    ),
    Scenario(
        claim="a Retry-After of a day ends the run instead of being waited for",
        build=lambda: dspace(limiting(retry_after_s(429, 86_400), 0)),
        state="incomplete",
        missing=ids(*range(10, 60)),
        says=("429",),
        max_requests=5,
        max_slept_s=1_000.0,
    ),
)


def _spaced(seconds: float) -> Fault:
    """Notes requests that come sooner than so many seconds after the one before."""
    state = {"free_at": 0.0}

    def fault(repository: Misbehaving, ask: Ask, answering: Answering) -> Reply:
        if ask.at_s < state["free_at"] - 1e-6:
            repository.counts.too_early.append(ask.query)
        state["free_at"] = ask.at_s + seconds
        return answering(ask)

    return fault


def _down(reply: Reply) -> Scenario:
    return Scenario(
        claim=f"a repository that answers everything with HTTP {reply.status} has failed",
        build=lambda: dspace(instead(any_request, reply)),
        state="failed",
        missing=EVERYTHING,
        says=(str(reply.status),),
        max_requests=12,
    )


DOWN = (
    *(_down(http_page(code)) for code in (401, 403, 404, 410, 429, 451, 500, 502, 503)),
    Scenario(
        claim="a repository that answers everything with a page for people has failed",
        build=lambda: dspace(instead(any_request, PEOPLE)),
        state="failed",
        missing=EVERYTHING,
        max_requests=10,
    ),
    Scenario(
        claim="a repository that never answers has failed",
        build=lambda: dspace(instead(any_request, replace(PEOPLE, sending=Sending.HANG))),
        settings={"timeout_s": 0.5},
        state="failed",
        missing=EVERYTHING,
        max_requests=10,
    ),
    Scenario(
        claim="a repository that resets every connection has failed",
        build=lambda: dspace(
            instead(any_request, replace(PEOPLE, sending=Sending.RESET, n_bytes=0))
        ),
        state="failed",
        missing=EVERYTHING,
        max_requests=20,
    ),
    Scenario(
        claim="a repository that lets people in only to Identify has failed",
        build=lambda: dspace(instead(is_list, http_page(403))),
        state="failed",
        missing=EVERYTHING,
        says=("403",),
        max_requests=10,
    ),
    *(
        Scenario(
            claim=f"a repository that {said} after three pages is left alone after a while",
            build=lambda reply=reply: dspace(instead(any_request, reply, skip=4)),
            settings=patience(said, 0.5),
            state="incomplete",
            missing=ids(*range(30, 60)),
            max_requests=60,
        )
        for said, reply in {
            "breaks down with 502": http_page(502),
            "falls silent": replace(PEOPLE, sending=Sending.HANG),
            "resets every connection": replace(PEOPLE, sending=Sending.RESET, n_bytes=0),
            "shows a page for people": PEOPLE,
            "locks everybody out with 403": http_page(403),
            "has enough of us with 429": http_page(429),
            "closes with 503 and Retry-After": http_page(503, ("Retry-After", "120")),
        }.items()
    ),
)

REDIRECTS = (
    *(
        Scenario(
            claim=f"a redirect {code} to another path of the same host is followed",
            build=lambda code=code: dspace(redirecting(MOVED, code=code)),
            max_requests=14,
        )
        for code in (301, 302, 303, 307, 308)
    ),
    Scenario(
        claim="a redirect to a relative address is followed",
        build=lambda: dspace(redirecting("/moved")),
        max_requests=14,
    ),
    *(
        Scenario(
            claim=f"a redirect to {scheme} is refused and said",
            build=lambda location=location: dspace(redirecting(location)),
            state="failed",
            missing=EVERYTHING,
            says=("redirect",),
            max_requests=6,
        )
        for scheme, location in {
            "ftp": "ftp://127.0.0.1/oai",
            "a file": "file:///etc/hostname",
            "no address": "http://",
        }.items()
    ),
    Scenario(
        claim="a redirect in a circle ends",
        build=lambda: dspace(redirecting("@HOME@/oai")),
        state="failed",
        missing=EVERYTHING,
        says=("redirect",),
        max_requests=30,
    ),
    Scenario(
        claim="a redirect without an address is no answer",
        build=lambda: dspace(instead(any_request, http_page(302))),
        state="failed",
        missing=EVERYTHING,
        max_requests=10,
    ),
)

COMPRESSION = (
    Scenario(
        claim="gzip is understood",
        build=lambda: dspace(when(anything, gzipped())),
        max_requests=7,
    ),
    Scenario(
        claim="unlabelled gzip is recognised",
        build=lambda: dspace(when(anything, gzipped(label=False))),
        max_requests=7,
    ),
    Scenario(
        claim="unlabelled gzip in chunks is recognised",
        build=lambda: invenio(
            when(
                anything,
                lambda reply: replace(gzipped(label=False)(reply), sending=Sending.CHUNKED),
            )
        ),
        max_requests=8,
    ),
    Scenario(
        claim="plain bodies without a length are whole when they are",
        build=lambda: dspace(when(anything, sent(Sending.UNFRAMED))),
        max_requests=7,
    ),
    Scenario(
        claim="a body labelled gzip that is none is read as it is",
        build=lambda: dspace(when(any_list, labelled(("Content-Encoding", "gzip")))),
        max_requests=7,
    ),
)

POLITENESS = (*TRANSIENT, *PAUSES, *DOWN, *REDIRECTS, *COMPRESSION)
