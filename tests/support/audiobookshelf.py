"""A stand-in for Audiobookshelf on this machine: the calls of its API for an upload, and its refusals."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "right-token-of-the-stand-in"


@dataclass
class StandIn:
    """What it has, what it was asked, and how it behaves."""

    url: str = ""
    libraries: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "id": "lib_1",
                "name": "有声书",
                "mediaType": "book",
                "folders": [{"id": "fol_1", "fullPath": "/audiobooks"}, {"id": "fol_2", "fullPath": "/more"}],
            },
            {"id": "lib_2", "name": "Podcasts", "mediaType": "podcast", "folders": [{"id": "f", "fullPath": "/p"}]},
        ]
    )
    items: list[dict[str, str]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    may_upload: bool = True
    cut_at: int | None = None
    """It goes away after so many bytes of an upload."""
    redirect: str = ""
    broken: bool = False
    unlisted: bool = False
    """A folder is there that the search does not find."""


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """One that runs."""
    shelf = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            return

        def answer(self, status: int, body: object = "OK", **headers: str) -> None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def known(self) -> bool:
            shelf.asked.append((self.command, self.path))
            if shelf.redirect:
                self.answer(302, Location=shelf.redirect)
            elif self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.close_connection = True
                self.answer(401, "Unauthorized")
            elif shelf.broken:
                self.answer(200, "<html>")
            else:
                return True
            return False

        def do_GET(self) -> None:
            if not self.known():
                return
            parts = urlsplit(self.path)
            if parts.path == "/abs/api/libraries":
                self.answer(200, {"libraries": shelf.libraries})
            elif parts.path == "/abs/api/libraries/lib_1/search":
                (query,) = parse_qs(parts.query)["q"]
                found = [] if shelf.unlisted else [one for one in shelf.items if query in one["title"]]
                rows = [
                    {"libraryItem": {"media": {"metadata": {"title": one["title"], "authorName": one["author"]}}}}
                    for one in found
                ]
                self.answer(200, {"book": rows, "tags": [], "authors": [], "series": []})
            else:
                self.answer(404, "Not Found")

        def do_POST(self) -> None:
            if not self.known():
                return
            if self.path.endswith("/scan"):
                self.answer(403, "Forbidden")  # an administrator's alone
                return
            length = int(self.headers["Content-Length"])
            if not shelf.may_upload:
                self.close_connection = True
                self.answer(403, "Forbidden")
                return
            data = self.rfile.read(length if shelf.cut_at is None else shelf.cut_at)
            if shelf.cut_at is not None:
                self.close_connection = True
                return
            fields: dict[str, str] = {}
            files: list[tuple[str, bytes]] = []
            boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
            for part in data.split(b"--" + boundary)[1:-1]:
                head, _, content = part.partition(b"\r\n\r\n")
                names = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
                if "filename" in names:
                    files.append((names["filename"], content[:-2]))
                else:
                    fields[names["name"]] = content[:-2].decode()
            folders = {one["id"] for one in shelf.libraries[0]["folders"]}
            if fields.get("library") != "lib_1" or fields.get("folder") not in folders:
                self.answer(404, "Not Found")
            elif not files or not fields.get("title"):
                self.answer(500, "Invalid post data")
            elif any(one["title"] == fields["title"] for one in shelf.items):
                self.answer(500, f'Directory "/audiobooks/{fields["title"]}" already exists')
            else:
                shelf.items.append({"author": "", **fields})
                shelf.files += files
                self.answer(200)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shelf.url = f"http://127.0.0.1:{server.server_address[1]}/abs"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
