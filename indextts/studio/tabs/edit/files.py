"""The editor's sentences as files: one sound for each line, alone or all together in one archive."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from indextts import sound
from indextts.model.errors import StudioError
from indextts.platform.run import Cancel

if TYPE_CHECKING:
    from indextts.sound.resample import Resampler

SPOOL_BYTES: Final = 8 * 2**20
"""An archive that is larger lies on the disk while it is sent."""


def line_name(number: int, text: str, audio_format: str) -> str:
    """``001-今天天气很好.wav``: in a folder the files stand in the order of the text. ``number`` counts from 0."""
    kept = "".join(char if char.isalnum() else " " for char in text[:200])
    stem = "-".join(kept.split())[:24].strip("-")
    return f"{number + 1:03d}-{stem}.{audio_format}" if stem else f"{number + 1:03d}.{audio_format}"


def encoded(wav: Path, audio_format: str, resampler: Resampler) -> bytes:
    """A sound in that format; the label that it bears goes along."""
    data = wav.read_bytes()
    if audio_format == "wav":
        return data
    import soundfile

    from indextts.sound.encode import encode

    samples, sample_rate = soundfile.read(wav, dtype="float32")
    return encode(samples, sample_rate, audio_format, resampler, label=str(sound.read_label(wav) or ""))


def archive(sounds: Iterable[tuple[str, Callable[[], bytes]]], cancel: Cancel) -> IO[bytes]:
    """A zip of all of them, at its beginning; sounds are packed as they are."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115  # whoever sends it closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
            for name, sound in sounds:
                cancel.check()
                packed.writestr(name, sound())
    except StudioError:
        file.close()
        raise
    file.seek(0)
    return file
