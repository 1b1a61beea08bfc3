"""How `make docs` builds the documentation site."""

import recipegen

project = "recipegen"
author = "The recipegen authors"
copyright = "2026, the recipegen authors"
release = version = recipegen.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["site"]
html_extra_path = ["notebook.ipynb"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
highlight_language = "text"

html_theme = "furo"
html_title = f"recipegen {release}"
html_copy_source = False
html_show_sphinx = False
