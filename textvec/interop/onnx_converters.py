r"""textvec's steps as parts of ONNX graphs, so that `skl2onnx.to_onnx` converts pipelines that hold them.

skl2onnx has a converter of its own for scikit-learn's vectorizers, which is made for plain English: its tokens are
`[a-zA-Z0-9_]+`, stop words stay, 1 + log(count) becomes log(1 + count). The graphs here are made anew:

- a regular expression is given to onnxruntime with the very characters that Python's `\w` stands for, as ranges;
- tokens become integers by a table of the vocabulary, so that n-grams are those of words, whatever their names hold;
- stop words are taken out of the rows of tokens before n-grams are counted.

Between steps, tokens are a table of strings, a row a document, filled up with `PAD`. This module imports skl2onnx, and
is imported by `textvec.interop.onnx_export` when something is converted.

Tested in tests/interop/test_onnx_export.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx._parse import (
    _parse_sklearn,
    _parse_sklearn_classifier,
    _parse_sklearn_simple_model,
    sklearn_parsers_map,
    update_registered_parser,
)
from skl2onnx._supported_operators import sklearn_operator_name_map
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline

from textvec._common.query_steps import NotDescribedError, require
from textvec.classification.text_pipeline import TextClassifier
from textvec.encoders.pipeline_steps import steps_of
from textvec.preprocessing import StopWords, Tokenizer
from textvec.text.encoding import Runs
from textvec.vectorizers import CountVectorizer, TfidfVectorizer
from textvec.weightings import TfidfWeighting

PAD = "\x00\x00"
"""What stands in a table of tokens where a document has no more; no vocabulary may hold it."""
LOCALE = "C.UTF-8"
"""The locale of lower case. onnxruntime's own, en_US.UTF-8, is missing on slim images, where no such model loads."""
OF_TEXT = (CountVectorizer, StopWords, TfidfVectorizer, Tokenizer)
"""The steps that have the option `locale`."""
_UNKNOWN, _DROPPED = -1, -2  # codes of tokens; those of the vocabulary begin at 0
_MICROSOFT, _ML = "com.microsoft", "ai.onnx.ml"
_ALL_CHARACTERS = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))  # a surrogate has no UTF-8


class TokensType(StringTensorType):  # type: ignore[misc]
    """The type of a table of tokens, which knows the steps that made it."""

    def __init__(self, shape: Any = None, steps: tuple[Any, ...] = ()) -> None:
        super().__init__(shape)
        self.steps = steps


class Graph:
    """Adds nodes to the graph that skl2onnx builds, and names what they give."""

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope, self._container = scope, container

    def node(self, op: str, *inputs: str, domain: str = "", version: int = 13, **attributes: Any) -> str:
        """Add a node, and return the name of its output."""
        output: str = self._scope.get_unique_variable_name(op.lower())
        name = self._scope.get_unique_operator_name(op)
        self._container.add_node(op, list(inputs), output, domain, version, name=name, **attributes)
        return output

    def constant(self, value: Any) -> str:
        """Add a constant: numbers, or strings."""
        array = np.asarray(value)
        name: str = self._scope.get_unique_variable_name("constant")
        kinds = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "b": TensorProto.BOOL, "U": TensorProto.STRING}
        values = [str(item).encode() for item in array.ravel()] if array.dtype.kind == "U" else array.ravel().tolist()
        self._container.add_initializer(name, kinds[array.dtype.kind], list(array.shape), values)
        return name

    def lookup(self, tokens: str, values: dict[str, int], default: int) -> str:
        """Replace each token by its number."""
        keys = {"keys_strings": list(values), "values_int64s": list(values.values()), "default_int64": default}
        return self.node("LabelEncoder", tokens, domain=_ML, version=2, **keys)

    def moved_to_end(self, rows: str, dropped: str) -> str:
        """Put what is dropped, where `dropped` is 1, at the ends of the rows; all else keeps its order."""
        width = self.node("Gather", self.node("Shape", rows), self.constant(1), axis=0)
        positions = self.node("Range", self.constant(0), width, self.constant(1), version=11)
        keys = self.node("Add", self.node("Mul", dropped, width), positions)
        k = self.node("Reshape", width, self.constant([1]))
        order = self._scope.get_unique_variable_name("order")
        name = self._scope.get_unique_operator_name("TopK")
        unused = self._scope.get_unique_variable_name("keys")
        self._container.add_node("TopK", [keys, k], [unused, order], "", 11, name=name, largest=0, sorted=1, axis=1)
        return self.node("GatherElements", rows, order, axis=1)


def register() -> None:
    """Tell skl2onnx how textvec's steps are converted; a second call changes nothing."""
    _register(Tokenizer, _tokenizer, _tokens, {"locale": None})
    _register(StopWords, _stop_words, _tokens, {"locale": None})
    counted: Callable[[Any, Any], Any] = lambda step, _: FloatTensorType([None, len(step.ngrams_)])  # noqa: E731
    _register(CountVectorizer, _counts, counted, {"locale": None})
    _register(TfidfVectorizer, _tfidf_of_text, counted, {"locale": None})
    _register(TfidfWeighting, _tfidf, lambda step, _: FloatTensorType([None, step.n_features_in_]), {})
    update_registered_parser(TextClassifier, _parse_steps)
    sklearn_operator_name_map[TextClassifier] = sklearn_operator_name_map[Pipeline]


def parsers_of(parts: Iterable[Any]) -> dict[type, Any]:
    """Return parsers for pipelines and for classifiers among some estimators.

    skl2onnx makes a list of dicts of probabilities, where a table is wanted. Its option against it has it look at each
    term of the vocabulary, twice; and its parser of pipelines gives LinearSVC an option that the same refuses.
    """
    parsers: dict[type, Any] = {}
    for part in parts:
        if isinstance(part, Pipeline):
            parsers[type(part)] = _parse_steps
        elif isinstance(part, ClassifierMixin) and sklearn_parsers_map.get(type(part)) is _parse_sklearn_classifier:
            parsers[type(part)] = _parse_sklearn_simple_model
    return parsers


def _parse_steps(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    for step in steps_of(model):
        inputs = _parse_sklearn(scope, step, inputs, custom_parsers=custom_parsers)
    return inputs


def _register(cls: type, convert: Any, output_type: Callable[[Any, Any], Any], options: dict[str, Any]) -> None:
    alias = f"Textvec{cls.__name__}"

    def parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        operator = scope.declare_local_operator(alias, model)
        operator.inputs = inputs
        operator.outputs.append(scope.declare_local_variable("variable", output_type(model, inputs[0].type)))
        return operator.outputs

    def convert_described(scope: Any, operator: Any, container: Any) -> None:
        graph, model = Graph(scope, container), operator.raw_operator
        chosen = container.get_options(model, dict(options)) if options else {}
        try:
            output = convert(graph, model, operator.inputs[0], chosen.get("locale") or LOCALE)
        except NotDescribedError as error:
            raise NotImplementedError(f"{error}, which ONNX cannot express.") from None
        container.add_node("Identity", output, operator.outputs[0].full_name, op_version=13)

    update_registered_converter(cls, alias, lambda operator: None, convert_described, parser=parse, options=options)


def _tokens(step: Any, type_: Any) -> TokensType:
    return TokensType([None, None], (*_steps(type_), step))


def _steps(type_: Any) -> tuple[Any, ...]:
    """Return the steps that made tokens, or none of text."""
    return getattr(type_, "steps", ())


def _tokenizer(graph: Graph, step: Tokenizer, source: Any, locale: str) -> str:
    return _tokenized(graph, source.full_name, step._query_steps(_steps(source.type), [])[0], locale)


def _stop_words(graph: Graph, step: StopWords, source: Any, locale: str) -> str:
    before, tokens = _steps(source.type), source.full_name
    if not before:  # it cuts text itself
        before = (Tokenizer(),)
        tokens = _tokenizer(graph, before[0], source, locale)
    [described] = step._query_steps(before, [])
    dropped = graph.lookup(tokens, dict.fromkeys([*described["words"], PAD], 1), 0)
    kept = graph.node("Where", graph.node("Cast", dropped, to=TensorProto.BOOL), graph.constant([[PAD]]), tokens)
    return graph.moved_to_end(kept, dropped)


def _counts(graph: Graph, step: CountVectorizer, source: Any, locale: str) -> str:
    if step.analyzer in ("char", "char_wb"):
        return _counts_of_characters(graph, step, source, locale)
    before, tokens, drops = _steps(source.type), source.full_name, frozenset[str]()
    # A vocabulary that was given is in `ngrams_` as one that was learnt is.
    for described in copy(step).set_params(vocabulary=None)._query_steps(before, []):
        if described["step"] == "pattern":
            tokens = _tokenized(graph, tokens, described, locale)
        elif described["step"] == "stop_words":
            drops = frozenset(described["words"])
    ngrams, (low, high) = step.ngrams_, step.ngram_range
    # What is dropped may be in a vocabulary that was given, too.
    codes = {word: code for code, word in enumerate(ngrams.words.sorted)} | dict.fromkeys(drops, _DROPPED)
    require(PAD not in codes, f"{type(step).__name__} has a term of two NUL characters")
    numbers = graph.lookup(tokens, codes, _UNKNOWN)
    if drops and high > 1:
        is_dropped = graph.node("Equal", numbers, graph.constant([[_DROPPED]]))
        numbers = graph.moved_to_end(numbers, graph.node("Cast", is_dropped, to=TensorProto.INT64))
    return _counted(graph, step, numbers, int(low), int(high))


def _counts_of_characters(graph: Graph, step: CountVectorizer, source: Any, locale: str) -> str:
    """Count n-grams of characters, in which several white spaces are one space.

    With 'char_wb' they are those within words, between spaces. Its terms have spaces at their ends only, so that the
    others among the n-grams of all the text are in no vocabulary. What it counts as a single space, though, is not.
    """
    name, (low, high) = type(step).__name__, step.ngram_range
    require(not _steps(source.type), f"{name}(analyzer={step.analyzer!r}) takes tokens")
    require(step.strip_accents is None, f"{name} strips accents")
    require(step.preprocessor is None, f"{name} has a preprocessor")
    in_words = step.analyzer == "char_wb"
    require(low > 1 or not in_words, f"{name}(analyzer='char_wb') counts single characters")
    ngrams = step.ngrams_
    require(ngrams.is_numbered and ngrams.separator == "", f"{name} has terms that are no n-grams of characters")
    text = _flat(graph, source.full_name)
    space = graph.constant([" "])
    if in_words:
        text = graph.node("StringConcat", graph.node("StringConcat", space, text, version=20), space, version=20)
    # Two and more white spaces are a token of several characters, and the only ones of that kind. One alone is a space
    # with 'char_wb', and itself with 'char'.
    spaces = _ranges(r"\s")
    characters = _cut(graph, _lower(graph, text, step.lowercase, locale), f"{spaces}{{2,}}|(?s:.)")
    codes = {character: code for code, character in enumerate(ngrams.words.sorted)}
    numbers = graph.lookup(characters, codes, _UNKNOWN)
    pattern = f"{spaces}+" if in_words else f"{spaces}{{2,}}"
    is_space = graph.node("RegexFullMatch", characters, version=20, pattern=pattern)
    numbers = graph.node("Where", is_space, graph.constant([[codes.get(" ", _UNKNOWN)]]), numbers)
    shorter = 1 if in_words else int(low)  # a word that is shorter than n-grams is one, with its spaces
    return _counted(graph, step, numbers, shorter, int(high))


def _counted(graph: Graph, step: CountVectorizer, numbers: str, low: int, high: int) -> str:
    """Count the n-grams of a vectorizer in rows of the codes of words."""
    numbers = graph.node("Pad", numbers, graph.constant([0, 0, 0, 1]), graph.constant(_UNKNOWN))  # no row is empty
    rows = step.ngrams_.by_column()
    lengths = (rows >= 0).sum(axis=1)
    longest = max(1, int(lengths.max(initial=1)))
    order = np.argsort(lengths, kind="stable")
    pool = rows[order]
    counts = graph.node(
        "TfIdfVectorizer",
        numbers,
        version=9,
        mode="TF",
        min_gram_length=min(low, longest),
        max_gram_length=min(high, longest),
        max_skip_count=0,
        pool_int64s=pool[pool >= 0].astype(np.int64).tolist(),
        ngram_counts=[int(lengths[lengths < n].sum()) for n in range(1, longest + 1)],
        ngram_indexes=order.tolist(),
    )
    return graph.node("Sign", counts) if step.binary else counts


def _tfidf_of_text(graph: Graph, step: TfidfVectorizer, source: Any, locale: str) -> str:
    counts, tfidf = _counts(graph, step, source, locale), step._tfidf
    if tfidf.sublinear_tf:
        counts = _logarithm(graph, counts, 1.0)
    return _normalized(graph, _times(graph, counts, tfidf.idf_) if tfidf.use_idf else counts, tfidf.norm)


def _tfidf(graph: Graph, step: TfidfWeighting, source: Any, _: str) -> str:
    """Weigh counts as `TfidfTransformer` could, and with every other idf, which is but other numbers."""
    counts = source.full_name
    require(step.tf in ("raw", "binary", "log"), f"TfidfWeighting has tf={step.tf!r}")
    require(step.norm in ("none", "l1", "l2"), f"TfidfWeighting has norm={step.norm!r}")
    if step.tf == "binary":
        counts = graph.node("Sign", counts)
    elif step.tf == "log":
        counts = _logarithm(graph, counts, float(np.log(step.log_base)))
    return _normalized(graph, _times(graph, counts, step.idf_), None if step.norm == "none" else step.norm)


def _logarithm(graph: Graph, counts: str, base: float) -> str:
    """Return 1 + log(count), and 0 for 0."""
    logarithm = graph.node("Log", graph.node("Max", counts, graph.constant(1.0)))
    return graph.node("Add", graph.node("Div", logarithm, graph.constant(base)), graph.node("Sign", counts))


def _times(graph: Graph, counts: str, idf: NDArray[Any]) -> str:
    return graph.node("Mul", counts, graph.constant(np.asarray(idf, np.float32)))


def _normalized(graph: Graph, weights: str, norm: str | None) -> str:
    """Divide rows by their lengths, but for rows of zeros."""
    if norm is None:
        return weights
    lengths = graph.node(f"Reduce{norm.upper()}", weights, graph.constant([1]), version=18, keepdims=1)
    is_zero = graph.node("Equal", lengths, graph.constant(0.0))
    return graph.node("Div", weights, graph.node("Where", is_zero, graph.constant(1.0), lengths))


def _flat(graph: Graph, text: str) -> str:
    return graph.node("Reshape", text, graph.constant([-1]))  # a column of texts, or a row, as skl2onnx has both


def _lower(graph: Graph, text: str, lowercase: bool, locale: str) -> str:
    if not lowercase:
        return text
    how: dict[str, Any] = {"case_change_action": "LOWER", "is_case_sensitive": 1, "locale": locale}
    return graph.node("StringNormalizer", text, version=10, **how)


def _tokenized(graph: Graph, text: str, described: dict[str, Any], locale: str) -> str:
    """Cut text by what `Tokenizer._query_steps` describes."""
    require(described["step"] == "pattern", "Tokenizer has a pattern that is no regular expression")
    require(described.get("normalize") is None, "Tokenizer normalizes characters")
    expression = re2_of(described["pattern"])
    return _cut(graph, _lower(graph, _flat(graph, text), described["lowercase"], locale), expression)


def _cut(graph: Graph, text: str, expression: str) -> str:
    how: dict[str, Any] = {"mark": 0, "mincharnum": 1, "pad_value": PAD, "tokenexp": expression}
    return graph.node("Tokenizer", text, domain=_MICROSOFT, version=1, **how)


def re2_of(pattern: str) -> str:
    r"""Return Python's regular expression for RE2, where `\w`, `\d` and `\s` stand for ASCII alone.

    Raises
    ------
    NotDescribedError
        If it has what RE2 has not, or has otherwise.

    Examples
    --------
    >>> print(re2_of("[a-z]+'?"))
    [\x{61}-\x{7a}]+'?
    """
    if (runs := Runs.parse(pattern)) is not None:
        return f"{_ranges(runs.character)}{{{runs.min_length},}}"
    plain = pattern.removeprefix("(?u)")
    require(re.compile(plain).groups == 0, f"the pattern {pattern!r} has a group that captures")
    found = re.search(r"\\[bBAZ\d](?!\d)|\(\?[^:]", plain)
    require(found is None, f"the pattern {pattern!r} has {found and found[0]!r}")

    return re.sub(r"\\[wdsWDS]|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.", lambda part: _replaced(part[0]), plain)


def _replaced(part: str) -> str:
    """Return a class of characters as ranges, and any other part of a pattern as it is."""
    return _ranges(part) if part[0] == "[" or part[1] in "wdsWDS" else part


@cache
def _ranges(character: str) -> str:
    """Return a class of characters, as Python's `re` understands it, as ranges of code points."""
    found = np.array([ord(c) for c in re.findall(character, _ALL_CHARACTERS)])
    require(len(found), f"the pattern has {character!r}, which no character is")
    cuts = np.flatnonzero(np.diff(found) > 1)
    first, last = found[np.r_[0, cuts + 1]], found[np.r_[cuts, len(found) - 1]]
    return "[" + "".join(f"\\x{{{a:x}}}-\\x{{{b:x}}}" for a, b in zip(first, last, strict=True)) + "]"
