"""Hostile files are read or refused with one sentence, quickly and in little memory."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.book_files import CONTAINER, Sample, archive, epub, epub_of
from indextts.books.reading import MAX_BYTES, limits, read_manuscript
from indextts.model.errors import StudioError

ROOT = Path(__file__).parents[3]


def code_of(name: str, data: bytes) -> str:
    with pytest.raises(StudioError) as error:
        read_manuscript(name, data)
    return error.value.code


@pytest.mark.night
@pytest.mark.skipif(sys.platform != "linux", reason="the resident size is read from /proc")
def test_sixty_hostile_files_are_read_or_refused_and_stay_within_fifty_megabytes() -> None:
    # The benchmark itself asks for 2 s; here other tests run beside it.
    options = ["--count", "60", "--seed", "3", "--seconds", "20"]
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.hostile_books", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["files"] == 60 and said["missed"] == 0
    assert {"read", "book_unsafe", "book_unreadable", "book_too_large", "book_protected"} <= said["outcomes"].keys()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:\\x"])
def test_an_archive_whose_files_leave_their_folder_is_not_opened(name: str) -> None:
    assert code_of("a.epub", epub_of(["<body><p>x</p></body>"], more={name: b"x"})) == "book_unsafe"


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    path.write_bytes(epub(Sample()))
    info = zipfile.ZipInfo("OEBPS/link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(info, "/etc/passwd")
    assert code_of("a.epub", path.read_bytes()) == "book_unsafe"


@pytest.mark.parametrize("gone", [("c1.xhtml",), ("c0.xhtml", "c3.xhtml"), ("c0.xhtml", "c1.xhtml", "c2.xhtml")])
@pytest.mark.parametrize("names", [(), ("雾起", "夜行", "雪停", "归来")])
def test_documents_that_an_archive_lacks_are_told(gone: tuple[str, ...], names: tuple[str, ...]) -> None:
    bodies = [f"<body><h1>第{number}章</h1><p>天黑了，第{number}个人走了。</p></body>" for number in "一二三四"]
    packed = epub_of(bodies, names=names)
    assert read_manuscript("a.epub", packed).warnings == ()
    (told,) = read_manuscript("a.epub", without(packed, *gone)).warnings
    for sentence in told:
        assert f" {len(gone)} " in sentence and all(name in sentence for name in gone)
    everything = [f"c{number}.xhtml" for number in range(4)]
    assert code_of("a.epub", without(packed, *everything)) == "book_unreadable"
    # Nobody misses the words of the table of contents, or a picture.
    assert read_manuscript("a.epub", without(packed, "nav.xhtml", "cover.png")).warnings == ()


def without(packed: bytes, *gone: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return archive({one: files.read(one) for one in files.namelist() if not one.endswith(gone)})


@pytest.mark.parametrize("place", ["META-INF/container.xml", "OEBPS/content.opf", "OEBPS/c0.xhtml", "OEBPS/nav.xhtml"])
def test_entities_are_refused_wherever_they_are_declared(place: str) -> None:
    document = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>&e;</p></body></html>'
    assert code_of("a.epub", epub_of(["<body><p>x</p></body>"], names=["x"], more={place: document})) == "book_unsafe"


def test_what_grows_beyond_measure_is_refused_while_it_is_unpacked() -> None:
    assert code_of("a.epub", epub_of([f"<body><p>{'a' * 3_000_000}</p></body>"])) == "book_unsafe"
    assert (
        code_of("a.epub", archive({"META-INF/container.xml": (CONTAINER + " " * 9_000_000).encode()})) == "book_unsafe"
    )


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    assert code_of("a.epub", b"PK\x03\x04" + bytes(MAX_BYTES)) == "book_too_large"


def work(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.fixture
def slow_collections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each collection of garbage takes a fifth of a second, as in a process with many objects."""
    monkeypatch.setattr(limits, "SECONDS", 0.1)

    def burn(phase: str, info: dict[str, int]) -> None:
        if phase == "start" and info["generation"] == 2:
            work(0.2)

    gc.callbacks.append(burn)
    yield
    gc.callbacks.remove(burn)


@pytest.mark.night
def test_a_collection_of_garbage_is_not_the_books_fault(slow_collections: None) -> None:
    patience = limits.Patience("a.docx")
    gc.collect()
    patience.check()


def test_work_without_a_collection_is_the_books_own(slow_collections: None) -> None:
    gc.disable()
    try:
        patience = limits.Patience("a.docx")
        work(0.2)
        with pytest.raises(StudioError) as error:
            patience.check()
    finally:
        gc.enable()
    assert error.value.code == "book_unreadable"


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.md", ("<div>" + "<s>" * 2000 + "\n") * 40), ("a.fountain", "[[" * 90_000), ("a.fountain", "/*" * 90_000)],
)
def test_signs_that_are_never_closed_are_not_each_looked_for(name: str, text: str) -> None:
    begin = time.thread_time()
    assert code_of(name, text.encode()) == "book_empty"  # and not that it takes too long
    assert time.thread_time() - begin < 20


@pytest.mark.parametrize("row", ["……", ". ", "-", "·", "_~", "* ", "~~a", "![a", "b.·"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_row_of_signs_is_not_looked_at_again_from_each_of_its_places(name: str, row: str) -> None:
    draft = read_manuscript(name, f"他走了。\n\n雾{row * 40_000}起\n".encode())  # hours, where it is
    assert draft.chapters[-1].text.endswith("起")


def test_a_long_novel_takes_no_longer_for_each_line_than_a_short_one() -> None:
    def taken(chapters: int) -> float:
        lines = "河水漫过石阶，他把船翻过来补好。\n“走吧。”\n没有人看见他。\n" * 15
        text = "".join(f"第{number}章 雾\n{lines}" for number in range(1, chapters + 1)).encode()
        begin = time.thread_time()
        read_manuscript("a.txt", text)
        return time.thread_time() - begin

    taken(20)
    assert taken(1200) < 40 * taken(80) + 0.5
