"""Which numbers each network computes with on this machine: as it is set, or as a short measurement shows.

Each network is opened in 32 bits and then in its near-equal numbers, one after the other, and does a little of its work
at its own size; what is clearly faster stays. So never more than one of them is in memory, and never twice.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch

from indextts.engines.indextts2.checkpoint.precision import (
    EXACT,
    KEPT,
    ON_CARD,
    Floats,
    KeptChoices,
    Network,
    Precision,
    PrecisionChoice,
    PrecisionSetting,
    Weights,
    quickest,
)
from indextts.engines.indextts2.fast.light_linear import can_lighten
from indextts.engines.indextts2.opened import pieces
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.platform.beats import Beat

_BFLOAT16: Final = ("amx_bf16", "avx512_bf16", "arm_bf16", "sve_bf16")
"""Any of these multiplies numbers of 16 bits by itself; others do it in several steps of 32, and lose by it."""
_FLAGS: Final = (*_BFLOAT16, "amx_int8", "avx2", "avx512_f", "avx512_vnni", "avx_vnni")
_WITHOUT: Final = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI")
"""Limits of oneDNN below which it has no such multiplication either."""
_LIMITS: Final = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY")

_BEAMS: Final = 3
_LOG: Final = logging.getLogger(__name__)

Timed = Callable[[Network, str, Callable[[], float]], float]
"""Told which network computes with which numbers, and what does its work and returns how long it took."""


def by_clock(_network: Network, _numbers: str, work: Callable[[], float]) -> float:
    return work()


@dataclass(frozen=True)
class Processor:
    """Its name, its abilities, and the limits that the environment sets to them."""

    name: str
    flags: tuple[str, ...]
    limits: tuple[str, ...] = ()

    @property
    def bfloat16(self) -> bool:
        """Whether it has numbers of 16 bits natively."""
        limited = any(limit.partition("=")[2].upper() in _WITHOUT for limit in self.limits if "MAX_CPU_ISA" in limit)
        return not limited and any(flag in self.flags for flag in _BFLOAT16)


def this_processor(environment: Mapping[str, str] = os.environ) -> Processor:
    able = torch.cpu.get_capabilities()
    limits = tuple(f"{name}={environment[name]}" for name in _LIMITS if environment.get(name))
    return Processor(_name() or str(able.get("cpu_name", "")), tuple(f for f in _FLAGS if able.get(f)), limits)


def _name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def near_equal(processor: Processor) -> Precision:
    """The numbers that are near enough to 32 bits, of those that a processor has natively."""
    voice: Weights = "int8" if can_lighten("int8") else "float32"
    floats: Floats = "bfloat16" if processor.bfloat16 and can_lighten("bfloat16") else "float32"
    return Precision(floats, voice, floats, floats)


class PrecisionChooser:
    """Chooses once for each model, processor, number of threads and release of PyTorch; the choice is kept."""

    def __init__(
        self,
        folder: Path,
        modules: Modules,
        threads: int,
        setting: PrecisionSetting,
        *,
        processor: Processor | None = None,
        timed: Timed = by_clock,
    ) -> None:
        """``folder`` keeps the choice; the networks compute with it at once where it was made before."""
        self._modules = modules
        self._kept = KeptChoices(folder / KEPT)
        self._processor = processor or this_processor()
        self._threads = threads or torch.get_num_threads()
        on_card = modules.device.type != "cpu"
        self._setting: PrecisionSetting = "exact" if on_card else setting
        self._timed = timed
        whole = (modules.published.digests(), self._processor, torch.__version__, self._threads, setting)
        self._key = hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
        if on_card and setting != "exact":  # nothing to measure: 16 bits are what cards are made for
            modules.tf32 = True
            modules.compute_in(ON_CARD)
        elif self._setting != "exact" and (known := self._kept.get(self._key)) is not None:
            modules.compute_in(known.precision)
        elif self._setting == "fast":
            modules.compute_in(near_equal(self._processor))

    def settle(self, check: Beat) -> None:
        """Choose, unless it was done before; the networks compute with it from now on."""
        if self._setting == "exact" or self._kept.get(self._key) is not None:
            return
        near = near_equal(self._processor)
        choice = PrecisionChoice(
            self._modules.published.folder.name, self._processor.name, self._threads, self._setting, near
        )
        if self._setting == "auto":
            measured = measure(self._modules, near, check, self._timed)
            choice = replace(choice, precision=quickest(near, measured), seconds=measured)
        self._modules.compute_in(choice.precision)
        self._kept.put(self._key, choice)
        _LOG.info("Computing with %s", choice.precision)


@torch.inference_mode()
def measure(modules: Modules, near: Precision, check: Beat, timed: Timed = by_clock) -> dict[Network, dict[str, float]]:
    """The seconds of a piece of each network's work, in 32 bits and in the numbers of ``near``."""
    device = modules.device

    def voice() -> float:
        return pieces.seconds(pieces.sentence(modules, _BEAMS, check), device)

    def flow() -> float:
        return pieces.seconds(pieces.flow(modules, check), device)

    def sound() -> float:
        return pieces.seconds(pieces.sound(modules, check), device)

    # Networks that are opened together stand together.
    groups: tuple[dict[Network, Callable[[], float]], ...] = (
        {"voice": voice},
        {"flow": flow, "vocoder": sound},
        {"hearing": lambda: pieces.hearing_seconds(modules, check)},
    )
    found: dict[Network, dict[str, float]] = {}
    for group in groups:
        group = {network: work for network, work in group.items() if near.of(network) != "float32"}
        tried = EXACT.having({network: near.of(network) for network in group})
        for precision in (EXACT, tried) if group else ():
            modules.compute_in(precision)
            for network, work in group.items():
                check()
                numbers = precision.of(network)
                found.setdefault(network, {})[numbers] = took = timed(network, numbers, work)
                _LOG.info("Measured %s in %s: %.2f s", network, numbers, took)
        modules.compute_in(EXACT)
    return found
