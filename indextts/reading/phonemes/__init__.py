"""Readings and the voice's symbols for every token."""
