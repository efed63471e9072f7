"""``python -m indextts voices …``."""

from __future__ import annotations

import argparse
import io
from dataclasses import asdict
from typing import Any, Final

from indextts.cli import files, terminal
from indextts.cli.terminal import typed
from indextts.engines.registry import mixable_voices
from indextts.model.i18n.messages import locale_language
from indextts.platform.config import load_config
from indextts.voices import Voice
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.prepare import prepare
from indextts.voices.cloning.voice import ClonedVoice
from indextts.voices.design import BOUNDS, Design
from indextts.voices.likeness import nearest_to
from indextts.voices.mixture import checked_mixture
from indextts.voices.names import key_of


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the voices of the configuration."""
    config = load_config(options.config)
    family, clones = VoiceFamily(config), CloneLibrary(config)
    try:
        _ACTIONS[options.action](options, family, clones)
    finally:
        family.close()
        clones.close()
    return 0


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
    return mixable_voices(load_config(options.config))


def _told(voice: Voice) -> tuple[str, str, str]:
    if locale_language() == "zh":
        return voice.name_zh, voice.group, voice.about_zh
    return voice.name_en, voice.group, voice.about_en


def _add(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    values = {name: getattr(options, name) for name in BOUNDS if getattr(options, name) is not None}
    mix = typed(options.mix)
    if mix:
        checked_mixture(mix, [one.id for one in _natural(options)])
    made = family.add(typed(options.name), values, mix)
    row = (made.id, made.name, "own", made.design, made.mix)
    terminal.report_lines(options, _fields(*row), [_line(*row)])


def _remove(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
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
    voices = {one.id: one for one in _natural(options)}
    with files.reading(options.file) as file:
        recording = prepare(file, typed(options.file))
    found = nearest_to(recording, list(voices))
    fields = [{**asdict(one), "closeness": one.closeness} for one in found]
    lines = ["\t".join([one.voice, *_told(voices[one.voice]), f"{one.closeness} {one.distance:.1f}"]) for one in found]
    terminal.report_lines(options, {"voices": fields}, lines)


def _clone(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    prepared = []
    for name in options.files:
        with files.reading(name) as file:
            prepared.append(prepare(file, typed(name)))
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
    output = files.check_target(options.output, options)
    voice = clones.find(typed(options.voice))
    files.write_bytes(output, clones.export(voice.id))
    if output != terminal.STANDARD:
        terminal.report_lines(options, {**_clone_fields(voice), "output": output}, [output])


def _import(options: argparse.Namespace, family: VoiceFamily, clones: CloneLibrary) -> None:
    name = None if options.name is None else typed(options.name)
    made = clones.import_(io.BytesIO(files.read_file(options.file)), name)
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


_ACTIONS: Final = {
    "list": _list,
    "add": _add,
    "nearest": _nearest,
    "remove": _remove,
    "clone": _clone,
    "export": _export,
    "import": _import,
}
