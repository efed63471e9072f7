"""Text of chat models: Markdown is read as what it shows, and every token stays at its place in the written text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.utterance import Utterance
from indextts.reading import markup
from indextts.reading.text.blocks import Code
from indextts.reading.text.overrides import Override
from indextts.reading.text.segment import line_ends, segment_end_kind
from tests.support.growth import MOST, growth
from tests.support.segments import build_segments
from tests.tiers import by_night


def said(text: str, *, code: Code = "say", emoji: bool = False) -> list[str]:
    """What is said, sentence by sentence, as the pipeline hands it on."""
    segments = build_segments(text, max_syllables=60, code=code, emoji=emoji)
    return heard([segment.spoken for segment in segments])


def heard(sentences: list[str]) -> list[str]:
    """Without spaces, capitals and the marks that are never heard."""
    return [re.sub(r"[\s\[\]|—-]", "", sentence).lower() for sentence in sentences]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| 列 | 值 |\n|---|---|\n| a | 1 |\n| b | 2 |", ["列，值", "a，一", "b，二"]),
        ("| Name | Price |\n|------|------:|\n| Apple | $1.50 |\n| Pear | 2 |",
         ["Name,Price", "Apple,one dollar and fifty cents", "Pear,two"]),
        ("甲 | 乙\n--|--\n1 | 2", ["甲，乙", "一，二"]),
        ("left|right\n-|-\none|two", ["left,right", "one,two"]),
        ("| 城市 | 人口 |\n|:--|:-:|\n| 上海 | 2,487万 |", ["城市，人口", "上海，两千四百八十七万"]),
        ("| 只有一列 |\n|---|\n| 甲 |\n| 乙 |", ["只有一列", "甲", "乙"]),
        ("| One |\n| - |\n| cat |", ["One", "cat"]),
        ("｜项目｜状态｜\n｜---｜：--：｜\n｜登录｜完成｜", ["项目，状态", "登录，完成"]),
        ("｜项目｜状态｜\n|－－|－－|\n| 登录 ｜ 完成 |", ["项目，状态", "登录，完成"]),
        ("| 键 | 值 |\n|--|--|\n| **粗体** | `code` |\n| [文档](https://a.cn/x) | *斜体* |",
         ["键，值", "粗体，code", "文档，斜体"]),
        ("| 甲 | 乙 | 丙 |\n|--|--|--|\n| 一 | | 三 |\n| | 二 | |\n| | | |", ["甲，乙，丙", "一，空，三", "二"]),
        ("| 甲 | 乙 |\n|--|--|\n| — | 好 |\n| 好 | - |", ["甲，乙", "—好", "好-"]),
        ("| 这是头。 | 好吗？ | 尾 |\n|--|--|--|", ["这是头。", "好吗？", "尾"]),
        ("| Step | What |\n|--|--|\n| Run it now. | Then stop. |", ["Step,What", "Run it now.", "Then stop."]),
        ("| a\\|b | 运算 |\n|--|--|\n| 真\\|\\|假 | 或 |", ["a竖线b，运算", "真或假，或"]),
        ("看下表：\n| 月 | 天 |\n|--|--|\n| 5月 | 31 |\n正文。", ["看下表：", "月，天", "五月，三十一", "正文。"]),
        ("> | a1 | b1 |\n> |--|--|\n> | 10 | 234 |", ["a one,b one", "ten,two hundred and thirty four"]),
        ("- 项目\n\n  | 甲 | 乙 |\n  |--|--|\n  | 一 | 二 |", ["项目", "甲，乙", "一，二"]),
        ("| 甲 | 乙 |\r\n|---|---|\r\n| 一 | 二 |\r\n", ["甲，乙", "一，二"]),
        ("|--|--|\n| 无头 | 也行 |", ["无头，也行"]),
        ("| 支持 | 备注 |\n|--|--|\n| 第一行<br>第二行 | 无 |", ["支持，备注", "第一行，第二行，无"]),
        ("| 甲 | 乙 |\n|--|--|\n| 一 | 二 | 三 |\n| 四 |", ["甲，乙", "一，二，三", "四"]),
        ("| 名 | 数 |\n|--|--|\n| 小于 | <10 |\n| 大于 | >20 |", ["名，数", "小于，小于十", "大于，大于二十"]),
    ],
)  # fmt: skip
def test_the_rows_of_a_table_are_sentences_of_cells(text: str, rows: list[str]) -> None:
    assert said(text) == heard(rows)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("条件概率P(A|B)。", "条件概率P(A竖线B)。"),
        ("a || b", "a or b"),
        ("use x | y here", "use x bar y here"),
        ("他说 x | y 可以", "他说x竖线y可以"),
    ],
)
def test_a_bar_in_prose_is_none_of_a_table(text: str, spoken: str) -> None:
    assert said(text) == heard([spoken])


def test_emoji_in_cells_are_dropped_or_read_with_a_pause() -> None:
    table = "| 功能 | 甲 | 乙 |\n|--|--|--|\n| 导出 | ✅ | 部分 |"
    assert said(table) == ["功能，甲，乙", "导出，部分"]
    assert said(table, emoji=True) == ["功能，甲，乙", "导出，对勾，部分"]


def test_each_row_ends_with_the_pause_of_a_line() -> None:
    text = "| 列 | 值 |\n|---|---|\n| a | 1 |\n\n**标题**\n见[这里](https://a.cn)\n完"
    segments = build_segments(text, max_syllables=60)
    assert [segment_end_kind(segment, text) for segment in segments] == [*["paragraph"] * 4, "sentence"]
    assert line_ends(Utterance(text, segments=segments)) == [True] * 5


CELLS = st.lists(
    st.sampled_from(["apple", "river", "42", "3.5", "银行", "很好", "苹果", "数据", "7", "quick"]),
    min_size=1,
    max_size=3,
).map(" ".join)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    """The cells of a table, and the table in one of the ways in which it is written."""
    columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=1, max_size=4))
    bar = draw(st.sampled_from(["|", "｜", " | ", " |", "| "]))
    outer = columns == 1 or draw(st.booleans())
    dashes = draw(st.lists(st.sampled_from(["---", ":--", "-:", ":-:"]), min_size=columns, max_size=columns))
    written = [bar.join(row) for row in [rows[0], dashes, *rows[1:]]]
    lead = draw(st.sampled_from(["", "> ", "  "]))
    return rows, "\n".join(lead + (f"{bar}{row}{bar}".strip() if outer else row) for row in written)


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(["", "前面一句。\n", "Some words.\n\n"]), st.sampled_from(["", "\n\n后面一句。"]))
def test_of_any_table_all_cells_are_said_in_order_and_no_bar(
    table: tuple[list[list[str]], str], before: str, after: str
) -> None:
    rows, written = table
    text = before + written + after
    segments = build_segments(text, max_syllables=60)
    tokens = [token for segment in segments for token in segment.tokens]
    assert not {"竖线", "竖", "bar"} & {token.text for token in tokens}
    lines = [line.strip("> ") for line in written.split("\n")]
    at = len(before)
    for row, line in zip(rows, [lines[0], *lines[2:]], strict=True):
        start = text.index(line, at)
        at = start + len(line)
        # Nothing that is said spans two rows, and the last segment of a row ends its line.
        own = [segment for segment in segments if start <= segment.start < at]
        assert own and all(segment.end <= at for segment in own)
        assert segment_end_kind(own[-1], text) in ("paragraph", "sentence")
        place = start
        for number, cell in enumerate(row):
            place = text.index(cell, place)
            inside = [token for segment in own for token in segment.tokens if place <= token.start < place + len(cell)]
            covered = {index for token in inside for index in range(token.start, token.end)}
            assert all(place + index in covered for index, char in enumerate(cell) if char.isalnum())
            place += len(cell)
            if number + 1 < len(row):
                (mark,) = [t for s in own for t in s.tokens if place <= t.start < text.index(row[number + 1], place)]
                assert mark.kind == "punctuation" and mark.text in ",，"


@pytest.mark.parametrize(
    ("text", "skipped", "with_word", "read"),
    [
        ("看代码：\n```python\nx = 1\n```\n完了。", ["看代码：", "完了。"], ["看代码：", "代码。", "完了。"],
         ["看代码：", "x等于一", "完了。"]),
        ("Run this:\n\n~~~bash\ngit pull\n~~~\nDone.", ["Run this:", "Done."], ["Run this:", "code.", "Done."],
         ["Run this:", "git pull", "Done."]),
        ("如下所示：\n```js {1,3} title=\"a.js\"\nlet a\n", ["如下所示："], ["如下所示：", "代码。"],
         ["如下所示：", "let a"]),
        ("1. 安装\n   ```\n   pip install\n   ```\n2. 运行", ["一.", "安装", "二.", "运行"],
         ["一.", "安装", "代码。", "二.", "运行"], ["一.", "安装", "pip install", "二.", "运行"]),
        ("> 引用\n> ```c++\n> return\n> ```\n> 完", ["引用", "完"], ["引用", "代码。", "完"], ["引用", "return", "完"]),
        ("````md\n```js\nold\n```\n````\nThe end.", ["The end."], ["code.", "The end."], ["old", "The end."]),
        ("```\n```\n空的", ["空的"], ["空的"], ["空的"]),
        ("这样写：\n```yaml\nname: Big Apple Pie With Many English Words\n```\n就行。", ["这样写：", "就行。"],
         ["这样写：", "代码。", "就行。"], ["这样写：", "name: Big Apple Pie With Many English Words", "就行。"]),
        ("~~~\nunclosed words", [], ["code."], ["unclosed words"]),
    ],
)  # fmt: skip
def test_fenced_code_is_skipped_named_or_read(
    text: str, skipped: list[str], with_word: list[str], read: list[str]
) -> None:
    assert said(text, code="skip") == heard(skipped)
    assert said(text) == heard(with_word)
    assert said(text, code="read") == heard(read)


def test_the_word_for_code_stands_at_the_line_that_opens_it() -> None:
    text = "看：\n```py\nprint(银行)\n```\n好"
    middle = build_segments(text, max_syllables=60)[1]
    assert text[middle.start : middle.end] == middle.text == "```py"
    assert {(change.was, change.became) for token in middle.tokens for change in token.changes} == {("```py", "代码。")}


def test_nothing_that_is_decided_about_words_brings_back_code_that_is_left_out() -> None:
    text = "看：\n```py\nprint(银行)\n```\n银行"
    first, second = text.index("银行"), text.rindex("银行")
    fixed = [Override(at, at + 2, reading="yin2 hang2") for at in (first, second)]
    segments = build_segments(text, max_syllables=60, fixed=fixed)
    assert [segment.spoken for segment in segments] == ["看：", "代码。", "银行"]
    assert [token.reading for token in segments[2].tokens] == ["yin2", "hang2"]


def test_indented_lines_and_drawn_lines_are_no_fenced_code() -> None:
    assert said("    total = 2\n好") == heard(["total equals two", "好"])
    assert said("~~~\n今天去玩了。\n好开心") == ["今天去玩了。", "好开心"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("见[官方文档](https://a.cn/b)。", ["见官方文档。"]),
        ("见[条目](https://zh.example.org/wiki/A_(b) \"题\")。", ["见条目。"]),
        ("看[文件](<my file.md>)和[另一个](b.md '题')", ["看文件和另一个"]),
        ("参考[文献][1]与[手册][]，还有[附录]。\n\n[1]: https://a.cn/x\n[手册]: ./book.md \"书\"\n[附录]: <b.md>",
         ["参考文献与手册，还有附录。"]),
        ("See [the guide][g].\n\n[G]: http://e.com/guide", ["See the guide."]),
        ("![一只猫](cat.png)坐着", ["一只猫坐着"]),
        ("![the cat][img]\n\n[img]: cat.png", ["the cat"]),
        ("[![构建通过](https://x.io/b.svg)](https://x.io)", ["构建通过"]),
        ("[![passing][a]][b]\n\n[a]: https://x.y/z.svg\n[b]: https://x.y", ["passing"]),
        ("写信到<me@a.cn>", ["写信到me艾特a点cn"]),
        ("[张三]: 你好\n[李四]: 再见", ["[张三]: 你好", "[李四]: 再见"]),
        ("数组a[i][1]的值", ["数组a[i][一]的值"]),
        ("1. 打开\n2. 关闭", ["一.", "打开", "二.", "关闭"]),
        ("1. 外\n   1. 内\n   2. 里\n2. 外", ["一.", "外", "一.", "内", "二.", "里", "二.", "外"]),
        ("- 甲\n  - 乙\n    * 丙\n\t\t+ 丁", ["甲", "乙", "丙", "丁"]),
        ("- [ ] 买菜\n- [x] 做饭\n1. [x] 洗碗", ["买菜", "做饭", "一.", "洗碗"]),
        ("# 标题 #\n## Second heading ##\n### C# ###", ["标题", "Second heading", "C sharp"]),
        ("##没有空格\n正文", ["没有空格", "正文"]),
        ("大标题\n======\n小标题\n------", ["大标题", "小标题"]),
        ("> 一\n>> 二\n>     三", ["一", "二", "三"]),
        ("> - 甲\n> ## 乙\n> 1. 丙\n> ---\n> 丁", ["甲", "乙", "一.", "丙", "丁"]),
        ("前\n\n---\n\n中\n\n* * *\n\n后\n___", ["前", "中", "后"]),
        ("水是必需的[^1]，火也[^火]。\n\n[^1]: 见二章。\n[^火]: 同上。", ["水是必需的，火也。", "见二章。", "同上。"]),
        ("前<!-- 看不见 -->后\n<!--\n多行 <b>\n- 项 -->\n完", ["前后", "完"]),
        ("太好了👍，完成✅", ["太好了，完成"]),
        ("**粗**、*斜*、~~删~~、***都***、__b__", ["粗、斜、删、都、b"]),
        ("这是==重点==内容", ["这是重点内容"]),
        ("如果a==b就停", ["如果a等于b就停"]),
        ("第一行<br>第二行<br/><br />第三行", ["第一行，第二行，第三行"]),
        ("用`git status`查看", ["用git status查看"]),
        ("用```one line```查看", ["用one line查看"]),
        ("用`<div>`标签和`</span>`", ["用div标签和span"]),
        ("`List<String>` is generic", ["List String is generic"]),
    ],
)  # fmt: skip
def test_marks_of_markdown_are_silent(text: str, spoken: list[str]) -> None:
    assert said(text) == heard(spoken)


def test_an_address_in_angles_is_read_without_them() -> None:
    assert said("见<https://a.cn/x>。") == said("见 https://a.cn/x 。") != []


@pytest.mark.parametrize(
    "text",
    [
        "用`<p>`和`<s>`标签，`[pause]`也行，`<break>`一样",
        "```html\n<p class='a'>好</p><s>\n[pause 1s] <行|xing2>\n```\n完",
        "| 低 | 高 |\n|--|--|\n| <10 | >20 |\n|<10|>20|",
    ],
)
def test_code_and_cells_hold_no_marks(text: str) -> None:
    marked = markup.parse(text)
    assert (marked.text, marked.fixed, marked.pauses) == (text, [], {})


def test_a_reading_in_a_cell_is_one() -> None:
    marked = markup.parse("| 字 | 词 |\n|--|--|\n| <行|xing2> | 银<行|hang2> |")
    assert [one.reading for one in marked.fixed] == ["xing2", "hang2"]
    assert said(marked.text) == ["字，词", "行，银行"]


@pytest.mark.parametrize(
    "piece",
    by_night(
        ["|-", "```\n", "[a]: b.cn\n", "[^1]", "> ", "<br>", "`<a>", "# # ", "| \\", "```", "~~~\n", "|-|\n", "[a][",
         "![a", "- > ", "==a", "<!--", "[a](b(", "1. [ ] a\n", "a|b\n-|-\n", "| a "],
        first=11,
    ),
)  # fmt: skip
def test_long_monotonous_chats_are_worked_through(piece: str) -> None:
    assert growth(lambda text: build_segments(text, max_syllables=36), piece, 3000 * len(piece)) < MOST
