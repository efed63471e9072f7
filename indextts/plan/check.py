"""Whether an edited plan can be spoken, asked before the first sound is made.

A refusal is a ``bad_plan`` that names the field, such as ``segments[2].tokens[5].duration_scale``. What the
pipeline's own analysis gives always passes, unless it would speak for hours, which is ``speech_too_long``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.plan_errors import bad_field, out_of, too_many
from indextts.model.settings import AUTO, EMOTIONS, unknown_choice
from indextts.model.utterance import USUAL_S, Receipt, Segment, Token, Utterance
from indextts.plan.request import check_setting
from indextts.reading.markup.effects import LIMITS as SHIFTS
from indextts.reading.phonemes.annotate import revise, symbols_of
from indextts.reading.phonemes.en.pronunciation import sounds_about
from indextts.reading.phonemes.reading_input import MAX_SYLLABLES, read
from indextts.reading.phonemes.symbols import SYMBOLS
from indextts.reading.text.overrides import Override

MAX_SILENCE_S: Final = 1200.0
"""All pauses together that a plan may set; also one of them alone: a film is silent for minutes."""
MAX_SPEECH_S: Final = 7200.0
"""Speech that one plan may hold, approximately."""
MAX_SEGMENT_S: Final = 600.0
MAX_SYMBOLS: Final = 1200
"""Of one segment: the networks' work grows with the square of it."""
TOKENS_FOR_EACH_CHAR: Final = 5
"""Tokens for each character that a text may have; a fraction or a sign becomes up to four."""
SOUNDS_FOR_EACH_CHAR: Final = 9
"""Sounds for each character that a text may have: a Chinese character has three, an English number up to eight."""
MAX_TOKEN_CHARS: Final = 200
"""A word or a rewritten piece; longer ones are cut or spelled."""

MAX_RECEIPT_ENTRIES: Final = 100

_PHONE_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "frames": (0.0, 800.0), "f0": (-12.0, 12.0), "energy": (-12.0, 12.0),
}  # fmt: skip
"""Ten seconds; several times what the model ever predicts."""
_TOKEN_RANGES: Final = {**SHIFTS, "break_after": (0, 4), "prominence": (0, 2)}
_SYMBOLS: Final = frozenset(SYMBOLS)


def check_plan(utterance: Utterance, *, voices: Sequence[str], max_chars: int) -> None:
    """Refuse what no speech can be made from; see the module. Its text and its settings are checked elsewhere.

    Emotions of single segments get their canonical spelling.
    """
    if utterance.stage in ("text", "prosody"):
        raise StudioError("bad_plan", reason=Bilingual("it has no readings yet.", "其中还没有读音。"))
    if not utterance.segments:
        raise bad_field("segments", "must not be empty", "不能为空")
    if len(utterance.segments) > max_chars:
        raise bad_field("segments", *too_many(len(utterance.segments), max_chars))
    _between("pause_before_s", utterance.pause_before_s, 0.0, MAX_SILENCE_S)
    tokens, pauses = 0, utterance.pause_before_s
    for number, segment in enumerate(utterance.segments):
        path = f"segments[{number}]"
        before = utterance.segments[number - 1].start if number else 0
        _between(f"{path}.start", segment.start, before, len(utterance.text))
        _between(f"{path}.end", segment.end, segment.start, len(utterance.text))
        tokens += len(segment.tokens)
        if tokens > TOKENS_FOR_EACH_CHAR * max_chars:
            raise bad_field(f"{path}.tokens", *too_many(tokens, TOKENS_FOR_EACH_CHAR * max_chars))
        if segment.pause_after_s is not None:
            _between(f"{path}.pause_after_s", segment.pause_after_s, 0.0, MAX_SILENCE_S)
            pauses += segment.pause_after_s
            if pauses > MAX_SILENCE_S:
                limit = f"{MAX_SILENCE_S:g}"
                raise bad_field(
                    f"{path}.pause_after_s",
                    f"makes all pauses together longer than {limit} s",
                    f"使所有停顿合计超过 {limit} 秒",
                )
        _check_own_settings(path, segment, voices)
        begin = segment.start
        for place, token in enumerate(segment.tokens):
            try:
                _check_token(token, begin, len(utterance.text))
            except _WrongError as wrong:
                raise bad_field(f"{path}.tokens[{place}].{wrong.field}", wrong.en, wrong.zh) from wrong
            begin = token.start
    _check_receipt(utterance.receipt)
    if not any(token.phones or token.reading for segment in utterance.segments for token in segment.tokens):
        raise StudioError("text_unspeakable")


def settle(utterance: Utterance) -> None:
    """Apply what follows from edits (:mod:`indextts.reading.phonemes.annotate`).

    A reading may stand there as people write it (``ˈmɪnət``, ``chóng``), and is brought to its one form.

    Raises :class:`StudioError` ``bad_plan`` naming the field, and as :func:`check_length`.
    """
    for number, segment in enumerate(utterance.segments):
        try:
            revise(segment)
        except StudioError:
            _read_typed(f"segments[{number}]", segment)
            revise(segment)
    check_length(utterance)


def check_amount(utterance: Utterance, *, max_chars: int) -> None:
    """Refuse, before anything of it is read, a text whose few characters are very many sounds.

    Signs with long names are, and letters that have no short form in Latin ones, and a dictionary's entries may be.
    Raises :class:`StudioError` ``speech_too_long``.
    """
    sounds = sum(_sounds(token) for segment in utterance.segments for token in segment.tokens)
    most = SOUNDS_FOR_EACH_CHAR * max_chars
    if sounds > most:
        raise StudioError(
            "speech_too_long", minutes=math.ceil(sounds * USUAL_S / 60), limit=f"{most * USUAL_S / 60:.2g}"
        )


def check_fixed(fixed: list[Override], *, max_chars: int) -> list[Override]:
    """Return ``fixed``. Raises :class:`StudioError` ``speech_too_long`` where entries make much of a text."""
    letters, most = sum(len(one.spoken) for one in fixed), SOUNDS_FOR_EACH_CHAR * max_chars
    if letters > most:
        raise StudioError(
            "speech_too_long", minutes=math.ceil(letters * USUAL_S / 60), limit=f"{most * USUAL_S / 60:.2g}"
        )
    return fixed


def _sounds(token: Token) -> int:
    if token.kind in ("punctuation", "hanzi"):
        return {"punctuation": 0, "hanzi": 3}[token.kind] * len(token.text)
    return sounds_about(token.text) + 1  # the break after it


def check_length(utterance: Utterance) -> None:
    """Refuse endless speech.

    Raises :class:`StudioError` ``bad_plan`` naming the segment, ``speech_too_long`` for all together.
    """
    total_s = 0.0
    for number, segment in enumerate(utterance.segments):
        if sum(len(token.phones) for token in segment.tokens) > MAX_SYMBOLS:
            raise bad_field(
                f"segments[{number}].tokens",
                f"have more than {MAX_SYMBOLS} sounds together",
                f"合计超过 {MAX_SYMBOLS} 个音",
            )
        seconds = segment.about_s(utterance.settings)
        total_s += seconds
        if seconds > MAX_SEGMENT_S:
            limit = f"{MAX_SEGMENT_S / 60:g}"
            raise bad_field(
                f"segments[{number}]",
                f"would be spoken for more than {limit} minutes",
                f"的语音会超过 {limit} 分钟",
            )
    if total_s > MAX_SPEECH_S:
        raise StudioError("speech_too_long", minutes=math.ceil(total_s / 60), limit=f"{MAX_SPEECH_S / 60:g}")


def _check_receipt(receipt: Receipt | None) -> None:
    """What differs from a receipt is told by its names: few, and fit to be shown."""
    made_with = {} if receipt is None else receipt.made_with
    if len(made_with) > MAX_RECEIPT_ENTRIES:
        raise bad_field("receipt.made_with", *too_many(len(made_with), MAX_RECEIPT_ENTRIES))
    for name in made_with:
        given = printable(name, 80)
        if given != name or not name:
            raise bad_field("receipt.made_with", f"has the unusable name “{given}”", f"中的名称“{given}”不能用")
    rights = {} if receipt is None else receipt.rights
    if len(rights) > MAX_RECEIPT_ENTRIES:
        raise bad_field("receipt.rights", *too_many(len(rights), MAX_RECEIPT_ENTRIES))


def _check_own_settings(path: str, segment: Segment, voices: Sequence[str]) -> None:
    for name in ("emotion", "intensity", "voice", "seed"):
        value = getattr(segment, name)
        if value in (None, ""):
            continue
        try:
            if name == "emotion" and value == AUTO:
                raise unknown_choice(name, value, EMOTIONS)
            setattr(segment, name, check_setting(name, value, voices=voices))
        except StudioError as error:
            (en, hint_en), (zh, hint_zh) = error.localise("en"), error.localise("zh")
            reason = Bilingual(f"{path}.{name}: {en} {hint_en}", f"{path}.{name}：{zh}{hint_zh}")
            raise StudioError("bad_plan", reason=reason) from error


class _WrongError(Exception):
    """What is wrong with a field of a token; its path is put together where it is told, which is seldom."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        super().__init__(field)
        self.field, self.en, self.zh = field, en, zh


def _check_token(token: Token, begin: int, length: int) -> None:
    if not begin <= token.start <= length:
        raise _WrongError("start", *out_of(token.start, begin, length))
    if not token.start <= token.end <= length:
        raise _WrongError("end", *out_of(token.end, token.start, length))
    for name, (low, high) in _TOKEN_RANGES.items():
        value = getattr(token, name)
        if not low <= value <= high:
            raise _WrongError(name, *out_of(value, low, high))
    if len(token.text) > MAX_TOKEN_CHARS:
        raise _WrongError("text", *too_many(len(token.text), MAX_TOKEN_CHARS, Bilingual("characters", "个字符")))
    if len(token.reading) > MAX_SYLLABLES and len(token.reading.split()) > MAX_SYLLABLES:
        raise _WrongError("reading", *too_many(len(token.reading.split()), MAX_SYLLABLES, Bilingual("sounds", "个音")))
    for number, phone in enumerate(token.phones):
        if phone.symbol not in _SYMBOLS:
            given = printable(phone.symbol, 80)
            raise _WrongError(
                f"phones[{number}].symbol",
                f"“{given}” is none of this voice's; change the token's reading, its phones follow",
                f"“{given}”不是此音色的音素；请修改该字词的 reading，音素会随之更新",
            )
        for name, (low, high) in _PHONE_RANGES.items():
            value = getattr(phone, name)
            if value is not None and not low <= value <= high:
                raise _WrongError(f"phones[{number}].{name}", *out_of(value, low, high))


def _between(path: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # not-a-number is in no range
        raise bad_field(path, *out_of(value, low, high))


def _read_typed(path: str, segment: Segment) -> None:
    """Bring readings that the voice has no symbols for to their one form; raises for what cannot be said."""
    for place, token in enumerate(segment.tokens):
        if token.kind == "punctuation" or not token.reading:
            continue
        try:
            symbols_of(token)
        except StudioError:
            try:
                token.reading = read(token.text, token.reading).text
            except StudioError as error:
                given, text = printable(token.reading, 80), printable(token.text, 80)
                why, how = (cast(Bilingual, error.details[name]) for name in ("reason", "how"))
                raise bad_field(
                    f"{path}.tokens[{place}].reading",
                    f"“{given}” cannot be a reading of “{text}”: {why.en}. {how.en}".removesuffix("."),
                    f"“{given}”不能是“{text}”的读音：{why.zh}。{how.zh}".removesuffix("。"),
                ) from error
