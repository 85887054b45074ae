"""How the files in tests/saved/0.1.0 were made: run it with the version of textvec whose files are wanted.

    python tests/support/make_saved_files.py FOLDER

FOLDER must not exist. It gets a file of `textvec.save` for each class that can be saved, folders of indexes, and
expected.json, which says what each of them must answer when a later version has opened it. The tests ask and compare
with functions of this module. All that it uses of textvec is public, so that every version can run it.
"""

import json
import math
import sys
from datetime import date
from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import textvec
from textvec import (
    BM25Weighting,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Lemmatizer,
    NBWeighting,
    OneHotVectorizer,
    Phrases,
    SequenceEncoder,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Tokens,
    Word2Vec,
    WordVectors,
)
from textvec.embeddings import Subwords

TEXTS = [
    "The hot soup is good, the old cook is happy.",
    "Rain fell on the green hills all night.",
    "A good cook tastes the hot soup twice.",
    "The night train crossed the green hills.",
    "Hot soup and fresh bread, a good supper!",
    "Two trains waited in the rain.",
    "The café sells fresh bread and cold tea.",
    "Snow lay on the hills, the trains were late.",
    "Cold tea is no supper for a cook.",
    "Late at night the rain became snow.",
]
LABELS = ["food", "travel", "food", "travel", "food", "travel", "food", "travel", "food", "travel"]
NEW = ["Fresh soup, hot soup: the cook is good!", "The late train in snow and rain, unheard of"]
MORE = ["Green tea in the old train, unheard of", "The cook sells snow of old"]
ARTICLES = [
    "The sea was calm. Nobody spoke. Then a whale came up.",
    "A farm in the hills.\n\nBees all over! Why so many? Nobody knows.",
    "Snow fell for days. The road was closed. A cook made soup of what was left. The whale was gone.",
]
SENTENCES = [*TEXTS, *(passage.text for article in ARTICLES for passage in Chunker(size=1).split(article))]


# What is asked of what was opened, here and in the tests.


def ask(thing, name, given):
    """Return an attribute of a thing, or what its method gives; a dict among the arguments is a table's columns."""
    value = attrgetter(name)(thing)
    if not callable(value):
        return value
    return value(*(pd.DataFrame(argument) if isinstance(argument, dict) else argument for argument in given))


def describe(answer):
    """Return an answer as plain data: what it is, and all its values."""
    if isinstance(answer, BaseEstimator):
        described = {"kind": "estimator", "value": type(answer).__name__}
    elif isinstance(answer, Tokens):
        described = {"kind": "tokens", "value": answer.to_lists()}
    elif isinstance(answer, WordVectors):
        described = {**describe(answer.vectors), "kind": "word vectors", "words": list(answer)}
    elif isinstance(answer, pd.DataFrame):
        columns, dtypes = answer.columns.tolist(), answer.dtypes.astype(str).tolist()
        described = {"kind": "table", "columns": columns, "dtype": dtypes, "value": answer.to_numpy().tolist()}
    elif sp.issparse(answer):
        matrix = answer.tocoo()
        cells = zip(matrix.row.tolist(), matrix.col.tolist(), _numbers(matrix.data), strict=True)
        described = {"kind": "sparse", "dtype": str(answer.dtype), "shape": answer.shape, "value": sorted(cells)}
    elif isinstance(answer, np.ndarray):
        described = {"kind": "array", "dtype": str(answer.dtype), "shape": answer.shape, "value": _numbers(answer)}
    elif isinstance(answer, list) and isinstance(answer[0], np.ndarray):
        described = {"kind": "arrays", "dtype": str(answer[0].dtype), "value": [_numbers(array) for array in answer]}
    elif isinstance(answer, frozenset):
        described = {"kind": "set", "value": sorted(answer)}
    else:
        described = {"kind": "plain", "value": answer}
    return plain(described)


def _numbers(array):
    """Return an array as lists, single precision by as many digits as it has."""
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        return np.array([float(str(number)) for number in array.ravel()]).reshape(array.shape).tolist()
    return array.tolist()


def plain(data):
    """Return data as it is after a way through JSON; dates become strings."""
    return json.loads(json.dumps(data, default=date.isoformat))


def agree(found, expected, rtol):
    """Tell whether plain data are the same, but for a relative difference of numbers that are not whole."""
    if type(found) is not type(expected):
        return False
    if isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=rtol, abs_tol=rtol / 100)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(agree(*pair, rtol) for pair in zip(found, expected, strict=True))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(agree(found[key], expected[key], rtol) for key in expected)
    return found == expected


def as_given(kind, documents):
    """Return documents or queries in expected.json as what an index takes."""
    if kind in ("texts", "words"):
        return documents
    return {"rows": np.array, "sparse rows": sp.csr_matrix}[kind](documents)


def without_documents(results):
    """Return the results of a search as plain data, without the documents."""
    return plain([[{k: v for k, v in hit.items() if k != "document"} for hit in hits] for hits in results.to_dicts()])


def letters(texts):
    """Count vowels: the encoder of an index whose encoder is a function."""
    return np.array([[text.lower().count(vowel) for vowel in "aeiou"] for text in texts], float)


# Files


def _word_vectors(**options):
    words = Tokenizer().fit_transform(TEXTS).vocabulary
    vectors = np.random.default_rng(0).standard_normal((len(words), 4)).round(3).astype(np.float32)
    return WordVectors(words, vectors, **options)


def _subwords():
    buckets = np.random.default_rng(1).standard_normal((20, 4)).round(3).astype(np.float32)
    return Subwords(buckets, minn=3, maxn=4)


def _table():
    return pd.DataFrame({"title": TEXTS[::-1], "body": TEXTS, "length": [len(text) for text in TEXTS]})


def _saved():
    """Return, by the names of the files, things and what is asked of them: pairs of a name and arguments, in turn."""
    word2vec = Word2Vec(4, min_count=2, epochs=2, random_state=0, threads=1)
    names, transformed, predicted = ("get_feature_names_out", []), ("transform", [NEW]), ("predict", [NEW])
    proba = ("predict_proba", [NEW])
    learns = [("partial_fit", [MORE]), transformed, names]
    new_table = {"title": NEW, "body": NEW[::-1], "length": [1, 2]}

    def weighted(weighting):
        return make_pipeline(CountVectorizer(), weighting)

    fitted = {
        "tokenizer": (Tokenizer(r"[a-z]{3,}", strip_accents="unicode"), [transformed]),
        "tokenizer-function": (Tokenizer(str.split, lowercase=False), [transformed]),
        "stop-words": (StopWords(), [transformed]),
        "stop-words-own": (StopWords(["the", "soup", "in"]), [transformed, ("stop_words_", [])]),
        "stemmer": (Stemmer(), [transformed]),
        "stemmer-porter": (Stemmer("porter"), [transformed]),
        "lemmatizer": (Lemmatizer(), [transformed]),
        "phrases": (Phrases(min_count=1, threshold=2.0), [transformed, ("phrases_", [])]),
        "phrases-connected": (
            Phrases(1, 0.8, scoring="npmi", delimiter="+", connector_words="english"), [transformed, ("phrases_", [])]
        ),
        "chunker": (Chunker("words", 5, 2), [transformed]),
        "count": (CountVectorizer(), [transformed, names, *learns]),
        "count-bigrams": (
            CountVectorizer(ngram_range=(1, 2), stop_words="english", min_df=2, dtype=np.float32), [transformed, names]
        ),
        "count-characters": (CountVectorizer(analyzer="char_wb", ngram_range=(2, 3), min_df=4), [transformed, names]),
        "count-vocabulary": (
            CountVectorizer(vocabulary={"soup": 1, "cook": 0, "hot soup": 2}, ngram_range=(1, 2)), [transformed, names]
        ),
        "count-table": (
            CountVectorizer(stop_words="english", min_df=2).set_output(transform="pandas_sparse"), [transformed]
        ),
        "tfidf": (TfidfVectorizer(), [transformed, names, ("idf_", []), *learns]),
        "tfidf-bigrams": (
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=30, norm="l1", dtype=np.float32),
            [transformed, names],
        ),
        "tfidf-plain": (TfidfVectorizer(use_idf=False, norm=None, binary=True), [transformed]),
        "hashing": (HashingVectorizer(n_features=64), [transformed]),
        "hashing-names": (
            HashingVectorizer(n_features=64, keep_names=True, stop_words=["the", "a"]), [transformed, names, *learns]
        ),
        "one-hot": (OneHotVectorizer(stop_words="english"), [transformed, names]),
        "sequence": (SequenceEncoder(6, padding="post"), [transformed]),
        "bm25": (weighted(BM25Weighting()), [transformed]),
        "bm25-plus": (weighted(BM25Weighting("bm25+", k1=1.2)), [transformed]),
        "tfidf-weighting": (weighted(TfidfWeighting(tf="log", log_base=10)), [transformed]),
        "tfidf-weighting-pivoted": (weighted(TfidfWeighting(norm="pivoted")), [transformed]),
        "tfidf-weighting-smart": (weighted(TfidfWeighting.smart("lnc.ltc")), [transformed]),
        "nb": (weighted(NBWeighting()), [transformed]),
        "word2vec": (
            word2vec,
            [("vectors_", []), ("losses_", []), transformed, ("partial_fit", [MORE]), ("vectors_.words", [])],
        ),
        "embedding": (EmbeddingVectorizer(_word_vectors()), [transformed, names]),
        "embedding-sif": (EmbeddingVectorizer(word2vec, pooling="sif", unknown="zero"), [transformed]),
        "embedding-tfidf": (EmbeddingVectorizer(_word_vectors(), pooling="tfidf", normalize=True), [transformed]),
        "embedding-pmeans": (
            EmbeddingVectorizer(
                _word_vectors(subwords=_subwords()), pooling="pmeans", unknown="subword", n_components=2
            ),
            [transformed],
        ),
        "steps": (
            make_pipeline(Tokenizer(), StopWords(), Stemmer(), Phrases(1, 2.0), TfidfVectorizer()), [transformed, names]
        ),
        "classifier": (
            make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer(min_df=2), LogisticRegression()), [predicted, proba]
        ),
        "classifier-nb": (
            make_pipeline(CountVectorizer(ngram_range=(1, 2)), NBWeighting(), LinearSVC(random_state=0)),
            [predicted, ("decision_function", [NEW])],
        ),
        "union": (
            make_union(CountVectorizer(min_df=2), TfidfVectorizer(analyzer="char", min_df=5)), [transformed, names]
        ),
        "grid-search": (
            GridSearchCV(
                make_pipeline(TfidfVectorizer(), LogisticRegression()), {"tfidfvectorizer__min_df": [1, 2]}, cv=2
            ),
            [predicted, proba, ("best_params_", [])],
        ),
        "randomized-search": (
            RandomizedSearchCV(
                make_pipeline(CountVectorizer(), MultinomialNB()), {"multinomialnb__alpha": [0.5, 1.0, 2.0]}, n_iter=2,
                scoring="f1_macro", cv=2, random_state=0,
            ),
            [predicted, proba, ("best_params_", [])],
        ),
    }  # fmt: skip
    columns = ColumnTransformer(
        [("title", CountVectorizer(min_df=2), "title"), ("body", TfidfVectorizer(), "body")], remainder="passthrough"
    )
    words = Stemmer().transform(StopWords().fit_transform(Tokenizer().transform(TEXTS)))
    some, lookup = ["soup", "rain", "tea"], ("__getitem__", [["soup", "snow"]])
    counted = _word_vectors(counts=np.arange(len(_word_vectors()))[::-1], unknown="zero")
    composed = _word_vectors(subwords=_subwords(), unknown="subword")
    return {
        **{name: (thing.fit(TEXTS, LABELS), asked) for name, (thing, asked) in fitted.items()},
        "count-partial": (
            CountVectorizer().partial_fit(TEXTS[5:]).partial_fit(TEXTS[:5]), [transformed, names, *learns]
        ),
        "tfidf-partial": (
            TfidfVectorizer(ngram_range=(1, 2)).partial_fit(TEXTS[5:]).partial_fit(TEXTS[:5]),
            [transformed, names, ("idf_", []), *learns],
        ),
        "columns": (columns.fit(_table()), [("transform", [new_table]), names]),
        "frozen": (FrozenEstimator(TfidfVectorizer().fit(TEXTS)), [transformed, names]),
        "unfitted": (
            make_pipeline(Tokenizer(), StopWords(), CountVectorizer(binary=True)),
            [("fit", [TEXTS]), transformed, names],
        ),
        "unfitted-embedding": (EmbeddingVectorizer(_word_vectors()), [("fit", [TEXTS]), transformed]),
        "tokens": (words, [("to_lists", []), ("vocabulary", []), ("offsets", [])]),
        "word-vectors": (counted, [lookup, ("words", []), ("vectors", []), ("counts", []), ("unknown", [])]),
        "word-vectors-subwords": (
            composed, [lookup, ("__getitem__", [["unheard", "soups"]]), ("unknown", [])]
        ),
        "word-vectors-halves": (
            WordVectors(some, np.array([[0.5, 1.25], [-2, 0.1], [3, 3]], np.float16)), [("words", []), ("vectors", [])]
        ),
        "word-vectors-doubles": (
            WordVectors(some, np.array([[0.1, 1 / 3], [-2, 0.1], [3, 3]])), [("words", []), ("vectors", [])]
        ),
        "subwords": (_subwords(), [("vectors_of", [["soup", "unheard"]]), ("minn", []), ("maxn", []), ("bucket", [])]),
    }  # fmt: skip


# Indexes


def _save(index, folder):
    index.save(folder)
    return CosineIndex.open(folder)


def _sparse(folder):
    numbers = range(len(SENTENCES))
    topics = ["food" if "soup" in text or "tea" in text else "travel" for text in SENTENCES]
    metadata = pa.table(
        {
            "year": [None if number % 5 == 2 else 1995 + number for number in numbers],
            "rating": [None if number % 7 == 1 else number * 0.75 % 10 for number in numbers],
            "topic": topics,
            "warm": [(True, False, None)[number % 3] for number in numbers],
            "day": [date(2020, 1, 1 + number) for number in numbers],
            "tags": [(["a", "b"], [], None, ["é"])[number % 4] for number in numbers],
            "topic code": pa.array(topics).dictionary_encode(),
        }
    )
    index = _save(CosineIndex().fit(SENTENCES, metadata=metadata), folder)
    more = {"year": [2023, None], "topic": ["travel", "food"], "day": [date(2021, 5, 1), None]}
    index.add(MORE, metadata=more).delete(2)
    return index, {
        "given": "texts",
        "searches": [
            ("texts", NEW, {}),
            ("texts", NEW, {"k": 2}),
            ("texts", ["the cook", "nothing known"], {"k": 3, "min_score": 0.2}),
            ("texts", ["hot soup in the rain"], {"where": {"topic": "food"}}),
            ("texts", ["hot soup in the rain"], {"where": ["year >= 2000", "rating < 9"]}),
        ],
        "explained": ("hot soup, the cook", 0),
        "more": (["Soup for the late train", "Nothing known here, but soup"], None),
    }


def _passages(folder):
    index = CosineIndex(TfidfVectorizer(ngram_range=(1, 2)), chunker=Chunker(by="sentence", size=2, overlap=1))
    index = index.fit(ARTICLES, ids=["sea", "farm", "snow"], metadata=[{"page": 1}, {"page": 12}, {"page": None}])
    searches = [("texts", ["where is the whale", "nobody knows of soup"], {}), ("texts", ["the whale"], {"k": 1})]
    more = (["Where is the sea? The bees came up. Nobody spoke of it."], ["bees"])
    explained = ("where is the whale", "snow")
    return _save(index, folder), {"given": "texts", "searches": searches, "explained": explained, "more": more}


def _words(folder):
    encoder = make_pipeline(Tokenizer(), StopWords(), CountVectorizer(), BM25Weighting())
    documents = Tokenizer().transform(TEXTS).to_lists()
    searches = [("texts", NEW, {"k": 4}), ("words", [["hot", "soup"], ["the", "trains"]], {})]
    more = (Tokenizer().transform(MORE).to_lists(), [100, 200])
    ids = [10 * number for number in range(len(TEXTS))]
    return _save(CosineIndex(encoder).fit(documents, ids=ids), folder), {
        "given": "words", "searches": searches, "explained": ("the hot soup", 20), "more": more
    }  # fmt: skip


def _dense(folder):
    index = CosineIndex(EmbeddingVectorizer(_word_vectors(), pooling="tfidf")).fit(TEXTS, metadata={"topic": LABELS})
    searches = [("texts", NEW, {"k": 4}), ("texts", NEW, {"where": {"topic": "food"}})]
    explained = ("soup", 0)
    return _save(index, folder), {"given": "texts", "searches": searches, "explained": explained, "more": (MORE, None)}


def _approximate(folder):
    numbers = np.random.default_rng(2).standard_normal((55, 8)).round(3)
    index = CosineIndex("precomputed", approximate=True).fit(numbers[:50].astype(np.float32))
    queries = numbers[50:53].tolist()
    return _save(index, folder), {
        "given": "rows", "searches": [("rows", queries, {"k": 5})], "more": (numbers[53:].tolist(), None)
    }  # fmt: skip


def _precomputed(folder):
    rows = np.zeros((48, 24))
    for number, row in enumerate(rows):
        row[number % 24] += 1 + number % 3
        row[number % 4] += 0.5
    ids = [f"row {number}" for number in range(len(rows))]
    index = CosineIndex("precomputed").fit(sp.csr_matrix(rows), ids=ids, metadata={"number": range(len(rows))})
    queries = (rows[5:7] + rows[9]).tolist()
    searches = [("sparse rows", queries, {"k": 4}), ("sparse rows", queries, {"where": "number > 20", "k": 4})]
    more = ((rows[4:6] + rows[12]).tolist(), ["row a", "row b"])
    return _save(index, folder), {"given": "sparse rows", "searches": searches, "more": more}


def _function(folder):
    searches = [("texts", NEW, {"k": 4})]
    _save(CosineIndex(letters).fit(TEXTS), folder)
    index = CosineIndex.open(folder, encoder=letters)
    return index, {"given": "texts", "searches": searches, "more": (MORE, None)}


INDEXES = {
    "index-sparse": _sparse,
    "index-passages": _passages,
    "index-words": _words,
    "index-dense": _dense,
    "index-approximate": _approximate,
    "index-precomputed": _precomputed,
    "index-function": _function,
}


def _answers_of_index(index, given, searches, more, explained=None):
    ids = list(index)
    documents, new_ids = more
    return {
        "given": given,
        "ids": ids,
        "length": len(index),
        "segments": index.info()["segments"],
        "documents": plain([index[id_]._asdict() for id_ in (ids[0], ids[-1])]),
        "searches": [
            {
                "given": kind,
                "queries": queries,
                "options": options,
                "hits": without_documents(index.search(as_given(kind, queries), **options)),
            }
            for kind, queries, options in searches
        ],
        "explained": explained and [*explained, plain(index.explain(*explained).to_dicts())],
        "search_by_id": without_documents(index.search_by_id(ids[1], k=3)),
        "more": {"documents": documents, "ids": new_ids},
    }


def main(folder):
    """Write the files, the indexes, and what they must answer."""
    folder.mkdir(parents=True)
    files, indexes = {}, {}
    for name, (thing, asked) in sorted(_saved().items()):
        textvec.save(thing, folder / f"{name}.textvec")
        answers = [{"ask": what, "given": given, "gives": describe(ask(thing, what, given))} for what, given in asked]
        files[f"{name}.textvec"] = {"class": type(thing).__name__, "answers": answers}
    for name, make in INDEXES.items():
        index, about = make(folder / name)
        indexes[name] = _answers_of_index(index, **about)
        (folder / name / "lock").unlink(missing_ok=True)  # empty, and made again by whoever writes
    lines = [f' "textvec": {json.dumps(textvec.__version__)}']
    for title, entries in {"files": files, "indexes": indexes}.items():
        body = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
        lines.append(f' "{title}": {{\n{body}\n }}')
    (folder / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
