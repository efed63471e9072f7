"""Chinese verbalisers of signs: arrows, the minus of frost and of sums in words, options of commands, signs that are
spoken of, the cross between names, formulas of substances.
"""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import roman, zh_cardinal, zh_digits, zh_number, zh_small
from indextts.reading.text.verbalizers import Match, after
from indextts.reading.text.zh.time import WORDS

_EQUATION: Final = re.compile(r"[=→⇌]")
_FORMULA: Final = re.compile(r"[A-Z][a-z]?\d?$")
_MEASURED: Final = re.compile(
    r"(?:[A-Z]{2,5}|\d ?[A-Za-z/%]{1,8}|[率额润量价数入压糖脂能温龄本利胞酶值比益产销力蛋素])[（(]?$"
)
"""What rises and falls."""
_RISES: Final = "↑↗⬆"
_MARK: Final = re.compile(r"[^\w]+")
_ENDPOINT: Final = re.compile("[0-9零一二三四五六七八九十百千万半几年月日号点时分元度级岁楼层周站]$")
_STARTPOINT: Final = re.compile(
    "[0-9一二两三四五六七八九十半第周星礼次翌]|[上下]午|中午|凌晨|[晚早傍]上|至今|[今现]在?$"
)
"""What a range ends and begins with."""
_PARTICLES: Final = "呀啊哦啦呢吧哈嘛么哒滴嗯噢哟喔诶嘿嘻的了好到谢们见安嗷哎呵罢"
_PERSONS: Final = "我您你他她咱俺谢拜哈嘻已就都很太不真又还也才刚正超快请"
_JOURNEY: Final = re.compile("从|往返|航线|高铁|列车|航班|路线|动车|全程|直飞|自驾|车票|机票|专线|铁路|高速")
_CLAUSE: Final = re.compile("[，。；！？\n]")
_TWO_STROKES: Final = re.compile("[^，。；/]{0,8}/")
_FACTOR: Final = re.compile(r"[^()（）]{0,16}[)）] ?[×÷*/]")
_FLAGS: Final = {"-": "杠", "~": "波浪号", "^": "尖号"}
_PROGRAMS: Final = "|".join(map(re.escape, WORDS["programs"]))
_COMMANDS: Final = re.compile(
    r"命令|参数|选项|终端|脚本|编译|[Ss]hell|(?<![\w-])[a-z]{2,12} -[a-zA-Z-]|"
    rf"(?<![A-Za-z])(?:{_PROGRAMS})(?![A-Za-z])"
)
"""What shows that commands for a computer are spoken of."""
_COMMAND_AHEAD: Final = re.compile(r"(?:^|[^\w.@/-]|[\u4e00-\u9fff])(?:[a-z][\w.+-]*|--?[A-Za-z][\w-]*) $")
_OPTION_AHEAD: Final = re.compile(r"(?:[加开带用和或及与、，“‘（(：成定是把给个的中过入]|上|参数|选项|开关|^) ?$")
_KEYS: Final = re.compile(r"[+加减按键调]|音量|数[值量]")
"""Where - is the key that takes away, and no stroke between words."""
_JOINS: Final = re.compile("”?(?:连接|隔开|分隔)")
_SUMMED: Final = re.compile(r"[=÷]|等于|公式|\d ?×|× ?\d")
_LAST_NAME: Final = re.compile(r"(?:[A-Za-z]+|[\u4e00-\u9fff]+|)$")
_FIRST_NAME: Final = re.compile(r"[A-Za-z]+|[\u4e00-\u9fff]+|")
_ACCOUNT: Final = re.compile(rf"(?:{'|'.join(WORDS['accounts'])})[是为叫搜:：\u4e00-\u9fff ]{{0,6}}@?[A-Za-z0-9_.]*$")
_SPINE: Final = re.compile("椎|[腰颈胸骶]|间盘|神经根|节段")
_VERTEBRA: Final = re.compile(r"(?<![A-Za-z])[CTLS]\d{1,2}$")
_KILLS: Final = re.compile(r"(?:KDA|战绩|[Kk]da)[\u4e00-\u9fff:： ]{0,6}(?:\d{1,2}/){0,2}\d{1,2}$")
_FIELDS: Final = {"*": "星", "/": "斜杠", "-": "到", ",": "、", "?": "问号"}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUCLIDES: Final = "C碳N氮O氧H氢F氟P磷S硫I碘U铀K钾He氦Na钠Ca钙Ga镓Lu镥Cs铯Sr锶Pb铅Ra镭Pu钚Co钴Tc锝Xe氙Rn氡Tl铊"
_CHARGES: Final = {"²": "二", "³": "三", "⁴": "四", "": "", "⁺": "正", "+": "正", "⁻": "负"}
_IONIC: Final = re.compile(
    "离子|溶液|晶[体胞格]|细?胞|[血电]|mmol|通道|水解|沉淀|[A-Z][a-z]?[2-4²³]?[+⁺].*[A-Z][a-z]?[2-4²³]?[+⁺-]"
)
_LISTED: Final = re.compile("(?<![A-Za-z])[A-Z][a-z]\\d?[、和及与]$")
_LISTED_ON: Final = re.compile("[、和及与](?:[A-Z][a-z]?\\d?){1,4}(?![A-Za-z])")
"""Elements in a row: Cd、Pb和As."""
_CHARGED: Final = str.maketrans("²³⁺⁻", "23+-")
_SUBSTANCE: Final = re.compile(r"(?<![A-Za-z])(?=[A-Za-z\d]*\d)(?:[A-Z][a-z]?\d{0,2}){2,5}(?![A-Za-z\d])|[⁺⁻]")


def trend(match: Match) -> str:
    """``ALT↑``, ``利润↓``, ``↑12%``; other arrows point at what is below or are those of a gas."""
    text, (start, end) = match.string, match.span()
    left = text[:start]
    moves = text[end : end + 1].isdigit() or _MEASURED.search(left)
    if end - start > 1 or not moves or (_EQUATION.search(text) and _FORMULA.search(left)):
        return "，" if left[-1:].isalnum() and text[end : end + 1].isalnum() else " "
    return "上升" if match.group() in _RISES else "下降"


def ampersand(match: Match) -> str:
    """``Q&A``, ``V&A``, ``AT&T``: in names of letters the sign is English; ``ATT&CK`` is a word."""
    return "attack" if match.group() == "ATT&CK" else " and "


def wave(match: Match) -> str | None:
    """``收到~马上来``: a pause between clauses; ``北京~上海`` and ``小雨~中雨`` are a range."""
    left = _MARK.split(match.string[max(0, match.start() - 24) : match.start()])[-1]
    right = _MARK.split(match.string[match.end() : match.end() + 24])[0]
    if _ENDPOINT.search(left) and _STARTPOINT.match(right):
        return None
    spoken = left[-1] in _PARTICLES or (left[-1].isascii() and left[-1].isalpha()) or right[:1] in _PERSONS
    names = 1 < len(left) < 5 and 1 < len(right) < 5
    alike = left[-1] in right[:4] and len(left) < 8 and not re.search("[很太真超最要就都]", right)
    return "，" if spoken or not (names or alike or _JOURNEY.search(left + right)) else None


def over_words(match: Match) -> str | None:
    """The stroke of ``均价=总价/面积``."""
    left, right = match.string[: match.start()], match.string[match.end() :]
    sums = _CLAUSE.split(left)[-1].partition("=")
    divides = sums[1] and "/" not in sums[2] and not _TWO_STROKES.match(right)
    return "除以" if divides else None


def frost(match: Match) -> str | None:
    """``-5度``, ``-5到8度`` where the weather is spoken of."""
    text = match.string
    cold, turned = (any(word in text for word in WORDS[name]) for name in ("weather", "turned"))
    return f"零下{zh_number(match['n'] or match['n2'])}" if cold and not turned else None


def minus_of_words(match: Match) -> str | None:
    """The sign of ``利润=收入-成本`` and ``(220-年龄)×60%``."""
    text = match.string
    left, right = _CLAUSE.split(text[: match.start()])[-1], _CLAUSE.split(text[match.end() :])[0]
    summed = "=" in left or _FACTOR.match(right) or ("=" in right and left[-1:] in tuple(")）²³"))
    return "减" if summed else None


def option(match: Match) -> str | None:
    """The stroke of ``ls -l``, ``加 -i``, ``--force``, and of ``kill -9``, where commands are spoken of."""
    if match["s"]:
        return _FLAGS[match["s"]]
    text, (start, end), letters = match.string, match.span(), match["w"]
    left = text[max(0, start - 40) : start]
    commands = _COMMANDS.search(f"{text[:start]} {text[end:]}")
    valued = len(match["d"]) > 1 and re.match(r"[a-z][\w-]+=\w", text[end:])
    if not (commands or letters or valued) or not (
        _COMMAND_AHEAD.search(left) or ((commands or valued) and _OPTION_AHEAD.search(left))
    ):
        return None
    apart = " " if letters == "W" else ""  # -Wall is -W and all.
    return "杠" * len(match["d"]) + " ".join((letters or "").upper()) + apart


def sign_by_name(match: Match) -> str | None:
    """A sign that is spoken of (``按“+”键``), and those between names or figures that are not what they are in sums."""
    if match["b"]:
        return "井号感叹号"
    if match["t"] or match["star"]:
        return {"△": "三角形", "⊙": "圆", None: "星"}[match["t"]]
    if match["s"]:
        return str(WORDS["marks"][match["s"]])
    if match["cron"]:
        apart = "，" if re.match(r" ?[\u4e00-\u9fff]", match.string[match.end() :]) else ""
        return "，".join(map(_field, match["cron"].split())) + apart
    signs = match["q"] or match["a"]
    if signs:
        return _named(signs, match)
    if match["x"]:
        return _between_names(match)
    return _underscore(match) if match["u"] else _stroke(match)


def _field(written: str) -> str:
    """A field of the table of times by which a system starts programs: ``*/5``, ``1-5``, ``9,18``."""
    said = re.sub(r"\d+", lambda one: zh_number(one[0], liang=False), written)
    return re.sub(r"[*/,?-]", lambda sign: _FIELDS[sign[0]], said)


def _named(signs: str, match: Match) -> str | None:
    if not signs.strip("!"):
        return None
    names = WORDS["sign_names"]
    if signs in names and signs != "-":
        called = re.match('[”"’」]号', match.string[match.end() :])  # “+”号
        return str(names[signs]).removesuffix("号" if called else " ")
    if signs == "-":
        text, (start, end) = match.string, match.span()
        around = text[max(0, start - 24) : start] + text[end : end + 12]
        return "减号" if _KEYS.search(around) and not _JOINS.match(text, end) else "横杠"
    if len(signs) > 1 and len(set(signs)) == 1:
        return f"{'两三'[len(signs) - 2]}个{names[signs[0]]}"
    return "".join(names[sign] for sign in signs)


def _between_names(match: Match) -> str | None:
    """``HUNTER×HUNTER``, ``优衣库×JW Anderson``, ``联名：华为×徕卡``, but not ``单价×数量``."""
    text, (start, end) = match.string, match.span()
    left, right = re.split(r"[^\w ]", text[:start])[-1], re.split(r"[^\w ]", text[end:])[0]
    a, b = _LAST_NAME.findall(left.rstrip())[0], _FIRST_NAME.findall(right)[0]
    if _SUMMED.search(text) or len(a) == 1 or len(b) == 1:
        return None
    if a.isascii() and b.isascii() and a and b:
        return " " if a == b or (a.isupper() and b.isupper()) else " X "
    names = a.isascii() != b.isascii() and a and b and not a.endswith(WORDS["quantity_ends"])
    return " X " if names or any(word in text for word in WORDS["together"]) else None


def _underscore(match: Match) -> str | None:
    """The sign in the name of an account, which without it is another's."""
    return "下划线" if _ACCOUNT.search(match.string[max(0, match.start() - 30) : match.start()]) else None


def _stroke(match: Match) -> str | None:
    """``L4/5`` of a spine, which is said as one, and ``KDA 12/1/7``."""
    left = match.string[max(0, match.start() - 20) : match.start()]
    if _VERTEBRA.search(left) and _SPINE.search(match.string):
        return " "
    return "杠" if _KILLS.search(left) else None


def elements(match: Match) -> str | None:
    """The letters of ``Eu³⁺``, ``K-Ar法``, of ``Li在MoS₂表面``, where the word alone might be a name; ``¹³C``."""
    if match["i"]:
        symbol, size = match["s"], match["i"].translate(_SUPERSCRIPTS)
        named = re.findall(f"{symbol}([一-龥])", _NUCLIDES)[0] + (zh_digits(size) if size[2:] else zh_small(int(size)))
        return f" {symbol} " if size == "1" else named + " M " * bool(match["m"])
    written = match.group().translate(_CHARGED)
    if written in WORDS["ions"]:
        if match["q"] and not _IONIC.search(match.string):
            return None
        return str(WORDS["ions"][written]) + "离子" * (not after(match, ("离子",)))
    alone = match["e"]
    told = any(word in match.string for word in WORDS["of_substances"])
    near = after(match, WORDS["of_elements"]) or _LISTED.search(match.string, 0, match.start())
    near = near or _LISTED_ON.match(match.string, match.end())
    if alone and not near and not (told and _SUBSTANCE.search(match.string)):
        return None
    symbols = match["f"] or match["g"] or match["p"] or alone
    letters = re.findall(r"[A-Za-z]|\d+", symbols)
    if match["p"] and not any(letter.islower() for letter in letters):
        return None
    said = " ".join(zh_digits(one) if one.isdecimal() else one.upper() for one in letters)
    size = _CHARGES.get(match["n"] or "", "") or zh_digits(match["k"] or "")
    return f" {said} {size}{_CHARGES[match['c'] or match['l'] or '']}"


def roman_after(match: Match) -> str | None:
    """Roman numerals after a Chinese word that counts in them, of a century, of chords: ``ii–V–I``, ``vii°7``."""
    if match["p"]:
        values = [roman(part.upper()) for part in re.split("[-–—]", match["p"])]
        told = len(values) > 2 or not match["p"].isupper()
        return "".join(map(zh_small, values)) if told and all(0 < value < 8 for value in values) else None
    if match["q"]:
        return f"{zh_small(roman(match['q'].upper()))}级减{'七' if match['q7'] else ''}"
    if match["one"]:  # PSI beside PSⅡ
        twin = re.search(rf"(?<![A-Za-z]){match['stem']}(?:II|[2-5])(?![A-Za-z\d])", match.string)
        return f"{match['stem']}一" if twin else None
    value = roman(match["r"] or match["c"] or match["t"] or match["v"])
    left, right = match.string[: match.start()].rstrip(), match.string[match.end() :]
    apart = match.string[max(0, match.start() - 1) : match.start() + 1].startswith(" ")
    aged = "代" * (
        apart and left[-2:].isdecimal() and right.lstrip()[:1] not in tuple("代期型级类度号区段")
    )  # X-T30 II
    return zh_cardinal(str(value), liang=False) + aged if value else None
