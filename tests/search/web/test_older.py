"""Text indexes of older releases: opened when asked for, closed when there are too many."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.release import drop, drop_old
from search.web.older import OlderIndexes
from tests.search.web.servers import KEY, publish_release

MADE = "2026-01-02T03:04:05Z"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    path = tmp_path_factory.mktemp("published")
    for _ in range(4):
        publish_release(path)
    return path


@pytest.fixture
def data(published, tmp_path):
    return shutil.copytree(published, tmp_path / "data", symlinks=True)


def title_in(index):
    document = index.document(KEY)
    assert document is not None
    return document.title


def title(older, number, made=MADE):
    with older.reading(number, made) as found:
        if found is None:
            return None
        info, index = found
        assert info.number == number
        return title_in(index)


def test_each_release_has_its_own_index(data):
    older = OlderIndexes(data)
    assert [title(older, number) for number in (1, 2, 1)] == [
        "found mark1",
        "found mark2",
        "found mark1",
    ]
    assert older.n_open == 2
    older.close()
    assert older.n_open == 0


def test_a_release_that_is_not_there_is_none(data):
    older = OlderIndexes(data)
    assert title(older, 9) is None
    assert title(older, 1, "2025-01-01T00:00:00Z") is None
    older.close()


def test_those_read_longest_ago_are_closed(data):
    older = OlderIndexes(data, max_open=2)
    for number in (1, 2, 3, 4, 1):
        assert title(older, number) == f"found mark{number}"
        assert older.n_open <= 2
    older.close()


def test_one_that_is_read_stays_open(data):
    older = OlderIndexes(data, max_open=1)
    with older.reading(1, MADE) as first:
        for number in (2, 3):
            title(older, number)
        assert first is not None
        assert title_in(first[1]) == "found mark1"
        assert older.n_open == 1
    assert title(older, 2) == "found mark2"
    assert older.n_open == 1
    older.close()


def test_one_that_nobody_reads_can_be_dropped_and_is_gone_then(data):
    older = OlderIndexes(data)
    assert title(older, 1) == "found mark1"
    assert drop_old(data, 3) == [1]
    assert title(older, 1) is None
    assert older.n_open == 0
    older.close()


def test_a_damaged_index_is_none(data):
    shutil.rmtree(data / "releases" / "1" / "text")
    older = OlderIndexes(data)
    assert title(older, 1) is None
    older.close()


def test_many_threads_read_many_releases(data):
    older = OlderIndexes(data, max_open=1)
    with ThreadPoolExecutor(8) as pool:
        titles = list(pool.map(lambda n: title(older, 1 + n % 4), range(80)))
    assert titles == [f"found mark{1 + n % 4}" for n in range(80)]
    assert older.n_open == 1
    older.close()


def test_a_directory_made_anew_is_another_one(data):
    older = OlderIndexes(data)
    assert title(older, 1) == "found mark1"
    drop(data, 1)
    (data / "releases" / "2").rename(data / "releases" / "1")
    assert title(older, 1) is None
    older.close()
