"""Measures Weft beside a peer or a limit in one run; prints ratios. `make bench`."""
