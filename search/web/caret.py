"""Shows where in a query an error is. Pure."""


def caret_excerpt(text: str, line: int, column: int) -> str:
    r"""The line of a text with a caret under a position; both count from 1.

    >>> print(caret_excerpt("SELECT *\nWHER {}", 2, 1))
    WHER {}
    ^
    """
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1].replace("\t", " ")
    return f"{shown}\n{' ' * (min(column, len(shown) + 1) - 1)}^"
