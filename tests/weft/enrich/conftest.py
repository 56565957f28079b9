"""Shared by the tests of enrichments: an installation of the sample that may be changed."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harvester.http.retry import RetryPlan
from weft.config import Config, load
from weft.enrich.run import enrich
from weft.enrichment import Enrichment
from weft.remote.opener import Opener
from weft.remote.settings import RemoteLimits

QUERY = """\
SELECT DISTINCT ?entity ?predicate ?object WHERE {
  VALUES (?entity ?id) { $rows }
  ?thing <http://x/id> ?id ; ?predicate ?object .
}
"""


@pytest.fixture
def config(demo, tmp_path) -> Config:
    """The sample's release in a directory of its own, and a query file."""
    shutil.copytree(demo.data, tmp_path / "data", symlinks=True)
    shutil.copy(demo.config, tmp_path / "config.toml")
    (tmp_path / "plain.rq").write_text(QUERY, encoding="utf-8")
    return load(tmp_path / "config.toml", data=tmp_path / "data")


def enriched(config: Config, url: str, **settings: object) -> Config:
    """The same with one enrichment, `other`, of DOIs."""
    values: dict[str, Any] = {
        "endpoint": url,
        "query": "plain.rq",
        "title": "Another place",
        "schemes": ("doi",),
        "requests_per_minute": 0,
        "licence": "CC0",
        "batch": 40,
        **settings,
    }
    return replace(config, enrichments={"other": Enrichment(**values)})


def quiet_opener(_: Enrichment) -> Opener:
    """An opener that neither waits nor asks again."""
    limits = RemoteLimits(timeout_s=5, retry=RetryPlan(retries=0))
    return Opener(limits=limits, sleep=lambda _: None)


def pull(config: Config, tell: Callable[[str], None] = lambda _: None, **options: Any):
    """The report of one run of `other`."""
    (report,) = enrich(config, ["other"], opener=quiet_opener, tell=tell, **options)
    return report
