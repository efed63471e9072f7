"""What ``--speakers`` and ``--emotion-reference`` of several commands are given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from indextts.cli.files import reading
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import load_config

_HASH: Final = re.compile(r"[0-9a-f]{64}")


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
    with reading(given) as file:
        from indextts.voices.cloning.library import CloneLibrary
        from indextts.voices.cloning.prepare import prepare

        kept = CloneLibrary(load_config(config)).keep([prepare(file, Path(given).name)])
    return kept.references[0].sha256
