"""Which tokens may be sent again."""

import re

import pytest

from harvester.token import may_replay

SIGNED = "eyJzZWVkIjowLjMyOTUxMjIzOTg3NzM4MzksInBhZ2UiOjIsImt3YXJncyI6e319.any5dw.kg_s6M1Kr5M3Ar7Z"
DSPACE = "oai_dc/2026-06-01T00:00:00Z//com_20.500.12657_5/100"
DATACITE = "metadataPrefix=oai_datacite&set=CERN.HEPDATA&paging_cursor=1%2C10.17182&cursor=1"


@pytest.mark.parametrize("token", [SIGNED, f".{SIGNED}"])
def test_a_signed_token_is_not_replayed_although_the_size_is_announced(token):
    assert not may_replay(token, "auto", is_announced=True)


@pytest.mark.parametrize(
    "token", [DSPACE, DATACITE, "100", "a.b", "a.b.c.d", "user-lisa7___DqqFqu"]
)
def test_any_other_token_is_replayed_where_a_skipped_page_would_show(token):
    assert may_replay(token, "auto", is_announced=True)


@pytest.mark.parametrize("token", [DSPACE, DATACITE, "100"])
def test_without_an_announced_size_no_token_is_replayed(token):
    assert not may_replay(token, "auto", is_announced=False)


def test_the_configuration_overrules_the_form():
    assert may_replay(SIGNED, "replay", is_announced=False)
    assert not may_replay(DSPACE, "once", is_announced=True)


def test_every_token_that_zenodo_sent_is_recognised(corpus):
    pages = sorted((corpus / "zenodo" / "oai" / "scythe-cassettes").rglob("*.xml"))
    found = [
        token
        for page in pages
        for token in re.findall(
            r"<resumptionToken[^>]*>([^<]+)<", page.read_text(encoding="utf-8", errors="replace")
        )
    ]
    assert len(found) >= 10
    assert [token for token in found if may_replay(token, "auto", is_announced=True)] == []
