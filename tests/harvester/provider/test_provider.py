"""The provider: every condition of OAI-PMH 2.0, on a small source in memory."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from harvester.errors import OAI_ERRORS
from harvester.protocol import OAI, DeletedRecord, Granularity, Verb
from harvester.provider.provider import answer
from harvester.provider.source import (
    MetadataFormat,
    Page,
    RepositoryFacts,
    Selection,
    write_header,
    write_record,
    write_set,
)

NOW = datetime(2026, 8, 15, 12, 0, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:8080/oai"
OAI_DC = MetadataFormat(
    prefix="oai_dc",
    schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
)
DC = (
    b'<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/">'
    b'<title xmlns="http://purl.org/dc/elements/1.1/">Higgs</title></dc>'
)


@dataclass(frozen=True)
class Item:
    identifier: str
    datestamp: datetime
    sets: tuple[str, ...] = ()
    is_deleted: bool = False

    @property
    def header(self) -> bytes:
        text = f"{self.datestamp:%Y-%m-%dT%H:%M:%SZ}"
        return write_header(self.identifier, text, self.sets, is_deleted=self.is_deleted)

    @property
    def xml(self) -> bytes:
        return write_record(self.header, b"" if self.is_deleted else DC)


@dataclass(frozen=True)
class Shelf:
    """A source in memory: items in one format, two to a page; a position is a number."""

    items: tuple[Item, ...]
    granularity: Granularity = Granularity.SECOND
    set_specs: tuple[str, ...] = ("physics", "physics:hep", "books")
    is_countable: bool = True
    asked: list[Selection] = field(default_factory=list)

    def identify(self) -> RepositoryFacts:
        return RepositoryFacts(
            name="Shelf & Sons",
            admin_emails=("shelf@example.org",),
            earliest=datetime(2012, 7, 4, 9, 0, tzinfo=UTC),
            deleted_record=DeletedRecord.PERSISTENT,
            granularity=self.granularity,
        )

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:
        if identifier is None:
            return (OAI_DC,)
        found = [item for item in self.items if item.identifier == identifier]
        if not found:
            return None
        return () if found[0].is_deleted else (OAI_DC,)

    def count_sets(self) -> int:
        return len(self.set_specs)

    def sets(self, position: str) -> Page:
        return self._page([write_set(spec, spec.title()) for spec in self.set_specs], position)

    def count(self, selection: Selection) -> int | None:
        self.asked.append(selection)
        return len(self._selected(selection)) if self.is_countable else None

    def headers(self, selection: Selection, position: str) -> Page:
        return self._page([item.header for item in self._selected(selection)], position)

    def records(self, selection: Selection, position: str) -> Page:
        return self._page([item.xml for item in self._selected(selection)], position)

    def record(self, identifier: str, prefix: str) -> bytes | None:
        found = [item.xml for item in self.items if item.identifier == identifier]
        return found[0] if found and prefix == "oai_dc" else None

    def _selected(self, selection: Selection) -> list[Item]:
        return [
            item
            for item in self.items
            if (selection.since is None or item.datestamp >= selection.since)
            and (selection.until is None or item.datestamp <= selection.until)
            and (selection.set is None or selection.set in item.sets)
        ]

    def _page(self, fragments: list[bytes], position: str) -> Page:
        start = int(position or 0)
        end = start + 2
        return Page(
            items=tuple(fragments[start:end]),
            next_position=str(end) if end < len(fragments) else "",
        )


SHELF = Shelf(
    items=(
        Item("oai:shelf:1", datetime(2012, 7, 4, 9, 0, tzinfo=UTC), ("physics",)),
        Item("oai:shelf:2", datetime(2012, 7, 4, 23, 59, 59, tzinfo=UTC), ("books",)),
        Item("oai:shelf:3", datetime(2012, 7, 5, tzinfo=UTC), ("physics",), is_deleted=True),
        Item("oai:shelf:4", datetime(2013, 1, 1, tzinfo=UTC)),
        Item("oai:shelf:5", datetime(2014, 1, 1, tzinfo=UTC), ("physics",)),
    )
)


@pytest.fixture(scope="session")
def oai_schema(judges: Path) -> etree.XMLSchema:
    folder = judges / "xsd" / "oai"
    imports = "".join(
        f'<import namespace="{namespace}" schemaLocation="{(folder / name).as_uri()}"/>'
        for namespace, name in (
            ("http://www.openarchives.org/OAI/2.0/", "OAI-PMH.xsd"),
            ("http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc.xsd"),
        )
    )
    wrapper = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    return etree.XMLSchema(etree.fromstring(wrapper, base_url=folder.as_uri() + "/all.xsd"))


def ask(query: str, source: Shelf = SHELF) -> etree._Element:
    """Ask with `name=value` words and return the answer's root."""
    words = [word.partition("=") for word in query.split()]
    arguments = [(name, value) for name, _, value in words]
    return etree.fromstring(answer(arguments, source, base_url=BASE_URL, now=NOW))


def codes(query: str, source: Shelf = SHELF) -> list[str]:
    return [error.get("code", "") for error in ask(query, source).iter(OAI + "error")]


def identifiers(query: str, source: Shelf = SHELF) -> list[str]:
    return [element.text or "" for element in ask(query, source).iter(OAI + "identifier")]


def tokens(query: str, source: Shelf = SHELF) -> list[etree._Element]:
    return list(ask(query, source).iter(OAI + "resumptionToken"))


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def walk(query: str, source: Shelf = SHELF) -> list[list[str]]:
    """Follow a list to its end; the identifiers of each part."""
    verb = query.split(maxsplit=1)[0]
    parts: list[list[str]] = []
    while True:
        root = ask(query, source)
        parts.append([element.text or "" for element in root.iter(OAI + "identifier")])
        following = root.findtext(f".//{OAI}resumptionToken")
        if not following:
            return parts
        query = f"{verb} resumptionToken={following}"


LIST = "verb=ListRecords metadataPrefix=oai_dc"


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify",
        "verb=ListMetadataFormats",
        "verb=ListMetadataFormats identifier=oai:shelf:1",
        "verb=ListSets",
        "verb=GetRecord identifier=oai:shelf:1 metadataPrefix=oai_dc",
        "verb=GetRecord identifier=oai:shelf:3 metadataPrefix=oai_dc",
        "verb=ListIdentifiers metadataPrefix=oai_dc",
        "verb=ListRecords metadataPrefix=oai_dc",
        "verb=ListRecords metadataPrefix=oai_dc from=2012-07-04 until=2013-01-01 set=physics",
        "verb=ListRecords metadataPrefix=oai_dc from=2030-01-01",
        "verb=ListRecords metadataPrefix=nope",
        "verb=ListRecords resumptionToken=nope",
        "verb=GetRecord identifier=nope metadataPrefix=oai_dc",
        "verb=ListMetadataFormats identifier=oai:shelf:3",
        "verb=Nope",
        "",
    ],
)
def test_answer_is_valid_against_the_oai_pmh_schema(
    oai_schema: etree.XMLSchema, query: str
) -> None:
    assert oai_schema.validate(ask(query)), oai_schema.error_log


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    verb=st.sampled_from(Verb),
    arguments=st.lists(
        st.tuples(
            st.sampled_from(
                ["identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"]
            ),
            st.one_of(
                st.sampled_from(["oai_dc", "oai:shelf:1", "2012-07-04", "a:b", "a//b:c", "%2", ""]),
                st.text(max_size=12),
                st.from_regex(r"\A[a-z:/?@%0-9.]{1,12}\Z"),
            ),
        ),
        max_size=3,
    ),
)
def test_no_request_makes_an_answer_that_the_schema_refuses(
    oai_schema: etree.XMLSchema, verb: str, arguments: list[tuple[str, str]]
) -> None:
    xml = answer([("verb", verb), *arguments], SHELF, base_url=BASE_URL, now=NOW)
    assert oai_schema.validate(etree.fromstring(xml)), oai_schema.error_log


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nope", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=Identify verb=Identify", "badVerb"),
        ("verb=Identify set=physics", "badArgument"),
        ("verb=GetRecord identifier=oai:shelf:1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        (f"{LIST} metadataPrefix=oai_dc", "badArgument"),
        (f"{LIST} resumptionToken=x", "badArgument"),
        (f"{LIST} colour=red", "badArgument"),
        (f"{LIST} from=", "badArgument"),
        (f"{LIST} from=2012-7-4", "badArgument"),
        (f"{LIST} from=2012-02-30", "badArgument"),
        (f"{LIST} from=2012-07-04T09:00:00", "badArgument"),
        (f"{LIST} from=2012-07-04 until=2012-07-05T00:00:00Z", "badArgument"),
        (f"{LIST} from=2012-07-05 until=2012-07-04", "badArgument"),
        (f"{LIST} set=a//b", "badArgument"),
        ("verb=ListRecords metadataPrefix=a:b", "badArgument"),
        ("verb=GetRecord identifier=a<b metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord identifier=oai:shelf:9 metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord identifier=oai:shelf:1 metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListMetadataFormats identifier=oai:shelf:9", "idDoesNotExist"),
        ("verb=ListMetadataFormats identifier=oai:shelf:3", "noMetadataFormats"),
        ("verb=ListRecords metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListIdentifiers metadataPrefix=marc", "cannotDisseminateFormat"),
        (f"{LIST} from=2030-01-01", "noRecordsMatch"),
        (f"{LIST} until=2012-07-03", "noRecordsMatch"),
        (f"{LIST} set=unknown", "noRecordsMatch"),
        ("verb=ListRecords resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords resumptionToken=!!!", "badResumptionToken"),
        ("verb=ListSets resumptionToken=AAAA", "badResumptionToken"),
    ],
)
def test_error_condition(query: str, code: str) -> None:
    assert codes(query) == [code]


def test_repository_without_sets_says_so() -> None:
    bare = Shelf(items=SHELF.items, set_specs=())
    assert codes("verb=ListSets", bare) == ["noSetHierarchy"]
    assert codes(f"{LIST} set=physics", bare) == ["noSetHierarchy"]


def test_seconds_are_refused_by_a_repository_of_days() -> None:
    days = Shelf(items=SHELF.items, granularity=Granularity.DAY)
    assert codes(f"{LIST} from=2012-07-04T09:00:00Z", days) == ["badArgument"]
    assert codes(f"{LIST} from=2012-07-04", days) == []


def test_every_error_code_of_the_specification_is_given_by_some_request() -> None:
    bare = Shelf(items=SHELF.items, set_specs=())
    queries = [
        "verb=Nope",
        "verb=ListRecords",
        "verb=ListRecords metadataPrefix=marc",
        "verb=GetRecord identifier=oai:shelf:9 metadataPrefix=oai_dc",
        f"{LIST} from=2030-01-01",
        "verb=ListMetadataFormats identifier=oai:shelf:3",
        "verb=ListSets",
        "verb=ListRecords resumptionToken=nope",
    ]
    assert {codes(query, bare)[0] for query in queries} == set(OAI_ERRORS)


@pytest.mark.parametrize("query", ["verb=Nope set=physics", "verb=Identify set=physics"])
def test_request_element_has_no_attributes_after_a_bad_verb_or_argument(query: str) -> None:
    request = next(ask(query).iter(OAI + "request"))
    assert attributes(request) == {}
    assert request.text == BASE_URL


def test_request_element_repeats_the_arguments() -> None:
    request = next(ask(f"{LIST} from=2030-01-01").iter(OAI + "request"))
    assert attributes(request) == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "from": "2030-01-01",
    }


def test_control_character_in_an_argument_is_a_bad_argument() -> None:
    xml = answer(
        [("verb", "GetRecord"), ("identifier", "oai:\x00"), ("metadataPrefix", "oai_dc")],
        SHELF,
        base_url=BASE_URL,
        now=NOW,
    )
    assert b'<error code="badArgument">' in xml


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("from=2012-07-04T23:59:59Z until=2012-07-05T00:00:00Z", ["2", "3"]),
        ("until=2012-07-04", ["1", "2"]),
        ("from=2013-01-01", ["4", "5"]),
        ("from=2012-07-05 until=2012-07-05", ["3"]),
        ("until=9999-12-31", ["1", "2"]),
    ],
)
def test_bounds_are_inclusive_and_a_day_lasts_to_its_last_second(
    bounds: str, expected: list[str]
) -> None:
    assert identifiers(f"{LIST} {bounds}") == [f"oai:shelf:{number}" for number in expected]


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_tokens_lead_through_the_whole_list_once(verb: str) -> None:
    assert walk(f"verb={verb} metadataPrefix=oai_dc") == [
        ["oai:shelf:1", "oai:shelf:2"],
        ["oai:shelf:3", "oai:shelf:4"],
        ["oai:shelf:5"],
    ]


def test_token_keeps_the_selection() -> None:
    assert walk(f"{LIST} from=2012-07-04 until=2014-01-01 set=physics") == [
        ["oai:shelf:1", "oai:shelf:3"],
        ["oai:shelf:5"],
    ]


def test_token_tells_the_size_of_the_list_and_how_much_came_before() -> None:
    first = tokens(LIST)[0]
    assert attributes(first) == {"completeListSize": "5", "cursor": "0"}
    second = tokens(f"verb=ListRecords resumptionToken={first.text}")[0]
    assert attributes(second) == {"completeListSize": "5", "cursor": "2"}
    last = tokens(f"verb=ListRecords resumptionToken={second.text}")[0]
    assert attributes(last) == {"completeListSize": "5", "cursor": "4"}
    assert last.text is None


def test_list_in_one_part_has_no_token() -> None:
    assert tokens(f"{LIST} until=2012-07-04") == []


def test_list_is_counted_for_its_first_part_only() -> None:
    shelf = Shelf(items=SHELF.items)
    walk(LIST, shelf)
    assert len(shelf.asked) == 1


def test_source_that_cannot_count_gives_tokens_without_a_size() -> None:
    uncounted = Shelf(items=SHELF.items, is_countable=False)
    assert attributes(tokens(LIST, uncounted)[0]) == {"cursor": "0"}
    assert codes(f"{LIST} from=2030-01-01", uncounted) == ["noRecordsMatch"]


def test_token_of_another_verb_is_refused() -> None:
    text = tokens(LIST)[0].text
    assert codes(f"verb=ListIdentifiers resumptionToken={text}") == ["badResumptionToken"]
    assert codes(f"verb=ListSets resumptionToken={text}") == ["badResumptionToken"]


@pytest.mark.parametrize(
    "forged",
    [
        '["ListRecords",5,{"prefix":"oai_dc"},"not a number",2]',
        '["ListRecords",5,{"prefix":"oai_dc"},"99",2]',
        '["ListRecords",5,{"prefix":"oai_dc"},"",0]',
        '["ListRecords",-5,{"prefix":"oai_dc"},"2",2]',
        '["ListRecords",5,{"prefix":"oai_dc","since":"2012-07-04T00:00:00"},"2",2]',
        '["ListRecords",5]',
        "[]",
    ],
)
def test_forged_token_is_refused(forged: str) -> None:
    text = base64.urlsafe_b64encode(forged.encode()).decode()
    assert codes(f"verb=ListRecords resumptionToken={text}") == ["badResumptionToken"]


def test_sets_come_in_parts_too() -> None:
    first = ask("verb=ListSets")
    assert [spec.text for spec in first.iter(OAI + "setSpec")] == ["physics", "physics:hep"]
    text = tokens("verb=ListSets")[0].text
    second = ask(f"verb=ListSets resumptionToken={text}")
    assert [spec.text for spec in second.iter(OAI + "setSpec")] == ["books"]


def test_deleted_record_has_a_header_and_no_metadata() -> None:
    record = next(
        ask("verb=GetRecord identifier=oai:shelf:3 metadataPrefix=oai_dc").iter(OAI + "record")
    )
    assert [child.tag for child in record] == [OAI + "header"]
    assert record[0].get("status") == "deleted"


def test_identify_tells_the_facts() -> None:
    identify = next(ask("verb=Identify").iter(OAI + "Identify"))
    assert {etree.QName(child).localname: child.text for child in identify} == {
        "repositoryName": "Shelf & Sons",
        "baseURL": BASE_URL,
        "protocolVersion": "2.0",
        "adminEmail": "shelf@example.org",
        "earliestDatestamp": "2012-07-04T09:00:00Z",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }


def test_earliest_datestamp_has_the_granularity_of_the_repository() -> None:
    days = Shelf(items=SHELF.items, granularity=Granularity.DAY)
    assert ask("verb=Identify", days).findtext(f".//{OAI}earliestDatestamp") == "2012-07-04"


def test_markup_in_an_error_message_is_escaped() -> None:
    assert ask("verb=<b>").findtext(OAI + "error") == "'<b>' is not a verb of OAI-PMH 2.0"
