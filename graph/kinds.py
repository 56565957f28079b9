"""What sort of thing a record describes: words of DataCite, info:eu-repo, COAR, OAPEN, CERN."""

import re
from functools import lru_cache
from typing import Final

from graph.work import Kind

_WORDS: Final[dict[Kind, str]] = {
    Kind.DATASET: """dataset datasets database collection geneexpressiondata
        censusdata observationaldata experimentaldata surveydata simulationdata compileddata""",
    Kind.PAPER: """article journalarticle researcharticle reviewarticle review datapaper preprint
        eprint conferencepaper conferenceobject conferenceitem
        contributiontojournal report researchreport technicalreport technicalnote workingpaper
        dissertation thesis bachelorthesis masterthesis mastersthesis doctoralthesis phdthesis
        projectdeliverable projectmilestone deliverable peerreview editorial letter
        contributiontoperiodical journalpaper publishedarticle reportpart discussionpaper
        clinicalstudy""",
    Kind.SOFTWARE: """software sourcecode computationalnotebook softwareapplication
        researchsoftware""",
    Kind.BOOK: """book monograph editedbook ebook textbook conferenceproceeding
        conferenceproceedings proceedings""",
    Kind.CHAPTER: "bookchapter chapter booksection bookpart",
    Kind.OTHER: """other image figure plot drawing diagram photo audiovisual video videoaudio sound
        event film poster presentation lecture lesson conferenceposter conferencepresentation
        interactiveresource model physicalobject service workflow standard instrument
        outputmanagementplan datamanagementplan taxonomictreatment softwaredocumentation
        documentation technicaldocumentation environment supplementaries annotationcollection
        annotation patent proposal award project studyregistration journal periodical
        blogposting webpage website map musicalnotation learningobject movingimage stillimage
        publication text collectionofposters lecturematerial manuscript newspaperarticle""",
}
"""Words in lower case without spaces and punctuation. CERN's environments (virtual machines,
condition databases) are `other`, since the same records say Other in DataCite form."""

_KINDS: Final[dict[str, Kind]] = {
    word: kind for kind, words in _WORDS.items() for word in words.split()
}

# Generic values: the free text beside them decides.
_VAGUE: Final = frozenset(
    {"", "text", "other", "literature", "otherresearchproduct", "publication"}
)

_COAR: Final[dict[str, Kind]] = {
    **dict.fromkeys(("c_ddb1", "c_cb28", "fxf3-d3g7", "nhd0-w6sy", "ace2-c7tw"), Kind.DATASET),
    **dict.fromkeys(("c_5ce6", "c_393c", "c_7bab", "qh80-2r4e"), Kind.SOFTWARE),
    **dict.fromkeys(("c_2f33", "c_f744"), Kind.BOOK),
    "c_3248": Kind.CHAPTER,
    **dict.fromkeys(
        (
            *("c_6501", "c_2df8fbb1", "c_dcae04bc", "c_beb9", "c_7bb8", "c_545b", "c_b239"),
            *("c_816b", "c_5794", "c_c94f", "c_93fc", "c_18gh", "c_18ws", "c_18op", "c_186u"),
            *("c_8042", "c_46ec", "c_7a1f", "c_bdcc", "c_db06", "c_3e5a", "c_efa0", "c_ba08"),
        ),
        Kind.PAPER,
    ),
    **dict.fromkeys(
        (
            *("c_1843", "c_6670", "c_c513", "c_12ce", "c_18cc", "c_8544", "c_12cd", "c_18cf"),
            *("c_ecc8", "c_8a7e", "c_e9a0", "c_15cd", "c_26e4", "c_7ad9", "r60j-j5bd"),
        ),
        Kind.OTHER,
    ),
}
"""By the last part of a http://purl.org/coar/resource_type/ URI."""

_EU_REPO: Final = "info:eu-repo/semantics/"
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")

_CONTAINED: Final = frozenset({"journalarticle", "article", "conferencepaper", "conferenceobject"})


@lru_cache(maxsize=4096)
def kind_of(general: str, text: str = "") -> Kind | None:
    """Kind from DataCite's resourceTypeGeneral and the free text beside it; None when unknown.

    Either may be a type URI or word of another vocabulary. The general type decides unless it says
    nothing (Text, Other, empty); then the text does.

    >>> kind_of("Text", "Journal article"), kind_of("", "info:eu-repo/semantics/doctoralThesis")
    (<Kind.PAPER: 'paper'>, <Kind.PAPER: 'paper'>)
    """
    if _word(general) not in _VAGUE:
        stated = _kind(general)
        if stated is not None:
            return stated
    if _word(text) not in _VAGUE:
        return _kind(text)
    return Kind.OTHER if general or text else None


@lru_cache(maxsize=1024)
def target_kind(general: str) -> str:
    """Kind of a link's target from its resourceTypeGeneral; empty when that says nothing."""
    if _word(general) in _VAGUE:
        return ""
    kind = _kind(general)
    return kind.value if kind else ""


@lru_cache(maxsize=1024)
def is_contained(stated_type: str) -> bool:
    """True for a paper that appears inside a volume, so that an ISBN it carries is the volume's."""
    return _word(stated_type) in _CONTAINED


def _word(text: str) -> str:
    return _NO_WORD.sub("", text.lower().removeprefix(_EU_REPO))


def _kind(text: str) -> Kind | None:
    if "/resource_type/" in text:
        return _COAR.get(text.rstrip("/").rpartition("/")[2].lower())
    return _KINDS.get(_word(text))
