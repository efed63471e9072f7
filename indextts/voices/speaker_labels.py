"""The labels of a dialogue's lines, and the voices that a caller gives them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.voices.design import check_voice, shown
from indextts.voices.own import NO_TEXT

MAX_LABEL: Final = 40
"""Characters."""
MAX_SPEAKERS: Final = 26

_WIDE: Final = {0xFF21 + number: 0x41 + number for number in range(26)}
"""Letters of full width as usual ones."""


def in_one_form(label: str) -> str:
    """``label`` with single spaces, and its letters of the usual width."""
    return " ".join(label.split()).translate(_WIDE)


def key_of(label: str) -> str:
    """What two spellings of one label share: case does not count."""
    return in_one_form(label).casefold()


def check_speakers(speakers: object, voices: Sequence[str]) -> None:
    """Refuse what is no table of labels and voices; ``None`` is none, and fine. ``voices`` are ids.

    Raises :class:`StudioError` ``bad_speakers``, and ``unknown_choice`` or ``bad_voice`` for a voice.
    """
    if speakers is None:
        return
    if not isinstance(speakers, Mapping):
        raise _bad("it should be an object of labels and voices", "应是标签到声音的对象")
    if len(speakers) > MAX_SPEAKERS:
        raise _bad(f"there are more than {MAX_SPEAKERS}", f"超过 {MAX_SPEAKERS} 个")
    seen: set[str] = set()
    for label, voice in speakers.items():
        name = in_one_form(str(label))
        if not name or len(name) > MAX_LABEL or any(map(_is_barred, name)):
            raise _bad(f"“{shown(label)}” cannot be a label", f"“{shown(label)}”不能作标签")
        if key_of(name) in seen:
            raise _bad(f"“{shown(name)}” is there twice", f"“{shown(name)}”重复出现")
        seen.add(key_of(name))
        check_voice(voice, voices)


def _is_barred(char: str) -> bool:
    return char in ":：*" or unicodedata.category(char) in NO_TEXT


def _bad(reason: str, reason_zh: str) -> StudioError:
    return StudioError("bad_speakers", reason=Bilingual(reason, reason_zh))
