"""What printers, websites, converters and writers leave in a file beside the text is not spoken; the text is."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.voices.directions import unsaid
from indextts.voices.turns import find_turns


def book_of(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def said(book: Manuscript) -> str:
    return "\n".join(f"{one.title}\n{one.text}" for one in book.chapters if one.on)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("⽼⼈⾛进⻔，⾬停了。", "老人走进门，雨停了。"),
        ("⻢⻋上坐着⼀位⻘年。", "马车上坐着一位青年。"),
        ("⻛吹⿊了⼭，⻥和⻦都不⻅了。", "风吹黑了山，鱼和鸟都不见了。"),
        ("⽤⼾⽹⻚打不开。", "用户网页打不开。"),
        ("⺟亲说，⼈⺠的⻓江。", "母亲说，人民的长江。"),
    ],
)
def test_radicals_of_a_printed_page_are_the_characters_that_they_show(written: str, meant: str) -> None:
    assert said(book_of(written)).endswith(meant)
    headed = book_of(f"第⼀章 {written[:3]}\n{STORY[0]}\n第⼆章 雾\n{STORY[1]}")
    assert [one.title for one in headed.chapters] == [f"第一章 {meant[:3]}", "第二章 雾"]


@pytest.mark.parametrize("by", ["记者 方晓", "本报记者 沈砚 林汐", "文／本刊记者 姚静", "撰文｜陈露", "见习记者 周漾"])
def test_a_newspaper_names_its_writer_below_the_title(by: str) -> None:
    book = book_of("\n\n".join(["老城里的最后一家钢笔店", by, *STORY]))
    assert book.title == "老城里的最后一家钢笔店" and by.endswith(book.author) and book.author
    talk = book_of("\n".join([*STORY, "记者 方晓 走了。"]))
    assert not talk.author and "记者 方晓" in said(talk)


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ("{% asset_img cat.jpg 那只猫 %}", ""),
        ("{% note info %}\n带好雨衣。\n{% endnote %}", "带好雨衣。"),
        ("{% youtube dQw4w9WgXcQ width=80% %}", ""),
        ("{%- include figure.html src='a.png' -%}", ""),
        ("{% codeblock lang:js %}\nalert(1);\n{% endcodeblock %}", ""),
        ("路线见{% post_link map '上一篇' %}。", "路线见上一篇。"),
        ("{% blockquote 沈砚 %}\n雾会散的。\n{% endblockquote %}", "雾会散的。"),
        ("住在{{ site.city }}雾港。", "住在雾港。"),
        ("用 `{% if %}` 判断天气。", "用 {% if %} 判断天气。"),
        ("涨了 5%，跌了 {3%}。", "涨了 5%，跌了 {3%}。"),
    ],
)
def test_tags_of_a_site_generator_are_not_spoken(tag: str, kept: str) -> None:
    text = said(book_of(f"## 雾\n\n{STORY[0]}\n\n{tag}\n\n{STORY[1]}\n", "a.md"))
    assert text == "\n".join(one for one in ("雾", STORY[0], kept, STORY[1]) if one)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("山路断了。<br/><br/>&nbsp;&nbsp;&ldquo;别看。&rdquo;奶奶说。", "山路断了。\n“别看。”奶奶说。"),
        ("灯灭了&hellip;&hellip;<p>阿朵推开门。</p>", "灯灭了……\n阿朵推开门。"),
        ("他<b>从不</b>回头，<span class='x'>一次</span>也没有。", "他从不回头，一次也没有。"),
        ("雨&mdash;&mdash;下了七天&#12290;", "雨——下了七天。"),
        ("Tom &amp;amp; Ann&rsquo;s <i>boat</i><BR>It sank.", "Tom & Ann’s boat\nIt sank."),
        ('<DIV>船在这里。</DIV><div align="center">岸在那里。</div>', "船在这里。\n岸在那里。"),
        (
            "若 a<b 且 b>c，则 a&lt;c；换行写作 `<br>`，或“<p>”。",
            "若 a<b 且 b>c，则 a&lt;c；换行写作 `<br>`，或“<p>”。",
        ),
        ("R&D and AT&T; x & y;", "R&D and AT&T; x & y;"),
    ],
)
def test_tags_and_entities_left_in_a_text_are_not_spoken(written: str, meant: str) -> None:
    text = said(book_of(f"第一章 雨\n{STORY[0]}\n{written}\n第二章 灯\n{STORY[1]}\n"))
    assert text == "\n".join(["第一章 雨", STORY[0], meant, "第二章 灯", STORY[1]])


WRAPPED = [
    ["The ferry left at six, as it had left every morn-", "ing for forty years, and nobody on the quay looked"],
    ["up from the nets, because there was nothing to be", "seen but fog and the small yellow lamp that she had"],
    ["hung from the mast when the fog came in from the", "north. It was not the lamp of the harbour mas-"],
    ["ter, who slept; it was the lamp of the girl who had", "once rowed across alone, and come back with bread."],
]
CUT = [["渡船每天早上六点开，开了四十年，码头上没有一个人抬头看它，因为除了雾什么"],
       ["也看不见，只有桅杆上那盏小小的黄灯。", "那是她挂上去的，从北边起雾的那天起，一直没有"],
       ["摘下来过，后来的人都说那是港务长的灯，其实不是。", "港务长睡着了。"]]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "foot", "pages"),
    [
        ("{even}                    THE FERRY", "", WRAPPED),
        ("", "- {number} -", WRAPPED),
        ("A. R. COBB", "Page {number} of 9", WRAPPED),
        ("The Ferry {number}", "", WRAPPED),
        ("THE NORTH FOG          {number}", "", WRAPPED),
        ("渡船", "第 {number} 页", CUT),
        ("　　　　雾港纪事　　　　{number}", "", CUT),
        ("", "{number}", CUT),
    ],
)
def test_heads_and_numbers_of_pages_that_form_feeds_part_are_not_spoken(
    head: str, foot: str, pages: list[list[str]]
) -> None:
    written = []
    for number, page in enumerate(pages, 7):
        around = [one.format(number=number, even=number) for one in (head, foot)]
        written.append("\n".join([*([around[0], ""] if head else []), *page, *(["", around[1]] if foot else [])]))
    text = read_manuscript("a.txt", "\n\f".join(written).encode()).chapters[-1].text
    if pages is CUT:
        assert text == "".join(CUT[0] + CUT[1][:1]) + "\n" + CUT[1][1] + CUT[2][0] + "\n港务长睡着了。"
    else:
        whole = " ".join(" ".join(page) for page in WRAPPED)
        assert text == whole.replace("morn- ", "morn").replace("mas- ", "mas")


@pytest.mark.parametrize(
    "pages",
    [
        [f"{title}\n月亮照着海\n{line}" for title, line in (("其一", "雾起"), ("其二", "船来"), ("其三", "灯灭"))],
        [f"{number}\n\n{STORY[number - 1]}" for number in (1, 2, 3)],
        ["A Song\nthe sea is wide", "A Song\nthe fog is cold", "A Song\nand none is home"],
        [STORY[0], f"Apples      3\nPears      4\n{STORY[1]}"],
        [STORY[0], f"雾港              3\n{STORY[1]}", STORY[2]],
    ],
)
def test_poems_chapters_and_tables_that_form_feeds_part_stay_whole(pages: list[str]) -> None:
    book, plain = (read_manuscript("a.txt", sign.join(pages).encode()) for sign in ("\n\f", "\n\n"))
    assert said(book).split() == said(plain).split()


LIST = "[1] 张华. 韵律综述[J]. 声学学报, 2020.\n[2] SMITH A. Models. 2021.\n[3] 李明. 时长[M]. 江州, 2019."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("语音合成取得了很大进展[1]，但时长仍难控制[2-3]。", "语音合成取得了很大进展，但时长仍难控制。"),
        ("数据［1］与方法[1,3]都已公开。[2]", "数据与方法都已公开。"),
        ("总时长等于各时长之和[1]、[2]。", "总时长等于各时长之和。"),
        ("Progress is great [1], [2] and [3], but slow [1–3].", "Progress is great, but slow."),
        ("Small models suffice.[2] Others agree[1; 3].", "Small models suffice. Others agree."),
        ("文献[2]提出另一种方法，如[3]所述。", "文献[2]提出另一种方法，如[3]所述。"),
        ("In [2] another way is shown, and a[1] is its first item.",) * 2,
        ("取值范围为[1,3]，数组[2]为空，共[12]页。",) * 2,
        ("[1] 是数组。\nx[2] = 3",) * 2,
    ],
)
@pytest.mark.parametrize("head", ["参考文献", "参考文献：", "4 参考文献", "References"])
def test_numbers_of_references_are_not_spoken_where_their_list_follows(written: str, meant: str, head: str) -> None:
    book = book_of(f"第一章 雾\n{STORY[0]}\n{written}\n第二章 船\n{STORY[1]}\n\n{head}\n\n{LIST}\n")
    assert said(book) == f"第一章 雾\n{STORY[0]}\n{meant}\n第二章 船\n{STORY[1]}"
    last = book.chapters[-1]
    assert (last.title, last.text, last.kind) == (head.rstrip("："), LIST, "back")
    alone = book_of(f"第一章 雾\n{STORY[0]}\n{written}\n第二章 船\n{STORY[1]}\n")
    assert said(alone) == f"第一章 雾\n{STORY[0]}\n{written}\n第二章 船\n{STORY[1]}"


@pytest.mark.parametrize("label", ["《周末读本》", "【晨报】", "「周末读本」", "〈晚报〉", "《环球》（笑）"])
def test_a_label_in_brackets_is_one_of_a_dialogue(label: str) -> None:
    lines = (
        "您修的桥还在吗？",
        "陆振声：不在了。",
        "心疼吗？",
        "陆振声：不心疼，桥走完了。",
        "怎么学？",
        "陆振声：先看水。",
    )
    book = book_of("\n".join(line if "陆" in line else f"{label}：{line}" for line in lines))
    asks = label.strip("《》【】「」〈〉（笑）").rstrip("》")
    assert [one.speaker for one in book.chapters[0].quotations] == [asks, "陆振声"] * 3
    assert said(book).endswith("\n".join(line.removeprefix("陆振声：") for line in lines))


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("(laughing) ", ""),
        ("(turning to the window) ", ""),
        ("[sighs heavily] ", ""),
        ("（低头，声音越来越小，几乎听不见）", ""),
        ("(softly, to herself) ", ""),
        ("(I think) ", "(I think) "),
        ("(2 days later) ", "(2 days later) "),
    ],
)
def test_how_something_is_said_behind_a_label_is_not_spoken(how: str, kept: str) -> None:
    text = f"Mia: Welcome back.\nTom: {how}It rained.\nMia: Go on.\nTom: Fine."
    assert said(book_of(text)).split("\n")[1:] == ["Welcome back.", f"{kept}It rained.", "Go on.", "Fine."]
    turn = find_turns(text, ())[1]
    assert [text[slice(*place)] for place in unsaid(text, [(turn.begin, turn.end)])] == ([] if kept else [how])
