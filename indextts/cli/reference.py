"""The recording whose emotion is borrowed, as a command line names it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from indextts.errors import StudioError

_HASH: Final = re.compile(r"[0-9a-f]{64}")


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
            from indextts.config import load_config
            from indextts.voices.cloning.library import CloneLibrary
            from indextts.voices.cloning.prepare import prepare

            kept = CloneLibrary(load_config(config)).keep([prepare(file, path.name)])
    except OSError as error:
        raise StudioError("bad_file", path=given, reason=error.strerror or str(error)) from error
    return kept.references[0].sha256
