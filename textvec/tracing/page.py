"""A trace as one page of HTML, in which a word can be followed through every step."""

from __future__ import annotations

from typing import Any

from textvec._common.html_page import page
from textvec.tracing.rendering import headline


def to_page(trace: Any) -> str:
    """Return the page."""
    return page(f"Trace: {headline(trace)}", "<main></main>", data=trace.to_dict())
