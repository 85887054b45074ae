"""A program of a user: search, similarity and measures. Lines marked as errors are wrong, all others right."""

from __future__ import annotations

from textvec import Chunker, CosineIndex, TfidfVectorizer, Tokenizer
from textvec.index import DamagedIndexError, Hit, SearchResults
from textvec.similarity import cosine, find_duplicates, jaccard, similarity_matrix
from textvec.similarity import levenshtien  # error: levenshtien

texts = ["The food is good", "The food is not good"]

index: CosineIndex = CosineIndex(TfidfVectorizer(), chunker=Chunker()).fit(texts, ids=["a", "b"])
results: SearchResults = index.add(["Pizza"], ids=["c"]).search(["good food"], k=5, min_score=0.1, where="rating >= 7")
for hits in results:
    for hit in hits:
        score: float = hit.score
        print(f"{hit.id}: {score:.2f}")
first: Hit = results[0][0]
index.save("reviews.index", overwrite=True)
try:
    index = CosineIndex.open("reviews.index", verify=True)
except DamagedIndexError as error:
    print(error)
n_documents: int = len(index)
document = index["a"].document
share: float = index.explain("good food", "a")[0][1]
known: bool = index.knows("pizza")
parameters: dict[str, object] = index.set_params(approximate=False).get_params()
encoder = index.encoder_
index.serch(["good food"])  # error: serch
index.search(["good food"], top=5)  # error: top
index.search(["good food"], k="5")  # error: k
index.search()  # error
index.fit(texts, id=["a", "b"])  # error: id
index.add(texts, ids=5)  # error: ids
index.delete(0.5)  # error
index.encoders_  # error: encoders_
CosineIndex(aproximate=True)  # error: aproximate
CosineIndex.open()  # error
first.text  # error: text
hit_text: int = first.score  # error
results.to_dict()  # error: to_dict
wrong_results: str = index.search(texts)  # error

similarity: float = cosine("good food", "food is good") + jaccard("a b", "b c")
cosine("good food")  # error
cosine_text: str = cosine("good food", "food is good")  # error
pairs = find_duplicates(texts, threshold=0.8)
keep: list[int] = [int(i) for i in pairs.unique]
find_duplicates(texts, treshold=0.8)  # error: treshold
find_duplicates(texts, threshold="high")  # error: threshold
pairs.clusterz  # error: clusterz
similarity_matrix(texts).pairs(3)[0].score
similarity_matrix(texts).pair  # error: pair
Tokenizer().tokenize(texts)  # error
