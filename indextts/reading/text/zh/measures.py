"""Chinese verbalisers of quantities: units by themselves, over one another, in brackets and behind other names."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import zh_number
from indextts.reading.text.tables import UNITS
from indextts.reading.text.verbalizers import Match, before, is_inch, unit_parts
from indextts.reading.text.zh.time import WORDS
from indextts.reading.text.zh.verbalizers import SIGNS, count, plain

COLD: Final = ("摄氏度", "华氏度")
"""What is below zero, rather than negative."""
_AREAS: Final = {2: "平方", 3: "立方"}
_MONEY: Final = r"(?:元|块钱?|[毛角]|美[元金]|欧元|英镑|[日港澳韩加]元|[港日台]币|[¥$€£] ?\d[\d,.]*)[万亿]?"
_PER: Final = "/(?:㎡|m²|平米?|平方米|人|场|位|晚|小时|天|间|户|台|kWh|月|车|次|吨|t|kg)"
_OVER_ANY: Final = re.compile(
    rf"(?:(?:{_MONEY}|\d ?[€£¥$]|\d分)(?:{_PER})?|次方[个只株粒颗]|\d[MG]|\d[\d.]*[wW万亿%‰]|\d[\"″]"
    r"|\d ?[A-Za-zμ]{1,4}/(?:kg|m²|㎡)|(?<![第\d.,])(?<!第 )\d[\d.,]*[万亿]? ?(?P<noun>[a-z]{3,12}))$"
)
_OVER_SO_MANY: Final = re.compile(rf"(?:{_MONEY}|\d[\d.]* ?(?P<u>[A-Za-zμ²³]{{1,4}})(?:/(?:min|h|s|d))?)$")
_IN_ORDER: Final = re.compile(r"(?:\d ?[到至]|每(?:提高|增加|降低|减少|升高)) ?$")  # 3到6mg/kg
_MEASURE: Final = re.compile(r"\d ?(?:k?g|mg|[mM]?[lL]|I?U|μg|[GMT]B?)$")
_PACKED: Final = re.compile(r"(?:^|[^\d.~–—到至-])\d[\d.]* ?(?:[mM][lL]|k?g|KG|mg|L)$")  # 200ml/包
_STORE: Final = re.compile(r"(?:[显内运缓闪]存|硬盘|固态|流量|[Uu优]盘|存储|SSD|HDD)[^，。；！？重\n]{0,8}$")
"""What a bare G or T behind it counts bytes of."""
_KEPT: Final = re.compile(
    r"(?:内存|[显运缓]存|硬盘|空间|[单双][条根]|[加占插剩配]了?|金士顿|金邦|流量)[^，。卡]{0,3}#|#的?(?:内存|[显运缓]存|DDR|ddr|空间|流量)"
)
"""Around 2G, which are two, and no network of the second kind."""
_HEAVY: Final = re.compile(r"(?:(?<!太)[重轻]|净含量|分量)[^。！？；\n存盘卡流]{0,9}$")  # 重165G
_FAR: Final = re.compile("^(?!.*(?:频段|路由|千兆|宽带)).*(?:[走离距隔]|步行)[^，。网速流内存]{0,8}$")  # 离地铁500M
_DIGITAL: Final = re.compile(
    r"内存|[显运远缓闪]存|[双四六八]核|硬盘|固态|机械盘|流量|[CDEFUu]盘|存储|手机|平板|网络|信号|上网|联通|移动|电信|分区|安装|驱动|下载|软件|游戏|系统|更新"
    r"|版本|耳机|可用|买卡|\d\+\d|\d[gG] ?\d{3}[gG]|(?<![A-Za-z])size|(?i:SSD|HDD|DDR\d|wifi)"
)
_POWERS: Final = ("16", "32", "64", "128", "256", "512")
_MEGA: Final = re.compile(
    "内存|[显运缓]存|显卡|独显|集显|硬盘|[Uu优]盘|存储|文件|压缩包|下载|安装包|[单双]核|硬件|配置"
)
"""Where a small m may count bytes by such a number."""
_SETTING: Final = re.compile(
    r"(?:(?:[_-]s|[a-z]S)ize|(?:[_-]l|[a-z]L)imit|(?:_|(?<![A-Za-z]))(?:memory|mem|quota|filesize))"
    r"[ =:：\u4e00-\u9fff]{1,8}$"
)
"""The name of a setting of a program that a size in bytes follows: client_max_body_size 只有 1m."""
_SEQUENCED: Final = re.compile("测序|碱基|转录组|基因组|文库|染色体|片段|序列|reads|[Rr]aw")
"""Where Gb, Mb and kb are numbers of bases."""
_WEIGHED: Final = re.compile("重(?![新装复启要])|[轻克斤盐糖粉茶药肉油霜膏乳饼糕奶]|含量|电池")
"""A small g counts bytes, or generations, where the first are spoken of and none of the second."""


_BOARD: Final = re.compile(r"(?:Pico|Zero|Pi|ESP|Air|Pro|Nano|Uno) $")
"""Names of small computers: the W behind their number is for wireless."""
_GEAR_AHEAD: Final = re.compile(
    r"(?:[挂切][上到入成进着至为]{0,2}|换[到成至]|低速四驱的?|四驱(?:切|换)?[到成]?|[24]H(?:[和、/到与]|切到|换到)) ?$"
)
_GEAR: Final = re.compile(r" ?(?:[挡档]|低速四驱|四驱|(?:模式|脱困|爬坡))")
_POURED: Final = re.compile(r" ?(?:[油水机装瓶桶汽柴防冷血胸奶酒]|的[油水])")
"""Around 4L, the low range of a car driven by all wheels, and behind four litres."""
_CREATURES: Final = re.compile("宝可梦|精灵|神奇宝贝|孵蛋|蛋组|个体值|百变怪|[极超]巨化|朱紫|剑盾|御三家|努力值")
_TYRE: Final = re.compile("(?:R\\d\\d|Ace|Note|Find) $")
_WEIGHT: Final = re.compile("(?:[压持拉弹重]力|力的?大小)(?:大小)?(?:[为是=]|等于) ?$")
_EDITION: Final = re.compile(" ?(?:Pro|Max|Plus|Ultra|Lite)(?![A-Za-z])")
_ELEMENT: Final = re.compile("(?<![A-Za-z])[CNOFHLBS]i? $")
_POWER_BEHIND: Final = re.compile(r" ?(?:[\d/]|充|电|输|直流|供|适配)")
"""Where these are spoken of, V counts what is perfect, and no volts."""


def fraction_of(match: Match) -> str | None:
    """``1/2kg``: so much of a unit."""
    parts = unit_parts(match["u"])
    if parts is None or len(parts) > 1 or int(match["b"]) == 0:
        return None
    whole = f"{zh_number(match['w'])}又" if match["w"] else ""
    return f"{whole}{plain(match['b'])}分之{plain(match['a'])}{unit_name(*parts[0])}"


def unit(match: Match) -> str | None:
    """``5km``, ``100km/h``, ``-5℃``, ``±0.1mm``."""
    parts = unit_parts(match["u"])
    if parts is None or re.match(r"0\d", match["n"]):  # 01W: a colour of a shop
        return None
    if _is_of_name(match):
        return None
    sign, written, many = SIGNS.get(match["s"], ""), match["n"], (match.groupdict().get("w") or "").replace("+", "多")
    if match["u"] in ("m", "k") and _SETTING.search(match.string, max(0, match.start() - 40), match.start()):
        return f"{count(written)}{'兆' if match['u'] == 'm' else 'K'}"
    names = [unit_name(name, size) for name, size in parts]
    if parts[0][0] in WORDS["base_units"] and _SEQUENCED.search(match.string):
        return f"{sign}{count(written)}{many}{parts[0][0][0].upper()}"
    if len(names) == 2 and parts[1] == ("s", 2):
        return f"{sign}{zh_number(written)}{names[0]}每二次方秒"
    sign = "零下" if sign == "负" and names[-1] in COLD else sign
    amount = sign + (zh_number(written) if names[-1] == "安" else count(written)) + many
    last = parts[0][0] in WORDS["said_in_order"] or _IN_ORDER.search(match.string, 0, match.start())
    if len(names) > 2:
        first = f"{amount}{names[0]}每{names[1]}" if last or "·" in match["u"] else f"每{names[1]}{amount}{names[0]}"
        return f"{first}{'' if '·' in match['u'] else '每'}{names[2]}"  # 0.6 W/(m·K)
    if len(names) > 1:
        every = "" if names[1] == "小时" and before(match, WORDS["hourly"], gap=" ") else f"每{names[1]}"
        return f"{amount}{names[0]}每{names[1]}" if last else f"{every}{amount}{names[0]}"
    return f"{amount}{names[0]}"


def _is_of_name(match: Match) -> bool:
    """Whether letter and number are a name's: ``Pico 2 W``, and ``6V``, what a perfect creature of a game has."""
    if match["u"] == "L" and match["n"] == "4":
        if _POURED.match(match.string, match.end()):
            return False
        ahead = _GEAR_AHEAD.search(match.string, 0, match.start())
        return ahead is not None or _GEAR.match(match.string, match.end()) is not None
    if match["u"] == "s":  # 魅族 18s Pro, the orbital C 1s
        shell = match["n"] in "1234" and match.string[max(0, match.start() - 3) : match.start()]
        return _EDITION.match(match.string, match.end()) is not None or bool(shell and _ELEMENT.search(shell))
    if match["u"] == "mg":  # A force of 3mg is three times a weight.
        return _WEIGHT.search(match.string, 0, match.start()) is not None
    if match["u"] == "V":
        powered = _POWER_BEHIND.match(match.string, match.end())
        if _TYRE.search(match.string, 0, match.start()):
            return True  # R16 91V
        return match["n"] in "123456" and not powered and _CREATURES.search(match.string) is not None
    board = match["u"] == "W" and match.group().endswith(" W") and len(match["n"]) == 1
    return board and _BOARD.search(match.string, 0, match.start()) is not None


def unit_name(symbol: str, size: int) -> str:
    """The Chinese name of a unit that is raised to ``size``."""
    name = UNITS[symbol][0]
    return _AREAS.get(size, "") + ("千米" if name == "公里" and size > 1 else name)


def angle(match: Match) -> str:
    """``30°15'20"``."""
    parts = zip(match.groups(), ("度", "分", "秒"), strict=True)
    return "".join(zh_number(value) + name for value, name in parts if value)


def rate(match: Match) -> str | None:
    """The part after the stroke of ``50元/100g``, ``3.5%/年``, ``6.5L/100km``."""
    left = match.string[max(0, match.start() - 20) : match.start()].rstrip()
    many, symbol = match["n"], match["u"]
    over = (_OVER_SO_MANY if many else _OVER_ANY).search(left) or (match["w"] and not many and _PACKED.search(left))
    over = over or (match["w"] in (*"天日次月瓶支片袋盒",) and _MEASURE.search(left))
    if (
        not over
        or ((noun := over.groupdict().get("noun")) and (noun == "gtt" or unit_parts(f"{noun}/{symbol}") is not None))
        or (symbol and left[-1:] == "W")
        or (many and symbol and over["u"] and (over["u"] == symbol or symbol not in WORDS["rate_units"]))
    ):
        return None
    name = match["w"] or ""
    if symbol:
        parts = unit_parts(symbol)
        if parts is None or len(parts) > 1:
            return None
        name = unit_name(*parts[0])
    if many not in (None, "1") and name in (*"包袋盒瓶片罐支",) and re.search(r"(?:[gGlL]|[克升])$", left):
        return f"，{count(many)}{name}"  # 750g/30包 says how many there are.
    return f"每{count(many) if many else ''}{(match['q'] or '').replace('M', '百万').replace('K', '千')}{name}"


def alone(match: Match) -> str | None:
    """The unit of ``3×10⁸m/s`` and ``9×10⁹/L``."""
    parts = unit_parts(match["u"])
    said = "每".join(unit_name(symbol, size) for symbol, size in parts or ())
    return f"{'每' if match['per'] else ''}{said}" if said else None


def pressure(match: Match) -> str | None:
    """``120/80mmHg``; without the unit after a word that names what it is."""
    if not match["u"] and not before(match, ("血压", "BP", "血压值"), gap=" :：为是达到高至在"):
        return None
    a, b = zh_number(match["a"]), zh_number(match["b"])
    return f"{a}比{b}{'毫米汞柱' if match['u'] else ''}"


def build(match: Match) -> str:
    """``178/75kg``, ``170cm/140斤``: how tall and how heavy somebody is."""
    tall, heavy = zh_number(match["a"]), zh_number(match["b"])
    return f"{tall}{'厘米' if match['cm'] else ''}，{heavy}{'千克' if match['kg'] else ''}"


def bytes_of(match: Match) -> str | None:
    """``100M宽带``, ``显存至少12g``, but ``重165G``."""
    if match["u"] == "M" and match["held"] is not None and _FAR.search(match.string[: match.start()]):
        return f"{zh_number(match['n'])}米"
    if match["u"] == "G" and match["n"] not in WORDS["memory_sizes"] and _HEAVY.search(match.string[: match.start()]):
        return f"{zh_number(match['n'])}克"
    digital = match["u"] in "gt" and match["n"] in WORDS["memory_sizes"] and _DIGITAL.search(match.string)
    told = (digital and not _WEIGHED.search(match.string)) or _STORE.search(match.string[: match.start()])
    around = f"{match.string[: match.start()]}#{match.string[match.end() :]}"
    mega = match["u"] == "m" and match["n"] in _POWERS and _MEGA.search(match.string)
    two = match["n"] + match["u"].upper() == "2G" and _KEPT.search(around)
    if match["held"] is not None and not (told or mega or (two and match["u"] == "G")) and match["u"] != "s":
        return None
    return ("两" if two else zh_number(match["n"])) + match["u"].upper().replace("M", "兆")


def inches(match: Match) -> str | None:
    """``6.1"``; ``12″4`` is a time in a race."""
    if match.group()[-1] == "″" and match.string[match.end() :][:1].isdecimal():
        return f"{zh_number(match['n'])}秒"
    return f"{zh_number(match['n'])}英寸" if is_inch(match) else None


def amperes(match: Match) -> str:
    """``10A电流``."""
    tension = match["v"]
    amount = tension or match["n"] or match["n2"] or match["n3"] or match["n4"] or match["n5"]
    return zh_number(amount) + ("伏" if tension else "安")
