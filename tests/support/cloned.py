"""Cloned voices for tests: recordings made of harmonics, and a library that holds them in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Segment, Token
from indextts.voices.cloning.voice import ClonedVoice, Reference

RATE = 22050


class Library:
    """What :class:`indextts.engines.indextts2.engine.Recordings` asks for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stored: list[ClonedVoice] = []

    def record(self, hertz: float, seconds: float = 2.0) -> str:
        """A recording of somebody who speaks at ``hertz``; its content hash."""
        time = np.arange(int(seconds * RATE)) / RATE
        wave = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 8))
        syllables = 0.5 - 0.5 * np.cos(2 * np.pi * 4.0 * time)
        noise = np.random.default_rng(0).normal(scale=0.003, size=time.size)
        samples = (0.2 * wave * syllables + noise).astype(np.float32)
        aside = self.folder / "new.wav"
        soundfile.write(aside, samples, RATE)
        sha = hashlib.sha256(aside.read_bytes()).hexdigest()
        aside.rename(self.folder / f"{sha}.wav")
        return sha

    def add(self, *weighted: tuple[str, float]) -> str:
        """A voice of recordings; its id."""
        references = tuple(
            Reference(sha, soundfile.info(self.path(sha)).duration, RATE, weight) for sha, weight in weighted
        )
        voice = ClonedVoice(f"clone-{len(self.stored) + 1}", "Anna", references, "I agree.", "2026-01-01")
        self.stored.append(voice)
        return voice.id

    def voices(self) -> Sequence[ClonedVoice]:
        return list(self.stored)

    def get(self, voice: str) -> ClonedVoice:
        for one in self.stored:
            if one.id == voice:
                return one
        raise StudioError("no_voice", voice=voice)

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.wav"


def segment(text: str = "你好世界。", **tokens: float) -> Segment:
    """A segment whose characters have two phones each; ``tokens`` are fields that all of them get."""
    made = [
        Token(char, "punctuation", "zh", at, at + 1, at)
        if char in "，。"
        else Token(char, "hanzi", "zh", at, at + 1, at, reading="a1", phones=[Phone("a"), Phone("b")])
        for at, char in enumerate(text)
    ]
    for token in made:
        for name, value in tokens.items():
            setattr(token, name, value)
    return Segment(text, 0, len(text), text, made)
