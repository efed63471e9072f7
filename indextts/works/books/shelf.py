"""A finished book is sent to Audiobookshelf, as its API takes it: ``POST /api/upload``.

    shelf = BookShelf(config.audiobookshelf, library, file)
    shelf.push("local", book)           # what is wrong is told at once; the sending goes on in the background
    shelf.state("local", book)          # Pushed(state="sending", progress=0.4, …)

Only the configured address is asked, redirects are not followed, and the token goes nowhere else.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from indextts.books.binding.places import safe_name
from indextts.books.fetching import check_address
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform.serving_config import AudiobookshelfConfig
from indextts.works.books.book_rows import Book

log = logging.getLogger(__name__)

TOKEN: Final = "AUDIOBOOKSHELF_TOKEN"
"""The environment's, where the configuration has none."""
FORM: Final = "m4b"
"""One file with chapters and cover."""
_PIECE: Final = 1 << 18
_MOST_BYTES: Final = 8 << 20
"""Of an answer."""
_LOOK_S: Final = 0.5
_MOST_EDITIONS: Final = 100

FileOf = Callable[[str, str, str], Path]
"""Owner, book and form to the file; raises ``book_binding`` while it is made."""


@dataclass(frozen=True)
class Pushed:
    """What became of the last order to send a book."""

    state: Literal["making", "sending", "done", "failed"]
    progress: float = 0.0
    """Share of the file that is made, then sent."""
    title: str = ""
    """Under which it stands there."""
    library: str = ""
    error: StudioError | None = None


@dataclass(frozen=True)
class _Target:
    """Where a book goes."""

    library: str
    folder: str
    name: str
    """Of the library."""


class BookShelf:
    """Thread-safe. What is being sent does not outlive the process."""

    def __init__(
        self,
        config: AudiobookshelfConfig,
        book: Callable[[str, str], Book],
        file: FileOf,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """``book`` gives one by owner and id, ``file`` what it is made into."""
        self._config = config
        self._token = config.token or environment.get(TOKEN, "")
        self._book, self._file = book, file
        self._lock = threading.Lock()
        self._states: dict[str, Pushed] = {}
        self._closed = threading.Event()

    @property
    def is_set_up(self) -> bool:
        """Whether the configuration names an Audiobookshelf."""
        return bool(self._config.url)

    def close(self) -> None:
        """Stop what is being sent."""
        self._closed.set()

    def state(self, owner: str, name: str) -> Pushed | None:
        """What becomes of the last order. Raises :class:`StudioError` ``no_book``."""
        self._book(owner, name)
        with self._lock:
            return self._states.get(name)

    def push(self, owner: str, name: str, *, again: bool = False) -> Pushed:
        """Begin to send the book; ``again`` also where such a one is there, beside it.

        Raises :class:`StudioError` ``no_book``, ``job_empty``, ``job_unfinished``, ``shelf_off``, ``shelf_away``,
        ``shelf_token``, ``shelf_library``, ``shelf_folder``, ``shelf_has``, ``shelf_refused``.
        """
        book = self._book(owner, name)
        if not self.is_set_up:
            raise StudioError("shelf_off")
        try:
            self._file(owner, name, FORM)
        except StudioError as error:
            if error.code != "book_binding":
                raise
        with self._lock:
            known = self._states.get(name)
            if known is not None and known.state in ("making", "sending"):
                return known
            self._states[name] = begun = Pushed("making", title=book.title)
        try:
            target = self._target()
            title = self._free_title(target, book, again=again)
        except BaseException:
            with self._lock:
                self._states.pop(name, None)
            raise
        begun = self._note(name, replace(begun, title=title, library=target.name))
        thread = threading.Thread(
            target=self._work, args=(owner, book, target, title), name="audiobookshelf", daemon=True
        )
        thread.start()
        return begun

    # ------------------------------------------------------------------ in the background

    def _work(self, owner: str, book: Book, target: _Target, title: str) -> None:
        begun = Pushed("making", title=title, library=target.name)
        try:
            path = self._made(owner, book.id, begun)
            self._upload(path, book, target, title, begun)
            self._scan(target)
            self._note(book.id, replace(begun, state="done", progress=1.0))
        except StudioError as error:
            self._note(book.id, replace(begun, state="failed", error=error))
        except Exception as fault:
            log.exception("A book was not sent")
            told = StudioError("shelf_away", reason=_words(fault))
            self._note(book.id, replace(begun, state="failed", error=told))

    def _made(self, owner: str, name: str, begun: Pushed) -> Path:
        while not self._closed.wait(0):
            try:
                return self._file(owner, name, FORM)
            except StudioError as error:
                if error.code != "book_binding":
                    raise
                self._note(name, replace(begun, progress=int(str(error.details["percent"])) / 100))
            self._closed.wait(_LOOK_S)
        raise StudioError("cancelled")

    def _note(self, name: str, pushed: Pushed) -> Pushed:
        with self._lock:
            self._states[name] = pushed
        return pushed

    # ------------------------------------------------------------------ what is asked there

    def _target(self) -> _Target:
        listed = self._json("GET", "/api/libraries")
        libraries = [one for one in _rows(listed.get("libraries")) if one.get("mediaType", "book") == "book"]
        wanted = self._config.library.strip()
        named = ", ".join(printable(one.get("name", "")) for one in libraries) or "–"
        found = [one for one in libraries if wanted in ("", str(one.get("id")), str(one.get("name")))]
        if not found or (not wanted and len(libraries) > 1):
            raise StudioError("shelf_library", library=printable(wanted or "–"), libraries=named)
        folders, folder = _rows(found[0].get("folders")), self._config.folder.strip()
        chosen = [one for one in folders if folder in ("", str(one.get("id")), str(one.get("fullPath")))]
        if not chosen:
            known = ", ".join(printable(one.get("fullPath", "")) for one in folders) or "–"
            raise StudioError("shelf_folder", folder=printable(folder or "–"), folders=known)
        return _Target(str(found[0].get("id")), str(chosen[0].get("id")), printable(found[0].get("name", "")))

    def _free_title(self, target: _Target, book: Book, *, again: bool) -> str:
        """The title under which it will stand there. Raises ``shelf_has`` where it is taken, if not ``again``."""
        title = book.title.strip() or book.id
        query = urlencode({"q": title, "limit": _MOST_EDITIONS})
        found = self._json("GET", f"/api/libraries/{quote(target.library, safe='')}/search?{query}")
        taken = set()
        for row in _rows(found.get("book")):
            about = _table(_table(_table(row.get("libraryItem")).get("media")).get("metadata"))
            if str(about.get("authorName") or "").casefold() == book.author.strip().casefold():
                taken.add(str(about.get("title") or "").strip().casefold())
        if title.casefold() not in taken:
            return title
        if not again:
            raise StudioError("shelf_has", title=printable(title), library=target.name)
        editions = (f"{title} ({number})" for number in range(2, _MOST_EDITIONS + 2))
        return next((one for one in editions if one.casefold() not in taken), f"{title} ({secrets.token_hex(3)})")

    def _upload(self, path: Path, book: Book, target: _Target, title: str, begun: Pushed) -> None:
        fields = {"title": title, "library": target.library, "folder": target.folder}
        if book.author.strip():
            fields["author"] = book.author.strip()
        boundary = secrets.token_hex(16)
        name = safe_name(1, 1, title).partition(" ")[2] or "book"
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{_line(value)}\r\n'
            for key, value in fields.items()
        )
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="0"; filename="{name}.{FORM}"\r\n'
        begin = f"{head}Content-Type: audio/mp4\r\n\r\n".encode()
        end, size = f"\r\n--{boundary}--\r\n".encode(), path.stat().st_size

        def body() -> Iterator[bytes]:
            yield begin
            sent = 0
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    if self._closed.is_set():
                        raise StudioError("cancelled")
                    yield piece
                    sent += len(piece)
                    self._note(book.id, replace(begun, state="sending", progress=sent / size))
            yield end

        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(begin) + size + len(end)),
        }
        self._note(book.id, replace(begun, state="sending"))
        status, data = self._ask("POST", "/api/upload", body=body(), headers=headers)
        if status in (400, 500) and b"exist" in data.lower():
            raise StudioError("shelf_has", title=printable(title), library=target.name)
        if status == 403:
            raise StudioError("shelf_token")
        if status != 200:
            raise _refused(status, data)

    def _scan(self, target: _Target) -> None:
        """Have it looked for; where this user may not order that, the server finds the folder by itself."""
        self._ask("POST", f"/api/libraries/{quote(target.library, safe='')}/scan")

    def _json(self, method: str, place: str) -> dict[str, Any]:
        status, data = self._ask(method, place)
        if status != 200:
            raise _refused(status, data)
        try:
            return _table(json.loads(data))
        except (ValueError, RecursionError) as error:
            raise _refused(status, data) from error

    def _ask(
        self, method: str, place: str, *, body: Iterator[bytes] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and content of an answer. Raises ``shelf_away`` and ``shelf_token``."""
        with self._connected() as (connection, base):
            try:
                # An answer that came before all was sent says why.
                try:
                    connection.request(
                        method,
                        base + place,
                        body=body,
                        headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
                    )
                except (BrokenPipeError, ConnectionResetError):
                    if connection.sock is None:
                        raise
                answer = connection.getresponse()
                data = answer.read(_MOST_BYTES + 1)[:_MOST_BYTES]
            except (OSError, http.client.HTTPException) as error:
                raise StudioError("shelf_away", reason=_words(error)) from error
        if answer.status == 401:
            raise StudioError("shelf_token")
        return answer.status, data

    @contextmanager
    def _connected(self) -> Iterator[tuple[http.client.HTTPConnection, str]]:
        scheme, host, port = check_address(self._config.url)
        base = quote(urlsplit(self._config.url).path.rstrip("/"), safe="/%")
        within_s = self._config.timeout_s
        connection = (
            http.client.HTTPSConnection(host, port, timeout=within_s, context=ssl.create_default_context())
            if scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=within_s)
        )
        try:
            yield connection, base
        finally:
            connection.close()


def _refused(status: int, data: bytes) -> StudioError:
    said = printable(data.decode("utf-8", "replace"), 120) or "–"
    return StudioError("shelf_refused", status=status, said=said)


def _words(error: BaseException) -> Bilingual:
    words = printable(error, 120) or type(error).__name__
    return Bilingual(words, words)


def _line(text: str) -> str:
    return " ".join(text.split())


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
