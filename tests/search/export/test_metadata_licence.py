"""Which licence a source's metadata has: what the repository states, or that it states none."""

import msgspec
import pytest

from search.export.metadata_licence import CC0, NOT_STATED, metadata_licence
from tests.search.export.releases import SOURCES


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://zenodo.org/oai2d", "CC0-1.0"),
        ("https://www.zenodo.org/oai2d", "CC0-1.0"),
        ("https://library.oapen.org/oai/request", "CC0-1.0"),
        ("https://opendata.cern.ch/oai2d", NOT_STATED),
        ("https://zenodo.org.example.net/oai2d", NOT_STATED),
        ("", NOT_STATED),
        ("no address", NOT_STATED),
    ],
)
def test_a_licence_is_that_of_the_host(url, name):
    source = msgspec.structs.replace(SOURCES["doab"], url=url)
    licence = metadata_licence(source)
    assert licence.name == name
    assert licence.address == (CC0 if name != NOT_STATED else "")
    assert bool(licence.stated_at) is (name != NOT_STATED)


def test_of_a_source_without_a_state_none_is_stated():
    assert metadata_licence(None).name == NOT_STATED
