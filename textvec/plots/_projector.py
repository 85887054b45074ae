"""The files of TensorBoard's Embedding Projector.

Tested in tests/plots/test_map.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from textvec._common.atomic_files import replacing
from textvec._common.printable import printable
from textvec.plots._points import Groups, Points
from textvec.plots._projection import few_dimensions

_CONFIG = """embeddings {{
  tensor_name: "{name}"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
}}
"""


def write(shown: Points, groups: Sequence[Groups], folder: Path) -> None:
    """Write a map's vectors, what they stand for, and where both are: all of the files or none."""
    if shown.vectors is None:
        raise ValueError("Map.to_projector: the map was made without vectors, which the projector shows.")
    vectors = np.asarray(few_dimensions(shown.vectors, seed=0))
    # One line for each vector; a header, if and only if there are several columns: so the projector wants it.
    columns = [shown.texts, *([each.names[code] for code in each.codes.tolist()] for each in groups)]
    rows = ["\t".join(map(printable, row)) for row in zip(*columns, strict=True)]
    header = ["\t".join(["text", *(each.title for each in groups)])] if groups else []
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(*(folder / name for name in ("tensors.tsv", "metadata.tsv", "projector_config.pbtxt"))) as files:
        np.savetxt(files[0], vectors, fmt="%.6g", delimiter="\t")
        files[1].write("".join(f"{line}\n" for line in [*header, *rows]).encode())
        files[2].write(_CONFIG.format(name=shown.kind).encode())
