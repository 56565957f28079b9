"""Claims about windows: lists that break, lie about their size, or do not heed from and until."""

from dataclasses import replace

from harvester.protocol import Granularity, format_datestamp
from tests.harvester.misbehaving.answers import Ask, Reply, Sending, oai_error
from tests.harvester.misbehaving.faults import (
    answer_holding,
    answers_to,
    any_list,
    beyond,
    instead,
    is_first_page,
    is_get_record,
    is_resumed,
    is_windowed,
    list_holding,
    page_holding,
    sent,
    status,
    when,
)
from tests.harvester.misbehaving.holdings import holdings, ids, in_one_second, oai_id, with_item
from tests.harvester.misbehaving.list_faults import (
    announcing,
    changing,
    listing,
    without_arguments,
)
from tests.harvester.misbehaving.repository import Misbehaving
from tests.harvester.misbehaving.scenario import (
    FAMILIES,
    PARALLEL,
    Scenario,
    datacite,
    dspace,
    invenio,
    many,
)

NOTHING_HERE = oai_error("noRecordsMatch")


def _silent(reply: Reply) -> Reply:
    """What DataCite answers when its own back end fails: an empty list, without a word."""
    page = reply.listing
    assert page is not None
    if page.cursor == 0:
        return NOTHING_HERE
    return replace(reply, listing=replace(page, items=(), token="", size=0))


def _twice(reply: Reply) -> Reply:
    page = reply.listing
    assert page is not None
    return replace(reply, listing=replace(page, items=(*page.items, page.items[0])))


def _page_with_37(ask: Ask, reply: Reply) -> bool:
    """By number, where the identifier is not the usual one."""
    return ask.verb == "ListRecords" and list_holding(37)(ask, reply)


def _move(repository: Misbehaving) -> None:
    """Records 2 and 3 are edited: they leave their place and stand at the end."""
    now = format_datestamp(repository.clock.now())
    repository.items = [
        replace(item, datestamp=now) if item.number in {2, 3} else item for item in repository.items
    ]


def _vanish(repository: Misbehaving) -> None:
    repository.items = [item for item in repository.items if item.number not in {2, 3}]


def _grow(repository: Misbehaving) -> None:
    now = format_datestamp(repository.clock.now())
    repository.items = [*repository.items, replace(holdings(61)[60], datestamp=now)]


WELL_BEHAVED = (
    *(
        Scenario(claim=f"a well-behaved {name} is complete", build=family, max_slept_s=0.0)
        for name, family in FAMILIES.items()
    ),
    *(
        Scenario(
            claim=f"a well-behaved {name} is complete with four windows in flight",
            build=lambda family=family: many(family=family),
            settings=PARALLEL,
            max_requests=130,
            max_records=900,
            is_avoidable=True,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(claim="an empty repository is complete", build=lambda: dspace(items=[])),
    Scenario(
        claim="an empty Invenio answers 422 with Retry-After and nobody waits for it",
        build=lambda: invenio(items=[]),
        max_slept_s=0.0,
    ),
    Scenario(claim="one record is a whole list", build=lambda: dspace(items=holdings(1))),
    Scenario(
        claim="a list that fills its page exactly is complete",
        build=lambda: invenio(items=holdings(10)),
    ),
    Scenario(
        claim="only the set asked for is harvested", build=dspace, settings={"set": "physics"}
    ),
    Scenario(
        claim="several sets are harvested, with records that lie in two of them staged once",
        build=invenio,
        settings={"set": ("books", "open")},
        max_requests=20,
    ),
)

BREAKING = (
    *(
        Scenario(
            claim=f"lists of {name} that answer 502 after 30 records are halved",
            build=lambda family=family: family(when(beyond(30), status(502))),
            max_requests=150,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(
        claim="lists that fall silent after 30 records are halved",
        build=lambda: dspace(when(beyond(30), sent(Sending.HANG))),
        settings={"timeout_s": 0.5},
        max_requests=60,
    ),
    *(
        Scenario(
            claim=f"a record that breaks every page of {name} is had by GetRecord",
            build=lambda family=family: family(when(page_holding(37), status(500))),
            max_requests=150,
        )
        for name, family in FAMILIES.items()
    ),
    *(
        Scenario(
            claim=f"a record of {name} that cannot be had at all is named",
            build=lambda family=family: family(when(answer_holding(37), status(500))),
            state="incomplete",
            missing=ids(37),
            says=(oai_id(37),),
            max_requests=150,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(
        claim="one poisoned record among 1000 costs at most 250 requests",
        build=lambda: dspace(
            when(answer_holding(537), status(500)), items=holdings(1000), page=100
        ),
        state="incomplete",
        missing=ids(537),
        says=(oai_id(537),),
        max_requests=250,
        max_records=4_000,
    ),
    Scenario(
        claim="two poisoned records of one second are both named",
        build=lambda: invenio(when(answer_holding(11, 13), status(500))),
        state="incomplete",
        missing=ids(11, 13),
        says=(oai_id(11), oai_id(13)),
        max_requests=150,
    ),
    Scenario(
        claim="three poisoned records far apart are all named",
        build=lambda: dspace(when(answer_holding(3, 30, 58), status(500))),
        state="incomplete",
        missing=ids(3, 30, 58),
        says=(oai_id(3), oai_id(30), oai_id(58)),
        max_requests=300,
    ),
    Scenario(
        claim="a poisoned record is got round where datestamps are days",
        build=lambda: dspace(when(page_holding(25), status(500)), granularity=Granularity.DAY),
        max_requests=150,
    ),
    Scenario(
        claim="a poisoned record is got round where from and until are ignored",
        build=lambda: dspace(
            when(page_holding(37), status(500)), without_arguments("from", "until")
        ),
        max_requests=200,
        is_avoidable=True,
    ),
    Scenario(
        claim="a poisoned record within the set asked for is named",
        build=lambda: dspace(when(answer_holding(36), status(500))),
        settings={"set": "physics"},
        state="incomplete",
        missing=ids(36),
        says=(oai_id(36),),
        max_requests=150,
    ),
    Scenario(
        claim="a record that breaks both lists is told by its moment",
        build=lambda: dspace(when(list_holding(37), status(500))),
        state="incomplete",
        missing=ids(37),
        says=(holdings()[37].datestamp,),
        max_requests=400,
    ),
    Scenario(
        claim="an identifier with every awkward character is asked for as it is",
        build=lambda: dspace(
            when(_page_with_37, status(500)),
            items=with_item(holdings(), 37, identifier="oai:a b/ä+c&d=e%41?<#ß>:1"),
        ),
        max_requests=150,
    ),
    Scenario(
        claim="60 records of one second are one window, and a poisoned one is got round",
        build=lambda: dspace(when(page_holding(37), status(500)), items=in_one_second(60)),
        max_requests=300,
    ),
    Scenario(
        claim="a poisoned record that GetRecord does not know is named",
        build=lambda: dspace(
            when(page_holding(37), status(500)),
            instead(
                lambda ask: is_get_record(ask) and ask.arguments["identifier"] == oai_id(37),
                oai_error("idDoesNotExist"),
            ),
        ),
        state="incomplete",
        missing=ids(37),
        says=(oai_id(37),),
        max_requests=150,
    ),
)

SHORT = (
    *(
        Scenario(
            claim=f"lists of {name} that end at 30 of 60 without a word are halved",
            build=lambda family=family: family(when(beyond(29), listing(token=""))),
            max_requests=150,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(
        claim="lists that end at 300 of 1000 are halved at the cost of three times the records",
        build=lambda: dspace(when(beyond(299), listing(token="")), items=holdings(1000), page=100),
        max_requests=100,
        max_records=3_000,
    ),
    Scenario(
        claim="a short list of one second is filled up by ListIdentifiers and GetRecord",
        build=lambda: dspace(
            when(beyond(29, "ListRecords"), listing(token="")), items=in_one_second(60)
        ),
        max_requests=200,
    ),
    Scenario(
        claim="lists of one second that are both short are told with their numbers",
        build=lambda: dspace(when(beyond(29), listing(token="")), items=in_one_second(60)),
        state="incomplete",
        missing=ids(*range(30, 60)),
        says=("60",),
        max_requests=200,
    ),
    Scenario(
        claim="DataCite's back end fails on a later page once and nothing is lost",
        build=lambda: datacite(when(answers_to(is_resumed), _silent, skip=2, times=1)),
        max_requests=40,
    ),
    Scenario(
        claim="DataCite's back end fails on the first page of a window once and nothing is lost",
        build=lambda: many(instead(is_windowed, NOTHING_HERE, skip=2, times=1), family=datacite),
        settings=PARALLEL,
        max_requests=200,
    ),
    Scenario(
        claim="DataCite's back end fails on the very first page and the empty list is not believed",
        build=lambda: datacite(instead(is_first_page, NOTHING_HERE, times=1)),
        max_requests=40,
    ),
    Scenario(
        claim="DataCite's back end fails on every page that holds a record and it is had alone",
        build=lambda: datacite(when(page_holding(37), _silent)),
        max_requests=200,
    ),
    *(
        Scenario(
            claim=f"a completeListSize of {name} that is one too high is never complete",
            build=lambda family=family: family(when(any_list, announcing(1))),
            state="incomplete",
            says=("announced",),
            max_requests=400,
        )
        for name, family in FAMILIES.items()
    ),
    Scenario(
        claim="a completeListSize that is too low is no reason to stop",
        build=lambda: dspace(when(any_list, announcing(-25))),
    ),
    Scenario(
        claim="a completeListSize that is no number is none",
        build=lambda: dspace(when(any_list, listing(size="many"))),
    ),
    Scenario(
        claim="a completeListSize below zero is none",
        build=lambda: dspace(when(any_list, listing(size="-1"))),
    ),
    Scenario(
        claim="a completeListSize on the first page only is enough",
        build=lambda: dspace(when(answers_to(is_resumed), listing(size=None))),
    ),
    Scenario(
        claim="without a completeListSize a list is complete at its end",
        build=lambda: dspace(announces=False),
    ),
    Scenario(
        claim="without a completeListSize a list that breaks is halved",
        build=lambda: dspace(when(beyond(30), status(502)), announces=False),
        max_requests=150,
    ),
    Scenario(
        claim="a record twice in one page is one record",
        build=lambda: dspace(when(page_holding(5), _twice)),
    ),
    Scenario(
        claim="a record that the repository counts twice is not missed",
        build=lambda: dspace(items=[*holdings(), holdings()[5]]),
        max_requests=150,
        is_curable=False,
    ),
    Scenario(
        claim="records that move to the end of the list while it is listed make nobody else lost",
        build=lambda: dspace(changing(_move, skip=2)),
        max_requests=60,
    ),
    Scenario(
        claim="records that vanish while the list is listed make nobody else lost",
        build=lambda: dspace(changing(_vanish, skip=2)),
        surplus=ids(2, 3),
        max_requests=150,
    ),
    Scenario(
        claim="a list that grows while it is listed is complete",
        build=lambda: dspace(changing(_grow, skip=2)),
        max_requests=60,
    ),
)

WINDOWS = (*WELL_BEHAVED, *BREAKING, *SHORT)
