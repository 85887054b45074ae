"""
Reviews on a map, by words and by meaning
=========================================

The same reviews, twice: with TF-IDF, those are near to one another that have words in common; with vectors of
sentences, those that are about the same thing. The clusters are named by their terms (class-based TF-IDF).
"""

import matplotlib.pyplot as plt

from textvec import EmbeddingVectorizer
from textvec.datasets import load_reviews
from textvec.plots import map_documents

reviews = load_reviews()
by_words = map_documents(reviews.data, clusters=6)
by_meaning = map_documents(reviews.data, EmbeddingVectorizer("sentences"), clusters=6)

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5.5), layout="constrained")
by_words.plot(ax=left)
left.set_title("TF-IDF")
by_meaning.plot(ax=right)
right.set_title("vectors of sentences")
plt.show()

# %%
# A map is data as well. The nearest reviews of one, by the cosine of their vectors:

print(by_meaning.texts[100])
for row in by_meaning.neighbors[100, :3]:
    print("-", by_meaning.texts[row])
