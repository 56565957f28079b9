"""What is taken away from a release: entities and links as files, a format each; whole dumps."""
