"""English normalisation rules: patterns in order of precedence, as data."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import patterns as p
from indextts.text import tables
from indextts.text import verbalizers as readers
from indextts.text.en import tables as tables_en
from indextts.text.en import time as et
from indextts.text.en import verbalizers as en
from indextts.text.numbers import en_cardinal, en_digits, en_number, en_ordinal, en_small, en_year, roman
from indextts.text.tables import RISKY, UNITS

_DASH: Final = r" ?[-–—~] ?"
_S: Final = r"(?P<s>(?<![\w)%°-])[-+]|±)?"
_HALF: Final = r"(?P<p>[ap]\.m\.|[ap]m\b|[AP]\.M\.|[AP]M\b)"
_CLOCK: Final = rf"(?<![\d:.])(?P<h>\d{{1,2}}):(?P<m>\d{{2}})(?: ?{_HALF})?(?![\d:])"
_Y: Final = r"(?P<y>1\d{3}|20\d\d)"
_PHONE: Final = (
    r"(?<![\d-])(?:\+?1[- .])?(?:\(\d{3}\) ?|\d{3}[- .])\d{3}[- .]\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?![\d-])"
    r"|(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)"
    r"|\+\d{1,3}(?:[ -]\(?\d{2,4}\)?){2,5}(?!\d)|(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"
)

_VULGAR: Final = "[" + "".join(tables.VULGAR_FRACTIONS) + "]"
_DAY: Final = p.either(tables_en.DAYS)
_HYPHENATED: Final = (*tables_en.PER, *(symbol for symbol in UNITS if len(symbol) > 1 and symbol not in RISKY))
_WHO: Final = p.either(tables_en.PRONOUNS)

ROWS: Final[tuple[p.Row, ...]] = (
    ("address", p.ADDRESS, readers.address("en"), re.ASCII),
    ("initials", p.INITIALS, readers.letters, 0),
    ("file", p.FILE, readers.file_name("en"), re.IGNORECASE),
    ("id", r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", readers.id_number("en"), 0),
    ("digits", p.LONG, readers.digits("en"), 0),
    ("name", p.WIRELESS, readers.wireless("en"), 0),
    ("model", r"(?:(?<=\b[RG]TX )|(?<=\bRX )|(?<=\bGT ))(?P<a>[1-9]\d)(?P<b>\d\d)(?![\d.,])", en.pairs, 0),
    ("time", r"(?<=\bat )(?P<a>\d{1,2})/(?P<b>\d{1,2})c\b",
     lambda m: f"{en_small(int(m['a']))}, {en_small(int(m['b']))} central", 0),
    ("version", r"(?<=\d)\.(?=[xX]\b)", readers.fixed(" point "), 0),
    ("unit", rf"(?<![\d.])(?P<a>{p.NUM}){_DASH}(?P<n>{p.NUM}) ?in\.(?= [a-z(]|[,;)]| ?$)", en.inches, 0),
    ("unit", r"(?<=[\d½⅓⅔¼¾]) c\.(?= [a-z])", en.cups, 0),
    ("maths", r"(?<=[\dn)])!(?= ?[+×÷*/-] ?[\dn]| =)", readers.fixed(" factorial"), 0),
    ("hex", p.HEX, readers.hexadecimal("en"), 0),
    ("digits", r"(?<=, [A-Z]{2} )\d{5}(?:-\d{4})?(?![\d,.])", readers.digits("en"), 0),
    ("digits", r"(?<!\d)\d{3} \d{3,4} \d{4}(?!\d)", readers.digits("en"), 0),
    ("aircraft", r"(?<=Boeing )(?P<a>7)(?P<b>\d7)(?:-(?P<v>\d{1,3}))?(?!\d)", en.aircraft, 0),
    ("digits", rf"(?<=\b(?:{'|'.join(tables_en.AIRLINES)}) )\d{{2,4}}(?![\d.,%]\d)", en.flight, 0),
    ("compass", rf"\b(?P<d>[NSEW])\. (?=[A-Z][a-z]+ (?:{p.either(tables_en.STREETS)})\b)",
     lambda m: {"N": "North ", "S": "South ", "E": "East ", "W": "West "}[m["d"]], 0),
    ("unit", rf"(?<=\d)-(?P<w>{p.either(_HYPHENATED)})\b(?:\.(?= [A-Za-z]))?", en.hyphenated, 0),
    ("unit", r"(?<![\d.A-Za-z])(?P<n>\d{1,3}(?:\.\d)?) ?bps?(?![A-Za-z0-9])",
     lambda m: en.counted(m["n"], "basis point"), 0),
    ("date", p.YMD, et.ymd, 0),
    ("date", rf"(?<![\d./-])(?P<m>\d{{1,2}})(?P<s>[-/])(?P<d>\d{{1,2}})(?P=s){_Y}(?![\d/-])", et.ymd, 0),
    ("date", rf"\b(?P<m>{p.MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–](?P<e>\d{{1,2}})(?:st|nd|rd|th)?)?"
             rf"(?:,? {_Y})?(?![\d:%])", et.month_day, 0),
    ("date", rf"(?<![\d.,/-])(?P<d>\d{{1,2}}) (?P<m>{p.MONTH})\b\.?(?:,? {_Y}(?!\d))?", et.day_month, 0),
    ("date", rf"\b(?P<m>{p.MONTH})\.?,? {_Y}(?!\d)", lambda m: f"{et.month(m['m'])} {en_year(int(m['y']))}", 0),
    ("digits", r"(?<!\d)\d{4}(?:[ -]\d{4}){2,4}(?: \d{1,3})?(?!\d)", readers.digits("en"), 0),
    ("time", r"(?<=\d{4}-\d\d-\d\d)T(?=\d\d:\d\d)", readers.fixed(" "), 0),
    ("phone", _PHONE, en.phone, 0),
    ("time", _CLOCK + r"(?P<d>)(?= ?[-–] ?\d{1,2}:\d{2})", et.clock, 0),
    ("range", r"(?<=:\d\d) ?[-–—~] ?(?=\d{1,2}:\d\d)", readers.fixed(" to "), 0),
    ("duration", r"(?<![\d:.])(\d{1,3}):(\d{2}):(\d{2})(?![\d:])", et.length, 0),
    ("duration", r"(?<![\dA-Za-z.])(?P<h>\d{1,3})h ?(?P<m>\d{1,2})(?:min|m)(?: ?(?P<s>\d{1,2})s(?:ec)?)?(?![A-Za-z\d])",
     et.short_duration, 0),
    ("ratio", r"(?<![\d:.])(?P<a>\d{1,5}):(?P<b>\d{1,5})(?![\d:.])(?=\s(?:ratio|screen|aspect|odds|scale|display"
     r"|split|video))", en.ratio_always, 0),
    ("ratio", r"(?<![\d:.])(?P<a>\d{1,5}):(?P<b>\d{1,5})(?!\d|:| ?[ap]\.?m)", en.ratio, re.IGNORECASE),
    ("time", _CLOCK, et.clock, 0),
    ("range", r"(?<=\d[ap]m) ?[-–—~] ?(?=\d)", readers.fixed(" to "), re.IGNORECASE),
    ("time", rf"(?<![\d:.])(?<!(?<![mM])-)(?P<h>\d{{1,2}}) ?{_HALF}", et.hour, 0),
    ("number", r"\bNo\. ?(?=\d)|(?<![A-Za-z0-9&])#(?=\d)|№ ?(?=\d)", readers.fixed("number "), 0),
    ("number", r"\bNos\. ?(?=\d)", readers.fixed("numbers "), 0),
    ("abbreviation", r"(?<![A-Za-z.])p\. ?(?=\d)", readers.fixed("page "), 0),
    ("price", rf"(?<=[\d%kMB]) ?/ ?(?P<w>{p.either(tables_en.PER)})\b", en.per, 0),
    ("abbreviation", rf"\b(?:(?P<a>{p.either(tables_en.NUMBERED)})\. ?|(?P<b>Ch|ch|Ep|ep|Lv|Lvl|Rm|Rte) )"
     r"(?=\d|[IVX]+\b)", lambda m: f"{tables_en.NUMBERED[m['a'] or m['b']]} ", 0),
    ("digits", r"(?<=\bBox )\d{2,6}(?![\d%]|[.,]\d)", readers.digits("en"), 0),
    ("range", rf"\b(?P<a>{_DAY})\.? ?(?P<d>[-–—~&]|to\b|through\b|and\b) ?(?P<b>{_DAY})\b(?:\.(?! ?$))?(?!\w)", et.days,
     0),
    ("day", rf"(?<![Tt]he )(?<![\w'-])(?P<a>{_DAY})(?:\.(?=,? ?(?:[\da-z(,]|{p.MONTH}))|(?=,? \d|\. ?$))",
     lambda m: tables_en.DAYS[m["a"]], 0),
    ("name", rf"(?<![\w-])(?:{p.either(tables_en.NAMES)})(?![\w-])", lambda m: tables_en.NAMES[m.group()], 0),
    ("or", rf"(?<![\w/])(?P<a>{_WHO})/(?P<b>{_WHO})(?![\w/])", lambda m: f"{m['a']} or {m['b']}", re.IGNORECASE),
    ("or", r"(?<=\band)/(?=or\b)", readers.fixed(" "), re.IGNORECASE),
    ("or", r"\bs/he\b", readers.fixed("she or he"), re.IGNORECASE),
    ("abbreviation", p.ABBREVIATION, readers.abbreviation, re.IGNORECASE),
    ("hashtag", r"(?<![A-Za-z0-9&#])#(?=[A-Za-z])", readers.fixed("hashtag "), 0),
    ("ip", p.IP, readers.ip("en"), 0),
    ("version", p.VERSION, readers.dotted("en"), 0),
    ("range", r"(?<=\d/\d)[-~–—](?=\d{1,2}/\d{1,2}(?![\d/]))", readers.fixed(" to "), 0),
    ("pressure", r"(?<![\d/.A-Za-z-])(?P<a>\d{2,3})/(?P<b>\d{2,3}) ?(?P<u>mmHg)\b",
     lambda m: f"{en_number(m['a'])} over {en_number(m['b'])} {UNITS[m['u']][2]}", 0),
    ("fraction", rf"(?<![\d/.A-Za-z-])(?:(?P<w>\d{{1,4}})(?: (?=\d)| ?(?={_VULGAR})))?"
     rf"(?:(?P<a>\d{{1,3}})/(?P<b>\d{{1,3}})|(?P<f>{_VULGAR})) ?(?P<u>{p.UNIT})(?!/)", en.fraction_of, 0),
    ("fraction", p.VULGAR, readers.fraction("en"), 0),
    ("fraction", r"(?<![\d/.A-Za-z])(?<!(?<!\d/\d)-)(?:(?P<w>\d{1,4}) )?(?P<a>\d{1,6})/(?P<b>\d{1,6})"
     r"(?![\d/]|\.\d)", en.fraction, 0),
    ("height", r"(?<![\d.'])(\d{1,2})'(?! ?[A-Za-z])(?: ?(\d{1,2})(?:\"|''))", en.height, 0),
    ("maths", r"\|(?=[\w+*/^. -]{1,20}\| ?[=<>≤≥≠])", readers.fixed("the absolute value of "), 0),
    ("maths", r"(?<=\w)\|(?= ?[=<>≤≥≠])", readers.fixed(" "), 0),
    ("maths", r"(?:(?<=[\d)²³])|(?<=(?<![A-Za-z])[a-z])) ?- ?(?=\d{1,12}(?:\.\d{1,6})? ?[=+×÷*])",
     readers.fixed(" minus "), 0),
    ("range", r"(?<=\d)[xX] ?[-–—~] ?(?=\d+(?:\.\d+)?[xX]\b)", readers.fixed(" to "), 0),
    ("maths", r"(?<=\d)[xX](?! ?[+=*/^-]| ?\d| ?[A-Za-z]\b)(?= ?\D|$)(?![A-Za-z])", readers.fixed(" times"), 0),
    ("size", r"(?<=\d)[xX×](?=\d{1,5}(?:\.\d{1,3})?(?![\d.]| ?[=+*/^-] ?\d| ?=))"
     rf"|(?<=\d) [xX×] (?=\d{{1,5}}(?:\.\d{{1,3}})? ?(?:{p.UNIT}|pixel))", readers.fixed(" by "), 0),
    ("maths", r"(?<=[\d)])(?: ?\* ?| ?[xX] ?(?=\d))(?=[\d(])", readers.fixed(" times "), 0),
    ("name", p.SHARP, readers.name_with_signs("en"), 0),
    ("decade", r"(?<![\d.])(?:(?<!\w)')?(?P<n>1[1-9]\d0|20\d0|[2-9]0)'?s\b", et.decade, 0),
    ("money", rf"(?P<c>[$€£¥]) ?(?P<a>{p.NUM})(?P<o> ?{p.SCALE})?{_DASH}(?P=c)? ?(?P<b>{p.NUM})"
     rf"(?P<q> ?{p.SCALE})?", en.money_range, 0),
    ("money", rf"(?<=\b[Aa] )(?P<c>{p.SIGNS_OF_MONEY}) ?(?P<n>{p.NUM})(?P<q> ?{p.SCALE})?(?=[ -](?!to\b|and\b|or\b"
     r"|per\b|an?\b|each\b|for\b|at\b|in\b|on\b|more\b|less\b|is\b|was\b)[a-z])", en.price_before, 0),
    ("money", rf"(?:(?<![\w)])(?P<m>-))?(?<![A-Za-z])(?P<c>{p.SIGNS_OF_MONEY}) ?(?P<n>{p.NUM})(?P<q> ?{p.SCALE})?",
     en.money, 0),
    ("money", rf"(?<![\d.,A-Za-z])(?P<k>{p.NUM})(?P<r> ?{p.SCALE})? ?(?P<e>{p.CODES_OF_MONEY})(?![A-Za-z])",
     en.money, 0),
    ("digits", r"(?<=\b[Ff]light [A-Z\d][A-Z\d] )\d{2,4}(?![\d.,%])", readers.digits("en"), 0),
    ("number", r"(?<![\d.,A-Za-z$€£¥-])(?P<n>\d{1,3}(?:\.\d{1,3})?)(?P<q>[MBT]|bn|mn)"
     r"(?= (?!per\b|of\b|and\b|or\b)[a-z]{3})", en.scaled, 0),
    ("digits", r"(?<![\d.,$-])\d{3,15}(?![\d%]|[.,]\d|-\d)", en.named_digits, 0),
    ("unit", rf"(?<![\d.A-Za-z-])(?P<a>{p.NUM}) ?(?P<ua>{p.UNIT})?{_DASH}(?P<b>{p.NUM}) ?(?P<u>{p.UNIT})", en.units, 0),
    ("even", r"(?<![\d.A-Za-z-])(?P<a>\d{1,3})-(?P=a)(?![\d.,%/:-])",
     lambda m: f"{en_cardinal(m['a'])} {en_cardinal(m['a'])}", 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<a>{p.NUM})(?P<p1>[%‰])?{_DASH}(?P<b>{p.NUM})(?![-/:\d]|\.\d)(?P<p2>[%‰])?",
     en.range_, 0),
    ("roman", r"(?<![A-Za-z])(?P<r>[IVX]{1,6})(?:st|nd|rd|th)?(?= [Cc]entur)",
     lambda m: en_ordinal(roman(m["r"])) if roman(m["r"]) else None, 0),
    ("era", r"(?<![\d.,])(?P<n>\d{1,4})(?= ?(?:BC|BCE|AD|CE)\b)|(?<=\bAD )(?P<n2>\d{1,4})(?!\d)", et.era, 0),
    ("roman", r"\b(?P<w>[A-Z][a-z]+\.?) (?P<r>[IVXLC]{1,8})\b(?!\.[A-Za-z]|['’])", en.roman_after, 0),
    ("year", rf"(?<![\d.,$-]){_Y}(?![\d%]|[.,]\d| [a-z]+s\b|-\d)", et.year, 0),
    ("percent", rf"{_S}(?<![\d.])(?P<n>{p.NUM}) ?(?P<p>[%‰])", en.percent, 0),
    ("unit", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM}) ?(?P<k>sq|cu)\.? (?P<u>{p.either(UNITS)})\b\.?", en.named_unit, 0),
    ("unit", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM}) ?in(?:\.(?!\w)|(?=$|[,;)]))", en.inches, 0),
    ("unit", rf"{_S}(?<![\d.A-Za-z^])(?P<n>{p.NUM}) ?(?P<u>{p.UNIT})(?!')", en.unit, 0),
    ("unit", rf"(?:(?<=[⁰¹²³⁴-⁹])|(?<=\^\d)|(?<=\^\d\d)) ?(?P<per>/ ?)?(?P<u>{p.UNIT})", en.alone, 0),
    ("inches", r"(?<![\d.'])(?P<n>\d{1,3}(?:\.\d{1,2})?)[\"″](?P<x> [xX×] (?=\d))?", en.inch_sign, 0),
    ("roman", r"(?<=[a-z]\. )(?P<r>[IVXLC]{1,6})\b(?!\.\w|['’])", en.roman_numbered, 0),
    ("rate", rf"(?<=[A-Za-z]) ?/ ?(?P<w>{p.either(tables_en.PER)})\b", en.per, 0),
    ("unit", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM}) (?P<u>[KNJ])(?![A-Za-z'0-9.])",
     lambda m: f"{en_number(m['n'])} {UNITS[m['u']][1 if m['u'] == 'K' else 2]}", 0),
    ("number", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM})[eE](?P<e>[-+]?\d{{1,4}})(?![\dA-Za-z])",
     lambda m: f"{en_number(m['n'])} times ten to the power of {en_number(m['e'])}", 0),
    ("model", r"(?<![\d.,])1080(?=p\b)", readers.fixed("ten eighty "), 0),
    ("ion", p.ION, readers.ion("en"), 0),
    ("maths", p.POWER, readers.power("en"), 0),
    ("raised", p.RAISED, readers.raised("en"), 0),
    ("model", p.MODEL, readers.model("en"), 0),
    ("ordinal", r"(?<![\d.])(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?:st|nd|rd|th)\b",
     lambda m: en_ordinal(int(m["n"].replace(",", ""))), re.IGNORECASE),
    ("version", r"(?:(?<=Python )|(?<=Django )|(?<=[A-Za-z]OS )|(?<=Ubuntu )|(?<=ndroid )|(?<=Node )|(?<=Java )|"
     r"(?<=CUDA ))\d{1,2}\.1[0-9](?![\d])(?! ?[%a-z])", readers.dotted("en"), 0),
    ("number", r"(?<![\w.])\.(\d{1,15})(?![\d.])", lambda m: f"point {en_digits(m[1])}", 0),
    ("number", rf"{_S}(?P<n>{p.NUM})", en.number, 0),
    ("maths", r"(?<=\d)\+(?![\d\w])", readers.fixed(" plus"), 0),
    ("maths", r"(?<=[\w)]) ?(?:[<>]=|[=!]=) ?(?=[\w(-])", readers.compare("en"), 0),
    ("about", r"(?<![\w%)])~ ?(?=[\d$€£])", readers.fixed("about "), 0),
    ("maths", r"(?<=[\w)]) ?[<>] ?(?=[\w(-])", readers.compare("en"), 0),
    ("maths", r"(?<=[\w)]) ?≤ ?(?=[\w(-])", readers.fixed(" is less than or equal to "), 0),
    ("maths", r"(?<=[\w)]) ?≥ ?(?=[\w(-])", readers.fixed(" is greater than or equal to "), 0),
    ("maths", r"√(?=[\d(])", readers.fixed("the square root of "), 0),
    ("maths", r" ?≠ ?", readers.fixed(" is not equal to "), 0),
    ("maths", r" ?≈ ?(?=\S)", readers.fixed(" is about "), 0),
    ("greek", p.GREEK, readers.greek("en"), 0),
    ("mention", r"(?<!\w)@(?=\w)", readers.fixed("at "), 0),
    ("sign", p.SIGN, readers.sign("en"), 0),
)  # fmt: skip
