"""Static embeddings: a table over word pieces in `model.safetensors`, and what cuts texts into them, `tokenizer.json`.

    model.safetensors   8 bytes with the length of a header, the header (JSON: type, shape and place of each array by
                        its name), the numbers of the arrays
    tokenizer.json      in the same folder

The arrays are called

- "embedding.weight": a row for each piece, by WordLlama and sentence-transformers' StaticEmbedding;
- "embeddings": the same by model2vec, whose "weights" has a number for each piece that its row is multiplied by, and
  whose "mapping" has the row of each piece, where pieces share rows. Its encoder leaves out the unknown piece.

The format is read here, without the package safetensors: what is not as long as its header says takes no memory.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.parsing import unreadable
from textvec.embeddings.formats._collector import Collector
from textvec.embeddings.formats._format import Format, Head, VectorTable
from textvec.embeddings.formats._request import Request
from textvec.preprocessing._pieces import Pieces

_MODEL, _TOKENIZER = "model.safetensors", "tokenizer.json"
_FOLDERS = (".", "0_StaticEmbedding")  # Where they are in a folder that model2vec or sentence-transformers wrote.
_TABLES = ("embedding.weight", "embeddings")
_MODEL2VEC = "embeddings"
_TYPES: dict[str, Any] = {
    "F16": np.float16,
    "BF16": np.uint16,  # NumPy has no such type; see `_numbers`.
    "F32": np.float32,
    "F64": np.float64,
    **{f"{kind}{bits}": f"{kind}{bits // 8}".lower() for kind in "IU" for bits in (8, 16, 32, 64)},
}
_LENGTH_BYTES = 8  # of the length of the header
_MAX_HEADER_BYTES = 1 << 24
"""The longest header that is read, 16 MB. That of a table has some hundred bytes. Parsed, it takes more."""
_FREE_BYTES = 1 << 25
"""What pieces that share rows may take in memory however small their file is, 32 MB."""
_MAX_RATIO = 50
"""How many times the size of its file such a table may take beyond that. Those of model2vec take some 10 times."""
_BYTES_PER_BLOCK = 1 << 23  # Bytes of rows that are copied at a time.


def in_folder(path: Path) -> Path:
    """Return the file of a table in a folder that holds one; any other path as it is."""
    if path.is_dir():
        for folder in _FOLDERS:
            if (path / folder / _MODEL).is_file():
                return path / folder / _MODEL
    return path


def table_of(request: Request, tokenizer: Path) -> VectorTable:
    """Read a table of pieces, and the tokenizer of another file than the one beside it.

    Raises
    ------
    ValueError
        If one of them is malformed, or they do not belong to each other.
    FileNotFoundError
        If there is no file of the tokenizer.
    """
    arrays = _Arrays(request)
    name = next((name for name in _TABLES if name in arrays), None)
    if name is None:
        raise request.malformed(
            "its header",
            f"an array named {' or '.join(map(repr, _TABLES))}",
            f"it has {', '.join(map(repr, list(arrays)[:5])) or 'none'}: what is more than a table of vectors, such as "
            "a transformer, is not read",
        )
    if not tokenizer.is_file():
        raise FileNotFoundError(
            f"{request.path} holds the vectors of word pieces, and there is no file {tokenizer.name} beside it that "
            "says what they are. It is one of the files of the same model."
        )
    pieces = Pieces.read(tokenizer)
    table, shown = arrays.mapped(name, 2), f"{tokenizer.name} of {tokenizer.parent}"
    n_ids = max(pieces.ids.values(), default=-1) + 1
    mapping = arrays.mapped("mapping", 1, "iu") if "mapping" in arrays else None
    weights = arrays.mapped("weights", 1) if "weights" in arrays else None
    for what, array in ((name, table if mapping is None else mapping), ("weights", weights)):
        if array is not None and len(array) != n_ids:
            raise unreadable(
                f"{request.path} and {shown} do not belong to each other: {what!r} has {len(array)} rows, and the "
                f"tokenizer {n_ids} pieces. Take both from the same model."
            )
    if mapping is not None and len(mapping) and not 0 <= mapping.min() <= mapping.max() < len(table):
        raise request.malformed("'mapping'", f"rows of the {len(table)} of {name!r}", "it has others")
    wanted = [
        (piece, number)
        for piece, number in list(pieces.ids.items())[: request.limit]
        if (request.words is None or piece in request.words) and not (name == _MODEL2VEC and piece == pieces.unknown)
    ]
    words, vectors = _rows(request, wanted, table, mapping, weights)
    return VectorTable(words, vectors, None, None, pieces)


def _rows(
    request: Request,
    wanted: list[tuple[str, int]],
    table: NDArray[Any],
    mapping: NDArray[Any] | None,
    weights: NDArray[Any] | None,
) -> tuple[list[str], NDArray[Any]]:
    """Return pieces and their vectors."""
    dtype = np.dtype(np.float32 if weights is not None and table.dtype == np.float16 else _float_type(table.dtype))
    size, n_bytes = request.path.stat().st_size, len(wanted) * table.shape[1] * dtype.itemsize
    if n_bytes > _FREE_BYTES + _MAX_RATIO * size:
        raise unreadable(
            f"{request.path} has {size:,} bytes, and its {len(wanted)} pieces, which share rows, would take "
            f"{n_bytes:,}: no table does. limit= or words= takes a part of it."
        )
    collector = Collector(request, table.shape[1], dtype)
    n = max(_BYTES_PER_BLOCK // max(dtype.itemsize * table.shape[1], 1), 1)
    for first in range(0, len(wanted), n):
        some = wanted[first : first + n]
        ids = np.array([number for _, number in some], np.int64)
        vectors = _numbers(table[ids if mapping is None else mapping[ids].astype(np.int64)])
        if weights is not None:
            vectors = vectors * _numbers(weights[ids]).astype(np.float64)[:, None]
        collector.add([piece for piece, _ in some], vectors, (f"the row of piece {number}" for number in ids))
    return collector.done()


class _Arrays(dict[str, Any]):
    """The arrays of a file by their names, as its header describes them."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._size = request.path.stat().st_size
        with request.path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if length > min(_MAX_HEADER_BYTES, self._size - _LENGTH_BYTES):
                raise request.malformed("byte 0", "the length of a header that is in the file", f"it is {length}")
            header = json.loads(file.read(length))
        if not isinstance(header, dict):
            raise request.malformed("byte 8", "an object with a description of each array", "it is something else")
        self._start = _LENGTH_BYTES + length
        super().__init__({name: about for name, about in header.items() if name != "__metadata__"})

    def mapped(self, name: str, n_dimensions: int, kinds: str = "fi") -> NDArray[Any]:
        """Map an array into memory, which must be of a number of dimensions and of one of some kinds of numbers."""
        about = self[name]
        kind, shape, (begin, end) = about["dtype"], about["shape"], about["data_offsets"]
        dtype = np.dtype(_TYPES[kind]) if kind in _TYPES else None
        if dtype is None or ("f" if kind == "BF16" else dtype.kind) not in kinds or len(shape) != n_dimensions:
            raise self._malformed(
                name, f"numbers in {n_dimensions} dimensions", f"it is {kind!r:.9} of shape {shape!r:.80}"
            )
        if {type(number) for number in (*shape, begin, end)} != {int} or min(shape) < 0 or 0 in shape[1:]:
            raise self._malformed(
                name, "a shape and a place of whole numbers", f"they are {shape!r:.80} and {begin!r:.20}"
            )
        if not 0 <= begin <= end <= self._size - self._start or math.prod(shape) * dtype.itemsize != end - begin:
            raise self._malformed(
                name, f"the place of {math.prod(shape)} numbers within the file", f"it is from byte {begin} to {end}"
            )
        if begin == end:
            return np.zeros(shape, dtype)  # There is nothing to map.
        return np.memmap(self._request.path, dtype, "r", self._start + begin, tuple(shape))

    def _malformed(self, name: str, expected: str, came: str) -> ValueError:
        return self._request.malformed(f"{name!r} in its header", expected, came)


def _float_type(stored: np.dtype[Any]) -> Any:
    """Return the type of vectors whose numbers are stored in a type: float16 and float64 as such, all else float32."""
    return stored if stored.kind == "f" else np.float32


def _numbers(stored: NDArray[Any]) -> NDArray[Any]:
    """Return numbers as NumPy has them: BF16 is the first half of a float32."""
    if stored.dtype != np.uint16:
        return np.asarray(stored)
    return (stored.astype(np.uint32) << 16).view(np.float32)


def _sniff(head: Head) -> bool:
    data = head.data
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if not (2 <= length <= _MAX_HEADER_BYTES and data[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{"):
        return False
    if head.compressed:
        raise unreadable(f"{head.path} is a compressed safetensors file. Decompress it first: such are read in place.")
    return True


def _read(request: Request) -> VectorTable:
    return table_of(request, request.path.with_name(_TOKENIZER))


FORMAT = Format("safetensors", _sniff, _read)
