"""How long speaking takes on this machine: a few short measurements, kept on the disk, and what follows from them."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import torch

from indextts.engines.indextts2.checkpoint.model_cache import Modules
from indextts.engines.indextts2.networks.acoustics import AcousticPrompt, noise_for, solve
from indextts.engines.indextts2.networks.dit import Check
from indextts.engines.indextts2.networks.gpt import Writer
from indextts.storage.files import write_file
from indextts.utterance.model import Sampling

CODES_PER_S: Final = 50.0
"""Codes of a second of speech; version 2.5 has half as many."""
FRAMES_PER_S: Final = 22050 / 256

_CODES: Final = 4
_BEAMS: Final = 3
_PROMPT: Final = 80
"""Approximate positions in front of the codes: a speaker, an emotion, a sentence."""
_FRAMES: Final = 384
_SOUND_FRAMES: Final = 32
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


@dataclass(frozen=True)
class Shares:
    """How long each part of a segment takes approximately, in seconds."""

    hearing: float
    codes: float
    flow: float
    sound: float

    @property
    def total(self) -> float:
        return self.hearing + self.codes + self.flow + self.sound


def shares(
    calibration: Calibration,
    sampling: Sampling,
    codes_per_s: float,
    *,
    speech_s: float,
    prompt_s: float,
    unheard_s: float,
) -> Shares:
    """How long a segment with ``speech_s`` of speech will take.

    The flow goes on from ``prompt_s`` of a recording; ``unheard_s`` of recordings must be listened to first.
    """
    frames = speech_s * FRAMES_PER_S
    each = calibration.step if sampling.guidance > 0 else calibration.step / 2
    return Shares(
        unheard_s * calibration.hearing,
        speech_s * codes_per_s * (calibration.code + (sampling.beams - 1) * calibration.beam),
        sampling.steps * each * (frames + prompt_s * FRAMES_PER_S),
        frames * calibration.sound,
    )


class Calibrations:
    """The measurements of this machine, for each model and way to run it."""

    def __init__(self, path: Path, modules: Modules, threads: int) -> None:
        """``path`` is the file that keeps them."""
        self._path = path
        self._modules = modules
        whole = (modules.published.digests(), str(modules.device), threads)
        self._key = hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
        self.current = self._read()

    def ensure(self, check: Check) -> Calibration:
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
def measure(modules: Modules, check: Check) -> Calibration:
    """Do a little of everything but listening, on nothing in particular."""
    voice = modules.voice()
    one, several = (_a_code(modules, beams, check) for beams in (1, _BEAMS))
    del voice
    acoustics = modules.acoustics()
    generator = torch.Generator().manual_seed(0)
    bands, device = modules.mel().bands, modules.device
    latent = None if modules.config.is_25 else torch.zeros(1, 8, modules.config.gpt.model_dim, device=device)
    content = acoustics.condition([0] * 8, latent).shape[2]
    style = modules.exemplars().styles[:1].to(device)
    prompt = AcousticPrompt(
        torch.zeros(1, bands, _FRAMES // 2, device=device), torch.zeros(1, _FRAMES // 2, content, device=device), style
    )
    noise = noise_for(prompt, _FRAMES - _FRAMES // 2, generator)
    condition = torch.zeros(1, _FRAMES, content, device=device)

    def flow() -> None:
        solve(acoustics.flow, noise, prompt.mel, style, condition, steps=1, check=check)

    step = _seconds(flow, device) / _FRAMES
    mel = torch.zeros(1, bands, _SOUND_FRAMES, device=device)
    sound = _seconds(lambda: acoustics.samples(mel, check=check), device) / _SOUND_FRAMES
    return Calibration(one, max(0.0, several - one) / (_BEAMS - 1), step, sound, _HEARING * step)


def _a_code(modules: Modules, beams: int, check: Check) -> float:
    voice, config = modules.voice(), modules.config.gpt
    count = min(_PROMPT, config.max_text_tokens)
    vectors = torch.zeros(1, 1, config.model_dim)
    writer = Writer(voice, voice.prompt(vectors, [2] * count))
    device = modules.device
    writer.begin(beams)
    codes, parents = (torch.arange(beams, device=device) for _ in range(2))

    def write() -> None:
        for _ in range(_CODES):
            check()
            writer.step(codes, parents)

    return _seconds(write, device) / _CODES


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    """Of the second time: the first one pays for what is set up once."""
    seconds = 0.0
    for _ in range(2):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        seconds = time.perf_counter() - began
    return seconds
