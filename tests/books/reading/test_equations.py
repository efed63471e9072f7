"""Formulas of Word, of the web and of EPUB, raised and lowered figures: a fraction and a power are no other number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.book_files import STORY, archive, epub_of
from indextts.books.reading import read_manuscript
from indextts.reading.text import cleaned
from indextts.reading.text.normalise import normalise_line

PROSE = STORY[0]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def word(body: str) -> str:
    """The first paragraph of a document of Word that holds ``body``."""
    names = f'xmlns:w="{W}" xmlns:m="{M}"'
    document = f"<w:document {names}><w:body><w:p>{body}</w:p><w:p>{run(PROSE)}</w:p></w:body></w:document>"
    return (
        read_manuscript("a.docx", archive({"word/document.xml": document.encode(), "_rels/.rels": b"<r/>"}))
        .chapters[0]
        .text.split("\n")[0]
    )


def run(text: str, raised: str = "") -> str:
    """A run of Word."""
    look = f'<w:rPr><w:vertAlign w:val="{raised}script"/></w:rPr>' if raised else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def web(body: str) -> str:
    """The first paragraph of a page."""
    data = f"<html><body><p>{body}</p><p>{PROSE}</p></body></html>".encode()
    return read_manuscript("a.html", data).chapters[0].text.split("\n")[0]


def book(body: str) -> str:
    """The first paragraph of an EPUB."""
    bodies = [f"<body><p>{body}</p><p>{PROSE}</p></body>", f"<body><p>{PROSE}</p></body>"]
    return read_manuscript("a.epub", epub_of(bodies, names=("第一章 雾", "第二章 船"))).chapters[0].text.split("\n")[0]


def spoken(text: str, lang: str) -> str:
    said = normalise_line(cleaned.plain(text), "zh" if lang == "zh" else "en")
    return said.replace(" ", "") if lang == "zh" else " ".join(said.split())


def part(name: str, *parts: str) -> str:
    """An element of OMML."""
    return f"<m:{name}>{''.join(parts)}</m:{name}>"


def figures(name: str, **parts: str) -> str:
    return part(name, *(part(key, f"<m:r><m:t>{value}</m:t></m:r>") for key, value in parts.items()))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (figures("f", num="5", den="8"), "5/8"),
        (figures("f", num="17", den="100"), "17/100"),
        (figures("sSup", e="10", sup="−9"), "10⁻⁹"),
        (figures("sSup", e="2", sup="k+1"), "2^(k+1)"),
        (figures("sSub", e="x", sub="2"), "x₂"),
        (figures("rad", deg="", e="7"), "√7"),
        (figures("rad", deg="3", e="27"), "27^(1/3)"),
        (figures("d", e="a+1"), "(a+1)"),
        (figures("f", num="x+y", den="3"), r"\(\frac{x+y}{3}\)"),
        (
            figures("f", num="收入", den="成本"),
            r"\(\frac{ \text{收入} }{ \text{成本} }\)".replace("{ ", "{").replace(" }", "}"),
        ),
        (part("nary", figures("x", sub="i=1", sup="n"), part("e", "<m:r><m:t>i</m:t></m:r>")), r"\(∫_{}^{} i\)"),
        ("", ""),
    ],
)
def test_a_formula_of_word_is_no_other_number(formula: str, shown: str) -> None:
    assert word(f"{run('共 ')}<m:oMath>{formula}</m:oMath>{run(' 份')}").split() == ["共", *shown.split(), "份"]


def test_a_whole_number_and_a_fraction_stay_apart() -> None:
    formula = f"<m:oMath>{figures('f', num='1', den='2')}</m:oMath>"
    assert word(run("要 3") + formula + run(" 杯")) == "要 3 1/2 杯"
    assert web("要 3<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> 杯") == "要 3 1/2 杯"


MATHML = [
    ("<mfrac><mn>7</mn><mn>9</mn></mfrac>", "7/9"),
    ("<msup><mn>10</mn><mn>12</mn></msup>", "10¹²"),
    ("<mi>F</mi><mo>=</mo><mi>m</mi><mi>a</mi>", "F=ma"),
    ("<msqrt><mn>3</mn></msqrt>", "√3"),
    ("<semantics><mrow><mi>y</mi><mo>=</mo><msup><mi>x</mi><mn>2</mn></msup></mrow>"
     "<annotation encoding='application/x-tex'>y=x^2</annotation></semantics>", "y=x²"),
    ("<mfrac><mrow><mi>p</mi><mo>−</mo><mn>1</mn></mrow><mi>q</mi></mfrac>", r"\(\frac{p-1}{q}\)"),
    ("<msup><mi>e</mi><mrow><mo>−</mo><mn>2</mn><mi>t</mi></mrow></msup>", "e^(-2t)"),
    ("<mi>sin</mi><mo>\u2061</mo><mi>x</mi>", "sin x"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "shown"), MATHML)
@pytest.mark.parametrize("reader", [web, book])
def test_mathml_is_read_by_its_grammar(formula: str, shown: str, reader: Callable[[str], str]) -> None:
    assert reader(f"其值为<math>{formula}</math>。") == f"其值为{shown}。"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('那么<math alttext="{\\displaystyle v=s/t}"><mi>v</mi><mo>=</mo><mn>3</mn></math>。', "那么v=3。"),
        ('那么<math alttext="\\sqrt{5}"></math>。', "那么√5。"),
        ('那么<math alttext="v 等于三"><mi>v</mi></math>。', "那么v 等于三。"),
        ('那么<img alt="F = ma^2" src="f.png"/>。', "那么F = ma²。"),
        ('那么<img class="tex" alt="y" src="f.png"/>。', "那么y。"),
        ('那么<img alt="IMG_2031" src="f.png"/><img alt="Sales = profit" src="f.png"/>。', "那么。"),
        ('那么<span style="display:none"><math><mi>v</mi></math></span><img alt="{\\displaystyle v^{2}}"/>。',
         "那么v²。"),
        ('那么<span class="katex-mathml"><math><mi>v</mi></math></span>'
         '<span class="katex-html" aria-hidden="true">v</span>。', "那么v。"),
    ],
)  # fmt: skip
def test_of_a_formula_that_stands_there_twice_one_is_read(written: str, shown: str) -> None:
    assert web(written) == shown


def test_a_formula_that_nobody_follows_is_called_one() -> None:
    row = "<mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
    text = web(f"The matrix is <math><mtable>{row * 2}</mtable></math> here.")
    assert spoken(text, "en") == "The matrix is formula here."
    long = web(f"The row is <math>{'<mi>a</mi><mo>+</mo>' * 2000}<mi>b</mi></math> here.")
    assert spoken(long, "en") == "The row is formula here."


@pytest.mark.parametrize(
    ("written", "lang", "said"),
    [
        (r"Take \(\frac{x+y}{3}\) now.", "en", "Take (x plus y) divided by three now."),
        (r"取\(\frac{x+y}{3}\)即可", "zh", "取三分之X加Y即可"),
        (r"取\(\frac{收入}{成本}\)即可", "zh", "取(收入)除以(成本)即可"),
        ("It is 2^(k+1) or e^(-2t).", "en", "It is two to the power of k plus one or e to the power of minus two t."),
        ("共2^(k+1)个，约10ⁿ个", "zh", "共二的K加一次方个，约十的n次方个"),
        (r"It is $\sqrt[3]{27}$ and $3^{m-1}$.", "en",
         "It is twenty seven to the power of one over three and three to the power of m minus one."),
    ],
)  # fmt: skip
def test_powers_and_fractions_of_more_than_one_sign_are_spoken(written: str, lang: str, said: str) -> None:
    assert spoken(written, lang) == said


def markdown(body: str) -> str:
    """The first paragraph of a text in Markdown."""
    return read_manuscript("a.md", f"# 篇\n\n{body}\n\n{PROSE}\n".encode()).chapters[0].text.split("\n")[0]


RAISED = [
    ("加 <sup>2</sup>&frasl;<sub>3</sub> 杯", "加 2/3 杯"),
    ("有<sup>5</sup>/<sub>8</sub>来自", "有5/8来自"),
    ("加 2 <sup>1</sup>⁄<sub>4</sub> 杯", "加 2 1/4 杯"),
    ("加 2<sup>1</sup>⁄<sub>4</sub> 杯", "加 2 1/4 杯"),
    ("约 10<sup>k+2</sup> 个", "约 10^(k+2) 个"),
    ("约 e<sup>3x</sup> 个", "约 e^(3x) 个"),
    ("约 e<sup>−t/2</sup> 个", "约 e^(-t/2) 个"),
    ("约 x<sup>2</sup>/2 个", "约 x²/2 个"),
    ("第 3<sup>rd</sup> 位", "第 3rd 位"),
    ("在 12<sup>a-c</sup> 处", "在 12a-c 处"),
    ("船到了。<sup>3</sup> 走", "船到了。 走"),
]


@pytest.mark.parametrize(("written", "shown"), RAISED)
@pytest.mark.parametrize("reader", [web, book, markdown])
def test_raised_figures_are_tops_of_fractions_powers_or_marks(
    written: str, shown: str, reader: Callable[[str], str]
) -> None:
    assert reader(written).replace("  ", " ") == shown


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ((("加 2 ", ""), ("1", "super"), ("/", ""), ("4", "sub"), (" 杯", "")), "加 2 1/4 杯"),
        ((("有", ""), ("5", "super"), ("⁄", ""), ("8", "sub"), ("来自", "")), "有5/8来自"),
        ((("有 10", ""), ("n−1", "super"), (" 个", "")), "有 10^(n-1) 个"),
        ((("船到了。", ""), ("5", "super"), ("走", "")), "船到了。走"),
    ],
)
def test_raised_figures_of_word_are_tops_of_fractions_powers_or_marks(
    runs: tuple[tuple[str, str], ...], shown: str
) -> None:
    assert word("".join(run(*one) for one in runs)) == shown


@pytest.mark.parametrize(
    ("written", "lang", "said"),
    [
        ("Add 1 ¹⁄₂ eggs and ²⁄₃ cup.", "en", "Add one and a half eggs and two thirds cup."),
        ("占²⁄₃和¹/₈", "zh", "占三分之二和八分之一"),
    ],
)
def test_fractions_of_raised_and_lowered_figures_are_spoken(written: str, lang: str, said: str) -> None:
    assert spoken(written, lang) == said
