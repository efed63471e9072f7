"""Markdown as GitHub, Pandoc and note programs write it: what a reader hears has none of its marks."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY, archive, epub_of
from indextts.books.reading import read_manuscript

PROSE = STORY[0]


def spoken(text: str) -> list[str]:
    book = read_manuscript("a.md", f"# 篇\n\n{text}\n\n{PROSE}\n".encode())
    lines = [line for chapter in book.chapters if chapter.on for line in chapter.text.split("\n")]
    assert lines.pop() == PROSE
    return lines


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("- [x] 买米\n- [ ] 买盐\n* [X] 打水", ["买米", "买盐", "打水"]),
        ("[x] 做完", ["做完"]),
        ("[ ] water the plants", ["water the plants"]),
        ("1. [x] 开门", ["1. 开门"]),
        ("今天~~不~~去。", ["今天去。"]),
        ("- ~~卖掉旧船~~\n- 修船", ["修船"]),
        ("价钱<del>一百</del>八十，<s>明天</s>后天。", ["价钱八十，后天。"]),
        ("这是==要紧==的。若 a == b 则停。", ["这是要紧的。若 a == b 则停。"]),
        ("这里++添了++两个字，C++ 和 g++ 不动。", ["这里添了两个字，C++ 和 g++ 不动。"]),
        ("H~2~O 有 x^2^ 倍，她说~好~。", ["H2O 有 x² 倍，她说~好~。"]),
        ("很好:smile:！:+1: 时间是 12:30:45。", ["很好！ 时间是 12:30:45。"]),
        ("| 名 | 岁 |\n|---|--:|\n| 小王 | 3 |\n| 小李 | |", ["名，岁", "小王，3", "小李"]),
        ("| ship | port |\n|---|---|\n| Ann | Hull |", ["ship, port", "Ann, Hull"]),
        ("前<!-- 藏 -->后。\n\n<!--\n一\n\n二\n-->\n\n尾。", ["前后。", "尾。"]),
        (
            '<div align="center">居中</div>\n\n<details>\n<summary>点开</summary>\n\n里面。\n\n</details>',
            ["居中", "点开", "里面。"],
        ),
        ("<script>\nlet a = 1\n</script>\n\n走。", ["走。"]),
        ("> [!WARNING]\n> 别靠岸。", ["别靠岸。"]),
        ("> [!tip] 备忘\n> 别靠岸。\n\n> [!note]- Mind\n> the ice.", ["备忘。别靠岸。", "Mind. the ice."]),
        ("船走了。 #渡口 #冬天/雪\n\n#草稿\n\n第 #1 号，C# 和 #话题# 不动。",
         ["船走了。", "第 #1 号，C# 和 #话题# 不动。"]),
        ("见[海图][1]和[ref]。\n\n[1]: http://a.b\n[ref]: http://c.d", ["见海图和ref。"]),
        ("去[[港口|那个港]]、[[灯塔]]。", ["去那个港、灯塔。"]),
        ("潮汐\n: 海水的涨落。", ["潮汐", "海水的涨落。"]),
        ("红字[别动]{.red}，行尾{#a .b}。\n\n::: warning\n小心。\n:::", ["红字别动，行尾。", "小心。"]),
        ("[TOC]\n\n\\newpage\n\n%%草稿%%看得见。 ^p1", ["看得见。"]),
    ],
)  # fmt: skip
def test_what_other_programs_write_is_read_as_it_is_meant(written: str, said: list[str]) -> None:
    assert spoken(written) == said


def test_notes_within_a_line_are_gathered_and_headings_lose_their_attributes() -> None:
    book = read_manuscript(
        "a.md", f"# 一 {{#one .unnumbered}}\n\n船^[木船]开了[^a]。\n\n[^a]: 夜里。\n\n{PROSE}\n".encode()
    )
    assert [(one.title, one.text, one.kind) for one in book.chapters] == [
        ("一", f"船开了。\n{PROSE}", "body"),
        ("注释", "木船\n夜里。", "notes"),
    ]


def test_properties_between_plus_signs_are_no_text() -> None:
    book = read_manuscript("a.md", f'+++\ntitle = "雾港"\nauthor = "小满"\n+++\n\n{PROSE}\n'.encode())
    assert (book.title, book.author, [one.text for one in book.chapters]) == ("雾港", "小满", [PROSE])


def test_what_is_struck_out_in_other_kinds_of_files_is_not_read() -> None:
    body = f"<body><p>去<del>不</del>了<s>没</s>。</p><p>{PROSE}</p></body>"
    assert read_manuscript("a.epub", epub_of([body], names=["一"])).chapters[0].text == f"去了。\n{PROSE}"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    struck = ("<w:vanish w:val='0'/>", "<w:strike/><w:vanish w:val='0'/>", '<w:dstrike w:val="0"/>')
    runs = "".join(
        f"<w:r><w:rPr>{how}</w:rPr><w:t>{text}</w:t></w:r>"
        for how, text in zip(struck, ("去", "不", "了。"), strict=True)
    )
    document = f'<w:document xmlns:w="{word}"><w:body><w:p>{runs}</w:p></w:body></w:document>'
    data = archive({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<R/>", "word/document.xml": document.encode()})
    assert read_manuscript("a.docx", data).chapters[0].text == "去了。"


@pytest.mark.parametrize(
    ("below", "author"),
    [("*by Orla Finch*", "Orla Finch"), ("**作者：林小满**", "林小满"), ("Author: P. Quill\n\n译者：何晚", "P. Quill")],
)
def test_the_author_below_the_title_is_not_read(below: str, author: str) -> None:
    book = read_manuscript("b.md", f"# 雾港\n\n{below}\n\n## 一\n\n{PROSE}\n\n## 二\n\n{PROSE}\n".encode())
    assert (book.title, book.author) == ("雾港", author)
    assert [(chapter.title, chapter.text) for chapter in book.chapters] == [("一", PROSE), ("二", PROSE)]


def test_prose_below_the_title_is_read() -> None:
    book = read_manuscript("b.md", f"# 雾港\n\n他站在码头上。\n\n## 一\n\n{PROSE}\n".encode())
    assert book.author == "" and any("他站在码头上。" in chapter.text for chapter in book.chapters)


@pytest.mark.parametrize(
    "formula", ["$$\nC = 2r\n$$", "$$C = 2r$$", "$$ C = 2r $$", "so $$C = 2r$$ it is", "$$\n  C = 2r\n$$\nand so on"]
)
def test_a_formula_on_lines_of_its_own_is_one_within_a_line(formula: str) -> None:
    (chapter,) = read_manuscript("b.md", f"# Circles\n\n{formula}\n\n{PROSE}\n".encode()).chapters
    assert "$$" not in chapter.text and "$C = 2r$" in chapter.text


def test_signs_of_what_a_meal_costs_are_no_formula() -> None:
    (chapter,) = read_manuscript(
        "b.md", f"# Food\n\nCheap ($$) or dear ($$$), both fed us.\n\n{PROSE}\n".encode()
    ).chapters
    assert "Cheap ($$) or dear ($$$), both fed us." in chapter.text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("```sh\nls -l\n```\n\n    make\n\n走。", ["（2 段）"]),
        ("![河上的船](a.png) 和 ![a map of the river][m]\n\n[m]: b.png", ["（2 处）"]),
        ("![河](a.png)\n\n~~~\nx = 1\n~~~", ["（1 处）", "（1 段）"]),
        ("[![build](a.svg)](http://a.b) ![](c.png)\n\n```\n```\n\n走 `ls`。", []),
    ],
)
def test_what_is_left_out_is_told(written: str, told: list[str]) -> None:
    book = read_manuscript("a.md", f"# 篇\n\n{written}\n\n{PROSE}\n".encode())
    assert sorted(chinese[chinese.index("（") : chinese.index("）") + 1] for _, chinese in book.warnings) == sorted(
        told
    )


@pytest.mark.parametrize("form", ["---\n{}: {}\n---\n", "---\ntitle: Lamps\n{}: '{}'\n---\n"])
@pytest.mark.parametrize("key", ["lang", "language", "Locale"])
def test_the_language_that_the_front_matter_names_is_the_books(form: str, key: str) -> None:
    text = "# One\n\nHello. 灯亮了一夜，没有人看见。江上起雾了，船没有来。\n"
    for value, language in (("en-GB", "en"), ("zh-Hans", "zh"), ("fr", "zh")):
        assert read_manuscript("a.md", (form.format(key, value) + text).encode()).language == language
    toml = f'+++\nlanguageCode = "en-us"\n+++\n{text}'
    assert read_manuscript("a.md", toml.encode()).language == "en"
