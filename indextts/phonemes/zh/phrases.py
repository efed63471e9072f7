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

ONLY_WITH_TITLE: Final = frozenset("盖折召祭句秘繁乐")
"""Those that begin many a foreign name or common word: a tag as a name is not enough."""

TITLES: Final = (
    "先生",
    "女士",
    "小姐",
    "老师",
    "同学",
    "师傅",
    "太太",
    "阿姨",
    "叔叔",
    "律师",
    "医生",
    "大夫",
    "姓",
    "老先生",
    "老太太",
    "大娘",
    "大婶",
)
"""What follows a family name."""

RANKS: Final = (
    "教授", "博士", "院长", "校长", "经理", "主任", "局长", "书记", "部长", "市长", "队长", "处长", "科长", "厂长",
    "董事长", "主席", "将军", "大爷", "大妈", "大叔", "大哥", "大姐", "大嫂", "爷爷", "奶奶", "伯伯", "妈妈", "爸爸",
    "警官", "法官", "教练", "护士", "记者", "会长", "秘书", "老板", "氏", "某",
)  # fmt: skip
"""The same, where nothing or a link stands before the name: after a person's, 任校长 is to serve as one."""

BEFORE_NAMES: Final = "和跟与同给请向找问对由被让叫是的"


@functools.cache
def load() -> dict[str, tuple[str, ...]]:
    """Phrase → its syllables."""
    lines = read_text(ASSET).splitlines()
    entries = (entry.split() for line in lines for entry in line.split(", ") if entry)
    return {phrase: tuple(syllables) for phrase, *syllables in entries}
