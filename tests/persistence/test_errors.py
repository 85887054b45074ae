"""A file that is damaged, cut off, or made to do harm is refused, and the error says what is wrong with it."""

import io
import json
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import textvec
from support.archives import forge, members_of, npy, write
from support.compare import outcome
from textvec import (
    BM25Weighting,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    Phrases,
    SequenceEncoder,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Word2Vec,
)

WORD2VEC = Word2Vec(8, min_count=2, epochs=1, random_state=0)


FITTED = [
    (BM25Weighting().fit([[1, 2]]), ["idf_", "average_length_", "_absent"]),
    (TfidfWeighting().fit([[1, 2]]), ["idf_", "pivot_"]),
    (SequenceEncoder().fit(["hot soup"]), ["_words", "max_length_"]),
    (Phrases(min_count=1, threshold=1).fit(["hot soup"] * 3), ["_joiner", "phrases_"]),
    (TfidfVectorizer().fit(["hot soup"]), ["ngrams_"]),
]


class Foreign:
    def __init__(self):
        self.x = 1


class Evil:
    ran = False

    def __reduce__(self):
        return (setattr, (Evil, "ran", True))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "saved.textvec"


def refused(path, message):
    with pytest.raises(ValueError, match=message) as error:
        textvec.load(path)
    assert str(path) in str(error.value)


@pytest.fixture
def saved(messages, path):
    """A file of a small vectorizer, which has members."""
    textvec.save(TfidfVectorizer(ngram_range=(1, 2)).fit(messages), path)
    return path


def test_files_that_are_none(saved, tmp_path):
    with pytest.raises(FileNotFoundError):
        textvec.load(tmp_path / "nothing")
    data = saved.read_bytes()
    for n in (0, 1, 100, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:n])
        refused(saved, "no file of textvec.save, or only the beginning")
    saved.write_bytes(pickle.dumps(CountVectorizer()))
    refused(saved, "no file of textvec.save")
    write(saved, "[]", {})
    refused(saved, "not that of a file of textvec.save")
    write(saved, "{", {})
    refused(saved, "is no JSON")
    write(saved, '{"a":' * 100_000, {})
    refused(saved, "is no JSON")
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("a", "b")
    refused(saved, "without manifest.json")


def test_a_newer_format(saved):
    manifest, members = members_of(saved)
    write(saved, {**manifest, "version": 2}, members)
    refused(saved, "version 2 of the format.*versions up to 1.*textvec")


def test_damage_is_named(saved):
    manifest, members = members_of(saved)
    for name, data in members.items():
        write(saved, manifest, {k: v for k, v in members.items() if k != name})
        refused(saved, f"member '{name}' is missing")
        write(saved, manifest, {**members, name: data + b"x"})
        refused(saved, f"member '{name}' has {len(data) + 1} bytes, but {len(data)}")
        write(saved, manifest, {**members, name: data[:-1] + bytes([data[-1] ^ 1])})
        refused(saved, f"member '{name}' is damaged")
    write(saved, manifest, members)
    data = bytearray(saved.read_bytes())
    data[data.index(members["0.npy"]) + len(members["0.npy"]) - 1] ^= 1  # so that zip's own checksum differs
    saved.write_bytes(data)
    refused(saved, "member '0.npy' is damaged")


def test_bombs(saved):
    manifest, members = members_of(saved)
    write(saved, manifest, {**members, "0.npy": b"\0" * 10**7}, compression=zipfile.ZIP_DEFLATED)
    refused(saved, "compressed or encrypted")
    write(saved, manifest, members)
    data = bytearray(saved.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag of an encrypted member
    saved.write_bytes(data)
    refused(saved, "compressed or encrypted")
    write(saved, manifest, members)
    header = npy(np.zeros(8))[:128].replace(b"(8,), ", b"(2**60,)")
    for shape in (b"(1152921504606846976,)", b"(-8, -1)", b"(0, 9223372036854775808)"):
        header = (
            b"\x93NUMPY\x01\x00v\x00"
            + (b"{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + b"}").ljust(117)
            + b"\n"
        )
        forge(saved, {"array": "0.npy"}, _0_npy=header + b"\0" * 64)
        refused(saved, "does not have|cannot have the shape")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("0.npy", b"")
    refused(saved, "overlap, or a name is repeated")


def test_a_member_that_says_that_it_is_larger_than_the_file(saved):
    content = saved.read_bytes()
    place = content.index(b"PK\x01\x02") + 20  # of its compressed size, in the list at the end of the file
    saved.write_bytes(content[:place] + (2**30).to_bytes(4, "little") + content[place + 4 :])
    refused(saved, "overlap")


def test_names_of_members_are_never_paths(saved, tmp_path):
    manifest, members = members_of(saved)
    write(saved, manifest, {**members, "../outside": b"x", "/tmp/absolute": b"x"})
    assert textvec.load(saved).get_params() == TfidfVectorizer(ngram_range=(1, 2)).get_params()
    assert list(tmp_path.iterdir()) == [saved]
    forge(saved, {"array": "../outside"})
    refused(saved, "'../outside', which is no .npy member")


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "subprocess.Popen", "eval", "Mine", "textvec.save", "", 3]
)
def test_classes_that_are_not_in_the_table(name, saved):
    forge(saved, {"object": [name, {"tuple": ["echo"]}]})
    refused(saved, "no proper|means nothing")
    for tag in ("type", "function", "dtype"):
        forge(saved, {tag: name})
        refused(saved, "which is not one of|means nothing")


@pytest.mark.parametrize(
    "attribute", ["__class__", "__dict__", "__reduce__", "transform", "idf_", "vocabulary_", "other_", "__x__"]
)
def test_attributes_that_an_object_cannot_have(attribute, saved):
    manifest, _ = members_of(saved)
    tree = manifest["object"]
    tree["object"][1]["dict"][attribute] = 1
    forge(saved, tree)
    refused(saved, f"attribute '{attribute}', which objects of the class do not have")
    if attribute not in ("idf_", "vocabulary_", "other_"):
        forge(saved, {"object": ["Pipeline", {"dict": {"steps": [], attribute: 1}}]})
        refused(saved, f"attribute '{attribute}'")


def test_parameters_of_what_is_fitted_are_those_that_fit_takes(path):
    textvec.save(TfidfWeighting().fit([[1, 2]]), path)
    tree = members_of(path)[0]["object"]
    tree["object"][1]["dict"]["tf"] = 2**64
    forge(path, tree)
    refused(path, "The 'tf' parameter of TfidfWeighting must be")
    textvec.save(TfidfVectorizer().fit(["hot soup"]), path)
    tree = members_of(path)[0]["object"]
    tree["object"][1]["dict"]["_tfidf"]["object"][1]["dict"]["norm"] = "l3"
    forge(path, tree)
    refused(path, "The 'norm' parameter of TfidfTransformer must be")


@pytest.mark.parametrize(
    ("estimator", "attribute"),
    [(estimator, attribute) for estimator, attributes in FITTED for attribute in attributes],
    ids=str,
)
def test_what_is_fitted_has_all_that_fit_learns(estimator, attribute, path):
    textvec.save(estimator, path)
    tree = members_of(path)[0]["object"]
    del tree["object"][1]["dict"][attribute]
    forge(path, tree)
    refused(path, f"it is fitted, but has no {attribute}")


def test_a_choice_of_output_is_a_dict(path):
    textvec.save(CountVectorizer().set_output(transform="pandas_sparse").fit(["hot soup"]), path)
    tree = members_of(path)[0]["object"]
    tree["object"][1]["dict"]["_sklearn_output_config"] = "pandas_sparse"
    forge(path, tree)
    refused(path, "_sklearn_output_config, what set_output chose, is no dict")


def test_counts_of_features_that_are_none(path):
    textvec.save(HashingVectorizer(keep_names=True).fit(["hot soup"]), path)
    tree = members_of(path)[0]["object"]
    tree["object"][1]["dict"]["feature_counts_"] = 0.5
    forge(path, tree)
    refused(path, "feature_counts_ must be counts")


def test_arrays_of_objects_are_not_unpickled(saved):
    forge(saved, _0_npy=npy(np.array([Evil()]), allow_pickle=True))
    refused(saved, "'0.npy' is no array .* of type object, which only a pickle can hold")
    forge(saved, {"array": "0.npy"}, _0_npy=npy(np.zeros(2, "i,O"), allow_pickle=True))
    refused(saved, "'0.npy' is no array .* which only a pickle can hold")
    forge(saved, {"array": "0.npy"}, _0_npy=npy(np.zeros(2, "i,f")))
    refused(saved, "which a file of textvec.save does not hold")
    forge(saved, {"array": "0.npy"}, _0_npy=npy(["a"])[:-4] + b"\xff\xff\xff\x7f")
    refused(saved, "holds values that its type <U1 does not have")
    forge(saved, {"array": "0.npy"}, _0_npy=npy([True])[:-1] + b"\x02")
    refused(saved, "holds values that its type bool does not have")
    assert not Evil.ran


def test_types_that_nobody_trusts(path):
    name = f"{__name__}.Foreign"
    textvec.save(make_pipeline(CountVectorizer(), Foreign()), path)
    refused(path, rf"not known to be harmless: {name}.*trusted=\['{name}'\]")
    assert textvec.load(path, trusted=[name])[1].x == 1
    assert textvec.load(path, trusted=name)[1].x == 1
    with pytest.raises(ValueError, match="not known"):
        textvec.load(path, trusted=["other.Type"])
    textvec.save(Evil(), path)
    refused(path, "Evil")
    assert not Evil.ran


def test_parts_of_skops_that_are_none(path):
    textvec.save(LinearSVC(), path)
    forge(path, **{"_0_skops": b"nothing"})
    refused(path, "not what skops writes")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 10**7)
    forge(path, **{"_0_skops": file.getvalue()})
    refused(path, "compressed")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("schema.json", "{}")
    forge(path, **{"_0_skops": file.getvalue()})
    refused(path, "not what skops writes")


@pytest.mark.parametrize(
    "tree",
    [
        *[{}, {"dict": {}, "tuple": []}, {"nonsense": 1}, {"tuple": 1}, {"dict": []}, {"set": 3}, {"set": [[]]}],
        *[{"pairs": [[1], [1, 2]]}, {"pairs": [[[1]], [1]]}, {"same": 0}, {"same": -1}, {"slice": [1]}],
        *[{"range": [0, 1, 0]}, {"float": "1"}, {"scalar": ["<f8", "x"]}, {"scalar": ["<f8", []]}, {"dtype": "O"}],
        *[{"dtype": 3}, {"path": 1}, {"objects": [[3], [1]]}, {"objects": [[-1, -1], [1]]}, {"objects": 1}],
        *[{"strings": ["0.npy"]}, {"strings": ["0.npy", "0.npy"]}, {"numbers": 1}, {"numbers": "0.npy"}],
        *[{"array": "manifest.json"}, {"foreign": "0.npy"}, [{"array": "0.npy"}, {"array": "0.npy"}]],
        *[{"object": ["Words", {"dict": {}}]}, {"object": ["Words", 3]}, {"object": ["NGrams", {"tuple": [1]}]}],
        *[{"object": ["CountVectorizer", 3]}, {"object": ["CountVectorizer", {"dict": {"ngrams_": 1}}]}],
        *[{"object": ["Pipeline", {"dict": {}}]}, {"object": [["CountVectorizer"], {"dict": {}}]}, {"object": 1}],
    ],
    ids=str,
)
def test_trees_that_mean_nothing(tree, saved):
    forge(saved, tree, _0_npy=npy(np.zeros(2, np.int8)))
    refused(saved, "cannot be loaded")


def test_a_tree_that_is_too_deep(saved):
    tree = 1
    for _ in range(200):
        tree = [tree]
    forge(saved, tree)
    refused(saved, "nested too deep")


def arrays_of(path):
    _, members = members_of(path)
    return {name: np.load(io.BytesIO(data)) for name, data in members.items() if name.endswith(".npy")}


@pytest.mark.parametrize("change", ["larger", "negative", "shorter", "longer", "doubled", "wider", "backwards"])
@pytest.mark.parametrize(
    "estimator",
    [
        CountVectorizer(ngram_range=(1, 2)),
        TfidfVectorizer(ngram_range=(1, 2)),
        OneHotVectorizer(),
        SequenceEncoder(),
        Phrases(min_count=2, threshold=0.1),
        EmbeddingVectorizer(WORD2VEC, pooling="sif"),
        make_pipeline(Tokenizer(), HashingVectorizer(n_features=99, keep_names=True)),
        make_pipeline(CountVectorizer(), BM25Weighting()),
    ],
    ids=lambda e: f"{e!r:.40}".replace("\n", ""),
)
def test_numbers_that_would_lead_a_kernel_astray(estimator, change, messages, path):
    """Each array in a file is refused when it is changed, or does no harm: results, or a Python error."""
    textvec.save(clone(estimator).fit(messages), path)
    original, refusals = path.read_bytes(), 0
    for name, array in arrays_of(path).items():
        path.write_bytes(original)
        changed = array.copy()
        if change in ("larger", "negative") and array.size and array.dtype.kind in "iuf":
            extreme = np.iinfo(array.dtype) if array.dtype.kind in "iu" else np.finfo(array.dtype)
            changed.flat[array.size // 2] = extreme.max if change == "larger" else extreme.min
        changed = {
            "shorter": changed[:-1],
            "longer": np.concatenate([changed, changed[-1:]]),
            "doubled": np.repeat(changed, 2, axis=0),
            "wider": changed[:, None],
            "backwards": changed[::-1].copy(),
        }.get(change, changed)
        forge(path, **{"_" + name.replace(".", "_"): npy(changed)})
        loaded, _ = outcome(textvec.load, path)
        if isinstance(loaded, Exception):
            assert str(path) in str(loaded)
            refusals += 1
        else:
            result, _ = outcome(loaded.transform, messages)
            assert not isinstance(result, Exception) or type(result) in (ValueError, TypeError, IndexError), result
    assert refusals or change == "longer"


@pytest.mark.parametrize(
    ("words", "rows", "columns", "message"),
    [
        (["a", "b"], [[0, 1], [2, -1]], None, "codes of words that are not there"),
        (["a", "b"], [[0, 1], [-2, -1]], None, "codes of words that are not there"),
        (["a", "b"], [[1, -1], [0, 1]], None, "not sorted"),
        (["a", "b"], [[0, 1], [0, 1]], None, "not sorted"),
        (["a", "b"], [[-1, 0], [0, 1]], None, "words after its ends"),
        (["b", "a"], [[0, 1]], None, "words are not sorted"),
        (["a", "a"], [[0, 1]], None, "words are not sorted"),
        (["a", "b"], [[0, 1]], [1], "every number once"),
        (["a", "b"], [[0, -1], [0, 1]], [0, 0], "every number once"),
        (["a", "b"], [[0, -1], [0, 1]], [-1, 0], "every number once"),
        (["a", "b"], [[0, -1], [0, 1]], [0], "must be an array of int32"),
        (["a", "b"], [0, 1], None, "must be an array of int8"),
        (["a", "b"], [[0], [1]], [0, 2**31 - 1], "columns must have every number once"),
    ],
)
def test_terms_must_be_sorted_and_made_of_words(words, rows, columns, message, saved):
    writer_tree = {"object": ["Words", {"dict": {"words": words}}]}
    columns_tree = None if columns is None else {"array": "1.npy"}
    tree = {"object": ["NGrams", {"tuple": [writer_tree, {"array": "0.npy"}, columns_tree, " "]}]}
    forge(saved, tree, _0_npy=npy(np.array(rows, np.int8)), _1_npy=npy(np.array(columns or [], np.int32)))
    refused(saved, message)


def test_columns_of_terms_take_no_memory_before_they_are_checked(saved):
    words = {"object": ["Words", {"dict": {"words": ["a", "b"]}}]}
    tree = {"object": ["NGrams", {"tuple": [words, {"array": "0.npy"}, {"array": "1.npy"}, " "]}]}
    forge(saved, tree, _0_npy=npy(np.array([[0], [1]], np.int8)), _1_npy=npy(np.array([0, 2**26], np.int32)))
    tracemalloc.start()
    try:
        refused(saved, "columns must have every number once")
        assert tracemalloc.get_traced_memory()[1] < 2**24  # a number for each column would be 2**29 bytes
    finally:
        tracemalloc.stop()


def test_weights_must_be_as_many_as_terms(messages, path):
    vectorizer = TfidfVectorizer().fit(messages)
    vectorizer.idf_ = vectorizer.idf_ * 2
    weights = vectorizer._tfidf.idf_
    vectorizer._tfidf.idf_ = weights[:, None]
    textvec.save(vectorizer, path)
    refused(path, "idf_ must be an array of float64 or float32 of shape")
    vectorizer._tfidf.idf_ = weights[:-1]  # as after a change of vocabulary_, which can be put right
    textvec.save(vectorizer, path)
    with pytest.raises(ValueError, match="TfidfTransformer is expecting"):
        textvec.load(path).transform(messages)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"_joined": np.array([1], np.int32)}, "_joined has no name"),
        ({"_joined": np.array([-2], np.int32)}, "_joined has no name"),
        ({"_joined": np.array([0, 0], np.int32)}, "_joined must be an array of int32 of shape"),
        ({"_keys": np.zeros(2, np.int64), "_joined": np.zeros(2, np.int32)}, "_keys has one twice"),
        ({"_code_of": {"a": 0, "b": 2}}, "_code_of has gaps"),
        ({"_names": ["a", "a"]}, "_names holds a string more than once"),
    ],
    ids=str,
)
def test_phrases_must_have_names(changed, message, path):
    phrases = Phrases(min_count=1, threshold=0.01).fit([["a", "b"]] * 9)
    vars(phrases._joiner).update(changed)
    textvec.save(phrases, path)
    refused(path, message)


def test_parameters_of_the_wrong_type(saved, messages):
    """They are errors of Python when the estimator is used, as if they had been given to the constructor."""
    manifest, _ = members_of(saved)
    for name in ("ngram_range", "analyzer", "token_pattern", "stop_words", "dtype", "norm", "strip_accents"):
        for wrong in (3, {"tuple": [2, 1]}, {"object": ["Words", {"dict": {"words": []}}]}, {"function": "list"}):
            tree = json.loads(json.dumps(manifest["object"]))
            tree["object"][1]["dict"][name] = wrong
            forge(saved, tree)
            result, _ = outcome(lambda: textvec.load(saved).transform(messages))
            assert not isinstance(result, Exception) or isinstance(result, ValueError | TypeError | AttributeError)


def test_another_release_of_scikit_learn_warns(messages, labels, path):
    textvec.save(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(messages, labels), path)
    manifest, _ = members_of(path)
    assert manifest["made_by"].keys() >= {"python", "textvec", "numpy", "sklearn"}
    for name in ("Pipeline", "TfidfTransformer"):
        tree = json.loads(json.dumps(manifest["object"]))
        state = tree["object"][1]["dict"]
        if name == "TfidfTransformer":
            state = state["steps"][0]["tuple"][1]["object"][1]["dict"]["_tfidf"]["object"][1]["dict"]
        state["_sklearn_version"] = "1.0"
        forge(path, tree)
        with pytest.warns(InconsistentVersionWarning, match=f"unpickle estimator {name} from version 1.0"):
            textvec.load(path)


def test_an_older_file_has_defaults_for_new_parameters(saved):
    manifest, _ = members_of(saved)
    del manifest["object"]["object"][1]["dict"]["missing"]
    forge(saved, manifest["object"])
    assert textvec.load(saved).missing == "error"
