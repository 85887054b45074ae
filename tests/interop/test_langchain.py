"""The retriever and the vector store for LangChain; the store does what LangChain's own in memory does."""

import numpy as np
import pyarrow.compute as pc
import pytest

from support.asyncs import run_async
from support.retrieving import ALL_WORDS, ROWS, index_of_passages, run_examples
from textvec import BM25Index, CosineIndex, EmbeddingVectorizer, HybridIndex, VectorIndex, WordVectors

pytest.importorskip("langchain_core", reason="needs LangChain: pip install 'textvec-kit[langchain]'")
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.vectorstores import InMemoryVectorStore

from textvec.interop.langchain import TextvecRetriever, TextvecVectorStore

EMBEDDING = DeterministicFakeEmbedding(size=8)
TEXTS = [f"text {i}" for i in range(30)]


class Asked(Embeddings):
    """Embeddings that remember what they were asked, and know queries from documents."""

    def __init__(self):
        self.documents = []

    def embed_documents(self, texts):
        self.documents += texts
        return EMBEDDING.embed_documents(texts)

    def embed_query(self, text):
        return EMBEDDING.embed_query(f"query: {text}")


def indexes():
    vectors = WordVectors(["red", "apple", "sea"], np.eye(3))
    texts = ["red apple", "an apple", "red sea"]
    encoder = EmbeddingVectorizer(vectors)
    return {
        "bm25": BM25Index().fit(texts),
        "cosine": CosineIndex().fit(texts),
        "dot": VectorIndex(encoder, metric="dot").fit(texts),
        "hybrid": HybridIndex(BM25Index(), CosineIndex(encoder)).fit(texts),
    }


@pytest.mark.parametrize("name", ["bm25", "cosine", "dot", "hybrid"])
@pytest.mark.filterwarnings("ignore:VectorIndex.*all vectors have the length 1")
def test_a_retriever_over_any_index(name):
    index = indexes()[name]
    found = TextvecRetriever(index, k=2).invoke("red sea")
    assert [(each.id, each.page_content) for each in found] == [("2", "red sea"), ("0", "red apple")]
    assert [each.metadata["score"] for each in found] == [hit.score for hit in index.search(["red sea"], k=2)[0]]


def test_a_retriever_over_a_folder(tmp_path):
    index_of_passages().save(tmp_path / "index")
    (found,) = TextvecRetriever(tmp_path / "index", k=1, where={"label": "fruit"}).invoke("sea")
    assert (found.id, found.page_content) == ("0", "The sea is blue.")
    score = found.metadata["score"]
    assert found.metadata == {"id": 0, "score": score, "passage": 1, "start": 13, "end": 29} | ROWS[0]
    with pytest.raises(TypeError, match="TextvecRetriever: index must be an index"):
        TextvecRetriever(None)


def test_a_retriever_takes_limits_for_one_call():
    retriever = TextvecRetriever(index_of_passages(), min_score=0.1)
    assert len(retriever.invoke(ALL_WORDS)) == 5
    assert len(retriever.invoke(ALL_WORDS, k=2)) == 2
    assert retriever.invoke(ALL_WORDS, min_score=99) == []
    assert [each.id for each in retriever.invoke(ALL_WORDS, where=pc.field("year") > 2004)] == ["4"]
    assert len(retriever.invoke(ALL_WORDS)) == 5
    with pytest.raises(ValueError, match="k, the number of hits, must be"):
        retriever.invoke("red", k=0)


def test_a_retriever_asynchronously_and_in_batches():
    retriever = TextvecRetriever(index_of_passages(), k=2)
    assert run_async(retriever.ainvoke("sea")) == retriever.invoke("sea")
    assert retriever.batch(["sea", "red"]) == [retriever.invoke("sea"), retriever.invoke("red")]


def test_a_store_finds_what_that_of_langchain_finds():
    """Cosines of random vectors are negative as often as positive, and the nearest are found all the same."""
    ours, theirs = (cls.from_texts(TEXTS, Asked(), ids=TEXTS) for cls in (TextvecVectorStore, InMemoryVectorStore))
    for query in TEXTS[:5]:
        found, expected = (store.similarity_search_with_score(query, k=30) for store in (ours, theirs))
        assert [document.id for document, _ in found] == [document.id for document, _ in expected]
        np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=1e-6)
        assert found[-1][1] < 0
        assert ours.similarity_search(query) == [document for document, _ in found[:4]]
        vector = ours.embeddings.embed_query(query)
        assert ours.similarity_search_by_vector(vector, k=3) == [document for document, _ in found[:3]]
        assert run_async(ours.asimilarity_search(query)) == ours.similarity_search(query)


def test_the_opposite_is_found_and_relevance_is_between_0_and_1():
    class Signs(Embeddings):
        def embed_documents(self, texts):
            return [self.embed_query(text) for text in texts]

        def embed_query(self, text):
            return [{"up": 3.0, "down": -3.0}.get(text, 0.0), 0.0]

    store = TextvecVectorStore.from_texts(["up", "down", "neither"], Signs())
    found = [(each.page_content, score) for each, score in store.similarity_search_with_score("up")]
    assert found == [("up", 1), ("neither", 0), ("down", -1)]
    relevant = store.similarity_search_with_relevance_scores("up", score_threshold=0.4)
    assert [(each.page_content, score) for each, score in relevant] == [("up", 1), ("neither", 0.5)]


@pytest.mark.parametrize("where", ["memory", "folder"])
def test_a_store_changes(where, tmp_path):
    embedding = Asked()
    store = TextvecVectorStore.from_texts(["one", "two"], embedding, [{"n": 1}, {"n": 2}], ids=["1", "2"])
    if where == "folder":
        store.save(tmp_path / "store")
        store = TextvecVectorStore.load(tmp_path / "store", embedding)
    store.add_documents([Document("three", id="3", metadata={"n": 3}), Document("TWO", id="2", metadata={"n": -2})])
    first = store.index
    assert store.add_texts(["four"], [{"n": None}], ids=["4"]) == ["4"]
    assert store.index is first, "no new column, nothing is indexed anew"
    (random,) = store.add_documents([Document("five", metadata={"tag": "new", "n": 5.5})])
    assert embedding.documents == ["one", "two", "three", "TWO", "four", "five"], "texts are embedded once"
    for each in [store] if where == "memory" else [store, TextvecVectorStore.load(tmp_path / "store", embedding)]:
        assert each.get_by_ids(["2", "nothing", "4", random]) == [
            Document("TWO", id="2", metadata={"n": -2.0}),
            Document("four", id="4"),
            Document("five", id=random, metadata={"tag": "new", "n": 5.5}),
        ]
        assert {found.id for found in each.similarity_search("x", filter=["n > 0", "n < 5"])} == {"1", "3"}
        assert [found.id for found in each.similarity_search("x", filter={"tag": "new"})] == [random]
    assert store.delete(["1", "1", "nothing"])
    assert store.delete([random])
    assert [each.id for each in store.get_by_ids(["1", "2", "3", "4"])] == ["2", "3", "4"]
    store.delete()
    assert store.similarity_search("two") == []
    store.add_texts(["again"], ids=["1"])
    assert [found.page_content for found in store.similarity_search("two")] == ["again"]


def test_a_store_that_is_empty(tmp_path):
    store = TextvecVectorStore(EMBEDDING)
    assert store.similarity_search("x") == store.get_by_ids(["x"]) == store.add_documents([]) == []
    assert store.delete(["x"])
    with pytest.raises(ValueError, match="nothing to save yet"):
        store.save(tmp_path / "store")


def test_what_a_store_refuses_and_that_nothing_changes_then(tmp_path):
    store = TextvecVectorStore.from_texts(["one"], EMBEDDING, [{"n": 1}], ids=["1"])
    other = TextvecVectorStore(DeterministicFakeEmbedding(size=5))
    other.index = store.index
    for act, message in [
        (lambda: store.add_texts(["a", "b"], ids=["2", "2"]), "'2' stands for several documents"),
        (lambda: store.add_documents([Document("a"), Document("b")], ids=["2"]), "1 ids came for 2 documents"),
        (lambda: store.add_texts(["a"], [{"n": "text"}]), "column 'n' has"),
        (lambda: store.add_texts(["a"], [{"page_content": "text"}]), "cannot be a name in its metadata"),
        (lambda: other.add_texts(["a"]), "have 8 dimensions, but these have 5"),
        (lambda: other.similarity_search("a"), "have 8 dimensions, but these have 5"),
        (lambda: store.similarity_search("a", filter="m > 3"), "no column 'm'"),
    ]:
        with pytest.raises(ValueError, match=message):
            act()
        assert store.get_by_ids(["1", "2"]) == [Document("one", id="1", metadata={"n": 1})]
        assert len(store.index) == 1
    index_of_passages().save(tmp_path / "words")
    VectorIndex("precomputed", metric="dot").fit(2 * np.eye(3)).save(tmp_path / "vectors")
    for name in ("words", "vectors"):
        with pytest.raises(ValueError, match=r"TextvecVectorStore|scores by BM25"):
            TextvecVectorStore.load(tmp_path / name, EMBEDDING)


def test_a_store_as_retriever_asynchronously():
    store = run_async(TextvecVectorStore.afrom_texts(TEXTS, EMBEDDING))
    retriever = store.as_retriever(search_kwargs={"k": 2})
    assert run_async(retriever.ainvoke("text 7"))[0].page_content == "text 7"
    ids = run_async(store.aadd_documents([Document("new", id="new")]))
    assert [each.page_content for each in run_async(store.aget_by_ids(ids))] == ["new"]


def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_examples("langchain") > 10
