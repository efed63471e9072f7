"""Who speaks: quotations are found, told from titles and terms, and given to the right people with their evidence."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.attribution import HALVES, Score, nearest, ours, passages, score
from indextts.books.casting import Casting, attribute, suggest
from indextts.books.casting.clues import near_edges
from indextts.books.model import SURE, UNKNOWN, Chapter, Quotation
from indextts.voices import Voice
from indextts.voices.dialogue import APART
from tests.tiers import by_night

FLOORS = {
    ("attribution", "zh"): (0.99, 0.99, 0.96, 0.94),
    ("attribution", "en"): (0.99, 0.99, 0.97, 0.97),
    ("attribution_fresh", "zh"): (0.98, 0.98, 0.94, 0.93),
    ("attribution_fresh", "en"): (0.97, 0.98, 0.95, 0.94),
    ("attribution_certain", "zh"): (0.98, 0.98, 0.87, 0.87),
    ("attribution_certain", "en"): (0.98, 0.98, 0.93, 0.93),
    ("attribution_last", "zh"): (0.98, 0.98, 0.88, 0.88),
    ("attribution_last", "en"): (0.98, 0.98, 0.95, 0.95),
    ("attribution_last2", "zh"): (0.98, 0.98, 0.85, 0.83),
    ("attribution_last2", "en"): (0.98, 0.98, 0.90, 0.89),
    ("attribution_third", "zh"): (0.99, 0.99, 0.80, 0.78),
    ("attribution_third", "en"): (0.99, 0.99, 0.78, 0.74),
    ("attribution_fourth", "zh"): (0.99, 0.99, 0.79, 0.78),
    ("attribution_fourth", "en"): (0.99, 0.99, 0.83, 0.81),
    ("attribution_fifth", "zh"): (0.99, 0.99, 0.82, 0.81),
    ("attribution_fifth", "en"): (0.98, 0.98, 0.78, 0.74),
    ("attribution_sixth", "zh"): (0.98, 0.98, 0.73, 0.72),
    ("attribution_sixth", "en"): (0.98, 0.98, 0.75, 0.75),
    ("attribution_seventh", "zh"): (0.98, 0.98, 0.86, 0.83),
    ("attribution_seventh", "en"): (0.98, 0.98, 0.85, 0.84),
    ("attribution_eighth", "zh"): (0.98, 0.98, 0.85, 0.84),
    ("attribution_eighth", "en"): (0.98, 0.98, 0.80, 0.78),
    ("attribution_ninth", "zh"): (0.98, 0.98, 0.88, 0.86),
    ("attribution_ninth", "en"): (0.98, 0.98, 0.81, 0.80),
    ("attribution_tenth", "zh"): (0.98, 0.98, 0.78, 0.77),
    ("attribution_tenth", "en"): (0.98, 0.98, 0.66, 0.65),
    ("attribution_eleventh", "zh"): (0.99, 0.99, 0.80, 0.75),
    ("attribution_eleventh", "en"): (0.99, 0.99, 0.84, 0.82),
    ("attribution_twelfth", "zh"): (0.98, 0.98, 0.83, 0.82),
    ("attribution_twelfth", "en"): (0.98, 0.98, 0.80, 0.77),
    ("attribution_thirteenth", "zh"): (0.98, 0.98, 0.80, 0.77),
    ("attribution_thirteenth", "en"): (0.98, 0.98, 0.71, 0.69),
    ("attribution_fourteenth", "zh"): (0.99, 0.99, 0.89, 0.86),
    ("attribution_fourteenth", "en"): (0.99, 0.99, 0.87, 0.87),
}
"""Precision and recall of quotations, then of speakers."""

CERTAIN = {
    "attribution": 0.98,
    "attribution_fresh": 0.97,
    "attribution_certain": 0.97,
    "attribution_last": 0.97,
    "attribution_last2": 0.95,
    "attribution_third": 0.94,
    "attribution_fourth": 0.97,
    "attribution_fifth": 0.98,
    "attribution_sixth": 0.95,
    "attribution_seventh": 0.97,
    "attribution_eighth": 0.96,
    "attribution_ninth": 0.98,
    "attribution_eleventh": 0.97,
    "attribution_twelfth": 0.97,
    "attribution_thirteenth": 0.97,
    "attribution_fourteenth": 0.97,
}
"""How many of the speakers that are called certain are right."""
EASIER = ("attribution", "attribution_fresh", "attribution_certain", "attribution_last", "attribution_last2")


def cast(*texts: str) -> Casting:
    return attribute([Chapter("", text) for text in texts])


def said(text: str) -> list[tuple[str, str]]:
    """What is said, and by whom."""
    return [(text[one.start : one.end], one.speaker) for one in cast(text).chapters[0].quotations]


def speakers(text: str) -> list[str]:
    return [speaker for _, speaker in said(text)]


@functools.cache
def read(half: str, language: str) -> Score:
    """Our reading of a set's passages in one language."""
    return score([passage for passage in passages(half) if passage.language == language], ours)


@pytest.mark.parametrize(("half", "language"), FLOORS)
def test_our_passages_are_read_as_well_as_the_documents_say(half: str, language: str) -> None:
    chosen = [passage for passage in passages(half) if passage.language == language]
    numbers = read(half, language).numbers
    assert all(number >= floor for number, floor in zip(numbers, FLOORS[half, language], strict=True)), numbers
    assert numbers[3] > score(chosen, nearest).numbers[3] + 0.2


@pytest.mark.parametrize("half", CERTAIN)
def test_who_is_called_certain_is_right(half: str) -> None:
    both = [read(half, language) for language in ("zh", "en")]
    certain, right = sum(one.certain for one in both), sum(one.certain_right for one in both)
    assert certain > (0.7 if half in EASIER else 0.4) * sum(one.found for one in both)
    assert right >= CERTAIN[half] * certain, [one.certainty for one in both]


def test_there_are_enough_passages_in_each_half() -> None:
    for half in HALVES:
        whole = passages(half)
        for language in ("zh", "en"):
            least = {"attribution_last": 20, "attribution_tenth": 68}.get(half, 75)
            assert sum(len(one.said) for one in whole if one.language == language) >= least
    assert sum(len(one.said) for one in passages("attribution_certain")) >= 300


def test_a_verb_before_or_after_tells_who_speaks_and_is_the_evidence() -> None:
    text = "老人说道：“坐吧。”\n“谢谢您。”王小明答道。"
    found = cast(text).chapters[0].quotations
    assert [(one.speaker, one.evidence) for one in found] == [("老人", "老人说道"), ("王小明", "王小明答道")]
    assert all(one.probability > SURE and one.source == "rule" for one in found)
    english = cast("“Sit down,” said Mr. Smith.\n“Thank you.” Anna smiled.").chapters[0].quotations
    assert [(one.speaker, one.evidence) for one in english] == [
        ("Mr. Smith", "said Mr. Smith"), ("Anna", "Anna smiled."),
    ]  # fmt: skip


def test_who_says_one_thing_alone_is_known_by_the_verb() -> None:
    assert speakers("小明说：“走吧。”老人说：“好。”") == ["小明", "老人"]
    story = "“你来了。”令狐冲笑着说。\n“还走吗？”任盈盈问。\n老人说：“这家店早关了，你们怎么进来的？”"
    assert speakers(story) == ["令狐冲", "任盈盈", "老人"]
    assert "老实" not in speakers("老实说：“我不去。”")


def test_who_is_looked_at_or_called_by_a_title_alone_says_nothing() -> None:
    text = "林越走进客厅。小满抬起头。\n“先生，您迟到了。”林越看看钟，又望着站在窗前的小满，笑了笑。“路上堵车。”"
    assert "小满" not in speakers(text)
    for look in ("又看了看那位周医生", "只望着跪在地上的周医生", "瞪着那个周医生"):
        assert speakers(f"周医生跟了进来。\n“别过来。”李砚退了一步，{look}，慢慢摇头。") == ["李砚"]
    assert speakers("看门老头从屋里出来，打量着他：“你找谁？”") == ["老头"]


def test_names_with_one_beginning_are_kept_whole_and_a_surname_belongs_to_its_name() -> None:
    sisters = (
        "沈青梧蹲在后院里挖笋。\n“找大姐姐的吧。”沈青梧头也不抬。\n沈青梧跪在正厅里，听完了旨。\n“妹妹好福气。”大姑娘"
        "沈青萝先开了口。\n“怕。”沈青梧老老实实地答。\n老夫人指着沈青梧。沈青梧没动。沈青梧眨了眨眼。"
    )
    assert speakers(sisters) == ["沈青梧", "沈青萝", "沈青梧"]
    brothers = "傅司宴站在窗前。\n“坐。”傅司宴说。\n“谢谢。”傅司寒走进来。\n“你来了。”傅司宴回过头。\n傅司寒坐下了。"
    assert speakers(brothers) == ["傅司宴", "傅司寒", "傅司宴"]
    husband = "“志强！”老板娘喊道。\n何志强舔了舔嘴唇：“六点。”\n“跟她没关系，”志强说，“是我。”\n何志强摇头：“不是她。”"
    found = cast(husband).characters
    assert [(one.name, one.others) for one in found if one.count == 4] == [("何志强", ("志强",))]


def test_what_a_sign_or_letter_says_is_not_spoken_and_what_a_beast_says_is() -> None:
    assert said("The letter lay on the mat. “Come home,” it said. “Bring Pip.” Anna read it twice.") == []
    assert said("“WELCOME TO CERES,” said the sign over the dock. “MIND THE GAP.” Anna laughed.") == []
    assert speakers("The dragon yawned. “I am old,” it said. “Go away.”") == ["the dragon"] * 2


def test_a_sentence_of_one_word_and_a_headline_are_nobody() -> None:
    text = "Jess picked up. A long silence. Bedsprings. “Like, a whole goat?”\n“A whole one,” said Nora."
    assert "Bedsprings" not in speakers(text)
    assert speakers("CHAPTER THE NINTH\nNora sat down.\n“Well?”\n“Well,” said Nora.")[1] == "Nora"


def test_a_mother_and_her_daughter_are_two() -> None:
    text = "“You will wear the blue,” said Mrs. Thorne.\n“I will not, Mama,” said Miss Thorne.\n" * 2
    assert speakers(text) == ["Mrs. Thorne", "Miss Thorne"] * 2


@pytest.mark.parametrize("manner", ["皱眉道", "闷声说", "打圆场道"])
def test_how_something_is_said_is_nobody(manner: str) -> None:
    text = f"老何把烟头按灭，{manner}：“房子不卖。”\n“再想想。”小芳说。\n" * 3
    assert speakers(text) == ["老何", "小芳"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "“左舷失压。”玄鸟的声音一如既往地平静。",
        "“哦？”一道低沉的男声从屋后响起。",
        "“谁在下面走？”树上传来一个沙哑的嗓音。",
        "蔚沄没有躲，只是平静地看着他：“说完了？”",
    ],
)
def test_a_voice_or_a_name_that_is_not_known_makes_the_speaker_doubtful(line: str) -> None:
    text = f"“坐吧。”王小明说。\n“我不坐。”李红梅说。\n{line}\n"
    found = cast(text).chapters[0].quotations[2]
    assert found.speaker not in ("王小明", "李红梅") or found.probability < SURE


def test_nobody_answers_himself_for_certain() -> None:
    text = (
        "警报响起来的时候，褚衡正在给自己煮面。\n“船长，左舷漏水了。”\n"
        "褚衡把锅一推，抓起灯就跑：“谁在船上？”\n“两个姑娘，还有一个桨工。”\n“接住！”\n"
    )
    _, first, second, _ = cast(text).chapters[0].quotations
    assert first.speaker == "褚衡" and first.probability >= SURE
    assert second.speaker != "褚衡" or second.probability < SURE


@pytest.mark.parametrize("part", ["眼睛在两人之间转了一圈", "目光冷了下来", "手停在半空", "嘴角一撇"])
def test_what_is_somebodys_own_acts_for_him(part: str) -> None:
    text = f"“不住。”王小明说。\n“住。”李红梅说。\n老板娘的{part}：“身份证。”\n“给。”王小明说。\n"
    assert speakers(text)[2] == "老板娘"


@pytest.mark.parametrize("name", ["佟大志", "戚长河", "卜立春"])
def test_rare_family_names_are_names(name: str) -> None:
    text = f"“怎么样了？”{name}满头是汗。\n“还在里面。”李红梅说。\n{name}张了张嘴：“对不起。”\n"
    assert speakers(text) == [name, "李红梅", name]


def test_who_is_helped_is_not_the_helper() -> None:
    text = "“名帖也是假的。来人！”\n门开了，海母由丫鬟扶着走出来，沉声问：“又闯祸了？”\n"
    found = cast(text).chapters[0].quotations[1]
    assert found.speaker != "丫鬟" or found.probability < SURE


def test_a_father_and_his_son_of_one_surname_are_two() -> None:
    text = "老何说：“房子不卖。”\n“爸，这都什么年代了。”何晓军说。\n“我用不着。”老何说。"
    assert speakers(text) == ["老何", "何晓军", "老何"]


def test_what_is_told_of_a_person_goes_before_the_name() -> None:
    text = "本报讯（记者方晓）早市比往年热闹。\n“心里踏实。”在市场卖了二十年豆腐的李建国告诉记者。"
    assert speakers(text) == ["李建国"]
    stranger = "老周举起牌子：“一百。”\n“那是我的饭钱！”蹲在他脚边的大黄用神识传音。"
    assert cast(stranger).chapters[0].quotations[1].probability < SURE


def test_a_name_is_taken_whole() -> None:
    text = "傅司宴抬眼看她：“多少？”\n“三成。”顾南枝说。\n“可以。”傅司宴点头。"
    assert speakers(text) == ["傅司宴", "顾南枝", "傅司宴"]
    assert speakers("玛尔塔太太画了个十字：“上帝啊！”") == ["玛尔塔太太"]
    text = "青蛙老师敲了敲荷叶：“上课。”\n“还早呢！”泥鳅弟弟说。\n鸭妈妈急得直跳：“快！”\n“是。”赵副将抱拳。"
    assert speakers(text) == ["青蛙老师", "泥鳅弟弟", "鸭妈妈", "赵副将"]


def test_whom_a_file_names_has_the_sex_of_the_name() -> None:
    known = (Quotation(0, 3, "小丽", source="file"), Quotation(4, 6, "老吴", source="file"))
    found = attribute([Chapter("", "来了。\n好。", quotations=known)]).characters
    assert {one.name: one.gender for one in found} == {"小丽": "female", "老吴": "male"}


def test_who_is_called_by_name_does_not_speak() -> None:
    text = "小红推开门，看见小明坐在窗前。\n“小明，你来了！”\n小明转过身：“刚到。”"
    assert speakers(text) == ["小红", "小明"]
    assert speakers("Anna opened the door for Tom.\n“Tom, you came!”\nTom grinned. “I did.”") == ["Anna", "Tom"]


def test_two_who_talk_take_turns() -> None:
    text = "王芳问：“吃了吗？”\n李强答：“吃了。”\n“吃的什么？”\n“面条。”\n“好吃吗？”"
    assert speakers(text) == ["王芳", "李强", "王芳", "李强", "王芳"]
    probable = [one.probability for one in cast(text).chapters[0].quotations]
    assert min(probable[:2]) > max(probable[2:])


def test_pronouns_mean_the_last_person_of_that_gender() -> None:
    text = "Mary sat down beside John.\n“It's cold,” she said.\n“Close the window, then,” he answered."
    assert speakers(text) == ["Mary", "John"]
    assert speakers("王丽拉住张强。\n“别走。”她说。\n“我得走了。”他说。") == ["王丽", "张强"]


def test_titles_terms_and_marks_of_irony_are_not_speech() -> None:
    assert said("所谓的“自由”，不过是换了个笼子。") == []
    assert said("他读完了《红楼梦》，又翻开那本“新书”。") == []
    assert said("墙上写着“禁止吸烟”。砰的一声，门关了。") == []
    assert said("The so-called “expert” had written a book, “How to Be Right,” and a song called “Blue.”") == []


def test_apostrophes_are_no_quotation_marks() -> None:
    text = "‘It's the dogs' dinner,’ said Kate. ‘Don't eat it.’\nThe boys' boots weren't Tom's."
    assert said(text) == [("‘It's the dogs' dinner,’", "Kate"), ("‘Don't eat it.’", "Kate")]


def test_a_quotation_within_another_belongs_to_the_outer_one() -> None:
    text = "小兰说：“妈妈告诉我：‘早点回家。’我就回来了。”"
    assert said(text) == [("“妈妈告诉我：‘早点回家。’我就回来了。”", "小兰")]
    assert said("「先生說『不行』，我也沒辦法。」阿福說。") == [("「先生說『不行』，我也沒辦法。」", "阿福")]


def test_a_quotation_over_paragraphs_stays_one_persons() -> None:
    text = "“It began in May,” said Ruth, “with no rain.\n“Then the well went dry.”\n“And then?” asked Paul."
    assert said(text)[2:] == [("“Then the well went dry.”", "Ruth"), ("“And then?”", "Paul")]
    over = "爷爷说：“那年冬天很冷。\n河都冻住了。”\n大家都不说话。"
    assert [speaker for _, speaker in said(over)] == ["爷爷", "爷爷"]


def test_a_quotation_that_is_left_open_ends_with_its_paragraph() -> None:
    assert said("货郎说：“姑娘要哪样？\n杏儿说：“红的。”") == [("“姑娘要哪样？", "货郎"), ("“红的。”", "杏儿")]


def test_dashes_begin_what_is_said_in_english_books() -> None:
    text = "— It is late, said Nora. We should go.\n— Then go, said Tom."
    assert said(text) == [("— It is late,", "Nora"), ("We should go.", "Nora"), ("— Then go,", "Tom")]


@pytest.mark.parametrize(
    "text",
    [
        "— It is late, — said Nora. — We should go.\n— Then go, — said Tom.",
        "— It is late — said Nora — We should go.\n— Then go — said Tom.",
        "– It is late, – said Nora, – We should go.\n– Then go, – said Tom quietly.",
        "— It is late! — Nora said at last. We should go.\n— Then go… — Tom said, —",
    ],
)
def test_dashes_around_what_the_narrator_puts_in_say_who_speaks(text: str) -> None:
    found = [(one.strip("—– .,!…"), who) for one, who in said(text)]
    assert found == [("It is late", "Nora"), ("We should go", "Nora"), ("Then go", "Tom")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("“I have walked for years,” said Mary. “Listen:\n“The road is long.\n“It ends here.”\nTom nodded.", "Mary"),
        ("“Well,” said Mary. “One thing;\n“the road is long.”\n“I see,” said Tom.", "Mary"),
        ('"This is a long speech.\n"It has two paragraphs," said Mary.', "Mary"),
        ("“This is long.\n“It goes on.\n“It ends,” said Mary.", "Mary"),
        ("老王点点头。\n“我走了很多年。\n“路很长。”小李说。", "小李"),
    ],
)
def test_a_quotation_over_paragraphs_is_that_of_whoever_is_named_at_its_end_or_beginning(text: str, who: str) -> None:
    found = [name for line, name in said(text) if "I see" not in line]
    assert set(found) == {who} and len(found) == text.count("“") + text.count('\n"') + text.startswith('"') - (
        "I see" in text
    )


@pytest.mark.parametrize(
    "group", ["众人", "大家", "众将", "众臣", "人群", "弟兄们", "姐妹俩", "夫妻俩", "两人", "大伙儿"]
)
@pytest.mark.parametrize("how", ["齐声道", "异口同声地说", "齐声喊道", "七嘴八舌地说", "纷纷说"])
def test_a_group_that_speaks_together_is_no_person(group: str, how: str) -> None:
    found = cast(f"宁姚对陈平安说：“你听。”\n{group}{how}：“好！”\n他说了一个字：“走。”")
    assert {one.name for one in found.characters} <= {"宁姚", "陈平安"}
    assert [one.speaker for one in found.chapters[0].quotations][1] == UNKNOWN


def test_nobody_in_particular_is_unknown() -> None:
    assert speakers("台下有人喊：“退票！”") == [UNKNOWN]
    assert speakers("“Fire!” somebody shouted.") == [UNKNOWN]


def test_names_of_one_person_are_joined() -> None:
    zh = cast("王小明说：“走吧。”\n“等等。”小明又说。\n小明问：“好了吗？”").characters
    assert [(one.count, {one.name, *one.others}) for one in zh] == [(3, {"小明", "王小明"})]
    en = cast("“No,” said John Smith.\nIt rained.\n“Well,” said Mr. Smith.\nIt rained.\n“Yes,” said Smith.").characters
    assert [(one.count, {one.name, *one.others}) for one in en] == [(3, {"John Smith", "Mr. Smith", "Smith"})]


def test_two_with_one_surname_stay_two() -> None:
    found = cast("“No,” said Mr. Smith.\n“Yes,” said Mrs. Smith.").characters
    assert {one.name: one.gender for one in found} == {"Mr. Smith": "male", "Mrs. Smith": "female"}


def test_gender_is_told_by_titles_pronouns_and_names_and_counted() -> None:
    found = {one.name: one for one in cast(
        "沈先生说：“坐。”\n苏青笑了，她说：“好。”\n苏青站起来，她又说：“走吧。”\n李秀英说：“慢走。”"
    ).characters}  # fmt: skip
    assert {name: one.gender for name, one in found.items()} == {"沈先生": "male", "苏青": "female", "李秀英": "female"}
    assert ("她", 2) in found["苏青"].evidence and ("title", 1) in found["沈先生"].evidence


def test_who_says_most_comes_first_with_samples() -> None:
    first = cast("Ada said, “One.”\nBen said, “Two.”\nAda said, “Three.”").characters[0]
    assert (first.name, first.count, first.lines) == ("Ada", 2, ("One.", "Three."))


def test_what_a_file_or_a_person_says_stays() -> None:
    text = "“走吧。”\n“等等。”\n老李说：“快。”"
    own = Quotation(0, 5, "阿花", 1.0, "user")
    chapter = attribute([Chapter("", text, quotations=(own, Quotation(6, 11, "谁", 0.5, "rule")))]).chapters[0]
    assert chapter.quotations[0] == own
    assert [one.source for one in chapter.quotations] == ["user", "rule", "rule"]
    assert "谁" not in [one.speaker for one in chapter.quotations]


class _Last:
    """Chooses the last name, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def choose(self, context: str, quotation: str, names: Sequence[str]) -> tuple[str, float]:
        assert quotation in context
        self.asked.append((quotation, names))
        return names[-1], 0.8


def test_a_chooser_is_asked_about_doubtful_ones_only() -> None:
    text = "赵云、马超和黄忠坐在帐中。\n赵云说：“何人愿往？”\n马超说：“我去。”\n黄忠说：“我也去。”\n“好！”"
    text += "帐外传来一个沙哑的嗓音。"
    chooser = _Last()
    found = attribute([Chapter("", text)], chooser=chooser).chapters[0].quotations
    assert [quotation for quotation, _ in chooser.asked] == ["“好！”"]
    assert set(chooser.asked[0][1]) == {"赵云", "马超", "黄忠"}
    assert (found[-1].source, found[-1].probability, found[-1].speaker) == ("llm", 0.8, chooser.asked[0][1][-1])
    assert {one.source for one in found[:-1]} == {"rule"}


def voice(name: str, group: str, pitch: float, cast: int) -> Voice:
    return Voice(name, name, name, "embedded", ("zh", "en"), "", group, pitch, cast=cast)


VOICES = (
    voice("baker", "women", 0, 3),
    voice("young_man", "men", -7.5, 0),
    voice("bright", "women", 3.5, 1),
    voice("near", "men", -8, 2),
    voice("deep", "men", -12, 4),
    voice("low", "women", -3.5, 5),
    voice("child", "children", 7, 6),
)


def test_the_suggested_voices_fit_the_gender_and_are_apart() -> None:
    people = cast(
        "沈先生说：“坐。”\n王太太说：“好。”\n李小姐说：“嗯。”\n张先生说：“喝茶。”\n张先生说：“请。”"
    ).characters
    cast_list = suggest(people, VOICES, narrator="baker")
    by_id = {voice.id: voice for voice in VOICES}
    assert cast_list[""].voice == "baker" and set(cast_list) == {"", "沈先生", "王太太", "李小姐", "张先生"}
    assert {by_id[cast_list[name].voice].group for name in ("沈先生", "张先生")} == {"men"}
    assert {by_id[cast_list[name].voice].group for name in ("王太太", "李小姐")} == {"women"}
    assert len({role.voice for role in cast_list.values()}) == 5
    men = [by_id[cast_list[name].voice].pitch for name in ("沈先生", "张先生")]
    assert abs(men[0] - men[1]) >= APART
    assert {role.speed for role in cast_list.values()} == {1.0}


def test_more_people_than_voices_share_them() -> None:
    few = VOICES[:2]
    people = cast("\n".join(f"“Go,” said Mr. {name}." for name in ("Ash", "Birch", "Cedar", "Elm"))).characters
    assert {role.voice for role in suggest(people, few, narrator="baker").values()} <= {voice.id for voice in few}


_SIGNS = st.sampled_from(
    [*"“”‘’「」『』\"'—《》：，。！？,.:!? \n", "小明", "说", "道", "Mr. ", "Anna", " said ", "她", "he", "x"]
)


@given(st.one_of(st.text(max_size=200), st.lists(_SIGNS, max_size=120).map("".join)))
def test_whatever_the_text_is_quotations_are_in_order_and_apart(text: str) -> None:
    found = cast(text, "王芳说：“好。”").chapters[0].quotations
    assert all(0 <= one.start < one.end <= len(text) and 0 <= one.probability <= 1 for one in found)
    assert all(one.speaker and "\n" not in text[one.start : one.end] for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    "part",
    [
        "“",
        "‘a ",
        "”“",
        "“好。”小明说，",
        "小明",
        "他说",
        "A B ",
        "said ",
        "“No,” said Ann. ",
        "— a, said Ann. ",
        "：“",
        "《",
    ],
)
@pytest.mark.parametrize("end", by_night(["", "\n"]))
def test_the_time_for_odd_texts_grows_with_their_length(part: str, end: str) -> None:
    text = (part + end) * (60_000 // len(part + end))
    began = time.process_time()
    cast(text)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("paragraphs", [5, 12, 39])
def test_a_speech_of_many_paragraphs_stays_one_persons(paragraphs: int) -> None:
    text = "爷爷说：“那年冬天很冷。\n" + "河都冻住了。\n" * paragraphs + "后来春天来了。”\n大家都不说话。"
    assert speakers(text) == ["爷爷"] * (paragraphs + 2)


def test_a_quotation_whose_end_is_too_far_away_was_left_open() -> None:
    text = "爷爷说：“那年冬天很冷。\n" + "河都冻住了。\n" * 60 + "后来春天来了。”\n大家都不说话。"
    assert len(speakers(text)) == 1


def test_a_single_line_that_begins_with_a_dash_makes_no_dash_speech() -> None:
    assert said("— It is late, said Nora. We should go.\nThen they went home.") == []
    assert said("He had three things left:\n— a book that somebody gave him.\n“Yes,” said Tom.") == [("“Yes,”", "Tom")]


def test_between_two_quotations_near_each_other_everything_is_looked_at() -> None:
    class Everybody:
        def mentions(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
            return [(start, end)]

    people: Any = Everybody()
    looked_at: list[list[Any]] = [list(near_edges(people, "字" * 90, 10, end)) for end in (70, 71)]
    assert looked_at == [[(10, 70)], [(10, 34), (47, 71)]]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("许棠又急又气，伸手推了推妹妹，小声说：“你快去呀。”", "许棠"),
        ("沈放喝得醉醺醺的，一把搂住郑昊，大着舌头道：“再来一杯！”", "沈放"),
        ("苏晴坐不住了，悄悄拽了拽外婆，问：“咱们什么时候走？”", "苏晴"),
        ("阿福跳下车，搀起那老汉，连声道：“对不住，对不住。”", "阿福"),
        ("梁师傅放下锤子，走到那徒弟跟前，说：“手伸出来。”", "梁师傅"),
        ("“都起来。”天子走下台阶，来到那将军身侧，“你接着说。”", "天子"),
        ("顾昭听得出神，拿扇子敲了敲书童，笑道：“添茶。”", "顾昭"),
    ],
)
def test_who_is_touched_does_not_speak(text: str, who: str) -> None:
    assert set(speakers(text)) == {who}


def test_whoever_comes_behind_a_verb_speaks() -> None:
    text = (
        "屋里静了下来。只见丫鬟翠儿跑了进来，说：“老爷，不好了！”\n赵老爷放下茶碗，门外闪出一个女子，冷冷道：“别动。”"
    )
    first, second = speakers(text)
    assert (first in ("丫鬟", "翠儿"), second) == (True, "女子")


@pytest.mark.parametrize(("name", "one"), [("水生", "趴在船舷上"), ("石头", "蹲在门槛上"), ("铁蛋", "低着头")])
def test_a_common_noun_by_which_somebody_is_called_is_a_name(name: str, one: str) -> None:
    text = f"“{name}，叫人。”赵秀兰推了推孩子。\n{name}{one}。\n“{name}，听见没有？”她又说。\n“听见了。”{name}说。"
    assert speakers(text)[-1] == name


@pytest.mark.parametrize("who", ["校医阿姨", "护士姐姐", "保安大叔"])
def test_what_somebody_is_and_how_children_call_that_person_is_one(who: str) -> None:
    assert speakers(f"“别动。”{who}按住赵小虎的脚，“疼不疼？”") == [who, who]


@pytest.mark.parametrize(
    "text",
    [
        "The text from Anna said “Bed six is packing,” and when Priya got there it was empty.",
        "The sign over the counter read “No credit, please,” and nobody asked for any.",
        "Dear Mom, I wrote, “camp is fine and nobody has been eaten.” Then the light died.",
        "Harriet typed, “meet me at nine by the gate.” She deleted it again.",
        "A card on the door announced “Back in ten minutes,” as it had for a year.",
    ],
)
def test_what_is_written_is_not_said(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(("name", "order"), [("Halloran", "Wake"), ("Osterby", "Ask"), ("Vankirk", "Follow")])
def test_a_verb_before_a_name_is_no_part_of_it(name: str, order: str) -> None:
    text = f"“{order} {name}.”\nThe corridor was dark.\n“You cannot see it from here,” {name} said."
    assert speakers(text)[-1] == name


@pytest.mark.parametrize("place", ["Saint-Aubrac", "Sainte-Maxime"])
def test_a_hyphenated_saint_is_a_place(place: str) -> None:
    text = f"There lived at {place} a notary by the name of Gaspard.\n“I have made my will,” replied the notary."
    assert place not in speakers(text)


def test_who_is_called_is_there_though_never_named_by_the_narrator_before() -> None:
    text = (
        "我开了门，楼道里站着一个男人。\n“你是谁？”我说。\n“我叫许泽。”\n“她不在。”我说。\n"
        "方棠的声音从里面飘出来：“许泽，你走吧。”\n“棠棠，我就说一句话。”"
    )
    assert speakers(text)[-1] == "许泽"


@pytest.mark.parametrize(
    "deed",
    ["张大了嘴", "张大嘴巴", "张大了眼睛", "张大双臂", "张开了双臂", "解开扣子", "关上了门", "关紧门窗", "包好嘴"],
)
def test_what_somebody_opens_or_shuts_is_no_name(deed: str) -> None:
    text = f"“你们来了。”周建国{deed}，“快进来吧。”\n周建国又笑了。\n“来了。”林小梅{deed}。"
    assert speakers(text) == ["周建国", "周建国", "林小梅"]


@pytest.mark.parametrize("thing", ["铁盒子", "黄书包", "石狮子", "金戒指", "花手绢", "白衬衫", "温水瓶"])
def test_a_thing_that_is_counted_is_no_person_whatever_it_begins_with(thing: str) -> None:
    text = f"陆远打开柜子，里面有一个{thing}。\n“大勇！”他朝上面喊，“我找到了！”\n{thing}上落满了灰。\n“来了！”大勇说。"
    assert thing not in speakers(text)


@pytest.mark.parametrize("name", ["白狐狸", "石狮子", "小刺猬"])
def test_a_counted_being_that_speaks_is_somebody(name: str) -> None:
    text = f"门口蹲着一只{name}。\n“你是谁？”阿宝问。\n{name}说：“我住在这里。”\n“真的吗？”阿宝问。"
    assert speakers(text)[1] == name


@pytest.mark.parametrize(
    ("shows", "said_there"),
    [
        ("老和尚转身指着墙上的一行字", True),
        ("老和尚看着碑上的几个字", True),
        ("老和尚望着桌上的那本书", True),
        ("墙上有一行字", False),
        ("门口贴着四个字", False),
    ],
)
def test_whoever_shows_what_is_written_speaks(shows: str, said_there: bool) -> None:
    quotes = said(f"“这里有人来过。”老和尚叹道。\n{shows}，“这是他留下的。”")
    assert (len(quotes) == 2 and quotes[1][1] == "老和尚") == said_there
