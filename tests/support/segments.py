"""Segments as the pipeline cuts them: with the English dictionary's words."""

from __future__ import annotations

from functools import partial

from indextts.phonemes.en.pronunciation import is_word
from indextts.text import frontend

build_segments = partial(frontend.build_segments, is_word=is_word)
