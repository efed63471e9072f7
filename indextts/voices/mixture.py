"""Mixtures of ready voices, ``af_bella(2)+af_sky(1)``, and the check of every voice that a caller names.

mixture = read_mixture("af_bella(2)+af_sky(1):pitch=-2")
mixture.shares          # (("af_bella", 0.667), ("af_sky", 0.333))
mixture.written()       # "af_bella(0.667)+af_sky(0.333):pitch=-2", however it was spelled
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.voices.cloning.voice import is_reference
from indextts.voices.design import INLINE, OWN_PREFIX, PLAIN, Design, bad_voice, read_inline, read_numbers

MOST_MIXED: Final = 4
MAX_PART: Final = 100.0  # The largest weight of a voice in a mixture
LONGEST: Final = 300  # Characters of a mixture with its sliders

_UNIT: Final = 1000  # Shares are whole thousandths
_NAME: Final = r"[a-z][fm]_[a-z0-9]+"
_READY: Final = re.compile(_NAME)
_WRITTEN: Final = re.compile(rf"\s*{_NAME}\s*[(+:]|[^:]*[(+]")
_PART: Final = re.compile(rf"\s*({_NAME})\s*(?:\(\s*(\d+(?:\.\d+)?)\s*\))?\s*")
_ANY_PART: Final = re.compile(_PART.pattern.replace(_NAME, r"[^\s()+:]{1,60}"))  # of a voice that there may not be


@dataclass(frozen=True)
class Mixture:
    """Ready voices and their shares, which are 1 in all, the heaviest first; and what sliders change in them."""

    shares: tuple[tuple[str, float], ...]
    design: Design = PLAIN

    @property
    def heaviest(self) -> str:
        """The id of the voice with the largest share."""
        return self.shares[0][0]

    @property
    def british(self) -> bool:
        """Whether its heaviest voice says English as in Britain, which its id begins with."""
        return self.heaviest.startswith("b")

    def voices(self) -> str:
        """The voices alone in their one spelling: two mixtures that sound the same are written the same."""
        if len(self.shares) == 1:
            return self.heaviest
        return "+".join(f"{name}({share:g})" for name, share in self.shares)

    def written(self) -> str:
        """The whole in its one spelling, a voice's id."""
        numbers = self.design.written()
        return f"{self.voices()}:{numbers}" if numbers else self.voices()

    def hertz(self, hertz: Mapping[str, float]) -> float:
        """Approximate median F0, from that of its voices; 0 where one of them is not known."""
        known = [hertz.get(name, 0.0) for name, _ in self.shares]
        if not all(known):
            return 0.0
        mean = sum(one * share for one, (_, share) in zip(known, self.shares, strict=True))
        return mean * float(2.0 ** (self.design.pitch / 12.0))


def is_ready(voice: str) -> bool:
    """Whether an id has the form of a ready voice's: language (a American, b British, z Mandarin), sex, name."""
    return _READY.fullmatch(voice) is not None


def is_mixture(voice: object) -> bool:
    """Whether a voice is written as a mixture, or as a ready voice with sliders, rightly or not."""
    return (
        isinstance(voice, str)
        and not voice.startswith(INLINE)
        and not is_reference(voice)
        and _WRITTEN.match(voice) is not None
    )


def read_mixture(written: str) -> Mixture:
    """Read a ready voice's id or a mixture; a weight that is left out is 1. Whether its voices exist is not checked.

    Raises :class:`StudioError` ``bad_voice``.
    """
    if len(written) > LONGEST:
        raise bad_voice(f"it has more than {LONGEST} characters", f"超过 {LONGEST} 个字符")
    names, colon, numbers = written.partition(":")
    parts = names.split("+")
    if len(parts) > MOST_MIXED:
        raise bad_voice(f"a mixture has at most {MOST_MIXED} voices", f"最多混合 {MOST_MIXED} 个音色")
    weights: dict[str, float] = {}
    for part in parts:
        match = _PART.fullmatch(part)
        if match is None:
            told = printable(part)
            raise bad_voice(f"“{told}” should look like af_bella(2)", f"“{told}”应写成 af_bella(2) 的样子")
        name, weight = match[1], float(match[2] or 1)
        if not 0 < weight <= MAX_PART:
            en = f"the weight of {name} must be above 0 and at most {MAX_PART:g}"
            raise bad_voice(en, f"{name} 的权重应大于 0、不超过 {MAX_PART:g}")
        weights[name] = weights.get(name, 0.0) + weight
    return Mixture(_shares(weights), read_numbers(numbers) if colon else PLAIN)


def _shares(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Whole thousandths that are one in all, what is lost by rounding given to those that lost most."""
    total = sum(weights.values())
    exact = {name: weight * _UNIT / total for name, weight in weights.items()}
    whole = {name: int(share) for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (whole[name] - round(exact[name], 6), name))
    for name in order[: _UNIT - sum(whole.values())]:
        whole[name] += 1
    kept = sorted((-share, name) for name, share in whole.items() if share)
    return tuple((name, -share / _UNIT) for share, name in kept)


def checked_mixture(written: str, ids: Sequence[str]) -> Mixture:
    """Read a mixture of voices that are all in ``ids``.

    Raises :class:`StudioError` ``bad_voice``, or ``unknown_choice`` for a voice that does not exist.
    """
    ready = [voice for voice in ids if is_ready(voice)]
    for part in map(_ANY_PART.fullmatch, written.partition(":")[0].split("+") if ready else ()):
        if part is None or is_ready(part[1]):
            continue
        if part[1] not in ids:
            raise unknown_voice(part[1], ready)
        name = printable(part[1])
        raise bad_voice(
            f"only the natural voices can be mixed, and {name} is none: choose among {', '.join(ready)}",
            f"只有自然音色可以混合，{name} 不是：请从 {'、'.join(ready)} 中选择",
        )
    mixture = read_mixture(written)
    if not ready:
        raise bad_voice(
            "only the natural voices can be mixed, and they are not installed: install Kokoro under “Models” first",
            "只有自然音色可以混合，而它们还没有安装：请先在“模型”页安装 Kokoro",
        )
    for name, _ in mixture.shares:
        if name not in ready:
            raise unknown_voice(name, ready)
    return mixture


def with_design(mixture: Mixture, design: Design) -> Mixture:
    """The same voices with other sliders."""
    return replace(mixture, design=design)


def check_voice(voice: object, ids: Sequence[str]) -> str:
    """Return ``voice`` in its one spelling: one of ``ids``, a mixture of them, a design, or the name of recordings.

    Raises :class:`StudioError` ``unknown_choice``, ``voice_gone`` or ``bad_voice`` for anything else.
    """
    if isinstance(voice, str):
        voice = voice.strip()
        if voice in ids or is_reference(voice):
            return voice
        if voice.startswith(INLINE):
            read_inline(voice)
            return voice
        if is_mixture(voice):
            return checked_mixture(voice, ids).written()
    raise unknown_voice(voice, ids)


def unknown_voice(voice: object, ids: Sequence[str]) -> StudioError:
    """The error for a voice that does not exist: for a person's own, which may have been removed, without a list."""
    if isinstance(voice, str) and voice.startswith(OWN_PREFIX):
        return StudioError("voice_gone", voice=printable(voice))
    field = Bilingual("voice", "音色")
    return StudioError("unknown_choice", field=field, value=printable(voice), choices=", ".join(ids))
