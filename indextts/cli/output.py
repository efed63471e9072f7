"""What the command line writes when it has spoken: the audio, its subtitles, a picture, and a report."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.cli.terminal import STANDARD, check_target, report, tell, write_bytes
from indextts.i18n.messages import Bilingual, locale_language
from indextts.request import FORMATS, check_choice

if TYPE_CHECKING:
    from indextts.audio.resample import Resampler
    from indextts.pipeline import Speech

SUBTITLES: Final = ("srt", "vtt", "lrc", "json")


class Target:
    """Where the audio goes: checked before any work is done, written aside and renamed when it is there."""

    def __init__(self, options: argparse.Namespace) -> None:
        """``options``: ``output``, ``format``, ``subtitles``, ``plot`` and ``json``."""
        self._options = options
        self._name: str = options.output
        check_target(self._name)
        self._format = options.format or "wav"
        if self._name != STANDARD and not options.format:
            self._format = _extension(self._name) or "wav"
        check_choice("format", self._format, FORMATS)
        self._subtitles: str = options.subtitles or ""
        if self._subtitles:
            check_target(self._subtitles)
            check_choice("format", _extension(self._subtitles), SUBTITLES)
        if options.plot:
            check_target(options.plot)

    def write(self, speech: Speech, resampler: Resampler) -> None:
        """Encode and store, then say so."""
        from indextts.audio.encode import encode
        from indextts.export.subtitles import Subtitles
        from indextts.plan.receipt import told

        write_bytes(self._name, encode(speech.samples, speech.sample_rate, self._format, resampler))
        if self._subtitles:
            text = Subtitles.of(speech.utterance).render(_extension(self._subtitles))
            write_bytes(self._subtitles, text.encode())
        if self._options.plot:
            from indextts.export.plot import picture_of, png

            write_bytes(self._options.plot, png(picture_of(speech.samples, speech.sample_rate, speech.utterance)))
        work_s = sum(stage.seconds for stage in speech.stages)
        data = {
            "output": self._name,
            "sample_rate": speech.sample_rate,
            "duration_s": round(speech.duration_s, 4),
            "engine": speech.engine,
            "fallback": speech.fallback,
            "reason": speech.reason.of(locale_language()),
            "stages": [{"name": stage.name, "seconds": round(stage.seconds, 4)} for stage in speech.stages],
            "rtf": round(speech.rtf, 4),
            "cached": speech.cached,
            "subtitles": self._subtitles or None,
            **told(speech.utterance.receipt, speech.verdict),
        }
        line = Bilingual(
            f"{self._name}: {speech.duration_s:.2f} s of speech in {work_s:.2f} s",
            f"{self._name}：{speech.duration_s:.2f} 秒语音，用时 {work_s:.2f} 秒",
        ).of(locale_language())
        if self._name == STANDARD:
            tell(json.dumps(data, ensure_ascii=False) if self._options.json else line)
        else:
            report(data, line, as_json=self._options.json)
        if speech.fallback and not self._options.json:
            tell(_fell_back(speech.engine, speech.reason))
        elif speech.verdict is not None and not speech.verdict.reproducible and not self._options.json:
            tell(_other_installation(speech.verdict.differs))


def _fell_back(engine: str, reason: Bilingual) -> str:
    return Bilingual(f"Spoken by {engine}: {reason.en}.", f"由 {engine} 合成：{reason.zh}。").of(locale_language())


def _other_installation(differs: tuple[str, ...]) -> str:
    names = ", ".join(differs)
    return Bilingual(
        f"This may not be the audio of the plan's receipt, which was written with other: {names}.",
        f"可能与方案凭据中的音频不同；写凭据时不一样的有：{names}。",
    ).of(locale_language())


def _extension(name: str) -> str:
    return Path(name).resolve().suffix.removeprefix(".").lower()
