"""Expressions whose kind the writer has named (SSML's ``say-as``)."""

from __future__ import annotations

import re
from typing import Final

from indextts.model.utterance import Lang
from indextts.reading.text import numbers, rules, tables
from indextts.reading.text.verbalizers import digits_of, number_of, spell_address

KINDS: Final = (
    "characters", "spell-out", "verbatim", "digits", "cardinal", "number", "ordinal", "fraction", "date", "time",
    "duration", "telephone", "currency", "unit", "address", "name",
)  # fmt: skip
"""What can be asked for; anything else is read as usual."""

_CHARACTER: Final = re.compile(r"\s+|[\s\S]")


def read(text: str, kind: str, lang: Lang) -> str:
    """``text`` as ``kind``; where it does not look like one, as the rules would have it."""
    text = text.strip()
    if kind in ("characters", "spell-out", "verbatim"):
        return _spelt(text, lang)
    if kind == "digits":
        return re.sub(r"\d+", lambda m: f" {digits_of(m.group(), lang)} ", text)
    if kind == "telephone":
        return _telephone(text, lang)
    if kind in ("cardinal", "number", "ordinal"):
        return _numbers(text, lang, ordinal=kind == "ordinal")
    if kind in ("date", "time", "duration"):
        return _moment(text, kind, lang)
    return by_rules(text, lang)


def by_rules(text: str, lang: Lang) -> str:
    """``text`` as the rules read it."""
    parts: list[str] = []
    done = 0
    for rewrite in rules.find(text, lang):
        parts += [text[done : rewrite.start], rewrite.spoken]
        done = rewrite.end
    return re.sub(r" +", " ", "".join((*parts, text[done:]))).strip()


def _spelt(text: str, lang: Lang) -> str:
    """Every letter, digit and sign by itself."""
    said = []
    for char in _CHARACTER.findall(text):
        if char.isdecimal():
            said.append(digits_of(char, lang))
        elif char in tables.SIGNS:
            said.append(tables.SIGNS[char][0 if lang == "zh" else 1])
        elif not char.isspace():
            said.append(spell_address(char, lang).upper() if char.isascii() and char.isalpha() else
                        spell_address(char, lang))  # fmt: skip
    return " ".join(said)


def _telephone(text: str, lang: Lang) -> str:
    plus = "" if not text.startswith("+") else "加" if lang == "zh" else "plus "
    if lang == "zh":
        return plus + re.sub(r"\d+", lambda m: numbers.zh_digits(m.group(), yao=True), re.sub(r"[\s()+-]", "", text))
    return plus + re.sub(r"\d+", lambda m: f" {numbers.en_digits(m.group())} ", re.sub(r"[()+-]", " ", text))


def _numbers(text: str, lang: Lang, *, ordinal: bool) -> str:
    def one(match: re.Match[str]) -> str:
        written = match.group("n")
        if not ordinal or "." in written:
            return number_of((match.group("s") or "") + written, lang)
        if lang == "zh":
            return ("" if text.startswith("第") else "第") + numbers.zh_cardinal(written.replace(",", ""), liang=False)
        return numbers.en_ordinal(int(written.replace(",", "")))

    roman = numbers.roman(text)
    if roman:
        text = str(roman)
    said = re.sub(r"(?P<s>(?<!\w)[-+])?(?P<n>\d[\d,]{0,20}(?:\.\d{1,20})?)(?:st|nd|rd|th)?", one, text)
    return re.sub(r"\d+", lambda m: digits_of(m.group(), lang), said)


def _moment(text: str, kind: str, lang: Lang) -> str:
    """Dates and times in the forms that the rules know; ``20240315`` and ``3:45`` as a length as well."""
    packed = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if kind == "date" and packed:
        text = "-".join(packed.groups())
    short = re.fullmatch(r"(\d{1,3}):(\d\d)(?::(\d\d))?", text)
    if kind == "duration" and short:
        values = [value for value in short.groups() if value is not None]
        names = (("小时", "分", "秒"), ("hour", "minute", "second"))[0 if lang == "zh" else 1][-len(values) :]
        if lang == "zh":
            return "".join(numbers.zh_cardinal(v) + name for v, name in zip(values, names, strict=True) if int(v))
        return " ".join(f"{numbers.en_cardinal(v)} {name}{'' if int(v) == 1 else 's'}"
                        for v, name in zip(values, names, strict=True) if int(v))  # fmt: skip
    return by_rules(text, lang)
