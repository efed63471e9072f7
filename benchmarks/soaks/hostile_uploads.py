"""Files that no client should send: recordings, archives, books, words and plans that are not what they say."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from typing import Final

from benchmarks.soaks.hostile_requests import BOUNDARY, MEGABYTE, Hostile, part, request

_FILE_CALLS: Final = ("/v1/clones", "/v1/clones/check", "/v1/clones/recordings")
_PACKED_CALLS: Final = ("/v1/clones/import", "/v1/projects/import")


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
            _zip({"a.wav": bytes(MEGABYTE)}),
        )
    )
    name = chance.choice(
        ("a.wav", "../../../a.wav", "..\\\\a.wav", "/etc/cron.d/a.wav", "a.m3u8", "a" * 300 + ".wav", "\u202egnp.wav")
    )
    fields = b""
    path = chance.choice(_FILE_CALLS)
    if path == "/v1/clones":
        for key, value in (("name", "x"), ("consent", "mine")):
            fields += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    body = fields + part("reference", name, data) + f"--{BOUNDARY}--\r\n".encode()
    return request("hostile sound", path, body, f"multipart/form-data; boundary={BOUNDARY}")


def broken_form(chance: random.Random) -> Hostile:
    end = f"--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    body, kind = chance.choice(
        (
            (b"x", kind),
            (part("reference", "a.wav", b"x"), kind),  # no end
            (part("reference", "a.wav", b"x") + end, "multipart/form-data"),
            (part("reference", "a.wav", b"x") + end, "multipart/form-data; boundary=" + "b" * 5000),
            (part("reference", "a.wav", b"x") * 2000 + end, kind),
            (part("x" * 100_000, "a.wav", b"x") + end, kind),
            (f"--{BOUNDARY}\r\nA: ".encode() + b"b" * 200_000 + b"\r\n\r\nx\r\n" + end, kind),
            (f"--{BOUNDARY}\r\n".encode() + b"A: b\r\n" * 20_000 + b"\r\nx\r\n" + end, kind),
            (b'{"text": "x"}', "application/xml"),
        )
    )
    return request("broken form", chance.choice((*_FILE_CALLS, "/tts/generate")), body, kind)


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


def hostile_archive(chance: random.Random) -> Hostile:
    """Bombs, names outside, lies: as a voice, a project, a book of Word or an EPUB."""
    zeros = bytes(chance.choice((20, 60)) * MEGABYTE)
    inner = _zip({"a": bytes(4 * MEGABYTE)})
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
    return request("hostile archive", chance.choice(_PACKED_CALLS), data, "application/zip")


def hostile_book(chance: random.Random) -> Hostile:
    data = chance.choice(
        (b"PK\x03\x04" + chance.randbytes(5000), b"%PDF-1.7\n" + chance.randbytes(5000), _zip({"a": b"x"}))
    )
    name = chance.choice(("a.epub", "a.docx", "../../a.epub", "a.xyz.exe"))
    body = part("file", name, data) + f"--{BOUNDARY}--\r\n".encode()
    return request("hostile book", "/v1/books", body, f"multipart/form-data; boundary={BOUNDARY}")


def hostile_words(chance: random.Random) -> Hostile:
    body, kind = chance.choice(
        (
            (b"\xff\xfe\x00" * 500, "text/csv"),
            (b"only,\n,such\n", "text/csv"),
            (b'word,reading\n"' + b"x" * 200_000, "text/csv"),
            (b"word,reading\n" + b"\x00,x\n" * 500, "text/csv"),
            (_zip({"a.csv": b"x"}), "text/csv"),
            (b'{"entries": ' + b"[" * 50_000, "application/json"),
            (b'{"entries": {"word": 1}}', "application/json"),
            (b"word,reading\n=cmd|'/c calc'!A0,x1 y2 z9\n", "application/vnd.ms-excel"),
        )
    )
    return request("hostile words", "/v1/lexicon/import", body, kind)


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
    return request("hostile plan", "/v1/render", body)
