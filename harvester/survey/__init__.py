"""What a repository offers, and what harvesting it would cost."""
