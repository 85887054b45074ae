"""Anything that makes vectors of documents, as one thing."""
