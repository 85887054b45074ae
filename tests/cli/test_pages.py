"""What the pages show of the command line: their commands run and print what is shown, and every option is named."""

import re
import shlex
import subprocess

import click
import pytest

from support.paths import PAGES, ROOT
from support.shell import TEXTVEC, environment, run

COMMANDS = ROOT / "docs" / "commands"  # a page a command, and cli.md with what they share


def commands_of(page):
    """Return the commands of a page, each with what is shown of its output: below it, or in the block that follows."""
    text = page.read_text(encoding="utf-8")
    found = []
    for block, beneath in re.findall(r"^```console\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", text, re.DOTALL | re.M):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        for part in parts:
            command, _, shown = part.partition("\n")
            if re.search(r"(^|[|&(] ?)textvec ", command):
                found.append((command, shown or (beneath if len(parts) == 1 else "")))
    return found


def ran(command, folder, **variables):
    """Run a command, in this process if it needs no shell; return its exit code and what it printed and said."""
    if not re.search(r"[|&;<>$`(]", command):
        return run(*shlex.split(command)[1:], **variables)
    command = re.sub(r"(^|[|&(] ?)textvec ", rf"\1{shlex.quote(str(TEXTVEC))} ", command)
    shell = ["bash", "-euo", "pipefail", "-c", command]
    process = subprocess.run(shell, capture_output=True, cwd=folder, env=environment(**variables), check=False)
    return process.returncode, process.stdout.decode(), process.stderr.decode()


@pytest.mark.parametrize("page", filter(commands_of, PAGES), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands(page, tmp_path, monkeypatch):
    """The commands of a page are one session, run where there is nothing but the corpora, and no data."""
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    for command, shown in commands_of(page):
        code, printed, said = ran(command, tmp_path, COLUMNS="80", NO_COLOR="1", TEXTVEC_DATA=str(tmp_path / "data"))
        assert code == 0, said
        assert printed or re.search(r"textvec: .* holds [\d,]+ (documents|rows|words)", said), command
        if shown:
            lines, expected = [line.rstrip() for line in printed.splitlines()], shown.splitlines()
            if expected[-1] == "...":
                expected.pop()
                lines = lines[: len(expected)]
            assert lines == expected, command


def test_every_command_and_option_is_on_its_page():
    from textvec.cli.main import cli

    assert sum(len(commands_of(page)) for page in COMMANDS.glob("*.md")) >= 30
    commands = dict(cli.commands)
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            commands |= {f"{name} {each}": inner for each, inner in command.commands.items()}
    for name, command in commands.items():
        pages = [COMMANDS / each for each in (f"{name.split()[0]}.md", "cli.md")]
        page = "\n".join(path.read_text(encoding="utf-8") for path in pages)
        assert f"textvec {name}" in page
        named = set(re.findall(r"-[\w-]+", page))
        for option in command.params:
            if isinstance(option, click.Option):
                assert set(option.opts) <= named, (name, option.name)
