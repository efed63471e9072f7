"""Reading and writing where the command line was called: files, stdin, stdout and stderr; and what was spoken."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.model.settings import SETTINGS, Sampling
from indextts.plan.request import FORMATS, check_choice

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Speech
    from indextts.platform.config import Config

STANDARD: Final = "-"
"""The name of stdin and stdout."""

SUBTITLES: Final = ("srt", "vtt", "lrc", "json")


def add_config(command: argparse.ArgumentParser, **more: Any) -> None:
    """Give ``command`` the option that names the configuration."""
    command.add_argument("--config", metavar="F", help="another configuration than configs/config.yaml", **more)


def add_actions(
    command: argparse.ArgumentParser,
) -> Callable[[str, Callable[..., None], str], argparse.ArgumentParser]:
    """What gives ``command`` an action: its name, what does it (left in the option ``action``), its summary."""
    actions = command.add_subparsers(metavar="ACTION", required=True)

    def add(name: str, run: Callable[..., None], summary: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=summary, description=summary)
        action.set_defaults(action=run)
        action.add_argument("--json", action="store_true", help="report as JSON")
        add_config(action, default=argparse.SUPPRESS)  # it may stand before the action, or last
        return action

    return add


def add_settings(command: argparse.ArgumentParser, *, speakers: bool = False) -> None:
    """An option for each setting of a request; with ``speakers`` also one for the voices of labels."""
    for name, row in SETTINGS.items():
        default = "as configured" if row.default is None else row.default
        text = row.help or f"{row.range}; {default} unless given".removeprefix("; ")
        if row.kind is bool:
            command.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=text)
            continue
        kind = str if row.kind is Sampling else row.kind
        command.add_argument(f"--{name.replace('_', '-')}", metavar="X", type=kind, default=row.default, help=text)
    if speakers:
        help_ = "the voices of the labels that lines begin with; picked unless given"
        command.add_argument("--speakers", metavar="A=ID,B=ID", help=help_)


def read_file(name: str) -> bytes:
    """All of a file, or of stdin. Raises :class:`StudioError` ``bad_file``."""
    if name == STANDARD:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise StudioError("bad_file", path=name, reason=error.strerror or str(error)) from error


def write_bytes(name: str, data: bytes) -> None:
    """Put ``data`` into a file, aside first, or on stdout; what is no file (a pipe, a device) is written to."""
    from indextts.platform.storage.files import write_file, writing

    if name == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        with writing(path):
            path.write_bytes(data)
    else:
        write_file(path, data)


def check_target(name: str) -> None:
    """Whether a file could be written there, before any work is done. Raises :class:`StudioError`."""
    # A link stays a link.
    path = Path(name).resolve()
    if name == STANDARD:
        return
    if not path.parent.is_dir():
        raise StudioError("no_folder", folder=path.parent)
    if path.is_dir():
        raise StudioError("bad_file", path=name, reason=Bilingual("it is a folder.", "它是一个文件夹。"))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """One line on stderr, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def report(data: dict[str, Any], line: str, *, as_json: bool) -> None:
    """A result, for programs or for people."""
    say(json.dumps(data, ensure_ascii=False) if as_json else line)


def report_lines(options: argparse.Namespace, data: dict[str, Any], lines: list[str]) -> None:
    """The same, with any number of lines for people, as ``options.json`` asks."""
    if options.json or lines:
        report(data, "\n".join(lines), as_json=options.json)


def typed(argument: str) -> str:
    """What was typed, taken as the UTF-8 that terminals send, whatever the locale."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape")


class Target:
    """Where the audio goes: checked before any work is done, written aside and renamed when it is there."""

    def __init__(self, options: argparse.Namespace) -> None:
        """``options``: ``output``, ``format``, ``subtitles``, ``plot`` and ``json``."""
        self._options = options
        self._name: str = options.output
        check_target(self._name)
        self._format = options.format or "wav"
        if self._name != STANDARD and not options.format:
            self._format = extension(self._name) or "wav"
        check_choice("format", self._format, FORMATS)
        self._subtitles: str = options.subtitles or ""
        if self._subtitles:
            check_target(self._subtitles)
            check_choice("format", extension(self._subtitles), SUBTITLES)
        if options.plot:
            check_target(options.plot)

    def write(self, speech: Speech, config: Config) -> None:
        """Encode and store, then say so."""
        from indextts.plan.receipt import told
        from indextts.sound.encode import encode
        from indextts.sound.export.label import sound_label
        from indextts.sound.export.subtitles import Subtitles

        resampler, label = config.audio.resampler, sound_label(config.label, speech.samples)
        write_bytes(self._name, encode(speech.samples, speech.sample_rate, self._format, resampler, label=label))
        if self._subtitles:
            text = Subtitles.of(speech.utterance).render(extension(self._subtitles))
            write_bytes(self._subtitles, text.encode())
        if self._options.plot:
            from indextts.sound.export.plot import picture_of, png

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
        if self._options.json:
            return
        if speech.fallback:
            engine, why = speech.engine, speech.reason
            tell(Bilingual(f"Generated by {engine}: {why.en}.", f"由 {engine} 合成：{why.zh}。").of(locale_language()))
        elif speech.verdict is not None and not speech.verdict.reproducible:
            names = ", ".join(speech.verdict.differs)
            other = Bilingual(
                f"This may differ from the audio of the plan's receipt, which was written with different {names}.",
                f"可能与方案凭据中的音频不同；写凭据时不一样的有：{names}。",
            )
            tell(other.of(locale_language()))


def extension(name: str) -> str:
    """What it ends in, in small letters and without the dot."""
    return Path(name).resolve().suffix.removeprefix(".").lower()
