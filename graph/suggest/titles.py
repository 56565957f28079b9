"""Titles that name nothing in particular, which two records may share by chance. Pure."""

import re
from functools import lru_cache
from typing import Final

from graph.titles import title_form, title_words

MIN_LETTERS: Final = 12
"""Shorter titles meet by chance. Guessed: "Editorial notes" is longer and is in the list below."""
_WEIGHT_OF_IDEOGRAPH: Final = 3
_FIRST_IDEOGRAPH: Final = 0x2E80

_NUMBERING: Final = re.compile(
    r"[a-z]?\d+[a-z]?|(?=.)x{0,3}(?:ix|iv|v?i{0,3})"  # 12, S2, 3a; Roman up to 39
    r"|jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|mar(?:ch)?|apr(?:il)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?"
    r"|spring|summer|autumn|winter|years?|jahre?|annees?"
    r"|vol(?:ume|umen)?s?|issues?|nos?|nr|num(?:ber|ero)?|bd|band|heft|parts?|teil|tome|pp?|pages?"
    r"|the|an?|of|and|for|to|in|on|der|die|das|und|de|du|des|la|le|les|et|el|los|y|e|do|da|del|di"
)
"""Words that make no title particular."""

_GENERIC: Final = """
abstract; abstracts; abstracts of papers; about the author; about the authors; about this issue
acknowledgements; acknowledgments; addendum; advertisement; afterword; analysis; analysis code
announcement; announcements; annual report; annual meeting; annex; appendices; appendix; article
author index; authors; back cover; back matter; backmatter; bibliography; biographies; blank page
board; book review; book reviews; books received; calendar; call for papers; case report; chapter
chapters; code; colophon; comment; comments; commentary; conclusion; conclusions
concluding remarks; conference announcement; conference program; conference proceedings; contents
contribution; contributors; contributors to this issue; copyright; copyright page; corrections
correction; correspondence; corrigenda; corrigendum; cover; cover image; cover page; data
data and code; data archive; data availability statement; data files; data management plan
data package; data release; data set; data sets; database; dataset; datasets; dedication
description; deliverable; discussion; documentation; document; documents; doctoral thesis; draft
dissertation; editor's note; editorial; editorial board; editorial introduction; editorial note
editorial notes; editorials; editors' introduction; editors' note; epilogue; errata; erratum
essay; events; excerpt; executive summary; expression of concern; fig; figs; figure; figures; file
files
final report; focus; foreword; from the editor; from the editors; front cover; front matter
frontmatter; frontispiece; full issue; full text; glossary; guest editorial; guide; handout
highlights; image; images; imprint; in memoriam; in this issue; index; index of authors
information for authors; inside back cover; inside cover; inside front cover; instructions
instructions for authors; instructions to authors; interview; introduction; introductory remarks
invited talk; issue information; keynote; keyword index; lecture; lecture notes; lectures
letter; letters; letter to the editor; letters to the editor; list of abbreviations
list of authors; list of contributors; list of figures; list of participants; list of reviewers
list of tables; logo; manual; manuscript; map; maps; master thesis; master's thesis; masthead
meeting report; meetings; message from the chair; message from the editor; metadata; methods
minutes; model; models; movie; new books; news; news and views; newsletter; no title
no title available; note; notes; notes on contributors; notice; obituary; opening remarks
organizing committee; other; outline; overview; paper; papers; participants; personal view
perspective; perspectives; photo; photograph; phd thesis; picture; postface; postscript; poster
posters; poster session; preface; preface and acknowledgements; preface to the second edition
preliminary pages; preliminary report; presentation; press release; proceedings
proceedings of the workshop; program; programme; progress report; project report; prologue
publications; published erratum; publisher's note; questionnaire; raw data; readme; recent books
references; register; regular articles; release; release notes; reply; report; reports
replication data; replication package; research article; research data; research highlights
research note; response; results; retraction; retraction note; review; review article; reviewers
reviews; round table; sample; schedule; script; scripts; selected bibliography; short communication
simulation; simulation data; slides; software; source code; source data; special issue
statement; study; subject index; summary; supplement; supplemental data; supplemental information
supplemental material; supplemental materials; supplementary; supplementary code; supplementary data
supplementary dataset; supplementary figure; supplementary figures; supplementary file
supplementary files; supplementary information; supplementary material; supplementary materials
supplementary table; supplementary tables; supplementary video; supporting data
supporting information; supporting material; survey; symposium; table; tables; table of contents
technical note; technical report; test; test data; test dataset; thank you to reviewers
thanks to reviewers; thesis; title; title page; titles; training data; unknown; unknown title
untitled; unnamed; version; video; videos; volume information; volume contents; who's who
workshop; working paper; workshop report; year in review; zenodo
anhang; autorenverzeichnis; berichte; buchbesprechungen; danksagung; editorische notiz; einführung
einleitung; ergebnisse; forschungsdaten; fazit; geleitwort; impressum; inhalt; inhaltsverzeichnis
jahresbericht; literatur; literaturverzeichnis; mitteilungen; nachruf; nachrichten; nachwort
namenregister; personenregister; register; rezension; rezensionen; sachregister; schlusswort
summary zusammenfassung; titelei; verzeichnis der autoren; vorbemerkung; vorwort; zum geleit
zusammenfassung
avant-propos; bibliographie; compte rendu; comptes rendus; conclusion générale; couverture
données; éditorial; index des noms; introduction générale; liminaire; liste des auteurs
présentation; préface; postface; rapport annuel; rapport final; remerciements; résumé; sommaire
table des matières
agradecimientos; bibliografía; conclusiones; datos; editorial; índice; introducción; memoria anual
nota editorial; presentación; prefacio; prólogo; reseña; reseñas; resumen
agradecimentos; apresentação; conclusão; conclusões; dados; expediente; índice; introdução
prefácio; relatório anual; resenha; resumo; sumário
bibliografia; conclusioni; dati; indice; indice dei nomi; introduzione; prefazione; premessa
presentazione; recensioni; ringraziamenti; rapporto annuale
colofon; inleiding; inhoudsopgave; jaarverslag; redactioneel; samenvatting; voorwoord
"""
"""Titles of sections and forms, in the languages of the sources; one thing each, many times over.

Collected from the lists of contents of journals and books and from the real records.
"""


def is_telling(title: str) -> bool:
    """Whether a title is likely to be that of one thing only: not generic, and long enough.

    >>> is_telling("Annual Report 2012"), is_telling("The tides of the Severn")
    (False, True)
    """
    form = title_form(title)
    letters = len(form)
    if not form.isascii():
        n_ideographs = sum(ord(letter) >= _FIRST_IDEOGRAPH for letter in form)
        letters += n_ideographs * (_WEIGHT_OF_IDEOGRAPH - 1)
    return letters >= MIN_LETTERS and not is_generic(title)


def is_generic(title: str) -> bool:
    """Whether a title, but for its numbers, dates and small words, is one of the generic ones.

    >>> is_generic("Inside Front Cover"), is_generic("Supplementary material 3"), is_generic("12")
    (True, True, True)
    """
    particular = _particular(title)
    return not particular or particular in _generic_titles()


def _particular(title: str) -> str:
    return " ".join(word for word in title_words(title) if not _NUMBERING.fullmatch(word))


@lru_cache(maxsize=1)
def _generic_titles() -> frozenset[str]:
    titles = _GENERIC.replace("\n", ";").split(";")
    return frozenset(_particular(title) for title in titles) - {""}
