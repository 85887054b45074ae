"""Files of word vectors in every format, damaged, compressed or not: read, or refused by an error that names the file.

Whoever downloads vectors reads files of strangers: none ends Python, hangs, or takes memory beyond its honest size,
decompressed text included.
"""

import bz2
import gzip

import numpy as np
import pyarrow as pa
from gensim.models import FastText
from gensim.models.fasttext import save_facebook_model

from fuzz import mutations
from fuzz.harness import Kind, refused_by_name, require
from support.pieces import write_model
from textvec import EmbeddingVectorizer, WordVectors
from textvec.embeddings.formats import FORMATS

SENTENCES = [["the", "hot", "soup"], ["the", "cat", "and", "mice"], ["naïve", "日本"]]

MEGABYTES = 1024  # of which a reader takes 400 for a piece of text that has nothing but ends of lines
BOMB_MEGABYTES = 1536  # of one line: a reader that holds it has no room
COMPRESSIONS = {
    ".gz": lambda data: gzip.compress(data, 1),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}
ARGUMENTS = {
    "limit": [None, None, None, 0, 1, 3, 10**9],
    "words": [None, None, ["the", "cat", "unheard"], []],
    "mmap": [False, False, True],
    "dtype": [None, None, np.float16, np.float64],
    "encoding_errors": ["strict", "strict", "replace", "ignore"],
}


def prepare(folder):
    """Return files of every format, each with its name."""
    words = ["the", "soup", "hot", "naïve", "日本", "a_b", "x" * 40, "cat", "mice", "rain"]
    vectors = np.random.default_rng(0).normal(size=(len(words), 5)).astype(np.float32)
    table = WordVectors(words, vectors, counts=np.arange(len(words))[::-1])
    files = []
    for each in FORMATS:
        path = folder / each.name / f"vectors{each.required_suffix or next(iter(each.suffixes), '.bin')}"
        path.parent.mkdir()
        if each.name == "fasttext":
            save_facebook_model(
                FastText(SENTENCES, vector_size=4, min_count=1, bucket=12, workers=1, epochs=1), str(path)
            )
        elif each.name == "safetensors":
            arrays = {"embeddings": vectors[:4], "weights": np.ones(11), "mapping": np.arange(11) % 4}
            path = write_model(path.parent, **arrays) / "model.safetensors"
        else:
            table.write(path, each.name)
        files.append((path, each))
    for path, each in files:
        use(WordVectors.read(path, each.name), "the")
    return files


def attempt(rng, files, scratch):
    original, format_ = rng.choice(files)
    for path in original.parent.iterdir():  # an array has its words beside it
        data = path.read_bytes()
        if path == original or rng.random() < 0.3:
            data = mutations.mutated(rng, data) if rng.random() < 0.9 else mutations.other_content(rng)
        (scratch / path.name).write_bytes(data)
    path = scratch / original.name
    if rng.random() < 0.4:
        path = compressed(rng, path)
    chosen = {name: rng.choice(values) for name, values in ARGUMENTS.items()}
    with refused_by_name(path, *(each.name for each in scratch.iterdir()), *(f"{name} " for name in ARGUMENTS)):
        table = WordVectors.read(path, rng.choice([None, format_.name]), **chosen)
        use(table, "cat")


def compressed(rng, path):
    """Compress a file, at times with a line that is much longer than the file is, or damage what is compressed."""
    suffix = rng.choice(sorted(COMPRESSIONS))
    data = path.read_bytes()
    if rng.random() < 0.03:
        piece = rng.choice([b"0", b"x", b" ", b"\n"]) * 2**20
        bomb = path.with_name(path.name + ".zst")
        with pa.CompressedOutputStream(str(bomb), "zstd") as file:
            file.write(data[: rng.choice([0, 60, len(data)])])
            for _ in range(BOMB_MEGABYTES):
                file.write(piece)
        return bomb
    data = COMPRESSIONS[suffix](data)
    if rng.random() < 0.3:
        data = mutations.mutated(rng, data)
    path = path.with_name(path.name + suffix)
    path.write_bytes(data)
    return path


def use(table, word):
    require(len(table) == len(table.vectors), "there are not as many words as vectors")
    require(np.isfinite(table.vectors).all(), "vectors hold what is no number")
    require(len(set(table)) == len(table), "a word is repeated")
    if table.pieces is not None:
        EmbeddingVectorizer(table).fit(["The soup is hot", word])
    if word in table:
        table.most_similar(word, topn=3)
        require(table[word].shape == table.vectors.shape[1:], "a vector is of another length")


KIND = Kind(prepare, attempt, short=150, megabytes=MEGABYTES)
