"""Which books have a podcast feed: each is opened by a key of its own in the address, which opens nothing else.

feeds = Feeds(config)
secret = feeds.open("local", book)       # told once; the one before is void
feeds.owner_of(book, secret)             # "local", or None
feeds.end("local", book)
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from indextts.model.errors import StudioError
from indextts.platform.config import Config, load_kept
from indextts.platform.storage.files import write_file
from indextts.platform.storage.shared_file import SharedFile, file_state

FILE: Final = "feeds.yaml"
"""In ``cache_dir``."""
MOST: Final = 1_000
"""Feeds of one server."""
_LONGEST_SECRET: Final = 512


class OpenFeed(BaseModel):
    """A feed without its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    created: float


FORM: Final = TypeAdapter(Mapping[str, OpenFeed])


class Feeds:
    """Those of one server. Thread-safe; other processes see a change within a second."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = time.time) -> None:
        self._file = SharedFile[Mapping[str, OpenFeed]](config.cache_path / FILE, _read, without={})
        self._clock = clock

    @property
    def problem(self) -> StudioError | None:
        """Why there are none, or not those of the file; changes of them raise it, too."""
        return self._file.problem

    def open(self, owner: str, book: str) -> str:
        """The secret of a new feed of that book, which is kept nowhere. Raises :class:`StudioError` ``feeds_full``."""
        secret = secrets.token_urlsafe(32)

        def work(kept: dict[str, OpenFeed]) -> None:
            if book not in kept and len(kept) >= MOST:
                raise StudioError("feeds_full", limit=MOST)
            kept[book] = OpenFeed(owner=owner, hash=_hash(secret), created=self._clock())

        self._change(work)
        return secret

    def end(self, owner: str, book: str) -> None:
        """Void its address, if it has one."""

        def work(kept: dict[str, OpenFeed]) -> None:
            if (found := kept.get(book)) is not None and found.owner == owner:
                del kept[book]

        self._change(work)

    def of(self, owner: str, book: str) -> OpenFeed | None:
        """The feed of a book."""
        found = self._file.value.get(book)
        return found if found is not None and found.owner == owner else None

    def owner_of(self, book: str, secret: str) -> str | None:
        """Whose book that secret opens; ``None`` for a wrong one."""
        found = self._file.value.get(book)
        known = OpenFeed(owner="", hash=_hash(""), created=0.0) if found is None else found
        right = hmac.compare_digest(known.hash, _hash(secret[:_LONGEST_SECRET]))
        return found.owner if right and found is not None else None

    def _change(self, work: Callable[[dict[str, OpenFeed]], None]) -> None:
        with self._file.changing():
            kept = dict(_read(self._file.path))
            work(kept)
            text = yaml.safe_dump({name: one.model_dump() for name, one in kept.items()})
            write_file(self._file.path, text.encode(), mode=0o600)


def _hash(secret: str) -> str:
    return "sha256:" + hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> Mapping[str, OpenFeed]:
    return {} if file_state(path) is None else load_kept(path, FORM)
