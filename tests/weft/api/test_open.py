"""What can be opened, how it is closed, and what a query of a local release may take."""

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest

import weft
from graph.errors import NoRelease
from search.errors import QueryTimeout, ResultTooLarge
from weft import api as weft_api
from weft.api import NoSuchPlace, OtherRelease, ReleaseClosed, query_worker

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a schema:Dataset }"


def worker_of(release):
    """The process that runs the queries of a release."""
    return release._worker._process


@pytest.mark.parametrize("below", ["", "releases/1", "releases/current"])
def test_a_data_directory_and_a_release_in_it_are_opened(sample_data, below):
    with weft.open(sample_data / below) as release:
        assert release.number == 1
        assert str(sample_data) in repr(release)


def test_a_release_may_be_named_by_number(sample_data):
    with weft.open(str(sample_data), release=1) as release:
        assert release.number == 1
    with pytest.raises(NoRelease, match="no release 9 in"):
        weft.open(sample_data, release=9)


def test_a_copy_of_a_release_is_opened_wherever_it_stands(sample_data, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(sample_data / "releases" / "1", copy)
    with weft.open(copy) as release:
        assert release.number == 1
        assert release.search(kind="dataset").total == 95
        assert release.sparql(COUNT)[0] == {"n": 95}


def test_another_release_than_that_of_the_directory_is_an_error_that_names_both(
    sample_data, tmp_path
):
    with pytest.raises(OtherRelease, match=r"release 2 was asked for, and .* is release 1"):
        weft.open(sample_data / "releases" / "1", release=2)
    copy = tmp_path / "copy"
    shutil.copytree(sample_data / "releases" / "1", copy)
    with pytest.raises(OtherRelease, match=r"release 2 was asked for, and .* is release 1"):
        weft.open(copy, release=2)


def test_what_is_no_place_is_told_with_what_was_expected(tmp_path):
    file = tmp_path / "file"
    file.touch()
    for place, found in (
        (tmp_path / "nothing", "does not exist"),
        (file, "is no directory"),
        (tmp_path, "holds no release"),
        ("ftp://weft.example.org/", "is no http or https address"),
        ("http://", "is no http or https address"),
        ("http://x.example:port/", "is no address"),
        ("https://weft.example.org/search?q=x", "has a query or a fragment"),
    ):
        with pytest.raises(NoSuchPlace, match=found):
            weft.open(place)


def test_a_shelf_without_releases_says_so(tmp_path):
    (tmp_path / "releases").mkdir()
    with pytest.raises(NoRelease, match="run `weft build`"):
        weft.open(tmp_path)


def test_a_closed_release_says_so_and_may_be_closed_again(sample_data):
    release = weft.open(sample_data)
    links = release.links()
    release.close()
    release.close()
    for ask in (
        release.search,
        lambda: release.sparql(COUNT),
        lambda: release.entity("x"),
        lambda: release.explain("x"),
        release.links,
        release.network,
        release.graph,
        release.cite,
        lambda: list(links),
    ):
        with pytest.raises(ReleaseClosed, match="release 1 was closed"):
            ask()


async def test_it_works_where_an_event_loop_runs(sample_data):
    with weft.open(sample_data) as release:
        assert release.sparql(COUNT)[0]["n"] == 95
        assert (await asyncio.to_thread(release.sparql, COUNT))[0]["n"] == 95


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_answered(sample_data):
    with weft.open(sample_data) as release:
        assert release.sparql(COUNT, timeout_s=20)
        with pytest.raises(QueryTimeout, match=r"longer than 0\.3 s"):
            release.sparql(ENDLESS, timeout_s=0.3)
        assert release.sparql(COUNT)[0] == {"n": 95}
    with weft.open(sample_data) as release, pytest.raises(ValueError, match="not above 0"):
        release.sparql(COUNT, timeout_s=0)


def test_an_interrupted_query_leaves_no_process_behind(sample_data):
    def interrupt(*_):
        raise KeyboardInterrupt

    with weft.open(sample_data) as release:
        release.sparql(COUNT)
        process = worker_of(release)
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            with pytest.raises(KeyboardInterrupt):
                release.sparql(ENDLESS)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert process.returncode == -signal.SIGKILL
        assert release.sparql(COUNT)[0] == {"n": 95}


def test_a_worker_that_was_killed_is_told_and_replaced(sample_data):
    with weft.open(sample_data) as release:
        release.sparql(COUNT)
        os.kill(worker_of(release).pid, signal.SIGKILL)
        with pytest.raises(Exception, match="memory"):
            release.sparql(COUNT)
        assert release.sparql(COUNT)[0] == {"n": 95}


def test_a_result_that_is_too_large_is_an_error_and_not_cut(sample_data, monkeypatch):
    monkeypatch.setattr(query_worker, "RESULT_LIMIT_BYTES", 1000)
    with weft.open(sample_data) as release, pytest.raises(ResultTooLarge, match="1000 bytes"):
        release.sparql("SELECT * { ?s ?p ?o }")


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_program_that_closes_nothing_ends_and_leaves_no_process_behind(sample_data):
    ended = run(
        """
        import sys, weft
        release = weft.open(sys.argv[1])
        release.sparql("ASK { ?s ?p ?o }")
        list(release.search_all("higgs"))
        print(release._worker._process.pid)
        """,
        sample_data,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)


def test_the_package_alone_loads_nothing_of_the_api():
    ended = run(
        """
        import sys, weft
        from weft import terminal
        assert not hasattr(weft, "opne")
        print("weft.api" in sys.modules)
        """
    )
    assert (ended.stdout, ended.stderr) == ("False\n", "")


def test_a_name_that_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        _ = weft.opne  # type: ignore[attr-defined]  # that is tested
    assert "open" in dir(weft)


def test_every_name_of_the_api_can_be_had_from_the_package():
    assert set(weft_api.__all__) == weft._NAMES
    assert all(getattr(weft, name) is getattr(weft_api, name) for name in weft_api.__all__)


def test_a_query_is_answered_in_a_program_that_has_many_files_open(sample_data):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip(f"a program may open {hard} files here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with weft.open(sample_data) as release:
            assert release.sparql("ASK { ?s ?p ?o }").boolean
    finally:
        for each in opened:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
