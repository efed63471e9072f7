"""Readings and the voice's symbols for every token: ``annotate``, ``refresh``."""

from indextts.phonemes.annotate import annotate, refresh

__all__ = ["annotate", "refresh"]
