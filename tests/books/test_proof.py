"""What a person should listen to in a book, found without listening."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from indextts.books.dubbing import Dubbed, DubbedCue
from indextts.books.model import CueState, Quotation, Timed
from indextts.books.proof import Doubt, cue_doubts, doubts_of
from indextts.engines.embedded.engine import load
from indextts.model.utterance import Change, Phone, Segment, Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import ReadingSpan, SpeechRequest
from indextts.platform.config import Config
from indextts.reading.lexicon.entry import draft

TEXT = (
    "背的多，写的少。他于6月21-23日入住酒店。这里的Zorblix很好。"
    "“走吧。”老人说。天气很好，我们去公园。昨天也去了一次。花都开了，鸟也来了。"
)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


@pytest.fixture(scope="module")
def plan(pipeline: Pipeline) -> Utterance:
    return pipeline.speak(SpeechRequest(TEXT, literal=True)).utterance


def of_kind(found: list[Doubt], kind: str) -> list[Doubt]:
    return [one for one in found if one.kind == kind]


def test_an_unsure_reading_an_unknown_word_and_a_rare_number_are_told_with_their_places(plan: Utterance) -> None:
    found = doubts_of(plan)
    assert [(one.kind, one.text) for one in found] == [("polyphone", "背"), ("number", "21-23"), ("word", "Zorblix")]
    polyphone, number, word = found
    assert polyphone.reading in ("bei1", "bei4") and polyphone.alternatives
    assert polyphone.probability is not None and polyphone.probability < 0.8
    assert number.reading == "二十一到二十三" and number.rule == "range"
    assert word.reading and plan.text[word.start : word.end] == "Zorblix"
    assert 0 < number.at_s < word.at_s
    assert number.before.endswith("6月") and number.after.startswith("日")


def test_the_characters_of_a_number_are_no_polyphones(pipeline: Pipeline) -> None:
    text = "2026计划下午2:30开始，预算¥12.6万，定金$4,500。编号K2026，他背的多。"
    found = doubts_of(pipeline.analyse(SpeechRequest(text, literal=True)))
    assert [one.text for one in of_kind(found, "polyphone")] == ["背"]
    assert [one.text for one in of_kind(found, "number")] == ["2026"]  # by an uncommon rule: it is asked about once


def test_a_speaker_that_is_not_sure_is_told_and_one_that_a_person_chose_is_not(plan: Utterance) -> None:
    start = TEXT.index("“走吧")
    unsure = Quotation(start, start + 5, "老人", probability=0.4)
    assert [one.reading for one in of_kind(doubts_of(plan, quotations=[unsure]), "speaker")] == ["老人"]
    chosen = Quotation(start, start + 5, "老人", probability=0.4, source="user")
    assert of_kind(doubts_of(plan, quotations=[chosen]), "speaker") == []


def test_what_a_person_has_fixed_is_not_asked_about_again(pipeline: Pipeline) -> None:
    fixed = SpeechRequest(TEXT, literal=True, fixes=(ReadingSpan(0, 1, "bei1"),))
    assert of_kind(doubts_of(pipeline.analyse(fixed)), "polyphone") == []


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_a_segment_that_is_far_shorter_or_longer_than_its_sounds_is_told(plan: Utterance, factor: float) -> None:
    broken = copy.deepcopy(plan)
    segment = broken.segments[3]
    assert segment.start_s is not None and segment.end_s is not None
    segment.end_s = segment.start_s + factor * (segment.end_s - segment.start_s)
    (told,) = of_kind(doubts_of(broken), "length")
    assert (told.start, told.end) == (segment.start, segment.end)
    assert of_kind(doubts_of(plan), "length") == []


def test_a_doubt_keeps_its_name_when_the_text_before_it_changes(pipeline: Pipeline, plan: Utterance) -> None:
    moved = pipeline.analyse(SpeechRequest("新的一章。\n" + TEXT, literal=True))
    assert {one.id for one in doubts_of(plan)} == {one.id for one in doubts_of(moved)}


def test_a_reading_comes_with_the_word_around_it_and_a_lone_character_with_its_neighbour(pipeline: Pipeline) -> None:
    found = doubts_of(pipeline.analyse(SpeechRequest("请您重租。抹的是他。", literal=True)))
    words = {one.text: (one.word, one.word_readings, one.word_at) for one in of_kind(found, "polyphone")}
    assert words["重"] == ("重租", ("zhong4", "zu1"), 0)
    assert words["抹"][0] == "抹的"


def test_words_that_the_dictionary_gives_for_a_number_are_not_asked_about_again(pipeline: Pipeline) -> None:
    words = (draft("21-23", "二十一号到二十三", "text"),)
    assert of_kind(doubts_of(pipeline.analyse(SpeechRequest(TEXT, literal=True, words=words))), "number") == []


def as_long_as_its_sounds(plan: Utterance, number: int, factor: float) -> Utterance:
    """A plan whose segments have the usual length of their sounds, but for one that has ``factor`` times that."""
    even = copy.deepcopy(plan)
    at = 0.0
    for place, segment in enumerate(even.segments):
        usual_s = 0.1 * sum(len(token.phones) * token.duration_scale for token in segment.tokens)
        segment.start_s, at = at, at + usual_s * (factor if place == number else 1.0)
        segment.end_s = at
    return even


@pytest.mark.parametrize(("factor", "told"), [(0.59, True), (0.61, False), (1.69, False), (1.71, True)])
def test_a_length_is_doubted_below_six_tenths_and_above_seventeen_tenths_of_the_usual(
    plan: Utterance, factor: float, told: bool
) -> None:
    found = of_kind(doubts_of(as_long_as_its_sounds(plan, 1, factor)), "length")
    assert [one.segment for one in found] == ([1] if told else [])
    assert [one.probability for one in found] == pytest.approx([factor] if told else [], abs=0.001)


def made(*sentences: str, **settings: float) -> Utterance:
    """A plan of ``sentences`` whose characters are words by themselves, read surely, a tenth of a second each."""
    text = "".join(sentences)
    plan, at = Utterance(text, Settings(**settings)), 0  # type: ignore[arg-type]
    for sentence in sentences:
        segment = Segment(sentence, at, at + len(sentence), start_s=at / 10, end_s=(at + len(sentence)) / 10)
        for place, char in enumerate(sentence):
            one = Token(char, "hanzi", "zh", at + place, at + place + 1, word=place, reading="du4")
            one.phones, one.reading_source, one.reading_probability = [Phone("d")], "dictionary", 1.0
            one.start_s, one.end_s = (at + place) / 10, (at + place + 1) / 10
            segment.tokens.append(one)
        at += len(sentence)
        plan.segments.append(segment)
    return plan


def doubtful(plan: Utterance, place: int, *, segment: int = 0, probability: float | None = 0.4) -> Token:
    """Make a character's reading unsure."""
    token = plan.segments[segment].tokens[place]
    token.reading, token.alternatives, token.reading_probability = "bei1", ["bei4"], probability
    token.reading_source = "phrase"
    return token


@pytest.mark.parametrize(
    ("probability", "told"), [(None, False), (0.0, True), (0.49, True), (0.5, False), (1.0, False)]
)
def test_phrases_and_rules_are_asked_about_where_the_model_finds_them_unlikely(
    probability: float | None, told: bool
) -> None:
    plan = made("甲乙丙丁。")
    doubtful(plan, 1, probability=probability)
    found = doubts_of(plan)
    assert [(one.kind, one.text, one.reading, one.alternatives, one.probability) for one in found] == (
        [("polyphone", "乙", "bei1", ("bei4",), probability)] if told else []
    )
    assert [(one.start, one.end, one.segment, one.token, one.at_s) for one in found] == (
        [(1, 2, 0, 1, 0.1)] if told else []
    )


def test_a_reading_without_another_one_is_not_asked_about() -> None:
    plan = made("甲乙丙丁。")
    doubtful(plan, 1).alternatives = []
    assert doubts_of(plan) == []


@pytest.mark.parametrize("source", ["user", "lexicon", "markup"])
def test_nothing_that_a_person_has_chosen_is_asked_about(source: str) -> None:
    plan = made("甲乙丙丁。")
    doubtful(plan, 0).reading_source = source
    rewritten = plan.segments[0].tokens[1]
    rewritten.changes, rewritten.reading_source = [Change("3:2", "三比二", "score")], source
    word = plan.segments[0].tokens[2]
    word.kind, word.lang, word.reading_source = "word", "en", source
    # What comes after it is.
    doubtful(plan, 3)
    assert [one.start for one in doubts_of(plan)] == [3]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("3:2", "三比二", "score"), True), (Change("a", "一", "score"), True),
        (Change("3:2", "3:2", "score"), False), (Change("：", "，", "score"), False),
        (Change("3", "三", "number"), False), (Change("1921", "一九二一", "year"), False),
        (Change("3", "三", "user"), False), (Change("3", "三", "lexicon"), False), (Change("3", "三", "markup"), False),
    ],
)  # fmt: skip
def test_what_an_uncommon_rule_has_rewritten_is_told_once(change: Change, told: bool) -> None:
    plan = made("甲乙丙丁。")
    for token in plan.segments[0].tokens[1:3]:  # two words for one number
        token.start, token.end, token.changes = 1, 3, [Change("甲", "甲", "odd"), change]
    found = doubts_of(plan)
    assert [(one.kind, one.start, one.end, one.reading, one.rule) for one in found] == (
        [("number", 1, 3, change.became, change.rule)] if told else []
    )


def test_two_numbers_side_by_side_are_two_and_one_that_is_told_hides_no_reading() -> None:
    plan = made("甲乙丙丁。")
    for at in (1, 2):
        plan.segments[0].tokens[at].changes = [Change(f"{at}:2", f"比{at}", "score")]
    assert [(one.kind, one.start) for one in doubts_of(plan)] == [("number", 1), ("number", 2)]
    plain = made("甲乙丙丁。")
    doubtful(plain, 1).changes = [Change("：", "，", "score")]
    assert [one.kind for one in doubts_of(plain)] == ["polyphone"]
    # The second word of a number is asked for its reading.
    shared = made("甲乙丙丁。")
    for token in shared.segments[0].tokens[1:3]:
        token.start, token.end, token.changes = 1, 3, [Change("3:2", "三比二", "score")]
    doubtful(shared, 2)
    assert [one.kind for one in doubts_of(shared)] == ["number", "polyphone"]


@pytest.mark.parametrize(
    ("kind", "lang", "source", "told"),
    [
        ("word", "en", "model", True), ("word", "en", "dictionary", False), ("letter", "en", "model", False),
        ("word", "zh", "model", False), ("hanzi", "zh", "model", False),
    ],
)  # fmt: skip
def test_an_english_word_that_no_dictionary_has_is_told(kind: str, lang: str, source: str, told: bool) -> None:
    plan = made("甲乙丙丁。")
    token = plan.segments[0].tokens[2]
    token.kind, token.lang, token.reading_source = kind, lang, source  # type: ignore[assignment]
    token.reading, token.alternatives = "K UW1", ["K AH1"]
    assert [(one.kind, one.reading, one.alternatives) for one in doubts_of(plan)] == (
        [("word", "K UW1", ("K AH1",))] if told else []
    )


LONG = "一二三四五六七八九十一二三四五六七八九十"


def test_a_doubt_shows_eighteen_characters_of_its_own_sentence_on_either_side() -> None:
    plan = made("前一句。", LONG + "乙" + LONG + "。", "后一句。")
    doubtful(plan, 20, segment=1)
    (told,) = doubts_of(plan)
    assert (told.before, told.text, told.after) == (LONG[2:], "乙", LONG[:18])
    assert told.segment == 1 and told.start == 24
    short = made("前一句。", "甲乙丙。", "后一句。")
    doubtful(short, 1, segment=1)
    (told,) = doubts_of(short)
    assert (told.before, told.after) == ("甲", "丙。")
    spaced = made("前一句。", " 乙 。", "后一句。")
    doubtful(spaced, 1, segment=1)
    (told,) = doubts_of(spaced)
    assert (told.before, told.after) == ("", " 。")


def test_a_doubt_has_the_name_of_its_kind_its_words_and_its_reading() -> None:
    def name(sentence: str = "甲乙丙丁。", place: int = 1, reading: str = "bei1", **quotation: str) -> str:
        plan = made("前一句。", sentence)
        doubtful(plan, place, segment=1).reading = reading
        return doubts_of(plan)[0].id

    usual = name()
    assert len(usual) == 16 and int(usual, 16) >= 0
    assert usual == name()
    others = [name(reading="bei4"), name("戊乙丙丁。"), name("甲乙丙戊。"), name("甲戊丙丁。"), name(place=2)]
    assert len({usual, *others}) == 6
    plan = made("甲乙。")
    doubtful(plan, 1)
    said = [Quotation(1, 2, "bei1", 0.5)]
    assert len({one.id for one in doubts_of(plan, quotations=said)}) == 2, "another kind of the same words"


def test_the_same_doubt_in_the_same_words_is_told_once_and_all_come_from_left_to_right() -> None:
    plan = made("甲乙丙。", "甲乙丙。", "丁乙丙。")
    for number in (2, 1, 0):
        doubtful(plan, 1, segment=number)
    speakers = [Quotation(0, 3, "老王", 0.2), Quotation(8, 10, "老王", 0.2), Quotation(8, 9, "老王", 0.2)]
    found = doubts_of(plan, quotations=speakers)
    assert [(one.kind, one.start, one.end) for one in found] == [
        ("speaker", 0, 3), ("polyphone", 1, 2), ("speaker", 8, 9), ("speaker", 8, 10), ("polyphone", 9, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("source", "told"), [("file", False), ("user", False), ("rule", True), ("llm", True)])
@pytest.mark.parametrize(("probability", "unsure"), [(0.69, True), (0.7, False), (1.0, False)])
def test_a_speaker_is_asked_about_below_seven_tenths_unless_a_person_says_it(
    source: str, told: bool, probability: float, unsure: bool
) -> None:
    plan = made("甲乙。", "丙丁。", "戊己。")
    said = Quotation(3, 5, "老王", probability, source)  # type: ignore[arg-type]
    found = doubts_of(plan, quotations=[said])
    assert [(one.kind, one.reading, one.probability, one.segment, one.at_s, one.token) for one in found] == (
        [("speaker", "老王", probability, 1, 0.3, None)] if told and unsure else []
    )


def test_a_quotation_between_sentences_belongs_to_the_next_and_one_behind_all_to_the_last() -> None:
    plan = made("甲乙。", "丙丁。", "戊己。")
    plan.segments[1].start = 4
    quotations = [Quotation(at, at + 1, "老王", 0.1) for at in (2, 3, 5, 6)]
    assert [one.segment for one in doubts_of(plan, quotations=quotations)] == [0, 1, 1, 2]
    plan.text += "…"
    assert [one.segment for one in doubts_of(plan, quotations=[Quotation(9, 10, "老王", 0.1)])] == [2]


def test_a_place_is_heard_when_its_token_is_or_else_its_sentence() -> None:
    plan = made("甲乙。", "丙丁。")
    token = doubtful(plan, 1, segment=1)
    assert [one.at_s for one in doubts_of(plan)] == [0.4]
    token.start_s = 0.0
    assert [one.at_s for one in doubts_of(plan)] == [0.0]
    token.start_s = None
    assert [one.at_s for one in doubts_of(plan)] == [0.3]
    plan.segments[1].start_s = 0.12345
    assert [one.at_s for one in doubts_of(plan)] == [0.123]
    plan.segments[1].start_s = None
    assert [one.at_s for one in doubts_of(plan)] == [0.0]


def word_of(plan: Utterance, segment: int = 0) -> tuple[str, tuple[str, ...], int]:
    (told,) = [one for one in doubts_of(plan) if one.segment == segment]
    return told.word, told.word_readings, told.word_at


@pytest.mark.parametrize(
    ("words", "place", "expected"),
    [
        ("0112", 0, ("甲乙丙", 0)), ("0112", 1, ("乙丙", 0)), ("0112", 2, ("乙丙", 1)), ("0112", 3, ("乙丙丁", 2)),
        ("0000", 1, ("甲乙丙丁", 1)), ("0012", 2, ("丙丁", 0)), ("0111", 3, ("乙丙丁", 2)), ("0011", 0, ("甲乙", 0)),
        ("0123", 3, ("丙丁", 1)),
    ],
)  # fmt: skip
def test_a_reading_comes_with_its_word_and_one_character_with_the_word_beside_it(
    words: str, place: int, expected: tuple[str, int]
) -> None:
    plan = made("甲乙丙丁")
    for token, number in zip(plan.segments[0].tokens, words, strict=True):
        token.word = int(number)
    doubtful(plan, place)
    word, readings, at = word_of(plan)
    assert (word, at) == expected
    assert readings == tuple("bei1" if number == at else "du4" for number in range(len(word)))


def test_a_word_never_takes_what_is_no_character_or_has_no_reading_or_was_rewritten() -> None:
    plan = made("甲乙丙")
    plan.segments[0].tokens[0].kind = plan.segments[0].tokens[2].kind = "word"
    doubtful(plan, 1)
    assert word_of(plan) == ("乙", ("bei1",), 0)
    alone = made("甲")
    doubtful(alone, 0)
    assert word_of(alone) == ("甲", ("bei1",), 0)
    for spoil in ("reading", "changes"):
        bad = made("甲乙丙")
        doubtful(bad, 0)
        setattr(bad.segments[0].tokens[1], spoil, "" if spoil == "reading" else [Change("2", "乙", "number")])
        assert word_of(bad) == ("", (), 0)
    kept = made("甲乙丙")
    doubtful(kept, 0)
    kept.segments[0].tokens[1].changes = [Change("乙", "乙", "character")]
    assert word_of(kept)[0] == "甲乙"


def test_a_tone_that_follows_from_its_neighbours_is_written_as_it_is_by_itself() -> None:
    plan = made("甲乙丙")
    doubtful(plan, 0)
    beside = plan.segments[0].tokens[1]
    beside.reading, beside.alternatives, beside.reading_source = "ma2", ["ma3", "ma1"], "sandhi"
    assert word_of(plan)[1] == ("bei1", "ma3")
    beside.alternatives = []
    assert word_of(plan)[1] == ("bei1", "ma2")
    beside.alternatives, beside.reading_source = ["ma3"], "dictionary"
    assert word_of(plan)[1] == ("bei1", "ma2")


def lengths(plan: Utterance) -> list[tuple[int, float | None]]:
    return [(one.segment, one.probability) for one in of_kind(doubts_of(plan), "length")]


def test_lengths_are_compared_from_four_sentences_of_four_sounds_on() -> None:
    sentences = ["甲乙丙丁", "戊己庚辛", "壬癸子丑", "寅卯辰巳"]

    def stretched(plan: Utterance, number: int = 0) -> Utterance:
        segment = plan.segments[number]
        assert segment.start_s is not None
        segment.end_s = segment.start_s + 4.0
        return plan

    assert lengths(stretched(made(*sentences))) == [(0, 10.0)]
    assert lengths(stretched(made(*sentences[:3]))) == []
    assert lengths(stretched(made(*sentences, "午未申"), 4)) == []
    assert lengths(stretched(made(*sentences, "午未申酉"), 4)) == [(4, 10.0)]
    for field in ("start_s", "end_s"):
        silent = stretched(made(*sentences, "午未申酉"), 4)
        setattr(silent.segments[4], field, None)
        assert lengths(silent) == []
    for token in (quiet := made(*sentences)).segments[3].tokens:
        token.phones = []
    assert lengths(stretched(quiet)) == []
    (told,) = doubts_of(stretched(made(*sentences)))
    assert (told.start, told.end, told.token) == (0, 4, None)


def test_a_short_line_may_be_drawn_out_and_is_doubted_where_it_is_said_twice() -> None:
    """“I know.” has four sounds, and lasts as long as ten do within a sentence."""
    plan = made("甲乙丙丁", *["戊己庚辛壬癸子丑寅卯辰巳"] * 4, speed=0.5)
    for segment in plan.segments:
        assert segment.start_s is not None
        segment.end_s = segment.start_s + 0.2 * len(segment.text)
    short = plan.segments[0]
    for seconds, told in ((1.9, []), (2.1, [(0, 2.625)])):
        short.end_s = (short.start_s or 0.0) + seconds
        assert lengths(plan) == told


def test_what_the_plan_asks_for_makes_no_length_doubtful() -> None:
    plan = made("甲乙丙丁", "戊己庚辛", "壬癸子丑", "寅卯辰巳", speed=2.0)
    slow = plan.segments[1]
    for token in slow.tokens:
        token.duration_scale = 3.0
    assert slow.start_s is not None
    slow.end_s = slow.start_s + 1.2
    assert lengths(plan) == []
    slow.end_s = slow.start_s + 0.4
    assert lengths(plan) == [(1, 0.333)]


def test_cues_that_do_not_fit_are_told_where_they_are_heard() -> None:
    plan = made("甲乙。", "丙丁。", "戊己。", "庚辛。", "壬癸。")
    states: list[CueState] = ["fits", "over", "late", "faster", "squeezed"]
    timed = [Timed(3 * at, 3 * at + 2, 100.0 + at, 101.0 + at) for at in range(5)]
    cues = [
        DubbedCue("", one.begin_s, one.end_s, one.begin_s + 0.25, one.end_s + 1.5, 1.3, state)
        for one, state in zip(timed, states, strict=True)
    ]
    over, late = cue_doubts(Dubbed(plan, tuple(cues), 110.0), timed, 99.0)
    assert (over.kind, over.text, over.start, over.end, over.segment, over.token) == ("cue", "丙丁", 3, 5, 1, None)
    assert (late.kind, late.text, late.segment) == ("cue", "戊己", 2)
    assert (over.at_s, late.at_s, over.probability) == (2.25, 3.25, None)
    assert over.said is not None and "1.5" in over.said[0] and "改短" in over.said[1]
    assert (over.reading, over.before, over.after) == ("", "", "")
    again, _ = cue_doubts(Dubbed(plan, tuple(cues), 110.0), timed, 105.0)
    assert again.at_s == 0.0 and again.id == over.id
    moved = [*cues[:1], DubbedCue("", 101.5, 102.0, 101.75, 103.5, 1.3, "over"), *cues[2:]]
    assert cue_doubts(Dubbed(plan, tuple(moved), 110.0), timed, 99.0)[0].id != over.id
    assert over.told()["said"] == over.said


@pytest.mark.parametrize(
    ("text", "char", "reading"),
    [
        ("区志成推开门。区志成说：“来了？”屋里没人理会区志成。", "区", "ou1"),
        ("“查队，人跑了。”小刘喊道。", "查", "zha1"),
        ("门外的人姓黑，四十来岁。", "黑", "he4"),
    ],
)
def test_a_family_name_read_as_an_ordinary_word_is_asked_about(
    pipeline: Pipeline, text: str, char: str, reading: str
) -> None:
    plan = pipeline.analyse(SpeechRequest(text, literal=True))
    said = {token.reading for segment in plan.segments for token in segment.tokens if token.text == char}
    found = [one for one in of_kind(doubts_of(plan), "polyphone") if one.text == char]
    assert said == {reading} or found[0].alternatives[0] == reading
    assert len({one.group for one in found}) <= 1


def test_whoever_is_in_the_cast_is_known_by_name(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest("月色很好，看得见单小楼坐在屋顶上。", literal=True))
    token = next(one for segment in plan.segments for one in segment.tokens if one.text == "单")
    named = [one for one in doubts_of(plan, people=["单小楼"]) if one.text == "单"]
    assert token.reading == "shan4" or [one.name for one in named] == ["单小楼"]


@pytest.mark.parametrize("text", ["欠着收仇记米行的钱。", "仇兄所欠的钱。", "那是曾记茶铺。"])
def test_a_family_name_of_the_cast_before_what_names_its_house_is_asked_about(pipeline: Pipeline, text: str) -> None:
    plan = pipeline.analyse(SpeechRequest(text, literal=True))
    assert {one.text for one in doubts_of(plan, people=["仇万山", "曾国梁"])} & {"仇", "曾"}


@pytest.mark.parametrize("text", ["他曾记得那年的事。", "这事不曾总结过。"])
def test_the_same_character_in_a_word_is_not(pipeline: Pipeline, text: str) -> None:
    plan = pipeline.analyse(SpeechRequest(text, literal=True))
    assert "曾" not in {one.text for one in doubts_of(plan, people=["曾国梁"])}


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("The twins read every night in bed.", "read"),
        ("The old pipes leach lead.", "lead"),
        ("They set the table close to the window.", "close"),
        ("Ellen heard him wind the clock.", "wind"),
        ("The vine wound up the wall.", "wound"),
        ("Cows, content, lay down.", "content"),
        ("There were tears on her face.", "tears"),
    ],
)
def test_an_english_word_of_two_readings_is_told_where_nothing_beside_it_tells_the_one(
    pipeline: Pipeline, sentence: str, word: str
) -> None:
    (found,) = of_kind(doubts_of(pipeline.analyse(SpeechRequest(sentence))), "word")
    assert found.text == word and found.alternatives and found.reading not in found.alternatives


@pytest.mark.parametrize(
    "sentence",
    [
        "He will record it.",
        "She has a record of it.",
        "They object to it.",
        "This object is blue.",
        "You can close the door.",
        "We live in a house.",
        "The wind was cold.",
        "I used to use it.",
        "It does not matter, and the number is right.",
    ],
)
def test_an_english_word_is_not_told_where_the_word_before_it_tells(pipeline: Pipeline, sentence: str) -> None:
    assert of_kind(doubts_of(pipeline.analyse(SpeechRequest(sentence))), "word") == []


def test_of_a_thousand_characters_of_english_at_most_three_are_told(pipeline: Pipeline) -> None:
    text = (Path(__file__).parents[1] / "data" / "proof_english.txt").read_text(encoding="utf-8")
    found = of_kind(doubts_of(pipeline.analyse(SpeechRequest(text, literal=True))), "word")
    assert 0 < len(found) <= 3 * len(text) / 1000
