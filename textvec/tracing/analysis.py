"""How a vectorizer cuts texts into terms: its own words and stop words, n-grams of words, of characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from textvec._common.counted import counted
from textvec.tracing.items import Item, TraceStep, Word
from textvec.tracing.spans import fold_with_origins
from textvec.tracing.state import State
from textvec.tracing.token_steps import about_folding, cut, stop_words


def analysed(name: str, vectorizer: Any, state: State) -> tuple[list[TraceStep], State]:
    """Tell how a vectorizer makes terms; the items of the state that is returned are one for each occurrence.

    Parameters
    ----------
    name : str
        The name of the step.
    vectorizer : CountVectorizer
        Of this package or of scikit-learn, or anything with its parameters and methods.
    state : State

    Returns
    -------
    steps : list of TraceStep
    state : State
        Its content is what it was.
    """
    if callable(vectorizer.analyzer) or vectorizer.ngram_range[0] < 1:
        return _by_function(name, vectorizer, state)
    if vectorizer.analyzer != "word":
        return _characters(name, vectorizer, state)
    before, steps = state, []
    if not state.are_cut:
        told, state = _words(name, vectorizer, state)
        steps.append(told)
    left_out = vectorizer.get_stop_words()
    if left_out:
        told, state = _without(name, vectorizer, left_out, state)
        steps.append(told)
    if tuple(vectorizer.ngram_range) != (1, 1):
        told, state = _ngrams(name, vectorizer, state)
        steps.append(told)
    if not before.are_cut and not _agree(vectorizer, state):  # a subclass, or a function of the user's, does more
        return _by_function(name, vectorizer, before)
    return steps, state


def _words(name: str, vectorizer: Any, state: State) -> tuple[TraceStep, State]:
    fold, tokenize = vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    tokens = [list(map(str, tokenize(fold(text)))) for text in state.texts]
    pattern = vectorizer.token_pattern if vectorizer.tokenizer is None else None
    how = f"matches of {pattern}" if pattern is not None else f"what {_name_of(vectorizer.tokenizer)} returns"
    about = [f"Words are {how}."]
    if callable(vectorizer.preprocessor):
        about.append(f"{_name_of(vectorizer.preprocessor)} prepares the texts.")
    else:
        about += about_folding(vectorizer.lowercase, vectorizer.strip_accents)
    items, words = cut(state.texts, tokens, fold, pattern)
    return TraceStep(name, _kind(vectorizer), "Words", about, items), state.after(state.content, items, words=words)


def _without(name: str, vectorizer: Any, left_out: Any, state: State) -> tuple[TraceStep, State]:
    title, about, why, _ = stop_words(vectorizer.stop_words, left_out)
    items = [
        [item._replace(kept=False, why=why) if item.text in left_out else item for item in some] for some in state.items
    ]
    return TraceStep(name, _kind(vectorizer), title, about, items), state.after(state.content, items)


def _ngrams(name: str, vectorizer: Any, state: State) -> tuple[TraceStep, State]:
    low, high = map(int, vectorizer.ngram_range)
    items = [
        [_joined(some[i : i + n], " ") for n in range(low, high + 1) for i in range(len(some) - n + 1)]
        for some in state.items
    ]
    about = [f"Terms are {_sizes(low, high, 'word')} in a row, with a space between."]
    return TraceStep(name, _kind(vectorizer), "N-grams", about, items), state.after(state.content, items)


def _joined(row: list[Item], separator: str) -> Item:
    return Item(separator.join(item.text for item in row), tuple(word for item in row for word in item.words))


def _characters(name: str, vectorizer: Any, state: State) -> tuple[list[TraceStep], State]:
    """Tell of n-grams of characters; the words of a text are what stands between white space."""
    fold = vectorizer.build_preprocessor()
    low, high = map(int, vectorizer.ngram_range)
    within = vectorizer.analyzer == "char_wb"
    items, words = [], []
    for text in state.texts:
        spans = [match.span() for match in re.finditer(r"\S+", text)]
        words.append([Word(text[a:b], a, b) for a, b in spans])
        items.append(_padded(text, fold, low, high, spans) if within else _runs(text, fold, low, high, spans))
    where = "within each word, which has a space before and after it" if within else "in a row, across words"
    about = [
        f"Terms are {_sizes(low, high, 'character')} {where}.",
        *about_folding(vectorizer.lowercase, vectorizer.strip_accents),
    ]
    told = TraceStep(name, _kind(vectorizer), "Character n-grams", about, items)
    after = state.after(state.content, items, words=words)
    return ([told], after) if _agree(vectorizer, after) else _by_function(name, vectorizer, state)


def _padded(text: str, fold: Callable[[str], str], low: int, high: int, spans: list[tuple[int, int]]) -> list[Item]:
    items = []
    for i, (start, end) in enumerate(spans):
        word = f" {fold(text[start:end])} "
        for n in range(low, high + 1):
            items += [Item(word[at : at + n], (i,)) for at in range(max(len(word) - n, 0) + 1)]
            if n >= len(word):  # as in scikit-learn, a short word counts once
                break
    return items


def _runs(text: str, fold: Callable[[str], str], low: int, high: int, spans: list[tuple[int, int]]) -> list[Item]:
    folded = fold_with_origins(text, fold)
    if folded is None:
        return []
    characters, origins = "", []
    for match in re.finditer(r"\s\s+|(?s:.)", folded.text):  # scikit-learn makes one space of several
        characters += " " if match.end() - match.start() > 1 else match[0]
        origins.append(folded.origin(*match.span()))
    word_of = {at: i for i, (start, end) in enumerate(spans) for at in range(start, end)}
    items = []
    for n in range(low, min(high, len(characters)) + 1):
        for at in range(len(characters) - n + 1):
            touched = (word_of.get(c) for a, b in origins[at : at + n] for c in range(a, b))
            items.append(Item(characters[at : at + n], tuple(dict.fromkeys(w for w in touched if w is not None))))
    return items


def _by_function(name: str, vectorizer: Any, state: State) -> tuple[list[TraceStep], State]:
    """Tell of terms that are made in the user's own way: they are looked for in the text."""
    analyze = vectorizer.build_analyzer()
    documents = state.content if isinstance(state.content, list) else list(state.content)
    features = [list(analyze(document)) for document in documents]
    if state.are_cut:
        sources = [{item.text: item.words for item in some} for some in state.items]
        items = [[Item(str(f), known.get(f, ())) for f in some] for known, some in zip(sources, features, strict=True)]
        words = state.words
    else:
        items, words = cut(state.texts, [list(map(str, some)) for some in features], str.lower, None)
    how = _name_of(vectorizer.analyzer) if callable(vectorizer.analyzer) else _kind(vectorizer)
    told = TraceStep(name, _kind(vectorizer), "Terms", [f"{how} makes the terms."], items)
    return [told], state.after(state.content, items, words=words)


def _agree(vectorizer: Any, state: State) -> bool:
    """Tell whether the terms are those that the vectorizer makes."""
    analyze = vectorizer.build_analyzer()
    return all(
        Counter(item.text for item in some) == Counter(analyze(text))
        for some, text in zip(state.items, state.texts, strict=True)
    )


def _sizes(low: int, high: int, what: str) -> str:
    return counted(low, what) if low == high else f"{low} to {high} {what}s"


def _name_of(function: Any) -> str:
    return getattr(function, "__qualname__", None) or type(function).__name__


def _kind(step: Any) -> str:
    return type(step).__name__
