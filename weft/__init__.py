"""The product as a whole: command line, configuration, pipeline and the bundled sample."""
