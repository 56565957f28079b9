"""How the server is run: its settings, what it counts, logs, limits and believes of a proxy."""
