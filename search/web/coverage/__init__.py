"""The coverage page: what is asked of it, the table it is measured from, what it shows."""
