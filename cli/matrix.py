"""`textvec matrix`: how similar each of some texts is to each, in a table, a picture or a page."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .encoders import TERM_OPTIONS, TermOptions, refuse_terms, term_options, without_words
from .matrix_table import MAX_SHOWN, matrix_lines, pair_lines
from .output import Output, note, output_options
from .snippets import one_line
from .sources import SOURCE_OPTIONS, Reader, check_encoded, exists, reader_options
from .targets import check_plot

if TYPE_CHECKING:
    from textvec.similarity import SimilarityMatrix

MODELS = ("tfidf", "counts", "embedding", "sentences", "jaccard")
MAX_TEXTS = 1_000
"""Texts that are compared: the table has the square of their number, and nobody reads a million numbers."""


@click.command(short_help="Show how similar each text is to each.")
@click.argument("given", metavar="TEXT... | SOURCE", nargs=-1, required=True)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    help="What is compared: TF-IDF, counts of words, averages of word vectors or the meaning of sentences, by cosines; "
    "or, jaccard, the share of words in common.  [default: tfidf; of two texts, counts]",
)
@click.option(
    "--vectors",
    metavar="FILE",
    help="With --model embedding: word vectors, as GloVe, word2vec, fastText; or a name, such as words.",
)
@click.option(
    "-k",
    "--top",
    type=click.IntRange(0),
    metavar="N",
    default=5,
    show_default=True,
    help="Name the N most similar pairs beneath the table.",
)
@click.option(
    "-o", "--output", "file", metavar="FILE", help="Draw a heat map, and print nothing: .png, .svg, .pdf or .html."
)
@reader_options
@term_options
@output_options
@click.pass_context
def matrix(
    context: click.Context,
    given: tuple[str, ...],
    model: str | None,
    vectors: str | None,
    top: int,
    file: str | None,
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Show how similar each text is to each, in percent.

    Give several TEXTs; or one, whose sentences are compared; or a SOURCE, as for
    `textvec similar`: a file, a folder, or - for standard input. 100 is the same
    words in the same proportions, or, with --model sentences, the same meaning;
    0 is no word in common. Of more than 1,000 texts the first 1,000 are compared.

    \b
    Examples:
      textvec matrix "bees make honey" "bears eat honey" "it rains in May"
      textvec matrix "Bees make honey. Bears eat honey. It rains in May."
      textvec matrix answers.csv --model jaccard --stop-words english
      textvec matrix answers.csv --model sentences -o answers.html
      textvec matrix answers.csv --csv > matrix.csv
    """  # noqa: D301  (click wants the \\b)
    _check_model(context, model, vectors)
    if file is not None:
        _check_target(file)
    found = _compared(_texts(context, given, reader), model, vectors, terms)
    _tell_of_zeros(found)
    if file is not None:
        n_shown = _draw(found, Path(file))
        best = found.pairs(1)
        like = f"; the most similar texts are {_named(best[0])}" if best else ""
        first = "" if n_shown == len(found) else f"the first {n_shown:,} of "
        note(f"{file} shows how similar {first}{len(found):,} texts are{like}.")
    elif output.is_table:
        _show(found, top, output)
    else:
        _print(found, output)


def _check_model(context: click.Context, model: str | None, vectors: str | None) -> None:
    """Refuse options that do not go with the model."""
    if model == "embedding":
        if vectors is None:
            raise click.UsageError("--model embedding needs word vectors: --vectors FILE, or --vectors words.")
        others = {name: option for name, option in TERM_OPTIONS.items() if name != "stop_words"}
        refuse_terms(context, others, "does not go with --model embedding, whose terms are the words of the file.")
    elif vectors is not None:
        raise click.UsageError("--vectors goes with --model embedding only.")
    if model == "sentences":
        refuse_terms(context, TERM_OPTIONS, "does not go with --model sentences, whose terms are pieces of words.")


def _check_target(file: str) -> None:
    """Refuse before any work is done what would be refused at its end."""
    from textvec._common.pictures import KINDS

    ending, endings = Path(file).suffix.lower(), (*KINDS, ".html")
    if ending not in endings:
        raise click.UsageError(f"The name of a heat map ends with {', '.join(endings)}, but it is {file!r}.")
    if ending == ".html":
        from textvec._common.atomic_files import check_target

        check_target(Path(file))
    else:
        check_plot(file)


def _texts(context: click.Context, given: Sequence[str], reader: Reader) -> list[str]:
    """Return the texts that are to be compared: two at least, and not more than there may be."""
    if len(given) == 1 and (given[0] == "-" or exists(given[0]) or len(given[0].split()) == 1):
        texts = reader.read(given).texts
    else:
        refuse_terms(context, SOURCE_OPTIONS, "is for a SOURCE, but there are TEXTs.")
        texts = [check_encoded(text, "TEXT") for text in given]
        files = list(filter(exists, given))
        if len(files) == len(given) > 1:
            raise click.UsageError("One SOURCE is compared with itself: of several files, give one, or join them.")
        for each in files if len(given) > 1 else []:
            note(f"{each} is taken as a text. Give it alone to compare the texts in that file.")
        if len(given) == 1:
            from textvec.preprocessing.chunker import Chunker

            texts = [sentence.text for sentence in Chunker(by="sentence", size=1).split(given[0])]
    if len(texts) < 2:
        raise click.ClickException(
            f"There {'is one text' if texts else 'are no texts'} to compare: two are needed. Give several TEXTs, or a "
            "SOURCE with a text in each line or row."
        )
    if len(texts) > MAX_TEXTS:
        note(
            f"the first {MAX_TEXTS:,} of {len(texts):,} texts are compared. `textvec duplicates` finds the most "
            "similar pairs of any number."
        )
    return texts[:MAX_TEXTS]


def _compared(texts: list[str], model: str | None, vectors: str | None, terms: TermOptions) -> SimilarityMatrix:
    if model is None:
        model = "tfidf" if len(texts) > 2 else "counts"
    with progress(f"Comparing {counted(len(texts), 'text')}"), warnings.catch_warnings():
        # Texts of unknown words are told of below, and not by the encoder.
        warnings.filterwarnings("ignore", message="EmbeddingVectorizer: .* of .* documents hold no word")
        from textvec.similarity import similarity_matrix

        encoder = terms.encoder(model, vectors)
        with without_words("none of the texts has a word that is compared."):
            return similarity_matrix(texts, encoder, measure="jaccard" if model == "jaccard" else "cosine")


def _tell_of_zeros(found: SimilarityMatrix) -> None:
    """Name the texts that are like nothing, not even themselves, as none of their words is known."""
    empty = [place + 1 for place, score in enumerate(found.scores.diagonal().tolist()) if not score]
    if empty:
        listed = ", ".join(map(str, empty[:10])) + (", …" if len(empty) > 10 else "")
        which = f"text {listed} has" if len(empty) == 1 else f"texts {listed} have"
        note(f"{which} no known word: {'it is' if len(empty) == 1 else 'they are'} like nothing.")


def _show(found: SimilarityMatrix, top: int, output: Output) -> None:
    pairs = found.pairs(top)

    def lines(width: int) -> Iterator[Any]:
        yield from matrix_lines(found.texts, found.scores, width)
        if pairs:
            yield "\nThe most similar"
            yield from pair_lines(pairs, width)

    output.show_lines(lines)
    if len(found) > MAX_SHOWN:
        note(
            f"the table has the first {MAX_SHOWN} of {len(found):,} texts, the pairs are of all. --csv and --json "
            "print all, -o FILE draws all."
        )
    if not pairs and top:
        note("no two texts have anything in common.")


def _print(found: SimilarityMatrix, output: Output) -> None:
    """Print a record for each text: in CSV with a column for each other, in JSON with a list."""
    percent = (100 * found.scores).tolist()
    numbers = [str(place + 1) for place in range(len(found))]
    if output.form in ("csv", "tsv"):
        rows: list[list[Any]] = [[*row] for row in percent]
        fields = ["number", "text", *numbers]
    else:
        rows = [[row] for row in percent]
        fields = ["number", "text", "percent"]
    records = (
        dict(zip(fields, [place, text, *row], strict=True))
        for place, (text, row) in enumerate(zip(found.texts, rows, strict=True), 1)
    )
    output.show_records(records, fields)


def _draw(found: SimilarityMatrix, file: Path) -> int:
    """Write a page or a picture, whole or not at all, and return how many texts it shows."""
    with progress(f"Writing {file}"):
        if file.suffix.lower() == ".html":
            from textvec.similarity.matrix_page import MAX_TEXTS as MAX_PAGE_TEXTS

            found.to_html(file)
            return min(len(found), MAX_PAGE_TEXTS)
        from textvec._common.optional import import_figure
        from textvec._common.pictures import write_picture
        from textvec.plots.heatmap import similarity_heatmap, size_of

        figure = import_figure("textvec matrix -o")(figsize=size_of(found), layout="constrained")
        labels = (f"{place} {text}" for place, text in enumerate(found.texts, 1))
        similarity_heatmap(found, labels, ax=figure.subplots())
        write_picture(figure, file)
        return len(found)


def _named(pair: Any) -> str:
    texts = (f'{place + 1} "{one_line(text)[:40]}"' for place, text in zip(pair[:2], pair[3:], strict=True))
    return f"{' and '.join(texts)}, {100 * pair.score:.0f} %"
