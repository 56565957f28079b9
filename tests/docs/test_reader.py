"""What reads the examples sees what fails in them."""

from pathlib import Path

import pytest

from tests.docs.reader import BIN, ExampleFailed, Reader, compare, furnish
from tests.docs.shell_blocks import fences, hidden_commands, steps


def page(folder: Path, text: str) -> Reader:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    place = folder / "place"
    furnish(place, str(BIN / "weft"))
    return Reader(folder=place, steps=steps(path), port=4711, elsewhere={})


def read(reader: Reader) -> None:
    reader.follow(reader.steps[-1])


def test_a_command_that_fails_fails_its_example(tmp_path):
    reader = page(tmp_path, "```sh\ntrue\nfalse\ntrue\n```\n")
    with pytest.raises(ExampleFailed, match=r"page\.md:1: exit status 1"):
        read(reader)


def test_a_command_that_fails_inside_a_pipe_fails_its_example(tmp_path):
    with pytest.raises(ExampleFailed):
        read(page(tmp_path, "```sh\nfalse | cat\n```\n"))


def test_curl_fails_where_the_server_does_not_answer(tmp_path):
    with pytest.raises(ExampleFailed, match="curl"):
        read(page(tmp_path, "```sh\ncurl http://127.0.0.1:9/\n```\n"))


def test_an_error_of_oai_pmh_fails_its_example(tmp_path):
    with pytest.raises(ExampleFailed, match="badVerb"):
        read(page(tmp_path, "```sh\necho '<error code=\"badVerb\">no</error>'\n```\n"))


def test_an_output_that_differs_fails_its_example(tmp_path):
    text = "```sh\necho 3 links\n```\n\n<!-- output -->\n```text\n4 links\n```\n"
    with pytest.raises(ExampleFailed, match="4 links"):
        read(page(tmp_path, text))


def test_a_text_block_without_the_mark_is_not_compared(tmp_path):
    read(page(tmp_path, "```sh\necho 3\n```\n\n```text\n4\n```\n"))


def test_a_block_is_written_as_the_file_that_its_mark_names(tmp_path):
    text = "<!-- file: a.txt -->\n```text\none\n```\n\n```sh\ngrep -x one a.txt\n```\n"
    read(page(tmp_path, text))


def test_the_examples_of_a_page_share_a_folder(tmp_path):
    read(page(tmp_path, "```sh\necho x > made\n```\n\n```sh\ncat made\n```\n"))


def test_the_port_of_the_page_becomes_one_that_is_free(tmp_path):
    reader = page(tmp_path, "")
    assert reader.translated("curl http://127.0.0.1:8080/void") == (
        "curl http://127.0.0.1:4711/void"
    )
    assert reader.translated("weft demo --no-serve") == "weft demo --port 4711 --no-serve"
    assert reader.told_back("at http://127.0.0.1:4711/") == "at http://127.0.0.1:8080/"


def test_another_port_of_the_page_is_the_same_one_each_time(tmp_path):
    reader = page(tmp_path, "")
    served = reader.translated("weft replay dump --port 8090")
    port = served.rpartition(" ")[2]
    assert port != "8090"
    assert reader.translated("http://127.0.0.1:8090/oai") == f"http://127.0.0.1:{port}/oai"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("a  b", "first\na b\n"),
        ("built at 2026-01-02T03:04:05Z", "built at 2031-11-12T13:14:15Z"),
        ("took … s", "took 12.5 s"),
        ("one\n…\nfour", "one\ntwo\nthree\nfour"),
    ],
)
def test_outputs_that_count_as_the_same(expected, said):
    compare(expected, said, "page")


@pytest.mark.parametrize(
    ("expected", "said"),
    [("b\na", "a\nb"), ("a", "a b"), ("a\na", "a"), ("took … s", "took 12.5 ms")],
)
def test_outputs_that_differ(expected, said):
    with pytest.raises(ExampleFailed):
        compare(expected, said, "page")


def test_a_mark_counts_for_the_next_block_only():
    text = "<!-- not run: it asks the network -->\n```sh\na\n```\n\n```sh\nb\n```\n"
    assert [(each.text, each.mark) for each in fences(text, "page")] == [
        ("a\n", "not run"),
        ("b\n", ""),
    ]


def test_words_between_mark_and_block_take_the_mark_away():
    text = "<!-- not run: it asks the network -->\nSome words.\n\n```sh\na\n```\n"
    assert [each.mark for each in fences(text, "page")] == [""]


def test_an_output_without_a_command_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"page\.md:2: output of no shell block"):
        page(tmp_path, "<!-- output -->\n```text\na\n```\n")


def test_a_block_without_an_end_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"page\.md:1: the block does not end"):
        page(tmp_path, "```sh\na\n")


@pytest.mark.parametrize("text", ["```\nweft status\n```\n", "Do\n\n    weft status\n"])
def test_commands_outside_of_shell_blocks_are_found(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    assert len(hidden_commands(path)) == 1
