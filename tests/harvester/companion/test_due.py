"""Which look-ups are due."""

from datetime import UTC, datetime

import pytest

from harvester.companion.due import distinct, is_due, oldest_at
from harvester.companion.wanted import Wanted
from harvester.stage import Lookup

OLDEST = {True: "2025-07-05T00:00:00Z", False: "2025-12-02T00:00:00Z"}


def before(asked_at="2026-01-01T00:00:00Z", *, version="", is_found=True) -> Lookup:
    return Lookup(key="k", version=version, is_found=is_found, asked_at=asked_at)


def test_what_was_found_is_good_for_longer_than_what_was_not():
    assert oldest_at(datetime(2026, 1, 1, tzinfo=UTC)) == OLDEST


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        (Wanted("k"), None, True),
        (Wanted("k"), before("2025-07-05T00:00:00Z"), False),
        (Wanted("k"), before("2025-07-04T23:59:59Z"), True),
        (Wanted("k"), before("2025-12-02T00:00:00Z", is_found=False), False),
        (Wanted("k"), before("2025-12-01T23:59:59Z", is_found=False), True),
        (Wanted("k", "v1"), before("2001-01-01T00:00:00Z", version="v1"), False),
        (Wanted("k", "v2"), before(version="v1"), True),
        (Wanted("k", "v1", is_gone=True), None, False),
        (Wanted("k", "v1", is_gone=True), before(version="v1"), True),
        (Wanted("k", "v1", is_gone=True), before(is_found=False), False),
    ],
)
def test_version_decides_where_there_is_one_and_age_where_there_is_none(wanted, known, expected):
    assert is_due(wanted, known, OLDEST) is expected


def test_of_one_key_the_newest_version_that_is_there_counts():
    live, newer, gone = Wanted("k", "1"), Wanted("k", "2"), Wanted("k", "3", is_gone=True)
    for stated in ([live, newer, gone], [gone, newer, live]):
        assert distinct(stated) == {"k": newer}
