"""Documents that lie in pieces, and the engines that work on them: Dask, Ray, or this process.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.engines.choosing import engine_for as engine_for
    from textvec.engines.choosing import spread_of as spread_of
    from textvec.engines.files import Files as Files
    from textvec.engines.kinds import is_spread as is_spread
    from textvec.engines.lazy import transform_spread as transform_spread
    from textvec.engines.pieces import Batch as Batch
    from textvec.engines.spread import fit_spread as fit_spread

_HOMES = {
    "Batch": "textvec.engines.pieces",
    "Files": "textvec.engines.files",
    "engine_for": "textvec.engines.choosing",
    "fit_spread": "textvec.engines.spread",
    "is_spread": "textvec.engines.kinds",
    "spread_of": "textvec.engines.choosing",
    "transform_spread": "textvec.engines.lazy",
}

__all__ = [
    "Batch",
    "Files",
    "engine_for",
    "fit_spread",
    "is_spread",
    "spread_of",
    "transform_spread",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
