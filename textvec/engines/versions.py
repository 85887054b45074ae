"""Workers must have this version of the package: another one may learn something else.

Tested in tests/engines/test_dask_engine.py and tests/engines/test_ray_engine.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textvec._version import __version__


def asks_version() -> Callable[[], str | None]:
    """Return the function to run on workers: it returns the version that is installed there, None where there is none.

    It is made within a function, so that it travels as a whole to workers that do not have this module.
    """

    def installed() -> str | None:
        try:
            from textvec._version import __version__
        except ImportError:
            return None
        return __version__

    return installed


def check_versions(workers: str, found: Iterable[tuple[str, str | None]]) -> None:
    """Raise an error if a worker has no textvec, or another version of it than this process.

    Parameters
    ----------
    workers : str
        What errors call a worker, such as "Dask's worker".
    found : iterable of (str, str or None)
        The address of each, and what the function of `asks_version` returned there.

    Raises
    ------
    RuntimeError
    """
    for address, version in found:
        if version is None:
            raise RuntimeError(
                f"{workers} {address} has no textvec, and this process has {__version__}. Install the same version "
                f"there: pip install textvec-kit=={__version__}"
            )
        if version != __version__:
            raise RuntimeError(
                f"{workers} {address} has textvec {version}, and this process has {__version__}. Install the same "
                "version on all of them."
            )
