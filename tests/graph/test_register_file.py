"""The register of keys as a file: what goes out comes in again, or nothing does."""

import json
from pathlib import Path
from zlib import crc32

import pytest

from graph.catalogue import open_catalogue
from graph.errors import RegisterError
from graph.iris import mint_key
from graph.register_file import export_register, import_register
from tests.graph.builders import Town, link, new_town, work

KEY = mint_key("doi:10.1/x")


@pytest.fixture
def town(tmp_path):
    """One entity of two records, one retired key, one stub."""
    with new_town(tmp_path / "town") as opened:
        opened.arrive(work("a/1", "doi:10.1/x"), work("b/1", "arxiv:1"))
        opened.build()
        opened.arrive(work("b/1", "doi:10.1/x", links=[link("Cites", "isbn:1")]))
        opened.build()
        yield opened


@pytest.fixture
def empty(tmp_path):
    with new_town(tmp_path / "empty") as opened:
        yield opened


def exported(town: Town, folder: Path) -> Path:
    export_register(town.catalogue, folder / "keys.jsonl")
    return folder / "keys.jsonl"


def write(path: Path, *rows: list[str | None]) -> Path:
    """A register of these rows, whole in every outward respect."""
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    end = {"rows": len(rows), "crc32": crc32(b"".join(lines))}
    body = b'{"weft-register":1}\n' + b"".join(lines) + json.dumps(end).encode() + b"\n"
    path.write_bytes(body)
    return path


def test_the_file_holds_keys_by_age_claims_and_decisions(town, tmp_path):
    assert export_register(town.catalogue, tmp_path / "keys.jsonl") == 3
    rows = [json.loads(line) for line in exported(town, tmp_path).read_text().splitlines()]
    younger, stub = mint_key("arxiv:1"), mint_key("isbn:1")
    assert rows[0] == {"weft-register": 1}
    assert rows[1:4] == [["key", KEY], ["key", younger], ["key", stub]]
    assert ["claim", "record:a:1", KEY, KEY] in rows
    assert ["claim", "record:b:1", younger, KEY] in rows
    assert ["claim", "doi:10.1/x", KEY, None] in rows
    assert ["claim", "isbn:1", stub, stub] in rows
    assert ["first", "record:b:1"] in rows
    assert [row[0] for row in rows[4:-1]] == ["claim"] * 7 + ["first"] * 2 + ["decision"]
    assert rows[-2][2] == "2024-01-01T12:00:00Z"
    assert (set(rows[-1]), rows[-1]["rows"]) == ({"rows", "crc32"}, 13)


def test_the_keys_that_the_same_records_get_are_those_of_the_register(town, empty, tmp_path):
    assert import_register(empty.catalogue, exported(town, tmp_path)) == 3
    empty.arrive(
        work("b/1", "doi:10.1/x", links=[link("Cites", "isbn:1")]), work("a/1", "doi:10.1/x")
    )
    empty.build()
    assert (empty.keys(), empty.stubs(), empty.retired(), empty.links()) == (
        town.keys(),
        town.stubs(),
        town.retired(),
        town.links(),
    )


def test_what_was_imported_is_exported_alike(town, empty, tmp_path):
    first = exported(town, tmp_path).read_bytes()
    import_register(empty.catalogue, tmp_path / "keys.jsonl")
    assert exported(empty, tmp_path).read_bytes() == first


def test_an_empty_register_goes_out_and_in(empty, tmp_path):
    file = exported(empty, tmp_path)
    assert import_register(empty.catalogue, file) == 0


def test_a_file_that_is_there_is_replaced_when_the_new_one_is_whole(town, tmp_path):
    (tmp_path / "keys.jsonl").write_text("old")
    exported(town, tmp_path)
    assert (tmp_path / "keys.jsonl").read_text().startswith('{"weft-register":1}\n')
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["keys.jsonl"]


def test_a_register_is_not_imported_over_another(town, tmp_path):
    file = exported(town, tmp_path)
    before = file.read_bytes()
    with pytest.raises(RegisterError, match="keys were minted here already"):
        import_register(town.catalogue, file)
    assert exported(town, tmp_path).read_bytes() == before


def test_every_single_changed_byte_of_the_rows_is_noticed(empty, tmp_path):
    file = write(tmp_path / "keys.jsonl", ["key", "abc"], ["claim", "doi:1", "abc", None])
    whole = file.read_bytes()
    start, end = whole.index(b"\n") + 1, whole.rindex(b'{"rows"')
    for place in range(start, end):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(RegisterError, match=r"keys\.jsonl is no register of keys: "):
            import_register(empty.catalogue, file)
    assert empty.catalogue.register.is_empty
    file.write_bytes(whole)
    assert import_register(empty.catalogue, file) == 1


def test_a_file_cut_at_any_place_is_refused(town, empty, tmp_path):
    file = exported(town, tmp_path)
    whole = file.read_bytes()
    for length in range(len(whole) - 1):  # without the very last line end it is whole
        file.write_bytes(whole[:length])
        with pytest.raises(RegisterError, match="is no register of keys"):
            import_register(empty.catalogue, file)
        assert empty.catalogue.register.is_empty


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["kee", "abc"], "no entry of a register: 'kee'"),
        (["key", "abc", "abd"], "no entry of a register: 'key'"),
        (["key", None], "no entry of a register: 'key'"),
        (["claim", "doi:1", "abc"], "no entry of a register: 'claim'"),
        (["claim", None, "abc", None], "no entry of a register: 'claim'"),
        (["first", "doi:1", "abc"], "no entry of a register: 'first'"),
        (["decision", "abc"], "no entry of a register: 'decision'"),
        ([None, "abc"], "line 3: "),
        ([], "line 3: "),
    ],
)
def test_a_row_of_another_form_is_refused_with_what_it_is(empty, tmp_path, row, message):
    file = write(tmp_path / "keys.jsonl", ["key", "aaa"], row)
    with pytest.raises(RegisterError, match="is no register of keys") as caught:
        import_register(empty.catalogue, file)
    assert message in str(caught.value)
    assert empty.catalogue.register.is_empty


def test_a_file_that_is_not_there_is_named(empty, tmp_path):
    with pytest.raises(RegisterError, match=r"cannot read .*none\.jsonl: No such file"):
        import_register(empty.catalogue, tmp_path / "none.jsonl")


@pytest.mark.parametrize("place", ["none/keys.jsonl", "file/keys.jsonl", "folder"])
def test_a_place_that_cannot_be_written_is_named_and_left_clean(town, tmp_path, place):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RegisterError, match=f"cannot write .*{place}: "):
        export_register(town.catalogue, tmp_path / place)
    assert not list(tmp_path.rglob("*.unfinished"))


def test_a_catalogue_of_before_the_last_build_takes_no_part_in_the_register(tmp_path):
    """What was harvested and not built yet has no key, so a register can still be taken over."""
    with new_town(tmp_path / "one") as one:
        one.arrive(work("a/1", "doi:10.1/x"))
        one.build()
        file = exported(one, tmp_path)
    with new_town(tmp_path / "two") as two:
        two.arrive(work("a/1", "doi:10.1/y"))
        import_register(two.catalogue, file)
        two.build()
        assert two.keys() == {"a/1": KEY}
    with open_catalogue(tmp_path / "two" / "graph.db") as again:
        assert not again.register.is_empty
