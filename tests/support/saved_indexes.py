"""The documents of a small saved index, and the files that it consists of."""

import hashlib
import json

from textvec.index.storage import schema

DOCUMENTS = ["red apple pie", "green apple", "blue sea", "red sea"]


def files(folder):
    """Return the files under a folder, as paths in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def every_file(folder):
    """Return the files of an index but for the one that only locks it."""
    return [name for name in files(folder) if name != "lock"]


def rewrite_manifest(folder, change):
    """Change the content of the manifest, and put the right checksum under it."""
    head = json.loads((folder / "manifest.json").read_text())
    change(head["content"])
    head["sha256"] = schema.checksum(head["content"])
    (folder / "manifest.json").write_text(json.dumps(head))


def vouch_for(folder, name):
    """Put the size and the checksum of a file as it is now into the manifest, as one who wants to mislead would."""
    content = (folder / name).read_bytes()
    about = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    rewrite_manifest(folder, lambda content: content["files"].update({name: about}))
