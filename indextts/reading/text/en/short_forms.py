"""Short forms that are words or names too: *rep*, *fig*, *Jan*, and what begins a sentence behind one; words in
capitals that are no acronyms, and tags of words written as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from indextts.reading.text import chars, tables
from indextts.reading.text.en import parts_of_speech
from indextts.reading.text.en.tables import BESIDE

IsWord = Callable[[str], bool | None]
"""Whether a word is said as one: in small letters any, with capitals one that is known so; ``None`` if it is spelt."""

_CLOSERS: Final = re.compile(rf"[{re.escape(chars.CLOSERS)}]*")
_CAPITAL: Final = re.compile(r" ([A-Z][\w'’]*)(?![\w'’.])")
_OPENERS: Final = frozenset(("r", "rs", "dt", "d", "p", "c", "cs", "vx", "v", "vd"))
"""Parts of speech that a name has none of."""
_LOUD: Final = r"(?!(?:LED|CAD|SAT|ACT|PET|SAP|VAT|WHO|MIT|ASP|COD|RIP|IT|US|AM)(?![A-Z]))[A-Z]{2,}"
"""Capitals that are no acronym in the shape of a word."""
_CAPITALS: Final = re.compile(rf"(?<![A-Za-z] )(?<![A-Za-z]){_LOUD}(?: {_LOUD})+(?! ?[A-Za-z'])")
_SHOUT: Final = re.compile(r"(?<![A-Za-z'])[A-Z][A-Z']*(?:[^\w.,;:!?()\"]{1,4}[A-Z][A-Z']*){2,}(?![a-z'])")
"""Three words in capitals, or more."""
_PLAIN: Final = 0.6  # The share of them that are no initials.
_OF_A_SHOUT: Final = re.compile("IT|US|ME|HIM|HER|THEM")
"""Words that a shout of two or three ends with: *STOP IT*, *CONTACT US*."""
_NAME_AHEAD: Final = re.compile(r"(?<![\w’'-])([A-Z][\w’'.-]*) $")
_COSTS: Final = {1: 4.0, 2: 3.0, 3: 2.2}  # What words of a tag cost by their letters; longer ones cost …
_EVERYDAY, _KNOWN = 1.5, 3.2
_LONGEST: Final = 16


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


def is_drive(text: str, start: int, end: int) -> bool:
    """Whether *Dr.* in ``text[start:end]`` is a street: *12 Elm Dr.*, *on Elm Dr. near the park*, but *on Dr. Wu*."""
    left = text[max(0, start - 40) : start]
    named = re.match(" [A-Z]", text[end : end + 2]) is not None and not opens(text, end)
    house = re.search(r"\d (?:[A-Z]\w* ){1,2}$", left) is not None
    return house or (not named and BESIDE["at_a_street"].search(left) is not None)


def ends(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends with the stop of the short form or word in ``text[start:end]``."""
    at, short = _CLOSERS.match(text, end).end(), text[start:end].lower()  # type: ignore[union-attr]
    follows = text[at : at + 3].strip()[:1]
    if not follows or is_word(text, start, end):
        return not follows.islower()
    firm = re.match(r" (?:Ltd|Inc|LLC|KG|LP|plc|Pte|Pty)\b", text[at:])
    ranks = short in ("jr.", "sr.") and (not _is_named(text[:start]) or BESIDE["post"].match(text, at))
    last = short in tables.ENDING_ABBREVIATIONS and follows.isupper() and not firm and not ranks
    head = BESIDE["at_head"].search(text[max(0, start - 20) : start]) is not None
    return last or (short not in tables.LEADING and not head and begins(text, at))


def _is_named(ahead: str) -> bool:
    """Whether *Jr.* behind ``ahead`` belongs to a name; else it goes on with a post: *From Jr. Engineer to ...*."""
    name = _NAME_AHEAD.search(ahead[-24:])
    tags = {tag for tag, _ in parts_of_speech.candidates(name[1].lower())} if name else _OPENERS
    return not tags or not tags <= _OPENERS


def loud(text: str, is_word: IsWord) -> list[tuple[int, int]]:
    """Where words in capitals stand among others that are a title or a clause."""
    titles = [run for run in _CAPITALS.finditer(text) if _is_title(run[0].split(), is_word)]
    clauses = [run for run in _SHOUT.finditer(text) if _is_clause(re.findall("[A-Z']+", run[0]))]
    return [run.span() for run in (*titles, *clauses)]


def _is_title(words: list[str], is_word: IsWord) -> bool:
    """Whether words in capitals beside Chinese ones are a title, ``SQUARE ONE``, and none an acronym."""
    told = all(word in tables.SHORT_WORDS or (len(word) > 2 and is_word(word.lower())) for word in words)
    return told and max(map(len, words)) > 3


def _is_clause(words: list[str]) -> bool:
    """Whether words in capitals are a clause rather than names: *WE CARE WHO KNOWS*."""
    plain = sum(
        "'" in word or word in tables.SHORT_WORDS or (len(word) > 2 and is_everyday(word.lower())) for word in words
    )
    return plain > 1 and plain > _PLAIN * len(words)


def is_everyday(word: str) -> bool:
    """Whether everybody knows a word in small letters."""
    return word in tables.SMALL_WORDS or parts_of_speech.is_known(word)


def is_shouted(text: str, is_word: IsWord) -> bool:
    """Whether a sentence is in capitals throughout, so that they show no acronym; a short one has plain words."""
    letters = [char for char in text if chars.is_latin(char)]
    if " " not in text or any(chars.is_hanzi(char) for char in text):
        return False
    if sum(char.isupper() for char in letters) <= 0.9 * len(letters):
        return False
    words = [word for word in re.findall("[A-Z']+", text) if len(word) > 1]
    if len(letters) >= 12 or len(words) < 2:
        return len(letters) >= 12
    said = text.rstrip()[-1:] in "!?" or bool(_OF_A_SHOUT.fullmatch(words[-1]))
    return (said or any(word in tables.SHORT_WORDS for word in words)) and all(is_word(word.lower()) for word in words)


def in_words(tag: str, is_word: IsWord) -> list[str]:
    """The words of a tag in small letters, *debateme*; none if not all of it is made of known ones."""
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for end in range(1, len(tag) + 1):
        ways = [
            (best[begin][0] + cost, [*best[begin][1], tag[begin:end]])
            for begin in range(max(0, end - _LONGEST), end)
            if begin in best and end - begin < len(tag) and (cost := _cost(tag[begin:end], is_word))
        ]
        best |= {end: min(ways)} if ways else {}
    return best.get(len(tag), (0.0, []))[1]


def _cost(word: str, is_word: IsWord) -> float:
    if len(word) < 4:
        spelt = len(word) > 1 and is_word(word) is None
        return _COSTS[len(word)] if spelt or is_everyday(word) else 0.0
    return _EVERYDAY if is_everyday(word) else _KNOWN if is_word(word) else 0.0
