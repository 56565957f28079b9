"""The documentation site: `sphinx-build -W --keep-going docs build/docs`.

Nothing is loaded from another host: no fonts, no scripts. Notebooks run while the site is built.
"""  # noqa: INP001  # Sphinx reads this folder, it is no package

import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # docs.generate, and the packages themselves

project = "Weft"
release = version = installed_version("weft")
copyright = "the contributors of Weft; MIT licence"  # noqa: A001  # Sphinx's word
language = "en"
smartquotes = False  # a command line keeps its hyphens and quotation marks

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "docs.generate",
]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["**.ipynb_checkpoints", "generate"]
suppress_warnings = ["misc.highlighting_failure"]  # JSON that is shown in part is no JSON
highlight_language = "none"
default_role = "code"  # docstrings write `names` as Markdown does
nitpicky = True
nitpick_ignore_regex = [
    # names in signatures other than those of the page on Python: of other libraries, whose
    # inventories are not fetched while building, and of our own files
    (r"py:.*", r"(?!weft\.\w+$).*"),
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_cache_path = os.environ.get(
    "WEFT_DOCS_NOTEBOOKS", str(ROOT / "build" / "docs-notebooks")
)
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
napoleon_numpy_docstring = False

html_theme = "furo"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"
html_title = "Weft"
html_static_path = ["_static"]
html_css_files = ["weft.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options: dict[str, list[str]] = {"footer_icons": [], "top_of_page_buttons": []}
