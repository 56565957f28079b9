"""Identifiers that stand for several entities, or for one whose records were deleted."""

import pytest

import weft
from graph.iris import mint_key
from tests.search.web.api.town import publish_town
from tests.search.web.servers import serving
from tests.weft.conftest import in_thread
from weft.api import EntityGone, SeveralEntities

SEVERAL = "isbn:9783030382070"
GONE = "sksxqscdedbhb"
LOST, KEPT = mint_key("arxiv:2401.00001"), mint_key("doi:10.5072/first")


@pytest.fixture(scope="module")
def town_data(tmp_path_factory):
    data = tmp_path_factory.mktemp("town")
    publish_town(data)
    return data


@pytest.fixture(scope="module", params=["local", "remote"])
def release(request, town_data):
    if request.param == "local":
        with weft.open(town_data) as opened:
            yield opened
        return
    with in_thread(serving(town_data)) as url, weft.open(url) as opened:
        yield opened


def test_an_identifier_of_several_entities_names_their_keys(release):
    with pytest.raises(SeveralEntities, match="2 entities carry isbn:9783030382070") as caught:
        release.entity(SEVERAL)
    assert len(caught.value.candidates) == 2
    assert all(release.entity(key).key == key for key in caught.value.candidates)
    with pytest.raises(SeveralEntities):
        release.links(at=SEVERAL)


def test_an_entity_whose_records_were_deleted_is_gone(release):
    with pytest.raises(EntityGone, match="no live record left") as caught:
        release.entity(GONE)
    assert caught.value.subject.key == GONE


def test_a_merged_key_leads_to_the_one_that_took_its_place(release):
    assert release.entity(LOST).key == KEPT


def test_hostile_text_comes_as_it_is(release):
    titles = [hit.title for hit in release.search_all()]
    assert any("<script>alert('x')</script>" in title for title in titles)
