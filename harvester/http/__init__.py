"""How a host is asked: connections, redirects, turns and waits."""
