"""`textvec words`: the pretrained word vectors that there are."""

from __future__ import annotations

import click

from .output import Output, output_options

_FIELDS = ("name", "what", "words", "dimensions", "licence", "from", "here")
_SHOWN = ("name", "what", "words", "here")  # in a table, which has 80 columns as a rule


@click.group(short_help="List pretrained word vectors.")
def words() -> None:
    """List pretrained vectors of words, which other commands take by their names.

    \b
    Examples:
      textvec words available
      textvec index build faq.txt -o faq.index --model sentences
      textvec index build faq.txt -o faq.index --model embedding --vectors words
    """  # noqa: D301  (click wants the \\b)


@words.command(short_help="List the names, and whether the vectors are here.")
@output_options
def available(output: Output) -> None:
    """Print the pretrained vectors there are: what they are, and whether they are here.

    "sentences" and "words" are in packages: pip install "textvec-kit[pretrained]".
    Vectors of gensim's collection are downloaded at their first use in Python,
    and vectors of spaCy's pipelines are there with these.

    \b
    Examples:
      textvec words available
      textvec words available --json
    """  # noqa: D301  (click wants the \\b)
    from textvec.embeddings.catalog import listed

    output.show_records(listed(), _SHOWN if output.is_table else _FIELDS, {"words": ","}, wide="what")
