r"""Equations of Word (OMML) and of the web (MathML): in plain signs where these tell them, else in TeX, which is read
by its grammar.

written(r"10^{6}")              # "10⁶"
written(r"\frac{a+b}{2}")       # r"\(\frac{a+b}{2}\)"
said_of(node)                   # the same of an element ``math`` or ``oMath``
pictured({"alt": "E = mc^2"})    # the same of a picture: "E = mc²"; nothing where it shows something else
"""

from __future__ import annotations

import re
from typing import Final

from indextts.books.reading.xml import Attributes, XmlNode
from indextts.reading.text import tex

_LEAVES: Final = frozenset(("mi", "mn", "mo", "mtext", "ms", "t"))
_SKIPPED: Final = frozenset(("annotation", "annotation-xml", "mphantom", "phant", "del", "movefrom", "none"))
_SHAPES: Final[dict[str, tuple[str, tuple[int | str, ...]]]] = {
    "mfrac": (r"\frac{%s}{%s}", (0, 1)),
    "f": (r"\frac{%s}{%s}", ("num", "den")),
    "msup": ("%s^{%s}", (0, 1)),
    "ssup": ("%s^{%s}", ("e", "sup")),
    "msub": ("%s_{%s}", (0, 1)),
    "ssub": ("%s_{%s}", ("e", "sub")),
    "msubsup": ("%s_{%s}^{%s}", (0, 1, 2)),
    "ssubsup": ("%s_{%s}^{%s}", ("e", "sub", "sup")),
    "munderover": ("%s_{%s}^{%s}", (0, 1, 2)),
    "mroot": (r"\sqrt[%s]{%s}", (1, 0)),
    "rad": (r"\sqrt[%s]{%s}", ("deg", "e")),
    "munder": (r"\underset{%s}{%s}", (1, 0)),
    "mover": (r"\overset{%s}{%s}", (1, 0)),
    "limlow": (r"\underset{%s}{%s}", ("lim", "e")),
    "limupp": (r"\overset{%s}{%s}", ("lim", "e")),
    "acc": (r"\overset{}{%s}", ("e",)),
    "bar": (r"\overline{%s}", ("e",)),
    "func": ("%s %s ", ("fname", "e")),
    "nary": (r"_{%s}^{%s} %s", ("sub", "sup", "e")),
    "spre": (r"\prescript{%s}{%s}{%s}", ("sup", "sub", "e")),
}
"""How an element is written, and which of the elements in it stand where: of MathML by number, of OMML by name."""
_WHOLE: Final = {"msqrt": r"\sqrt{%s}", "mtable": r"\begin{matrix}%s\end{matrix}", "m": r"\begin{matrix}%s\end{matrix}",
                 "eqarr": r"\begin{matrix}%s\end{matrix}", "mmultiscripts": r"\prescript{%s}"}  # fmt: skip
_ROWS: Final = {"mtr": r"%s\\", "mr": r"%s\\", "mtd": "%s&"}
_SIGNS: Final = str.maketrans({
    "−": "-", "\u00a0": " ", "~": r"\sim ", "^": "", "\\": "",
    **{char: f"\\{char}" for char in "{}%&#$_"}, **dict.fromkeys("\u2061\u2062\u2063\u2064\u200b"),
})  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_TOLD: Final = re.compile("[\u3400-\u9fff]| [^\\W\\d_]{2}")  # Words in a run of signs
_LONG, _LONGEST = 480, 1480  # characters of TeX that the reading takes in a line, and in several
_PICTURE: Final = re.compile(r"math|tex\b|latex|equation|formula|eeimg", re.IGNORECASE)
_FORMULA: Final = re.compile(r"(?!.*(?<!\\)[^\W\d_]{4})(?:.*\\[A-Za-z]|.*[\w)}]\s?[=^≤≥≈×÷]\s?[\w({\\√-]|√)", re.DOTALL)
_STYLED: Final = re.compile(r"^\s*\{\s*\\(?:display|text)style\b(.*)\}\s*$", re.DOTALL)
_TEX: Final = re.compile(r"\\[A-Za-z]|[\^_{]")


def said_of(node: XmlNode) -> str:
    """What stands in the text for the equation ``node``: nothing for an empty one."""
    alternative = node.attributes.get("alttext", "")
    return alternative if alternative and not _TEX.search(alternative) else written(_tex(node) or alternative)


def pictured(attributes: Attributes) -> str:
    """What stands for a picture of a formula, which its text tells."""
    told = attributes.get("alt", "").strip().removeprefix("$").removesuffix("$")
    named = " ".join((attributes.get("class", ""), *attributes))
    return written(told) if _PICTURE.search(named) or _FORMULA.match(re.sub(r"\\[A-Za-z]+", r"\\a", told)) else ""


def written(formula: str) -> str:
    """A formula in TeX as it stands in a book; of one too long to be read, only that there is one."""
    formula = " ".join(_STYLED.sub(r"\1", formula).split())
    plain = tex.plain(formula) if len(formula) <= _LONGEST else ""
    if not formula or (plain and " / " not in plain):
        return plain
    if len(formula) <= _LONG:
        return rf"\({formula}\)"
    return rf"\[{formula}\]" if len(formula) <= _LONGEST else r"\(\{\ldots\}\)"


def placed(before: str, formula: str) -> str:
    """``formula`` behind the text ``before``, whose last figure is none of its own: 1 and ½."""
    return f" {formula}" if before[-1:].isdigit() and formula[:1].isdigit() else formula


def _tex(node: XmlNode) -> str:
    tag, children = node.tag, node.children
    if tag in _SKIPPED:
        return ""
    if tag in _LEAVES:
        return _leaf(tag, "".join(node.own))
    if tag == "semantics":
        return _tex(children[0]) if children else ""
    if tag in ("d", "mfenced"):
        return _fenced(node)
    if tag == "nary":
        return _value(node, "chr", "∫") + _shaped(node)
    if tag in ("f", "mfrac") and (_value(node, "type", "") == "noBar" or node.attributes.get("linethickness") == "0"):
        return _shaped(node).replace(r"\frac", r"\binom", 1)
    if tag in _SHAPES:
        return _shaped(node).replace(r"\sqrt[]", r"\sqrt")
    return (_WHOLE | _ROWS).get(tag, "%s") % "".join(map(_tex, children))


def _shaped(node: XmlNode) -> str:
    form, parts = _SHAPES[node.tag]
    return form % tuple(_part(node, part).strip() for part in parts)


def _part(node: XmlNode, part: int | str) -> str:
    if isinstance(part, int):
        return _tex(node.children[part]) if part < len(node.children) else ""
    return "".join(_tex(child) for child in node.children if child.tag == part)


def _leaf(tag: str, text: str) -> str:
    text = " ".join(text.split()) if tag not in ("t", "mtext") else re.sub(r"\s+", " ", text)
    plain = text.translate(_SIGNS)
    # What is a word is no product of letters.
    is_word = _TOLD.search(text) if tag == "t" else _WORD.search(text)
    return rf" \text{{{plain}}} " if is_word and not any(char in plain for char in "{}") else plain


def _fenced(node: XmlNode) -> str:
    if node.tag == "mfenced":
        left, right, parting = (
            node.attributes.get(key, usual) for key, usual in (("open", "("), ("close", ")"), ("separators", ","))
        )
        inner = [_tex(child) for child in node.children]
    else:
        left, right, parting = (
            _value(node, key, usual) for key, usual in (("begchr", "("), ("endchr", ")"), ("sepchr", "|"))
        )
        inner = [_tex(child) for child in node.children if child.tag == "e"]
    return f"{left.translate(_SIGNS)}{parting[:1].translate(_SIGNS).join(inner)}{right.translate(_SIGNS)}"


def _value(node: XmlNode, tag: str, usual: str) -> str:
    """What the properties of an element of OMML say in ``tag``."""
    for properties in node.children:
        for one in properties.children if properties.tag == f"{node.tag}pr" else ():
            if one.tag == tag:
                return next((value for key, value in one.attributes.items() if key.rpartition("}")[2] == "val"), "")
    return usual
