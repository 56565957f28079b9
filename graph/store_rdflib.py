"""The store of a release as an rdflib data set, read-only; the one importer of oxrdflib.

Queries run in Oxigraph's engine, patterns in its indexes; nothing is copied into memory.
"""

from pathlib import Path

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore

from graph.errors import ReleaseError
from graph.vocabulary import PREFIXES


def rdflib_dataset(directory: Path) -> rdflib.Dataset:
    """The `graph/` directory of a release as an rdflib data set.

    Its default graph holds each merged statement once; the graph named after a record holds what
    that record says. It cannot be written to: the store raises `OSError`.

    Raises:
        ReleaseError: there is no store in the directory, or it is damaged.
    """
    if not directory.is_dir():
        raise ReleaseError(f"no graph at {directory}")
    try:
        store = OxigraphStore(store=ox.Store.read_only(str(directory)))
    except (OSError, RuntimeError) as error:  # the second is what it calls corruption
        raise ReleaseError(f"cannot open the graph at {directory}: {error}") from error
    dataset = rdflib.Dataset(store=store)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset
