"""The manifest of an index: what the files in its folder are, and the schema that it is held to.

    {"format": "textvec index", "version": 3, "sha256": of the content, "content": what SCHEMA says}

Older versions are read as well. Version 1, of textvec 0.1.0, had "approximate" instead of "backend", "parts" instead of
"segments", and no description of the encoder for queries. Version 2 had no BM25, and knew cosines only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import draft_path
from textvec._version import __version__
from textvec.encoders.encode import FUNCTION, PRECOMPUTED, TRANSFORMER
from textvec.index.errors import DamagedIndexError, reading
from textvec.index.rows.base import BACKENDS
from textvec.index.storage.encoder_files import PREFIXES, EncoderWriters
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
    real,
    whole,
    with_head,
)
from textvec.weightings._bm25 import VARIANTS

INDEX_FORMAT, VERSION = "textvec index", 3
SHARDS_FORMAT = "textvec shards"
"""The format of the manifest of a folder of shards, which has the same name, see `storage.shards`."""
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


_DELETED = name_of("a list of deleted documents", re.compile(rf"deleted-{_NUMBER}-{_NUMBER}\.npy"))
_OWN = name_of("a file of an index", re.compile(f"{FILE_NAME.pattern}|{_IN_SEGMENT.pattern}"))

_ENCODER = {
    "kind": one_of((TRANSFORMER, FUNCTION, PRECOMPUTED)),
    "name": TEXT,
    "file": Either(name_of("a file of an encoder", re.compile(rf"(?:dense_)?encoder-{_NUMBER}\.textvec"))),
}
_ANY_VERSION = {
    "textvec": TEXT,
    "generation": whole(1),
    "identity": TEXT,
    "next_id": whole(0, 2**63),
    "chunker": Either({"by": one_of(("sentence", "paragraph", "words")), "size": whole(1), "overlap": whole(0)}),
    "files": Mapped(_OWN, {"size": whole(1), "sha256": SHA256}),
}
_ENCODER_3 = {
    **_ENCODER,
    "query_file": Either(name_of("a description of an encoder", re.compile(rf"(?:dense_)?query-{_NUMBER}\.textvec"))),
    "query_reason": Either(TEXT),
    "frequencies": Either(name_of("a list of frequencies", re.compile(rf"frequencies-{_NUMBER}\.npy"))),
}
SCHEMA = {
    **_ANY_VERSION,
    "backend": one_of(BACKENDS),
    "encoder": _ENCODER_3,
    "dense_encoder": Either(_ENCODER_3),
    "bm25": Either(
        {
            "method": one_of(VARIANTS),
            **{"k1": real(inf), "b": real(1), "delta": real(inf)},
            "frozen": Either({"n_documents": whole(0), "total_length": real(inf)}),
        }
    ),
    "segments": [
        {
            "name": name_of("a segment", SEGMENT_NAME),
            "backend": one_of(BACKENDS),
            "n_documents": whole(0),
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
            "segment": name_of("a segment", SEGMENT_NAME),
            "rows": one_of(_OLD_BACKENDS),
            "n_documents": whole(0),
            "deleted": Either(_DELETED),
        }
    ],
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
    draft = draft_path(folder / MANIFEST)
    with draft.open("xb") as file:
        try:
            if (folder / MANIFEST).is_file():
                shutil.copymode(folder / MANIFEST, draft)
            file.write(with_head(INDEX_FORMAT, VERSION, content))
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    return draft


def _parsed(folder: Path, head: Any) -> dict[str, Any]:
    """Return the content of a manifest, or raise ValueError."""
    if isinstance(head, dict) and head.get("format") == SHARDS_FORMAT:
        raise DamagedIndexError(
            f"{folder} holds an index in shards, and is no folder of a single index. Open it by textvec.open_index."
        )

    def newer(version: int) -> DamagedIndexError:
        return DamagedIndexError(
            f"The index at {folder} is of format version {version}, and this textvec, {__version__}, "
            f"reads versions up to {VERSION}. Install a newer textvec."
        )

    head = checked_head(head, INDEX_FORMAT, VERSION, newer)
    content: dict[str, Any] = head["content"]
    if head["version"] < 2:
        check(content, _SCHEMA_1, "")
        content = _from_version_1(content)
    if head["version"] < 3:
        encoder = {**content["encoder"], "frequencies": None}
        content = {**content, "encoder": encoder, "dense_encoder": None, "bm25": None}
    check_content(content)
    return content


def check_content(content: Any) -> None:
    """Raise ValueError unless the content of a manifest is what `SCHEMA` says, and agrees with itself."""
    check(content, SCHEMA, "")
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
