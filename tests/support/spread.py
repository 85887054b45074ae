"""What tests of engines send to workers, which import it from here: workers do not find the files of tests."""

import os
import signal
import time

import numpy as np

from textvec._common.states import field, make_state, words_from_arrow, words_to_arrow


class DocumentCounts:
    """An estimator that learns by sums: the words, in how many documents each is, and the sum of y."""

    def _partial(self, documents, y=None):
        texts = documents if isinstance(documents, list) else documents.to_pylist()
        words, counts = np.unique([word for text in texts for word in sorted(set(text.split()))], return_counts=True)
        total = 0.0 if y is None else float(np.sum(y))
        return make_state(words=words_to_arrow(words.tolist()), counts=counts, n_documents=len(texts), total=total)

    def _merge(self, states):
        counts = {}
        for state in states:
            for word, n in zip(words_from_arrow(field(state, "words")), field(state, "counts").tolist(), strict=True):
                counts[word] = counts.get(word, 0) + n
        words = sorted(counts)
        return make_state(
            words=words_to_arrow(words),
            counts=np.array([counts[word] for word in words], dtype=np.int64),
            n_documents=sum(field(state, "n_documents") for state in states),
            total=sum(field(state, "total") for state in states),
        )

    def _finish(self, state):
        words = words_from_arrow(field(state, "words"))
        self.counts_ = dict(zip(words, field(state, "counts").tolist(), strict=True))
        self.n_documents_ = field(state, "n_documents")
        self.total_ = field(state, "total")
        return self

    def fit(self, documents, y=None):
        """Fit on documents in memory: what any engine must give."""
        return self._finish(self._partial(documents, y))


def texts_of(batch):
    """Return the documents of a batch as a list."""
    return batch.documents if isinstance(batch.documents, list) else batch.documents.to_pylist()


def table_of(batch):
    """Return what a batch holds, as Python values."""
    return batch.number, texts_of(batch), batch.table.to_pydict()


def joined(results):
    """Merge lists."""
    return [each for result in results for each in result]


def fails_on_bees(batch):
    """Raise what an estimator raises of bad input."""
    if any("bee" in text for text in texts_of(batch)):
        raise ValueError("Document 1 is about bees.")
    return texts_of(batch)


def pid_of(batch):
    """Return the process that works on a batch."""
    return os.getpid()


class DiesOnce:
    """Kills the worker that it runs on, the first time that it comes to a piece, and returns the texts later."""

    def __init__(self, folder, number):
        self.folder, self.number = folder, number

    def __call__(self, batch):
        mark = self.folder / "died"
        if batch.number == self.number and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return texts_of(batch)


class DiesAlways:
    """Kills each worker that it runs on."""

    def __call__(self, batch):
        os.kill(os.getpid(), signal.SIGKILL)


def characters_of(batch):
    """Return how many characters the documents of a batch have."""
    return sum(map(len, texts_of(batch)))


class Slow:
    """Writes down which pieces it came to, and takes its time."""

    def __init__(self, folder, seconds):
        self.folder, self.seconds = folder, seconds

    def __call__(self, batch):
        (self.folder / str(batch.number)).touch()
        time.sleep(self.seconds)
        return batch.number
