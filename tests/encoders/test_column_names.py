"""Names of columns through selections, weightings and unions."""

import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline, make_union

from textvec import (
    BM25Weighting,
    CountVectorizer,
)
from textvec.encoders.column_names import column_names


def test_selected_columns_keep_their_names(reviews, labels):
    encoder = make_pipeline(CountVectorizer(ngram_range=(1, 2)), SelectKBest(k=40), BM25Weighting())
    y = np.arange(len(reviews)) % 2
    encoder.fit(reviews, y)
    names = encoder[:-1].get_feature_names_out()
    assert column_names(FrozenEstimator(encoder), np.arange(40)) == names.tolist()
    assert column_names(make_union(encoder[:-1], encoder[:1]), np.array([3, 40])) == [
        f"pipeline-1__{names[3]}",
        f"pipeline-2__{encoder[0].get_feature_names_out()[0]}",
    ]
