"""How much of what there is a release covers: table, selection, measures, report, pictures."""
