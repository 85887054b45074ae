"""Files of `textvec.save` as somebody else might write them."""

import hashlib
import io
import json
import zipfile

import numpy as np


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(members.pop("manifest.json")), members


def forge(path, tree=None, **changed):
    """Write the file anew with another tree, or other bytes of members, and checksums that fit."""
    manifest, members = members_of(path)
    members |= {name.replace("_", "", 1).replace("_", "."): data for name, data in changed.items()}
    manifest["object"] = manifest["object"] if tree is None else tree
    manifest["members"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
    }
    write(path, manifest, members)


def write(path, manifest, members, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, np.asarray(array), **options)
    return file.getvalue()
