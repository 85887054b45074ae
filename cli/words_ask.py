"""`textvec words similar`, `analogy` and `odd`: what is near to what in a table of word vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .output import Output, note, output_options
from .words_vectors import Vectors, known, restrict_option, top_option, vectors_argument

if TYPE_CHECKING:
    from textvec import WordVectors
    from textvec.embeddings import Neighbours

_MIN_ODD = 3  # Words among which one can be the odd one.
_COLUMN_WIDTH = 19  # of the neighbours of one word in a table: four stand side by side in 80 columns


@click.command(short_help="Print the words that are nearest to some words.")
@vectors_argument
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@top_option
@restrict_option(None)
@click.option(
    "--map", "file", metavar="FILE", help="Also draw the words and what is near to them: .html, .png, .svg or .pdf."
)
@click.option("--overwrite", is_flag=True, help="Replace a map that is there.")
@output_options
def similar(
    vectors: Vectors,
    words: tuple[str, ...],
    top: int,
    restrict: int | None,
    file: str | None,
    overwrite: bool,
    output: Output,
) -> None:
    """Print the neighbours of each WORD: those whose vectors have the highest cosines with its own.

    In a table, the neighbours of several words stand side by side. Other forms have
    a record for each neighbour.

    \b
    Examples:
      textvec words similar words coffee
      textvec words similar words coffee train music -k 5
      textvec words similar words coffee train music -k 20 --map near.html
      textvec words similar glove.6B.100d.txt coffee --limit 50000 --csv
    """  # noqa: D301  (click wants the \\b)
    if file is not None:
        from .map import check_targets

        check_targets(file, None, overwrite)
    elif overwrite:
        raise click.UsageError("--overwrite goes with --map.")
    table = vectors.read()
    found = {word: table.most_similar(word, topn=top, restrict=restrict) for word in known(table, words)}
    for word, near in found.items():
        if not near:
            note(f"nothing is near to {word!r}: its vector is zero, or there is no other word.")
    if file is not None:
        _draw(table, found, file)
    if not output.is_table:
        records = (
            {"word": word, "rank": rank, "neighbour": each.word, "similarity": each.score}
            for word, near in found.items()
            for rank, each in enumerate(near, 1)
        )
        output.show_records(records, ("word", "rank", "neighbour", "similarity"))
        return
    asked = list(found)
    n = max(1, (output.width + 1) // (_COLUMN_WIDTH + 1))
    for first in range(0, len(asked), n):
        if first:
            click.echo()
        _side_by_side(output, {word: found[word] for word in asked[first : first + n]})


def _draw(table: WordVectors, found: dict[str, Neighbours], file: str) -> None:
    """Draw the words, each with its neighbours in a colour."""
    group_of = {word: word for word in found}
    for word, near in found.items():
        for each in near:
            group_of.setdefault(each.word, word)
    with progress(f"Writing {file}"):
        from textvec.plots import map_words

        map_words(table, group_of, labels=group_of.values()).save(file)
    note(f"{file} has {counted(len(group_of), 'word')}, in the colours of those that were asked for.")


def _side_by_side(output: Output, found: dict[str, Neighbours]) -> None:
    """Print a table with a column for each word."""
    n_rows = max(map(len, found.values()))
    columns = {
        word: [f"{each.score:6.3f} {each.word}" for each in near] + [""] * (n_rows - len(near))
        for word, near in found.items()
    }
    rows = [{word: cells[i] for word, cells in columns.items()} for i in range(n_rows)]
    output.show_records(rows, list(columns))


@click.command(short_help="Print the words that are nearest to a sum of words.")
@vectors_argument
@click.argument("expression", metavar="EXPRESSION", nargs=-1, required=True)
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul"]),
    default="3cosadd",
    show_default=True,
    help="Add cosines, or multiply them, so that one of them does not outweigh the others.",
)
@top_option
@restrict_option(None)
@output_options
def analogy(
    vectors: Vectors, expression: tuple[str, ...], method: str, top: int, restrict: int | None, output: Output
) -> None:
    """Print the words that are nearest to a sum and difference of words.

    EXPRESSION is words with + and - between them, each with white space around it:
    in "e-mail" and "c++" they are characters of the word. "man : king :: woman"
    asks what is to woman as king is to man, and is the same as
    "king - man + woman".

    \b
    Examples:
      textvec words analogy words "king - man + woman"
      textvec words analogy words "france : paris :: japan" -k 3
      textvec words analogy words "paris - france + japan" --method 3cosmul
    """  # noqa: D301  (click wants the \\b)
    from textvec.embeddings.queries import parse_expression

    try:
        parsed = parse_expression(" ".join(expression))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if method == "3cosmul" and not parsed.positive:
        raise click.UsageError("--method 3cosmul needs a word that is not subtracted.")
    table = vectors.read()
    _check_words(table, [*parsed.positive, *parsed.negative])
    near = table.most_similar(parsed.positive, parsed.negative, top, method=method, restrict=restrict)
    records = ({"rank": rank, "word": each.word, "score": each.score} for rank, each in enumerate(near, 1))
    output.show_records(records, ("rank", "word", "score"))


def _check_words(table: WordVectors, words: list[str]) -> None:
    try:
        known(table, words, all_needed=True)
    except click.ClickException as error:
        if not any(sign in word[1:-1] for word in words for sign in "+-"):
            raise
        raise click.ClickException(f"{error.message} A + or - that is a sign has white space around it.") from None


@click.command(short_help="Print which word does not belong to the others.")
@vectors_argument
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@output_options
def odd(vectors: Vectors, words: tuple[str, ...], output: Output) -> None:
    """Print which WORD does not belong to the others, and how similar each is to them.

    That is the one whose cosines with the others have the lowest mean. It needs
    three different words or more.

    \b
    Examples:
      textvec words odd words breakfast lunch dinner car
      textvec words odd words paris london tokyo banana --json
    """  # noqa: D301  (click wants the \\b)
    from textvec.embeddings.queries import similarities_within

    if len(set(words)) < _MIN_ODD:
        raise click.UsageError(
            f"The odd one out is looked for among three different words or more, but {len(set(words))} came: of two, "
            "neither is the odd one."
        )
    table = vectors.read()
    within = similarities_within(table, known(table, words))
    (*others, odd_one) = within
    records = [
        {"word": each.word, "mean_similarity": each.score, "odd": each is odd_one} for each in (odd_one, *others)
    ]
    if output.is_table:
        records = [record | {"odd": "odd" if record["odd"] else ""} for record in records]
    output.show_records(records, ("word", "mean_similarity", "odd"))
    if output.is_table:
        note(
            f"{odd_one.word} does not belong: the mean of its cosines with the others is {odd_one.score:.3f}, "
            f"that of the next, {others[-1].word}, is {others[-1].score:.3f}."
        )
