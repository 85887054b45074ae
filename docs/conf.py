"""How Sphinx builds the documentation site; `make docs` runs it. Nothing in the pages comes from the network."""

import sys
from pathlib import Path

import textvec

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

project = "textvec"
copyright = "the textvec developers"  # noqa: A001  (Sphinx wants this name)
version = release = textvec.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    # Of docs/_ext:
    "api_pages",
    "command_help",
    "mathml",
    "repository_links",
    "traced_page",
]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
templates_path = ["_templates"]
smartquotes = False  # what is quoted is code, mostly
nitpicky = True
nitpick_ignore_regex = [("py:obj", ".*")]  # code that names nothing of ours, see default_role
suppress_warnings = ["config.cache"]  # the gallery's settings hold classes, so that the environment is read anew

# Markdown: anchors are those of GitHub, so that a link with one works in both places.
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_dmath_allow_space = False  # a formula touches its dollars, as on GitHub
html_math_renderer = "mathml"
myst_heading_anchors = 4

# Docstrings. What stands in single backticks is code, and a link where it names something public.
default_role = "code_or_link"
add_module_names = False
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings say it in words
autodoc_member_order = "bysource"
autosummary_generate = True
autosummary_ignore_module_all = False
numpydoc_show_class_members = False
numpydoc_use_plots = False

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "gallery",
    "filename_pattern": "plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "backreferences_dir": "gallery/backreferences",
    "doc_module": ("textvec",),
    "reference_url": {"textvec": None},
    "download_all_examples": False,
    "ignore_repr_types": r"matplotlib",
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "textvec"
html_show_search_summary = False  # which a page that is opened without a server cannot fetch
html_static_path = ["_static"]
html_css_files = ["textvec.css"]
html_js_files = ["textvec.js"]
# Pages without others below them have no list of these.
WITHOUT_PARTS = ["five_minutes", "i_want_to", "deployment", "reliability", "benchmarks", "changelog", "contributing"]
html_sidebars = {page: [] for page in WITHOUT_PARTS}
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "textvec"},
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "search_bar_text": "Search the documentation",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
