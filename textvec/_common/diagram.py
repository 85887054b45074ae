"""The diagrams of estimators in notebooks: scikit-learn's, with a line that says what was learnt.

scikit-learn asks an estimator for its block of the diagram, in pipelines as well, by the method `_sk_visual_block_`. If
that fails, as with a version that has no such blocks, it draws what it draws of any estimator.
"""

from __future__ import annotations

from typing import Any


class Diagram:
    """Mixin of an estimator whose block in a diagram says what was learnt."""

    def _learnt(self) -> list[str]:
        """Return what a fitted estimator has learnt, in a few words each: "8,713 terms", "5,574 documents"."""
        raise NotImplementedError

    def _parts_of_diagram(self) -> list[tuple[str, Any]]:
        """Return the estimators that are drawn within this one, and their names; none where there are none."""
        return []

    def _sk_visual_block_(self) -> Any:
        from sklearn.exceptions import NotFittedError
        from sklearn.utils._repr_html.estimator import _VisualBlock
        from sklearn.utils.validation import check_is_fitted

        try:
            check_is_fitted(self)
            learnt = ", ".join(self._learnt())
        except NotFittedError:
            learnt = ""
        name, parts = type(self).__name__, self._parts_of_diagram()
        if not parts:
            return _VisualBlock("single", self, names=name, name_details=str(self), name_caption=learnt or None)
        names = [f"{part}: {type(estimator).__name__}" for part, estimator in parts]
        blocks = [estimator for _, estimator in parts]
        details = list(map(str, blocks))
        if learnt:  # only a block of its own has a caption
            names.append(f"learnt: {name}")
            blocks.append(_VisualBlock("single", None, names=learnt, name_details=str(self)))
            details.append(str(self))
        return _VisualBlock("parallel", blocks, names=names, name_details=details)


def is_estimator(value: Any) -> bool:
    """Tell whether a parameter is an estimator, which is drawn within that which has it."""
    return hasattr(value, "get_params") and hasattr(value, "fit") and not isinstance(value, type)
