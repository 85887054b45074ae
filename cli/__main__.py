"""`python -m textvec.cli`, for where the `textvec` command is not on the path.

Tested in tests/cli/test_similar.py.
"""

from .main import main

if __name__ == "__main__":
    main()
