"""The same estimators past one machine: learnt from documents that lie in pieces, on Dask, Ray, Spark or from files.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.distributed.fitting import fit as fit
    from textvec.distributed.sums import finish as finish
    from textvec.distributed.sums import merge as merge
    from textvec.distributed.sums import partial as partial
    from textvec.distributed.sums import passes as passes

_HOMES = {
    "finish": "textvec.distributed.sums",
    "fit": "textvec.distributed.fitting",
    "merge": "textvec.distributed.sums",
    "partial": "textvec.distributed.sums",
    "passes": "textvec.distributed.sums",
}

__all__ = [
    "finish",
    "fit",
    "merge",
    "partial",
    "passes",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
