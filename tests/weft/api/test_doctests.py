"""The examples in the docstrings of the Python API give what they say, on the sample's release."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import weft.api
from weft.api import Release

MODULES = sorted(f"weft.api.{each.name}" for each in pkgutil.iter_modules(weft.api.__path__))
UNSHOWN = {"about", "caveats", "created_at", "close"}
"""Public names of a release that no example is needed for."""


@pytest.mark.parametrize("name", ["weft.api", *MODULES])
def test_examples_give_what_they_say(name, local, sample_data, monkeypatch):
    monkeypatch.chdir(sample_data.parent)  # the examples call it `data`
    module = importlib.import_module(name)
    found = doctest.testmod(module, extraglobs={"release": local}, report=True)
    assert found.failed == 0


def test_every_call_of_a_release_has_an_example():
    public = {name for name, _ in inspect.getmembers(Release) if not name.startswith("_")}
    shown = {name for name in public if ">>>" in (getattr(Release, name).__doc__ or "")}
    assert public - shown - UNSHOWN - {"number", "base_iri"} == set()
    assert ">>> release.number" in (Release.__doc__ or "")


def test_every_public_name_is_described():
    for name in weft.api.__all__:
        assert (getattr(weft.api, name).__doc__ or "").strip(), name
