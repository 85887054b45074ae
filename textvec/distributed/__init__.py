"""The same estimators past one machine: learnt from documents that lie in pieces, on Dask, Ray, Spark or from files.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.distributed.building import add_documents as add_documents
    from textvec.distributed.building import build_index as build_index
    from textvec.distributed.fitting import fit as fit
    from textvec.distributed.parts import Part as Part
    from textvec.distributed.parts import Parts as Parts
    from textvec.distributed.parts import read_parts as read_parts
    from textvec.distributed.sharded_index import ShardedIndex as ShardedIndex
    from textvec.distributed.sums import finish as finish
    from textvec.distributed.sums import merge as merge
    from textvec.distributed.sums import partial as partial
    from textvec.distributed.sums import passes as passes
    from textvec.distributed.sums import state_from_bytes as state_from_bytes
    from textvec.distributed.sums import state_to_bytes as state_to_bytes
    from textvec.distributed.transforming import transform as transform

_HOMES = {
    "Part": "textvec.distributed.parts",
    "Parts": "textvec.distributed.parts",
    "ShardedIndex": "textvec.distributed.sharded_index",
    "add_documents": "textvec.distributed.building",
    "build_index": "textvec.distributed.building",
    "finish": "textvec.distributed.sums",
    "fit": "textvec.distributed.fitting",
    "merge": "textvec.distributed.sums",
    "partial": "textvec.distributed.sums",
    "passes": "textvec.distributed.sums",
    "read_parts": "textvec.distributed.parts",
    "state_from_bytes": "textvec.distributed.sums",
    "state_to_bytes": "textvec.distributed.sums",
    "transform": "textvec.distributed.transforming",
}

__all__ = [
    "Part",
    "Parts",
    "ShardedIndex",
    "add_documents",
    "build_index",
    "finish",
    "fit",
    "merge",
    "partial",
    "passes",
    "read_parts",
    "state_from_bytes",
    "state_to_bytes",
    "transform",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
