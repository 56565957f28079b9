"""`weft network`: what can be measured on the links of a release, taken as a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from graph.explain.view import View
from graph.links.filter import LinkFilter
from graph.network.bridges import bridges
from graph.network.build import MAX_LINKS, build_neighbourhood, build_network
from graph.network.communities import communities
from graph.network.components import components
from graph.network.degree import degrees
from graph.network.ego import ego
from graph.network.measured import Measured
from graph.network.multigraph import Network
from graph.network.reuse import reuse
from graph.relation import RELATIONS, WEFT
from graph.release import ReleaseInfo, asked, holding, open_good_release
from graph.store import open_graph
from search.coverage.rollup import PART_RELATION, VERSION_RELATIONS, Known, find_roots
from search.export.whole_file import STANDARD_OUTPUT, whole_file
from search.holdings.cells import csv_pieces
from weft.config import Config, ConfigError
from weft.link_options import LinkOptions, find_key, read_filter
from weft.network_rows import rows_of
from weft.network_text import show
from weft.terminal import console, print_caveats, print_json

Measure = Literal["components", "degree", "reuse", "bridges", "communities", "ego"]
MEASURES: Final[tuple[Measure, ...]] = (
    *("components", "degree", "reuse"),
    *("bridges", "communities", "ego"),
)


class NetworkOptions(Struct, frozen=True, kw_only=True):
    """What is measured, and how."""

    measure: Measure
    of: str = ""
    """Key, IRI or identifier of the centre of an ego network."""
    radius: int = 1
    each: bool = False
    """Whether parts and versions are counted one by one, in `reuse`."""
    method: str = "louvain"
    seed: int = 1
    resolution: float = 1.0
    limit: int = 10
    """Entities, groups or pairs that are listed; CSV has all."""
    max_links: int = MAX_LINKS


class Outputs(Struct, frozen=True, kw_only=True):
    """Where the result goes; a text for people when nothing else is asked for."""

    as_json: bool = False
    csv: Path | None = None


def run(
    config: Config,
    links: LinkOptions,
    options: NetworkOptions,
    outputs: Outputs,
    *,
    number: int | None = None,
) -> None:
    """Measure the network of some links of a release, and print or write the result.

    Args:
        config: where the releases are.
        links: which links.
        options: what is measured.
        outputs: what is made of it.
        number: the release; None for the current one.

    Raises:
        ConfigError: a condition or an option that cannot be meant.
        NotOneEntity: `--at` or `--of` does not stand for one entity.
        NetworkTooLarge: more links fit than a network may hold.
        ExportFailed: the file cannot be written; nothing of it is kept.
        ReleaseError: there is no such release, or it is damaged.
    """
    _check(links, options, outputs)
    release = open_good_release(config.data, number)
    with holding(release), open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        wanted = read_filter(view, links)
        about = asked(release.info, f"{options.measure}: {wanted}")
        if outputs.csv is not None:
            options = replace(options, limit=MAX_LINKS)
        measured = measure(view, release.info, wanted, options)
    if outputs.csv is not None:
        head, rows = rows_of(measured)
        with whole_file(outputs.csv) as file:
            file.writelines(csv_pieces(head, rows))
    if outputs.as_json:
        print_json(measured, about)
        return
    if outputs.csv is None:
        show(console(), measured)
    print_caveats(about)


def measure(view: View, info: ReleaseInfo, wanted: LinkFilter, options: NetworkOptions) -> Measured:
    """One measure of the network of some links.

    Raises:
        NotOneEntity: the centre does not stand for one entity.
        NetworkTooLarge: more links fit than a network may hold.
        ReleaseError: the release is damaged.
    """
    limit = options.limit
    if options.measure == "ego":
        centre = find_key(view, options.of)
        around = build_neighbourhood(
            view, centre, options.radius, wanted, info=info, limit=options.max_links
        )
        return ego(around, centre, options.radius)
    network = build_network(view, wanted, info=info, limit=options.max_links)
    measures: dict[str, Callable[[], Measured]] = {
        "components": lambda: components(network, limit=limit, members=limit),
        "degree": lambda: degrees(network, limit=limit),
        "reuse": lambda: reuse(
            network, roots=None if options.each else network_roots(view, network), limit=limit
        ),
        "bridges": lambda: bridges(network, limit=limit),
        "communities": lambda: communities(
            network,
            method=options.method,
            seed=options.seed,
            resolution=options.resolution,
            limit=limit,
            members=limit,
        ),
    }
    return measures[options.measure]()


def network_roots(view: View, network: Network) -> dict[str, str]:
    """What each entity counts with: a part with its whole, a version with its concept.

    The steps are those of the whole release, whether or not its version links are in the network;
    the rule is that of `search.coverage.rollup`.
    """
    steps: dict[str, list[tuple[str, str]]] = {}
    for name in (*VERSION_RELATIONS, PART_RELATION):
        pairs = view.reader.pairs(RELATIONS[name].predicate)
        steps[name] = [(view.key(start), view.key(end)) for start, end in pairs]
    versions = [pair for name in VERSION_RELATIONS for pair in steps[name]]
    keys = {key for pairs in steps.values() for pair in pairs for key in pair}
    kinds, stubs = {}, set()
    for key in keys:
        said = network.nodes[key] if key in network else None
        kind = view.reader.kind(view.iri(key)) if said is None else said["kind"]
        if kind and kind != "unknown":
            kinds[key] = kind
        is_stub = view.reader.has(view.iri(key), WEFT + "Stub") if said is None else said["is_stub"]
        if is_stub:
            stubs.add(key)
    return find_roots(Known(kinds=kinds, stubs=frozenset(stubs)), versions, steps[PART_RELATION])


def _check(links: LinkOptions, options: NetworkOptions, outputs: Outputs) -> None:
    if options.measure == "ego" and not options.of:
        raise ConfigError("an ego network has a centre: name it with --of KEY, IRI or identifier")
    if options.measure == "ego" and links.at:
        raise ConfigError("--at and --measure ego do not go together: --of names the centre")
    if options.measure != "ego" and options.of:
        raise ConfigError("--of goes with --measure ego")
    if outputs.as_json and outputs.csv == STANDARD_OUTPUT:
        raise ConfigError("two outputs for one place: give --csv a file of its own")
