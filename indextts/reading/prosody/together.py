"""What is said in one breath: numbers in words, a verb with 于 or 成, a product with its number, two names."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping, Sequence, Set
from typing import Final

from indextts.model.utterance import Token
from indextts.platform import tables
from indextts.platform.compact import PhraseTable
from indextts.platform.storage.assets import ASSETS, read_text
from indextts.reading.prosody import beside, figures, leaning
from indextts.reading.prosody.leaning import FIGURES as _FIGURES
from indextts.reading.prosody.leaning import is_figure as _is_figure
from indextts.reading.prosody.leaning import is_latin as _is_latin
from indextts.reading.text.en.compounds import is_compound
from indextts.reading.text.segment import one_rewriting
from indextts.reading.text.tables import UNITS
from indextts.reading.text.zh import people

_words = functools.partial(tables.members, __file__, file="together.yaml")
_NUMBERS: Final = tables.pattern_of(__file__, "numbers", "together.yaml")
"""Days of a month, decimals, fractions, scores, numbers, places in places, what is one up or down, indices; 人与人."""
_GROUPED: Final = re.compile("[零〇一二三四五六七八九]{7,}")  # So many figures in a row are told in groups.
_TOLD: Final = re.compile("[零〇幺一二三四五六七八九]{6,}")  # A number told figure by figure.
_LEAN_BACK: Final = "次的地得了着过们吧吗呢啊里上中下版款型系号寸代出口区座栋门线路章班房室层楼级"
"""What stands with the number of a product."""
_GOING_ON: Final = frozenset((".", "x", "p", "vx", "v", "c", "cs", "d"))
"""Parts of speech behind a number that counts nothing."""
_CLAUSE_BEHIND: Final = re.compile(
    "[一二三四五六七八九十](?=[二三四五六]选[一二])|里(?=边[倒搅加走吃看说听写做跑打煮炒揉]边)"
    rf"|[{_FIGURES}点](?=[环同]比[增降上下减涨])|[^ 您你们敬，](?=请勿|请务必)|[{_FIGURES}半](?:克|毫升|[个勺片颗只])"
    rf"(?=[^{_FIGURES}半 的了和]{{1,4}}[{_FIGURES}半]+(?:克|毫升|[个勺片颗只]))"
    rf"|[{_FIGURES}]升(?=[一每]天要)|的(?=建议[拍买选入穿走])|(?<=[装换]好)了(?= +从)"
    rf"|[{_FIGURES}](?=[胎风]噪)|后(?=方可[^案])|[{_FIGURES}](?=速度[{_FIGURES}]|配速[{_FIGURES}])|(?<=六六)六(?=[这太真])|说(?=[前后]杠)|[党家们](?=真没[什有])|在(?=[{_FIGURES}]+(?:包邮|带走|可刀))|[{_FIGURES}](?=国行[^的])|部(?=工业与安全)"
    "|(?<=了[半一两三几]|[两三几]个)[年月](?=(?:电池|吸力|续航|噪音|噪声|屏幕|手感|音质|性能|皮肤|效果)[^的])"
    "|的(?=出来走[两几]步)|(?<=[^为])了(?=离谱|绝了|笑死|救命|无语|好家伙)"
    "|[等找给帮陪信听]我(?=别[跑动走去说让忘把给再乱总老跟对])"
    r"|(?<=[到成]最)[大小高低](?=感觉)|(?:(?<!为)了|(?<=容)易|[累苦贵])(?=别[再总老去买来信]|千万别)|的话[说讲](?=就?是|简直|类似|这|叫|那)|[连登装刷]不上(?=报[错零码])|第[一二三]针(?=[胳手][膊臂])|(?:厘米|公分)(?=体重)|[^在与和是]中(?=共[鉴检纳筛分][定出测入选离])|(?:可知|可得|可见|得知|表明)(?=当(?![时年天地事])|如果|若是?)"
)  # What a clause of its own follows.
_COMPARED: Final = re.compile("[和跟与同].{1,12}?(?=比(?!差价)[便贵差快慢强也还更都就])")  # 跟以前的 before 比|便宜
_HOUSES: Final = "弄巷栋幢座"  # What a number of an address goes on with.
_ONE_PIECE: Final = frozenset(("file", "unit"))  # Rules whose whole rewriting is one phrase.
_UNITS: Final = "年月日号点分秒度元岁个块毛倍米斤吨克升次位名人天周层楼路届"
_EDGE: Final = re.compile(
    rf"(?:[{_FIGURES}]*分之[{_FIGURES}]+(?:点[{_FIGURES}]+)?|[{_FIGURES}]+[点比][{_FIGURES}]+|艾特)(?=[^{_FIGURES}的多余来几左上{_UNITS}以])|[姨傅板娘哥姐服员妹叔](?=人[很特非超挺真都也还不蛮好])|(.)着\1着"
)
"""A percentage, decimal or score ends with its last figure: in 百分之二报收 the word before 报 is over."""
_BEHIND_VERB: Final = _words("behind_verb")
_ALWAYS: Final = frozenset(("于", "成", "成了", "成为", "至"))
"""Those of them that lean on any verb; the others only on one that is no verb of wishing or saying."""
_NO_HOST: Final = _words("no_host")
_HOSTS: Final = _words("hosts")  # Verbs of two syllables that 为, 在, 给 and the like lean on.
_LEANING: Final = tables.pattern_of(__file__, "leans", "together.yaml")
"""Where a word leans on what follows; 人才 is no word in 懂行的人才能看出."""
_MODELS: Final = _words("models")  # What stands behind the number of a product.
_MEASURES: Final = frozenset("年月日号点分秒天周次个位名条件张只块元人家本台部款倍度岁米斤层种遍分钟")
"""What is counted: the number before these is none of a name."""
_SPANS: Final = frozenset("年月天日周载")
_NOUNS: Final = frozenset(("n", "vn", "nz"))
_COUNTING: Final = _words("counting")  # Measures of things.
_UNIT_HEADS: Final = _words("unit_heads")
_UNIT_TAILS: Final = _words("unit_tails")  # English units of two words: a first word, and a second one.
_NUMBERED: Final = _words("numbered")  # English nouns that stand with their number.
_PROGRAMS: Final = _words("programs")
_ORDERS: Final = _words("orders")  # What is told to a program: *pip install*.
_REPEATING: Final = frozenset(("by", "after", "to", "for", "upon", "on", "in", "against"))
"""What stands between a word and the same word."""
_COLOURS: Final = "银金红黑白蓝绿灰黄紫粉橙棕米杏咖青彩纯驼肉"
_STYLES: Final = _words("styles")  # What kings are called behind their name: *Henry the Eighth*.
_JOINTS: Final = frozenset(("且", "则", "而"))  # What goes with the clause behind it.
_PREFIXES: Final = frozenset("双单多非超反准亚伪微副总")  # What stands with the noun behind it.
_DEPARTMENTS: Final = frozenset("系部组科处班队室")  # What a department is called behind its subject …
_MEMBERS: Final = frozenset(("学生", "老师", "主任", "成员", "同学", "博士", "经理", "全体", "毕业", "里", "的"))
"""… and what stands behind that, besides those who work there."""
_QUOTES: Final = {"”": "“", "’": "‘", "」": "「", "』": "『", "》": "《", ")": "(", "）": "（"}
_QUOTED: Final = {"》": 8}  # Tokens in quotes that are one noun with what follows, where that is not 6.
_MEASURES_TOLD: Final = "|".join({"公斤", "斤", "寸", *(name for name, *_ in UNITS.values())} - _words("no_measures"))
_MEASURED: Final = re.compile(rf"[点{_FIGURES}]*[{_FIGURES}](?:{_MEASURES_TOLD})$")
_SIGNS: Final = frozenset(("点", "杠", "dot", "slash", "dash", "hyphen", "underscore"))  # Inside an address.
_LONGEST_NAME: Final = 3  # English words in a row among Chinese ones that are taken for one name.
COMPOUNDS: Final = ASSETS / "compounds.txt"
_COMPOUND: Final = range(8, 2, -1)  # Characters of a compound, the longest first.


def bounds(tokens: Sequence[Token]) -> tuple[set[int], set[int]]:
    """The tokens behind which no phrase ends, and those behind which a word does, whatever the segmenter made of it."""
    line, names, words = _line(tokens), _names(tokens), _spelt(tokens)
    held = (_numbers(line) - figures.apart(tokens, line)) | _verbs(tokens, line, words) | names | _couples(tokens)
    held |= {*_joined(tokens, words)} | {*_headed(tokens, words)} | _quoted(tokens, dict(words))
    held |= leaning.held(tokens, line, words) | _nominal(tokens, line, dict(words))
    held |= {match.end() - 1 for match in _COMPARED.finditer(line)}
    held |= {at - 1 for at, one in enumerate(tokens) if one.text == "每" and one.changes and "/" in one.changes[0].was}
    held |= _initials(tokens) | _styled(tokens) | _written_as_one(tokens)
    # A pause that is written stays.
    marks = {at - 1 for at, one in enumerate(tokens) if one.text in tuple("，。；！？,;!?")}
    return held - marks, _ended(tokens, line, names)


def compounds(tokens: Sequence[Token]) -> set[int]:
    """The tokens inside a compound of several words: 劳动争议, *guard dogs*, or a name in letters with what belongs to
    it. No phrase ends behind them.
    """
    line, book = _line(tokens), written_compounds()
    found = beside.letters(tokens)
    for place in range(len(line) - 2):
        if not book.begins(line[place : place + 2]):
            continue
        length = next((n for n in _COMPOUND if book.get(line[place : place + n]) is not None), 0)
        found |= {*range(place, place + length - 1)}
        if length and place and _is_latin(tokens[place - 1]) and tokens[place].start - tokens[place - 1].end < 2:
            found.add(place - 1)  # GDP|平减指数
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        named = _is_plus(following) or (_is_latin(following) and is_compound(token.text, following.text))
        found |= {place} if _is_latin(token) and named else set()
    return found


def _is_plus(token: Token) -> bool:
    return token.text == "加" and bool(token.changes) and token.changes[0].was == "+"


def apart(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which a phrase ends without a mark: a long number before another noun, *a=3* before *b=4*,
    可知 before 当, 等我 before 别走.
    """
    line, words = _line(tokens), _spelt(tokens)
    found = {match.end() - 1 for match in _CLAUSE_BEHIND.finditer(line)} | figures.apart(tokens, line)
    # A pause that would stand on the wrong side of what joins moves over it.
    for place, joint in _joined(tokens, words).items():
        told = tokens[joint].text == "共" and tokens[joint - 1].changes
        if joint == place and joint and (told or tokens[place].break_after > 1):
            found.add(joint - 1)
    found |= {match.end() for match in _COMPARED.finditer(line) if tokens[match.end() - 1].break_after > 1}
    found |= {head for end, head in _headed(tokens, words).items() if tokens[end].break_after > 1}
    for match in _TOLD.finditer(line):
        behind = tokens[match.end() : match.end() + 1]
        written = all(token.changes for token in tokens[match.start() : match.end()])
        if written and behind and behind[0].pos[:1] in ("n", "t") and behind[0].text not in _LEAN_BACK + _UNITS:
            found.add(match.end() - 1)
    for place in range(len(tokens) - 2):
        if _is_figure(tokens[place]) and tokens[place + 1].kind == "letter" and _is_equal(tokens, place + 1):
            found.add(place)
        after, named = tokens[place + 1], place > 0 and _is_plus(tokens[place])
        if named and tokens[place - 1].kind != "punctuation" and not after.changes and after.pos[:1] in tuple("vpd"):
            found |= {place} if after.text != "树" else set()  # AppleCare+|到明年: the sign is of the name
    return found


@functools.cache
def written_compounds() -> PhraseTable:
    """The compounds of ``assets/compounds.txt``."""
    return PhraseTable((compound, "") for compound in read_text(COMPOUNDS).split())


def _ended(tokens: Sequence[Token], line: str, names: Set[int]) -> set[int]:
    """The ends of percentages and of products with their numbers."""
    found = {match.end() - 1 for match in _EDGE.finditer(line)}
    for place in names:
        end = place + 1
        after = tokens[end + 1 : end + 2]
        latin = any(_is_latin(token) for token in tokens[max(0, place - 4) : end])
        if latin and _is_figure(tokens[end]) and after and after[0].kind == "hanzi" and after[0].text not in _LEAN_BACK:
            found |= set() if _is_figure(after[0]) else {end}
    return found


def _line(tokens: Sequence[Token]) -> str:
    """One sign for each token: its character, or a space for what is none."""
    return "".join(token.text if token.kind == "hanzi" and len(token.text) == 1 else " " for token in tokens)


def _numbers(line: str) -> set[int]:
    found = (match for match in _NUMBERS.finditer(line) if not _GROUPED.fullmatch(match.group()))
    return {place for match in found for place in range(match.start(), match.end() - 1)}


def _verbs(tokens: Sequence[Token], line: str, words: Sequence[tuple[int, str]]) -> set[int]:
    """Behind the verb of 发源于, 改编成, 上涨到; the text may part them in two. Behind 才 of 人才能, before 地, too."""
    found = {at - 1 for at, word in words if at and word in "内里地"} | {m.start() for m in _LEANING.finditer(line)}
    for (start, before), (first, word) in itertools.pairwise(words):
        if before == "距离" and tokens[start - 1].text != "的" and tokens[first].pos[:1] in ("n", "r", "s"):
            found.add(first - 1)  # 小店距离|车站
        if before in _words("adverbs") and tokens[first].pos[:1] in tuple("vl"):
            found.add(first - 1)  # 逐步|加以改进
        if word not in _BEHIND_VERB or tokens[first - 1].kind != "hanzi" or tokens[first - 1].changes:
            continue
        pos = tokens[start].pos
        verbal = pos.startswith("v") or pos == "l" or (len(before) == 2 and pos == "n" and word == "于")
        light = word in ("在", "为", "给", "往", "向", "出", "自") and len(before) > 1 and before not in _HOSTS
        if verbal and before not in _NO_HOST and (word in _ALWAYS or not light):
            found.add(first - 1)
    return found


def _joined(tokens: Sequence[Token], words: Sequence[tuple[int, str]]) -> dict[int, int]:
    """The tokens behind which something goes on, each with what joins it to that: 快速 且|结果, 则|忧愁, 共|512 个; the
    prefix of 的 双|驻留; a sign behind a number, 1200|+ (with -1).
    """
    found: dict[int, int] = {}
    for at, (place, word) in enumerate(words[:-1]):
        following = tokens[words[at + 1][0]]
        before = words[at - 1][1] if at else ""
        counted = word == "共" and following.changes and following.text in _FIGURES
        joins = (word in _JOINTS and at > 0 and tokens[place].kind == "hanzi") or counted
        noun = len(words[at + 1][1]) > 1 and following.pos[:1] not in tuple("mtd")  # 昨天下的单今天到
        prefix = word in _PREFIXES and before in ("的", "") and noun
        prefix |= word == "子" and tokens[place].pos.startswith("n") and len(words[at + 1][1]) > 1
        if following.kind == "hanzi" and (joins or prefix):
            found[place] = place
        if _is_plus(tokens[place]) and (
            _is_latin(following) or not (_is_latin(tokens[place - 1]) or _is_figure(tokens[place - 1]))
        ):
            found[place] = -1  # Ctrl 加|Enter
        if _is_plus(following) and (tokens[words[at + 1][0] - 1].changes or _is_latin(tokens[words[at + 1][0] - 1])):
            found[words[at + 1][0] - 1] = -1
    return found


def _headed(tokens: Sequence[Token], words: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Behind the subject of a department whose people follow, each with the place of the department: 武术|系 教授; and
    behind a word that tells how something is done, with the place of what it is said of: 快充 一般|只能.
    """
    found: dict[int, int] = {}
    for (begin, field), (head, word), (after, member) in zip(words, words[1:], words[2:], strict=False):
        people_of = people.is_role(member) or member in _MEMBERS
        if word in _DEPARTMENTS and people_of and len(field) > 1 and tokens[begin].pos[:1] in tuple("nvjli"):
            found[head - 1] = head
        named = tokens[head - 1].pos[:1] == "n" or _is_figure(tokens[head - 1])
        goes_on = tokens[after].pos[:1] in ("d", "v", "p") and (word != "一般" or member[0] in "只从由按需在用")
        if word in _words("manners") and named and goes_on:
            found[after - 1] = head - 1
    return found


def _quoted(tokens: Sequence[Token], words: Mapping[int, str]) -> set[int]:
    """Behind a few characters in quotes, or a title, that a noun goes on with: “双减”政策, 《狂飙》导演."""
    found: set[int] = set()
    for place, (token, mark, noun) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        opener = _QUOTES.get(mark.text)
        head = words.get(place + 2, "")
        if opener is None or token.kind == "punctuation" or noun.kind != "hanzi" or mark.end < noun.start:
            continue
        if mark.text in ")）" and token.changes and noun.text in "分岁例次天只株片年":  # (42.6±7.8)分
            found.add(place)
        inside = tokens[max(0, place - _QUOTED.get(mark.text, 6)) : place]
        named = noun.pos[:1] == "n" or noun.pos == "vn" or people.is_role(head) or head == "为名"
        if (not named or head in _words("no_heads")) and head not in (*"里中上内轮号型式版款级案", "里面"):
            continue
        listed = mark.text in ")）" and (token.pos == "m" or token.changes or token.kind == "letter")
        short = mark.text not in "》)）" or len(head) < 4
        # A bracket that nothing stands before is no part of a name: （胃窦）中分化腺癌.
        head_at = next((at for at in range(place - 1, -1, -1) if tokens[at].text == opener), 0)
        heading = mark.text in ")）" and (not head_at or tokens[head_at - 1].kind == "punctuation")
        if any(each.text == opener for each in inside) and not listed and short and not heading:
            found.add(place)
    return found


def _nominal(tokens: Sequence[Token], line: str, words: Mapping[int, str]) -> set[int]:
    """Between a numeral with its measure and the noun that it counts, 一盏|台灯, 50毫米|镜头; between a name in letters
    and a noun, GPU|显存; before the ending of a substance, 芬纳西|泮, and before 来 of 几年来.
    """
    found: set[int] = set()
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        if following.kind != "hanzi" or token.kind == "punctuation" or token.word == following.word:
            continue
        noun = following.pos[:1] in ("n", "b") and following.pos != "nr"
        near = token.end == following.start
        sum_ = _MEASURED.search(line, max(0, place - 12), place + 1) if noun and near else None
        counted = noun and token.pos == "m" and token.text in _COUNTING
        sum_ = None if words.get(place + 1, "") in _words("no_heads") else sum_
        counted |= sum_ is not None and not (sum_.start() and tokens[sum_.start() - 1].pos[:1] in ("n", "a", "t"))
        head = words.get(place + 1, "")
        short = len(head) < 4 and following.start - token.end < 2 and not (head == "大家" or people.is_role(head))
        told = _is_latin(token) and ((noun and (near or short)) or _is_owned(tokens, place))
        behind = tokens[place + 1 + len(head) :][:1]  # 用户|投诉率的, 查看用户|投诉率。
        told |= near and noun and token.text == "色" and line[place - 1] in _COLOURS  # 银色|连体衣
        whole = near and {token.pos, following.pos} <= _NOUNS and (not behind or behind[0].text in tuple("的，。"))
        told |= whole and token.kind == "hanzi" and {"了", "完", "过"}.isdisjoint(line[max(0, place - 9) : place])
        since = following.text == "来" and token.pos in ("m", "t") and token.text in _SPANS
        if counted or told or since or (token.kind == "hanzi" and people.ends_substance(following.text)):
            found.add(place)
    return found


def _is_owned(tokens: Sequence[Token], place: int) -> bool:
    """Whether a name in letters that ends at ``place`` stands between 的 and a word of two characters: 的 HTTP 请求."""
    begin = place
    while begin and _is_latin(tokens[begin - 1]):
        begin -= 1
    while begin and _is_figure(tokens[begin - 1]):  # 的三 D
        begin -= 1
    behind = tokens[place + 1 : place + 3]
    pair = len(behind) == 2 and behind[0].word == behind[1].word and behind[0].pos in ("v", "vn", "n")
    return pair and begin > 0 and (tokens[begin - 1].text == "的" or _governs(tokens, begin - 1))


def _governs(tokens: Sequence[Token], place: int) -> bool:
    """Whether a verb of two characters ends here that a name in letters belongs to, or what stands before names."""
    word = tokens[place - 1].text + tokens[place].text if place and tokens[place].kind == "hanzi" else ""
    one = word and tokens[place - 1].word == tokens[place].word
    one = one and tokens[place - 2].text not in "很超挺蛮太" and word not in ("判断", "推断")  # 也很实用 | KZ690
    return bool(one) and (
        (tokens[place].pos == "v" and word not in _NO_HOST and word[0] not in "没不") or word in _words("before_names")
    )


def _spelt(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """The place and text of each word; marks are words by themselves."""
    found: list[tuple[int, str]] = []
    number = None
    for place, token in enumerate(tokens):
        if token.word == number and found and token.kind != "punctuation":
            found[-1] = (found[-1][0], found[-1][1] + token.text)
        else:
            found.append((place, token.text))
        number = token.word if token.kind != "punctuation" else None
    return found


def _names(tokens: Sequence[Token]) -> set[int]:
    """Names in letters among Chinese words: *Tim Cook*, *iPhone 15 Pro Max*, 波音 737."""
    found: set[int] = set()
    run: list[int] = []
    for place in range(len(tokens) + 1):
        token = tokens[place] if place < len(tokens) else None
        if token is not None and _is_of_name(tokens, place, run):
            run.append(place)
            continue
        if len({tokens[at].word for at in run if tokens[at].lang == "en"}) <= _LONGEST_NAME:
            found.update(run[:-1])
        run = [place] if token is not None and (_is_latin(token) or _is_serial(tokens, place + 1)) else []
    return found


def _couples(tokens: Sequence[Token]) -> set[int]:
    """English names with *and* between them: *Procter and Gamble*, *Tom and I*; *step by step*; a unit of two words;
    what a letter is equal to; a number among Chinese words that a name in letters follows: 502 *Bad Gateway*.
    """
    found: set[int] = set()
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        unit = token.text.lower() in _UNIT_HEADS and following.text.lower() in _UNIT_TAILS
        equal = token.text == "equals" and token.changes and following.kind == "letter"
        numbered = token.text.lower() in _NUMBERED and (following.kind == "letter" or bool(following.changes))
        numbered |= token.pos in ("n", "v") and _stands_alone(tokens, place + 1)
        command = token.text in _PROGRAMS and following.text in _ORDERS
        named = _is_figure(token) and _is_name(following) and not _is_equal(tokens, place + 1)
        named |= _is_latin(following) and _governs(tokens, place)
        named |= following.text in "/~" and token.kind == "hanzi" and token.end < following.start  # 编辑 /etc/fstab
        if unit or equal or numbered or command or named:
            found.add(place)
        repeated = following.text in _REPEATING and place + 2 < len(tokens) and token.kind == "word"
        if repeated and tokens[place + 2].text == token.text.lower():
            found |= {place, place + 1}
        end = next((at for at in range(place + 1, len(tokens)) if tokens[at].text not in _words("links")), place)
        if place + 1 < end < place + 4 and _is_name(token) and _is_name(tokens[end]):
            found |= {*range(place, end)}
    return found


def _is_equal(tokens: Sequence[Token], place: int) -> bool:
    """Whether an equation begins with the letter at ``place``."""
    return [token.text for token in tokens[place + 1 : place + 3]] == ["等", "于"]


def _stands_alone(tokens: Sequence[Token], begin: int) -> bool:
    """Whether a short number begins here that counts nothing: *cone 6 at first*, *zone 3.*"""
    first = tokens[begin]
    if first.lang != "en" or not first.changes or first.changes[0].rule != "number" or first.end - first.start > 3:
        return False
    behind = next((token for token in tokens[begin:] if token.start >= first.end), None)
    return behind is None or (behind.pos in _GOING_ON and behind.text != "of")


def _initials(tokens: Sequence[Token]) -> set[int]:
    """Behind the initials of a name that goes on in Chinese: J. K. 罗琳."""
    found: set[int] = set()
    for place, token in enumerate(tokens[:-1]):
        if token.kind == "letter" and len(token.text.strip(".")) == 1 and token.text.isupper():
            behind = place + 1 + (tokens[place + 1].text == ".")
            if behind < len(tokens) and (tokens[behind].pos.startswith("nr") or tokens[behind].kind == "letter"):
                found |= {*range(place, behind)}
    return found


def _styled(tokens: Sequence[Token]) -> set[int]:
    found: set[int] = set()
    for place, (name, article, style) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        titled = name.text.istitle() and style.text.istitle() and style.text.lower() in _STYLES
        if titled and article.text == "the":
            found |= {place, place + 1}
    return found


def _written_as_one(tokens: Sequence[Token]) -> set[int]:
    """Behind the dots and strokes of an address, and around the hyphen of a serial number: 6204-2RS."""
    found: set[int] = set()
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        one = one_rewriting(token, following) and (token.text in _SIGNS or token.changes[0].rule in _ONE_PIECE)
        if one or (_is_figure(token) and following.text in _HOUSES):
            found.add(place)
        near = tokens[max(0, place - 1) : place + 4]
        latin = following.text == "_" or any(_is_latin(one) for one in near)
        if following.text in ("-", "_") and token.end == following.start and latin:
            behind = tokens[place + 2] if place + 2 < len(tokens) else following
            inside = following.text == "_" or all(_is_figure(one) or _is_latin(one) for one in (token, behind))
            inside |= _is_latin(token) and behind.kind == "hanzi"  # L-抗坏血酸
            if following.end == behind.start and inside:
                found |= {place, place + 1}
    return found


def _is_name(token: Token) -> bool:
    return _is_latin(token) and token.text[:1].isupper()


def _is_of_name(tokens: Sequence[Token], place: int, run: Sequence[int]) -> bool:
    """Whether the token goes on with the name in ``run``."""
    token = tokens[place]
    if not run or token.kind == "punctuation" or token.start - tokens[place - 1].end > 1:
        return False
    if _is_latin(token):
        return _is_latin(tokens[place - 1]) or token.text.lower() in _MODELS
    train = tokens[place - 1].kind == "letter" and tokens[place - 1].end == token.start
    train &= next((each.text for each in tokens[place:] if not _is_figure(each)), "") == "次"  # G1278 次
    return _is_figure(token) and (_is_figure(tokens[place - 1]) or train or not _is_counted(tokens, place))


def _is_serial(tokens: Sequence[Token], begin: int) -> bool:
    """Whether a number at ``begin`` belongs to the noun before it: 波音 737, figure by figure, or 骁龙 8 *Gen* 3."""
    end = begin
    while end < len(tokens) and _is_figure(tokens[end]):
        end += 1
    before, figures = tokens[begin - 1], {token.text for token in tokens[begin:end]}
    noun = before.kind == "hanzi" and before.pos.startswith("n") and not before.changes
    told = 2 < end - begin < 5 and figures.issubset("零一二三四五六七八九")
    told |= 0 < end - begin < 3 and tokens[begin - 2].text + before.text in _words("products")
    named = begin < end < len(tokens) and tokens[end].text.lower() in _MODELS
    return noun and ((told and not _is_counted(tokens, begin)) or named)


def _is_counted(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number that begins at ``place`` counts something."""
    while place < len(tokens) and _is_figure(tokens[place]):
        place += 1
    return place < len(tokens) and tokens[place].kind == "hanzi" and tokens[place].text in _MEASURES
