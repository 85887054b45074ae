"""`textvec vectorize --engine`: a matrix in parts, in a folder, made of files in pieces by many workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textvec._common.counted import counted
from textvec._common.progress import counted_progress, progress

from .engines import working
from .output import note

if TYPE_CHECKING:
    from textvec.distributed import Parts
    from textvec.engines import Files


def write_parts(
    engine: str,
    files: Files,
    folder: str,
    overwrite: bool,
    keep: Sequence[str],
    encoder_of: Callable[[], Any],
    learnt: Files | None,
    label_column: str | None,
    save_to: str | None,
) -> None:
    """Write a matrix with a row for each document of files to a folder of parts.

    Parameters
    ----------
    engine : str
    files : Files
    folder : str
        If the same command has been stopped, it is gone on with.
    overwrite : bool
    keep : sequence of str
        Columns that are written beside the rows.
    encoder_of : callable
        Returns what makes the rows.
    learnt : Files or None
        What it is fitted on; None if it is fitted already.
    label_column : str or None
        The classes that it learns from.
    save_to : str or None
        Where it is saved, too.
    """
    with progress("Looking at the files"):
        from textvec.distributed import fit, transform

        path = Path(folder).absolute()
        _check_folder(path, files, keep, overwrite)
        if learnt is not None and learnt is not files:
            learnt.pieces(columns=[] if label_column is None else [label_column])
    encoder = encoder_of()
    fitted = learnt is None
    with working(engine, files, lambda: _left(path, folder) if fitted else "nothing was written.") as chosen:
        if learnt is not None:
            with counted_progress("Learning") as done:
                encoder = fit(encoder, learnt, label_column, engine=chosen, progress=done)
            fitted = True
        with counted_progress("Vectorizing") as done:
            parts = transform(encoder, files, path, keep=keep, overwrite=overwrite, engine=chosen, progress=done)
    if save_to is not None:
        from textvec import save

        save(encoder, save_to)
    _tell(parts, folder)


def _check_folder(path: Path, files: Files, keep: Sequence[str], overwrite: bool) -> None:
    """Refuse before any work is done what would be refused at its end: files that are not there, a folder in use."""
    from textvec import __version__
    from textvec.distributed import _part_folder
    from textvec.engines.identity import identity_of

    identity = {
        "textvec": __version__,
        "documents": identity_of(files, None, None, keep),
        "format": "npz",
        "keep": list(keep),
    }
    with _part_folder.writing(path):
        _part_folder.check(path, identity, overwrite)


def _left(path: Path, folder: str) -> str:
    """Say what a run that was interrupted has left, and how to go on."""
    from textvec.distributed._part_folder import n_finished
    from textvec.distributed._part_manifest import ESTIMATOR

    n_parts = n_finished(path)
    if not n_parts:
        return "nothing was written."
    return (
        f"{counted(n_parts, 'part')} in {folder} {'is' if n_parts == 1 else 'are'} finished. The same command goes on "
        f"with the others; with --load {Path(folder) / ESTIMATOR} instead of options about features and terms, nothing "
        "is learnt again."
    )


def _tell(parts: Parts, folder: str) -> None:
    """Say what is in the folder."""
    from textvec.distributed._part_manifest import FEATURE_NAMES

    names = Path(folder) / FEATURE_NAMES
    where = f"names in {names}" if names.exists() else "its columns have no names"
    size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    sizes = [counted(parts.shape[0], "row"), counted(parts.shape[1], "column"), counted(parts.n_values, "value")]
    note(f"{folder} holds {', '.join(sizes)} in {counted(parts.n_parts, 'part')}; {where}, {size:,.1f} MB.")
