"""Errors for paths that are no files of word vectors: where known ones come from, and which file of a folder to read.

Tested in tests/embeddings/test_gensim_habits.py.
"""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path

_GLOVE_IN_COLLECTION = {
    "6B": ("glove-wiki-gigaword", "50 100 200 300"),
    "twitter.27B": ("glove-twitter", "25 50 100 200"),
}
_FASTTEXT = "fastText's files are at https://fasttext.cc/docs/en/english-vectors.html and crawl-vectors.html beside it"
# What to do for the files that textbooks and tutorials name, by the name that was given.
_KNOWN = (
    (
        r"sentences|words",
        "WordVectors.pretrained({name!r}) has the pretrained vectors of that name",
    ),
    (
        r"potion-.*|M2V_.*|static-.*",
        "If that is a static embedding on the Hugging Face Hub, download its model.safetensors and tokenizer.json into "
        "a folder, and read that",
    ),
    (
        r"[a-z0-9]+(-[a-z0-9]+)+",
        "If that is a name in gensim's collection, textvec.embeddings.download({name!r}) fetches and reads the vectors",
    ),
    (
        r"GoogleNews-vectors-negative300(\..*)?",
        "They are in gensim's collection: textvec.embeddings.download('word2vec-google-news-300')",
    ),
    (
        r"(cc|wiki)\.\w+(\.\w+)*|(wiki-news|crawl)-300d-\w+(\..*)?",
        f"{_FASTTEXT}; a .zip has to be unpacked",
    ),
    (
        r"[a-z]{2}_\w+_(sm|md|lg|trf)",
        "If that is a pipeline of spaCy's, WordVectors.from_spacy({name!r}) has its vectors",
    ),
)
# Files of a folder that an error names at most.
_MAX_NAMED = 3


def missing(path: str | PathLike[str]) -> FileNotFoundError:
    """Return the error for a file that is not there: what is there instead, or where such files come from."""
    file, name = Path(path), Path(path).name
    there = f"There is no file {str(path)!r}"
    beside = sorted(other.name for other in file.parent.glob(f"{_literal(name)}.*")) if name else []
    if beside:
        return FileNotFoundError(f"{there}, but there is {', '.join(map(repr, beside[:_MAX_NAMED]))} beside it.")
    if glove := re.fullmatch(r"glove\.(6B|twitter\.27B|42B|840B)(?:\.(\d+)d)?(?:\..*)?", name):
        same = _in_collection(*glove.groups())
        return FileNotFoundError(f"{there}. GloVe's files are at https://nlp.stanford.edu/projects/glove/{same}.")
    for pattern, hint in _KNOWN:
        if re.fullmatch(pattern, name):
            hint = hint.format(name=name)
            return FileNotFoundError(f"{there}. {hint}.")
    return FileNotFoundError(
        f"{there}. WordVectors.read takes the path of a file of word vectors, or of the folder of a static embedding; "
        "vectors by name, such as 'sentences' (`textvec words available` lists them), are those of "
        "WordVectors.pretrained."
    )


def folder(path: str | PathLike[str]) -> IsADirectoryError:
    """Return the error for a folder in the place of a file: which of its files may be meant."""
    names = {file.name for file in Path(path).iterdir()}
    if "meta.json" in names and "config.cfg" in names:
        what = f"It looks like a pipeline of spaCy's: WordVectors.from_spacy({str(path)!r}) has its vectors"
    else:
        files = sorted(name for name in names if name.endswith((".vec", ".bin", ".txt", ".npy", ".gz", ".bz2", ".zst")))
        what = "WordVectors.read takes one file"
        if files:
            what += f", such as {', '.join(map(repr, files[:_MAX_NAMED]))} in it"
        else:
            what += ", or the folder of a static embedding, with a model.safetensors and a tokenizer.json"
    return IsADirectoryError(f"{str(path)!r} is a folder. {what}.")


def _in_collection(corpus: str, size: str | None) -> str:
    """Return how to get vectors of GloVe from gensim's collection, if it has them."""
    name, sizes = _GLOVE_IN_COLLECTION.get(corpus, ("", ""))
    if size not in sizes.split():
        return ""
    return f"; textvec.embeddings.download('{name}-{size}') fetches and reads the same vectors"


def _literal(name: str) -> str:
    """Return a name as a pattern that matches it alone."""
    return re.sub(r"([*?[])", r"[\1]", name)
