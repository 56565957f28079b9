"""What can be wrong with a reading list as a whole; what is wrong with a row is told with the row.

SearchError
  UnreadableList    the asker: nothing that holds titles, such as a PDF or an archive; says what
    ListTooLarge    the asker: more bytes than the limit
    TooManyRows     the asker: more rows than the limit
"""

from search.errors import SearchError


class UnreadableList(SearchError):
    """A file that is no reading list; the message says what it is instead."""


class ListTooLarge(UnreadableList):
    """More bytes than are read, unpacked ones if it was packed."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the file has more than {limit_bytes} bytes, the most that are read")
        self.limit_bytes = limit_bytes


class TooManyRows(UnreadableList):
    """More rows than are read."""

    def __init__(self, limit_rows: int) -> None:
        super().__init__(f"the list has more than {limit_rows} rows, the most that are read")
        self.limit_rows = limit_rows
