"""A pile gives back what was put on it, in order, and leaves nothing behind."""

from hypothesis import given
from hypothesis import strategies as st

from search.document import Document
from search.text.pile import open_pile

_DOCUMENTS = st.lists(
    st.builds(
        Document,
        key=st.text(max_size=20),
        kind=st.sampled_from(["paper", "dataset"]),
        title=st.text(),
        abstract=st.text(),
        creators=st.lists(st.text(), max_size=3).map(tuple),
        year=st.none() | st.integers(-9999, 9999),
    )
)


@given(_DOCUMENTS)
def test_documents_come_back_as_they_were_in_their_order(tmp_path_factory, documents):
    directory = tmp_path_factory.mktemp("pile")
    with open_pile(directory) as pile:
        for each in documents:
            pile.add(each)
        assert list(pile.documents()) == documents
        assert not list(directory.iterdir())  # its file has no name, so no kill can leave it


def test_a_document_of_any_size_comes_back(tmp_path):
    large = Document(key="k", kind="paper", title="t", abstract="wide \N{SNOWMAN} " * 1_000_000)
    with open_pile(tmp_path) as pile:
        pile.add(large)
        pile.add(Document(key="k2", kind="paper", title="t"))
        assert [each.key for each in pile.documents()] == ["k", "k2"]
