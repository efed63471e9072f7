"""What pages can ask for again, within a bound of bytes: the oldest goes first, what open pages show goes last."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from indextts.platform.lru import Lru

Value = TypeVar("Value")

MEGABYTE: Final = 1024 * 1024

MAX_PAGES: Final = 1000
"""Open pages whose shown value is held; the page that spoke up longest ago is the first to lose this."""


class Kept(Generic[Value]):
    """Values under ids, oldest first. Thread-safe."""

    def __init__(self, max_bytes: int) -> None:
        self._values: Lru[str, Value] = Lru(max_bytes)
        self._shown: Lru[str, str] = Lru(MAX_PAGES)
        """By page."""

    @property
    def nbytes(self) -> int:
        """Memory that is taken now, approximately."""
        return self._values.size

    def __len__(self) -> int:
        return len(self._values)

    def put(self, key: str, value: Value, size: int) -> None:
        """Keep ``value``, of ``size`` bytes, as the newest. It stays whatever its size; others make room for it."""
        self._values.put(key, value, size, last=self._on_pages())

    def resize(self, key: str, size: int) -> None:
        """Say that a value has grown or shrunk."""
        self._values.resize(key, size, last=self._on_pages())

    def get(self, key: str, *, renew: bool = False) -> Value | None:
        """The value, or ``None`` where it is unknown or forgotten; with ``renew`` it is the newest from now on."""
        return self._values.get(key) if renew else self._values.peek(key)

    def show(self, page: str, key: str) -> None:
        """The open page of that name shows this value, and no other one any more."""
        if page:
            self._shown.put(page, key)

    def leave(self, page: str) -> None:
        """That page was closed."""
        self._shown.pop(page)

    def _on_pages(self) -> set[str]:
        return set(self._shown.values())
