"""Charts as SVG without a browser; the one importer of vl-convert.

The specification is the one that a page hands to Vega; text is measured with the machine's fonts.
"""

from typing import Final

import vl_convert

from search.coverage.charts.chart import Chart, Specification, configuration
from search.errors import SearchError

_VEGA_LITE: Final = "6.4"
_THIN: Final = {"decimal": ".", "thousands": "\u202f", "grouping": [3], "currency": ["", ""]}


class ChartError(SearchError):
    """A chart that could not be turned into a picture."""


def draw(chart: Chart, *, width: int = 680) -> str:
    """The picture of a chart as an SVG element.

    Args:
        chart: what is drawn; it holds all its data, nothing is fetched.
        width: pixels; a wide chart has the width that it needs.

    Raises:
        ChartError: the specification cannot be drawn.
    """
    specification: Specification = dict(chart.specification)
    if specification.get("width") == "container":
        specification["width"] = width
    try:
        drawn = vl_convert.vegalite_to_svg(
            specification,
            vl_version=_VEGA_LITE,
            config=configuration(),
            format_locale=_THIN,
            allowed_base_urls=[],
        )
    except ValueError as error:
        raise ChartError(f"cannot draw a chart: {error}") from error
    return str(drawn)
