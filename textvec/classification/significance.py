"""Whether two models differ by more than chance, by their scores in the same folds."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

ALPHA = 0.05
"""A difference whose p-value is as high or higher is called noise: the field's usual level."""


def corrected_t_test(scores: Any, other_scores: Any, n_train: Any, n_test: Any) -> float:
    r"""Return the p-value of the corrected resampled t-test of Nadeau and Bengio [1]_.

    Training sets of different folds share most of their documents, so the scores vary less from fold to fold than
    they would on new data, and a plain t-test finds differences where there are none. The variance is corrected by
    the share of the documents that are tested on. With the differences :math:`d_1, \ldots, d_k` of the scores in k
    folds, their mean :math:`\bar d` and their variance :math:`s^2 = \frac{1}{k - 1} \sum_i (d_i - \bar d)^2`,

    .. math:: t = \frac{\bar d}{\sqrt{\left(\frac{1}{k} + \frac{n_{test}}{n_{train}}\right) s^2}}

    has about a t-distribution with k - 1 degrees of freedom if both are equally good.

    Parameters
    ----------
    scores, other_scores : array-like of shape (n_folds,)
        The scores of the two, fold by fold.
    n_train, n_test : array-like of shape (n_folds,)
        How many documents each fold trains on, and tests on; the mean of their ratios counts.

    Returns
    -------
    float
        The two-sided p-value. It is 1 if the scores are equal in each fold, 0 if they differ by the same in each,
        and NaN if there is one fold only, or a score is NaN.

    Notes
    -----
    The correction was derived for repeated random splits (`ShuffleSplit`); for the folds of one cross-validation it is
    an approximation in common use. With five folds there are four degrees of freedom: only clear differences are found.
    Nothing is corrected for the number of pairs, so that of twenty equally good ones, one differs by chance.

    References
    ----------
    .. [1] Nadeau and Bengio (2003), Inference for the generalization error. Machine Learning 52, section 3, (9).

    Examples
    --------
    >>> from textvec.classification.significance import corrected_t_test
    >>> round(corrected_t_test([0.9, 0.8, 0.85], [0.8, 0.75, 0.75], [80, 80, 80], [40, 40, 40]), 4)
    0.0871
    """
    differences = np.asarray(scores, float) - np.asarray(other_scores, float)
    k = len(differences)
    if k < 2 or np.isnan(differences).any():
        return float("nan")
    mean, deviation = float(differences.mean()), float(differences.std(ddof=1))
    # Scores are shares of documents: what is left of equal differences after rounding is no variance.
    if deviation <= 1e-12:
        return 1.0 if abs(mean) <= 1e-12 else 0.0
    ratio = float(np.mean(np.asarray(n_test, float) / np.asarray(n_train, float)))
    t = mean / (np.sqrt(1 / k + ratio) * deviation)
    return float(2 * stats.t.sf(abs(t), k - 1))
