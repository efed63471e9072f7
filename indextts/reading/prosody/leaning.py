"""What leans on the next word: short adverbs, a quantity on what it is, a measure on what it counts, a verb on how long
it lasts; titles.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from indextts.model.utterance import Token
from indextts.platform import tables

FIGURES: Final = "零〇一二三四五六七八九十百千万亿两"
_words = functools.partial(tables.members, __file__, file="together.yaml")
_COUNTING: Final = _words("counting")
_ADVERBS: Final = _words("short_adverbs")
_TITLE: Final = 10  # Characters of a title that is said in one breath.
_TOLD_OF: Final = re.compile("[^ 的了]{1,6}的[^ ]{1,3}(?: |$)")
"""What is counted ends the stretch, with what is told of it before: 三件|要感恩的事."""
_LASTING: Final = f"[{FIGURES}半几数]{{1,4}}(?:多|来)?(?:个?(?:小时|星期|学期|季度|半?月)|年半?|周年?|天|分钟|秒)"
_LASTS: Final = re.compile(rf"(?![一二][零〇九][{FIGURES}]{{2}}年)(?![{FIGURES}]+月){_LASTING}")
"""How long something lasts: no year or month of the calendar."""
_SPENT: Final = re.compile(f"[用写学打玩开做刷追吃喝看教穿戴骑练听带修]了{_LASTING}(?= )")
"""写了三年|*Python*: what so long a time went into, in letters."""
_PRESSED: Final = re.compile(
    "卡(?=在(?: |[第最半中][一二三四五六七八九十后途间]|加载|登录|启动|开机|路上|喉|嗓))|(?<=[就都还总会被直])卡(?=在)"
    "|(?<=[年月天日时周]内)会(?=被)|(?<=以)[上下内](?=股东|学历|职称|人群|学生|儿童|员工|用户|高管|干部|车型|机型|住户|考生)"
)
"""卡|在加载页, 百分之五以上|股东."""
_PLACES: Final = ("里面", "里头", "上面", "下面", "里", "上", "中")
_GREEK: Final = frozenset("αβγδεζηθκλμνξπρστφχψωΔΩΓΛΣ")
_SHARE: Final = re.compile(f"百分之|[{FIGURES}点]+(?:个百分点|倍)")
_BOUNDED: Final = re.compile("[在于的]|[由经][^ ]{2}")  # 在他的支持下 and the like: no verb and its object.
_SERIAL: Final = re.compile(f" [^ ]{{1,4}} (?P<number>[{FIGURES}]{{1,3}})号")  # A name in quotes with its number.


def held(tokens: Sequence[Token], line: str, words: Sequence[tuple[int, str]]) -> set[int]:
    """The tokens that lean on the next one; ``line`` has one sign for each token, ``words`` their places and texts."""
    found: set[int] = set()
    for (start, before), (first, word) in pairwise(words):
        if tokens[first - 1].kind == "punctuation" or tokens[first].kind == "punctuation":
            continue
        if _is_adverbial(tokens, start, first, before, line) or _is_counted(tokens, first, word, line):
            found.add(first - 1)
        this = before in _words("before_names") and word in ("该", "此")
        former = before == "前" and start and tokens[start - 1].text in "个位名些" and tokens[first].pos[:1] == "n"
        series = word == "系列" and (is_figure(tokens[first - 1]) or is_latin(tokens[first - 1]))
        if this or former or series or (word == "为" and _is_quantity(tokens, start, first, before)):
            found.add(first - 1)  # 利用|该缺陷, 两个前|同事, S7|系列
        if _is_led(tokens, start, first, before, word, line):
            found.add(first - 1)
        if _is_measured(tokens, start, first, before, line) or _is_close(tokens, first, before, word):
            found.add(first - 1)
    found |= {match.end() - 1 for match in _SPENT.finditer(line) if is_latin(tokens[match.end()])}
    for place, (token, following) in enumerate(pairwise(tokens)):
        if token.changes and token.changes[0].was in _GREEK and following.start <= token.end:
            found.add(place)  # α|-蒎烯
    found |= _closed(tokens, words) | _numbered(tokens, line, words)
    return found | {match.start() for match in _PRESSED.finditer(line)} | _titles(tokens)


def is_latin(token: Token) -> bool:
    """Whether a token is of a name in letters."""
    return token.lang == "en" and token.kind in ("word", "letter")


def is_figure(token: Token) -> bool:
    """Whether a token is of a number that was written in figures."""
    return token.kind == "hanzi" and bool(token.changes) and token.text in FIGURES + "点幺"


def _is_led(tokens: Sequence[Token], start: int, first: int, before: str, word: str, line: str) -> bool:
    """确认下|条款, 前|吉他手, 拉斯维加斯|站, 以下|示例, 写给|还没毕业的人, 开始|同时申请, 十年|合约, 未读|邮件."""
    last, this, earlier = tokens[first - 1], tokens[first], tokens[start - 1] if start else None
    noun = this.kind == "hanzi" and this.pos in ("n", "nz", "vn", "l") and len(word) > 1
    verb = line[max(0, start - 2) : start] + before
    if noun and before[-1] == "下" and any(verb.endswith(each + "下") for each in _words("briefly")):
        return not _BOUNDED.search(line[:first].rpartition(" ")[2])
    if before == "前" and word in _words("posts") and earlier is not None:
        return is_latin(earlier) or (earlier.text in "队团社司行局院" and earlier.pos[:1] == "n")
    if word == "站" and last.pos in ("ns", "nrt") and len(before) > 1:
        return line[first + 1 : first + 2] not in tuple("了着在满起到出上过队岗不得稳立台直成错前后")
    if before == "以下" and (earlier is None or earlier.kind == "punctuation"):
        return noun and this.pos == "n" and len(word) == 2
    if before[-1] == "给" and word in _words("already"):
        return len(before) == 2 or (earlier is not None and earlier.pos == "v")
    if before == "开始" and word in _words("setting_in"):
        return earlier is not None and earlier.text not in "一刚从最日号年月起"
    if before[0] in "未待" and len(before) == 2 and start and tokens[start - 1].text in _COUNTING:
        return noun and tokens[start - 1].pos in ("m", "mq", "q")
    return any(match.end() == first for match in _LASTS.finditer(line)) and word in _words("lasting")


def _closed(tokens: Sequence[Token], words: Sequence[tuple[int, str]]) -> set[int]:
    """Around the mark behind a title that 的 or 之后 follows, and behind what is called: *close*() 后, *open* 方法."""
    found: set[int] = set()
    for at, (first, word) in enumerate(words[1:], 1):
        last, behind = tokens[first - 1], tokens[words[min(at + 1, len(words) - 1)][0]].kind
        if last.text in "》」』" and first > 1 and word in ("的", "之后", "以后", "之前", "以前"):
            found |= {first - 2, first - 1}
        called = first - 1
        while called and tokens[called].text in "()（）":
            called -= 1
        over = word in ("后", "前", "时", "之后", "之前", "以后", "以前")
        if is_latin(tokens[called]) and (
            (over and behind == "punctuation") or word in _words("called") or word == "的"
        ):
            found |= {*range(called, first)}
    return found


def _numbered(tokens: Sequence[Token], line: str, words: Sequence[tuple[int, str]]) -> set[int]:
    """Inside a name in quotes with its number and its noun: “引路”5 号卫星."""
    found: set[int] = set()
    nouns = {first: word for first, word in words if tokens[first].pos[:1] == "n" and len(word) < 4}
    for match in _SERIAL.finditer(line):
        begin, end = match.span()
        marks = tokens[begin].text + tokens[match.start("number") - 1].text
        if marks in ("“”", "‘’", "「」", "『』"):
            found |= {*range(begin + 1, end - 1)}
            found |= {*range(end - 1, end - 1 + len(nouns[end]))} if end in nouns else set()
    return found


def _is_measured(tokens: Sequence[Token], start: int, first: int, before: str, line: str) -> bool:
    """治疗|八周, 早餐前|半小时, 年产|十吉瓦时."""
    if before in _words("rates") and is_figure(tokens[first]):
        return True
    lasts = _LASTS.match(line, first) is not None
    behind = before in ("前", "后") and start > 0 and tokens[start - 1].pos[:1] in ("n", "v")
    behind |= len(before) == 2 and before[0] in "饭餐睡术产孕婚会课赛病班" and before[1] in "前后"
    verb = len(before) == 2 and tokens[start].pos in ("v", "vn") and before not in _words("no_host")
    return lasts and (behind or (verb and is_figure(tokens[first])))


def _is_close(tokens: Sequence[Token], first: int, before: str, word: str) -> bool:
    """会|被, 紧|一点, *ST*25|等大米, *Sentinel-2*|影像, *K*8|里面."""
    last, this, behind = tokens[first - 1], tokens[first], tokens[first + 1 : first + 3]
    if this.kind != "hanzi":
        return False
    if word == "被":
        return before in _words("before_passive")
    if word in ("一点", "一些", "点儿"):
        told = "".join(token.text for token in tokens[first + len(word) : first + len(word) + 2])
        quality = last.pos == "a" or (last.pos == "v" and last.text in "高低大小快慢松紧多少早晚长短宽窄厚薄")
        return quality and len(before) < 3 and told not in ("也不", "都不", "也没", "都没", "问题", "小事")
    near = this.start - last.end < 2
    if not near or not (is_latin(last) or _is_number_of_name(tokens, first - 1)):
        return False
    if word == "等":
        return bool(behind) and behind[0].pos[:1] in ("n", "a", "b", "m") and behind[0].pos != "nr"
    if is_latin(last):
        return False
    return word in _PLACES or (this.pos in ("n", "nz", "vn") and 1 < len(word) < 4 and word not in _words("no_heads"))


def _is_number_of_name(tokens: Sequence[Token], place: int) -> bool:
    """Whether figures that belong to a name in letters end at ``place``: *Sentinel-2*."""
    while place and is_figure(tokens[place]):
        place -= 1
    name = place - (tokens[place].text == "-")
    return place + 1 < len(tokens) and is_figure(tokens[place + 1]) and name >= 0 and is_latin(tokens[name])


def _is_adverbial(tokens: Sequence[Token], start: int, first: int, before: str, line: str) -> bool:
    """若|活到今天; 已部署|十万块: a verb between such an adverb and a number; 下降|百分之五."""
    if before in _ADVERBS:
        return tokens[first].kind == "hanzi"
    if len(before) == 2 and tokens[start].pos == "v" and _SHARE.match(line, first):
        return True
    done = len(before) < 3 and start > 0 and tokens[start - 1].text in _ADVERBS
    return done and is_figure(tokens[first])


def _is_counted(tokens: Sequence[Token], first: int, word: str, line: str) -> bool:
    """两百|只羊, 一块|二手屏幕, 一种|基于统计的方法, 三件|要感恩的事."""
    measure, behind = tokens[first - 1], tokens[first + 1 : first + 2]
    if word == "只" and is_figure(measure):
        return any(is_latin(token) or token.pos[:1] in ("n", "b") for token in behind)
    open_ = word[0] in "未待" and word not in ("未来", "待遇")  # 三十七封|未读邮件
    told = word in ("二手", "基于") or open_ or _TOLD_OF.match(line, first) is not None
    return (measure.pos in ("m", "mq") or (open_ and measure.pos == "q")) and measure.text in _COUNTING and told


def _is_quantity(tokens: Sequence[Token], start: int, first: int, before: str) -> bool:
    """浓度|为 158 微克, 版本|为 *Ubuntu*; but not 苹果|为 *Mac* 用户推出."""
    behind = tokens[first + 1 : first + 2]
    named = before in _words("named") and any(is_latin(token) for token in behind)
    return named or (
        tokens[start].pos[:1] == "n" and any(bool(token.changes) and not is_latin(token) for token in behind)
    )


def _titles(tokens: Sequence[Token]) -> set[int]:
    """Inside a short title."""
    found: set[int] = set()
    for place in (at for at, token in enumerate(tokens) if token.text == "》"):
        title = [*itertools.takewhile(lambda each: each.kind == "hanzi", tokens[place - 1 :: -1])] if place else []
        begin = place - len(title)
        if len(title) <= _TITLE and begin and tokens[begin - 1].text == "《":
            found |= {*range(begin, place - 1)}
    return found
