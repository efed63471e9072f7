"""Whether this processor multiplies 8-bit integers by instructions of its own, and rightly.

Nothing is timed: on a busy machine a clock says something else than on an idle one, and two servers of one kind would
speak the same sentence with different samples.
"""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ROWS: Final = 64
INTO: Final = 1024
OUT: Final = 256
"""Of the product that is tried: the voice has many of its size."""
WEIGHT: Final = 127
_LARGE: Final = 255
_CPUINFO: Final = Path("/proc/cpuinfo")
_ABILITIES: Final = frozenset(("avx512_vnni", "avx_vnni", "asimddp"))
"""Any of these adds four products of 8 bits in one step, as Linux names them."""


def multiplies_integers(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether the processor is known to have instructions with which integers take a third of the time of floats.

    Linux lists them; all of Apple's own processors have them. Elsewhere floats are computed with.
    """
    try:
        told = cpuinfo.read_text("utf-8", "replace")
    except OSError:
        return platform.system() == "Darwin" and platform.machine() == "arm64"
    lists = re.findall(r"^(?:flags|Features)\s*:(.*)$", told, re.MULTILINE)
    # Of a machine with two kinds of cores, what all of them have: a thread may run on any.
    return bool(lists) and all(_ABILITIES & {*one.split()} for one in lists)


def integers_are_right(integers: InferenceSession) -> bool:
    """Tries ``x`` ``[ROWS, INTO]`` times a table of ``WEIGHT``; takes a thousandth of a second.

    Processors without instructions of their own for it add two products of 8 bits in 16 (``vpmaddubsw`` of AVX2),
    which overflows: large factors find that out.
    """
    made = integers.run(None, {"x": np.full((ROWS, INTO), _LARGE, np.uint8)})[0]
    return bool((made == _LARGE * WEIGHT * INTO).all())
