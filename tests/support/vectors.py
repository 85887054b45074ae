"""Tables of word vectors that word tests have something to say about."""

import numpy as np
from gensim.models import KeyedVectors

from textvec.embeddings import WordVectors


def questions_of(path):
    """Return the questions of a file in the format of questions-words.txt, with their sections."""
    section, questions = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            section = line[1:].strip()
        else:
            questions.append((section, *line.split()))
    return questions


def analogous(questions, *, n_more=300, n_dimensions=12, noise=0.7, seed=0):
    """Return a table in which some of the questions have their answer, as ours and as gensim's."""
    rng = np.random.default_rng(seed)
    words = dict.fromkeys(word for _, *words in questions for word in words)
    vectors = {word: rng.normal(size=n_dimensions) for word in words}
    offsets = {section: rng.normal(size=n_dimensions) * 2 for section, *_ in questions}
    for section, a, b, c, d in questions:
        for left, right in ((a, b), (c, d)):
            vectors[right] = vectors[left] + offsets[section] + noise * rng.normal(size=n_dimensions)
    known = [word for i, word in enumerate(words) if i % 7]  # the rest is unknown
    more = [(f"more{i}", rng.normal(size=n_dimensions)) for i in range(n_more)]
    variants = [(w.lower(), vectors[w] + 0.05 * rng.normal(size=n_dimensions)) for w in known if w != w.lower()]
    variants += [(w.title(), vectors[w] + 0.05 * rng.normal(size=n_dimensions)) for w in known[::3]]
    table = dict([*((w, vectors[w]) for w in known), *more]) | {w: v for w, v in variants if w not in known}
    order = rng.permutation(len(table))
    names = [list(table)[i] for i in order]
    return both(names, np.array([table[name] for name in names]))


def both(words, vectors):
    """Return a table as ours and as gensim's."""
    vectors = np.asarray(vectors, np.float32)
    theirs = KeyedVectors(vectors.shape[1])
    theirs.add_vectors(list(words), vectors)
    return WordVectors(words, vectors.copy()), theirs
