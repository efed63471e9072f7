"""What a norm demands, and whether a bound book meets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from indextts.books.binding.model import BindingCheck, BoundChapter, BoundReport, Norm
from indextts.model.i18n.messages import Bilingual, read_words

LOUDNESS: Final[Mapping[Norm, float]] = {"podcast": -16.0, "ebu": -23.0}
"""LUFS by norm."""
ACX_RATE: Final = 44_100
ACX_BIT_RATE: Final = 192

_MOST_S: Final = 120 * 60
_MOST_BYTES: Final = 170_000_000
_NAMED: Final = 3  # runs of chapters that a sentence names
_JOINED: Final = {"en": ", ", "zh": "、"}
_OPENING: Final = re.compile(r"opening credits|片头", re.IGNORECASE)
_CLOSING: Final = re.compile(r"closing credits|片尾", re.IGNORECASE)


def acx_checks(
    chapters: Sequence[BoundChapter], reports: Sequence[BoundReport], form: str, rate: int, bit_rate: int
) -> tuple[BindingCheck, ...]:
    """ACX's demands. ``form`` is that of the sound files; chapters without one of their own are in one together."""
    apart = len(reports) <= 1 or all(report.file for report in reports)
    seconds, size = (0.0, 0) if apart else (reports[-1].begin_s + reports[-1].duration_s, reports[0].bytes)
    mp3 = form == "mp3" and rate == ACX_RATE and bit_rate >= ACX_BIT_RATE
    unspoken = [report for chapter, report in zip(chapters, reports, strict=True) if not chapter.title_samples]
    noisy = _each("noise_floor", reports, lambda one: one.noise_floor_db is None or one.noise_floor_db <= -60.0)
    silent = [one for one in reports if one.noise_floor_db is None]
    return (
        _each("rms", reports, lambda one: -23.0 <= one.rms_db <= -18.0),
        _each("peak", reports, lambda one: one.peak_db <= -3.0),
        _check("noise_floor", "unknown", silent, of=len(reports)) if silent and noisy.state == "passed" else noisy,
        _check("file_form", "passed" if mp3 else "failed", bit_rate=bit_rate),
        _each("room_tone", reports, lambda one: 0.5 <= one.head_s <= 1.0 and 1.0 <= one.tail_s <= 5.0),
        _each("length", reports, lambda one: max(seconds, one.duration_s) <= _MOST_S),
        _each("size", reports, lambda one: max(size, one.bytes) <= _MOST_BYTES),
        _check("one_file_each", "passed" if apart else "failed"),
        _each("titles", reports, lambda one: bool(one.title.strip())),
        _check("titles_spoken", "unknown" if unspoken else "passed", unspoken, of=len(reports)),
        _check(
            "opening_credits",
            "passed" if any(one.kind == "title" or _OPENING.search(one.title) for one in chapters[:1]) else "failed",
        ),
        _check("closing_credits", "passed" if chapters and _CLOSING.search(chapters[-1].title) else "failed"),
    )


def loudness_checks(reports: Sequence[BoundReport], target: float) -> tuple[BindingCheck, ...]:
    """Those of a norm in LUFS."""
    return (
        _each("loudness", reports, lambda one: abs(one.lufs - target) <= 0.5, target=f"−{abs(target):g}"),
        _each("true_peak", reports, lambda one: one.true_peak_db <= -1.0),
    )


def _each(
    name: str, reports: Sequence[BoundReport], meets: Callable[[BoundReport], bool], **details: Any
) -> BindingCheck:
    wrong = [report for report in reports if not meets(report)]
    return _check(name, "failed" if wrong else "passed", wrong, of=len(reports), **details)


def _check(name: str, state: Any, about: Sequence[BoundReport] = (), of: int = 0, **details: Any) -> BindingCheck:
    """``about`` are the chapters that its sentence names, ``of`` so many."""
    words = _words()

    def said(language: str) -> str:
        chapters = _named(words, [report.number for report in about], of, language) if about else ""
        text: str = words[f"{name}_{state}"][language].format(chapters=chapters, **details)
        return text[:1].upper() + text[1:]

    return BindingCheck(name, state, Bilingual(said("en"), said("zh")))


def _named(words: Mapping[str, Mapping[str, Any]], numbers: Sequence[int], of: int, language: str) -> str:
    """Chapters as people say them: all 12 chapters, chapters 1 and 2, 1–3, 5 and 9, chapters 1, 3, 5 and 20 more."""
    if len(numbers) == 1:
        return str(words["one_chapter"][language].format(number=numbers[0]))
    if len(numbers) == of > 2:
        return str(words["all_chapters"][language].format(count=of))
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [f"{run[0]}–{run[-1]}" if len(run) > 2 else _JOINED[language].join(map(str, run)) for run in runs[:_NAMED]]
    left = sum(map(len, runs[_NAMED:]))
    key = "chapters_and_more" if left else "some_chapters"
    last = "" if language == "zh" or left or len(shown) == 1 else shown.pop()
    joined = _JOINED[language].join(shown) + (f" and {last}" if last else "")
    return str(words[key][language].format(numbers=joined, count=left))


@cache
def _words() -> dict[str, dict[str, Any]]:
    return read_words([Path(__file__).with_suffix(".yaml")])
