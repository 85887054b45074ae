"""Where the project's own files are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPORA = ROOT / "corpora"
# What people read and what runs as tests; folders with a leading underscore are built from them.
PAGES = [
    ROOT / "README.md",
    *(path for path in sorted((ROOT / "docs").glob("**/*.md")) if "/_" not in path.relative_to(ROOT).as_posix()),
]
