import pyarrow as pa
import pytest

from textvec import TfidfVectorizer
from textvec.engines.lazy import lazy_matrix
from textvec.engines.ray_columns import ray_columns

TEXTS = ["red sea", "", "blue sea sky", "unknown"]


class Dataset:
    """What is needed here of Ray's: a schema, and blocks that a function is called with."""

    def __init__(self, blocks):
        self.blocks = blocks

    def schema(self):
        return self.blocks[0].schema

    def map_batches(self, function, batch_format):
        assert batch_format == "pyarrow"
        return [function(block) for block in self.blocks]


def test_columns_of_blocks():
    vectorizer = TfidfVectorizer().fit(TEXTS[:3])
    table = pa.table({"text": TEXTS, "id": range(4)})
    documents = Dataset([table[:1], table[1:3], table[:0], table[3:]])
    made = pa.concat_tables(lazy_matrix(vectorizer.transform, vectorizer.transform([""]), documents, keep=["id"]))
    expected = vectorizer.transform(TEXTS)
    assert made.column_names == ["indices", "values", "id"]
    assert made["id"].to_pylist() == [0, 1, 2, 3]
    for row, indices, values in zip(expected, made["indices"].to_pylist(), made["values"].to_pylist(), strict=True):
        assert (row.indices.tolist(), row.data.tolist()) == (indices, values)


def test_a_column_that_is_not_there():
    documents = Dataset([pa.table({"text": TEXTS})])
    with pytest.raises(ValueError, match="Column 'nope' is not in the Dataset"):
        ray_columns(len, documents, "nope", ())
