"""How an emotion is named: one of nine names, ``auto``, or a mixture; the same for page, API and command line.

parse_emotion("happy")                                # 'happy'
parse_emotion("surprised:0.3+happy:0.6")              # 'happy:0.6+surprised:0.3'
parse_emotion({"happy": 0.6, "surprised": 0.3})       # the same
parse_emotion([0.6, 0, 0, 0, 0, 0, 0.3, 0])           # the same, in the order of EMOTIONS
weights("happy:0.6+surprised:0.3")                    # {'happy': 0.6, 'surprised': 0.3}
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import AUTO as AUTO
from indextts.model.settings import EMOTIONS as EMOTIONS
from indextts.model.settings import NEUTRAL as NEUTRAL
from indextts.model.settings import unknown_choice

_VECTOR: Final = len(EMOTIONS) - 1
_STEP: Final = 10_000  # Shares are kept to the ten-thousandth.
_LONGEST: Final = 400  # Characters of the longest text that is looked at.


def parse_emotion(value: object) -> str:
    """``value`` in its canonical spelling: a name, ``auto``, or shares such as ``happy:0.6+surprised:0.3``.

    Takes a name, such a text, an object of names and shares, eight shares in the order of :data:`EMOTIONS` without
    neutral, and either of the last two as JSON text. Shares lie from 0 to 1; those that add up to more than 1 are
    scaled down to that, a share of neutral weakens the rest only. Raises :class:`StudioError` ``unknown_choice`` for a
    name that does not exist and ``bad_emotion`` for shares that are none.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Mapping):
        return _mixed(value.items(), value)
    if isinstance(value, (list, tuple)):
        if len(value) != _VECTOR:
            count = len(value)
            reason = Bilingual(
                f"a list has {_VECTOR} numbers, not {count}", f"列表应有 {_VECTOR} 个数，实有 {count} 个"
            )
            _refuse(value, reason)
        return _mixed(zip(EMOTIONS, value, strict=False), value)
    raise unknown_emotion(value)


def weights(emotion: str) -> dict[str, float]:
    """The share of each emotion in a canonical spelling; together at most 1, neutral being what is left.

    Raises :class:`StudioError` ``unknown_choice`` for ``auto``: it is no emotion until the text is read.
    """
    if emotion == AUTO:
        raise unknown_emotion(emotion)
    parts = (part.partition(":") for part in emotion.split("+"))
    return {name: float(share or 1.0) for name, _, share in parts}


def unknown_emotion(value: object) -> StudioError:
    return unknown_choice("emotion", value, (*EMOTIONS, AUTO))


def _from_text(text: str) -> str:
    name = text.strip()
    if name in EMOTIONS or name == AUTO:
        return name
    if len(text) > _LONGEST:
        raise unknown_emotion(text)
    if name[:1] in ("{", "["):
        return parse_emotion(_json(name))
    if ":" not in name and "+" not in name:
        raise unknown_emotion(text)
    shares: dict[str, object] = {}
    for part in name.split("+"):
        key, colon, share = (piece.strip() for piece in part.partition(":"))
        if key in shares:
            _refuse(text, Bilingual(f"{key} occurs twice", f"{key} 出现了两次"))
        shares[key] = _number(share) if colon else 1.0
    return _mixed(shares.items(), text)


def _json(text: str) -> object:
    try:
        value: Any = json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, text))
    except (ValueError, RecursionError) as error:
        reason = Bilingual("this is not valid JSON", "不是有效的 JSON")
        raise StudioError("bad_emotion", value=printable(text), reason=reason) from error
    return value


def _once(pairs: list[tuple[str, object]], text: str) -> dict[str, object]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        _refuse(text, Bilingual(f"{printable(twice)} occurs twice", f"{printable(twice)} 出现了两次"))
    return dict(pairs)


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _mixed(shares: Iterable[tuple[object, object]], value: object) -> str:
    """The canonical spelling of shares; ``value`` is what they were given as."""
    given = {name: _share(name, share, value) for name, share in shares}
    total = math.fsum(given.values())
    if total <= 0.0:
        _refuse(value, Bilingual("its shares add up to zero", "各项之和为零"))
    kept = {}
    for name in EMOTIONS:
        share = given.get(name, 0.0)
        # Scaled ones are rounded down, so that they never add up to more than 1 again.
        ticks = math.floor(share / total * _STEP + 1e-6) if total > 1.0 + 1e-9 else round(share * _STEP)
        if ticks and name != NEUTRAL:
            kept[name] = ticks / _STEP
    if not kept:
        return NEUTRAL
    if list(kept.values()) == [1.0]:
        return next(iter(kept))
    return "+".join(f"{name}:{share:g}" for name, share in kept.items())


def _share(name: object, share: object, value: object) -> float:
    if name not in EMOTIONS:
        raise unknown_emotion(name)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 <= share <= 1.0:
        number = printable(share)
        english = f"the share of {name} must be a number from 0 to 1, not {number}"
        _refuse(value, Bilingual(english, f"{name} 的比例应在 0 到 1 之间，收到的是 {number}"))
    return float(share)


def _refuse(value: object, reason: Bilingual) -> NoReturn:
    raise StudioError("bad_emotion", value=printable(value), reason=reason)
