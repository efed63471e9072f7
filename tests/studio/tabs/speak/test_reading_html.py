from __future__ import annotations

import html
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Change, Segment, Token, Utterance
from indextts.reading.phonemes.reading_input import tone_marked
from indextts.studio.strings import text_of
from indextts.studio.tabs.speak.reading_html import MAX_TOKENS, is_doubtful, reading_html


def hanzi(text: str, reading: str, **more: object) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, reading=reading, **more)  # type: ignore[arg-type]


def mark(text: str) -> Token:
    return Token(text, "punctuation", "zh", 0, 1)


def shown(*tokens: Token, language: str = "zh") -> str:
    return reading_html(Utterance("x", segments=[Segment("x", 0, 1, tokens=list(tokens))]), language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reading", "printed"),
    [
        ("chong2", "chóng"), ("qing4", "qìng"), ("lv4", "lǜ"), ("nve4", "nüè"), ("gui4", "guì"), ("liu2", "liú"),
        ("dou1", "dōu"), ("xiao3", "xiǎo"), ("er5", "er"), ("de5", "de"), ("yi1", "yī"), ("n2", "ń"), ("xue2", "xué"),
        ("AE1 P", "AE1 P"), ("", ""), ("12", "12"), ("EY1", "EY1"),
    ],
)  # fmt: skip
def test_pinyin_is_printed_with_tone_marks(reading: str, printed: str) -> None:
    assert tone_marked(reading) == printed


def test_characters_carry_their_pinyin_and_words_do_not() -> None:
    page = shown(hanzi("重", "chong2"), Token("App", "word", "en", 0, 3, reading="AE1 P"))
    assert "<ruby>重<rt>chóng</rt></ruby>" in page
    assert 'lang="en">App</span>' in page and "AE1 P" in page


def test_a_line_that_names_nobody_shows_who_goes_on() -> None:
    text = "小明：好。\n小红：好。\n好。好。"

    def said(start: int, voice: str = "") -> Segment:
        return Segment("好。", start, start + 2, tokens=[hanzi("好", "hao3"), mark("。")], voice=voice)

    segments = [said(3), said(9, "man"), said(12, "man"), said(14, "man")]
    assert [text[one.start : one.end] for one in segments] == ["好。"] * 4
    page = reading_html(Utterance(text, segments=segments), "zh", names={"default": "内置", "man": "男声"})
    assert re.findall(r'data-label="(.*?)"', page) == ["小明", "小红", "小红"]


def test_choices_that_look_alike_in_print_are_one() -> None:
    others = ["DH IH0 S", "DH AE1 T", "DH AE0 T"]
    page = shown(Token("this", "word", "en", 0, 4, reading="DH IH1 S", alternatives=others))
    [choices] = re.findall(r'data-others="(.*?)"', page)
    assert json.loads(html.unescape(choices)) == [["DH AE1 T", "ðæt"]]
    assert "也可读 ðæt" in page and "也可读 DH" not in page


def test_where_several_voices_speak_each_turn_begins_with_who_it_is() -> None:
    text = "小明：好。好。\n**小红**: 好。\n\n好。"

    def said(start: int, voice: str = "") -> Segment:
        return Segment("好。", start, start + 2, tokens=[hanzi("好", "hao3"), mark("。")], voice=voice)

    segments = [said(3), said(5), said(16, "man"), said(20)]
    assert [text[one.start : one.end] for one in segments] == ["好。"] * 4
    page = reading_html(Utterance(text, segments=segments), "zh", names={"default": "<内置>", "man": "男声"})
    who = r'<(span|button)[^>]* class="who who-(\d)"[^>]*>(?:<b>(.*?)</b>)?<small>(.*?)</small>'
    first, second, third = re.findall(who, page.replace("<span class", "<span  class"))
    assert first == ("button", "0", "小明", "&lt;内置&gt;"), "not at each sentence"
    assert second == ("button", "1", "小红", "男声") and third == ("span", "2", "", "&lt;内置&gt;")
    assert page.count('data-label="小明"') == 1 and "“小明”的音色" in page
    assert page.index("小明") < page.index("<ruby>好")
    alone = Utterance(text, segments=[said(3), said(5), said(16)])
    assert "who" not in reading_html(alone, "zh", names={"default": "内置"}), "one voice needs no name"


def test_words_carry_their_sounds_in_phonetic_letters() -> None:
    page = shown(Token("minute", "word", "en", 0, 6, reading="M IH1 N AH0 T"))
    assert '<ruby><span class="word" lang="en">minute</span><rt>ˈmɪnət</rt></ruby>' in page
    assert "<rt>wèi</rt>" in shown(Token("V", "letter", "en", 0, 1, reading="wei4"))


def test_everything_that_is_read_is_a_button_with_its_place_and_its_other_readings() -> None:
    page = shown(hanzi("重", "chong2", reading_source="phrase", alternatives=["zhong4", "chong2"]), mark("。"))
    assert 'role="button" tabindex="-1" data-at="0.0" data-reading="chong2" data-source="phrase"' in page
    assert re.findall(r'data-(at|gap)="0.0"', page) == ["at", "gap"], "itself, and the gap behind it"
    others = re.findall(r'data-others="([^"]*)"', page)
    assert [json.loads(html.unescape(found)) for found in others] == [[["zhong4", "zhòng"]]]
    assert "role=" not in shown(Token("龘", "hanzi", "zh", 0, 1)), "nothing is read there"
    sentences = [hanzi("天", "tian1")], [mark("，"), hanzi("气", "qi4")]
    two = [Segment("x", 0, 1, tokens=tokens) for tokens in sentences]
    assert re.findall(r'data-at="([^"]*)"', reading_html(Utterance("x", segments=two), "zh")) == ["0.0", "1.1"]


def test_a_reading_that_a_person_chose_is_shown_as_such() -> None:
    assert 'class="token fixed"' in shown(hanzi("重", "zhong4", reading_source="user", alternatives=["chong2"]))
    assert "依据：我的词典" in shown(hanzi("重", "zhong4", reading_source="lexicon"))
    assert "依据：模型" in shown(hanzi("重", "zhong4", reading_source="model"))


@given(st.text(min_size=1, max_size=30))
def test_nothing_in_a_text_becomes_markup(text: str) -> None:
    def page_of(text: str) -> str:
        token = Token(text, "word", "en", 0, 1, reading=text, reading_source=text, alternatives=[text + "1"])
        token.changes = [Change(text + "!", text, "x")]
        return shown(token, hanzi(text, text), mark("，" + text))

    def tags(page: str) -> list[str]:
        return [re.split(r"[\s>]", tag)[0] for tag in re.findall(r"<[^>]*>", page)]

    assert tags(page_of(text)) == tags(page_of("a"))
    assert not set("{}$`\\") & set(page_of(text))


def test_escaping_can_be_read_back() -> None:
    nasty = "<img src=x onerror=alert(1)> ${alert(1)} {{constructor}} `\\ \"'&amp;"
    assert html.unescape(text_of(nasty)) == nasty
    assert not set("<>{}$`\"'") & set(text_of(nasty))


def test_breaks_stand_behind_the_punctuation_that_they_belong_to() -> None:
    page = shown(hanzi("好", "hao3", break_after=3), mark("，"), hanzi("走", "zou3", break_after=4), mark("。"))
    order = re.findall(r"好|，|走|。|break-\d", page)
    assert order == ["好", "，", "break-3", "走", "。", "break-4"]
    together = re.findall(r'<span class="keep">', page)
    assert len(together) == 2, "a comma never begins a line"
    assert "较长停顿" in page and "Long break" in shown(hanzi("好", "hao3", break_after=3), language="en")


def test_rewritten_pieces_show_what_they_were_once() -> None:
    change = [Change("12", "十二", "number")]
    page = shown(hanzi("十", "shi2", changes=change), hanzi("二", "er4", changes=change), hanzi("个", "ge4"))
    assert page.count("<del>12</del>") == 1 and page.count('class="changed"') == 1
    assert page.index("<del>12") < page.index("十") < page.index("二") < page.index("个")
    assert "<del>" not in shown(hanzi("个", "ge4", changes=[Change("个", "个", "x")]))


def test_a_reading_is_doubtful_when_it_is_not_likely_enough() -> None:
    assert is_doubtful(hanzi("重", "zhong4", reading_probability=0.9, alternatives=["chong2"]))
    assert not is_doubtful(hanzi("重", "chong2", reading_probability=0.99, alternatives=["zhong4"]))
    assert not is_doubtful(hanzi("重", "chong2", reading_source="user", alternatives=["zhong4"])), "a person chose it"
    assert not is_doubtful(hanzi("天", "tian1", reading_probability=0.5)), "nothing else to choose"
    page = shown(hanzi("重", "zhong4", reading_source="dictionary", reading_probability=0.9, alternatives=["chong2"]))
    assert "doubt" in page and "也可读 chóng" in page and "依据：字典" in page


def test_times_let_the_page_follow_the_sound() -> None:
    assert 'data-start="0.250" data-end="0.500"' in shown(hanzi("天", "tian1", start_s=0.25, end_s=0.5))


def test_a_book_is_cut_at_a_whole_segment_and_says_so() -> None:
    segments = [Segment("x", 0, 1, tokens=[hanzi("天", "tian1")] * 100) for _ in range(40)]
    page = reading_html(Utterance("x", segments=segments), "en")
    assert page.count("<ruby>") == MAX_TOKENS
    assert "Show all: 25 more parts" in page
    assert reading_html(Utterance("x", segments=segments), "en", until_s=math.inf).count("<ruby>") == 4000


def test_what_is_heard_before_a_time_is_drawn_of_however_long_a_text() -> None:
    segments = [
        Segment("x", 0, 1, tokens=[hanzi("天", "tian1")] * 100, start_s=10.0 * place, end_s=10.0 * place + 9)
        for place in range(40)
    ]
    for until_s, drawn in ((0.0, 15), (150.0, 15), (150.1, 16), (205.0, 21), (9000.0, 40)):
        assert reading_html(Utterance("x", segments=segments), "zh", until_s=until_s).count("<ruby>") == 100 * drawn


def test_every_gap_can_be_told_with_its_break_and_what_decided_it() -> None:
    first = hanzi("好", "hao3", break_after=2, break_source="lm", break_probability=0.934)
    page = shown(first, hanzi("看", "kan4"), mark("。"))
    gaps = re.findall(r'<i class="break[^>]*>', page)
    assert len(gaps) == 2, "one behind each character, none behind a mark"
    for part in ('data-gap="0.0"', 'data-level="2"', 'data-source="lm"', 'data-sure="93"', "把握 93%", "语言模型"):
        assert part in gaps[0]
    assert 'role="button"' in gaps[0] and 'aria-hidden="true"' in gaps[1], "a screen reader meets breaks alone"
    assert "data-last" not in gaps[0] and "data-last" in gaps[1] and 'class="break break-0"' in gaps[1]
    assert "mine" in shown(hanzi("好", "hao3", break_after=1, break_source="user"))


def test_a_sentences_own_emotion_stands_before_it_with_how_sure_it_is() -> None:
    def page(language: str = "zh", **more: object) -> str:
        segment = Segment("好", 0, 1, tokens=[hanzi("好", "hao3")], **more)  # type: ignore[arg-type]
        return reading_html(Utterance("好", segments=[segment]), language)  # type: ignore[arg-type]

    auto = page(emotion="happy", emotion_source="auto", emotion_probability=0.874)
    assert re.search(r'<span class="segment"><span class="feeling feeling-happy"[^>]*>高兴 87%</span>', auto)
    assert "依据：文字 · 把握 87%" in auto
    marked = page("en", emotion="sad:0.6+calm:0.2", emotion_source="markup")
    assert ">Sad + Calm</span>" in marked and "markup in the text" in marked
    assert "<img" not in page(emotion="<img>", emotion_source="<img>")
    assert "feeling" not in page(), "the settings' own is not said again"


def test_emphasis_stands_on_its_word() -> None:
    page = shown(hanzi("好", "hao3", prominence=2, prominence_source="lm", prominence_probability=0.5))
    assert 'data-stress="2" data-stressed="lm" data-stressure="50"' in page
    assert "data-stress" not in shown(hanzi("好", "hao3"))


def test_the_melody_stands_at_the_sentences_end() -> None:
    segment = Segment("x", 0, 1, tokens=[hanzi("来", "lai2"), hanzi("吗", "ma5"), mark("？")])
    assert "melody" not in reading_html(Utterance("x", segments=[segment]), "zh"), "nobody has decided"
    segment.intonation, segment.intonation_source, segment.intonation_probability = "question", "lm", 0.8
    page = reading_html(Utterance("x", segments=[segment]), "en")
    (melody,) = re.findall(r'<i class="melody[^>]*>', page)
    assert "melody-question" in melody and 'data-ending="0.1"' in melody and "Question" in melody and "80%" in melody
    assert page.index("？") < page.index("melody")
