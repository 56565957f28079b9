"""Claims about from, until, granularity and Identify: who does not mean what is said."""

from dataclasses import replace

from harvester.protocol import Granularity
from tests.harvester.misbehaving.answers import Ask, Reply, oai_error
from tests.harvester.misbehaving.faults import (
    answered,
    answers_to,
    anything,
    is_identify,
    is_windowed,
    one_at_a_time,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import holdings, with_item
from tests.harvester.misbehaving.list_faults import (
    refusing,
    without_arguments,
)
from tests.harvester.misbehaving.scenario import PARALLEL, Scenario, dspace, invenio, many


def _seconds(ask: Ask) -> bool:
    return any("T" in ask.arguments.get(side, "") for side in ("from", "until"))


def _in_the_future(ask: Ask) -> bool:
    return ask.arguments.get("until", "") > "2026-03-01T00:00:00Z"


def _before_the_first(ask: Ask) -> bool:
    return "from" in ask.arguments and ask.arguments["from"] < "2025-01-02T03:04:05Z"


SELECTION = (
    Scenario(
        claim="a repository that ignores from and until is harvested as one list",
        build=lambda: many(without_arguments("from", "until")),
        settings=PARALLEL,
        max_requests=80,
        max_records=900,
    ),
    Scenario(
        claim="a repository that refuses from and until is harvested as one list",
        build=lambda: many(refusing(is_windowed, "selective harvesting is not supported")),
        settings=PARALLEL,
        max_requests=80,
        max_records=900,
    ),
    Scenario(
        claim="an Invenio that ignores from and until is harvested as one list",
        build=lambda: many(without_arguments("from", "until"), family=invenio),
        settings=PARALLEL,
        max_requests=80,
        max_records=900,
    ),
    Scenario(
        claim="until alone is ignored and costs no second harvest",
        build=lambda: many(
            without_arguments("until", test=lambda ask: "from" not in ask.arguments)
        ),
        settings=PARALLEL,
        max_requests=100,
        max_records=400,
        is_avoidable=True,
    ),
    Scenario(
        claim="a from before the earliest datestamp is refused and nothing is lost",
        build=lambda: many(refusing(_before_the_first, "from is before earliestDatestamp")),
        settings=PARALLEL,
        max_requests=120,
        is_avoidable=True,
    ),
    Scenario(
        claim="an until in the future is refused and nothing is lost",
        build=lambda: many(refusing(_in_the_future, "until is in the future")),
        settings=PARALLEL,
        max_requests=120,
        is_avoidable=True,
    ),
    Scenario(
        claim="seconds are announced and refused, and nothing is lost",
        build=lambda: many(refusing(_seconds, "the granularity is YYYY-MM-DD")),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="records older than earliestDatestamp are harvested",
        build=lambda: many(identify={"earliestDatestamp": "2025-06-01T00:00:00Z"}),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="records of tomorrow are harvested",
        build=lambda: many(items=with_item(holdings(300), 150, datestamp="2027-01-01T00:00:00Z")),
        settings=PARALLEL,
        max_requests=120,
    ),
    *(
        Scenario(
            claim=f"an earliestDatestamp of {text or 'nothing' if text is not None else 'no kind'}"
            " hinders nobody",
            build=lambda text=text: many(identify={"earliestDatestamp": text}),
            settings=PARALLEL,
            max_requests=150,
        )
        for text in (None, "", "soon", "0001-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2025")
    ),
    Scenario(
        claim="a repository of days is harvested in windows of days",
        build=lambda: many(granularity=Granularity.DAY),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="a repository of days that states no granularity is harvested",
        build=lambda: many(granularity=Granularity.DAY, identify={"granularity": None}),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="a granularity outside of the specification is taken for days",
        build=lambda: many(identify={"granularity": "YYYY-MM-DDThh:mm:ss.sTZD"}),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="a host that answers one request at a time gets one at a time",
        build=lambda: many(one_at_a_time),
        settings={"parallel": 4, "retries": 5},
        max_requests=250,
    ),
)

IDENTIFY = (
    *(
        Scenario(
            claim=f"an Identify that is {said} does not hinder the lists",
            build=lambda spoil=spoil: dspace(when(answers_to(is_identify), spoil)),
            max_requests=15,
        )
        for said, spoil in {
            "HTTP 500": status(500),
            "a page for people": status(200),
            "refused as badVerb": answered(oai_error("badVerb")),
            "cut": lambda reply: replace(reply, body=reply.rendered()[:-60]),
            "without an Identify element": answered(Reply(content="")),
        }.items()
    ),
    Scenario(
        claim="a wrong baseURL in Identify is not followed",
        build=lambda: dspace(identify={"baseURL": "@HOME@/elsewhere"}),
    ),
    Scenario(
        claim="an Identify without any field hinders nobody",
        build=lambda: dspace(
            identify=dict.fromkeys(
                (
                    "repositoryName",
                    "baseURL",
                    "protocolVersion",
                    "adminEmail",
                    "earliestDatestamp",
                    "deletedRecord",
                    "granularity",
                )
            )
        ),
    ),
    *(
        Scenario(
            claim=f"a responseDate of {date or 'nothing'} hinders nobody",
            build=lambda date=date: dspace(when(anything, lambda reply: replace(reply, date=date))),
        )
        for date in ("", "yesterday", "2031-01-01T00:00:00Z", "2026-03-01 00:00:00")
    ),
)

SELECTIONS = (*SELECTION, *IDENTIFY)
