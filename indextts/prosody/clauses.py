"""Where a Chinese sentence pauses though it has no mark: behind what stands before the main clause (以后, 的时候, 随着…,
在…下), between two clauses of a rule of law, where a word is taken up again (有座山山里有座庙), behind a call.

Words and their parts of speech decide; what is not plain by these is left to the network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from indextts.prosody import rules
from indextts.utterance.model import Token


class Word(NamedTuple):
    """A word of a stretch without marks."""

    text: str
    pos: str
    last: int
    """Its last token."""
    size: int
    """Syllables."""


_TAILS: Final = rules.word_set("clause_tails")
"""Words with which a time or a condition ends."""
_RELATIVE: Final = frozenset("以后 之后 以前 之前 后 前".split())
"""Those of them that stand alone as well."""
_TIMED: Final = ("v", "u", "t", "m", "q", "n", "l", "i", "j", "e")
_NOT_TIMED: Final = frozenset("感觉 觉得 不如 看来 希望 大家 老公 老婆 妈妈 爸爸 孩子 决定 打算 估计 知道 不过 像 是 有 的 建议 保证".split())
"""Words behind which 以后 begins something new."""
_NOT_BEHIND: Final = rules.word_set("clause_goes_on")
"""Words before which none of that ends, or which take it up themselves."""
_SUBJECTS: Final = rules.word_set("subjects")
_PLACES: Final = frozenset("下 中 上 里 内 后 前 时 间 期间 之间 以来 同时 之后 之前 之际 过程中 之中 之下 之上".split())
_FRAMES: Final = frozenset("在 就在 从 自 自从 当 每当 每次 等 等到 到 直到".split())
_SOURCES: Final = frozenset("根据 按照 依照 依据 据 按".split())
_SAYINGS: Final = frozenset(
    "规定 要求 数据 统计 报道 消息 报告 合同 约定 计划 安排 惯例 法律 预报 调查 通知 介绍 分析 估计 预测 测算 传统 经验".split()
)
_NOUNS: Final = ("n", "vn", "an", "j", "l")
_JOINING: Final = frozenset("的 和 与 及 以及 了 到 至 、 或".split())
_MODALS: Final = frozenset("应当 应 由 可以 有权 可 不予 不得 视为 依法 依照 按照 均 应予 须 必须 双方 各方 处 需 需要 将".split())
"""What goes on behind 逾期付款的."""
_CALLS: Final = rules.word_set("calls")
_ADDRESSED: Final = frozenset("各位 尊敬 亲爱".split())
_OPEN_ENDED: Final = frozenset("pcmdbux")
"""What a clause does not end with, by the first letter of its part of speech."""
_HEADS: Final = frozenset("因为 如果 由于 虽然 要是 只要 既然 自从 等 尽管 即使 不管 无论 为了".split())
"""What a clause before the main one begins with."""
_PIVOTS: Final = frozenset("推荐 让 叫 请 使 告诉 建议 提醒 带 陪 给 送 知道 发现 觉得 认为 希望 说 听说 担心 怕 相信 看见 看到 喜欢 爱".split())
"""Verbs that the next clause is the object of, or its subject."""
_PEOPLE: Final = frozenset(
    "领导 来宾 同学 同学们 老师 朋友 朋友们 听众 观众 乘客 旅客 家长 嘉宾 同事 同仁 网友 书友 评委 代表 先生 女士 亲 亲友 业主 用户 顾客 "
    "专家 选手 队友 同志 读者 粉丝 老铁 家人们 兄弟 兄弟姐妹".split()
)
_FEW: Final = 3
"""Syllables that stand on either side of a pause at least."""
_MANY: Final = 5
"""Syllables behind which a pause belongs even before a verb or adverb."""


def ends(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which a pause belongs."""
    found: set[int] = set()
    for opens, words in _stretches(tokens):
        if not any(tokens[word.last].kind == "hanzi" for word in words):
            continue
        places = {*_tails(words), *_with(words), *_framed(words), *_by(words), *_of_law(words), *_again(words)}
        if opens:
            places |= {*_called(words)}
        for place in places:
            if place + 1 < len(words):
                found.add(words[place].last)
    return found


def likely(tokens: Sequence[Token]) -> dict[int, float]:
    """The tokens behind which a second clause may begin, each with how probable a network must find a pause there."""
    found: dict[int, float] = {}
    for _, words in _stretches(tokens):
        spoken, total = _sizes(words)
        done = False  # Whether something has been said of something.
        for at, word in enumerate(words[:-1]):
            done = done or word.pos in ("v", "a", "ul", "z", "i", "zg", "vi", "uj")
            if done and spoken[at] >= _FEW and total - spoken[at] >= _FEW and (
                word.pos[:1] not in _OPEN_ENDED or word.pos == "ul"
            ):
                least = _least(words, at)
                if least is not None:
                    found[word.last] = least
    return found


def _least(words: Sequence[Word], at: int) -> float | None:
    word, after = words[at], words[at + 1]
    behind = words[at + 2] if at + 2 < len(words) else None
    if behind is None or not any(each.pos[:1] in ("v", "a", "d", "z") for each in words[at + 2 : at + 6]):
        return None
    told = word.pos == "a" and at > 0 and words[at - 1].pos == "d"
    finished = told or word.pos in ("ul", "y") or word.text in ("了", "吗", "吧", "呢", "啊", "一看", "起来", "的话")
    person = after.text in _SUBJECTS or after.text.endswith("们") or behind.text == "们"
    if person and (behind.pos[:1] in ("v", "d", "p", "a", "k", "n", "t") or len(after.text) > 1) and behind.text != "的":
        if finished or word.pos[:1] in ("n", "t", "q", "f", "r"):
            return 0.17
        return 0.4 if words[0].text in _HEADS and word.text not in _PIVOTS else None
    if after.pos == "m" and behind.pos[:1] in ("n", "q", "a", "v") and word.pos[:1] in ("n", "q"):
        return 0.25
    if finished and after.pos in ("n", "ns", "nr", "s", "t", "f") and behind.pos[:1] in ("d", "v", "p", "a", "r"):
        return 0.12 if word.text != "了" else 0.2
    return None


def _stretches(tokens: Sequence[Token]) -> list[tuple[bool, list[Word]]]:
    """The words between two marks; whether a sentence begins with them."""
    found: list[tuple[bool, list[Word]]] = [(True, [])]
    number = None
    for place, token in enumerate(tokens):
        if token.kind == "punctuation":
            if found[-1][1]:
                found.append((token.text in "。！？!?；;…“", []))
            number = None
            continue
        words = found[-1][1]
        size = 1 if token.kind != "word" else 2
        if token.word == number and words:
            last = words[-1]
            words[-1] = Word(last.text + token.text, last.pos, place, last.size + size)
        else:
            words.append(Word(token.text, token.pos, place, size))
        number = token.word
    return found


def _sizes(words: Sequence[Word]) -> tuple[list[int], int]:
    """Syllables up to and with each word, and all."""
    found, total = [], 0
    for word in words:
        total += word.size
        found.append(total)
    return found, total


def _is_subject(words: Sequence[Word], at: int) -> bool:
    """Whether a new subject begins at ``at``: a pronoun, or a noun that its verb follows."""
    word = words[at]
    if word.text in _SUBJECTS or (word.pos == "r" and len(word.text) > 1):
        return True
    for after in words[at : at + 4]:
        if after.pos[:1] in ("v", "d", "p") and after.pos != "vn" and after is not word:
            return True
        if after.pos[:1] not in ("n", "r", "m", "q", "b", "a", "t") or after.text == "的":
            return False
    return False


def _tails(words: Sequence[Word]) -> list[int]:
    """吃完饭以后 | 我们; 等他来的时候 | 车已经开走了."""
    found = []
    spoken, total = _sizes(words)
    for at, word in enumerate(words[:-1]):
        tail = word.text
        if tail not in _TAILS or at == 0:
            continue
        before, after = words[at - 1], words[at + 1]
        if tail in _RELATIVE and (before.pos[:1] not in _TIMED or before.text in _NOT_TIMED):
            continue  # 不如之前买的; 感觉以后会.
        if tail == "时候" and before.text not in ("的", "这", "那", "小"):
            continue
        if len(tail) == 1 and (before.pos[:1] not in ("v", "n", "u", "t", "q", "i", "l") or before.pos in ("ns", "nr", "uj")):
            continue
        if tail == "话" and before.text != "的":
            continue
        if after.text in _NOT_BEHIND or after.text[0] in "的就才" or total - spoken[at] < _FEW:
            continue
        if len(tail) == 1 and not (_is_subject(words, at + 1) and spoken[at] >= _FEW):
            continue
        if spoken[at] >= _MANY or (spoken[at] >= _FEW and _is_subject(words, at + 1)):
            found.append(at)
    return found


def _with(words: Sequence[Word]) -> list[int]:
    """随着互联网的普及 | 人们: behind the first noun or verb that 的 stands before and that goes on with none."""
    start = next((at for at, word in enumerate(words) if word.text in ("随着", "伴随着", "伴随")), None)
    if start is None:
        return []
    ready = all(word.text != "的" for word in words[start:])
    for at in range(start + 1, len(words) - 1):
        word, after = words[at], words[at + 1]
        ready = ready or word.text == "的"
        if not ready or word.pos[:1] not in ("v", "n", "l", "i", "j"):
            continue
        joined = after.text in _JOINING or after.pos in ("f", "vn")
        goes_on = after.pos[:1] == "v" and word.pos[:1] == "n" and words[at - 1].pos[:1] not in ("u", "a", "b", "d")
        if not joined and not (goes_on and not _is_subject(words, at + 1)):
            return [at]
    return []


def _framed(words: Sequence[Word]) -> list[int]:
    """在老师的鼓励下 | 他."""
    if words[0].text not in _FRAMES:
        return []
    spoken, total = _sizes(words)
    for at in range(2, len(words) - 1):
        word, after = words[at], words[at + 1]
        place = word.text in _PLACES or (word.pos == "f" and len(word.text) == 1)
        if place and after.text != "的" and after.text[0] not in "的就才" and after.pos[:1] not in ("u", "y"):
            subject = _is_subject(words, at + 1)
            if spoken[at] >= _MANY and total - spoken[at] >= _FEW and subject:
                return [at]
    return []


def _by(words: Sequence[Word]) -> list[int]:
    """按照规定 | 乘客不得; 截至六月三十日 | 公司."""
    found = []
    spoken, total = _sizes(words)
    head = words[0].text
    for at in range(1, min(len(words) - 1, 14)):
        word, after = words[at], words[at + 1]
        if total - spoken[at] < _FEW or after.text in ("的", "和", "与", "及", "以及", "或", "显示", "表明", "之"):
            continue
        source = head in _SOURCES and word.text in _SAYINGS
        date = head in ("截至", "截止", "到", "到了", "截止到") and re.search("[日号月年底末点多半]$", word.text) is not None
        if (source or date) and after.pos[:1] not in ("u", "f", "v", "m", "q") and (source or _is_subject(words, at + 1)):
            return [at]
    return found


def _of_law(words: Sequence[Word]) -> list[int]:
    """逾期付款的 | 应当; 犯诈骗罪 | 判处."""
    found = []
    spoken, total = _sizes(words)
    for at in range(1, len(words) - 1):
        word, after = words[at], words[at + 1]
        if total - spoken[at] < _FEW or spoken[at] < _FEW:
            continue
        if word.text[-1] == "罪" and after.text in ("判处", "处", "被", "判决", "数罪"):
            found.append(at)
        if word.text != "的" or spoken[at] < _MANY:
            continue
        verb = words[at - 1].pos[:1] in ("v", "i", "l") or words[at - 1].text in ("履行", "付款", "解决", "交货", "违约")
        anyone = after.text.startswith(("任何", "任一")) and verb
        if (after.text in _MODALS and verb) or anyone:
            found.append(at)
    return found


def _again(words: Sequence[Word]) -> list[int]:
    """有座山 | 山里有座庙 | 庙里: a noun that is taken up at once, as the place of what follows."""
    found = []
    for at in range(1, len(words) - 1):
        word, after = words[at], words[at + 1]
        if word.text[-1] != after.text[0] or word.pos[:1] != "n" and word.pos[:1] not in ("m", "q", "a", "v", "z"):
            continue
        place = after.text[1:2] or words[min(at + 2, len(words) - 1)].text[:1]
        if place and place in "里上下中前后边旁" and (len(word.text) > 1 or words[at - 1].pos[:1] in ("q", "m", "v")):
            found.append(at)
    return found


def _called(words: Sequence[Word]) -> list[int]:
    """天哪 | 你怎么; 各位领导 | 各位来宾 | 大家."""
    found = []
    text = ""
    for at, word in enumerate(words[:3]):
        text += word.text
        if text in _CALLS and words[at + 1 :] and words[at + 1].text[0] not in "的了着过吧呢啊吗" + text[-1]:
            found.append(at)
            break
    begin = 0 if words[0].text in _ADDRESSED else None
    while begin is not None and begin < len(words) - 2:
        end = begin + 1
        while end < len(words) - 1 and (words[end].text in ("的", "各位") or words[end].pos[:1] in ("a", "b")):
            end += 1
        while end + 1 < len(words) and (words[end + 1].text in ("们", "朋友", "朋友们", "同志", "同志们")):
            end += 1
        people = words[0].text != "各位" or words[end].text in _PEOPLE
        if not people or end + 1 >= len(words) or words[end].pos[:1] != "n" and words[end].text != "们":
            break
        if words[end + 1].text in ("和", "与", "的", "、", "以及"):
            break
        found.append(end)
        begin = end + 1 if words[end + 1].text in _ADDRESSED else None
    return found
