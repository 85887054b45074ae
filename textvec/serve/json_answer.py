"""Answers in JSON: any text that a document may hold, lone surrogates included, and nothing that JSON has not.

Tested in tests/serve/test_app.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer.

    Parameters
    ----------
    content : object
        As JSON has it, without NaN and infinity.
    status : int, default=200
        Of HTTP.
    headers : mapping, optional
        Further headers.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        body = text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which UTF-8 has not, and JSON can escape
        body = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    return Response(body, status, headers, media_type="application/json")
