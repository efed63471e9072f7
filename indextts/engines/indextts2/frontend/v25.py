"""Version 2.5's text front end: five languages, readings in angle brackets, segments by punctuation, tokens by rank.

Numbers are written out by WeText for Chinese and English; Japanese, Spanish and Arabic are taken as they are. The
tokeniser joins bytes by rank, from a file of the kind that tiktoken reads: a line for each token, with its bytes in
base64, a space, and its number, which is also its rank. After them come special tokens, which stand in no file; how
many there are must add up to what the checkpoint's GPT was made for.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, get_args

from indextts.engines.indextts2.checkpoint.config import INSTALL
from indextts.engines.indextts2.frontend.normaliser import kept_apart, plain_marks
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.lru import cached
from indextts.reading.phonemes.zh.syllables import spelt

_TAGS: Final = """
en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk
te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo
ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su
"""
LANGUAGES: Final = tuple(_TAGS.split())
"""Languages that have a tag, in the order of their tags, which is Whisper's."""
FREE: Final = 30
"""Special tokens without a meaning of their own, ``<|SPECIAL_TOKEN_1|>`` on."""

_ENDS: Final = ("<|endoftext|>", "<|startoftranscript|>")
_SOUNDS, _MOODS, _TASKS, _VOICES, _TIMES = 11, 4, 6, 20, 1501
_PIECES: Final = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
Language = Literal["zh", "en", "ja", "es", "ar"]

_STOP: Final = 1
"""Stands after every segment; the GPT takes it out again and pads its prompt instead."""
_READING: Final = re.compile(r"<([^|>\n]+)\|([^>\n]+)>")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PHONES, _PINYIN = "<|SPECIAL_TOKEN_1|>", "<|SPECIAL_TOKEN_2|>"
_SPAN: Final = re.compile(r"(<\|SPECIAL_TOKEN_[12]\|>.*?<\|SPECIAL_TOKEN_[12]\|>)")
_CLAUSE: Final = re.compile(r"[^.,!?;:…。，！？；：、]*[.,!?;:…。，！？；：、]*\s*")
_WORD: Final = re.compile(r"\s*[a-z0-9'’]+|\s*.", re.IGNORECASE | re.DOTALL)


def specials(first: int) -> dict[str, int]:
    """Special tokens by name, those that a text can hold; ``first`` is the number of the first one."""
    tags = [f"<|{language}|>" for language in LANGUAGES]
    free = [f"<|SPECIAL_TOKEN_{number}|>" for number in range(1, FREE + 1)]
    begin = first + len(_ENDS) + len(tags)
    return {
        **{name: first + at for at, name in enumerate([*_ENDS, *tags])},
        **{name: begin + _SOUNDS + _MOODS + _TASKS + at for at, name in enumerate(free)},
    }


def special_count() -> int:
    return len(_ENDS) + len(LANGUAGES) + _SOUNDS + _MOODS + _TASKS + FREE + _VOICES + _TIMES


class RankTokeniser:
    """A byte-pair encoding by ranks: text → token ids."""

    def __init__(self, ranks: Mapping[bytes, int], special: Mapping[str, int]) -> None:
        """``ranks`` has every token by its bytes, each of the 256 among them; ``special`` the special ones by name."""
        try:
            import regex
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package="regex", command=INSTALL) from error
        self._ranks, self._special = ranks, special
        self._joined = cached(8192)(self._join)
        self._pieces = regex.compile(_PIECES)
        self._marked = regex.compile("|".join(map(regex.escape, sorted(special, key=len, reverse=True))) or r"(?!)")

    @classmethod
    def open(cls, path: Path, *, size: int) -> RankTokeniser:
        """With the tokens in the file ``path``; ``size`` is the number of tokens that the GPT knows.

        Raises :class:`StudioError` ``bad_file`` for a file that is none or does not belong to that GPT.
        """
        ranks = read_ranks(path)
        if len(ranks) + special_count() != size:
            reason = Bilingual(
                f"it has {len(ranks)} tokens; with {special_count()} special ones there should be {size}.",
                f"其中有 {len(ranks)} 个词元；加上 {special_count()} 个特殊词元应为 {size} 个。",
            )
            raise StudioError("bad_file", path=path, reason=reason)
        return cls(ranks, specials(len(ranks)))

    def ids(self, text: str) -> list[int]:
        """The numbers of ``text``; names of special tokens in it stand for those."""
        ids: list[int] = []
        at = 0
        for mark in self._marked.finditer(text):
            ids += self._plain(text[at : mark.start()])
            ids.append(self._special[mark[0]])
            at = mark.end()
        return ids + self._plain(text[at:])

    def _plain(self, text: str) -> list[int]:
        return [one for piece in self._pieces.findall(text) for one in self._joined(piece.encode())]

    def _join(self, piece: bytes) -> tuple[int, ...]:
        parts = [piece[at : at + 1] for at in range(len(piece))]
        while len(parts) > 1:
            ranks = [self._ranks.get(left + right) for left, right in itertools.pairwise(parts)]
            known = [(rank, at) for at, rank in enumerate(ranks) if rank is not None]
            if not known:
                break
            at = min(known)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return tuple(self._ranks[part] for part in parts)


def read_ranks(path: Path) -> dict[bytes, int]:
    """The tokens of a file with their numbers. Raises :class:`StudioError` ``bad_file``."""
    ranks: dict[bytes, int] = {}
    line = b""
    try:
        for line in filter(None, path.read_bytes().splitlines()):
            token, rank = line.split()
            # Published files have a token without bytes, which is written as the padding alone.
            ranks[b"" if token == b"=" else base64.b64decode(token, validate=True)] = int(rank)
    except OSError as error:
        raise StudioError("bad_file", path=path, reason=str(error)) from error
    except (ValueError, binascii.Error) as error:
        shown = line[:20].decode("ascii", "replace")
        reason = Bilingual(f"“{shown}” is not a token with its number.", f"“{shown}”不是词元及其编号。")
        raise StudioError("bad_file", path=path, reason=reason) from error
    lacking = sum(bytes([byte]) not in ranks for byte in range(256))
    if lacking or sorted(ranks.values()) != list(range(len(ranks))):
        reason = Bilingual("its tokens are not complete.", "其中的词元不完整。")
        raise StudioError("bad_file", path=path, reason=reason)
    return ranks


@dataclass(frozen=True)
class TokenLine:
    """What is spoken in one go: the text as it is written for the model, and its tokens."""

    text: str
    ids: tuple[int, ...]
    language: int | None = None
    """Version 2.5's language number."""


def language_number(language: Language) -> int:
    """The row of the GPT's language table."""
    return LANGUAGES.index(language)


def written(text: str, language: Language, normaliser: Callable[..., str] | None) -> str:
    """``text`` as the model was trained on it; without ``normaliser`` numbers stay as they are.

    That is a :class:`Normaliser`, or its :meth:`Normaliser.said` for a text that is in words already.

    Raises :class:`StudioError` ``unknown_choice`` for another language.
    """
    if language not in get_args(Language):
        known = ", ".join(get_args(Language))
        raise StudioError("unknown_choice", field=Bilingual("language", "语言"), value=language, choices=known)
    parts: list[str] = []
    at = 0
    for reading in _READING.finditer(text):
        parts += [_plain(text[at : reading.start()], language, normaliser), _spelled(reading[1], reading[2])]
        at = reading.end()
    return "".join([*parts, _plain(text[at:], language, normaliser)])


def _plain(text: str, language: Language, normaliser: Callable[..., str] | None) -> str:
    if not text.strip():
        return text
    if normaliser is not None and (language == "zh" or language == "en"):
        text = kept_apart(text, partial(normaliser, language=language))
    else:
        text = plain_marks(text)
    return text.upper() if language == "es" else text if language == "ar" else text.lower()


def _spelled(word: str, reading: str) -> str:
    if _KANA.search(reading):
        return f" {reading} "
    # Our own readings in letters are pinyin in small ones and ARPAbet in capitals.
    if _CHINESE.search(word) or (reading.islower() and all(map(spelt, reading.split()))):
        return f"{_PINYIN}{reading}{_PINYIN}"
    return f"{_PHONES}{reading.upper()}{_PHONES}"


def segments(text: str, language: Language, tokeniser: RankTokeniser, longest: int) -> list[TokenLine]:
    """Cut :func:`written` text at punctuation into segments of at most ``longest`` tokens, tag and stop included.

    A reading is never cut, so one that is longer makes a segment of its own. Raises :class:`StudioError`
    ``out_of_range`` where the limit leaves no room for text.
    """
    tag = f"<|{language}|> "
    room = longest - len(tokeniser.ids(tag)) - 1
    if room < 1:
        raise StudioError("out_of_range", field=Bilingual("segment length", "分段长度"), value=longest, low=4, high=600)
    cut: list[str] = []
    for piece in _pieces(text, tokeniser, room):
        if cut and len(tokeniser.ids(tag + cut[-1] + piece)) < longest:
            cut[-1] += piece
        else:
            cut.append(piece)
    spoken = (part.strip() for part in cut)
    return [TokenLine(part, (*tokeniser.ids(tag + part), _STOP), language_number(language)) for part in spoken if part]


def _pieces(text: str, tokeniser: RankTokeniser, room: int) -> list[str]:
    """Clauses, words where a clause is too long, and readings whole."""
    pieces: list[str] = []
    for part in _SPAN.split(text):
        if _SPAN.fullmatch(part):
            pieces.append(part)
        else:
            for clause in filter(None, _CLAUSE.findall(part)):
                pieces += [clause] if len(tokeniser.ids(clause)) <= room else _WORD.findall(clause)
    return pieces
