import pyoxigraph as ox
import pytest

from weft.remote.term import NoTerm, Term, write_term

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(value, datatype="", language=""):
    return Term(
        type="literal", value=value, datatype=datatype and XSD + datatype, language=language
    )


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (Term(type="iri", value="http://x/ä"), "<http://x/ä>"),
        (literal('say "hi"\n'), '"say \\"hi\\"\\n"'),
        (literal("x", "string"), '"x"'),
        (literal("Käse", language="de-1996"), '"Käse"@de-1996'),
        (literal("-7", "integer"), f'"-7"^^<{XSD}integer>'),
        (literal("-0044-03-15T00:00:00Z", "dateTime"), f'"-0044-03-15T00:00:00Z"^^<{XSD}dateTime>'),
        (literal("POINT(1 2)", "whatever"), f'"POINT(1 2)"^^<{XSD}whatever>'),
    ],
)
def test_a_legal_term_is_written_as_every_parser_reads_it(term, written):
    assert write_term(term) == written
    (quad,) = ox.parse(f"<a:s> <a:p> {written} .", format=ox.RdfFormat.N_TRIPLES)
    assert str(quad.object) in {written, written.replace("\n", "\\n")}


@pytest.mark.parametrize(
    ("term", "why"),
    [
        (Term(type="iri", value="relative/path"), "no absolute IRI"),
        (Term(type="iri", value="http://x/a b"), "no absolute IRI"),
        (Term(type="iri", value="http://x/<script>"), "no absolute IRI"),
        (Term(type="iri", value=""), "no absolute IRI"),
        (Term(type="blank", value="b0"), "blank node"),
        (literal("x", language="not a tag"), "no language tag"),
        (literal("seven", "integer"), "no xsd:integer"),
        (literal("2020-13-01", "date"), "no xsd:date"),
        (literal("yes", "boolean"), "no xsd:boolean"),
        (literal("\ud800"), "half a character"),
        (Term(type="literal", value="x", datatype="no iri"), "no absolute IRI"),
    ],
)
def test_what_is_not_legal_is_refused_and_not_repaired(term, why):
    with pytest.raises(NoTerm, match=why):
        write_term(term)


def test_a_solution_may_hold_a_number_that_is_none():
    assert write_term(literal("seven", "integer"), with_forms=False) == f'"seven"^^<{XSD}integer>'
