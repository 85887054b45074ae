"""From texts and labels to a classifier.

Names are imported when they are first used.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.classification.nbsvm import NBSVMClassifier as NBSVMClassifier

_HOMES = {
    "NBSVMClassifier": "textvec.classification.nbsvm",
}

__all__ = [
    "NBSVMClassifier",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = {"NBSVMClassifier": "textvec.classification.nbsvm"}
"""The estimators of this room and their modules, which `textvec.load` may make."""
