"""Who speaks where no plain tag says it: beats, voices, own names, receivers, what is told without its words."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.model import UNKNOWN, Chapter
from indextts.books.shaping import is_unsure


def speakers(text: str) -> dict[str, str]:
    """Who says what, by the first words of it."""
    said = attribute([Chapter("", text)]).chapters[0].quotations
    return {text[one.start : one.end].strip("“”‘’'.,?!。，？！"): one.speaker for one in said}


def certain(text: str) -> set[str]:
    said = attribute([Chapter("", text)]).chapters[0].quotations
    return {text[one.start : one.end].strip("“”‘’'.,?!。，？！") for one in said if not is_unsure(one)}


@pytest.mark.parametrize("name", ["林汐", "苏蔓", "程澈", "沈砚"])
def test_who_acts_often_has_a_name_without_any_verb_of_saying(name: str) -> None:
    text = (
        f"{name}闭着眼睛听了一会儿。\n“这不是自然源。”\n王芳说：“那是什么？”\n{name}把耳机摘下来。\n"
        f"{name}慢慢坐直了身子。\n“信标呢？”{name}望着天花板，“它在哪里？”"
    )
    found = speakers(text)
    assert found["信标呢"] == found["它在哪里"] == name


@pytest.mark.parametrize("name", ["小满", "阿宽", "小吉"])
def test_who_is_called_and_acts_has_a_name(name: str) -> None:
    text = f"王芳喊：“{name}，出去玩！”\n{name}爬上窗台，认认真真地说：“我不去。”\n王芳说：“下来。”"
    assert speakers(text)["我不去"] == name


@pytest.mark.parametrize(
    "part", ["嘴唇哆嗦着", "嗓门大得吓人", "脸腾地红了", "眼圈先红了", "声音越来越小", "肩膀抖了一下"]
)
def test_whose_body_acts_speaks(part: str) -> None:
    text = f"王芳说：“坐。”\n李强说：“不坐。”\n“三小姐，”陈伯的{part}，“北边打仗。”\n陈伯说：“走吧。”"
    assert speakers(text)["北边打仗"] == "陈伯"


@pytest.mark.parametrize(
    "given", ["把半个莲蓬放进王芳手里", "将钥匙塞到王芳怀里", "把碗端到王芳面前", "把外套披在王芳身上"]
)
def test_who_is_given_something_does_not_speak(given: str) -> None:
    text = f"王芳说：“坐。”\n李强走过来，{given}，说：“拿着。”\n王芳说：“好。”"
    assert speakers(text)["拿着"] == "李强"


@pytest.mark.parametrize("wife", ["陆夫人", "陆太太"])
def test_a_wife_is_not_her_husband(wife: str) -> None:
    text = f"陆临川转过身。\n“陆总，许小姐在门口。”方远说。\n“已经到了。”{wife}说。\n“妈。”陆临川说。"
    found = speakers(text)
    assert (found["已经到了"], found["妈"]) == (wife, "陆临川")


@pytest.mark.parametrize("word", ["何曾", "何尝", "何不"])
def test_adverbs_are_no_people(word: str) -> None:
    text = f"王芳入门才三年，{word}见过这样的阵仗。\n“师兄，他们是人吗？”\n李强说：“不是。”"
    assert speakers(text)["师兄，他们是人吗"] != word


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        (
            "王芳说：“喂？”\n手机被人拿走了。\n“程小姐，我是陆临川。”他说。\n陆临川挂了。",
            "程小姐，我是陆临川",
            "陆临川",
        ),
        ("王芳抬起头。\n“我叫董彦，教化学的。”\n王芳说：“坐。”\n董彦坐下了。", "我叫董彦，教化学的", "董彦"),
        ("Ann sat.\n“Who?” said Ann.\n“I'm Dana Ives.” She sat.\n“Oh,” said Ann.", "I'm Dana Ives", "Dana Ives"),
        (
            "“And?” said Tom.\n“Wren Hall. I started today.”\n“Good,” said Tom.",
            "Wren Hall. I started today",
            "Wren Hall",
        ),
        ("Mara sat.\n“Jo Fenn,” he said. “I keep salt.”\n“Oh,” said Mara.", "I keep salt", "Jo Fenn"),
    ],
)
def test_who_gives_the_own_name_speaks(text: str, said: str, speaker: str) -> None:
    assert speakers(text)[said] == speaker


def test_who_is_called_by_a_name_heard_before_does_not_speak() -> None:
    text = "Tom Braddock sat down.\n“Sit,” said Ann.\n“Tom Braddock. I know you.”\n“Yes,” said Tom."
    assert speakers(text)["Tom Braddock. I know you"] != "Tom Braddock"


@pytest.mark.parametrize(
    "told", ["Tom told her that he was tired.", "Tom said that it was late.", "Tom explained that he had no money."]
)
def test_who_has_told_something_is_answered(told: str) -> None:
    text = f"“Sit down,” said Ann.\n{told}\n“Then go to bed.”\n“I will,” said Tom."
    assert speakers(text)["Then go to bed"] != "Tom"


@pytest.mark.parametrize("told", ["李强告诉她，他累了。", "李强说他累了。", "李强回答我们明天走。"])
def test_who_has_told_something_in_chinese_is_answered(told: str) -> None:
    text = f"王芳说：“坐下。”\n{told}\n“那就去睡吧。”\n李强说：“好。”"
    assert speakers(text)["那就去睡吧"] != "李强"


@pytest.mark.parametrize("voice", ["a hoarse voice", "a small damp voice", "a thin voice"])
def test_a_voice_does_not_lose_its_noun(voice: str) -> None:
    text = f"“Who is it?” said Tilly.\n“Only me,” {voice} said.\n“Who?” said Tilly."
    found = speakers(text)["Only me"]
    assert found == UNKNOWN or found.endswith("voice")


@pytest.mark.parametrize(
    "heard", ["一个冰冷的声音在屋里响了起来。", "殿门外，有人轻轻地笑了起来。", "楼上忽然有人喊了起来。"]
)
def test_a_voice_of_nobody_known_leaves_a_doubt(heard: str) -> None:
    text = f"王芳说：“你好。”\n李强说：“你好。”\n王芳说：“走吧。”\n{heard}\n“站住。”\n王芳说：“谁？”"
    assert "站住" not in certain(text)


@pytest.mark.parametrize("owned", ["Her uncle's ledger was under her coat.", "She carried her brother’s knife."])
def test_whose_thing_it_is_need_not_be_there(owned: str) -> None:
    text = f"Mara waited. {owned}\n“You're early,” said the clerk.\n“I'm late,” said Mara.\nHe laughed. “Good.”"
    assert speakers(text)["Good"] not in ("her uncle", "her brother")


@pytest.mark.parametrize("name", ["Hester", "Agnes", "Sarah"])
def test_the_subject_before_is_who_she_is(name: str) -> None:
    text = (
        f"“A Quill,” {name} muttered.\n“Pardon?” Mara asked.\n“He owed me,” said {name}.\n“He's dead.”\n"
        f"“They all say that.”\n"
        f"Mara counted the coins. {name} bit each one. “Ask him,” she whispered. “Not the salt.”"
    )
    found = speakers(text)
    assert found["Ask him"] == found["Not the salt"] == name


@pytest.mark.parametrize("verb", ["repeated", "went on", "added"])
def test_who_goes_on_is_the_one_before(verb: str) -> None:
    text = f"“Where is it?” asked Mara.\nNobody answered.\n“Is it here?” she {verb}.\n“No,” said Tobias."
    assert speakers(text)["Is it here"] == "Mara"


def test_his_voice_is_no_voice_of_nobody() -> None:
    text = "“Sit,” said Pip.\n“Why?” said Anna.\n“She's asleep.” His voice began to wobble.\n“Oh,” said Anna."
    assert speakers(text)["She's asleep"] == "Pip"


def test_lines_of_single_marks_are_speech_beside_double_ones() -> None:
    doubles = ["“Row,”", "“Row on.”", "“There.”", "“Now.”", "“Left.”"]
    text = "\n".join([
        *doubles, "‘Quietly,’ Tobias breathed.", "'It's the boys' boat,' said Mara.", "‘Black’ was its name.",
        "‘Tis late, and the boys’ coats were wet.", "“He said ‘no’ to me,” said Mara.", "‘Never mind the boys’ coats",
    ])  # fmt: skip
    said = attribute([Chapter("", text)]).chapters[0].quotations
    singles = ["‘Quietly,’", "'It's the boys' boat,'", "“He said ‘no’ to me,”"]
    assert [text[one.start : one.end] for one in said] == [*doubles, *singles]


@pytest.mark.parametrize(
    ("text", "name", "described"),
    [
        (
            "男人走进来。\n“有人吗？”男人问。\n“谁？”老板娘说。\n“我姓单，单文远。”男人说。\n"
            "单文远坐下了。\n“谢谢。”单文远说。",
            "单文远",
            "男人",
        ),
        (
            "“请问，到了吗？”女孩问。\n“到了。”船夫说。\n“我叫阿圆。”女孩说。\n阿圆跳上船。\n“开船！”阿圆喊。",
            "阿圆",
            "女孩",
        ),
        (
            "“你好，我是陈砚。”年轻人说。\n“记者？”林守义问。\n“是。”年轻人说。\n陈砚拿出本子。\n“好了吗？”陈砚问。",
            "陈砚",
            "年轻人",
        ),
        (
            "“Anyone here?” the man asked.\n\n“Who is it?” said the landlady.\n\n"
            "“I'm Marsh,” said the man.\n\nMarsh sat.\n\n"
            "“Thank you,” said Marsh.",
            "Marsh",
            "the man",
        ),
        (
            "“Is it open?” the stranger asked.\n\n“No,” said Hester.\n\n“My name is Tom Lowe,” the stranger said.\n\n"
            "“Sit,” said Hester.\n\n“Thanks,” said Tom Lowe.",
            "Tom Lowe",
            "the stranger",
        ),
    ],
)
def test_who_is_described_and_then_gives_a_name_is_one_person(text: str, name: str, described: str) -> None:
    casting = attribute([Chapter("", text)])
    speakers = {one.speaker for one in casting.chapters[0].quotations}
    assert name in speakers and described not in speakers
    assert described in next(one for one in casting.characters if one.name == name).others


@pytest.mark.parametrize(
    ("text", "name", "sex"),
    [
        ("Okonkwo shrugged.\n\n“I told you already,” she said.", "Okonkwo", "female"),
        ("Okonkwo shrugged.\n\n“I told you already,” he said.", "Okonkwo", "male"),
        (
            "“Late?” asked Ted.\n\nIone put down the lamp.\n\n“Very,” she answered.\n\n“So,” said Ione.",
            "Ione",
            "female",
        ),
        ("阿远放下灯。\n“太晚了。”她说。\n“走吧。”阿远说。", "阿远", "female"),
        ("阿远放下灯。\n“太晚了。”他说。\n“走吧。”阿远说。", "阿远", "male"),
    ],
)
def test_the_word_of_a_tag_tells_the_sex_of_who_is_known_by_nothing_else(text: str, name: str, sex: str) -> None:
    casting = attribute([Chapter("", text)])
    assert next(one for one in casting.characters if one.name == name).gender == sex


@pytest.mark.parametrize(
    ("whose", "name"),
    [
        ("她丈夫", "老秦"),
        ("她的丈夫", "老秦"),
        ("我同学", "孙立"),
        ("他妹妹", "阿珠"),
        ("邻居", "马大嫂"),
        ("她儿子", "小军"),
        ("他师父", "陆沉舟"),
        ("我哥", "周远"),
        ("房东", "王太太"),
        ("他老师", "李建国"),
        ("她女儿", "叶知秋"),
    ],
)
@pytest.mark.parametrize("tag", ["“等等。”{}劝道。", "{}笑道：“等等。”"])
def test_a_name_behind_what_somebody_is_to_another_speaks(tag: str, whose: str, name: str) -> None:
    text = f"方敏解下围裙，说：“坐吧。”\n{tag.format(whose + name)}\n“等谁？”方敏冷笑。"
    assert speakers(text) == {"坐吧": "方敏", "等等": name, "等谁": "方敏"}


@pytest.mark.parametrize(
    ("told", "who"),
    [("她丈夫劝道", "丈夫"), ("我妈妈说", "妈妈"), ("公主任性地说", "公主"), ("他大哥和气地说", "大哥")],
)
def test_who_is_nothing_but_somebodys_speaks(told: str, who: str) -> None:
    text = f"方敏解下围裙，说：“坐吧。”\n{told}：“等等。”\n“等谁？”方敏冷笑。"
    assert speakers(text)["等等"] == who


@pytest.mark.parametrize("how", ["霍地", "霍然", "蓦地"])
def test_how_somebody_moves_is_nobody(how: str) -> None:
    text = f"少年{how}站起来，脸白得像纸。\n\n“我父亲还说了一句话，”他说，“将军身边有鬼。”\n\n“谁？”霍峥问。"
    assert how not in {one.name for one in attribute([Chapter("", text)]).characters}


NAMED = ["小明", "李明", "志明", "建明", "学明", "阿直", "王直", "张直", "李实", "小应", "小申", "小如"]


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("verb", ["说", "问", "答", "喊", "叫"])
def test_a_name_that_makes_a_word_with_its_verb_speaks(name: str, verb: str) -> None:
    text = f"教室里很安静。\n“在吗？”{name}{verb}。\n“在。”小红说。\n{name}{verb}道：“走吧。”\n“同学{name}也来。”"
    found = speakers(text)
    assert (found["在吗"], found["在"], found["走吧"]) == (name, "小红", name)


@pytest.mark.parametrize(
    "told", ["再问", "低声答", "小声说", "再说", "冷笑", "连忙答道", "只听说", "他明说", "她直说", "又追问"]
)
def test_a_verb_of_saying_with_its_manner_is_no_name(told: str) -> None:
    text = f"方敏解下围裙，说：“坐吧。”\n“等谁？”他问。\n“等你。”{told}。\n“好。”方敏说。\n{told}：“走。”"
    names = {one.name for one in attribute([Chapter("", text)]).characters}
    assert names == {"方敏"}
