"""Bodies collected and unpacked."""

import gzip
import tracemalloc
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.http.inflate import Body, CutStream, TooLarge

XML = b"<?xml version='1.0'?><OAI-PMH/>" * 20
LIMIT = 1_000_000


def unpack(*chunks: bytes, limit=LIMIT) -> bytes:
    body = Body(limit)
    for chunk in chunks:
        body.feed(chunk)
    return body.finish()


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (XML, XML),
        (gzip.compress(XML, mtime=0), XML),
        (gzip.compress(gzip.compress(XML, mtime=0), mtime=0), XML),
        (gzip.compress(b"", mtime=0), b""),
        (gzip.compress(XML, mtime=0) + gzip.compress(b"more", mtime=0), XML + b"more"),
        (gzip.compress(XML, mtime=0) + b"\0" * 300, XML),
        (b"", b""),
        (b"\x1f", b"\x1f"),
        (b"\x1fx", b"\x1fx"),
        (zlib.compress(XML), zlib.compress(XML)),
    ],
    ids=[
        "plain",
        "gzip",
        "gzip twice",
        "gzip of nothing",
        "two members",
        "padding",
        "nothing",
        "one byte",
        "half a magic",
        "not asked for",
    ],
)
def test_a_body_is_unpacked_by_its_first_bytes(sent, body):
    assert unpack(sent) == body
    assert unpack(*(sent[n : n + 1] for n in range(len(sent)))) == body


def test_a_third_layer_stays_packed():
    inner = gzip.compress(XML, mtime=0)
    assert unpack(gzip.compress(gzip.compress(inner, mtime=0), mtime=0)) == inner


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2), st.lists(st.integers(0, 500), max_size=6))
def test_chunks_do_not_matter(content, layers, cuts):
    content = b"<" + content
    sent = content
    for _ in range(layers):
        sent = gzip.compress(sent, mtime=0)
    edges = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    assert unpack(*(sent[a:b] for a, b in pairwise(edges))) == content


def test_a_cut_stream_never_passes_for_a_whole_one():
    sent = gzip.compress(XML, mtime=0)
    for end in range(2, len(sent)):
        with pytest.raises(CutStream):
            unpack(sent[:end])


def test_a_cut_inner_stream_does_not_pass_either():
    with pytest.raises(CutStream, match="ends early"):
        unpack(gzip.compress(gzip.compress(XML, mtime=0)[:-1], mtime=0))


def test_a_damaged_stream_is_told():
    sent = bytearray(gzip.compress(XML, mtime=0))
    sent[-8] ^= 1
    with pytest.raises(CutStream, match="damaged gzip"):
        unpack(bytes(sent))


@pytest.mark.parametrize("sent", [b"x" * 101, gzip.compress(b"x" * 101, mtime=0)])
def test_the_bound_is_on_the_body_as_read(sent):
    with pytest.raises(TooLarge, match="more than 100 bytes"):
        unpack(sent, limit=100)


@pytest.mark.parametrize("sent", [b"x" * 100, gzip.compress(b"x" * 100, mtime=0)])
def test_a_body_of_the_very_size_passes(sent):
    assert unpack(sent, limit=100) == b"x" * 100


def test_a_bomb_ends_at_the_bound_without_memory():
    """100 MB in 100 kB; twice packed it is 100 MB in a few hundred bytes."""
    bomb = gzip.compress(b"\0" * 100_000_000, compresslevel=1, mtime=0)
    tracemalloc.start()
    for sent in (bomb, gzip.compress(bomb, mtime=0)):
        with pytest.raises(TooLarge):
            unpack(sent, limit=LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * LIMIT
