"""Requests that no client should send: broken, lying, endless, huge. None of them may be taken."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

JSON_CALLS: Final = ("/tts", "/v1/audio/speech", "/v1/plan", "/v1/jobs", "/v1/projects", "/v1/lexicon", "/v1/voices")
FILE_CALLS: Final = ("/v1/clones", "/v1/clones/check", "/v1/clones/recordings")
PACKED_CALLS: Final = ("/v1/clones/import", "/v1/projects/import")
_BOUNDARY: Final = "soakboundary7MA4YWxkTrZu0gW"
_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Hostile:
    """What is written to the connection, one piece after the other, as long as nothing comes back."""

    name: str
    head: bytes
    pieces: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))
    every_s: float = 0.0
    """Between pieces: a trickle."""


Make = Callable[[random.Random], Hostile]


def _head(path: str, *headers: str, method: str = "POST") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *headers)
    return "\r\n".join((*lines, "", "")).encode("utf-8")


def _request(name: str, path: str, body: bytes, kind: str = "application/json") -> Hostile:
    head = _head(path, f"Content-Type: {kind}", f"Content-Length: {len(body)}")
    return Hostile(f"{name} {path}", head, lambda: _cut(body))


def _cut(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 65536):
        yield body[at : at + 65536]


def _text(path: str) -> str:
    return "input" if path == "/v1/audio/speech" else "text"


def broken_json(chance: random.Random) -> Hostile:
    good = json.dumps({"text": "你好，世界。", "speed": 1.2}, ensure_ascii=False).encode()
    body = chance.choice((good[: chance.randrange(1, len(good))], good + b"}", b"[" + good, good.replace(b":", b"=")))
    return _request("broken json", chance.choice(JSON_CALLS), body)


def broken_utf8(chance: random.Random) -> Hostile:
    bad = chance.choice((b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\xbd", b"\xf4\x90\x80\x80", b"\xe4\xbd", b"\x80" * 50))
    path = chance.choice(JSON_CALLS)
    return _request("broken utf-8", path, b'{"' + _text(path).encode() + b'": "' + bad + b'"}')


def deep_nesting(chance: random.Random) -> Hostile:
    deep = chance.choice((600, 20_000, 80_000))
    begin, end = chance.choice(((b"[", b"]"), (b'{"a":', b"1}"), (b'{"text":[', b"]}")))
    depth = min(deep, 200_000 // len(begin + end))
    return _request("deep nesting", chance.choice(JSON_CALLS), begin * depth + end * depth)


def huge_numbers(chance: random.Random) -> Hostile:
    digits = chance.choice((400, 5_000, 100_000))
    number = chance.choice(
        (b"9" * digits, b"-" + b"9" * digits, b"1e99999", b"NaN", b"Infinity", b"1e-99999999", b"-1")
    )
    path, name = chance.choice(
        (("/tts", b"speed"), ("/tts", b"loudness"), ("/tts", b"sampling"), ("/v1/plan", b"speed"))
    )
    return _request("huge number", path, b'{"text": "\xe4\xbd\xa0", "' + name + b'": ' + number + b"}")


def wrong_kinds(chance: random.Random) -> Hostile:
    path = chance.choice(("/tts", "/v1/plan", "/v1/jobs"))
    name = chance.choice(("text", "voice", "speed", "engine", "format"))
    wrong = chance.choice(([], {}, [[["x"]]], True, {"$ref": "#"}, ["../../etc/passwd"] * 500))
    return _request("wrong kind", path, json.dumps({"text": "你好。", name: wrong}).encode())


def no_text(chance: random.Random) -> Hostile:
    text = chance.choice(
        ("", " \n", "。，！", "😀🎉", "\u0000", "\\ud83d", "你" * 12_000, "\u202e\u2066" * 50, "a\u0301" * 9_000)
    )
    path = chance.choice(JSON_CALLS[:4])
    body = json.dumps({_text(path): text}).replace("\\\\ud83d", "\\ud83d")
    return _request("no text", path, body.encode())


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
    return _request("ssml bomb", path, json.dumps({_text(path): text}).encode())


def too_much(chance: random.Random) -> Hostile:
    """A body that says how large it is; half of it never has to be read."""
    size = chance.choice((1, 30, 3000)) * _MEGABYTE
    head = _head(chance.choice(JSON_CALLS), "Content-Type: application/json", f"Content-Length: {size}")
    return Hostile("too much", head, lambda: (b'"' + b" " * 65535 for _ in range(size // 65536)))


def endless_chunks(chance: random.Random) -> Hostile:
    path, kind = chance.choice(
        (
            ("/tts", "application/json"),
            ("/v1/clones/check", f"multipart/form-data; boundary={_BOUNDARY}"),
            ("/v1/clones/import", "application/vnd.indextts.voice+zip"),
            ("/v1/lexicon/import", "text/csv"),
        )
    )
    head = _head(path, f"Content-Type: {kind}", "Transfer-Encoding: chunked")
    first = _part("reference", "a.wav", b"RIFF") if "multipart" in kind else b"{"
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


def _part(field_name: str, file: str, data: bytes) -> bytes:
    said = f'Content-Disposition: form-data; name="{field_name}"; filename="{file}"'
    return f"--{_BOUNDARY}\r\n{said}\r\nContent-Type: audio/wav\r\n\r\n".encode() + data + b"\r\n"


def _wav(*, rate: int = 24_000, channels: int = 1, bits: int = 16, size: int = 0, data: bytes = b"") -> bytes:
    width = channels * bits // 8
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * width) & 0xFFFFFFFF, width & 0xFFFF, bits)
    return (
        b"RIFF"
        + struct.pack("<I", min(36 + size, 0xFFFFFFFF))
        + b"WAVEfmt \x10\0\0\0"
        + form
        + b"data"
        + struct.pack("<I", size)
        + data
    )


def hostile_sound(chance: random.Random) -> Hostile:
    """What is no recording, under the name of one."""
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\nhttp://127.0.0.1:9/x.ts\n"
    data = chance.choice(
        (
            playlist,
            b"ffconcat version 1.0\nfile /etc/passwd\n",
            b"<svg xmlns='x'><image href='file:///etc/passwd'/></svg>",
            _wav(size=0xFFFFFFF0),  # a header of fifty hours, and nothing behind it
            _wav(size=0xFFFFFFF0, data=bytes(4000)),
            _wav(rate=0, size=8000, data=bytes(8000)),
            _wav(rate=4_000_000_000, size=8000, data=bytes(8000)),
            _wav(channels=0, size=8000, data=bytes(8000)),
            _wav(channels=65535, size=8000, data=bytes(8000)),
            _wav(bits=3, size=8000, data=bytes(8000)),
            _wav(size=8000, data=bytes(8000)),  # silence
            _wav(size=2_000_000, data=bytes(2_000_000)),
            b"RIFF" + bytes(40),
            b"OggS" + chance.randbytes(3000),
            b"fLaC" + chance.randbytes(3000),
            b"\xff\xfb\x90\x64" + chance.randbytes(3000),
            b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(3000),
            chance.randbytes(200_000),
            b"",
            _zip({"a.wav": bytes(_MEGABYTE)}),
        )
    )
    name = chance.choice(
        ("a.wav", "../../../a.wav", "..\\\\a.wav", "/etc/cron.d/a.wav", "a.m3u8", "a" * 300 + ".wav", "\u202egnp.wav")
    )
    fields = b""
    path = chance.choice(FILE_CALLS)
    if path == "/v1/clones":
        for key, value in (("name", "x"), ("consent", "mine")):
            fields += f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    body = fields + _part("reference", name, data) + f"--{_BOUNDARY}--\r\n".encode()
    return _request("hostile sound", path, body, f"multipart/form-data; boundary={_BOUNDARY}")


def broken_form(chance: random.Random) -> Hostile:
    end = f"--{_BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    body, kind = chance.choice(
        (
            (b"x", kind),
            (_part("reference", "a.wav", b"x"), kind),  # no end
            (_part("reference", "a.wav", b"x") + end, "multipart/form-data"),
            (_part("reference", "a.wav", b"x") + end, "multipart/form-data; boundary=" + "b" * 5000),
            (_part("reference", "a.wav", b"x") * 2000 + end, kind),
            (_part("x" * 100_000, "a.wav", b"x") + end, kind),
            (f"--{_BOUNDARY}\r\nA: ".encode() + b"b" * 200_000 + b"\r\n\r\nx\r\n" + end, kind),
            (f"--{_BOUNDARY}\r\n".encode() + b"A: b\r\n" * 20_000 + b"\r\nx\r\n" + end, kind),
            (b'{"text": "x"}', "application/xml"),
        )
    )
    return _request("broken form", chance.choice((*FILE_CALLS, "/tts/generate")), body, kind)


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


def hostile_archive(chance: random.Random) -> Hostile:
    """Bombs, names outside, lies: as a voice, a project, a book of Word or an EPUB."""
    zeros = bytes(chance.choice((20, 60)) * _MEGABYTE)
    inner = _zip({"a": bytes(4 * _MEGABYTE)})
    data = chance.choice(
        (
            lambda: _zip({"voice.json": zeros, "project.json": zeros, "word/document.xml": zeros, "mimetype": zeros}),
            lambda: _zip({f"{number}.zip": inner for number in range(50)}),
            lambda: _zip({f"sounds/{number}.flac": b"" for number in range(20_000)}),
            lambda: _zip({"../../etc/cron.d/x": b"x", "voice.json": b"{}", "project.json": b"{}"}),
            lambda: _zip({"voice.json": b"[" * 100_000, "project.json": b"[" * 100_000}),
            lambda: _zip({"voice.json": b"{}", "project.json": b"{}"})[:-10],
            lambda: _zip({"a": b"x"}).replace(b"a", b"\xff"),
            lambda: b"PK\x05\x06" + b"\xff" * 18,
            lambda: b"PK\x03\x04" + chance.randbytes(5000),
            lambda: chance.randbytes(100_000),
        )
    )()
    return _request("hostile archive", chance.choice(PACKED_CALLS), data, "application/zip")


def hostile_book(chance: random.Random) -> Hostile:
    data = chance.choice(
        (b"PK\x03\x04" + chance.randbytes(5000), b"%PDF-1.7\n" + chance.randbytes(5000), _zip({"a": b"x"}))
    )
    name = chance.choice(("a.epub", "a.docx", "../../a.epub", "a.xyz.exe"))
    body = _part("file", name, data) + f"--{_BOUNDARY}--\r\n".encode()
    return _request("hostile book", "/v1/books", body, f"multipart/form-data; boundary={_BOUNDARY}")


def hostile_words(chance: random.Random) -> Hostile:
    body, kind = chance.choice(
        (
            (b"\xff\xfe\x00" * 500, "text/csv"),
            (b"no,such,columns\n1,2,3\n", "text/csv"),
            (b'word,reading\n"' + b"x" * 200_000, "text/csv"),
            (b"word,reading\n" + b"\x00,x\n" * 500, "text/csv"),
            (_zip({"a.csv": b"x"}), "text/csv"),
            (b'{"entries": ' + b"[" * 50_000, "application/json"),
            (b'{"entries": {"word": 1}}', "application/json"),
            (b"word,reading\n=cmd|'/c calc'!A0,x1 y2 z9\n", "application/vnd.ms-excel"),
        )
    )
    return _request("hostile words", "/v1/lexicon/import", body, kind)


def hostile_plan(chance: random.Random) -> Hostile:
    body = chance.choice(
        (
            b"{}",
            b"[]",
            b'{"segments": 3}',
            b'{"segments": [' + b"{}," * 40_000 + b"{}]}",
            b'{"segments": [{"tokens": [{"duration_scale": 1e999}]}]}',
            b'{"text": "x", "settings": {"voice": "../../x"}, "segments": []}',
            b'{"version": 99999999999999999999999}',
        )
    )
    return _request("hostile plan", "/v1/render", body)


FAMILIES: Final[tuple[Make, ...]] = (
    broken_json,
    broken_utf8,
    deep_nesting,
    huge_numbers,
    wrong_kinds,
    no_text,
    ssml_bomb,
    too_much,
    endless_chunks,
    trickle,
    lying_header,
    broken_http,
    strangers,
    outside_names,
    hostile_sound,
    broken_form,
    hostile_archive,
    hostile_book,
    hostile_words,
    hostile_plan,
)


def inputs(count: int, seed: int = 1) -> Iterator[Hostile]:
    """So many, each family in turn."""
    chance = random.Random(seed)
    for number in range(count):
        yield FAMILIES[number % len(FAMILIES)](chance)
