"""What is known of documents before they are encoded: how many there are, their ids, and the types of their metadata.

Tested in tests/distributed/test_building.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from textvec.engines.pieces import Batch
from textvec.index._ids import as_ids
from textvec.index._inputs import as_metadata


class Seen(NamedTuple):
    """What was seen of a piece.

    Attributes
    ----------
    n_documents : int
    ids : pyarrow.Array or None
        None where documents are numbered.
    schema : pyarrow.Schema or None
        Of its metadata.
    """

    n_documents: int
    ids: pa.Array | None
    schema: pa.Schema | None


class Look(NamedTuple):
    """Looks at a piece before work begins.

    Attributes
    ----------
    ids : str or None
        The column of ids.
    metadata : list of str
        The columns of metadata.
    like : pyarrow.Table or None
        Whose columns the metadata must fit.
    """

    ids: str | None
    metadata: list[str]
    like: pa.Table | None

    def __call__(self, batch: Batch) -> Seen:
        """Return what is seen."""
        n = len(batch.documents)
        table = as_metadata(batch.table.select(self.metadata), n, self.like) if self.metadata else None
        keys = None if self.ids is None else keys_of(batch.table[self.ids], n)
        return Seen(n, keys, None if table is None else table.schema)


class Facts(NamedTuple):
    """What is known of all documents before they are encoded.

    Attributes
    ----------
    counts : dict of int to int
        The documents of each piece.
    starts : dict of int to int
        The id of the first document of each piece, where they are numbered.
    ids : list of pyarrow.Array
        Those of each piece, if they were given.
    like : pyarrow.Table or None
        An empty one with the columns of the metadata.
    next_id : int
        The smallest integer above every integer id.
    """

    counts: dict[int, int]
    starts: dict[int, int]
    ids: list[pa.Array]
    like: pa.Table | None
    next_id: int

    @classmethod
    def of(cls, seen: Mapping[int, Seen], first: int, like: pa.Table | None, are_given: bool) -> Facts:
        """Put together what was seen of all pieces, which are given in their order.

        Parameters
        ----------
        seen : mapping of int to Seen
        first : int
            The id of the first document, where they are numbered.
        like : pyarrow.Table or None
            Whose columns the metadata have, if there are documents already.
        are_given : bool
            Whether ids are.

        Raises
        ------
        ValueError
            If there are no documents, or pieces do not go together.
        """
        counts = {number: each.n_documents for number, each in seen.items()}
        if not sum(counts.values()):
            raise ValueError("There are no documents to index: all pieces are empty.")
        starts, start = {}, first
        for number, n in counts.items():
            starts[number], start = start, start + n
        if like is None:
            like = _common_columns([each.schema for each in seen.values() if each.n_documents and each.schema])
        ids = [each.ids for each in seen.values() if each.ids is not None and each.n_documents]
        if not are_given:
            return cls(counts, starts, [], like, start)
        integers = [np.max(each.to_numpy()) for each in ids if pa.types.is_integer(each.type)]
        return cls(counts, starts, ids, like, int(max(integers, default=-1)) + 1)

    def check_ids(self, others: Sequence[pa.Array]) -> None:
        """Raise an error if ids are repeated, in these pieces or with others, or are of several types.

        Parameters
        ----------
        others : sequence of pyarrow.Array
            The ids of an index, to which documents are to be added.
        """
        if not self.ids:
            return
        import pyarrow.compute as pc

        every = [*others, *self.ids]
        kinds = {str(each.type) for each in every}
        if len(kinds) > 1:
            raise ValueError(
                f"Ids must be all strings or all integers, but they are of the types {', '.join(sorted(kinds))}. Give "
                "the column one type in all pieces."
            )
        whole = pa.concat_arrays(every)
        ordered = whole.take(pc.array_sort_indices(whole))
        repeated = ordered[1:].filter(pc.equal(ordered[1:], ordered[:-1]))
        if len(repeated):
            raise ValueError(
                f"Ids must be distinct, but {repeated[0].as_py()!r} stands for several documents. Nothing was written."
            )


def keys_of(column: pa.ChunkedArray, n: int) -> pa.Array:
    """Return a column of ids as an index has them."""
    if pa.types.is_signed_integer(column.type) and not column.null_count:
        return as_ids(column.to_numpy(), n)
    return as_ids(column.to_pylist(), n)


def _common_columns(schemas: Sequence[pa.Schema]) -> pa.Table | None:
    """Return an empty table whose columns are those of the metadata of all pieces."""
    if not schemas:
        return None
    try:
        return pa.unify_schemas(schemas).empty_table()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ValueError(
            f"The columns of metadata are not of the same types in all pieces: {error}. Give each column one type."
        ) from None
