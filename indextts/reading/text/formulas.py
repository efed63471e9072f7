"""Formulas amid Chinese words, said by their grammar: ``f(x)=ax-1/x``, ``∂u/∂x=∂v/∂y``, what TeX has in fractions.

list(edits("由∂u/∂x=∂v/∂y可知"))      # one edit: " 偏X分之偏U 等于 偏Y分之偏V "
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from indextts.reading.text import chars
from indextts.reading.text.numbers import zh_number
from indextts.reading.text.tables import GREEK, MATH_SUPERS, UNITS

_SPAN: Final = re.compile(
    r"(?<![A-Za-z0-9_.@/#&:$-])(?:[|A-Za-z0-9α-ωΑ-Ω∂∑∫√∞→½²³⁰¹⁴-⁹ⁿ⁻₀-₉^=<>≤≥≠≈+*/×÷·()'′!.-]| (?=[-+=*<>≤≥≠≈×÷±] )"
    r"|(?<= [-+=*<>≤≥≠≈×÷±]) |(?<=l[ng]) (?=[a-z(])|(?<=sin|cos|tan) (?=[a-z(α-ω])){3,80}(?![A-Za-z0-9_/@])"
)
_UNIT: Final = "|".join((*sorted(map(re.escape, UNITS), key=len, reverse=True), "hm"))
_DIVISOR: Final = rf"[ ·⋅∙•]({_UNIT})[-−⁻]([1-3¹²³])(?![\dA-Za-z.])"
_UNDER: Final = re.compile(r"π/\d|[A-Za-z][-−⁻][1-3¹²³](?![\d.])|\d ?(?:wt|vol|at|mol)\.? ?%")
_POWERED: Final = re.compile(
    rf"(?:(?<=[\d⁰¹²³⁴-⁹]) ?|(?<![\dA-Za-z ])(?![A-Z][·⋅∙•][A-Z])(?=\S{{1,6}}[·⋅∙•]))"
    rf"(?P<u>(?:{_UNIT})[23²³]?)(?P<under>(?:{_DIVISOR})+)"
    r"|(?<![A-Za-z0-9=+*/^(（<>≤≥.·-])(?P<top>\d{0,2})π/(?P<bottom>\d{1,2})(?![A-Za-z0-9=+*/^.<>)）·-])"
    rf"|(?<=\d) ?(?P<per>cm|min|h|s|d|[MkG]Pa|K|[μn]m|mm)[-−⁻][1¹](?!天)(?=[^\dA-Za-z.]{{0,3}}[\u4e00-\u9fff])"
    r"|(?<![\d.A-Za-z])(?P<n>\d+(?:\.\d+)?(?: ?[-–~] ?\d+(?:\.\d+)?)?) ?(?P<share>wt|vol|at|mol)\.? ?%"
    r"(?=[^A-Za-z]{0,3}(?:[\u4e00-\u9fff]|[A-Z][A-Za-z0-9()]{1,8} ?[\u4e00-\u9fff]))"
)
_APART: Final = "第案班组图表版号式段骤章节课题期级部栋座楼区线道款型代男女子米耀"  # What a number of its own follows.
_COUNTED: Final = (
    r"(?= ?(?:r[ ·/]|rpm|[mμk]?g(?![A-Za-z])|[ckmnμ]?m(?![A-Za-z])|h(?![A-Za-z])|[mμ]?L|U(?![A-Za-z])|×|hm|lx|μmol|bp|℃"
    r"|[～~–-] ?\d{1,3} \d{3}|[kMG]?Pa|k?[NJ](?![A-Za-z])|[kM]?Hz"
    r"|(?:多|余)?(?:[例篇次倍份条株尾羽只户件台亩吨幅册转粒页字余万亿]"
    r"|[名位](?!次)|人(?![民均气])|[头匹](?!部)|家(?!庭)|[项种](?!子)|公[顷里斤]|千[米克瓦]|平方|立方|元(?!旦)|美元|个(?!人))))"
)
_GAPS: Final = re.compile(
    rf"(?<![\d.,A-Za-z{_APART}/:~×=-])(?<![A-Za-z\d{_APART}] )[1-9]\d{{0,2}}(?: \d{{3}}){{1,3}}(?:\.\d+)?(?![\d.])"
    rf"(?<!256)(?<!512){_COUNTED}|(?<!\d)\d\.\d{{3}} \d{{1,3}}(?![\d.])(?=[，,；;)）]|{_COUNTED})"
    r"|(?<=[×x*])(?P<ten> ?10)(?P<power>[-−–]\d{1,2}|(?:9|12)(?=/L)"
    r"|[3-9](?=个| ?(?:[CP]FU|cells|copies|IU|拷贝)))(?!\d)"
)
_LOWERED: Final = str.maketrans("¹²³−–", "123--")
_STACKED: Final = re.compile(r"(?<![A-Za-z_)])[⁰¹²³⁴-⁹]{1,3}[/⁄∕][₀-₉\d]{1,3}(?!\d)")
_REMAINDER: Final = re.compile(r"÷ ?\d{1,9} ?= ?\d{1,9}(?P<r> ?(?:…{1,2}|\.{3,6}|·{3,6}) ?)(?=\d)")
"""Dots between a quotient and its remainder: ``7÷2=3……1``."""
_SHARES: Final = {"wt": "质量", "vol": "体积", "at": "原子", "mol": "摩尔"}
_NAMED: Final = "arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|cot|sec|ln|lg|log|exp|max|min"
_LEXEME: Final = re.compile(
    rf" ?(?:(?P<n>\d+(?:\.\d+)?|[₀-₉]+|½)|(?P<f>{_NAMED})|(?P<v>(?<![A-Za-z])d[xyztu](?![a-z])|[A-Za-zα-ωΑ-ΓΕ-Ω])"
    r"(?P<p>['′]{0,2})|(?P<r>⁻?[⁰¹²³⁴-⁹ⁿ]+)|(?P<o>[-+*/^=<>≤≥≠≈±×÷·()√∞∂∑∫Δ!,|→]))"
)
_RELATIONS: Final = {
    "=": "等于",
    "<": "小于",
    ">": "大于",
    "≤": "小于等于",
    "≥": "大于等于",
    "≠": "不等于",
    "≈": "约等于",
    "→": "趋于",
}
_SIGNS: Final = {"+": "加", "-": "减", "±": "加减"}
_TIMES: Final = {"×": "乘", "*": "乘", "·": "乘", "÷": "除以"}
_TELLS: Final = re.compile(
    r"[=<>≤≥≠≈∂∑∫√]|→ ?[-+]?(?:∞|0(?![.\d]))|\|[a-z][-+−][a-z\d]\|"
    r"|(?<![A-Za-z])(?:sin|cos|tan|ln|lg)[² ]?[xyzαβθ]|(?<![\dA-Za-z.)+*-])\d/[a-z][-+]\d|(?<![A-Za-z])f\(-"
)
_NEEDS_GRAMMAR: Final = re.compile(
    r"[/^∂∑∫]|→ ?[-+]?[∞0]|[³⁴-⁹ⁿ]√|\|[-\da-z][^|A-Z]{0,12}\|"
    r"|\(-|\)[a-z]|[)²³]-[a-z]|Δ[A-Z]|(?:sin|cos|tan)²|\d[a-z]-\d[a-z]|(?<![A-Za-z])[a-z][a-zα-ω][-+²³]"
    r"|(?:ln|lg|sin|cos|tan) ?[A-Za-zα-ω]|[A-Z](?:sin|cos)|=\d?p[xy]"
)
"""What the rules for single signs do not read."""
_NEAR: Final = 24  # Characters beside a formula among which a Chinese one shows that it is said in Chinese.
_BOUND: Final = re.compile(r"(?<=[a-z\d)])\(([a-z][<>≤≥≠][^()]{1,9})\)$")  # A condition: y²=2px(p>0)
_NO_FORMULA: Final = re.compile(
    r"[<>+*]{2}|==|--|[-+*/]=|[-=]>|\de[-+]?\d|[A-Za-z]{4}|[A-Z]{3}|(?<![A-Za-z])[a-z]{2,3}\(|cost|[A-Za-z]\.[A-Za-z]"
    r"|\d ?[a-zA-Z]{1,3}/(?:[a-zA-Z]{1,3})(?![A-Za-z(])"
)
"""Words, calls of programs, units: 2 km/h."""


def edits(text: str) -> Iterator[tuple[int, int, str]]:
    """Each formula in ``text`` beside Chinese words, each unit with negative powers and each fraction of raised and
    lowered figures, as start, end, and what is said for it.
    """
    for match in _STACKED.finditer(text):  # 1¹⁄₂
        gap = " " * text[max(0, match.start() - 1) : match.start()].isdigit()
        yield *match.span(), gap + unicodedata.normalize("NFKC", match.group()).replace("⁄", "/").replace("∕", "/")
    for match in _REMAINDER.finditer(text):
        yield (
            *match.span("r"),
            "余" if any(map(chars.is_hanzi, text)) or not re.search("[A-Za-z]", text) else " remainder ",
        )
    for match in _GAPS.finditer(text):  # 4 000 r/min, 2.1×10-7
        power = match["power"]
        raised = f"{match['ten']}^{power.translate(_LOWERED)}" if power else match.group().replace(" ", "")
        yield *match.span(), raised
    if _UNDER.search(text):
        yield from ((*match.span(), _over(match)) for match in _POWERED.finditer(text))
    text = text.replace("−", "-")
    for match in _SPAN.finditer(text) if _TELLS.search(text) else ():
        written, start = match.group().rstrip(" .!-"), match.start()
        near = text[max(0, start - _NEAR) : start] + text[match.end() : match.end() + _NEAR]
        told = _TELLS.search(written) and _NEEDS_GRAMMAR.search(written) and re.search(r"[A-Za-zα-ω√]|\|-?\d", written)
        if (
            told
            and not _NO_FORMULA.search(re.sub(_NAMED, "", _BOUND.sub("", written)))
            and any(map(chars.is_hanzi, near))
            and text[match.end() : match.end() + 1] not in (":", "：")  # PE/EA=5:1
        ):
            words = said(written)
            if words:
                yield start, start + len(written), words


def _over(match: re.Match[str]) -> str:
    """``mg·kg⁻¹·d⁻¹`` as ``mg/kg/d``, ``J·g-1·K-1`` as ``J/(g·K)``, ``5 wt%`` as a share of the mass."""
    if match["share"]:
        share = f"{_SHARES[match['share']]}分数"
        return f"{'' if share in match.string[max(0, match.start() - 8) : match.start()] else share}{match['n']}%"
    if match["bottom"]:
        return f"{zh_number(match['bottom'])}分之{zh_number(match['top']) if match['top'] else ''}派"
    if match["per"]:
        return "厘米负一次方" if match["per"] == "cm" else f"每{UNITS[match['per']][0]}"
    under = [name + size.translate(_LOWERED).strip("1") for name, size in re.findall(_DIVISOR, match["under"])]
    both = len(under) > 1 and under[-1] == "K"
    return f" {match['u']}/({'·'.join(under)})" if both else "/".join((f" {match['u']}", *under))


def said(written: str) -> str:
    """The Chinese words of one formula; empty for what is none."""
    if bound := _BOUND.search(written):
        first, second = said(written[: bound.start()]), said(bound[1])
        return f"{first}，{second}" if first and second else ""
    lexemes, at = [], 0
    while lexeme := _LEXEME.match(written, at):
        lexemes.append(lexeme)
        at = lexeme.end()
    reader = _Reader(lexemes)
    try:
        words = reader.relation()
    except (IndexError, ValueError):
        return ""
    words = re.sub("(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])", "", words)
    return words if at == len(written) and not reader.left else ""


class _Reader:
    """Reads lexemes by recursive descent; raises ValueError or IndexError where the grammar does not fit."""

    def __init__(self, lexemes: list[re.Match[str]]) -> None:
        self.left = lexemes[::-1]

    def _sign(self, among: str) -> str:
        """The next lexeme, taken, if it is one of these signs."""
        sign = self.left[-1]["o"] if self.left else None
        if sign and sign in among:
            self.left.pop()
            return sign
        return ""

    def _chain(self, words: str, told: dict[str, str], part: Callable[[], str]) -> str:
        while sign := self._sign("".join(told)):
            words += f" {told[sign]} {part()}"
        return words

    def relation(self) -> str:
        return self._chain(self._sum(), _RELATIONS, self._sum)

    def _sum(self) -> str:
        first = {"-": "负", "±": "正负", "+": "正", "": ""}[self._sign("-±+")] + self._product()
        return self._chain(first, _SIGNS, self._product)

    def _product(self) -> str:
        return self._chain(self._quotient(), _TIMES, self._quotient)

    def _quotient(self) -> str:
        """Factors without a sign between them, and what they are divided by."""
        words = self._factors()
        while self._sign("/"):
            halved = self.left and self.left[-1]["n"] and not re.search("[A-Z]", words)
            words = f"{self._power() if halved else self._factors()}分之{words}"  # 1/2 mv², but b/2a
            words += f" {self._factors()}" if self._goes_on() else ""
        return words

    def _factors(self) -> str:
        words = self._power()
        while self._goes_on():
            words += f" {self._power()}"
        return words

    def _goes_on(self) -> bool:
        return bool(self.left) and not self.left[-1]["r"] and (self.left[-1]["o"] or "(") in "(√∂Δ∞∑∫"

    def _power(self) -> str:
        words = self._factor()
        while self.left and (self.left[-1]["r"] or self.left[-1]["o"] in ("^", "!")):
            raised = self.left.pop()
            if raised["r"]:
                told = "".join(MATH_SUPERS.get(char, char) for char in raised["r"])
                words += {"2": "的平方", "3": "的三次方"}.get(told) or f"的{_number(told)}次方"
            else:
                words += "的阶乘" if raised["o"] == "!" else f"的{'负' * bool(self._sign('-'))}{self._factor()}次方"
        return words

    def _factor(self) -> str:
        lexeme = self.left.pop()
        if lexeme["n"]:
            return _number(unicodedata.normalize("NFKC", lexeme["n"]))
        if lexeme["f"]:
            name = (
                " ".join(lexeme["f"].upper()) if lexeme["f"] in ("ln", "lg") else re.sub("^sin$", "sine", lexeme["f"])
            )
            squared = self.left.pop() if self.left and self.left[-1]["r"] == "²" else None
            return f"{name} {'平方 ' * bool(squared)}{self._power()}"
        if lexeme["v"]:
            greek = GREEK.get(lexeme["v"].lower())
            name = (greek[0] if greek else " ".join(lexeme["v"].upper())) + ("", "撇", "两撇")[len(lexeme["p"])]
            return f"{name} {self._inside()}" if lexeme["v"] in "fghFGPE" and self._sign("(") else name
        if lexeme["r"] and self._sign("√"):  # ³√8
            return f"{_number(''.join(MATH_SUPERS.get(char, char) for char in lexeme['r']))}次根号 {self._power()}"
        match lexeme["o"]:
            case "(":
                return self._inside()
            case "√":
                return f"根号 {self._power()}"
            case "∂" | "Δ" as sign:
                return f"{'偏' if sign == '∂' else '德尔塔'}{self._power()}"
            case "∑":
                return f"求和，{self._quotient()}"
            case "∫":
                return f"积分，{self._quotient()}"
            case "∞":
                return "无穷"
            case "|" if (words := self._sum()) and self._sign("|"):
                return f"绝对值 {words}"
        raise ValueError(lexeme.group())

    def _inside(self) -> str:
        """What stands in a bracket that is open, up to its end."""
        words = self._sum()
        while sign := self._sign(",|"):
            words += f" {'给定 ' * (sign == '|')}{self._sum()}"
        if not self._sign(")"):
            raise ValueError(words)
        return words


def _number(told: str) -> str:
    if told == "1⁄2":
        return "二分之一"
    return zh_number(told, liang=False) if re.fullmatch(r"-?\d+(?:\.\d+)?", told) else told.upper()
