"""The name that Weft goes by where it asks others.

https://www.rfc-editor.org/rfc/rfc9110#name-user-agent
"""

from importlib.metadata import version


def user_agent(contact: str) -> str:
    """Return the name Weft goes by; repositories ask for an address to write to.

    >>> user_agent("me@example.org").endswith(" (+mailto:me@example.org)")
    True
    """
    name = f"Weft/{version('weft')}"
    return f"{name} (+mailto:{contact})" if contact else name
