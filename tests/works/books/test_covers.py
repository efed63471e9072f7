"""Pictures that are given as covers."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indextts.books.binding.tags import cover_type
from indextts.model.errors import StudioError
from indextts.platform.config import PROJECT_ROOT
from indextts.server.schemas import picture_type
from indextts.works.books.covers import MAX_BYTES, MAX_PIXELS, picture
from tests.tiers import by_night


def image(form: str, side: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_what_players_read_stays_as_it_is(form: str, kind: str) -> None:
    data = image(form)
    assert picture(data) == data and picture_type(data) == kind


def test_what_they_do_not_read_becomes_a_jpeg() -> None:
    assert picture_type(picture(image("WEBP"))) == "image/jpeg"


@pytest.mark.parametrize("more", [1, MAX_BYTES])
def test_a_file_beyond_the_bound_is_refused_before_it_is_opened(more: int) -> None:
    assert MAX_BYTES == 8 * 2**20  # of which the sentence speaks
    with pytest.raises(StudioError) as refused:
        picture(b"x" * (MAX_BYTES + more))
    assert refused.value.code == "bad_cover" and "MB" in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"no picture", image("JPEG")[:300], image("GIF")])
def test_what_is_no_whole_picture_of_those_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(StudioError) as refused:
        picture(data)
    assert refused.value.code == "bad_cover"


MEASURED = """
import resource, sys
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from indextts.model.errors import StudioError
from indextts.works.books.covers import picture
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    picture(data)
    print("taken", end=" ")
except StudioError as error:
    print(error.code, end=" ")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def measured(path: Path) -> tuple[str, int]:
    """Whether the picture at ``path`` is taken, and the megabytes that this took, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    outcome, megabytes = done.stdout.split()
    return outcome, int(megabytes)


@pytest.mark.skipif(sys.platform != "linux", reason="the resident size is read from /proc")
@pytest.mark.parametrize(
    ("form", "mode"),
    by_night(
        [
            *(("PNG", "1"), ("WEBP", "RGB"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "I;16")),
            ("WEBP", "RGBA"),
        ],
        first=2,
    ),
)
def test_the_largest_picture_of_each_kind_takes_little_memory_and_a_larger_one_is_refused(
    form: str, mode: str, tmp_path: Path
) -> None:
    most = MAX_PIXELS[form] * 3 // 4 if mode == "CMYK" else MAX_PIXELS[form]
    options: dict[str, Any] = {}
    if form != "PNG":
        options = {"progressive": True, "subsampling": 0} if form == "JPEG" else {"lossless": True}
    for height, outcome in ((most // 2500, "taken"), (most // 2500 + 2, "bad_cover")):
        path = tmp_path / f"{outcome}.{form}"
        Image.new(mode, (2500, height), 1 if mode in ("1", "I;16") else (90,) * len(mode)).save(path, form, **options)
        assert (told := measured(path))[0] == outcome
        assert told[1] <= 70


def test_what_is_taken_is_in_every_file_of_the_book() -> None:
    padded = image("JPEG") + bytes(MAX_BYTES - len(image("JPEG")))
    kept = picture(padded)
    assert len(kept) <= MAX_BYTES and cover_type(kept) == "image/jpeg"
    assert cover_type(picture(image("WEBP"))) == "image/jpeg"


def test_page_sentence_and_document_know_the_bound() -> None:
    script = (PROJECT_ROOT / "indextts/studio/tabs/books/open.js").read_text(encoding="utf-8")
    assert f"MOST_COVER = {MAX_BYTES // 2**20} * 1024 ** 2" in script
    for place in ("studio/tabs/books/strings.yaml", "model/i18n/words/library.yaml"):
        assert "at most 8 MB" in (PROJECT_ROOT / "indextts" / place).read_text(encoding="utf-8")
    assert "8 MB a cover" in (PROJECT_ROOT / "docs/books.md").read_text(encoding="utf-8")
