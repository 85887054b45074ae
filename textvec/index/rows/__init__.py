"""Vectors that can be searched, a file for each kind."""
