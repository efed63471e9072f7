"""Readings, sandhi, and the voice's symbols."""

from __future__ import annotations

import pytest

from indextts.cli import line_tools as lines
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Token, Utterance
from indextts.reading.phonemes.annotate import annotate, refresh
from indextts.reading.phonemes.symbols import SYMBOLS, syllable_to_symbols
from tests.support.segments import annotated, build_segments


def token(utterance: Utterance, text: str) -> Token:
    return next(t for s in utterance.segments for t in s.tokens if t.text == text)


@pytest.mark.parametrize(
    ("pinyin", "symbols"),
    [
        ("zhong1", ("zh", "ong1")), ("ju2", ("j", "v2")), ("xue2", ("x", "ve2")), ("yuan4", ("^", "van4")),
        ("zi5", ("z", "ii5")), ("shi4", ("sh", "iii4")), ("ri4", ("r", "iii4")), ("liu2", ("l", "iou2")),
        ("gui3", ("g", "uei3")), ("lun4", ("l", "uen4")), ("weng1", ("^", "ueng1")), ("wu3", ("^", "u3")),
        ("yi1", ("^", "i1")), ("you3", ("^", "iou3")), ("lv4", ("l", "v4")), ("lüe4", ("l", "ve4")),
        ("er2", ("^", "er2")), ("a1", ("^", "a1")), ("qiong2", ("q", "iong2")), ("lo5", ("l", "o5")),
        ("ng2", ("^", "en2")),
    ],
)  # fmt: skip
def test_syllables(pinyin: str, symbols: tuple[str, str]) -> None:
    assert syllable_to_symbols(pinyin) == symbols


@pytest.mark.parametrize("wrong", ["", "1", "zhong", "zhong6", "blah1", "kiou1", "ii1", "ong1", "zhong1 ", "中1"])
def test_what_is_no_syllable_is_refused(wrong: str) -> None:
    with pytest.raises(StudioError) as caught:
        syllable_to_symbols(wrong)
    assert caught.value.code == "unknown_symbol"


def test_inventory() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 219
    assert (SYMBOLS[0], SYMBOLS[1], SYMBOLS[6], SYMBOLS[28], SYMBOLS[218]) == ("pad", "sil", "^", "a1", "eos")


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("银行行长说", "yin2 hang2 hang2 zhang3 shuo1"),
        ("重庆的重量", "chong2 qing4 de5 zhong4 liang4"),
        ("你好", "ni2 hao3"),
        ("不是", "bu2 shi4"),
        ("不来", "bu4 lai2"),
        ("一定", "yi2 ding4"),
        ("一天", "yi4 tian1"),
        ("第一名", "di4 yi1 ming2"),
        ("一百一十一分", "yi4 bai3 yi1 shi2 yi1 fen1"),
        ("统一", "tong3 yi1"),
        ("一个人", "yi2 ge4 ren2"),
        ("花儿", "hua1 er5"),
        ("女儿", "nv3 er2"),
        ("朋友", "peng2 you5"),
        ("爸爸", "ba4 ba5"),
        ("他得去", "ta1 dei3 qu4"),
        ("跑得快", "pao3 de5 kuai4"),
        ("高兴地笑", "gao1 xing4 de5 xiao4"),
        ("长江全长", "chang2 jiang1 quan2 chang2"),
        ("校长", "xiao4 zhang3"),
        ("她长得漂亮", "ta1 zhang3 de5 piao4 liang5"),
        ("他还了书还没来", "ta1 huan2 le5 shu1 hai2 mei2 lai2"),
        ("为人民服务", "wei4 ren2 min2 fu2 wu4"),
        ("绿", "lv4"),
        ("你好，world", "ni2 hao3"),
    ],
)
def test_pinyin(text: str, pinyin: str) -> None:
    assert lines.pinyin_line(text) == pinyin


def test_third_tones_do_not_meet_across_a_mark() -> None:
    assert lines.pinyin_line("很美，你看") == "hen2 mei3 ni3 kan4"


@pytest.mark.parametrize(("level", "said"), [(0, "xiang2"), (3, "xiang3")])
def test_breaks_stop_third_tone_chains(level: int, said: str) -> None:
    utterance = annotated("他想走")
    tokens = utterance.segments[0].tokens
    for each, behind in zip(tokens, (0, level, 4), strict=True):
        each.break_after, each.break_source = behind, "user"
        each.word = tokens.index(each)
    annotate(utterance)
    assert [t.reading for t in tokens] == ["ta1", said, "zou3"]


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("我很好", "wo3 hen2 hao3"),
        ("展览馆很远", "zhan2 lan2 guan3 hen2 yuan3"),
        ("他打我", "ta1 da2 wo3"),
        ("小雨伞", "xiao3 yu2 san3"),
    ],
)
def test_third_tones_rise_in_groups(text: str, pinyin: str) -> None:
    assert lines.pinyin_line(text) == pinyin


def test_reading_carries_its_source_and_alternatives() -> None:
    utterance = annotated("银行很行")
    assert token(utterance, "银").reading_source == "phrase"
    assert "xing2" in token(utterance, "行").alternatives
    assert token(annotated("不是"), "不").reading_source == "sandhi"
    assert token(annotated("不是"), "不").alternatives[0] == "bu4"


def test_a_persons_reading_is_kept_and_its_neighbours_heed_it() -> None:
    utterance = annotated("不行")
    xing = token(utterance, "行")
    xing.reading, xing.reading_source = "hang4", "user"
    annotate(utterance)
    assert (xing.reading, xing.reading_source) == ("hang4", "user")
    assert token(utterance, "不").reading == "bu2"
    assert [p.symbol for p in xing.phones] == ["h", "ang4"]


def test_an_unknown_reading_names_the_text() -> None:
    utterance = annotated("行")
    utterance.segments[0].tokens[0].reading = "blah9"
    with pytest.raises(StudioError) as caught:
        refresh(utterance.segments[0])
    assert caught.value.details == {"text": "行", "reading": "blah9"}


def test_phones_and_break_tokens() -> None:
    utterance = annotated("老虎，你好。")
    symbols = [[p.symbol for p in t.phones] for t in utterance.segments[0].tokens]
    assert symbols == [["l", "ao2", "#0"], ["h", "u3", "#3"], [], ["n", "i2", "#0"], ["h", "ao3"], []]


def test_refresh_follows_breaks_and_readings_and_nothing_else() -> None:
    utterance = annotated("老虎走了")
    segment = utterance.segments[0]
    segment.tokens[1].break_after = 3
    segment.tokens[2].reading = "pao3"
    before = [(t.reading, t.break_after, t.reading_source, t.alternatives) for t in segment.tokens]
    refresh(segment)
    assert [p.symbol for p in segment.tokens[1].phones][-1] == "#3"
    assert [p.symbol for p in segment.tokens[2].phones][:2] == ["p", "ao3"]
    assert [(t.reading, t.break_after, t.reading_source, t.alternatives) for t in segment.tokens] == before


def test_a_character_without_reading_is_left_out_and_says_so() -> None:
    rare = "\U00031000"
    utterance = annotated(f"你{rare}好")
    tokens = utterance.segments[0].tokens
    assert tokens[1].phones == []
    assert [c.rule for c in tokens[1].changes] == ["no-reading"]
    assert tokens[0].phones
    assert tokens[2].phones
    with pytest.raises(StudioError) as caught:
        annotated(rare)
    assert caught.value.code == "text_unspeakable"


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [("小孩儿", "xiao3 hai2 er5"), ("孩儿不孝", "hai2 er2 bu2 xiao4"), ("女儿", "nv3 er2"), ("花儿", "hua1 er5")],
)
def test_a_suffix_is_told_from_a_child(text: str, pinyin: str) -> None:
    assert lines.pinyin_line(text) == pinyin


def test_the_dictionaries_are_read_whole() -> None:
    """The quick reading of pypinyin's files finds what a JSON parser finds, and numbers tones as pypinyin does."""
    import json
    from pathlib import Path

    import pypinyin
    from pypinyin.contrib.tone_convert import to_tone3

    from indextts.reading.phonemes.zh import mandarin

    folder = Path(pypinyin.__file__).parent
    phrases, characters = mandarin._dictionaries()
    expected = json.loads((folder / "phrases_dict.json").read_text(encoding="utf-8"))
    assert dict(phrases) == {text: " ".join(syllable[0] for syllable in said) for text, said in expected.items()}
    points = json.loads((folder / "pinyin_dict.json").read_text(encoding="utf-8"))
    assert all(characters.get(chr(int(point))) == marked for point, marked in points.items())
    for marked in {syllable for said in dict(phrases).values() for syllable in said.split()}:
        theirs = to_tone3(marked, v_to_u=False, neutral_tone_with_five=True).replace("ü", "v")
        assert mandarin.numbered(marked) == theirs


@pytest.mark.parametrize(
    ("level", "read"),
    [(0, "lao2 ban2 mai3"), (1, "lao2 ban2 mai3"), (2, "lao2 ban3 mai3"), (3, "lao2 ban3 mai3"), (4, "lao2 ban3 mai3")],
)
def test_an_intonational_break_parts_third_tones(level: int, read: str) -> None:
    utterance = annotated("老板买")
    tokens = utterance.segments[0].tokens
    tokens[1].break_after, tokens[1].break_source = level, "user"
    annotate(utterance)
    assert [token.reading for token in tokens] == read.split()


def test_a_syllable_that_rose_inside_its_own_phrase_keeps_the_one_before_the_break_low() -> None:
    utterance = annotated("老板买酒")
    tokens = utterance.segments[0].tokens
    for token, level in zip(tokens, (0, 1, 0, 4), strict=True):
        token.break_after, token.break_source = level, "user"
    annotate(utterance)
    assert [token.reading for token in tokens] == ["lao2", "ban3", "mai2", "jiu3"]


@pytest.mark.parametrize("source", ["user", "markup", "lexicon"])
@pytest.mark.parametrize(
    ("text", "written", "reading", "others"),
    [
        ("他长得高。", "长", "chang2", ["zhang3"]),
        ("我们在重庆。", "重", "zhong4", ["chong2", "tong2"]),
        ("They lead us.", "lead", "L EH1 D", ["L IY1 D"]),
        ("One tomato.", "tomato", "T AH0 M AA1 T OW2", ["T AH0 M EY1 T OW2"]),
    ],
)
def test_what_a_person_has_said_can_be_changed_back(
    text: str, written: str, reading: str, others: list[str], source: str
) -> None:
    segments = build_segments(text, max_syllables=60)
    utterance = Utterance(text, Settings(), segments)
    said = token(utterance, written)
    said.reading, said.reading_source = reading, source
    annotate(utterance)
    assert (said.reading, said.alternatives) == (reading, others)
