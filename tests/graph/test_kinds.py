"""Type words of several vocabularies become one of six kinds."""

import pytest

from graph.kinds import is_contained, kind_of, target_kind
from graph.work import Kind


@pytest.mark.parametrize(
    ("general", "text", "kind"),
    [
        ("Dataset", "", Kind.DATASET),
        ("Collection", "Collection", Kind.DATASET),
        ("Software", "", Kind.SOFTWARE),
        ("JournalArticle", "", Kind.PAPER),
        ("Preprint", "", Kind.PAPER),
        ("Text", "Journal article", Kind.PAPER),
        ("Text", "Conference paper", Kind.PAPER),
        ("Text", "Working paper", Kind.PAPER),
        ("Text", "Poster", Kind.OTHER),
        ("Text", "Presentation", Kind.OTHER),
        ("Text", "", Kind.OTHER),
        ("BookChapter", "", Kind.CHAPTER),
        ("Audiovisual", "", Kind.OTHER),
        ("Other", "Other", Kind.OTHER),
        ("Other", "Taxonomic treatment", Kind.OTHER),
        ("dataset", "dataset", Kind.DATASET),
        ("http://purl.org/coar/resource_type/c_5ce6", "software", Kind.SOFTWARE),
        ("", "http://purl.org/coar/resource_type/c_3248", Kind.CHAPTER),
        ("", "info:eu-repo/semantics/article", Kind.PAPER),
        ("", "info:eu-repo/semantics/other", Kind.OTHER),
        ("", "info:eu-repo/semantics/bookPart", Kind.CHAPTER),
        ("", "book", Kind.BOOK),
        ("", "chapter", Kind.CHAPTER),
        ("", "Documentation", Kind.OTHER),
        ("", "Environment", Kind.OTHER),
        ("", "Experiment of a kind unheard of", None),
        ("", "", None),
    ],
)
def test_a_type_has_one_kind_or_is_unknown(general, text, kind):
    assert kind_of(general, text) is kind


@pytest.mark.parametrize(
    ("general", "kind"),
    [("Collection", "dataset"), ("JournalArticle", "paper"), ("Image", "other"), ("Text", "")],
)
def test_a_target_has_a_kind_when_its_type_says_so(general, kind):
    assert target_kind(general) == kind


def test_articles_are_contained_and_theses_are_not():
    assert is_contained("Conference paper")
    assert not is_contained("info:eu-repo/semantics/doctoralThesis")
