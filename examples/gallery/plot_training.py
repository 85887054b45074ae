"""
How word2vec learns
===================

The loss of each epoch tells whether there is something to learn, and when to stop: the dotted line is what a model has
that knows nothing. The bundled reviews are a small text, so it has to be read many times.
"""

import matplotlib.pyplot as plt

from textvec import Word2Vec
from textvec.datasets import load_reviews
from textvec.plots import training_loss

reviews = load_reviews().data

# %%
# Skip-gram and CBOW on the same axes. Both predict with five negatives, so that their losses can be compared.

ax = None
for sg, name in enumerate(["CBOW", "skip-gram"]):
    model = Word2Vec(50, sg=sg, epochs=20, min_count=2, threads=1, random_state=0).fit(reviews)
    ax = training_loss(model, name=name, ax=ax)
plt.show()
