import json

import numpy as np
import pytest

from textvec._common.parsing import parsing, unreadable


def named(what):
    return unreadable(f"v.json: {what}")


@pytest.mark.parametrize(
    ("parse", "message"),
    [
        (lambda: json.loads("{"), r"v\.json: Expecting property name"),
        (lambda: json.loads("[" * 100_000), r"v\.json: it is nested too deeply"),
        (lambda: {}["words"], r"v\.json: it lacks 'words'"),
        (lambda: [].append(), r"v\.json: .*append\(\) takes exactly one argument"),
        (lambda: np.zeros(2).reshape(3), r"v\.json: cannot reshape"),
        (lambda: (_ for _ in ()).throw(AssertionError), r"v\.json: AssertionError"),
        (lambda: (_ for _ in ()).throw(OSError("odd")), r"v\.json: odd"),
        (lambda: (_ for _ in ()).throw(ValueError("x" * 10_000)), r"v\.json: x{2000}$"),
    ],
)
def test_whatever_a_parser_raises_names_the_file(parse, message):
    with pytest.raises(ValueError, match=message), parsing(named):
        parse()


@pytest.mark.parametrize(
    "error",
    [
        unreadable("w.json: it is empty"),
        MemoryError("no memory"),
        PermissionError(13, "Permission denied", "v.json"),
        OSError(5, "Input/output error"),
        FileNotFoundError("v.json has no vocabulary"),
        UserWarning("as an error"),
        KeyboardInterrupt(),
    ],
    ids=repr,
)
def test_what_says_nothing_of_the_file_stays(error):
    with pytest.raises(type(error)) as raised, parsing(named):
        raise error
    assert raised.value is error


def test_the_innermost_name_is_kept():
    with (
        pytest.raises(ValueError, match=r"^v\.json: its member 3: 'x'$"),
        parsing(lambda what: unreadable(f"outer {what}")),
        parsing(lambda what: named(f"its member 3: {what}")),
    ):
        raise TypeError("'x'")
