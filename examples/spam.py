r"""Tell spam from ham: a filter that is searched for, measured, and asked for its reasons.

    python examples/spam.py                    the sample that comes with textvec, in half a minute
    python examples/spam.py --data sms_spam    5,574 real messages (downloaded once), in a minute or so

The sample was written to try things out on. What is measured on it says nothing about real spam: docs/guide/spam.md.
"""

import argparse
import sys

import numpy as np
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict

from textvec import Stemmer, StopWords
from textvec.classification import classifier, features, text_classifier
from textvec.datasets import fetch_sms_spam, load_messages
from textvec.explanation import explain, top_terms

# What to try for each step of the pipeline: 32 combinations. "passthrough" leaves a step out.
GRID = {
    "tokenizer__pattern": [
        r"(?u)\b\w\w+\b",  # the default: words of two characters or more
        r"\w+|[^\w\s]+",  # single characters too, and signs: "£", "!!!", ":)"
    ],
    "stop_words": [StopWords(), "passthrough"],  # with and without "the", "and", ...
    "stemmer": [Stemmer(), "passthrough"],  # "winning" and "wins" become "win", or not
    "features__ngram_range": [(1, 1), (1, 2)],  # single words; or pairs of neighbours as well
    "classifier__C": [1, 10],  # how hard to try to get every training message right
}
NEW_MESSAGES = [
    "Your account will be closed. Click here to confirm your bank details",
    "Can you pay the gas bill today? I'll be late from work again",
    "Hi! I earn 900 a week working from home, ask me how",
]


def main() -> None:
    """Search for a filter, measure how well it tells spam from ham, and ask it why."""
    sys.stdout.reconfigure(errors="replace")  # for terminals that lack a sign such as "£"
    options, messages = parse()
    texts, labels = messages.data, messages.target
    n_of = ", ".join(f"{n} {label}" for label, n in zip(*np.unique(labels, return_counts=True), strict=True))
    print(f"Data: {options.data}, {len(texts)} messages: {n_of}")
    if options.data == "messages":
        print("(A sample to try things out on: its figures are no benchmark.)")

    # Text goes in at the front, "spam" or "ham" comes out at the end.
    model = text_classifier(
        features("tfidf", sublinear_tf=True),  # words to numbers: rare ones weigh more
        classifier("svm", random_state=options.seed),  # one weight for each word; spam if their sum is above zero
        tokenizer="unicode",
        stop_words="english",
        stem="snowball",
    )
    # A grid search behaves like a classifier that finds its own parameters when it is fitted. So it is cross-validated
    # like one, which makes the figures honest: for each fold it runs anew on the others, and neither words, weights nor
    # parameters are chosen with a look at the messages to predict.
    search = GridSearchCV(model, GRID, cv=StratifiedKFold(3, shuffle=True, random_state=options.seed))
    folds = StratifiedKFold(options.folds, shuffle=True, random_state=options.seed)
    predicted = cross_val_predict(search, texts, labels, cv=folds, n_jobs=options.jobs)
    accuracies = [accuracy_score(labels[test], predicted[test]) for _, test in folds.split(texts, labels)]
    print(f"\n{options.folds}-fold cross-validation, with a search of its own for each fold")
    print(f"Accuracy: {np.mean(accuracies):.2%} ± {np.std(accuracies):.2%} (standard deviation of folds)\n")
    print(classification_report(labels, predicted, digits=4))
    print("Confusion matrix   predicted ham  predicted spam")
    for label, row in zip(["ham", "spam"], confusion_matrix(labels, predicted), strict=True):
        print(f"  {label:<16} {row[0]:13}  {row[1]:14}")

    # The filter to keep is searched for and fitted on all messages.
    search.set_params(n_jobs=options.jobs).fit(texts, labels)
    print(f"\nBest of {len(search.cv_results_['params'])} parameter combinations, searched on all messages")
    for name in GRID:
        print(f"  {name:<21} {search.best_params_[name]}")

    print("\nThe terms that say most\n")
    print(top_terms(search.best_estimator_, 10))
    print("\nNew messages, and the words that decided: + speaks for the answer, - against it\n")
    for message in NEW_MESSAGES:
        decision = explain(search.best_estimator_, message)  # decision.to_text() and .to_html() show all of it
        words = "  ".join(f"{each.term} {each.contribution:+.2f}" for each in decision.reasons()[:5])
        print(f"{decision.label:<5} {message}\n      {words}\n")


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
    try:
        messages = load_messages() if options.data == "messages" else fetch_sms_spam()
    except (OSError, ValueError) as error:  # offline, for example: its message says what to do
        raise SystemExit(f"spam.py: {error}") from None
    n_spam = np.sum(messages.target == "spam")
    if not 2 <= options.folds <= n_spam:
        parser.error(f"--folds must be from 2 to {n_spam}, the number of spam messages, but it is {options.folds}.")
    if options.jobs < 1 and options.jobs != -1:
        parser.error(f"--jobs must be 1 or more, or -1 for all cores, but it is {options.jobs}.")
    if not 0 <= options.seed < 2**32:
        parser.error(f"--seed must be from 0 to 2**32 - 1, but it is {options.seed}.")
    return options, messages


if __name__ == "__main__":
    main()
