"""The rooms of the house stand in one order, the list in CONTRIBUTING.md, and every import goes down that list."""

import pytest

from support import layers
from support.paths import ROOT

ROOMS = layers.listed_rooms((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def arrows():
    return layers.arrows(ROOT)


def report(messages):
    """Fail with all messages, one a line."""
    assert not messages, "\n" + "\n".join(messages)


def test_every_room_is_in_the_list():
    report(layers.rooms_not_as_listed(ROOT, ROOMS))


def test_a_room_uses_only_rooms_before_it(arrows):
    report(layers.arrows_up(arrows, ROOMS))


def test_no_modules_import_each_other_in_a_circle(arrows):
    report(layers.circles(arrows))


def test_no_room_has_more_than_a_sixth_of_the_lines():
    report(layers.rooms_too_large(layers.lines_by_room(ROOT)))


# The rest shows on a made-up tree that each of these is found.

HOUSE = {
    "textvec/__init__.py": '_HOMES = {"A": "textvec.low.a", "B": "textvec.high.b"}\n',
    "textvec/_version.py": '__version__ = "1"\n',
    "textvec/tokens.py": "from textvec.low.a import A as A\n",
    "textvec/low/__init__.py": "",
    "textvec/low/a.py": "from textvec._version import __version__\n\n\nclass A: ...\n",
    "textvec/high/__init__.py": "",
    "textvec/high/b.py": "import numpy\nfrom textvec.low.a import A\n\n\nclass B(A): ...\n",
    "cli/__init__.py": "",
    "cli/main.py": "from textvec import A, B, __version__\nfrom textvec.cli import output\n",
    "cli/output.py": "",
}


@pytest.fixture
def tree(tmp_path):
    """Return a function that makes the house above with other files in it, and returns its folder."""

    def make(**changes):
        for name, text in (HOUSE | {name.replace("__", "/") + ".py": text for name, text in changes.items()}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


def ups(root):
    return layers.arrows_up(layers.arrows(root), ["low", "high", "cli"])


def test_a_house_in_order(tree):
    root = tree()
    assert layers.rooms_not_as_listed(root, ["low", "high", "cli"]) == []
    assert ups(root) == []
    assert layers.circles(layers.arrows(root)) == []


def test_the_list_is_the_table_of_its_section():
    page = (
        "## Else\n| `textvec/no/` | |\n## The house\n| room | |\n|---|---|\n| `textvec/low/` | `textvec/b/` |\n"
        "| `cli/` | |\n\n## More\n| `textvec/no/` | |\n"
    )
    assert layers.listed_rooms(page) == ["low", "cli"]


def test_a_room_that_is_not_in_the_list_or_not_there_is_found(tree):
    assert layers.rooms_not_as_listed(tree(textvec__stray="x = 1\n"), ["low", "low", "gone", "high", "cli"]) == [
        "gone is in the list, but has no files",
        "stray has files, but is not in the list",
        "low is in the list twice",
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1, "from textvec.high.b import B\n"),
        (1, "import textvec.high.b\n"),
        (1, "from textvec.high import b\n"),
        (2, "\nfrom ..high.b import B\n"),
        (3, "def f():\n    if f:\n        from textvec.high.b import B\n"),
        (3, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from textvec.high.b import B\n"),
        (3, "from importlib import import_module\n\nimport_module('textvec.high.b')\n"),
        (1, "_HOMES = {'B': 'textvec.high.b'}\n"),
        (1, "REGISTRY = {'b': 'textvec.high.b:B'}\n"),
        (1, "REGISTRY = {'b': 'textvec.high.b.B'}\n"),
    ],
)
def test_an_arrow_up_is_found_wherever_it_stands(tree, line, text):
    (message,) = ups(tree(textvec__low__a=text))
    assert message.startswith(f"textvec/low/a.py:{line}: textvec.low.a imports textvec.high")
    assert message.endswith("but low/ stands before high/ in the list")


@pytest.mark.parametrize("text", ["import textvec\n", "from textvec import A\n", "from textvec.tokens import A\n"])
def test_the_front_door_is_for_users_and_the_command_line(tree, text):
    (message,) = ups(tree(textvec__high__b=text))
    assert message.startswith("textvec/high/b.py:1: textvec.high.b imports textvec")
    assert "for users" in message


def test_a_room_that_uses_the_command_line_is_found(tree):
    (message,) = ups(tree(textvec__high__b="from textvec.cli.output import table\n"))
    assert message.startswith("textvec/high/b.py:1: textvec.high.b imports textvec.cli.output")


def test_a_circle_is_found_lazy_or_not(tree):
    root = tree(
        textvec__high__b="from textvec.high import c\n",
        textvec__high__c="def f():\n    from textvec.high.d import g\n",
        textvec__high__d="\n\nimport textvec.high.b\nimport textvec.low.a\n",
    )
    (message,) = layers.circles(layers.arrows(root))
    assert message.splitlines()[1:] == [
        "  textvec/high/b.py:1: textvec.high.b imports textvec.high.c",
        "  textvec/high/c.py:2: textvec.high.c imports textvec.high.d",
        "  textvec/high/d.py:3: textvec.high.d imports textvec.high.b",
    ]
    assert ups(root) == []


def test_a_large_room_is_found(tree):
    root = tree(textvec__high__b="\n" * 300, textvec__low__a="\n" * 50, cli__main="\n" * 45)
    (message,) = layers.rooms_too_large(layers.lines_by_room(root))
    assert message.startswith("high/ has 300 of 398 lines, 75.4%")
