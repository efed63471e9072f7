"""Training of the English network: one thread, checkpoints on the way, going on where it was left."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.english_voice import corpus
from training.english_voice.batches import Batch, excerpt
from training.english_voice.corpus import Example
from training.english_voice.network import Pupil

Floats = npt.NDArray[np.float32]
FRAMES: Final = 2400
"""Of a batch."""
RATE: Final = 1.5e-3
_WARM: Final = 150
_KEPT: Final = 0.999
"""Share of the averaged weights that a step leaves."""
_EXCERPTS: Final = 0.2
_REACH: Final = 4.0
"""Deviations that a band is clipped at: a teacher's digital silence is far below any voice's."""
_TESTED: Final = 40
_SAVED_EVERY_S: Final = 120.0

_log = logging.getLogger("training.english_voice")


@dataclass(frozen=True)
class Norm:
    """Mean and deviation of each band of the teacher's speech, ``[80]``."""

    mean: Floats
    deviation: Floats

    def apply(self, one: Example) -> Example:
        mel = np.clip((one.mel - self.mean) / self.deviation, -_REACH, _REACH).astype(np.float16)
        return replace(one, mel=mel)


def norm_of(examples: list[Example]) -> Norm:
    """Over frames of speech."""
    frames = np.concatenate([one.mel[corpus.active(one)] for one in examples])
    return Norm(frames.mean(0, dtype=np.float64).astype(np.float32), frames.std(0, dtype=np.float64).astype(np.float32))


def _batches(examples: list[Example], rng: np.random.Generator) -> Iterator[Batch]:
    chosen: list[Example] = []
    frames = 0
    while True:
        for place in rng.permutation(len(examples)):
            one = examples[place]
            if rng.random() < _EXCERPTS:
                one = excerpt(one, rng)
            chosen.append(replace(one, mel=one.mel.astype(np.float32)))
            frames += len(one.mel)
            if frames >= FRAMES:
                yield Batch(chosen)
                chosen, frames = [], 0


def losses(model: Pupil, batch: Batch) -> dict[str, Tensor]:
    """What is to become small, by name."""
    said = batch.sentences
    told = model.encoder(said.phones, said.marks, said.spoken)
    mel = model.decoder(told.hidden, said.owner, said.places, said.octaves, said.heard)
    heard, spoken = said.heard[:, None], said.spoken
    away = (mel - batch.mel).float()
    # Differences over time only between frames of one sentence.
    together = heard[1:] * heard[:-1]
    count = heard.sum() * away.shape[1]
    voiced = batch.voiced * spoken[:, None]
    return {
        "mel": (away.abs() * heard).sum() / count,
        "time": ((away[1:] - away[:-1]).abs() * together).sum() / count,
        "bands": ((away[:, 1:] - away[:, :-1]).abs() * heard).sum() / count,
        "frames": ((told.log_frames.float() - batch.log_frames).abs() * spoken).sum() / spoken.sum(),
        "pitch": ((told.octaves.float() - batch.pitch).abs() * voiced).sum() / voiced.sum() * 6.0,
    }


_SHARES: Final = {"mel": 1.0, "time": 0.25, "bands": 0.25, "frames": 0.3, "pitch": 0.3}


def whole(parts: dict[str, Tensor]) -> Tensor:
    return torch.stack([_SHARES[name] * part for name, part in parts.items()]).sum()


def train(data: Path, folder: Path, *, minutes: float, seed: int = 0) -> None:
    """Learn from ``data`` for ``minutes`` of this thread's processor time; what was begun in ``folder`` goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Pupil()
    average = copy.deepcopy(model).requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), RATE, (0.9, 0.98), weight_decay=0.01)
    checkpoint = folder / "checkpoint.pt"
    examples = list(corpus.read(data))
    norm, step, spent = norm_of(examples), 0, 0.0
    if checkpoint.exists():
        stored: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(stored["model"])
        average.load_state_dict(stored["average"])
        optimizer.load_state_dict(stored["optimizer"])
        norm, step, spent = Norm(stored["mean"].numpy(), stored["deviation"].numpy()), stored["step"], stored["spent"]
    files = len(list(data.rglob("[0-9][0-9][0-9].npz")))
    tested = Batch([norm.apply(replace(one, mel=one.mel.copy())) for one in examples[:_TESTED]])
    tested.mel = tested.mel.float()
    learned = [norm.apply(one) for one in examples[_TESTED:]]
    del examples
    _log.info("%d examples, step %d, %.1f minutes spent", len(learned), step, spent / 60)
    begun, saved = time.process_time() - spent, time.monotonic()
    sums: dict[str, float] = {}
    made = _batches(learned, rng)
    while spent < minutes * 60:
        way = min(spent / (minutes * 60), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / _WARM) * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * way)))
        # Half of the bits: twice as fast where the processor has instructions for them.
        with torch.autocast("cpu", torch.bfloat16):
            parts = losses(model, next(made))
        optimizer.zero_grad()
        whole(parts).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        kept = min(_KEPT, (1 + step) / (10 + step))
        with torch.no_grad():
            for mine, theirs in zip(average.parameters(), model.parameters(), strict=True):
                mine.lerp_(theirs, 1.0 - kept)
        for name, part in parts.items():
            sums[name] = sums.get(name, 0.0) + float(part.detach())
        spent = time.process_time() - begun
        if step % 50 == 0:
            told = " ".join(f"{name} {total / 50:.4f}" for name, total in sums.items())
            _log.info("step %d, %.1f minutes: %s", step, spent / 60, told)
            sums = {}
        if time.monotonic() - saved > _SAVED_EVERY_S or spent >= minutes * 60:
            with torch.no_grad():
                told = " ".join(f"{name} {float(part):.4f}" for name, part in losses(average, tested).items())
            _log.info("step %d, average, sentences kept apart: %s", step, told)
            _save(checkpoint, model, average, optimizer, norm, step, spent)
            saved = time.monotonic()
            now = len(list(data.rglob("[0-9][0-9][0-9].npz")))
            if now != files:  # more was said meanwhile
                files = now
                learned = [norm.apply(one) for one in list(corpus.read(data))[_TESTED:]]
                made = _batches(learned, rng)
                _log.info("%d examples", len(learned))


def _save(
    file: Path,
    model: Pupil,
    average: Pupil,
    optimizer: torch.optim.Optimizer,
    norm: Norm,
    step: int,
    spent: float,
) -> None:
    aside = file.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "average": average.state_dict(),
            "optimizer": optimizer.state_dict(),
            "mean": torch.from_numpy(norm.mean),
            "deviation": torch.from_numpy(norm.deviation),
            "step": step,
            "spent": spent,
        },
        aside,
    )
    aside.rename(file)


__all__ = ["Norm", "losses", "norm_of", "train"]
