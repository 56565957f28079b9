"""What is read of an entity: everything that a release says, and nothing else."""

from graph.store import open_graph
from graph.store_loader import open_loader
from search.metadata.described import (
    MAX_RELATED,
    Affiliation,
    Agent,
    Grant,
    Related,
    Title,
    read_described,
)
from tests.search.metadata.releases import BASE
from tests.search.web.linked_release import GONE, MERGED, write_release

ROR = "ror:05mmh0f86"


def test_the_fields_of_an_entity_are_those_of_its_works(read):
    full = read("full")
    assert (full.iri, full.key) == (f"{BASE}id/full", "full")
    assert (full.kind, full.rdf_type, full.is_stub) == ("dataset", "Dataset", False)
    assert full.titles == (Title("Spectra of a lamp < 3 & more", "en"),)
    assert (full.date, full.year) == ("2012-09-17", 2012)
    assert (full.publisher, full.publisher_identifiers) == ("Zenodo", (ROR,))
    assert full.licence == "https://spdx.org/licenses/CC-BY-4.0"
    assert (full.spdx, full.access) == ("CC-BY-4.0", "open")
    assert (full.version, full.volume) == ("1.1", "3")
    assert (full.sizes, full.formats) == (("3.4 MB",), ("text/csv",))
    assert full.abstract == "Measured spectra of the lamp."
    assert full.collaborations == ("ATLAS Collaboration",)
    assert full.records == (("zenodo", "oai:zenodo.org:7"),)
    assert full.sources == ("zenodo",)


def test_languages_and_subjects_stand_in_the_order_of_the_record(read):
    assert read("full").languages == ("en", "de")
    assert read("full").subjects == ("oil", "lamp; wick")


def test_agents_stand_in_the_order_of_the_record_with_what_is_known_of_them(read):
    full = read("full")
    assert full.creators == (
        Agent(name="Zuse, Konrad", is_person=True),
        Agent(
            name="Carberry, Josiah",
            is_person=True,
            identifiers=("orcid:0000-0002-1825-0097",),
            affiliations=(Affiliation("Inner Bank"), Affiliation("Lamp Archive", (ROR,))),
        ),
        Agent(name="Lamp Archive", is_organization=True, identifiers=(ROR,)),
        Agent(name="Aa"),
        Agent(name="ATLAS Collaboration", is_organization=True),
    )
    assert full.editors == (Agent(name="Editor, Emma", is_person=True),)
    assert full.contributors == (Agent(name="Helper, Hans"),)


def test_the_doi_is_the_first_identifier(read):
    identifiers = read("full").identifiers
    assert identifiers[:3] == (
        "doi:10.1000/lamp(1)<2>::3",
        "doi:10.5281/zenodo.7",
        "arxiv:1207.7235",
    )
    assert len(identifiers) == 17


def test_a_grant_has_its_title_back_which_stands_only_in_its_name(read):
    assert read("full").grants == (
        Grant(
            number="12",
            title="Oil, and more oil",
            funder="Oil Fund",
            funder_identifiers=("doi:10.13039/501100000780",),
            address="https://fund.example.org/12",
        ),
        Grant(funder="Wick Office"),
        Grant(funder="Outer Bank", funder_identifiers=(ROR,), title="Wicks"),
        Grant(funder="Sun Fund", address="https://sun.example.org/"),
    )


def test_links_are_told_as_seen_from_the_entity(read):
    assert [(each.relation, each.key) for each in read("full").related] == [
        ("Cites", "stub"),
        ("IsCompiledBy", "software"),
        ("IsDerivedFrom", "archived"),
        ("IsNewVersionOf", "stubonly"),
        ("IsRelatedTo", "book"),
        ("IsSupplementTo", "paper"),
        ("IsCitedBy", "paper"),
    ]
    assert [(each.relation, each.key) for each in read("book").related] == [
        ("HasPart", "chapter"),
        ("IsRelatedTo", "full"),
    ]


def test_the_other_end_of_a_link_has_its_name_and_identifiers(read):
    by_key = {each.key: each for each in read("full").related}
    assert by_key["software"] == Related(
        relation="IsCompiledBy",
        iri=f"{BASE}id/software",
        key="software",
        kind="software",
        name="Oiler",
        identifiers=("doi:10.5281/zenodo.8", "oai:zenodo.org:8"),
        is_stub=False,
    )
    assert by_key["stubonly"] == Related(
        relation="IsNewVersionOf",
        iri=f"{BASE}id/stubonly",
        key="stubonly",
        kind="unknown",
        name="",
        identifiers=("inspire:77",),
        is_stub=True,
    )


def test_links_are_left_out_where_nobody_asks_for_them(read):
    assert read("full", with_related=False).related == ()


def test_a_stub_is_described_as_one(read):
    stub = read("stub")
    assert (stub.is_stub, stub.kind, stub.titles) == (True, "paper", ())
    assert (stub.identifiers, stub.records) == (("doi:10.1000/stub",), ())
    assert [(each.relation, each.key) for each in stub.related] == [("IsCitedBy", "full")]


def test_what_no_record_states_is_empty(read):
    archived = read("archived", with_related=False)
    assert (archived.titles, archived.creators, archived.date) == ((), (), "")
    assert (archived.year, archived.publisher, archived.licence) == (None, "", "")
    assert (archived.access, archived.abstract) == ("", "")


def test_an_entity_that_is_not_here_is_none(tmp_path):
    write_release(tmp_path)
    with open_graph(tmp_path / "releases" / "3" / "graph") as graph:
        for key in (MERGED, GONE, "neverneverneve", "", "datadatadatad#agent-2"):
            assert read_described(graph, None, f"http://weft.test/id/{key}") is None


def test_without_a_document_local_agents_keep_the_order_of_their_numbers(tmp_path):
    lines = "".join(
        f"<{BASE}id/a> <https://schema.org/creator> <{BASE}id/a#agent-{number}> .\n"
        f'<{BASE}id/a#agent-{number}> <https://schema.org/name> "{name}" .\n'
        for number, name in ((2, "B"), (10, "A"), (1, "C"))
    )
    kind = f'<{BASE}id/a> <https://w3id.org/weft#kind> "other" .\n'
    with open_loader(tmp_path / "graph") as loader:
        loader.add([lines, kind])
    with open_graph(tmp_path / "graph") as graph:
        described = read_described(graph, None, f"{BASE}id/a")
    assert described is not None
    assert [agent.name for agent in described.creators] == ["C", "B", "A"]


def test_links_past_the_most_are_counted(tmp_path):
    kind = '<https://w3id.org/weft#kind> "paper"'
    cites = "<http://purl.org/spar/cito/cites>"
    with open_loader(tmp_path / "graph") as loader:
        loader.add([f"<{BASE}id/a> {kind} .\n<{BASE}id/a> {cites} <{BASE}id/own> .\n"])
        loader.add(f"<{BASE}id/p{n}> {cites} <{BASE}id/a> .\n" for n in range(MAX_RELATED + 1))
    with open_graph(tmp_path / "graph") as graph:
        described = read_described(graph, None, f"{BASE}id/a")
    assert described is not None
    assert len(described.related) == MAX_RELATED
    assert described.n_related_left_out == 2
    assert described.related[0].key == "own"
