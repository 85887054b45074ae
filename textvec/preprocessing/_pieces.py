"""All that textvec uses of `tokenizers`, an optional dependency: texts to word pieces, by a file `tokenizer.json`.

Tested in tests/preprocessing/test_pieces.py.
"""

from __future__ import annotations

import json
import os
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from textvec._common.offsets import offsets_of
from textvec._common.parsing import parsing, unreadable
from textvec._common.saved import check
from textvec._common.threads import n_threads

if TYPE_CHECKING:  # compiled code, which the queries of a saved index do without
    import pyarrow as pa

    from textvec.text.encoding import Codes, Offsets

PREFIX = "pieces:"
"""What the pattern of a `Tokenizer` begins with that is the file of a tokenizer of pieces."""


class Pieces:
    """Cuts texts into word pieces, by the definition that a file `tokenizer.json` holds.

    The definition says what becomes of capitals and accents, and how pieces are found. Special tokens that mark the
    beginning or end of a text are left out, no text is cut short or padded, and dropout is off, so that the same text
    always has the same pieces. An object is its definition: it needs no file, and pickles.

    Parameters
    ----------
    definition : str
        JSON, as the package `tokenizers` reads it.

    Raises
    ------
    ValueError
        If it is no definition of a tokenizer.
    ImportError
        If `tokenizers` is not installed.
    """

    def __init__(self, definition: str) -> None:
        if not isinstance(definition, str):
            raise TypeError(f"Pieces: a definition is a str of JSON, not a {type(definition).__name__}.")
        self.definition = definition
        self._tokenizer  # noqa: B018  (a wrong definition is an error here, and not at the first text)

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Pieces:
        """Read a file `tokenizer.json`.

        Raises
        ------
        ValueError
            If it is no definition of a tokenizer.
        OSError
            If there is no such file, or it cannot be read.
        """
        about = Path(path).stat()
        return _read(os.path.realpath(path), about.st_mtime_ns, about.st_size)

    @cached_property
    def _tokenizer(self) -> Any:
        made = _call(_tokenizers().Tokenizer.from_str, self.definition)
        made.no_padding()
        made.no_truncation()
        if getattr(made.model, "dropout", None) is not None:
            made.model.dropout = None
        return made

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each piece, in the order of ids."""
        ids: dict[str, int] = self._tokenizer.get_vocab(with_added_tokens=True)
        return dict(sorted(ids.items(), key=lambda item: item[1]))

    @cached_property
    def unknown(self) -> str | None:
        """The piece that stands for what no piece is known for, None if there is no such piece."""
        model = self._tokenizer.model
        if hasattr(model, "unk_token"):
            token: str | None = model.unk_token
            return token
        number = json.loads(self.definition)["model"].get("unk_id")  # Unigram tells it nowhere else
        return None if number is None else self._tokenizer.id_to_token(number)

    def __call__(self, text: str) -> list[str]:
        """Return the pieces of a text."""
        # By their ids: what is unknown to a unigram model has the id of the unknown piece, and its own text as a token.
        ids = _call(self._tokenizer.encode, text, add_special_tokens=False).ids
        return [self._tokenizer.id_to_token(number) for number in ids]

    def encode(self, texts: pa.LargeStringArray) -> tuple[list[str], Codes, Offsets]:
        """Number the pieces of texts, and return what `textvec.text.encoding.Encoded` has."""
        strings, tokenizer = texts.to_pylist(), self._tokenizer
        if n_threads(sum(map(len, strings))) > 1:
            made = _call(tokenizer.encode_batch_fast, strings, add_special_tokens=False)
        else:
            made = [_call(tokenizer.encode, text, add_special_tokens=False) for text in strings]
        ids = [each.ids for each in made]
        flat = np.fromiter((number for some in ids for number in some), np.int64)
        used, codes = np.unique(flat, return_inverse=True)
        words = [tokenizer.id_to_token(number) for number in used.tolist()]
        return words, codes.astype(np.int32), offsets_of(np.fromiter(map(len, ids), np.int64, len(ids)))

    def __eq__(self, other: object) -> bool:
        return self.definition == other.definition if isinstance(other, Pieces) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.definition)

    def __repr__(self) -> str:
        return f"Pieces({len(self.ids)} pieces, {type(self._tokenizer.model).__name__})"

    def __sklearn_clone__(self) -> Pieces:
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {"definition": self.definition}

    def __deepcopy__(self, memo: Any) -> Pieces:
        return self

    def _saved_state(self) -> dict[str, Any]:
        return {"definition": self.definition}

    @classmethod
    def _from_saved(cls, state: Any) -> Pieces:
        check(isinstance(state["definition"], str), "the definition of pieces must be a string")
        return cls(state["definition"])


def pieces_of(pattern: Any) -> Pieces | None:
    """Return the pieces that the pattern of a `Tokenizer` stands for, None if it is of another kind.

    Raises
    ------
    ValueError
        If it names a file that is no definition of a tokenizer.
    OSError
        If there is no such file.
    ImportError
        If `tokenizers` is not installed.
    """
    if isinstance(pattern, Pieces):
        return pattern
    if not isinstance(pattern, str) or not pattern.startswith(PREFIX):
        return None
    path = Path(pattern.removeprefix(PREFIX))
    if path.is_dir():
        path = path / "tokenizer.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"Tokenizer: there is no file {str(path)!r}. {PREFIX!r} is followed by the path of a tokenizer.json, or of "
            "a folder with one."
        )
    return Pieces.read(path)


# What was read last; a file that has changed since, by its time or size, is read again.
@lru_cache(maxsize=4)
def _read(path: str, changed: int, size: int) -> Pieces:
    _tokenizers()  # whose absence says nothing of the file
    with parsing(lambda what: unreadable(f"{path} is no tokenizer.json that the package tokenizers reads: {what}.")):
        return Pieces(Path(path).read_bytes().decode("utf-8"))


def _call(function: Any, *given: Any, **options: Any) -> Any:
    """Call a function of `tokenizers`, whose errors are plain exceptions, or panics that are no exceptions at all."""
    try:
        return function(*given, **options)
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise ValueError(f"the package tokenizers says: {str(error)[:500]}") from error


def _tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            'Word pieces need the package tokenizers, which cannot be imported: pip install "textvec-kit[pieces]"'
        ) from error
    return tokenizers
