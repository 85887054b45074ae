"""What /openapi.json says is so: requests that it allows, and many that it does not, are answered as it says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from serve.conftest import METADATA, TEXTS, TOKEN
from textvec import BM25Index, save
from textvec.classification import text_classifier
from textvec.serve import Limits, Settings, create_app


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The description of a service that has all that there may be."""
    folder = tmp_path_factory.mktemp("served")
    BM25Index().fit(TEXTS, metadata=METADATA).save(folder / "index")
    save(text_classifier("tfidf", "logreg").fit(["win a prize", "lunch"], ["spam", "ham"]), folder / "model")
    settings = {"index": str(folder / "index"), "model": str(folder / "model"), "writes": True, "token": TOKEN}
    app = create_app(Settings(**settings, limits=Limits(body_bytes=1 << 26)))  # what is made up may be large
    return schemathesis.openapi.from_asgi("/openapi.json", app)


ROUTES = [
    "GET /search", "POST /search", "GET /similar/{id}", "GET /documents/{id}", "GET /explain", "POST /classify",
    "GET /info", "GET /health", "GET /metrics", "POST /documents", "PUT /documents", "DELETE /documents/{id}",
]  # fmt: skip
EXAMPLES = 10


def test_every_route_is_described(described):
    assert sorted(each.ok().label for each in described.get_all_operations()) == sorted(ROUTES)


NOTHING_TO_SEND = ["GET /info", "GET /health", "GET /metrics"]
MODES = {"allowed": GenerationMode.POSITIVE, "not allowed": GenerationMode.NEGATIVE}
CASES = [(route, mode) for route in ROUTES for mode in MODES if mode == "allowed" or route not in NOTHING_TO_SEND]


@pytest.mark.parametrize(("route", "mode"), CASES)
def test_requests_are_answered_as_it_says(described, route, mode):
    [operation] = [each.ok() for each in described.get_all_operations() if each.ok().label == route]

    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        if mode == "allowed":  # only the index tells which conditions fit it
            for sent in (case.query, case.body):
                if isinstance(sent, dict) and "where" in sent:
                    sent["where"] = ["year >= 2001"][: len(sent["where"])]
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

    ask()
