"""Companions: services that add what a source's OAI-PMH output leaves out.

What they are asked for and what they answer is staged under the companion's own name, as a source
of its own, each JSON body as it came.
"""
