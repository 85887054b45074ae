"""The bundled samples: messages, reviews, paragraphs and passages that were written for this project.

They are read from the package `textvec.corpora`, wherever it lies: a checkout, a wheel, a zip file. They are there to
try things out, and say nothing about how a method does on real text.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

import csv
import io
import json
from importlib import resources

import numpy as np
from sklearn.utils import Bunch

from textvec.evaluation.trec import read_qrels

_NOTE = (
    "Written for textvec, one by one, by an AI writer: a sample to try things out on, not a benchmark. BSD-3-Clause."
)


def load_messages() -> Bunch:
    """Load the bundled sample of short messages, spam and ham.

    Returns
    -------
    Bunch
        data : list of str
            The messages, 2,410.
        target : ndarray of str of shape (n_messages,)
            "spam" or "ham" for each.
        target_names : list of str
            The labels, sorted.
        DESCR : str
            What the data is, where it comes from, and its licence.

    See Also
    --------
    fetch_sms_spam : Real messages.

    Examples
    --------
    >>> from textvec.datasets import load_messages
    >>> messages = load_messages()
    >>> messages.data[2]
    "I don't mean to alarm you but there's a wasp in the car and I'm on the M6"
    >>> print(messages.target[2])
    ham
    >>> messages.target_names
    ['ham', 'spam']
    """
    return _load_labelled("messages.csv", "Short messages as people get them by phone or e-mail, spam and ham.")


def load_reviews() -> Bunch:
    """Load the bundled sample of reviews of two to six sentences, positive and negative.

    Returns
    -------
    Bunch
        data : list of str
            The reviews, more than 1,000.
        target : ndarray of str of shape (n_reviews,)
            "positive" or "negative" for each.
        target_names : list of str
            The labels, sorted.
        DESCR : str
            What the data is, where it comes from, and its licence.

    Examples
    --------
    >>> from textvec.datasets import load_reviews
    >>> reviews = load_reviews()
    >>> reviews.data[315]
    'Good honest food. Big plates, low prices, no fuss. The waitress calls everyone "my love", even the police.'
    >>> print(reviews.target[315])
    positive
    >>> reviews.target_names
    ['negative', 'positive']
    """
    return _load_labelled("reviews.csv", "Reviews of two to six sentences, positive and negative.")


def load_paragraphs() -> Bunch:
    """Load the bundled sample of paragraphs, some of which say the same as another in other words.

    Returns
    -------
    Bunch
        data : list of str
            The paragraphs, 84, each of three to six sentences.
        subject : ndarray of str of shape (n_paragraphs,)
            What each is about, one of twelve subjects.
        ids : ndarray of int of shape (n_paragraphs,)
            The number of each, from 1.
        paraphrase_of : list of (int or None)
            The number of the earlier paragraph that says the same, where there is one.
        DESCR : str
            What the data is, where it comes from, and its licence.

    Examples
    --------
    >>> from textvec.datasets import load_paragraphs
    >>> paragraphs = load_paragraphs()
    >>> len(paragraphs.data)
    84
    >>> print(paragraphs.subject[1])
    bees
    >>> paragraphs.data[1][:61]
    'A honeybee that has found a good patch of flowers comes home '
    >>> sum(number is not None for number in paragraphs.paraphrase_of)
    24
    """
    rows = [json.loads(line) for line in _read("paragraphs.jsonl").splitlines()]
    return Bunch(
        data=[row["text"] for row in rows],
        subject=np.array([row["subject"] for row in rows]),
        ids=np.array([row["id"] for row in rows]),
        paraphrase_of=[row["paraphrase_of"] for row in rows],
        DESCR=f"Paragraphs on twelve subjects, 24 of them paraphrases of another. {_NOTE}",
    )


def load_passages() -> Bunch:
    """Load the bundled test collection for searches: passages, queries, and which passages answer which query.

    Returns
    -------
    Bunch
        data : list of str
            The passages, 200, each of two to five sentences.
        subject : ndarray of str of shape (n_passages,)
            What each is about, one of 25 subjects with eight passages each.
        ids : ndarray of str of shape (n_passages,)
            The id of each, "p001" and so on.
        queries : dict of str to str
            The text of each of 60 queries, by its id.
        kinds : dict of str to str
            What is hard about each query: "meaning" (20, which share no word with any passage that answers them),
            "exact" (15: names, numbers, codes), "question" (15, as people ask them) or "variant" (10: misspelt or in
            another form than in the passage).
        qrels : dict of str to dict of str to int
            The judgements: for each query the passages that were judged, 2 for one that answers it, 1 for one that
            helps, 0 for one that is near it and does not.
        DESCR : str
            What the data is, where it comes from, and its licence.

    See Also
    --------
    textvec.evaluation.retrieval : Measures a search by such judgements.

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> from textvec.datasets import load_passages
    >>> from textvec.evaluation import retrieval
    >>> passages = load_passages()
    >>> passages.queries["q39"], passages.qrels["q39"]
    ('Why do we always see the same side of the Moon?', {'p137': 2, 'p139': 0})
    >>> passages.data[passages.ids.tolist().index("p137")][:53]
    'The Moon turns once on its axis in the time it takes '
    >>> index = CosineIndex().fit(passages.data, ids=passages.ids)
    >>> retrieval(index, passages.qrels, passages.queries).n_queries
    60
    """
    rows = [json.loads(line) for line in _read("passages.jsonl").splitlines()]
    queries = [json.loads(line) for line in _read("passage_queries.jsonl").splitlines()]
    with resources.as_file(resources.files("textvec.corpora").joinpath("passage_qrels.txt")) as path:
        qrels = read_qrels(path)
    return Bunch(
        data=[row["text"] for row in rows],
        subject=np.array([row["subject"] for row in rows]),
        ids=np.array([row["id"] for row in rows]),
        queries={query["id"]: query["text"] for query in queries},
        kinds={query["id"]: query["kind"] for query in queries},
        qrels=qrels,
        DESCR=f"Passages on 25 subjects, with 60 queries and the passages that answer them. {_NOTE}",
    )


def _load_labelled(name: str, description: str) -> Bunch:
    rows = list(csv.DictReader(io.StringIO(_read(name), newline="")))
    target = np.array([row["label"] for row in rows])
    return Bunch(
        data=[row["text"] for row in rows],
        target=target,
        target_names=np.unique(target).tolist(),
        DESCR=f"{description} {_NOTE}",
    )


def _read(name: str) -> str:
    return resources.files("textvec.corpora").joinpath(name).read_bytes().decode("utf-8")
