"""What a saved estimator is, as a number: the same for the same estimator, whenever and wherever it was saved.

The bytes of a file of `textvec.save` are not, where it holds objects of scikit-learn: skops writes the time, and the
addresses of objects in memory.

Tested in tests/distributed/test_digest.py.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any


def estimator_digest(path: Path) -> str:
    """Return the SHA-256 of what a file of `textvec.save`, which this process has written, holds.

    Examples
    --------
    >>> import tempfile, textvec
    >>> vectorizer = textvec.TfidfVectorizer().fit(["red sea"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in "ab":
    ...         textvec.save(vectorizer, Path(folder, name))
    ...     estimator_digest(Path(folder, "a")) == estimator_digest(Path(folder, "b"))
    True
    """
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        digests = {}
        for name in manifest["members"]:
            with archive.open(name) as file:
                digests[name] = _of_skops(file) if name.endswith(".skops") else _of_bytes(file)
    return _of_json([manifest["object"], digests])


def _of_skops(file: Any) -> str:
    with zipfile.ZipFile(file) as archive:
        digests = {}
        for name in archive.namelist():
            with archive.open(name) as member:
                digests[name] = _of_bytes(member)
        return _of_json(_without_addresses(json.loads(archive.read("schema.json")), digests))


def _without_addresses(node: Any, digests: dict[str, str]) -> Any:
    """Return what skops says of objects, without their addresses, and with digests instead of names of files."""
    if isinstance(node, list):
        return [_without_addresses(each, digests) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {name: each for name, each in node.items() if name != "__id__"}
    if isinstance(kept.get("file"), str):
        kept["file"] = digests.get(kept["file"], kept["file"])
    return {name: _without_addresses(each, digests) for name, each in kept.items()}


def _of_json(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _of_bytes(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
