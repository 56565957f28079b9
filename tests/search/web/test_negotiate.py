"""Which media type an Accept header likes best."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.negotiate import choose, parse_accept

OFFERS = ("text/html", "text/turtle", "application/ld+json")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/TURTLE;charset=utf-8", "text/turtle"),
        ("application/*", "application/ld+json"),
        ("text/html;q=0.5, text/turtle;q=0.6", "text/turtle"),
        ("*/*;q=0.1, application/ld+json", "application/ld+json"),
        ("text/*;q=0.3, text/html;q=0", "text/turtle"),
        ("text/turtle;q=rubbish, application/ld+json;q=0.1", "application/ld+json"),
        ("image/png", None),
        ("text/html;q=0", None),
        ("rubbish", "text/html"),
        (";", "text/html"),
        ("text/turtle;q=nan, application/ld+json;q=0.1", "application/ld+json"),
        ("text/turtle;q=.9, application/ld+json;q=.8", "text/turtle"),
        (
            'application/ld+json;profile="a, text/html;q=1, b";q=0.9, text/turtle;q=0.8',
            "application/ld+json",
        ),
        ('application/ld+json;profile="never closed, text/html', "application/ld+json"),
    ],
)
def test_the_best_liked_offer_is_chosen(accept, chosen):
    assert choose(accept, OFFERS) == chosen


@given(st.text(st.sampled_from('a/*,;="\\q.019 \t'), max_size=60))
def test_every_accept_header_is_read(header):
    assert choose(header, OFFERS) in (*OFFERS, None)
    assert all(0 <= entry.quality <= 1 for entry in parse_accept(header))
