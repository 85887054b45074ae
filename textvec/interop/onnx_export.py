"""Out to ONNX: a fitted pipeline as a file that onnxruntime runs, in any language and without Python.

Converting is one thing, saying the same another: onnxruntime cuts text and lowers it with its own code. So what was
converted is run on texts before it is written, and compared with the pipeline.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from textvec._common.atomic_files import check_target, replacing
from textvec._common.diagram import is_estimator
from textvec._common.optional import import_onnxruntime, import_skl2onnx
from textvec._common.printable import printable
from textvec._version import __version__
from textvec.encoders.pipeline_steps import best_of
from textvec.interop._onnx_samples import checked_samples, samples_of
from textvec.interop._parts import Parts

TOLERANCE = 1e-5
"""How far numbers may be apart, relative to the largest of a text, or to 1: ONNX computes with 32 bits, we with 64."""
_MAX_CELLS = 1 << 24  # of the dense matrices of ONNX that are made at once: 64 MB
_SHOWN = 5  # differences that an error spells out


class OnnxDifference(NamedTuple):
    """One thing that onnxruntime makes otherwise of a text than the pipeline does.

    Attributes
    ----------
    text : str
        Of the samples.
    what : str
        What is different: "label", "probabilities", "prediction", or a feature by its name.
    expected : object
        What the pipeline gives.
    got : object
        What onnxruntime gives.
    """

    text: str
    what: str
    expected: Any
    got: Any


class OnnxDifferencesError(ValueError):
    """What was converted does not say the same as the pipeline, and was not written.

    Parameters
    ----------
    message : str
        What the error says.
    differences : list of OnnxDifference
        All that is different.

    Attributes
    ----------
    differences : list of OnnxDifference
        All that is different.
    """

    def __init__(self, message: str, differences: list[OnnxDifference]) -> None:
        super().__init__(message)
        self.differences = differences


def register_onnx_converters() -> None:
    """Let skl2onnx convert pipelines with `CountVectorizer`, `TfidfVectorizer`, `TfidfWeighting` and steps to tokens.

    Call it once before `skl2onnx.to_onnx`; `textvec.to_onnx` does so itself. Nothing is compared then.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    See Also
    --------
    to_onnx : Converts, compares and writes.

    Examples
    --------
    >>> import skl2onnx
    >>> from skl2onnx.common.data_types import StringTensorType
    >>> from textvec import TfidfVectorizer
    >>> from textvec.interop import register_onnx_converters
    >>> register_onnx_converters()
    >>> vectorizer = TfidfVectorizer().fit(["The food is good", "Pizza is great"])
    >>> model = skl2onnx.to_onnx(vectorizer, initial_types=[("text", StringTensorType([None]))])
    >>> [output.name for output in model.graph.output]
    ['variable']
    """
    import_skl2onnx("register_onnx_converters")
    from textvec.interop import onnx_converters

    onnx_converters.register()


def to_onnx(
    model: Any,
    path: str | PathLike[str],
    *,
    samples: Iterable[str] | None = None,
    differences: str = "refuse",
    locale: str | None = None,
) -> list[OnnxDifference]:
    r"""Write a fitted pipeline that takes texts as a file of ONNX, if onnxruntime makes the same of some texts.

    The graph has one input, "text", of any number of strings. What it gives is named as skl2onnx names it: "label" and
    "probabilities" of a classifier, "variable" of what transforms.

    Parameters
    ----------
    model : estimator
        A fitted `CountVectorizer` or `TfidfVectorizer`, or a pipeline that begins with one, or with `Tokenizer` and
        `StopWords`, and goes on with `TfidfWeighting` or what skl2onnx knows of scikit-learn; a fitted search for
        parameters of such a pipeline. Classifiers of `textvec.classification.text_classifier` are such pipelines.
    path : str or path
        Of the file. It is written whole or not at all.
    samples : iterable of str, default=None
        Texts to compare with, best some hundred of those that will come. By default texts that are made of what the
        model has learnt, in capitals, with accents, apostrophes and all that is known to be cut in different ways.
    differences : {'refuse', 'warn'}, default='refuse'
        What to do if anything is different: raise an error and write nothing, or warn and write.
    locale : str, default=None
        By which onnxruntime makes lower case: by default "C.UTF-8", which the images of Debian have, slim or not. The
        machine that runs the model must have it. On Windows and macOS "en-US" and "en_US.UTF-8" are common.

    Returns
    -------
    list of OnnxDifference
        What is different, which is nothing unless `differences` is 'warn'.

    Raises
    ------
    OnnxDifferencesError
        If something is different; a ValueError that lists what.
    sklearn.exceptions.NotFittedError
        If the model is not fitted.
    ValueError
        If the model holds what ONNX or skl2onnx cannot express, with the reason; or onnxruntime cannot run the graph.
    TypeError
        If the samples are not strings.
    ImportError
        If skl2onnx or onnxruntime is not installed.

    Warns
    -----
    UserWarning
        If something is different, and `differences` is 'warn'.

    Notes
    -----
    Labels must be equal, numbers to :math:`10^{-5}` of the largest of a text, or of 1 if that is larger: ONNX computes
    in 32 bits. Of a pipeline that ends with a predictor, the features before it are compared as well, so that a token
    that is cut otherwise is found even if no label depends on it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import onnxruntime
    >>> import textvec
    >>> from textvec.classification import text_classifier
    >>> texts = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
    >>> model = text_classifier("tfidf", "logreg").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "spam.onnx")
    ...     differences = textvec.to_onnx(model, file)
    ...     session = onnxruntime.InferenceSession(file)
    >>> session.run(["label"], {"text": ["Free CASH", "lunch?"]})
    [array(['spam', 'ham'], dtype=object)]
    """
    import_skl2onnx("to_onnx")
    runtime = import_onnxruntime("to_onnx")
    if differences not in ("refuse", "warn"):
        raise ValueError(f"to_onnx: differences must be 'refuse' or 'warn', but it is {differences!r}.")
    target = Path(path)
    check_target(target)
    model = best_of(model)
    _refuse_by_reason(model)
    texts = samples_of(_parts(model)) if samples is None else checked_samples(samples)
    parts = [model]
    if hasattr(model, "steps") and len(model.steps) > 1 and hasattr(model.steps[-1][1], "predict"):
        parts.append(model[:-1])
    converted = [_Converted(part, locale, runtime, texts[:1]) for part in parts]
    found = [difference for each in converted for difference in each.differences(texts)]
    if found:
        message = _message(found, len(texts))
        if differences == "refuse":
            raise OnnxDifferencesError(
                f"{message}\nNothing was written. If this does not matter, to_onnx(..., differences='warn') writes; "
                "with samples=[...] it compares texts of yours instead.",
                found,
            )
        warnings.warn(message, UserWarning, stacklevel=2)
    with replacing(target) as [file]:
        file.write(converted[0].data)
    return found


class _Converted:
    """A model and what became of it: the bytes of its graph, which onnxruntime runs."""

    def __init__(self, model: Any, locale: str | None, runtime: Any, texts: list[str]) -> None:
        self._model = model
        self._method = "predict" if hasattr(model, "predict") else "transform"
        getattr(model, self._method)(texts)  # raises the model's own error where it is not fitted
        self.data = _convert(model, locale)
        options = runtime.SessionOptions()
        options.log_severity_level = 4  # what it would log comes as an error
        try:
            self._session = runtime.InferenceSession(self.data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # of classes that onnxruntime makes when it is imported
            hint = " Give a locale that this machine has: to_onnx(..., locale=...)." if "locale" in str(error) else ""
            raise ValueError(
                f"to_onnx: onnxruntime cannot run what was converted: {str(error).strip()}.{hint}"
            ) from error

    def differences(self, texts: list[str]) -> Iterator[OnnxDifference]:
        """Yield what onnxruntime makes otherwise of texts."""
        n_columns = 1
        step = len(texts) or 1
        if self._method == "transform":
            n_columns = int(self._model.transform(texts[:1]).shape[1])
            step = max(1, _MAX_CELLS // max(n_columns, 1))
        for first in range(0, len(texts), step):
            part = texts[first : first + step]
            got = self._session.run(None, {"text": np.array(part, dtype=object)})
            yield from self._compared(part, got)

    def _compared(self, texts: list[str], got: list[Any]) -> Iterator[OnnxDifference]:
        expected = getattr(self._model, self._method)(texts)
        if self._method == "transform":
            dense = expected.toarray() if sp.issparse(expected) else np.asarray(expected)
            for i, j in _apart(dense, got[0], most_of_row=1):
                yield OnnxDifference(texts[i], f"feature {self._name(j)!r}", float(dense[i, j]), float(got[0][i, j]))
            return
        labels = np.asarray(expected)
        if labels.dtype.kind == "f" and not hasattr(self._model, "classes_"):  # a regression
            for i, _ in _apart(labels.reshape(len(texts), -1), got[0].reshape(len(texts), -1), most_of_row=1):
                yield OnnxDifference(texts[i], "prediction", labels[i], got[0][i])
            return
        for i in np.flatnonzero(labels != got[0].reshape(labels.shape)).tolist():
            yield OnnxDifference(texts[i], "label", labels[i], got[0][i])
        if hasattr(self._model, "predict_proba") and len(got) > 1:
            probabilities = self._model.predict_proba(texts)
            for i, _ in _apart(probabilities, got[1], most_of_row=1):
                yield OnnxDifference(texts[i], "probabilities", probabilities[i].tolist(), got[1][i].tolist())

    def _name(self, column: int) -> str:
        try:
            return str(self._model.get_feature_names_out()[column])
        except (AttributeError, ValueError):  # not every transformer names its columns
            return str(column)


def _apart(expected: Any, got: Any, most_of_row: int) -> list[tuple[int, int]]:
    """Return where two tables of numbers differ, `most_of_row` places of each row at most."""
    if expected.shape != got.shape:
        raise ValueError(f"to_onnx: the graph gives a table of shape {got.shape}, the model {expected.shape}.")
    scale = np.maximum(1, np.abs(expected).max(axis=1, initial=0, keepdims=True))
    with np.errstate(invalid="ignore"):
        apart = ~(np.abs(expected - got) <= TOLERANCE * scale)
    return [(i, int(j)) for i in range(len(apart)) for j in np.flatnonzero(apart[i])[:most_of_row]]


def _convert(model: Any, locale: str | None) -> bytes:
    """Return the graph of a model, as bytes."""
    import onnx
    import skl2onnx
    from skl2onnx.common.data_types import StringTensorType
    from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

    from textvec.interop import onnx_converters

    onnx_converters.register()
    parts = _parts(model)
    texts = [part for part in parts if type(part) in onnx_converters.OF_TEXT]
    how = {
        "initial_types": [("text", StringTensorType([None]))],
        "custom_parsers": onnx_converters.parsers_of(parts),
        "options": {id(part): {"locale": locale} for part in texts} if locale is not None else None,
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of skl2onnx: what is wrong with the graph is found by running it
            graph = skl2onnx.convert_sklearn(model, **how)
    except (MissingConverter, MissingShapeCalculator) as error:
        found = re.search(r"(\w+)'>", str(error))
        name = found[1] if found else "a part of the model"
        raise ValueError(f"to_onnx: neither textvec nor skl2onnx has a converter for {name}.") from error
    except (NotImplementedError, RuntimeError, TypeError, NameError) as error:
        raise ValueError(f"to_onnx: the model cannot be expressed: {error}") from error
    onnx.helper.set_model_props(graph, {"textvec": __version__})
    data: bytes = graph.SerializeToString()
    return data


def _parts(model: Any) -> list[Any]:
    """Return a model and all estimators that it holds."""
    return [found.value for found in Parts(model).walk() if is_estimator(found.value)]


_REASONS = {
    "BM25Weighting": "BM25 weighs counts by the lengths of documents, for which there is no converter",
    "EmbeddingVectorizer": "vectors of words are not converted",
    "HashingVectorizer": "ONNX has no sparse matrices, and there is no converter for a million dense columns",
    "Lemmatizer": "the lemma of a word is found by Python code, also of words that were never seen",
    "NBSVMClassifier": "there is no converter for it; text_classifier(..., 'svm') and 'logreg' can be converted",
    "NBWeighting": "there is no converter for it",
    "OneHotVectorizer": "there is no converter for it; CountVectorizer(binary=True) can be converted",
    "Phrases": "phrases are found by Python code",
    "SequenceEncoder": "there is no converter for it",
    "Stemmer": "the stem of a word is found by Python code, also of words that were never seen",
    "Word2Vec": "vectors of words are not converted",
}


def _refuse_by_reason(model: Any) -> None:
    for part in _parts(model):
        reason = _REASONS.get(type(part).__name__)
        if reason is not None:
            raise ValueError(f"to_onnx: the model holds a {type(part).__name__}, which cannot be expressed: {reason}.")


def _message(found: list[OnnxDifference], n_texts: int) -> str:
    different = len({difference.text for difference in found})
    shown = "\n".join(
        f"  {printable(repr(text))[:80]}: {what}: expected {expected}, got {got}"
        for text, what, expected, got in found[:_SHOWN]
    )
    more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"to_onnx: onnxruntime makes something else of {different} of {n_texts} texts:\n{shown}{more}"
