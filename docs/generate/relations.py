"""The relations: what each is stated as, and the one triple that it becomes."""

from docs.generate.tables import code, table
from graph.relation import PREDICATES, RELATIONS
from graph.vocabulary import PREFIXES


def relations() -> str:
    """One row a canonical relation, in the order of `graph/relation.py`."""
    rows = []
    for predicate, name in PREDICATES.items():
        of_name = [(stated, each) for stated, each in RELATIONS.items() if each.name == name]
        same = [stated for stated, each in of_name if not each.is_inverse and stated != name]
        inverse = [stated for stated, each in of_name if each.is_inverse]
        rows.append(
            (
                code(name),
                ", ".join(map(code, same)),
                ", ".join(map(code, inverse)),
                code(_short(predicate)),
            )
        )
    return table(("Relation", "Also stated as", "From the other end", "Triple"), rows)


def _short(iri: str) -> str:
    """An IRI with its prefix; the longest that fits."""
    fits = [(space, name) for name, space in PREFIXES.items() if iri.startswith(space)]
    space, name = max(fits, key=lambda each: len(each[0]))
    return f"{name}:{iri.removeprefix(space)}"
