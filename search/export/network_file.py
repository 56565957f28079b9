"""Links as a network for Gephi, Cytoscape, igraph and others: GraphML and GEXF, by networkx.

http://graphml.graphdrawing.org/specification.html and https://gexf.net/ . The network is built in
memory, about 4 kB a link while it is written, so there is a most.
"""

from typing import Any, BinaryIO, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import write_graphml_xml

from graph.links.filter import LinkFilter
from graph.links.stated import read_stated
from graph.network.build import MAX_LINKS, NetworkTooLarge, add_link, build_network
from graph.network.multigraph import Network, new_network
from graph.network.nodes import NODE_QUERIES, look_up_nodes, scan_nodes
from graph.network.scans import open_scans
from graph.relation import PREDICATES
from graph.release import Asked
from search.export.chosen import ChosenEntities
from search.export.link_choice import chosen_rows
from search.metadata.markup import legal

_JOINER: Final = "; "


def write_graphml(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write the network; release, date, selection and caveats are data of the graph.

    Raises:
        NetworkTooLarge: more links than a network may hold.
    """
    network = _plain(_network(chosen, asked), asked)
    # not the writer that streams through lxml: when a disk is full, that one ends in a crash
    write_graphml_xml(network, file, encoding="utf-8")


def write_gexf(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write the network; release, date, selection and caveats are the description of the file.

    Raises:
        NetworkTooLarge: more links than a network may hold.
    """
    network = _plain(_network(chosen, asked), asked)
    about = _JOINER.join(f"{name}: {value}" for name, value in sorted(network.graph.items()))
    network.graph.clear()
    writer = GEXFWriter(encoding="utf-8")  # type: ignore[no-untyped-call]  # it has no types
    writer.add_graph(network)  # type: ignore[no-untyped-call]  # see above
    # the writer puts today's date: the same network would be another file tomorrow
    for meta in writer.xml.iter("meta"):
        meta.set("lastmodifieddate", asked.created_at[:10])
        _child(meta, "creator").text = "Weft"
        _child(meta, "description").text = about
    writer.write(file)  # type: ignore[no-untyped-call]  # see above


def _network(chosen: ChosenEntities, asked: Asked) -> Network:
    """The links of a selection; entities without links are nodes as well."""
    view = chosen.opened.view
    if chosen.is_everything:
        network = build_network(view, LinkFilter(), info=chosen.opened.info)
    else:
        network = _of_selection(chosen, asked)
    alone = new_network(
        release=asked.release, created_at=asked.created_at, base_iri=asked.base_iri, selection=""
    )
    for each in chosen:
        if each.key not in network:
            alone.add_node(each.key)
    if chosen.is_everything:
        with open_scans(view, NODE_QUERIES) as scans:
            scan_nodes(view, alone, scans)
    else:
        look_up_nodes(view, alone)
    network.add_nodes_from(alone.nodes(data=True))
    for each in chosen:
        network.nodes[each.key]["is_selected"] = True
    return network


def _of_selection(chosen: ChosenEntities, asked: Asked) -> Network:
    view = chosen.opened.view
    network = new_network(
        release=asked.release,
        created_at=asked.created_at,
        base_iri=asked.base_iri,
        selection=asked.query,
    )
    for number, row in enumerate(chosen_rows(chosen), 1):
        if number > MAX_LINKS:
            raise NetworkTooLarge(
                f"more than {MAX_LINKS:,} links: narrow the selection, or export them as Parquet"
                " or Scholix"
            )
        source, target, relation = view.key(row.subject), view.key(row.object), row.predicate
        add_link(network, source, PREDICATES[relation], target)
        stated = read_stated(view, *row)
        sides = (bool(stated.by_subject), bool(stated.by_object))
        said = network.edges[source, target, PREDICATES[relation]]
        said["stated_from"] = {
            (True, True): "both",
            (True, False): "source",
            (False, True): "target",
            (False, False): "neither",
        }[sides]
        names = {each.source for each in (*stated.by_subject, *stated.by_object)}
        said["stated_by"] = tuple(sorted(names))
    look_up_nodes(view, network)
    return network


def _plain(network: Network, asked: Asked) -> Network:
    """The network in values that both formats can hold, in an order that never changes."""
    plain: Network = nx.MultiDiGraph(
        release=asked.release,
        created_at=asked.created_at,
        base_iri=asked.base_iri,
        selection=legal(asked.query) or "everything",
        caveats=legal("\n".join(asked.caveats)),
    )
    for key in sorted(network):
        values = _values(network.nodes[key])
        name = values.get("name") or key
        plain.add_node(key, label=name, iri=f"{asked.base_iri}id/{key}", **values)
    ends = sorted(network.edges(keys=True, data=True), key=lambda each: each[:3])
    for number, (source, target, relation, said) in enumerate(ends, 1):
        plain.add_edge(source, target, key=f"e{number}", label=relation, **_values(said))
    return plain


def _values(attributes: dict[str, Any]) -> dict[str, str | int | bool]:
    found: dict[str, str | int | bool] = {}
    for name, value in sorted(attributes.items()):
        if isinstance(value, tuple | list | set | frozenset):
            found[name] = legal(_JOINER.join(sorted(map(str, value))))
        elif isinstance(value, bool | int):
            found[name] = value
        elif value is not None:
            found[name] = legal(str(value))
    return found


def _child(parent: Any, name: str) -> Any:  # noqa: ANN401  # networkx's element tree has no types
    found = parent.find(name)
    if found is not None:
        return found
    child = parent.makeelement(name, {})
    parent.append(child)
    return child
