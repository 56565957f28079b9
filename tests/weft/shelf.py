"""An installation that harvests DataCite records from two fakes, and what its releases say."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from graph.release import open_release
from tests.harvester.fake_repository import FakeRepository
from tests.weft.conftest import Installation, Serve

WEFT_NS = "https://w3id.org/weft#"
FIRST, LATER = "2026-01-01T00:00:00Z", "2026-02-15T00:00:00Z"
ALWAYS = "2026-03-02T00:00:00Z"
"""Later than any harvest of a shelf asks from."""
_RECORD = (
    "<record><header><identifier>oai:fake:{n}</identifier><datestamp>{at}</datestamp></header>"
    '<metadata><resource xmlns="http://datacite.org/schema/kernel-4">'
    '<identifier identifierType="DOI">{doi}</identifier>'
    "<creators><creator><creatorName>Lovelace, Ada</creatorName></creator></creators>"
    "<titles><title>{title}</title></titles><publicationYear>2012</publicationYear>"
    '<resourceType resourceTypeGeneral="{kind}"/></resource></metadata></record>'
)
_GONE = (
    '<record><header status="deleted"><identifier>oai:fake:{n}</identifier>'
    "<datestamp>{at}</datestamp></header></record>"
)


def thing(n: int, doi: str = "", *, title: str = "", kind: str = "Dataset", at: str = FIRST) -> str:
    """A record; by default a dataset with a DOI and title of its own."""
    doi, title = doi or f"10.5072/{n}", title or f"Title {n}"
    return _RECORD.format(n=n, doi=doi, title=title, kind=kind, at=at)


def gone(n: int) -> str:
    """A record that was deleted after the first harvest."""
    return _GONE.format(n=n, at=LATER)


@dataclass
class Shelf:
    """Two sources, `a` and `b`, and the installation that harvests them."""

    installation: Installation
    a: FakeRepository
    b: FakeRepository = field(default_factory=lambda: FakeRepository([]))

    @property
    def decisions(self) -> Path:
        """The file of judgements, where the configuration names one."""
        return self.installation.config.with_name("decisions.csv")

    def judge(self, *rows: str) -> None:
        """Write the file of judgements."""
        self.decisions.write_text("\n".join(["verdict,a,b", *rows, ""]), encoding="utf-8")

    def change(self, *records: str) -> None:
        """Let source `a` list these, which have changed since the first harvest, and harvest."""
        numbers = {_number(record) for record in records}
        self.a.records = [each for each in self.a.records if _number(each) not in numbers]
        self.a.records += records
        self.a.date = "2026-03-01T00:00:00Z"
        self.harvest()

    def harvest(self) -> None:
        result = self.installation.run("harvest")
        assert result.exit_code == 0, result.stderr

    def build(self, status: int = 0) -> str:
        """Build; gives what was said on standard error."""
        result = self.installation.run("build")
        assert result.exit_code == status, result.stderr
        return result.stderr

    @property
    def release(self) -> int:
        return open_release(self.installation.data).number


@contextmanager
def shelf(serving: Serve, *a: str, b: tuple[str, ...] = (), extra: str = "") -> Iterator[Shelf]:
    """A shelf whose sources list these records; they are harvested."""
    fakes = {"a": FakeRepository(list(a), page_size=500), "b": FakeRepository(list(b))}
    with serving(extra=f"keep = 20\n{extra}", **fakes) as installation:
        made = Shelf(installation=installation, **fakes)
        installation.run("harvest")
        yield made


def change_again(at: Shelf, *records: str) -> None:
    """As `Shelf.change`, any number of times."""
    at.change(*(each.replace(LATER, ALWAYS).replace(FIRST, ALWAYS) for each in records))


def quads(installation: Installation, number: int | None = None) -> set[ox.Quad]:
    """All that a release says."""
    return set(ox.Store.read_only(str(open_release(installation.data, number).graph_path)))


def keys(installation: Installation, number: int | None = None) -> dict[str, str]:
    """The entity's key by record, `SOURCE/NUMBER`."""
    return {
        object_.rpartition("/record/")[2].replace("/oai:fake:", "/"): _key(subject)
        for subject, object_ in _said(installation, number, f"{WEFT_NS}fromRecord")
    }


def redirects(installation: Installation) -> dict[str, str]:
    """Keys that others have taken the place of, with those."""
    said = _said(installation, None, "http://purl.org/dc/terms/isReplacedBy")
    return {_key(subject): _key(object_) for subject, object_ in said}


def titles(installation: Installation, number: int | None = None) -> dict[str, str]:
    """The title of every entity by its key."""
    said = _said(installation, number, "https://schema.org/name")
    return {_key(subject): name for subject, name in said if "#" not in subject}


def build_afresh(installation: Installation, folder: Path) -> Installation:
    """Another installation with the same configuration, stage and register, built from nothing."""
    other = Installation(config=installation.config, data=folder / "afresh")
    other.data.mkdir()
    shutil.copy(installation.data / "stage.db", other.data)
    file = str(folder / "afresh.jsonl")
    for command in (
        lambda: installation.run("release", "export-keys", file),
        lambda: other.run("release", "import-keys", file),
        lambda: other.run("build"),
    ):
        result = command()
        assert result.exit_code == 0, result.stderr
    return other


def _said(
    installation: Installation, number: int | None, predicate: str
) -> Iterator[tuple[str, str]]:
    """Subject and object of what the default graph of a release says with a predicate."""
    store = ox.Store.read_only(str(open_release(installation.data, number).graph_path))
    about = store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph())
    for quad in about:
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(object_, ox.NamedNode | ox.Literal):
            yield subject.value, object_.value


def _key(iri: str) -> str:
    return iri.rpartition("/id/")[2]


def _number(record: str) -> str:
    return record.partition("</identifier>")[0].rpartition(":")[2]
