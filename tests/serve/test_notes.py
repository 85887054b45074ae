"""What the service tells of itself."""

import json
import logging
import warnings

import pytest

from textvec.serve import notes


@pytest.fixture
def captured():
    """Let libraries log as in a service, and as before at the end."""
    loggers = [logging.getLogger(name) for name in ("uvicorn", "asyncio")]
    before = [list(logger.handlers) for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        notes.capture_logs()
        yield
    for logger, handlers in zip(loggers, before, strict=True):
        logger.handlers = handlers


def test_what_libraries_say_is_json_as_well(captured, capsys):
    logging.getLogger("uvicorn.error").warning("an invalid %s", "request")
    warnings.warn("something\nodd", stacklevel=1)
    warnings.warn("1 of 1 documents hold no word that has a vector; their rows are zero.", stacklevel=1)
    try:
        raise OSError("broken")
    except OSError:
        logging.getLogger("asyncio").exception("a task")
    lines = list(map(json.loads, capsys.readouterr().err.splitlines()))
    assert [line["message"] for line in lines] == ["an invalid request", "something\nodd", "a task"]
    assert [line["level"] for line in lines] == ["warning", "warning", "error"]
    assert "OSError: broken" in lines[2]["traceback"]


def test_metrics_count_requests_by_route_and_not_by_path(client):
    for query in ("a", "b", "c"):
        client.get(f"/search?q={query}")
    client.get("/documents/1")
    client.get("/documents/2")
    client.get("/documents/99")
    client.request("BREW", "/some/made/up/path")
    told = client.get("/metrics").text
    lines = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in told.splitlines() if line[0] != "#"}
    assert lines['textvec_requests_total{method="GET",route="/search",status="200"}'] == 3
    assert lines['textvec_requests_total{method="GET",route="/documents/{id:path}",status="200"}'] == 2
    assert lines['textvec_requests_total{method="GET",route="/documents/{id:path}",status="404"}'] == 1
    assert lines['textvec_requests_total{method="other",route="other",status="404"}'] == 1
    assert lines["textvec_batch_size_count"] == 3
    assert lines["textvec_documents"] == 5
    assert "made/up" not in told
