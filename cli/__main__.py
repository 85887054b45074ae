"""`python -m textvec.cli`, for where the `textvec` command is not on the path."""

from .main import main

if __name__ == "__main__":
    main()
