r"""Tell spam from ham: five steps in one scikit-learn pipeline, grid-searched and cross-validated.

    python examples/spam.py                    the sample that comes with textvec, in some seconds
    python examples/spam.py --data sms_spam    5,574 real messages (downloaded once), in a minute or so

The sample was written to try things out on. What is measured on it says nothing about real spam; see docs/spam.md.
"""

import argparse
import sys

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from textvec import Stemmer, StopWords, TfidfVectorizer, Tokenizer
from textvec.datasets import fetch_sms_spam, load_messages

# Text goes in at the top, "spam" or "ham" comes out at the bottom. Each step is an ordinary scikit-learn transformer.
PIPELINE = Pipeline(
    [
        ("tokenizer", Tokenizer()),  # text to words
        ("stop_words", StopWords()),  # leaves out "the", "and", ...
        ("stemmer", Stemmer()),  # "winning" and "wins" become "win"
        ("tfidf", TfidfVectorizer(sublinear_tf=True)),  # words to numbers: rare ones weigh more
        ("classifier", LinearSVC()),  # one weight for each word; spam if their sum is above zero
    ]
)

# What to try for each step: 32 combinations. "passthrough" leaves the step out.
GRID = {
    "tokenizer__pattern": [
        r"(?u)\b\w\w+\b",  # the default: words of two characters or more
        r"\w+|[^\w\s]+",  # single characters too, and signs: "£", "!!!", ":)"
    ],
    "stop_words": [StopWords(), "passthrough"],
    "stemmer": [Stemmer(), "passthrough"],
    "tfidf__ngram_range": [(1, 1), (1, 2)],  # single words; or pairs of neighbours as well
    "classifier__C": [1, 10],  # how hard to try to get every training message right
}


def main() -> None:
    """Load the messages, measure how well spam is told from ham, and show what tells it."""
    sys.stdout.reconfigure(errors="replace")  # for terminals that lack a sign such as "£"
    options, messages = parse()
    texts, labels = messages.data, messages.target

    # A grid search behaves like a classifier that finds its own parameters when it is fitted.
    search = GridSearchCV(
        PIPELINE.set_params(classifier__random_state=options.seed),
        GRID,
        cv=StratifiedKFold(3, shuffle=True, random_state=options.seed),
    )

    # So the search itself can be cross-validated, and is, which makes the figures honest: for each fold it runs anew
    # on the others, and neither words, weights nor parameters are chosen with a look at the messages to predict.
    folds = StratifiedKFold(options.folds, shuffle=True, random_state=options.seed)
    predicted = cross_val_predict(search, texts, labels, cv=folds, n_jobs=options.jobs)
    accuracies = [accuracy_score(labels[test], predicted[test]) for _, test in folds.split(texts, labels)]

    # The filter to keep is searched for and fitted on all messages.
    search.set_params(n_jobs=options.jobs).fit(texts, labels)

    print_data(options.data, labels)
    print_best(search)
    print_figures(labels, predicted, accuracies)
    print_terms(search.best_estimator_)


def parse():
    """Read the options from the command line, and the messages that they name."""
    parser = argparse.ArgumentParser(description="Tell spam from ham with textvec and scikit-learn.")
    parser.add_argument(
        "--data",
        choices=["messages", "sms_spam"],
        default="messages",
        help="the bundled sample (default), or the SMS Spam Collection",
    )
    parser.add_argument("--folds", type=int, default=10, help="of the cross-validation (default: 10)")
    parser.add_argument("--jobs", type=int, default=-1, help="processes to use (default: -1, one for each core)")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers (default: 0)")
    options = parser.parse_args()
    if options.folds < 2:
        parser.error(f"--folds must be 2 or more, but it is {options.folds}.")
    if options.jobs < 1 and options.jobs != -1:
        parser.error(f"--jobs must be 1 or more, or -1 for all cores, but it is {options.jobs}.")
    if not 0 <= options.seed < 2**32:
        parser.error(f"--seed must be from 0 to 2**32 - 1, but it is {options.seed}.")

    try:
        messages = load_messages() if options.data == "messages" else fetch_sms_spam()
    except (OSError, ValueError) as error:  # offline, for example: its message says what to do
        raise SystemExit(f"spam.py: {error}") from None
    n_spam = np.sum(messages.target == "spam")
    if options.folds > n_spam:
        parser.error(f"--folds must be at most {n_spam}, the number of spam messages, but it is {options.folds}.")
    return options, messages


def print_data(name, labels):
    """Say what the messages are."""
    counts = ", ".join(f"{np.sum(labels == label)} {label}" for label in np.unique(labels))
    print(f"Data: {name}, {len(labels)} messages: {counts}")
    if name == "messages":
        print("(A sample to try things out on: its figures are no benchmark.)")


def print_best(search):
    """Print what the grid search chose."""
    print(f"\nBest of {len(search.cv_results_['params'])} parameter combinations, searched on all messages")
    for name in GRID:
        print(f"  {name:<20} {search.best_params_[name]}")


def print_figures(labels, predicted, accuracies):
    """Print how well the messages were predicted that the pipeline had not seen."""
    (ham_as_ham, ham_as_spam), (spam_as_ham, spam_as_spam) = confusion_matrix(labels, predicted, labels=["ham", "spam"])
    print(f"\n{len(accuracies)}-fold cross-validation, with a search of its own for each fold")
    print(f"  accuracy           {np.mean(accuracies):7.2%} ± {np.std(accuracies):.2%} (standard deviation of folds)")
    print(f"  precision of spam  {precision_score(labels, predicted, pos_label='spam', zero_division=0):7.2%}")
    print(f"  recall of spam     {recall_score(labels, predicted, pos_label='spam'):7.2%}")
    print("\nConfusion matrix   predicted ham  predicted spam")
    print(f"  ham              {ham_as_ham:13}  {ham_as_spam:14}")
    print(f"  spam             {spam_as_ham:13}  {spam_as_spam:14}")


def print_terms(pipeline, n=15):
    """Print the terms with the highest and the lowest weights."""
    terms = pipeline["tfidf"].get_feature_names_out()
    weights = pipeline["classifier"].coef_[0]
    order = np.argsort(weights)
    print(f"\n{'Heaviest for spam':<30}Heaviest for ham")
    for spam, ham in zip(order[: -n - 1 : -1], order[:n], strict=True):
        print(f"  {weights[spam]:+6.2f}  {terms[spam]:<20}  {weights[ham]:+6.2f}  {terms[ham]}")


if __name__ == "__main__":
    main()
