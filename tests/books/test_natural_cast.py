"""Natural voices in books and dialogues: by sex, in the language of the text, of the engine that speaks."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from indextts.books.casting import Character, attribute, suggest
from indextts.books.model import Chapter, Quotation, Role
from indextts.engines.kokoro.info import ALL_VOICES, described
from indextts.model.people import Age, Gender
from indextts.platform.config import Config
from indextts.voices import Voice
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.dialogue import cast_of, peers, person_voice
from indextts.voices.sexes import age_of, guessed_sex
from indextts.voices.turns import find_turns
from tests.books.test_casting import VOICES


def natural(id_: str, group: str, language: str, hz: float, cast: int) -> Voice:
    both = ("zh", "en") if language == "zh" else ("en", "zh")
    return Voice(id_, id_, id_, "kokoro", both, "", group, 12 * math.log2(hz / 223), hz, cast)


NATURAL = [
    natural("zf_xiaoxiao", "women", "zh", 223, 0),
    natural("zm_yunxi", "men", "zh", 146, 1),
    natural("zf_xiaobei", "women", "zh", 224, 2),
    natural("zm_yunjian", "men", "zh", 114, 3),
    natural("zm_yunxia", "children", "zh", 274, 4),
    natural("af_heart", "women", "en", 184, 5),
    natural("bf_emma", "women", "en", 175, 6),
    natural("am_michael", "men", "en", 106, 7),
    natural("zf_xiaoni", "women", "zh", 217, -1),
]


@pytest.mark.parametrize(
    ("language", "leading", "women", "men"),
    [
        ("zh", "", ["zf_xiaobei"], ["zm_yunxi", "zm_yunjian"]),
        ("en", "", ["bf_emma"], ["am_michael"]),
        ("en", "bf_emma", ["af_heart"], ["am_michael"]),
        ("zh", "zf_xiaobei(2)+zm_yunxi", ["zf_xiaoxiao"], ["zm_yunxi", "zm_yunjian"]),
    ],
)
def test_natural_voices_are_cast_by_sex_in_the_language_of_the_book(
    language: str, leading: str, women: list[str], men: list[str]
) -> None:
    """The narrator has the first of the language, or the leading one."""
    people = [Character("A", gender="female", count=3), Character("B", gender="male", count=2)]
    cast = suggest(people, [*NATURAL, *VOICES], narrator="default", leading=leading, language=language)
    assert cast["A"].voice in women and cast["B"].voice in men


def test_where_the_fast_voice_speaks_a_book_no_natural_one_is_cast() -> None:
    people = [Character(str(number), gender="female", count=9 - number) for number in range(8)]
    cast = suggest(people, [*NATURAL, *VOICES], narrator="default", leading=VOICES[0].id, language="zh")
    assert {role.voice for name, role in cast.items() if name} <= {voice.id for voice in VOICES}


def scenes(*groups: str) -> list[Chapter]:
    """A chapter for each group of people, who talk in it by turns; each has one letter."""
    return [
        Chapter("", "", quotations=tuple(Quotation(at, at + 1, one) for at, one in enumerate(all * 3)))
        for all in groups
    ]


def test_people_of_different_scenes_share_the_natural_voices_of_their_sex_and_never_the_accent() -> None:
    women = [Character(name, gender="female", count=9) for name in "012345"]
    chapters = scenes("01", "2", "3", "45")
    cast = suggest(women, NATURAL, language="zh", chapters=chapters)
    assert {role.voice for name, role in cast.items() if name} == {"zf_xiaoxiao", "zf_xiaobei"}
    assert cast["0"].voice != cast["1"].voice and cast["4"].voice != cast["5"].voice


@pytest.mark.parametrize("spoken", ["012", "0912", "01999999992"])
def test_of_two_in_one_scene_each_has_a_voice_while_there_is_one(spoken: str) -> None:
    """The voice with an accent is the last that is left, behind the narrator's."""
    women = [Character(name, gender="female", count=9 - int(name)) for name in "012"]
    cast = suggest(women, NATURAL, language="zh", chapters=scenes(spoken))
    assert [cast[name].voice for name in "012"] == ["zf_xiaobei", "zf_xiaoxiao", "zf_xiaoni"]
    fourth = Character("3", gender="female")
    many = suggest([*women, fourth], NATURAL, language="zh", chapters=scenes(spoken + "3"))
    assert many["3"].voice == "zf_xiaobei"  # no other is left at all
    for beside, voice in (("0", "zf_xiaoxiao"), ("1", "zf_xiaobei")):
        later = suggest([fourth], NATURAL, language="zh", known=cast, chapters=scenes(spoken, "3" + beside))
        assert later["3"].voice == voice


def test_a_dialogue_has_every_voice_of_a_sex_before_one_twice() -> None:
    text = "".join(f"{name}：你好吗？\n" for name in ("王阿姨", "李奶妈", "赵大婶", "钱小姐") * 2)
    voices = [*NATURAL, natural("zf_xiaoyi", "women", "zh", 250, 9)]
    cast = cast_of(find_turns(text, voices), voices, first="zf_xiaoxiao", text=text)
    assert sorted(cast.values()) == ["zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi"]


def test_a_voice_stays_where_it_suits_and_gives_way_where_it_does_not() -> None:
    def now(gender: Gender, voice: str, age: Age = "") -> str:
        known = {"甲": Role("zf_xiaobei"), "乙": Role(voice)}
        one = Character("乙", gender=gender, voice=voice, age=age)
        return suggest([one], AGED, language="zh", known=known, chapters=scenes("甲乙"))["乙"].voice

    assert now("male", "zm_yunjian") == "zm_yunjian" and now("female", "zf_xiaobei") == "zf_xiaobei"
    assert now("male", "zf_xiaobei") == "zm_yunxi" and now("female", "zm_yunxi") == "zf_xiaoxiao"
    assert now("male", "zm_yunxia", "child") == "zm_yunxia" and now("male", "zm_yunxia") == "zm_yunxi"


def test_a_dialogue_has_the_voices_of_its_first_ones_engine_and_language() -> None:
    turns = find_turns("A：你好吗？\nB：我很好。\nC：我也是。", NATURAL)
    for first, others in (("zf_xiaoxiao", "z"), ("bf_emma", "ab"), ("af_heart(2)+bf_emma", "ab")):
        cast = cast_of(turns, [*NATURAL, *VOICES], first=first)
        assert cast["A"] == first and all(cast[label][0] in others for label in "BC") and cast["B"] != cast["C"]


def spoken_by(text: str, voices: list[Voice], language: str) -> dict[str, str]:
    """The voice of each character of a text, by name."""
    characters = attribute([Chapter("1", text)]).characters
    return {name: one.voice for name, one in suggest(characters, voices, narrator="default", language=language).items()}


AGED = [
    *(replace(voice, age="boy") if voice.group == "children" else voice for voice in NATURAL),
    replace(natural("am_santa", "men", "en", 147, -1), age="old_man"),
]


@pytest.mark.parametrize("name", ["小男孩", "一个小男孩", "男孩", "小朋友"])
def test_a_child_of_chinese_books_has_the_boy_s_voice_and_a_girl_has_not(name: str) -> None:
    text = f"妈妈走过来。{name}说：“我要回家。”\n妈妈说：“好。”\n小女孩说：“我也要。”\n{name}说：“走吧。”"
    cast = spoken_by(text, AGED, "zh")
    (child,) = [one for one in cast if one in name and one and one != "小女孩"]
    assert cast[child] == "zm_yunxia" and cast["小女孩"].startswith("zf_") and cast["妈妈"].startswith("zf_")


def test_a_second_boy_has_a_voice_of_his_own() -> None:
    people = [Character(str(number), gender="male", count=9 - number, age="child") for number in range(2)]
    cast = suggest(people, AGED, narrator="default", language="zh")
    assert cast["0"].voice == "zm_yunxia" and cast["1"].voice == "zf_xiaobei"  # the lightest, of whatever sex


FAST = [
    replace(natural(one, group, "zh", 223, cast), pitch=pitch, age="child" if group == "children" else "")
    for one, group, pitch, cast in (
        ("plain", "women", 0.0, 5), ("bright", "women", 2.0, 1), ("calm", "women", -4.5, 3), ("young", "men", -7.5, 0),
        ("deep", "men", -11.0, 2), ("small", "children", 4.0, 4),
    )
]  # fmt: skip


def test_further_children_have_light_voices_and_none_the_deepest() -> None:
    text = "“Six,” said Lucy. Lucy was six.\n\n“Me too!” said Ben. He was five.\n\n“No,” said the child. “No, no.”"
    people = attribute([Chapter("", text)]).characters
    cast = suggest(people, FAST, narrator="plain")
    assert sorted(cast[name].voice for name in ("Lucy", "Ben", "the child")) == ["bright", "calm", "small"]
    taken = ["plain", "bright", "calm", "young", "small"]
    assert person_voice(FAST, taken, "male", "child", near=taken[3:]) == "bright"  # shared, sooner than the deep one
    assert person_voice(FAST, taken[:3], "female", "child", near=()) == "small"
    assert person_voice(FAST, taken, "female", "child", near=taken[3:]) in ("plain", "bright", "calm")


@pytest.mark.parametrize(
    ("text", "voices"),
    [
        ("Boy: Wait!\nMum: No.\nBoy: Why?\nMum: Because.", {"Boy": "small", "Mum": "plain"}),
        (
            "小女孩：妈妈，我饿了。\n妈妈：吃吧。\n小男孩：我也饿。\n妈妈：来。",
            {"小女孩": "small", "妈妈": "plain", "小男孩": "bright"},
        ),
        ("Kid: Wait!\nDad: No.\nChild: Why?\nDad: Because.", {"Kid": "small", "Dad": "young", "Child": "bright"}),
    ],
)
def test_a_label_that_is_a_child_has_a_childs_or_a_light_voice(text: str, voices: dict[str, str]) -> None:
    assert cast_of(find_turns(text, FAST), FAST, first="plain", text=text) == voices
    (boy, *_) = voices
    assert cast_of(find_turns(text, FAST), FAST, first="small", text=text)[boy] == "small"


@pytest.mark.parametrize("name", ["the old man", "Grandpa", "my grandfather", "the old captain"])
def test_an_old_man_of_english_books_has_the_old_man_s_voice_and_nobody_else_has(name: str) -> None:
    text = f"“Come in,” said {name}.\n\n“Thank you,” Mary said. “Sit,” said {name}.\n\n“Fine,” said Mr. Smith."
    cast = spoken_by(text, AGED, "en")
    (old,) = [one for one in cast if cast[one] == "am_santa"]
    assert old.lower().split()[-1] in name.lower()
    assert spoken_by(text, NATURAL, "en").keys() == cast.keys()


def test_what_names_do_not_tell_or_tell_twice_is_no_age() -> None:
    for names, age in (
        (["王爷爷", "老王"], "old"), (["小明", "小男孩"], "child"), (["女孩"], ""),
        (["老爷"], ""), (["小男孩", "老人"], ""), (["the little girl"], "child"),
        (["the girl"], ""), (["Old Joe"], ""), (["Grandpa Joe"], "old"),
        (["Tom", "the boy"], "child"),
    ):  # fmt: skip
        assert age_of(names) == age, names


def test_the_tables_of_voices_say_the_ages_that_are_known(tmp_path: Path) -> None:
    assert {name: described(name).age for name in ALL_VOICES if described(name).age} == {
        "zm_yunxia": "boy", "am_santa": "old_man",
    }  # fmt: skip
    assert "old man" in described("am_santa").about_en and "老人" in described("am_santa").about_zh
    with closing(VoiceFamily(Config(cache_dir=tmp_path))) as family:
        designed = family.voices("embedded", ("zh",), "")
    assert {voice.id: voice.age for voice in designed if voice.age} == {"child": "child"}


@pytest.mark.parametrize(
    ("known", "group"), [("male", "women"), ("female", "men")], ids=["beside-a-man", "beside-a-woman"]
)
def test_a_person_of_unknown_sex_is_told_from_the_one_who_talks_most(known: Gender, group: str) -> None:
    people = (Character("林", count=9, gender=known), Character("阿远", count=8))
    cast = suggest(people, NATURAL, narrator="default", language="zh")
    assert next(one for one in NATURAL if one.id == cast["阿远"].voice).group == group
    assert cast["阿远"].gender == ""


@pytest.mark.parametrize("name", ["老人", "阿未", "那人", "来客", "村长", "老人家", "黑影", "掌柜"])
@pytest.mark.parametrize("before", range(6))
def test_whose_sex_and_age_are_not_known_never_has_a_childs_voice(name: str, before: int) -> None:
    taken = [voice.id for voice in NATURAL if voice.languages[0] == "zh" and voice.group != "children"][:before]
    age = age_of([name])
    voices = {voice.id: voice.group for voice in NATURAL}
    assert voices[person_voice(peers(NATURAL, "zf_xiaoxiao"), taken, "", age)] in ("women", "men")
    known = {voice: Role(voice) for voice in taken}
    cast = suggest([Character(name, count=2, age=age)], NATURAL, narrator="zf_xiaoxiao", known=known, language="zh")
    assert voices[cast[name].voice] in ("women", "men")


@pytest.mark.parametrize(
    ("told", "name", "gender"),
    [
        ("“Sit down,” said Tolvar.\nTolvar, the father of two boys, sat.", "Tolvar", "male"),
        ("“Tea?” said Shuyin.\nShuyin lived in Hull with her brother.", "Shuyin", "female"),
        ("“No,” said Elvane.\nElvane, whose husband was asleep, shut the door.", "Elvane", "female"),
        ("“No,” said Tesmin.\nTesmin was a grandmother of five.", "Tesmin", "female"),
        ("“No,” said Brixan.\nBrixan's wife shut the door.", "Brixan", "male"),
        ("“坐吧。”郑淼说。\n郑淼和妻子住在苏州。", "郑淼", "male"),
        ("“坐吧。”顾言说。\n顾言，三个孩子的妈妈，放下了碗。", "顾言", "female"),
        ("“坐吧。”顾言说。\n顾言的丈夫开了一家面包店。", "顾言", "female"),
    ],
)
def test_kin_a_spouse_and_what_is_ones_own_tell_the_sex_in_a_book(told: str, name: str, gender: str) -> None:
    people = attribute([Chapter("", told)]).characters
    assert [(one.name, one.gender) for one in people] == [(name, gender)]


def test_a_child_of_a_book_has_the_lightest_voice_where_none_is_a_childs() -> None:
    deep = natural("am_onyx", "men", "en", 85, 0)
    voices = [deep, *NATURAL[5:8], natural("am_fenrir", "men", "en", 126, 8), natural("bm_george", "men", "en", 135, 9)]
    text = "“I want to go,” said Milo.\nMilo Vance was tired. He was eleven, and small.\n“No,” said Anna. “No.”"
    people = attribute([Chapter("", text)]).characters
    milo = next(one for one in people if one.name.startswith("Milo"))
    assert (milo.age, milo.gender) == ("child", "male")
    assert suggest(people, voices, narrator="af_heart")[milo.name].voice == "bm_george"
    taken = ["bm_george", "am_fenrir", "am_michael", "am_onyx"]
    women = ["af_heart", "bf_emma"]
    assert person_voice(voices, taken, "male", "child", near=()) == "af_heart"
    assert person_voice(voices, [*women, *taken[:3]], "male", "child", near=[*women, "am_michael"]) == "bm_george"


@pytest.mark.parametrize(
    ("name", "title", "gender"),
    [
        ("沈砚秋", "先生", "male"),
        ("罗静秋", "先生", "male"),
        ("许兰", "大哥", "male"),
        ("柳如云", "公子", "male"),
        ("方雪", "老爷", "male"),
        ("林建国", "小姐", "female"),
        ("周志强", "太太", "female"),
        ("程刚", "姑娘", "female"),
    ],
)
def test_a_title_behind_the_family_name_goes_before_the_given_name(name: str, title: str, gender: str) -> None:
    text = f"“走吧。”{name}说。\n\n“{name[0]}{title}，等一等。”老人喊道。\n\n“好。”{name}答道。\n\n“天黑了。”老人说。"
    found = {one.name: one.gender for one in attribute([Chapter("一", text)]).characters}
    assert found[name] == gender
    # Where two of the family are there, it may be the other one.
    other = f"{text}\n\n“是啊。”{name[0]}一鸣说。"
    found = {one.name: one.gender for one in attribute([Chapter("一", other)]).characters}
    assert found[name] == guessed_sex(name)
