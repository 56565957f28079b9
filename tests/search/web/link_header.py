"""The grammar of RFC 8288, strictly: reads a Link header, or a link set in its text form."""

import re

# RFC 3986, appendix A, as far as one expression can hold it: the characters, and no stray percent
_URI = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#\[\]-]|%[0-9A-Fa-f]{2})+"
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*"'
_PARAMETER = rf"[ \t]*;[ \t]*{_WORD}[ \t]*=[ \t]*(?:{_WORD}|{_QUOTED})"
_LINK = re.compile(rf"<({_URI})>((?:{_PARAMETER})*)")
_BETWEEN = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_ONE_PARAMETER = re.compile(rf"[ \t]*;[ \t]*({_WORD})[ \t]*=[ \t]*({_WORD}|{_QUOTED})")


def parse(value: str) -> list[tuple[str, dict[str, str]]]:
    """Target and parameters of each link; a ValueError says where the grammar is broken."""
    links, place = [], 0
    while True:
        match = _LINK.match(value, place)
        if match is None:
            raise ValueError(f"no link at {place}: {value[place : place + 60]!r}")
        named = _ONE_PARAMETER.findall(match[2])
        links.append((match[1], {name.lower(): text.strip('"') for name, text in named}))
        if len(named) != len(links[-1][1]):
            raise ValueError(f"a parameter twice: {match[0]}")
        place = match.end()
        if not value[place:].strip():
            return links
        between = _BETWEEN.match(value, place)
        if between is None:
            raise ValueError(f"no comma at {place}: {value[place : place + 60]!r}")
        place = between.end()


def targets(value: str, relation: str) -> list[str]:
    """Targets of the links of one relation."""
    return [target for target, named in parse(value) if named["rel"] == relation]
