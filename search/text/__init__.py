"""Full text: one protocol, one file or more for each engine behind it."""
