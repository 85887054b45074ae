"""A program of a user: text to matrices. Lines marked as errors are wrong, all others right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

import textvec
from textvec import (
    BM25Weighting,
    Chunker,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Lemmatizer,
    NBWeighting,
)
from textvec import OneHotVectorizer, Phrases, SequenceEncoder, Stemmer, StopWords, TfidfVectorizer, TfidfWeighting
from textvec import Tokenizer, Tokens, Word2Vec, WordVectors, load, save
from textvec import CountVectorzer  # error: CountVectorzer
from textvec.vectorizers import TfidfVectoriser  # error: TfidfVectoriser

texts = ["The food is good", "The food is not good"]
labels = ["pos", "neg"]

# Vectorizers make CSR matrices.
counter = CountVectorizer(ngram_range=(1, 2), min_df=1, max_df=0.9, stop_words=["the"], dtype=np.float32)
X: csr_matrix = counter.fit_transform(texts)
shape: tuple[int, ...] = X.shape
dense = X.toarray()
more: csr_matrix = TfidfVectorizer(sublinear_tf=True).fit(texts, labels).transform(texts)
more = OneHotVectorizer().fit_transform(texts)
more = HashingVectorizer(n_features=2**10).fit(texts).transform(texts)
more = BM25Weighting(k1=1.2).fit_transform(X)
more = TfidfWeighting().fit(X).transform(X)
more = NBWeighting().fit(X, labels).transform(X)
names: list[str] = counter.get_feature_names_out().tolist()
column: int = counter.vocabulary_["food"]
again: CountVectorizer = counter.set_params(min_df=2)
again = counter.fit(texts).partial_fit(texts).set_output(transform="default")
minimum: object = counter.get_params()["min_df"]
analyzed: list[str] = counter.build_analyzer()("Good food")
best: list[tuple[str, float]] = HashingVectorizer(keep_names=True).terms(X, k=3)
CountVectorizer(ngram_rang=(1, 2))  # error: ngram_rang
CountVectorizer(ngram_range="words")  # error: ngram_range
CountVectorizer((1, 2))  # error
TfidfVectorizer(sublinear_tf="yes")  # error: sublinear_tf
counter.fit_trnsform(texts)  # error: fit_trnsform
counter.fit()  # error
counter.fit(texts).n_documents  # error: n_documents
TfidfVectorizer().fit(texts).idfs_  # error: idfs_
HashingVectorizer(n_features="many")  # error: n_features
wrong_matrix: str = counter.fit_transform(texts)  # error
counter.fit_transform(texts).to_array()  # error: to_array
number: int = counter  # error
BM25Weighting(k3=1)  # error: k3
counter.set_output(transform=5)  # error: transform

# Steps make tokens, and others what they are for.
tokens: Tokens = Tokenizer(lowercase=False).fit_transform(texts)
for step in (Stemmer(), StopWords(), Lemmatizer(), Phrases(min_count=1)):
    tokens = step.fit_transform(tokens)
    tokens = step.transform(tokens)
words: list[list[str]] = tokens.to_lists()
n_words: int = tokens.n_tokens
passage_text: str = Chunker(by="words", size=2).fit_transform(texts)[0][0].text
rows: np.ndarray[tuple[int, ...], np.dtype[np.int32]] = SequenceEncoder(5).fit_transform(texts)
vectors: WordVectors = Word2Vec(min_count=1).fit(texts).vectors_
for word, similarity in vectors.most_similar("food", topn=3):
    print(word.upper(), similarity + 1)
pooled: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = EmbeddingVectorizer(vectors).fit_transform(texts)
Tokens.foo  # error: foo
tokens.to_list()  # error: to_list
Tokenizer(lower_case=True)  # error: lower_case
Tokenizer(lowercase="no")  # error: lowercase
matrix: csr_matrix = Tokenizer().transform(texts)  # error
Stemmer().fit(texts).stem_all  # error: stem_all
Chunker(size="three")  # error: size
Chunker().fit_transform(texts)[0][0].words  # error: words
Word2Vec(size=100)  # error: size
Word2Vec().fit(texts).wv  # error: wv
vectors.most_simlar("food")  # error: most_simlar
SequenceEncoder(max_length="long")  # error: max_length

# scikit-learn takes them.
model = make_pipeline(Tokenizer(), CountVectorizer(), LogisticRegression()).fit(texts, labels)
model.predict(texts)

save(counter, Path("counter.textvec"))
loaded: CountVectorizer = load("counter.textvec")
version: str = textvec.__version__
save(counter)  # error
save(counter, 5)  # error
load("counter.textvec", trusted=5)  # error: trusted
textvec.laod("counter.textvec")  # error: laod
