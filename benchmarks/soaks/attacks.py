"""Attacks on a running server that have worked once, on this one or on an earlier version of it; each must fail now."""

from __future__ import annotations

import io
import socket
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import httpx

from benchmarks.soaks.target import LONG_S, Outcome, Target, borne, code, pdf, picture, refused

VISITOR: Final = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
"""A request that comes through a proxy: its sender is no person at this machine."""
SECRETS: Final = ("/etc/passwd", "/proc/self/environ", "/dev/zero")
_SIGNS: Final = "=+-@\t\r"
"""A spreadsheet reads a cell that begins with one of these as a formula."""
_OPEN: Final = {"/healthz", "/readyz", "/login", "/logout"}


def _takes(ids: str, unpacked: int) -> Callable[[dict[str, Any]], None]:
    """The file's take under each of those names of one letter, and something for the editor that is full of them."""

    def change(parts: dict[str, Any]) -> None:
        name = next(one for one in parts if one.startswith("jobs/") and one.endswith(".json"))
        take = parts.pop(name)
        for letter in ids:
            parts[f"jobs/{letter}.json"] = {**take, "id": letter}
        parts["editor.bin"] = zlib.compress(b"a" * unpacked)

    return change


def _long_stages(parts: dict[str, Any]) -> None:
    for name in [one for one in parts if one.startswith("jobs/") and one.endswith(".json")]:
        parts[name]["stages"] = [["x" * 200_000, 0.1]] * 50


def one_letter_ids(target: Target) -> Outcome:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
    first = target.imported(_takes("a", 64 << 20))
    second = target.imported(_takes(letters, 1000))
    return Outcome(first.held and second.held, f"{first.said}; {second.said}")


def endless_stages(target: Target) -> Outcome:
    return target.imported(_long_stages)


def visitors_and_models(target: Target) -> Outcome:
    def ask(method: str, path: str) -> httpx.Response:
        return target.client.request(method, path, headers=VISITOR)

    orders = ("indextts2/pull", "indextts2/stop", "embedded/verify", "indextts2/install", "restart")
    answers = [ask("POST", f"/v1/store/{one}") for one in orders]
    return refused(*answers, ask("DELETE", "/v1/store/sambert"), by=(403,))


def unpacking_pdf(target: Target) -> Outcome:
    nulls = target.book_of("z.pdf", pdf(b"z" * (12 << 20) + b"~>", "/Filter /ASCII85Decode"))
    chain = pdf(zlib.compress(zlib.compress(b" " * (300 << 20))), "/Filter [/FlateDecode /FlateDecode]")
    return refused(nulls, target.book_of("f.pdf", chain))


def empty_lines(target: Target) -> Outcome:
    ends = (b"\n", b"\r\n", b" \n")
    return borne(*(target.book_of("e.txt", b"Hi you." + end * (7_900_000 // len(end))) for end in ends))


def huge_covers(target: Target) -> Outcome:
    kinds = (("WEBP", "RGB"), ("PNG", "RGBA"), ("PNG", "I;16"), ("PNG", "1"))
    return refused(*(target.cover(picture(kind, (8000, 8000), mode), kind) for kind, mode in kinds), by=(422,))


def many_covers_at_once(target: Target) -> Outcome:
    """The largest that are taken, and bodies as large as a book's."""
    good = [picture("WEBP", (1700, 1700)), picture("PNG", (2800, 2800)), b"\x89PNG" + bytes(40 << 20)]
    with ThreadPoolExecutor(16) as threads:
        return borne(*threads.map(lambda number: target.cover(good[number % 3], "PNG"), range(32)))


def costly_scripts(target: Target) -> Outcome:
    texts = ["".join(map(chr, range(begin, begin + 400))) for begin in (0xAC00, 0xA000, 0x1200, 0x12000)]
    plans = [target.client.post("/v1/plan", json={"text": text}) for text in texts]
    signs = [target.client.post("/v1/plan", json={"text": (sign * 10_000)[:10_000]}) for sign in ("⥢", "ﷺ ", "ʬ")]
    spoken, told = borne(*plans), refused(*signs, by=(413, 422))
    return Outcome(spoken.held and told.held, f"{spoken.said}; {told.said}")


def long_entries(target: Target) -> Outcome:
    """A dictionary that makes a sentence of each letter."""
    target.lexicon(f"word,reading,kind\n吗,{'这是一句很长很长的话。' * 15},text\n")
    told = refused(*(target.client.post(path, json={"text": "吗" * 9000}) for path in ("/v1/plan", "/tts")), by=(422,))
    target.forget_words()
    return told


def silent_recordings(target: Target) -> Outcome:
    """Ten recordings of few bytes, a minute long, with eight channels."""
    import numpy as np
    import soundfile

    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 96_000, 8, "PCM_16", format="FLAC") as file:
        for _ in range(60):
            file.write(np.zeros((96_000, 8), np.int16))
    files = [("reference", (f"{number}.flac", out.getvalue())) for number in range(10)]
    answer = target.client.post("/v1/clones/check", files=files)
    usable = answer.status_code == 200 and b'"usable":true' in answer.content
    return Outcome(answer.status_code < 500 and not usable, f"{answer.status_code} {code(answer)}".strip())


def many_sessions(target: Target) -> Outcome:
    """Calls of Gradio's interface under ever new names of sessions, none of which is closed."""
    return borne(*(target.gradio(f"attack{number}") for number in range(100)))


def formulas(target: Target) -> Outcome:
    words = ["=cmd|calc", "+1+1", "-1-1", "@SUM(1)", "\t=1", "'=1"]
    answers = [target.lexicon(f'word,reading,kind,lang\n"{word}",ci2,pinyin,zh\n') for word in words]
    listed = target.client.get("/v1/lexicon/export").text.splitlines()
    bad = [line for line in listed if line.lstrip('"')[:1] in tuple(_SIGNS)]
    target.forget_words()
    told = borne(*answers)
    return Outcome(told.held and not bad, f"{told.said}; {len(bad)} formulas in the export")


def long_names(target: Target) -> Outcome:
    before = target.server.log.stat().st_size
    paths = (f"/{folder}/{'a' * length}" for folder in ("static", "assets", "audio") for length in (2000, 5000, 12_000))
    told = refused(*(target.client.get(path) for path in paths), by=(400, 404, 414))
    grown = target.server.log.stat().st_size - before
    return Outcome(told.held and grown < 100_000, f"{told.said}; log +{grown} bytes")


def readable_databases(target: Target) -> Outcome:
    """Whether another account of this machine could open what the server keeps."""
    files = [
        one for one in target.hub.rglob("*") if ".sqlite3" in one.name or one.name in ("keys.yaml", "session.secret")
    ]
    open_ones = [one.name for one in files if stat.S_IMODE(one.stat().st_mode) & 0o077]
    return Outcome(bool(files) and not open_ones, f"{len(files)} files, {len(open_ones)} open: {open_ones[:3]}")


def files_by_name(target: Target) -> Outcome:
    """A file of this machine as a value in every input of the page, and its address."""
    calls = target.client.get("/config").json()["dependencies"]
    function = int(next(call["id"] for call in calls if call["api_name"] == "synthesize"))
    answers = []
    for path in SECRETS:
        for place in range(11):
            data: list[Any] = ["你好"] * 11
            data[place] = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}}
            for call in ("run/synthesize", "queue/join"):
                body = {"data": data, "fn_index": function, "session_hash": "attack"}
                answers.append(target.client.post(f"/gradio_api/{call}", json=body))
        answers += [target.client.get(f"{at}{path}") for at in ("/gradio_api/file=", "/file=", "/static/..%2f..%2f..")]
    answers.append(target.client.get("/gradio_api/deep_link", params={"session_hash": "attack"}))
    return refused(*answers)


def other_websites(target: Target) -> Outcome:
    port = target.server.port
    forms: list[dict[str, str]] = [
        {"Host": "evil.example"}, {"Host": f"127.0.0.1.evil.example:{port}"}, {"Host": f"x.localhost.:{port}"},
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://evil.example/", "Origin": "https://evil.example"},
    ]  # fmt: skip
    calls = (
        ("POST", "/tts"),
        ("POST", "/v1/lexicon/import"),
        ("DELETE", "/v1/voices/x"),
        ("POST", "/gradio_api/upload"),
    )
    answers = [target.client.request(*call, headers=form) for form in forms for call in calls]
    cors = [one for one in answers if any(name.startswith("access-control") for name in one.headers)]
    told = refused(*answers, by=(400, 403, 421))
    return Outcome(told.held and not cors, told.said)


def outgoing_addresses(target: Target) -> Outcome:
    """Addresses that the server would fetch for somebody: this machine's own, and files."""
    with _listening() as (port, heard):
        places = (f"http://127.0.0.1:{port}/x", f"http://localhost:{port}/", f"http://[::1]:{port}/", "file:///etc/passwd",
                  f"http://2130706433:{port}/", f"http://0.0.0.0:{port}/", "http://169.254.169.254/latest")  # fmt: skip
        told = refused(*(target.client.post("/v1/books", json={"address": one}) for one in places))
        return Outcome(told.held and not heard(), told.said)


@contextmanager
def _listening() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A port of this machine, and whether anything has asked there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        def heard() -> bool:
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield listener.getsockname()[1], heard


def idle_connections(target: Target) -> Outcome:
    """Connections that say nothing, half a header or half a body, more than the server has places for."""
    beginnings = (
        b"",
        b"POST /tts HTTP/1.1\r\nHost: loc",
        b"POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{",
    )
    idle = []
    try:
        for number in range(700):
            one = socket.create_connection(("127.0.0.1", target.server.port), timeout=10)
            idle.append(one)
            one.sendall(beginnings[number % 3])
        answer = target.client.get("/healthz")
    finally:
        for one in idle:
            one.close()
    return Outcome(answer.status_code == 200, f"{len(idle)} idle, /healthz {answer.status_code}")


def uploads_without_end(target: Target) -> Outcome:
    """A form that is longer than it may be and does not say so beforehand."""
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(700):
            yield bytes(1 << 16)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    places = ("/gradio_api/upload", "/v1/clones/check", "/v1/clones")
    answers = [target.client.post(path, content=pieces(), headers=kind) for path in places]
    left = [one.name for one in (target.hub / "gradio").rglob("*") if one.is_file()]
    told = refused(*answers, by=(413,))
    return Outcome(told.held and not left, f"{told.said}; {len(left)} files left")


def archives(target: Target) -> Outcome:
    """A voice's and a project's file that would unpack to very much, or somewhere else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../slip.txt", "x")
        archive.writestr("voice.json", b" " * (200 << 20))
    voice = {"Content-Type": "application/vnd.indextts.voice+zip"}
    told = refused(
        target.client.post("/v1/clones/import", content=out.getvalue(), headers=voice), target.project(out.getvalue())
    )
    slipped = list(target.hub.parent.rglob("slip.txt"))
    return Outcome(told.held and not slipped, told.said)


def without_a_key(address: str, routes: dict[str, Any]) -> Outcome:
    """Every route of a server that asks for keys, with headers that claim to be somebody."""
    claims: tuple[dict[str, str], ...] = (
        {}, VISITOR, {"X-Forwarded-For": "127.0.0.1"}, {"X-Real-IP": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"},
        {"Cookie": "studio_session=e30.AAAA.BBBB"},
    )  # fmt: skip
    passed, count = [], 0
    with httpx.Client(base_url=address, timeout=LONG_S, trust_env=False) as client:
        for path, methods in routes.items():
            named = path.replace("{", "").replace("}", "")
            for form in (named, f"/{named}", named.replace("/v1/", "/v1/./")):
                for method in methods:
                    for claim in claims if form == named else claims[:1]:
                        answer = client.request(method, form, headers=claim)
                        count += 1
                        if answer.status_code < 400 and path not in _OPEN and answer.status_code not in (303, 307):
                            passed.append(f"{method} {form} {answer.status_code}")
    return Outcome(not passed, f"{count} requests, {len(passed)} passed {passed[:3] or ''}".strip())


def wrong_keys(address: str) -> Outcome:
    """Keys that are guessed, and logins that lead to another website."""
    places = ("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)")
    with httpx.Client(base_url=address, timeout=LONG_S, trust_env=False) as client:
        led = [client.get("/login", params={"next": place}) for place in places]
        led += [client.post("/login", data={"key": "x" * 20, "next": place}) for place in places]
        away = [one for one in led if "evil" in one.headers.get("location", "") or "javascript:" in one.text]
        tried = [client.get("/v1/voices", headers={"Authorization": f"Bearer guess{n}"}).status_code for n in range(30)]
    held = not away and set(tried) <= {403, 429} and tried[-1] == 429
    return Outcome(
        held, f"{len(away)} of {len(led)} led away; guessed keys: {tried.count(403)} × 403, {tried.count(429)} × 429"
    )


def other_addresses(address: str) -> Outcome:
    """A limit on requests, and ever new addresses in a header that no proxy has set."""
    with httpx.Client(base_url=address, timeout=LONG_S, trust_env=False) as client:
        told = [
            client.post("/v1/plan", json={"text": "你好。"}, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
            for n in range(100)
        ]
    return Outcome(
        told.count(429) >= 70 and set(told) <= {200, 429}, f"{told.count(200)} × 200, {told.count(429)} × 429"
    )


ATTACKS: Final[tuple[tuple[Callable[[Target], Outcome], str], ...]] = (
    (one_letter_ids, "a project file whose takes have names of one letter"),
    (endless_stages, "a project file whose takes have endless names of stages"),
    (visitors_and_models, "orders about models from a visitor"),
    (unpacking_pdf, "PDF pages that unpack to very much"),
    (empty_lines, "text files of empty lines"),
    (huge_covers, "covers of a few kilobytes and 64 million pixels"),
    (many_covers_at_once, "32 covers at once, a third of them 40 MB of nothing"),
    (costly_scripts, "scripts and signs that are many sounds"),
    (long_entries, "dictionary entries that make a sentence of each letter"),
    (silent_recordings, "ten silent recordings of eight channels"),
    (many_sessions, "100 sessions of Gradio that nobody closes"),
    (formulas, "formulas in the dictionary"),
    (long_names, "names of thousands of letters"),
    (readable_databases, "what other accounts could read"),
    (files_by_name, "a file of this machine named in every input"),
    (other_websites, "requests from other websites' pages"),
    (outgoing_addresses, "addresses that the server would fetch"),
    (idle_connections, "700 connections that say nothing"),
    (uploads_without_end, "uploads that do not end"),
    (archives, "archives that unpack to very much, or elsewhere"),
)
