"""``python -m indextts voices …``, and ``--speakers`` and ``--emotion-reference`` of other commands."""

from __future__ import annotations

import argparse
import io
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indextts.cli import terminal
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.voices.design import BOUNDS, Design

if TYPE_CHECKING:
    from indextts.voices import Voice
    from indextts.voices.catalogue import VoiceFamily
    from indextts.voices.cloning.library import CloneLibrary
    from indextts.voices.cloning.voice import ClonedVoice

_HASH: Final = re.compile(r"[0-9a-f]{64}")

_HELP: Final = {
    "tract": "factor on the resonances: below 1 deeper and darker, above 1 brighter",
    "pitch": "semitones of the median F0",
    "range": "factor on the F0 range: how lively",
    "rate": "factor on the speaking rate",
    "tilt": "decibels an octave: above 0 brighter, below 0 softer",
}


def add_parser(command: argparse.ArgumentParser) -> None:
    """Give ``command`` its actions and their options."""
    add = terminal.add_actions(command)
    add("list", _list, "Print all voices: id, name, and what each is like.")

    adding = add("add", _add, "Make a voice of your own.")
    adding.add_argument("name", metavar="NAME")
    for name, (low, high) in BOUNDS.items():
        adding.add_argument(f"--{name}", metavar="X", type=float, help=f"{_HELP[name]}; from {low:g} to {high:g}")
    adding.add_argument("--mix", metavar="MIX", default="", help="natural voices with weights: af_bella(2)+af_sky(1)")

    nearest = add("nearest", _nearest, "Find the natural voices that are most like a recording. Nothing is cloned.")
    nearest.add_argument("file", metavar="FILE")

    removing = add("remove", _remove, "Remove a voice of your own, or a cloned one with its recordings.")
    removing.add_argument("voice", metavar="ID|NAME")

    cloning = add("clone", _clone, "Make a voice of recordings: WAV, FLAC, MP3, OGG, M4A; 3 to 15 s each are best.")
    cloning.add_argument("name", metavar="NAME")
    cloning.add_argument("files", metavar="FILE", nargs="+")
    cloning.add_argument(
        "--consent", metavar="TEXT", required=True, help="statement of the speaker's consent: who agreed to what"
    )
    cloning.add_argument("--date", metavar="DATE", help="when: 2026-01-31; today if left out")
    cloning.add_argument("--tags", metavar="A,B", default="")
    cloning.add_argument("--weights", metavar="X,Y", help="how much each recording counts; alike if left out")

    exporting = add("export", _export, "Write a cloned voice into one file.")
    exporting.add_argument("voice", metavar="ID|NAME")
    exporting.add_argument("-o", "--output", metavar="OUT.voice", required=True, help="- writes to stdout")

    importing = add("import", _import, "Take a cloned voice from a file that export has written.")
    importing.add_argument("file", metavar="FILE.voice")
    importing.add_argument("--name", metavar="NAME", help="instead of its own")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the voices of the configuration."""
    from indextts.platform.config import load_config
    from indextts.voices.catalogue import VoiceFamily
    from indextts.voices.cloning.library import CloneLibrary

    config = load_config(options.config)
    family, clones = VoiceFamily(config), CloneLibrary(config)
    try:
        options.action(options, family, clones)
    finally:
        family.close()
        clones.close()
    return 0


def speakers(written: str | None) -> dict[str, str] | None:
    """``A=baker,B=young_man`` as a table; with designs, which hold commas, ``A=design:pitch=-3;B=baker``.

    Raises :class:`StudioError` ``bad_speakers``.
    """
    if written is None:
        return None
    table: dict[str, str] = {}
    text = typed(written)
    for part in filter(str.strip, text.split(";" if ";" in text else ",")):
        label, equals, voice = part.partition("=")
        if not equals or label.strip() in table:
            reason = Bilingual(
                f"“{part.strip()[:40]}” should look like A=baker", f"“{part.strip()[:40]}”应写成 A=baker"
            )
            raise StudioError("bad_speakers", reason=reason)
        table[label.strip()] = voice.strip()
    return table


def recording_of(given: str, config: str | None = None) -> str:
    """The content hash of the recording that ``given`` names: such a hash itself, or a file, which is kept for a while.

    Empty where nothing was given. ``config`` is the configuration's file, the usual one unless given. Raises
    :class:`StudioError` for a file that cannot be read or is no usable recording.
    """
    if not given or _HASH.fullmatch(given):
        return given
    path = Path(given)
    try:
        with path.open("rb") as file:
            from indextts.platform.config import load_config
            from indextts.voices.cloning.library import CloneLibrary
            from indextts.voices.cloning.prepare import prepare

            kept = CloneLibrary(load_config(config)).keep([prepare(file, path.name)])
    except OSError as error:
        raise StudioError("bad_file", path=given, reason=error.strerror or str(error)) from error
    return kept.references[0].sha256


def _list(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    chinese = locale_language() == "zh"
    rows = [(one.id, one.name_zh if chinese else one.name_en, one.group, one.design, "") for one in family.named]
    rows += [(one.id, one.name, "own", one.design, one.mix) for one in family.own()]
    natural, cloned = _natural(options), clones.voices()
    fields = [*map(asdict, natural), *(_fields(*row) for row in rows), *map(_clone_fields, cloned)]
    lines = ["\t".join([one.id, *_told(one)]) for one in natural]
    lines += [*(_line(*row) for row in rows), *map(_clone_line, cloned)]
    terminal.report_lines(options, {"voices": fields}, lines)


def _natural(options: argparse.Namespace) -> list[Voice]:
    """The installed natural voices, the best first."""
    from indextts.engines.registry import mixable_voices
    from indextts.platform.config import load_config

    return mixable_voices(load_config(options.config))


def _told(voice: Voice) -> tuple[str, str, str]:
    if locale_language() == "zh":
        return voice.name_zh, voice.group, voice.about_zh
    return voice.name_en, voice.group, voice.about_en


def _add(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    values = {name: getattr(options, name) for name in BOUNDS if getattr(options, name) is not None}
    mix = typed(options.mix)
    if mix:
        from indextts.voices.mixture import checked_mixture

        checked_mixture(mix, [one.id for one in _natural(options)])
    made = family.add(typed(options.name), values, mix)
    row = (made.id, made.name, "own", made.design, made.mix)
    terminal.report_lines(options, _fields(*row), [_line(*row)])


def _remove(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    from indextts.voices.names import key_of

    wanted = typed(options.voice)
    for one in clones.voices():
        if wanted == one.id or key_of(wanted) == key_of(one.name):
            clones.remove(one.id)
            terminal.report_lines(options, _clone_fields(one), [f"- {_clone_line(one)}"])
            return
    named = [one.id for one in family.own() if key_of(one.name) == key_of(wanted)]
    gone = family.remove(named[0] if named else wanted)
    row = (gone.id, gone.name, "own", gone.design, gone.mix)
    terminal.report_lines(options, _fields(*row), [f"- {_line(*row)}"])


def _nearest(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    from indextts.voices.cloning.prepare import prepare
    from indextts.voices.likeness import nearest_to

    voices = {one.id: one for one in _natural(options)}
    try:
        with open(options.file, "rb") as file:
            recording = prepare(file, typed(options.file))
    except OSError as error:
        raise StudioError("bad_file", path=options.file, reason=error.strerror or str(error)) from error
    found = nearest_to(recording, list(voices))
    fields = [{**asdict(one), "closeness": one.closeness} for one in found]
    lines = ["\t".join([one.voice, *_told(voices[one.voice]), f"{one.closeness} {one.distance:.1f}"]) for one in found]
    terminal.report_lines(options, {"voices": fields}, lines)


def _clone(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    from indextts.voices.cloning.prepare import prepare

    prepared = []
    for name in options.files:
        try:
            with open(name, "rb") as file:
                prepared.append(prepare(file, typed(name)))
        except OSError as error:
            raise StudioError("bad_file", path=name, reason=error.strerror or str(error)) from error
    found = [finding.localise(locale_language()) for one in prepared for finding in one.findings]
    for message, hint in found:
        terminal.tell(f"{message} {hint}")
    made = clones.add(
        typed(options.name),
        prepared,
        consent=typed(options.consent),
        consent_date=options.date,
        tags=list(filter(None, map(str.strip, typed(options.tags).split(",")))),
        weights=None if options.weights is None else [_number(part) for part in options.weights.split(",")],
    )
    findings = [{"message": message, "hint": hint} for message, hint in found]
    terminal.report_lines(options, {**_clone_fields(made), "findings": findings}, [_clone_line(made)])


def _export(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    terminal.check_target(options.output)
    voice = clones.find(typed(options.voice))
    terminal.write_bytes(options.output, clones.export(voice.id))
    if options.output != terminal.STANDARD:
        terminal.report_lines(options, {**_clone_fields(voice), "output": options.output}, [options.output])


def _import(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    name = None if options.name is None else typed(options.name)
    made = clones.import_(io.BytesIO(terminal.read_file(options.file)), name)
    terminal.report_lines(options, _clone_fields(made), [_clone_line(made)])


def _clone_fields(voice: ClonedVoice) -> dict[str, Any]:
    return {**asdict(voice), "cloned": True}


def _clone_line(voice: ClonedVoice) -> str:
    seconds = sum(one.seconds for one in voice.references)
    return "\t".join([voice.id, voice.name, voice.group, f"{seconds:.1f} s", ",".join(voice.tags)]).rstrip("\t")


def _number(part: str) -> float | str:
    """A weight; what is no number is refused with the others."""
    try:
        return float(part)
    except ValueError:
        return part


def _fields(voice: str, name: str, group: str, design: Design, mix: str) -> dict[str, Any]:
    fields = {"id": voice, "name": name, "group": group, **asdict(design)}
    return {**fields, "mix": mix} if mix else fields


def _line(voice: str, name: str, group: str, design: Design, mix: str) -> str:
    numbers = design.written()
    return "\t".join([voice, name, group, f"{mix}:{numbers}" if mix and numbers else mix or numbers]).rstrip("\t")
