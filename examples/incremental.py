r"""Learn from a matrix in parts, with no more than one part in memory at a time.

    python examples/incremental.py                 the messages that come with textvec, 20 times, in some seconds
    python examples/incremental.py --repeat 500    more of the same: learning takes no more memory for it

The messages are written to Parquet files, vectors of them to parts of a folder, and a classifier learns from one part
after the other. With Dask or Ray, workers write the parts: only `engine=` is to be added. That messages are repeated
makes the work larger, and no better: what is held back for the test is in none of the files.
"""

import argparse
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.linear_model import SGDClassifier

from textvec import TfidfVectorizer
from textvec.datasets import load_messages
from textvec.distributed import transform
from textvec.engines import Files

EVERY = 5  # One message of so many is held back for the test.


def main() -> None:
    """Write files, make parts of them, learn from the parts, and see what was learnt."""
    parser = argparse.ArgumentParser(description="Learn from a matrix in parts.")
    parser.add_argument("--repeat", type=int, default=20, metavar="N", help="how often the messages are repeated (20)")
    options = parser.parse_args()
    messages = load_messages()
    texts, labels = np.array(messages.data, dtype=object), np.array(messages.target)
    held_back = np.arange(len(texts)) % EVERY == 0
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder, "documents")
        documents.mkdir()
        rows = np.random.default_rng(0).permutation(np.flatnonzero(~held_back))
        table = pa.table({"text": pa.array(texts[rows]), "label": pa.array(labels[rows])})
        for i in range(options.repeat):
            pq.write_table(table, documents / f"{i:05}.parquet")

        files = Files(documents, "text")
        vectorizer = TfidfVectorizer().fit(files)
        parts = transform(vectorizer, files, Path(folder, "parts"), keep=["label"], format="parquet")
        print(f"Parts: {parts.n_parts} of {parts.shape[0]:,} documents and {parts.shape[1]:,} terms")

        classifier = SGDClassifier(loss="log_loss", random_state=0)
        n_bytes = []
        tracemalloc.start()
        for part in parts:
            classifier.partial_fit(part.matrix, part.columns["label"].to_numpy(), classes=np.unique(labels))
            n_bytes.append(part.matrix.data.nbytes + part.matrix.indices.nbytes + part.matrix.indptr.nbytes)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    score = classifier.score(vectorizer.transform(texts[held_back]), labels[held_back])
    print(f"Memory: {sum(n_bytes) / 1e6:.1f} MB in all parts, {max(n_bytes) / 1e6:.1f} MB in the largest,")
    print(f"        {peak / 1e6:.1f} MB at most while learning")
    print(f"Accuracy: {100 * score:.1f}% of {held_back.sum()} messages that were held back")


if __name__ == "__main__":
    main()
