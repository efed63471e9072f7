"""What is not read as it is written: numbers, dates, addresses, signs. Patterns in order of precedence.

A rule is a pattern and a reader for each language. A reader gets the match and answers with the spoken form, or
``None`` to leave it to the rules behind it. What no rule of this module knows better is read by the grammars of
:mod:`indextts.text.fst`, one expression at a time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from indextts.text import fst, numbers, tables
from indextts.utterance import Lang

Match = re.Match[str]
Reader = Callable[[Match], str | None]


@dataclass(frozen=True)
class Rewrite:
    """``text[start:end]`` is spoken as ``spoken``, by ``rule``, in ``lang``."""

    start: int
    end: int
    spoken: str
    rule: str
    lang: Lang


@dataclass(frozen=True)
class Rule:
    """One class of expressions."""

    name: str
    pattern: re.Pattern[str]
    read: Reader


_NUM: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONTH: Final = "|".join(f"{month}|{month[:3]}" for month in numbers.MONTHS) + "|Sept"
_TRIGGER: Final = re.compile(r"[0-9$€£¥₩₽₹฿₿¢%‰&@°℃℉+=×÷<>≤≥≠≈±√∞²³№½-⅞→←~|]|\b(?:[A-Za-z]+\.|vs|w/o)")


_HANZI_RUN: Final = re.compile(r"([\u4e00-\u9fff]+)")


def find(text: str, lang: Lang) -> list[Rewrite]:
    """All rewritings in one sentence, in order, not overlapping."""
    if not _TRIGGER.search(text):
        return []
    taken = bytearray(len(text))
    found: list[Rewrite] = []
    for rule in _rules(lang):
        match = rule.pattern.search(text)
        while match:
            start, end = match.span()
            following = max(end, start + 1)
            if any(taken[start:end]):
                following = start + 1  # Something may be left behind what an earlier rule has taken.
            elif start < end and (spoken := rule.read(match)) is not None:
                taken[start:end] = b"\1" * (end - start)
                found.extend(_trim(match.group(), start, spoken, rule.name, lang))
            match = rule.pattern.search(text, following)
    return sorted(found, key=lambda rewrite: rewrite.start)


def _trim(written: str, start: int, spoken: str, name: str, lang: Lang) -> Iterator[Rewrite]:
    """The parts of a rewriting that changed, apart at the Chinese characters that both forms share."""
    pieces = _HANZI_RUN.split(written) if lang == "zh" else []
    if len(pieces) > 1:
        # Every second piece is a run of Chinese characters; those must stand unchanged in the spoken form.
        pattern = "".join(
            f"({re.escape(piece)})" if index % 2 else "(.+?)" if piece else "()" for index, piece in enumerate(pieces)
        )
        both = re.fullmatch(pattern, spoken)
        if both:
            for piece, became in zip(pieces, both.groups(), strict=True):
                if piece != became:
                    yield Rewrite(start, start + len(piece), became, name, lang)
                start += len(piece)
            return
    if spoken != written:
        yield Rewrite(start, start + len(written), spoken, name, lang)


@functools.cache
def _rules(lang: Lang) -> tuple[Rule, ...]:
    table = _ZH if lang == "zh" else _EN
    return tuple(Rule(name, re.compile(pattern, flags), read) for name, pattern, read, flags in table)


# Helpers for readers.


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


def _digits(lang: Lang) -> Reader:
    return lambda m: numbers.zh_digits(m.group()) if lang == "zh" else numbers.en_digits(m.group())


def _address(lang: Lang) -> Reader:
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


def _zh_date(match: Match) -> str | None:
    date = _date(match)
    if not date:
        return None
    return f"{numbers.zh_digits(date[0])}年{numbers.zh_small(date[1])}月{numbers.zh_small(date[2])}日"


def _en_date(match: Match) -> str | None:
    date = _date(match)
    if not date:
        return None
    return f"{numbers.MONTHS[date[1] - 1]} {numbers.en_ordinal(date[2])} {numbers.en_year(int(date[0]))}"


def _en_month_day(match: Match) -> str | None:
    day = int(match.group("d"))
    if not 1 <= day <= 31:
        return None
    month = next(name for name in numbers.MONTHS if name.startswith(match.group("m")[:3]))
    year = f" {numbers.en_year(int(match.group('y')))}" if match.group("y") else ""
    return f"{month} {numbers.en_ordinal(day)}{year}"


def _zh_phone(match: Match) -> str:
    plus = "加" if match.group().startswith("+") else ""
    return plus + numbers.zh_digits(match.group(), yao=True)


def _zh_context_digits(match: Match) -> str | None:
    if _before(match, tables.PHONE_BEFORE):
        return numbers.zh_digits(match.group(), yao=True)
    return numbers.zh_digits(match.group()) if _before(match, tables.DIGITWISE_BEFORE) else None


def _version(lang: Lang) -> Reader:
    dot = "点" if lang == "zh" else " point "
    small = numbers.zh_small if lang == "zh" else numbers.en_small
    return lambda m: dot.join(
        small(int(part)) if len(part) < 3 else _digits_of(part, lang) for part in m.group().split(".")
    )


def _digits_of(part: str, lang: Lang) -> str:
    return numbers.zh_digits(part) if lang == "zh" else numbers.en_digits(part)


def _model(lang: Lang) -> Reader:
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


def _zh_ratio(match: Match) -> str | None:
    a, b = match.group("a"), match.group("b")
    if len(b) == 2 and int(a) <= 24 and int(b) < 60 and not _before(match, tables.SCORE_BEFORE, reach=4):
        return None  # A time of day.
    return f"{_plain(a, 'zh')}比{_plain(b, 'zh')}"


def _zh_range(match: Match) -> str | None:
    a, b, unit = match.group("a"), match.group("b"), match.group("u") or ""
    follows = (unit + match.string[match.end() :][:4]).lstrip()
    if follows.startswith(tables.SCORE_AFTER) or (_before(match, tables.SCORE_BEFORE, reach=4) and not unit.strip()):
        return f"{_plain(a, 'zh')}比{_plain(b, 'zh')}{unit}"
    first = a + (match.group("ua") or "")
    hanzi = re.search(r"[\u4e00-\u9fff].*$", unit)
    if hanzi and hanzi.group().startswith("年") and len(a) == 4:
        return f"{numbers.zh_digits(a)}到{_plain(b + unit, 'zh')}"
    return f"{_plain(first, 'zh')}到{_plain(b + unit, 'zh')}"


def _fraction(lang: Lang) -> Reader:
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


def _en_money(match: Match) -> str | None:
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


def _en_year(match: Match) -> str | None:
    before = re.search(r"([A-Za-z]+),? $", match.string[: match.start()][-16:])
    word = before.group(1) if before else ""
    known = word.lower() in tables.EN_YEAR_BEFORE or any(word == month for month in numbers.MONTHS)
    return numbers.en_year(int(match.group())) if known else None


def _en_decade(match: Match) -> str:
    digits = match.group("n")
    head = numbers.en_year(int(digits)) if len(digits) == 4 else numbers.en_small(int(digits))
    return numbers.en_plural(head)


def _en_version(match: Match) -> str:
    return _version("en")(match) or ""


def _en_range(match: Match) -> str:
    a, b = match.group("a"), match.group("b")
    if len(a) == len(b) == 4 and a[0] in "12" and b[0] in "12":
        return f"{numbers.en_year(int(a))} to {numbers.en_year(int(b))}"
    return f"{_plain(a, 'en')} to {_plain(b + (match.group('u') or ''), 'en')}"


def _abbreviation(match: Match) -> str | None:
    word = match.group()
    if word.lower() == "st.":
        # Behind a name it is a street, before one a saint.
        behind_name = re.search(r"[A-Z]\w* $", match.string[: match.start()][-20:])
        return "street" if behind_name else "saint"
    return tables.ABBREVIATIONS.get(word.lower()) if not word.isupper() or word in ("A.M.", "P.M.") else None


def _sign(lang: Lang) -> Reader:
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


def _name_with_signs(lang: Lang) -> Reader:
    signs = {"++": ("加加", " plus plus"), "#": ("井", " sharp")}
    return lambda m: m.group("n") + signs[m.group("s")][0 if lang == "zh" else 1]


def _letters(match: Match) -> str:
    return match.group().replace(".", "")


def _fixed(spoken: str) -> Reader:
    return lambda m: spoken


def _grammar(lang: Lang) -> Reader:
    return lambda m: _plain(m.group(), lang)


_FILES: Final = (
    "md|txt|py|js|ts|cpp|java|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|mp3|mp4|wav|zip|exe|html?|json|ya?ml|csv|xml"
)
_FILE: Final = rf"(?<=[A-Za-z0-9_])\.(?=(?:{_FILES})(?![A-Za-z0-9]))"
_INITIALS: Final = r"(?<![A-Za-z.])(?:[A-Z]\.){2,6}(?![A-Za-z])"
_MINUS: Final = r"(?<=\d) ?- ?(?=\d{1,12}(?:\.\d{1,6})? ?=)"
_SHARP: Final = r"(?<![A-Za-z])(?P<n>[A-Z])(?P<s>\+\+|#)(?![A-Za-z0-9])"
_ADDRESS: Final = (
    r"(?:https?|ftp)://[\w.~:/?#@!$&'()*+,;=%-]{1,200}[\w/]|www\.[\w.-]{1,80}\w(?:/[\w./?=&%#-]{0,120}\w)?"
    r"|[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}"
    r"|(?<![\w.])[A-Za-z0-9-]{2,40}(?:\.[A-Za-z0-9-]{2,40}){0,3}\.(?:com|cn|org|net|io|edu|gov|ai|dev|app|cc|tv)\b(?:/[\w./?=&%#-]{0,120}\w)?"
)
_LONG: Final = r"\d{16,}"
_CLOSING_SIGNS: Final = "%‰°℃℉²³$€£¥)）½¼¾"
_OPENING_SIGNS: Final = "-√$€£¥(（½¼¾"
_YMD: Final = r"(?<![\d.])(?P<y>1\d{3}|20\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.-])"
_VERSION: Final = r"(?<![\d.])\d{1,4}(?:\.\d{1,4}){2,5}(?![\d])"
_VULGAR: Final = r"(?P<n>\d{1,6})? ?(?P<f>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
_MODEL: Final = r"(?<=[A-Za-z])-?(?P<n>\d{1,8}(?:\.\d{1,4})?)(?![\d]|:\d)"
_SIGN: Final = "[" + "".join(re.escape(sign) for sign in tables.SIGNS) + "]"
_ABBREVIATION: Final = (
    r"(?<![A-Za-z.])(?:"
    + "|".join(re.escape(word) for word in sorted(tables.ABBREVIATIONS, key=len, reverse=True))
    + r")(?![A-Za-z])"
)

_Row = tuple[str, str, Reader, int]

_ZH: Final[tuple[_Row, ...]] = (
    ("address", _ADDRESS, _address("zh"), re.ASCII),
    ("initials", _INITIALS, _letters, 0),
    ("name", _FILE, _fixed("点"), re.IGNORECASE),
    ("digits", _LONG, _digits("zh"), 0),
    ("date", _YMD, _zh_date, 0),
    ("phone", r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _zh_phone, 0),
    ("phone", r"(?<![\d-])0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}(?![\d-])|(?<!\d)[48]00[- ]?\d{3}[- ]?\d{4}(?!\d)", _zh_phone, 0),
    ("digits", r"(?<![\d.,])\d{3,15}(?![\d.,%]|[年月日元块个万亿米]|:\d)", _zh_context_digits, 0),
    ("digits", r"(?<![\d.])\d{3,6}(?=[室房]|号房|次列车|会议室|教室|办公室|路(?![程人径线]))", _digits("zh"), 0),
    ("maths", _MINUS, _fixed("减"), 0),
    ("name", _SHARP, _name_with_signs("zh"), 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<a>{_NUM})(?P<ua>%|‰|℃|°C|°)? ?(?:[-–—~]|--|——) ?(?P<b>{_NUM})(?![-/:\d])"
              r"(?P<u> ?(?:%|‰|℃|°C|°|[a-zA-Z]{1,4}(?:/[a-z]{1,3})?)?[\u4e00-\u9fff]{0,2})", _zh_range, 0),
    ("year", r"(?<![\d.])(?:1[0-9]|20)\d\d(?=[财版款届级赛奥世春秋夏冬初底末]|年)", _digits("zh"), 0),
    ("year", r"(?<![\d.])[0-9][05](?=后(?![天来面边]))", _digits("zh"), 0),
    ("version", _VERSION, _version("zh"), 0),
    ("fraction", _VULGAR, _fraction("zh"), 0),
    ("ratio", r"(?<![\d:.])(?P<a>\d{1,3}):(?P<b>\d{1,3})(?![\d:])", _zh_ratio, 0),
    ("model", _MODEL, _model("zh"), 0),
    ("number", r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?: ?[-–—~] ?\d{1,2}:\d{2}(?::\d{2})?)?(?![\d:])",
     _grammar("zh"), 0),
    ("number", rf"(?:(?<![A-Za-z\d)])[-+])?[¥$€£₩]? ?(?:{_NUM})(?:/(?:{_NUM}))?"
               r"(?:[eE]\d+)? ?(?:%|‰|℃|℉|°[CF]?"
               r"|(?:[a-zA-Zμ]{1,3}[²³]?(?:/[a-zA-Z]{1,3})?)(?![A-Za-z]))?[\u4e00-\u9fff]{0,2}",
     _grammar("zh"), 0),
    ("sign", _SIGN, _sign("zh"), 0),
)  # fmt: skip

_EN: Final[tuple[_Row, ...]] = (
    ("address", _ADDRESS, _address("en"), re.ASCII),
    ("initials", _INITIALS, _letters, 0),
    ("name", _FILE, _fixed(" dot "), re.IGNORECASE),
    ("digits", _LONG, _digits("en"), 0),
    ("date", _YMD, _en_date, 0),
    ("date", rf"\b(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>1\d{{3}}|20\d\d))?(?![\d:%])",
     _en_month_day, 0),
    ("number", r"(?<![\d:])\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?(?![\d:])", _grammar("en"), re.IGNORECASE),
    ("abbreviation", _ABBREVIATION, _abbreviation, re.IGNORECASE),
    ("version", _VERSION, _en_version, 0),
    ("fraction", _VULGAR, _fraction("en"), 0),
    ("phone", r"(?<![\d-])(?:\+?1[- ])?(?:\(\d{3}\) |\d{3}[- ])\d{3}[- ]\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?!\d)",
     _digits("en"), 0),
    ("maths", _MINUS, _fixed(" minus "), 0),
    ("maths", r"(?<=\d)[xX](?![A-Za-z])(?= ?\D|$)", _fixed(" times"), 0),
    ("name", _SHARP, _name_with_signs("en"), 0),
    ("decade", r"(?<![\d.])(?P<n>1[1-9]\d0|20\d0|[2-9]0)'?s\b", _en_decade, 0),
    ("money", rf"(?P<c>[$£€]) ?(?P<n>{_NUM})(?: (?P<q>thousand|million|billion|trillion))?", _en_money, 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<a>{_NUM}) ?[-–—~] ?(?P<b>{_NUM})(?![-/:\d])(?P<u>%| ?°[CF])?", _en_range, 0),
    ("year", r"(?<![\d.,$-])(?:1[1-9]|20)\d\d(?![\d%]|[.,]\d| [a-z]+s\b)", _en_year, 0),
    ("model", _MODEL, _model("en"), 0),
    ("number", rf"(?:(?<![A-Za-z\d)])[-+])?[¥₩]?(?:{_NUM})(?:/(?:\d+))?(?:(?:st|nd|rd|th)\b| ?(?:%|℃|℉|°[CF]?"
               r"|(?:km/h|kg|km|cm|mm|ml|mph|lbs?|oz|ft|GB|MB|KB|TB|GHz|MHz|Hz|[gmL])\b[²³]?))?", _grammar("en"), 0),
    ("sign", _SIGN, _sign("en"), 0),
)  # fmt: skip
