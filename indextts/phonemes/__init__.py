"""Readings and the voice's symbols for every token: ``annotate``, ``refresh``, ``pinyin_line``."""

from indextts.phonemes.annotate import annotate, pinyin_line, refresh

__all__ = ["annotate", "pinyin_line", "refresh"]
