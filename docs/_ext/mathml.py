"""Formulas as MathML, which browsers draw themselves: no script, and nothing from the network."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

# Sizes of brackets, which docutils does not know: browsers stretch brackets themselves.
SIZES = re.compile(r"\\[Bb]igg?[lr]?(?![A-Za-z])")

logger = logging.getLogger(__name__)


def write(writer, node, block):
    """Write a formula, or its TeX with a warning if that cannot be read."""
    source = SIZES.sub("", node.astext())
    try:
        markup = tex2mathml(source, as_block=block)
    except MathError as error:
        logger.warning("formula %r: %s", source, error, location=node)
        markup = f"<code>{writer.encode(source)}</code>"
    return markup


def visit_inline(writer, node):
    """Write a formula within a line."""
    writer.body.append(write(writer, node, block=False))
    raise nodes.SkipNode


def visit_block(writer, node):
    """Write a formula on lines of its own; a long one scrolls, and so must be reached by keyboard."""
    writer.body.append(f'<div class="formula" tabindex="0">{write(writer, node, block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app):
    """Offer the writer under the name that conf.py chooses."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
