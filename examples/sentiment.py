r"""Is a review good or bad? Three ways from text to numbers, three classifiers, one table, two pictures.

    python examples/sentiment.py                 the sample that comes with textvec, in half a minute
    python examples/sentiment.py --data imdb     50,000 real film reviews (downloaded once), in a minute or two

The sample was written to try things out on. What is measured on it says nothing about real reviews; see
docs/sentiment.md.
"""

import argparse
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler
from sklearn.svm import LinearSVC

from textvec import CountVectorizer, EmbeddingVectorizer, NBWeighting, TfidfVectorizer, Tokenizer, Word2Vec
from textvec.datasets import fetch_imdb, load_messages, load_paragraphs, load_reviews

# From text to numbers. Each of these learns what it needs from training reviews, and returns a transformer.


def tfidf(reviews, train, seed):
    """Words and pairs of neighbours: rare ones weigh more."""
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(reviews.words[train])


def nb_ngrams(reviews, train, seed):
    """One to three words in a row: they weigh how much more often they stand in good reviews than in bad ones."""
    counts = CountVectorizer(ngram_range=(1, 3), min_df=2, binary=True)
    return make_pipeline(counts, NBWeighting(), Normalizer()).fit(reviews.words[train], reviews.labels[train])


def word_vectors(reviews, train, seed):
    """The mean of the words' vectors, which are learnt from text without labels as well."""
    learnt = Word2Vec(**reviews.word2vec, random_state=seed).fit(reviews.words[np.r_[train, reviews.unlabelled]])
    return make_pipeline(EmbeddingVectorizer(learnt.vectors_), StandardScaler()).fit(reviews.words[train])


REPRESENTATIONS = {"TF-IDF": tfidf, "NB n-grams": nb_ngrams, "word vectors": word_vectors}


def classifiers(n_columns, seed):
    """From numbers to an answer: two linear models, and a small neural network.

    The network has sixteen weights for each column, so it gets the columns that tell most about the labels.
    """
    best_columns = SelectKBest(f_classif, k=min(30_000, n_columns))
    network = MLPClassifier((16,), learning_rate_init=0.01, early_stopping=True, n_iter_no_change=5, random_state=seed)
    return {
        "logistic regression": LogisticRegression(C=10, solver="liblinear", max_iter=1000),
        "linear SVM": LinearSVC(max_iter=10_000, random_state=seed),
        "MLP": make_pipeline(best_columns, network),
    }


def main() -> None:
    """Load the reviews, and try each representation with each classifier."""
    sys.stdout.reconfigure(errors="replace")  # for terminals that lack a sign such as "±"
    options, reviews = parse()
    print_data(options.data, reviews)
    matrices = {}
    for name in REPRESENTATIONS:
        matrices[name], representation = compare(reviews, name, options.seed)
        print_row(name, matrices[name])
    draw(matrices, representation, reviews, options)


def compare(reviews, name, seed):
    """Return the confusion matrices of each classifier, shape (n_splits, 2, 2), and the last representation learnt."""
    found = {}
    labels = np.unique(reviews.labels, return_inverse=True)[1]  # in scikit-learn 1.8 the network takes numbers only
    for train, test in reviews.splits:
        # Everything is learnt from the training reviews: words, weights, word vectors, the columns for the network.
        representation = REPRESENTATIONS[name](reviews, train, seed)
        X_train, X_test = (representation.transform(reviews.words[rows]) for rows in (train, test))
        for kind, classifier in classifiers(X_train.shape[1], seed).items():
            predicted = classifier.fit(X_train, labels[train]).predict(X_test)
            found.setdefault(kind, []).append(confusion_matrix(labels[test], predicted))
    return {kind: np.array(matrices) for kind, matrices in found.items()}, representation


def parse():
    """Read the options from the command line, and the reviews that they name."""
    parser = argparse.ArgumentParser(description="Compare ways to tell good reviews from bad ones.")
    parser.add_argument(
        "--data",
        choices=["reviews", "imdb"],
        default="reviews",
        help="the bundled sample (default), or the Large Movie Review Dataset",
    )
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation on the sample (default: 5)")
    parser.add_argument("--repeats", type=int, default=2, help="how often to draw new folds (default: 2)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default: 0)")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("build", "sentiment"),
        metavar="FOLDER",
        help="where to put the pictures (default: build/sentiment)",
    )
    options = parser.parse_args()
    if options.folds < 2:
        parser.error(f"--folds must be 2 or more, but it is {options.folds}.")
    if options.repeats < 1:
        parser.error(f"--repeats must be 1 or more, but it is {options.repeats}.")
    if not 0 <= options.seed < 2**32:
        parser.error(f"--seed must be from 0 to 2**32 - 1, but it is {options.seed}.")

    if options.data == "reviews":
        sample = load_reviews()
        n_fewest = min(np.unique(sample.target, return_counts=True)[1])
        if options.folds > n_fewest:
            parser.error(
                f"--folds must be at most {n_fewest}, the number of reviews of a label, but it is {options.folds}."
            )
        return options, split_sample(sample, options)
    try:
        return options, split_imdb()
    except (OSError, ValueError) as error:  # offline, for example: its message says what to do
        raise SystemExit(f"sentiment.py: {error}") from None


def split_sample(sample, options):
    """Cross-validate on the sample, with the other samples as text without labels."""
    folds = RepeatedStratifiedKFold(n_splits=options.folds, n_repeats=options.repeats, random_state=options.seed)
    splits = list(folds.split(sample.data, sample.target))
    unlabelled = load_messages().data + load_paragraphs().data
    # So little text must be read many times, and by one thread, that the same seed gives the same vectors.
    return cut(sample.data, sample.target, unlabelled, splits, {"min_count": 2, "epochs": 50, "threads": 1})


def split_imdb():
    """Train on the 25,000 training reviews, and on 50,000 without a label; test with the 25,000 others."""
    train, test, unlabelled = (fetch_imdb(subset=subset) for subset in ("train", "test", "unsup"))
    n_train, n = len(train.data), len(train.data) + len(test.data)
    splits = [(np.arange(n_train), np.arange(n_train, n))]
    labels = np.r_[train.target, test.target]
    return cut(train.data + test.data, labels, unlabelled.data, splits, {"sg": 1, "vector_size": 300})


def cut(texts, labels, unlabelled, splits, word2vec):
    """Cut all text into words, once: what follows takes slices of them."""
    words = Tokenizer(r"\w+").transform(text.replace("<br />", " ") for text in texts + unlabelled)
    return SimpleNamespace(
        words=words,
        labels=labels,
        unlabelled=np.arange(len(texts), len(words)),
        splits=splits,
        word2vec=word2vec,
    )


def print_data(name, reviews):
    """Say what the reviews are, how they are split, and what the columns of the table are."""
    counts = ", ".join(f"{n} {label}" for label, n in zip(*np.unique(reviews.labels, return_counts=True), strict=True))
    print(f"Data: {name}, {len(reviews.labels)} reviews: {counts}; {len(reviews.unlabelled)} texts without a label")
    if name == "reviews":
        print("(A sample to try things out on: its figures are no benchmark.)")
    train, test = reviews.splits[0]
    times = f"{len(reviews.splits)} times" if len(reviews.splits) > 1 else "once"
    print(f"\nAccuracy, trained on {len(train)} and tested on {len(test)} reviews, {times}")
    print(" " * 14 + "".join(f"{kind:>22}" for kind in classifiers(1, 0)))


def print_row(name, matrices):
    """Print the accuracies with a representation."""
    cells = []
    for matrix in matrices.values():
        accuracies = matrix.trace(axis1=1, axis2=2) / matrix.sum(axis=(1, 2))
        cells.append(f"{accuracies.mean():.2%}" + (f" ± {accuracies.std():.2%}" if len(accuracies) > 1 else ""))
    print(f"  {name:<12}" + "".join(f"{cell:>22}" for cell in cells), flush=True)


def draw(matrices, representation, reviews, options):
    """Put two pictures into the folder: the confusion matrices, and a map of the reviews."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print('\nFor pictures, install matplotlib: pip install "textvec-kit[plot]"')
        return
    options.output.mkdir(parents=True, exist_ok=True)
    names = np.unique(reviews.labels).tolist()

    figure = Figure(figsize=(8, 8), layout="constrained")
    grid = figure.subplots(len(matrices), len(classifiers(1, 0)))
    for row, (name, of_name) in zip(grid, matrices.items(), strict=True):
        for axes, (kind, matrix) in zip(row, of_name.items(), strict=True):
            shares = matrix.sum(axis=0) / matrix.sum(axis=(0, 2))[:, None]  # of the reviews of each true label
            axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
            for (true, predicted), share in np.ndenumerate(shares):
                color = "white" if share > 0.5 else "black"
                axes.text(predicted, true, f"{share:.1%}", ha="center", va="center", color=color)
            axes.set(title=f"{name}\n{kind}", xticks=[0, 1], yticks=[0, 1], xticklabels=names, yticklabels=names)
    figure.supxlabel("predicted")
    figure.supylabel("true")
    figure.savefig(options.output / "confusion_matrices.png", dpi=120)

    # The map: the two directions in which the means of word vectors differ most. Labels only colour it.
    shown = np.random.default_rng(options.seed).permutation(len(reviews.labels))[:2000]
    X = representation.transform(reviews.words[shown])
    places = PCA(2, random_state=options.seed).fit_transform(X)
    figure = Figure(figsize=(8, 8), layout="constrained")
    axes = figure.subplots()
    for label in names:
        axes.scatter(*places[reviews.labels[shown] == label].T, s=8, alpha=0.6, label=label)
    axes.set(title="Reviews as means of word vectors, first two principal components")
    axes.legend()
    figure.savefig(options.output / "map.png", dpi=120)
    print(f"\nPictures: {options.output / 'confusion_matrices.png'}, {options.output / 'map.png'}")


if __name__ == "__main__":
    main()
