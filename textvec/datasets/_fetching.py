"""What the fetchers share: where data lies on this machine, and why a download failed.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests


def folder_of_data(data_home: str | os.PathLike[str] | None) -> Path:
    """Return the data folder: the one given, or that of `TEXTVEC_DATA`, or the user's cache folder."""
    named = data_home if data_home is not None else os.environ.get("TEXTVEC_DATA")
    if named:
        return Path(named).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("textvec"))


def failed(error: requests.RequestException) -> ConnectionError:
    """Make an error that says in a few words why a download failed, and let go of the connection."""
    import requests

    if error.response is not None:
        error.response.close()
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return ConnectionError(f"the server answered {error.response.status_code} {error.response.reason}")
    if isinstance(error, requests.Timeout):
        return ConnectionError("the server did not answer in time")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return ConnectionError("the connection broke off")
    return ConnectionError("there is no connection to the server")
