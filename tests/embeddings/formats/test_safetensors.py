"""Tables over word pieces: every array is as long as its header says, and belongs to the tokenizer beside it."""

import gzip
import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer as Theirs

import textvec
from support.pieces import PIECES, TEXTS, random_table, with_header, word_pieces, write_model
from textvec import EmbeddingVectorizer, WordVectors
from textvec.embeddings.formats import _safetensors

N = len(PIECES)
TABLE = random_table(N)


def static_embedding(folder, texts):
    """Return what sentence-transformers' StaticEmbedding computes: the mean over all pieces, and 0 of none."""
    tokenizer, table = Theirs.from_file(str(folder / "tokenizer.json")), load_file(folder / "model.safetensors")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    rows = [table["embedding.weight"][each.ids] for each in tokenizer.encode_batch(texts, add_special_tokens=False)]
    return np.array([row.mean(axis=0) if len(row) else row.sum(axis=0) for row in rows])


def model2vec(folder, texts):
    """Return what model2vec 0.10 computes, `StaticModel.encode`: means of weighted rows, without the unknown piece."""
    tokenizer, arrays = Theirs.from_file(str(folder / "tokenizer.json")), load_file(folder / "model.safetensors")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    made = []
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        ids = [i for i in encoded.ids if i != tokenizer.token_to_id("[UNK]")]
        rows = arrays["embeddings"][arrays["mapping"][ids] if "mapping" in arrays else ids].astype(float)
        rows = rows * arrays["weights"][ids][:, None] if "weights" in arrays else rows
        made.append(rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1]))
    return np.array(made)


def encoded(vectors, texts=TEXTS, **options):
    with pytest.warns(UserWarning, match="1 of 4 documents hold no word"):
        return EmbeddingVectorizer(vectors, **options).fit_transform(texts)


def test_static_embedding(tmp_path):
    folder = write_model(tmp_path / "model")
    for path in (folder, str(folder), folder / "model.safetensors"):
        vectors = WordVectors.read(path)
        assert vectors.words.tolist() == PIECES
        np.testing.assert_array_equal(vectors.vectors, TABLE)
        np.testing.assert_allclose(encoded(vectors), static_embedding(folder, TEXTS), atol=1e-6)
    write_model(tmp_path / "sbert" / "0_StaticEmbedding")
    np.testing.assert_array_equal(WordVectors.read(tmp_path / "sbert").vectors, TABLE)


@pytest.mark.parametrize("weights", [None, np.float32, np.float64])
@pytest.mark.parametrize("mapping", [None, np.int32, np.uint16, np.int64])
def test_model2vec(weights, mapping, tmp_path):
    rng = np.random.default_rng(1)
    arrays = {"embeddings": TABLE if mapping is None else TABLE[:4]}
    arrays |= {} if weights is None else {"weights": rng.random(N).astype(weights)}
    arrays |= {} if mapping is None else {"mapping": rng.integers(0, 4, N).astype(mapping)}
    folder = write_model(tmp_path, **arrays)
    vectors = WordVectors.read(folder)
    assert "[UNK]" not in vectors
    assert len(vectors) == N - 1
    np.testing.assert_allclose(encoded(vectors), model2vec(folder, TEXTS), atol=1e-6)


def test_types_of_numbers(tmp_path):
    for dtype, expected in ((np.float16, np.float16), (np.float64, np.float64), (np.int8, np.float32)):
        folder = write_model(tmp_path, **{"embedding.weight": (10 * TABLE).astype(dtype)})
        vectors = WordVectors.read(folder).vectors
        assert vectors.dtype == expected
        np.testing.assert_array_equal(vectors, (10 * TABLE).astype(dtype))
    assert WordVectors.read(folder, dtype="float64").vectors.dtype == np.float64
    half = TABLE.view(np.uint32) >> 16  # the first half of each float32
    header = {"embedding.weight": {"dtype": "BF16", "shape": [N, 6], "data_offsets": [0, 12 * N]}}
    with_header(tmp_path / "model.safetensors", header, half.astype("<u2").tobytes())
    vectors = WordVectors.read(folder).vectors
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors.view(np.uint32), half << 16)


def test_some_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(_safetensors, "_BYTES_PER_BLOCK", 50)  # two rows
    folder = write_model(tmp_path)
    np.testing.assert_array_equal(WordVectors.read(folder).vectors, TABLE)
    assert WordVectors.read(folder, limit=5).words.tolist() == PIECES[:5]
    some = WordVectors.read(folder, words=["bee", "nonsense", "##s"])
    assert some.words.tolist() == ["bee", "##s"]
    np.testing.assert_array_equal(some.vectors, TABLE[5:7])
    assert some.pieces == WordVectors.read(folder).select(["bee"]).pieces
    with pytest.raises(ValueError, match=r"cannot be memory-mapped: the format 'safetensors' .* 'numpy' does"):
        WordVectors.read(folder, mmap=True)


def test_saved_with_its_tokenizer(tmp_path):
    vectors = WordVectors.read(write_model(tmp_path / "model"))
    textvec.save(vectors, tmp_path / "v.textvec")
    shutil.rmtree(tmp_path / "model")
    np.testing.assert_array_equal(encoded(textvec.load(tmp_path / "v.textvec")), encoded(vectors))
    with pytest.warns(UserWarning, match=r"'numpy' holds no tokenizer: .* textvec\.save keeps both"):
        vectors.write(tmp_path / "v.npy")
    assert WordVectors.read(tmp_path / "v.npy").pieces is None


def test_a_tokenizer_that_does_not_belong_to_it(tmp_path):
    folder = write_model(tmp_path, **{"embedding.weight": TABLE[:-1]})
    with pytest.raises(ValueError, match=r"belong to each other: 'embedding.weight' has 10 rows, and the tokenizer 11"):
        WordVectors.read(folder)
    write_model(tmp_path, **{"embedding.weight": random_table(N + 5)})
    with pytest.raises(ValueError, match=r"has 16 rows, and the tokenizer 11 pieces\. Take both from the same model"):
        WordVectors.read(folder)
    write_model(tmp_path, embeddings=TABLE, weights=np.ones(N - 1, np.float32))
    with pytest.raises(ValueError, match="'weights' has 10 rows"):
        WordVectors.read(folder)
    write_model(tmp_path, embeddings=TABLE[:3], mapping=np.arange(N))
    with pytest.raises(ValueError, match="'mapping': expected rows of the 3 of 'embeddings', but it has others"):
        WordVectors.read(folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"vectors of word pieces, and there is no file tokenizer\.json"):
        WordVectors.read(folder)


def test_what_is_more_than_a_table(tmp_path):
    folder = write_model(tmp_path, **{"encoder.layer.0.weight": TABLE})
    with pytest.raises(ValueError, match=r"an array named 'embedding.weight' or 'embeddings', but it has 'encoder"):
        WordVectors.read(folder)
    write_model(tmp_path, **{"embedding.weight": TABLE[0]})
    with pytest.raises(ValueError, match=r"expected numbers in 2 dimensions, but it is 'F32' of shape \[6\]"):
        WordVectors.read(folder)
    write_model(tmp_path, **{"embedding.weight": np.where(np.equal(TABLE, TABLE[3, 2]), np.nan, TABLE)})
    with pytest.raises(ValueError, match="the row of piece 3: expected finite numbers of type float32, but number 3"):
        WordVectors.read(folder)
    path = tmp_path / "m.safetensors.gz"
    path.write_bytes(gzip.compress((folder / "model.safetensors").read_bytes()))
    with pytest.raises(ValueError, match="is a compressed safetensors file"):
        WordVectors.read(path)


ABOUT = {"dtype": "F32", "shape": [N, 6], "data_offsets": [0, 24 * N]}


@pytest.mark.parametrize(
    "about",
    [
        ABOUT | {"data_offsets": [0, 24 * N + 24]},
        ABOUT | {"data_offsets": [-8, 24 * N - 8]},
        ABOUT | {"data_offsets": [24 * N, 0]},
        ABOUT | {"data_offsets": [0.0, 24.0 * N]},
        ABOUT | {"data_offsets": None},
        ABOUT | {"shape": [10**12, 6], "data_offsets": [0, 24 * 10**12]},
        ABOUT | {"shape": [2**62, 4], "data_offsets": [0, 0]},
        ABOUT | {"shape": [-N, -6]},
        ABOUT | {"shape": [N, 0], "data_offsets": [0, 0]},
        ABOUT | {"shape": [True, 6 * N]},
        ABOUT | {"shape": "ab"},
        ABOUT | {"dtype": "U16"},
        ABOUT | {"dtype": ["F32"]},
        {"dtype": "F32"},
        [],
        None,
    ],
)
def test_headers_that_are_wrong(about, tmp_path):
    folder = write_model(tmp_path)
    with_header(folder / "model.safetensors", {"embedding.weight": about}, TABLE.tobytes())
    with pytest.raises(ValueError, match=r"model\.safetensors"):
        WordVectors.read(folder, "safetensors")


def test_lengths_of_headers(tmp_path):
    folder = write_model(tmp_path)
    header = json.dumps({"embedding.weight": ABOUT}).encode()
    file = with_header(folder / "model.safetensors", header + b" " * (640 - len(header)), TABLE.tobytes())
    assert file.read_bytes().startswith(b"\x80\x02")  # as a pickle does
    np.testing.assert_array_equal(WordVectors.read(folder).vectors, TABLE)
    for length in (len(header) + 10**4, 2**40, 2**64 - 1, 3):
        with_header(file, header, TABLE.tobytes(), length)
        with pytest.raises(ValueError, match=r"model\.safetensors"):
            WordVectors.read(folder, "safetensors")
    for text in (b"{" * 50_000, b"[]", b"\xff", b""):
        with_header(file, text)
        with pytest.raises(ValueError, match=r"model\.safetensors"):
            WordVectors.read(folder, "safetensors")


def test_shared_rows_take_no_memory_without_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(_safetensors, "_FREE_BYTES", 0)
    monkeypatch.setattr(_safetensors, "_MAX_RATIO", 2)
    folder = write_model(tmp_path, embeddings=random_table(1, 500), mapping=np.zeros(N, np.int64))
    with pytest.raises(ValueError, match=r"which share rows, would take 20,000: no table does\. limit= or words="):
        WordVectors.read(folder)
    assert len(WordVectors.read(folder, words=["bee"])) == 1


def test_cut_by_words_by_mistake(tmp_path):
    vectors = WordVectors.read(write_model(tmp_path, word_pieces()))
    assert "bee" in vectors
    with pytest.raises(ValueError, match=r"are those of word pieces, but Tokenizer\(\) cut the documents into others"):
        EmbeddingVectorizer(vectors).fit(textvec.Tokenizer().transform(TEXTS))
