"""
One sentence, four weights
==========================

A bag of words counts. What makes words more and less important than their counts is the *weighting*: the same counts,
and four pictures of them.
"""

# %%
# Six sentences share some words, such as "the", and have others for themselves. Each becomes a row of counts.
import matplotlib.pyplot as plt

from textvec import BM25Weighting, CountVectorizer, NBWeighting, TfidfWeighting

texts = [
    "the food is good",
    "the food is not good",
    "good food good mood",
    "the pizza is great",
    "the service is slow",
    "the service is not good",
]
good = [True, False, True, True, False, False]
vectorizer = CountVectorizer()
counts = vectorizer.fit_transform(texts)
words = vectorizer.get_feature_names_out()

# %%
# TF-IDF and BM25 say that a word which is everywhere tells nothing: "the" and "is" become pale, "pizza" and "slow"
# stand out. The naive Bayes weights know more, namely which texts are good: they show on which side a word is.
weights = {
    "counts": counts,
    "TF-IDF": TfidfWeighting().fit_transform(counts),
    "BM25": BM25Weighting().fit_transform(counts),
    "naive Bayes": NBWeighting().fit(counts, good).transform(counts),
}

figure, axes = plt.subplots(2, 2, figsize=(9, 6.4), layout="constrained", sharex=True, sharey=True)
for ax, (name, matrix) in zip(axes.flat, weights.items(), strict=True):
    values = matrix.toarray()
    highest = abs(values).max()
    if values.min() < 0:
        image = ax.imshow(values, cmap="RdBu", vmin=-highest, vmax=highest, aspect="auto")
    else:
        image = ax.imshow(values, cmap="Blues", vmin=0, vmax=highest, aspect="auto")
    ax.set_title(name)
    ax.set_xticks(range(len(words)), words, rotation=60)
    ax.set_yticks(range(len(texts)), texts)
    figure.colorbar(image, ax=ax)

plt.show()

# %%
# "not" is red, as it was in no good text, and "good" is all but white: it was in both kinds. A pair of words, "not
# good", would say more: ``CountVectorizer(ngram_range=(1, 2))``.
