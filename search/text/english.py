"""Takes English word ends off. The only importer of snowballstemmer.

Whoosh's own stemmer follows an older form of the algorithm, so the two engines would find different
documents. https://snowballstem.org/algorithms/english/stemmer.html
"""

import threading

import snowballstemmer


class _Stemmer(threading.local):
    """A stemmer of each thread: it holds the word that it works on."""

    def __init__(self) -> None:
        self.stem = snowballstemmer.stemmer("english").stemWord


_STEMMER = _Stemmer()


def stem(word: str) -> str:
    """The stem of a word in lower case; not always a word itself.

    >>> stem("measurements"), stem("ions")
    ('measur', 'ion')
    """
    stemmed: str = _STEMMER.stem(word)
    return stemmed
