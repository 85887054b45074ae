"""Steps of pipelines that go wrong on a worker; workers import them from here."""

import os
import signal
from pathlib import Path

from sklearn.base import BaseEstimator, TransformerMixin

from textvec._common.atomic_files import replacing


class _Step(TransformerMixin, BaseEstimator):
    def __init__(self, folder):
        self.folder = folder

    def fit(self, documents, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True


class DiesInTheMiddle(_Step):
    """Kills the worker that comes to a document "die", with a half-written part in the folder, the first time."""

    def transform(self, documents):
        mark = Path(self.folder, "..", "died")
        if "die" in list(documents) and not mark.exists():
            mark.touch()
            with replacing(Path(self.folder, "part-00001.npz")) as [file]:
                file.write(b"half of a part")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        return documents


class StopsOnce(_Step):
    """Raises an error at a document "die" until there is a file `went on`; counts what it is asked for."""

    def transform(self, documents):
        for document in documents:
            with Path(self.folder, "seen").open("a") as file:
                file.write(f"{document}\n")
        if "die" in list(documents) and not Path(self.folder, "went on").exists():
            raise RuntimeError("Stopped in the middle.")
        return documents
