"""Readings and the voice's symbols for every token: ``annotate``, and ``revise`` after a person's edits."""

from indextts.phonemes.annotate import annotate, refresh
from indextts.phonemes.revise import revise

__all__ = ["annotate", "refresh", "revise"]
