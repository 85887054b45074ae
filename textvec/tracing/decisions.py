"""The end of a pipeline: the decision of a classifier from its contributions, the hits of a search term by term."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from textvec._common.records import snippet
from textvec.tracing.formulas import shown
from textvec.tracing.items import Item, TraceStep
from textvec.tracing.state import State

_MAX_SUMMANDS = 8  # of a sum that is written out; the others are one number
_HITS = 3  # hits of a search that are shown for each text


def tell_decision(name: str, model: Any, classifier: Any, state: State) -> TraceStep:
    """Tell how a classifier decided on each text: what each term gave, the score, the probability.

    Parameters
    ----------
    name : str
        Of the last step.
    model : Pipeline
        The whole, which takes the texts.
    classifier : classifier
        Its last step.
    state : State
        What comes to the classifier.
    """
    from sklearn.base import is_classifier

    from textvec.explanation import explain

    told = TraceStep(name, type(classifier).__name__, "Decision", output=model.predict(state.given))
    only_predictions = [[f"Prediction: {label}"] for label in told.output]
    if not is_classifier(classifier) or not all(isinstance(text, str) for text in state.given):
        told.results = only_predictions
        return told
    for doc, text in enumerate(state.given):
        try:
            decision = explain(model, text)
        except (TypeError, ValueError) as error:  # several labels a text, no scores: there is the prediction
            told.about, told.items = [f"Contributions are not known. {error}"], []
            told.results = only_predictions
            return told
        found = decision.of(decision.label)
        if doc == 0:
            told.about = _about(decision)
        items = []
        for each in found.contributions:
            if each.contribution:
                formula = "" if each.weight is None else f"{shown(each.weight)} × {shown(each.value or 0)}"
                words = _words_of(each.term, state, doc)
                items.append(Item(each.term, words, value=each.contribution, why=formula))
        items.sort(key=lambda item: -abs(item.value or 0))
        told.items.append(items)
        told.results.append(_results(decision, found, classifier))
    return told


def _about(decision: Any) -> list[str]:
    if not decision.exact:
        return [f"A contribution is what the {decision.score_name} loses when the word is left out of the text."]
    return [f"contribution = weight × value; {decision.score_name} = intercept + sum of the contributions"]


def _words_of(term: str, state: State, doc: int) -> tuple[int, ...]:
    named = state.named[doc] if state.named else {}
    if term in named:
        return named[term]
    words = state.words[doc] if state.words else []
    return tuple(i for i, word in enumerate(words) if word.text.casefold() == term.casefold())


def _results(decision: Any, found: Any, classifier: Any) -> list[str]:
    """Return the sum that is the score, and how the probability follows from it, if it does."""
    says = [f"Decision: {found.label}"]
    if found.intercept is not None:
        summands = [each.contribution for each in found.contributions if each.contribution]
        summands.sort(key=abs, reverse=True)
        rest = sum(summands[_MAX_SUMMANDS:])
        numbers = [found.intercept, *summands[:_MAX_SUMMANDS]]
        total = " + ".join(map(shown, numbers)).replace("+ −", "− ")
        more = f" + {shown(rest)} (the other {len(summands) - _MAX_SUMMANDS})" if len(summands) > _MAX_SUMMANDS else ""
        result = f" = {shown(found.score)}" if summands else ""
        says.append(f"{decision.score_name} = {total}{more.replace('+ −', '− ')}{result}")
    if found.probability is not None:
        says.append(f"probability = {_probability(decision, found, classifier)}{shown(found.probability)}")
    return says


def _probability(decision: Any, found: Any, classifier: Any) -> str:
    """Return the formula of the probability, if it is the logistic function or softmax of the scores, or nothing."""
    scores = [each.score for each in decision]
    if len(scores) == 2 and decision.exact:
        slope, shift = 1.0, 0.0
        if hasattr(classifier, "calibration_"):  # for the second class; the first one's score is minus that of it
            slope, shift = (-classifier.calibration_[0]).tolist()
            shift = shift if found.label == decision[1].label else -shift
        logistic = 1 / (1 + math.exp(-min(max(slope * found.score + shift, -700), 700)))
        if abs(logistic - found.probability) < 1e-9:
            score = shown(found.score)
            calibrated = f"{shown(slope)} × {score} + {shown(shift)}".replace("+ −", "− ")
            return f"1 / (1 + e^−({score if slope == 1 and not shift else calibrated})) = "
    shifted = np.exp(np.array(scores) - max(scores))
    if decision.exact and abs(float(math.exp(found.score - max(scores)) / shifted.sum()) - found.probability) < 1e-9:
        others = " + ".join(f"e^({shown(score)})" for score in scores[:4]) + (" + …" if len(scores) > 4 else "")
        return f"e^({shown(found.score)}) / ({others}) = "
    return ""


def tell_search(name: str, index: Any, state: State) -> TraceStep:
    """Tell what a search found for each text as a query, and what each term gave to the score of a hit."""
    told = TraceStep(name, type(index).__name__, "Search")
    told.about = [f"{len(index):,} documents were searched; shown are the {_HITS} best, and what each term gave."]
    results = index.search(state.given, k=_HITS)
    told.output = results
    for doc, (text, hits) in enumerate(zip(state.given, results, strict=True)):
        items: list[Item] = []
        says: list[str] = []
        for rank, hit in enumerate(hits, 1):
            says.append(f"{rank}. {shown(hit.score)}  {snippet(hit.document, 100)}")
            group = f"hit {rank}: {hit.id}"
            try:
                explanation = index.explain(text, hit.id)
            except ValueError as error:  # of dense vectors that are no sums over words
                told.about[1:] = [str(error)]
                continue
            items += [_given(each, index, state, doc)._replace(group=group) for each in explanation]
        told.items.append(items)
        told.results.append(says or ["Nothing was found."])
    return told


def _given(each: Any, index: Any, state: State, doc: int) -> Item:
    """Return what a term, a pair of words or a part of a search gave to a score."""
    if hasattr(each, "part"):
        why = "not found" if each.rank is None else f"rank {each.rank}, score {shown(each.score)}"
        return Item(each.part, value=each.contribution, why=why)
    if hasattr(each, "query_word"):
        words = _words_of(each.query_word, state, doc)
        return Item(f"{each.query_word} ~ {each.document_word}", words, value=each.contribution)
    words = _words_of(each.term, state, doc)
    if hasattr(each, "tf"):
        times = f"{shown(each.query_frequency)} × " if each.query_frequency != 1 else ""
        why = f"{times}{shown(each.idf)} × {shown(each.tf)}"
        why += (
            f" (idf × tf; {shown(each.frequency)} in the document, {shown(each.length)} times as long as the average)"
        )
        return Item(each.term, words, value=each.contribution, why=why)
    why = ""
    if index.info()["scores"] == "cosines":
        values = {item.text: item.value or 0.0 for item in state.items[doc]}
        length = math.sqrt(sum(value * value for value in values.values()))
        if values.get(each.term):
            weight = values[each.term] / length
            why = f"{shown(weight)} × {shown(each.contribution / weight)} (query × document)"
    return Item(each.term, words, value=each.contribution, why=why)
