"""How a graphics card multiplies in 32 bits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def products(device: torch.device, *, tf32: bool) -> Iterator[None]:
    """Within, a card rounds the factors of products and convolutions in 32 bits to TF32, or not; a CPU is left alone.

    PyTorch would have convolutions round unless it is told, and products not. Afterwards all is as it was.
    """
    if device.type != "cuda":
        yield
        return
    convolutions: Any = torch.backends.cudnn
    places = (torch.backends.cuda.matmul, convolutions.conv)
    before = [place.fp32_precision for place in places]
    try:
        for place in places:
            place.fp32_precision = "tf32" if tf32 else "ieee"
        yield
    finally:
        for place, was in zip(places, before, strict=True):
            place.fp32_precision = was
