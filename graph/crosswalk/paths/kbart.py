"""KBART rows: the columns of both versions of the recommended practice, in lower case."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    access_type date_monograph_published_online date_monograph_published_print first_author
    first_editor monograph_edition notes online_identifier parent_publication_title_id
    preceding_publication_title_id print_identifier publication_title publication_type
    publisher_name title_id title_url
"""

IGNORED: Final[dict[str, str]] = {
    "which issues of a serial the provider has: no work is an issue": """
        coverage_depth coverage_notes date_first_issue_online date_last_issue_online embargo_info
        num_first_issue_online num_first_vol_online num_last_issue_online num_last_vol_online
    """,
    "number of a volume in its series, for which a work has no place": "monograph_volume",
    "number inside WorldCat; listed as a problem": "oclc_control_number",
}
"""Columns by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
