"""Files of `textvec.save`, damaged and forged: refused by name, or what was saved.

Every part of a file has a checksum: what is loaded from a file with any damage answers what was saved. A forged file
has checksums that fit, and may be anything: it never ends Python, nor takes memory that its size does not explain.
"""

import io
import json
import traceback
import zipfile
from hashlib import sha256

import numpy as np
from sklearn.exceptions import NotFittedError

import textvec
from fuzz import mutations
from fuzz.harness import Kind, Refused, refused_by_name, require
from support.archives import members_of, npy, write
from support.make_saved_files import agree, ask, describe
from support.paths import ROOT

SAVED = ROOT / "tests" / "saved"
MEGABYTES = 256  # many times what the largest of the files takes


def prepare(folder):
    """Return files of old versions, and the same saved by this one, with what they must answer."""
    cases = []
    for version in sorted(path.parent for path in SAVED.glob("*/expected.json")):
        expected = json.loads((version / "expected.json").read_text(encoding="utf-8"))["files"]
        for name, about in expected.items():
            textvec.save(textvec.load(version / name), folder / name)
            cases += [(path, about) for path in (version / name, folder / name)]
    for path, about in cases:
        _use(textvec.load(path), about["answers"])  # compiles, and reads what is read once
    return cases


def attempt(rng, cases, scratch):
    original, about = rng.choice(cases)
    answers = about["answers"]
    path = scratch / original.name
    forged = rng.random() < 0.6
    if forged:
        _forge(rng, original, path, [case[0] for case in cases])
    elif rng.random() < 0.1:
        path.write_bytes(mutations.other_content(rng))
    else:
        path.write_bytes(mutations.mutated(rng, original.read_bytes()))
    with refused_by_name(path):
        loaded = textvec.load(path)
    if forged and type(loaded).__name__ != about["class"]:
        return  # plain data, or another class of those that can be saved
    if not forged:
        different = _use(loaded, answers)
        require(not different, f"{original.name} is damaged, is loaded, and {different} gives something else")
        return
    with refused_by_name(also=(NotFittedError, UnicodeEncodeError)):  # of a parameter that is no text
        try:
            _use(loaded, answers)
            textvec.save(loaded, scratch / "again.textvec")
        except (AttributeError, LookupError) as error:
            if not _of_scikit_learn(error):
                raise
            raise Refused(str(error)) from error


def _use(loaded, answers):
    """Ask all that there is to ask; return the first question whose answer is not the right one."""
    for answer in answers:
        found, gave = describe(ask(loaded, answer["ask"], answer["given"])), answer["gives"]
        rtol = 1e-6 if gave.get("dtype") in ("float16", "float32") else 1e-12
        if not agree(found, gave, rtol):
            return answer["ask"]
    return None


def _of_scikit_learn(error):
    """Tell whether scikit-learn met what it cannot work with, or there is no such attribute to ask for.

    scikit-learn checks the parts of a pipeline when they are used.
    """
    last = traceback.extract_tb(error.__traceback__)[-1]
    return "/sklearn/" in last.filename or last.name == ask.__name__


def _forge(rng, original, path, others):
    """Write a file with other content, and with checksums that fit."""
    manifest, members = members_of(original)
    tree, name = manifest["object"], rng.choice(sorted(members)) if members else None
    how = rng.randrange(6) if name else 0
    if how <= 1:
        tree = mutations.mutated_json(rng, {"object": tree}).get("object")
    elif how == 2:
        members[name] = mutations.mutated(rng, members[name])
    elif how == 3 and name.endswith(".npy"):
        members[name] = npy(_other_array(rng, members[name]))
    elif how == 4:
        _, foreign = members_of(rng.choice(others))
        members[name] = rng.choice(sorted(foreign.values(), key=len)) if foreign else b""
    elif name.endswith(".skops"):
        members[name] = _other_skops(rng, members[name])
    else:
        members[name] = mutations.other_content(rng)
    manifest["object"] = tree
    manifest["members"] = {
        name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in members.items()
    }
    if rng.random() < 0.1:
        manifest = mutations.mutated_json(rng, manifest)
    write(path, json.dumps(manifest) if rng.random() > 0.02 else "[" * mutations.DEEP, members)


def _other_array(rng, data):
    """Return an array with other numbers, of another type or of another shape."""
    array = np.load(io.BytesIO(data), allow_pickle=False)
    how = rng.randrange(5)
    with np.errstate(all="ignore"):
        if how == 0 and array.size:
            array = array.copy()
            number = rng.choice([*mutations.NUMBERS, float("nan"), float("inf"), 1e-300])
            array.flat[rng.randrange(array.size)] = np.array(number).astype(array.dtype)
        elif how == 1:
            kinds = [np.int8, np.int32, np.int64, np.float32, np.float64, bool, "<U3", ">f8"]
            array = array.astype(rng.choice(kinds if array.dtype.kind not in "US" else ["<U3", "<U1"]))
        elif how == 2:
            array = array[: rng.randrange(len(array) + 1)] if array.ndim else array.reshape(1)
        elif how == 3:
            array = array.reshape(rng.choice([(-1,), (1, -1), (-1, 1)]))
        else:
            array = array[::-1] if array.ndim else -array
    return array


def _other_skops(rng, data):
    """Return an archive of skops with a changed schema, or a member that inflates to much more than it takes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inner = {name: archive.read(name) for name in archive.namelist()}
    how, name = rng.randrange(4), rng.choice(sorted(inner))
    if how <= 1:
        inner["schema.json"] = json.dumps(mutations.mutated_json(rng, json.loads(inner["schema.json"]))).encode()
    elif how == 2:
        inner[name] = mutations.mutated(rng, inner[name])
    else:
        name = rng.choice(sorted(each for each in inner if each != "schema.json") or ["x.npy"])
        inner[name] = npy(np.zeros(10))
    bomb = rng.random() < 0.1
    file = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if bomb else rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(file, "w", how, compresslevel=1) as archive:
        for each, content in inner.items():
            with archive.open(each, "w") as member:
                if bomb and each == name:
                    _write_bomb(member)
                else:
                    member.write(content)
    return file.getvalue()


def _write_bomb(member):
    """Write an array of zeros, which is small when it is compressed and takes more memory than there is."""
    header = io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (2**17 * 2 * MEGABYTES,)}
    np.lib.format.write_array_header_1_0(header, shape)
    member.write(header.getvalue())
    for _ in range(2 * MEGABYTES):
        member.write(bytes(2**20))


KIND = Kind(prepare, attempt, short=100, megabytes=MEGABYTES)
