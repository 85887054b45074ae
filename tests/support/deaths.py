"""An engine whose workers die: each pass over the documents loses one, before or after it has worked on a piece."""

import os
import signal

BEFORE, AFTER = "before", "after"


class DiesOnce:
    """Does the work of a function, and kills the worker that comes to a piece first, before or after the work on it."""

    def __init__(self, function, number, when, mark):
        self.function, self.number, self.when, self.mark = function, number, when, mark

    def __call__(self, batch):
        dies = batch.number == self.number and not self.mark.exists()
        if dies and self.when == BEFORE:
            self.die()
        result = self.function(batch)
        if dies:
            self.die()
        return result

    def die(self):
        self.mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """An engine that does what another one does, and loses a worker in each pass over the documents.

    Parameters
    ----------
    engine : Engine
    folder : Path
        Where it is marked, for each pass, that a worker has died.
    when : str
        Whether it dies before or after the work on its piece.
    number : int
        The piece.
    """

    def __init__(self, engine, folder, when, number=1):
        self.engine, self.folder, self.when, self.number = engine, folder, when, number
        self.n_passes = 0
        folder.mkdir()

    def fold(self, function, merge, documents, **options):
        return self.engine.fold(self._deadly(function), merge, documents, **options)

    def map(self, function, documents, **options):
        return self.engine.map(self._deadly(function), documents, **options)

    def _deadly(self, function):
        self.n_passes += 1
        return DiesOnce(function, self.number, self.when, self.folder / str(self.n_passes))

    @property
    def n_died(self):
        """The passes in which a worker has died."""
        return len(list(self.folder.iterdir()))


class DiesInMerge:
    """Merges states as an estimator does, on a worker that dies at the first of them."""

    def __init__(self, merge, mark):
        self.merge, self.mark, self.home = merge, mark, os.getpid()

    def __call__(self, states):
        if os.getpid() != self.home and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.merge(states)
