"""Readings of the commonest characters by what stands around them: 地 得 为 了 着 过 个 还 子 长 儿."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indextts.platform import tables
from indextts.reading.phonemes.zh.polyphones import SegmentedWord
from indextts.reading.text.tokens import tagged

members = functools.partial(tables.members, __file__)


@dataclass
class CharReading:
    """A character's pinyin with its tone (empty if unknown) and where it comes from."""

    pinyin: str
    source: str
    sure: bool = False
    """Not to be put to the learned model."""
    probability: float = 1.0
    """How likely it is right, whether its tone is neutral or full aside; 1 where there is no other reading."""


def set_pinyin(reading: CharReading, pinyin: str) -> None:
    if not reading.sure and reading.pinyin and reading.pinyin != pinyin:
        reading.pinyin, reading.source = pinyin, "rule"


@dataclass(frozen=True)
class CharPlace:
    """A character of many readings, amid its words."""

    text: str
    at: int
    word: SegmentedWord
    previous: SegmentedWord | None
    next: SegmentedWord | None
    rest: Sequence[SegmentedWord]
    """The words behind it in its stretch, the next one first."""
    out: list[CharReading]
    is_phrase: Callable[[str], bool]
    """Whether the general dictionary has a phrase."""

    @property
    def alone(self) -> bool:
        return len(self.word.text) == 1

    @property
    def ends_word(self) -> bool:
        return self.at == self.word.start + len(self.word.text) - 1

    @property
    def head(self) -> str:
        """The word up to this character."""
        return self.word.text[: self.at - self.word.start + 1]

    @property
    def before(self) -> str:
        return self.text[: self.at][-1:]

    @property
    def after(self) -> str:
        return self.text[self.at + 1 :][:1]

    @property
    def from_phrase(self) -> bool:
        return self.out[self.at].source == "phrase"

    def say(self, pinyin: str, *, sure: bool = False) -> None:
        set_pinyin(self.out[self.at], pinyin)
        self.out[self.at].sure |= sure


DECIDED: Final = "地得为了着过个还子长儿"
"""Characters that :func:`decide` knows."""
OTHER: Final = "\ue000"
"""What stands for a word in letters, or for something quoted, among the Chinese characters around it …"""
DEED: Final = "\ue001"
"""… and where it is something that is done. Rules by context may name both."""


def decide(char: str, place: CharPlace) -> None:
    """What words and characters around ``char`` make of it."""
    match char:
        case "地":
            _di(place)
        case "得":
            _de(place)
        case "为" if said := _wei(place):
            place.say(said, sure=said == "wei4")
        case "为":
            around = place.after in members("wei2_next") and not _is_for(place)
            made = place.before in members("wei2_previous") and place.text[place.at - 2 : place.at] not in _MAY
            if (around or made) and not place.from_phrase:
                place.say("wei2")
        case "了":
            if place.alone and not place.from_phrase:
                place.say("le5")
        case "着":
            if place.alone and place.word.pos.startswith("u"):
                place.say("zhe5")
        case "过":  # behind a verb of two syllables it is the particle: 爆发过冲突
            verb = place.previous if place.alone and place.previous else SegmentedWord(0, "", "")
            passes = verb.text in members("guo4_words") or verb.text[-1:] in members("guo4_previous")
            if len(verb.text) > 1 and verb.pos in ("v", "vn") and not passes:
                place.say("guo4" if place.after in tuple("多高低大小长短快慢重早晚") else "guo5")
            elif _is_parted_deed(place):
                place.say("guo5", sure=True)
        case "个":  # as a measure neutral; at the head of a word (个人) it is not
            if place.ends_word and not place.word.text.endswith(("个个", "各个", "整个", "逐个", "单个", "挨个")):
                place.say("ge5")
        case "还":
            returned = place.after in members("huan2_next")
            returned |= not place.after and place.before in tuple("要该没能会得来去")
            if place.alone and not place.from_phrase and returned:
                place.say("huan2", sure=True)
        case "子":
            last = place.ends_word and len(place.word.text) > 1
            # 孔夫子 and 美智子 are names; 李嫂子 and 张老婆子 have a word of everyday behind a family name.
            called = last and place.word.text[-2:] in members("zi5_people")
            named = place.word.pos.startswith("nr") and (not last or len(place.word.text) > 2) and not called
            named &= not last or not place.is_phrase(place.head[-2:])  # 小巷子, 那阵子, which are taken for names
            if _is_prefix(place) or place.text == place.word.text in members("zi3_words"):
                place.say("zi3", sure=True)
            elif named or place.head[-2:] in members("zi3_words") or place.before == "之":
                place.say("zi3")
        case "长":
            if not place.from_phrase:
                grows = place.before in members("zhang_previous") or place.after in members("zhang_next")
                place.say("zhang3" if grows else "chang2")
        case "儿":  # the suffix, a syllable of its own here
            # 孩儿 alone is how a child once spoke of itself; 小孩儿 and its like have the suffix.
            ending = place.word.text[-2:]
            child = place.word.text in members("er2_words") or (ending in members("er2_words") and ending != "孩儿")
            free = place.alone and (place.next is None or place.after not in "子童女歌媳科孙")
            if place.before and ((place.ends_word and not child) or free):
                place.say("er5")


def _is_parted_deed(place: CharPlace) -> bool:
    """Whether 过 parts a verb and the object that the two are a word with: 流过泪, 跳过舞; not 翻过山."""
    verb, thing = place.before, place.after
    if verb in members("guo4_through") or thing in members("guo4_things"):
        return False
    word = place.word
    if len(word.text) == 3 and place.at == word.start + 1:
        return True
    whole = tagged(verb + thing)
    other = place.next if place.ends_word else place.previous if place.at == word.start else None
    return other is not None and len(other.text) == len(whole) == 1 and whole[0][1][:1] in ("v", "n")


def _wei(place: CharPlace) -> str:
    """What 为 is by the words behind it: 为乐队伴奏 ends with a deed for somebody, 他为队长 with what he is."""
    before, rest = place.previous, place.rest
    if not place.alone or not rest or rest[0].text[0] in members("wei2_heads"):
        return ""
    end, whole = rest[-1], "".join(word.text for word in rest)
    if _SUFFERED.search(whole):
        return "wei2"
    if said := _wei_of_name(place):
        return said
    if _OF_EACH.match(whole):
        return "wei2"
    done = end.text[-2:] in members("wei4_deeds")
    whom = len(rest[0].text) > 1 or rest[0].pos == "nr"
    deed = whom and any(word.pos == "v" and word.text != "是" for word in rest[1:])
    acts = before is None or before.pos in ("nr", "nt", "r") or before.text[-1] in members("wei4_previous")
    served = before is not None and before.pos in ("nz", "nt") and rest[0].text[-1] in members("wei4_whom")
    several = len(rest) > 1 or whole[:2] in ("用户", "客户", "顾客", "群众", "学生")  # 用户服务 is one word
    if several and (done or served or (acts and whom and (deed or rest[0].pos == "v"))):
        core = _MEANS.search(place.text, max(0, place.at - 8), place.at) and rest[0].text in members("wei2_whole")
        return "" if core or any(word.text in members("wei2_rest") for word in rest) else "wei4"
    behind = before and (before.pos[:1] in ("n", "r", "t", "s", "m") or before.text[-1] in members("wei2_behind"))
    subject = behind if before else len(rest) > 1 and len(whole) > 3 and not _SERVED.match(whole)
    named = end.pos[:1] in ("n", "l", "t", "s") and end.pos != "nrt" and rest[0].pos not in ("r", "v", "p")
    named &= rest[0].pos != "vn" or (before is not None and not acts and len(rest) == 2)
    maybe = any(word.text[0] in members("wei4_verbs") for word in rest)  # 争光 is a noun to the segmenter
    if acts and len(end.text) > 3:
        maybe |= place.is_phrase(end.text) or tagged(end.text[:2])[0][1][:1] == "v"
    active = maybe or any(word.pos[:1] in ("v", "p", "u") and word.text != "的" for word in rest[1:])
    return "wei2" if subject and named and not active else ""


def _wei_of_name(place: CharPlace) -> str:
    """What 为 is before a name in letters: 为 iOS 17 推送了补丁 is for it, 本片为 PG-13 分级 is what something is."""
    before, rest = place.previous, place.rest
    joins = [word.pos == "c" and behind.text == OTHER for word, behind in pairwise(rest)] + [False]
    named = [word.text == OTHER or word.pos in ("m", "q") or join for word, join in zip(rest, joins, strict=True)]
    after = [*named, False].index(False)
    if OTHER not in [word.text for word in rest[:after]] or before is None or before.text[-1] in members("made_into"):
        # 紧急修复版本: a manner before what is a noun with the one behind it.
        kinds = [word.pos[:1] for word in rest]
        labelled = before is not None and before.pos == "m" and len(kinds) == 3 and kinds[0] in ("a", "b", "d", "t")
        return "wei2" if labelled and kinds[1:] == ["v", "n"] else ""
    deed = rest[after] if after < len(rest) else None
    behind = rest[after + 1].text[0] if after + 1 < len(rest) else ""
    if deed is not None and deed.text == "等于":
        return "wei2"
    if deed is not None and deed.pos == "v" and behind in ("了", "过") and deed.text not in members("wei2_results"):
        return "wei4"
    others = {word.pos[:1] for word in rest[after:]}
    last = others <= set("nvb") and len(rest) - after < 3 and _THIS.search(place.text, 0, place.at)
    joined = deed is not None and deed.pos == "c" and others.isdisjoint("vudp")  # 毒株为 XBB 及其分支
    return "wei2" if (last or joined) and before.text[-1] not in members("wei4_previous") else ""


_OF_EACH: Final = re.compile(
    "每(?:[立平]方.{1,2}|平米|一?百?[毫分]?升|[千厘毫]?米|公?[斤里顷亩]|一?[百千毫]?克|吨|度|千瓦时|摩尔?|桶|盎司)"
    "[零一二三四五六七八九十百千万两半]"
)
"""How much there is in one of what is measured: 每立方米三十微克, 每亩六百二十公斤."""
_THIS: Final = re.compile("[本该此](?:次|款|台|辆|部|项)?[^的为]{1,3}$")
_SERVED: Final = re.compile(
    "[一二两三四五六七八九十几百]+多?(?:[位名群]|岁的|对[夫父母]|家[老三四五六大]|个(?:人(?!字)|孩子|客))"
)
"""Behind 为 whom it is done for."""


def _is_for(place: CharPlace) -> bool:
    """Whether 为 before a character that often ends its phrase is for: 为主角配音, 为三位老人; 以他为主角 is to be."""
    named = place.next is not None and place.next.text not in members("wei2_whole") and len(place.next.text) > 1
    end = place.at + 1 + (len(place.next.text) if place.next else 0)
    goes_on = place.text[end : end + 1] not in tuple("的，。了、") and place.text[end:] != ""
    served = _SERVED.match(place.text, place.at + 1) is not None
    whole = place.after not in "一二三四五六七八九十" and place.before not in members("made_into") and named and goes_on
    return served or (whole and not _MEANS.search(place.text, max(0, place.at - 8), place.at))


_MAY: Final = ("可以", "所以", "难以", "足以")
_MEANS: Final = re.compile("(?<![可所难足])以")  # 以 by itself: 以他为主角, not 可以为他.


def _is_prefix(place: CharPlace) -> bool:
    """Whether 子 goes before a noun: 子空间, 两个子模块; behind a noun by itself it is the suffix."""
    if place.before + "子" in members("zi5_people") or not (place.ends_word or place.at == place.word.start):
        return False
    guessed = place.at > place.word.start  # 与|子, which the segmenter joins though no dictionary has it
    if guessed and (place.head[-2:] in members("zi3_words") or place.is_phrase(place.head[-2:])):
        return False
    if (place.head[:-1] if guessed else place.alone and place.before) in tuple("与和及或把被让将对该各每"):
        return place.next is not None and len(place.next.text) > 1
    following = place.next if place.ends_word else place.word
    if following is None or len(following.text) < 2 or following.pos[:1] not in ("n", "v", "q", "j", "l"):
        return False
    if guessed:  # 果子有点酸: nearly all that end so are things of everyday that the dictionary lacks
        return following.text[:2] in members("zi3_things")
    behind_noun = place.alone and place.previous is not None and place.previous.pos[:1] == "n"
    return not behind_noun or following.pos[:1] == "n"


def _di(place: CharPlace) -> None:
    """地 between a manner and what is done so."""
    before, after = place.previous, place.next
    if place.alone and _is_ground(place):
        place.say("di4", sure=True)
        return
    if place.alone:
        manner = before is not None and before.pos[:1] in ("a", "d", "v", "i", "l", "z", "o")
        deed = after is not None and after.pos[:1] in ("v", "d", "p")
        particle = (place.word.pos == "uv" or (manner and deed)) and place.before != "等"  # 北京等地建成
    else:
        long_manner = place.ends_word and len(place.word.text) > 2 and place.word.pos in ("l", "d", "z", "v")
        if place.ends_word and len(place.word.text) > 2 and after is not None and after.pos[:1] in ("v", "p", "d"):
            # 细心地, which the segmenter takes for a noun.
            long_manner |= tagged(place.word.text[:-1])[0][1][:1] in ("a", "d")
        # The segmenter takes 地说, 地笑 for words.
        stuck = before is not None and place.word.start == place.at and place.word.pos == "v"
        particle = (long_manner or stuck) and not place.from_phrase
    if particle:
        place.say("de5")


def _is_ground(place: CharPlace) -> bool:
    """Whether a free-standing 地 is ground: with nothing before it (地线), or worked, hit or lain on (种地, 捶地)."""
    deed, after = place.previous, place.next
    if deed is None:
        return after is None or after.pos[:1] not in ("v", "a", "z", "o", "m", "p")
    if deed.text[-1] not in members("di4_verbs") or _SEVERAL_DEEDS.search(place.text, 0, place.at):
        return False
    again = after is not None and after.text[0] == deed.text[-1]  # 种地种到半夜
    return again or (len(deed.text) == 1 and (after is None or after.pos[:1] not in ("v", "d", "p", "m")))


_SEVERAL_DEEDS: Final = re.compile(r"[又有连带边不没一]一?.$|(.)\1$")
"""What ends in a deed and is a manner: 又蹦又跳地, 一跳一跳地."""
_SUFFERED: Final = re.compile("所(?![有以长谓在]).{1,2}$")
"""What somebody suffers, behind 为 and who does it: 为生活所迫."""
_GO_ON: Final = re.compile("了解|过(?:去(?!年)|来|[马河江桥街关]|[一两三几半好][天会]|[年节](?!会))")
"""Behind 得 after a person: what must be done rather than what was obtained."""


def _is_obtained(place: CharPlace) -> bool:
    """Whether 得 by itself is to obtain: between a time or 未 and what is obtained, 盛夏得树荫."""
    before, after = place.previous, place.next
    gained = after is not None and after.pos[:1] == "n" and (len(after.text) > 1 or not after.text.isalpha())
    if not gained or before is None:
        return False
    return before.pos[:1] == "t" or before.text[-1] in "春夏秋冬" or before.text in members("de2_previous")


def _must_behind_noun(before: SegmentedWord, after: SegmentedWord | None) -> bool:
    """Whether 得 behind a noun and before a deed is must: 玻璃得包好, iPad 得充电; 这个 PR 得 rebase."""
    if after is None or after.pos[:1] not in ("v", "d", "p") or after.text[0] in members("de5_next"):
        return False
    if after.text == DEED:
        return before.pos[:1] not in ("v", "a", "z", "i", "d")
    if before.text == OTHER:  # which may be a deed as well: hold 得住, carry 得飞起
        return len(after.text) > 1 and after.pos[:1] == "v" and after.text[-1] not in members("de5_results")
    noun = before.pos in members("noun_tags") and len(before.text) > 1 and before.text not in members("de5_nouns")
    return noun and before.text[-1] not in members("de5_ends") and after.text not in members("de2_deeds")


def _de(place: CharPlace) -> None:
    """得: must, the particle, or to obtain."""
    person = place.alone and place.before in tuple("我你他她它们咱谁家也就都")
    # 须得 and 必得 are must whether the segmenter takes them for one word or for two.
    must = place.ends_word and place.before in tuple("须必")
    person |= must
    if person and place.after and place.after in "了到过第" and not _GO_ON.match(place.text, place.at + 1):
        place.say("de2", sure=True)
        return
    kinds = ("v", "d", "p", "l", "i", "r") if must else ("v", "d", "p", "l", "i")
    if person and place.next is not None and (place.next.pos[:1] in kinds or place.after in members("dei3_next")):
        place.say("dei3", sure=True)
        return
    if place.alone:
        if _is_obtained(place):
            place.say("de2", sure=True)
            return
        deed = place.next is not None and (place.next.pos[:1] in ("v", "d", "p") or place.after in members("dei3_next"))
        if deed and (not place.before or place.before in members("dei3_previous")):
            place.say("dei3")
        elif place.after in ("了", "到", "出", ""):
            place.say("de5" if place.after == "出" or (place.previous and place.previous.pos == "v") else "de2")
        elif place.previous is not None:
            place.say("dei3" if _must_behind_noun(place.previous, place.next) else "de5")
    elif place.from_phrase:
        if place.word.text in members("de5_words"):
            place.say("de5")
        elif place.at == place.word.start:  # 得知, 得益, 得逞: no adverb before them makes must of it
            place.say(place.out[place.at].pinyin, sure=True)
    elif place.word.pos.startswith(("nr", "ns", "nt")) and (len(place.word.text) > 2 or not place.ends_word):
        manner = place.word.start < place.at and place.after in tuple("真很太挺")  # 修得真, which is taken for a name
        place.say("de5" if manner else "de2", sure=not manner)  # 圣彼得堡, 得克萨斯
    elif place.at > place.word.start:
        # The segmenter takes 冻得, 塞得 for words; 摘得 is to obtain.
        deed = len(place.word.text) == 2 and not place.word.pos.startswith(("nr", "d"))
        if not place.ends_word or (deed and place.word.text not in members("de2_words")):
            place.say("de5")
