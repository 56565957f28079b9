"""A release for assistants: a read-only server of the Model Context Protocol over stdio.

https://modelcontextprotocol.io/specification/
"""
