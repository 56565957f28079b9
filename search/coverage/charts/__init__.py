"""Charts of coverage as Vega-Lite specifications, and those as SVG."""
