"""What users of gensim write, and what it is called here: errors of names that are missing say it.

The names stay missing: `hasattr` is False, and copies, pickles and clones are made as ever.

Tested in tests/embeddings/test_gensim_habits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, ParamSpec

P = ParamSpec("P")

TABLE_NAMES: dict[str, str] = {
    **dict.fromkeys(("key_to_index", "vocab"), "row_of has the row of each word, and counts how often it occurred"),
    **dict.fromkeys(("index_to_key", "index2word", "index2entity"), "words has the word of each row"),
    **dict.fromkeys(("get_vector", "word_vec"), "wv[word]"),
    "get_index": "row_of[word]",
    "has_index_for": "word in wv",
    "get_vecattr": "counts[row_of[word]]",
    "get_mean_vector": "wv[words].mean(axis=0); EmbeddingVectorizer does it for documents",
    **dict.fromkeys(("similar_by_word", "similar_by_key"), "most_similar"),
    "similar_by_vector": "nearest",
    "most_similar_cosmul": "most_similar(..., method='3cosmul')",
    "doesnt_match": "odd_one_out",
    "wmdistance": "word_movers_distance(a, b, wv) of textvec.similarity",
    "evaluate_word_analogies": "evaluate_analogies",
    "save": "write(path), or textvec.save(wv, path)",
    "save_word2vec_format": "write(path)",
    **dict.fromkeys(("load", "load_word2vec_format"), "WordVectors.read(path), which tells the format by itself"),
    **dict.fromkeys(("add_vector", "add_vectors", "set_vecattr"), "a table stays what it is; make another of all"),
    "vectors_for_all": "select(words)",
    **dict.fromkeys(
        ("get_normed_vectors", "vectors_norm", "norms", "init_sims", "fill_norms", "unit_normalize_all"),
        "searches divide vectors by their lengths themselves",
    ),
    **dict.fromkeys(("distances", "closer_than", "rank"), "most_similar(word, topn) has the words in order"),
    "sort_by_descending_frequency": "words are in the order in which they were given",
    "wv": "this is the table itself",
}
"""What the names of gensim's KeyedVectors are of `WordVectors`."""
MODEL_NAMES: dict[str, str] = {
    "wv": "after fit, vectors_ is the table of words and vectors",
    "build_vocab": "fit counts the words and trains at once; partial_fit adds further documents",
    "train": "fit trains, and partial_fit goes on with further documents",
    "save": "textvec.save(model, path), or model.vectors_.write(path)",
    "load": "textvec.load(path), or WordVectors.read(path)",
    "get_latest_training_loss": "losses_ has the mean loss of each epoch",
    "running_training_loss": "losses_ has the mean loss of each epoch",
    "predict_output_word": "there is nothing like it",
    "score": "there is nothing like it",
    "workers": "threads",
    "seed": "random_state",
    "layer1_size": "vector_size",
    "syn1neg": "what predicts is not public; vectors_.vectors are the word vectors",
    "corpus_total_words": "vectors_.counts.sum()",
    **{
        name: f"vectors_.{name}, after fit"
        for name in ("most_similar", "similarity", "distance", "n_similarity", "vectors", "words", "row_of")
    },
    **{
        name: f"ask vectors_, after fit: {there}"
        for name, there in TABLE_NAMES.items()
        if name not in ("save", "load", "wv")
    },
}
"""What the names of gensim's Word2Vec are of `Word2Vec`."""
MODEL_PARAMETERS: dict[str, str] = {
    "sentences": "documents are given to fit, Word2Vec(...).fit(documents)",
    "corpus_file": "documents are given to fit, which takes any iterable, such as an open file",
    "size": "it is called vector_size",
    "iter": "it is called epochs",
    "workers": "it is called threads",
    "seed": "it is called random_state",
    "max_final_vocab": "it is called max_vocab_size",
    "hs": "there is no hierarchical softmax, only negative sampling",
    "cbow_mean": "CBOW always takes the mean",
    "compute_loss": "losses_ always has the losses",
    "trim_rule": "min_count and max_vocab_size say which words are kept",
    "callbacks": "verbose=1 shows progress, and losses_ has the losses",
    **dict.fromkeys(("hashfxn", "null_word", "sorted_vocab", "batch_words", "comment"), "leave it out"),
}
"""What the parameters of gensim's Word2Vec, now or formerly, are of `Word2Vec`."""


def knows_names(parameters: Mapping[str, str]) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Let a constructor say what gensim's names of its parameters are here, instead of that they are unexpected.

    Parameters
    ----------
    parameters : mapping of str to str
        What to do instead of giving a parameter of a name.
    """

    def decorate(init: Callable[P, None]) -> Callable[P, None]:
        @wraps(init)
        def constructor(*args: P.args, **kwargs: P.kwargs) -> None:
            for name in kwargs:
                if name in parameters:
                    raise TypeError(f"{type(args[0]).__name__} has no parameter {name!r}: {parameters[name]}.")
            init(*args, **kwargs)

        return constructor

    return decorate


def gives_documents(value: Any) -> bool:
    """Tell whether a value is documents: lists of words or texts, a generator, or whatever else yields them."""
    if isinstance(value, list | tuple):
        return bool(value) and isinstance(value[0], str | list | tuple)
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping) and not hasattr(value, "dtype")


class _NamesOfClass(type):
    """The type of classes that say what gensim's class methods are here."""

    if not TYPE_CHECKING:  # A checker would take every name for one that there is.

        def __getattr__(cls, name: str) -> NoReturn:
            _raise(cls, f"type object {cls.__name__!r}", name, cls._gensim_names)


class GensimHabits(metaclass=_NamesOfClass):
    """A class that says in its AttributeErrors what gensim's names are here."""

    _gensim_names: ClassVar[Mapping[str, str]] = {}

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            _raise(self, f"{type(self).__name__!r} object", name, type(self)._gensim_names)


def _raise(obj: Any, what: str, name: str, names: Mapping[str, str]) -> NoReturn:
    hint = f". It is gensim's name: {names[name]}" if name in names else ""
    raise AttributeError(f"{what} has no attribute {name!r}{hint}", name=name, obj=obj)
