"""Traces within a page: the block `{trace}` holds a command `textvec trace ...`, and shows the page that it writes.

Where Markdown is shown without Sphinx, as on GitHub, the block is the command.
"""

import shlex
import subprocess
import sys
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

ROOT = Path(__file__).parents[2]
FOLDER = "traces"  # within the site


class Trace(SphinxDirective):
    """Run the command, and put its page into a frame."""

    has_content = True

    def run(self):
        """Return the frame, and a link to the page on its own."""
        command = " ".join(self.content)
        builder = self.env.app.builder
        if builder.format != "html":
            return [nodes.literal_block(command, command)]
        number = self.env.new_serialno(FOLDER)
        name = f"{FOLDER}/{self.env.docname.replace('/', '-')}-{number + 1}.html"
        target = Path(builder.outdir, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        program, *arguments = shlex.split(command)
        if program != "textvec" or arguments[:1] != ["trace"]:
            raise self.error(f"a trace is made by a command `textvec trace ...`, not by: {command}")
        done = subprocess.run(
            [sys.executable, "-m", "textvec", *arguments, "--html", target], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            raise self.error(f"{command}: {done.stderr}")
        here = relative_uri(builder.get_target_uri(self.env.docname), name)
        what = escape(f"Trace: {command}")
        frame = f'<iframe class="trace" src="{here}" title="{what}" loading="lazy"></iframe>'
        link = f'<p><a href="{here}">The trace on a page of its own</a></p>'
        return [
            # Source and text are the same: where they differ, Sphinx colours nothing, and there is no copy button.
            nodes.literal_block(f"$ {command}", f"$ {command}", language="console"),
            nodes.raw("", frame + link, format="html"),
        ]


def setup(app):
    """Add the block."""
    app.add_directive("trace", Trace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
