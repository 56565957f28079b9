"""Text of records as XML can hold it. Pure.

https://www.w3.org/TR/xml/#charsets
"""

import re
from typing import Final

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    r"""Write the characters that XML has no way to hold, such as U+0000, as the sign for that.

    >>> xml_text("a\x0bb")
    'a\ufffdb'
    """
    return _NOT_XML.sub("\ufffd", text)
