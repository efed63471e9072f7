"""Verbalisers that Chinese and English share.

A reader gets the match of a pattern and answers with the spoken form, or ``None`` to leave it to later rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from indextts.text import chars, numbers, tables
from indextts.text.tables import UNITS
from indextts.utterance.model import Lang

Match = re.Match[str]
Reader = Callable[[Match], str | None]

_OPENING_SIGNS: Final = "-√$€£¥(（½¼¾±"
_CLOSING_SIGNS: Final = "%‰°℃℉²³$€£¥)）½¼¾"

_ADDRESS_SIGNS: Final[dict[Lang, dict[str, str]]] = {
    "zh": {".": "点", "@": "艾特", "/": "斜杠", ":": "冒号", "-": "杠", "_": "下划线", "?": "问号", "=": "等于",
           "&": "和", "#": "井号", "%": "百分号", "+": "加", "~": "波浪号", "\\": "反斜杠"},
    "en": {".": " dot ", "@": " at ", "/": " slash ", ":": " colon ", "-": " dash ", "_": " underscore ",
           "?": " question mark ", "=": " equals ", "&": " and ", "#": " hash ", "%": " percent ", "+": " plus ",
           "~": " tilde ", "\\": " backslash "},
}  # fmt: skip


def before(match: Match, words: tuple[str, ...], *, gap: str = " :：是为到了") -> bool:
    """Whether one of ``words`` stands right before the match, or with a word such as 是 between."""
    return match.string[max(0, match.start() - 16) : match.start()].rstrip(gap).endswith(words)


def after(match: Match, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands right after the match."""
    return match.string[match.end() : match.end() + 8].lstrip().startswith(words)


_QUOTATION: Final = re.compile(r"(?<!\d)\"")


def is_inch(match: Match) -> bool:
    """Whether the mark at the end of the match is an inch sign: no quotation is open before it."""
    text = match.string[: match.start()]
    if match.group()[-1] == "″" or not _QUOTATION.search(text):
        return True
    opened = False
    for mark in re.finditer('"', text):
        opened = not opened if opened or not text[mark.start() - 1 : mark.start()].isdigit() else opened
    return not opened


def digits_of(written: str, lang: Lang) -> str:
    return numbers.zh_digits(written) if lang == "zh" else numbers.en_digits(written)


def number_of(written: str, lang: Lang) -> str:
    return numbers.zh_number(written) if lang == "zh" else numbers.en_number(written)


def digits(lang: Lang) -> Reader:
    return lambda m: digits_of(m.group(), lang)


def spell_address(written: str, lang: Lang) -> str:
    """An address or file name: words stay words, signs are named, digits are read one by one."""
    names = _ADDRESS_SIGNS[lang]
    body = re.sub(r"\d+", lambda m: f" {digits_of(m.group(), lang)} ", written)
    return re.sub(r" +", " ", "".join(names.get(char, char) for char in body)).strip()


def address(lang: Lang) -> Reader:
    """Web and mail addresses."""

    def read(match: Match) -> str:
        body = re.sub(r"^[A-Za-z]+://", "", match.group())
        return spell_address(re.sub(r"^www\b", "WWW", body), lang)

    return read


def file_name(lang: Lang) -> Reader:
    """``my_report.pdf``; between Chinese characters and the extension only the point is rewritten."""
    names = _ADDRESS_SIGNS[lang]

    def read(match: Match) -> str:
        parts = re.split(r"(\d+|[._-])", match.group())
        said = []
        for part in parts:
            if part.isdecimal():
                short = len(part) < 3 and not part.startswith("0")
                said.append(f" {number_of(part, lang) if short else digits_of(part, lang)} ")
            else:
                said.append(names.get(part, part))
        return re.sub(r" +", " ", "".join(said)).strip()

    return read


def dotted(lang: Lang, dot: tuple[str, str] = ("点", " point ")) -> Reader:
    """``2.1.3``: every part as a small number, by digits from three on."""
    between = dot[0] if lang == "zh" else dot[1]
    return lambda m: between.join(
        number_of(part, lang) if len(part) < 3 and part[0] != "0" else digits_of(part, lang)
        for part in m.group().split(".")
    )


def ip(lang: Lang) -> Reader:
    """Four groups of digits."""
    between = "点" if lang == "zh" else " dot "

    def read(match: Match) -> str | None:
        parts = match.group().split(".")
        return between.join(digits_of(p, lang) for p in parts) if all(int(p) < 256 for p in parts) else None

    return read


def model(lang: Lang) -> Reader:
    """The number of a model name: ``GPT-4``, ``A320``, ``PM2.5``; the hyphen before it is not spoken."""

    def read(match: Match) -> str:
        number = match.group("n")
        whole = number.partition(".")[0]
        before = re.search(r"[A-Za-z]+-?$", match.string[: match.start("n")][-8:])
        spelt = before is not None and before.group().rstrip("-") + number in tables.SPELT_MODELS
        if not spelt and ("." in number or (len(whole) < 3 and not whole.startswith("0"))):
            spoken = number_of(number, lang)
        else:
            spoken = digits_of(number, lang)
        return spoken if lang == "zh" else f" {spoken}"

    return read


def fraction(lang: Lang) -> Reader:
    """``½`` and ``3½``."""

    def read(match: Match) -> str:
        whole = match.group("n")
        top, bottom = map(int, tables.VULGAR_FRACTIONS[match.group("f")])
        if lang == "zh":
            part = f"{numbers.zh_small(bottom)}分之{numbers.zh_small(top)}"
            return f"{numbers.zh_number(whole)}又{part}" if whole else part
        return en_fraction(whole or "", top, bottom)

    return read


def en_fraction(whole: str, top: int, bottom: int) -> str:
    """``two and a half``, ``three quarters``, ``five over one hundred twelve``."""
    if bottom == 1 or bottom > 100 or top > 100:
        return f"{numbers.en_cardinal(str(top))} over {numbers.en_cardinal(str(bottom))}"
    name = {2: "half", 4: "quarter"}.get(bottom, numbers.en_ordinal(bottom))
    name = name if top == 1 else "halves" if bottom == 2 else numbers.en_plural(name)
    part = f"{'a' if top == 1 and whole else numbers.en_cardinal(str(top))} {name}"
    return f"{numbers.en_number(whole)} and {part}" if whole else part


def power(lang: Lang) -> Reader:
    """``²``, ``⁻³`` and ``^10`` after what they raise."""

    def read(match: Match) -> str:
        exponent = "".join(tables.MATH_SUPERS.get(char, char) for char in match.group().lstrip("^ "))
        if lang == "zh":
            if exponent in ("2", "3") and match.group()[0] != "^":
                return {"2": "的平方", "3": "的三次方"}[exponent]
            said = numbers.zh_number(exponent, liang=False) if exponent.lstrip("-").isdecimal() else exponent
            return f"的{said}次方"
        if exponent in ("2", "3"):
            return {"2": " squared", "3": " cubed"}[exponent]
        return f" to the power of {numbers.en_number(exponent) if exponent.lstrip('-').isdecimal() else exponent}"

    return read


def ion(lang: Lang) -> Reader:
    """The charge of ``Ca²⁺``."""
    side = 0 if lang == "zh" else 1

    def read(match: Match) -> str:
        count = digits_of(tables.MATH_SUPERS[match.group("n")], lang) if match.group("n") else ""
        said = tables.SIGNS[match.group("s")][side]
        return f"{count}{said}" if lang == "zh" else f" {count} {said}"

    return read


def wireless(lang: Lang) -> Reader:
    """``802.11ac``."""
    head = "八零二点" if lang == "zh" else "eight oh two point "
    return lambda m: f"{head}{number_of(m.group('n'), lang)}"


def hexadecimal(lang: Lang) -> Reader:
    """``0x1F``: sign by sign."""

    def read(match: Match) -> str:
        said = (digits_of(char, lang) if char.isdecimal() else char for char in match.group())
        return "".join(said) if lang == "zh" else " ".join(said)

    return read


def raised(lang: Lang) -> Reader:
    """Raised digits that raise nothing: a note's number."""
    return lambda m: digits_of("".join(tables.MATH_SUPERS.get(char, char) for char in m.group()), lang) or None


def sign(lang: Lang) -> Reader:
    """A sign that stands by itself, by its table; drawing signs only between spoken neighbours."""
    side = 0 if lang == "zh" else 1

    def read(match: Match) -> str | None:
        sign, text = match.group(), match.string
        if sign in tables.SILENT_SIGNS:
            left, right = text[: match.start()].rstrip()[-1:], text[match.end() :].lstrip()[:1]
            closed = left.isalnum() or left in _CLOSING_SIGNS or (left in "|!" and sign in "<=>")
            if not left or not right or not closed or not (right.isalnum() or right in _OPENING_SIGNS):
                return None
        spoken = tables.SIGNS[sign][side]
        return spoken if lang == "zh" else f" {spoken} "

    return read


def name_with_signs(lang: Lang) -> Reader:
    """``C++``, ``C#``."""
    signs = {"++": ("加加", " plus plus"), "#": ("井", " sharp")}
    return lambda m: (m.group("n") or "") + signs[m.group("s") or "++"][0 if lang == "zh" else 1]


def letters(match: Match) -> str:
    """``U.S.`` as its letters."""
    return match.group().replace(".", "")


def abbreviation(match: Match) -> str | None:
    """``Dr.``, ``e.g.``; what is written in capitals is an acronym instead."""
    word = match.group()
    if word.lower() == "st.":
        # After a name it is a street, before one a saint.
        behind_name = re.search(r"(?:[A-Z][\w']*|\d(?:st|nd|rd|th)) $", match.string[: match.start()][-20:])
        return "street" if behind_name else "saint"
    if word == "Dr." and re.search(r"\d (?:[A-Z]\w* ){1,2}$", match.string[: match.start()][-40:]):
        return "drive"
    if word.lower() == "mt." and not match.string[match.end() :].lstrip()[:1].isupper():
        return None
    return tables.ABBREVIATIONS.get(word.lower()) if not word.isupper() or word in ("A.M.", "P.M.") else None


def emoji(lang: Lang) -> Reader:
    """The name of an emoji, set off from its neighbours."""

    def read(match: Match) -> str:
        char = match.group()[0]
        if lang == "zh":
            return f"{tables.EMOJI_ZH.get(char, '表情')}"
        return f" {unicodedata.name(char, 'emoji').lower().replace('-', ' ')} "

    return read


def fixed(spoken: str) -> Reader:
    """Always the same words."""
    return lambda m: spoken


def unit_parts(symbol: str) -> list[tuple[str, int]] | None:
    """``m/s²`` as ``[("m", 1), ("s", 2)]``, one entry for each side of the stroke; ``None`` if not all are units."""
    parts = []
    for side in symbol.split("/"):
        match = re.fullmatch(r"(.+?)(?:\^?(²|³|2|3))?", side)
        if not match or match.group(1) not in UNITS:
            return None
        parts.append((match.group(1), {"²": 2, "2": 2, "³": 3, "3": 3}.get(match.group(2) or "", 1)))
    return parts


def id_number(lang: Lang) -> Reader:
    """Seventeen digits and a check digit, which may be X."""

    def read(match: Match) -> str:
        written = match.group()
        tail = written[-1].upper() if written[-1] in "Xx" else ""
        return digits_of(written, lang) + (f" {tail}" if tail and lang == "en" else tail)

    return read


def dotted_spelt(lang: Lang) -> Reader:
    """``Python 3.11``: a version of two parts, read as a decimal."""
    return lambda m: number_of(re.sub(r"^[vV]", "", m.group()), lang)


def compare(lang: Lang) -> Reader:
    """``<`` and ``>`` between what can be compared."""
    said = {
        "<": ("小于", " is less than "), ">": ("大于", " is greater than "), "==": ("等于", " equals "),
        "<=": ("小于等于", " is less than or equal to "), ">=": ("大于等于", " is greater than or equal to "),
        "!=": ("不等于", " is not equal to "),
    }  # fmt: skip
    return lambda m: said[m.group().strip()][0 if lang == "zh" else 1]


def greek(lang: Lang) -> Reader:
    """A letter by its name, a word in English spelling."""

    def read(match: Match) -> str | None:
        written = match.group()
        name = tables.GREEK.get(written.lower())
        if name:
            return name[0] if lang == "zh" else f" {name[1]} "
        return "".join(chars.transliterate(char) for char in written) or None

    return read
