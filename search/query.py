"""The query language of search pages, command line and API: text in, a tree out.

    higgs boson             both words            "missing energy"     the phrase
    cms OR atlas            either                higgs -lhcb          without (also NOT lhcb)
    phan*                   words beginning so    (a OR b) c           grouping
    creator:higgs           one field             title:"top quark"    a phrase in one field
    title:(top OR charm)    the field, for all    licence:*            the field has a value
    year:2012               the year              year:[2010 TO *]     years, ends included
    has:data                linked to a dataset   10.17182/hepdata.1   that identifier, exactly

AND may be written and changes nothing. OR binds looser than AND, NOT tighter. The operators are
upper case; `or` is a word. An identifier (DOI, arXiv, ISBN, ORCID, handle, URL) is taken whole in
any of its forms, so its colons, slashes, dashes and brackets mean nothing here.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final, NoReturn

from graph import identifiers
from graph.work import Identifier
from search.errors import QuerySyntaxError, UnknownField
from search.query_tree import (
    ALIASES,
    FIELDS,
    HAS,
    And,
    AnyValue,
    Exact,
    Has,
    Leaf,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    all_of,
    any_of,
    format_query,
)

__all__ = [
    "ALIASES",
    "FIELDS",
    "HAS",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_PREFIXES",
    "And",
    "AnyValue",
    "Exact",
    "Has",
    "Leaf",
    "MatchAll",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Range",
    "Term",
    "format_query",
    "parse_query",
    "recognise",
]

MAX_CHARACTERS: Final = 4000
"""Longest query; guessed: longer than any that a person types, and than a pasted reference."""
MAX_DEPTH: Final = 50
"""Deepest nesting of parentheses; at 6 calls a level it stays far from Python's limit of 1,000."""
MAX_PREFIXES: Final = 20
"""Most `prefix*` words; each costs a scan of the term dictionary, where a word costs a look-up."""

Recogniser = Callable[[str], Identifier | None]
"""Tells whether a text, as a whole, is an identifier in one of its forms."""

_SCHEME_NAMES: Final = (
    "doi arxiv handle hdl isbn issn inspire cds hepdata oai orcid ror isni inspire-author github "
    "gitlab swh pmid ark urn url"
)
SCHEMES: Final = frozenset(_SCHEME_NAMES.split())
"""What may stand before the colon of a written identifier, as in `doi:10.17182/hepdata.1`."""
_LABELS: Final = frozenset(("doi", "arxiv", "isbn", "issn", "orcid", "handle", "hdl"))
_SYNONYMS: Final = {"hdl": "handle"}
_IDENTIFIER_FIELDS: Final = ("", "identifier", "creator")
_QUOTES: Final = {'"': '"', "“": "”"}
_NAME: Final = re.compile(r"([A-Za-z][A-Za-z_]*):")
_YEAR: Final = re.compile(r"[0-9]{1,4}")
_RANGE: Final = re.compile(r"\[\s*([0-9]{1,4}|\*)\s+TO\s+([0-9]{1,4}|\*)\s*\]")
_OPERATORS: Final = ("AND", "OR", "NOT")
_OPERATOR: Final = re.compile(r"(?:AND|OR|NOT)(?=[\s()\"“]|$)")
_ENDS: Final = ("", ")")
_SPACE: Final = re.compile(r"\s")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DOI_PREFIX: Final = re.compile(r"10\.[0-9]{4}")
_ISBN_10: Final = re.compile(r"(?=.{10,13}$)[0-9]+-?[0-9]+-?[0-9]+-?[0-9Xx]")
_HINT: Final = "put it in quotes to search for it as text"


def recognise(text: str) -> Identifier | None:
    """Return the identifier that a word of a query is, in any of its forms; None for a word.

    >>> str(recognise("https://doi.org/10.17182/HEPDATA.1"))
    'doi:10.17182/hepdata.1'
    """
    found = identifiers.recognise(text)
    if found is None and _ISBN_10.fullmatch(text):
        # ten digits may be anything in a record, but nobody types them for another reason
        return identifiers.normalise("isbn", text)
    return found


def parse_query(text: str, recognise: Recogniser = recognise) -> Node:
    """Parse a query into its tree.

    Args:
        text: at most `MAX_CHARACTERS`; empty or blank means every document.
        recognise: the judge of what is an identifier.

    Raises:
        UnknownField: a field that the language does not have; the message lists those it has.
        QuerySyntaxError: anything else that does not parse; line and column tell where.

    >>> parse_query("higgs -cms")
    And(children=(Term(text='higgs', field=''), Not(child=Term(text='cms', field=''))))
    """
    return _Parser(text, recognise).parse()


class _Parser:
    """Recursive descent over the characters; `at` is the offset of the next one to read.

    expr := all (OR all)*    all := one (AND? one)*    one := (NOT | -)* [field:] value
    """

    def __init__(self, text: str, recognise: Recogniser) -> None:
        self.text = text
        self.recognise = recognise
        self.at = 0
        self.n_open = 0
        self.n_prefixes = 0
        self.closings = _closings(text[:MAX_CHARACTERS])

    def parse(self) -> Node:
        if len(self.text) > MAX_CHARACTERS:
            self.fail(f"expected at most {MAX_CHARACTERS} characters", MAX_CHARACTERS)
        half = _SURROGATE.search(self.text)
        if half:
            self.fail("expected Unicode text, found half of a surrogate pair", half.start())
        if not self.skip_space():
            return MatchAll()
        node = self.alternatives("")
        if self.at < len(self.text):
            self.fail("no parenthesis is open that this one could close", self.at)
        return node

    def alternatives(self, field: str) -> Node:
        nodes = [self.conjunction(field)]
        while self.take_operator("OR"):
            nodes.append(self.conjunction(field))
        return any_of(nodes)

    def conjunction(self, field: str) -> Node:
        nodes = [self.one(field)]
        while self.skip_space() not in _ENDS and self.operator() != "OR":
            self.take_operator("AND")
            nodes.append(self.one(field))
        return all_of(nodes)

    def one(self, field: str) -> Node:
        is_negated = False
        while self.take_operator("NOT") or self.take_minus():
            is_negated = not is_negated
        found = self.operator() or self.skip_space()
        if found in (*_ENDS, *_OPERATORS):
            what = found or "the end"
            self.fail(f"expected a word, a phrase or a group, found {what}", self.at)
        node = self.labelled(field)
        return Not(node) if is_negated else node

    def labelled(self, field: str) -> Node:
        """Read a value that may have a field name or an identifier's scheme before it."""
        name = _NAME.match(self.text, self.at)
        if name is None:
            return self.value(field)
        following = self.text[name.end() : name.end() + 1]
        label = name[1].lower()
        label = ALIASES.get(label, label)
        if label in FIELDS:
            if following in _ENDS or following.isspace():
                self.fail(f"expected a value directly after {name[0]} ({_HINT})", name.end())
            self.at = name.end()
            return self.value(label)
        if label in SCHEMES and following in ("(", *_QUOTES):
            self.at = name.end()
            return self.value("identifier")
        is_word = following in (*_ENDS, *"*:/\\") or following.isspace() or label in SCHEMES
        if is_word or self.identifier_at(self.at, "identifier"):
            return self.value(field)
        return self.fail_field(name[1])

    def value(self, field: str) -> Node:
        character = self.text[self.at]
        if character == "(":
            return self.group(field)
        if character in _QUOTES:
            return self.quoted(field)
        if character == "[" and field == "year":
            return self.years()
        return self.word(field)

    def group(self, field: str) -> Node:
        start = self.at
        if self.n_open == MAX_DEPTH:
            self.fail(f"expected at most {MAX_DEPTH} parentheses in one another", start)
        self.at += 1
        self.n_open += 1
        if not self.skip_space():
            self.fail("this parenthesis is not closed: expected )", start)
        node = self.alternatives(field)
        if self.skip_space() != ")":
            self.fail("this parenthesis is not closed: expected )", start)
        self.at += 1
        self.n_open -= 1
        return node

    def quoted(self, field: str) -> Node:
        start = self.at
        closing = _QUOTES[self.text[start]]
        end = self.text.find(closing, start + 1)
        if end < 0:
            self.fail(f"this quote is not closed: expected {closing}", start)
        text = self.text[start + 1 : end]
        if not text.strip():
            self.fail("expected words between the quotes", start + 1)
        self.at = end + 1
        if field in ("year", "has"):
            return self.closed_value(field, text.strip(), start + 1)
        identifier = self.identified(text.strip(), field)
        return Exact(identifier) if identifier else Phrase(text, field)

    def years(self) -> Node:
        match = _RANGE.match(self.text, self.at)
        if match is None:
            self.fail("expected a range such as [2010 TO 2015] or [2010 TO *]", self.at)
        low, high = (None if year == "*" else int(year) for year in match.groups())
        if low is not None and high is not None and low > high:
            self.fail(f"expected the earlier year first, found {low} TO {high}", self.at)
        self.at = match.end()
        return Range(low, high)

    def word(self, field: str) -> Node:
        start = self.at
        found = self.identifier_at(start, field)
        if found:
            identifier, self.at = found
            return Exact(identifier)
        self.at = self.word_end(start)
        text = self.text[start : self.at]
        if text == "*":
            return AnyValue(field) if field else MatchAll()
        if field in ("year", "has"):
            return self.closed_value(field, text, start)
        if text.endswith("*"):
            return self.prefix(field, text[:-1], start)
        return (not field and self.after_label(text)) or Term(text, field)

    def closed_value(self, field: str, text: str, start: int) -> Node:
        """Read a year or a word of `HAS`, the two fields whose values are known beforehand."""
        if field == "has":
            if text.lower() not in HAS:
                self.fail(f"expected one of {', '.join(HAS)} after has:, found {text}", start)
            return Has(text.lower())
        if not _YEAR.fullmatch(text):
            self.fail(f"expected a year or a range such as [2010 TO 2015], found {text}", start)
        return Range(int(text), int(text))

    def prefix(self, field: str, text: str, start: int) -> Node:
        self.n_prefixes += 1
        if self.n_prefixes > MAX_PREFIXES:
            self.fail(f"expected at most {MAX_PREFIXES} words with a *", start)
        identifier = self.identified(text, field)
        if identifier:
            return Prefix(str(identifier), "identifier")
        if not field and _DOI_PREFIX.match(text):
            return Prefix(text, "identifier")
        return Prefix(text, field)

    def after_label(self, text: str) -> Node | None:
        """Read the identifier after a word that only announces it, as in `DOI: 10.1000/182`."""
        label = text.rstrip(":").lower()
        if label not in _LABELS:
            return None
        start = self.at
        self.skip_space()
        found = self.identifier_at(self.at, "identifier")
        if found is None:
            self.at = start
            return None
        identifier, self.at = found
        return Exact(identifier)

    def identifier_at(self, start: int, field: str) -> tuple[Identifier, int] | None:
        """Return the identifier that starts there and the offset behind it.

        Outside parentheses all up to the next space is tried first, since some DOIs hold an odd
        parenthesis; inside, a closing one more likely belongs to the group.
        """
        if field not in _IDENTIFIER_FIELDS:
            return None
        space = _SPACE.search(self.text, start)
        ends = [self.word_end(start), space.start() if space else len(self.text)]
        if self.text[start : ends[0]].endswith("*"):  # a prefix, in parentheses too
            return None
        for end in ends if self.n_open else reversed(ends):
            identifier = self.identified(self.text[start:end], field)
            if identifier:
                return identifier, end
        return None

    def identified(self, text: str, field: str) -> Identifier | None:
        if field not in _IDENTIFIER_FIELDS or not text or text.endswith("*"):
            return None
        found = self.recognise(text)
        if found:  # quotes of both sorts could not be written so that they read the same
            return None if {'"', "”"} <= set(found.value) else found
        scheme, _, value = text.partition(":")
        scheme = _SYNONYMS.get(scheme.lower(), scheme.lower())
        if scheme not in SCHEMES or value[:1] in ("", "(", *_QUOTES):
            return None
        if '"' in value:  # of which no form could be given that reads the same
            return None
        # a scheme that its value does not fit finds nothing, which is the right answer
        return None if field != "identifier" and _SPACE.search(value) else Identifier(scheme, value)

    def word_end(self, start: int) -> int:
        """Return the offset behind the word; it may hold parentheses that close within it."""
        end = start
        while end < len(self.text) and not self.text[end].isspace():
            if self.text[end] == ")" or (self.text[end] == "(" and end not in self.closings):
                break
            end = self.closings.get(end, end) + 1
        return end

    def skip_space(self) -> str:
        """Move to the next character that is no space and return it; empty at the end."""
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def operator(self) -> str:
        """Return the operator that starts at the next character, or an empty text."""
        self.skip_space()
        match = _OPERATOR.match(self.text, self.at)
        return match[0] if match else ""

    def take_operator(self, operator: str) -> bool:
        is_there = self.operator() == operator
        self.at += len(operator) if is_there else 0
        return is_there

    def take_minus(self) -> bool:
        following = self.text[self.at + 1 : self.at + 2]
        is_there = self.skip_space() == "-" and following not in _ENDS and not following.isspace()
        self.at += 1 if is_there else 0
        return is_there

    def fail_field(self, name: str) -> NoReturn:
        near = get_close_matches(name.lower(), (*FIELDS, *ALIASES), 1)
        advice = f"did you mean {near[0]}:? " if near else ""
        line, column = self.position(self.at)
        raise UnknownField(
            f"no field {name}: {advice}expected one of {', '.join(FIELDS)} ({_HINT})",
            line=line,
            column=column,
        )

    def fail(self, message: str, offset: int) -> NoReturn:
        line, column = self.position(offset)
        raise QuerySyntaxError(message, line=line, column=column)

    def position(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n") + 1, offset - before.rfind("\n")


def _closings(text: str) -> dict[int, int]:
    """Return the offset of each closing parenthesis by its opening one, within one word."""
    closings = {}
    opened: list[int] = []
    for offset, character in enumerate(text):
        if character.isspace():
            opened.clear()
        elif character == "(":
            opened.append(offset)
        elif character == ")" and opened:
            closings[opened.pop()] = offset
    return closings
