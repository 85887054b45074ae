"""The manifest of a folder of parts: the names of its files and what is in them, and the schema that it is held to.

Tested in tests/distributed/test_parts.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing
from textvec._common.parsing import parsing, unreadable
from textvec._version import __version__
from textvec.distributed._part_files import LAYOUTS, PartKind, part_names
from textvec.index.storage.mapped import check_regular
from textvec.index.storage.schema import (
    SHA256,
    TEXT,
    Either,
    Kind,
    Mapped,
    check,
    checked_head,
    name_of,
    one_of,
    whole,
    with_head,
)

FORMAT, VERSION = "textvec parts", 1
MANIFEST, ESTIMATOR, FEATURE_NAMES = "manifest.json", "estimator.textvec", "feature_names.json"
PART = re.compile(r"part-\d{5,}\.(?:npz|npy|parquet|kept\.parquet)")

_FILE = {"size": whole(1), "sha256": SHA256}
_NUMBERS = Kind(
    "a type of numbers", lambda value: isinstance(value, str) and bool(re.fullmatch(r"[<|][biuf]\d", value))
)
_NAMES = Kind(
    "a list of strings", lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value)
)
_SCHEMA = {
    "textvec": TEXT,
    "layout": one_of(LAYOUTS),
    "is_sparse": Kind("true or false", lambda value: isinstance(value, bool)),
    "dtype": _NUMBERS,
    "n_columns": whole(1),
    "keep": _NAMES,
    "feature_names": Either(one_of((FEATURE_NAMES,))),
    "estimator": one_of((ESTIMATOR,)),
    "identity": {
        "textvec": TEXT,
        "estimator": SHA256,
        "documents": SHA256,
        "format": one_of(LAYOUTS),
        "keep": _NAMES,
    },
    "files": Mapped(one_of((ESTIMATOR, FEATURE_NAMES)), _FILE),
    "parts": [{"n_rows": whole(0), "n_values": whole(0), "files": Mapped(name_of("a part", PART), _FILE)}],
}
"""What the content of a manifest is: what all parts have in common, see `PartKind`; what the run was, and of each part,
in order, how many rows and values it has, and the size and the SHA-256 of its files.
"""


def write_content(folder: Path, content: Mapping[str, Any]) -> None:
    """Write a manifest, whole or not at all."""
    with replacing(folder / MANIFEST) as [file]:
        file.write(with_head(FORMAT, VERSION, content))


def read_content(folder: Path) -> dict[str, Any]:
    """Return the content of the manifest in a folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is not what was written, or of a newer version.
    """
    path = folder / MANIFEST
    with parsing(lambda what: unreadable(f"{path} is not the manifest of a folder of parts: {what}.")):
        try:
            check_regular(path)
        except (FileNotFoundError, NotADirectoryError):
            if not folder.exists():
                raise FileNotFoundError(
                    f"There is no folder {folder}. Parts are written by transform(..., output)."
                ) from None
            raise FileNotFoundError(
                f"{folder} has no {MANIFEST}, which is there when all parts are: start transform(..., output) again, "
                "and it goes on."
            ) from None
        content: dict[str, Any] = checked_head(json.loads(path.read_bytes()), FORMAT, VERSION, _newer)["content"]
        check(content, _SCHEMA, "")
        kind = kind_of(content)
        for number, part in enumerate(content["parts"]):
            if set(part["files"]) != set(part_names(number, kind)):
                raise ValueError(f"its part {number} has the files {sorted(part['files'])!r:.80}")
        if set(content["files"]) != {content["estimator"], content["feature_names"]} - {None}:
            raise ValueError("its 'files' are not those that it names elsewhere")
        return content
    raise AssertionError  # `parsing` raises


def _newer(version: int) -> ValueError:
    return ValueError(
        f"it is of version {version}, and this textvec, {__version__}, reads versions up to {VERSION}. Install a newer "
        "textvec"
    )


def kind_of(content: Mapping[str, Any]) -> PartKind:
    """Return what all parts have in common."""
    return PartKind(**{name: content[name] for name in PartKind._fields} | {"keep": tuple(content["keep"])})
