"""A small hub on loopback that answers like Hugging Face and like ModelScope, and misbehaves where it is told to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

Answer = Callable[["Handler", bytes], bool]
"""A misbehaviour: answers in its own way, and says whether it did."""


@dataclass
class Hub:
    """What the hub has, what went wrong, and what it was asked for."""

    files: dict[str, dict[str, bytes]]
    """``repository → path → content``."""
    address: str = ""
    lfs: bool = True
    """Whether it tells hashes."""
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    """For the next requests for a path's bytes, one after another."""
    listings: list[Answer] = field(default_factory=list)
    """For the next requests for a list of files, one after another."""
    revisions: list[str] = field(default_factory=list)
    """Which state of a repository was asked for, for each list."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Paths whose bytes were asked for, each with its ``Range``."""


class Handler(BaseHTTPRequestHandler):
    """See :class:`Hub`."""

    hub: Hub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        if match := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(.+)", path):
            self.hub.revisions.append(match[2])
            self._listing(match[1], self._hugging_face)
        elif match := re.fullmatch(r"/api/v1/models/([^/]+/[^/]+)/repo/files", path):
            self.hub.revisions.append(query["Revision"])
            self._listing(match[1], self._model_scope)
        elif match := re.fullmatch(r"/api/v1/models/([^/]+/[^/]+)/repo", path):
            self._bytes(match[1], query["FilePath"])
        elif match := re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", path):
            self._bytes(match[1], match[2])
        else:
            self.send_error(404)

    def _listing(self, repository: str, form: Callable[[str, dict[str, bytes]], object]) -> None:
        files = self.hub.files.get(repository)
        if files is None:
            self.send_error(404)
            return
        if self.hub.listings and self.hub.listings.pop(0)(self, b""):
            return
        self.reply(200, json.dumps(form(repository, files)).encode(), {"Content-Type": "application/json"})

    def _hugging_face(self, repository: str, files: dict[str, bytes]) -> object:
        def entry(path: str, data: bytes) -> dict[str, object]:
            known: dict[str, object] = {"rfilename": path, "size": len(data), "blobId": "0" * 40}
            if self.hub.lfs:
                known["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
            return known

        return {"id": repository, "sha": "c0ffee", "siblings": [entry(path, data) for path, data in files.items()]}

    def _model_scope(self, repository: str, files: dict[str, bytes]) -> object:
        def entry(path: str, data: bytes) -> dict[str, object]:
            digest = hashlib.sha256(data).hexdigest() if self.hub.lfs else ""
            return {"Path": path, "Size": len(data), "Type": "blob", "Sha256": digest}

        folder = {"Path": "folder", "Size": 0, "Type": "tree", "Sha256": ""}
        return {"Code": 200, "Data": {"Files": [folder, *(entry(path, data) for path, data in files.items())]}}

    def _bytes(self, repository: str, path: str) -> None:
        data = self.hub.files[repository][path]
        self.hub.asked.append((path, self.headers.get("Range", "")))
        faults = self.hub.faults.get(path, [])
        if faults and faults.pop(0)(self, data):
            return
        tag = f'"{hashlib.md5(data).hexdigest()}"'
        first = self._first(tag)
        if first >= len(data):
            self.reply(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        elif first:
            span = f"bytes {first}-{len(data) - 1}/{len(data)}"
            self.reply(206, data[first:], {"ETag": tag, "Content-Range": span})
        else:
            self.reply(200, data, {"ETag": tag})

    def _first(self, tag: str) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked and self.headers.get("If-Range", tag) == tag else 0

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


def breaks_off(at: int) -> Answer:
    """The connection ends after ``at`` more bytes."""

    def answer(handler: Handler, data: bytes) -> bool:
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        handler.send_response(206 if first else 200)
        handler.send_header("ETag", f'"{hashlib.md5(data).hexdigest()}"')
        if first:
            handler.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Length", str(len(data) - first))
        handler.end_headers()
        handler.wfile.write(data[first : first + at])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    return answer


def waits(go_on: threading.Event) -> Answer:
    """Half of the file, the rest when it may ``go_on``."""

    def answer(handler: Handler, data: bytes) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.wfile.flush()
        go_on.wait(30)
        handler.wfile.write(data[len(data) // 2 :])
        return True

    return answer


def endless(piece: bytes, pause: threading.Event | None = None) -> Answer:
    """A beginning, and then the same ``piece`` for as long as anybody reads, or until ``pause`` is set."""

    def answer(handler: Handler, data: bytes) -> bool:
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(data)
            while pause is None or not pause.wait(0.05):
                handler.wfile.write(piece)
        return True

    return answer


def leads(to: str) -> Answer:
    """A redirect."""

    def answer(handler: Handler, _: bytes) -> bool:
        handler.reply(302, b"", {"Location": to})
        return True

    return answer


def says(status: int, body: bytes = b"Not found") -> Answer:
    """Another answer than the file."""

    def answer(handler: Handler, _: bytes) -> bool:
        handler.reply(status, body, {})
        return True

    return answer


@contextmanager
def serving(files: dict[str, dict[str, bytes]]) -> Iterator[Hub]:
    """A hub that has ``files``."""
    hub = Hub(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Handler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
