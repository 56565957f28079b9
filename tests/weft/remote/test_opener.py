import time
from urllib.request import Request

import pytest

from harvester.http.retry import RetryPlan
from tests.weft.remote.misbehaving import drip, drip_head, endpoint, never, ok, packed, raw
from weft.remote.errors import (
    RemoteCut,
    RemoteRedirectRefused,
    RemoteRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnreachable,
)
from weft.remote.opener import Opener
from weft.remote.quoting import first_words, page_title
from weft.remote.settings import RemoteLimits

ONCE = RetryPlan(retries=0)
HTML = b"<!DOCTYPE html><html><head><title>Sorry,\n we are &amp; busy</title></head></html>"


def request_of(url, data=None):
    return Request(url, data=data)  # noqa: S310  # the opener judges the scheme


def new_opener(**limits):
    waits: list[float] = []
    options = {"retry": ONCE, **limits}
    opener = Opener(limits=RemoteLimits(**options), contact="me@example.org", sleep=waits.append)
    return opener, waits


@pytest.mark.parametrize("talk", [never, drip, drip_head])
def test_an_endpoint_that_never_ends_its_answer_is_left_in_time(talk):
    opener, _ = new_opener(timeout_s=0.2)
    began = time.monotonic()
    with raw(talk) as url, pytest.raises(RemoteTimeout, match=r"no whole answer .* in 0\.2 s"):
        opener.open(request_of(url))
    assert time.monotonic() - began < 3


def test_a_host_that_is_not_there_is_unreachable():
    with raw(never) as url:
        pass
    opener, _ = new_opener()
    with pytest.raises(RemoteUnreachable, match="no whole answer"):
        opener.open(request_of(url))


def test_an_address_that_is_none_of_the_web_is_refused():
    opener, _ = new_opener()
    with pytest.raises(RemoteUnreachable, match="no http or https address"):
        opener.open(request_of("file:///etc/passwd"))


def test_the_user_agent_names_weft_and_the_contact():
    opener, _ = new_opener()
    with endpoint(lambda _: ok(b"{}")) as (url, asked):
        opener.open(request_of(url))
    assert asked[0][2]["user-agent"].startswith("Weft/")
    assert asked[0][2]["user-agent"].endswith("(+mailto:me@example.org)")
    assert asked[0][2]["from"] == "me@example.org"


def test_an_answer_in_gzip_is_unpacked():
    opener, _ = new_opener()
    with endpoint(lambda _: packed(b"plain words")) as (url, _):
        assert opener.open(request_of(url)).body == b"plain words"


def test_an_answer_beyond_the_limit_is_not_read():
    opener, _ = new_opener(max_bytes=1000)
    with (
        endpoint(lambda _: ok(b"x" * 5000)) as (url, _),
        pytest.raises(RemoteTooLarge, match="larger than 1000 bytes"),
    ):
        opener.open(request_of(url))


def test_an_answer_that_inflates_beyond_the_limit_is_not_kept():
    opener, _ = new_opener(max_bytes=100_000)
    with (
        endpoint(lambda _: packed(b"0" * 50_000_000)) as (url, _),
        pytest.raises(RemoteTooLarge, match="larger than 100000 bytes"),
    ):
        opener.open(request_of(url))


def test_gzip_that_breaks_off_is_named():
    status, fields, body = packed(b"many words " * 1000)
    opener, _ = new_opener()
    with (
        endpoint(lambda _: (status, fields, body[:30])) as (url, _),
        pytest.raises(RemoteCut, match="breaks off"),
    ):
        opener.open(request_of(url))


def test_fewer_bytes_than_announced_are_no_answer():
    def cut(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    opener, _ = new_opener()
    with raw(cut) as url, pytest.raises(RemoteUnreachable, match="no whole answer"):
        opener.open(request_of(url))


def test_retry_after_is_obeyed_and_the_request_repeated():
    replies = [ok(b"", status=429, Retry_After="7"), ok(b"{}")]
    opener, waits = new_opener(retry=RetryPlan(retries=2))
    with endpoint(lambda _: replies.pop(0)) as (url, asked):
        opener.open(request_of(url))
    assert len(asked) == 2
    assert [int(wait) for wait in waits] == [7]


def test_a_retry_after_beyond_the_bound_ends_it():
    plan = RetryPlan(retries=2, longest_retry_after_s=60)
    opener, waits = new_opener(retry=plan)
    with (
        endpoint(lambda _: ok(b"later", "text/plain", 503, Retry_After="3600")) as (url, asked),
        pytest.raises(RemoteRefused, match="HTTP status 503: later") as caught,
    ):
        opener.open(request_of(url))
    assert (len(asked), waits, caught.value.status) == (1, [], 503)


def test_an_error_now_and_then_is_asked_again():
    replies = [ok(b"oops", "text/plain", 500), ok(b"{}")]
    opener, waits = new_opener(retry=RetryPlan(retries=2))
    with endpoint(lambda _: replies.pop(0)) as (url, asked):
        assert opener.open(request_of(url)).body == b"{}"
    assert (len(asked), len(waits)) == (2, 1)


def test_a_wrong_query_is_not_asked_again_and_its_reason_is_quoted():
    opener, _ = new_opener(retry=RetryPlan(retries=2))
    with (
        endpoint(lambda _: ok(b"syntax error at }", "text/plain", 400)) as (url, asked),
        pytest.raises(RemoteRefused, match=r"HTTP status 400: syntax error at \}") as caught,
    ):
        opener.open(request_of(url))
    assert len(asked) == 1
    assert not caught.value.is_heavy


def test_requests_keep_the_pace():
    opener, waits = new_opener(requests_per_minute=60)
    opener.clock = lambda: 100.0
    with endpoint(lambda _: ok(b"{}")) as (url, _):
        for _ in range(3):
            opener.open(request_of(url))
    assert waits == [1.0, 2.0]


def test_a_redirect_is_followed_and_keeps_the_query_of_a_post():
    with endpoint(lambda _: ok(b"{}")) as (there, asked):
        opener, _ = new_opener()
        with endpoint(lambda _: ok(b"", status=301, Location=there)) as (url, _):
            opener.open(request_of(url, b"query=ASK%7B%7D"))
    assert [(method, query) for method, query, _ in asked] == [("POST", "ASK{}")]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.1:1/", "its address 127.0.0.1 is not public"),
        ("http://10.0.0.1/sparql", "its address 10.0.0.1 is not public"),
        ("http://169.254.169.254/latest", "its address 169.254.169.254 is not public"),
        ("http://[::1]:1/", "its address ::1 is not public"),
        ("ftp://example.org/", "neither http nor https"),
        ("http://user:word@example.org/", "carries credentials"),
    ],
)
def test_a_public_endpoint_is_not_followed_to_a_private_address(location, why):
    opener, _ = new_opener()
    seen = []

    def is_public(address):
        """The endpoint itself, which is asked about first, counts as public."""
        seen.append(address)
        return len(seen) == 1

    opener.is_public = is_public
    with (
        endpoint(lambda _: ok(b"", status=302, Location=location)) as (url, asked),
        pytest.raises(RemoteRedirectRefused, match=why.replace(".", r"\.")),
    ):
        opener.open(request_of(url))
    assert len(asked) == 1


def test_redirects_in_a_circle_end():
    opener, _ = new_opener()
    with (
        endpoint(lambda _: ok(b"", status=302, Location="/sparql")) as (url, asked),
        pytest.raises(RemoteRedirectRefused, match="more than 5 times"),
    ):
        opener.open(request_of(url))
    assert len(asked) == 6


def test_the_title_of_a_page_is_quoted_on_one_line():
    assert page_title(HTML) == "Sorry, we are & busy"
    assert first_words(b"<p>No <b>title</b> here</p>") == "No title here"
    assert first_words(b"plain\n\nwords") == "plain words"
