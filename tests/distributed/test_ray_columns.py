"""A Ray Dataset of vectors, row by row what one machine makes. `make test-ray` runs it."""

import numpy as np
import pyarrow as pa
import pytest

from textvec import EmbeddingVectorizer, TfidfVectorizer, WordVectors
from textvec.distributed import transform

pytestmark = pytest.mark.ray

TEXTS = ["red sea", "", "blue sea sky", "unknown"]
TABLE = pa.table({"text": TEXTS, "id": range(4)})


@pytest.fixture
def documents(ray_cluster):
    return ray_cluster.data.from_arrow([TABLE[:1], TABLE[1:3], TABLE[:0], TABLE[3:]])


def test_columns_of_a_sparse_matrix(documents):
    vectorizer = TfidfVectorizer().fit(TEXTS[:3])
    made = transform(vectorizer, documents, column="text", keep=["id", "text"])
    assert made.schema().names == ["indices", "values", "id", "text"]
    rows = made.take_all()
    assert [(row["id"], row["text"]) for row in rows] == list(enumerate(TEXTS))
    for row, expected in zip(rows, vectorizer.transform(TEXTS), strict=True):
        assert (row["indices"], row["values"]) == (expected.indices.tolist(), expected.data.tolist())


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* hold no word")
def test_columns_of_a_dense_matrix(documents):
    vectors = WordVectors(["red", "sea", "blue"], np.eye(3, dtype=np.float32))
    vectorizer = EmbeddingVectorizer(vectors).fit(TEXTS)
    rows = transform(vectorizer, documents, column="text").take_all()
    assert [list(row) for row in rows] == [["vector"]] * 4
    assert np.array([row["vector"] for row in rows]).tolist() == vectorizer.transform(TEXTS).tolist()


def test_no_rows(ray_cluster, documents):
    from ray.data.expressions import col

    vectorizer = TfidfVectorizer().fit(TEXTS)
    for none in (documents.filter(expr=col("id") > 9), ray_cluster.data.from_arrow(TABLE[:0])):
        assert transform(vectorizer, none, column="text", keep=["id"]).take_all() == []


def test_a_column_that_is_not_there(documents):
    with pytest.raises(ValueError, match="Column 'nope' is not in the Dataset"):
        transform(TfidfVectorizer().fit(TEXTS), documents, column="nope")
    with pytest.raises(ValueError, match="Column 'nope' is not in the Dataset"):
        transform(TfidfVectorizer().fit(TEXTS), documents, column="text", keep=["nope"])
