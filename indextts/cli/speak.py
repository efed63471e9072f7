"""``python -m indextts say``, ``analyze`` and ``render``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Final

from indextts.cli.configured import config_of
from indextts.cli.files import check_target, extension, read_text, write_bytes
from indextts.cli.given import recording_of, speakers
from indextts.cli.terminal import STANDARD, report, say, tell, tell_engine, typed
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.model.settings import SETTINGS, parse_sampling
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.receipt import told
from indextts.plan.request import FORMATS, SpeechRequest, check_choice
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.service.preload import Preloader
from indextts.sound.export.anki import speech_deck
from indextts.sound.export.label import labelled
from indextts.sound.export.subtitles import Subtitles

SUBTITLES: Final = ("srt", "vtt", "lrc", "json", "apkg")


def say_it(options: argparse.Namespace) -> int:
    target = Target(options)
    request = _request(options)
    config = config_of(options)
    target.write(_pipeline(config).speak(request), config)
    return 0


def analyze(options: argparse.Namespace) -> int:
    request = _request(options)
    say(_pipeline(config_of(options)).analyse(request).to_json(indent=2))
    return 0


def render(options: argparse.Namespace) -> int:
    target = Target(options)
    utterance = Utterance.from_json(read_text(options.plan))
    config = config_of(options)
    pipeline = _pipeline(config)
    target.write(pipeline.collect(pipeline.accept(utterance), Run()), config)
    return 0


def _pipeline(config: Config) -> Pipeline:
    return Preloader.shared(config).wait()


def _request(options: argparse.Namespace) -> SpeechRequest:
    name = STANDARD if options.file is None and options.text == STANDARD else options.file
    text = typed(options.text) if name is None else read_text(name)
    given = {name: getattr(options, name) for name in SETTINGS}
    given["sampling"] = parse_sampling(options.sampling, options.quality)
    given["emotion_reference"] = recording_of(options.emotion_reference, options.config)
    settings = Settings(**given)
    return SpeechRequest(text, settings, speakers(options.speakers))


class Target:
    """Where the audio goes: checked before any work is done, written aside and renamed when it is there."""

    def __init__(self, options: argparse.Namespace) -> None:
        """``options``: ``output``, ``format``, ``subtitles``, ``plot`` and ``json``."""
        self._options = options
        self._name = check_target(options.output, options)
        self._format = options.format or "wav"
        if self._name != STANDARD and not options.format:
            self._format = extension(self._name) or "wav"
        check_choice("format", self._format, FORMATS)
        others = [self._name]
        self._subtitles: str = options.subtitles or ""
        if self._subtitles:
            others.append(check_target(self._subtitles, options, *others))
            check_choice("format", extension(self._subtitles), SUBTITLES)
        self._plot: str = options.plot and check_target(options.plot, options, *others)

    def _beside(self, speech: Speech, config: Config) -> bytes:
        """The subtitles, or the deck for Anki, which is called as its file."""
        subtitles, form = Subtitles.of(speech.utterance), extension(self._subtitles)
        if form != "apkg":
            return subtitles.render(form).encode()
        sound, title = (speech.samples, speech.sample_rate), Path(self._subtitles).stem
        return speech_deck(*sound, subtitles, config.label, config.audio.resampler, now=time.time(), title=title)

    def write(self, speech: Speech, config: Config) -> None:
        """Encode and store, then say so."""
        spoken = (speech.samples, speech.sample_rate, self._format, config.audio.resampler)
        write_bytes(self._name, labelled(config.label, *spoken))
        if self._subtitles:
            write_bytes(self._subtitles, self._beside(speech, config))
        if self._plot:
            from indextts.sound.export.plot import picture_of, png  # with the libraries of pictures

            write_bytes(self._plot, png(picture_of(speech.samples, speech.sample_rate, speech.utterance)))
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
        if self._options.json:
            return
        if speech.fallback:
            tell_engine(speech.engine, speech.reason)
        elif speech.verdict is not None and not speech.verdict.reproducible:
            names = ", ".join(speech.verdict.differs)
            other = Bilingual(
                f"This may differ from the audio of the plan's receipt, which was written with different {names}.",
                f"可能与方案凭据中的音频不同；写凭据时不一样的有：{names}。",
            )
            tell(other.of(locale_language()))
