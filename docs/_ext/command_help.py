"""What `textvec NAME --help` says, at the end of docs/commands/NAME.md, for each command of the package."""

import click

from textvec.cli.main import cli

FOLDER = "commands/"
WIDTH = 80  # characters a line, as in a terminal


def helps(command, above):
    """Yield the help of a command, and of the commands in it."""
    context = click.Context(
        command, info_name=command.name, parent=above, terminal_width=WIDTH, max_content_width=WIDTH
    )
    yield context.get_help()
    for each in getattr(command, "commands", {}).values():
        yield from helps(each, context)


def add_help(app, docname, source):
    """Add the help of a command to its page."""
    command = cli.commands.get(docname.removeprefix(FOLDER)) if docname.startswith(FOLDER) else None
    if command is not None:
        parts = [f"```text\n{text}\n```" for text in helps(command, click.Context(cli, info_name="textvec"))]
        source[0] = "\n\n".join([source[0].rstrip(), "## The help of the command", *parts]) + "\n"


def setup(app):
    """Change the sources as they are read."""
    app.connect("source-read", add_help)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
