"""An EPUB with media overlays as a reading program takes it apart."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import av
import pytest

JAR = Path(os.environ.get("EPUBCHECK_JAR", "/usr/share/java/epubcheck.jar"))
_NAMES = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "x": "http://www.w3.org/1999/xhtml",
    "s": "http://www.w3.org/ns/SMIL",
}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Clip:
    """What is marked, and when."""

    id: str
    text: str
    begin: int
    """Milliseconds."""
    end: int


@dataclass
class ReadPage:
    """A document of the spine."""

    name: str
    text: str
    """Without what stands above characters."""
    paragraphs: list[tuple[str, str, str]]
    """Tag, language and text."""
    glosses: list[tuple[str, str]]
    clips: list[Clip] = field(default_factory=list)
    duration: int = 0
    """As the package says."""
    sound_s: float = 0.0
    sound: bytes = b""


@dataclass
class ReadEpub:
    """A whole one."""

    names: list[str]
    package: ElementTree.Element
    meta: dict[str, list[str]]
    pages: list[ReadPage]
    contents: list[tuple[str, str]]

    def about(self, element: str) -> str | None:
        found = self.package.find(f".//dc:{element}", _NAMES)
        return None if found is None else found.text


def complaints(path: Path) -> list[str]:
    """What epubcheck has against a file, warnings too; leaves the test out where it is not installed."""
    if not JAR.exists() or shutil.which("java") is None:
        pytest.skip("epubcheck is not installed")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it runs for seconds: half of them were the compiler's
    command = ["java", *quick, "-jar", str(JAR), str(path), "--json", "-", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    return [f"{one['severity']} {one['ID']}: {one['message']} {one['locations']}" for one in told["messages"]]


def read_epub(data: bytes) -> ReadEpub:
    """Follow all that the package names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert data[38:58] == b"application/epub+zip"
        files = {name: archive.read(name) for name in archive.namelist()}
    package = ElementTree.fromstring(files["EPUB/package.opf"])
    items = {one.attrib["id"]: one.attrib for one in package.iterfind(".//opf:item", _NAMES)}
    assert {f"EPUB/{one['href']}" for one in items.values()} == {
        name for name in files if name.startswith("EPUB/") and name != "EPUB/package.opf"
    }
    meta: dict[str, list[str]] = {}
    for one in package.iterfind(".//opf:meta", _NAMES):
        refined = one.get("refines", "")
        meta.setdefault((one.get("property") or one.get("name") or "") + refined, []).append(
            one.text or one.get("content") or ""
        )
    pages = []
    for reference in package.iterfind(".//opf:itemref", _NAMES):
        item = items[reference.attrib["idref"]]
        page, marked = _page(item["href"], files[f"EPUB/{item['href']}"])
        if overlay := item.get("media-overlay"):
            page.duration = _milliseconds(*meta[f"media:duration#{overlay}"])
            _overlay(page, marked, files[f"EPUB/{items[overlay]['href']}"], files)
        pages.append(page)
    contents = ElementTree.fromstring(files["EPUB/nav.xhtml"])
    links = [(one.attrib["href"], one.text or "") for one in contents.iterfind(".//x:li/x:a", _NAMES)]
    return ReadEpub(list(files), package, meta, pages, links)


def _page(name: str, data: bytes) -> tuple[ReadPage, dict[str, str]]:
    document = ElementTree.fromstring(data)
    glosses = []
    for ruby in document.iterfind(".//x:ruby", _NAMES):
        above = ruby.find("x:rt", _NAMES)
        assert above is not None and [one.text for one in ruby.iterfind("x:rp", _NAMES)] == ["(", ")"]
        glosses.append((ruby.text or "", above.text or ""))
        for one in list(ruby):
            ruby.remove(one)
    section = document.find(".//x:section", _NAMES)
    assert section is not None
    paragraphs = [(one.tag.rpartition("}")[2], one.get(_LANG, ""), "".join(one.itertext())) for one in section]
    marked = {one.attrib["id"]: "".join(one.itertext()) for one in document.iterfind(".//x:span", _NAMES)}
    text = "\n".join(words for _, _, words in paragraphs)
    return ReadPage(name, text, paragraphs, glosses), marked


def _overlay(page: ReadPage, marked: dict[str, str], data: bytes, files: dict[str, bytes]) -> None:
    for par in ElementTree.fromstring(data).iterfind(".//s:par", _NAMES):
        text, audio = par.find("s:text", _NAMES), par.find("s:audio", _NAMES)
        assert text is not None and audio is not None
        target, _, name = text.attrib["src"].partition("#")
        assert target == f"../{page.name}"
        page.sound = files[audio.attrib["src"].replace("..", "EPUB")]
        begin, end = (_milliseconds(audio.attrib[key]) for key in ("clipBegin", "clipEnd"))
        page.clips.append(Clip(name, marked.pop(name), begin, end))
    assert not marked, "all that is marked has a clip"
    with av.open(io.BytesIO(page.sound), "r") as container:
        stream = container.streams.audio[0]
        page.sound_s = sum(frame.samples for frame in container.decode(stream)) / stream.rate


def _milliseconds(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))
