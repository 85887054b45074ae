"""The rows of a data set as a file that any tool reads.

Tested in tests/datasets/test_catalog.py.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import COMPRESSIONS, check_target, replacing

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")
"""The ends of names of files that a data set can be written to; those of text may be compressed."""

# What is written beside the texts, by the names that the functions give it; in this order.
_BESIDE = {"ids": "id", "split": "split", "genre": "genre", "subject": "subject", "target": "label", "rating": "rating"}


def check_writable(file: str | os.PathLike[str]) -> None:
    """Raise, before anything is downloaded, the error that `write` would end with because of the name of the file."""
    path = Path(file)
    _form(path)
    check_target(path)


def write(bunch: Any, file: str | os.PathLike[str]) -> None:
    """Write a data set to a file, whole or not at all.

    Parameters
    ----------
    bunch : Bunch
        What a function of `textvec.datasets` returns.
    file : path-like
        Its name ends in .csv, .tsv, .jsonl or .parquet; all but the last may be compressed, as in .csv.gz, .bz2, .zst.

    Raises
    ------
    ValueError
        If the name has another end.
    OSError
        If it cannot be written.
    """
    path = Path(file)
    form, columns = _form(path), _columns(bunch)
    with replacing(path) as (output,):
        if form == ".parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.table(columns), output, compression="zstd")
            return
        text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
        rows = zip(*columns.values(), strict=True)
        if form == ".jsonl":
            text.writelines(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
        else:
            writer = csv.writer(text, delimiter="," if form == ".csv" else "\t", lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)
        text.detach()


def _form(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    form = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] in COMPRESSIONS else (suffixes or [""])[-1]
    if form not in FORMATS or (form == ".parquet" and suffixes[-1] != form):
        raise ValueError(
            f"The name of the file must end in {', '.join(FORMATS)} or in .csv.gz, but it is {path.name!r}."
        )
    return form


def _columns(bunch: Any) -> dict[str, Sequence[Any]]:
    """Return the rows of a data set by columns: what is beside the texts first."""
    columns: dict[str, Sequence[Any]] = {}
    for key, name in _BESIDE.items():
        if key in bunch:
            columns[name] = bunch[key].tolist()
    if "label" in columns and bunch["target"].dtype.kind == "i":
        columns["label"] = [bunch["target_names"][i] for i in columns["label"]]
    if "paraphrase_of" in bunch:
        columns["paraphrase_of"] = bunch["paraphrase_of"]
    if "columns" in bunch:
        columns |= dict(zip(bunch["columns"], map(list, zip(*bunch["data"], strict=True)), strict=True))
    else:
        columns["text"] = bunch["data"]
    return columns
