"""Print a constraint for pip, `name==version`, for each lower bound of a dependency in pyproject.toml.

The environment of `make test-minimum` is made with them: the bounds stand in one place, and are what is tested.
"""

import re
import sys
import tomllib
from pathlib import Path


def constraints(project):
    """Return the constraints of a `[project]` table, its extras included."""
    needed = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    bounds = (re.fullmatch(r"([\w.-]+)(?:\[.*\])?>=([\w.]+)", each) for each in needed)
    return sorted({f"{bound[1]}=={bound[2]}" for bound in bounds if bound})


if __name__ == "__main__":
    print("\n".join(constraints(tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"])))
