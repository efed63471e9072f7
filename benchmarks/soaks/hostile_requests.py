"""Requests that no client should send: broken, lying, endless, huge."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

JSON_CALLS: Final = ("/tts", "/v1/audio/speech", "/v1/plan", "/v1/jobs", "/v1/projects", "/v1/lexicon", "/v1/voices")
BOUNDARY: Final = "soakboundary7MA4YWxkTrZu0gW"
MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """What is written to the connection, one piece after the other, as long as nothing comes back."""

    name: str
    head: bytes
    pieces: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))
    every_s: float = 0.0
    """Between pieces: a trickle."""


def _head(path: str, *headers: str, method: str = "POST") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *headers)
    return "\r\n".join((*lines, "", "")).encode("utf-8")


def request(name: str, path: str, body: bytes, kind: str = "application/json") -> Hostile:
    head = _head(path, f"Content-Type: {kind}", f"Content-Length: {len(body)}")
    return Hostile(f"{name} {path}", head, lambda: _cut(body))


def _cut(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 65536):
        yield body[at : at + 65536]


def _text(path: str) -> str:
    return "input" if path == "/v1/audio/speech" else "text"


def part(field_name: str, file: str, data: bytes) -> bytes:
    said = f'Content-Disposition: form-data; name="{field_name}"; filename="{file}"'
    return f"--{BOUNDARY}\r\n{said}\r\nContent-Type: audio/wav\r\n\r\n".encode() + data + b"\r\n"


def broken_json(chance: random.Random) -> Hostile:
    good = json.dumps({"text": "你好，世界。", "speed": 1.2}, ensure_ascii=False).encode()
    body = chance.choice((good[: chance.randrange(1, len(good))], good + b"}", b"[" + good, good.replace(b":", b"=")))
    return request("broken json", chance.choice(JSON_CALLS), body)


def broken_utf8(chance: random.Random) -> Hostile:
    bad = chance.choice((b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\xbd", b"\xf4\x90\x80\x80", b"\xe4\xbd", b"\x80" * 50))
    path = chance.choice(JSON_CALLS)
    return request("broken utf-8", path, b'{"' + _text(path).encode() + b'": "' + bad + b'"}')


def deep_nesting(chance: random.Random) -> Hostile:
    deep = chance.choice((600, 20_000, 80_000))
    begin, end = chance.choice(((b"[", b"]"), (b'{"a":', b"1}"), (b'{"text":[', b"]}")))
    depth = min(deep, 200_000 // len(begin + end))
    return request("deep nesting", chance.choice(JSON_CALLS), begin * depth + end * depth)


def huge_numbers(chance: random.Random) -> Hostile:
    digits = chance.choice((400, 5_000, 100_000))
    number = chance.choice(
        (b"9" * digits, b"-" + b"9" * digits, b"1e99999", b"NaN", b"Infinity", b"1e-99999999", b"-1")
    )
    path, name = chance.choice(
        (("/tts", b"speed"), ("/tts", b"loudness"), ("/tts", b"sampling"), ("/v1/plan", b"speed"))
    )
    return request("huge number", path, b'{"text": "\xe4\xbd\xa0", "' + name + b'": ' + number + b"}")


def wrong_kinds(chance: random.Random) -> Hostile:
    path = chance.choice(("/tts", "/v1/plan", "/v1/jobs"))
    name = chance.choice(("text", "voice", "speed", "engine", "format"))
    wrong = chance.choice(([], {}, [[["x"]]], True, {"$ref": "#"}, ["../../etc/passwd"] * 500))
    return request("wrong kind", path, json.dumps({"text": "你好。", name: wrong}).encode())


def no_text(chance: random.Random) -> Hostile:
    text = chance.choice(
        ("", " \n", "。，！", "😀🎉", "\u0000", "\\ud83d", "你" * 12_000, "\u202e\u2066" * 50, "a\u0301" * 9_000)
    )
    path = chance.choice(JSON_CALLS[:4])
    body = json.dumps({_text(path): text}).replace("\\\\ud83d", "\\ud83d")
    return request("no text", path, body.encode())


def ssml_bomb(chance: random.Random) -> Hostile:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    text = chance.choice(
        (
            f"<?xml version='1.0'?><!DOCTYPE speak [{laughs}]><speak>&l11;</speak>",
            '<!DOCTYPE speak [<!ENTITY x SYSTEM "file:///etc/passwd">]><speak>&x;</speak>',
            "<speak>" + "<prosody rate='50%'>" * 300 + "你" + "</prosody>" * 300 + "</speak>",
            "<speak>你" + '<break time="10s"/>' * 450 + "</speak>",
            '<speak>你<break time="99999999s"/></speak>',
            "<speak>" + "<p" + " a='1'" * 1_500 + ">你</p></speak>",
            "<speak>" * 900 + "你",
            "<speak>&undefined;你</speak>",
            "<speak>" + "<sub alias=''>" * 500,
            "[pause 1e9s]你好",
        )
    )
    path = chance.choice(("/tts", "/v1/plan", "/v1/audio/speech"))  # a job is taken, and fails with the same words
    return request("ssml bomb", path, json.dumps({_text(path): text}).encode())


def too_much(chance: random.Random) -> Hostile:
    """A body that says how large it is; half of it never has to be read."""
    size = chance.choice((1, 30, 3000)) * MEGABYTE
    head = _head(chance.choice(JSON_CALLS), "Content-Type: application/json", f"Content-Length: {size}")
    return Hostile("too much", head, lambda: (b'"' + b" " * 65535 for _ in range(size // 65536)))


def endless_chunks(chance: random.Random) -> Hostile:
    path, kind = chance.choice(
        (
            ("/tts", "application/json"),
            ("/v1/clones/check", f"multipart/form-data; boundary={BOUNDARY}"),
            ("/v1/clones/import", "application/vnd.indextts.voice+zip"),
            ("/v1/lexicon/import", "text/csv"),
        )
    )
    head = _head(path, f"Content-Type: {kind}", "Transfer-Encoding: chunked")
    first = part("reference", "a.wav", b"RIFF") if "multipart" in kind else b"{"
    piece = b"10000\r\n" + b"A" * 65536 + b"\r\n"

    def pieces() -> Iterator[bytes]:
        yield f"{len(first):x}\r\n".encode() + first + b"\r\n"
        while True:
            yield piece

    return Hostile(f"endless chunks {path}", head, pieces)


def trickle(chance: random.Random) -> Hostile:
    """A byte now and then, for ever."""
    path = chance.choice(JSON_CALLS)
    if chance.random() < 0.5:
        return Hostile(f"trickled header {path}", f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX: ".encode(), _xs, 0.1)
    how = chance.choice(("Transfer-Encoding: chunked", "Content-Length: 500"))
    piece = b"1\r\nx\r\n" if "chunked" in how else b"x"

    def pieces() -> Iterator[bytes]:
        while True:
            yield piece

    return Hostile(f"trickled body {path}", _head(path, "Content-Type: application/json", how), pieces, 0.1)


def _xs() -> Iterator[bytes]:
    while True:
        yield b"x"


def lying_header(chance: random.Random) -> Hostile:
    body = b'{"text": "x"}'
    lies = chance.choice(
        (
            ("Content-Length: -1",),
            ("Content-Length: 99999999999999999999999",),
            ("Content-Length: 0x10",),
            ("Content-Length: 5", "Content-Length: 13"),
            ("Transfer-Encoding: gzip, nonsense",),
            ("Content-Length: 4",),
            ("Content-Length: 500",),
            ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        )
    )
    return Hostile(
        f"lying header {lies}", _head("/tts", "Content-Type: application/json", *lies), lambda: iter((body,))
    )


def broken_http(chance: random.Random) -> Hostile:
    junk = chance.choice(
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
            b"GET / HTTP/x.y\r\nHost: localhost\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"POST /tts HTTP/1.1\r\nHost : localhost\r\n\r\n",
            b"POST /tts HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
            b"POST /tts HTTP/1.1\r\n" + b"A: b\r\n" * 40_000 + b"\r\n",
            b"NONSENSE\r\n\r\n",
            b"\r\n" * 2 + b"\xff" * 500 + b"\r\n\r\n",
            b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        )
    )
    return Hostile(f"broken http {junk[:24]!r}", junk)


def strangers(chance: random.Random) -> Hostile:
    """A host that is not this one, a page of somebody else's."""
    body = b'{"text": "x"}'
    of = chance.choice(
        (
            "Host: evil.example",
            "Host: localhost\r\nOrigin: https://evil.example",
            "Host: localhost\r\nOrigin: null",
            "Host: localhost\r\nHost: evil.example",
            "Host: 127.0.0.1.evil.example:80",
            "Host: localhost\r\nSec-Fetch-Site: cross-site",
        )
    )
    lines = f"POST /tts HTTP/1.1\r\n{of}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return Hostile(f"stranger {of!r}", lines.encode(), lambda: iter((body,)))


def outside_names(chance: random.Random) -> Hostile:
    name = chance.choice(
        (
            "../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%2e%2e/%2e%2e/x",
            "....//x",
            "%00",
            "a%00.wav",
            "%5c..%5cx",
            "%ff",
        )
    )
    where = chance.choice(
        ("/audio/", "/v1/jobs/", "/v1/projects/", "/v1/clones/", "/v1/books/", "/gradio_api/file=", "/v1/models/")
    )
    return Hostile(f"name outside {where}{name}", _head(where + name, method="GET"))
