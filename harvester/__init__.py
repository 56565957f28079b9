"""OAI-PMH in both directions: harvesting repositories into the stage, and answering as one."""
