"""What is asked of a service in tests."""


def wrong(answer, status, code):
    """Return the message of an answer that tells an error, which has a status and a code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()["error"]
    assert sorted(told) == ["code", "message"]
    assert told["code"] == code
    assert "Traceback" not in answer.text
    return told["message"]
