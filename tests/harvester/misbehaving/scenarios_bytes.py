"""Claims about bytes and records: what is mended, what is kept with its reason, what never runs."""

import re
from dataclasses import replace

from tests.harvester.misbehaving import mangling
from tests.harvester.misbehaving.answers import Reply, oai_error
from tests.harvester.misbehaving.faults import (
    Spoil,
    answer_holding,
    answered,
    any_list,
    anything,
    instead,
    is_list,
    page_holding,
    when,
)
from tests.harvester.misbehaving.holdings import Item, holdings, ids, oai_id, with_item
from tests.harvester.misbehaving.mangling import (
    appended,
    body,
    declared,
    prepended,
    title_of,
    truncated_to,
    with_doctype,
)
from tests.harvester.misbehaving.scenario import Scenario, dspace

EVERYTHING = ids(*range(60))
THE_PAGE = ids(*range(30, 40))
"""What the page of record 37 holds."""
PARALLEL = {"parallel": 4}
_LONG_TITLE = "x" * 24_000_000


def _prefixed(data: bytes) -> bytes:
    """The OAI-PMH elements with a prefix, as Dataverse writes them."""
    data = re.sub(rb"<(/?)(?!oai_dc:|dc:)([A-Za-z])", rb"<\1oai:\2", data)
    return data.replace(b"xmlns=", b"xmlns:oai=")


def _one(item: Item, xml: str) -> list[Item]:
    return with_item(holdings(), item.number, xml=xml)


def _item(number: int) -> Item:
    return holdings()[number]


def _damaged_title(title: bytes) -> Spoil:
    return title_of(37, title)


UNTOUCHED: dict[str, Spoil] = {
    "a byte order mark": prepended(b"\xef\xbb\xbf"),
    "blank lines before the declaration": prepended(b"\n\r\n  "),
    "a byte order mark behind blank lines": prepended(b"\n\xef\xbb\xbf"),
    "white space behind the end": appended(b"\n\n   \n"),
    "a comment behind the end": appended(b"\n<!-- served in 12 ms -->\n"),
    "UTF-16 with its byte order mark": declared("UTF-16", written="utf-16"),
    "ISO-8859-1, declared as such": declared("ISO-8859-1", written="iso-8859-1"),
    "windows-1252, declared as such": declared("windows-1252", written="windows-1252"),
    "no declaration at all": body(lambda data: data[data.index(b"<OAI-PMH") :]),
    "prefixes on the elements of OAI-PMH": body(_prefixed),
    "a stylesheet instruction": body(
        lambda data: data.replace(
            b"<OAI-PMH", b'<?xml-stylesheet type="text/xsl" href="@HOME@/oai2.xsl"?><OAI-PMH', 1
        )
    ),
}
"""Pages that are well-formed, or as good as."""

MENDED: dict[str, tuple[Spoil, frozenset[str]]] = {
    "ISO-8859-1 declared as UTF-8": (declared("UTF-8", written="iso-8859-1"), THE_PAGE),
    "UTF-8 declared as US-ASCII": (declared("US-ASCII"), ids()),
    "UTF-8 declared as UTF-16": (declared("UTF-16"), ids()),
    "UTF-8 declared as an encoding that nobody knows": (declared("utf8mb4"), ids()),
    "control characters": (_damaged_title(b"a\x0bb\x1fc\x00d"), ids(37)),
    "references to control characters": (_damaged_title(b"a&#11;b&#x1F;c&#0;d"), ids(37)),
    "references to no characters": (_damaged_title(b"&#xD800;&#x110000;&#xFFFF;"), ids(37)),
    "invalid UTF-8": (_damaged_title(b"caf\xe9 \xff\xfe"), ids(37)),
    "surrogates in UTF-8": (_damaged_title(b"a\xed\xa0\x80\xed\xb0\x80b"), ids(37)),
    "a character cut in half": (_damaged_title("Größe"[:3].encode()[:-1]), ids(37)),
    "undeclared entities": (_damaged_title(b"caf&eacute;&nbsp;&copy;"), ids(37)),
    "entities that nobody knows": (_damaged_title(b"a&unknown;b&x.y-z;"), ids(37)),
    "bare ampersands": (_damaged_title(b"Smith & Sons, AT&T &; &#; &#x; a&b=c&"), ids(37)),
    "several faults at once": (
        lambda reply: prepended(b"\xef\xbb\xbf")(
            _damaged_title(b"R&D\x0b caf&eacute; \xff")(reply)
        ),
        ids(37),
    ),
    "a notice of PHP behind the end": (
        appended(b"\n<br />\n<b>Notice</b>: Undefined index: oai in <b>/var/www/oai.php</b>"),
        ids(),
    ),
    "text behind the end": (appended(b"\nServed by node 3"), ids()),
    "zero bytes behind the end": (appended(b"\0\0\0"), ids()),
}
"""Pages that only mending makes readable, and whose titles may differ afterwards."""

DOCTYPES: dict[str, tuple[bytes, bytes]] = {
    "a harmless entity of its own": (mangling.HARMLESS, b"caf&eacute;"),
    "a bomb of a thousand million laughs": (mangling.BOMB, b"&lol9;"),
    "a bomb that is not lit": (mangling.BOMB, b"peace"),
    "a quadratic bomb": (mangling.QUADRATIC, b"&big;" * 1_000),
    "an external entity": (mangling.EXTERNAL, b"&secret;"),
    "an external DTD": (mangling.EXTERNAL_DTD, b"caf&eacute;"),
    "a parameter entity": (mangling.PARAMETER, b"text"),
    "an entity that is a local file": (mangling.LOCAL_FILE, b"&secret;"),
}

MENDING = (
    *(
        Scenario(
            claim=f"{said} needs no mending",
            build=lambda spoil=spoil: dspace(when(anything, spoil)),
            max_requests=7,
        )
        for said, spoil in UNTOUCHED.items()
    ),
    *(
        Scenario(
            claim=f"a page with {said} is staged, and kept as it came",
            build=lambda spoil=spoil: dspace(when(answer_holding(37), spoil)),
            rejected=("mended",),
            damaged=damaged,
            max_requests=20,
        )
        for said, (spoil, damaged) in MENDED.items()
    ),
    Scenario(
        claim="a notice of PHP behind every answer hinders nobody",
        build=lambda: dspace(when(anything, appended(b"<br /><b>Warning</b>: mysqli"))),
        max_requests=20,
    ),
    *(
        Scenario(
            claim=f"a page that declares {said} is staged, and nothing is fetched or expanded",
            build=lambda doctype=doctype, title=title: dspace(
                when(answer_holding(37), with_doctype(doctype, 37, title))
            ),
            rejected=("mended",),
            damaged=ids(37),
            max_requests=20,
            max_record_bytes=12_000,
        )
        for said, (doctype, title) in DOCTYPES.items()
    ),
    Scenario(
        claim="an XInclude is text like any other",
        build=lambda: dspace(
            when(
                answer_holding(37),
                title_of(
                    37,
                    b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude"'
                    b' href="@HOME@/included" parse="text"/>',
                ),
            )
        ),
        damaged=ids(37),
    ),
)

UNREADABLE = (
    Scenario(
        claim="a record that no mending makes readable is named, its neighbours are had",
        build=lambda: dspace(when(answer_holding(37), title_of(37, b"p < 0.05 <b>x"))),
        state="incomplete",
        missing=ids(37),
        says=(oai_id(37),),
        rejected=("not-xml",),
        max_requests=150,
    ),
    *(
        Scenario(
            claim=f"a page that is always {said} is had record by record",
            build=lambda spoil=spoil: dspace(when(page_holding(37), spoil)),
            max_requests=150,
        )
        for said, spoil in {
            "a page for people": answered(Reply(body=b"<html><p>Error</p></html>")),
            "empty": answered(Reply(body=b"")),
            "cut in half": body(mangling.without_closing),
            "torn in the middle": body(mangling.torn_inside),
            "cut right before the closing tag": body(lambda data: data[: -len(b"</OAI-PMH>")]),
            "without its closing bracket": body(lambda data: data[:-1]),
            "half a gzip file": mangling.gzipped(label=False, is_cut=True),
            "of another namespace": body(lambda d: d.replace(b"/OAI/2.0/", b"/OAI/1.1/", 1)),
        }.items()
    ),
    *(
        Scenario(
            claim=f"a record whose every answer is {said} is named",
            build=lambda spoil=spoil: dspace(when(answer_holding(37), spoil)),
            state="incomplete",
            missing=ids(37),
            says=(oai_id(37),),
            max_requests=150,
        )
        for said, spoil in {
            "a page for people": answered(Reply(body=b"<html><p>Error</p></html>")),
            "cut in half": body(mangling.without_closing),
            "torn in the middle": body(mangling.torn_inside),
        }.items()
    ),
    Scenario(
        claim="a repository that cuts every answer at 3500 bytes is had in small windows",
        build=lambda: dspace(when(any_list, truncated_to(3_500))),
        max_requests=300,
    ),
    Scenario(
        claim="a repository of another version of OAI-PMH has failed",
        build=lambda: dspace(
            when(anything, body(lambda data: data.replace(b"/OAI/2.0/", b"/OAI/1.1/", 1)))
        ),
        state="failed",
        missing=EVERYTHING,
        says=("OAI/1.1",),
        max_requests=30,
    ),
    Scenario(
        claim="one record of 24 MB neither stops nor bloats the harvest",
        build=lambda: dspace(items=with_item(holdings(), 37, title=_LONG_TITLE)),
        max_requests=7,
        max_record_bytes=25_000_000,
    ),
    Scenario(
        claim="one mended record of 12 MB is staged",
        build=lambda: dspace(
            when(answer_holding(37), title_of(37, b"R&D " + b"x" * 12_000_000)),
        ),
        rejected=("mended",),
        damaged=ids(37),
        max_requests=20,
        max_record_bytes=13_000_000,
    ),
)

RECORDS = (
    Scenario(
        claim="a record without a header is kept with its reason",
        build=lambda: dspace(items=_one(_item(5), "<record><metadata/></record>")),
        missing=ids(5),
        rejected=("no-header",),
        max_requests=40,
    ),
    Scenario(
        claim="a record without an identifier is kept with its reason",
        build=lambda: dspace(
            items=_one(
                _item(5),
                "<record><header><identifier> </identifier><datestamp>2025-01-27</datestamp>"
                "</header><metadata/></record>",
            )
        ),
        missing=ids(5),
        rejected=("no-identifier",),
        max_requests=40,
    ),
    Scenario(
        claim="a live record without metadata is a record",
        build=lambda: dspace(items=_one(_item(5), f"<record>{_item(5).header()}</record>")),
        damaged=ids(5),
    ),
    Scenario(
        claim="a deleted record with metadata is a tombstone",
        build=lambda: dspace(
            items=_one(
                _item(16),
                f"<record>{_item(16).header()}<metadata><title>gone</title></metadata></record>",
            )
        ),
    ),
    Scenario(
        claim="metadata within metadata is kept as it came",
        build=lambda: dspace(
            items=_one(
                _item(5),
                f"<record>{_item(5).header()}<metadata><metadata"
                ' xmlns="http://www.lyncode.com/xoai"><element name="dc"/></metadata></metadata>'
                "<about><x/></about><about><y/></about></record>",
            )
        ),
        damaged=ids(5),
    ),
    Scenario(
        claim="identifiers wrapped in lines and spaces are the same identifiers",
        build=lambda: dspace(
            items=_one(
                _item(5),
                f"<record><header>\n  <identifier>\n   {oai_id(5)}\n </identifier>\n"
                "<datestamp> 2025-01-27T03:07:10Z </datestamp></header><metadata/></record>",
            )
        ),
        damaged=ids(5),
    ),
    *(
        Scenario(
            claim=f"a record dated {stamp or 'never'} is a record",
            build=lambda stamp=stamp: dspace(
                items=with_item(holdings(), 5, stated_datestamp=stamp)
            ),
        )
        for stamp in ("", "yesterday", "2025-01-27T03:07:10.123+02:00", "0000-00-00", "9999-12-31")
    ),
    Scenario(
        claim="records dated in no known form are harvested in windows all the same",
        build=lambda: dspace(
            items=[replace(item, stated_datestamp="Mon, 27 Jan 2025") for item in holdings(300)]
        ),
        settings=PARALLEL,
        max_requests=120,
    ),
    Scenario(
        claim="a repository of deleted records only is one of tombstones",
        build=lambda: dspace(items=[replace(item, is_deleted=True) for item in holdings()]),
    ),
)

OAI_ERRORS = (
    *(
        Scenario(
            claim=f"{code or 'an error without a code'} with HTTP {status} instead of every list"
            " is said",
            build=lambda code=code, status=status: dspace(
                instead(is_list, oai_error(code, "said so", status=status))
            ),
            state="failed",
            missing=EVERYTHING,
            says=(code or "code",),
            max_requests=60,
        )
        for code, status in (
            ("cannotDisseminateFormat", 200),
            ("cannotDisseminateFormat", 422),
            ("badArgument", 400),
            ("noSetHierarchy", 200),
            ("badVerb", 200),
            ("internalServerError", 200),
            ("internalServerError", 500),
            ("", 200),
        )
    ),
    Scenario(
        claim="a prefix that the repository does not know is said in its own words",
        build=dspace,
        settings={"prefix": "oai_datacite"},
        state="failed",
        missing=EVERYTHING,
        says=("badArgument", "metadataPrefix does not exist"),
        is_curable=False,
        max_requests=20,
    ),
)

BYTES = (*MENDING, *UNREADABLE, *RECORDS, *OAI_ERRORS)
