"""Companions: services that add what a source's OAI-PMH output leaves out.

What they are asked for and what they answer is staged under the companion's own name, as a source
of its own, each JSON body as it came.
"""

from harvester.companion.accompany import accompany
from harvester.companion.cernopendata import wanted_records
from harvester.companion.inspire import wanted_papers
from harvester.companion.wanted import Companion, Wanted

__all__ = ["Companion", "Wanted", "accompany", "wanted_papers", "wanted_records"]
