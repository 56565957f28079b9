"""A search as portals, the command line and Python ask it, and its answer."""
