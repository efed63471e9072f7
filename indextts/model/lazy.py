"""Faces of the package's wings: names that are imported from their modules when they are first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def face(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of ``package``, whose names are defined in the modules of ``homes`` below it.

    Importing a wing therefore imports none of its modules.
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return find
