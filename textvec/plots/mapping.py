"""Maps of documents and of words: what makes the vectors, where each has its point, which clusters and neighbours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import MAX_SEED, is_integer
from textvec.plots._clusters import clustered, named_by_nearest, named_by_terms
from textvec.plots._projection import ON_FEW_DIMENSIONS, PROJECTIONS, cosines_to, few_dimensions, projected
from textvec.plots.map import Map
from textvec.text.documents import is_missing
from textvec.text.tokens import accept

if TYPE_CHECKING:
    from textvec.text.documents import DocumentsLike

MAX_WORDS = 2_000
"""How many words of a table are on a map unless more are asked for: the most frequent ones, where a table has them
first. Ten times as many are a cloud in which no word is read."""


def map_documents(
    texts: DocumentsLike,
    encoder: Any = None,
    *,
    vectors: Any = None,
    labels: Iterable[Any] | None = None,
    projection: str | tuple[str, str] = "svd",
    clusters: int | None = None,
    counter: Any = None,
    n_neighbors: int = 6,
    perplexity: float | None = None,
    random_state: int = 0,
) -> Map:
    r"""Put documents on a map, on which those are near to one another that have similar vectors.

    Parameters
    ----------
    texts : iterable of str
        Or whatever else textvec takes for documents.
    encoder : transformer or callable, default=None
        What makes vectors of documents: it is cloned and fitted on the texts, as in `CosineIndex`. None is a
        `TfidfVectorizer`. To use one as it is, pass its method: ``encoder.transform``.
    vectors : array or sparse matrix of shape (n_texts, n_columns), optional
        Vectors that were made already, in place of an encoder.
    labels : iterable of shape (n_texts,), optional
        What is known of each document: its class, its author. Points have a colour by it. None and NaN are no label.
    projection : {"svd", "tsne", "umap"} or tuple of two str, default="svd"
        How vectors become two coordinates.

        - "svd": the first two components: of sparse vectors by scikit-learn's TruncatedSVD, which is known as LSA, of
          dense ones by its PCA. Fast, and distances mean the same everywhere.
        - "tsne": scikit-learn's t-SNE, of sparse vectors on their first 50 components. Groups become islands, whose
          sizes and distances mean nothing. Minutes for 50,000 documents.
        - "umap": umap-learn (``pip install "textvec-kit[umap]"``), on the same components. Like t-SNE, and faster.
        - Two texts, such as ``("political", "dangerous")``: a document's coordinates are the cosines of its vector with
          those of the two. With word vectors that is meaning, with TF-IDF how much of the document are these words.
    clusters : int, optional
        How many clusters to look for by k-means on the directions of the vectors, of sparse ones on their first 50
        components. Their names are terms, see Notes.
    counter : transformer, default=None
        What counts the terms that name clusters, a `CountVectorizer` by default. It is cloned and fitted on the texts.
    n_neighbors : int, default=6
        How many nearest documents to remember of each, by the cosine of their vectors, not by the map; 0 for none.
    perplexity : float, optional
        Of t-SNE: about how many neighbours a point has, by default 30, or less on a map of fewer than 91 points.
    random_state : int, default=0
        The same number makes the same map.

    Returns
    -------
    Map

    Raises
    ------
    ValueError
        If there is no text, only one and the projection is no pair of texts, another number of labels or vectors,
        fewer points than clusters or than the perplexity, a vector that is not finite, or a text of the pair has no
        vector.
    ImportError
        If umap-learn is asked for and not installed.

    Warns
    -----
    UserWarning
        If all vectors are the same, or have fewer different directions than clusters were asked for.

    See Also
    --------
    map_words : The same for words.

    Notes
    -----
    Clusters are named by the three terms with the highest class-based TF-IDF [1]_ among those that are in one in twenty
    of their texts or more, and at least twice as frequent in the cluster as in all texts; where these are fewer, by
    those that come nearest to that, and by English stop words last. The c-TF-IDF of a term t in a cluster c is

    .. math:: W_{t,c} = tf_{t,c} \cdot \ln\left(1 + \frac{A}{f_t}\right)

    where :math:`tf_{t,c}` is its share among the terms of the cluster, :math:`f_t` its number in all texts, and A the
    average number of terms in a cluster.

    References
    ----------
    .. [1] Grootendorst (2022), BERTopic: Neural topic modeling with a class-based TF-IDF procedure. arXiv:2203.05794.

    Examples
    --------
    >>> from textvec.plots import map_documents
    >>> texts = ["red apple", "green apple", "sour apple", "a fast car", "a red car", "an old car"]
    >>> fruit_and_cars = map_documents(texts, clusters=2, n_neighbors=1)
    >>> fruit_and_cars
    Map(6 documents, projection 'svd', 2 clusters)
    >>> fruit_and_cars.clusters
    array([0, 0, 0, 1, 1, 1])
    >>> fruit_and_cars.texts[fruit_and_cars.neighbors[5, 0]]
    'a red car'
    """
    from textvec.encoders.encode import PRECOMPUTED, documents_for, kind_of, matrix_of, unfitted

    caller = "map_documents"
    _check(projection, n_neighbors, random_state, caller)
    if vectors is not None and encoder is not None:
        raise ValueError(f"{caller}: vectors take the place of an encoder, but both were given.")
    if encoder is not None and kind_of(encoder, caller) == PRECOMPUTED:
        raise ValueError(f"{caller}: give vectors that were made already as vectors=..., beside the texts.")
    if vectors is None:
        from textvec.encoders.vectors import count

        encoder = unfitted(encoder, caller)
        documents = documents_for(encoder, texts, caller)
        _check_some(count(documents), "text", caller)
        matrix = matrix_of(encoder, documents, fit=True, caller=caller)
        shown = _as_texts(documents)
    else:
        documents = accept(texts)
        shown = _as_texts(documents)
        _check_some(len(shown), "text", caller)
        matrix = _checked(vectors, len(shown), caller)
    few = None
    if clusters is not None and projection in ON_FEW_DIMENSIONS:  # both are made of the same components
        few = few_dimensions(matrix, random_state)
    if isinstance(projection, str):
        points = projected(matrix, projection, random_state, perplexity, caller, few)
    else:
        if encoder is None:
            raise ValueError(f"{caller}: two texts as projection need an encoder, which makes vectors of them.")
        points = cosines_to(matrix, _vectors_of_axes(encoder, projection, caller))
    found, names = None, []
    if clusters is not None:
        found = clustered(matrix, clusters, random_state, caller, few)
        names = named_by_terms(*_counted(counter, documents, caller), found)
    return Map(
        points,
        shown,
        kind="documents",
        projection=projection,
        labels=_as_labels(labels, len(shown), caller),
        clusters=found,
        cluster_names=names,
        neighbors=_neighbors(matrix, n_neighbors),
        vectors=matrix,
    )


def map_words(
    vectors: Any,
    words: Iterable[str] | None = None,
    *,
    labels: Iterable[Any] | None = None,
    projection: str | tuple[str, str] = "svd",
    clusters: int | None = None,
    n_neighbors: int = 6,
    perplexity: float | None = None,
    random_state: int = 0,
) -> Map:
    """Put words on a map, on which those are near to one another that have similar vectors.

    Parameters
    ----------
    vectors : WordVectors, Word2Vec, str or path-like
        The table of words; a name of pretrained vectors, see `WordVectors.pretrained`; or a file that
        `WordVectors.read` or `textvec.load` reads.
    words : iterable of str, optional
        Which words. By default the first 2,000 of the table, which are the most frequent ones as a rule.
    labels : iterable of shape (n_words,), optional
        What is known of each of the words, such as its part of speech.
    projection : {"svd", "tsne", "umap"} or tuple of two str, default="svd"
        As in `map_documents`. Two words, such as ``("political", "dangerous")``, are axes: a word's coordinates are
        its cosines with the two.
    clusters : int, optional
        How many clusters to look for by k-means on the directions of the vectors. Each is named by the three words
        nearest to its centre.
    n_neighbors : int, default=6
        How many nearest words to remember of each, by cosine, among those on the map.
    perplexity : float, optional
        Of t-SNE, as in `map_documents`.
    random_state : int, default=0
        The same number makes the same map.

    Returns
    -------
    Map

    Raises
    ------
    ValueError
        If a word, or one that is an axis, has no vector; and as `map_documents` does.
    TypeError
        If the vectors are none of a table of words.

    See Also
    --------
    map_documents : The same for documents.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.plots import map_words
    >>> wv = WordVectors(["tea", "coffee", "moon", "sun"], [[4, 1, 0], [3, 1, 0], [1, 4, 0], [1, 3, 2]])
    >>> drinks_and_stars = map_words(wv, projection=("tea", "moon"))
    >>> drinks_and_stars.x.round(2), drinks_and_stars.y.round(2)
    (array([1.  , 1.  , 0.47, 0.45]), array([0.47, 0.54, 1.  , 0.84]))
    """
    caller = "map_words"
    _check(projection, n_neighbors, random_state, caller)
    table = _table_of(vectors)
    if isinstance(words, str):
        raise TypeError(f"{caller}: words must be a list of words, but they are one string: pass [{words!r}].")
    shown = [str(word) for word in (table.words[:MAX_WORDS] if words is None else dict.fromkeys(words))]
    _check_some(len(shown), "word", caller)
    matrix = _checked(_rows_of(table, shown), len(shown), caller)
    if isinstance(projection, str):
        points = projected(matrix, projection, random_state, perplexity, caller)
    else:
        points = cosines_to(matrix, np.asarray(_rows_of(table, projection), np.float64))
    found = None if clusters is None else clustered(matrix, clusters, random_state, caller)
    return Map(
        points,
        shown,
        kind="words",
        projection=projection,
        labels=_as_labels(labels, len(shown), caller),
        clusters=found,
        cluster_names=[] if found is None else named_by_nearest(matrix, shown, found),
        neighbors=_neighbors(matrix, n_neighbors),
        vectors=matrix,
    )


def _check(projection: Any, n_neighbors: Any, random_state: Any, caller: str) -> None:
    is_pair = isinstance(projection, tuple | list) and len(projection) == 2
    if not (is_pair and all(isinstance(each, str) for each in projection)) and projection not in PROJECTIONS:
        raise ValueError(
            f"{caller}: projection must be one of {', '.join(map(repr, PROJECTIONS))}, or two texts that are to be the "
            f"axes, but it is {projection!r:.60}."
        )
    if not is_integer(n_neighbors) or n_neighbors < 0:
        raise ValueError(f"{caller}: n_neighbors must be 0 or a positive integer, but it is {n_neighbors!r}.")
    if not is_integer(random_state) or not 0 <= random_state <= MAX_SEED:
        raise ValueError(f"{caller}: random_state must be an integer from 0 to {MAX_SEED}, but it is {random_state!r}.")


def _check_some(n: int, what: str, caller: str) -> None:
    if not n:
        raise ValueError(f"{caller}: there is no {what} to put on a map.")


def _checked(vectors: Any, n: int, caller: str) -> Any:
    """Return vectors that were given, if they are a row of finite numbers for each text."""
    from textvec.encoders.encode import PRECOMPUTED, documents_for

    matrix = documents_for(PRECOMPUTED, vectors, caller)
    if matrix.shape[0] != n:
        raise ValueError(f"{caller}: there are {n} texts, but {matrix.shape[0]} vectors; there must be one of each.")
    if not matrix.shape[1]:
        raise ValueError(f"{caller}: the vectors have no dimension.")
    return matrix


def _as_texts(documents: Any) -> list[str]:
    """Return documents as texts that can be shown: those that are lists of words with spaces between."""
    each = documents.to_pylist() if hasattr(documents, "to_pylist") else list(documents)
    return [text if isinstance(text, str) else "" if is_missing(text) else " ".join(map(str, text)) for text in each]


def _as_labels(labels: Iterable[Any] | None, n: int, caller: str) -> list[Any] | None:
    """Return a label for each text, None where there is none."""
    if labels is None:
        return None
    if isinstance(labels, str):
        raise TypeError(f"{caller}: labels must be a list with a label for each text, but they are one string.")
    known = [None if is_missing(label) else label for label in labels]
    if len(known) != n:
        raise ValueError(f"{caller}: there are {n} texts, but {len(known)} labels; there must be one of each.")
    return known


def _vectors_of_axes(encoder: Any, texts: Sequence[str], caller: str) -> Any:
    """Return the vectors of two texts by a fitted encoder."""
    from textvec.encoders.encode import matrix_of

    made = matrix_of(encoder, list(texts), fit=False, caller=caller, items="texts of the axes")
    for row, text in enumerate(texts):
        if not abs(made[row : row + 1]).max():
            raise ValueError(
                f"{caller}: {text!r:.60} cannot be an axis: its vector is zero, as the encoder knows no word of it."
            )
    return made


def _counted(counter: Any, documents: Any, caller: str) -> tuple[Any, list[str]]:
    """Return the numbers of terms in documents, and the terms."""
    from textvec.encoders.column_names import all_column_names
    from textvec.encoders.encode import matrix_of, unfitted
    from textvec.vectorizers import CountVectorizer

    counter = unfitted(CountVectorizer() if counter is None else counter, caller)
    counts = matrix_of(counter, documents, fit=True, caller=caller)
    names = all_column_names(counter, counts.shape[1])
    return counts, names or [f"column {column}" for column in range(counts.shape[1])]


def _neighbors(matrix: Any, n_neighbors: int) -> NDArray[np.int64]:
    """Return the rows that have the highest cosines with each row, best first, -1 where there are no more."""
    from textvec.index import CosineIndex

    n = matrix.shape[0]
    k = min(n_neighbors, n - 1)
    if not k:
        return np.empty((n, 0), np.int64)
    rows = CosineIndex("precomputed").fit(matrix).search(matrix, k + 1)._rows
    rows = np.pad(rows, ((0, 0), (0, k + 1 - rows.shape[1])), constant_values=-1)
    is_own = rows == np.arange(n)[:, None]
    is_own[~is_own.any(axis=1), -1] = True  # Of a row that k + 1 others equal, the last of them is left out.
    others: NDArray[np.int64] = rows[~is_own].reshape(n, k)
    return others


def _table_of(vectors: Any) -> Any:
    """Return the `WordVectors` that something stands for."""
    from textvec.embeddings import WordVectors
    from textvec.persistence.vector_files import read_vectors

    if isinstance(vectors, str | os.PathLike):
        return read_vectors(os.fspath(vectors))
    table = getattr(vectors, "vectors_", vectors)
    if not isinstance(table, WordVectors):
        raise TypeError(
            "map_words: vectors must be WordVectors, a fitted Word2Vec, the path of a file of word vectors or the name "
            f"of pretrained ones, but they are of type {type(vectors).__name__}. WordVectors(words, array) makes some."
        )
    return table


def _rows_of(table: Any, words: Sequence[str]) -> NDArray[Any]:
    """Return the vectors of words, each of which must have one."""
    from textvec.embeddings.queries import describe_unknown, unknown_words

    for word in words:
        if unknown := unknown_words(table, [word]):
            raise ValueError(f"map_words: {describe_unknown(table, unknown)}")
    return np.asarray(table[list(words)])
