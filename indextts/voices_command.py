"""``python -m indextts voices list|add|remove``: the voices, and ``--speakers`` of other commands."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from indextts import terminal
from indextts.errors import StudioError
from indextts.messages import Both, locale_language
from indextts.voices.design import BOUNDS, Design

if TYPE_CHECKING:
    from indextts.voices.family import VoiceFamily

_HELP: Final = {
    "tract": "factor on the resonances: below 1 deeper and darker, above 1 brighter",
    "pitch": "semitones of the median F0",
    "range": "factor on the F0 range: how lively",
    "rate": "factor on the speaking rate",
    "tilt": "decibels an octave: above 0 brighter, below 0 softer",
}


def add_parser(command: argparse.ArgumentParser) -> None:
    """Give ``command`` its actions and their options."""
    actions = command.add_subparsers(metavar="ACTION", required=True)

    def add(name: str, run: Callable[[argparse.Namespace, VoiceFamily], None], summary: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=summary, description=summary)
        action.set_defaults(voices_action=run)
        action.add_argument("--json", action="store_true", help="report as JSON")
        return action

    add("list", _list, "Print all voices: id, name, and how each differs from the first.")

    adding = add("add", _add, "Make a voice of your own.")
    adding.add_argument("name", metavar="NAME")
    for name, (low, high) in BOUNDS.items():
        adding.add_argument(f"--{name}", metavar="X", type=float, help=f"{_HELP[name]}; from {low:g} to {high:g}")

    removing = add("remove", _remove, "Remove a voice of your own.")
    removing.add_argument("voice", metavar="ID|NAME")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the voices of the configuration."""
    from indextts.config import load_config
    from indextts.voices.family import VoiceFamily

    family = VoiceFamily.of(load_config(options.config))
    try:
        options.voices_action(options, family)
    finally:
        family.close()
    return 0


def speakers(written: str | None) -> dict[str, str] | None:
    """``A=baker,B=young_man`` as a table; with designs, which hold commas, ``A=design:pitch=-3;B=baker``.

    Raises :class:`StudioError` ``bad_speakers``.
    """
    if written is None:
        return None
    table: dict[str, str] = {}
    text = _text(written)
    for part in filter(str.strip, text.split(";" if ";" in text else ",")):
        label, equals, voice = part.partition("=")
        if not equals or label.strip() in table:
            reason = Both(f"“{part.strip()[:40]}” should look like A=baker", f"“{part.strip()[:40]}”应写成 A=baker")
            raise StudioError("bad_speakers", reason=reason)
        table[label.strip()] = voice.strip()
    return table


def _list(options: argparse.Namespace, family: VoiceFamily) -> None:
    chinese = locale_language() == "zh"
    rows = [(one.id, one.name_zh if chinese else one.name_en, one.group, one.design) for one in family.named]
    rows += [(one.id, one.name, "own", one.design) for one in family.own()]
    _report(options, {"voices": [_fields(*row) for row in rows]}, [_line(*row) for row in rows])


def _add(options: argparse.Namespace, family: VoiceFamily) -> None:
    values = {name: getattr(options, name) for name in BOUNDS if getattr(options, name) is not None}
    made = family.add(_text(options.name), values)
    row = (made.id, made.name, "own", made.design)
    _report(options, _fields(*row), [_line(*row)])


def _remove(options: argparse.Namespace, family: VoiceFamily) -> None:
    from indextts.library.voices import key_of

    wanted = _text(options.voice)
    named = [one.id for one in family.own() if key_of(one.name) == key_of(wanted)]
    gone = family.remove(named[0] if named else wanted)
    row = (gone.id, gone.name, "own", gone.design)
    _report(options, _fields(*row), [f"- {_line(*row)}"])


def _fields(voice: str, name: str, group: str, design: Design) -> dict[str, Any]:
    return {"id": voice, "name": name, "group": group, **asdict(design)}


def _line(voice: str, name: str, group: str, design: Design) -> str:
    return "\t".join([voice, name, group, design.inline().partition(":")[2]]).rstrip("\t")


def _report(options: argparse.Namespace, data: dict[str, Any], lines: list[str]) -> None:
    terminal.report(data, "\n".join(lines), as_json=options.json)


def _text(argument: str) -> str:
    """What was typed, taken as UTF-8 whatever the locale."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape")
