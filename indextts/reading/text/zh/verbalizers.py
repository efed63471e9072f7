"""Chinese verbalisers: the spoken form of numbers, sums and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from indextts.reading.text.numbers import en_cardinal, scaled, value_of, zh_cardinal, zh_digits, zh_number, zh_small
from indextts.reading.text.tables import CURRENCIES, SCALES
from indextts.reading.text.verbalizers import ROUND, Match, after, before, is_day, model
from indextts.reading.text.zh.chat import is_named
from indextts.reading.text.zh.time import DAY_AHEAD, WORDS

SIGNS: Final = {"-": "负", "+": "正", "±": "正负"}
_COUNTED_OFF: Final = re.compile(r"[第前] ?[\d、和与及至到~-]{1,7}$")
"""What stands before the last number of ``第1、2章``."""
_EXTENSION: Final = re.compile(r"电话|总机|分机|传真|前台|座机|热线|拨|来电|\d{4}[- ]?\d{3,4}转|请转$")
"""What makes a number behind 转 that of a telephone."""
_EVERY_WEEK: Final = re.compile(r"(?:[每一两三几]|(?<!\d)[1-4])周$")  # After these it counts: 每周2节.
_HOUSE: Final = re.compile(r"[栋幢座](?:\d|[一二三四五六七八九十东西南北])")
"""What is behind the number of a house, where a door or an entrance follows."""
_FOR_ONE: Final = re.compile(
    "一(?:年(?![级纪])|[晚天夜斤位份次件张碗杯只场桌双升瓶盒袋箱台部根支颗条片套]|个(?:[人月]|(?=[，。！]|$))|分钟|小时)|体重|身高|[胸腰臀]围|脚长|肩宽"
)
"""What a number is not said in one with: 298一晚, 身高160体重95."""
_A_SUM: Final = re.compile(r"[多余几来]?(?:元|块|[万亿])|[多余几]|/[天晚月年间]|一[晚夜天]")
"""What is behind a price: 订单600多元, 房间290/天."""
_NAMED: Final = ("618", "996")  # The sale in the middle of the year and the long working week, if nothing counts.
_ZEROS: Final = "0000000"  # What no name by many digits holds, but a large sum.
_NUMERAL: Final = re.compile(r"[\d二三四五六七八九十两]|一[档季级批期挡]")
"""What would run together with a number before it."""
_COUNT_BEHIND: Final = re.compile(
    r"(?:[二三四五六七八九十两]|一(?=[张台个块片辆部架枚条只款颗盒月年天百千万]))(?!手机|手抓|边)"
)
"""A count in words, behind a name that ends in figures."""
_RELEASED: Final = re.compile(r"(?:ython|Vue|Angular|Webpack|Django|Gradle|Swift|Boot|Drupal|Nuxt|HTTP|Lua|Perl|Qt) ?$")
"""Programs and languages whose second release people speak of: Python 2 项目."""
_SURELY_COUNTED: Final = tuple("个种次天周小分秒遍本位倍万千百人万")
_COUNTED_PARTS: Final = re.compile("个(?![人性别体])|[只根瓶盒袋支](?![装有能是])")
_NUMBER_BEHIND: Final = re.compile(r" +(?:\d|[一二三四五六七八九十两])")  # Another number: ``SpO2 98%``, ``K70 一台``.
_GROUPED: Final = re.compile(r" (?:\d{3} )?000(?!\d)| \d(?![\dA-Z])| \d{3,5}(?:X3D|[XKHUFV]|(?<=\d{4})G)")
"""10 000, 3 4, 7 7840HS: one number, a row, and a name that another rule parts from the number before it."""
_DAY_BEHIND: Final = re.compile(r" ?(?:周[一二三四五六日末]|星期[一二三四五六日天]|礼拜[一二三四五六日天])")
"""A day behind a name in figures, which would be three weeks: ``lab3周五``."""
_SEEN: Final = re.compile(
    "^(?!.*(?:功[率放]|瓦|充电|快充|[闪电]灯|电源)).*(?:摄像|前置|后置|[像象]素|视频|拍照|照相|镜头|照片)"
)
"""Where cameras are spoken of, and nothing that W would count the watts of."""
_PAID: Final = re.compile(
    "(?:[要花价钱卖值赔亏赚欠贷捐省赢输奖罚收付]|交了|[多少便贵][了宜出]?|存了?|借给?|差不多|总共|一共|首付|[上近小]|不到|一年|一个月|才|只|就)[了过得掉出]?$"
)
_POWERED: Final = re.compile(
    "功[率放耗]|瓦|光伏|太阳能|充|闪|灯|电[流压源池量机]|[耗省用]电|音箱|喇叭|散热|发热|芯片|[Vv]|mA|TDP|显卡|处理器|CPU|机器|风扇|加热|锅|炉|吹风"
)
"""What W counts the watts of; ``_PAID`` is what stands before a sum in tens of thousands where nothing has any."""
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d ?年")
_MODELS: Final = re.compile(r"(?:\d{3,4}(?:[A-Z] ?(?:[、,，/和与及或]|以及|或者)|/) ?){1,4}$")
_ORDERED: Final = re.compile(
    "(?:[订运工保提货购销退出入]单|合同|发票|凭证|快递|物流|票据|收据|案件|批次)(?:编号|单号|号码|号)?[ :：#为是]{0,3}$"
)
"""What orders, goods and papers are numbered with, and no quantity."""
_FIELD: Final = 10  # Players of a team before its keeper.
_THAI: Final = re.compile("泰[国铢语餐拳]|曼谷|清[迈莱]|普吉|芭[提堤]雅|苏梅|甲米|拜县|华欣|沙美岛|皮皮岛|素坤逸|baht")
"""Where these are spoken of, 500B is a sum."""
_SHOES: Final = re.compile("鞋|靴|[尺脚]码|欧码|楦|脚[长背宽趾掌]|码[数子]|[UＵ][SK] ?\\d")
_SIZE: Final = re.compile(r"(?:3[4-9]|4[0-8])(?:\.5|\.0)?")
_PRICED: Final = tuple("票价花售卖要付费才共")
"""Where shoes are spoken of, EUR before such a number is a size of theirs, unless it is a price."""
_TEAMS: Final = re.compile(
    r"Faker|L[CP][KLS]|(?<![A-Za-z])(?:BLG|TES|JDG|EDG|RNG|GEN|HLE|DK|KT|G2|FNC|S1\d)(?![A-Za-z])|战队|电竞|中单|打野|英雄联盟|决赛|冠军|晋级|夺冠|卫冕|世界赛|[春夏]季赛|赛区|上单|下路|龙坑|团战|转会|击败|战胜|横扫|对阵|[输赢]给"
)
"""What makes T1 the team of that name."""
_PHONE_BEFORE: Final = re.compile(
    rf"(?:(?:{'|'.join(map(re.escape, WORDS['phone_before']))})[:：是为 ]{{0,3}}|(?<!\d)\(?0\d{{1,3}}[-) ]{{1,2}})"
    r"\d[\d -]{5,12}\d ?(?:[、/，,;；]|或者?|和|及|与)? ?$"
)


def behind_name(match: Match) -> bool:
    """Whether the word before makes a number a name: 订单号, 端口是."""
    return before(match, WORDS["digitwise_before"], gap=" :：是为")


def _second_of_model(match: Match) -> bool:
    """Whether a model by number and letter stands before one of its kind: 型号是880A和330B."""
    row = _MODELS.search(match.string, 0, match.start())
    named = row is not None and match.string[: row.start()].rstrip(" :：是为有").endswith(WORDS["digitwise_before"])
    lettered = match.string[match.end() : match.end() + 1].isalpha() and match.string[match.end()].isascii()
    return named and (lettered or match.string[match.start() - 1] == "/")


def behind_telephone(match: Match) -> bool:
    """Whether the word before makes a number that of a telephone."""
    return before(match, WORDS["phone_before"], gap=" :：是为") and not before(match, ("ntel", "otel"), gap=" ")


def two(match: Match, name: str | int = 0) -> str:
    """A bare 2 as 二 or 两, by what stands around it."""
    start, end = match.span(name)
    left, right = match.string[max(0, start - 8) : start], match.string[end : end + 4].lstrip()
    numbered = left.rstrip(" ").endswith(WORDS["er_before"]) and not _EVERY_WEEK.search(left)
    released = _RELEASED.search(left) and not right.startswith(_SURELY_COUNTED)
    if numbered or released or _COUNTED_OFF.search(left) or _HOUSE.match(right):
        return "二"
    liang = max((len(word) for word in WORDS["liang_after"] if right.startswith(word)), default=0)
    er = max((len(word) for word in WORDS["er_after"] if right.startswith(word)), default=0)
    return "两" if liang > er else "二"


def count(written: str) -> str:
    """A number that counts: 两 for a bare 2."""
    return "两" if written == "2" else zh_number(written)


def plain(written: str) -> str:
    """A number that counts nothing, without 两."""
    return zh_number(written, liang=False)


def number(match: Match, name: str | int = 0) -> str:
    """A number that stands by itself or counts what follows."""
    written = match[name]
    if written == "2":
        return two(match, name)
    start = match.start(name)
    whole, _, part = written.partition(".")
    if len(whole) > 1 and whole[0] == "0" and "," not in whole:
        return zh_digits(whole) + (f"点{zh_digits(part)}" if part else "")
    apart = "，" if len(written) > 1 and _FOR_ONE.match(match.string, match.end(name)) else ""
    if _NUMBER_BEHIND.match(match.string, match.end(name)) and not _GROUPED.match(match.string, match.end(name)):
        apart = "，"  # 185 140斤, Windows 11 24H2
    if 9 < value_of(whole) < 20 and DAY_AHEAD.search(match.string, max(0, start - 4), start):
        return f"，{zh_number(written)}{apart}"
    told = zh_number(written, liang=match.string[max(0, start - 1) : start] != "第") + apart
    return f"，{told}" if re.search(r"\d多$", match.string[:start][-2:]) else told  # 这里20多12个


def phone(match: Match) -> str:
    """A telephone number, 幺 for 1."""
    return ("加" if match.group().startswith("+") else "") + zh_digits(match.group(), yao=True)


def named_digits(match: Match) -> str | None:
    """A number that the words around it make a telephone number or a name."""
    written = match.group()
    if before(match, ("第",)):
        return None
    known = written in WORDS["hotlines"]
    summed = written.endswith("000") or _ZEROS in written
    if len(written) > 9 and not summed and not after(match, WORDS["liang_after"]):
        return zh_digits(written, yao=before(match, WORDS["phone_before"], gap=" :：是为至到"))
    called = before(match, ("转",)) and _EXTENSION.search(match.string, 0, match.start())
    least = 7 if before(match, ("手机",)) else 4 if before(match, ("打", "转")) else 0
    few = len(written) < least and not known and not called
    if (behind_telephone(match) and not few) or (known and after(match, WORDS["hotline_after"])):
        return "一万" if written == "10000" and after(match, ("号",)) else zh_digits(written, yao=True)
    if is_named(match):
        return zh_digits(written)
    if (behind_name(match) or _second_of_model(match)) and not _A_SUM.match(match.string, match.end()):
        round_chip = ROUND.fullmatch(written) and before(match, WORDS["chips"], gap=" ")
        return zh_number(written) if round_chip else zh_digits(written)
    if after(match, WORDS["liang_after"]) and not after(match, WORDS["spelt_after"]):
        return None
    clause = re.match(r"”?[\u4e00-\u9fff]{0,8}", match.string[match.end() :])
    if clause and written in WORDS["spelt_numbers"] and any(word in clause.group() for word in WORDS["spelt_after"]):
        return zh_digits(written)
    joined = re.match(r" ?[-—–~+=/*×A-Za-z]", match.string[match.end() :])
    counted = joined or after(match, WORDS["per_after"])
    again = re.search(rf"(?<![A-Za-z\d])[A-Za-z]{{1,3}}-?{written}(?!\d)", match.string[: match.start()])
    if (written in _NAMED or again) and not counted and not before(match, WORDS["sum_before"], gap=" 了的"):
        return zh_digits(written)
    if known and len(written) > 4 and written not in WORDS["round_hotlines"]:
        return zh_digits(written, yao=True)
    return None


def second_phone(match: Match) -> str | None:
    """The second of two telephone numbers, without a code of its own."""
    return phone(match) if _PHONE_BEFORE.search(match.string, max(0, match.start() - 36), match.start()) else None


def myriads(match: Match) -> str | None:
    """``300w粉丝``, ``10w+``, ``1k5``: w for 万, but ``20w快充`` in watts."""
    sign = SIGNS.get(match["s"], "")
    if match["k"]:
        return f"{sign}{count(match['a'])}{'千' if match['k'] == 'k' else '万'}{plain(match['b'])}"
    said = sign + count(match["n"])
    if match["d"]:  # 32w+4d
        return f"{said}周{'加' if match['p'] else ''}{count(match['d'])}天"
    charged = match["w"] == "w" and value_of(match["n"]) < 241 and re.search("快充|充电|功率", match.string)
    if charged or after(match, WORDS["watts_after"]) or before(match, WORDS["watts_before"], gap=" :：是为达到约"):
        return f"{said}瓦"
    told = before(match, WORDS["myriads_before"], gap=" :：是为达到约") or after(match, WORDS["myriads_after"])
    paid = _PAID.search(match.string, 0, match.start()) and not _POWERED.search(match.string)
    if match["w"] == "W" and not match["p"] and not (told or paid or _SEEN.search(match.string)):
        return None
    return f"{said}万{'加' if match['p'] else ''}"


def percent(match: Match) -> str:
    """``-3.5%``, ``7‰``, also of ranges."""
    base = {"%": "百分之", "‰": "千分之", "‱": "万分之"}[match["p"]]
    written = match["n"]
    sign = SIGNS.get(match["s"], "")
    apart = "，" if _NUMERAL.match(match.string, match.end()) else ""
    if base == "百分之" and written in ("100", "100.0"):
        return f"{sign}百分之百{apart}"
    return sign + ("" if before(match, (base,)) else base) + plain(written) + apart


def minus_of_equation(match: Match) -> str | None:
    """The sign of ``y=3x-5``; without ``=``, ``3x-5`` may be the name of a product."""
    return "减" if "=" in match.string else None


def spoken_percent(match: Match) -> str:
    """``30多%``, ``十几%``, ``(50±5)%``, ``（23±2）℃``."""
    read, written = (zh_number, match["t"].replace(" ", "")) if match["t"] else (plain, match["n"])
    said = re.sub(r"\d+(?:\.\d+)?", lambda part: read(part[0]), written.replace("±", "正负"))
    return f"{said}摄氏度" if match["p"] == "℃" else f"{'百' if match['p'] == '%' else '千'}分之{said}"


def numbered(match: Match) -> str | None:
    """``No.1``, ``储物柜NO. 14``, ``座位no 15``; what has many digits or a zero before it is read digit by digit.

    Without its dot, or written small and apart, it is a number only behind something that bears one.
    """
    written = match["n"]
    few = len(written) < 3 and written[0] != "0"
    behind = before(match, WORDS["numbered_before"], gap=" :：是")
    if not (match["s"] == "." or (match["s"] == ". " and match["w"][0] == "N") or behind):
        return None
    if few:
        if after(match, ("号",)):
            return zh_cardinal(written, liang=False)
        placed = behind or after(match, WORDS["numbered_after"])
        return f"{zh_cardinal(written, liang=False)}号" if placed else f" number {en_cardinal(written)} "
    return ("" if before(match, ("号",)) else "编号") + zh_digits(written)


def money(match: Match) -> str | None:
    """``¥35.5``, ``$1.5亿``, ``100USD``, ``US$5 million``; a second name of the currency is not said twice."""
    groups = match.groupdict()
    sign = groups.get("c") or groups.get("e") or ""
    if sign in ("B", "b") and not _THAI.search(match.string):
        return None
    sized = sign == "EUR" and _SIZE.fullmatch(groups.get("n") or "") and not before(match, _PRICED, gap=" 了为是：:")
    if sized and _SHOES.search(match.string):
        return f"欧码{plain(match['n'])}"
    own = CURRENCIES["฿" if sign in ("B", "b") else sign][0]
    vague = groups.get("z") in ("元", "块") and sign != "$"  # US$4.2亿元 are dollars, $99元 may be anything
    name = own if vague else groups.get("z") or own
    name = "元人民币" if name == "人民币" else name
    written = re.sub(r"\.00$", "", groups.get("n") or groups.get("k") or "")
    scale = (groups.get("q") or groups.get("r") or "").strip()
    if scale in SCALES:
        written = scaled(written, SCALES[scale])
        scale = ""
    amount = count(written)
    if not scale and name not in ("比特币",) and len(written) > 4 and re.fullmatch(r"\d+0000", written):
        amount = zh_cardinal(written)
    minus = "负" if groups.get("m") else ""
    per = groups.get("per")
    return f"{f'每{per}' if per else ''}{minus}{amount}{scale}{name}"


def model_named(match: Match) -> str:
    """``H100``, apart from a count behind it: ``H100一张``."""
    rest = match.string[match.end() : match.end() + 4]
    named = re.search(r"(?<![A-Za-z])T$", match.string[: match.start()])
    if named and match["n"] == "1" and _TEAMS.search(match.string) and not rest.startswith("航站"):
        return " one"
    if match["n"] == "2" and _COUNTED_PARTS.match(rest):
        return "，两"  # USB2个
    counted = len(match["n"]) > 1 and _COUNT_BEHIND.match(rest)
    apart = counted or _NUMBER_BEHIND.match(rest) or _DAY_BEHIND.match(rest)
    return model(match, "zh") + ("，" if apart else "")


def year_again(match: Match) -> str | None:
    """``2019`` where years are spoken of and nothing says that it counts."""
    counted = after(match, (*WORDS["liang_after"], *"多余来几")) or before(match, WORDS["count_before"], gap=" ")
    return None if counted or not _YEAR.search(match.string) else zh_digits(match.group())


def of_name(match: Match) -> str | None:
    """``vivo 300``: digit by digit, but not behind a word for what is measured: ``cadence 182``, ``GRE 325``."""
    word = re.findall(r"[A-Za-z]*$", match.string[: match.start()])[0]
    return None if {word, word.lower()} & {*WORDS["measured"]} else f" {zh_digits(match['n'])}"


def door(match: Match) -> str:
    """``6-2-301``: building, entrance, flat."""
    *parts, room = match.group().split("-")
    return "杠".join((*(zh_small(int(part)) for part in parts), zh_digits(room)))


def standard(match: Match) -> str:
    """``GB/T 7714—2015``: a standard and its year, digit by digit."""
    number = "点".join(zh_digits(part) for part in match["n"].split("."))
    return f"{match['s']} {number}{' ' if match['d'] == ':' else '杠'}{zh_digits(match['y'])}"


def phone_named(match: Match) -> str | None:
    """Groups of digits after a word that makes them a telephone number."""
    return phone(match) if behind_telephone(match) else None


def groups_of_name(match: Match) -> str | None:
    """Groups of digits after a word that makes them a name: ``ISBN 978-7-02-000220-7``; ``4-4-2``, a formation."""
    line = re.fullmatch(r"[1-6](?:-[1-6]){2,3}", match[0])
    if line and sum(map(int, match[0].split("-"))) == _FIELD:
        return zh_digits(match[0])
    if not behind_name(match) or is_day(match):
        return None
    return zh_digits(match[0]) + ("X" if match[0][-1] in "Xx" else "")


def group_pair(match: Match) -> str | None:
    """``ID 8812-3390``: two groups of a name; a range from a number to a larger one of its kind, ``编号1001-1020``."""
    first, second = match[0].split("-")
    named = _ORDERED.search(match.string, max(0, match.start() - 12), match.start()) or behind_name(match)
    counted = after(match, (*WORDS["liang_after"], "万", "多"))
    if len(first) > 7 and len(second) < len(first) and (named or second[0] == "0") and not counted:
        return f"{zh_digits(first)}杠{zh_digits(second)}"
    if not named or is_day(match) or counted or len(first) > 7 or not 2 < len(second) < 8:
        return None
    rising = len(first) == len(second) and first[0] == second[0] and first < second
    return ("到" if rising else "").join((zh_digits(first), zh_digits(second)))


def emergency(match: Match) -> str:
    """The second number of ``110、120``, of ``400-820-8820 或 12345``."""
    said = match[0].strip()
    return said[0] + zh_digits(said[1:].strip(), yao=True)


KINDS: Final[dict[str, Callable[[str], str]]] = {
    "number": zh_number, "plain": plain, "digits": zh_digits, "count": count,
    "small": lambda written: zh_small(int(written)), "same": str, "sign": SIGNS.__getitem__,
    "named": WORDS["number_names"].__getitem__,
    "found": lambda sign: WORDS["marks"].get(sign) or f"{count(str(len(sign)))}个加",
    "step": {"-": "减", "+": "加"}.__getitem__, "figures": lambda name: re.sub(r"\d", lambda m: zh_digits(m[0]), name),
    "short": lambda name: zh_cardinal(name) if len(name) < 3 or ROUND.fullmatch(name) else zh_digits(name),
    "many": lambda written: f"{count(str(len(written)))}个", "per": {"s": "秒", "min": "分钟", "h": "小时"}.__getitem__,
    "joint": {"-": "杠", ".": "点"}.__getitem__,
}  # fmt: skip
"""How a rule can have a group of its pattern read."""
