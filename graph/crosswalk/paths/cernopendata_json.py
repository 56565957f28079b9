"""CERN Open Data's own JSON."""

from typing import Final

from graph.crosswalk.paths.table import PathTable

_MAPPED: Final = """
    abstract.description abstract.links[].recid abstract.links[].url accelerator
    authors[].affiliation authors[].rorid distribution.formats[] distribution.size
    distribution.number_files distribution.number_events authors[].inspireid authors[].name
    authors[].orcid categories.primary
    categories.secondary[] collaboration.name collision_information.energy
    collision_information.type date_created[] date_published date_reprocessed doi experiment[]
    keywords[] language license.attribution links[].recid links[].url methodology.links[].recid
    methodology.links[].url note.links[].recid note.links[].url pileup.links[].recid
    pileup.links[].url publisher recid relations[].description relations[].doi relations[].recid
    relations[].type source_code_repository.url system_details.recid title title_additional
    type.primary type.secondary[] usage.links[].recid usage.links[].url use_with.links[].recid
    use_with.links[].url validation.links[].recid validation.links[].url
"""

IGNORED: Final[dict[str, str]] = {
    "words beside a link, or about the record's use": """
        **.links[].description **.links[].title links[].description links[].title
        usage.description use_with.description pileup.description note.description
        validation.description methodology.description
        source_code_repository.description system_details.description relations[].title
    """,
    "number of a thing inside the portal, or of the experiment's own systems": """
        categories.source cms_confdb_id collaboration.group collaboration.recid
        collections[] signature[]
    """,
    "how the data were taken, selected and processed: physics, in the record itself": """
        magnet_polarity run_numbers[] run_period[] stripping.** methodology.steps[].**
        system_details.container_images[].** system_details.global_tag
        system_details.release
    """,
    "cross sections: physics, in the record itself": "cross_section.**",
    "meaning of the columns: physics, in the record itself": """
        dataset_semantics[].** dataset_semantics_files.**
    """,
    "further counts beside size, files and events": "distribution.**",
    "address of a file": "files[].** file_indices[].** _files[].** _file_indices[].**",
    "bookkeeping of the portal": "$schema _bucket control_number",
    "print before publication, in words": "prepublication.**",
}
"""Paths by the reason why they are left out."""

TABLE: Final = PathTable(_MAPPED.split(), IGNORED)
