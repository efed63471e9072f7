"""Readings of the national standard where the general dictionary has another first: ``python -m training.standard``.

The standard is the table of 8,105 characters, 《通用规范汉字表》 (2013), with the readings of its dictionary,
《通用规范汉字字典》, as Unihan's ``kTGHZ2013`` has them and the package ``pypinyin-dict`` 0.9.0 hands them on (MIT).
For each character whose default (what it is read as when it stands alone) the standard does not know, its first
reading there is written.
"""

from __future__ import annotations

from typing import Final

from indextts.platform.storage import assets
from indextts.reading.phonemes.symbols import is_syllable
from indextts.reading.phonemes.zh import mandarin

KEPT: Final = {
    "个": "ge4 before ge3, which it has in one word alone",
    "喔": "o1, a cry; the standard has the crow's alone",
    "嗯": "no syllable without a vowel",
    "子": "a suffix far more often than a word",
    "桔": "another writing of 橘, ju2, to nearly everybody",
    "忒": "te4 in names from elsewhere; the standard has the adverb alone",
    "欸": "a cry of many tones",
    "蕃": "fan1 of 蕃茄; the standard has 吐蕃 alone",
    "訾": "zi1, a family name and a place; the standard has 訾议 alone",
    "阏": "e4, to stop; the standard has 阏氏 alone",
}
"""Characters whose default stays, and why."""


def main() -> None:
    """Write the asset anew. Raises :class:`ImportError` without ``pypinyin-dict``."""
    from pypinyin_dict.pinyin_data import ktghz2013

    lines = []
    for code, marked in sorted(ktghz2013.pinyin_dict.items()):
        char = chr(code)
        known = [said for said in map(mandarin.numbered, marked.split(",")) if is_syllable(said)]
        if known and char not in KEPT and mandarin.listed(char)[:1] not in [(said,) for said in known]:
            lines.append(f"{char} {known[0]}\n")
    mandarin.STANDARD.write_text("".join(lines), encoding="utf-8")
    assets.renew(mandarin.STANDARD)


if __name__ == "__main__":
    main()
