"""The `textvec` command: parses, calls the library, prints. No logic of its own."""
