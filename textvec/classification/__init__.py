"""From texts and labels to a classifier: the NBSVM, the field's choices by short name, and pipelines of them.

Names are imported when they are first used.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.classification.by_name import classifier as classifier
    from textvec.classification.by_name import features as features
    from textvec.classification.comparing import compare as compare
    from textvec.classification.comparison import Comparison as Comparison
    from textvec.classification.evaluating import evaluate as evaluate
    from textvec.classification.evaluating import evaluate_held_out as evaluate_held_out
    from textvec.classification.evaluation import ClassScores as ClassScores
    from textvec.classification.evaluation import Confusion as Confusion
    from textvec.classification.evaluation import Evaluation as Evaluation
    from textvec.classification.nbsvm import NBSVMClassifier as NBSVMClassifier
    from textvec.classification.pair_scores import PairScores as PairScores
    from textvec.classification.pair_scores import SkippedPair as SkippedPair
    from textvec.classification.pipelines import text_classifier as text_classifier
    from textvec.classification.pipelines import text_features as text_features
    from textvec.classification.text_pipeline import TextClassifier as TextClassifier

_HOMES = {
    "ClassScores": "textvec.classification.evaluation",
    "Comparison": "textvec.classification.comparison",
    "Confusion": "textvec.classification.evaluation",
    "Evaluation": "textvec.classification.evaluation",
    "NBSVMClassifier": "textvec.classification.nbsvm",
    "PairScores": "textvec.classification.pair_scores",
    "SkippedPair": "textvec.classification.pair_scores",
    "TextClassifier": "textvec.classification.text_pipeline",
    "classifier": "textvec.classification.by_name",
    "compare": "textvec.classification.comparing",
    "evaluate": "textvec.classification.evaluating",
    "evaluate_held_out": "textvec.classification.evaluating",
    "features": "textvec.classification.by_name",
    "text_classifier": "textvec.classification.pipelines",
    "text_features": "textvec.classification.pipelines",
}

__all__ = [
    "ClassScores",
    "Comparison",
    "Confusion",
    "Evaluation",
    "NBSVMClassifier",
    "PairScores",
    "SkippedPair",
    "TextClassifier",
    "classifier",
    "compare",
    "evaluate",
    "evaluate_held_out",
    "features",
    "text_classifier",
    "text_features",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)

ESTIMATORS = {
    "NBSVMClassifier": "textvec.classification.nbsvm",
    "TextClassifier": "textvec.classification.text_pipeline",
}
"""The estimators of this room and their modules, which `textvec.load` may make."""
