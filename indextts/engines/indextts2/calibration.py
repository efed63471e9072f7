"""How long speaking takes on this machine: a few short measurements, kept on the disk, and what follows from them."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import torch

from indextts.engines.indextts2.checkpoint.precision import EXACT
from indextts.engines.indextts2.costs import FRAMES_PER_S, PartSeconds
from indextts.engines.indextts2.opened import pieces
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.model.settings import QUALITIES
from indextts.model.utterance import Sampling
from indextts.platform.beats import Beat
from indextts.platform.storage.files import write_file

CODES_PER_S: Final = 50.0
"""Codes of a second of speech; version 2.5 has half as many."""

_BEAMS: Final = 3
_USUAL_S: Final = 5.0
"""Of a sentence, and of a recording."""
_HEARING: Final = 550.0
"""Seconds for a second of a recording, as steps of the flow over one frame: until a recording was listened to."""
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calibration:
    """What things take, in seconds."""

    code: float
    """A code that one beam writes."""
    beam: float
    """What every further beam adds to that."""
    step: float
    """A step of the flow, for each frame, prompt included; with guidance."""
    sound: float
    """The vocoder, for each frame."""
    hearing: float
    """Listening, for each second of a recording, opening what it needs included."""


def shares(
    calibration: Calibration,
    sampling: Sampling,
    codes_per_s: float,
    *,
    speech_s: float,
    prompt_s: float,
    unheard_s: float,
    along: int = 1,
) -> PartSeconds:
    """How long a pass with ``speech_s`` of speech will take.

    The flow goes on from ``prompt_s`` of a recording; ``unheard_s`` of recordings must be listened to first. So many
    passes as ``along`` says are written together, each of them for its share.
    """
    frames = speech_s * FRAMES_PER_S
    each = calibration.step if sampling.guidance > 0 else calibration.step / 2
    return PartSeconds(
        unheard_s * calibration.hearing,
        speech_s * codes_per_s * (calibration.code + (along * sampling.beams - 1) * calibration.beam) / along,
        sampling.steps * each * (frames + prompt_s * FRAMES_PER_S),
        frames * calibration.sound,
    )


def paces(calibration: Calibration, codes_per_s: float) -> dict[str, float]:
    """Seconds of work for each second of a usual sentence, in each quality."""

    def pace(drawn: Sampling) -> float:
        prompt_s = min(_USUAL_S, drawn.prompt_s)
        usual = shares(calibration, drawn, codes_per_s, speech_s=_USUAL_S, prompt_s=prompt_s, unheard_s=0.0)
        return usual.total / _USUAL_S

    return {name: pace(drawn) for name, drawn in QUALITIES.items()}


class Calibrations:
    """The measurements of this machine, for each model and way to run it."""

    def __init__(self, path: Path, modules: Modules, threads: int) -> None:
        """``path`` is the file that keeps them."""
        self._path = path
        self._modules = modules
        self._threads = threads
        self.look()

    def look(self) -> None:
        """Take up what is known of the numbers that the networks compute with now."""
        modules = self._modules
        whole: tuple[object, ...] = (modules.published.digests(), str(modules.device), self._threads)
        if modules.precision != EXACT:
            whole = (*whole, str(modules.precision))
        self._key = hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
        self.current = self._read()

    def ensure(self, check: Beat) -> Calibration:
        """Those of now; measured where they were not yet. Opens what speaks."""
        if self.current is None:
            began = time.perf_counter()
            self._set(measure(self._modules, check))
            _LOG.info("Measured the machine in %.1f s: %s", time.perf_counter() - began, self.current)
        assert self.current is not None
        return self.current

    def heard(self, recording_s: float, seconds: float) -> None:
        """A recording of that length took ``seconds``."""
        if self.current is not None and recording_s > 0:
            self._set(replace(self.current, hearing=seconds / recording_s))

    def _set(self, calibration: Calibration) -> None:
        self.current = calibration
        write_file(self._path, json.dumps({**self._all(), self._key: asdict(calibration)}, indent=1).encode())

    def _read(self) -> Calibration | None:
        held = self._all().get(self._key)
        try:
            return None if held is None else Calibration(**{name: float(value) for name, value in held.items()})
        except (TypeError, ValueError, AttributeError):
            return None

    def _all(self) -> dict[str, dict[str, float]]:
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}


@torch.inference_mode()
def measure(modules: Modules, check: Beat) -> Calibration:
    """Do a little of everything but listening, on nothing in particular."""
    device = modules.device
    one, several = (pieces.seconds(pieces.codes(modules, beams, check), device) for beams in (1, _BEAMS))
    step = pieces.seconds(pieces.flow(modules, check), device) / pieces.FRAMES
    sound = pieces.seconds(pieces.sound(modules, check), device) / pieces.SOUND_FRAMES
    beam = max(0.0, several - one) / pieces.CODES / (_BEAMS - 1)
    return Calibration(one / pieces.CODES, beam, step, sound, _HEARING * step)
