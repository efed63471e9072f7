"""Where a Chinese sentence pauses though it has no mark: behind what stands before the main clause (以后, 随着…,
在…下), between two clauses of a rule of law, where a word is taken up again (有座山山里有座庙), behind a call.

Words and their parts of speech decide; what is not plain by these is left to the network.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from indextts.model.utterance import Token
from indextts.platform import tables
from indextts.reading.text.zh import people


class ClauseWord(NamedTuple):
    """A word of a stretch without marks."""

    text: str
    pos: str
    last: int
    """Its last token."""
    size: int
    """Syllables."""


_words = functools.partial(tables.members, __file__, file="clauses.yaml")

_TAILS: Final = _words("tails")  # Words with which a time or a condition ends.
_RELATIVE: Final = _words("relative")  # Those of them that stand alone as well.
_TIMED: Final = ("v", "u", "t", "m", "q", "n", "l", "i", "j", "e")
_NOT_TIMED: Final = _words("not_timed")  # Words behind which 以后 begins something new.
_NOT_BEHIND: Final = _words("not_behind")  # Words before which none of that ends, or which take it up themselves.
_SUBJECTS: Final = _words("subjects")
_PLACES: Final = _words("places")
_FRAMES: Final = _words("frames")
_SOURCES: Final = _words("sources")
_SAYINGS: Final = _words("sayings")
_CAUSES: Final = frozenset(("因", "因为", "由于", "受", "受到", "出于", "鉴于", "为"))
_GROUNDS: Final = frozenset(("原因", "缘故", "影响", "限制", "冲击"))  # What a cause ends with: 因天气原因 | 航班取消.
_JOINING: Final = _words("joining")
_MODALS: Final = _words("modals")  # What goes on behind 逾期付款的.
_PERFORMED: Final = frozenset(("履行", "付款", "解决", "交货", "违约"))
_CALLS: Final = _words("calls")
_ADDRESSED: Final = _words("addressed")
_OPEN_ENDED: Final = frozenset("pcmdbux")  # What a clause does not end with, by the first letter of its part of speech.
_HEADS: Final = _words("heads")  # What a clause before the main one begins with.
_ENDING: Final = _words("ending")  # What is said of something without an object.
_ASKING: Final = _words("asking")
_PIVOTS: Final = _words("pivots")  # Verbs that the next clause is the object of, or its subject.
_PEOPLE: Final = _words("people")
_GOVERNING: Final = ("把", "愿", "祝", "祝愿", "希望", "让", "令", "使")
_LASTING: Final = re.compile("[半大一整好几多].{0,2}[天午晚夜上年月周]|一?(?:会儿?|阵子?)|[好很许]久")
_TELLING: Final = ("说明", "证明", "代表", "意味着", "表示")  # What is told of what stands before: 返回零 | 说明成功.
_ADVERBS: Final = _words("adverbs")  # What says of a whole clause how it holds, and stands before its verb.
_USUALLY: Final = _words("usually")  # What goes on behind 一般; elsewhere it says that something is no better.
_BODY: Final = _words("body")
_INSIDE: Final = ("里面", "里边", "里头")
_OWNERS: Final = "桌椅凳柜床鸡鸭鹅猪牛羊马狗猫鱼蟹"  # What has legs, heads and feet of its own.
_GOING: Final = "上下爬走跑坐骑站"  # Verbs that make one word with their goal: 下楼梯.
_LASTED: Final = ("小时", "钟", "天", "公里", "遍", "圈", "趟", "里路")
_DRAWN: Final = (0.2, 0.3, 0.65, 1.1)
"""How probable a missing mark and how harmless a pause must be before a short subject that the pause behind it moves
to, and what both must come to: at all, and before a noun behind a noun or verb …
"""
_RATHER: Final = 1.5  # … and how much more probable a mark must be there than behind it.
_TOLD: Final = 0.3  # How probable one must be before what tells.
_PERSONS: Final = ("他", "她", "它", "他们", "她们", "它们", "大家")
_SAID_NEXT: Final = _words("said_next")  # What goes on behind a subject, besides adverbs.
_TELLERS: Final = _words("tellers")  # Persons of whom a clause tells what they say …
_SAID: Final = _words("said")  # … and what it is told with.
_HEARD: Final = ((0.25, 0.6), (0.06, 0.15))
"""How probable a missing mark must be before them, what it must come to with how harmless a pause is; behind 做完."""
_SUBJECT: Final = 4  # Syllables of such a subject at most.
_FEW: Final = 3  # Syllables that stand on either side of a pause at least.
_MANY: Final = 5  # Syllables behind which a pause belongs even before a verb or adverb.


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
        done = bool(words) and words[0].text in _HEADS  # Whether something has been said of something.
        for at, word in enumerate(words[:-1]):
            done = done or word.text in _ASKING or word.pos in ("v", "a", "ul", "z", "i", "zg", "vi", "uj")
            closed = word.pos[:1] not in _OPEN_ENDED or word.pos == "ul"
            least = _least(words, at) if done and closed and _FEW <= spoken[at] <= total - _FEW else None
            if least is not None:
                found[word.last] = least
    return found


def inner(tokens: Sequence[Token]) -> set[int]:
    """The tokens that end a word which is said with some syllables before it and behind it, up to the next mark."""
    found: set[int] = set()
    for _, words in _stretches(tokens):
        spoken, total = _sizes(words)
        found |= {word.last for at, word in enumerate(words) if spoken[at] >= _FEW and total - spoken[at] >= _FEW}
    return found - governed(tokens)


def governed(tokens: Sequence[Token], most: int = 9) -> set[int]:
    """The tokens that end what 把 moves, or whom one wishes something or lets do it, in few syllables: 把此评论."""
    found: set[int] = set()
    for _, words in _stretches(tokens):
        for at, word in enumerate(words[:-1]):
            said = list(
                itertools.takewhile(lambda each: each.pos[:1] in "nrjabmqzt", words[max(at - 3, 0) : at + 1][::-1])
            )
            head = words[at - len(said)].text if at >= len(said) else ""
            lasting = word.text == "了" and _LASTING.fullmatch("".join(each.text for each in words[at + 1 : at + 2]))
            if lasting or (head in _GOVERNING and word.pos[:1] in "nrjt" and sum(each.size for each in said) <= most):
                found.add(word.last)
    return found


def late(tokens: Sequence[Token], missing: Sequence[float], harmless: Sequence[float]) -> dict[int, int]:
    """The tokens whose pause comes a word too late, each with the one behind which it belongs: before an adverb (内容 |
    默认不再显示) and before the subject of the next clause (走到江边 | 腿已经酸了); also those where none stands yet,
    behind who says something (做完胃镜 | 医生让吃药). ``missing`` and ``harmless`` are how probable a left-out mark and
    a pause that does no harm are behind each token.
    """
    found: dict[int, int] = {}
    for _, words in _stretches(tokens):
        for at, word in enumerate(words[:-1]):
            if _is_heard(words, at, missing, harmless):
                found[word.last] = words[at - 1].last
            if not at or tokens[word.last].break_after < 2:
                continue
            tells = word.text in _TELLING and missing[words[at - 1].last] >= _TOLD
            begin = at if tells or _is_adverb(words, at) else _own(words, at) or _drawn(words, at, missing, harmless)
            if begin:
                found[word.last] = words[begin - 1].last
    return found


def _is_heard(words: Sequence[ClauseWord], at: int, missing: Sequence[float], harmless: Sequence[float]) -> bool:
    """Whether the person at ``at`` says something, and what stands before is a clause or what is spoken of."""
    before, after = words[at - 1], words[at + 1]
    if not at or words[at].text not in _TELLERS or after.text not in _SAID or before.pos[:1] in tuple("rcpd"):
        return False
    done = any(word.text[-1] == "完" for word in words[: at - 1])
    gap, both = missing[before.last], missing[before.last] + harmless[before.last]
    named = before.pos in ("uj", "ns", "nz") or before.text[-1] in "多些位名个完"  # 京东客服
    return not named and gap >= _HEARD[done][0] and both >= _HEARD[done][1]


def _is_adverb(words: Sequence[ClauseWord], at: int) -> bool:
    """Whether a word says how what follows holds of the noun before it."""
    before, word, after = words[at - 1 : at + 2]
    usual = word.text in _ADVERBS and (word.text != "一般" or after.text in _USUALLY)
    return usual and (at == 1 or before.pos[:1] in ("n", "m", "q", "f", "s")) and after.pos[:1] in ("v", "d", "p", "c")


def _own(words: Sequence[ClauseWord], at: int) -> int:
    """Where the parts of the body begin that a clause after another one begins with, and that end at ``at``; 0 if none
    do: 爬完山 | 腿都软了; also the inside of what was opened: 切开 | 里面全是籽.
    """
    after = words[at + 1]
    if words[at].text in _INSIDE and after.pos[:1] in ("v", "d", "a") and words[at - 1].text[-1:] == "开":
        return at
    begin = at + 1
    while begin > 1 and words[begin - 1].text in _BODY:
        begin -= 1
    before = words[begin - 1]
    if begin > at or after.pos[:1] != "d" or before.text[-1] in _OWNERS or people.is_role(before.text):
        return 0
    if before.pos in ("f", "s", "t") or before.text in ("完", "到"):
        return begin
    nouns = list(itertools.takewhile(lambda each: each.pos[:1] == "n" and each.pos != "nr", words[begin - 1 :: -1]))
    gone = bool(nouns) and nouns[-1].text[0] in _GOING and nouns[-1].size > 1
    head = words[begin - 1 - len(nouns)] if begin > len(nouns) else None
    done = head is not None and (head.pos[:1] == "v" or head.text in ("到", "完"))
    lasting = before.text.endswith(_LASTED) or before.pos in ("ul", "ug")
    moved = any(word.pos[:1] == "v" for word in words[:begin])
    return begin if gone or (done and nouns) or (lasting and moved) else 0


def _drawn(words: Sequence[ClauseWord], at: int, missing: Sequence[float], harmless: Sequence[float]) -> int:
    """Where a short subject begins that ends at ``at`` if a mark is rather missing before it; 0 if none is."""
    after, behind = words[at + 1], words[at + 2].text[0] if at + 2 < len(words) else ""
    if (after.pos[:1] != "d" and after.text not in _SAID_NEXT) or any(word.text == "连" for word in words[:at]):
        return 0
    if words[at].text in ("东西", "玩意", "玩意儿"):
        return 0  # 指针这个东西: another name of what stands before
    best, size, least = 0, 0, _RATHER * missing[words[at].last]
    for begin in range(at, 0, -1):
        before, word = words[begin - 1], words[begin]
        size += word.size
        if size > _SUBJECT or word.pos[:1] not in "nrsfq":
            break
        gap, fair = missing[before.last], harmless[before.last]
        # A verb may have the noun for its object, and a noun may be one with the next: 共享屏幕; 语法上 is a place.
        close = before.pos[:1] in "nv" and word.pos[:1] == "n" and words[at].pos != "f"
        likely = gap >= _DRAWN[0] and fair >= _DRAWN[1] and gap + fair >= _DRAWN[2 + close]
        governed = before.pos[:1] in tuple("nqgjz") and word.text[0] in "这那"
        governed |= close and before.pos[:1] == "v" and after.pos[:1] != "d"
        governed |= before.pos in ("v", "ul") and word.text in _PERSONS  # 谁娶了她们
        governed |= before.pos == "ul" and after.text == "也" and behind in ("没", "不")  # 翻遍了菜单也没找到
        if likely and not governed and word.pos != "f" and gap >= least and _is_closed(words, begin - 1):
            best, least = begin, gap
    return best


def _is_closed(words: Sequence[ClauseWord], at: int) -> bool:
    """Whether a clause may end with the word at ``at``: no measure of what follows, and no 上 that is a verb."""
    word = words[at]
    if word.pos[:1] in ("m", "q"):
        return word.text.endswith(("天", "年", "月", "日", "号", "晚", "钟", "小时"))
    if word.pos == "f" and word.text in "上下":
        return at > 0 and words[at - 1].pos[:1] in ("n", "r")
    return (word.pos[:1] in "nvatis" or word.pos in ("f", "ul")) and word.text[-1] not in "点些"


def _least(words: Sequence[ClauseWord], at: int) -> float | None:
    word, after = words[at], words[at + 1]
    behind = words[at + 2] if at + 2 < len(words) and not after.text.isascii() else None  # 重做了 XP
    if behind is None or not any(each.pos[:1] in ("v", "a", "d", "z") for each in words[at + 2 : at + 6]):
        return None
    told = word.pos == "a" and at > 0 and words[at - 1].pos == "d"
    finished = told or word.pos in ("ul", "y") or word.text in ("了", "吗", "吧", "呢", "啊", "一看", "起来", "的话")
    if words[at - 1].text in _ASKING and word.pos == "r" and (after.text in _SUBJECTS or after.pos in ("r", "t")):
        return 0.03
    person = after.text in _SUBJECTS or after.text.endswith("们") or behind.text == "们"
    if person and (behind.pos[:1] in tuple("vdpaknt") or len(after.text) > 1) and behind.text != "的":
        if finished or word.pos[:1] in ("n", "t", "q", "f", "s", "r"):
            return 0.17
        if words[0].text not in _HEADS or word.text in _PIVOTS:
            return None
        return 0.1 if word.text in _ENDING else 0.4
    if after.text == "网上" and word.pos == "n" and behind.pos[:1] == "v":
        return 0.2  # 硬盘 | 网上买
    if after.text in ("别", "别再", "千万") and (told or word.pos in ("a", "l", "i", "ul", "y")):
        return 0.12  # 不容易 | 别再
    if finished and after.text in ("回去", "回家", "回来", "到家", "打开") and behind.text in ("发现", "一看", "才"):
        return 0.12
    if after.pos == "m" and behind.pos[:1] in tuple("nqav") and word.pos in ("n", "q") and not behind.text.isascii():
        return 0.25
    if finished and after.pos in ("n", "ns", "nr", "s", "t", "f") and behind.pos[:1] in ("d", "v", "p", "a", "r"):
        done = word.text != "了"  # 进行了全表扫描 ends with the object of the verb.
        return 0.12 if done else 0.2 if at + 3 < len(words) or after.pos != "n" else 0.5
    return None


def _stretches(tokens: Sequence[Token]) -> list[tuple[bool, list[ClauseWord]]]:
    """The words between two marks; whether a sentence begins with them."""
    found: list[tuple[bool, list[ClauseWord]]] = [(True, [])]
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
            words[-1] = ClauseWord(last.text + token.text, last.pos, place, last.size + size)
        else:
            words.append(ClauseWord(token.text, token.pos, place, size))
        number = token.word
    return found


def _sizes(words: Sequence[ClauseWord]) -> tuple[list[int], int]:
    """Syllables up to and with each word, and all."""
    found, total = [], 0
    for word in words:
        total += word.size
        found.append(total)
    return found, total


def _is_subject(words: Sequence[ClauseWord], at: int) -> bool:
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


def _tails(words: Sequence[ClauseWord]) -> list[int]:
    """吃完饭以后 | 我们; 等他来的时候 | 车已经开走了."""
    found: list[int] = []
    spoken, total = _sizes(words)
    for at, word in enumerate(words[:-1]):
        tail = word.text
        if tail not in _TAILS or at == 0:
            continue
        before, after = words[at - 1], words[at + 1]
        if tail in _RELATIVE and (before.pos[:1] not in _TIMED or before.text in _NOT_TIMED or before.text[-1] == "比"):
            continue  # 不如之前买的; 感觉以后会.
        if (tail == "时候" and before.text not in ("的", "这", "那", "小")) or (tail == "同时" and before.text != "的"):
            continue
        if len(tail) == 1 and (before.pos[:1] not in tuple("vnutqil") or before.pos in ("ns", "nr", "uj")):
            continue
        if (tail == "话" and before.text != "的") or (tail == "前" and after.pos == "m"):  # 饭前两小时
            continue
        if after.text in _NOT_BEHIND or after.text[0] in "的就才" or total - spoken[at] < _FEW:
            continue
        if len(tail) == 1 and not (_is_subject(words, at + 1) and spoken[at] >= _FEW):
            continue
        if spoken[at] >= _MANY or (spoken[at] >= _FEW and _is_subject(words, at + 1)):
            found.append(at)
    return found


def _with(words: Sequence[ClauseWord]) -> list[int]:
    """随着互联网的普及 | 人们: behind the first noun or verb that 的 stands before and that goes on with none."""
    start = next((at for at, word in enumerate(words) if word.text in ("随着", "伴随着", "伴随")), None)
    if start is None:
        return []
    ready = bare = all(word.text != "的" for word in words[start:])
    for at in range(start + 1, len(words) - 1):
        word, after = words[at], words[at + 1]
        ready = ready or word.text == "的"
        # 到来 and the like are adverbs in the dictionary.
        odd = word.pos == "d" and words[at - 1].text == "的" and after.pos[:1] in ("n", "r")
        if not ready or (word.pos[:1] not in ("v", "n", "l", "i", "j") and not odd):
            continue
        if bare and (word.pos[:1] != "v" or not _is_subject(words, at + 1)):
            continue  # 随着中国专家确认
        joined = after.text in _JOINING or after.pos in ("f", "vn")
        goes_on = after.pos[:1] == "v" and word.pos[:1] == "n" and words[at - 1].pos[:1] not in ("u", "a", "b", "d")
        if not joined and not (goes_on and not _is_subject(words, at + 1)):
            return [at]
    return []


def _framed(words: Sequence[ClauseWord]) -> list[int]:
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


def _by(words: Sequence[ClauseWord]) -> list[int]:
    """按照规定 | 乘客不得; 因天气原因 | 航班; 截至六月三十日 | 公司."""
    found: list[int] = []
    spoken, total = _sizes(words)
    head = words[0].text
    for at in range(1, min(len(words) - 1, 14)):
        word, after = words[at], words[at + 1]
        if total - spoken[at] < _FEW or after.text in ("的", "和", "与", "及", "以及", "或", "显示", "表明", "之"):
            continue
        source = (head in _SOURCES and word.text in _SAYINGS) or (head in _CAUSES and word.text in _GROUNDS and at > 1)
        source |= head == "从" and word.text in ("判断", "推断", "来看", "来说", "来讲")
        date = head in ("截至", "截止", "到", "到了", "截止到") and word.text[-1] in "日号月年底末点多半"
        date = date and after.text[-1] not in "日号月年底末初" and _is_subject(words, at + 1)
        if (source or date) and after.pos[:1] not in tuple("ufvmq"):
            return [at]
    return found


def _of_law(words: Sequence[ClauseWord]) -> list[int]:
    """逾期付款的 | 应当; 犯诈骗罪 | 判处."""
    found: list[int] = []
    spoken, total = _sizes(words)
    for at in range(1, len(words) - 1):
        word, after = words[at], words[at + 1]
        if total - spoken[at] < _FEW or spoken[at] < _FEW:
            continue
        if word.text[-1] == "罪" and after.text in ("判处", "处", "被", "判决", "数罪"):
            found.append(at)
        if word.text != "的" or spoken[at] < _MANY:
            continue
        verb = words[at - 1].pos[:1] in ("v", "i", "l") or words[at - 1].text in _PERFORMED
        whoever = after.text + words[min(at + 2, len(words) - 1)].text
        anyone = after.text.startswith(("任何", "任一")) and verb and not {*"方人位司构"}.isdisjoint(whoever)
        if (after.text in _MODALS and verb) or anyone:
            found.append(at)
    return found


def _again(words: Sequence[ClauseWord]) -> list[int]:
    """有座山 | 山里有座庙 | 庙里: a noun that is taken up at once, as the place of what follows."""
    found: list[int] = []
    for at in range(1, len(words) - 1):
        word, after = words[at], words[at + 1]
        if word.text[-1] != after.text[0] or word.pos[:1] not in "njmqavzsl":
            continue
        place = after.text[1:2] or words[min(at + 2, len(words) - 1)].text[:1]
        if place and place in "里上下中前后边旁" and (len(word.text) > 1 or words[at - 1].pos[:1] in ("q", "m", "v")):
            found.append(at)
    return found


def _called(words: Sequence[ClauseWord]) -> list[int]:
    """天哪 | 你怎么; 各位领导 | 各位来宾 | 大家."""
    found: list[int] = []
    text = ""
    for at, word in enumerate(words[:3]):
        text += word.text
        if text == "好的" and words[at + 1 :] and words[at + 1].pos[:1] in ("n", "a", "v"):
            break
        if text.startswith("谢谢") and words[at + 1 :] and words[at + 1].pos[:1] in tuple("tdvp"):
            break  # 谢谢大家一直以来的支持
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
        end += end + 1 < len(words) and words[end + 1].text == "好"  # 各位家长好
        if not people or end + 1 >= len(words) or (words[end].pos[:1] != "n" and words[end].text not in ("们", "好")):
            break
        if words[end + 1].text in ("和", "与", "的", "、", "以及"):
            break
        found.append(end)
        begin = end + 1 if words[end + 1].text in _ADDRESSED else None
    return found
