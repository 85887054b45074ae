"""A comparison as a picture: scores against times."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing
from textvec._common.optional import import_figure
from textvec._common.printable import printable


def drawn(comparison: Any, scoring: str, path: str | os.PathLike[str] | None) -> Any:
    """Return a figure, which is written to the path if there is one."""
    figure = import_figure("Comparison.draw")(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    handles, names = [], list(dict.fromkeys(pair.features for pair in comparison))
    for features in names:
        pairs = [pair for pair in comparison if pair.features == features]
        times, means = [pair.fit_time for pair in pairs], [pair.mean(scoring) for pair in pairs]
        spread = [pair.std(scoring) for pair in pairs] if len(comparison.n_test) > 1 else None
        handles.append(axes.errorbar(times, means, yerr=spread, fmt="o", capsize=3, elinewidth=1, alpha=0.8))
        for pair, time, mean in zip(pairs, times, means, strict=True):
            axes.annotate(_plain(pair.classifier), (time, mean), xytext=(5, 3), textcoords="offset points", fontsize=8)
    axes.set(xscale="log", xlabel="seconds to fit", ylabel=_plain(scoring))
    axes.grid(alpha=0.3)
    figure.legend(handles, [_plain(name) for name in names], title="features", loc="outside right upper")
    if path is not None:
        kind = Path(path).suffix.removeprefix(".").lower()
        known = figure.canvas.get_supported_filetypes()
        if kind not in known:
            formats = ", ".join(f".{name}" for name in sorted(known))
            raise ValueError(f"The end of {os.fspath(path)!r} names no format of pictures. There are {formats}.")
        with replacing(Path(path)) as (file,):
            figure.savefig(file, format=kind, dpi=120)
    return figure


def _plain(name: str) -> str:
    """Return a name as it may be shown; nothing in it is a formula."""
    return printable(name).replace("$", r"\$")
