"""How a release is cited, in each style."""

import json
from datetime import date

import bibtexparser  # type: ignore[import-untyped]  # it has no types
import pytest
import rispy  # type: ignore[import-untyped]  # it has no types
from bibtexparser.bparser import BibTexParser  # type: ignore[import-untyped]  # as above

from graph.errors import NoRelease
from graph.release import HarvestedSource, ReleaseInfo
from weft.citing import STYLES, cite_release, show, title_of
from weft.config import load

DAY = date(2026, 5, 6)


def source(title: str, **said) -> HarvestedSource:
    told = {
        "url": "https://x.example/oai?a=b&c",
        "state": "complete",
        "last_harvest": "2026-01-02T03:04:05Z",
        "announced": None,
        "live": 10,
        "deleted": 0,
    }
    return HarvestedSource(title=title, **(told | said))


def info(**sources: HarvestedSource) -> ReleaseInfo:
    return ReleaseInfo(
        number=3,
        created_at="2026-02-03T04:05:06Z",
        base_iri="https://weft.example.org/",
        records=20,
        entities=18,
        stubs=2,
        merged_entities=1,
        links=7,
        quads=99,
        by_kind={"dataset": 18},
        by_source=dict.fromkeys(sources, 10),
        sources=sources,
    )


RELEASE = info(
    zen=source("Zenodo"),
    hep=source("HEP & Data", state="incomplete"),
    new=source("Never had", live=0, last_harvest=None, state="never"),
)
MADE = (
    "Made with Weft 9.9 from Zenodo (last harvested 2026-01-02);"
    " HEP & Data (last harvested 2026-01-02, incomplete)."
)


def cited(style: str, release: ReleaseInfo = RELEASE, **said: str) -> str:
    return cite_release(release, style, accessed=DAY, software="Weft 9.9", **said)


def test_the_text_names_release_date_address_sources_and_access():
    assert cited("text", publisher="Library of X") == (
        "Library of X (2026): Linked records of Zenodo and HEP & Data. Version 3 of 2026-02-03."
        " Library of X. (Dataset). https://weft.example.org/ (accessed 2026-05-06)."
        f" {MADE}\n"
    )


def test_nobody_is_named_who_is_not_told():
    assert cited("text").startswith("Linked records of Zenodo and HEP & Data (2026). Version 3")


def test_bibtex_is_read_back_whole():
    parser = BibTexParser(ignore_nonstandard_types=False)
    text = cited("bibtex", title="Our {links}", publisher="A and B")
    [entry] = bibtexparser.loads(text, parser).entries
    told = {name: entry[name] for name in ("year", "month", "version", "url", "urldate", "author")}
    assert told == {
        "year": "2026",
        "month": "2",
        "version": "3 of 2026-02-03",
        "url": "https://weft.example.org/",
        "urldate": "2026-05-06",
        "author": "{A and B}",
    }
    assert entry["note"] == MADE.replace("&", r"\&")


def test_ris_is_read_back_whole():
    [entry] = rispy.loads(cited("ris", title="Ours"))
    assert (entry["type_of_reference"], entry["title"]) == ("DATA", "Ours")
    assert entry["access_date"] == "2026/05/06/"
    assert entry["abstract"] == MADE


def test_csl_has_issued_and_accessed():
    [item] = json.loads(cited("csl", publisher="Library of X"))
    assert item["issued"] == {"date-parts": [[2026, 2, 3]]}
    assert item["accessed"] == {"date-parts": [[2026, 5, 6]]}
    assert item["author"] == [{"literal": "Library of X"}]
    assert (item["type"], item["version"]) == ("dataset", "3 of 2026-02-03")


def test_cff_has_what_its_schema_requires():
    assert cited("cff", title='Ours: "links"', publisher="Library of X") == (
        "cff-version: 1.2.0\n"
        'message: "Cite the release that was used, by its number."\n'
        "type: dataset\n"
        'title: "Ours: \\"links\\""\n'
        "authors:\n"
        '  - name: "Library of X"\n'
        'version: "3"\n'
        "date-released: 2026-02-03\n"
        'url: "https://weft.example.org/"\n'
        f'abstract: "{MADE}"\n'
        "references:\n"
        "  - type: database\n"
        '    title: "Zenodo"\n'
        "    authors:\n"
        '      - name: "Zenodo"\n'
        '    url: "https://x.example/oai?a=b&c"\n'
        "    date-accessed: 2026-01-02\n"
        "  - type: database\n"
        '    title: "HEP & Data"\n'
        "    authors:\n"
        '      - name: "HEP & Data"\n'
        '    url: "https://x.example/oai?a=b&c"\n'
        "    date-accessed: 2026-01-02\n"
    )


def test_datacite_has_its_required_properties_and_says_what_is_unknown():
    said = json.loads(cited("datacite-json"))
    assert said["creators"] == [{"name": ":unav", "nameType": "Organizational"}]
    assert said["publisher"] == {"name": ":unav"}
    assert said["titles"] == [{"title": "Linked records of Zenodo and HEP & Data", "lang": "en"}]
    assert (said["publicationYear"], said["version"]) == (2026, "3")
    assert said["types"]["resourceTypeGeneral"] == "Dataset"
    assert said["sizes"] == ["18 entities", "7 links", "99 RDF statements"]
    assert [each["relationType"] for each in said["relatedIdentifiers"]] == 2 * ["IsDerivedFrom"]


@pytest.mark.parametrize(
    ("names", "title"),
    [
        ((), "Linked open-science records"),
        (("A",), "Linked records of A"),
        (("A", "B", "C"), "Linked records of A, B and C"),
        (("A", "B", "C", "D", "E"), "Linked records of 5 open-science repositories"),
    ],
)
def test_a_collection_without_a_name_is_called_after_its_sources(names, title):
    assert title_of(info(**{name.lower(): source(name) for name in names})) == title


@pytest.mark.parametrize("style", STYLES)
def test_a_release_that_keeps_no_state_of_its_sources_can_be_cited(style):
    assert "Made with Weft 9.9." in cited(style, info())


def test_a_style_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match="no style 'apa', expected one of text, bibtex"):
        cited("apa")


def test_the_command_prints_the_citation_and_tells_the_rest_on_standard_error(demo, capsys):
    show(load(demo.config, data=demo.data), "cff", title="Ours")
    said = capsys.readouterr()
    assert said.out.startswith("cff-version: 1.2.0\n")
    assert 'title: "Ours"\n' in said.out
    assert "cernopendata: complete" in said.err
    assert "`weft export`" in said.err


def test_the_command_prints_json_that_names_the_release(demo, capsys):
    show(load(demo.config, data=demo.data), "text", number=1, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["style"], said["release"], said["query"]) == ("text", 1, "cite text")
    assert "Linked records of CERN Open Data, Zenodo, HEPData and OAPEN" in said["citation"]
    assert len(said["caveats"]) == 4


def test_a_release_that_there_is_not_cannot_be_cited(demo):
    with pytest.raises(NoRelease, match="no release 9"):
        show(load(demo.config, data=demo.data), "text", number=9)
