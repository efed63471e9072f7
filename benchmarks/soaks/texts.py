"""Short sentences that are all different and of one length, so that what is asked last is as much work as the first."""

from __future__ import annotations

import random
from typing import Final

_FIRST: Final = ("春天", "夏天", "秋天", "冬天", "早上", "晚上", "今天", "明天", "北方", "南方", "山上", "海边")
_WHO: Final = ("老师", "朋友", "孩子", "医生", "工人", "农民", "学生", "邻居", "司机", "客人", "姐姐", "爷爷")
_DOES: Final = ("看见", "喜欢", "找到", "记得", "带来", "画出", "谈起", "想念", "听到", "买下", "送走", "遇见")
_WHAT: Final = ("红花", "白云", "小船", "大树", "飞鸟", "明月", "高山", "流水", "新书", "旧信", "青草", "星星")


def sentences(count: int, seed: int = 1) -> list[str]:
    """So many that differ, each of eight characters; at most 20,736."""
    space = len(_FIRST) * len(_WHO) * len(_DOES) * len(_WHAT)
    return [_sentence(number) for number in random.Random(seed).sample(range(space), count)]


def _sentence(number: int) -> str:
    parts = []
    for words in (_FIRST, _WHO, _DOES, _WHAT):
        number, which = divmod(number, len(words))
        parts.append(words[which])
    return "".join(parts) + "。"


def pages(count: int, each: int, seed: int = 2) -> list[str]:
    """Longer texts, of ``each`` sentences."""
    lines = sentences(count * each, seed)
    return ["".join(lines[at : at + each]) for at in range(0, count * each, each)]
