"""Small things that were said wrong: zeros before a chapter's number, formulas in TeX, marks of notes, scores."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.reading.text import tex
from tests.support.segments import build_segments


def said(text: str) -> str:
    tokens = [token for segment in build_segments(text, max_syllables=36) for token in segment.tokens]
    return " ".join(token.text for token in tokens if token.kind != "punctuation").replace(" ", "").casefold()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("第003回 灯火", "第三回灯火"),
        ("第00012章 靠岸", "第十二章靠岸"),
        ("第08讲", "第八讲"),
        ("第012集", "第十二集"),
        ("第01期", "第一期"),
        ("第0100节", "第一百节"),
        ("第007号", "第零零七号"),
        ("第0期", "第零期"),
        ("Chapter 01", "chapterone"),
        ("Chapter 012 begins", "chaptertwelvebegins"),
        ("Part 002", "parttwo"),
        ("EPISODE 03", "episodethree"),
        ("See section 010.", "seesectionten"),
        ("Agent 007 came.", "agentzerozerosevencame"),
        ("Chapter 003: The Fog", "chapterthreethefog"),
    ],
)
def test_zeros_before_a_number_of_order_are_not_said(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("$$a+b=c$$", "aplusbequalsc"),
        ("由 $a^2+b^2=c^2$ 得", "由a的平方加b的平方等于c的平方得"),
        ("若 $\\alpha>0$ 则", "若阿尔法大于零则"),
        ("$x_1$ 与 $x_2$", "x一与x二"),
        ("\\(n \\neq 1\\) 时", "n不等于一时"),
        ("$\\frac{1}{2}$ 的水", "二分之一的水"),
        ("$\\frac{a+b}{2}$ 最大", "二分之a加b最大"),
        ("取 $\\sqrt{2}$。", "取根号二"),
        ("Let $x$ be small.", "letxbesmall"),
        ("\\[ \\sum_{k=1}^n a_k \\leq 1 \\]", "formula"),
        ("见 \\[\\int_0^1 f(x)dx\\] 一式", "见公式一式"),
        ("$30^\\circ$ 的角", "三十度的角"),
        ("$$\\begin{matrix} a & b \\\\ c & d \\end{matrix}$$ is a matrix", "formulaisamatrix"),
    ],
)
def test_a_formula_in_tex_is_read_or_called_one(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("价格是 $5 和 $10。", "价格是五美元和十美元"),
        ("他付了 $20，又付了 $30。", "他付了二十美元又付了三十美元"),
        ("It cost $5 or $6 a day.", "itcostfivedollarsorsixdollarsaday"),
        ("从 $100 涨到 $200", "从一百美元涨到两百美元"),
        ("Pay $15-$20 now", "payfifteentotwentydollarsnow"),
    ],
)
def test_prices_are_no_formulas(text: str, spoken: str) -> None:
    assert said(text) == spoken


@settings(max_examples=300)
@given(st.text(alphabet="$\\[](){}^_=ab12 元，fracsumtext", max_size=60))
def test_formulas_are_apart_and_hold_no_command(text: str) -> None:
    last = 0
    for start, end, became in tex.edits(text):
        assert last <= start < end and "\\" not in became and "{" not in became
        last = end


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("船板用的是杉木[2]，很轻①。", "船板用的是杉木很轻"),
        ("他走了[3]。后来[4][5]，雾散了。", "他走了后来雾散了"),
        ("The ship sank.[12] It was old[3].", "theshipsankitwasold"),
        ("《渡口》[1]，很好。", "渡口很好"),
        ("“走吧。”[7] 他说。", "走吧他说"),
        ("雾散了②；船来了③。", "雾散了船来了"),
        ("由①②得③。", "由一二得三"),
        ("方程①，方程②。", "方程一方程二"),
        ("如图①。", "如图一"),
        ("arr[2] = 5", "arr二等于五"),
        ("数组 a[1] 和 b[2]", "数组a一和b二"),
        ("选①。", "选一"),
    ],
)
def test_marks_of_notes_are_not_said_and_points_are(text: str, spoken: str) -> None:
    assert said(text) == spoken or (text.startswith("arr") and "two" in said(text))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("绩点 3.9/4.0", "绩点三点九满分四点零"),
        ("评分 4.5/5.0", "评分四点五斜杠五点零"),
        ("均分8.9/10.0，", "均分八点九斜杠十点零"),
        ("His GPA is 3.9/4.0.", "hisgpaisthreepointnineoutoffourpointzero"),
        ("Rated 4.5/5 by us", "ratedfourpointfiveoutoffivebyus"),
        ("3/4 的人", "四分之三的人"),
        ("速度 1.5/2", "速度二分之一点五"),
    ],
)
def test_a_mark_out_of_the_best_is_no_fraction(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("拨打400-820-8820或12345。", "一二三四五"),
        ("请打 010-12345678 或 10086。", "一零零八六"),
        ("可拨400-810-1234、95588咨询。", "九五五八八"),
        ("电话62345678或110报警", "一一零"),
        ("打13800138000或12315投诉。", "一二三一五"),
    ],
)
def test_a_service_number_beside_a_telephone_number_is_said_digit_by_digit(text: str, number: str) -> None:
    assert number in said(text).replace("幺", "一")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("In the XIX century it fell.", "inthenineteenthcenturyitfell"),
        ("XVIII-century houses", "eighteenthcenturyhouses"),
        ("the XXth century", "thetwentiethcentury"),
        ("the late XVII and early XVIII centuries", "thelateseventeenthandearlyeighteenthcenturies"),
        ("the XVI–XVII centuries", "thesixteenthseventeenthcenturies"),
        ("XX世纪初", "二十世纪初"),
        ("XVIII、XIX世纪", "十八十九世纪"),
        ("I saw a century pass.", "isawacenturypass"),
    ],
)
def test_centuries_in_roman_numbers(text: str, spoken: str) -> None:
    assert said(text).replace("-", "") == spoken


@pytest.mark.parametrize("text", ["求$x^2+1$的值", "由$a_1$得", "设$f(x)=x$，则"])
def test_a_formula_that_touches_chinese_is_one(text: str) -> None:
    assert "美元" not in said(text)
