"""What a remote may answer instead of what was asked for, and how that is told."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import msgspec
import pytest

import weft
from harvester.http.retry import RetryPlan
from search.web.api.release import release_answer
from search.web.operation.settings import ServeSettings
from tests.search.web.servers import serving
from tests.weft.conftest import in_thread
from weft.api import NotWeft, OtherRelease, ReleaseChanged
from weft.api.remote import RemoteRelease
from weft.remote.errors import (
    RemoteCut,
    RemoteNotResults,
    RemoteRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnreachable,
)
from weft.remote.settings import RemoteLimits

ONCE = RetryPlan(retries=0, longest_wait_s=0.0, longest_retry_after_s=0.0)
PAGE = b"<!doctype html><title>A portal</title>"
_Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def answering(reply: Callable[[str], _Reply]):
    """A server that answers each path as a function says; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = reply(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def json_reply(body: bytes, release: int = 1, status: int = 200) -> _Reply:
    return status, {"Content-Type": "application/json", "Weft-Release": str(release)}, body


@pytest.fixture
def release_json(local) -> bytes:
    return msgspec.json.encode(release_answer(local.info, "Weft"))


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ((200, {"Content-Type": "text/html"}, PAGE), NotWeft, "does not name a release"),
        ((200, {"Content-Type": "text/html", "Weft-Release": "1"}, PAGE), NotWeft, "A portal"),
        ((404, {"Content-Type": "text/html"}, PAGE), NotWeft, "no Weft, or one of an older"),
        (json_reply(b'{"number": 1, "crea'), NotWeft, "breaks off"),
        (json_reply(b'{"items": []}'), NotWeft, "JSON of another form"),
        ((500, {}, b"oops"), RemoteRefused, "HTTP status 500"),
    ],
)
def test_an_address_that_is_no_weft_is_told(answer, error, message):
    limits = RemoteLimits(retry=ONCE)
    with answering(lambda _: answer) as url, pytest.raises(error, match=message):
        RemoteRelease(url, limits=limits)


def test_an_address_that_nobody_listens_at_is_told():
    with answering(lambda _: (200, {}, b"")) as url:
        pass
    with pytest.raises(RemoteUnreachable, match=url.removesuffix("/")):
        RemoteRelease(url, limits=RemoteLimits(retry=ONCE))


def test_a_remote_that_does_not_answer_in_time_is_told():
    end = Event()

    def wait(_):
        end.wait(10)
        return json_reply(b"{}")

    limits = RemoteLimits(timeout_s=0.2, retry=ONCE)
    with answering(wait) as url:
        try:
            with pytest.raises(RemoteTimeout, match=r"0\.2 s"):
                RemoteRelease(url, limits=limits)
        finally:
            end.set()


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (json_reply(b'{"query": "x", "total": 1'), RemoteCut, "breaks off after 25 bytes"),
        (json_reply(b'{"query": "x"}'), RemoteNotResults, "JSON of another form"),
        (
            (200, {"Content-Type": "text/html", "Weft-Release": "1"}, PAGE),
            RemoteNotResults,
            "web page instead of results: 'A portal'",
        ),
        (
            (200, {"Content-Type": "text/csv", "Weft-Release": "1"}, b"a,b"),
            RemoteNotResults,
            "text/csv where JSON was expected",
        ),
        (json_reply(b" " * 20_000), RemoteTooLarge, "larger than 10000 bytes"),
        (json_reply(b"{}", release=2), ReleaseChanged, "served release 1 .* release 2 now"),
    ],
)
def test_an_answer_that_is_none_is_told(release_json, answer, error, message):
    def reply(path):
        return json_reply(release_json) if path == "/api/v1/release" else answer

    limits = RemoteLimits(retry=ONCE, max_bytes=10_000)
    with (
        answering(reply) as url,
        RemoteRelease(url, limits=limits) as release,
        pytest.raises(error, match=message),
    ):
        release.search("x")


def test_rows_of_another_release_are_never_mixed_in(release_json):
    empty = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": []}}).encode()
    told = {"Content-Type": "application/sparql-results+json", "Weft-Release": "2"}

    def reply(path):
        return json_reply(release_json) if path == "/api/v1/release" else (200, told, empty)

    with answering(reply) as url, weft.open(url) as release, pytest.raises(ReleaseChanged):
        release.sparql("SELECT ?s { ?s ?p ?o }")


def test_an_entity_that_went_with_its_release_is_no_unknown_one(release_json):
    def reply(path):
        if path == "/api/v1/release":
            return json_reply(release_json)
        is_entity = path.startswith("/api/v1/entities")
        return json_reply(b"{}", release=2, status=404 if is_entity else 200)

    with answering(reply) as url, weft.open(url) as release, pytest.raises(ReleaseChanged):
        release.entity("10.5072/x")


@pytest.mark.parametrize("ask", ["links", "search_all"])
def test_a_list_whose_release_went_while_it_was_read_is_never_cut_short(release_json, ask):
    detail = "the cursor is of release 1, this is release 2: begin without one"
    problem = json.dumps({"title": "Gone", "status": 410, "detail": detail}).encode()

    def reply(path):
        if path == "/api/v1/release":
            return json_reply(release_json)
        return json_reply(problem, release=2, status=410)

    with (
        answering(reply) as url,
        weft.open(url) as release,
        pytest.raises(ReleaseChanged, match="cursor is of release 1, this is release 2"),
    ):
        list(getattr(release, ask)())


def test_another_release_than_the_one_asked_for_is_an_error_that_names_both(sample_url):
    with weft.open(sample_url, release=1) as release:
        assert release.number == 1
    with pytest.raises(OtherRelease, match=r"release 7 was asked for, and .* serves release 1"):
        weft.open(sample_url, release=7)


def test_a_query_that_passes_the_limits_of_the_remote_is_an_error(remote):
    with pytest.raises(RemoteTimeout, match=r"0\.3 s"):
        remote.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout_s=0.3)


def test_a_remote_behind_a_prefix_is_asked_below_it(sample_data):
    settings = ServeSettings(prefix="/weft")
    with in_thread(serving(sample_data, settings=settings)) as url:
        base = url.removesuffix("/weft")
        with weft.open(f"{base}/weft") as release:
            assert release.entity("z7sjvky6wdprb").kind == "chapter"
            assert release.links(at="z7sjvky6wdprb").total == 1
            assert release.sparql("ASK { ?s a schema:Book }")
