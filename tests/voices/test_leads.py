"""What stands before and around the labels of a dialogue."""

from __future__ import annotations

import pytest

from indextts.voices.dialogue import cast_of
from indextts.voices.turns import find_turns
from tests.voices.test_dialogue import VOICES, said

ENGLISH = (("Ravi", "Did you lock the boat?"), ("Ingrid", "I did."), ("Ravi", "Then we can go."), ("Ingrid", "Yes."))
CHINESE = (("阿珍", "船锁好了吗？"), ("老吴", "我锁好了。"), ("阿珍", "那走吧。"), ("老吴", "好啊。"))


@pytest.mark.parametrize("talk", [ENGLISH, CHINESE])
@pytest.mark.parametrize(
    "form",
    [
        "- {name}: {said}",
        "* **{name}:** {said}",
        "•\t{name}：{said}",
        "{at}. {name}: {said}",
        "{at}、**{name}**：{said}",
        "({at}) {name}: {said}",
        "> {name}: {said}",
        "> - {name}: {said}",
        "🎧 {name}: {said}",
        "{name} 🧭: {said}",
        "- 🧑‍🚀 **{name}:** {said}",
        "[2026-03-0{at} 21:4{at}:07] {name}: {said}",
        "[0{at}/03/2026, 21:4{at}:07] {name}: {said}",
        "3/{at}/26, 9:4{at} PM - {name}: {said}",
        "2026年3月{at}日 21:4{at} {name}：{said}",
        "{name} 21:4{at}：{said}",
        "{name} 2026-03-0{at} 21:4{at}:07\n{said}",
        "2026-03-0{at} 21:4{at}:07 {name}\n{said}",
        "【{name}】：{said}",
        "[{name}]: {said}",
        "**【{name}】**：{said}",
        "【{name}（笑）】{said}",
        "【{name}】{said}",
        "[{name}] {said}",
    ],
)
def test_what_stands_around_a_label_is_no_part_of_it(form: str, talk: tuple[tuple[str, str], ...]) -> None:
    text = "\n".join(form.format(at=at, name=name, said=words) for at, (name, words) in enumerate(talk, 1))
    assert [(label, words.strip()) for label, words in said(text)] == list(talk)


@pytest.mark.parametrize("form", ["- {}：{}", "1. {}: {}", "【{}】{}", "🎲 {}：{}", "> **{}**：{}", "[{}] {}"])
def test_labels_that_a_caller_named_need_no_proof(form: str) -> None:
    text = f"{form.format('潮汐', '三')}\n{form.format('灯塔', '四')}"
    assert [label for label, _ in said(text, speakers={"潮汐": "deep", "灯塔": "baker"})] == ["潮汐", "灯塔"]
    assert said(text) == []


@pytest.mark.parametrize(
    "names",
    [("S1", "S2"), ("Speaker 1", "Speaker 2"), ("SPEAKER_00", "SPEAKER_01"), ("spk1", "spk2"), ("嘉宾1", "嘉宾2")],
)
def test_numbered_speakers_may_stand_in_brackets(names: tuple[str, str]) -> None:
    text = "\n".join(f"[{names[at % 2]}] {line}" for at, line in enumerate(("The lamp went out.", "Did it?", "Look.")))
    assert [label for label, _ in said(text)] == [names[0], names[1], names[0]]


@pytest.mark.parametrize(
    "text",
    [
        "- 小明：第一名\n- 小红：第二名",
        "1. 张伟：主任\n2. 李强：副主任",
        "- Anna: finish the report.\n- Tom: book the room.",
        "• Dad: dentist\n• Mum: gym",
        "- A: 苹果\n- B: 香蕉",
        "[A] apple\n[B] pear\n[A] plum\n[B] fig",
        "📍 地点：北京\n⏰ 时间：三点",
        "👍 优点：便宜\n👎 缺点：慢",
        "[INFO] Started.\n[ERROR] It failed.\n[INFO] Again.",
        "【注意】不要动。\n【提示】请看。",
        "【早餐】面包\n【午餐】米饭\n【早餐】鸡蛋\n【午餐】面条",
        "[Verse] You came.\nla\nla\n[Chorus] I know.\nla",
        "[Tom]: https://a.com\n[Anna]: https://b.com",
        "[1] Smith: ropes\n[2] Lee: lamps",
        "[S1] Login\n[S2] Logout",
        "2026-03-01 10:23 Meeting: budget\n2026-03-02 11:00 Call: Tom",
        "2026-03-01 10:23:11 INFO: started\n2026-03-01 10:23:12 ERROR: failed\n2026-03-01 10:23:13 INFO: again?",
        "小明 8:58：到校\n小红 9:03：到校",
        "小明和小红：一对\n小刚和小丽：一对",
    ],
)
def test_lists_logs_and_headings_are_no_dialogue(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("label", "pair"),
    [
        ("阿珍和老吴", CHINESE), ("阿珍、老吴", CHINESE), ("阿珍 & 老吴", CHINESE), ("阿珍/老吴", CHINESE),
        ("Ravi & Ingrid", ENGLISH), ("Ravi and Ingrid", ENGLISH), ("RAVI + INGRID", ENGLISH),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_what_two_say_together_is_said_by_the_first(label: str, pair: tuple[tuple[str, str], ...], first: bool) -> None:
    lines = [f"{name}: {words}" for name, words in pair]
    lines.insert(0 if first else len(lines), f"{label}: Hello!")
    assert [name for name, _ in said("\n".join(lines))][0 if first else -1] == pair[0][0]


def test_a_name_that_is_made_of_others_is_a_label_of_its_own_where_a_caller_named_it() -> None:
    text = "Ravi: Come in.\nIngrid: Thank you.\nRavi & Ingrid: Bye!"
    assert [name for name, _ in said(text, speakers={"Ravi & Ingrid": "deep"})][-1] == "Ravi & Ingrid"


@pytest.mark.parametrize(
    ("one", "other", "voice"),
    [
        ("媽媽", "爸爸", "young_man"),
        ("老師", "學生", None),
        ("護士", "醫生", None),
        ("爺爺", "孫女", None),
        ("顧客", "店員", None),
        ("青年男聲", "內置女聲", "baker"),
        ("敘述者", "媽媽", None),
        ("張偉", "劉詩涵", None),
    ],
)
def test_labels_in_traditional_characters_are_those_in_simplified_ones(one: str, other: str, voice: str | None) -> None:
    text = f"{one}：吃飯了嗎？\n{other}：吃過了。\n{one}：那走吧。"
    assert [name for name, _ in said(text)] == [one, other, one]
    cast = cast_of(find_turns(text, VOICES), VOICES, first="baker", text=text)
    assert cast[one] != cast[other] and voice in (None, cast[other])
    assert "妈妈" in dict(said(text.replace(one, "媽媽"), speakers={"妈妈": "deep"}))


@pytest.mark.parametrize("woman", ["W", "F"])
@pytest.mark.parametrize("first", ["baker", "young_man"])
@pytest.mark.parametrize(
    "form",
    [
        "M: When does the ferry leave?\n{}: At six.",
        "{}: Is it far?\nM: Not very.",
        "{}：我们走吧。\nM：好的。",
        "Narrator: Listen.\nM: Hello.\n{}: Hi.",
        "M: Shall we?\n{}: Yes.\nQ: What will they do?",
    ],
)
def test_in_a_listening_test_m_is_a_man_and_w_a_woman(form: str, first: str, woman: str) -> None:
    voices = [*(v for v in VOICES if v.id != "own-1")]
    voices = [v.__class__(**{**{k: getattr(v, k) for k in v.__dataclass_fields__}, "group": group})
              for v, group in zip(voices, ("women", "men", "women", "men"), strict=True)]  # fmt: skip
    text = form.format(woman)
    cast = cast_of(find_turns(text, voices), voices, first=first, text=text)
    assert cast["M"] in ("young_man", "deep") and cast[woman] in ("baker", "bright")


def test_among_other_letters_m_is_anybody() -> None:
    text = "A: Hi\nM: Hello\nW: Hey"
    assert cast_of(find_turns(text, VOICES), VOICES, first="baker", text=text)["A"] == "baker"
