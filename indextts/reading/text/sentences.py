"""Sentence splitting, and the language of expressions that have none of their own, such as numbers."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from indextts.model.utterance import Lang
from indextts.reading.text import chars, tables
from indextts.reading.text.en import short_forms
from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE

LONGEST: Final = 400
"""Characters of a sentence that is worked on at once; longer ones are parted at a mark, a space or a word."""

_BREAK: Final = re.compile(rf"\n+|[{re.escape(chars.SENTENCE_END + chars.SEMICOLON)}]+|\.+")
_TAIL: Final = re.compile(rf"[{re.escape(chars.CLOSERS + chars.SENTENCE_END)}.]*")
_OF_NAME: Final = re.compile(r"(?<=[A-Za-z0-9])[!?] ?(?=[吗呢吧嘛]|了(?![解结断却])|的(?![士确]))")
"""The last sign of what a Chinese sentence goes on behind: ``Yahoo!的``."""
_WORD: Final = re.compile(r"[A-Za-z]{2}")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_DIGIT: Final = re.compile(r"[0-9]")
_MATHS: Final = frozenset(("sin", "cos", "tan", "cot", "sec", "log", "ln", "lg", "lim", "max", "min", "arcsin"))
_FULL_MARK: Final = re.compile(r"[，。！？；：、]")
_CHINESE_MARK: Final = re.compile(r"[，。！？；：、“”]")
_NAME, _GAP = 4, 99  # Chinese characters that may be a name in an English text; lines that an empty one stands for
_STREETS: Final = frozenset(f"{kind.lower()}." for kind in tables_en.STREETS)
"""What stands behind the name of a street, and its short forms."""
_PLACES: Final = ("Ft", "Pt", "Mt", "Mts", "ft")  # They go on with a name, *ft.* with that of a singer.
_BEFORE_NAMES: Final = ("Exh", "Appx", "nr", "Conf", "Rm", "Vit", "Comp", "Poli", "Feat", "feat")
_NUMBERED: Final = re.compile(rf"(?<![A-Za-z])(?:{'|'.join((*tables_en.NUMBERED, *tables_en.DAYS))}|[Mm]ar)$")


@dataclass(frozen=True)
class WrittenSentence:
    """``start``–``end`` in the cleaned text, closing marks included."""

    text: str
    start: int
    end: int
    lang: Lang
    stop: int
    """Where the next one may begin: ``end`` and the white space after it."""


def split(
    text: str,
    *,
    lang: Lang | None = None,
    cuts: Iterable[int] = (),
    kept: Sequence[tuple[int, int]] = (),
    usual: Lang | None = None,
) -> Iterator[WrittenSentence]:
    """The sentences of a cleaned text. What stands between two of them is white space.

    ``lang`` fixes the language of all; else each sentence has its own, and one without letters that of the nearest with
    words, or the ``usual`` one of the whole. One ends at each of ``cuts``, and none inside a stretch that is ``kept``.
    """
    default = lang or usual or main_language(text, "zh", share=1)
    ends = set(cuts)
    bounds = [*_fitted(_bounds(text), sorted(ends), kept)]
    said = [*text]
    for start, end in kept:  # labels and the like, which tell no language
        said[start:end] = " " * (end - start)
    for (start, end), beside in zip(bounds, _beside("".join(said), bounds, default), strict=True):
        sentence = text[start:end]
        begin = start + len(sentence) - len(sentence.lstrip())
        sentence = sentence.strip()
        if sentence or end in ends:
            note = default == "zh" and _LETTERS.search(sentence) and _is_note(sentence)
            own = lang or ("zh" if note else language_of(sentence, beside))
            yield WrittenSentence(sentence, begin, begin + len(sentence), own, end)


def _beside(text: str, bounds: Sequence[tuple[int, int]], usual: Lang) -> list[Lang]:
    """For each sentence the language of the nearest with words: on its line, in its paragraph, before it, behind it."""
    lines = accumulate((text.count("\n", *one) + _GAP * text.count("\n\n", *one) for one in bounds), initial=0)
    told = {number: lang for number, one in enumerate(bounds) if (lang := _told(text[slice(*one)], usual))}
    at_line, found, near = [*lines], [*told], list[Lang]()
    for number, line in enumerate(at_line[:-1]):
        at = bisect(found, number)
        far = [(abs(at_line[one] - line), abs(one - number), one) for one in found[max(at - 1, 0) : at + 1]]
        near.append(told[min(far)[2]] if far else usual)
    return near


def _told(text: str, usual: Lang) -> Lang | None:
    """The language of most of a sentence; of none that may be a mere name in a text in the ``usual`` language."""
    words = [word for word in _LETTERS.findall(text) if len(word) > 1]
    hanzi = sum(map(chars.is_hanzi, text))
    if hanzi > 2 * len(words):
        return "zh" if usual == "zh" or hanzi > _NAME or _FULL_MARK.search(text) else None
    return "en" if len(words) > hanzi and (usual == "en" or not tables_en.FUNCTION_WORDS.isdisjoint(words)) else None


def main_language(text: str, usual: Lang, *, share: int = 2) -> Lang:
    """The language of most of ``text``, and Chinese where ``share`` times its characters are more than the words."""
    hanzi = sum(map(chars.is_hanzi, text))
    return language_of(text, usual) if not hanzi else "zh" if hanzi * share > len(_LETTERS.findall(text)) else "en"


def language_of(text: str, default: Lang) -> Lang:
    """Chinese if there is one Chinese character, else English if there is a word, else by the marks."""
    if any(chars.is_hanzi(char) for char in text):
        return "zh"
    if _WORD.search(text):
        return "zh" if _FULL_MARK.search(text) and _is_note(text, words=0) else "en"
    if (_FULL_MARK if default == "en" else _CHINESE_MARK).search(text):
        return "zh"
    return "en" if default == "en" or any(chars.is_latin(char) for char in text) else default


def _is_note(text: str, words: int | None = None) -> bool:
    """Whether a sentence is figures with names, which tell no language: ``GDP：3.5%``, ``iPhone 15，$999``."""
    if not _DIGIT.search(text):
        return False
    said = [word for word in _LETTERS.findall(text) if len(word) > 1 and word not in _MATHS]
    if any(word.lower() in tables_en.FUNCTION_WORDS and not word.isupper() for word in said):
        return False
    most = (3 if _FULL_MARK.search(text) else 0) if words is None else words
    return sum(not word.isupper() for word in said) <= most


def _fitted(
    bounds: Iterable[tuple[int, int]], cuts: Sequence[int], kept: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The bounds with an end at every cut, and with none inside a stretch that is kept."""
    begin = at = 0
    next_cut = 0
    for _, end in bounds:
        if end <= begin:
            continue
        while at < len(kept) and kept[at][1] <= end:
            at += 1
        if at < len(kept) and kept[at][0] < end:
            if end - begin < LONGEST:
                continue  # The sentence goes on after the stretch.
            end = kept[at][1]
        while next_cut < len(cuts) and cuts[next_cut] < end:
            if cuts[next_cut] > begin:
                yield begin, cuts[next_cut]
                begin = cuts[next_cut]
            next_cut += 1
        yield begin, end
        begin = end


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() < start:
            continue
        if match.group()[0] == "." and not _ends_here(text, match):
            continue
        if text[match.end() : match.end() + 1] == "》":
            continue  # 《加油！》 and 《APT.》 are titles.
        if match.group() in ("?", "!") and (_in_address(text, match.start()) or _OF_NAME.match(text, match.start())):
            continue
        if match.group() == "!" and BESIDE["equals"].match(text, match.end()):
            continue  # Not equal, or a factorial.
        end = match.end() if match.group()[0] == "\n" else _TAIL.match(text, match.end()).end()  # type: ignore[union-attr]
        yield from _parts(text, start, end)
        start = end
    yield from _parts(text, start, len(text))


def _in_address(text: str, at: int) -> bool:
    """Whether a question or exclamation mark stands inside a web address."""
    after = text[at + 1 : at + 2]
    return after.isascii() and after.isalnum() and BESIDE["address_head"].search(text, max(0, at - 200), at) is not None


def _ends_here(text: str, match: re.Match[str]) -> bool:
    """Whether full stops at this place end a sentence: not in numbers, names, initials, abbreviations."""
    after = text[match.end() : match.end() + 1]
    if len(match.group()) > 1:
        return (not after.isalnum() and after != "/") or chars.is_hanzi(after)
    if after and not after.isspace() and after not in chars.CLOSERS and not chars.is_hanzi(after):
        return False
    before = re.search(r"[A-Za-z.]+$", text[max(0, match.start() - 12) : match.start()])
    if not before:
        return True
    word = before.group().lower() + "."
    follows = text[match.end() :][:3].lstrip()[:1]
    counts = follows.isdigit() or BESIDE["roman_behind"].match(text, match.end()) is not None
    if counts and (word == "no." or _NUMBERED.search(before.group())):
        return False
    counted = BESIDE["number_ahead"].search(text, max(0, match.start() - 12), match.start())
    place = before.group() in _PLACES and (before.group() != "ft" or not short_forms.opens(text, match.end()))
    if place and follows.isupper() and not counted:
        return False  # Ft. Worth
    drive = word == "dr." and short_forms.is_drive(text, match.start() - len("Dr"), match.end())
    if drive or (word == "st." and BESIDE["street"].search(text, max(0, match.start() - 24), match.start())):
        return not follows or short_forms.begins(text, match.end())
    if word in _STREETS and BESIDE["compass"].match(text, match.end()):
        return False
    if not follows.islower() and BESIDE["in_degrees"].search(text, max(0, match.start() - 12), match.start()):
        return True
    measured = before.group() in tables.UNITS and BESIDE["goes_on"].match(text, match.start())
    if measured and BESIDE["measure"].search(text, max(0, match.start() - 12), match.start()):
        return False
    per = text[match.start() - len(before.group()) - 1 :][:1] == "/"  # $5/mo. or
    if per and (follows.islower() or follows in ("+", "(")):
        return False
    if _is_short_form(text, match.start(), before.group(), follows):
        return False
    if word in tables.ABBREVIATIONS:
        begin = match.start() - len(before.group())
        timed = word == "ms." and counted is not None  # 5 ms.
        return timed or short_forms.ends(text, begin, match.start() + 1)
    if re.fullmatch(r"(?:[a-z]\.)+", word):  # An initial, or letters such as U.S.
        if text[match.start() - 2 : match.start() - 1] == "/":
            return True  # N/V/D.
        if len(word) == len("x."):
            beside = f"{text[max(0, match.start() - 16) : match.start()]}#{text[match.end() :][:12]}"
            return not follows or BESIDE["lettered"].search(beside) is not None
        return not follows or (follows.isupper() and not _goes_on(text, match.end()))
    return True


def _goes_on(text: str, at: int) -> bool:
    """Whether a name goes on behind letters: ``the U.S. Open``, ``U.S. GDP``, ``J.R.R. Tolkien``."""
    return re.match(r" [A-Z][A-Za-z]", text[at : at + 3]) is not None and not short_forms.opens(text, at)


def _is_short_form(text: str, at: int, word: str, follows: str) -> bool:
    """Whether the stop at ``at`` is only that of ``word``: in ``Gen. 1``, ``2 p.m. EST``, ``Boston, Mass., and``."""
    ahead = text[max(0, at - len(word) - 4) : at - len(word)]
    if word in tables_en.PLAIN_STATES or (word in tables_en.OLD_STATES and BESIDE["state_ahead"].search(ahead)):
        return bool(follows) and not short_forms.opens(text, at + 1)
    told = (follows.islower() or follows == "(") and BESIDE["shortened"].search(text, max(0, at - 24), at)
    if told or (word in ("no", "No") and BESIDE["serial"].match(text, at + 1)):
        return True
    if word in ("Eq", "Eqs") and text.startswith(" (", at + 1):
        return True
    if word in ("ref", "Ref") and text.startswith((" no.", " No.", " nos.", " Nos."), at + 1):
        return True
    if word.lower() in ("lat", "lon", "long") and BESIDE["degrees_behind"].match(text, at + 1):
        return True
    if word == "op" and text.startswith(" cit", at + 1):
        return True
    if word == "Cir":
        return not ahead[-1:].isalpha() and bool(follows) and not short_forms.opens(text, at + 1)
    if word == "al" and ahead.endswith("et "):
        return bool(follows) and not short_forms.opens(text, at + 1)
    if ahead[-1:] == "-" and word in tables_en.PER_SHORT:
        return bool(follows) and not short_forms.opens(text, at + 1)  # 10-yr. Treasurys
    if word in _BEFORE_NAMES:
        return follows.isupper()
    if follows.isdigit():
        return word in tables_en.BOOKS or word in ("Rs", "Min") or (word in ("s", "d") and ahead[-1:].isdigit())
    plain = word if word.isupper() else word.lower()
    if follows.islower() and (BESIDE["no_vowel"].fullmatch(plain) or (word in ("s", "d") and ahead[-1:].isdigit())):
        return True
    if word in tables_en.SHORT_FORMS or word in tables_en.DAYS:
        return follows.islower() or follows in ("&", "/", "(", "-")
    behind = {"jr": "named_after", "a.m": "times", "p.m": "times"}.get(word.lower())
    return behind is not None and BESIDE[behind].match(text, at + 1) is not None


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or, where it is endless, pieces that break no word and no number."""
    while end - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _cut(text: str, start: int, end: int) -> int:
    """The last good place to part ``text[start:end]``, in its second half; ``end`` if there is none."""
    middle = start + LONGEST // 2
    for good in (chars.COMMA + chars.COLON, " "):
        for index in range(end, middle, -1):
            if text[index - 1] in good and not text[index : index + 1].isdigit():
                return index
    for index in range(end, middle, -1):
        if chars.is_hanzi(text[index - 1]) and chars.is_hanzi(text[index : index + 1] or " "):
            return index
    return end
