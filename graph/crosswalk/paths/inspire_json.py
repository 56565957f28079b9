"""INSPIRE's literature JSON."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    abstracts[].value arxiv_eprints[].categories[] arxiv_eprints[].value number_of_pages
    report_numbers[].value authors[].affiliations[].value authors[].full_name
    authors[].ids[].schema authors[].ids[].value authors[].inspire_roles[]
    collaborations[].value control_number corporate_author[] document_type[] dois[].material
    dois[].value earliest_date external_system_identifiers[].schema
    external_system_identifiers[].value first_author.full_name imprints[].date
    imprints[].publisher inspire_categories[].term isbns[].value keywords[].schema
    keywords[].value languages[] license[].license license[].material license[].url
    persistent_identifiers[].material persistent_identifiers[].schema
    persistent_identifiers[].value preprint_date publication_info[].material
    publication_info[].parent_record.$ref publication_info[].year references[].reference.dois[]
    related_records[].record.$ref related_records[].relation related_records[].relation_freetext
    thesis_info.date titles[].subtitle titles[].title
"""

IGNORED: Final[dict[str, str]] = {
    "bookkeeping of INSPIRE": """
        $schema _collections[] **.source acquisition_source.** citation_count
        citation_count_without_self_citations citeable core created curated id
        legacy_creation_date legacy_version links.** refereed self.$ref texkeys[] updated
        uuid authors[].uuid authors[].signature_block references[].curated_relation
    """,
    "number of a person, institution or journal inside INSPIRE": """
        authors[].affiliations[].control_number authors[].affiliations[].record.$ref
        authors[].record.$ref publication_info[].journal_record.$ref
    """,
    "affiliation as printed; the curated one is read": "authors[].raw_affiliations[].value",
    "personal": "authors[].emails[]",
    "holder and year of copyright": "copyright[].**",
    "file or figure": "documents[].** figures[].**",
    "address in words, of a file or a page": "urls[].**",
    "note for the reader of the page": "public_notes[].**",
    "a journal in words, without identifier": """
        publication_info[].artid publication_info[].journal_issue
        publication_info[].journal_title publication_info[].journal_volume
        publication_info[].page_start publication_info[].page_end
        publication_info[].pubinfo_freetext
    """,
    "what a paper cites is INSPIRE's to tell; DOIs of data are read": """
        references[].raw_refs[].** references[].record.$ref references[].reference.**
    """,
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
