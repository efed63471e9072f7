"""What the fuzzer drives: ``python -m tests.fuzz.targets NAME [libFuzzer's options] CORPUS``.

The fuzzer follows which lines an input reaches and bends the next one towards new lines. It ends the process by itself,
with 0 if nothing was found; an input that raised is left where ``-artifact_prefix`` says.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

import atheris

with atheris.instrument_imports(
    include=[
        "indextts.reading.text",
        "indextts.reading.markup",
        "indextts.reading.lexicon",
        "indextts.voices.cloning",
        "indextts.books.reading",
    ]
):
    from indextts.books.reading import read_manuscript
    from indextts.model.errors import StudioError
    from indextts.reading.lexicon import files
    from indextts.reading.markup import merge, parse
    from indextts.reading.text.normalise import speak
    from indextts.voices.cloning.exchange import unpack
    from indextts.voices.cloning.recordings import read_recording


def normaliser(data: bytes) -> None:
    """Whatever is written is said in words, and each of them knows where it comes from."""
    text = data.decode("utf-8", "ignore")
    for lang in ("zh", "en", None):
        for spoken in speak(text, lang=lang):
            length = len(spoken.text)
            assert length == len(spoken.starts) == len(spoken.ends) == len(spoken.changes) == len(spoken.langs)
            assert all(0 <= a < b <= len(text) for a, b in zip(spoken.starts, spoken.ends, strict=True))
            assert not any(char in "0123456789" for char in spoken.text), spoken.text


def markup(data: bytes) -> None:
    """A text with tags is understood, or refused with the place."""
    text = data.decode("utf-8", "ignore")
    try:
        marked = parse(text)
    except StudioError as error:
        assert error.code == "bad_markup"
        return
    fixed = merge(marked)
    assert all(0 <= one.start < one.end <= len(marked.text) for one in fixed)
    assert all(0 < seconds <= 60 for seconds in marked.pauses.values())


def lexicon(data: bytes) -> None:
    """A file is imported or refused, and what was imported can be written and read again."""
    for read, write in ((files.read_csv, files.write_csv), (files.read_json, files.write_json)):
        try:
            drafts = read(data)
        except StudioError as error:
            assert error.code == "bad_import"
            continue
        assert read(write(drafts)) == drafts


def recording(data: bytes) -> None:
    """A sound file is read, or refused by one of the sentences for it."""
    try:
        found = read_recording(io.BytesIO(data), "a.wav")
    except StudioError as error:
        assert error.code.startswith("recording_")
        return
    assert found.samples.size and abs(found.samples).max() <= 1e3


def voice_file(data: bytes) -> None:
    """A voice's file is taken whole, or refused."""
    try:
        packed = unpack(io.BytesIO(data))
    except StudioError as error:
        assert error.code in ("bad_voice_file", "bad_voice", "bad_clone", "consent_missing")
        return
    assert packed.recordings and packed.consent


def captions(data: bytes) -> None:
    """Subtitles, lyrics and FB2 are read, with cues in order and quotations apart, or refused by a sentence for it."""
    for ending in ("srt", "vtt", "ass", "lrc", "sub", "ttml", "fb2"):
        try:
            book = read_manuscript(f"a.{ending}", data)
        except StudioError as error:
            assert error.code.startswith("book_"), error.code
            continue
        for chapter in book.chapters:
            cues, said = chapter.timed, chapter.quotations
            assert all(0 <= one.start < one.end <= len(chapter.text) and one.begin_s < one.end_s for one in cues)
            assert all(one.end < after.start and one.begin_s <= after.begin_s for one, after in pairwise(cues))
            assert all(one.end <= after.start for one, after in pairwise(said))


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "normaliser": normaliser,
    "markup": markup,
    "lexicon": lexicon,
    "recording": recording,
    "voice_file": voice_file,
    "captions": captions,
}

if __name__ == "__main__":
    name, options = sys.argv[1], sys.argv[2:]
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()
