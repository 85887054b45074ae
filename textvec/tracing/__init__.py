"""What every step of a pipeline made of some texts: `trace`, and what it returns.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.tracing.items import Item as Item
    from textvec.tracing.items import TraceStep as TraceStep
    from textvec.tracing.items import Word as Word
    from textvec.tracing.result import Trace as Trace
    from textvec.tracing.tracing import trace as trace

_HOMES = {
    **dict.fromkeys(("Item", "TraceStep", "Word"), "textvec.tracing.items"),
    "Trace": "textvec.tracing.result",
    "trace": "textvec.tracing.tracing",
}
__all__ = ["Item", "Trace", "TraceStep", "Word", "trace"]
if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
