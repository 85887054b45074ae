"""Pictures that are written to files: what their names may end with, and how they are written."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing

KINDS = (".png", ".svg", ".pdf")
"""How the names of pictures end."""
_DOTS_PER_INCH = 120  # of a .png: 8 inches are 960 pixels, which fit a page and a notebook


def check_picture(path: Path) -> None:
    """Raise an error unless the name is that of a picture that can be written."""
    if path.suffix.lower() not in KINDS:
        raise ValueError(
            f"The name of a picture ends with {', '.join(KINDS)}, which tells its kind, but it is {path.name!r}."
        )


def write_picture(figure: Any, path: Path) -> None:
    """Write a figure of Matplotlib: whole, or not at all.

    Raises
    ------
    ValueError
        If the name ends otherwise than `KINDS`.
    OSError
        If the file cannot be written.
    """
    check_picture(path)
    with replacing(path) as [file], no_warnings_of_glyphs():
        figure.savefig(file, format=path.suffix.lower()[1:], dpi=_DOTS_PER_INCH)


@contextmanager
def no_warnings_of_glyphs() -> Iterator[None]:
    """Have Matplotlib not warn of each character that its fonts lack: what draws has said so in one warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
