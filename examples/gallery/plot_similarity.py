"""
How similar texts are
=====================

The similarity of each text to each is a table of numbers; its colours show at once which texts belong together. The
bundled paragraphs are on twelve subjects; here are those on four of them, subject by subject.
"""

import matplotlib.pyplot as plt

from textvec import CountVectorizer, TfidfVectorizer
from textvec.datasets import load_paragraphs
from textvec.plots import similarity_heatmap
from textvec.similarity import similarity_matrix

paragraphs = load_paragraphs()
chosen = [
    (subject, text)
    for wanted in ["bees", "cooking", "football", "trains"]
    for subject, text in zip(paragraphs.subject, paragraphs.data, strict=True)
    if subject == wanted
]
subjects, texts = zip(*chosen, strict=True)

# %%
# Counts of all words: the, of and a are in every text, and make all of them alike. Without stop words, and weighted by
# TF-IDF, little is left, and that lies in blocks along the diagonal: within the subjects.

figure, (counts, weights) = plt.subplots(1, 2, figsize=(15, 7), layout="constrained")
similarity_heatmap(similarity_matrix(texts, CountVectorizer()), subjects, ax=counts)
counts.set_title("Counts of all words")
matrix = similarity_matrix(texts, TfidfVectorizer(stop_words="english"))
similarity_heatmap(matrix, subjects, ax=weights)
weights.set_title("TF-IDF without stop words")
plt.show()

# %%
# The most similar pairs. Some of the paragraphs are paraphrases of others.

for pair in matrix.pairs(3):
    print(f"{pair.score:.0%}\n  {pair.first_text[:100]} ...\n  {pair.second_text[:100]} ...")
