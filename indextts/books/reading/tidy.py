"""Text as it goes into a chapter: no control characters, ordinary spaces, one paragraph a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial
from html import unescape
from itertools import pairwise
from typing import Final

from indextts.platform.tables import pattern_of
from indextts.reading.phonemes.en.pronunciation import is_word, word_set
from indextts.reading.text.chars import RADICALS

_NEWLINES: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Zero-width and direction marks, soft hyphens, private use, unassigned planes' noncharacters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ue000-\uf8ff]"
)
_SPACES: Final = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_RADICAL: Final = re.compile("[\u2e80-\u2ef3\u2f00-\u2fd5]")
_SCENE: Final = re.compile(r"[\s\u2500-\u259f*＊#＃·•◇◆○●☆★※~～=＝_—–―-]{1,80}")
_WORD: Final = re.compile(r"[^\W_]")
_WORDS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HEAD: Final = re.compile(rf"{_WORDS.pattern}(?=-$)")
_TAIL: Final = re.compile(r"[^\W\d_]+")
_SHORT: Final = pattern_of(__file__, "tidy_short", "forms.yaml")
_WORD_ENDS: Final = 40  # most letters of a word before a hyphen that ends its line
_WIDE: Final = frozenset("WF")
_END: Final = "(?:\r\n?|[\n\x0b\x0c\x85\u2028\u2029])"
_HOLLOW: Final = f"(?:[^\\S\r\n\x0b\x0c\x85\u2028\u2029]|{_UNSEEN.pattern})*+"
_EMPTY: Final = re.compile(f"({_END}(?:{_HOLLOW}{_END}){{3}})(?:{_HOLLOW}{_END})+")
_OPEN: Final = re.compile(f"{_END}(?:{_HOLLOW}{_END})*+{_HOLLOW}\\Z")
_PIECE: Final = 1 << 16  # characters of a long text that are tidied together
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_GLUED: Final = pattern_of(__file__, "tidy_glued", "forms.yaml")
"""A heading of a web novel, and the gap behind it; in the next thirty characters there is no other one."""
_SENT: Final = pattern_of(__file__, "tidy_sent", "forms.yaml")
_ATTRIBUTES: Final = r"(?:\s+[a-z-]{1,20}\s?=[^<>\n]{0,300})?"
_BLOCKS: Final = rf"(?:</?(?:br|p|div|h[1-6]|li|[uo]l|center|blockquote){_ATTRIBUTES}\s{{0,2}}/?>[ \t]*)+"
_LEFT: Final = re.compile(rf"(?:&(?:nbsp|ensp|emsp|#160);)+|^{_BLOCKS}|{_BLOCKS}$", re.IGNORECASE | re.MULTILINE)
_BLOCK: Final = re.compile(rf"(?<![`“‘（(]){_BLOCKS}", re.IGNORECASE)
_WITHIN: Final = re.compile(rf"(?<![`“‘（(])</?(?:[biua]|em|strong|span|font|big|small){_ATTRIBUTES}>", re.IGNORECASE)
_ENTITY: Final = pattern_of(__file__, "tidy_entity", "forms.yaml")  # What websites' pages leave in a text
_FOLIO: Final = pattern_of(__file__, "tidy_folio", "forms.yaml")
_PAGED: Final = re.compile(r"^[ \u3000]*第[^\n]{1,60}[（(]第?(?!1[/／])\d{1,2}[/／]\d{1,2}页[)）]\s*$", re.MULTILINE)
"""The heading of a chapter again, on its second page: 第1章 渡船（第2/2页）."""
_PAGE: Final = re.compile(r"(?<=\S)[（(]第?1[/／]\d{1,2}页[)）][ \t\r]*$", re.MULTILINE)


def clean(text: str) -> str:
    """``text`` with newlines between lines and nothing in it that cannot be seen, not even a space too many."""
    if len(text) <= _PIECE:
        return _tidied(text)
    return "".join(cleaned(_pieces(text)))


def _tidied(piece: str) -> str:
    piece = _RADICAL.sub(lambda radical: RADICALS[radical[0]], piece)
    return _SPACES.sub(" ", _UNSEEN.sub("", _NEWLINES.sub("\n", piece)))


def cleaned(pieces: Iterable[str]) -> Iterator[str]:
    """The text of ``pieces`` cleaned piece by piece: each replacement is an object until its piece is put together.

    No piece may end between a CR and its LF.
    """
    spaced = False
    for piece in pieces:
        tidied = _tidied(piece)
        if spaced and tidied.startswith(" "):
            tidied = tidied[1:]
        if tidied:
            spaced = tidied.endswith(" ")
            yield tidied


def parted(pieces: Iterable[str]) -> Iterator[str]:
    """As :func:`cleaned`; a text that stands behind its chapter's heading, after a gap, becomes a line of its own.

    What a website's page leaves is taken away: entities and tags of HTML, and which page of a chapter it was.
    """
    for pattern, plain in (
        (_SENT, r"\1 <\2> "), (_LEFT, " "), (_BLOCK, "\n"), (_WITHIN, ""),
        (_ENTITY, lambda entity: unescape(unescape(entity[0]))), (_PAGED, ""), (_PAGE, ""), (_GLUED, r"\1\n"),
    ):  # fmt: skip
        pieces = map(partial(pattern.sub, plain), pieces)
    return cleaned(pieces)


def parted_page(pieces: Iterable[str]) -> Iterator[str]:
    """As :func:`parted`, of a page: a first line that is its number and, far from it, a title, becomes the number."""
    return parted(_FOLIO.sub(r"\1\2", piece) for piece in pieces)


def folded(pieces: Iterable[str]) -> Iterator[str]:
    """The text of ``pieces`` with runs of empty lines cut short; no piece may end between a CR and its LF.

    More than three empty lines say what three say, and each is an object as soon as a text is parted into lines.
    """
    held = ""
    for piece in pieces:
        # A run of empty lines may go on in the next piece.
        shorter = _EMPTY.sub(r"\1", held + piece)
        kept = _OPEN.sub("", shorter)
        held = shorter[len(kept) :]
        if len(held) > _PIECE:
            kept, held = shorter, ""
        if kept:
            yield kept
    yield held


def lines_of(text: str) -> Iterator[str]:
    """The lines of ``text`` one by one, where a list of all of them would be many times as large."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        end = at + _PIECE
        end += text[end - 1 : end + 1] == "\r\n"
        yield text[at:end]
        at = end


def without(text: str, opening: str, closing: str) -> str:
    """``text`` without what stands between the two signs, these included; one that is never closed stays.

    A regular expression would look for the end of each that has none.
    """
    kept: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join((*kept, text[at:]))


def one_line(text: str, most: int) -> str:
    """``text`` as a title: on one line, not too long."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def has_surrogates(text: str) -> bool:
    return _SURROGATE.search(text) is not None


def is_scene(line: str) -> bool:
    """Whether a line is only stars or dashes: a change of scene."""
    return bool(line) and _SCENE.fullmatch(line) is not None


def is_chinese(text: str) -> bool:
    """Whether Chinese characters stand in it."""
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def is_wide(char: str) -> bool:
    """Whether it is as wide as a Chinese character, next to which no space belongs."""
    return unicodedata.east_asian_width(char) in _WIDE


def joined(first: str, second: str, known: Container[str] = ()) -> str:
    """Two lines of one paragraph: Chinese without a space, a hyphen at the end taken away where it cuts a word.

    ``known``: words of the text, as :func:`whole_words` finds them.
    """
    head, tail = (_HEAD.search(first[-_WORD_ENDS:]), _TAIL.match(second)) if first[-1:] == "-" else (None, None)
    if head and tail and (tail[0][0].islower() or head[0][0].isupper() or _SHORT.fullmatch(head[0])):
        if re.match("(?:and|or|to) ", second) and not _is_known(head[0] + tail[0]):
            return f"{first} {second}"  # two- or threefold
        return first[: len(first) - _is_cut(head[0], tail[0], known)] + second
    if not first or not second or is_wide(first[-1]) or is_wide(second[0]):
        return first + second
    return f"{first} {second}"


def whole_words(lines: Sequence[str]) -> frozenset[str]:
    """Which of the words that the ends of ``lines`` may cut stand elsewhere, as one word or with a hyphen."""
    ends = [(_HEAD.search(one[-_WORD_ENDS:]), _TAIL.match(two)) for one, two in pairwise(lines) if one[-1:] == "-"]
    words = [(one[0].casefold(), two[0].casefold()) for one, two in ends if one and two]
    may_be = {head + by + tail for head, tail in words for by in ("", "-")}
    return frozenset(word for line in lines if may_be for word in _WORDS.findall(line.casefold()) if word in may_be)


def _is_cut(head: str, tail: str, known: Container[str]) -> bool:
    """Whether a word is one that goes on in the next line, not two with a hyphen between them."""
    if not tail.islower() and not (tail.isupper() and head.isupper()):
        return False
    head, tail = head.casefold(), tail.casefold()
    whole, parts = head + tail, (head.rpartition("-")[2], tail)
    if (whole in known) != (f"{head}-{tail}" in known):
        return whole in known
    return len(parts[0]) > 1 and (_is_known(whole) or not all(map(_may_stand, parts)))


def _may_stand(part: str) -> bool:
    """Whether part of a word is one itself."""
    return part in word_set("short_parts") or bool(_SHORT.fullmatch(part)) or (len(part) > 3 and _is_known(part))


def _is_known(word: str) -> bool:
    return bool(is_word(word) or is_word(word.removesuffix("s")))


def as_text(lines: Iterable[str]) -> str:
    """Lines as the text of a chapter; scenes are apart by one empty line, which stands at no end."""
    kept: list[str] = []
    for line in lines:
        line = line.strip()
        if is_scene(line):
            line = ""
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


def is_speakable(text: str) -> bool:
    """Whether there is a letter or a number in it."""
    return _WORD.search(text) is not None


def key_of(text: str) -> str:
    """What a text shares with another that says the same: its letters and digits."""
    return "".join(char for char in text.casefold() if char.isalnum())
