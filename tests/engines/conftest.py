"""Documents that lie in pieces."""

import pytest


@pytest.fixture(scope="session")
def table():
    """30 documents with ids and targets, as columns."""
    texts = [f"bee{i % 3} honey wax{i % 7} {'é' * (i % 5)}" for i in range(30)]
    return {"id": [f"d{i}" for i in range(30)], "text": texts, "y": [i % 2 for i in range(30)]}
