"""Another website on this machine, and a browser whose names lead to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

NAMES: Final = ("evil.test", "chat.test", "localhost.", "x.localhost")
"""Names that lead to this machine in :data:`MISLED`."""
MISLED: Final = (
    "--host-resolver-rules=" + ",".join(f"MAP {name} 127.0.0.1" for name in NAMES),
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
)
"""Flags of a Chromium that does not hold its pages back itself."""

FETCH: Final = """async ([address, options]) => {
  try {
    const answer = await fetch(address, options);
    return [answer.type, answer.status, await answer.text()];
  } catch (error) { return ["failed", 0, String(error)]; }
}"""
"""What a page may read of an answer: its type, its status, its text."""


class _Website(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>another website</title><link rel=icon href=data:,>")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def website() -> Iterator[int]:
    """An empty page at every address; the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Website)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
