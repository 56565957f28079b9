"""Never run: that this file passes the type checker is the test of the public types."""

from collections.abc import Iterator
from typing import assert_type

import weft
from search.metadata.stated_link import StatedLink
from search.question.search_answer import ApiHit


def use() -> None:
    with weft.open("data", release=3) as release:
        assert_type(release, weft.Release)
        assert_type(release.search("x", kind=["dataset"], year=2012), weft.FoundEntities)
        assert_type(release.search_all("x"), Iterator[ApiHit])
        assert_type(release.entity("x").n_links, int)
        assert_type(list(release.links(at="x")), list[StatedLink])
        assert_type(release.links(year=(2010, None)).total, int)
        assert_type(release.explain("x"), weft.Explained)
        assert_type(release.explain("x", "y").same, bool)
        assert_type(release.sparql("ASK {}").boolean, bool | None)
        assert_type(release.cite("bibtex"), str)
    weft.opne  # type: ignore[attr-defined]  # noqa: B018  # a mistyped name is found
