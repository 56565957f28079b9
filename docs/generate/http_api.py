"""The HTTP API: a section an operation, out of the OpenAPI document that the server gives."""

from docs.generate.tables import code, table
from search.web.api.openapi import document
from search.web.api.page import Group, show
from search.web.api.routes import OPERATIONS


def http_api() -> str:
    """A section an operation, with its parameters and answers."""
    described = document(OPERATIONS, "http://127.0.0.1:8080/", "Weft", {})
    return "\n".join(_section(group) for group in show(described))


def _section(group: Group) -> str:
    parts = [
        f"## {group.summary}\n",
        f"`{group.method} {group.path}`\n",
        f"{group.description}\n",
    ]
    if group.parameters:
        rows = [
            (
                code(each.name) + (" (required)" if each.is_required else ""),
                each.allows,
                each.description,
            )
            for each in group.parameters
        ]
        parts.append(table(("Parameter", "Allows", "Meaning"), rows))
    answers = [(code(each.status), each.description) for each in group.answers]
    parts.append(table(("Status", "When"), answers))
    return "\n".join(parts)
