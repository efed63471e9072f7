"""Short forms that are words or names too: *rep*, *fig*, *Jan*; and what begins a sentence behind one."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text import chars, tables
from indextts.reading.text.en import parts_of_speech
from indextts.reading.text.en.tables import BESIDE

_CLOSERS: Final = re.compile(rf"[{re.escape(chars.CLOSERS)}]*")
_CAPITAL: Final = re.compile(r" ([A-Z][\w'’]*)(?![\w'’.])")
_OPENERS: Final = frozenset(("r", "rs", "dt", "d", "p", "c", "cs", "vx", "v", "vd"))
"""Parts of speech that a name has none of."""


def opens(text: str, at: int) -> bool:
    """Whether a word at ``at`` begins a sentence rather than goes on with a name."""
    return BESIDE["opening"].match(text, at) is not None


def begins(text: str, at: int) -> bool:
    """Whether the word behind a space at ``at`` begins a sentence: no name with its capital is such a word."""
    found = _CAPITAL.match(text, at)
    word = found[1].lower() if found else ""
    tags = {tag for tag, _ in parts_of_speech.candidates(word)}
    known = parts_of_speech.is_known(word) and tags <= _OPENERS and word not in ("will", "may")
    return known or (bool(word) and opens(text, at))


def is_word(text: str, start: int, end: int) -> bool:
    """Whether what looks like a short form, with its stop, is a word or a name that ends a sentence or a quotation."""
    word, behind = text[start:end], text[end:]
    if word.lower() not in tables.WORDS_TOO or behind[:1].strip(chars.CLOSERS + " \n"):
        return False
    if word.lower() == "jan.":
        return not (re.match(r" ?[a-z\d]", behind) or BESIDE["in_a_month"].search(text[max(0, start - 24) : start]))
    if word.lower() in ("fig.", "apt."):
        return not BESIDE["number_behind"].match(behind) and not re.match(" [a-z]", behind)
    if not _CAPITAL.match(behind):
        title = word[0].isupper() and re.match(r" [A-Z]\w*\.", behind)  # Rev. Dr. King
        return not title and re.match(r" ?[a-z\d#]", behind) is None
    plain = word.islower() and not BESIDE["titled"].search(text[max(0, start - 12) : start])
    known = parts_of_speech.is_known(_CAPITAL.match(behind)[1].lower())  # type: ignore[index]
    return begins(text, end) or (plain and known)


def ends(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends with the stop of the short form or word in ``text[start:end]``."""
    at, short = _CLOSERS.match(text, end).end(), text[start:end].lower()  # type: ignore[union-attr]
    follows = text[at : at + 3].strip()[:1]
    if not follows or is_word(text, start, end):
        return not follows.islower()
    firm = re.match(r" (?:Ltd|Inc|LLC|KG|LP|plc|Pte|Pty)\b", text[at:])
    last = short in tables.ENDING_ABBREVIATIONS and follows.isupper() and not firm
    head = BESIDE["at_head"].search(text[max(0, start - 20) : start]) is not None
    return last or (short not in tables.LEADING and not head and begins(text, at))
