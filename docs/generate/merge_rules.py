"""The merge policy: every rule and guard with its sentence, out of `graph/match.py`."""

from docs.generate.tables import code, table
from graph.match import MAX_PER_SOURCE, PERSON_SAME, RULES, TRUSTED, TRUSTED_OAI


def joins() -> str:
    """The rules that join records, in the order in which they are taken."""
    names = [PERSON_SAME, *(f"same-{scheme}" for scheme in TRUSTED)]
    return table(("Rule", "Joins because"), [(code(name), RULES[name]) for name in names])


def guards() -> str:
    """The rules that keep records apart."""
    taken = {PERSON_SAME, *(f"same-{scheme}" for scheme in TRUSTED)}
    rows = [(code(name), sentence) for name, sentence in RULES.items() if name not in taken]
    return table(("Guard", "Keeps apart because"), rows)


def identifiers() -> str:
    """The schemes whose identifiers may join, strongest first."""
    listed = "\n".join(f"{place}. {code(scheme)}" for place, scheme in enumerate(TRUSTED, start=1))
    spaces = ", ".join(code(space) for space in TRUSTED_OAI)
    return f"{listed}\n\nOf OAI identifiers only those that begin with {spaces}.\n"


def limits() -> str:
    """The number behind `identifier-too-common`."""
    return (
        f"An identifier that more than **{MAX_PER_SOURCE}** records of one source state as"
        " their own joins nothing.\n"
    )
