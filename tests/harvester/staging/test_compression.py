"""Frames that share a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from harvester.staging.compression import Codec, train

SAMPLES = [
    f"<record><creator>CMS Collaboration</creator><id>{n * 7919}</id></record>".encode() * 4
    for n in range(400)
]
DICTIONARY = train(SAMPLES)


def codec() -> Codec:
    assert DICTIONARY is not None
    return Codec({7: DICTIONARY}.__getitem__)


@given(st.binary(max_size=500))
def test_every_content_comes_back_with_and_without_a_dictionary(content):
    packs = codec()
    assert packs.unpack(packs.pack(content)) == content
    assert packs.unpack(packs.pack(content, 7), 7) == content


def test_a_dictionary_makes_short_records_much_smaller():
    packs = codec()
    assert len(packs.pack(SAMPLES[3], 7)) * 2 < len(packs.pack(SAMPLES[3]))


def test_too_little_to_learn_from_gives_no_dictionary():
    assert train([]) is None
    assert train([b"a"] * 3) is None


def test_a_dictionary_is_loaded_once_for_packing_and_once_for_unpacking():
    assert DICTIONARY is not None
    loaded = []

    def load(number: int) -> bytes:
        loaded.append(number)
        return DICTIONARY

    packs = Codec(load)
    for sample in SAMPLES[:5]:
        packs.unpack(packs.pack(sample, 7), 7)
    assert loaded == [7, 7]
