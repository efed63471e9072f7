"""Loops over arrays as machine code, by numba: compiled once for a machine, or once in each process."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any, Final

_LOG: Final = logging.getLogger(__name__)


def compile_kernel(kernel: Callable[..., None], signature: str, *relaxed: str) -> Callable[..., None]:
    """``kernel`` as machine code: kept where ``NUMBA_CACHE_DIR`` says, else made anew in each process (1 to 3 s).

    Products may be added without rounding in between, and ``relaxed`` names what else LLVM may do with floats; nothing
    is done in another order than it stands. ``signature`` is numba's.
    """
    import numba

    compile_it: Any = numba.njit
    options: dict[str, Any] = {"nogil": True, "fastmath": {"contract", *relaxed}, "error_model": "numpy"}
    made: Callable[..., None]
    if os.environ.get("NUMBA_CACHE_DIR"):
        try:
            made = compile_it(signature, cache=True, **options)(kernel)
            return made
        except (OSError, RuntimeError) as error:
            _LOG.info("%s is compiled again in each process: %s", kernel.__name__, error)
    made = compile_it(signature, **options)(kernel)
    return made
