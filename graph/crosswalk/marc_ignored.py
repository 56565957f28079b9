"""MARC fields and subfields that are known and left out on purpose, each with the reason."""

from typing import Final

_BOOKKEEPING: Final = "bookkeeping of the catalogue"
_CODED: Final = "coded form of what another field says in words"
_EXTENT: Final = "extent and form, for which a work has no place"
_NOTE: Final = "note for the reader of the page"
_RIGHTS_NOTE: Final = "note on ownership and use"
_HEADING: Final = "heading of a meeting, a uniform title or another work without identifier"
_HOLDING: Final = "copies that a library holds"
_AUTHORITY: Final = "authority record: no work"

_TAGS: Final[dict[str, str]] = {
    _BOOKKEEPING: """010 013 015 016 017 018 019 025 026 029 030 031 032 036 038 039 040 042 049
        050 051 052 055 060 061 066 070 071 074 085 086 263 583 584 588 592 850 882 883 884 885
        886 887 909 961 970 981 999 999C6""",
    _CODED: "033 034 043 044 045 046 047 048 257 258 336 337 338 340 344 345 346 347",
    _EXTENT: """254 255 256 306 307 310 321 342 343 348 351 352 353 355 357 362 363 365 366 370
        377 380 381 382 383 384 385 386 388""",
    _NOTE: """501 504 507 508 510 511 513 514 515 516 518 521 522 524 525 526 530 532 533 534 535
        538 545 547 550 552 555 556 562 563 565 567 580 581 585 586""",
    _RIGHTS_NOTE: "541 544 561",
    _HEADING: """111 130 210 222 243 247 647 654 656 657 658 662 688 702 711 720 730 740 751 752 753
        754 758 788 800 810 811 902""",
    _HOLDING: "841 842 843 844 845 852 853 854 855 857 863 864 865 866 867 868 876 877 878",
    _AUTHORITY: "270 371 372 400 410 411 419 667 670 677",
}

IGNORED: Final[dict[str, str]] = {
    tag: reason for reason, tags in _TAGS.items() for tag in tags.split()
}
"""Reason by tag. Tags with a 9 and tags in letters are local: see `is_local`."""

IGNORED_CODES: Final[dict[str, str]] = {
    "020": "bcq9",
    "022": "lmyz2",
    "024": "dpqtz9",
    "027": "z",
    "035": "dhmz",
    "037": "bfgnz9",
    "041": "bdefghjkmnpqrt2",
    "072": "x",
    "080": "bx2",
    "082": "bmq",
    "084": "bq9",
    "088": "z9",
    "100": "dfhklmnpqrswxyz29",
    "110": "cdfhklmnprsvwxyz29",
    "240": "dfghklmorsx",
    "242": "ch",
    "245": "cfghks9",
    "246": "cfghi59",
    "250": "3",
    "260": "aefgt3",
    "264": "a3",
    "269": "ab",
    "300": "bcefg3",
    "490": "ly3",
    "500": "9x35",
    "502": "abgo",
    "505": "u",
    "506": "bcdefgqu235",
    "520": "cu2359",
    "536": "bdeghr6",
    "540": "cdgnq2359",
    "542": "abcdefghijkmnopqrsu39",
    "546": "b3",
    "600": "efghjklmnoprstu0134",
    "610": "efghklmnoprstu0134",
    "611": "efghjklpstu0134",
    "630": "defghklmnoprst0134",
    "648": "013",
    "650": "bcdeg013459",
    "651": "beg01345",
    "655": "bc0135",
    "653": "019",
    "690": "b29",
    "693": "0sz",
    "695": "e9",
    "700": "dfhklmnopqrswxyz235",
    "701": "dfghqwxyz9",
    "710": "cdfhiklmnoprswxyz59",
    "773": "bcdfghjklmpqv123479",
    "830": "dfghklmnoprstw0135",
    "856": "bcdfhijklmnopqrstvwxyz23790",
    "880": "cdefghijklmoqrstuvwxyz01234579",
    "909CO": "pq",
    "980": "c",
    "999C5": "bcdefghjklmnopqstvwxyz19",
}
"""Subfields by tag that are not read: qualifiers, numbers of the catalogue's own, journal
references in words, sizes and labels of files, sources of a statement."""


OF_LINKS: Final = "abcdefghjklmnpqvy479"
"""The same of the linking entries 760 to 787, which are alike."""


def is_local(tag: str) -> bool:
    """True for a field that a catalogue defines for itself: x9x, xx9, 9xx, and tags in letters.

    >>> is_local("590"), is_local("AVD"), is_local("520")
    (True, True, False)
    """
    return "9" in tag or not tag.isdigit()
