"""Links asked for as from ScholeXplorer."""

from urllib.parse import urlencode

import jsonschema
import pytest

from tests.search.web.api.conftest import asking
from tests.search.web.api.test_scholix import schema

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINKS = "/api/scholix/v3/Links"


def brief(body):
    """What links to what, by which name."""
    return {
        (
            package["Source"]["Identifier"]["ID"].rpartition("/")[2],
            package["RelationshipType"]["Name"],
            package["RelationshipType"].get("SubType", ""),
            package["Target"]["Identifier"]["ID"].rpartition("/")[2],
        )
        for package in body["result"]
    }


SUPPLEMENT = ("data", "IsSupplementTo", "", "paper")
SUPPLEMENTED = ("paper", "IsSupplementedBy", "", "data")
PART, WHOLE = ("data", "IsRelatedTo", "IsPartOf", "set"), ("set", "IsRelatedTo", "HasPart", "data")
DERIVED = ("paper", "IsRelatedTo", "IsDerivedFrom", "code")
ORIGIN = ("code", "IsRelatedTo", "IsSourceOf", "paper")
RELATED = {("set", "IsRelatedTo", "", "zen:4"), ("zen:4", "IsRelatedTo", "", "set")}


async def test_every_link_is_listed_from_both_its_ends(ask):
    body = await ask(LINKS)
    assert brief(body) == {SUPPLEMENT, SUPPLEMENTED, PART, WHOLE, DERIVED, ORIGIN, *RELATED}
    assert (body["currentPage"], body["totalLinks"], body["totalPages"]) == (0, 8, 1)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sourcePid": "10.5072/paper"}, {SUPPLEMENTED, DERIVED}),
        ({"sourcePid": "https://doi.org/10.5072/data"}, {SUPPLEMENT, PART}),
        ({"targetPid": "doi:10.5072/paper"}, {SUPPLEMENT, ORIGIN}),
        ({"sourcePid": "10.5072/paper", "targetPid": "10.5072/data"}, {SUPPLEMENTED}),
        ({"sourcePid": "10.5072/paper", "targetPid": "10.5072/paper"}, set()),
        ({"sourcePid": "10.5072/nowhere"}, set()),
        ({"sourcePid": "isbn:9783030382070"}, set()),
        ({"sourceType": "software"}, {ORIGIN}),
        ({"sourceType": "publication", "targetType": "dataset"}, {SUPPLEMENTED, *RELATED} - {
            ("set", "IsRelatedTo", "", "zen:4")}),
        ({"sourcePublisher": "CERN"}, {SUPPLEMENT, PART}),
        ({"targetPublisher": "CERN"}, {SUPPLEMENTED, WHOLE}),
        ({"sourcePublisher": 'x" } SERVICE'}, set()),
        ({"relation": "IsSupplementedBy"}, {SUPPLEMENTED}),
        ({"relation": "HasPart"}, {WHOLE}),
        ({"relation": "nothing"}, set()),
        ({"from": "2012"}, {SUPPLEMENT, PART}),
        ({"from": "2012-09-18"}, set()),
        ({"to": "2012-09-17"}, {SUPPLEMENT, PART}),
        ({"from": "2011", "to": "2012-09-16"}, set()),
        ({"page": "1"}, set()),
    ],
)  # fmt: skip
async def test_parameters_choose_by_source_and_target(ask, asked, expected):
    body = await ask(f"{LINKS}?{urlencode(asked)}")
    assert brief(body) == expected
    if "page" not in asked:
        assert body["totalLinks"] == len(expected)


@pytest.mark.parametrize(
    "asked",
    ["page=-1", "page=100", "page=x", "sourceType=article", "from=soon", "sourcePID=10.5072/data",
     "sourcePid=", "sourcePid=" + "a" * 2001],
)  # fmt: skip
async def test_a_bad_parameter_is_a_problem(town, asked):
    response = await town.get(f"{LINKS}?{asked}")
    assert (response.status, response.content_type) == (400, "application/problem+json")


async def test_the_pages_of_the_sample_hold_each_link_once_from_either_end(judges, sample):
    ask, found, page = asking(sample), [], 0
    validator = jsonschema.Draft6Validator(schema(judges, "v3"))
    while True:
        body = await ask(f"{LINKS}?page={page}")
        found += body["result"]
        page += 1
        if page >= body["totalPages"]:
            break
    assert len(found) == body["totalLinks"] == 2 * 218
    assert all(validator.is_valid(package) for package in found)
    ends = [
        (str(each["Source"]), str(each["RelationshipType"]), str(each["Target"])) for each in found
    ]
    assert len(set(ends)) == len(ends)
