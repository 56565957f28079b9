"""The plain citation."""

import msgspec

from search.citation import cite
from search.citation.text import write
from search.metadata.described import Agent
from tests.search.citation.described import EMPTY, PAPER


def test_a_paper_is_cited_in_the_recommended_order():
    assert cite(PAPER) == (
        "Carberry, Josiah; CMS Collaboration (2012): Observation of a new boson at $m_H = 125$ GeV"
        " & more. In: Physics Letters B. Elsevier. (Text)."
        " https://doi.org/10.1016/j.physletb.2012.08.021"
    )


def test_what_is_not_known_is_left_out():
    assert cite(EMPTY) == "http://weft.test/id/emptyemptyemp. http://weft.test/id/emptyemptyemp"


def test_a_title_that_ends_a_sentence_gets_no_second_full_stop():
    dataset = msgspec.structs.replace(
        EMPTY, kind="dataset", version="2", titles=(PAPER.titles[0].__class__("Why?"),)
    )
    assert cite(dataset) == "Why? Version 2. (Dataset). http://weft.test/id/emptyemptyemp"


def test_of_many_creators_the_first_is_named():
    agents = tuple(Agent(name=f"Name{n}, A") for n in range(11))
    many = msgspec.structs.replace(PAPER, creators=agents)
    assert cite(many).startswith("Name0, A et al. (2012): ")


def test_a_list_has_one_citation_a_line():
    assert "".join(write([EMPTY, EMPTY])).count("\n") == 2
