"""Sphinx's settings for the site that `make docs` builds.

The pages are the project's own files, which are not copied: the documents, the README, the students' notebooks, and
docstrings. Only the front page, and the pages that list notebooks and modules, are in this folder.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]  # the extensions in this folder, and autograder

project = "gradlab"
author = "the gradlab developers"
copyright = author
html_title = "gradlab"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "accessible",
    "literal_blocks",
    "mathml",
]
root_doc = "docs/site/index"
include_patterns = [
    "docs/**.md",
    "assignments/README.md",
    "assignments/*/*.ipynb",
    "data/README.md",
    "source/gradlab/checks/help.md",
    "deploy/README.md",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]

# Markdown as code hosts read it, so that a page looks the same there.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
nb_execution_mode = "off"  # students get the notebooks without outputs

default_role = "py:obj"  # docstrings name functions in `single backticks`
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings give types together with shapes
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_preprocess_types = False

html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
html_extra_path = ["start"]
html_static_path = ["static"]
html_css_files = ["narrow.css"]
html_theme_options = {
    # The reader's system fonts; nothing is fetched from elsewhere.
    "light_css_variables": {"font-stack": "system-ui, sans-serif", "font-stack--monospace": "ui-monospace, monospace"},
}
if repository := os.environ.get("GITHUB_REPOSITORY"):  # in the hosted workflow: link each page to its file
    html_theme_options |= {
        "source_repository": f"https://github.com/{repository}/",
        "source_branch": "main",
        "source_directory": "",
    }
