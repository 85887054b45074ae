r"""Is a review good or bad? Three kinds of features, three classifiers, one table, and reasons.

    python examples/sentiment.py                 the sample that comes with textvec, in half a minute
    python examples/sentiment.py --data imdb     50,000 real film reviews (downloaded once), in some minutes

The sample was written to try things out on. What is measured on it says nothing about real reviews; see
docs/guide/sentiment.md.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from textvec import EmbeddingVectorizer, Tokenizer, Word2Vec
from textvec.classification import classifier, compare, features, text_classifier
from textvec.datasets import fetch_imdb, load_messages, load_paragraphs, load_reviews
from textvec.explanation import explain
from textvec.plots import comparison_scores

NEW_REVIEWS = [
    "The room was spotless and the staff could not have been kinder. We will be back.",
    "A waste of an evening. The plot goes nowhere and not one joke is funny.",
    "Looks good in the shop, then the strap broke within a week and nobody answers my mails.",
]


WORDS = Tokenizer(r"\w+")  # words of one letter, too


class MeanOfLearntVectors(TransformerMixin, BaseEstimator):
    """The mean of a review's word vectors, which are learnt from the training reviews and from text without labels."""

    def __init__(self, word2vec, unlabelled):
        self.word2vec = word2vec
        self.unlabelled = unlabelled

    def fit(self, texts, y=None):
        """Learn a vector for each word: labels are not looked at."""
        words = WORDS.transform([*texts, *self.unlabelled])
        order = np.random.default_rng(self.word2vec["random_state"]).permutation(len(words))
        learnt = Word2Vec(**self.word2vec).fit(words[order])  # reviews sorted by label would teach it less
        self.average_ = EmbeddingVectorizer(learnt.vectors_).fit(WORDS.transform(texts))
        return self

    def transform(self, texts):
        """Return the mean vector of each text."""
        return self.average_.transform(WORDS.transform(texts))


def main() -> None:
    """Compare features and classifiers, keep one of them, and ask it for its reasons."""
    sys.stdout.reconfigure(errors="replace")  # for terminals that lack a sign such as "±"
    options = parse()
    texts, labels, unlabelled, folds, word2vec = load(options)
    n_of = ", ".join(f"{n} {label}" for label, n in zip(*np.unique(labels, return_counts=True), strict=True))
    print(f"Data: {options.data}, {len(texts)} reviews: {n_of}; {len(unlabelled)} texts without a label")
    if options.data == "reviews":
        print("(A sample to try things out on: its figures are no benchmark.)")

    # From text to numbers, in three ways. Each learns what it needs from the training reviews of a fold alone.
    ngrams = features("tfidf", ngram_range=(1, 3), min_df=2, binary=True, token_pattern=WORDS.pattern)
    vectors = MeanOfLearntVectors({**word2vec, "random_state": options.seed}, unlabelled)
    ways = {
        "words": features("tfidf", sublinear_tf=True, min_df=2, token_pattern=WORDS.pattern),
        "1-3-grams": ngrams,
        "word vectors": make_pipeline(vectors, StandardScaler()),
    }
    learners = {"logreg": "logreg", "svm": classifier("svm", max_iter=10_000), "nbsvm": "nbsvm"}
    comparison = compare(texts, labels, ways, learners, cv=folds, random_state=options.seed)
    print(f"\n{comparison}")

    # The one to keep is fitted on all reviews that there are.
    model = text_classifier(ngrams, "nbsvm").fit(texts, labels)
    print("\nNew reviews, and the words that decided: + speaks for the answer, - against it\n")
    for review in NEW_REVIEWS:
        decision = explain(model, review)
        words = "  ".join(f"{each.term} {each.contribution:+.2f}" for each in decision.reasons()[:4])
        print(f"{decision.label}: {review}\n      {words}\n")

    options.output.mkdir(parents=True, exist_ok=True)
    page, picture = options.output / "reasons.html", options.output / "comparison.png"
    page.write_text(decision.to_html(), encoding="utf-8")
    print(f"All reasons of the last one: {page}")
    try:
        comparison_scores(comparison).figure.savefig(picture)
        print(f"The table as a picture:      {picture}")
    except ImportError:
        print('For a picture of the table: pip install "textvec-kit[plot]"')


def load(options):
    """Return reviews, their labels, text without labels, the folds, and how word vectors are learnt."""
    if options.data == "reviews":
        reviews = load_reviews()
        folds = StratifiedKFold(options.folds, shuffle=True, random_state=options.seed)
        unlabelled = load_messages().data + load_paragraphs().data
        # So little text must be read many times, and by one thread, that the same seed gives the same vectors.
        return reviews.data, reviews.target, unlabelled, folds, {"min_count": 2, "epochs": 50, "threads": 1}
    try:
        train, test, unlabelled = (fetch_imdb(subset=subset) for subset in ("train", "test", "unsup"))
    except (OSError, ValueError) as error:  # offline, for example: its message says what to do
        raise SystemExit(f"sentiment.py: {error}") from None
    texts, more = ([text.replace("<br />", " ") for text in data] for data in (train.data + test.data, unlabelled.data))
    n_train = len(train.data)
    folds = [(np.arange(n_train), np.arange(n_train, len(texts)))]  # trained on one half, tested on the other
    return texts, np.r_[train.target, test.target], more, folds, {"sg": 1, "vector_size": 300}


def parse():
    """Read the options from the command line."""
    parser = argparse.ArgumentParser(description="Compare ways to tell good reviews from bad ones.")
    parser.add_argument(
        "--data",
        choices=["reviews", "imdb"],
        default="reviews",
        help="the bundled sample (default), or the Large Movie Review Dataset",
    )
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation on the sample (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default: 0)")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("build", "sentiment"),
        metavar="FOLDER",
        help="where to put a page and a picture (default: build/sentiment)",
    )
    options = parser.parse_args()
    n_fewest = min(np.unique(load_reviews().target, return_counts=True)[1])
    if not 2 <= options.folds <= n_fewest:
        parser.error(
            f"--folds must be from 2 to {n_fewest}, the number of reviews of a label, but it is {options.folds}."
        )
    if not 0 <= options.seed < 2**32:
        parser.error(f"--seed must be from 0 to 2**32 - 1, but it is {options.seed}.")
    return options


if __name__ == "__main__":
    main()
