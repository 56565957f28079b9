"""What is asked of CERN Open Data's API, and what is read from its answers."""

import json

import pytest

from harvester.companion.answer import Unreadable
from harvester.companion.cernopendata import address, read, wanted_records
from harvester.companion.wanted import Wanted
from tests.harvester.companion.services import record

WANTED = Wanted("recid:553", "2025-03-01T00:00:00Z")


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("oai:cernopendata.cern:553", "recid:553"),
        ("oai:opendata.cern.ch:recid/553", "recid:553"),
        ("oai:cernopendata.cern:553-v2", "recid:553"),
    ],
)
def test_every_spelling_of_an_identifier_gives_the_number(identifier, key):
    headers = [(identifier, "2025-03-01T00:00:00Z", False)]
    assert list(wanted_records(headers)) == [Wanted(key, "2025-03-01T00:00:00Z")]


@pytest.mark.parametrize(
    "identifier", ["oai:zenodo.org:553", "oai:cernopendata.cern:0", "oai:cernopendata.cern:abc"]
)
def test_an_identifier_that_is_not_cerns_is_not_asked_for(identifier):
    assert list(wanted_records([(identifier, "2025-03-01", False)])) == []


def test_the_number_is_added_to_the_address_with_or_without_a_slash():
    assert address("https://opendata.cern.ch/api/records/", "recid:1") == (
        "https://opendata.cern.ch/api/records/1"
    )
    assert address("http://h/api", "recid:1") == "http://h/api/1"


def test_the_body_is_kept_as_it_came_with_its_own_date():
    body = json.dumps(record(553), indent=1).encode()
    found = read(body, WANTED)
    assert found.keys == {"recid:553"}
    (staged,) = found.records
    assert (staged.identifier, staged.datestamp) == ("recid:553", "2025-03-10T09:55:54Z")
    assert staged.xml == body


def test_without_a_date_of_its_own_it_has_the_one_of_the_record_that_asked():
    (staged,) = read(b'{"metadata": {"recid": 553}}', WANTED).records
    assert staged.datestamp == "2025-03-01T00:00:00Z"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>Just a moment...", "not-json"),
        (b'{"metadata": {"recid": "553"', "not-json"),
        (b"[]", "not-json"),
        (b'{"message": "maintenance"}', "not-json"),
        (b'{"metadata": {"recid": "554"}}', "other-record"),
    ],
)
def test_an_answer_that_is_not_of_the_record_is_refused_with_a_reason(body, reason):
    with pytest.raises(Unreadable) as caught:
        read(body, WANTED)
    assert caught.value.reason == reason
