"""The English parts of a line: which words they are, where they pause, and what the network makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.controls import pitch_semitones
from indextts.engines.embedded.acoustic.english_input import FUNCTION_WORDS, SILENCE, EnglishWord, describe
from indextts.engines.embedded.acoustic.english_level import even
from indextts.engines.embedded.acoustic.english_network import EnglishNetwork, EnglishPrediction
from indextts.engines.embedded.acoustic.english_texture import textured
from indextts.model.sources import USER
from indextts.model.utterance import Phone, Token
from indextts.reading.phonemes.symbols import BREAKS, VOWELS

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

UNIT_SEMITONES: Final = 2.6
"""Semitones of one unit of the Mandarin network's normalised F0; English is told in the same."""
LEVEL_DB: Final = 2.5
"""Decibels of one unit of its normalised energy."""
SHORT_PAUSE: Final = 0.5
"""Share of a full pause that the end of a phrase takes where it is heard."""

_REDUCED: Final = {
    "a": "AH0", "an": "AH0 N", "and": "AH0 N D", "for": "F AH0 R", "of": "AH0 V", "the": "DH AH0", "to": "T AH0",
}  # fmt: skip
"""Words that English speakers say short unless they stress them."""
_BEFORE_VOWELS: Final = {"the": "DH IY0"}
_PLAIN: Final = 1
"""The highest prominence at which a word is said short."""
_UNHEARD: Final = 8
"""Frames of a pause that the network is told of and that another one's silence stands for."""
_STOPS: Final = frozenset(("B", "CH", "D", "G", "JH", "K", "P", "T"))
_FIRST_STOP: Final = 4.0
"""Most frames of one that a sentence begins with."""
_PAUSE: Final = frozenset(BREAKS[3:])
_ANY_PAUSE: Final = frozenset(BREAKS[2:])
"""What is a pause beside a mark, or where a person has set it."""


@dataclass
class EnglishStretch:
    """English words in a row, and where they stand in the line."""

    words: list[EnglishWord] = field(default_factory=list)
    rows: list[int | None] = field(default_factory=list)
    """For each of the network's phones its symbol in the line; ``None`` for a pause that the line says elsewhere."""
    mute: list[int] = field(default_factory=list)
    """Symbols in which nothing is heard."""
    before: int = 0
    behind: int = 0
    """Words of another language around it, up to a pause."""

    @property
    def alone(self) -> bool:
        """Whether it is all that the line says."""
        return self.words[0] == SILENCE == self.words[-1]

    def said_by(self, network: EnglishNetwork) -> SpokenStretch:
        prediction = network.predict(*describe(self.words, self.before, self.behind))
        if not self.words[0].phones and self.words[1].phones[0] in _STOPS:
            # Before the first burst nobody hears how long the lips were closed.
            prediction.frames[1] = min(prediction.frames[1], _FIRST_STOP)
        return SpokenStretch(self, prediction)


@dataclass(frozen=True)
class SpokenStretch:
    """A stretch, and what the network would do by itself."""

    stretch: EnglishStretch
    prediction: EnglishPrediction

    @property
    def inside(self) -> list[tuple[int, int]]:
        """Network's phone and symbol of the line, of all that the line shows."""
        return [(number, row) for number, row in enumerate(self.stretch.rows) if row is not None]

    def pitch(self) -> npt.NDArray[np.float64]:
        """Normalised F0 of each of the network's phones."""
        mean = np.asarray(self.prediction.octaves.mean(1), np.float64)
        return mean * (12.0 / UNIT_SEMITONES)

    def mel(
        self,
        network: EnglishNetwork,
        frames: Ints,
        moved: npt.NDArray[np.float64],
        mean: Floats,
        scale: Floats,
    ) -> Floats:
        """The stretch with so many ``frames`` for each symbol of the line, whose F0 is ``moved`` by so many units.

        ``mean`` and ``scale`` turn the voice's mels into log₁₀ magnitudes.
        """
        rows = self.stretch.rows
        own = np.array([_UNHEARD if row is None else frames[row] for row in rows], np.int64)
        units = np.array([0.0 if row is None else moved[row] for row in rows])
        mel = network.mel(self.prediction, own, (pitch_semitones(units) / 12.0).astype(np.float32))
        mel = even(mel, own, [word.phones for word in self.stretch.words], mean, scale)
        if self.stretch.alone:
            # Amid Chinese, levels meet a little better without.
            mel = textured(mel, mean, scale)
        begin = _UNHEARD if rows[0] is None else 0
        end = len(mel) - (_UNHEARD if rows[-1] is None else 0)
        return mel[begin:end]


def stretches(phones: Sequence[Phone], tokens: Sequence[Token | None], around: Sequence[Token]) -> list[EnglishStretch]:
    """All in a line of T symbols with their tokens; ``around`` are the segment's tokens, marks too."""
    runs = _by_token(tokens)
    marked = {id(token) for token, behind in pairwise(around) if behind.kind == "punctuation"}
    found: list[EnglishStretch] = []
    open_ = False
    for number, (token, places) in enumerate(runs):
        if token is None or not _is_english(places, phones):
            open_ = False
            continue
        if not open_:
            found.append(_opened(runs, number, phones))
            open_ = True
        stretch = found[-1]
        word_rows = [place for place in places if phones[place].shape]
        sounds = [phones[place].shape for place in word_rows]
        stretch.words.append(_word(token, sounds, _next_sound(runs, number, phones)))
        stretch.rows += word_rows
        paused = _PAUSE if id(token) not in marked and token.break_source != USER else _ANY_PAUSE
        for place in set(places).difference(word_rows):
            if phones[place].symbol in paused:
                stretch.words.append(EnglishWord(()))
                stretch.rows.append(place)
            else:
                stretch.mute.append(place)
        if number + 2 == len(runs):
            edges = runs[-1][1]
            stretch.words.append(SILENCE)
            stretch.rows.append(edges[0])
            stretch.mute += edges[1:]
        elif not _is_english(runs[number + 1][1], phones) and stretch.words[-1].phones:
            stretch.behind = _words_to_pause(runs[number + 1 :], phones)
    return found


def _by_token(tokens: Sequence[Token | None]) -> list[tuple[Token | None, list[int]]]:
    return [
        (tokens[places[0]], places)
        for places in (list(group) for _, group in groupby(range(len(tokens)), key=lambda place: id(tokens[place])))
    ]


_Runs = Sequence[tuple[Token | None, list[int]]]


def _is_english(places: Sequence[int], phones: Sequence[Phone]) -> bool:
    return any(phones[place].shape for place in places)


def _opened(runs: _Runs, number: int, phones: Sequence[Phone]) -> EnglishStretch:
    """A stretch that begins at the token of this number, with what stands before it."""
    before = runs[:number]
    if number == 1:
        return EnglishStretch([SILENCE], [before[0][1][0]])
    if phones[before[-1][1][-1]].symbol in _PAUSE:
        return EnglishStretch([EnglishWord(())], [None])
    return EnglishStretch(before=_words_to_pause(before[::-1], phones))


def _words_to_pause(runs: _Runs, phones: Sequence[Phone]) -> int:
    """Mandarin syllables up to a pause, two for a word."""
    count = 0
    for token, places in runs:
        if token is None or (count and phones[places[-1]].symbol in _PAUSE):
            break
        count += 1
    return -(-count // 2)


def _next_sound(runs: _Runs, number: int, phones: Sequence[Phone]) -> str:
    following = runs[number + 1][1] if number + 1 < len(runs) else []
    return next((phones[place].shape for place in following if phones[place].shape), "")


def _word(token: Token, sounds: Sequence[str], following: str) -> EnglishWord:
    word = token.text.lower()
    function = token.kind == "word" and word in FUNCTION_WORDS
    reduced = _REDUCED.get(word)
    if function and reduced and following and token.prominence <= _PLAIN and token.reading_source != USER:
        said = _BEFORE_VOWELS.get(word, reduced) if following.rstrip("012") in VOWELS else reduced
        if len(said.split()) == len(sounds):
            sounds = said.split()
    return EnglishWord(tuple(sounds), function)


def words_of(phones: Sequence[Phone], tokens: Sequence[Token | None]) -> list[tuple[int, int, bool]]:
    """Of each token of a line its first symbol, the one behind its last, and whether the English network says it."""
    return [
        (places[0], places[-1] + 1, _is_english(places, phones))
        for token, places in _by_token(tokens)
        if token is not None
    ]


def english_frames(shapes: Sequence[str], frames: Ints, length: int) -> npt.NDArray[np.bool_]:
    """Which of a mel's frames are English; it has ``length``, as many as ``frames`` or fewer."""
    shaped = np.repeat([bool(shape) for shape in shapes], frames)
    return shaped[np.arange(length) * len(shaped) // length]
