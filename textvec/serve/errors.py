"""What is answered when something is wrong: always JSON, always of one shape, never a traceback.

Tested in tests/serve/test_app.py.
"""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response

from textvec._common.printable import printable
from textvec.serve.json_answer import json_answer


class RequestError(Exception):
    """A request that is not answered as it was meant.

    Parameters
    ----------
    status : int
        Of HTTP.
    code : str
        What programs go by.
    message : str
        What people read: what was expected, what came, what to do.
    **headers : str
        Of the answer, with _ for -.
    """

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def error_answer(error: RequestError) -> Response:
    """Return the answer that tells an error."""
    return json_answer(error_content(error.code, error.message), error.status, error.headers)


def error_content(code: str, message: str) -> dict[str, Any]:
    """Return what an answer that tells an error holds."""
    return {"error": {"code": code, "message": printable(message)}}
