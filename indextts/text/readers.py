"""How each class of expressions is said: the readers behind the patterns of :mod:`indextts.text.rules`.

A reader gets the match and answers with the spoken form, or ``None`` to leave it to later rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from indextts.text import fst, numbers, tables
from indextts.utterance import Lang

Match = re.Match[str]
Reader = Callable[[Match], str | None]

_OPENING_SIGNS: Final = "-√$€£¥(（½¼¾"
_CLOSING_SIGNS: Final = "%‰°℃℉²³$€£¥)）½¼¾"


def _before(match: Match, words: tuple[str, ...], reach: int = 8) -> bool:
    """Whether one of ``words`` stands within ``reach`` characters before the match, with no mark between."""
    context = re.split(
        r"[，。,;；！？!?\s]", match.string[max(0, match.start() - reach) : match.start()].rstrip(" :：是为")
    )[-1]
    return any(context.endswith(word) for word in words) or any(
        len(word) > 1 and word in context[-6:] for word in words
    )


def _plain(expression: str, lang: Lang) -> str:
    """An expression read by the grammars, thousands separators taken out for the Chinese one."""
    if lang == "zh":
        expression = re.sub(r"(?<=\d),(?=\d{3})", "", expression)
        expression = expression.replace("¥", "￥")
    spoken = fst.read(expression, lang)
    # Whatever digits the grammar left are read one by one: nothing may stay silent.
    rest = numbers.zh_digits if lang == "zh" else numbers.en_digits
    spoken = re.sub(r"\d+", lambda m: rest(m.group()), spoken)
    return spoken


def digits(lang: Lang) -> Reader:
    """Digit by digit."""
    return lambda m: numbers.zh_digits(m.group()) if lang == "zh" else numbers.en_digits(m.group())


def address(lang: Lang) -> Reader:
    """Web and mail addresses: words stay words, signs are named, digits are read one by one."""
    names = {
        "zh": {".": "点", "@": "艾特", "/": "斜杠", ":": "冒号", "-": "杠", "_": "下划线", "?": "问号", "=": "等于",
               "&": "和",
               "#": "井号", "%": "百分号", "+": "加", "~": "波浪号"},
        "en": {".": " dot ", "@": " at ", "/": " slash ", ":": " colon ", "-": " dash ", "_": " underscore ",
               "?": " question mark ", "=": " equals ", "&": " and ", "#": " hash ", "%": " percent ", "+": " plus ",
               "~": " tilde "},
    }[lang]  # fmt: skip

    def read(match: Match) -> str | None:
        body = re.sub(r"^[a-z]+://", "", match.group())
        body = re.sub(r"^www\b", "WWW", body)
        body = re.sub(
            r"\d+",
            lambda m: f" {numbers.zh_digits(m.group()) if lang == 'zh' else numbers.en_digits(m.group())} ",
            body,
        )
        spoken = "".join(names.get(char, char) for char in body)
        return re.sub(r" +", " ", spoken).strip()

    return read


def _date(match: Match) -> tuple[str, int, int] | None:
    year, month, day = match.group("y"), int(match.group("m")), int(match.group("d"))
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def zh_date(match: Match) -> str | None:
    """``2024-03-15`` as year, month and day."""
    date = _date(match)
    if not date:
        return None
    return f"{numbers.zh_digits(date[0])}年{numbers.zh_small(date[1])}月{numbers.zh_small(date[2])}日"


def en_date(match: Match) -> str | None:
    """``2024-03-15`` as month, ordinal and year."""
    date = _date(match)
    if not date:
        return None
    return f"{numbers.MONTHS[date[1] - 1]} {numbers.en_ordinal(date[2])} {numbers.en_year(int(date[0]))}"


def en_month_day(match: Match) -> str | None:
    """``March 15, 2024`` and ``Mar 15th``."""
    day = int(match.group("d"))
    if not 1 <= day <= 31:
        return None
    month = next(name for name in numbers.MONTHS if name.startswith(match.group("m")[:3]))
    year = f" {numbers.en_year(int(match.group('y')))}" if match.group("y") else ""
    return f"{month} {numbers.en_ordinal(day)}{year}"


def zh_phone(match: Match) -> str:
    """A telephone number, 幺 for 1."""
    plus = "加" if match.group().startswith("+") else ""
    return plus + numbers.zh_digits(match.group(), yao=True)


def zh_context_digits(match: Match) -> str | None:
    """A number that the words before it make a telephone number or a name."""
    if _before(match, tables.PHONE_BEFORE):
        return numbers.zh_digits(match.group(), yao=True)
    return numbers.zh_digits(match.group()) if _before(match, tables.DIGITWISE_BEFORE) else None


def version(lang: Lang) -> Reader:
    """``2.1.3``: every part as a small number."""
    dot = "点" if lang == "zh" else " point "
    small = numbers.zh_small if lang == "zh" else numbers.en_small
    return lambda m: dot.join(
        small(int(part)) if len(part) < 3 else _digits_of(part, lang) for part in m.group().split(".")
    )


def _digits_of(part: str, lang: Lang) -> str:
    return numbers.zh_digits(part) if lang == "zh" else numbers.en_digits(part)


def model(lang: Lang) -> Reader:
    """The number of a model name: ``GPT-4``, ``A320``, ``PM2.5``; the hyphen before it is not spoken."""

    def read(match: Match) -> str:
        number = match.group("n")
        whole = number.partition(".")[0]
        if "." in number or (len(whole) < 3 and not whole.startswith("0")):
            spoken = _plain(number, lang)
        else:
            spoken = _digits_of(number, lang)
        return spoken if lang == "zh" else f" {spoken}"

    return read


def zh_ratio(match: Match) -> str | None:
    """``3:2``, unless it can only be a time of day."""
    a, b = match.group("a"), match.group("b")
    if len(b) == 2 and int(a) <= 24 and int(b) < 60 and not _before(match, tables.SCORE_BEFORE, reach=4):
        return None  # A time of day.
    return f"{_plain(a, 'zh')}比{_plain(b, 'zh')}"


def zh_range(match: Match) -> str | None:
    """``3-5天``, ``2020—2024年``, or the score of a match."""
    a, b, unit = match.group("a"), match.group("b"), match.group("u") or ""
    follows = (unit + match.string[match.end() :][:4]).lstrip()
    if follows.startswith(tables.SCORE_AFTER) or (_before(match, tables.SCORE_BEFORE, reach=4) and not unit.strip()):
        return f"{_plain(a, 'zh')}比{_plain(b, 'zh')}{unit}"
    first = a + (match.group("ua") or "")
    hanzi = re.search(r"[\u4e00-\u9fff].*$", unit)
    if hanzi and hanzi.group().startswith("年") and len(a) == 4:
        return f"{numbers.zh_digits(a)}到{_plain(b + unit, 'zh')}"
    return f"{_plain(first, 'zh')}到{_plain(b + unit, 'zh')}"


def fraction(lang: Lang) -> Reader:
    """``½`` and ``3½``."""

    def read(match: Match) -> str:
        whole = match.group("n")
        top, bottom = tables.VULGAR_FRACTIONS[match.group("f")]
        if lang == "zh":
            part = f"{numbers.zh_small(bottom)}分之{numbers.zh_small(top)}"
            return f"{_plain(whole, 'zh')}又{part}" if whole else part
        name = {2: "half", 4: "quarter"}.get(bottom, numbers.en_ordinal(bottom))
        part = f"{'a' if top == 1 and whole else numbers.en_small(top)} {name if top == 1 else numbers.en_plural(name)}"
        return f"{_plain(whole, 'en')} and {part}" if whole else part

    return read


def en_money(match: Match) -> str | None:
    """``$12.50`` in dollars and cents, ``£5 million`` in pounds."""
    unit, cent = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}[match.group("c")]
    whole, _, part = match.group("n").replace(",", "").partition(".")
    if match.group("q"):
        return f"{_plain(match.group('n').replace(',', ''), 'en')} {match.group('q')} {unit}s"
    if len(part) not in (0, 2):
        return None
    spoken = f"{_plain(whole, 'en')} {unit}{'' if whole == '1' else 's'}"
    if part and int(part):
        small = "pence" if cent == "penny" and part != "01" else cent + ("" if part == "01" else "s")
        spoken += f" and {numbers.en_small(int(part))} {small}"
    return spoken


def en_year(match: Match) -> str | None:
    """A year, where the word before it says so."""
    before = re.search(r"([A-Za-z]+),? $", match.string[: match.start()][-16:])
    word = before.group(1) if before else ""
    known = word.lower() in tables.EN_YEAR_BEFORE or any(word == month for month in numbers.MONTHS)
    return numbers.en_year(int(match.group())) if known else None


def en_decade(match: Match) -> str:
    """``1990s``, ``80s``."""
    digits = match.group("n")
    head = numbers.en_year(int(digits)) if len(digits) == 4 else numbers.en_small(int(digits))
    return numbers.en_plural(head)


def en_version(match: Match) -> str:
    """``2.1.3``."""
    return version("en")(match) or ""


def en_range(match: Match) -> str:
    """``3-5``, ``1990-1995``."""
    a, b = match.group("a"), match.group("b")
    if len(a) == len(b) == 4 and a[0] in "12" and b[0] in "12":
        return f"{numbers.en_year(int(a))} to {numbers.en_year(int(b))}"
    return f"{_plain(a, 'en')} to {_plain(b + (match.group('u') or ''), 'en')}"


def abbreviation(match: Match) -> str | None:
    """``Dr.``, ``e.g.``; what is written in capitals is an acronym instead."""
    word = match.group()
    if word.lower() == "st.":
        # Behind a name it is a street, before one a saint.
        behind_name = re.search(r"[A-Z]\w* $", match.string[: match.start()][-20:])
        return "street" if behind_name else "saint"
    return tables.ABBREVIATIONS.get(word.lower()) if not word.isupper() or word in ("A.M.", "P.M.") else None


def sign(lang: Lang) -> Reader:
    """A sign that stands by itself, by its table; drawing signs only between spoken neighbours."""
    side = 0 if lang == "zh" else 1

    def read(match: Match) -> str | None:
        sign, text = match.group(), match.string
        if sign in tables.SILENT_SIGNS:
            left, right = text[: match.start()].rstrip()[-1:], text[match.end() :].lstrip()[:1]
            closed = left.isalnum() or left in _CLOSING_SIGNS
            if not left or not right or not closed or not (right.isalnum() or right in _OPENING_SIGNS):
                return None
        spoken = tables.SIGNS[sign][side]
        return spoken if lang == "zh" else f" {spoken} "

    return read


def name_with_signs(lang: Lang) -> Reader:
    """``C++``, ``C#``."""
    signs = {"++": ("加加", " plus plus"), "#": ("井", " sharp")}
    return lambda m: m.group("n") + signs[m.group("s")][0 if lang == "zh" else 1]


def letters(match: Match) -> str:
    """``U.S.`` as its letters."""
    return match.group().replace(".", "")


def fixed(spoken: str) -> Reader:
    """Always the same words."""
    return lambda m: spoken


def grammar(lang: Lang) -> Reader:
    """By the grammars of :mod:`indextts.text.fst`."""
    return lambda m: _plain(m.group(), lang)
