"""OAI-PMH from the other side: a folder of answers, or any source of records, as a repository."""
