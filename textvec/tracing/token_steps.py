"""The steps from text to words, and from words to words: each token with its place, what was dropped, and why."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.folding import fold
from textvec.text.tokens import Tokens
from textvec.tracing.items import Item, TraceStep, Word
from textvec.tracing.spans import as_words, locate, words_between
from textvec.tracing.state import State, Told

_DEFAULT_PATTERN = r"(?u)\b\w\w+\b"
_NAMED = {
    "unicode": "words after Unicode's rules (UAX #29)",
    "whitespace": "what lies between white space",
    "treebank": "NLTK's TreebankWordTokenizer",
    "tweet": "NLTK's TweetTokenizer",
}


def tell_tokenizer(name: str, step: Any, state: State, after: Tokens) -> Told:
    """Tell what a `Tokenizer` did: where each token stands, how it was folded, what was passed over."""
    if state.are_cut:  # tokens pass through it unchanged
        told = TraceStep(name, "Tokenizer", "Words", ["The texts are words already."], list(state.items), output=after)
        return Told([told], state.after(after, told.items))
    pattern = step.pattern
    if not isinstance(pattern, str) or pattern.startswith(("spacy:", "pieces:")) or pattern in _NAMED:
        expression = None
        shown = getattr(pattern, "__qualname__", None) or str(pattern)
        how = _NAMED.get(pattern, shown) if isinstance(pattern, str) else f"the function {shown}"
    else:
        expression, how = pattern, f"matches of {pattern}"
    about = [f"Words are {how}.", *about_folding(step.lowercase, step.strip_accents, step.normalize)]
    items, words = cut(state.texts, list(after), partial(_folded, step), expression)
    told = TraceStep(name, "Tokenizer", "Words", about, items, output=after)
    return Told([told], state.after(after, items, words=words))


def cut(
    texts: Sequence[str], tokens: Sequence[Sequence[str]], fold: Callable[[str], str], pattern: str | None
) -> tuple[list[list[Item]], list[list[Word]]]:
    """Return for each text the items of its tokens and of the words that were passed over, and its words.

    Parameters
    ----------
    texts : sequence of str
    tokens : sequence of sequences of str
        Those of each text.
    fold : callable
        What was done to the characters of a text.
    pattern : str or None
        The regular expression that found the tokens in folded text, if one did.
    """
    items, words = zip(*(_cut(*each, fold, pattern) for each in zip(texts, tokens, strict=True)), strict=True)
    return list(items), list(words)


def _cut(
    text: str, tokens: Sequence[str], fold: Callable[[str], str], pattern: str | None
) -> tuple[list[Item], list[Word]]:
    spans = locate(text, tokens, fold, pattern)
    passed = words_between(text, spans)
    pairs: list[tuple[Word, str | None]] = []
    own = deque(zip(as_words(text, tokens, spans), tokens, strict=True))
    for start, end in passed:
        while own and (own[0][0].start or -1) <= start:
            pairs.append(own.popleft())
        pairs.append((Word(text[start:end], start, end), None))
    pairs += own
    items = []
    for i, (word, token) in enumerate(pairs):
        if token is None:
            items.append(Item(word.text, (i,), kept=False, why=_passed_over(word.text, pattern)))
        elif word.text == token:
            items.append(Item(token, (i,)))
        else:
            items.append(Item(token, (i,), was=word.text, why=_change(word.text, token)))
    return items, [word for word, _ in pairs]


def _passed_over(word: str, pattern: str | None) -> str:
    if len(word) == 1:
        what = "one letter" if word.isalpha() else "one digit" if word.isdigit() else "one character"
        return f"{what}: a word has two or more" if pattern == _DEFAULT_PATTERN else f"{what} that makes no word"
    return "no match of the pattern" if pattern is not None else "no word to the tokenizer"


def _change(before: str, after: str) -> str:
    if before.lower() == after:
        return "lower case"
    if fold(before.lower(), False, "unicode") == after or fold(before, False, "unicode") == after:
        return "without accents" if before.islower() else "lower case, without accents"
    return "folded"


def _folded(tokenizer: Any, text: str) -> str:
    """Return a text as a `Tokenizer` folds it."""
    if tokenizer.normalize is not None:
        text = unicodedata.normalize(tokenizer.normalize, text)
    return fold(text, bool(tokenizer.lowercase), tokenizer.strip_accents)


def about_folding(lowercase: bool, strip_accents: Any, normalize: str | None = None) -> list[str]:
    """Return sentences about what is done to characters before words are looked for."""
    done = []
    if normalize is not None:
        done.append(f"Characters are brought into the form {normalize}.")
    if lowercase:
        done.append("Letters are lower-cased.")
    if strip_accents is not None:
        done.append("Accents are taken off.")
    return done


def tell_token_step(name: str, step: Any, state: State, after: Tokens) -> Told:
    """Tell what a step from words to words did: what became of each word, and which were dropped."""
    told_before: list[TraceStep] = []
    if not state.are_cut:  # such a step cuts raw text itself
        told_before, state = tell_tokenizer(name, Tokenizer(), state, Tokenizer().transform(state.content))
    kind = type(step).__name__
    title, about, drop, change = _WORDINGS.get(kind, _wording)(step)
    items = [
        _aligned(before, words, forms, drop, change, getattr(step, "delimiter", None))
        for before, words, forms in zip(state.items, after, _alone(step, state.content), strict=True)
    ]
    told = TraceStep(name, kind, title, about + _merged(items), items, output=after)
    return Told([*told_before, told], state.after(after, items))


def _alone(step: Any, tokens: Any) -> list[list[tuple[str, ...]]]:
    """Return what the step makes of each token of each text alone; it is asked once for each distinct word."""
    tokens = Tokenizer().transform(tokens)
    n = len(tokens.vocabulary)
    singles = Tokens._of(tokens.vocabulary, np.arange(n, dtype=np.int32), np.arange(n + 1), steps=tokens.steps)
    forms = [tuple(words) for words in step.transform(singles)] if n else []
    ends = tokens.offsets.tolist()
    return [[forms[code] for code in tokens.codes[a:b].tolist()] for a, b in pairwise(ends)]


def _aligned(
    before: list[Item], after: list[str], forms: list[tuple[str, ...]], drop: str, change: str, delimiter: str | None
) -> list[Item]:
    """Return the items of a text after a step."""
    if [form for some in forms for form in some] != list(after):
        return _joined(before, list(after), delimiter or "_")
    items = []
    for item, some in zip(before, forms, strict=True):
        if not some:
            items.append(Item(item.text, item.words, kept=False, why=drop))
        for form in some:
            same = form == item.text
            items.append(Item(form, item.words, was=None if same else item.text, why="" if same else change))
    return items


def _joined(before: list[Item], after: list[str], delimiter: str) -> list[Item]:
    """Return the items of a text in which words in a row may have become one."""
    items: list[Item] = []
    i = 0
    for token in after:
        n = next(
            (n for n in range(1, len(before) - i + 1) if delimiter.join(b.text for b in before[i : i + n]) == token), 0
        )
        if not n:  # a step that does something else: which words the token comes from is not known
            items.append(Item(token))
            continue
        row = before[i : i + n]
        words = tuple(word for item in row for word in item.words)
        was = " ".join(item.text for item in row) if n > 1 else None
        items.append(Item(token, words, was=was, why=f"{n} words in a row became one" if n > 1 else ""))
        i += n
    return items


def _merged(items: list[list[Item]]) -> list[str]:
    """Say which different words have become one."""
    sources: dict[str, set[str]] = {}
    for some in items:
        for item in some:
            if item.kept:
                sources.setdefault(item.text, set()).add(item.was or item.text)
    merged = [f"{', '.join(sorted(words))} became {name}" for name, words in sources.items() if len(words) > 1]
    return [f"Words that became one: {'; '.join(merged)}."] if merged else []


def cut_already(texts: Sequence[Sequence[str]]) -> tuple[list[str], list[list[Word]], list[list[Item]]]:
    """Return documents that came as words as texts, with spaces between, their words and their items."""
    joined, words, items = [], [], []
    for tokens in texts:
        starts = np.cumsum([0, *(len(token) + 1 for token in tokens)]).tolist()
        joined.append(" ".join(tokens))
        words.append([Word(t, a, a + len(t)) for t, a in zip(tokens, starts, strict=False)])
        items.append([Item(t, (i,)) for i, t in enumerate(tokens)])
    return joined, words, items


_Wording = tuple[str, list[str], str, str]
"""What is said of a kind of step: title, sentences about it, why it drops a word, what it does to one."""


def stop_words(given: Any, found: Collection[str] | None) -> _Wording:
    """Say what a list of stop words, given by its name or as words, does, and why it drops a word."""
    which = f"list {given!r}" if isinstance(given, str) else "list of your own"
    size = "" if found is None else f", {counted(len(found), 'word')}"
    return (
        "Stop words",
        [f"Words that carry little meaning are left out: the {which}{size}."],
        f"stop word ({which})",
        "",
    )


def _stems(step: Any) -> _Wording:
    how = f"{step.algorithm}" + (f", {step.language}" if getattr(step, "language", None) else "")
    return "Stems", [f"Endings are cut off ({how})."], "nothing is left of it", "stem"


def _lemmas(step: Any) -> _Wording:
    how = f"{step.backend}, {step.language}"
    return "Lemmas", [f"Words become their form in a dictionary ({how})."], "nothing is left of it", "lemma"


def _phrases(step: Any) -> _Wording:
    learnt = counted(len(step.phrases_), "phrase was", "phrases were")
    about = f"Words that often stand together become one: {learnt} learnt."
    return "Phrases", [about], "dropped by Phrases", "phrase"


def _wording(step: Any) -> _Wording:
    kind = type(step).__name__
    title = " ".join(re.findall(r"[A-Z][^A-Z]*", kind)).capitalize() or kind
    return title, [], f"dropped by {kind}", f"changed by {kind}"


_WORDINGS: dict[str, Callable[[Any], _Wording]] = {
    "StopWords": lambda step: stop_words(step.words, getattr(step, "stop_words_", None)),
    "Stemmer": _stems,
    "Lemmatizer": _lemmas,
    "Phrases": _phrases,
}
