"""Gradio without what its import brings and no page of ours uses: half of the time, and 50 MB.

with only_what_pages_use():
    import gradio
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_LATER: Final = ("pandas",)
"""Modules that are imported when something of theirs is asked for: tables as values."""
_CALLED: Final = ("gradio.mcp", "gradio.external", "gradio.cli", "httpx._main")
"""Modules of which nothing but what can be called is taken: pages as tools, models of the hub as pages, and two command
lines."""

_NUMBERS: Final = (
    *("GRADIO_SERVER_PORT", "GRADIO_NUM_PORTS", "GRADIO_NODE_NUM_PORTS"),
    *("GRADIO_ANALYTICS_MAX_EVENTS", "GRADIO_DEBUG"),
)
"""Variables that Gradio reads as whole numbers, most of them when it is imported, for a server that is not ours."""
_MODULE: Final = "gradio.component_meta"
_WRITES: Final = "create_or_modify_pyi"


@contextmanager
def only_what_pages_use() -> Iterator[None]:
    """Gradio that is imported for the first time within is quick and small; nothing of it is missing afterwards."""
    for name in _NUMBERS:
        if not os.environ.get(name, "0").isdecimal():  # empty, as an operator's file may have it: the import would fail
            del os.environ[name]
    with no_stubs(), _put_off():
        yield


@contextmanager
def no_stubs() -> Iterator[None]:
    """Gradio that is imported for the first time within writes no type stubs beside its source, now or later.

    For each component it would parse the module's source twice and render a template, for files that editors read:
    most of the time that the import takes.
    """
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
        spec = PathFinder.find_spec(fullname, path, target) if fullname == _MODULE else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if hasattr(module, _WRITES):
                setattr(module, _WRITES, lambda *_: None)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


@contextmanager
def _put_off() -> Iterator[None]:
    """Stand-ins for :data:`_LATER` and :data:`_CALLED`, where these are not imported yet."""
    stand_ins: list[_StandIn] = [_Later(name) for name in _LATER] + [_Called(name) for name in _CALLED]
    for stand_in in stand_ins:
        sys.modules.setdefault(stand_in.__name__, stand_in)
    try:
        yield
    finally:
        for stand_in in stand_ins:
            stand_in.leave()


class _StandIn(ModuleType):
    """Placeholder for a module in ``sys.modules``; modules that have imported it keep it."""

    def leave(self) -> None:
        """Make room for the module itself."""
        if sys.modules.get(self.__name__) is self:
            sys.modules.pop(self.__name__, None)

    def real(self) -> ModuleType:
        self.leave()
        return importlib.import_module(self.__name__)


class _Later(_StandIn):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import machinery's own questions
            raise AttributeError(name)
        return getattr(self.real(), name)


class _Called(_StandIn):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*values: Any, **named: Any) -> Any:
            return getattr(self.real(), name)(*values, **named)

        return call
