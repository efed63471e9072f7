"""The tokens of a segment as text in which there is nothing that the model was not trained to see.

That is Chinese characters, words in letters, pinyin with its tone, and few marks: numbers, dates and signs are words by
now. Spaces and quotes stand where the writer set them: an opening one before its word, a closing one behind it, none
around a hyphen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from indextts.engines.indextts2.frontend.normaliser import corrected
from indextts.model.sources import KEPT_SOURCES, TOLD_SOURCES
from indextts.model.utterance import Token
from indextts.reading.phonemes.zh.syllables import spelt
from indextts.reading.text.chars import CLOSERS, OPENERS, is_hanzi, is_latin
from indextts.reading.text.normalise import normalise_line

Known = Callable[[str], bool]
"""Whether a tokeniser has the pieces for a text."""

_PAUSE: Final = 3
"""From this break on (an intonational phrase), one that a person has set where there is no mark is a comma."""

_Role = Literal["said", "open", "close", "stop", "dash", "none"]
_STOPS: Final = frozenset(".,!?;:…。，、！？；：")
_DASHES: Final = frozenset("-—–―·・~〜～")
_OPENING: Final = frozenset(f"{OPENERS}«‹„‚")
_CLOSING: Final = frozenset(f"{CLOSERS}»›") - {'"', "'"}
_EITHER: Final = frozenset("\"'’‘“")
"""Quotes and the apostrophe: which one it is shows in what stands around it (a German quote ends with “)."""
_LONELY: Final = frozenset('"“»›')
"""What closes a quote whose beginning the text stage has left out with the other marks before a sentence."""
_RARE: Final = {
    **dict.fromkeys("{}〔〕〖〗〈〉『』«»‹›„‚", "'"),
    **dict.fromkeys("–―・〜", "-"),
}
"""Marks that the published table of marks does not have, as those that it has."""
_NASAL: Final = {"ng": "en", "n": "en", "hng": "heng"}
"""Interjections without a vowel, as the syllables of the published vocabulary that are nearest to them."""
_WORDS: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_NOT_WORDS: Final = re.compile(r"[^A-Za-z'\u3400-\u9fff ]+")


def written(tokens: Sequence[Token], *, annotated: bool = False, known: Known | None = None) -> str:
    """The text of tokens.

    Fixed readings become pinyin; ``annotated`` writes them as ``<word|reading>``, ARPAbet too. A character that the
    model has not ``known`` is written as its pinyin, fixed or not.
    """
    text = ""
    before: Token | None = None
    role_before: _Role = "none"
    for token, role, following in zip(tokens, _roles(tokens), (*tokens[1:], None), strict=False):
        if role == "none":
            continue
        piece = _said(token, annotated=annotated, known=known) if role == "said" else _mark(token)
        syllables = role == role_before == "said" and (text[-1:].isdigit() or piece[-1:].isdigit())
        if before is not None and (syllables or _apart(before, role_before, token, role, following)):
            text += " "
        text += piece
        before, role_before = token, role
        if following is not None and _pauses(token, following):
            text += "，"
            role_before = "stop"
    return " ".join(text.split())


def pinyin(reading: str) -> str:
    """Syllables with tone numbers as the published vocabulary has them: in capitals, ü as V also after J, Q and X.

    Empty where one of them is not in it.
    """
    found = [_syllable(syllable) for syllable in reading.split()]
    return " ".join(corrected(syllable).upper() for syllable in found) if all(found) else ""


def _syllable(syllable: str) -> str:
    return spelt(syllable) or spelt(_NASAL.get(syllable[:-1], "") + syllable[-1:])


def _said(token: Token, *, annotated: bool, known: Known | None) -> str:
    fixed = token.reading_source in TOLD_SOURCES and bool(token.reading)
    if annotated:
        return _annotated(token) if fixed else _plain(token)
    syllables = pinyin(token.reading) if fixed else ""
    if not syllables and known is not None and token.kind == "hanzi" and not known(token.text):
        syllables = pinyin(token.reading)
        if any(not change.became for change in token.changes):
            return ""  # nobody knows how it is read
        syllables = syllables if known(syllables) else ""
    return syllables or _plain(token)


def _annotated(token: Token) -> str:
    if set(token.text) & set("<|>\n"):
        return _plain(token)
    syllables = [_syllable(syllable) for syllable in token.reading.split()]
    return f"<{token.text}|{' '.join(syllables) if all(syllables) else token.reading}>"


def _plain(token: Token) -> str:
    """What a token says: a word's text is words already, unless a person has given its reading or changed the plan."""
    if (token.kind == "hanzi" and all(map(is_hanzi, token.text))) or _WORDS.fullmatch(token.text):
        return token.text
    return _NOT_WORDS.sub(" ", normalise_line(token.text, token.lang))


def _mark(token: Token) -> str:
    """A mark as it stands, or as one that the published table of marks has."""
    return _RARE.get(token.text, token.text)


def _roles(tokens: Sequence[Token]) -> Iterator[_Role]:
    """What each token is to its neighbours."""
    open_ = 0
    pending: set[str] = set()
    for before, token, following in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        role = _role(before, token, following, is_open=token.text in pending)
        if role == "open":
            open_ += 1
            pending.add(token.text)
        elif role == "close":
            role = "none" if token.text in _LONELY and not open_ else role
            open_ = max(open_ - 1, 0)
            pending.discard(token.text)
        yield role


def _role(before: Token | None, token: Token, following: Token | None, *, is_open: bool) -> _Role:
    if token.kind != "punctuation":
        return "said"
    if token.text in _STOPS:
        return "stop"
    if token.text in _DASHES:
        return "dash"
    if token.text in _EITHER:
        return _quote(before, token, following, is_open=is_open)
    if token.text in _OPENING:
        return "none" if following is None else "open"
    return "close" if token.text in _CLOSING else "none"


def _quote(before: Token | None, token: Token, following: Token | None, *, is_open: bool) -> _Role:
    """Whether a quote that looks the same on both sides opens, closes, or is an apostrophe (a hyphen to its word)."""
    if before is None or following is None:
        return "open" if before is None else "close"
    free_before, free_after = _gap(before, token), _gap(token, following)
    if token.text in "'’" and not free_before and not free_after and _in_letters(before) and _in_letters(following):
        return "dash"
    ends = following.kind == "punctuation" and following.text in _STOPS - {"…"}
    match token.text:
        case "‘":
            closes = False
        case "’":
            closes = True
        case "“":
            closes = not free_before and (free_after or ends)
        case _:
            closes = ends or (free_after if free_before != free_after else is_open)
    return "close" if closes else "open"


def _apart(before: Token, role_before: _Role, token: Token, role: _Role, following: Token | None) -> bool:
    """Whether there is a space between a token and the one before it; around Chinese characters there need be none."""
    if role in ("close", "stop") or role_before == "open" or "hanzi" in (before.kind, token.kind):
        return False
    if role == "open":
        glued = role_before == "stop" and (following is None or not _in_letters(following))
        return not glued and (_gap(before, token) or role_before in ("said", "stop"))
    if "dash" in (role_before, role):
        return _gap(before, token)
    if role_before == "said":
        one_run = before.end == token.start and not before.changes and not token.changes  # i and Phone of iPhone
        return not one_run and (before.word != token.word or (_gap(before, token) and before.kind == "word"))
    return _gap(before, token) or before.text not in ")]…"


def _gap(before: Token, token: Token) -> bool:
    """Whether something that is no token stands between the two in the written text; both offsets are of that."""
    return before.end < token.start


def _in_letters(token: Token) -> bool:
    return token.kind in ("word", "letter") and is_latin(token.text[:1])


def _pauses(token: Token, following: Token) -> bool:
    marks = (token.kind, following.kind)
    decided = token.break_source in KEPT_SOURCES
    return decided and token.break_after >= _PAUSE and "punctuation" not in marks
