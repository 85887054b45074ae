"""
Which classifier is best, and may that be chance?
=================================================

Some features with some classifiers, cross-validated. The one that comes first is not always better than the second: the
spread over the folds says how much a score may be luck.
"""

# %%
# The texts are the bundled reviews, good and bad. Words are cut once, and each pair of features and classifier is
# trained and tested five times, on other parts of them.
import matplotlib.pyplot as plt

from textvec.classification import compare
from textvec.datasets import load_reviews

reviews = load_reviews()
comparison = compare(
    reviews.data,
    reviews.target,
    features=["counts", "tfidf", "char"],
    classifiers=["nb", "logreg", "nbsvm"],
    random_state=0,
)
comparison

# %%
# On the left the mean scores of all pairs, with their standard deviations; on the right the scores of the best four in
# each fold. Lines that go up and down together mean that some folds are easier than others, for all. So pairs are
# compared fold by fold, and a difference is believed if it is there in most of them.
figure, (means, folds) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained", sharey=True)
for pair in comparison:
    name = f"{pair.features}, {pair.classifier}"
    means.errorbar(name, pair.mean(), pair.std(), fmt="o", capsize=4)
    if pair in comparison[:4]:
        folds.plot(["1", "2", "3", "4", "5"], pair.scores["accuracy"], marker="o", alpha=0.7, label=name)
means.tick_params(axis="x", rotation=60)
means.set_ylabel("accuracy")
folds.set_xlabel("fold")
folds.legend()
plt.show()

# %%
# Those whose difference to the best may be noise:
[(pair.features, pair.classifier) for pair in comparison.within_noise()]
