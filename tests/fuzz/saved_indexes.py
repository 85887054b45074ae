"""Folders of saved indexes, damaged and forged: named, or answered as before, and never written anew as if whole.

- `verify` finds any file that is not what was written.
- Whatever is damaged, opening, searching, explaining and changing an index ends in an error that names what is damaged,
  or in a result; never in a dead process, and never in memory that the size of the files does not explain.
- A change that was reported done opens again.
- Where `verify` is content after an index was compacted, it holds what it would hold had nothing been damaged.
- Strangers in the folder stay, and change nothing.
"""

import contextlib
import hashlib
import json
import shutil

from fuzz import mutations
from fuzz.harness import Finding, Kind, Refused, refused_by_name, require
from support.make_saved_files import (
    INDEXES,
    LABELS,
    MORE,
    NEW,
    TEXTS,
    _word_vectors,
    as_given,
    letters,
    without_documents,
)
from support.saved_indexes import every_file
from textvec import BM25Index, Chunker, CosineIndex, CountVectorizer, EmbeddingVectorizer, HybridIndex, VectorIndex
from textvec.index import open_index
from textvec.index.storage import schema

STRANGERS = [
    ".DS_Store",
    "Thumbs.db",
    ".nfs0001",
    "extra.npy",
    "notes.tmp",
    "own.tmp/kept",
    "segment-x",
    "a/b/deep.npy",
]


def of_two_segments(index):
    """Return what saves an index of texts with an addition and a deletion, and tells what to do with it."""

    def make(folder):
        index.fit(TEXTS, metadata={"topic": LABELS}).save(folder)
        opened = open_index(folder).add(MORE).delete(2)
        searches = [("texts", NEW, {"k": 4}), ("texts", NEW[:1], {"where": {"topic": "food"}})]
        return opened, {"given": "texts", "searches": searches, "explained": ("the hot soup", 0), "more": (MORE, None)}

    return make


def _hybrid(lexical, **params):
    return HybridIndex(lexical, CosineIndex(EmbeddingVectorizer(_word_vectors(), pooling="sif"), **params))


KINDS = INDEXES | {
    "index-dot": of_two_segments(VectorIndex(CountVectorizer(), metric="dot")),
    "index-bm25": of_two_segments(BM25Index(chunker=Chunker(by="words", size=3))),
    "index-frozen": of_two_segments(BM25Index(statistics="frozen", method="bm25+")),
    "index-hybrid": of_two_segments(_hybrid(None)),
    "index-hybrid-frozen": of_two_segments(_hybrid(BM25Index(statistics="frozen"), approximate=True)),
    "index-hybrid-cosines": of_two_segments(_hybrid(CosineIndex())),
}


def search(index, about, scratch):
    for kind, queries, options in about["searches"]:
        index.search(as_given(kind, queries), **options).to_dicts()


def search_by_id(index, about, scratch):
    index.search_by_id(about["ids"][0], k=3).to_dicts()


def explain(index, about, scratch):
    if about.get("explained"):
        index.explain(*about["explained"])._repr_html_()


def read_documents(index, about, scratch):
    assert index.info()
    assert [index[id_] for id_ in index]


def delete(index, about, scratch):
    used = {about["ids"][0], (about.get("explained") or [None])[-1]}
    index.delete(next(id_ for id_ in reversed(about["ids"]) if id_ not in used))


def update(index, about, scratch):
    index.update(as_given(about["given"], about["more"][0][:1]), ids=[about["ids"][0]])


def add(index, about, scratch):
    documents, ids = about["more"]
    index.add(as_given(about["given"], documents), ids=ids)


def compact(index, about, scratch):
    index.compact()


def save(index, about, scratch):
    index.save(scratch / "elsewhere")


READING = [search, search_by_id, explain, read_documents]
CHANGING = [delete, update, add, compact, compact]


def prepare(folder):
    """Return indexes of every kind of vectors, as saved, with what to do with them."""
    cases = []
    for name, make in KINDS.items():
        index, about = make(folder / name)
        about |= {"encoder": letters if name == "index-function" else None, "ids": list(index)}
        cases.append((folder / name, about))
        done_to_a_copy((folder / name, about), [*READING, delete, update, add, compact, save], folder / f"{name}.used")
    return cases


def attempt(rng, cases, scratch):
    original, about = case = rng.choice(cases)
    folder = scratch / "index"
    shutil.copytree(original, folder)
    steps = [*rng.sample(READING, rng.randrange(5)), *rng.sample(CHANGING, rng.randrange(4))]
    steps += rng.choice([[], [save], READING, [save, compact]])
    how = rng.choice(["bytes", "bytes", "files", "forged", "forged", "manifest", "strangers"])
    strangers = DAMAGE[how](rng, folder, rng.choice(cases)[0]) or []
    if how in ("bytes", "files"):
        check_verify(folder, original, about)
    refusal = done(folder, about, steps, scratch)
    if compact in steps and not refusal and how in ("bytes", "strangers"):
        with refused_by_name(folder, "The index is damaged"):
            left = state(folder, about)
            require(left == done_to_a_copy(case, steps, scratch / "whole"), "verify is content with another content")
    require(all((folder / name).exists() for name in strangers), "a file that is not the index's is gone")
    if refusal:
        require(how != "strangers", f"files that are not the index's: {refusal}")
        raise refusal


def check_verify(folder, original, about):
    names = [name for name in every_file(original) if not same_file(original / name, folder / name)]
    if names:
        try:
            with refused_by_name(folder):
                open_index(folder, encoder=about["encoder"], verify=True)
        except Refused:
            return
        raise Finding(f"verify is content, though {', '.join(names)} is not what was written")


def same_file(a, b):
    """Tell whether two files hold the same; the manifest is JSON, which may be written in more than one way."""
    if not b.is_file():
        return False
    if a.name == "manifest.json":
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(a.read_bytes()) == json.loads(b.read_bytes())
    return a.read_bytes() == b.read_bytes()


def state(folder, about):
    """Return all that an index holds, and what it finds, after verifying it."""
    index = open_index(folder, encoder=about["encoder"], verify=True)
    hits = [
        without_documents(index.search(as_given(kind, queries), **options))
        for kind, queries, options in about["searches"]
    ]
    return [(id_, repr(index[id_])) for id_ in index], repr(hits)


def done_to_a_copy(case, steps, folder):
    """Do the steps to an index with nothing wrong; return its state."""
    original, about = case
    shutil.copytree(original, folder / "index")
    assert done(folder / "index", about, steps, folder) is None
    return state(folder / "index", about)


_SAID_OF_OTHERS = ("on metadata, but this index has none",)  # true of an index whose manifest was forged to have none


def done(folder, about, steps, scratch):
    """Do one step after another, and open the index anew after each change; return the refusal of one, if any."""
    try:
        with refused_by_name(folder, "The index is damaged", *_SAID_OF_OTHERS):
            index = open_index(folder, encoder=about["encoder"])
            for step in steps:
                step(index, about, scratch)
                if step in CHANGING:
                    opens(folder, about, step)
    except Refused as refusal:
        return refusal
    except KeyError as error:  # where ids are damaged
        if "document" not in str(error):
            raise
        return Refused(str(error))
    return None


def opens(folder, about, step):
    try:
        open_index(folder, encoder=about["encoder"])
    except Exception as error:
        raise Finding(f"{step.__name__} was reported done, and the index does not open: {error}") from error


# What is done to a folder. Each takes another index, too, for files to take from.


def damage_bytes(rng, folder, other):
    for name in rng.sample(every_file(folder), rng.choice([1, 1, 2])):
        (folder / name).write_bytes(mutations.mutated(rng, (folder / name).read_bytes()))


def damage_files(rng, folder, other):
    name = rng.choice(every_file(folder))
    how = rng.randrange(4)
    if how == 0:
        mutations.swap(folder / name, folder / rng.choice(every_file(folder)))
    elif how == 1:
        shutil.copy(other / rng.choice(every_file(other)), folder / name)
    else:
        mutations.replace_by_another_thing(rng, folder / name, folder)


def forge_files(rng, folder, other):
    """Damage files, and write a manifest with sizes and checksums that fit."""
    named = [name for name in every_file(folder) if name != "manifest.json"]
    name = rng.choice(named)
    if rng.random() < 0.2:
        (folder / name).write_bytes(mutations.other_content(rng))
    elif rng.random() < 0.2:
        mutations.swap(folder / name, folder / rng.choice(named))
    else:
        (folder / name).write_bytes(mutations.mutated(rng, (folder / name).read_bytes()))
    rewrite(folder, lambda content: content["files"].update({name: _described(folder / name) for name in named}))


def forge_manifest(rng, folder, other):
    """Change what the manifest says, with a checksum that fits; at times its frame as well."""
    path = folder / "manifest.json"
    if rng.random() < 0.1:
        path.write_bytes(mutations.other_content(rng))
        return
    head = json.loads(path.read_text())
    content = mutations.mutated_json(rng, {"content": head["content"]}).get("content")
    head |= {"content": content, "sha256": schema.checksum(content)}
    path.write_text(json.dumps(mutations.mutated_json(rng, head) if rng.random() < 0.1 else head))


def add_strangers(rng, folder, other):
    names = [*STRANGERS, *(f"{path.name}/{name}" for path in folder.glob("segment-*") for name in STRANGERS[:4])]
    added = rng.sample(names, rng.randrange(1, 4))
    for name in added:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(mutations.other_content(rng))
    return added


DAMAGE = {
    "bytes": damage_bytes,
    "files": damage_files,
    "forged": forge_files,
    "manifest": forge_manifest,
    "strangers": add_strangers,
}


def rewrite(folder, change):
    """Change the content of the manifest, and put the right checksum under it."""
    head = json.loads((folder / "manifest.json").read_text())
    change(head["content"])
    head["sha256"] = schema.checksum(head["content"])
    (folder / "manifest.json").write_text(json.dumps(head))


def _described(path):
    data = path.read_bytes()
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


KIND = Kind(prepare, attempt, short=80, seconds=30, megabytes=512)
