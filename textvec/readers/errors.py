"""What is wrong with a file.

Tested in tests/readers/test_read.py.
"""

from __future__ import annotations

from textvec._common.printable import encodable


class ReadError(ValueError):
    """A file cannot be read as documents.

    Parameters
    ----------
    message : str
        What is wrong with which file, and what to do.
    parameter : str or None, default=None
        The parameter of `textvec.readers.read_documents` that may help.

    Attributes
    ----------
    parameter : str or None
        The parameter of `textvec.readers.read_documents` that may help.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(encodable(message))
        self.parameter = parameter


class BinaryFileError(ReadError):
    """A file is not text: in a folder it is passed over, anywhere else it is an error."""


class UnreadableFileError(ReadError):
    """A file is in another encoding, or damaged: in a folder it is passed over with a word, unless that is strict."""
