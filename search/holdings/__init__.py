"""Reading lists of libraries, row by row against a release: what it has of them and lacks."""
