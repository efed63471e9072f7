"""The server that is attacked, with what a benign user has made there, and whether an answer means that it held."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image

from benchmarks.soaks.served import Served

LONG_S: Final = 120.0


@dataclass(frozen=True)
class Outcome:
    """What came of an attack: whether the server held, and what it answered, in a few words."""

    held: bool
    said: str


class Target:
    """A server that runs, with what a benign user has made there."""

    def __init__(self, server: Served, hub: Path) -> None:
        self.server = server
        self.hub = hub
        self.client = httpx.Client(base_url=server.url, timeout=LONG_S, trust_env=False)
        self.packed = b""
        """A project's file, as the server itself exports it."""
        self.book = ""
        self._called: dict[str, Any] = {}

    def close(self) -> None:
        self.client.close()

    def warm(self) -> None:
        """Use every attacked route as it is meant to be used. Raises :class:`RuntimeError` where one refuses."""
        project = self._made("/v1/projects", {"name": "warm", "text": "你好。"})["id"]
        job = self._made("/v1/jobs", {"text": "你好，世界。", "project": project})["id"]
        while self.client.get(f"/v1/jobs/{job}").json()["status"] not in ("done", "failed"):
            time.sleep(0.1)
        self.packed = self.client.get(f"/v1/projects/{project}/export").content
        self._right(self.project(self.packed))
        self.book = self._made("/v1/books", {"text": "天黑了。", "title": "夜"})["id"]
        for kind, side in (("PNG", 2800), ("JPEG", 3100), ("WEBP", 1700)):
            data = picture(kind, (side, side))
            with ThreadPoolExecutor(4) as threads:
                for answer in threads.map(lambda _, data=data, kind=kind: self.cover(data, kind), range(4)):
                    self._right(answer)
        for name, data in (("a.txt", "你好。\n".encode() * 400_000), ("a.pdf", pdf(b"BT ET", ""))):
            self.book_of(name, data)
        for text in ("今天天气很好。" * 1400, "It is 10:45 in the morning of May 3. " * 270):
            self._right(self.client.post("/v1/plan", json={"text": text}))
        for number in range(100):
            self._right(self.gradio(f"warm{number}"))
        self._right(self.client.post("/v1/plan", json={"text": "한국어 " * 250}))
        self._right(self.client.post("/tts", json={"text": "今天天气很好，我们去公园。" * 20}))
        self._right(self.lexicon("word,reading,kind,lang\n重庆,chong2 qing4,pinyin,zh\n"))
        for path in ("/", "/config", "/v1/lexicon/export", "/openapi.json", "/v1/store"):
            self._right(self.client.get(path))

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self._right(self.client.post(path, json=body)).json()
        return made

    def _right(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 300:
            raise RuntimeError(
                f"{answer.request.url.path} refuses benign use: {answer.status_code} {answer.text[:300]}"
            )
        return answer

    def project(self, data: bytes) -> httpx.Response:
        kind = {"Content-Type": "application/zip"}
        return self.client.post("/v1/projects/import", content=data, headers=kind)

    def imported(self, change: Callable[[dict[str, Any]], None]) -> Outcome:
        """Import the project's file with other contents, and a list of parts that fits them."""
        return refused(self.project(repacked(self.packed, change)))

    def cover(self, data: bytes, kind: str) -> httpx.Response:
        headers = {"Content-Type": f"image/{kind.lower()}"}
        return self.client.put(f"/v1/books/{self.book}/cover", content=data, headers=headers)

    def book_of(self, name: str, data: bytes) -> httpx.Response:
        return self.client.post("/v1/books", files={"file": (name, data)})

    def forget_words(self) -> None:
        """Take all words out of the dictionary again."""
        for entry in self._right(self.client.get("/v1/lexicon")).json()["entries"]:
            self._right(self.client.delete(f"/v1/lexicon/{entry['id']}"))

    def gradio(self, session: str) -> httpx.Response:
        """Ask the page's own interface to speak, as a client of Gradio under that name of a session."""
        if not self._called:
            calls = self.client.get("/config").json()["dependencies"]
            function = int(next(call["id"] for call in calls if call["api_name"] == "synthesize"))
            info = self.client.get("/gradio_api/info").json()["named_endpoints"]["/synthesize"]["parameters"]
            values = ["你好。" if one["parameter_name"] == "text" else one["parameter_default"] for one in info]
            self._called.update(data=values, fn_index=function)
        return self.client.post("/gradio_api/run/predict", json={**self._called, "session_hash": session})

    def lexicon(self, text: str) -> httpx.Response:
        return self.client.post("/v1/lexicon/import", content=text.encode(), headers={"Content-Type": "text/csv"})


def picture(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    into = io.BytesIO()
    Image.new(mode, size).save(into, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return into.getvalue()


def pdf(content: bytes, filters: str) -> bytes:
    """A file of one page with that content."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters.encode(), content),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table)


def repacked(packed: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        raw = {name: archive.read(name) for name in archive.namelist()}
    parts: dict[str, Any] = {name: json.loads(data) if name.endswith(".json") else data for name, data in raw.items()}
    change(parts)
    done = {name: data if isinstance(data, bytes) else json.dumps(data).encode() for name, data in parts.items()}
    hashes = {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in done.items()}
    parts["project.json"]["parts"] = {name: about for name, about in hashes.items() if name != "project.json"}
    done["project.json"] = json.dumps(parts["project.json"]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in done.items():
            archive.writestr(name, data)
    return out.getvalue()


def code(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return ""


def refused(*answers: httpx.Response, by: tuple[int, ...] = ()) -> Outcome:
    """Held where each is a clear refusal, of one of the statuses in ``by`` if there are any."""
    told = [f"{answer.status_code} {code(answer)}".strip() for answer in answers]
    held = all(400 <= one.status_code < 500 and (not by or one.status_code in by) for one in answers)
    return Outcome(held, ", ".join(dict.fromkeys(told)))


def borne(*answers: httpx.Response) -> Outcome:
    """Held where each is answered or refused: what is counted is the memory."""
    told = [f"{answer.status_code} {code(answer)}".strip() for answer in answers]
    busy = (429, 503)
    held = all(answer.status_code < 500 or answer.status_code in busy for answer in answers)
    return Outcome(held, ", ".join(dict.fromkeys(told)))
