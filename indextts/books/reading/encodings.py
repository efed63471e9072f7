"""The encoding of a text file: marks and rules first, then which one makes Chinese that people write.

detect(data)                          # "gb18030"
decode("a.txt", data, "gb18030")      # "你好"
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NoReturn

from charset_normalizer import from_bytes

from indextts.books.model import MAX_CHARACTERS
from indextts.books.reading.limits import MAX_IN_MEMORY, MAX_LINES, too_large, unreadable
from indextts.books.reading.tidy import folded
from indextts.platform.tables import tables_beside

_SAMPLE: Final = 1 << 15
_MARKS: Final = {
    "UTF8": "utf-8-sig",
    "UTF32_LE": "utf-32",
    "UTF32_BE": "utf-32",
    "UTF16_LE": "utf-16",
    "UTF16_BE": "utf-16",
}
_CHINESE: Final = ("gb18030", "big5hkscs")
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_WIDE_SIGNS: Final = frozenset("，。？！：；、“”‘’「」『』（）《》〈〉【】—…　·～")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x14\x7f]")
_HOLE: Final = re.compile(rb"\0{16,}")
_WIDE_HOLE: Final = re.compile(rb"\0{8,}")
_TWICE: Final = re.compile(rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|[\xc5\xc6\xcb][\x80-\xbf]|\xe2[\x80-\xbf]{2}| )")
_LOST_SPACE: Final = re.compile(rb"([\xc3\xe0-\xef]|[\xe0-\xef][\x80-\xbf]) ")
_C1: Final = {ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}
_LINE: Final = re.compile(r"\S[^\n]*")
_PLAIN: Final = re.compile(rb"[A-Za-z ]")
_HOW_PLAIN: Final = 0.75  # share of such bytes, which no UTF-16 of Chinese has, from which on a text is of letters
_GAP: Final = re.compile("\ufffd+")
_FEW: Final = 3  # characters that may be unreadable in any text: a damaged one is up to three
_DAMAGED: Final = 0.05  # share of characters that may be unreadable in a text that was damaged on its way
_LINE_BYTES: Final = 120  # what each line takes beside its characters, until it is part of a chapter
_MOST_IN_LINES: Final = 80 << 20  # bytes of all lines of a text
_LEAST_GARBLED: Final = 30
"""Characters beyond ASCII from which on a text is looked at for what a program did to its bytes."""
_LETTERS: Final = 0.2  # what names are worth as those of an old PC, so as they are written
_SURE: Final = 0.3  # share of common characters and signs above which it is Chinese without a doubt


def decode(
    name: str,
    data: bytes,
    encoding: str,
    *,
    tidy: Callable[[Iterable[str]], Iterator[str]] = iter,
    most_lines: int = MAX_LINES,
) -> str:
    """The text of a file in ``encoding``, with LF as its line ends and without long runs of empty lines.

    ``tidy`` changes it on its way, piece by piece. Raises :class:`StudioError` ``book_unreadable`` for what is no
    text, ``book_too_large`` for one that would take more memory than a book, or has more than ``most_lines`` lines
    with something in them.
    """
    kept: list[str] = []
    width = 1
    for piece, size, lines in _counted(name, data, encoding, tidy):
        # The widest character of a text decides how many bytes each of them has.
        width = max(width, _width(piece))
        if size * width > MAX_IN_MEMORY or lines > most_lines:
            _too_long(name, lines, size)
        kept.append(piece)
    return "".join(kept)


def decoded_lines(
    name: str, data: bytes, encoding: str, *, tidy: Callable[[Iterable[str]], Iterator[str]] = iter
) -> list[str]:
    """The lines of :func:`decode`'s text one by one, so that a long book never stands in memory as a whole."""
    found: list[str] = []
    open_line = ""
    taken = 0
    for piece, size, lines in _counted(name, data, encoding, tidy):
        first, *more = piece.split("\n")
        open_line += first
        taken += len(piece) * _width(piece) + _LINE_BYTES * len(more)
        if taken > _MOST_IN_LINES or len(open_line) > MAX_CHARACTERS:
            _too_long(name, lines, size)
        for line in more:
            found.append(open_line)
            open_line = line
    return [*found, open_line]


def _counted(
    name: str, data: bytes, encoding: str, tidy: Callable[[Iterable[str]], Iterator[str]]
) -> Iterator[tuple[str, int, int]]:
    """The pieces of a text, each with the characters and the lines that came so far, empty ones not counted."""
    size = lines = 0
    for piece in folded(tidy(_decoded(name, data, encoding))):
        size += len(piece)
        lines += sum(1 for _ in _LINE.finditer(piece))
        if size > 2 * MAX_CHARACTERS:
            _too_long(name, lines, size)
        yield piece, size, lines


def _width(text: str) -> int:
    """Bytes that each character of ``text`` takes."""
    return 1 if text.isascii() else 4 if max(text) > "\uffff" else 2


def _too_long(name: str, lines: int, size: int) -> NoReturn:
    too_large(name, f"it has more than {lines:,} lines with {size:,} characters", f"超过 {lines:,} 行、{size:,} 个字符")


def check(name: str, data: bytes, encoding: str) -> int:
    """How many characters cannot be read. Raises what :func:`decode` raises for a file that is no text."""
    return sum(piece.count("\ufffd") for piece in _decoded(name, data, encoding))


def beginning(data: bytes, encoding: str) -> str:
    """The first characters of a text file."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(data[:_SAMPLE])


def _decoded(name: str, data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    held = ""
    size = bad = controls = 0
    for at in range(0, len(data), _SAMPLE):
        text = held + decoder.decode(data[at : at + _SAMPLE], final=at + _SAMPLE >= len(data))
        # Its LF may come with the next piece.
        held = text[len(text.rstrip("\r")) :] if at + _SAMPLE < len(data) else ""
        text = text[: len(text) - len(held)]
        size += len(text)
        bad += text.count("\ufffd")
        controls += len(_CONTROLS.findall(text))
        # A line that two programs have ended has CR twice.
        yield text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if bad > max(_FEW, size * _DAMAGED) or controls > min(max(8, size * 0.02), size * 0.2):
        unreadable(name, "it is no text in an encoding that is known here", "它不是已知编码的文本")


def detect(data: bytes) -> str:
    """The most likely encoding of ``data``; ``utf-8`` where nothing tells."""
    for mark, encoding in _MARKS.items():
        if data.startswith(getattr(codecs, f"BOM_{mark}")):
            return encoding
    if utf16 := _utf16(data[:_SAMPLE]):
        return utf16
    if _fits(data, "utf-8"):
        return "utf-8"
    sample = data[:_SAMPLE]
    scores = {encoding: _score(sample, encoding) for encoding in _CHINESE}
    best = max(_CHINESE, key=lambda encoding: scores[encoding])
    if scores[best] >= _SURE:
        return best
    # A few damaged bytes in a text that is UTF-8 otherwise.
    whole = sample.decode("utf-8", "replace")
    bad, foreign = whole.count("\ufffd"), sum(char > "\x7f" for char in whole)
    # Three bytes that are a character of UTF-8 are hardly ever one by chance.
    wide = sum(char > "\u0800" for char in whole) - bad
    if bad <= max(_FEW, len(whole) * _DAMAGED) and (foreign > 3 * bad or wide >= 2 * len(_GAP.findall(whole))):
        return "utf-8"
    other = "cp1252" if _is_western(sample) else _guess(sample)
    if other and scores[best] < 0.12:
        return other
    return best if scores[best] > 0 else other or "cp1252"


def of_names(data: bytes, encodings: Iterable[str]) -> list[str]:
    """The ``encodings`` that names of files may have, the likeliest last; ``data`` is all names of an archive."""
    data = data[:_SAMPLE]

    def likely(encoding: str) -> float:
        if encoding not in ("cp437", "utf-8"):
            return _score(data, encoding)
        text = data.decode(encoding, "ignore")
        if encoding == "cp437":
            return _LETTERS * all(char < "\x80" or char.isalpha() for char in text)
        # Two bytes of another encoding may be a letter of Greek as well, three hardly a Chinese character.
        return _fits(data, encoding) * (1.0 if max(text, default="") > "\u0800" else _SURE)

    return sorted(encodings, key=likely)


def without_holes(data: bytes) -> tuple[bytes, int]:
    """The bytes of a text without those that a download never wrote, and how many those are."""
    kept = _WIDE_HOLE.sub(lambda hole: hole[0][: len(hole[0]) % 4], data)  # so that characters stay in step
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or _utf16(kept[:_SAMPLE])
    kept = kept if is_wide else _HOLE.sub(b"\n", data)  # the end of a line, so that a half character spoils no other
    return kept, data.count(b"\0") - kept.count(b"\0")


def mended(data: bytes) -> tuple[bytes, str]:
    """The bytes of a text before a program took them for Latin letters and saved them so as UTF-8, and their encoding.

    ``Ã©`` is é and ``ç¬¬ä¸€ç« `` is 第一章 in UTF-8, ``µÚÒ»ÕÂ`` is 第一章 in GB 18030. The encoding is empty, and the
    bytes are those given, where that has not happened to the whole text.
    """
    twice = _TWICE.search(data, 0, _SAMPLE)
    if not twice and not _is_dense(data[:_SAMPLE].decode("utf-8", "ignore")):
        return data, ""
    try:
        found = data.decode("utf-8-sig").translate(_C1).encode("latin-1")
        if twice:
            # A space without a break has often become an ordinary one.
            spaced = _LOST_SPACE.sub(b"\\1\xa0", found)
            if _fits(spaced, "utf-8"):
                return spaced, "utf-8"
    except UnicodeError:
        return data, ""
    encoding = detect(found)
    if encoding not in _CHINESE or _score(found[:_SAMPLE], encoding) < _SURE:
        return data, ""
    return found, encoding


def _is_dense(sample: str) -> bool:
    """Whether nearly all letters beyond ASCII are Latin ones, and more of them than any language has."""
    foreign = [char for char in sample if char > "\x7f"]
    latin = sum(char < "\u0100" or ord(char) in _C1 for char in foreign)
    return len(foreign) >= max(_LEAST_GARBLED, len(sample) * 0.3) and latin >= len(foreign) * 0.98


def _fits(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(data), _SAMPLE):
            decoder.decode(data[at : at + _SAMPLE])
    except UnicodeDecodeError:
        return False
    # A character that the end of the file cuts is no reason for another encoding.
    return True


def _utf16(sample: bytes) -> str:
    """UTF-16 without a mark: every other byte is empty, or the text of only one order is one."""
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if max(even, odd) >= half * 0.3 and min(even, odd) <= half * 0.05:
        return "utf-16-le" if odd > even else "utf-16-be"
    if sample.isascii() or len(_PLAIN.findall(sample)) >= len(sample) * _HOW_PLAIN:
        return ""
    scores = {encoding: _score(sample, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=lambda encoding: scores[encoding])
    # Two letters, or two bytes of GBK, can look like a rare character, not like many common ones.
    return best if scores[best] >= max(0.45, *(_score(sample, other) for other in _CHINESE)) else ""


def _score(sample: bytes, encoding: str) -> float:
    """How much of ``sample`` is Chinese as people write it, from 0 to 1, among what is not ASCII."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    foreign = [char for char in text if char > "\x7f"]
    if encoding.startswith("utf-16"):
        foreign = [char for char in text if char not in "\r\n\t"]
    if not foreign:
        return 0.0
    common = _common()
    kana = "\u3041" if encoding == "shift_jis" else "\u30ff"
    good = sum(char in common or char in _WIDE_SIGNS or kana <= char < "\u30ff" for char in foreign)
    bad = sum("\uff61" <= char < "\uffa0" for char in foreign)  # narrow letters, as which many bytes can be read
    bad += sum(not (_HAN.match(char) or "\u2000" <= char <= "\u30ff" or char >= "\uff00") for char in foreign)
    bad += 4 * text.count("\ufffd")
    return max(0.0, (good - bad) / len(foreign))


def _is_western(sample: bytes) -> bool:
    """Letters with marks and typographic quotes here and there among plain ones."""
    text = re.sub(r"£(?=\d)", "", sample.decode("cp1252", "replace"))
    foreign = [char for char in text if char > "\x7f"]
    return len(foreign) < len(text) * 0.3 and all(
        char.isalpha() or char in "“”‘’–—…«»¿¡°§©·€®™•×±†‡½" for char in foreign
    )


@functools.cache
def _common() -> frozenset[str]:
    return frozenset("".join(tables_beside(__file__, "tables.yaml")["common"].split()))


def _guess(sample: bytes) -> str:
    """What charset-normalizer thinks of a text that is not Chinese."""
    found = from_bytes(sample[:8192], steps=4, chunk_size=1024).best()
    return found.encoding.replace("_", "-") if found else ""
