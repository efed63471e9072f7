"""Chinese verbalisers of dates, times of day and lengths of time."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from indextts.reading.text.numbers import zh_cardinal, zh_digits, zh_small
from indextts.reading.text.tables import read
from indextts.reading.text.verbalizers import Match, after, before

WORDS: Final = read("zh/tables.yaml")
"""Words and numbers that decide how a number in Chinese is read."""
_DAY_HALVES: Final = ((5, "凌晨"), (12, "上午"), (18, "下午"), (24, "晚上"))
"""Up to which hour (of 24) which part of the day is said for AM and PM."""
DAY_AHEAD: Final = re.compile(r"(?:周|星期|礼拜)[二三四五六] ?$")
"""A day before 18 o'clock, which would be forty-eight."""
_THERE: Final = re.compile(
    "处(?![理于在处分罚置])|那[里段句]|这里|的地方|那[个一](?:回[头眸]|转场|镜头|画面|[表眼][情神]|[高转]音|动作|特写|走位)"
)
_CLAUSE: Final = re.compile("[，。；！？,;!?]")
_FROM_ZERO: Final = re.compile(r"0?0:00 [^\d:]{1,40}\d{1,2}:\d\d ")  # A list of the places in a recording.
_IN_ROW: Final = re.compile(r"(?<![\d:])(?:\d{1,2}:)?\d{1,2}:[0-5]\d(?= ?[^\s\d~–—至到-])")
_ENTRY: Final = re.compile(r"[\w）)》”’」？！?!](?: +)$")  # Where an entry ends before the next place.
_LIMIT: Final = re.compile("(?:[以之]?内|的?成绩)?(?:完赛|撞线|冲线|跑完)|[以之]内|的?(?:兔子|配速员)")
_RUN: Final = re.compile(
    "马拉松|(?<![头骑牛斑])[全半首北上广厦杭成武锡重南西兰深港东波柏伦]马(?![上路虎云])|完赛|越野赛|铁三|跑者|全程马"
)
"""Behind and around a time that a race takes: 北马3:30以内完赛."""
_SHORT_RUN: Final = re.compile("(?:配速|公里|千米|间歇|百米)[^，。；]{0,6}$")
_LONGEST: Final = 8  # Hours that such a race lasts at most; larger figures are minutes.
_ROW_AHEAD: Final = re.compile(r"时间[轴戳]|章节|[Ss]how ?[Nn]otes|进度条|本期内容")
_BEGUN: Final = re.compile(r"(?:2[5-9]|[3-9]\d):[0-5]\d ?[-~–—到至] ?$")  # 58:00-1:03:10
_STRAND: Final = re.compile(r"(?<!\d)[35][''′’] ?(?:[端末→]|UTR|[-–][35A-Z]|(?:to|[至到]) ?[35][''′’])")
_TITLE: Final = re.compile(
    "为什么|为何|究竟|什么样|意味着|那些(?:事|年|人)|多少|怎么看|如何(?!是好)|谁在|是什么|聊了?聊|关于|到底(?:是?[怎为凭]|有没有|值不值|该不该)|凭什么|怎样|一步步|的(?:秘密|真相|背后|故事|故乡|一生)"
)
_DIARY: Final = re.compile(
    "还[没不在睡]|睡|醒|起床|到家|回家|[上下加]班|出门|出发|航班|高铁|地铁|公交|堵|食堂|集合|开[会门盘]|上课|[抵到]达|到了|晚点|重启|报警|地震|发射|点火|起飞|着陆|监控|ERROR|WARN|INFO|打卡|签到"
)
"""What the heads of parts of a recording tell, and what is told of a time of day."""
_HEAD: Final = re.compile(r"(?:[\])）】][ :：-]{0,3}|[ :：-]{1,3})[^。！？\n]{0,40}")
_AT: Final = r"(?:日期?|时间)? ?[是为在到于:：从自]{0,2} ?[(（]?$"
_TOLD: Final = re.compile(
    r"(?:(?<![A-Za-z])(?i:ddl|due(?: date)?|deadline|et[acd])(?: (?:[A-Za-z]{2,12}|[\u4e00-\u9fff]{2,4})){0,2}"
    r"|月[0-3]?\d[日号] ?[-~–—]"
    "|[最不][晚迟早]于?|截[止至]|[今明后]天是|生日|日期|档期|[展婚假学]期|[周期][一二三四五六日天][（(]?"
    "|改[到至在期签]|推迟|延[期后迟]|提前到|[定约排]在|放假|休假|调休|补班|[寒暑]假|[春国]节|国庆|[上返复开]课|返[校岗程]|复工|开[学工]"
    f"|时间[是为:：]){_AT}"
)
"""What stands before a day …"""
_TICKETED: Final = "VIP|内场|看台|山顶|[门机车船]?票|航班|高铁|动车|飞机|火车|演唱会|演出|场次|[早晚]场|面试|讲座|直播"
_SURELY: Final = re.compile(
    r" ?[日号](?![线楼机店门房位元系馆院均])| {1,2}[012]?\d[:：][0-5]\d|[是为]?[\u4e00-\u9fff]{1,3}节"
    "|[是为]?(?:元旦|中秋|端午|除夕|平安夜)"
    r"| ?(?:放假|调休|补班|上班(?![族时人])|返[校岗程]|复工|开工|当[天晚日]"
    r"|[那这]天|[上下]午|中午|凌晨|晚上|晚\d|[(（]?(?:周|星期)[一二三四五六日天])"
)
_DEED: Final = re.compile(
    r"[日号]? ?(?:[之以]前|前(?![一二三四五六七八九十\d半场面方端的进]|往|半)|截[止稿]|到期|ddl|DDL|deadline"
    r"|(?P<may>开[学幕会业播]|出发|上线|首[发播映]|[去飞](?=[\u4e00-\u9fff])|到[货港岗家]|抵达|起飞|体检|[面考笔]试|答辩|交[稿货房]|发[货布版]|入[职住]|退房|开始"
    rf"|的 ?(?:{_TICKETED})))"
)
"""… or behind one; what may be done by a part of something too stands in a group."""
_BESIDE: Final = re.compile(
    r"(?:(?i:(?<![A-Za-z])(?:ddl|due|deadline|et[acd]))|截止|放假|改到) ?(?:1[0-2]|[1-9])/\d"
    r"|(?<![\d/])(?:1[0-2]|[1-9])/[123]?\d(?:[日号（(]|[上下]午| ?(?:放假|上班|[（(]?周[一二三四五六日]))"
)
"""A day near another, which is one then."""
_NO_DAY: Final = re.compile(
    r" ?(?:拍|分[之钟音]|决赛|英寸|寸|[杯勺匙秒圈页层步强]|茶匙|[sS](?![A-Za-z])"
    r"|in(?![a-z])|[\"″%‰+*×=÷<>≤≥^]|号[线楼机])"
)
_NO_DAYS: Final = re.compile(
    r"(?:快门|曝光|取值|值域|区间|比[例值分]|赔率|胜率|血压|进度|稀释|[评打]分)[^，。；\d]{0,3}$"
    r"|第 ?$|[=+*×÷<>≤≥√^≈] ?$|等于$"
)
"""What is behind and before a fraction."""
_NO_LIMIT: Final = re.compile("[降升减达缩增涨占短低小少变压]到 ?$")
_HEADS: Final = re.compile(" (?![是等比大小的和与化乘除加减约])[\u4e00-\u9fff]")  # 2/23 拆线, at the head of a clause
_MEETING: Final = re.compile(
    "(?:[会展赛训营节班]|报名|缴费|打印|预售|开放|活动|征集) ?$"
)  # What is held from one day to another.
_SHORT_YEAR: Final = re.compile(
    r"(?<!\d)(?:0\d|[6-9]\d)年(?!级|代)|(?:[是他她我于早]|[于早自]在|截[至止]|，)[12]\d年(?:毕业(?!生)|出生|入[职学伍行]|[买考结搬]的|底|就|开业)"
)


def date(match: Match) -> str | None:
    """``2024-03-15``, ``3/15/2024``."""
    month, day = int(match["m"]), int(match["d"] or 1)
    if month > 12 and day <= 12 and match.start("m") < match.start("y"):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    tail = f"{zh_small(day)}日" if match["d"] else ""
    return f"{zh_digits(match['y'])}年{zh_small(month)}月{tail}"


def short_date(match: Match) -> str | None:
    """``12/2/2``, ``24/3/15``, ``3/15/24``: a year of two figures stands first, or last where nothing else can be."""
    year, month, day = match.group("a", "b", "c")
    if int(month) > 12 >= int(year) or (int(day) > 31 and int(year) <= 12):
        year, month, day = day, year, month
    if len(year) != 2 or not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{zh_digits(year)}年{zh_small(int(month))}月{zh_small(int(day))}日"


def year_month(match: Match) -> str | None:
    """``2008.08`` where it can be no sum: its month has a zero before it or its words are those of a time."""
    dated = before(match, WORDS["time_before"], gap=" :：")
    counted = after(match, (*WORDS["liang_after"], *WORDS["money_names"], "万", "亿", "分", "倍"))
    shown = match["m"][0] == "0" and not before(match, WORDS["count_before"])
    return date(match) if not counted and (dated or shown) else None


def year(match: Match) -> str | None:
    """``2024年``, but not ``1000年历史``."""
    round_, behind = match["y"].endswith("00"), match.string[match.end() :].lstrip()
    recent = not round_ and 1900 <= int(match["y"]) < 2100  # 1972年来的 came that year
    counted = "历史|前|来|间|的|以|之|后|寿命" if round_ else f"历史{'' if recent else '|来的'}|之久|寿命|间隔"
    lasts = behind.startswith("年") and before(match, WORDS["lasting_years" if round_ else "lasting_surely"], gap=" ")
    place = int(match["y"]) < 1800 and behind.startswith(("赛", "级"))  # 超级1000赛, 1000级
    return None if lasts or place or re.match(f"年(?:{counted})", behind) else zh_digits(match["y"])


def season(match: Match) -> str | None:
    """``23-24赛季``: two years in a row."""
    a, b = match.group("a", "b")
    return zh_digits(a + b) if (int(a) + 1) % 100 == int(b) else None


def year_of_event(match: Match) -> str | None:
    """``2024巴黎奥运会``."""
    return None if before(match, WORDS["count_before"], gap=" ") else zh_digits(match.group())


def length(parts: tuple[tuple[str, str], ...]) -> str:
    """Hours, minutes and seconds; those that are zero are not said."""
    said = [("两" if int(value) == 2 else zh_cardinal(value)) + name for value, name in parts if int(value)]
    return "".join(said) or "零秒"


def raced_length(match: Match, around: str, first: str, second: str) -> str:
    """``3:30`` of a race: hours and minutes of a long one, minutes and seconds of others and of each kilometre."""
    short = int(first) >= _LONGEST or _SHORT_RUN.search(match.string, 0, match.start())
    long = not short and _RUN.search(around)
    return length(tuple(zip((first, second), ("小时", "分") if long else ("分", "秒"), strict=True)))


def _clock(hour: str, minute: str, second: str | None) -> str:
    spoken = ("两" if int(hour) == 2 else zh_small(int(hour))) + "点"
    if int(minute) or (second and int(second)):
        spoken += ("零" if 0 < int(minute) < 10 else "") + f"{zh_small(int(minute))}分"
    if second and int(second):
        spoken += ("零" if int(second) < 10 else "") + f"{zh_small(int(second))}秒"
    return spoken


def clock(match: Match) -> str | None:
    """``8:30``, ``3:30 PM``, ``2:16:00`` after a word that makes it a length of time."""
    hour, minute, second = match["h"] or match["ht"], match["m"] or match["mt"], match["s"]
    if int(minute) > 59 or int(second or 0) > 59:
        return None
    raced = before(match, WORDS["duration_before"], gap=" :：是为") or after(match, WORDS["duration_after"])
    if second and not match["p"] and _is_place(match, int(hour)):
        apart = "，" if match.string[match.end() : match.end() + 1] == " " else ""
        text = match.string
        ahead = "，" if _ENTRY.search(text, 0, match.start()) and is_in_row(text) else ""
        return ahead + place_in_recording(int(hour), int(minute), int(second)) + apart
    if second and (raced or int(hour) > 24):
        return length(((hour, "小时"), (minute, "分"), (second, "秒")))
    if int(hour) > 24:
        return None
    timed = not (second or match["p"] or match["ht"]) and _LIMIT.match(match.string, match.end())
    if timed and _RUN.search(match.string) and not before(match, WORDS["day_parts"], gap=" "):
        return raced_length(match, match.string, hour, minute)
    said = _half(hour, match["p"], match) + _clock(_of_half(hour, match["p"]), minute, second)
    return _behind_day(match, said.removesuffix(match.string[match.end() :][:1]))  # 14:00点


def hour(match: Match) -> str | None:
    """``5pm``."""
    written = match["h"]
    if not 1 <= int(written) <= 12:
        return None
    return _half(written, match["p"], match) + _clock(_of_half(written, match["p"]), "0", None)


def hours(match: Match) -> str | None:
    """``2-4pm``."""
    first, last = int(match["h"]), int(match["h2"])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    opens = _clock(match["h"], "0", None)
    if first > last:
        return f"{opens}到{_half(match['h2'], match['p'], match)}{_clock(match['h2'], '0', None)}"
    return f"{_half(match['h'], match['p'], match)}{opens}到{_clock(match['h2'], '0', None)}"


def _behind_day(match: Match, said: str) -> str:
    """A time of day apart from the day before it, with which it would be one number: 周四18:00, 周六10:00."""
    return f"，{said}" if said[0] == "十" and DAY_AHEAD.search(match.string, 0, match.start()) else said


def _half(written: str, half: str | None, match: Match) -> str:
    if not half or int(written) > 12 or before(match, WORDS["day_parts"], gap=" "):
        return ""
    hour = int(written) % 12 + (12 if half[0] in "pP" else 0)
    return next(name for until, name in _DAY_HALVES if hour < until) if hour != 12 else "中午"


def _of_half(written: str, half: str | None) -> str:
    return "12" if half and int(written) == 0 else written


def spelt_days(match: Match) -> str:
    """``9·18``, ``3.15晚会``: days that have become names."""
    month, day = match.group("m", "d")
    if month == "10" or (len(month) == len(day) == 2 and month == day):
        return zh_small(int(month)) + zh_small(int(day))
    return zh_digits(month + day)


def short_duration(match: Match) -> str:
    """``1h30min``, ``3'45"``."""
    names = (("h", "小时"), ("m", "分" if match["s"] else "分钟"), ("s", "秒"))
    return length(tuple((match[key], name) for key, name in names if match[key]))


def clocks(match: Match) -> str | None:
    """``9:00-18:00``; where one end is no time of day (``9:00-18:60``), the other is none either."""
    ends = [match.group("h", "m", "s", "p"), match.group("h2", "m2", "s2", "p2")]
    if any(int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59 for hour, minute, second, _ in ends):
        if any(second or half for _, _, second, half in ends):
            return None
        return "到".join("比".join(zh_cardinal(str(int(n)), liang=False) for n in end[:2]) for end in ends)
    said = (_half(hour, half, match) + _clock(hour, minute, second) for hour, minute, second, half in ends)
    return _behind_day(match, "到".join(said))


def month_day(match: Match) -> str:
    """``12/20`` and ``7.21`` where they are days."""
    unit = "" if after(match, ("日", "号")) else "日"
    return f"{zh_small(int(match['m']))}月{zh_small(int(match['d']))}{unit}"


def stroke_day(match: Match) -> str | None:
    """``9/15前``, ``ETA LA 11/19``, ``10/1–10/7``, where the words around show days, and no fraction."""
    text, (start, end) = match.string, match.span()
    month, day = int(match["m"]), int(match["d"])
    part = month < day
    if _NO_DAY.match(text, end) or _NO_DAYS.search(text, max(0, start - 12), start):
        return None
    told = _TOLD.search(text, max(0, start - 24), start) is not None
    sure = told or _SURELY.match(text, end) is not None
    if match["d2"]:
        return _stroke_days(match, sure)
    if sure:
        return month_day(match)
    counted = part and before(match, WORDS["part_before"], gap=" ")
    shared = counted or (part and day < 11)
    deed = None if counted else _DEED.match(text, end)
    if deed and (not (shared and deed["may"]) or before(match, WORDS["day_told_before"], gap=" ")):
        return month_day(match)
    if (
        before(match, WORDS["day_before"], gap=" ")
        and day > 12
        and not _NO_LIMIT.search(text, max(0, start - 4), start)
    ):
        return None if text[end : end + 1] in tuple("分的决") else month_day(match)
    beside = not shared and (_BESIDE.search(text, max(0, start - 40), start) or _BESIDE.search(text, end, end + 40))
    first = text[max(0, start - 2) : start].rstrip(" ")[-1:] in ("", *"，。；、！？")
    heads = first and (not part or day > 12) and _HEADS.match(text, end)
    return month_day(match) if beside or heads or (day == 1 < month and text[end : end + 1] != "的") else None


def _stroke_days(match: Match, sure: bool) -> str | None:
    """``10/1–10/8``, ``1/28-2/4``, ``9/13-14``: from one day to a later one."""
    month, day, last = int(match["m"]), int(match["d"]), int(match["d2"])
    until = int(match["m2"] or month)
    sure = sure or _MEETING.search(match.string, max(0, match.start() - 3), match.start()) is not None
    later = (month, day) < (until, last) or (month, until) in ((12, 1), (11, 1), (12, 2))
    no_parts = month >= day or until >= last or (max(day, last) > 12 and (month, until) != (1, 1))
    counted = not match["m2"] and after(match, (*WORDS["liang_after"], "点"))
    return _days(match) if later and not counted and (sure or no_parts) else None


def month_days(match: Match) -> str | None:
    """``3.15-4.1``, ``9.13-14``, unless they are two numbers."""
    if match["m2"] and max(int(match["d"]), int(match["d2"])) < 10 and match["m"] != match["m2"]:
        return None
    return _days(match)


def _days(match: Match) -> str:
    m, d, d2 = (zh_small(int(match[name])) for name in ("m", "d", "d2"))
    until = f"{zh_small(int(match['m2']))}月" if match["m2"] else ""
    between = (match.groupdict().get("w") or "日").replace(" ", "")
    unit = "" if match.string[match.end() :][:1] in ("日", "号") else "日"
    return f"{m}月{d}{between if between[0] in '日号' else f'日{between}'}到{until}{d2}{unit}"


def padded_day(match: Match) -> str | None:
    """``07-15``, ``07.15``: no score and no sum has such a zero, but what is numbered may have it."""
    if _is_numbered(match):
        return None
    unit = "" if match.string[match.end() :][:1] in ("日", "号") else "日"
    return f"{zh_small(int(match['m'] or match['m2']))}月{zh_small(int(match['d'] or match['d2']))}{unit}"


def month_of_year(match: Match) -> str | None:
    """``05/2023``, ``03.2019``: the month stands first."""
    month = match["m"] or match["m2"]
    return None if _is_numbered(match) else f"{zh_digits(match['y'])}年{zh_small(int(month))}月"


def _is_numbered(match: Match) -> bool:
    return before(match, (*WORDS["no_day_after"], *WORDS["digitwise_before"]))


def era(match: Match) -> str:
    """``221 BC``, ``500-400 B.C.``, ``800 AD``; 公元 is not said twice."""
    written = match["e"] or match["e2"] or match["e3"]
    head = match["c"] or _era(written)
    first = f"{zh_digits(match['y0'])}到" if match["y0"] else ""
    tail = re.sub(r"\d+", lambda part: zh_small(int(part[0])), match["n"] or "年")
    return f"{head}{first}{zh_digits(match['y'])}{tail}"


def _era(written: str) -> str:
    return "公元前" if written[0] in "Bb" else "公元"


def counted_hours(match: Match) -> str | None:
    """``1:30小时``, ``3:45分钟``."""
    if int(match["m"]) > 59:
        return None
    names = ("小时", "分钟") if match["u"][-1] != "钟" or "钟头" in match["u"] else ("分", "秒")
    return length(tuple(zip(match.group("h", "m"), names, strict=True)))


def moment(match: Match) -> str | None:
    """``副歌从1:05开始``, ``35:20处``: a place in a recording."""
    text, minutes, seconds = match.string, int(match["m"]), int(match["s"])
    left, right = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 4]
    recorded = any(word in left for word in WORDS["recordings"]) or _FROM_ZERO.match(text) is not None
    row = is_in_row(text)
    recorded = recorded or row or _is_shown_at_head(match)
    at, there = before(match, WORDS["moment_before"], gap=" "), after(match, WORDS["moment_after"])
    placed = at and there
    # People watch videos at some time of the day, too.
    same = any(word in _CLAUSE.split(left)[-1] for word in WORDS["watched"])
    watched = minutes > 24 or (same and (at or there))
    recorded = recorded or (watched and any(word in left for word in WORDS["watched"]))
    by_day = after(match, WORDS["moment_never_after"]) or before(match, WORDS["day_parts"], gap=" ")
    shown = _THERE.match(right)
    if by_day or not (recorded or shown or (minutes > 24 and (placed or seconds < 10))):
        return None
    apart = "，" if row and _ENTRY.search(left) else ""
    return apart + place_in_recording(0, minutes, seconds)


def is_in_row(text: str) -> bool:
    """Whether a line counts off places in a recording: its times rise from its beginning, or behind 时间轴."""
    times = [one[0].split(":") for one in _IN_ROW.finditer(text)]
    places = [sum(int(part) * 60**power for power, part in enumerate(reversed(time))) for time in times]
    if len(places) < 2 or any(a >= b for a, b in pairwise(places)):
        return False
    shown = any(place % 30 for place in places) and (places[0] < 60 or 24 * 60 < places[-1] < 60 * 60)
    return shown or _ROW_AHEAD.search(text) is not None


def _is_place(match: Match, hour: int) -> bool:
    """Whether ``1:04:33`` is a place in a recording: at the head of a line, in a row of such, behind ``58:00-``."""
    text, start = match.string, match.start()
    head = _HEAD.match(text, match.end())
    round_ = match["s"] == "00" and match["m"] in ("00", "30")
    heads = (
        head is not None
        and not round_
        and not head.group().startswith(" 的")
        and not text[:start].strip("[(（【-*• \n")
        and not _DIARY.search(head.group()[:12])
    )
    shown = heads and re.search(r"[\u4e00-\u9fffA-Za-z]", head.group() if head else "")
    return hour < 6 and bool(shown or is_in_row(text) or _BEGUN.search(text, max(0, start - 8), start))


def place_in_recording(hours: int, minutes: int, seconds: int) -> str:
    """``五分零三秒``, ``一小时两分``: how far in a recording something is."""
    said = length(((str(hours), "小时"), (str(minutes), "分" if hours or seconds else "分钟")))
    said = said.replace("小时", "小时零", 1) if hours and 0 < minutes < 10 and seconds else said
    if not seconds:
        return said
    padded = "零" if 0 < seconds < 10 and (hours or minutes) else ""
    return f"{said if hours or minutes else ''}{padded}{zh_small(seconds)}秒"


def _is_shown_at_head(match: Match) -> bool:
    """Whether a line begins with a place in a recording: ``41:25 嘉宾谈到开源``, but not ``8:30 开会``."""
    text, minutes, seconds = match.string, int(match["m"]), int(match["s"])
    head = _HEAD.match(text, match.end())
    if text[: match.start()].strip("[(（【-*• \n") or head is None:
        return False
    told = any(word in head.group() for word in WORDS["recorded_deeds"])
    shown = any(word in head.group() for word in WORDS["recorded"]) and (minutes < 6 or seconds % 5 > 0)
    titled = _TITLE.search(head.group()) and not _DIARY.search(head.group())
    return minutes > 24 or told or shown or bool(titled)


def padded(match: Match) -> str:
    """The zero of ``05月`` and of ``3月05号`` is not said."""
    return zh_small(int(match["n"] or match["n2"]))


def year_in_row(match: Match) -> str | None:
    """``10年上海世博会`` behind ``08年``: a year by its last figures, beside another that can be nothing else."""
    lasts = before(match, WORDS["lasting_before"], gap="")
    return zh_digits(match.group()) if _SHORT_YEAR.search(match.string) and not lasts else None


def of_match(match: Match) -> str | None:
    """``87'``, ``45+2'``: a minute of a match; ``5'端`` of a strand."""
    if match["n"] in ("3", "5") and _STRAND.search(match.string):
        return f"{zh_small(int(match['n']))}撇"
    if not any(word in match.string for word in WORDS["match_words"]):
        return None
    more = f"加{zh_small(int(match['x']))}" if match["x"] else ""
    return f"{zh_cardinal(match['n'], liang=False)}{more}分钟"
