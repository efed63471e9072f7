"""Puts published weights into modules without copying: a module is laid out empty and takes the tensors it is given.

Checkpoints hold weight-normalised layers in two parts, a length and a direction; :func:`fold` multiplies them once, so
that the modules know plain weights alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

State = Mapping[str, torch.Tensor]
Module = TypeVar("Module", bound=nn.Module)

_LOG: Final = logging.getLogger(__name__)
_NAMED: Final = 6
"""Keys of each kind that an error names; a wrong checkpoint has hundreds."""


def tensors(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, torch.Tensor]:
    """Arrays as tensors of their own memory; float16 becomes float32."""
    return {
        name: torch.from_numpy(np.array(array, np.float32 if array.dtype == np.float16 else array.dtype))
        for name, array in arrays.items()
    }


def fold(state: State) -> dict[str, torch.Tensor]:
    """``state`` with each pair ``weight_g``, ``weight_v`` as one ``weight`` = g · v / ‖v‖, over all axes but 0."""
    folded: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        if name.endswith("weight_v") and f"{name[:-1]}g" in state:
            length = tensor.flatten(1).norm(dim=1).reshape(-1, *[1] * (tensor.ndim - 1))
            folded[name[:-2]] = tensor * (state[f"{name[:-1]}g"] / length)
        elif not (name.endswith("weight_g") and f"{name[:-1]}v" in state):
            folded[name] = tensor
    return folded


def part(state: State, prefix: str) -> dict[str, torch.Tensor]:
    """The entries under ``prefix``, which their names lose."""
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def unwrapped(state: State) -> dict[str, torch.Tensor]:
    """``state`` without the ``module.`` that training on several devices leaves in front of names."""
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}


def build(
    make: Callable[[], Module], state: State, *, source: str, unused: Sequence[str] = (), strict: bool = True
) -> Module:
    """A module, ready for inference, that holds the tensors of ``state`` themselves (floats as float32).

    ``unused`` are patterns of keys that published files have and nothing reads; they are left out. ``source`` names the
    file in errors. Raises :class:`StudioError` ``weights_mismatch``, which lists keys that are missing, have another
    shape, or (with ``strict``) are left over; without ``strict`` the log lists those.
    """
    with torch.device("meta"):
        module = make()
    wanted = module.state_dict()
    folded = fold(state)
    missing = [name for name in wanted if name not in folded]
    shapes = [
        f"{name} {tuple(folded[name].shape)} ≠ {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in folded and folded[name].shape != tensor.shape
    ]
    dropped = [re.compile(pattern) for pattern in unused]
    over = [name for name in folded if name not in wanted and not any(pattern.match(name) for pattern in dropped)]
    if missing or shapes or (strict and over):
        problems = _problems(missing, shapes, over if strict else [])
        raise StudioError("weights_mismatch", source=source, problems=problems)
    if over:
        _LOG.warning("%s: %d entries are not read: %s", source, len(over), _list(over))
    kept = {name: folded[name].float() if folded[name].is_floating_point() else folded[name] for name in wanted}
    module.load_state_dict(kept, strict=True, assign=True)
    return module.eval().requires_grad_(False)


def _problems(missing: list[str], shapes: list[str], over: list[str]) -> Bilingual:
    english = [("missing", missing), ("of another shape", shapes), ("left over", over)]
    chinese = [("缺少", missing), ("形状不符", shapes), ("多余", over)]
    return Bilingual(
        "; ".join(f"{len(names)} {what} ({_list(names)})" for what, names in english if names),
        "；".join(f"{what} {len(names)} 个（{_list(names)}）" for what, names in chinese if names),
    )


def _list(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
