"""The documents of a small saved index, and the files that it consists of."""

DOCUMENTS = ["red apple pie", "green apple", "blue sea", "red sea"]


def files(folder):
    """Return the files under a folder, as paths in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def every_file(folder):
    """Return the files of an index but for the one that only locks it."""
    return [name for name in files(folder) if name != "lock"]
