"""A small index, in memory and saved."""

import pytest

from support.saved_indexes import DOCUMENTS
from textvec import CosineIndex


@pytest.fixture
def index():
    metadata = {"year": [1999, 2005, None, 2020], "kind": ["food", "food", "water", "water"]}
    return CosineIndex().fit(DOCUMENTS, ids=["a", "b", "c", "d"], metadata=metadata)


@pytest.fixture
def folder(index, tmp_path):
    index.save(tmp_path / "index")
    return tmp_path / "index"
