"""Single characters: what may be spoken, and bringing look-alikes to one form without losing their place."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

SENTENCE_END: Final = "。！？!?…"
"""Marks that end a sentence wherever they stand."""
SEMICOLON: Final = ";；"
COLON: Final = ":："
COMMA: Final = ",，、"
DASH: Final = "—–―"
OPENERS: Final = "“‘「『《〈（(【〔[{〖"
CLOSERS: Final = "”’」』》〉）)】〕]}〗\"'"

KEEP_NUMERIC: Final = "〇²³⁰¹⁴⁵⁶⁷⁸⁹½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
"""Numeric characters that later rules read themselves."""

HANZI: Final = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\U0002f800-\U0002fa1f"
"""What :func:`is_hanzi` knows, for a set of a regular expression: long texts are counted by it."""
_RARE_HANZI: Final = re.compile(f"[{HANZI}]")

RADICALS: Final = {chr(at): unicodedata.normalize("NFKC", chr(at)) for at in range(0x2F00, 0x2FD6)} | {"⼾": "户"}
"""What radicals of their own stand for, which a PDF has in place of characters: its font has one shape for both."""
RADICALS.update(zip(map(chr, range(0x2E80, 0x2EF4)), (
    "⺀厂⺂⺃乙亻冂几刀刂卜㔾小小⺎尣尢⺑巳幺彑⺕忄㣺扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭王⺪目示礻竹糹纟罓罒㓁冗⺵羊⺷⺸耂"
    "肀聿月臼艹艹艹虎衤覀西见角⻇讠贝⻊车辶辶辶邑钅長镸长门⻕阝雨青韦页风飞食飠飠饣⻡马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
), strict=True))  # fmt: skip

_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)
_FULL_WIDTH_KEPT: Final = "！，：；？（）"  # Chinese punctuation that happens to have full-width code points.
_LOOKALIKES: Final = {
    "−": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "˙": "·", "•": "·", "‧": "·", "․": ".", "＇": "'", "ʼ": "'",
    "´": "'", "`": "'", "﹐": "，", "﹑": "、", "﹔": "；", "﹕": "：", "﹖": "？", "﹗": "！", "｡": "。", "､": "、",
    "⁄": "/", "∕": "/", "⋯": "…", "︰": "：", "゠": "-", "～": "~", "∶": ":", "µ": "μ", "Ω": "Ω", "℅": "%", "\t": " ",
    "\u3000": " ", "˚": "°", "ʻ": "'", "ˈ": "", "ˌ": "", "ː": "",
} | RADICALS  # fmt: skip


@dataclass(frozen=True)
class Cleaned:
    """A text in its plain form; ``starts[i]``, ``ends[i]`` are the written offsets of its character ``i``."""

    text: str
    starts: list[int]
    ends: list[int]


def is_hanzi(char: str) -> bool:
    """Whether ``char`` is a Chinese character (all extensions and the zero 〇 included)."""
    return "\u4e00" <= char <= "\u9fff" or (char > "\u2fff" and _RARE_HANZI.match(char) is not None)


def is_spoken(char: str) -> bool:
    """Whether something must be said for ``char``: letters, digits, currency and maths signs."""
    if char.isalnum():
        return True
    return unicodedata.category(char) in ("Sc", "Sm", "Lm", "Lo", "Nl", "No") or char in "%‰℃℉°&@"


def is_latin(char: str) -> bool:
    """Whether ``char`` is a plain English letter."""
    return "a" <= char <= "z" or "A" <= char <= "Z"


def clean(text: str) -> Cleaned:
    """Fold widths, compatibility forms and digits of all scripts; drop what is invisible. One pass, any input.

    Letters of other scripts are transliterated, so that something is said for each of them.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    lowered = quoted = False
    for index, char in enumerate(text):
        if char == '"':
            closes, quoted = quoted, not quoted and _opens(text, index)
            char = "”" if closes else "“" if quoted else char
        elif char == "\n":
            quoted = False
        as_is = " " <= char < "\x7f" or ("\u4e00" <= char <= "\u9fff" and char not in "丶丨灬") or char == "\n"
        plain = char if as_is else "'" if char in "‘’" and _is_apostrophe(text, index) else _fold(char)
        if char in "丶丨灬" and index and text[index - 1].isalnum() and text[index - 1] not in "首旁底点":
            plain = " " if char == "灬" else "、"  # 夏末丶微凉, 小猪灬
        plain = "!" if char == "！" and text[index + 1 : index + 2] in ("=", "＝") else plain
        # The raised o behind a figure is what keyboards offer for a degree.
        plain = "°" if char == "º" and text[index - 1 : index].isdigit() else plain
        angstrom = char in "\u00c5\u212b" and text[max(0, index - 2) : index].strip()[-1:].isdigit()
        plain = "埃" if angstrom and any(map(is_hanzi, text)) else plain
        if not plain:
            if starts:  # An invisible character belongs to what stands before it.
                ends[-1] = index + 1 if _joins(char) else ends[-1]
            continue
        # A lowered digit is not the first of the number after it: the 8 of log₂8.
        plain = f" {plain}" if lowered and char.isdigit() and char.isascii() else plain
        lowered = "\u2080" <= char <= "\u2089"
        for piece in plain:
            out.append(piece)
            starts.append(index)
            ends.append(index + 1)
    return Cleaned("".join(out), starts, ends)


def _opens(text: str, at: int) -> bool:
    """Whether a straight quote beside Chinese opens a quotation: no inches, and nothing that stands at its end."""
    left, right = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return bool(right) and not (left.isascii() and left.isalnum()) and (is_hanzi(left) or is_hanzi(right))


def _is_apostrophe(text: str, at: int) -> bool:
    """Whether a curly quote is an apostrophe: inside a word, or before the figures of a decade."""
    left, right = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if is_latin(left):
        quoted = text.rfind("‘", 0, at) > text.rfind("’", 0, at)  # Its end is no apostrophe, as that of goin’.
        return is_latin(right) or (text[at - 2 : at] in ("in", "IN") and not quoted)
    if left.isalnum():
        return left.isdigit() and (right.isdigit() or (right == "s" and not is_latin(text[at + 2 : at + 3])))
    decade = text[at + 1 : at + 3]
    return decade.isascii() and decade.isdigit() and text[at + 3 : at + 4] not in ("’", "'", "%")


def _joins(char: str) -> bool:
    """Combining marks and variation selectors extend the written span of the character that they modify."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc")


@functools.lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """The plain form of one character that is neither printable ASCII nor a common Chinese character."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if ord(char) in _FULL_WIDTH:
        return char if char in _FULL_WIDTH_KEPT else chr(ord(char) - 0xFEE0)
    if 0xFFE0 <= ord(char) <= 0xFFE6:
        return unicodedata.normalize("NFKC", char)[-1]
    if "\u3380" <= char <= "\u33df" and char != "㎡":
        return unicodedata.normalize("NFKC", char)
    if char in "\r\u0085\u2028\u2029\v\f":
        return "\n"
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return ""
    if category[0] in "CZ":
        return " "
    if is_hanzi(char):
        folded = unicodedata.normalize("NFKC", char)
        return folded if len(folded) == 1 else char
    if category[0] == "N":
        return char if char in KEEP_NUMERIC else _fold_number(char)
    if category[0] == "L" and ("\u0370" <= char <= "\u03ff" or "\u1f00" <= char <= "\u1fff"):
        return char  # Greek letters are read by a rule: by name, or together as a word.
    if category[0] == "L":
        return char if char == "ⁿ" else _fold_letter(char)
    return char


def _fold_number(char: str) -> str:
    value = unicodedata.numeric(char, None)
    if value is not None and value == int(value):
        # Numbers in circles and brackets stand apart, however close they are written.
        apart = (
            " " if "\u2460" <= char <= "\u249b" or "\u24ea" <= char <= "\u24ff" or "\u2776" <= char <= "\u2793" else ""
        )
        return f"{int(value)}{apart}"
    return transliterate(char)


def _fold_letter(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    if folded != char and all(is_hanzi(c) or c.isascii() for c in folded):
        return folded
    return transliterate(char)


def foreign_script(char: str) -> str:
    """The script of a letter that is read by its Latin spelling, as Unicode calls it (``Cyrillic``); else empty."""
    plain = unicodedata.normalize("NFKC", char)[:1]
    if plain < "\u0400" or is_hanzi(plain) or not plain.isalpha() or plain in RADICALS:
        return ""
    name = unicodedata.name(plain, "").partition(" ")[0].title()
    return "" if name in ("Latin", "Greek", "Bopomofo", "Modifier") else name


def transliterate(char: str) -> str:
    """Letters of other scripts in English spelling; the character's name where there is no spelling."""
    from anyascii import anyascii

    plain = "".join(c for c in anyascii(char) if c.isalnum() or c in "/ ")
    if any(c.isalpha() for c in plain):
        plain = "".join(c for c in plain if not c.isdigit() and c != "/")
    plain = plain if char.isupper() else plain.lower()
    if any(c.isalnum() for c in plain):
        return plain
    words = [word for word in unicodedata.name(char, "").lower().replace("-", " ").split() if word.isalpha()]
    return f" {' '.join(words[-2:])} " if words else ""
