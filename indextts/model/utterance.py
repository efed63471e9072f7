"""The data that flows: an :class:`Utterance` enters as text and leaves as a waveform.

Every stage reads it and fills in its own fields. It is plain data: it turns into JSON and back without loss
after any stage, so that a person or a program can stop there, look, edit, and go on.

    utterance = pipeline.analyse(request)          # text → normalise → prosody → phonemes
    again = Utterance.from_json(utterance.to_json())
    assert again == utterance
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from indextts.model.settings import Sampling as Sampling
from indextts.model.settings import Settings as Settings
from indextts.model.settings import Strict
from indextts.model.sources import USER, Commercial

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT: Final = 1
"""Version of the JSON form."""

USUAL_S: Final = 0.07
"""A symbol's length, approximately, where nothing has been predicted yet."""
_FRAME_S: Final = 0.0125

Lang = Literal["zh", "en"]
Kind = Literal["hanzi", "word", "letter", "punctuation"]
Stage = Literal["text", "prosody", "phonemes", "acoustic", "audio"]
Intonation = Literal["", "statement", "question", "exclamation", "continuation"]
"""How a segment's melody ends; empty where nothing has decided."""
Register = Literal["", "modern", "classical"]
"""Which Chinese a segment is written in; empty where nothing has decided."""


class FirstMistake:
    """A stranger's list is read as far as its first mistake: all of them may take a thousand times its size."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {**handler(source), "fail_fast": True}


@dataclass
class Phone(Strict):
    """One symbol of the voice's inventory, with what the acoustic model gives it."""

    symbol: str
    """Initial, tonal final or break token, such as ``ch``, ``ong2``, ``#1``."""
    frames: float | None = None
    """Acoustic frames (12.5 ms) at normal speed; ``None`` until the acoustic stage, or to have them predicted."""
    f0: float | None = None
    """Pitch in the model's normalised units, before emotion, settings and the token's own shift."""
    energy: float | None = None
    """Energy in the model's normalised units, as ``f0``."""
    shape: str = ""
    """The English phone that is said in its place, in ARPAbet; empty where the symbol is said as it is."""


@dataclass
class Change(Strict):
    """One rewriting of the text: what it was, what it became, and by which rule."""

    was: str
    became: str
    rule: str


@dataclass
class Token(Strict):
    """The smallest thing a person would correct: a Chinese character, a word, a letter, a mark."""

    text: str
    """What is spoken, after normalisation."""
    kind: Kind
    lang: Lang
    start: int
    """First character of the written text that this token came from (offset in ``Utterance.text``)."""
    end: int
    """One past the last such character."""
    word: int = 0
    """Number of the word it belongs to, counted within the segment: a word's characters share it."""
    pos: str = ""
    """Part of speech of that word (jieba's tag set; ``reading/text/en/parts_of_speech.py``'s of English words), or
    empty."""
    changes: Annotated[list[Change], FirstMistake()] = field(default_factory=list)
    break_after: int = 0
    """Prosodic break after the token: 0 none, 1 word, 2 phrase, 3 intonational phrase, 4 sentence."""
    break_source: str = ""
    """What decided: ``punctuation``, ``rules``, ``lm``, ``causal``, ``llm``, ``markup`` or ``user``; so below."""
    break_probability: float | None = None
    """How sure it was of that level, where it can say."""
    phrase_end: bool = False
    """Whether a phrase ends after the token where a silence would strike a listener: ``break_after`` is 1 there, and a
    network that was taught with labels of phrases is told 2."""
    prominence: int = 0
    """How much the word stands out: 0 not, 1 somewhat, 2 strongly."""
    prominence_source: str = ""
    prominence_probability: float | None = None
    reading: str = ""
    """Pinyin with its tone number after sandhi (``chong2``, ``lv4``), or ARPAbet for English."""
    reading_source: str = ""
    """Where the reading comes from: ``dictionary``, ``phrase``, ``sandhi``, ``rule``, ``spelling``, ``user`` …"""
    reading_probability: float | None = None
    """How likely a Chinese character's reading is right: 1 where the dictionary knows no other one, else what the
    learned model or the source makes of it; ``None`` for what a person chose and for what is not Chinese."""
    alternatives: Annotated[list[str], FirstMistake()] = field(default_factory=list)
    """The other readings that this text can have."""
    phones: Annotated[list[Phone], FirstMistake()] = field(default_factory=list)
    duration_scale: float = 1.0
    """Length relative to the prediction."""
    pitch_shift: float = 0.0
    """Semitones above the prediction."""
    energy_shift: float = 0.0
    """Decibels above the prediction."""
    start_s: float | None = None
    """When it begins in the finished audio, in seconds."""
    end_s: float | None = None

    @property
    def labelled_break(self) -> int:
        """The break as corpora label it: 2 where a phrase ends without a silence, unless a person chose otherwise."""
        return max(self.break_after, 2) if self.phrase_end and self.break_source != USER else self.break_after


@dataclass
class Segment(Strict):
    """A stretch of text that is synthesised at once, usually a sentence."""

    text: str
    """As written."""
    start: int
    """Offset of ``text`` in ``Utterance.text``."""
    end: int
    spoken: str = ""
    """The normalised form."""
    tokens: Annotated[list[Token], FirstMistake()] = field(default_factory=list)
    register: Register = ""
    """Whether its characters are read as in classical texts."""
    readings_source: Literal["", "model", "rules"] = ""
    """What decided its polyphones and third tones: the model, or ``rules`` without it, for commercial use."""
    intonation: Intonation = ""
    """The melody of its end."""
    intonation_source: str = ""
    intonation_probability: float | None = None
    emotion: str = ""
    """The emotion of this segment alone, spelt as in :class:`Settings`; empty where the settings' own holds."""
    emotion_source: str = ""
    """What decided: ``auto``, ``markup`` or ``user``."""
    emotion_probability: float | None = None
    intensity: float | None = None
    """How strong it is; ``None`` where the settings' own holds."""
    voice: str = ""
    """The voice of this segment alone, an id; empty where the settings' own holds."""
    voice_source: str = ""
    """``user`` where a person chose it for this segment, and the text does not say so."""
    seed: int | None = None
    """Which of the possible readings of this segment alone; ``None`` where the settings' own holds."""
    pause_after_s: float | None = None
    """Silence after it; ``None`` lets the pause table decide."""
    pause_source: str = ""
    """``user`` as above."""
    start_s: float | None = None
    end_s: float | None = None

    @property
    def phones(self) -> Iterator[Phone]:
        """The phones of all its tokens, in order."""
        return (phone for token in self.tokens for phone in token.phones)

    @property
    def is_said(self) -> bool:
        """Whether there is anything to hear of it: a sentence of unknown characters has no phones."""
        return any(token.phones for token in self.tokens)

    def move(self, offset_s: float, length_s: float) -> None:
        """Turn its own times into the utterance's."""
        self.start_s, self.end_s = offset_s, offset_s + length_s
        for token in self.tokens:
            if token.start_s is not None and token.end_s is not None:
                token.start_s, token.end_s = token.start_s + offset_s, token.end_s + offset_s

    def about_s(self, settings: Settings) -> float:
        """Seconds that its speech will last, approximately: from its phones, or its letters while it has none."""
        read = self.is_said

        def usual(token: Token) -> float:
            if not read:
                return USUAL_S * {"punctuation": 0, "hanzi": 3}.get(token.kind, 2) * len(token.text)
            return sum(USUAL_S if phone.frames is None else phone.frames * _FRAME_S for phone in token.phones)

        return sum(token.duration_scale * usual(token) for token in self.tokens) / settings.speed

    def own(self, settings: Settings) -> Settings:
        """``settings`` with what this segment has of its own."""
        return replace(
            settings,
            emotion=self.emotion or settings.emotion,
            intensity=settings.intensity if self.intensity is None else self.intensity,
            voice=self.voice or settings.voice,
            seed=settings.seed if self.seed is None else self.seed,
            emotion_reference="" if self.emotion else settings.emotion_reference,
            emotion_text="" if self.emotion else settings.emotion_text,
        )


@dataclass(frozen=True)
class Receipt(Strict):
    """What a plan was made with (:mod:`indextts.plan.receipt`): the same again gives the same audio, to the byte."""

    product: str
    """Version of this program."""
    engine: str
    text: str
    """SHA-256 of the text, as of all below."""
    settings: Settings
    """Resolved: names instead of ``default``; the seed is among them."""
    made_with: dict[str, str]
    """Hashes of models and tables, versions of what computes, by name."""
    plan: str
    """Of all in the plan that decides the sound, when this receipt was written."""
    audio: str = ""
    """Of the samples, 16 bits little-endian; empty until they are spoken."""
    commercial: Commercial | Literal[""] = ""
    """Whether the sound may be used commercially; empty in receipts from before this was said."""
    rights: dict[str, Commercial] = field(default_factory=dict)
    """What speaks, and the models that decided, each with what its licence says (``configs/licences.yaml``)."""


@dataclass(frozen=True)
class Verdict:
    """What a receipt says about its plan here and now."""

    differs: tuple[str, ...]
    """What is another here than where the receipt was written, by name."""
    edited: bool
    """Whether something that is heard was changed in the plan since."""

    @property
    def reproducible(self) -> bool:
        """Whether an unedited plan gives the receipt's own audio here, to the byte."""
        return not self.differs


@dataclass
class Utterance(Strict):
    """A text on its way to becoming speech."""

    text: str
    settings: Settings = field(default_factory=Settings)
    segments: Annotated[list[Segment], FirstMistake()] = field(default_factory=list)
    pause_before_s: float = 0.0
    """Silence before the first segment."""
    stage: Stage = "text"
    """The last stage that has filled in its fields."""
    format: int = FORMAT
    receipt: Receipt | None = None
    """Written by the pipeline at the end of each run; ``None`` in plans from before there were receipts."""

    @property
    def voices(self) -> list[str]:
        """The ids of the voices that speak, each once, in order."""
        return [*dict.fromkeys(segment.voice or self.settings.voice for segment in self.segments)]

    def to_json(self, *, indent: int | None = None) -> str:
        """The whole utterance as JSON text (UTF-8 safe, Chinese characters kept readable)."""
        return _adapter().dump_json(self, indent=indent).decode("utf-8")

    @staticmethod
    def from_json(text: str | bytes) -> Utterance:
        """Read what :meth:`to_json` wrote, possibly edited.

        Raises :class:`StudioError` ``bad_plan`` naming the first thing that is wrong.
        """
        from pydantic import ValidationError

        from indextts.model.plan_errors import bad_field, not_readable

        try:
            utterance = _adapter().validate_json(text, strict=True)
        except ValidationError as error:
            raise not_readable(error.errors(include_url=False)[0]) from error
        if utterance.format != FORMAT:
            number = utterance.format
            raise bad_field("format", f"is {number}, not {FORMAT}", f"是 {number}，而不是 {FORMAT}")
        return utterance


@functools.cache
def _adapter() -> TypeAdapter[Utterance]:
    """Built once, on first use, because importing pydantic costs a tenth of a second."""
    from pydantic import TypeAdapter

    return TypeAdapter(Utterance)
