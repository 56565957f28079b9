"""The table of relations: inverses, synonyms, and the triple each is written as."""

import pytest

from graph.quads import canonical_relation
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, UNKNOWN_RELATION

_DATACITE_4_6 = """
IsCitedBy Cites IsSupplementTo IsSupplementedBy IsContinuedBy Continues IsDescribedBy Describes
HasMetadata IsMetadataFor HasVersion IsVersionOf IsNewVersionOf IsPreviousVersionOf IsPartOf
HasPart IsPublishedIn IsReferencedBy References IsDocumentedBy Documents IsCompiledBy Compiles
IsVariantFormOf IsOriginalFormOf IsIdenticalTo IsReviewedBy Reviews IsDerivedFrom IsSourceOf
Requires IsRequiredBy Obsoletes IsObsoletedBy IsCollectedBy Collects IsTranslationOf HasTranslation
""".split()  # noqa: SIM905  # a table is read at a glance


def test_every_relation_of_datacite_is_in_the_table():
    assert set(RELATIONS) == {*_DATACITE_4_6, "IsRelatedTo"}


@pytest.mark.parametrize(
    ("stated", "predicate", "is_inverse"),
    [
        ("IsSupplementTo", "https://w3id.org/weft#isSupplementTo", False),
        ("IsSupplementedBy", "https://w3id.org/weft#isSupplementTo", True),
        ("References", "http://purl.org/spar/cito/cites", False),
        ("IsReferencedBy", "http://purl.org/spar/cito/cites", True),
        ("IsPublishedIn", "http://purl.org/dc/terms/isPartOf", False),
        ("HasPart", "http://purl.org/dc/terms/isPartOf", True),
        ("IsPreviousVersionOf", "http://www.w3.org/ns/prov#wasRevisionOf", True),
        ("IsIdenticalTo", "https://w3id.org/weft#claimedIdenticalTo", False),
        ("isAuthoredOnAMonday", "https://w3id.org/weft#isRelatedTo", False),
    ],
)
def test_a_relation_is_written_in_its_canonical_direction(stated, predicate, is_inverse):
    assert canonical_relation(stated) == (predicate, is_inverse)


def test_every_predicate_goes_back_to_its_canonical_relation():
    for relation in RELATIONS.values():
        assert PREDICATES[relation.predicate] == relation.name
        assert not RELATIONS[relation.name].is_inverse


def test_symmetric_relations_have_no_inverse():
    inverted = {relation.name for relation in RELATIONS.values() if relation.is_inverse}
    assert not SYMMETRIC & inverted
    assert UNKNOWN_RELATION.name in SYMMETRIC
