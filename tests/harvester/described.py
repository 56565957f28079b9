"""A fake repository that describes itself: Identify, formats and sets, each replaceable."""

from harvester.client import HttpAnswer
from tests.harvester.fake_repository import FakeRepository, answer, record_xml

NOW = "2026-03-01T00:00:00Z"
"""What the fake clock reads."""


class DescribedRepository(FakeRepository):
    """Keys of `instead` are a verb, or the tokens of ListRecords, "" for its first page."""

    @staticmethod
    def _key(request: dict[str, str]) -> str:
        if request["verb"] == "ListRecords":
            return request.get("resumptionToken", "")
        return request["verb"]


def identify(
    *, name="Fake", url="http://repository.example/oai", earliest="2014-02-03T14:41:33Z", date=NOW
) -> HttpAnswer:
    return answer(
        f"<Identify><repositoryName>{name}</repositoryName><baseURL>{url}</baseURL>"
        f"<earliestDatestamp>{earliest}</earliestDatestamp>"
        "<deletedRecord>transient</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
        "<compression>gzip</compression><compression>deflate</compression></Identify>",
        date=date,
    )


def formats(*prefixes: str) -> HttpAnswer:
    each = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix></metadataFormat>"
        for prefix in prefixes
    )
    return answer(f"<ListMetadataFormats>{each}</ListMetadataFormats>")


def sets(*specs: str, token: str = "", size: str = "") -> HttpAnswer:
    each = "".join(f"<set><setSpec>{spec}</setSpec><setName>x</setName></set>" for spec in specs)
    announced = f' completeListSize="{size}"' if size else ""
    return answer(
        f"<ListSets>{each}<resumptionToken{announced}>{token}</resumptionToken></ListSets>"
    )


def described(n_records=5, **instead) -> DescribedRepository:
    """A repository without a fault; `instead` replaces the answers to some verbs."""
    answers = {
        "Identify": [identify()],
        "ListMetadataFormats": [formats("oai_dc", "oai_datacite")],
        "ListSets": [sets("a", "b")],
        **instead,
    }
    records = [record_xml(number) for number in range(n_records)]
    return DescribedRepository(records, instead=answers)
