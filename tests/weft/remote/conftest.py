"""Shared by the tests of remote endpoints: one Virtuoso that limits rows in silence."""

from collections.abc import Iterator

import pytest

from tests.search.web.servers import BASE, KEY
from tests.weft.remote.virtuoso import virtuoso

_NUMBERS = "".join(f"<urn:s{n}> <urn:number> {n} .\n" for n in range(20))


@pytest.fixture(scope="session")
def virtuoso_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Virtuoso that gives 7 rows at most and does not say so."""
    turtle = (
        f'<urn:s> <urn:p> "Käse"@de ; <urn:q> 7 .\n<{BASE}id/{KEY}> <urn:note> "seen" .\n{_NUMBERS}'
    )
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), turtle, most_rows=7) as url:
        yield url
