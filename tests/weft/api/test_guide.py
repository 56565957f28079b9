"""The examples of docs/python.md run in their order, on the sample's release."""

import re
from pathlib import Path

import weft
import weft.api

GUIDE = Path(weft.__file__).parents[1].joinpath("docs", "python.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_examples_run_one_after_the_other(sample_data, monkeypatch, capsys):
    monkeypatch.chdir(sample_data.parent)  # they call the data directory `data`
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/python.md", "exec"), names)  # noqa: S102  # our own guide
    release = names["release"]
    assert isinstance(release, weft.Release)
    release.close()
    printed = capsys.readouterr().out
    assert "1 140 227" in printed
    assert "12 found" in printed
    assert "no entity of this release has the identifier doi:10.9999/nothing" in printed


def test_the_guide_names_every_call_and_error_of_the_package():
    for name in ("search_all", "entity", "links", "network", "explain", "sparql", "graph", "cite"):
        assert f"{name}(" in GUIDE or f"`{name}`" in GUIDE
    for name in weft.api.__all__:
        error = getattr(weft.api, name)
        if isinstance(error, type) and issubclass(error, Exception) and name not in UNTOLD:
            assert f"`{name}`" in GUIDE, name


UNTOLD = {"ApiError", "EntityError", "ReleaseClosed"}
"""Base classes, and what explains itself."""
