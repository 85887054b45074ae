"""Vectors of any size to two coordinates, or to few dimensions: SVD, t-SNE, UMAP, cosines to two vectors.

Tested in tests/plots/test_projection.py.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import is_number
from textvec._common.optional import import_umap

Floats = NDArray[np.float64]

ON_FEW_DIMENSIONS = ("tsne", "umap")
PROJECTIONS = ("svd", *ON_FEW_DIMENSIONS)
MAX_DIMENSIONS = 50
"""How many dimensions t-SNE, UMAP and k-means get of sparse vectors: scikit-learn's advice for t-SNE. More of them cost
time, and hold what is particular to few documents."""
PERPLEXITY = 30.0
"""scikit-learn's default for t-SNE: about how many neighbours a point has."""
N_NEIGHBORS = 15
"""umap-learn's default: how many neighbours a point has in the graph that is drawn."""
MIN_SPECTRAL = 10
"""UMAP begins with eigenvectors of its graph, of which small graphs have too few: these begin at random."""


def are_equal(vectors: Any) -> bool:
    """Tell whether all vectors are the same."""
    if hasattr(vectors, "tocsr"):
        spread = vectors.max(axis=0) - vectors.min(axis=0)
        return not abs(spread).max()
    return bool((vectors == vectors[:1]).all())


def reduced(vectors: Any, n: int, seed: int) -> Floats:
    """Return the first n components: of sparse vectors by scikit-learn's TruncatedSVD, of dense ones by its PCA.

    Signs are those of scikit-learn, which makes the largest entry of each component positive. Components that there
    are not, because the vectors have fewer dimensions, are zero.
    """
    from sklearn.decomposition import PCA, TruncatedSVD

    n_rows, n_columns = vectors.shape
    if not hasattr(vectors, "tocsr"):
        vectors = np.asarray(vectors, np.float32 if vectors.dtype == np.float16 else None)
        made = PCA(min(n, n_rows, n_columns), random_state=seed).fit_transform(vectors)
    elif n < min(n_rows, n_columns):
        # Few components are exact; those of the randomized method, many times faster for many, differ by some digits.
        algorithm = "arpack" if n <= 2 else "randomized"
        svd = TruncatedSVD(n, algorithm=algorithm, random_state=seed)
        made = svd.fit_transform(vectors.astype(np.float64))
    else:
        from sklearn.utils.extmath import svd_flip

        u, s, v = np.linalg.svd(vectors.toarray().astype(np.float64), full_matrices=False)
        u, _ = svd_flip(u, v, u_based_decision=False)
        made = (u * s)[:, :n]
    padded = np.zeros((n_rows, n))
    padded[:, : made.shape[1]] = made
    return padded


def few_dimensions(vectors: Any, seed: int) -> Any:
    """Return vectors as t-SNE, UMAP and k-means take them: sparse ones as their first components."""
    return reduced(vectors, MAX_DIMENSIONS, seed) if hasattr(vectors, "tocsr") else vectors


def projected(
    vectors: Any, projection: str, seed: int, perplexity: float | None, caller: str, few: Any = None
) -> Floats:
    """Return two coordinates for each vector; all zero, with a warning, where all vectors are the same.

    `few` is what `few_dimensions` returns of the vectors, if they have gone through it already.

    Raises
    ------
    ValueError
        If there are fewer than two vectors, or the perplexity is too large for so few.
    ImportError
        If UMAP is asked for, and not installed.
    """
    n = vectors.shape[0]
    if n < 2:
        raise ValueError(
            f"{caller}: a map shows how texts lie to one another and needs two or more, but there is {n}. With two "
            'texts as projection, ("first", "second"), one can stand alone.'
        )
    _check_perplexity(perplexity, n, caller)
    umap = import_umap(f"{caller} with projection='umap'") if projection == "umap" else None
    if are_equal(vectors):
        warnings.warn(f"{caller}: all {n} vectors are the same, so all points are in one place.", stacklevel=3)
        return np.zeros((n, 2))
    if projection == "svd":
        return reduced(vectors, 2, seed)
    few = np.ascontiguousarray(few_dimensions(vectors, seed) if few is None else few, np.float32)
    if projection == "tsne":
        from sklearn.manifold import TSNE

        chosen = min(PERPLEXITY, (n - 1) / 3) if perplexity is None else perplexity
        init = "pca" if few.shape[1] > 1 else "random"
        return np.asarray(TSNE(perplexity=chosen, init=init, random_state=seed).fit_transform(few), np.float64)
    return _by_umap(umap, few, seed)


def _check_perplexity(perplexity: float | None, n: int, caller: str) -> None:
    if perplexity is not None and (not is_number(perplexity) or not 0 < perplexity < n):
        raise ValueError(
            f"{caller}: perplexity, about how many neighbours a point has, must be above 0 and less than the number of "
            f"points, {n}, but it is {perplexity!r}. Leave it out for one that fits."
        )


def _by_umap(umap: Any, vectors: NDArray[np.float32], seed: int) -> Floats:
    n = len(vectors)
    if n <= 3:  # A graph of neighbours says nothing of so few.
        return reduced(vectors, 2, seed)
    init = "spectral" if n > MIN_SPECTRAL else "random"
    with warnings.catch_warnings():
        # A seed makes it use one thread, and it says so; of numba's own affairs it says more.
        warnings.simplefilter("ignore")
        made = umap.UMAP(n_neighbors=min(N_NEIGHBORS, n - 1), init=init, random_state=seed, n_jobs=1)
        return np.asarray(made.fit_transform(vectors), np.float64)


def cosines_to(vectors: Any, two: Any) -> Floats:
    """Return the cosines of each vector with two others; 0 for a vector that is zero."""
    from sklearn.metrics.pairwise import cosine_similarity

    return np.asarray(cosine_similarity(vectors, two, dense_output=True), np.float64)
