"""Names are found by their place in the tag of a quotation; strangers leave a doubt; the cast is known."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.model import UNKNOWN, Chapter, Quotation, Role
from indextts.books.shaping import is_unsure

NAMES = [
    "单立行", "仇小燕", "解缙云", "阿廖沙", "老猫", "胖子", "掌柜的", "三婶", "王主任", "A君", "Lucas", "欧阳倩",
    "司马昭烈", "老倔头", "伊万·库兹米奇", "童童", "翠花婶", "独眼龙",
]  # fmt: skip
CHAT = "王芳问：“吃了吗？”\n李强答：“吃了。”\n“吃的什么？”\n“面条。”\n"


def found(text: str, **options: object) -> tuple[Quotation, ...]:
    return attribute([Chapter("", text)], **options).chapters[0].quotations  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "tag",
    [
        "{}冷冷地说：“该走了。”\n",
        "{}头也不回地说：“该走了。”\n",
        "“该走了。”{}大声说。\n",
        "{}放下茶杯，又问：“该走了。”\n",
    ],
)
def test_whoever_a_tag_begins_with_speaks_and_not_whose_turn_it_is(name: str, tag: str) -> None:
    text = f"{name}走进来。\n{CHAT}{tag.format(name)}“好。”\n{name}笑着说：“快点。”\n{name}站起身。"
    here = {text[one.start : one.end]: one for one in found(text)}
    assert here["“该走了。”"].speaker == here["“快点。”"].speaker == name
    assert not is_unsure(here["“该走了。”"])


@pytest.mark.parametrize("tag", ["{} said coldly, “Go.”", "“Go,” whispered {}.", "{}, without looking up, said, “Go.”"])
@pytest.mark.parametrize("name", ["Quillon", "Mrs. Pym", "Ysmera", "Old Fen", "Jonas Pell"])
def test_whoever_an_english_tag_names_speaks(name: str, tag: str) -> None:
    text = f"“Eat,” said Mary.\n“No,” John said.\n“Why not?”\n{tag.format(name)}\n{name} said, “Now.”"
    said = {text[one.start : one.end].strip("“”.,"): one for one in found(text)}
    assert said["Go"].speaker == name and not is_unsure(said["Go"])


@pytest.mark.parametrize(
    "tag",
    [
        "慢条斯理地说：“该走了。”", "用中文说：“该走了。”", "冷笑一声，缓缓道：“该走了。”", "劈头便问：“该走了。”",
        "一字一顿地说：“该走了。”", "冲着门外喊：“该走了。”", "声音发颤地说：“该走了。”", "彬彬有礼地问：“该走了。”",
    ],
)  # fmt: skip
def test_manners_things_and_pronouns_are_no_names(tag: str) -> None:
    people = {one.speaker for one in found(f"{CHAT}王芳站了起来，{tag}\n{tag}")}
    assert people <= {"王芳", "李强", UNKNOWN}


@pytest.mark.parametrize(
    "tag", ["“该走了。”零说。", "满仓急了，冲着他们喊：“该走了。”", "“该走了。”门房里的那位说道。"]
)
def test_a_tag_that_names_nobody_known_leaves_a_doubt(tag: str) -> None:
    text = f"{CHAT}{tag}\n“走吧。”"
    assert all(is_unsure(one) for one in found(text)[4:])
    english = found("“Eat,” said Mary.\n“No,” said John.\n“Why?”\nThe smith at the far end said, “Go.”\n“Fine.”")
    assert not is_unsure(english[0]) and all(is_unsure(one) or one.speaker == "the smith" for one in english[3:])


def test_the_cast_is_known_with_its_other_names() -> None:
    text = f"{CHAT}“舰体破损。”零说。\n满仓急了，喊：“快走！”\n零又说：“快。”\n仓儿说：“来了。”"
    assert {"零", "满仓"}.isdisjoint({one.speaker for one in found(text)})
    cast = {"零": Role("deep"), "满仓": Role(others=("仓儿",), gender="male"), "": Role()}
    casting = attribute([Chapter("", text)], cast=cast)
    last = casting.chapters[0].quotations[4:]
    assert [one.speaker for one in last] == ["零", "满仓", "零", "满仓"] and not any(map(is_unsure, last))
    assert {one.name: one.gender for one in casting.characters}["满仓"] == "male"
    english = attribute(
        [Chapter("", "“No,” said Hope.\n“Yes,” said the smith.")], cast={"Hope": Role(), "the smith": Role()}
    )
    assert [one.speaker for one in english.chapters[0].quotations] == ["Hope", "the smith"]


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("江离没有躲，只是看着他：", "江离"), ("宁栩气笑了：", "宁栩"), ("厨师长绞着围裙：", "厨师长"),
        ("德洛丽丝吐出一口烟：", "德洛丽丝"), ("房东拉鲁斯太太气喘吁吁地说：", "拉鲁斯太太"), ("青衫客道：", "青衫客"),
        ("一个守门弟子冲了上来，上气不接下气：", "守门弟子"),
    ],
)  # fmt: skip
def test_names_that_no_dictionary_has_are_taken_whole(line: str, speaker: str) -> None:
    first, *_, last = found(f"{line}“说完了？”\n{CHAT}{speaker}站了起来。\n{speaker}说：“走吧。”")
    assert first.speaker == last.speaker == speaker


def test_a_word_for_a_person_within_one_for_a_manner_is_nobody() -> None:
    text = f"{CHAT}王芳为这个孩子气的动作红了脸：“那么，”她抬起头，“走吧。”"
    assert {one.speaker for one in found(text)} == {"王芳", "李强"}


def test_whom_a_child_calls_does_not_speak() -> None:
    assert found("父亲推开门。\n“爸，我回来了。”\n小芳说：“爸，快来。”")[0].speaker != "父亲"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("我笑了：“真的？”\n小刚说：“真的。”\n他把手摊开：“看。”", "小刚"),
        ("“Sit,” said Anna.\nMy uncle laughed. “I won't.”\n“Are you tired?” I asked.", "I"),
        ("“Sit,” said Anna.\n“Your servant!” cried a stout, rosy old gentleman, advancing.", "the old gentleman"),
        ("“Sit,” said Tom.\n“No,” said Anna.\n“Go.” He gave Anna a look.", "Tom"),
    ],
)
def test_pronouns_and_whole_phrases_tell_who_speaks(text: str, speaker: str) -> None:
    assert found(text)[-1].speaker == speaker


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("赵国栋拍了拍桌子", "赵国栋"), ("周正昊不说话", "周正昊"), ("刘长赟拍了拍门", "刘长赟"),
        ("王英瑄慢慢站起来", "王英瑄"), ("吴国桢慢慢抬起头", "吴国桢"),
    ],
)  # fmt: skip
def test_a_rare_character_behind_a_name_is_its_last(line: str, speaker: str) -> None:
    assert found(f"{line}：“走吧！”\n雨停了。\n{line}：“快走！”")[0].speaker == speaker
