"""Messages in seven pieces, two of them empty, for indexes in shards on any engine; some are there twice."""

import sys

import pytest

from support.sharded import SIZES, write_pieces


@pytest.fixture(scope="session")
def texts(messages):
    return [*messages[:70], *messages[:19], ""]


@pytest.fixture(scope="session")
def queries(messages):
    return ["free prize now", "wholly unknownword", *messages[60:75]]


@pytest.fixture(scope="session")
def pieces(tmp_path_factory, texts):
    return write_pieces(tmp_path_factory.mktemp("pieces") / "7", texts, SIZES["7"], number=list(range(90)))


@pytest.fixture(autouse=True)
def no_ray_of_other_tests(request, monkeypatch):
    """Let tests that are not Ray's be in this process: a Ray that is left would work on their files."""
    if "ray" in sys.modules and request.node.get_closest_marker("ray") is None:
        monkeypatch.setattr("ray.is_initialized", lambda: False)
