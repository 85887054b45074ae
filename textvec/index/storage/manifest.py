"""The manifest of an index: what the files in its folder are, and the schema that it is held to.

    {"format": "textvec index", "version": 3, "sha256": of the content, "content": what SCHEMA says}

Older versions are read as well. Version 1, of textvec 0.1.0, had "approximate" instead of "backend", "parts" instead of
"segments", and no description of the encoder for queries. Version 2 had no BM25, and knew cosines only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from textvec._common.atomic_files import draft_path
from textvec._version import __version__
from textvec.encoders.encode import FUNCTION, PRECOMPUTED, TRANSFORMER
from textvec.index.errors import DamagedIndexError, reading
from textvec.index.rows.base import BACKENDS
from textvec.index.storage.encoder_files import PREFIXES, EncoderWriters
from textvec.index.storage.mapped import check_regular
from textvec.weightings._bm25 import VARIANTS

INDEX_FORMAT, VERSION = "textvec index", 3
MANIFEST = "manifest.json"

_NUMBER = "(?:0|[1-9][0-9]*)"
SEGMENT_NAME = re.compile(rf"segment-{_NUMBER}-{_NUMBER}")
"""The names of the folders that an index makes."""
FILE_NAME = re.compile(
    rf"deleted-{_NUMBER}-{_NUMBER}\.npy|(?:dense_)?(?:encoder|query)-{_NUMBER}\.textvec|frequencies-{_NUMBER}\.npy"
)
"""The names of the files that an index makes beside its manifest and its lock."""
_IN_SEGMENT = re.compile(rf"{SEGMENT_NAME.pattern}/[a-z_]+\.(?:npy|arrow)")
_OLD_BACKENDS = {"sparse": "sparse", "dense": "dense", "approximate": "hnsw"}  # of version 1, and what they are called


class Kind(NamedTuple):
    """What a value of the manifest may be.

    Attributes
    ----------
    words : str
        What errors call it.
    holds : callable
        Tells whether a value is one.
    """

    words: str
    holds: Callable[[Any], bool]


class Mapped(NamedTuple):
    """An object whose keys are not fixed: of which kind they are, and what the schema of its values is."""

    keys: Kind
    values: Any


class Either(NamedTuple):
    """null, or what a schema says."""

    schema: Any


def _whole(low: int, high: int = 2**63 - 1) -> Kind:
    """Return the kind of integers within bounds; true and false are none, which Python takes for 1 and 0."""
    return Kind(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


def _one_of(names: Iterable[str]) -> Kind:
    names = tuple(names)
    return Kind(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)


def _name(what: str, pattern: re.Pattern[str]) -> Kind:
    """Return the kind of names that a pattern describes, so that none leads out of the folder."""
    return Kind(f"the name of {what}", lambda value: isinstance(value, str) and bool(pattern.fullmatch(value)))


def _real(high: float) -> Kind:
    """Return the kind of numbers from 0 to a bound."""
    return Kind(
        f"a number from 0 to {high:g}", lambda value: type(value) in (int, float) and 0 <= value <= high and value < inf
    )


_TEXT = Kind("a string", lambda value: isinstance(value, str))
_SHA256 = Kind("a SHA-256", lambda value: isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{64}", value)))
_DELETED = _name("a list of deleted documents", re.compile(rf"deleted-{_NUMBER}-{_NUMBER}\.npy"))
_OWN = _name("a file of an index", re.compile(f"{FILE_NAME.pattern}|{_IN_SEGMENT.pattern}"))

_ENCODER = {
    "kind": _one_of((TRANSFORMER, FUNCTION, PRECOMPUTED)),
    "name": _TEXT,
    "file": Either(_name("a file of an encoder", re.compile(rf"(?:dense_)?encoder-{_NUMBER}\.textvec"))),
}
_ANY_VERSION = {
    "textvec": _TEXT,
    "generation": _whole(1),
    "identity": _TEXT,
    "next_id": _whole(0, 2**63),
    "chunker": Either({"by": _one_of(("sentence", "paragraph", "words")), "size": _whole(1), "overlap": _whole(0)}),
    "files": Mapped(_OWN, {"size": _whole(1), "sha256": _SHA256}),
}
_ENCODER_3 = {
    **_ENCODER,
    "query_file": Either(_name("a description of an encoder", re.compile(rf"(?:dense_)?query-{_NUMBER}\.textvec"))),
    "query_reason": Either(_TEXT),
    "frequencies": Either(_name("a list of frequencies", re.compile(rf"frequencies-{_NUMBER}\.npy"))),
}
SCHEMA = {
    **_ANY_VERSION,
    "backend": _one_of(BACKENDS),
    "encoder": _ENCODER_3,
    "dense_encoder": Either(_ENCODER_3),
    "bm25": Either(
        {
            "method": _one_of(VARIANTS),
            **{"k1": _real(inf), "b": _real(1), "delta": _real(inf)},
            "frozen": Either({"n_documents": _whole(0), "total_length": _real(inf)}),
        }
    ),
    "segments": [
        {
            "name": _name("a segment", SEGMENT_NAME),
            "backend": _one_of(BACKENDS),
            "n_documents": _whole(0),
            "deleted": Either(_DELETED),
        }
    ],
}
"""What the content of a manifest is, with the meaning of each field:

- textvec: the version that wrote it; generation: how many changes were committed;
- identity: of the index, the same through all changes;
- next_id, backend: see `Collection`; chunker: its parameters;
- encoder: its kind and name, its file, and the file of its description for queries, or the reason why there is none;
  the file of the document frequencies of its terms, where BM25 keeps those of `fit`;
- dense_encoder: the same of the second encoder, that of vectors of meaning, where there are two; else null;
- bm25: the parameters of BM25 and, where statistics are frozen, what they were; null where there are vectors;
- segments: the folder, the kind of vectors and the number of documents of each, and which file lists the deleted ones;
- files: the size and the SHA-256 of every file that is the index, by its path in the folder.

A list has at least one item. Fields that are not named here are allowed, and mean nothing.
"""

_SCHEMA_1 = {
    **_ANY_VERSION,
    "approximate": Kind("true or false", lambda value: isinstance(value, bool)),
    "encoder": _ENCODER,
    "parts": [
        {
            "segment": _name("a segment", SEGMENT_NAME),
            "rows": _one_of(_OLD_BACKENDS),
            "n_documents": _whole(0),
            "deleted": Either(_DELETED),
        }
    ],
}
_HEAD = {
    "format": _TEXT,
    "version": _whole(1),
    "content": Kind("an object", lambda value: isinstance(value, dict)),
    "sha256": _SHA256,
}


def read_manifest(folder: Path, name: str = MANIFEST) -> dict[str, Any]:
    """Return the content of the manifest in a folder, as this version writes it.

    Raises
    ------
    FileNotFoundError
        If there is none.
    DamagedIndexError
        If it is not what was written, or of a newer version.
    """
    path = folder / name
    with reading(path):
        try:
            check_regular(path)
            text = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            text = None
        if text is not None:
            return _parsed(folder, json.loads(text))
    if os.path.lexists(path):
        what = f"{folder} is no index: its {name} is a symbolic link to a file that does not exist"
    else:
        what = f"{folder} is no index: it has no {name}" if folder.exists() else f"There is no folder {folder}"
    raise FileNotFoundError(f"{what}.")


def write_draft(folder: Path, content: Mapping[str, Any]) -> Path:
    """Write a manifest beside the one that is there, and return its path."""
    head = {"format": INDEX_FORMAT, "version": VERSION, "sha256": _checksum(content), "content": content}
    draft = draft_path(folder / MANIFEST)
    with draft.open("xb") as file:
        try:
            if (folder / MANIFEST).is_file():
                shutil.copymode(folder / MANIFEST, draft)
            file.write(json.dumps(head, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    return draft


def _parsed(folder: Path, head: Any) -> dict[str, Any]:
    """Return the content of a manifest, or raise ValueError."""
    if not isinstance(head, dict) or head.get("format") != INDEX_FORMAT:
        raise ValueError("it is that of something else")
    if type(head.get("version")) is int and head["version"] > VERSION:
        raise DamagedIndexError(
            f"The index at {folder} is of format version {head['version']}, and this textvec, {__version__}, "
            f"reads versions up to {VERSION}. Install a newer textvec."
        )
    _check(head, _HEAD, "")
    content: dict[str, Any] = head["content"]
    if head["sha256"] != _checksum(content):
        raise ValueError("its content is not what was written")
    if head["version"] < 2:
        _check(content, _SCHEMA_1, "")
        content = _from_version_1(content)
    if head["version"] < 3:
        encoder = {**content["encoder"], "frequencies": None}
        content = {**content, "encoder": encoder, "dense_encoder": None, "bm25": None}
    check_content(content)
    return content


def check_content(content: Any) -> None:
    """Raise ValueError unless the content of a manifest is what `SCHEMA` says, and agrees with itself."""
    _check(content, SCHEMA, "")
    segments, files = content["segments"], content["files"]
    encoders = [content[field] for field in PREFIXES if content[field] is not None]
    for encoder in encoders:
        if (encoder["kind"] == TRANSFORMER) != (encoder["file"] is not None):
            raise ValueError(f"its 'encoder' is of the kind {encoder['kind']!r}, but its 'file' is {encoder['file']!r}")
        if encoder["query_file"] is not None and encoder["file"] is None:
            raise ValueError("its 'encoder' has a 'query_file', but no 'file'")
    names = [segment["name"] for segment in segments]
    alone = [segment["deleted"] for segment in segments] + [
        encoder[role] for encoder in encoders for role in EncoderWriters._fields
    ]
    alone = [name for name in alone if name is not None]
    repeated = next((name for name in (*names, *alone) if (names + alone).count(name) > 1), None)
    if repeated is not None:
        raise ValueError(f"it names {repeated!r} twice")
    named = set(alone) | {f"{name}/documents.arrow" for name in names}
    missing = min(named - files.keys(), default=None)
    if missing is not None:
        raise ValueError(f"its 'files' lack {missing!r}, which it names elsewhere")
    for name in files:
        if name not in named and name.partition("/")[0] not in names:
            raise ValueError(f"its 'files' have {name!r}, which belongs to nothing that it names")
    kinds = {_kind_of(each["backend"]) for each in (content, *segments)}
    if len(kinds) > 1:
        raise ValueError("it has vectors of several kinds")
    ((_, metric, has_counts),) = kinds
    if has_counts != (content["bm25"] is not None):
        raise ValueError(f"its 'backend' is {content['backend']!r}, but its 'bm25' is {content['bm25']!r:.60}")
    frozen = content["bm25"] is not None and content["bm25"]["frozen"] is not None
    if (metric == "hybrid") != (len(encoders) == 2):
        raise ValueError(f"its 'backend' is {content['backend']!r}, but it has {len(encoders)} encoder(s)")
    if frozen != (content["encoder"]["frequencies"] is not None):
        raise ValueError("its 'bm25' and the 'frequencies' of its 'encoder' do not agree on whether any are frozen")
    chunker = content["chunker"]
    if chunker is not None and chunker["overlap"] >= chunker["size"]:
        raise ValueError(f"its 'chunker' has an 'overlap' of {chunker['overlap']}, which its 'size' does not exceed")


def _kind_of(backend: str) -> tuple[bool, str, bool]:
    """Return whether rows of a backend are sparse, what their scores are, and whether there are counts among them."""
    return BACKENDS[backend].is_sparse, BACKENDS[backend].metric, backend.partition("+")[0] == "bm25"


def _check(value: Any, schema: Any, field: str) -> None:
    """Raise ValueError unless a value is what a schema says."""
    if isinstance(schema, Either):
        if value is not None:
            _check(value, schema.schema, field)
        return
    if isinstance(schema, Kind):
        if not schema.holds(value):
            raise ValueError(f"its {field!r} must be {schema.words}, but it is {value!r:.60}")
        return
    if not isinstance(value, list if isinstance(schema, list) else dict):
        raise ValueError(
            f"its {field or 'content'!r} must be a{' list' if isinstance(schema, list) else 'n object'}, but it is "
            f"{value!r:.60}"
        )
    if isinstance(schema, list):
        if not value:
            raise ValueError(f"its {field!r} must not be empty")
        for i, each in enumerate(value):
            _check(each, schema[0], f"{field}[{i}]")
    elif isinstance(schema, Mapped):
        for name, each in dict(value).items():
            if not schema.keys.holds(name):
                raise ValueError(f"its {field!r} names {name!r:.60}, which is not {schema.keys.words}")
            _check(each, schema.values, f"{field}[{name}]")
    else:
        for name, of_field in schema.items():
            if name not in value:
                where = f"{field}.{name}" if field else name
                raise ValueError(f"it does not say all that it must: it has no {where!r}")
            _check(value[name], of_field, f"{field}.{name}" if field else name)


def _from_version_1(content: dict[str, Any]) -> dict[str, Any]:
    content = dict(content)
    segments = [
        {
            "name": part["segment"],
            "backend": _OLD_BACKENDS[part["rows"]],
            "n_documents": part["n_documents"],
            "deleted": part["deleted"],
        }
        for part in content.pop("parts")
    ]
    content.pop("approximate")
    reason = None
    if content["encoder"]["kind"] == TRANSFORMER:
        reason = f"textvec {content['textvec']}, which wrote the index, did not describe it; saving it again does"
    encoder = {**content["encoder"], "query_file": None, "query_reason": reason}
    return {**content, "segments": segments, "backend": segments[-1]["backend"], "encoder": encoder}


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
