"""The corpora that tests run on: those of this project always, real ones where TEXTVEC_DATA says they are."""

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import settings

from support.clusters import dask_cluster, ray_of_two_cpus
from support.compare import threads
from support.paths import CORPORA
from support.strategies import HOSTILE_DOCUMENTS

# A test fails for what it finds, and not for the time it takes on a busy machine.
settings.register_profile("textvec", deadline=None)
settings.load_profile("textvec")
# Haystack asks for this when it is imported; a test tells nobody that it ran.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"


@pytest.fixture
def small_work():
    """Use two threads however small the work is."""
    with threads(2):
        yield


def _text_column(name):
    with (CORPORA / name).open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def messages():
    return _text_column("messages.csv")


@pytest.fixture(scope="session")
def labels():
    """What the messages are: spam or ham."""
    with (CORPORA / "messages.csv").open(encoding="utf-8", newline="") as file:
        return [row["label"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def reviews():
    return _text_column("reviews.csv")


@pytest.fixture(scope="session")
def paragraphs():
    lines = (CORPORA / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.fixture(scope="session")
def dask_client():
    """A cluster of Dask's: 3 processes on this machine, started once. It is nobody's current client."""
    pytest.importorskip("distributed", reason="needs Dask: pip install 'textvec-kit[dask]'")
    with dask_cluster() as client:
        yield client


@pytest.fixture(scope="session")
def ray_cluster():
    """Ray itself, with two CPUs of this machine, started once; tests that use it are marked: `pytest.mark.ray`."""
    pytest.importorskip("ray.data", reason="needs Ray: make test-ray", exc_type=ImportError)
    with ray_of_two_cpus() as ray:
        yield ray


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE_DOCUMENTS


@pytest.fixture(scope="session")
def data():
    """Return a function that gives the path of real data, or skips the test where there is none.

    It takes the parts of the path within the folder that the environment variable TEXTVEC_DATA names.
    """

    def path_of(*parts):
        root = os.environ.get("TEXTVEC_DATA")
        if not root:
            pytest.skip("needs real data: set TEXTVEC_DATA to its folder")
        path = Path(root, *parts)
        if not path.exists():
            pytest.skip(f"needs real data: TEXTVEC_DATA has no {'/'.join(parts)}")
        return path

    return path_of


@pytest.fixture(scope="session")
def imdb(data):
    """2,000 film reviews."""
    import pyarrow.parquet as pq

    path = data("imdb", "imdb.parquet")
    return pq.read_table(path, columns=["text"], filters=[("split", "==", "train")])["text"][:2000].to_pylist()


@pytest.fixture(scope="session")
def sms(data):
    """5,574 short messages."""
    lines = data("sms_spam", "SMSSpamCollection").read_text(encoding="utf-8").split("\n")
    return [line.split("\t", 1)[1] for line in lines if line]
