"""The manifest of an index: what the files in its folder are.

    {"format": "textvec index", "version": 2, "sha256": of the content, "content": {
        "textvec": the version that wrote it,
        "generation": how many changes were committed,
        "identity": of the index, the same through all changes,
        "next_id": ..., "backend": ...,       see `Collection`
        "encoder": {"kind", "name", "file", "query_file", "query_reason"},
        "chunker": its parameters, or null,
        "segments": [{"name", "backend", "n_documents", "deleted"}, ...],
        "files": {name: {"size", "sha256"}, ...}}}

Version 1, of textvec 0.1.0, is read as well: it had "approximate" instead of "backend", "parts" instead of "segments",
and no description of the encoder for queries.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing
from textvec._version import __version__
from textvec.encoders.encode import TRANSFORMER
from textvec.index.errors import DamagedIndexError, corrupt_file_message
from textvec.index.rows.base import BACKENDS

INDEX_FORMAT, VERSION = "textvec index", 2
MANIFEST = "manifest.json"
OWN_NAME = re.compile(
    r"segment-\d+-\d+(/\w+\.(npy|arrow))?|deleted-\d+-\d+\.npy|encoder-\d+\.textvec|query-\d+\.textvec"
)
"""The names of files and folders that an index makes, besides its manifest and lock."""

_KEYS = {"textvec", "identity", "generation", "next_id", "backend", "chunker"}
_ENCODER_KEYS = {"kind", "name", "file", "query_file", "query_reason"}
_SEGMENT_KEYS = {"name", "backend", "n_documents", "deleted"}
_OLD_BACKENDS = {"approximate": "hnsw"}  # what version 1 called it


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the content of the manifest in a folder, as this version writes it.

    Raises
    ------
    FileNotFoundError
        If there is none.
    DamagedIndexError
        If it is not what was written, or of a newer version.
    """
    try:
        text = (path / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        what = f"{path} is no index: it has no {MANIFEST}" if path.exists() else f"There is no folder {path}"
        raise FileNotFoundError(f"{what}.") from None
    try:
        head = json.loads(text)
        if head["format"] != INDEX_FORMAT:
            raise ValueError("it is that of something else")
        if head["version"] > VERSION:
            raise DamagedIndexError(
                f"The index at {path} is of format version {head['version']}, and this textvec, {__version__}, "
                f"reads versions up to {VERSION}. Install a newer textvec."
            )
        content: dict[str, Any] = head["content"]
        if head["sha256"] != _checksum(content):
            raise ValueError("its content is not what was written")
        if head["version"] < 2:
            content = _from_version_1(content)
        _check(content)
    except DamagedIndexError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError(corrupt_file_message(path / MANIFEST, str(error))) from None
    return content


def write_manifest(path: Path, content: Mapping[str, Any]) -> None:
    """Replace the manifest in a folder, in one step."""
    head = {"format": INDEX_FORMAT, "version": VERSION, "sha256": _checksum(content), "content": content}
    with replacing(path / MANIFEST) as (file,):
        file.write(json.dumps(head, indent=1).encode())


def _check(content: Mapping[str, Any]) -> None:
    segments, encoder = content["segments"], content["encoder"]
    named = {*content["files"], encoder["file"], encoder["query_file"]}
    for segment in segments:
        named |= {segment["name"], segment["deleted"]}
        if not segment.keys() >= _SEGMENT_KEYS:
            raise ValueError("it does not say all that it must of a segment")
    stray = next((name for name in named - {None} if not OWN_NAME.fullmatch(name)), None)
    if stray is not None:
        raise ValueError(f"it names {stray!r}, which is no file of an index")
    if content["backend"] not in BACKENDS:
        raise ValueError(f"there is no backend {content['backend']!r:.60}")
    if not content.keys() >= _KEYS or not encoder.keys() >= _ENCODER_KEYS:
        raise ValueError("it does not say all that it must")


def _from_version_1(content: dict[str, Any]) -> dict[str, Any]:
    content = dict(content)
    segments = [
        {
            "name": part["segment"],
            "backend": _OLD_BACKENDS.get(part["rows"], part["rows"]),
            "n_documents": part["n_documents"],
            "deleted": part["deleted"],
        }
        for part in content.pop("parts")
    ]
    approximate = content.pop("approximate")
    reason = None
    if content["encoder"]["kind"] == TRANSFORMER:
        reason = f"textvec {content['textvec']}, which wrote the index, did not describe it; saving it again does"
    encoder = {**content["encoder"], "query_file": None, "query_reason": reason}
    backend = segments[-1]["backend"] if segments else "hnsw" if approximate else "dense"
    return {**content, "segments": segments, "backend": backend, "encoder": encoder}


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
