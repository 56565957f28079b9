"""The configuration: what is read, what is refused, and where each message points."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from harvester.record import Repository
from search.sparql.pool import Limits
from weft.config import ConfigError, Serving, Settings, default_path, load, shipped_path

SHIPPED = Path(__file__).parents[2] / "config.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: "), "the message does not begin with the file"
    return message.removeprefix(f"{path}: ")


def test_an_empty_file_gives_the_documented_defaults(tmp_path):
    config = load(write(tmp_path, ""))
    assert config.data == tmp_path / "data"
    assert config.base_iri == "http://127.0.0.1:8080/"
    assert config.contact == ""
    assert config.keep == 5
    assert (config.serving.host, config.serving.port) == ("127.0.0.1", 8080)
    assert config.sparql == Limits()
    assert config.sources == {}


def test_defaults_of_a_source(tmp_path):
    config = load(write(tmp_path, '[sources.a]\nurl = "http://a.example/oai"\n'))
    assert config.sources == {
        "a": Repository(
            url="http://a.example/oai",
            prefix="oai_dc",
            title="",
            set="",
            requests_per_minute=60,
            parallel=1,
            timeout_s=60.0,
            retries=5,
            enabled=True,
        )
    }


def test_sources_keep_the_order_of_the_file(tmp_path):
    text = "".join(f'[sources.{name}]\nurl = "http://{name}.example/"\n' for name in "cab")
    assert list(load(write(tmp_path, text)).sources) == ["c", "a", "b"]


def test_data_is_meant_from_where_the_file_is(tmp_path):
    assert load(write(tmp_path, '[weft]\ndata = "kept/here"\n')).data == tmp_path / "kept" / "here"


def test_absolute_data_stays_as_it_is(tmp_path):
    assert load(write(tmp_path, '[weft]\ndata = "/srv/weft"\n')).data == Path("/srv/weft")


def test_a_given_data_directory_counts_more_than_the_file(tmp_path):
    path = write(tmp_path, '[weft]\ndata = "kept"\n')
    assert load(path, data=Path("elsewhere")).data == Path("elsewhere")


def test_all_of_sparql_can_be_set(tmp_path):
    text = (
        "[sparql]\nworkers = 3\ntime_limit_s = 5\nmemory_limit_bytes = 300000000\n"
        "result_limit_bytes = 2\n"
        'queue_limit = 4\nallowed_services = ["https://a.example/sparql"]\n'
    )
    assert load(write(tmp_path, text)).sparql == Limits(
        workers=3,
        time_limit_s=5.0,
        memory_limit_bytes=300000000,
        result_limit_bytes=2,
        queue_limit=4,
        allowed_services=("https://a.example/sparql",),
    )


WRONG = [
    pytest.param(
        '[weft]\ndata = "d"\nbase_irri = "http://a/"\n',
        "unknown key 'base_irri' in [weft] (line 3); expected one of data, base_iri, contact, keep;"
        " did you mean 'base_iri'?",
        id="unknown key, with a suggestion",
    ),
    pytest.param(
        "[serve]\nzzz = 1\n",
        "unknown key 'zzz' in [serve] (line 2); expected one of prefix, trusted_proxies,"
        " look_every_s, rate_limit_per_s, rate_burst, body_limit_bytes, body_time_s,"
        " answer_time_s, kept_bytes, idle_time_s, stuck_time_s, stop_time_s, holdings_bytes,"
        " holdings_rows, holdings_gap, holdings_upload_s, holdings_time_s, holdings_at_once,"
        " holdings_memory_bytes, host, port",
        id="unknown key like no other",
    ),
    pytest.param(
        '[sources.a]\nurl = "http://a/"\n\n[sources.b]\nurll = "http://b/"\n',
        "unknown key 'urll' in [sources.b] (line 5); expected one of url, prefix, title, set,"
        " requests_per_minute, crawl_delay_s, parallel, timeout_s, retries, tokens, enabled,"
        " companions;"
        " did you mean 'url'?",
        id="unknown key of a source, in its own table",
    ),
    pytest.param(
        '[sources]\na = { urll = "http://a/" }\n',
        "unknown key 'urll' in [sources.a] (line 2); expected one of url, prefix, title, set,"
        " requests_per_minute, crawl_delay_s, parallel, timeout_s, retries, tokens, enabled,"
        " companions;"
        " did you mean 'url'?",
        id="unknown key in an inline table",
    ),
    pytest.param(
        "[sparql]\n\nworker = 3\n",
        "unknown key 'worker' in [sparql] (line 3); expected one of workers, time_limit_s,"
        " memory_limit_bytes, result_limit_bytes, queue_limit, allowed_services;"
        " did you mean 'workers'?",
        id="unknown key of a table without a form of its own",
    ),
    pytest.param(
        "[weft]\n[server]\nport = 1\n",
        "unknown table [server] (line 2); expected [weft], [serve], [search], [sparql], [sources],"
        " [companions], [merge], [enrich];"
        " did you mean 'serve'?",
        id="unknown table, with a suggestion",
    ),
    pytest.param(
        'contact = "me@example.org"\n[weft]\n',
        "unknown key 'contact' above all tables (line 1);"
        " expected [weft], [serve], [search], [sparql], [sources], [companions], [merge],"
        " [enrich]",
        id="key above all tables",
    ),
    pytest.param(
        '[weft]\nkeep = "5"\n',
        "keep in [weft] (line 2): Expected `int`, got `str`",
        id="wrong type",
    ),
    pytest.param(
        "[weft]\nkeep = 0\n",
        "keep in [weft] (line 2): Expected `int` >= 1",
        id="number out of range",
    ),
    pytest.param(
        "[serve]\nport = 65536\n",
        "port in [serve] (line 2): Expected `int` <= 65535",
        id="port out of range",
    ),
    pytest.param(
        "[sparql]\nallowed_services = [1]\n",
        "allowed_services[0] in [sparql] (line 2): Expected `str`, got `int`",
        id="wrong type inside a list",
    ),
    pytest.param(
        '[weft]\nbase_iri = "http://a.example"\n',
        "base_iri in [weft] (line 2): expected an http or https address that ends in a slash",
        id="base IRI without a slash at its end",
    ),
    pytest.param(
        '[weft]\nbase_iri = "urn:weft/"\n',
        "base_iri in [weft] (line 2): expected an http or https address that ends in a slash",
        id="base IRI that no browser opens",
    ),
    pytest.param(
        '\n[sources.a]\ntitle = "A"\n',
        "[sources.a] (line 2): Object missing required field `url`",
        id="source without an address",
    ),
    pytest.param(
        '[sources.a]\nurl = "http://a/"\nrequests_per_minute = -1\n',
        "requests_per_minute in [sources.a] (line 3): Expected `float` >= 0.0",
        id="pace below zero",
    ),
    pytest.param(
        '\n[sources."My Data"]\nurl = "http://a/"\n',
        "name 'My Data' in [sources] (line 2) is not allowed; expected lower-case letters,"
        " digits, '-' and '_'",
        id="source name with a space",
    ),
    pytest.param(
        '[sources.Zenodo]\nurl = "http://a/"\n',
        "name 'Zenodo' in [sources] (line 1) is not allowed; expected lower-case letters,"
        " digits, '-' and '_'",
        id="source name in capitals",
    ),
    pytest.param(
        '[[sources]]\nurl = "http://a/"\n',
        "[sources] (line 1) holds tables: [sources.NAME]",
        id="sources as a list",
    ),
    pytest.param(
        '[sources]\nurl = "http://a/"\n',
        "[sources.url] (line 2) is not a table",
        id="source without a name",
    ),
    pytest.param("weft = 3\n", "[weft] (line 1) is not a table", id="value instead of a table"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named_with_its_table_key_and_line(tmp_path, text, message):
    assert refusal(tmp_path, text) == message


def test_the_line_is_that_of_the_key_in_its_own_table(tmp_path):
    text = '[sources.a]\nurl = "http://a/"\n[sources.b]\nurl = 3\n'
    assert refusal(tmp_path, text) == "url in [sources.b] (line 4): Expected `str`, got `int`"


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path):
    path = write(tmp_path, "[weft]\ndata = \n")
    with pytest.raises(ConfigError, match=rf"^{path} is not valid TOML: .*line 2"):
        load(path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b'[weft]\ncontact = "\xff"\n')
    with pytest.raises(ConfigError, match="is not valid TOML: 'utf-8' codec"):
        load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml")
    assert str(caught.value) == f"cannot read {tmp_path / 'none.toml'}: No such file or directory"


def test_the_file_in_the_working_directory_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert default_path() == shipped_path()
    write(tmp_path, "")
    assert default_path() == Path("config.toml")
    assert shipped_path() == SHIPPED


def test_the_shipped_file_loads_and_names_the_four_repositories():
    config = load(SHIPPED)
    assert {name: source.url for name, source in config.sources.items() if source.enabled} == {
        "cernopendata": "https://opendata.cern.ch/oai2d",
        "zenodo": "https://zenodo.org/oai2d",
        "hepdata": "https://oai.datacite.org/oai",
        "oapen": "https://library.oapen.org/oai/request",
    }


@pytest.mark.parametrize(
    ("table", "form"), [("weft", Settings), ("serve", Serving), ("sparql", Limits)]
)
def test_the_shipped_file_repeats_the_defaults_where_it_names_a_setting(table, form):
    written = tomllib.loads(SHIPPED.read_text(encoding="utf-8")).get(table, {})
    fields = {field.name: field.default for field in msgspec.structs.fields(form)}
    assert written == {key: fields[key] for key in written}


def test_the_shipped_file_says_why_where_a_source_differs_from_the_default_patience():
    """Which repository is asked is no default; how patiently is, and a change needs a reason."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    fields = {field.name: field.default for field in msgspec.structs.fields(Repository)}
    for key in ("timeout_s", "retries", "parallel", "enabled"):
        for line in lines:
            name, _, rest = line.partition("=")
            value, _, reason = rest.partition("#")
            if name.strip() == key and tomllib.loads(f"v={value}")["v"] != fields[key]:
                assert reason.strip(), f"config.toml changes {key} and gives no reason: {line}"
