"""Whose word on the client counts."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from yarl import URL

from search.web.operation.forwarded import Origin, is_host, read_origin
from search.web.operation.settings import ServeSettings

TRUSTED = ("10.0.0.0/8", "2001:db8::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.5, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.5", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["<script>"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8::1", ["[2001:db8::99]"], "2001:db8::99"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_client_is_the_last_address_that_no_trusted_proxy_has(peer, forwarded, client):
    headers = CIMultiDict(("x-forwarded-for", each) for each in forwarded)
    assert read_origin(peer, headers, TRUSTED).client == client


def test_scheme_and_host_are_those_of_the_nearest_proxy():
    headers = CIMultiDict(
        {"X-Forwarded-Proto": "http, HTTPS", "X-Forwarded-Host": "evil.example, weft.example:8443"}
    )
    found = read_origin("10.0.0.1", headers, TRUSTED)
    assert found == Origin(client="10.0.0.1", scheme="https", host="weft.example:8443")
    assert read_origin("192.0.2.7", headers, TRUSTED) == Origin(client="192.0.2.7")


@pytest.mark.parametrize("host", ["a/b", "a b", "<script>", "user@host", ""])
def test_a_host_that_is_none_is_left_out(host):
    assert read_origin("10.0.0.1", CIMultiDict({"X-Forwarded-Host": host}), TRUSTED).host is None


@given(st.text(), st.text(), st.text())
def test_any_header_is_read_without_an_error(addresses, scheme, host):
    headers = CIMultiDict(
        {"X-Forwarded-For": addresses, "X-Forwarded-Proto": scheme, "X-Forwarded-Host": host}
    )
    assert read_origin("10.0.0.1", headers, TRUSTED).scheme in (None, "http", "https")


def test_a_proxy_that_is_no_address_is_an_error_of_the_configuration():
    with pytest.raises(msgspec.ValidationError, match=r"proxy\.example"):
        msgspec.convert({"trusted_proxies": ["proxy.example"]}, ServeSettings)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "data.example.org:8080",
        "my_service:80",
        "127.0.0.1",
        "[::1]",
        "[2001:db8::1]:443",
        "a:",
    ],
)
def test_a_name_or_an_address_with_or_without_a_port_is_a_host(text):
    assert is_host(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a/b",
        "a@b",
        "a?b",
        "a:b",
        "a:99999",
        "a:80:80",
        "::1",
        "[::1",
        "[::g]",
        "[1.2.3.4]",
        "<script>",
        "a\\b",
        "é.example",
        "a,b",
        "%61",
        "a:\N{FULLWIDTH DIGIT EIGHT}0",
    ],
)
def test_what_could_turn_an_address_into_another_is_no_host(text):
    assert not is_host(text)


@given(st.text(max_size=30))
def test_an_address_built_on_a_host_keeps_it(text):
    if is_host(text):
        url = URL.build(scheme="http", authority=text, path="/x")
        assert url.raw_path == "/x"
        assert not url.user
