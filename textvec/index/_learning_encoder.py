"""An encoder that learns the words of documents that are added, for statistics of BM25 that follow them.

Tested in tests/index/test_bm25_index.py.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from textvec.encoders.pipeline_steps import steps_of, transformed
from textvec.index.storage.encoder_files import EncoderFiles, EncoderWriters, encoder_files
from textvec.index.storage.stored_encoder import StoredEncoder


class LearningEncoder:
    """An encoder that learns the words of the documents that it counts. The one that it begins with stays as it is."""

    encoder: Any
    has_learnt = False

    def transform(self, documents: Any) -> Any:
        """Count known words."""
        return self.encoder.transform(documents)

    def fit_transform(self, documents: Any) -> Any:
        """Learn words, and count them."""
        *steps, counter = steps_of(self.encoder)
        words = transformed(documents, steps)
        learnt = copy(counter).partial_fit(words)
        counts = learnt.transform(words)
        if counts.shape[1] > len(counter.ngrams_):
            from sklearn.pipeline import make_pipeline

            self.encoder, self.has_learnt = make_pipeline(*steps, learnt) if steps else learnt, True
        return counts

    def files(self, stored: StoredEncoder, documents: Any) -> EncoderFiles:
        """Return what is written of the encoder, if it has learnt anything, else what the manifest says already."""
        if not self.has_learnt:
            return stored.about, EncoderWriters()
        return encoder_files(self.encoder, documents, "BM25Index", before=stored.query_encoder)
