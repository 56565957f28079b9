"""The holdings page: an uploaded list arrives, is matched in a process, and is answered."""
