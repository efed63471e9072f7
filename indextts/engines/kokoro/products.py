"""Which graph of the sound this processor computes fastest: the cut itself, or the same with products of bytes.

The second is made of the first and lies beside it. It is no part of the model: its samples are equal.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from indextts.engines.integers import integers_are_right, multiplies_integers
from indextts.engines.kokoro.graph_files import PROBE_FILE, SOUND_FILE
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.onnx import open_session
from indextts.platform.storage.files import new_folder, writing
from indextts.platform.storage.manifest import ModelFolder

_FORMAT: Final = "2"

log = logging.getLogger(__name__)


def sound_path(config: Config, place: ModelFolder) -> Path:
    """The checked file of the sound's graph of the model in ``place`` that is to be opened here.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt`` where the cut is not whole. That nothing can be
    written beside it is told in the log, and the cut speaks.
    """
    cut = place.checked_path(SOUND_FILE)
    if not multiplies_integers():
        return cut
    beside = ModelFolder(place.name, config.models_path / f".{place.name}-products")
    try:
        return _checked(beside, cut, f"{_FORMAT} {place.digests()[SOUND_FILE]}")
    except StudioError as error:
        log.warning("%s", error)
        return cut


def _checked(beside: ModelFolder, cut: Path, identity: str) -> Path:
    for again in (False, True):
        if again or beside.identity() != identity:
            from indextts.engines.kokoro.convolutions import write_products

            with writing(beside.path.parent), new_folder(beside.path) as aside:
                write_products(cut, aside)
                beside.write_manifest(aside, identity)
        try:
            if SOUND_FILE not in beside.digests() or not _is_right(beside.checked_path(PROBE_FILE)):
                break
            return beside.checked_path(SOUND_FILE)
        except StudioError as error:
            log.warning("%s", error)  # it is damaged: made once more
    return cut


def faster(cut: Path, folder: Path) -> Path:
    """The same for a cut that is not installed yet: its graph with products, in ``folder``, where they are quicker."""
    from indextts.engines.kokoro.convolutions import write_products

    useful = multiplies_integers() and write_products(cut, folder) and _is_right(folder / PROBE_FILE)
    return folder / SOUND_FILE if useful else cut


def _is_right(probe: Path) -> bool:
    return integers_are_right(open_session(probe))
