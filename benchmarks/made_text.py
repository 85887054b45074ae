"""Text of any size, made from a seed, as Parquet files: `write(folder, 1_000_000_000)`.

The words are as often as in natural text: the frequency of a word falls with its rank, and beyond the 50,000th with the
square of its rank, so that new words keep coming with the square root of the length (Zipf's law with two exponents,
and Heaps' law, as Ferrer i Cancho and Solé 2001 found them). A gigabyte has 1.7 million distinct words.

Reference: R. Ferrer i Cancho, R. V. Solé: Two Regimes in the Frequency of Words and the Origins of Complex Lexicons:
Zipf's Law Revisited. Journal of Quantitative Linguistics 8 (2001), 165-173.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

N_COMMON = 50_000  # Ranks up to here have frequencies of 1/rank; an English dictionary for schools has as many words.
MAX_RANK = (
    10**11
)  # Higher ranks are cut off here: no word has more than twelve letters, and none of a terabyte is lost.
WORDS = 100, 300  # The fewest and the most words of a document, all lengths being as probable: 200 on the mean.
ROWS = 10_000  # Documents of a row group: 10 MB of text.
SYLLABLES = np.array([a + b for a in "bcdfghjklmnprstvwxyz" for b in "aeiou"], "S2").view(np.uint8).reshape(-1, 2)


def ranks(n: int, random: np.random.Generator) -> np.ndarray:
    """Draw the ranks of n words."""
    common = random.random(n) < np.log(N_COMMON) / (1 + np.log(N_COMMON))
    u = 1 - random.random(n)
    return np.where(common, N_COMMON**u, np.minimum(N_COMMON / u, MAX_RANK)).astype(np.int64)


def spell(numbers: np.ndarray) -> pa.Array:
    """Return a word for each rank: its digits to the base of 100 as syllables, so that frequent words are short."""
    letters = np.zeros((len(numbers), 6, 2), np.uint8)
    for i in range(6):
        left = numbers // 100**i
        letters[:, i] = np.where((left > 0)[:, None], SYLLABLES[left % 100], 0)
    return pa.array(letters.reshape(len(numbers), 12).view("S12").ravel()).cast(pa.string())


def documents(n: int, random: np.random.Generator) -> pa.Array:
    """Make n documents."""
    bounds = np.concatenate([[0], np.cumsum(random.integers(WORDS[0], WORDS[1], n, endpoint=True))])
    distinct, codes = np.unique(ranks(bounds[-1], random), return_inverse=True)
    words = spell(distinct).take(pa.array(codes))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), words), " ")


def write(folder: Path, n_bytes: int, n_files: int = 12, seed: int = 0) -> list[Path]:
    """Write files of about n_bytes of text in all, with the columns `id` and `text`, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema({"id": pa.int64(), "text": pa.string()})
    paths, written, n = [], 0, 0
    for file in range(n_files):
        random = np.random.default_rng([seed, file])
        paths.append(folder / f"made-{file:03d}.parquet")
        with pq.ParquetWriter(paths[-1], schema) as out:
            while written < n_bytes * (file + 1) / n_files:
                texts = documents(min(ROWS, 1 + n_bytes // n_files // 1000), random)
                out.write_table(pa.table({"id": range(n, n + len(texts)), "text": texts}, schema))
                n += len(texts)
                written += pc.sum(pc.binary_length(texts)).as_py()
    return paths
