"""Text searches of a query are answered by either engine and joined by the store."""

import asyncio
import csv
import io
import threading
from contextlib import contextmanager
from functools import partial
from typing import cast

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import Document
from search.errors import QueryRefused, QuerySyntaxError, QueryTimeout, WorkersBusy
from search.query import parse_query
from search.sparql.edits import Edit, EditedQuery
from search.sparql.pool import Limits, QueryPool
from search.sparql.results import ResultFormat
from search.sparql.search_threads import SearchThreads
from search.sparql.text_search import find_searches
from search.sparql.text_service import answer_searches, run_query, write_values
from search.sparql.tokens import read_tokens
from search.sparql.wire import Request, Start
from search.sparql.worker import answer_request
from search.text import tantivy_engine, whoosh_engine
from search.text.engine import Hit, SearchResult, TextIndex

B = "http://weft.test/"
W = "https://w3id.org/weft#"
PROLOGUE = f"PREFIX weft: <{W}>\n"
TITLES = {
    "topquarktwice": "Top quark, top quark: cross sections of the top quark",
    "topquarkonce1": "A measurement of jets, electrons, muons and one top quark in many words",
    "bosonboson123": "Observation of a new boson",
}
PAPER = f"{B}id/paperpaperpap"
QUADS = "".join(f"<{B}id/{key}> <{W}isSupplementTo> <{PAPER}> .\n" for key in TITLES) + (
    f"<{PAPER}> <{W}kind> 'paper' .\n<{B}id/topquarkonce1> <{W}kind> 'dataset' <{B}record/1> .\n"
).replace("'", '"')


@contextmanager
def opened_index(engine, directory):
    with engine.open_writer(directory) as writer:
        for key, title in TITLES.items():
            writer.add(Document(key=key, kind="dataset", title=title, sources=("zenodo",)))
    with engine.open_index(directory) as index:
        yield index


@pytest.fixture(scope="module")
def tantivy(tmp_path_factory):
    with opened_index(tantivy_engine, tmp_path_factory.mktemp("text") / "tantivy") as index:
        yield index


@pytest.fixture(scope="module")
def whoosh(tmp_path_factory):
    with opened_index(whoosh_engine, tmp_path_factory.mktemp("text") / "whoosh") as index:
        yield index


LIMITS = Limits(time_limit_s=10)


class Worker:
    """Stands for a pool: does in this process what a worker does in its own."""

    def __init__(self, limits=LIMITS):
        self.search_threads = SearchThreads(limits.workers, limits.queue_limit, limits.time_limit_s)
        self.start = Start(
            store="", memory_limit_bytes=1, result_limit_bytes=1 << 20, time_limit_s=1
        )
        self.store = ox.Store()
        self.store.load(QUADS.encode(), format=ox.RdfFormat.N_QUADS)

    async def run(self, query, form, **graphs):
        request = Request(query=query, format=form, **graphs)
        answer, body = answer_request(self.store, request, self.start)
        match answer.state:
            case "ok":
                return body
            case "syntax":
                raise QuerySyntaxError(answer.message, line=answer.line, column=answer.column)
            case _:
                raise QueryRefused(answer.message)


async def rows_of(index, query, **graphs):
    body = await run_query(
        cast("QueryPool", Worker()),
        index,
        PROLOGUE + query,
        ResultFormat.CSV,
        base_iri=B,
        endpoint=B,
        **graphs,
    )
    return list(csv.DictReader(io.StringIO(body.decode())))


@pytest.fixture
def ask(tantivy):
    """Asks a query and gives its rows as text."""
    return partial(rows_of, tantivy)


SEARCH = """SERVICE weft:search {
  ?data weft:query "top quark" ; weft:score ?score ; weft:rank ?rank ; weft:total ?total }"""


async def test_hits_are_joined_with_a_pattern_best_first(ask):
    rows = await ask(
        f"SELECT * {{ {SEARCH} ?data weft:isSupplementTo ?paper }} ORDER BY DESC(?score)"
    )
    assert [row["data"] for row in rows] == [f"{B}id/topquarktwice", f"{B}id/topquarkonce1"]
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert {row["total"] for row in rows} == {"2"}
    assert {row["paper"] for row in rows} == {PAPER}
    assert float(rows[0]["score"]) > float(rows[1]["score"]) > 0


async def test_both_engines_answer_a_search_in_the_same_order(tantivy, whoosh):
    query = f"SELECT ?data ?rank ?total {{ {SEARCH} }} ORDER BY ?rank"
    assert await rows_of(tantivy, query) == await rows_of(whoosh, query)
    with pytest.raises(QuerySyntaxError, match="no field foo"):
        await rows_of(whoosh, query.replace("top quark", "foo:bar"))


async def test_the_datatypes_are_double_and_integer(ask):
    [row] = await ask(
        "SELECT (DATATYPE(?score) AS ?s) (DATATYPE(?rank) AS ?r) (DATATYPE(?total) AS ?t)"
        f" {{ {SEARCH} FILTER(?rank = 1) }}"
    )
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert row == {"s": f"{xsd}double", "r": f"{xsd}integer", "t": f"{xsd}integer"}


async def test_a_limit_keeps_the_best_and_the_total_tells_of_the_rest(ask):
    rows = await ask(f"SELECT * {{ {SEARCH.replace('?total', '?total ; weft:limit 1')} }}")
    assert [(row["data"], row["total"]) for row in rows] == [(f"{B}id/topquarktwice", "2")]


async def test_a_search_that_ranks_nothing_gives_all_hits_one_score(ask):
    search = "SERVICE weft:search { ?d weft:query 'kind:dataset' ; weft:score ?s ; weft:rank ?r }"
    rows = await ask(f"SELECT * {{ {search} }} ORDER BY ?r")
    assert [row["r"] for row in rows] == ["1", "2", "3"]
    assert len({row["s"] for row in rows}) == 1


async def test_a_search_without_hits_has_no_solution(ask):
    nothing = "SERVICE weft:search { ?data weft:query 'nowhere' ; weft:total ?n }"
    assert await ask(f"SELECT * {{ {nothing} }}") == []
    rows = await ask(f"SELECT * {{ ?x weft:kind ?kind OPTIONAL {{ {nothing} }} }}")
    assert rows == [{"x": PAPER, "kind": "paper", "data": "", "n": ""}]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("{ %s } UNION { ?data weft:kind 'paper' }", 3),
        ("?data weft:isSupplementTo ?p OPTIONAL { %s }", 3),
        ("?data weft:isSupplementTo ?p MINUS { %s }", 1),
        ("?data weft:isSupplementTo ?p FILTER EXISTS { %s }", 2),
        ("{ SELECT ?data { %s } LIMIT 1 } ?data ?p ?o", 1),
        ("GRAPH ?g { %s ?data weft:kind ?kind }", 1),
        ("%s %s", 2),
        ("{ %s } { SERVICE SILENT weft:search { ?boson weft:query 'boson' } }", 2),
        ("%s ?data weft:isSupplementTo ?p . ?p weft:kind 'paper' .", 2),
    ],
)
async def test_a_search_means_the_same_wherever_it_stands(ask, pattern, found):
    rows = await ask("SELECT ?data { " + pattern.replace("%s", SEARCH) + " }")
    assert len(rows) == found


async def test_hits_do_not_depend_on_the_data_set(ask):
    query = f"SELECT * {{ {SEARCH} ?data weft:kind ?kind }}"
    assert await ask(query) == []
    rows = await ask(query, default_graphs=(f"{B}record/1",))
    assert [row["data"] for row in rows] == [f"{B}id/topquarkonce1"]
    merged = await ask(query, default_graphs=(f"{B}record/1", f"{B}record/2"))
    assert merged == rows


async def test_two_searches_of_a_query_are_answered_each(ask):
    second = "SERVICE weft:search { ?other weft:query 'title:boson' ; weft:rank ?second }"
    rows = await ask(f"SELECT ?data ?other {{ {SEARCH} {second} }}")
    assert {row["other"] for row in rows} == {f"{B}id/bosonboson123"}
    assert len(rows) == 2


async def test_fields_phrases_and_escapes_reach_the_text_index(ask):
    for text in (r'"title:\"new boson\""', "'''title:\"new boson\"'''", r"'b\u006fson -quark'"):
        rows = await ask(f"SELECT * {{ SERVICE weft:search {{ ?d weft:query {text} }} }}")
        assert rows == [{"d": f"{B}id/bosonboson123"}], text


async def test_an_error_behind_a_search_is_told_where_it_was_written(ask):
    with pytest.raises(QuerySyntaxError) as raised:
        await ask(f"SELECT * {{ {SEARCH} ?data weft:kind ?k\n}} ORDER BU ?k")
    assert (str(raised.value), raised.value.line, raised.value.column) == ("expected BY", 4, 11)
    with pytest.raises(QuerySyntaxError) as raised:
        await ask(f"SELECT * {{ {SEARCH} ?data }}")
    assert (raised.value.line, raised.value.column) == (3, 99)


@pytest.mark.parametrize(
    "service",
    [
        "SERVICE <http://evil.example/> { ?s ?p ?o }",
        "SERVICE ?data { ?s ?p ?o }",
        "SERVICE <http://evil.example/> { SERVICE weft:search { ?d weft:query 'a' } }",
        "S\\u0045RVICE <http://evil.example/> { ?s ?p ?o }",
        "# x\rSERVICE <http://evil.example/> { ?s ?p ?o }",
        "SERVICE weft:searching { ?d weft:query 'a' }",
    ],
)
@pytest.mark.parametrize("order", ["{0} {1}", "{1} {0}"])
async def test_another_service_beside_a_search_is_refused_as_ever(ask, service, order):
    with pytest.raises(QueryRefused, match="SERVICE"):
        await ask("SELECT * { " + order.format(SEARCH, service + "\n") + " }")


class Slow:
    """A text index whose searches end when they are let."""

    n_documents = 0

    def __init__(self):
        self.may_end = threading.Event()
        self.lock = threading.Lock()
        self.n_begun = self.n_running = self.most_running = 0

    def search(self, _):
        with self.lock:
            self.n_begun += 1
            self.n_running += 1
            self.most_running = max(self.most_running, self.n_running)
        assert self.may_end.wait(20)
        with self.lock:
            self.n_running -= 1
        return result_of(("key", 1.0))


async def until(is_so):
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110  # the state of a thread
            await asyncio.sleep(0.001)


async def outcome_of(worker, index, n_searches=1):
    """The class of the error that a query ends in, or None."""
    blocks = " ".join(f"SERVICE weft:search {{ ?d{n} weft:query 'a' }}" for n in range(n_searches))
    try:
        await run_query(
            cast("QueryPool", worker),
            cast("TextIndex", index),
            f"{PROLOGUE}ASK {{ {blocks} }}",
            ResultFormat.JSON,
            base_iri=B,
        )
    except (QueryTimeout, WorkersBusy) as error:
        return type(error)


async def test_a_slow_text_index_is_a_query_that_takes_too_long():
    worker, slow = Worker(Limits(time_limit_s=0.05)), Slow()
    with pytest.raises(QueryTimeout, match=r"searches of the query ran longer than 0\.05 s"):
        await run_query(
            cast("QueryPool", worker),
            cast("TextIndex", slow),
            f"{PROLOGUE}ASK {{ {SEARCH} }}",
            ResultFormat.JSON,
            base_iri=B,
        )
    slow.may_end.set()


async def test_the_thread_of_a_query_past_its_time_begins_no_further_search():
    worker, slow = Worker(Limits(time_limit_s=0.05)), Slow()
    assert await outcome_of(worker, slow, n_searches=10) is QueryTimeout
    assert worker.search_threads.n_pending == 1
    slow.may_end.set()
    await until(lambda: worker.search_threads.n_pending == 0)
    assert slow.n_begun == 1


async def test_the_thread_of_a_client_that_left_begins_no_further_search():
    worker, slow = Worker(Limits(time_limit_s=20)), Slow()
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(outcome_of(worker, slow, n_searches=10))
        await until(lambda: slow.n_running == 1)
        asked.cancel()
    slow.may_end.set()
    await until(lambda: worker.search_threads.n_pending == 0)
    assert slow.n_begun == 1


async def test_queries_that_search_too_long_do_not_pile_up_threads():
    """Each client hears 503 at once or in time, while two threads and no more are still at it."""
    worker, slow = Worker(Limits(workers=2, queue_limit=3, time_limit_s=0.1)), Slow()
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(outcome_of(worker, slow, n_searches=10)) for _ in range(20)]
    outcomes = [task.result() for task in asked]
    assert outcomes == [QueryTimeout] * 2 + [WorkersBusy] * 18
    assert await outcome_of(worker, slow) is WorkersBusy
    assert (slow.n_begun, slow.most_running) == (2, 2)
    slow.may_end.set()
    await until(lambda: worker.search_threads.n_pending == 0)
    assert slow.n_begun == 2, "those that waited never begin"
    assert await outcome_of(worker, slow) is None


async def test_queries_that_wait_for_a_thread_are_answered_in_turn():
    worker, slow = Worker(Limits(workers=2, queue_limit=3, time_limit_s=20)), Slow()
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(outcome_of(worker, slow)) for _ in range(7)]
        await until(lambda: worker.search_threads.n_pending == 5 and slow.n_running == 2)
        await until(lambda: sum(task.done() for task in asked) == 2)
        slow.may_end.set()
    outcomes = [task.result() for task in asked]
    assert outcomes == [None] * 5 + [WorkersBusy] * 2
    assert (slow.n_begun, slow.most_running) == (5, 2)


async def test_closing_waits_for_the_search_under_way_and_begins_no_other():
    worker, slow = Worker(Limits(workers=1, time_limit_s=0.05)), Slow()
    assert await outcome_of(worker, slow, n_searches=2) is QueryTimeout
    async with asyncio.TaskGroup() as tasks:
        closing = tasks.create_task(worker.search_threads.close())
        await asyncio.sleep(0)
        assert not closing.done()
        slow.may_end.set()
    assert (slow.n_begun, slow.n_running) == (1, 0)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def result_of(*hits):
    found = tuple(
        Hit(
            key=key,
            score=score,
            document=Document(key=key, kind="paper", title=""),
            title=(),
            snippet=(),
        )
        for key, score in hits
    )
    return SearchResult(total=len(found), hits=found, facets={}, took_ms=0)


def test_rows_are_written_as_inline_data():
    columns = (("entity", "d"), ("score", "s"), ("rank", "r"), ("total", "t"))
    assert write_values(columns, result_of(("a", 12.5), ("b", None)), B) == (
        f"VALUES (?d ?s ?r ?t) {{ (<{B}id/a> 1.25000000e+01 1 2) (<{B}id/b> UNDEF 2 2) }}"
    )
    assert write_values(columns[:1], result_of(), B) == "VALUES (?d) {  }"


@given(TEXT, st.floats(), TEXT)
def test_no_key_score_or_base_leaves_its_place(key, score, base):
    written = write_values((("entity", "d"), ("score", "s")), result_of((key, score)), base)
    signs = [token.text for token in read_tokens(written)]
    assert signs[:6] == ["VALUES", "(", "?d", "?s", ")", "{"]
    assert signs[6] == "("
    assert signs[7].startswith("<")
    assert signs[-2:] == [")", "}"]
    assert signs.count("}") == 1
    written = write_values((("entity", "d"), ("score", "s")), result_of((key, score)), B)
    found = ox.Store().query(f"SELECT * {{ {written} }}")
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 1


class Empty:
    """A text index that keeps what it is asked."""

    n_documents = 0

    def __init__(self):
        self.asked = []

    def search(self, request):
        self.asked.append(request.query)
        return result_of(("key", 1.0))


def literal_of(text, quote):
    escapes = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", quote[0]: "\\" + quote[0]}
    return quote + "".join(escapes.get(each, each) for each in text) + quote


@contextmanager
def told():
    """A search text may be wrong, which is told; nothing else may happen."""
    try:
        yield
    except QuerySyntaxError as error:
        assert "the search text does not parse" in str(error)  # noqa: PT017  # right as well


CONTEXTS = (
    'PREFIX weft: <https://w3id.org/weft#> SELECT * {{ ?a ?b "}}" . # {{\n {0} ?d ?p "x{{" }} # e',
    "PREFIX weft: <https://w3id.org/weft#>\r\nASK {{ {{ ?s ?p '''a\n''' }} UNION {{{0}}} }}",
    "PREFIX weft: <https://w3id.org/weft#>CONSTRUCT{{?d a ?d}}WHERE{{OPTIONAL{{{0}}}FILTER(?d<3)}}",
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.text(max_size=25),
    st.sampled_from(['"', "'", '"""', "'''"]),
    st.sampled_from(CONTEXTS),
    st.sampled_from(["", " ", "\n# } '\n"]),
)
def test_no_text_changes_anything_outside_its_block(text, quote, context, space):
    block = f"SERVICE{space or ' '}weft:search{space}{{?d weft:query{space or ' '}"
    block += f"{literal_of(text, quote)}{space}}}"
    query = context.format(block)
    asked = Empty()
    with told():
        [search] = find_searches(query)
        assert query[search.start : search.end] == block
        [edit] = answer_searches(cast("TextIndex", asked), (search,), B)
        assert edit == Edit(
            query.index(block),
            query.index(block) + len(block),
            f" VALUES (?d) {{ (<{B}id/key>) }} ",
        )
        assert EditedQuery(query, (edit,)).text == context.format(edit.text)
        assert asked.asked == [parse_query(text)]
        ox.Store().query(EditedQuery(query, (edit,)).text)
