"""What counts as a mark, what it means, and what is refused."""

from __future__ import annotations

import contextlib
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.markup import merge, parse
from indextts.reading.markup.marked import Marked
from indextts.reading.text.overrides import Override


def _only(marked: Marked) -> Override:
    (fixed,) = marked.fixed
    return fixed


@pytest.mark.parametrize(
    "text",
    [
        "你好，世界。",
        "a < b，而 x<3 且 y>2",
        "<没有竖线> 的话",
        "<breakfast> at <b>nine</b>",
        "see [1] and [pause for effect] and [paused]",
        "x <s and t> y, a <p b",
        "if (a<b|c) 或 a<b|c",
        "AT&T &amp; &lt;b&gt; <-- <3 <> </> <!-- x -->",
        "List<String> 和 <a href='x'>y</a>",
        "<",
        "[",
        "五[停顿",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert parse(text) == Marked(text)


@pytest.mark.parametrize(
    ("text", "plain", "start", "reading"),
    [
        ("银<行|hang2>里", "银行里", 1, "hang2"),
        ("<行|xíng>", "行", 0, "xing2"),
        ("<重庆|chong2 qing4>火锅", "重庆火锅", 0, "chong2 qing4"),
        ("one <minute|M IH1 N AH0 T>", "one minute", 4, "M IH1 N AH0 T"),
        ("< OK |ou1 kei1>", "OK", 0, "ou1 kei1"),
        ("x<3 <行|xing2>", "x<3 行", 4, "xing2"),
        ("<phoneme alphabet='pinyin' ph='xing2'>行</phoneme>", "行", 0, "xing2"),
        ('<phoneme alphabet="ipa" ph="bit">beat</phoneme>', "beat", 0, "B IY1 T"),
        ("say <this|ðæt>", "say this", 4, "DH AE1 T"),
        ("say <this|/ðæt/>", "say this", 4, "DH AE1 T"),
        ("say <this|like: that>", "say this", 4, "DH AE1 T"),
        ('<phoneme alphabet="x-arpabet" ph="T AH0 M EY1 T OW0">tomato</phoneme>', "tomato", 0, "T AH0 M EY1 T OW0"),
        ("<phoneme ph = 'xing2' >行</phoneme >", "行", 0, "xing2"),
    ],
)
def test_readings(text: str, plain: str, start: int, reading: str) -> None:
    marked = parse(text)
    fixed = _only(marked)
    assert marked.text == plain
    assert (fixed.start, fixed.reading, fixed.source) == (start, reading, "markup")
    assert plain[fixed.start : fixed.end] in text


@pytest.mark.parametrize(
    ("text", "plain", "pauses"),
    [
        ("好[pause 500ms]的", "好的", {1: 0.5}),
        ("好[Pause: 1.5 s]的", "好的", {1: 1.5}),
        ("好[pause=2秒]的[pause .25s]", "好的", {1: 2.0, 2: 0.25}),
        ("[pause 1s]好", "好", {0: 1.0}),
        ("好[pause 1s][pause 20s]的", "好的", {1: 21.0}),
        ("好<break time='300ms'/>的", "好的", {1: 0.3}),
        ("好<break strength='strong'></break>的", "好的", {1: 0.7}),
        ("好<break strength='none'/>的", "好的", {1: 0.0}),
        ("好。[pause 0s]的", "好。的", {2: 0.0}),
        ("好<break/>的", "好的", {1: 0.4}),
        ("好[pause 60s]", "好", {1: 60.0}),
    ],
)
def test_pauses(text: str, plain: str, pauses: dict[int, float]) -> None:
    marked = parse(text)
    assert marked.text == plain
    assert marked.pauses == pytest.approx(pauses)


def test_sub_say_as_and_date() -> None:
    fixed = _only(parse("<sub alias='World Wide  Web &amp; more'>WWW</sub>"))
    assert (fixed.spoken, fixed.start, fixed.end) == ("World Wide Web & more", 0, 3)
    assert _only(parse("<say-as interpret-as='characters'>USA</say-as>")).say_as == "characters"
    assert _only(parse("<say-as interpret-as='telephone'>110</say-as>")).say_as == "telephone"
    assert _only(parse("<say-as interpret-as='date' format='mdy'>3/5/26</say-as>")).spoken == "2026-03-05"
    assert _only(parse("<say-as interpret-as='date' format='dmy'>03.05.1998</say-as>")).spoken == "1998-05-03"


def test_prosody_and_emphasis_are_spans() -> None:
    marked = parse(
        "你<prosody rate='slow' pitch='+2st' volume='-3dB'>好<emphasis level='strong'>吗</emphasis></prosody>"
    )
    inner, outer = marked.spans
    assert marked.text == "你好吗"
    assert (inner.start, inner.end, outer.start, outer.end) == (2, 3, 1, 3)
    assert outer.duration > 1 and (outer.pitch, outer.energy) == (2.0, -3.0)
    assert (inner.duration, inner.pitch, inner.energy, inner.prominence) == (1.0, 0.0, 0.0, 2)
    assert outer.prominence is None


@pytest.mark.parametrize(
    ("attribute", "duration", "pitch", "energy"),
    [
        ("rate='x-fast'", 1 / 1.7, 0, 0),
        ("rate='50%'", 2.0, 0, 0),
        ("rate='+100%'", 0.5, 0, 0),
        ("rate='1.25'", 0.8, 0, 0),
        ("pitch='x-low'", 1, -6, 0),
        ("pitch='+100%'", 1, 12, 0),
        ("volume='x-loud'", 1, 0, 8),
        ("volume='+6dB'", 1, 0, 6),
    ],
)
def test_prosody_values(attribute: str, duration: float, pitch: float, energy: float) -> None:
    (span,) = parse(f"<prosody {attribute}>好</prosody>").spans
    assert (span.duration, span.pitch, span.energy) == pytest.approx((duration, pitch, energy))


def test_languages_go_around_what_is_fixed_and_end_with_sentences() -> None:
    marked = parse("在<lang xml:lang='en-US'>May 5. <sub alias='x'>Y</sub> 26</lang>号")
    assert marked.text == "在May 5. Y 26号"
    pieces = [(marked.text[f.start : f.end], f.lang, f.spoken) for f in merge(marked)]
    assert pieces == [("May 5. ", "en", ""), ("Y", "en", "x"), (" 26", "en", "")]


def test_a_document_is_folded_and_its_references_are_read() -> None:
    marked = parse(
        "\ufeff<?xml version='1.0'?>\n<speak version='1.1' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='zh'>\n"
        "  <p>\n <s>你好\n 世界</s> <s>a &lt; b &amp;amp; &#20013;</s> </p>\n"
        "  <!-- nobody hears this --><p>x < 3, AT&T <![CDATA[<b>&amp;]]></p></speak>\n"
    )
    assert marked.text == "你好世界 a < b &amp; 中\nx < 3, AT&T <b>&amp;"
    assert set(marked.pauses) == {4, marked.text.index("\n")}


def test_a_sentence_with_its_own_mark_needs_no_pause() -> None:
    assert parse("<speak><s>你好。</s><s>再见！</s></speak>") == Marked("你好。 再见！")


@pytest.mark.parametrize("name", ["emphasis", "Emphasis", "强调"])
def test_emphasis_and_pauses_have_brackets_in_both_languages(name: str) -> None:
    assert parse(f"我[{name}]一定[/{name}]来") == parse("我<emphasis>一定</emphasis>来")
    assert parse("来[停顿 500ms]吧") == parse("来[停顿：500毫秒]吧") == parse("来[pause 500ms]吧")
    assert parse("来[停顿 1.5秒]吧") == parse("来[pause 1.5s]吧") == parse("来[停頓：1.5 秒鐘]吧")
    assert parse("a[pause 5 seconds]b") == parse("a[pause 5s]b") == parse("a[停頓 5secs]b")
    assert parse("a[pause 200 milliseconds]b") == parse("a[停頓 200ms]b")
    assert parse("很[強調]重要[/強調]") == parse("很[强调]重要[/强调]") == parse("很[強調]重要[/emphasis]")


@pytest.mark.parametrize(
    "text",
    ["[强调]没有结尾", "没有开头[/强调]", "[/emphasis]倒过来[emphasis]", "[停顿点]", "[停顿]", "[强调：]好[/强调]"],
)
def test_brackets_without_their_other_half_are_prose(text: str) -> None:
    assert parse(text).text == text and not parse(text).spans


def test_emphasis_crosses_no_other_mark() -> None:
    with pytest.raises(StudioError, match="must come first"):
        parse("<p>我[强调]一定</p>来[/强调]")


@pytest.mark.parametrize(
    ("text", "position", "tag", "says"),
    [
        ("银<行|xyz9>里", 2, "<行|xyz9>", "is not pinyin"),
        ("<minute|QX9>", 1, "<minute|QX9>", "“QX9” is not a sound of English"),
        ("<重庆|chong2>", 1, "<重庆|chong2>", "2 characters"),
        ("<行|>", 1, "<行|>", "empty"),
        ("< |xing2>", 1, "< |xing2>", "no word"),
        ("一<行|xing2 里", 2, "<行|xing2 里", "> after"),
        ("好[pause]", 2, "[pause]", "500ms"),
        ("好[pause 5]", 2, "[pause 5]", "500ms"),
        ("好[pause -1s]", 2, "[pause -1s]", "500ms"),
        ("好[pause 61s]", 2, "[pause 61s]", "60 s"),
        ("好[pause 500ms", 2, "[pause 500ms", "]"),
        ("[pause 40s][pause 40s]", 12, "[pause 40s]", "together"),
        ("<break time='1s'", 1, "<break time='1s'", "well-formed"),
        ("<break time=1s/>", 1, "<break time=1s/>", "well-formed"),
        ("<break time='61s'/>", 1, "<break time='61s'/>", "60 s"),
        ("<break time='1s' time='2s'/>", 1, "<break time='1s' time='2s'/>", "twice"),
        ("<break tiem='1s'/>", 1, "<break tiem='1s'/>", "tiem"),
        ("<break time='1s'>x</break>", 18, "x", "inside"),
        ("<brek time='1s'/>", 1, "<brek time='1s'/>", "available: speak"),
        ("<emphasis level='mad'>x</emphasis>", 1, "<emphasis level='mad'>", "strong, moderate"),
        ("好<emphasis>x", 2, "<emphasis>", "</emphasis> is missing"),
        ("x</emphasis>", 2, "</emphasis>", "no <emphasis>"),
        ("<p><emphasis>x</p></emphasis>", 15, "</p>", "</emphasis> must come first"),
        ("<p>x</p >y</p>", 11, "</p>", "no <p>"),
        ("<prosody>x</prosody>", 1, "<prosody>", "pitch, rate, volume"),
        ("<prosody rate='900%'>x</prosody>", 1, "<prosody rate='900%'>", "400%"),
        ("<prosody pitch='200Hz'>x</prosody>", 1, "<prosody pitch='200Hz'>", "+2st"),
        ("<prosody pitch='10%'>x</prosody>", 1, "<prosody pitch='10%'>", "sign"),
        ("<prosody volume='silent'>x</prosody>", 1, "<prosody volume='silent'>", "x-soft"),
        ("<prosody contour='(0%,+2st)'>x</prosody>", 1, "<prosody contour='(0%,+2st)'>", "contour"),
        (
            "<phoneme alphabet='sapi' ph='x'>x</phoneme>",
            1,
            "<phoneme alphabet='sapi' ph='x'>",
            "pinyin, ipa or arpabet",
        ),
        ("<phoneme ph='xing2'><s>行</s></phoneme>", 21, "<s>", "inside <phoneme>"),
        ("<phoneme ph='xing2'/>", 1, "<phoneme ph='xing2'/>", "no text"),
        ("<phoneme>行</phoneme>", 1, "<phoneme>", "ph is missing"),
        ("<sub alias=''>x</sub>", 1, "<sub alias=''>", "alias is missing"),
        ("<say-as interpret-as='poem'>x</say-as>", 1, "<say-as interpret-as='poem'>", "characters"),
        ("<say-as interpret-as='date' format='mdy'>x</say-as>", 1, "<say-as interpret-as='date' format='mdy'>", "mdy"),
        ("<lang xml:lang='fr'>oui</lang>", 1, "<lang xml:lang='fr'>", "zh and en"),
        ("<voice gender='male'>x</voice>", 1, "<voice gender='male'>", "name"),
        ("你好<speak>x</speak>", 3, "<speak>", "whole text"),
        ("<speak>x", 1, "<speak>", "</speak> is missing"),
        ("<speak>x</speak> y", 18, "y", "outside"),
        ("<speak>x</speak><speak>y</speak>", 17, "<speak>", "once"),
        ("<speak><b>x</b></speak>", 8, "<b>", "no element b"),
        ("<speak><audio src='x'/></speak>", 8, "<audio src='x'/>", "no element audio"),
        ("<speak>&nbsp;</speak>", 8, "&nbsp;", "not defined"),
        ("<speak>好&#0;</speak>", 9, "&#0;", "not a valid character"),
        ("<speak>&#xD800;</speak>", 8, "&#xD800;", "not a valid character"),
        ("<speak>好&#99999999999;</speak>", 9, "&#99999999999;", "not a valid character"),
        ("<speak>好&#x123456789A;</speak>", 9, "&#x123456789A;", "not a valid character"),
        (
            "<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>&a;</speak>",
            1,
            "<!DOCTYPE speak [<!ENTITY a 'b'>",
            "document types",
        ),
        ("<speak><!ENTITY a SYSTEM 'file:///etc/passwd'></speak>", 8, "<!ENTITY", "document types"),
        ("<speak><?php x ?></speak>", 8, "<?php x ?>", "processing"),
        ("<speak><!-- x</speak>", 8, "<!--", "-->"),
        ("<emphasis>" * 11 + "x" + "</emphasis>" * 11, 101, "<emphasis>", "10 deep"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, position: int, tag: str, says: str) -> None:
    with pytest.raises(StudioError) as caught:
        parse(text)
    error = caught.value
    assert error.code == "bad_markup" and error.status == 422
    assert error.details["position"] == position
    assert str(error.details["tag"]).startswith(tag)
    assert says in str(error)
    assert f"第 {position} 个字符" in error.localise("zh")[0]


def test_ten_deep_is_allowed() -> None:
    assert parse("<emphasis>" * 10 + "x" + "</emphasis>" * 10).text == "x"


def test_all_pauses_together_have_an_end() -> None:
    assert len(parse("好[pause 60s]" * 10).pauses) == 10
    with pytest.raises(StudioError, match="together"):
        parse("好[pause 60s]" * 11)


def test_no_entity_is_ever_expanded() -> None:
    bomb = "<!DOCTYPE x [" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
    with pytest.raises(StudioError, match="document types"):
        parse(f"{bomb}<speak>&a9;</speak>")


@pytest.mark.parametrize(
    "text",
    [
        "<" * 100_000,
        "[" * 100_000,
        "<a|" * 30_000,
        "<aaaa time " * 10_000,
        "<break" + " " * 100_000,
        "<break" + " a='b'" * 20_000,
        "<break a='" + "b" * 100_000,
        "[pause " * 15_000,
        "<speak>" + "&" * 100_000 + "</speak>",
        "<speak>" + " \n" * 50_000 + "x</speak>",
        "<speak>" + "<sub alias='x'>我</sub>" * 5_000 + "</speak>",
        "<speak>" + "<!-- x -->" * 10_000 + "</speak>",
        "<emphasis>我</emphasis>" * 5_000,
        "<lang xml:lang='en'>a. b</lang>" * 4_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    def seconds(of: str) -> float:
        begin = time.process_time()
        with contextlib.suppress(StudioError):
            merge(parse(of))
        return time.process_time() - begin

    # Quadratic work would take minutes here: the bound only tells the two apart.
    assert seconds(text) < 5


_PIECES = st.sampled_from([
    "<", ">", "</", "/>", "|", "[pause ", "]", "500ms", "1.5s", "99s", " ", "\n", "&", "&lt;", "&#65;", "'", '"', "=",
    "<speak>", "</speak>", "<p>", "</p>", "<s>", "</s>", "<break time='1s'/>", "<行|xing2>", "<prosody rate='slow'>",
    "</prosody>", "<emphasis>", "</emphasis>", "<sub alias='b'>", "</sub>", "<lang xml:lang='en'>", "</lang>",
    "<phoneme ph='xing2'>", "</phoneme>", "行", "你好。", "hello", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE",
    "<?xml ?>",
])  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=5), max_size=25).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_text_is_understood_or_refused(text: str, document: bool) -> None:
    text = f"<speak>{text}</speak>" if document else text
    try:
        marked = parse(text)
    except StudioError as error:
        assert error.code == "bad_markup"
        assert 1 <= int(str(error.details["position"])) <= max(len(text), 1)
        return
    length = len(marked.text)
    fixed = merge(marked)
    assert all(0 <= one.start < one.end <= length for one in fixed)
    assert all(a.end <= b.start for a, b in itertools.pairwise(fixed))
    assert all(0 <= place <= length and 0 < seconds <= 60 for place, seconds in marked.pauses.items())
    assert all(0 <= span.start < span.end <= length for span in marked.spans)


@given(st.text(max_size=200))
def test_text_without_brackets_is_never_touched(text: str) -> None:
    plain = text.replace("<", "").replace("[", "")
    assert parse(plain) == Marked(plain)


@pytest.mark.parametrize("mark", ["<pause>", "<pause/>", "<pause 1s>", "<pause=500ms>", "<pause: 2 s>"])
def test_a_pause_in_the_wrong_brackets_is_told_how_it_is_written(mark: str) -> None:
    with pytest.raises(StudioError) as caught:
        parse(f"Wait {mark} and go.")
    assert caught.value.code == "bad_markup"
    assert "[pause 1s]" in " ".join(caught.value.localise("en")) and mark in " ".join(caught.value.localise("en"))


def test_what_is_about_a_pause_is_prose() -> None:
    text = "Use <pauses> or <pause for effect>, and `</pause>`."
    assert parse(text).text == text
