"""How Sphinx builds the site: `sphinx-build -W -n docs FOLDER`, or `make docs`. It needs no network."""

from __future__ import annotations

import importlib
import inspect
import re
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from fashionkit.version import __version__

project = "fashionkit"
author = "The fashionkit developers"
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
highlight_language = "text"
suppress_warnings = ["myst.header"]  # what is included begins below the title of the page

html_theme = "furo"
html_title = "fashionkit"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#9c3b1f", "color-brand-content": "#9c3b1f"},
    "dark_css_variables": {"color-brand-primary": "#f0916f", "color-brand-content": "#f0916f"},
}
# The prompt and the output of a session in Python are not copied.
copybutton_prompt_text = ">>> "
copybutton_only_copy_prompt_lines = True

default_role = "literal"  # docstrings write `name` as Markdown does
nitpicky = True
autosummary_generate = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # the signature has them

# Rooms whose public names are documented, the front door first: a name is linked to where it stands first.
ROOMS = (
    "fashionkit",
    "fashionkit.catalogue",
    "fashionkit.datasets",
    "fashionkit.evaluation",
    "fashionkit.explain",
    "fashionkit.export",
    "fashionkit.heads",
    "fashionkit.losses",
    "fashionkit.metrics",
    "fashionkit.runtime",
    "fashionkit.service",
    "fashionkit.training",
)
# Types of other packages, which the site cannot link to without a network, and a variable of types.
nitpick_ignore_regex = [(r"py:.*", r"(?!fashionkit\.).*"), (r"py:class", r".*\.T")]

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
# What reStructuredText would read as markup outside of `literals`: |d|, bool_.
MARKS = re.compile(r"(`[^`]*`)|(\||(?<=\w)_(?!\w))")


def plain_docstrings(*event: Any) -> None:
    """Makes of a docstring, which is plain text for the eye, what reStructuredText reads alike."""
    lines: list[str] = event[-1]
    paragraphs = [[*group] for blank, group in groupby(lines, key=lambda line: not line) if not blank]
    lines[:] = []
    for before, paragraph in zip([[""], *paragraphs], paragraphs, strict=False):
        if paragraph[0].lstrip().startswith(">>>"):
            shown = paragraph
        elif re.match(r"\w+ = \w", paragraph[0]):
            shown = ["::", "", *indent("\n".join(paragraph), "    ").splitlines()]
        elif paragraph[0].startswith("    ") and re.match(r"\S", before[-1]):
            shown = ["::", "", *paragraph]
        else:
            shown = [MARKS.sub(lambda found: found[1] or "\\" + found[2], line) for line in paragraph]
        lines += [*shown, ""]


def add_results(_app: Sphinx, page: str, source: list[str]) -> None:
    """Puts every page of measurements onto the page of benchmarks, as its command wrote it."""
    if page == "benchmarks":
        files = sorted(RESULTS.glob("*.md"))
        source[0] += "".join(
            f"```{{include}} ../benchmarks/results/{file.name}\n:heading-offset: 1\n```\n\n" for file in files
        )


def public_names() -> dict[str, str]:
    """By the full name of what a room hands on, the name under which the site documents it."""
    found: dict[str, str] = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        for name in module.__all__:
            value = getattr(module, name)
            setattr(module, name, value)  # autodoc does not see what is imported late
            if inspect.isclass(value) or inspect.isfunction(value):
                found.setdefault(f"{value.__module__}.{value.__qualname__}", f"{room}.{name}")
    return found


def link_to_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Links a name in a signature, which is that of the file it stands in, to where the site documents it."""
    if node.get("refdomain") != "py":
        return None
    public = PUBLIC.get(node["reftarget"])
    if public is None:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", public, node, contnode)


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls it."""
    # Before napoleon, which is at 500 and rewrites the sections.
    app.connect("autodoc-process-docstring", plain_docstrings, priority=400)
    app.connect("source-read", add_results)
    app.connect("missing-reference", link_to_public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


PUBLIC = public_names()
