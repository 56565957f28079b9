"""In which encoding the text of a list is; the only file that knows charset-normalizer.

Marks decide, then zero bytes between the letters, then UTF-8 where a line decodes in it. What is
left is guessed from the lines that are not UTF-8.
"""

import codecs
from collections.abc import Iterable
from typing import Final

from charset_normalizer import from_bytes

UTF8: Final = "utf-8"
WESTERN: Final = "cp1252"
"""What most old spreadsheets write, where too little stands there to tell."""
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES: Final = 1 << 14
"""Enough to tell, and told in a fifth of a second."""
_FEW_BYTES: Final = 40
"""Of so few bytes above ASCII a guess among all encodings is worth nothing (guessed)."""
_TRIED: Final = (
    "cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp437",
    "cp850", "mac_roman",
)  # fmt: skip
_WESTERN_SIGNS: Final = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ"
    "\u201c\u201d\u2018\u2019\u2013\u2014\u2026«»€§°¿¡\xa0"
)
"""What the languages of the West write; left out are letters that only few of them have, and that
stand where the other code pages have their commonest: of Czech, Polish, Turkish."""
_MOST_SIGNS: Final = 0.95
_FEW_LETTERS: Final = 0.4
"""Of a Western text fewer letters are above ASCII; of Greek or Russian most are."""
_ZEROS: Final = 0.3
"""Share of zero bytes at the even or odd places from which a text is UTF-16."""


def marked_encoding(head: bytes) -> tuple[str, int]:
    """Encoding by the byte order mark and the length of that; UTF-16 without one; else nothing."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    sample = head[:4096]
    half = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _ZEROS and even < _ZEROS / 3:
        return "utf-16-le", 0
    if even > _ZEROS and odd < _ZEROS / 3:
        return "utf-16-be", 0
    return "", 0


def guess_encoding(lines: Iterable[bytes]) -> str:
    """The likeliest encoding of lines that are not UTF-8; UTF-8 where most of them are.

    >>> guess_encoding(["Müller".encode("latin-1"), b"plain"])
    'cp1252'
    """
    foreign: list[bytes] = []
    n_utf8 = n_bytes = 0
    for line in lines:
        if line.isascii() or n_bytes > _SAMPLE_BYTES:
            continue
        try:
            line.decode(UTF8)
            n_utf8 += 1
        except UnicodeDecodeError:
            foreign.append(line)
            n_bytes += len(line)
    if n_utf8 >= len(foreign):
        return UTF8
    sample = b"\n".join(foreign)[:_SAMPLE_BYTES]
    if sum(byte > 127 for byte in sample) < _FEW_BYTES:  # noqa: PLR2004  # the last of ASCII
        return WESTERN
    if _is_western(sample):
        return WESTERN
    best = from_bytes(sample, cp_isolation=list(_TRIED)).best()
    if best is None or WESTERN in best.could_be_from_charset:  # the same letters in both
        return WESTERN
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Whether bytes make sense in the code page of the West; a guess among all is less sure."""
    try:
        text = sample.decode(WESTERN)
    except UnicodeDecodeError:
        return False
    signs = [sign for sign in text if not sign.isascii()]
    n_letters = sum(map(str.isalpha, text))
    n_western = sum(sign in _WESTERN_SIGNS for sign in signs)
    return n_western >= _MOST_SIGNS * len(signs) and len(signs) <= _FEW_LETTERS * n_letters
