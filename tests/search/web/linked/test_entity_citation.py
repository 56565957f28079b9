"""An entity as a reference: what reference managers download, and the line to copy."""

import json

import pytest

DATA = "/id/datadatadatad"


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/vnd.citationstyles.csl+json"),
    ],
)
async def test_a_reference_is_a_file_of_its_own_type(linked, suffix, media_type):
    response = await linked.get(f"{DATA}.{suffix}", headers={"Accept": "text/html"})
    assert (response.status, response.content_type) == (200, media_type)
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="datadatadatad.{suffix}"'
    )
    assert "Spectra of a lamp" in await response.text()


async def test_csl_names_the_creators_in_order(linked):
    [item] = json.loads(await (await linked.get(f"{DATA}.csl.json")).text())
    assert [each.get("family") for each in item["author"]][:2] == ["Carberry", "Aa"]


async def test_ris_is_one_reference_line_by_line(linked):
    lines = (await (await linked.get(f"{DATA}.ris")).text()).split()
    assert lines[:3] == ["TY", "-", "DATA"]
    assert lines.count("TY") == lines.count("ER") == 1


async def test_the_page_shows_the_line_to_cite_and_leads_to_the_files(linked):
    text = await (await linked.get(DATA, headers={"Accept": "text/html"})).text()
    assert "Carberry, Josiah" in text[text.index('id="citation"') :][:200]
    for suffix in ("bib", "ris", "csl.json"):
        assert f'href="{DATA}.{suffix}"' in text


@pytest.mark.parametrize("suffix", ["bib", "ris", "csl.json"])
async def test_a_merged_a_gone_and_an_unknown_entity_answer_as_their_pages_do(linked, suffix):
    moved = await linked.get(f"/id/mergedmergedm.{suffix}", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, f"{DATA}.{suffix}")
    gone = await linked.get(f"/id/gonegonegoneg.{suffix}")
    assert (gone.status, gone.content_type) == (410, "application/json")
    assert (await linked.get(f"/id/aaaaaaaaaaaaa.{suffix}")).status == 404


async def test_a_form_that_is_no_form_of_reference_is_not_found(linked):
    for suffix in ("csl", "bibtex", "json"):
        assert (await linked.get(f"{DATA}.{suffix}")).status == 404
