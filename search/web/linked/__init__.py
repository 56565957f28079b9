"""Every minted IRI as a page and as RDF, and the links that lead from one to the next."""
