"""Version 2.5's tokeniser: bytes joined by rank, from a file of the kind that tiktoken reads.

The file has a line for each token: its bytes in base64, a space, its number, which is also its rank. Behind them come
special tokens, which stand in no file; how many there are must add up to what the checkpoint's GPT was made for.
"""

from __future__ import annotations

import base64
import binascii
import functools
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

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
_INSTALL: Final = "./start_app.sh --with indextts2"


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
    """How many special tokens there are altogether."""
    return len(_ENDS) + len(LANGUAGES) + _SOUNDS + _MOODS + _TASKS + FREE + _VOICES + _TIMES


class RankTokeniser:
    """Text to numbers."""

    def __init__(self, ranks: Mapping[bytes, int], special: Mapping[str, int]) -> None:
        """``ranks`` has every token by its bytes, each of the 256 among them; ``special`` the special ones by name."""
        try:
            import regex
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package="regex", command=_INSTALL) from error
        self._ranks, self._special = ranks, special
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

    @functools.lru_cache(maxsize=8192)  # noqa: B019 - a tokeniser lives as long as its engine
    def _joined(self, piece: bytes) -> tuple[int, ...]:
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
            ranks[base64.b64decode(token, validate=True)] = int(rank)
    except OSError as error:
        raise StudioError("bad_file", path=path, reason=str(error)) from error
    except (ValueError, binascii.Error) as error:
        shown = line[:20].decode("ascii", "replace")
        reason = Bilingual(f"“{shown}” is no token with its number.", f"“{shown}”不是词元及其编号。")
        raise StudioError("bad_file", path=path, reason=reason) from error
    lacking = sum(bytes([byte]) not in ranks for byte in range(256))
    if lacking or sorted(ranks.values()) != list(range(len(ranks))):
        reason = Bilingual("its tokens are not complete.", "其中的词元不完整。")
        raise StudioError("bad_file", path=path, reason=reason)
    return ranks
