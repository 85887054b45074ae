"""A fitted model as one Python file that imports NumPy and the standard library only.

The code of the file is that of `_standalone_template`, the same for every model. What the model knows is a string in
it, of JSON and arrays: data that the code reads, and that cannot become code. The source of the data is the description
that encoders give of themselves for queries, see `textvec.encoders.query_description`.
"""

from __future__ import annotations

import base64
import inspect
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.pipeline import Pipeline

from textvec._common.atomic_files import replacing
from textvec._version import __version__
from textvec.classification import NBSVMClassifier
from textvec.classification.text_pipeline import decides_linearly
from textvec.encoders.pipeline_steps import best_of, decides, steps_of
from textvec.encoders.query_description import describe
from textvec.interop import _standalone_template
from textvec.weightings import NBWeighting

DEFAULT_PATH = "standalone_model.py"
MAX_BYTES = 256_000_000
"""Of what a model knows. Python reads a module as a whole, in several times the memory of its text."""

_FIRST_LINE = '"""A model of texts, written by textvec'
_LINE_LENGTH = 116
_MADE_FOR_TEXTS = """{first_line} {version}: {steps}.

It needs Python 3.11 or newer and NumPy, and nothing else. `transform(texts)` returns the vectors of texts as a dense
array, `transform_csr(texts)` as the three arrays of a CSR matrix, `feature_names()` the names of the columns; with a
classifier, `decision_function(texts)` and `predict(texts)` are there, too. The long string at the end is what the model
has learnt.
"""
_END = '''

_model = Model(
    """
{packed}
"""
)
transform = _model.transform
transform_csr = _model.transform_csr
feature_names = _model.feature_names
decision_function = _model.decision_function
predict = _model.predict
'''


def write_standalone(model: Any, path: str | Path | None) -> Path:
    """Write a fitted model as a Python module, see `to_sklearn`, and return the path."""
    target = Path(DEFAULT_PATH if path is None else path)
    if target.suffix != ".py":
        raise ValueError(f"to_sklearn writes a Python module, whose name ends with .py, but path is {str(target)!r}.")
    if target.is_file():
        with target.open("rb") as file:
            if not file.readline().startswith(_FIRST_LINE.encode()):
                raise FileExistsError(f"{target}: there is a file that textvec did not write. Choose another path.")
    source = _source(model)
    with replacing(target) as (output,):
        output.write(source.encode("ascii"))
    return target


def _source(model: Any) -> str:
    steps = steps_of(best_of(model))
    code = inspect.getsource(_standalone_template)
    docstring = _MADE_FOR_TEXTS.format(
        first_line=_FIRST_LINE, version=__version__, steps=", ".join(ascii(type(step).__name__)[1:-1] for step in steps)
    )
    packed = base64.b64encode(_packed(_known(steps))).decode()
    lines = "\n".join(packed[i : i + _LINE_LENGTH] for i in range(0, len(packed), _LINE_LENGTH))
    _, _, code = code.partition('"""\n')
    return f'{docstring}"""\n{code}{_END.format(packed=lines)}'


def _known(steps: list[Any]) -> dict[str, Any]:
    """Return all that the template has to know of the steps of a model."""
    classifier, ratios = {}, None
    if len(steps) > 1 and decides(steps[-1]):
        *steps, last = steps
        classifier = _classifier(last)
    if len(steps) > 1 and type(steps[-1]) is NBWeighting:
        *steps, ratios = steps
    _check(getattr(steps[0], "missing", "error") == "error", "missing='empty' takes missing documents for empty ones")
    described, reason = describe(Pipeline([(str(i), step) for i, step in enumerate(steps)]), [])
    if described is None:
        raise _refused(str(reason))
    if described[-1]["step"] == "means":
        _check(ratios is None, "NBWeighting is for counts")
        return {**_cutting(described), **_means(steps[-1], described[-1]), **classifier}
    counter = next(step for step in steps if hasattr(step, "ngrams_"))
    return {**_cutting(described), **_terms(described, counter, ratios), **classifier}


def _cutting(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how texts become words."""
    first, *others = steps
    _check(first["step"] == "pattern", "words are found by something else than a regular expression")
    stop_words: set[str] = set()
    for step in others:
        _check(step["step"] != "stems", "Stemmer needs the program of its algorithm")
        stop_words.update(step["words"] if step["step"] == "stop_words" else ())
    cutting = {name: first.get(name) for name in ("pattern", "lowercase", "normalize")}
    return {**cutting, "stop_words": sorted(stop_words)}


def _terms(described: list[dict[str, Any]], counter: Any, ratios: Any) -> dict[str, Any]:
    """Return what terms there are, and how they are weighed.

    Parameters
    ----------
    described : list of dict
        The last of them are of terms, or of terms and weights.
    counter : CountVectorizer
    ratios : NBWeighting or None
    """
    weights = described[-1] if described[-1]["step"] == "weights" else {}
    terms = described[-2 if weights else -1]
    names = terms["ngrams"].names().tolist()
    is_counted = not weights and ratios is None
    known = {
        "kind": "terms",
        "names": names,
        "n_columns": len(names),
        "dtype": np.dtype(counter.dtype if is_counted else np.float32 if terms["single"] else np.float64).str,
        **{name: terms[name] for name in ("ngram_range", "binary", "single")},
        **{name: value for name, value in weights.items() if name != "step"},
    }
    if ratios is not None:
        known |= {"ratios": ratios.log_count_ratio_, "weighs_presence": bool(ratios.binary)}
        known["n_columns"] = ratios.log_count_ratio_.size
        if len(ratios.log_count_ratio_) > 1:
            known["blocks"] = [str(label) for label in ratios.classes_]
    return known


def _means(encoder: Any, step: dict[str, Any]) -> dict[str, Any]:
    """Return the word vectors, and how their means are made."""
    renamed = {"names": step["words"], "normalize_rows": step["normalize"]}
    others = {name: value for name, value in step.items() if name not in ("step", "words", "normalize")}
    return {"kind": "means", **renamed, **others, "columns": encoder.get_feature_names_out().tolist()}


def _classifier(model: Any) -> dict[str, Any]:
    """Return how a linear classifier decides."""
    cls = type(model)
    is_known = decides_linearly(model) or cls is NBSVMClassifier
    _check(is_known, f"{cls.__name__} is no linear classifier of one class for each text")
    classes, coef = model.classes_, model.coef_
    coef = coef.toarray() if sp.issparse(coef) else np.atleast_2d(coef)  # RidgeClassifier may have a flat row
    _check(
        classes.dtype.kind in "biufU" or {*map(type, classes)} == {str}, "the classes are neither strings nor numbers"
    )
    return {
        "coef": coef,
        "intercept": np.broadcast_to(np.asarray(model.intercept_, np.float64), coef.shape[0]),
        "classes": classes.tolist(),
        "classes_dtype": classes.dtype.str,
        "decides_by_presence": cls is NBSVMClassifier,
    }


def _packed(known: dict[str, Any]) -> bytes:
    """Return JSON, a line, and after it the bytes of the arrays, all compressed."""
    header, arrays, begin = {}, [], 0
    numbers: list[bytes] = []
    for name, value in known.items():
        if not isinstance(value, np.ndarray):
            header[name] = value
            continue
        array = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        arrays.append([name, array.dtype.str, array.shape, begin])
        numbers.append(array.tobytes())
        begin += array.nbytes
        _check(begin <= MAX_BYTES, f"the model knows more than {MAX_BYTES:,} bytes")
    text = json.dumps({**header, "arrays": arrays}).encode()
    return zlib.compress(b"".join([text, b"\n", *numbers]))


def _check(condition: Any, otherwise: str) -> None:
    """Raise an error, with what stands in the way, unless a condition holds."""
    if not condition:
        raise _refused(otherwise)


def _refused(reason: str) -> ValueError:
    return ValueError(
        f"to_sklearn(standalone=True): {reason}, which a module of NumPy alone is not written for. textvec.save writes "
        "the model as it is, to be loaded with textvec."
    )
