"""Chinese normalisation rules: patterns in order of precedence, as data."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import patterns as p
from indextts.text import verbalizers as readers
from indextts.text.numbers import zh_digits, zh_number, zh_small
from indextts.text.zh import tables
from indextts.text.zh import time as zt
from indextts.text.zh import verbalizers as zh

_DASH: Final = r"(?P<d> ?(?:--|——|[-–—~]) ?)"
_AREA: Final = r"(?<![\d-])\(?0\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4}(?![\d-])"
_MOBILE: Final = r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
_FOREIGN: Final = r"\+\d{1,3}(?:[ -]\(?\d{2,4}\)?){2,5}(?!\d)"
_SERVICE: Final = r"(?<!\d)(?:[48]00[- ]?\d{3}[- ]?\d{4}|[48]00-\d{4}-\d{3}|0800-\d{3}-\d{3})(?!\d)"
_CLOCK: Final = (
    r"(?<![\d.])(?<!\d[:：])(?P<h>\d{1,2})[:：](?P<m>\d{2})(?:[:：](?P<s>\d{2}))?(?![\d:：])"
    r"(?: ?(?P<p>[aApP]\.?[mM](?![A-Za-z])\.?))?"
)
_PER: Final = p.either(tables.PER_AFTER)
_S: Final = r"(?P<s>(?<![\w)）%℃°-])[-+]|(?<=[\u4e00-\u9fff])-|±)?"
_NO_NUMBER: Final = r"(?<![\d.,A-Za-z])"
_BACK: Final = p.either(tables.MODEL_BEFORE)
_DAY_BEFORE: Final = "|".join(f"(?<={re.escape(word)})" for word in tables.DAY_BEFORE)
_ROMAN_BACK: Final = "|".join(f"(?<={re.escape(word)})" for word in tables.ROMAN_BEFORE)

ROWS: Final[tuple[p.Row, ...]] = (
    ("address", p.ADDRESS, readers.address("zh"), re.ASCII),
    ("initials", p.INITIALS, readers.letters, 0),
    ("file", p.FILE, readers.file_name("zh"), re.IGNORECASE),
    ("abbreviation", r"(?<![A-Za-z.])(?:Mr|Mrs|Ms|Dr|Prof|vs|e\.g|i\.e|etc)\.(?![A-Za-z])", readers.abbreviation,
     re.IGNORECASE),
    ("id", r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", readers.id_number("zh"), 0),
    ("digits", p.LONG, readers.digits("zh"), 0),
    ("hex", p.HEX, readers.hexadecimal("zh"), 0),
    ("aircraft", r"(?:(?<=波音)|(?<=空客)) ?(?P<n>[A-Z]?\d{3})-(?P<v>\d{1,4})(?!\d)", zh.aircraft, 0),
    ("address", r"(?<![\d-])\d{1,2}(?:-\d{1,2}){1,2}-(?!(?:19|20)\d\d(?!\d))\d{3,4}(?![\d-])", zh.door, 0),
    ("digits", r"(?<!\d)\d{4}(?: \d{4}){2,4}(?: \d{1,3})?(?!\d)", readers.digits("zh"), 0),
    ("name", rf"(?<![\d.A-Za-z-])(?:{p.either(tables.NUMBER_NAMES)})(?=[\u4e00-\u9fff])"
     rf"(?!{p.either(tables.NO_NAME_AFTER)})", lambda m: tables.NUMBER_NAMES[m.group()], 0),
    ("standard", rf"(?<![A-Za-z])(?P<s>(?:{p.either(tables.STANDARDS)})(?:/[A-Z]{{1,3}})?) ?"
     r"(?P<n>\d{2,6}(?:\.\d{1,2})?)[-—–:](?P<y>(?:19|20)?\d\d|\d)(?![\d.])", zh.standard, 0),
    ("phone", _FOREIGN, zh.phone, 0),
    ("phone", _MOBILE, zh.phone, 0),
    ("phone", _AREA, zh.phone, 0),
    ("phone", _SERVICE, zh.phone, 0),
    ("digits", r"(?<!\d)\d{3} \d{3,4} \d{4}(?!\d)", readers.digits("zh"), 0),
    ("phone", r"(?<![\d-])\d{2,5}(?:[- ]\d{2,5}){1,4}(?![\d-])",
     lambda m: zh.phone(m) if readers.before(m, tables.PHONE_BEFORE, gap=" :：是为") else None, 0),
    ("date", p.YMD, zt.date, 0),
    ("time", r"(?<=\d{4}-\d\d-\d\d)T(?=\d\d:\d\d)", readers.fixed(" "), 0),
    ("date", r"(?<![\d./-])(?P<m>\d{1,2})(?P<s>/)(?P<d>\d{1,2})/(?P<y>1\d{3}|20\d\d)(?![\d/])", zt.date, 0),
    ("date", r"(?<![\d./-])(?P<y>1\d{3}|20\d\d)(?P<s>[-/])(?P<m>0[1-9]|1[0-2])(?P<d>(?!.))?(?![\d/-]|学年|年"
     r"|赛季)", zt.date, 0),
    ("date", r"(?<![\d./-])(?P<y>19\d\d|20\d\d)(?P<s>\.)(?P<m>0[1-9]|1[0-2])(?P<d>(?!.))?"
     rf"(?=(?:{p.either(tables.YEAR_MONTH_AFTER)})| ?[-~–—至到] ?(?:今|(?:19|20)\d\d\.\d\d(?!\d)))", zt.date, 0),
    ("range", r"(?<=[12]\d{3}\.\d\d) ?[-~–—] ?(?=[12]\d{3}\.\d\d(?!\d))", readers.fixed("到"), 0),
    ("date", r"(?<=\d{4}\.\d\d[-~–—至到])(?P<y>19\d\d|20\d\d)(?P<s>\.)(?P<m>0[1-9]|1[0-2])"
     r"(?P<d>(?!.))?(?!\d)", zt.date, 0),
    ("range", r"(?<=\d{4}[/.-]\d\d[/.-]\d\d) ?[-~–—] ?(?=\d{4}[/.-]\d\d?[/.-]\d)", readers.fixed("到"), 0),
    ("date", r"(?<![\d./-])(?P<m>1[0-2]|0?[1-9])/(?P<d>[12]\d|3[01]|0?[1-9])(?P<to> ?[-~–—至到] ?)"
     r"(?P<m2>1[0-2]|0?[1-9])/(?P<d2>[12]\d|3[01]|0?[1-9])(?![\d/.%])", zt.month_days, 0),
    ("date", rf"(?:{_DAY_BEFORE})(?<![降升减达缩增涨占]到)(?P<m>1[0-2]|0?[1-9])/(?P<d>1[3-9]|2\d|3[01])"
     r"(?![\d/.%分的])", zt.month_day, 0),
    ("date", r"(?<!\d)0\d(?=[月日号])", lambda m: zh_small(int(m.group())), 0),
    ("date", r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])\.(?P<d>[12]\d|3[01]|0?[1-9])"
     rf"(?=(?:{p.either(tables.DAY_PARTS)}|当[天晚日]|[号日](?![均本元线楼]|电池)))", zt.month_day, 0),
    ("day", r"(?<![\d.·了价省减钱])(?P<m>6|1[12])\.(?P<d>18(?<=6\.18)|11(?<=11\.11)|12(?<=12\.12))"
     r"(?![\d.%A-Za-z元块万亿米倍斤分个])", zt.spelt_days, 0),
    ("day", r"(?<![\d.·])(?P<m>\d{1,2})(?:·|\.(?=\d{1,2}(?:晚会|假期|国庆|黄金周|劳动节|大促|购物节|地震|事变"
     r"|运动|事件|惨案|活动|打假)))(?P<d>\d{1,2})(?!\d)", zt.spelt_days, 0),
    ("digits", r"(?<![\d.,A-Za-z-])\d{3,15}(?![\d.,%]\d|%|[年月日元块万亿米]|:\d|-\d)", zh.named_digits, 0),
    ("date", r"(?<![\dA-Za-z.,_-])(?P<y>19\d\d|20\d\d)(?P<m>0[1-9]|1[0-2])(?P<s>)(?P<d>0[1-9]|[12]\d|3[01])"
     rf"(?![\d.,%A-Za-z_-]|(?:{p.either(tables.LIANG_AFTER)}))", zt.date, 0),
    ("digits", r"(?<![\d.])\d{3,6}(?=[室房]|号房|号室|次列车|次航班|会议室|教室|办公室|路(?:公交|车|电车|$"
     r"|[和、，。到站])|大街?号)", readers.digits("zh"), 0),
    ("phone", r"(?:(?<=11\d)|(?<=12[02]))[、/和或](?:11\d|12[02])(?!\d)",
     lambda m: m[0][0] + zh_digits(m[0], yao=True), 0),
    ("digits", r"(?<=[A-Za-z]_)\d{1,12}(?!\d)", readers.digits("zh"), 0),
    ("duration", r"(?<![\d.:：])(?P<h>\d{1,3})[:：](?P<m>\d\d) ?(?P<u>个?小时|个?钟头|分钟)", zt.counted_hours, 0),
    ("duration", r"(?<![\dA-Za-z.])(?P<h>\d{1,3})h ?(?P<m>\d{1,2})(?:min|m)?(?: ?(?P<s>\d{1,2})s(?:ec)?)?"
     r"(?![A-Za-z\d])", zt.short_duration, 0),
    ("duration", r"(?<![\dA-Za-z.])(?P<h>(?!))?(?P<m>\d{1,3})(?:['′]|min) ?(?P<s>\d{1,2})(?:s(?:ec)?"
     r"(?![A-Za-z\d])|[\"″])", zt.short_duration, 0),
    ("digits", rf"(?<=[{''.join(tables.PLATES)}][A-Z])[·•. -]?[A-Z0-9]{{5,6}}(?![A-Za-z0-9])", zh.plate, 0),
    ("digits", r"(?<=单元)-?\d{3,4}(?![\d.])|(?<=[号\d][楼栋幢])\d{3,4}(?![\d.个人名户层元块平米余多])"
     r"|(?<=座)\d{3,4}(?![\d.人个位名])|(?<=[A-Za-z]\d)-\d{3,5}(?!\d)|"
     r"(?<=[A-Z]\d{3})-\d{3,4}(?!\d)"
     r"|(?<![A-Za-z.])(?<=[A-Z]\.)\d{3}(?!\d)|(?<!\d)(?:720|1080|1440|2160|480)(?=[pPiI](?![A-Za-z]))",
     readers.digits("zh"), 0),
    ("unit", r"(?<![\d.A-Za-z])(?P<n>\d{1,5})(?P<u>[MmGgTt])(?=宽带|带宽|光纤|网速|流量|大小|文件"
     r"|的?(?:内存|显存|运存|硬盘|固态|存储|闪存|缓存|[Uu优]盘|[Ss][Dd]卡|TF卡|空间|版本))",
     lambda m: zh_number(m["n"]) + m["u"].upper().replace("M", "兆"), 0),
    ("digits", r"(?<!\d)110(?=米跨?栏)|(?<![\d.])23{3,30}(?![\d.,%个元])|(?<![\w.])6{3,30}(?![\w.%])",
     readers.digits("zh"), 0),
    ("figure", r"(?<=[表图式])(?P<a>\d{1,3})-(?P<b>\d{1,3})(?![\d-])",
     lambda m: f"{zh.plain(m['a'])}杠{zh.plain(m['b'])}", 0),
    ("digits", r"(?<=#)\d{3,6}(?!\d)", readers.digits("zh"), 0),
    ("digits", r"(?<=[路街道巷弄])\d{4}(?=号|弄)", readers.digits("zh"), 0),
    ("name", p.SHARP, readers.name_with_signs("zh"), 0),
    ("name", r"(?<=[A-Z])&(?=[A-Z])(?=[A-Z]{1,4}(?:环节|部门|公司|部|投资|咨询|技术|业务|时间|集团|交易)|T"
     r"(?![A-Za-z]))", readers.fixed(" and "), 0),
    ("ip", p.IP, readers.ip("zh"), 0),
    ("version", p.VERSION, readers.dotted("zh"), 0),
    ("time", _CLOCK + _DASH + _CLOCK.replace("P<h>", "P<h2>").replace("P<m>", "P<m2>")
     .replace("P<s>", "P<s2>").replace("P<p>", "P<p2>"), zt.clocks, 0),
    ("ratio", r"(?<![\d.])(?<!\d[:：])\d{1,4}(?:[:：]\d{1,4}){2,4}(?![\d:：.])", zh.ratios, 0),
    ("ratio", r"(?<![\d.])(?<!\d[:：])(?P<a>\d{1,5}(?:\.\d+)?) ?[:：∶] ?(?P<b>\d{1,7}(?:\.\d+)?)(?![\d:：]|\.\d)",
     zh.ratio, 0),
    ("time", _CLOCK, zt.clock, 0),
    ("time", r"(?<![\d:.A-Za-z])(?P<h>\d{1,2}) ?(?P<p>[ap]\.?m(?![A-Za-z])\.?|[AP]M(?![A-Za-z]))", zt.hour, 0),
    ("money", rf"(?<![A-Za-z])(?P<c>{p.SIGNS_OF_MONEY}) ?(?P<a>{p.NUM})(?P<q>[万亿]?){_DASH}(?P=c)?(?P<b>{p.NUM})"
     rf"(?P<r>[万亿]?)(?:元|块|美元)?", zh.money_range, 0),
    ("money", rf"(?:(?<![\w)])(?P<m>-))?(?<![A-Za-z])(?P<c>{p.SIGNS_OF_MONEY}) ?(?P<n>{p.NUM})(?P<q>万亿|百万"
     rf"|千万|亿|万| ?{p.SCALE})?"
     rf"(?P<z>元|块|人民币|美元|美金|港币|港元|欧元|英镑|日元)?(?:/(?P<per>{_PER}))?", zh.money, 0),
    ("money", rf"{_NO_NUMBER}(?P<k>{p.NUM})(?P<r>万亿|百万|千万|亿|万| ?{p.SCALE})? ?(?P<e>{p.CODES_OF_MONEY})"
     rf"(?![A-Za-z])", zh.money, 0),
    ("money", rf"(?<![\d.,A-Za-z])(?P<n>\d[\d,]{{0,18}})\.00(?=(?:{p.either(tables.MONEY_NAMES)}))",
     lambda m: zh_number(m["n"]), 0),
    ("percent", rf"(?<![\d.])(?P<s1>(?<![A-Za-z0-9_)）%])-)?(?P<a>{p.NUM})(?P<p1>[%‰])?{_DASH}(?P<b>{p.NUM})"
     rf"(?P<p>[%‰])", zh.percents, 0),
    ("percent", rf"{_S}(?P<n>(?<![\d.]){p.NUM}) ?(?P<p>[%‰‱])", zh.percent, 0),
    ("pressure", r"(?<![\d/.A-Za-z-])(?P<a>\d{2,3})/(?P<b>\d{2,3})(?![\d/]|\.\d) ?(?P<u>mmHg)?", zh.pressure, 0),
    ("fraction", p.VULGAR, readers.fraction("zh"), 0),
    ("range", r"(?<=\d/\d)[-~–—](?=\d{1,2}/\d{1,2}(?![\d/]))", readers.fixed("到"), 0),
    ("fraction", r"(?<![\d/.A-Za-z])(?<!(?<!\d/\d)-)(?:(?P<w>\d{1,4}) )?(?P<a>\d{1,6})/(?P<b>\d{1,6})(?![\d/]|\.\d)",
     zh.fraction, 0),
    ("price", rf"{_NO_NUMBER}(?P<n>{p.NUM})(?P<q>[万亿])?(?P<a>美元|欧元|[\u4e00-\u9fff]{{1,2}}?)/(?P<b>{_PER})",
     zh.per, 0),
    ("inches", r"(?<![\d.])(?P<n>\d{1,3}(?:\.\d{1,2})?)[\"″]",
     lambda m: f"{zh_number(m['n'])}英寸" if readers.is_inch(m) else None, 0),
    ("logarithm", r"(?<=log)(?P<n>\d{1,3}) (?=\d)", lambda m: f"以{zh.plain(m['n'])}为底", 0),
    ("rate", rf" ?/ ?(?P<n>{p.NUM})?(?P<q>[百千万])? ?(?:(?P<w>{_PER})|(?P<u>{p.UNIT}))", zh.rate, 0),
    ("angle", r"(?<![\d.])(\d{1,3})°(?:(\d{1,2})['′])(?:(\d{1,2}(?:\.\d+)?)[\"″])?", zh.angle, 0),
    ("unit", rf"(?<![\d.])(?P<s>(?<![A-Za-z0-9_)）%])-)?(?P<a>{p.NUM}) ?(?P<ua>{p.UNIT})?{_DASH}(?P<s2>-)?"
     rf"(?P<b>{p.NUM}) ?(?P<u>{p.UNIT})", zh.units, 0),
    ("number", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM})[eE](?P<e>[-+]?\d{{1,4}})(?![\dA-Za-z])",
     lambda m: f"{zh_number(m['n'])}乘十的{zh.plain(m['e'])}次方", 0),
    ("price", rf"(?<![\d.A-Za-z])(?P<n>{p.NUM}) ?(?P<u>{p.UNIT_BEFORE_STROKE})/(?P<b>{_PER})", zh.unit_per, 0),
    ("unit", rf"{_S}(?<![\d.A-Za-z^])(?P<n>{p.NUM})(?P<w>[万亿]?) ?(?P<u>{p.UNIT})", zh.unit, 0),
    ("unit", rf"(?<![\d.A-Za-z])(?P<s>)(?P<n>{p.NUM}) ?(?P<u>in)(?![A-Za-z0-9]| [a-z])", zh.unit, 0),
    ("unit", rf"(?<![\d.A-Za-z])(?P<s>)(?P<n>{p.NUM})(?P<u>A)(?=的?电流|保险丝)|(?<=电流)(?P<s2>)(?P<n2>{p.NUM})"
     rf"(?P<u2>A)(?![A-Za-z])", lambda m: zh_number(m["n"] or m["n2"]) + "安", 0),
    ("unit", rf"(?:(?<=[⁰¹²³⁴-⁹])|(?<=\^\d)|(?<=\^\d\d)) ?(?P<per>/ ?)?(?P<u>{p.UNIT})", zh.alone, 0),
    ("range", r"(?<=\d[kKwW]) ?[-~–—] ?(?=\d{1,4}(?:\.\d)?[kKwW](?![A-Za-z]))", readers.fixed("到"), 0),
    ("unit", r"(?<![\d.A-Za-z])(?P<n>\d{1,3}(?:\.\d)?) ?[bB][pP][sS]?(?![A-Za-z0-9])",
     lambda m: f"{zh_number(m['n'])}个基点", 0),
    ("maths", r"(?<=[²³]) ?- ?(?=[\da-z])", readers.fixed("减"), 0),
    ("maths", r"(?<=[\dn)])!(?= ?[+×÷*/-] ?[\dn]| =)", readers.fixed("的阶乘"), 0),
    ("version", r"(?<=\d)\.(?=[xX](?![A-Za-z]))", readers.fixed("点"), 0),
    ("name", p.WIRELESS, readers.wireless("zh"), 0),
    ("maths", r"\|(?=[\w+*/^. -]{1,20}\| ?[=<>≤≥≠])", readers.fixed("绝对值"), 0),
    ("maths", r"(?<=\w)\|(?= ?[=<>≤≥≠])", readers.fixed(" "), 0),
    ("maths", r"(?:(?<=[\d)²³])|(?<=(?<![A-Za-z])[a-z])) ?- ?(?=\d{1,12}(?:\.\d{1,6})? ?[=+×÷*])",
     readers.fixed("减"), 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<s>(?<=[\u4e00-\u9fff])-|(?<!.)-)?(?P<a>{p.NUM}){_DASH}(?P<b>{p.NUM})"
     rf"(?![-/:\d]|\.\d)", zh.range_, 0),
    ("range", r"(?<=\d[日号月年时点分秒米元周天岁级届页章楼层度万亿千百]) ?(?:--|——|[-–—~]) ?(?=\d)",
     readers.fixed("到"), 0),
    ("range", r"(?<=[周期拜][一二三四五六日天]) ?(?:--|——|[-–—~]) ?(?=[周星礼])", readers.fixed("到"), 0),
    ("range", r"(?<![A-Za-z])(?<=[SMLXP])(?:[-~])(?=X{0,3}[SML]码)", readers.fixed("到"), 0),
    ("year", r"(?<![\d.A-Za-z])(?P<y>1[0-9]\d\d|20\d\d)(?=年)", zt.year, 0),
    ("year", r"(?<![\d.A-Za-z-])20\d\d(?= ?Q[1-4](?!\d)|-[A-Za-z])", readers.digits("zh"), 0),
    ("year", r"(?<![\w.+*/×=-])20[1-4]\d(?= [A-Za-z]{3})", readers.digits("zh"), 0),
    ("year", r"(?<![\d.A-Za-z+*/×=-])(?:19[5-9]|20[0-4])\d(?![\d.,A-Za-z%:：/+*×=-])", zh.year_again, 0),
    ("year", r"(?<=['’])\d\d(?=年)", readers.digits("zh"), 0),
    ("year", r"(?:(?<=公元)|(?<=公元前)|(?<=西元)|(?<=西元前))\d{1,4}(?=年)", readers.digits("zh"), 0),
    ("year", r"(?<![\d.A-Za-z-])(?:1[0-9]|20)\d\d(?=[财版款届级赛奥世春秋夏冬初底末]|学年|专辑)",
     readers.digits("zh"), 0),
    ("year", r"(?:(?<=年[（(])1[0-8]|(?<=[（(《])(?:19|20))\d\d(?=[）)》])", readers.digits("zh"), 0),
    ("year", r"(?<=©) ?(?:1[0-9]|20)\d\d(?!\d)", readers.digits("zh"), 0),
    ("year", r"(?<![\d.])(?:0\d|[6-9]\d)(?=年(?:毕业|出生|生人|入学|入伍|参加|春|夏|秋|冬|初|底|末|的时候|\d))",
     readers.digits("zh"), 0),
    ("year", r"(?<![\d.])[0-9][05](?=后(?![天来面边]))", readers.digits("zh"), 0),
    ("number", r"(?<=\d[点时])0\d(?=分|$|\D)", readers.digits("zh"), 0),
    ("number", r"(?<=\d秒)\d\d(?!\d)", readers.digits("zh"), 0),
    ("number", r"(?<=\d米)\d\d(?![\d.A-Za-z%]|[厘公分毫]|[个元块毛张件套折只人])", readers.digits("zh"), 0),
    ("about", r"(?<![\d.、第/:：-])(?P<a>[1-8])、(?P<b>[2-9])(?!年级|[小百]?号|分之|米[线粉])"
     r"(?=[个天人次年岁位名口家件本只杯瓶周斤分块米公里百千万亿遍趟顿碗辆台张小])", zh.several, 0),
    ("roman", rf"(?:{_ROMAN_BACK}) ?(?P<r>[IVXLC]{{1,8}})(?![A-Za-z0-9])", zh.roman_after, 0),
    ("roman", r"(?<![A-Za-z0-9.&/-])(?P<r>I{1,3}|IV|VI{0,3}|IX)(?=级|期临床|期试验|类(?!似)|象限|度(?!假)|区)",
     zh.roman_after, 0),
    ("roman", r"(?<![A-Za-z0-9.&/-])(?P<r>I{1,3}|IV)(?=型|期)", zh.roman_after, 0),
    ("roman", r"(?<=World War )(?P<r>I{1,2})(?![A-Za-z])", zh.roman_after, 0),
    ("roman", r"(?<=[\u4e00-\u9fffa-z]) ?(?P<r>II|III|VII|VIII|XI{1,3}|XI?V|XVI{1,3})(?![A-Za-z0-9])",
     zh.roman_after, 0),
    ("model", rf"(?:{_BACK})(?<=[\u4e00-\u9fff])-(?P<n>\d{{1,4}})(?![\d.])", zh.hyphenated, 0),
    ("version", r"(?<=[A-Za-z] )(?:[vV])?\d{1,3}\.\d{1,3}(?!\d)(?! ?[%万亿元])", readers.dotted_spelt("zh"), 0),
    ("model", r"(?<=[A-Z][A-Z]|[a-z][a-z]|'s) (?P<n>\d{3,5})(?![\d.,:%/]"
     r"|[\u4e00-\u9fff]{0,1}[个元人块年月日万亿天次米度词字页题分本张条行步台部套篇集章遍倍斤公小秒升克件位名])",
     lambda m: " " + zh_digits(m["n"]), 0),
    ("ion", p.ION, readers.ion("zh"), 0),
    ("maths", p.POWER, readers.power("zh"), 0),
    ("raised", p.RAISED, readers.raised("zh"), 0),
    ("model", p.MODEL, readers.model("zh"), 0),
    ("number", rf"(?P<s>(?<![\w)）%℃°.-])[-+]|(?<=[\u4e00-\u9fff])-|±) ?(?P<n>{p.NUM})",
     lambda m: zh.SIGNS[m["s"]] + zh_number(m["n"]), 0),
    ("number", r"(?<![\w.])\.(\d{1,15})(?![\d.])", lambda m: f"零点{zh_digits(m[1])}", 0),
    ("number", rf"{p.NUM}", zh.number, 0),
    ("maths", r"(?<=[\d)])(?: ?[*×] ?|[xX](?=\d))(?=[\d(])", readers.fixed("乘"), 0),
    ("maths", r"(?:(?<=\d[米分寸克升斤个只盒袋包瓶片张A-Za-z])|(?<=\d[A-Za-z]{2})) ?[*×] ?(?=\d)",
     readers.fixed("乘"), 0),
    ("maths", r"(?<=[%\dA-Za-z万亿千百])\+(?![\d+\w])", readers.fixed("加"), 0),
    ("maths", r"(?<=[\w)]) ?(?:[<>]=|[=!]=) ?(?=[\w(-])", readers.compare("zh"), 0),
    ("about", r"(?<![\d%)A-Za-z])~ ?(?=\d)", readers.fixed("约"), 0),
    ("maths", r"(?<=[\d\u4e00-\u9fff]) ?[<>] ?(?=\d)|(?<![<>=\w-])[<>] ?(?=\d)", readers.compare("zh"), 0),
    ("model", r"(?<=[楼层室栋幢])#(?=\d)", readers.fixed("井号"), 0),
    ("greek", p.GREEK, readers.greek("zh"), 0),
    ("sign", r"(?<=[\d一二三四五])★", readers.fixed("星"), 0),
    ("mention", r"@(?=[\w\u4e00-\u9fff])", readers.fixed("艾特"), 0),
    ("sign", p.SIGN, readers.sign("zh"), 0),
)  # fmt: skip
