"""`python -m textvec`, for where the `textvec` command is not on the path.

Tested in tests/cli/test_main.py.
"""

from textvec.cli.main import main

if __name__ == "__main__":
    main()
