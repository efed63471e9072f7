"""Silence is deeper, sounds are uneven; nothing else changes."""

from __future__ import annotations

import numpy as np

from indextts.engines.embedded.acoustic.english_input import SILENCE, EnglishWord
from indextts.engines.embedded.acoustic.english_stretches import EnglishStretch
from indextts.engines.embedded.acoustic.english_texture import SOFT_DB, UNEVEN_DB, textured
from indextts.engines.embedded.acoustic.tract import smoothing

MEAN, SCALE = np.full(80, -1.5, np.float32), np.full(80, 0.5, np.float32)


def test_soft_frames_become_softer_and_loud_ones_keep_their_level() -> None:
    decibels = np.concatenate([np.zeros(60), np.full(20, -SOFT_DB + 2.0), np.full(20, -SOFT_DB - 10.0)])
    mel = np.tile((decibels / 20.0 / 0.5)[:, None], 80).astype(np.float32)
    made = textured(mel, MEAN, SCALE)
    moved = 20.0 * (made - mel) * 0.5
    assert abs(moved[:60].mean()) < 0.1 and abs(moved[60:80].mean()) < 0.3
    assert abs(moved[80:].mean() + 10.0) < 0.3
    assert 0.8 * UNEVEN_DB < moved[:60].std() < UNEVEN_DB
    assert np.abs(moved[:60] @ smoothing(80).T).max() < 0.4 * UNEVEN_DB, "resonances stay"


def test_the_same_mel_gives_the_same_and_no_frames_give_none() -> None:
    mel = np.random.default_rng(1).normal(size=(30, 80)).astype(np.float32)
    assert np.array_equal(textured(mel, MEAN, SCALE), textured(mel, MEAN, SCALE))
    assert textured(mel[:0], MEAN, SCALE).shape == (0, 80)


def test_words_amid_chinese_stay_as_they_are() -> None:
    word = EnglishWord(("W", "AO1", "R", "M"))
    assert EnglishStretch([SILENCE, word, EnglishWord(()), word, SILENCE]).alone
    assert not EnglishStretch([SILENCE, word], behind=2).alone
    assert not EnglishStretch([EnglishWord(()), word, SILENCE]).alone
    assert not EnglishStretch([word]).alone
