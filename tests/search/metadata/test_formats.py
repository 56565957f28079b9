"""Every format is valid by its schema, whatever an entity holds."""

import string

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from graph.crosswalk import map_record
from graph.relation import RELATIONS
from graph.store import open_graph
from search.metadata.described import (
    Affiliation,
    Agent,
    Described,
    Grant,
    Related,
    Title,
    read_described,
)
from search.metadata.formats import FORMS
from search.metadata.markup import MAX_TEXT
from search.text.engines import open_index
from tests.search.metadata.releases import read_work, staged
from tests.search.web.linked_release import write_release

DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="session")
def schemas(judges):
    """The standards' schemas by the name of the format."""
    files = {
        "oai_dc": "oai/oai_dc.xsd",
        "oai_datacite": "datacite/kernel-4/metadata.xsd",
        "marcxml": "marc/MARC21slim.xsd",
    }
    return {
        name: etree.XMLSchema(etree.parse(judges / "xsd" / file)) for name, file in files.items()
    }


def check(described, schemas):
    """All formats of an entity are well-formed and, inside what wraps them, valid."""
    for name, form in FORMS.items():
        root = etree.fromstring(form.write(described))
        assert etree.QName(root).namespace == form.namespace
        match name:
            case "oai_datacite":
                (described_root,) = root[-1]
                schemas[name].assertValid(described_root)
                assert [etree.QName(child).localname for child in root] == [
                    "schemaVersion",
                    "datacentreSymbol",
                    "payload",
                ]
            case "dc":  # the same fifteen elements in another wrapper
                root.tag = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
                del root.attrib["{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"]
                schemas["oai_dc"].assertValid(root)
            case _:
                schemas[name].assertValid(root)


def test_a_form_is_known_by_its_prefix_and_says_where_its_schema_is():
    assert {name: (form.prefix, form.schema, form.namespace) for name, form in FORMS.items()} == {
        "oai_dc": (
            "oai_dc",
            "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
        ),
        "oai_datacite": (
            "oai_datacite",
            "http://schema.datacite.org/oai/oai-1.1/oai.xsd",
            "http://schema.datacite.org/oai/oai-1.1/",
        ),
        "marcxml": (
            "marcxml",
            "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd",
            "http://www.loc.gov/MARC21/slim",
        ),
        "dc": (
            "dc",
            "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd",
            "info:srw/schema/1/dc-schema",
        ),
    }
    assert [form.sru for form in FORMS.values()] == [
        "",
        "",
        "info:srw/schema/1/marcxml-v1.1",
        "info:srw/schema/1/dc-v1.1",
    ]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_states_the_schema_that_it_is_of(read, name):
    form = FORMS[name]
    root = etree.fromstring(form.write(read("full")))
    stated = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
    assert stated == f"{form.namespace} {form.schema}"


@pytest.mark.parametrize(
    "key", ["full", "paper", "archived", "chapter", "book", "software", "stub", "stubonly"]
)
def test_an_entity_of_each_kind_is_valid(read, schemas, key):
    check(read(key), schemas)


def test_the_whole_sample_is_valid(sample, schemas):
    assert len(sample) == 177
    for described in sample:
        check(described, schemas)


def test_the_release_of_the_page_tests_is_valid(tmp_path, schemas):
    write_release(tmp_path)
    directory = tmp_path / "releases" / "3"
    with open_graph(directory / "graph") as graph, open_index(directory / "text") as index:
        for key in ("datadatadatad", "partpartpartp", "paperpaperpap", "hostilehostil"):
            found = read_described(graph, index.document(key), f"http://weft.test/id/{key}")
            check(found, schemas)


def test_an_entity_of_which_nothing_is_known_is_valid(schemas):
    check(Described(iri="https://x.example/id/a", key="a", kind="unknown"), schemas)


def test_the_relations_are_those_that_the_kernel_lists(judges):
    file = judges / "xsd/datacite/kernel-4/include/datacite-relationType-v4.xsd"
    listed = {each.get("value") for each in etree.parse(file).iter("{*}enumeration")}
    assert listed == RELATIONS.keys() - {"IsRelatedTo"} | {"Other"}


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("text", ["\x00\x08\ufffe", "\ud800", "", "  ", "\r\n"])
def test_a_text_that_xml_cannot_hold_is_left_out(name, text):
    described = hostile(text)
    root = etree.fromstring(FORMS[name].write(described))
    assert not any((element.text or "x").isspace() for element in root.iter())
    assert map_record(staged(FORMS[name].write(described))).kind == "dataset"


@pytest.mark.parametrize("name", sorted(FORMS))
def test_markup_in_a_text_is_text(name):
    text = "</dc><script>alert(1)</script>&bad;]]>\"'"
    root = etree.fromstring(FORMS[name].write(hostile(text)))
    assert not list(root.iter("{*}script"))
    assert text in list(root.itertext())


def test_a_very_long_text_is_cut(schemas):
    described = Described(
        iri="https://x.example/id/a", key="a", kind="dataset", abstract="x" * (MAX_TEXT + 1)
    )
    check(described, schemas)
    (abstract,) = etree.fromstring(FORMS["oai_dc"].write(described)).findall(f"{DC}description")
    text = "".join(map(str, abstract.itertext()))
    assert (len(text), text[-2:]) == (MAX_TEXT, "x…")


def test_an_identifier_is_never_cut(schemas):
    long = "url:https://x.example/" + "a" * 3000
    described = Described(
        iri="https://x.example/id/a", key="a", kind="dataset", identifiers=(long,)
    )
    check(described, schemas)
    for form in FORMS.values():
        assert b"aaaa" not in form.write(described)


def hostile(text):
    """An entity with the same text wherever one can stand."""
    return Described(
        iri="https://x.example/id/a",
        key="a",
        kind="dataset",
        titles=(Title(text, text),),
        creators=(
            Agent(
                name=text,
                is_person=True,
                identifiers=(f"orcid:{text}",),
                affiliations=(Affiliation(text, (f"ror:{text}",)),),
            ),
        ),
        editors=(Agent(name=text),),
        date=text,
        publisher=text,
        publisher_identifiers=(text,),
        languages=(text,),
        licence=text,
        spdx=text,
        access=text,
        subjects=(text,),
        collaborations=(text,),
        version=text,
        sizes=(text,),
        formats=(text,),
        abstract=text,
        identifiers=(text, f"doi:{text}", f"isbn:{text}", f"report:{text}"),
        grants=(Grant(number=text, title=text, funder=text, address=text),),
        related=(
            Related(
                relation="Cites",
                iri="https://x.example/id/b",
                key="b",
                kind="paper",
                name=text,
                identifiers=(f"url:{text}",),
                is_stub=True,
            ),
        ),
    )


TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cn"]),
        st.sampled_from("<>&\"'/:?#[]@%{}|\\^`\r\n\t "),
    ),
    max_size=12,
) | st.sampled_from(["", "doi:", ":", "https://", "https://a b", "ror:", "a" * 3000, "en-", "2012"])
IDENTIFIERS = st.builds(
    lambda scheme, value: f"{scheme}:{value}",
    st.sampled_from(["doi", "arxiv", "url", "urn", "oai", "isbn", "swh", "ror", "orcid", "x", ""]),
    TEXTS,
)
NOT_FREE = {"key": st.text(string.ascii_lowercase, min_size=1, max_size=13)}


def structs(kind, /, **more):
    """Any value of a struct with hostile texts in it."""
    known = {str: TEXTS, bool: st.booleans(), int | None: st.none() | st.integers()}
    fields = {}
    for field in msgspec.structs.fields(kind):
        if field.name in more:
            fields[field.name] = more[field.name]
        elif field.type in known:
            fields[field.name] = known[field.type]
        elif field.type == tuple[str, ...]:
            of = IDENTIFIERS if "identifiers" in field.name else TEXTS
            fields[field.name] = st.lists(of, max_size=3).map(tuple)
    return st.builds(kind, **fields)


def several(kind, /, **more):
    return st.lists(structs(kind, **more), max_size=2).map(tuple)


AGENTS = several(Agent, affiliations=several(Affiliation))
ANYTHING = structs(
    Described,
    **NOT_FREE,
    titles=several(Title),
    creators=AGENTS,
    editors=AGENTS,
    contributors=AGENTS,
    grants=several(Grant),
    related=several(Related, relation=st.sampled_from([*RELATIONS, "", "Nonsense"])),
    kind=st.sampled_from(["dataset", "paper", "software", "book", "chapter", "other", "unknown"]),
    iri=st.just("https://x.example/id/a"),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANYTHING)
def test_whatever_an_entity_holds_its_formats_are_valid_and_a_second_weft_maps_them(
    schemas, described
):
    check(described, schemas)
    for form in FORMS.values():
        assert read_work(form.write(described), "a").kind
