"""One request as it goes from the door to a process, and what may be done with it when that process dies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from starlette.types import Message, Scope

from indextts.model.errors import StudioError
from indextts.voices.cloning.voice import ClonedVoice, is_cloned

Group = Literal["speech", "studio"]
"""Which processes: those that speak, of which there are many; or the one that has the page and all that is kept."""

_SPEECH: Final = re.compile(r"/tts|/tts/generate|/v1/audio/s(?:peech|tream)|/v1/plan|/v1/render")
_SOUND: Final = re.compile(r"/v1/audio/speech|/audio/[^/]+")
_PROBES: Final = re.compile(r"/healthz?|/readyz|/metrics")


@dataclass(frozen=True)
class Call:
    """What a process needs of a request to answer it."""

    method: str
    scheme: str
    http_version: str
    path: str
    raw_path: bytes
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    client: tuple[str, int] | None
    server: tuple[str, int | None] | None
    body: bytes = b""
    file: str = ""
    """Where the body lies, if it is too long to be handed over."""

    @classmethod
    def of(cls, scope: Scope) -> Call:
        """The request of ``scope``, without its body."""
        client, server = scope.get("client"), scope.get("server")
        return cls(
            method=scope["method"],
            scheme=scope.get("scheme", "http"),
            http_version=scope.get("http_version", "1.1"),
            path=scope["path"],
            raw_path=scope.get("raw_path") or scope["path"].encode(),
            query=scope.get("query_string", b""),
            headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
            client=None if client is None else (client[0], client[1]),
            server=None if server is None else (server[0], server[1]),
        )

    def scope(self) -> Scope:
        """As an application expects it."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "method": self.method,
            "scheme": self.scheme,
            "http_version": self.http_version,
            "path": self.path,
            "raw_path": self.raw_path,
            "query_string": self.query,
            "root_path": "",
            "headers": list(self.headers),
            "client": self.client,
            "server": self.server,
        }

    def named(self, request_id: str) -> Call:
        """The same call under this id, which all answers to it then bear."""
        kept = tuple(pair for pair in self.headers if pair[0] != b"x-request-id")
        return replace(self, headers=(*kept, (b"x-request-id", request_id.encode())))

    def with_body(self, body: bytes) -> Call:
        return replace(self, body=body)

    def with_file(self, path: Path) -> Call:
        return replace(self, file=str(path))


@dataclass(frozen=True)
class CallRule:
    """What a call's method and address say of it."""

    group: Group
    again: bool
    """Whether it may be asked a second time: it changes nothing, or does the same again."""
    same: bool = False
    """Whether the second answer is the first one byte for byte, so that it can go on where the first broke off."""
    probe: bool = False
    """Whether it asks how things are now: then it does not wait for a process that is to come."""


def rule_of(method: str, path: str) -> CallRule:
    """``path`` is without the prefix of a proxy."""
    reads = method in ("GET", "HEAD", "OPTIONS")
    same = _SOUND.fullmatch(path) is not None
    if method == "POST" and _SPEECH.fullmatch(path):
        return CallRule("speech", again=True, same=same)
    probe = _PROBES.fullmatch(path) is not None
    return CallRule("studio", again=reads and not probe, same=reads and same, probe=probe)


def voice_of(call: Call) -> str:
    """The voice that the body of ``call`` names; empty where it names none, or says it in a way of its own."""
    if not call.body or b"voice" not in call.body:
        return ""
    try:
        body: Any = json.loads(call.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    settings = body.get("settings")
    voice = body.get("voice") or (settings.get("voice") if isinstance(settings, dict) else "")
    if isinstance(voice, dict):  # OpenAI's newer form
        voice = voice.get("id")
    return voice if isinstance(voice, str) else ""


def voice_key(voice: str, find: Callable[[str], ClonedVoice]) -> str:
    """The hash of what a cloned voice is made of: two that are alike are one. Empty for all others: they are warm
    everywhere.
    """
    if not is_cloned(voice):
        return ""
    try:
        references = find(voice).references
    except StudioError:
        return ""  # whoever is asked will say so

    parts = sorted(f"{one.sha256}*{one.weight:g}" for one in references)
    return sha256("+".join(parts).encode()).hexdigest()[:16]


def is_last(message: Message) -> bool:
    """Whether an answer ends with ``message``."""
    return message["type"] == "http.response.body" and not message.get("more_body", False)
