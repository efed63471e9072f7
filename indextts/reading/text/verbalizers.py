"""Verbalisers that Chinese and English share.

A reader gets the match of a pattern and answers with the spoken form, or ``None`` to leave it to later rules; those
that the rules of both languages name are also told the language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from indextts.model.utterance import Lang
from indextts.reading.text import chars, formulas, numbers, tables
from indextts.reading.text.en import short_forms
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.tables import UNITS

Match = re.Match[str]
Reader = Callable[[Match], str | None]

_OPENING_SIGNS: Final = "-+∞√$€£¥(（½¼¾±∠△{∅♯♭"
_BEFORE_BOUNDS: Final = ",，、:：;；(（"
_BOUND: Final = re.compile(r"[<>](?!3(?![\d.,%A-Za-z\u4e00-\u9fff]))[\d$¥€£]")
"""``<10ms`` as an entry by itself; ``<3`` is a heart."""
_NO_CLAUSE: Final = "的了吧吗呢啊呀哦嘛地得着过们里上下中和与或"  # No clause begins with these.
_CLOSING_SIGNS: Final = "′%‰°℃℉²³$€£¥)）½¼¾"
_QUOTATION: Final = re.compile(r"(?<!\d)\"")
_OPERATOR_BEFORE: Final = re.compile(r"[=+×*÷-] ?$")
_OPERATOR_AFTER: Final = re.compile(r" ?[=+×*÷-]")
_HOST_BEFORE: Final = re.compile(r"(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[a-z]*host|redis|nginx)|(?<![\w-])-p ?\d{2,5})$")
ROUND: Final = re.compile(r"[1-9]0{2,3}")
"""A number of a name that people say as a whole also where they tell others digit by digit: H100, AX6000."""
_DAY: Final = re.compile(r"(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_RAISED: Final = {"-": "minus", "+": "plus", "/": "over", "*": "times", "·": "times", "×": "times"}
_STROKE: Final = re.compile(r"\d ?/ ?\d")


def before(match: Match, words: tuple[str, ...], *, gap: str = " :：是为到了") -> bool:
    """Whether one of ``words`` stands right before the match, or with a word such as 是 between."""
    return match.string[max(0, match.start() - 16) : match.start()].rstrip(gap).endswith(words)


def after(match: Match, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands right after the match."""
    return match.string[match.end() : match.end() + 8].lstrip().startswith(words)


def is_inch(match: Match) -> bool:
    """Whether the mark at the end of the match is an inch sign: no quotation is open before it."""
    text = match.string[: match.start()]
    if match.group()[-1] == "″" or not _QUOTATION.search(text):
        return True
    opened = False
    for mark in re.finditer('"', text):
        opened = not opened if opened or not text[mark.start() - 1 : mark.start()].isdigit() else opened
    return not opened


def last_stop(match: Match) -> str:
    """The stop of a short form that ends the sentence too."""
    return "." if match.group().endswith(".") and not match.string[match.end() :].strip(f" {chars.CLOSERS}") else ""


def is_day(match: Match) -> bool:
    """Whether groups of digits are a date: ``2024-03-05``."""
    return _DAY.fullmatch(match.group()) is not None


def is_division(match: Match) -> bool:
    """Whether the stroke between ``a`` and ``b`` (``g``, with its spaces) divides: in a sum, and no fraction."""
    text, (start, end) = match.string, match.span()
    a, b = match.group("a", "b")
    if match["g"] != "/":
        near = text[max(0, start - 8) : start], text[end : end + 8]
        return bool(_OPERATOR_BEFORE.search(near[0]) or _OPERATOR_AFTER.match(near[1]))
    equals = text[:start].rstrip().endswith("=") or text[end:].lstrip().startswith("=")
    fractions = _STROKE.search(text[:start] + text[end:])
    return bool(equals and b.strip("0.") and float(a) > float(b) and not fractions)


def digits_of(written: str, lang: Lang) -> str:
    return numbers.zh_digits(written) if lang == "zh" else numbers.en_digits(written)


def number_of(written: str, lang: Lang) -> str:
    return numbers.zh_number(written) if lang == "zh" else numbers.en_number(written)


def _short_number(written: str, lang: Lang) -> str:
    """A small number, digit by digit from three digits on or with a zero before it."""
    short = len(written) < 3 and not written.startswith("0")
    return number_of(written, lang) if short else digits_of(written, lang)


def spell_address(written: str, lang: Lang) -> str:
    """An address or file name: words stay words, signs are named, digits are read one by one."""
    body = re.sub(r"\d+", lambda m: f" {digits_of(m.group(), lang)} ", written)
    return re.sub(r" +", " ", "".join(_address_sign(char, lang) for char in body)).strip()


def _address_sign(part: str, lang: Lang) -> str:
    """What a sign says in an address; anything else as it is."""
    zh, en = tables.ADDRESS_SIGNS.get(part, ("", ""))
    return (zh if lang == "zh" else f" {en} ") if zh else part


def unit_parts(symbol: str) -> list[tuple[str, int]] | None:
    """``m/s²`` as ``[("m", 1), ("s", 2)]``, one entry for each side of the stroke; ``None`` if not all are units."""
    parts = []
    above, _, under = symbol.partition("/(")
    for side in [above, *under[:-1].split("·")] if under else symbol.split("/"):  # W/(m·K)
        match = re.fullmatch(r"(hm2|.+?)(?:\^?(²|³|2|3))?", side)
        if not match or match[1] not in UNITS:
            return None
        parts.append((match[1], {"²": 2, "2": 2, "³": 3, "3": 3}.get(match[2] or "", 1)))
    return parts


def en_fraction(whole: str, top: int, bottom: int) -> str:
    """``two and a half``, ``three quarters``, ``five over one hundred twelve``."""
    if bottom == 1 or bottom > 100 or top > 100:
        return f"{numbers.en_cardinal(str(top))} over {numbers.en_cardinal(str(bottom))}"
    name = {2: "half", 4: "quarter", 100: "hundredth"}.get(bottom, numbers.en_ordinal(bottom))
    name = name if top == 1 else "halves" if bottom == 2 else numbers.en_plural(name)
    part = f"{'a' if top == 1 and whole else numbers.en_cardinal(str(top))} {name}"
    return f"{numbers.en_number(whole)} and {part}" if whole else part


def letters(match: Match, lang: Lang) -> str:
    """``U.S.`` as its letters."""
    return match.group().replace(".", "")


def initial(match: Match, lang: Lang) -> str:
    """``J. Watson``."""
    return match.group()[0]


_AFTER_NAMES: Final = {"st.": ("street", "saint"), "assoc.": ("association", "associate")}
"""What a short form is behind a name, and elsewhere."""


def abbreviation(match: Match, lang: Lang) -> str | None:
    """``Dr.``, ``e.g.``; what is written in capitals is an acronym instead."""
    word = match.group()
    stop = last_stop(match)
    if short_forms.is_word(match.string, *match.span()):
        return None
    if word.lower() in _AFTER_NAMES:
        named = re.search(r"(?:(?!(?:An?|The) )[A-Z][\w']*|\d(?:st|nd|rd|th)) $", match.string[: match.start()][-20:])
        return _AFTER_NAMES[word.lower()][named is None] + stop
    if word == "Dr." and short_forms.is_drive(match.string, *match.span()):
        return f"drive{stop}"
    if word == "ms." and re.search(r"\d ?$", match.string[: match.start()]):  # 45 ms. ends a sentence
        return None
    if word.lower() == "mt." and not match.string[match.end() :].lstrip()[:1].isupper():
        return None
    beside = f"{match.string[max(0, match.start() - 12) : match.start()]}#{match.string[match.end() :][:8]}"
    versus = word in ("VS", "VS.") and BESIDE["versus"].search(beside)
    if word.isupper() and word not in ("A.M.", "P.M.", "MR.", "MRS.") and not versus:
        return None
    said = tables.ABBREVIATIONS.get(word.lower())
    return said + stop if said else None


def digits(match: Match, lang: Lang) -> str:
    return digits_of(match.group(), lang)


def address(match: Match, lang: Lang) -> str:
    """Web and mail addresses."""
    body = re.sub(r"^(?:[A-Za-z]+://|https?:)", "", match.group())
    short = BESIDE["at_random"].sub(lambda piece: " ".join(piece[0].upper()), body)  # t.cn/RUaXyz
    said = spell_address(re.sub(r"^www\b", "WWW", short), lang)
    if lang == "en" or short == body:
        return said
    left, right = ("，" * chars.is_hanzi(match.string[at : at + 1] or " ") for at in (match.start() - 1, match.end()))
    return f"{left}{said}{right}"


def file_name(match: Match, lang: Lang) -> str:
    """``my_report.pdf``; between Chinese characters and the extension only the point is rewritten."""
    parts = re.split(r"(\d+|[._-])", match.group())
    said = (f" {_short_number(part, lang)} " if part.isdecimal() else _address_sign(part, lang) for part in parts)
    return re.sub(r" +", " ", "".join(said)).strip()


def dotted(match: Match, lang: Lang) -> str:
    """``2.1.3``: every part as a small number, by digits from three on."""
    between = "点" if lang == "zh" else " point "
    return between.join(_short_number(part, lang) for part in match.group().split("."))


def ip(match: Match, lang: Lang) -> str | None:
    """Four groups of digits; ``/24``, how many bits of them are the network's."""
    address, _, bits = match.group().partition("/")
    parts = address.split(".")
    if any(int(part) > 255 for part in parts):
        return None
    said = ("点" if lang == "zh" else " dot ").join(digits_of(part, lang) for part in parts)
    if not bits:
        return said
    return said + (f"杠{numbers.zh_small(int(bits))}" if lang == "zh" else f" slash {numbers.en_small(int(bits))}")


def port(match: Match, lang: Lang) -> str | None:
    """The part after the colon of ``127.0.0.1:8080``, ``localhost:7860``."""
    if not _HOST_BEFORE.search(match.string[max(0, match.start() - 20) : match.start()]):
        return None
    return f"{'冒号' if lang == 'zh' else ' colon '}{digits_of(match['n'], lang)}"


def model(match: Match, lang: Lang) -> str:
    """The number of a model name: ``GPT-4``, ``A320``, ``PM2.5``; the hyphen before it is not spoken."""
    number = match["n"]
    name = re.search(r"[A-Za-z]+-?$", match.string[: match.start("n")][-8:])
    behind = re.match(r"[A-Za-z]*", match.string[match.end() :])
    if name and behind and name[0] + number + behind[0] in tables.ENGLISH_FIGURES:
        return f" {numbers.en_cardinal(number)} "
    if lang == "zh" and name and name.group().rstrip("-") + number in tables.SPELT_MODELS:
        spoken = digits_of(number, lang)
    elif ROUND.fullmatch(number) and (lang == "zh" or match[0][0] == "-"):  # Nasdaq-100
        spoken = number_of(number, lang)
    else:
        spoken = number_of(number, lang) if "." in number else _short_number(number, lang)
    return spoken if lang == "zh" else f" {spoken}"


def vulgar(match: Match, lang: Lang) -> str:
    """``½`` and ``3½``."""
    whole = match["n"]
    top, bottom = map(int, tables.VULGAR_FRACTIONS[match["f"]])
    if lang == "zh":
        part = f"{numbers.zh_small(bottom)}分之{numbers.zh_small(top)}"
        return f"{numbers.zh_number(whole)}又{part}" if whole else part
    return en_fraction(whole or "", top, bottom)


_RAISED_END: Final = re.compile("[⁰¹²³⁴-⁹⁻⁺]+$")
_SUM: Final = re.compile("[=+×÷√∝^]|\\d ?[*/]")
_QUANTITY_ZH: Final = tuple("米里尺寸长宽高径边")
_FUNCTIONS: Final = re.compile("(?:arc)?(?:sin|cos|tan|cot|sec|csc)h?|log|exp|det|max|min|var|met(?:re|er)s?")
_PROSE: Final = re.compile("(?<![A-Za-z])[A-Za-z]?[a-z]{3,}$")


def _is_note(text: str, start: int) -> bool:
    """Whether what is raised there is the mark of a note: it stands behind no number, unit or variable."""
    left = _RAISED_END.sub("", text[max(0, start - 24) : start])
    if not (left[-1:].isalnum() or left[-1:] in tuple("°℃℉)）%‰'′|∞")):
        return True
    if _SUM.search(text):
        return False
    if chars.is_hanzi(left[-1]):
        return not left.endswith(_QUANTITY_ZH)
    word = _PROSE.search(left)
    return word is not None and word[0] not in UNITS and not _FUNCTIONS.fullmatch(word[0])


def power(match: Match, lang: Lang) -> str:
    """``²``, ``⁻³`` and ``^10`` after what they raise."""
    if "^" not in match[0] and _is_note(match.string, match.start()):
        return ""
    exponent = "".join(tables.MATH_SUPERS.get(char, char) for char in match.group().lstrip("^ "))
    counted = exponent.lstrip("-").isdecimal()
    if lang == "zh":
        if exponent in ("2", "3") and match.group()[0] != "^":
            return {"2": "的平方", "3": "的三次方"}[exponent]
        return f"的{numbers.zh_number(exponent, liang=False) if counted else exponent}次方"
    if exponent in ("2", "3"):
        return {"2": " squared", "3": " cubed"}[exponent]
    return f" to the power of {numbers.en_number(exponent) if counted else exponent}"


def power_of(match: Match, lang: Lang) -> str:
    """``^(n+1)``, whose end is told."""
    if lang == "zh":
        return f"的{formulas.said(match['raised'])}次方"
    parts = (_RAISED.get(part) or part for part in re.findall(r"[\d.]+|\S", match["raised"]))
    return " to the power of " + " ".join(numbers.en_number(part) if part[0].isdigit() else part for part in parts)


def wireless(match: Match, lang: Lang) -> str:
    """``802.11ac``."""
    return ("八零二点" if lang == "zh" else "eight oh two point ") + number_of(match["n"], lang)


def hexadecimal(match: Match, lang: Lang) -> str:
    """``0x1F``: sign by sign."""
    return _sign_by_sign(match.group(), lang)


def mac_address(match: Match, lang: Lang) -> str:
    """``00:1A:2B:3C:4D:5E``: sign by sign, too."""
    pairs = re.findall("..", re.sub("[:-]", "", match.group().upper()))
    return f" {' '.join(_sign_by_sign(pair, lang) for pair in pairs)} "


def _sign_by_sign(written: str, lang: Lang) -> str:
    said = (digits_of(char, lang) if char.isdecimal() else char for char in written)
    return ("" if lang == "zh" else " ").join(said)


_DOING: Final = re.compile(
    " ?(?:点[击选开]|选择|切换|打开|进入|输入|勾选|长按|下拉|找到|关闭|开启|重启|保存|提交|登录|安装)"
)

_PARTS: Final = re.compile(
    r"(?:(?<=[^\W\d]{2} )\|(?= \w\w)|(?<=\d\d )\|(?= [^\W\d]{2})|(?<=[\u4e00-\u9fff])\|(?![|\\])"
    r"|(?<![|\\])\|(?=[\u4e00-\u9fff]))(?![^()\n]*\))(?![^{}\n]*\})"
)
"""A bar between the entries of a line, and not in a formula's brackets: ``Senior PM | 分机 6688``."""
_NO_MONEY: Final = re.compile(r"(?<=[)\]}*+?\\/])\$(?! ?\d)")
"""The end of a pattern: ``\\d{4}$``."""


def sign(match: Match, lang: Lang) -> str | None:
    """A sign that stands by itself, by its table; drawing signs only between spoken neighbours."""
    sign, text = match.group(), match.string
    if sign == "|" and _PARTS.match(text, match.start()):
        return "，" if lang == "zh" else ", "
    if sign == "$" and _NO_MONEY.match(text, match.start()):
        return " "
    if sign in tables.SILENT_SIGNS:
        left, right = text[: match.start()].rstrip(". ")[-1:], text[match.end() :].lstrip()[:2]
        right = right[1:] if right[:1] == "." else right[:1]
        closed = left.isalnum() or left in _CLOSING_SIGNS or (left in "|!" and sign in "<=>")
        among = left and right and closed and (right.isalnum() or right in _OPENING_SIGNS)
        if not among and not (sign in "<>" and left in _BEFORE_BOUNDS and _BOUND.match(text, match.start())):
            return None
        steps = text.count("→") > 1 and not (left + right).isascii()
        if sign == "→" and (steps or _DOING.match(text, match.end())):
            return "，"  # What is done in turn: 设置→通用→关于本机
    raised = sign in "²³" or (sign in "⁻⁺" and text[match.start() - 1 : match.start()] in tables.MATH_SUPERS)
    if raised and _is_note(text, match.start()):
        return ""
    zh, en = tables.SIGNS[sign]
    return zh if lang == "zh" else f" {en} "


def compare(match: Match, lang: Lang) -> str:
    """``<``, ``≈`` and the like between what can be compared; ``5!=120`` is a factorial where that is so."""
    sign, text = match.group().strip(), match.string
    zh, en = tables.COMPARED[sign]
    ahead, behind = re.search(r"(?<![A-Za-z\d.])\d{1,2}$", text[: match.start()]), re.match(r"\d+", text[match.end() :])
    if sign == "!=" and ahead and behind and math.factorial(int(ahead[0])) == int(behind[0][:99]):
        zh, en = "的阶乘等于", "factorial equals"
    return zh if lang == "zh" else f" {en} "


def name_with_signs(match: Match, lang: Lang) -> str:
    """``C++``, ``C#``, ``B♭``."""
    if sign := match["m"] or match["o"]:  # of music: B♭, ♯F
        zh, en = {"♯": ("升", "sharp"), "♭": ("降", "flat"), "♮": ("还原", "natural")}[sign]
        note = match["k"] or match["h"]
        return f"{zh}{note}" if lang == "zh" else f" {note} {en} "
    zh, en = {"++": ("加加", " plus plus"), "#": ("井", " sharp")}[match["s"] or "++"]
    return (match["n"] or "") + (zh if lang == "zh" else en)


def unsaid(match: Match, lang: Lang) -> str:
    """What stands for emoji that are not read: a pause between Chinese words, 爱 between 我 and what is loved."""
    before, behind = match.string[: match.start()], match.string[match.end() :]
    left, right = before.rstrip()[-1:], behind.lstrip()[:1]
    if match.group()[0] in "❤♥" and left in tuple("我I") and right.isalnum():
        return "爱" if left == "我" else " love "
    told = left.isalnum() and right.isalnum() and right not in _NO_CLAUSE
    # Another rule makes a pause of the space behind an emoji that touches the word before it.
    return "，" if told and lang == "zh" and (behind[0] != " " or before[-1] == " ") else " "


def emoji(match: Match, lang: Lang) -> str:
    """The name of an emoji, set off from its neighbours."""
    char = match.group()[0]
    if lang == "zh":
        return tables.EMOJI_ZH.get(char, "表情")
    return f" {unicodedata.name(char, 'emoji').lower().replace('-', ' ')} "


def id_number(match: Match, lang: Lang) -> str:
    """Seventeen digits and a check digit, which may be X."""
    written = match.group()
    tail = written[-1].upper() if written[-1] in "Xx" else ""
    return digits_of(written, lang) + (f" {tail}" if tail and lang == "en" else tail)


def greek(match: Match, lang: Lang) -> str | None:
    """A letter by its name, a word in English spelling."""
    written = match.group()
    names = [tables.GREEK.get(part.lower()) for part in ([*written] if written[0] == "Δ" else [written])]
    if all(names):  # ΔΦ is no word.
        return "".join(name[0] if lang == "zh" else f" {name[1]} " for name in names if name)
    return "".join(chars.transliterate(char) for char in written) or None
