"""Files that commands write: what would be refused at the end is refused before any work is done.

Tested in tests/cli/test_classify_train.py, tests/cli/test_classify_predict.py and tests/cli/test_vectorize.py.
"""

from __future__ import annotations

from pathlib import Path

import click


def check_is_new(file: Path, overwrite: bool) -> None:
    """Refuse a file that is there already, unless it may be overwritten."""
    if file.exists() and not overwrite:
        raise click.ClickException(f"{file} is there already. Add --overwrite to replace it.")


def check_plot(file: str) -> None:
    """Refuse a picture that cannot be drawn or written."""
    from textvec._common.atomic_files import check_target
    from textvec._common.optional import import_figure
    from textvec._common.pictures import check_picture

    check_picture(Path(file))
    check_target(Path(file))
    import_figure("--plot")
