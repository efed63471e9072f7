"""What this machine's processor can do, as far as it decides which numbers are worth computing with."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch

_BFLOAT16: Final = ("amx_bf16", "avx512_bf16", "arm_bf16", "sve_bf16")
"""Any of these multiplies numbers of 16 bits by itself; others do it in several steps of 32, and lose by it."""
_FLAGS: Final = (*_BFLOAT16, "amx_int8", "avx2", "avx512_f", "avx512_vnni", "avx_vnni")
_WITHOUT: Final = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI")
"""Limits of oneDNN below which it has no such multiplication either."""
_LIMITS: Final = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY")


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
