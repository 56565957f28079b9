"""From the bytes of an answer to pages, records and headers."""
