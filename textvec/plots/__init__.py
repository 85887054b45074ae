"""Pictures of what models do and of how alike texts are, on the axes of Matplotlib; maps of documents and words.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.plots.comparing import comparison_scores as comparison_scores
    from textvec.plots.confusion import confusion_matrix as confusion_matrix
    from textvec.plots.heatmap import similarity_heatmap as similarity_heatmap
    from textvec.plots.losses import training_loss as training_loss
    from textvec.plots.map import Map as Map
    from textvec.plots.mapping import map_documents as map_documents
    from textvec.plots.mapping import map_words as map_words
    from textvec.plots.precision import precision_recall as precision_recall
    from textvec.plots.weights import class_terms as class_terms

_HOMES = {
    "Map": "textvec.plots.map",
    "class_terms": "textvec.plots.weights",
    "comparison_scores": "textvec.plots.comparing",
    "confusion_matrix": "textvec.plots.confusion",
    "map_documents": "textvec.plots.mapping",
    "map_words": "textvec.plots.mapping",
    "precision_recall": "textvec.plots.precision",
    "similarity_heatmap": "textvec.plots.heatmap",
    "training_loss": "textvec.plots.losses",
}

__all__ = [
    "Map",
    "class_terms",
    "comparison_scores",
    "confusion_matrix",
    "map_documents",
    "map_words",
    "precision_recall",
    "similarity_heatmap",
    "training_loss",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
