"""Small tokenizers of word pieces, and tables over their pieces as model2vec and others write them."""

import json

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "bee", "##s", "make", "hon", "##ey", "."]
TEXTS = ["The bees make honey.", "", "BEE bee zebra", "[SEP] honey"]


def word_pieces(**options):
    """Return a tokenizer that lower-cases, marks both ends of a text, pads and cuts short, if it is let."""
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", **options))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    return tokenizer


def write_model(folder, tokenizer=None, **arrays):
    """Write a table and its tokenizer, and return the folder; by default one of random numbers."""
    folder.mkdir(exist_ok=True, parents=True)
    tokenizer = word_pieces() if tokenizer is None else tokenizer
    tokenizer.save(str(folder / "tokenizer.json"))
    arrays = arrays or {"embedding.weight": random_table(tokenizer.get_vocab_size())}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / "model.safetensors")
    return folder


def random_table(n_rows, n_dimensions=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n_rows, n_dimensions)).astype(np.float32)


def with_header(path, header, data=b"", length=None):
    """Write a safetensors file with any header, bytes or an object, that may say any length of itself."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(header) if length is None else length).to_bytes(8, "little") + header + data)
    return path
