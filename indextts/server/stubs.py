"""Imports Gradio without the type stubs that it writes beside its own source, at every import.

For each of its components it parses the module's source twice and renders a template: most of the time that the
import takes, for files that editors read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Final

_MODULE: Final = "gradio.component_meta"
_WRITES: Final = "create_or_modify_pyi"


@contextmanager
def no_stubs() -> Iterator[None]:
    """Gradio that is imported for the first time within writes none, now or later."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, inner: Loader) -> None:
        self._inner = inner

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        if hasattr(module, _WRITES):
            setattr(module, _WRITES, _write_nothing)


def _write_nothing(*_: object) -> None:
    pass
