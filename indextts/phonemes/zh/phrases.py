"""Phrases of our own, where the general dictionary is silent or wrong, and family names.

``assets/phrases.txt`` has them as ``phrase pinyin``, parted by commas. They go before the general dictionary and are
not put to the learned model. Readings are those of 《现代汉语词典》 and, for places, of the places themselves.
"""

from __future__ import annotations

import functools
from typing import Final

from indextts.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "phrases.txt"

SURNAMES: Final = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "任": "ren2", "盖": "ge3", "区": "ou1", "朴": "piao2",
    "查": "zha1", "翟": "zhai2", "华": "hua4", "燕": "yan1", "缪": "miao4", "冼": "xian3", "秘": "bi4", "葛": "ge3",
    "薄": "bo2", "覃": "qin2", "乐": "yue4", "折": "she2", "召": "shao4", "祭": "zhai4", "繁": "po2", "柏": "bai3",
    "宓": "mi4", "尉": "wei4", "盛": "sheng4", "臧": "zang1", "牟": "mou4", "纪": "ji4", "谌": "chen2", "句": "gou1",
}  # fmt: skip
"""Characters that are read otherwise, or must not be doubted, as family names."""


@functools.cache
def load() -> dict[str, tuple[str, ...]]:
    """Phrase → its syllables."""
    lines = read_text(ASSET).splitlines()
    entries = (entry.split() for line in lines for entry in line.split(", ") if entry)
    return {phrase: tuple(syllables) for phrase, *syllables in entries}
