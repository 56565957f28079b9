"""The search page: what was pasted, what was found, ways on from nothing, lists to take away."""
