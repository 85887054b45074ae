"""Random changes: of bytes, of files in a folder, of JSON. What an accident, another program or an attacker may do."""

import io
import json
import os
import shutil
import struct
import zipfile

import numpy as np

# Numbers that overflow, wrap around, or are the first past some limit.
NUMBERS = [0, 1, -1, 2, 7, 255, 2**15, 2**31 - 1, 2**31, 2**32, 3 * 10**8, 4000, 2**40, 2**62, 2**63 - 1, -(2**63)]
VALUES = [
    None, True, False, *NUMBERS, 2**64, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "x", "\x00",
    "\ud800", "../x", "/etc/passwd", "segment-1-0", "9" * 5000, "é" * 300, [], {}, [[]], [None], {"": None}, [0] * 1000,
]  # fmt: skip
DEEP = 20_000  # brackets, more than a recursive parser has room for


def mutated(rng, data):
    """Return bytes changed in one to three places, or in size."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        data = rng.choice(_CHANGES)(rng, bytearray(data))
    return bytes(data)


def _flip(rng, data):
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def _set(rng, data):
    if data:
        data[rng.randrange(len(data))] = rng.choice([0, 0xFF, 0x0A, 0x20, 0x80, rng.randrange(256)])
    return data


def _cut(rng, data):
    return data[: rng.randrange(len(data) + 1)]


def _grow(rng, data):
    return data + rng.choice([b"\x00", b"\n", b"x" * 100, b"\xff" * 4096, bytes(data[:500])])


def _drop(rng, data):
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.choice([1, 2, 8, 100])]
    return data


def _repeat(rng, data):
    start = rng.randrange(len(data) + 1)
    data[start:start] = data[start : start + rng.choice([1, 8, 100])]
    return data


def _blank(rng, data):
    start, n = rng.randrange(len(data) + 1), rng.choice([4, 8, 64, 512])
    data[start : start + n] = bytes(len(data[start : start + n]))
    return data


def _number(rng, data):
    """Write a number where one may stand."""
    kind = rng.choice(["<i", "<q", ">i", "<q"])
    size = struct.calcsize(kind)
    if len(data) >= size:
        start = rng.randrange(len(data) - size + 1) // size * size
        data[start : start + size] = _packed(kind, rng.choice(NUMBERS))
    return data


def _shift(rng, data):
    """Add to some numbers in a row, as to the offsets of a column."""
    kind, size = rng.choice([("<i4", 4), ("<i8", 8)])
    n = rng.choice([1, 2, 4, 16])
    start = rng.randrange(len(data) + 1) // 8 * 8
    numbers = np.frombuffer(bytes(data[start : start + n * size]).ljust(n * size, b"\0"), kind)
    with np.errstate(all="ignore"):
        changed = (numbers + np.array(rng.choice([1, -1, 4000, 3 * 10**8])).astype(kind)).astype(kind).tobytes()
    end = min(start + n * size, len(data))
    data[start:end] = changed[: end - start]
    return data


def _digits(rng, data):
    """Put another number where digits stand, as in the head of a text file or an array."""
    places = [i for i, byte in enumerate(data[:2000]) if 48 <= byte < 58]
    if places:
        place = rng.choice(places)
        data[place : place + 1] = str(rng.choice(NUMBERS)).encode()
    return data


def _packed(kind, number):
    bits = 8 * struct.calcsize(kind)
    return struct.pack(kind, (number + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1))


_CHANGES = [_flip, _flip, _set, _cut, _grow, _drop, _repeat, _blank, _number, _number, _shift, _digits]


def mutated_json(rng, tree):
    """Return JSON with a value, or the name of one, changed, removed, repeated, or put where another stands."""
    tree = json.loads(json.dumps(tree))
    places = list(_places(tree))
    for _ in range(rng.choice([1, 1, 2])):
        within, key = rng.choice(places)
        how = rng.randrange(6)
        if how == 0 and isinstance(within, dict):
            within.pop(key, None)
        elif how == 1 and isinstance(within, dict) and key in within:
            within[rng.choice(["", "x", f"{key}x", "name", "file"])] = within.pop(key)
        elif how == 2:
            other, place = rng.choice(places)
            if isinstance(other, dict) or (isinstance(other, list) and place < len(other)):
                _put(within, key, json.loads(json.dumps(other.get(place) if isinstance(other, dict) else other[place])))
        elif how == 3 and isinstance(within, list):
            within.insert(key, rng.choice(VALUES))
        else:
            _put(within, key, rng.choice(VALUES))
    return tree


def _put(within, key, value):
    if isinstance(within, dict) or key < len(within):
        within[key] = value


def _places(tree):
    """Yield each place of a value: the dict or list that holds it, and its key there."""
    for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def other_content(rng):
    """Return what another kind of file holds."""
    return rng.choice(_OTHERS)()


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY")
    return file.getvalue()


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


_OTHERS = [
    bytes,
    _zip,
    lambda: _npy(np.arange(3.0)),
    lambda: _npy(np.array(["a", "b"])),
    lambda: _npy(np.zeros((2, 2, 2), np.int8)),
    lambda: b"[" * DEEP,
    lambda: b'{"a":' * DEEP,
    lambda: b"\x80\x04N.",
    lambda: b"\x1f\x8b\x08\x00" + bytes(20),
    lambda: b"\xef\xbb\xbf{}",
    lambda: "word 1 2\n".encode("utf-16"),
    lambda: b"\x93NUMPY\x01\x00\x40\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"(" * 13,
    lambda: b"ARROW1\x00\x00" + bytes(64) + b"ARROW1",
    lambda: bytes(10_000),
]


def replace_by_another_thing(rng, path, scratch):
    """Put a folder, a link, a file of another kind, or nothing, where a file is."""
    how = rng.randrange(6)
    if how == 0:
        path.unlink()
    elif how == 1:
        path.unlink()
        path.mkdir()
    elif how == 2:
        path.unlink()
        path.symlink_to(scratch / "nowhere")
    elif how == 3:
        path.unlink()
        os.mkfifo(path)
    else:
        path.write_bytes(other_content(rng))


def swap(a, b):
    """Exchange two files."""
    if a == b:
        return
    kept = a.with_name(a.name + ".kept")
    shutil.move(a, kept)
    shutil.move(b, a)
    shutil.move(kept, b)
