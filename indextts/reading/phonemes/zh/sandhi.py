"""Tone sandhi: 一, 不 and chains of third tones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.platform import tables
from indextts.reading.phonemes.zh import neutral, polyphones

THIRD: Final = "3"
"""The model's name for the question whether a third tone rises; it answers ``2`` or ``3``."""

APART: Final = 0.65
"""How likely the model must find that a third tone stays, for it not to rise before the next word's."""
_LEANS: Final = "想可也很请给把"  # Words of one syllable that lean on whatever follows them: 我想请你, 我也想走.
_TITLES: Final = "老小"
_LIGHT: Final = _LEANS + _TITLES + "我你"  # Those that lean on what stays a third tone itself.
_NAMES: Final = "李马许武孔吕鲁蒋史董阮尹贾古柳沈"
"""Family names that 老 and 小 lean on: 小李跑了; 小雨伞 is parted after 小."""
_PAUSE: Final = 2
_NEVER_ACROSS: Final = 3  # Break across which no tone heeds the next.
_DIGITS: Final = "零〇一二三四五六七八九幺"
_ROUND: Final = "百千万亿"
_BEFORE_ORDINAL: Final = "第初十零〇点"
_AFTER_ORDINAL: Final = tuple(tables.members(__file__, "after_ordinal"))
_FIRST: Final = ("是", "则", "层是", "层为", "层可", "层商", "层住")  # The same, where 一 begins: 一层可以种花.
_NO_COMPLEMENT: Final = "花聋湿散乱变弃误休知如可能会甘思就怕大比利是"
"""What 不 denies as a whole, though the segmenter may take it and what stands before it for one word: 眼不花."""
_PROGRAMMES: Final = tuple("综节访真谈脱新音美旅职恋户慢公文答电热叫名以由")
"""What follows 一档 that counts: 一档综艺; 挂一档 is a place in an order."""
_WAYS: Final = ("出来", "起来", "下去", "下来", "上去", "过来")  # What a deed that cannot be done does not come to.
_RESULTS: Final = tuple(tables.members(__file__, "results"))
"""What it does not come to by a word of its own: 做|不到, 洗|不|干净."""
_SUMS: Final = "和到至加减乘除等比与及是相"
_LABELS: Final = "项案图表件题例型卷章版"  # What has a number behind it: 图一, 选项一 …
_AFTER_LABEL: Final = "是和与及或的在中里为有显列"  # … where such a word goes on.
_ENDING_IN_ONE: Final = "高大研不第无缺万不划归单其初十周期拜合之如逐零二三四五六七八九百千"
"""With these before it, 一 at the end of a word keeps its tone; 这一 and its like are followed by what is counted."""

_ALWAYS_BEFORE_ONE: Final = "统唯惟专"  # With these it keeps it within a longer word, too: 统一口径.


@dataclass
class Syllable:
    """A Chinese character with its dictionary tone and, after sandhi, its spoken tone."""

    char: str
    reading: str
    word: int
    """Characters of one word share it."""
    pos: str = ""
    break_after: int = 0
    fixed: bool = False
    """Set by a person: never changed, but its neighbours heed it."""
    labelled: bool = False
    """A figure that stands right behind a letter, or is one of a version: Q1, A4, GPT-1, 1.1.4."""
    changed: bool = False

    @property
    def tone(self) -> str:
        """``1``–``5``."""
        return self.reading[-1:]

    def set_tone(self, tone: str) -> None:
        """Give it another tone, unless a person has fixed the reading."""
        if not self.fixed and self.tone != tone:
            self.reading = self.reading[:-1] + tone
            self.changed = True


def apply(syllables: Sequence[Syllable], *, learned: bool = True) -> None:
    """Change the tones of a stretch of characters that nothing but breaks parts (no marks, no other words).

    Not ``learned``: a third tone rises before the next word's where no phrase ends between the two.
    """
    for index, syllable in enumerate(syllables):
        if syllable.char == "不" and syllable.reading.startswith("bu"):
            _bu(syllables, index)
        elif syllable.char == "一" and syllable.reading.startswith("yi"):
            _yi(syllables, index)
    for index in range(len(syllables) - 1):
        if _is_tried_twice(syllables, index):
            syllables[index].set_tone("2")
    # Third before third rises: always inside a word, across words where the learned model hears them joined. Each
    # heeds the tone that the next one has by then, so the last of them come first.
    third = [syllable.tone == "3" for syllable in syllables]
    pairs = [at for at in range(len(syllables) - 1) if third[at] and third[at + 1] and _may_join(syllables, at)]
    joined: dict[int, float] = {}
    for index in reversed(pairs):
        joined[index] = _likely_joined(syllables, index, learned=learned)
        if joined[index] >= 1.0 - APART:
            syllables[index].set_tone("2")
    _part_threes(syllables, joined)
    # What is left of two in a row: 我 before 很, which itself stays.
    for index in pairs:
        both = syllables[index].tone == syllables[index + 1].tone == "3"
        if both and _leans(syllables, index, _LIGHT):
            syllables[index].set_tone("2")


def _part_threes(syllables: Sequence[Syllable], joined: Mapping[int, float]) -> None:
    """Let the likelier of two third tones rise where a third one follows: three in a row are never spoken."""
    for index in range(len(syllables) - 2):
        both = index in joined and index + 1 in joined
        if both and all(syllable.tone == "3" for syllable in syllables[index : index + 3]):
            # The pair without a break between, else the one that the model hears joined.
            chosen = min((index, index + 1), key=lambda at: (syllables[at].break_after, -joined[at]))
            syllables[chosen].set_tone("2")


def _may_join(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether a tone heeds the next one: always inside a word, across words where no break forbids it."""
    return syllables[index].word == syllables[index + 1].word or _next(syllables, index) is not None


def _next(syllables: Sequence[Syllable], index: int) -> Syllable | None:
    if index + 1 < len(syllables) and syllables[index].break_after < _NEVER_ACROSS:
        return syllables[index + 1]
    return None


def _bu(syllables: Sequence[Syllable], index: int) -> None:
    here, after = syllables[index], _next(syllables, index)
    word = [s for s in syllables[max(0, index - 3) : index + 4] if s.word == here.word]
    # The second of a word of three, which is not of the kind 要不要.
    middle = len(word) == 3 and word[1] is here and word[0].char not in word[2].char + "并也都还就从决绝毫永尚又更再"
    if here.tone == "5" and after and index:
        return  # 拿不动, which a phrase or the model has found
    if after and middle and after is word[2] and here.pos in ("v", "l") and after.char not in _NO_COMPLEMENT:
        here.set_tone("5")  # 差不多, 受不了
    elif after and index and _is_denied_way(syllables, index):
        here.set_tone("5")  # 看不出来
    elif after and (after.tone == "4" or after.char == "个"):
        here.set_tone("2")
    else:
        here.set_tone("4")


def _yi(syllables: Sequence[Syllable], index: int) -> None:
    here, after = syllables[index], _next(syllables, index)
    before = syllables[index - 1] if index else None
    spoken_twice = not here.labelled and _is_repeated(syllables, index)
    if after is None or after.char in _DIGITS or (_is_number(syllables, index) and not spoken_twice):
        here.set_tone("1")
    elif before is not None and before.char == after.char and _is_tried(syllables, index):
        here.set_tone("5")  # 看一看
    elif before is not None and before.char in _DIGITS and after.char not in "十百千万亿个":
        here.set_tone("1")  # 二一年: digit by digit
    elif after.tone == "4" or after.char == "个":
        here.set_tone("2")
    elif after.tone in "123":
        here.set_tone("4")


def _is_repeated(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether 一 is one of those in 一点一点, 一甩一甩."""
    text = "".join(syllable.char for syllable in syllables[max(0, index - 2) : index + 4])
    here = min(index, 2)
    return any(
        text[at : at + 1] == text[at + 2 : at + 3] == "一" and text[at + 1 : at + 2] == text[at + 3 : at + 4] != ""
        for at in (here, here - 2)
        if at >= 0
    )


def _is_tried(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether 一 stands inside 看一看, and not inside 一甩一甩."""
    before, after = syllables[index - 1], syllables[index + 1]
    return not _is_repeated(syllables, index) and (before.pos[:1] == "v" or before.word == after.word)


def _is_tried_twice(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether a third tone is the first of 想想, whose second has lost its own and still makes it rise."""
    here, after = syllables[index], syllables[index + 1]
    if (here.tone, after.tone) != ("3", "5") or here.char != after.char:
        return False
    begin = _word_start(syllables, index)
    word = "".join(syllable.char for syllable in syllables[begin : _word_end(syllables, index)])
    return index == begin and (word == here.char or neutral.is_doubled_verb(word[:2], here.pos))


def _is_number(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether 一, with something after it, is the number, a place in an order, or the end of a word like 统一."""
    following = "".join(syllable.char for syllable in syllables[index + 1 : index + 3])
    if following == "月一" and "".join(syllable.char for syllable in syllables[index + 3 : index + 4]) not in "号日":
        return False  # 一月一付.
    if following[0] == "号" and index and syllables[index - 1].char in "大小胖瘦":
        return False  # 买大一号.
    counted = following[0] in "到至比和杠加减乘" and following[1:] != "" and following[1:] in _DIGITS + "十"
    if (syllables[index].labelled and following[0] not in _ROUND) or counted:
        return True
    if following[0] == "档":
        return (
            not following[1:] or following[1:] not in _PROGRAMMES or (index > 0 and syllables[index - 1].char == "第")
        )
    if not index:
        return following.startswith((*_FIRST, *_AFTER_ORDINAL)) or _is_decimal(following)
    before, word = syllables[index - 1], syllables[index].word
    if before.char == "从" and (following[0] in "数写加排" or following in ("到", "至")):
        return True
    uneven = before.char == "不" and index > 1 and syllables[index - 2].char in "浅小短低慢轻重薄旧弱差齐劣异杂窄暗"
    uneven &= following[0] not in "样定致般"
    if uneven or before.char + following == "说不二" or before.char in _ALWAYS_BEFORE_ONE:
        return True
    if _has_number(syllables, index):
        return True
    if before.word == word != syllables[index + 1].word and before.char in _ENDING_IN_ONE:
        return True
    ordered = before.char in _BEFORE_ORDINAL and before.break_after < 2 and following[0] != "切"
    if before.char == "点":  # 点一份面 is to order one, 三点一 a decimal
        ordered &= index > 1 and syllables[index - 2].char in _DIGITS + "十百千万亿半" and following[0] not in "刻次"
    if ordered or following == "线":
        return True
    # 七月一日, 一百一十; 一点五.
    if before.char + following[0] in ("月日", "百十", "千十", "万十", "级班") or following.startswith(_AFTER_ORDINAL):
        return True
    return _is_decimal(following)


def _is_decimal(following: str) -> bool:
    """Whether what follows a figure is the point of a decimal."""
    return following[0] == "点" and following[1:] != "" and following[1:] in _DIGITS


def _has_number(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether what stands before 一 has a number behind it: 二比一, 负一, 图一, 三点七一."""
    before, after = syllables[index - 1].char, syllables[index + 1].char
    if (
        before in "比杠对"
        and after not in _ROUND + "模样次个件只双"
        and index > 1
        and syllables[index - 2].char in _DIGITS
    ):
        return True
    summed = before in "加减乘" and (index == 1 or syllables[index - 2].char in _DIGITS)
    if summed and after not in _ROUND + "个种条件次张台部名位对套份点些":
        return True
    if (before in "负正" and after in _SUMS) or (before in _LABELS and after in _AFTER_LABEL):
        return True
    start = index
    while start and syllables[start - 1].char in _DIGITS:
        start -= 1
    return 1 < start < index and syllables[start - 1].char == "点" and syllables[start - 2].char in _DIGITS + "十百千"


def _is_denied_way(syllables: Sequence[Syllable], index: int) -> bool:
    """Whether the 不 at ``index`` stands between a verb and the way or the result that it does not come to."""
    before, here, end = syllables[index - 1], syllables[index], _word_end(syllables, index + 1)
    parts = syllables[_word_start(syllables, index - 1) : index], syllables[index + 1 : end], syllables[index + 1 :]
    verb, result, rest = ("".join(one.char for one in part) for part in parts)
    short, deed, whole = len(verb) == 1, before.pos[:1] in ("v", "l", "i"), before.word == here.word
    if deed and rest[:2] in _WAYS and (whole or short):
        return True
    whole &= short and before.pos in ("v", "l", "i", "d")
    apart = verb in tables.members(__file__, "no_results_of") or here.break_after >= _PAUSE
    if result not in _RESULTS or verb.endswith(result) or here.pos == "c" or (apart and not whole):
        return False
    if result == "了":
        return syllables[index + 1].reading == "liao3" and before.pos[:1] not in ("r", "d", "c")
    if result == "到" and rest[1:2] in tuple(_DIGITS + "两几半百十千万"):
        return False  # 用|不到|三天
    short |= result in tuple("到起住着")  # 印刷|不清 denies a quality
    return whole or (deed and short) or (result != "好" and verb in tables.members(__file__, "deeds_with_results"))


def _likely_joined(syllables: Sequence[Syllable], index: int, *, learned: bool) -> float:
    """How likely the third tone at ``index`` gives way to the one after it."""
    if syllables[index].word == syllables[index + 1].word:
        return 1.0
    named = syllables[index + 1].char in _NAMES and _leans(syllables, index, _TITLES)
    alone = syllables[index + 1].tone == "3" or _word_end(syllables, index + 1) == index + 2
    if named or (alone and _leans(syllables, index, _LEANS)):  # 也|可以 has a rise of its own
        return 1.0
    if not learned or syllables[index].break_after >= _PAUSE:  # silence parts them
        return float(syllables[index].break_after < _PAUSE)
    return polyphones.load().probabilities(THIRD, pair_features(syllables, index))["2"]


def _leans(syllables: Sequence[Syllable], index: int, words: str) -> bool:
    """Whether the syllable at ``index`` is a word by itself, one of ``words``, that no pause parts from the next."""
    alone = _word_end(syllables, index) - _word_start(syllables, index) == 1
    return alone and syllables[index].char in words and syllables[index].break_after < _PAUSE


def pair_features(syllables: Sequence[Syllable], index: int) -> list[int]:
    """Places in the model's table of what is known about two third tones in neighbouring words.

    ``index`` is that of the first one, the last of its word; what stands behind it has the tones that are spoken.
    """
    start, end = _word_start(syllables, index), _word_end(syllables, index + 1)
    here, after = syllables[index], syllables[index + 1]
    first, second = index + 1 - start, end - index - 1
    before = syllables[start - 1] if start else None
    behind = syllables[end] if end < len(syllables) else None
    beyond = _word_end(syllables, end) - end
    earlier = start - _word_start(syllables, start - 1) if before else 0
    lengths, pause = f"{min(first, 4)}{min(second, 4)}", here.break_after
    found = (
        "b", f"k{pause}", f"l{lengths}", f"m{lengths}{pause}", f"A{first}{here.pos}", f"B{second}{after.pos}",
        f"P{lengths}{here.pos}_{after.pos}", f"a{here.char}", f"c{after.char}", f"d{after.char}{pause}",
        "w" + "".join(syllable.char for syllable in syllables[start : index + 1]),
        "x" + "".join(syllable.char for syllable in syllables[index + 1 : end]),
        f"n{second}{_underlying_tone(syllables, index + 2)}", f"p{first}{_underlying_tone(syllables, index - 1)}",
        f"N{second}{min(beyond, 3)}{behind.pos if behind else ''}", f"g{second}{min(beyond, 3)}{pause}",
        f"V{first}{min(earlier, 3)}{before.pos if before else ''}", f"s{min(index, 6)}",
        f"e{min(len(syllables) - index, 8)}", f"u{after.tone}", f"t{after.tone}{lengths}{pause}",
        f"r{after.tone}{pause}", f"y{after.tone}{here.char}", f"z{after.tone}{here.pos}",
        f"q{after.tone}{after.break_after}", f"h{after.tone}{lengths}", f"i{after.tone}{here.pos}_{after.pos}",
    )  # fmt: skip
    return polyphones.places(THIRD, found)


def _underlying_tone(syllables: Sequence[Syllable], index: int) -> str:
    return syllables[index].tone if 0 <= index < len(syllables) else ""


def _word_start(syllables: Sequence[Syllable], index: int) -> int:
    while index and syllables[index - 1].word == syllables[index].word:
        index -= 1
    return index


def _word_end(syllables: Sequence[Syllable], index: int) -> int:
    """One past the last syllable of the word that ``index`` is in."""
    end = index
    while end < len(syllables) and syllables[end].word == syllables[index].word:
        end += 1
    return end
