"""The web server: one file a protocol or a group of pages."""
