"""How many threads numpy's linear algebra has. To be set before numpy is imported for the first time."""

from __future__ import annotations

import os
from typing import Final

_OPENBLAS: Final = "OPENBLAS_NUM_THREADS"


def in_the_asking_thread() -> None:
    """Have numpy multiply in the thread that asks, unless the environment says otherwise.

    The matrices here are small. OpenBLAS's own threads wait awake for the next one, and take a core from the networks
    meanwhile: English costs 1.7 times the processor time with them.
    """
    os.environ.setdefault(_OPENBLAS, "1")
