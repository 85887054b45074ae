"""Print a constraint for pip, `name==version`, for each lower bound of a dependency in pyproject.toml.

The environment of `make test-minimum` is made with them: the bounds stand in one place, and are what is tested.
"""

import re
import sys
import tomllib
from pathlib import Path

DEVELOPERS = {"test", "lint", "docs", "browser", "bench"}  # Extras whose tools are as new as they can be.


def constraints(project):
    """Return the constraints of a `[project]` table, the extras for users included."""
    extras = project["optional-dependencies"]
    lists = [project["dependencies"], *(extras[name] for name in extras if name not in DEVELOPERS)]
    needed = [each for names in lists for each in names]
    bounds = (re.fullmatch(r"([\w.-]+)(?:\[.*\])?>=([\w.]+)", each) for each in needed)
    return sorted({f"{bound[1]}=={bound[2]}" for bound in bounds if bound})


if __name__ == "__main__":
    print("\n".join(constraints(tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"])))
