"""Which redirects are followed, and which addresses are public."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.http.redirect import RedirectRefused, base_of, is_public, redirect_target

AT = "https://r.example/oai?verb=ListRecords&resumptionToken=a%2Fb"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://s.example/oai2d", "https://s.example/oai2d"),
        ("/oai2d?verb=Identify", "https://r.example/oai2d?verb=Identify"),
        ("?verb=Identify", "https://r.example/oai?verb=Identify"),
        ("//s.example/x", "https://s.example/x"),
        (" /x ", "https://r.example/x"),
        ("/x#part", "https://r.example/x"),
        (r"/\\s.example", "https://r.example/%5C%5Cs.example"),
        ("/x?resumptionToken=a%2Fb|c+d%7C", "https://r.example/x?resumptionToken=a%2Fb%7Cc+d%7C"),
        ("/größe x", "https://r.example/gr%C3%B6%C3%9Fe%20x"),
        ("/\udce4", "https://r.example/%E4"),
        ("https://s.example:8443/x", "https://s.example:8443/x"),
    ],
)
def test_a_location_is_followed_as_given(location, target):
    assert redirect_target(AT, location) == target


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://r.example/oai", "from https to http"),
        ("ftp://r.example/oai", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("https://me:secret@s.example/", "credentials"),
        ("https://me@s.example/", "credentials"),
        ("https://:80/", "names no host"),
        ("https://s.example:0/", "names no host"),
        ("https://[::1", "is no address"),
        ("https://s.example:99999/", "is no address"),
    ],
)
def test_other_locations_are_refused_with_the_reason(location, why):
    with pytest.raises(RedirectRefused, match=why):
        redirect_target(AT, location)


def test_http_may_be_upgraded_to_https():
    assert redirect_target("http://r.example/oai", "https://r.example/oai").startswith("https:")


@settings(deadline=None)
@given(st.text())
def test_no_location_breaks_the_rules(location):
    try:
        target = redirect_target(AT, location)
    except RedirectRefused:
        return
    assert target.startswith("https://")
    assert target.isascii()


def test_the_base_is_what_the_configuration_names():
    assert base_of("https://s.example:8443/oai2d?verb=Identify#x") == "https://s.example:8443/oai2d"


@pytest.mark.parametrize(
    "address",
    [
        "188.184.103.118",
        "8.8.8.8",
        "2001:1458:d00:34::100:125",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # not bound to
        "192.0.0.8",
        "192.0.2.1",
        "224.0.0.251",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "",
        "localhost",
        "2130706433",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)
