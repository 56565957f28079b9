"""The parts of the stage: tables, windows, records, look-ups, compression."""
