import pytest

from weft.enrich.template import Asked, TemplateError, open_template, read_template

GOOD = """\
PREFIX x: <http://x/>
SELECT DISTINCT ?entity ?predicate ?object WHERE {
  VALUES (?entity ?id) { $rows(upper) }
  { SELECT ?thing { ?thing x:id ?any } ORDER BY ?thing LIMIT 5 }
  ?thing x:id ?id ; ?predicate ?object . # LIMIT
}
"""
A, B = Asked("http://w/a", "doi:10.1/a"), Asked("http://w/b", "doi:10.1/b")


def test_rows_order_and_page_are_put_into_a_query():
    text = read_template(GOOD, "good.rq").compose([A, B], limit=7, offset=14)
    assert (
        text
        == GOOD.replace(
            "$rows(upper)", '\n    (<http://w/a> "10.1/A")\n    (<http://w/b> "10.1/B")\n'
        )
        + "\nORDER BY ?entity ?predicate ?object LANG(?object)\nLIMIT 7 OFFSET 14\n"
    )


def test_every_place_gets_the_rows_in_its_own_spellings():
    two = GOOD.replace(
        "{ $rows(upper) }", "{ $rows } VALUES (?entity ?iri) { $rows( iri , upper ) }"
    )
    text = read_template(two, "two.rq").compose([A], limit=1, offset=0)
    assert '{ \n    (<http://w/a> "10.1/a")\n }' in text
    assert '\n    (<http://w/a> <https://doi.org/10.1/a>)\n    (<http://w/a> "10.1/A")\n' in text


def test_terms_are_asked_about_instead_of_the_identifier():
    asked = Asked("http://w/a", "doi:10.1/a", "<http://o/1> <http://o/2>")
    rows = "    (<http://w/a> <http://o/1>)\n    (<http://w/a> <http://o/2>)\n"
    assert rows in read_template(GOOD, "g").compose([asked], limit=1, offset=0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin with SELECT DISTINCT"),
        (GOOD.replace("DISTINCT ", ""), "does not begin with SELECT DISTINCT"),
        (GOOD.replace("SELECT DISTINCT ?entity", "CONSTRUCT"), "does not begin with SELECT"),
        ("DELETE WHERE { ?s ?p ?o }", "expected a SELECT query"),
        (GOOD.replace("?object WHERE", "?other WHERE"), r"does not select \?object"),
        (GOOD.replace("$rows(upper)", ""), "no place for our identifiers"),
        (GOOD.replace("$rows(upper)", "# $rows(upper)\n"), "no place for our identifiers"),
        (GOOD.replace("upper", "shout"), "line 3, column 26: unknown spelling 'shout'; expected"),
        (GOOD + "LIMIT 10", "line 7, column 1: LIMIT is put behind"),
        (GOOD + "order by ?entity", "line 7, column 1: ORDER is put behind"),
        (GOOD + "}", "a brace is not closed, or closed twice"),
        (GOOD + "#" * 60_000, "50000 are read"),
    ],
)
def test_a_query_that_cannot_be_paged_is_refused_with_the_reason(text, why):
    with pytest.raises(TemplateError, match=why):
        read_template(text, "bad.rq")


def test_a_file_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(TemplateError, match=r"nothing\.rq: No such file .* Weft itself has: dblp,"):
        open_template("nothing.rq", tmp_path)
    (tmp_path / "latin.rq").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match="cannot read the query file"):
        open_template("latin.rq", tmp_path)
