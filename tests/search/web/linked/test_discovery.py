"""What robots and validators look for."""

from urllib.robotparser import RobotFileParser

import rdflib


async def test_robots_may_read_what_has_an_address_and_not_what_is_asked(linked):
    response = await linked.get("/robots.txt")
    assert (response.status, response.content_type) == (200, "text/plain")
    rules = RobotFileParser()
    rules.parse((await response.text()).splitlines())
    for path in ("/", "/id/datadatadatad", "/record/zenodo/oai:x", "/void", "/about"):
        assert rules.can_fetch("Googlebot", f"http://weft.test{path}")
    for path in ("/search?q=a", "/sparql?query=ASK{}", "/api/v1/search", "/pid/doi/10.1/a"):
        assert not rules.can_fetch("Googlebot", f"http://weft.test{path}")


async def test_shapes_stand_beside_the_vocabulary(linked):
    for path, subject in (
        ("/ns", "https://w3id.org/weft"),
        ("/ns/shapes", "https://w3id.org/weft/shapes"),
        ("/ns/shapes.ttl", "https://w3id.org/weft/shapes"),
    ):
        response = await linked.get(path)
        assert (response.status, response.content_type) == (200, "text/turtle")
        graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
        assert (rdflib.URIRef(subject), None, None) in graph
