"""How `textvec.save` writes and `textvec.load` reads: an archive, the values in it, the classes of these."""

__all__: list[str] = []
