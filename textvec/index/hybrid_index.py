"""Search by words and by meaning at once: two rankings of the same documents, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from textvec._common.diagram import is_estimator
from textvec.encoders.encode import FUNCTION, documents_for, encode, kind_of, name_of
from textvec.encoders.vectors import Pair, Sparse
from textvec.index import _search
from textvec.index._collection import Collection
from textvec.index._fusion import Fusion, fused
from textvec.index._ids import Id, id_list
from textvec.index.bm25_index import BM25Index
from textvec.index.cosine_index import CosineIndex
from textvec.index.document_index import DocumentIndex
from textvec.index.errors import DamagedIndexError
from textvec.index.results import SearchResults
from textvec.index.rows.base import BACKENDS
from textvec.index.rows.hybrid import DENSE, LEXICAL
from textvec.index.storage.encoder_files import PREFIXES
from textvec.index.vector_index import VectorIndex

if TYPE_CHECKING:
    from textvec.explanation.hybrid import HybridExplanation
    from textvec.index._documents import Documents
    from textvec.index._filters import Where
    from textvec.index.storage.encoder_files import EncoderFiles
    from textvec.index.storage.folder import Folder
    from textvec.index.storage.shards import ShardedFolder


class HybridIndex(DocumentIndex):
    r"""Find documents by their words and by their meaning at once: a lexical and a dense search, put together.

    With reciprocal rank fusion, the default, a document that is at rank :math:`r_i` of search i scores

    .. math:: score(d) = \sum_i \frac{w_i}{60 + r_i(d)}

    and with weighted sums :math:`\sum_i w_i \hat s_i(d)`, where :math:`\hat s_i` are the scores of the query's best
    documents in search i, brought to a common scale. A search gives nothing to documents that it does not find.

    Parameters
    ----------
    lexical : BM25Index or CosineIndex, default=None
        The search by words, not fitted. None stands for `BM25Index()`.
    dense : CosineIndex
        The search by meaning, not fitted: of an encoder that makes dense vectors, such as `EmbeddingVectorizer`.
    chunker : Chunker, default=None
        Cuts documents into passages for both searches: a document is found by its best passage.

    Attributes
    ----------
    encoder_ : CountVectorizer, other transformer, or Pipeline
        The fitted encoder of words.
    dense_encoder_ : transformer or callable
        The fitted encoder of meaning.

    See Also
    --------
    BM25Index : The lexical search alone.
    textvec.evaluation.retrieval : Tells which of them is the best for your documents.

    Notes
    -----
    Documents are stored once, with both of their rows. All changes are made to both at once, on disk as well.

    References
    ----------
    Cormack, Clarke and Büttcher (2009), Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods. SIGIR.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec import BM25Index, CosineIndex, EmbeddingVectorizer, HybridIndex, WordVectors
    >>> vectors = WordVectors(["car", "automobile", "apple"], np.array([[1, 0], [0.9, 0.1], [0, 1]]))
    >>> index = HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(vectors)))
    >>> index.fit(["a red car", "an old automobile", "a red apple"])
    HybridIndex(3 documents, 1 segment, counts and dense)
    >>> index.search(["car"], k=2)
    SearchResults(1 query)
      query 0
        0.0328  0  a red car
        0.0161  1  an old automobile
    >>> index.explain("car", 1)
    HybridExplanation(score 0.0161)
      0.0000  lexical  not found
      0.0161  dense    rank 2, score 0.9939
    """

    _metrics: ClassVar[tuple[str, ...]] = ("hybrid",)

    def __init__(self, lexical: Any = None, dense: Any = None, *, chunker: Any = None) -> None:
        super().__init__()
        self.lexical = lexical
        self.dense = dense
        self.chunker = chunker

    def fit(self, documents: Any, y: Any = None, *, ids: Iterable[Id] | None = None, metadata: Any = None) -> Self:
        """Fit both encoders on the documents, encode them and index their vectors, instead of any that are indexed.

        Parameters
        ----------
        documents : iterable of str, column of strings, Tokens, or list of lists of str
            Whatever both encoders take.
        y : None
            Ignored.
        ids : iterable of str or of int, optional
            As in `CosineIndex.fit`.
        metadata : DataFrame, Arrow table, mapping of columns or list of dicts, optional
            As in `CosineIndex.fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As in `CosineIndex.fit`, or if the vectors of `lexical` are not sparse, or those of `dense` are not dense.
        TypeError
            If `lexical` or `dense` is no index.
        """
        lexical, dense = self._searches()
        words, meaning, chunker = lexical._new_encoder(), dense._new_encoder(), self._new_chunker()
        unit = lexical._is_unit
        made = self._encoded_pairs(words, meaning, documents, ids, metadata, chunker, unit, fit=True, fit_dense=True)
        vectors: Any = made.vectors
        backend, bm25 = lexical._scoring(vectors.lexical)
        collection = Collection.of(made, f"{backend}+{dense._scoring(vectors.dense)[0]}", bm25)
        lexical.encoder_, dense.encoder_ = words, meaning
        with self._lock:
            self._lexical, self._dense = lexical, dense
            self._collection, self._folder, self._chunker = collection, None, chunker
        return self

    def search(
        self,
        queries: Any,
        k: int = 10,
        *,
        min_score: float | None = None,
        where: Where | None = None,
        fusion: str = "rrf",
        weights: tuple[float, float] = (1.0, 1.0),
        normalization: str = "min-max",
        rank_constant: float = 60,
        depth: int | None = None,
    ) -> SearchResults:
        """Find the k documents that are best in both searches together, for each query.

        Parameters
        ----------
        queries : iterable of str, or whatever else both encoders take
            The queries.
        k : int, default=10
            How many hits at the most: documents that at least one of the searches finds.
        min_score : float, optional
            Leave out hits with a smaller score.
        where : pyarrow.compute.Expression, mapping, str, or list of these, optional
            Search only among documents whose metadata fulfil a condition, as in `CosineIndex.search`.
        fusion : {"rrf", "weighted"}, default="rrf"
            Whether ranks are added up, as reciprocal rank fusion does, or scores that are made comparable.
        weights : tuple of 2 floats, default=(1.0, 1.0)
            How much the lexical search counts, and how much the dense one. One that counts 0 brings no documents.
        normalization : {"min-max", "z-score"}, default="min-max"
            How scores are made comparable for weighted sums: by the lowest and the highest of a query's best documents,
            which become 0 and 1, or by their mean and standard deviation, counted from the lowest.
        rank_constant : float, default=60
            What is added to ranks: the larger it is, the less the first ranks count before the others.
        depth : int, optional
            How many documents of each search count; by default 100, or ten times `k` if that is more.

        Returns
        -------
        SearchResults
            For each query its hits, best first; equal scores by id. In a weighted sum the last one may score 0.

        Raises
        ------
        ValueError
            If a parameter is none of those above, or one string was given instead of several.
        """
        collection, k = self._fitted(), _search.checked_k(k)
        how = Fusion.checked(fusion, weights, normalization, rank_constant, depth, k)
        found = self._found(collection, queries, how.depth, where)
        return SearchResults(*fused(collection, found, how, k, _search.floor_of(min_score)), collection)

    def search_by_id(
        self,
        ids: Id | Iterable[Id],
        k: int = 10,
        *,
        min_score: float | None = None,
        where: Where | None = None,
        fusion: str = "rrf",
        weights: tuple[float, float] = (1.0, 1.0),
        normalization: str = "min-max",
        rank_constant: float = 60,
        depth: int | None = None,
    ) -> SearchResults:
        """Find the documents that are most like documents of the index, by words and by meaning.

        Parameters
        ----------
        ids : str, int, or an iterable of them
            Of the documents that are the queries. A document is no hit of its own.
        k : int, default=10
            How many hits at the most.
        min_score, where, fusion, weights, normalization, rank_constant, depth : object
            As in `search`.

        Returns
        -------
        SearchResults

        Raises
        ------
        KeyError
            If no document has one of the ids.
        """
        collection, k = self._fitted(), _search.checked_k(k)
        how = Fusion.checked(fusion, weights, normalization, rank_constant, depth, k)
        listed, n = id_list(ids), min(how.depth, len(collection))
        found = [
            _search.search_by_id(part, listed, search._asked, n, 0.0, where) for search, part in self._pairs(collection)
        ]
        return SearchResults(*fused(collection, found, how, k, _search.floor_of(min_score)), collection)

    def explain(  # type: ignore[override]
        self,
        query: Any,
        id: Id,  # noqa: A002
        *,
        k: int = 10,
        fusion: str = "rrf",
        weights: tuple[float, float] = (1.0, 1.0),
        normalization: str = "min-max",
        rank_constant: float = 60,
        depth: int | None = None,
    ) -> HybridExplanation:
        """Tell what made the score of a document: its rank and score in each search, and why it has these.

        Parameters
        ----------
        query : str
            Or whatever else is one document of both encoders.
        id : str or int
            Of the document, as in the results of `search`.
        k : int, default=10
            How many hits were wanted, by which the default of `depth` goes.
        fusion, weights, normalization, rank_constant, depth : object
            As in `search`.

        Returns
        -------
        HybridExplanation
            The contributions of the two searches, which add up to the score, with an `Explanation` of each, where there
            is one.

        Raises
        ------
        KeyError
            If no document has that id.
        """
        from textvec.explanation.hybrid import HybridExplanation, PartContribution

        collection = self._fitted()
        how = Fusion.checked(fusion, weights, normalization, rank_constant, depth, _search.checked_k(k))
        (number, doc), *_ = collection.locate(id_list(id))
        own = int(collection.first_rows[number]) + int(collection.segments[number].segment.rows_of(doc)[0])
        document = collection.document_numbers(np.array([own]))[0]
        contributions, explanations = [], {}
        found = self._found(collection, [query], how.depth, None)
        for i, (name, (search, part)) in enumerate(zip(collection.parts, self._pairs(collection), strict=True)):
            (rows,), (scores,) = found[i]
            rows = rows[rows >= 0]
            gives = how.contributions(i, scores[: len(rows)].astype(np.float64))
            at = np.flatnonzero(collection.document_numbers(rows) == document)[:1].tolist()
            rank, give, score = (at[0] + 1, float(gives[at[0]]), float(scores[at[0]])) if at else (None, 0.0, 0.0)
            contributions.append(PartContribution(name, give, rank, score))
            try:
                explanations[name] = search._explain(part, query, id) if at else None
            except DamagedIndexError:
                raise
            except ValueError:  # dense vectors that are no sums over words
                explanations[name] = None
        return HybridExplanation(contributions, id=id, **explanations)

    def _knows(self, collection: Collection, query: Any) -> bool:
        return any(search._knows(part, query) for search, part in self._pairs(collection))

    @classmethod
    def _opened(cls, folder: Folder | ShardedFolder, encoder: Any) -> Self:
        index = cls(*_opened_searches(folder, encoder))
        index._lexical, index._dense = _opened_searches(folder, encoder)
        return index

    def _searches(self) -> tuple[DocumentIndex, VectorIndex]:
        """Return the two searches, to be fitted, or raise an error if they are none."""
        if self.lexical is not None and not isinstance(self.lexical, BM25Index | CosineIndex):
            raise TypeError(f"HybridIndex: lexical must be a BM25Index or a CosineIndex, not {self.lexical!r:.60}.")
        if not isinstance(self.dense, CosineIndex):
            raise TypeError(
                "HybridIndex: dense must be a CosineIndex of an encoder that makes dense vectors, such as "
                f"CosineIndex(EmbeddingVectorizer(vectors)), but it is {self.dense!r:.60}."
            )
        from sklearn.base import clone

        lexical, dense = BM25Index() if self.lexical is None else clone(self.lexical), clone(self.dense)
        if lexical.chunker is not None or dense.chunker is not None:
            raise ValueError("HybridIndex: both searches have the same passages. Give the chunker to HybridIndex.")
        return self._in_folder(lexical, dense)  # the encoders of an index that was opened are fitted anew

    def _in_folder(self, lexical: DocumentIndex, dense: VectorIndex) -> tuple[DocumentIndex, VectorIndex]:
        """Return two searches, which are to read their encoders from the folder of this index, if it has one."""
        for search, field in zip((lexical, dense), PREFIXES, strict=True):
            search._folder, search._encoder_field = self._folder, field
        return lexical, dense

    def _parts(self) -> tuple[DocumentIndex, VectorIndex]:
        """Return the two searches of the documents that there are."""
        return self._in_folder(self._lexical, self._dense)

    def _pairs(self, collection: Collection) -> Iterator[tuple[DocumentIndex, Collection]]:
        """Return each of the two searches, and what it searches in."""
        return zip(self._parts(), collection.parts.values(), strict=True)

    def _check_like(self, collection: Collection, vectors: Pair) -> None:
        for (search, part), of_part in zip(self._pairs(collection), vectors, strict=True):
            search._check_like(part, of_part)

    @property
    def _learns(self) -> bool:  # type: ignore[override]
        return self._lexical._learns

    @property
    def encoder_(self) -> Any:
        """The fitted encoder of words."""
        return self._encoder_of(0)

    @encoder_.setter
    def encoder_(self, encoder: Any) -> None:
        self._lexical.encoder_ = encoder

    @property
    def dense_encoder_(self) -> Any:
        """The fitted encoder of meaning."""
        return self._encoder_of(1)

    def _word_search(self) -> tuple[DocumentIndex, Collection]:
        return self._parts()[0], self._fitted().parts[LEXICAL]

    def _parts_of_diagram(self) -> list[tuple[str, Any]]:
        if self._collection is None:
            return super()._parts_of_diagram()
        encoders = {
            name: vars(each).get("encoder_") for name, each in zip((LEXICAL, DENSE), self._parts(), strict=True)
        }
        chunker = {"chunker": self._chunker}
        return [(name, part) for name, part in (encoders | chunker).items() if is_estimator(part)]

    def _encoder_of(self, part: int) -> Any:
        self._fitted()
        return self._parts()[part].encoder_

    def _forget_encoder(self) -> None:
        self._lexical._forget_encoder()

    def _found(self, collection: Collection, queries: Any, depth: int, where: Where | None) -> list[_search.Found]:
        """Return the best rows of each search."""
        queries = list(queries) if isinstance(queries, Iterator) else queries
        found = []
        for search, part in self._pairs(collection):
            asked = search._asked(search._encoded(queries, part), part)
            found.append(_search.search(part, asked, min(depth, max(len(part), 1)), 0.0, where))
        return found

    def _encoded_more(
        self, encoder: Any, documents: Any, ids: Iterable[Id] | None, metadata: Any, *, fit: bool = False
    ) -> Documents:
        like = self._fitted().like.metadata
        unit = self._fitted().parts[LEXICAL].metric == "cosine"
        return self._encoded_pairs(
            encoder, self.dense_encoder_, documents, ids, metadata, self._chunker, unit, fit=fit, fit_dense=False,
            like=like,
        )  # fmt: skip

    def _encoded_pairs(
        self,
        words: Any,
        meaning: Any,
        documents: Any,
        ids: Iterable[Id] | None,
        metadata: Any,
        chunker: Any,
        unit: bool,
        *,
        fit: bool,
        fit_dense: bool,
        like: Any = None,
    ) -> Documents:
        """Encode documents by both encoders."""
        from textvec.index._inputs import encoded_documents

        given = documents_for(meaning, documents, "HybridIndex")
        documents = given if isinstance(documents, Iterator) else documents  # an iterator is read once
        made = encoded_documents(
            documents, ids, metadata, words, chunker, fit=fit, caller="HybridIndex", unit=unit, like=like
        )  # fmt: skip
        items = "documents" if made.passages is None else "passages"
        texts = given if made.passages is None else made.passages.texts(made.contents)
        dense = encode(meaning, texts, fit=fit_dense, caller="HybridIndex", items=items)
        if not isinstance(made.vectors, Sparse) or isinstance(dense, Sparse):
            raise ValueError(
                "HybridIndex: the vectors of `lexical` must be sparse, as those of words are, and the vectors of "
                "`dense` must be dense, as those of an EmbeddingVectorizer are."
            )
        return replace(made, vectors=Pair(made.vectors, dense))

    def _encoder_files(self) -> dict[str, EncoderFiles]:
        words, meaning = self._parts()
        if kind_of(words.encoder_, "HybridIndex") == FUNCTION:
            raise ValueError(
                "HybridIndex: the encoder of `lexical` is a function, which is not saved, and `open` takes that of "
                "`dense` alone. Use a transformer, such as TfidfVectorizer."
            )
        parts = self._fitted().parts  # only that of words has frozen frequencies
        return words._encoder_files_of(parts[LEXICAL]) | meaning._encoder_files_of(parts[DENSE])

    def info(self) -> dict[str, Any]:
        """Return figures: how many documents, deleted ones, segments; what vectors and metadata; on disk, how large."""
        figures = super().info()
        about = None if self._folder is None else self._folder.content["dense_encoder"]
        dense = name_of(self.dense_encoder_) if about is None else about["name"]
        return {**figures, "dense encoder": dense}


def _opened_searches(folder: Folder | ShardedFolder, encoder: Any) -> tuple[DocumentIndex, CosineIndex]:
    """Return searches, not fitted, with the parameters of those of an index in a folder."""
    lexical = CosineIndex() if folder.collection.bm25 is None else BM25Index._opened(folder, None)
    dense = CosineIndex(encoder, approximate=BACKENDS[folder.collection.backend].is_approximate)
    if encoder is not None:
        dense.encoder_ = encoder
    return lexical, dense
