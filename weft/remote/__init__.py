"""Remote SPARQL endpoints: asked politely, within limits, their answers checked."""
