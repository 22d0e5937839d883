"""Markdown in, static site out. Knows nothing of candidates."""
