"""Subtitles and lyrics of every form: what is said, by whom and when, and what a person is told of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.model import Chapter, Manuscript, SubtitleChoice
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

CASES: Final = Path(__file__).parents[2] / "data" / "cases"

Row = tuple[float, float, str]


def read(name: str, text: str | bytes, choice: SubtitleChoice | None = None) -> Manuscript:
    return read_manuscript(name, text.encode() if isinstance(text, str) else text, subtitles=choice)


def rows(book: Manuscript) -> list[Row]:
    """Begin, end and words of every cue."""
    (chapter,) = book.chapters
    assert [one.start for one in chapter.timed] == sorted(one.start for one in chapter.timed)
    return [(one.begin_s, one.end_s, chapter.text[one.start : one.end]) for one in chapter.timed]


def said(book: Manuscript) -> list[str]:
    return [text for _, _, text in rows(book)]


def cast(book: Manuscript) -> list[tuple[str, str]]:
    """Who says what."""
    chapter: Chapter = book.chapters[0]
    assert all(one.source == "file" for one in chapter.quotations)
    return [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations]


def told(book: Manuscript) -> str:
    """All warnings in English; each is there in Chinese as well."""
    assert all(english and chinese and english != chinese for english, chinese in book.warnings)
    return "\n".join(english for english, _ in book.warnings)


def srt(*texts: str) -> str:
    """Cues of two seconds, three seconds apart."""

    def clock(seconds: int) -> str:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},000"

    cues = [
        f"{number}\n{clock(3 * number)} --> {clock(3 * number + 2)}\n{text}\n" for number, text in enumerate(texts, 1)
    ]
    return "\n".join(cues)


def vtt(*texts: str) -> str:
    return "WEBVTT\n\n" + srt(*texts).replace(",000", ".000")


def refused(name: str, text: str | bytes) -> str:
    """The sentence of the refusal."""
    with pytest.raises(StudioError) as error:
        read(name, text)
    assert "picture" not in str(error.value) or "sub" in str(error.value)
    return f"{error.value.code}: {error.value}"


# ------------------------------------------------------------------ the inputs that were given


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vtt_ids.vtt", [(1.0, 3.0, "船来了。"), (4.0, 6.0, "我去收绳。"), (7.0, 9.0, "走吧。")]),
        ("vtt_rolling.vtt", [(0.0, 2.0, "今天有雾"), (2.01, 4.0, "船停开")]),
        ("srt_bad_cue.srt", [(20.98, 21.68, "第二句。")]),
        ("srt_100h.srt", [(1.0, 3.0, "很久以后。")]),
        ("ass_fx.ass", [(10.0, 12.0, "船来了。")]),
    ],
)
def test_the_cues_of_a_given_file(name: str, expected: list[Row]) -> None:
    assert rows(read(name, (CASES / name).read_bytes())) == expected


def test_the_speakers_of_a_given_file() -> None:
    book = read("a.vtt", (CASES / "vtt_ids.vtt").read_bytes())
    assert cast(book) == [("老杜", "船来了。"), ("阿青", "我去收绳。")]
    book = read("a.srt", (CASES / "srt_speakers.srt").read_bytes())
    assert said(book) == ["船来了。", "走吧。", "收绳。", "好。"]
    assert [speaker for speaker, _ in cast(book)] == ["SPEAKER_01", "老杜", "老杜", "SPEAKER_01"]


def test_what_a_given_file_loses_is_told() -> None:
    assert "1 “第一句。”" in told(read("a.srt", (CASES / "srt_bad_cue.srt").read_bytes()))


def test_the_lyrics_and_the_book_of_the_given_files() -> None:
    song = read("lyrics.lrc", (CASES / "lyrics.lrc").read_bytes())
    assert (song.title, song.author) == ("渡口", "某人")
    assert [(begin, text) for begin, _, text in rows(song)] == [(1.0, "船来了"), (4.0, "走吧")]
    book = read("book.fb2", (CASES / "book.fb2").read_bytes())
    assert book.title == "渡口" and [one.title for one in book.chapters] == ["第一章 雾起"]
    assert book.chapters[0].text.startswith("入冬以后") and "<" not in book.chapters[0].text


# ------------------------------------------------------------------ WebVTT by its own grammar


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A header with words, comments, styles and regions; hours or none; settings behind the times.
        (
            "WEBVTT - 渡口 第一集\n\nSTYLE\n::cue(b) { color: red }\n\nREGION\nid:fred width:40%\n\n"
            "NOTE\n给校对\n两行\n\n"
            "intro\n00:01.500 --> 00:03.000 line:0 position:20% align:start\n船来了。\n\n"
            "NOTE 别忘了\n\n01:00:04.000 --> 01:00:06.000 vertical:rl\n走吧。\n",
            [(1.5, 3.0, "船来了。"), (3604.0, 3606.0, "走吧。")],
        ),
        # Marks within the text, ruby, entities by name and by number.
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<c.loud><i>Tom</i> &amp; <b>Ann</b>&lrm;&nbsp;&#20320;&#x597D;</c>\n\n"
            "00:03.000 --> 00:04.000\n<ruby>渡<rt>dù</rt>口<rt>kǒu</rt></ruby>有 <lang en>fog</lang> &lt;3\n",
            [(1.0, 2.0, "Tom & Ann 你好"), (3.0, 4.0, "渡口有 fog <3")],
        ),
        # The mark of the byte order, CR alone, no empty line after the head or between cues.
        (
            "\ufeffWEBVTT\r00:01.000 --> 00:02.000\r船来了。\r00:03.000 --> 00:04.000\r走吧。\r",
            [(1.0, 2.0, "船来了。"), (3.0, 4.0, "走吧。")],
        ),
        # Names of cues whose empty lines are missing.
        (
            "WEBVTT\r\n\r\n1\r\n00:01.000 --> 00:02.000\r\n船来了。\r\n2\r\n00:03.000 --> 00:04.000\r\n走吧。\r\n",
            [(1.0, 2.0, "船来了。"), (3.0, 4.0, "走吧。")],
        ),
        # Captions that roll over two lines, each phrase two or three times.
        (
            "WEBVTT\nKind: captions\nLanguage: en\n\n"
            "00:00.160 --> 00:02.070 align:start position:0%\n \n"
            "the<00:00.400><c> ferry</c><00:00.800><c> stops</c>\n\n"
            "00:02.070 --> 00:02.080 align:start position:0%\nthe ferry stops\n \n\n"
            "00:02.080 --> 00:04.470 align:start position:0%\nthe ferry stops\n"
            "because<00:02.400><c> of</c><c> fog</c>\n\n"
            "00:04.470 --> 00:04.480 align:start position:0%\nbecause of fog\n \n\n"
            "00:04.480 --> 00:06.000 align:start position:0%\nbecause of fog\ntoday\n",
            [(0.16, 2.07, "the ferry stops"), (2.08, 4.47, "because of fog"), (4.48, 6.0, "today")],
        ),
        # Captions that grow word by word.
        (
            "WEBVTT\n\n00:01.000 --> 00:01.500\n今天\n\n00:01.500 --> 00:02.000\n今天有雾\n\n"
            "00:02.000 --> 00:03.000\n今天有雾船停开\n\n00:05.000 --> 00:06.000\n走吧。\n",
            [(1.0, 3.0, "今天有雾船停开"), (5.0, 6.0, "走吧。")],
        ),
        # As Zoom writes them, and as Teams does.
        (
            "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nWei Zhang: 大家好。\n\n"
            "2\n00:00:03.000 --> 00:00:04.000\nLi Na: 你好。\n\n"
            "3\n00:00:05.000 --> 00:00:06.000\nWei Zhang: 开始吧。\n",
            [(1.0, 2.0, "大家好。"), (3.0, 4.0, "你好。"), (5.0, 6.0, "开始吧。")],
        ),
        (
            "WEBVTT\n\n8f3e-11/8-0\n00:00:01.000 --> 00:00:02.000\n<v Zhang, Wei>大家好，\n今天开会。</v>\n\n"
            "8f3e-11/9-0\n00:00:03.000 --> 00:00:04.000\n<v Li, Na>你好。</v>\n",
            [(1.0, 2.0, "大家好，今天开会。"), (3.0, 4.0, "你好。")],
        ),
    ],
    ids=["aside", "marks", "cr", "crlf", "rolling", "growing", "zoom", "teams"],
)
def test_webvtt_is_read_by_its_own_grammar(text: str, expected: list[Row]) -> None:
    assert rows(read("a.vtt", text)) == expected
    assert rows(read("a.txt", text)) == expected  # whatever its name


def test_names_that_webvtt_gives_its_speakers_are_cast() -> None:
    book = read("a.vtt", vtt("<v.loud Zhang, Wei>Hello there.</v><v Li Na>Good morning.</v>", "<v.x 旁白>天亮了。"))
    dashed = read("a.vtt", vtt("- <v Neil>Hi.</v>\n- <v Ann>Yes.</v>"))
    assert cast(dashed) == [("Neil", "Hi."), ("Ann", "Yes.")] and said(dashed) == ["Hi. Yes."]
    assert cast(book) == [("Zhang, Wei", "Hello there."), ("Li Na", "Good morning.")]
    assert said(book) == ["Hello there. Good morning.", "天亮了。"]
    meeting = read("a.vtt", vtt("Wei Zhang: 大家好。", "Li Na: 你好。", "Wei Zhang: 开始吧。"))
    assert [who for who, _ in cast(meeting)] == ["Wei Zhang", "Li Na", "Wei Zhang"]


@pytest.mark.parametrize(
    "line",
    [
        "00:00:0x.000 --> 00:00:06.000", "00:00:04.000 --> 00:", "--> 00:00:06.000", "00:00:04.000 -->",
        "0a:00:04.000 --> 00:00:06.000", "00:00:04.000 --> 00:00:06:00:00:1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.vtt", "a.srt"])
def test_a_damaged_line_of_times_loses_its_cue_alone_and_names_it(name: str, line: str) -> None:
    cues = vtt("船来了。", "听不见的一句。", "走吧。")
    cues = cues.replace("00:00:06.000 --> 00:00:08.000", line)
    book = read(name, cues if name == "a.vtt" else cues.partition("\n\n")[2].replace(".", ","))
    assert said(book) == ["船来了。", "走吧。"]
    assert "times cannot be read" in told(book) and "2 “听不见的一句。”" in told(book)


def test_a_block_of_webvtt_without_times_is_told_and_not_said() -> None:
    book = read(
        "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n船来了。\n\n丢了时间的一句。\n\n00:03.000 --> 00:04.000\n走吧。\n"
    )
    assert said(book) == ["船来了。", "走吧。"] and "without times" in told(book) and "丢了时间的一句。" in told(book)


def test_the_same_words_twice_in_a_talk_are_said_twice() -> None:
    assert said(read("a.vtt", vtt("好。", "好。", "好。"))) == ["好。"] * 3
    close = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n好。\n\n00:02.000 --> 00:03.000\n好。\n\n00:03.000 --> 00:04.000\n走。\n"
    )
    assert said(read("a.vtt", close)) == ["好。", "好。", "走。"]


# ------------------------------------------------------------------ nothing is lost silently


@pytest.mark.parametrize(
    ("times", "begin", "end"),
    [
        ("00:00:01,500 --> 00:00:03,000", 1.5, 3.0),
        ("00:00:01.500 --> 00:00:03.000", 1.5, 3.0),
        ("00:00:01:500 --> 00:00:03:000", 1.5, 3.0),
        ("00:01,500 --> 00:03,000", 1.5, 3.0),
        ("0:0:1,5 --> 0:0:3,0", 1.5, 3.0),
        ("00:00:01 --> 00:00:03", 1.0, 3.0),
        ("00:00:01,500 -> 00:00:03,000", 1.5, 3.0),
        ("00:00:01,500 ——> 00:00:03,000", 1.5, 3.0),
        ("00:00:01,500-->00:00:03,000", 1.5, 3.0),
        ("00: 00: 01, 500 --> 00: 00: 03, 000", 1.5, 3.0),
        ("００：００：０１，５００ --> ００：００：０３，０００", 1.5, 3.0),
        ("00:00:01,500  -  00:00:03,000", 1.5, 3.0),
        ("00.00.01.500 --> 00.00.03.000", 1.5, 3.0),
        ("00:00:01,500 00:00:03,000", 1.5, 3.0),
        ("123:00:01,500 --> 123:00:03,000", 1.5, 3.0),
        ("00:00:01,500 --> 00:00:03,000 X1:100 X2:600 Y1:400 Y2:450", 1.5, 3.0),
    ],
)
def test_times_as_people_write_them(times: str, begin: float, end: float) -> None:
    assert rows(read("a.srt", f"1\n{times}\n船来了。\n")) == [(begin, end, "船来了。")]


def test_frames_in_the_place_of_thousandths_are_told() -> None:
    book = read("a.srt", "1\n00:00:01:05 --> 00:00:03:00\n船来了。\n")
    assert rows(book) == [(1.2, 3.0, "船来了。")] and "unusual times" in told(book)


def test_an_end_before_its_beginning_is_mended_and_told() -> None:
    text = "1\n00:00:05,000 --> 00:00:01,000\n船来了。\n\n2\n00:00:05,400 --> 00:00:07,000\n走吧。\n"
    book = read("a.srt", text)
    assert rows(book) == [(5.0, 5.4, "船来了。"), (5.4, 7.0, "走吧。")]
    assert "before they began" in told(book) and "1 “船来了。”" in told(book)
    (alone,) = rows(read("a.srt", "1\n00:00:05,000 --> 00:00:05,000\n船来了，我们走吧。\n"))
    assert alone[0] == 5.0 and 6.0 < alone[1] < 8.0


def test_times_below_nothing_begin_with_the_film() -> None:
    text = (
        "1\n-00:00:03,000 --> -00:00:01,000\n太早了。\n\n2\n-00:00:01,000 --> 00:00:02,000\n船来了。\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\n走吧。\n"
    )
    book = read("a.srt", text)
    assert rows(book) == [(0.0, 2.0, "船来了。"), (3.0, 4.0, "走吧。")]
    assert "end before the film begins: 1 “太早了。”" in told(book) and "now begin with it: 2 “船来了。”" in told(book)


def test_whole_hours_before_the_first_cue_are_time_code_and_told() -> None:
    cues = "7\n10:00:01,000 --> 10:00:02,000\n船来了。\n\n8\n11:30:00,500 --> 11:30:02,000\n走吧。\n"
    book = read("a.srt", cues)
    assert rows(book) == [(1.0, 2.0, "船来了。"), (5400.5, 5402.0, "走吧。")]
    assert told(book).startswith("The times begin with whole hours") and "7 “10:00:01 → 0:00:01”" in told(book)
    part = read("b.vtt", "WEBVTT\n\n02:05:00.000 --> 02:05:01.000\n船来了。\n")
    assert rows(part)[0][:2] == (300.0, 301.0) and "“2:05:00 → 0:05:00”" in told(part)
    # A film that is silent for long has them where anything at all stands before.
    whole = read("a.srt", "1\n00:00:00,000 --> 00:00:01,000\n…\n\n" + cues)
    assert rows(whole)[0] == (36_001.0, 36_002.0, "船来了。") and not told(whole)
    assert not told(read("a.srt", "1\n00:59:59,000 --> 01:00:02,000\n船来了。\n"))


def test_what_begins_after_a_day_is_left_out_and_named() -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\n船来了。\n\n2\n23:59:59,000 --> 99:00:00,000\n走吧。\n\n"
    book = read("a.srt", cues + "3\n240:00:00,000 --> 240:00:01,000\n太晚了。\n")
    assert rows(book) == [(1.0, 2.0, "船来了。"), (86_399.0, 86_400.0, "走吧。")]
    assert told(book) == "Subtitles left out because they begin after more than 24 hours: 3 “太晚了。”."


def test_what_overlaps_and_what_is_out_of_order_is_said_in_order_and_told() -> None:
    text = "1\n00:00:05,000 --> 00:00:08,000\n二。\n\n2\n00:00:01,000 --> 00:00:06,000\n一。\n"
    book = read("a.srt", text)
    assert said(book) == ["一。", "二。"]
    late = "1\n00:00:01,000 --> 00:00:02,000\n一。\n\n2\n00:45:00,000 --> 00:45:01,000\n三。\n\n"
    back = read("a.srt", late + "3\n00:40:00,000 --> 00:40:01,000\n二。\n")
    assert said(back) == ["一。", "二。", "三。"] and "sorted by time: 3 “二。”." in told(back)
    assert "out of order; they were sorted by time: 2 “一。”" in told(book) and "one after the other: 1 “二。”" in told(
        book
    )


@pytest.mark.parametrize(
    "text",
    [
        # No empty lines, an empty line too many, lost and double numbers, words behind the times, an empty cue between.
        "1\n00:00:01,000 --> 00:00:02,000\n船来了。\n2\n00:00:03,000 --> 00:00:04,000\n走吧。\n",
        "1\n00:00:01,000 --> 00:00:02,000\n\n船来了。\n\n2\n\n00:00:03,000 --> 00:00:04,000\n走吧。\n",
        "00:00:01,000 --> 00:00:02,000\n船来了。\n\n00:00:03,000 --> 00:00:04,000\n走吧。",
        "7\n7\n00:00:01,000 --> 00:00:02,000\n船来了。\n\n7\n00:00:03,000 --> 00:00:04,000\n走吧。\n",
        "1\n00:00:01,000 --> 00:00:02,000 船来了。\n\n2\n00:00:03,000 --> 00:00:04,000 走吧。\n",
        "1\n00:00:01,000 --> 00:00:02,000\n船\n\n来了。\n\n2\n00:00:03,000 --> 00:00:04,000\n走吧。\n\n3\n",
        "1\n00:00:01,000 --> 00:00:02,000\n船来了。\n\n2\n\n3\n00:00:03,000 --> 00:00:04,000\n走吧。\n",
        "0:00:01.000,0:00:02.000\n船来了。\n\n0:00:03.000,0:00:04.000\n走吧。\n",
        "[INFORMATION]\n[TITLE]渡口\n[END INFORMATION]\n[SUBTITLE]\n00:00:01.00,00:00:02.00\n船来了。\n\n"
        "00:00:03.00,00:00:04.00\n走[br]吧。\n",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<font color=\"#ffff00\">船来了。</font>\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\i1}走吧。{\\i0}\r\n",
    ],
)  # fmt: skip
def test_blocks_that_are_out_of_shape_are_read(text: str) -> None:
    assert rows(read("a.srt", text)) == [(1.0, 2.0, "船来了。"), (3.0, 4.0, "走吧。")]


def test_a_character_that_breaks_lines_elsewhere_breaks_no_cue() -> None:
    assert said(read("a.lrc", "[00:01.00]船\x0b来了\n[00:02.00]走\x0c吧\n")) == ["船 来了", "走 吧"]


def test_a_number_that_is_said_is_not_taken_for_that_of_a_cue() -> None:
    assert said(read("a.srt", srt("三", "2", "1", "10:30"))) == ["三", "2", "1", "10:30"]
    close = "1\n00:00:01,000 --> 00:00:02,000\n5\n2\n00:00:03,000 --> 00:00:04,000\n走吧。\n"
    assert said(read("a.srt", close)) == ["5", "走吧。"]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.srt", "Just some words.\nNothing else.\n", "subtitles"),
        ("a.srt", "1\n00:00:xx --> 00:00:03,000\nHello.\n", "times"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n…\n", "words"),
        ("a.ass", "[Script Info]\nTitle: x\n", "subtitles"),
        ("a.lrc", "[ti:x]\n[ar:y]\n", "subtitles"),
    ],
)
def test_a_file_without_a_word_to_say_is_refused_as_subtitles(name: str, text: str, word: str) -> None:
    sentence = refused(name, text)
    assert word in sentence and "picture" not in sentence


@given(
    st.lists(
        st.tuples(st.integers(0, 86_000_000), st.integers(1, 100_000), st.sampled_from("船来了走吧好再见山水")),
        min_size=1,
        max_size=12,
        unique_by=lambda one: one[0],
    ),
    st.sampled_from([("srt", ","), ("vtt", "."), ("srt", ".")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_cue_that_is_whole_comes_out_with_its_times(
    given_cues: list[tuple[int, int, str]], form: tuple[str, str], end: str
) -> None:
    def clock(at: int) -> str:
        seconds, part = divmod(at, 1000)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{form[1]}{part:03d}"

    cues = sorted(given_cues)
    hours = cues[0][0] // 3_600_000 * 3_600_000  # whole ones before all: time code
    blocks = [
        f"{number}\n{clock(begin)} --> {clock(begin + length)}\n第{number}句{text}。\n"
        for number, (begin, length, text) in enumerate(cues, 1)
    ]
    whole = ("WEBVTT\n\n" if form[0] == "vtt" else "") + "\n".join(blocks)
    expected = [
        ((begin - hours) / 1000, (begin - hours + length) / 1000, f"第{number}句{text}。")
        for number, (begin, length, text) in enumerate(cues, 1)
    ]
    assert rows(read(f"a.{form[0]}", whole.replace("\n", end))) == expected


# ------------------------------------------------------------------ what nobody says


@pytest.mark.parametrize(
    ("texts", "words", "speakers"),
    [
        (
            ["老杜：船来了。", "阿青：我去收绳。", "老杜：走吧。"],
            ["船来了。", "我去收绳。", "走吧。"],
            ["老杜", "阿青", "老杜"],
        ),
        (
            ["JOHN: Hello.", "MAN #2: Who is it?", "DR. SMITH (on phone): Me."],
            ["Hello.", "Who is it?", "Me."],
            ["JOHN", "MAN #2", "DR. SMITH"],
        ),
        (
            ["[JOHN]: Hello.", "【老杜】：你好。", "（阿青）：好。"],
            ["Hello.", "你好。", "好。"],
            ["JOHN", "老杜", "阿青"],
        ),
        (["(John) Hello.", "[Mary] Hi.", "（老杜）走吧。"], ["Hello.", "Hi.", "走吧。"], ["John", "Mary", "老杜"]),
        (
            ["SPEAKER_00: Hello.", "Speaker 1: Hi.", "说话人2：你好。"],
            ["Hello.", "Hi.", "你好。"],
            ["SPEAKER_00", "Speaker 1", "说话人2"],
        ),
        ([">> JOHN: Hello.", ">> MARY: Hi.", ">> Fine."], ["Hello.", "Hi.", "Fine."], ["JOHN", "MARY"]),
        (["船长：起锚。", "大副：是。", "船长：快。"], ["起锚。", "是。", "快。"], ["船长", "大副", "船长"]),
        (
            ["Marek: Dobry.", "Zofia: Yes.", "Marek: Good.", "Zofia: No."],
            ["Dobry.", "Yes.", "Good.", "No."],
            ["Marek", "Zofia", "Marek", "Zofia"],
        ),
        (["- 老杜：走吧。\n- 阿青：好。"], ["走吧。好。"], ["老杜", "阿青"]),
        (["JOHN:\nHello there.\nMARY:\nHi."], ["Hello there. Hi."], ["JOHN", "MARY"]),
        (["旁白：天亮了。", "老杜：走吧。", "老杜：快。"], ["天亮了。", "走吧。", "快。"], ["老杜", "老杜"]),
    ],
)
def test_names_of_speakers_are_cast_and_not_said(texts: list[str], words: list[str], speakers: list[str]) -> None:
    book = read("a.srt", srt(*texts))
    assert said(book) == words
    assert [who for who, _ in cast(book)] == speakers


@pytest.mark.parametrize(
    "line",
    [
        "注意：前方有雾。", "10:30 开船。", "时间：早上八点。", "Note: the ferry is late.", "Step 2: pull the rope.",
        "第一：收绳。", "他说：走吧。", "题目：船在哪里？", "Example: a rope.", "See https://example.com/a",
        "比分是 3:1。", "Remember: never run.", "问题是：谁去？", "Warning: fog.", "总之：走吧。",
    ],
)  # fmt: skip
def test_labels_that_are_no_people_stay(line: str) -> None:
    book = read("a.srt", srt(line, "船来了。", "走吧。", "好。"))
    assert said(book)[0] == line and cast(book) == []


def test_two_speakers_in_one_cue_are_two() -> None:
    for text in ("- 走吧。\n- 好。", "-走吧。\n-好。", "– 走吧。 – 好。", "走吧。\n- 好。"):
        book = read("a.srt", srt(text, "船来了。"))
        assert said(book) == ["走吧。好。", "船来了。"]
        assert cast(book) == [("?", "走吧。"), ("?", "好。")]
    assert said(read("a.srt", srt("- Where?\n- Here.", "-5 degrees.", "one - two"))) == [
        "Where? Here.", "-5 degrees.", "one - two",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[music]", ""),
        ("（掌声）走吧。", "走吧。"),
        ("♪ 河上起雾 ♪", ""),
        ("走吧。♪～", "走吧。"),
        ("*sighs* Fine.", "Fine."),
        ("(LAUGHS) Come in.", "Come in."),
        ("Come in. [door creaks]", "Come in."),
        ("【笑声】你好。", "你好。"),
        ("[tense music\nplaying] Stop!", "Stop!"),
        ("JOHN: (sighs) Fine.", "Fine."),
        ("他（笑）走了。", "他走了。"),
        ("我明天（周五）到。", "我明天（周五）到。"),
        ("Take *two* ropes.", "Take two ropes."),
        ("# la la la #", ""),
        ("♪ River of fog\nriver of mine ♪", ""),
        ("（1）收绳。", "（1）收绳。"),
        ("[ __ ] no.", "no."),
    ],
)
def test_sounds_are_not_said_and_told(text: str, words: str) -> None:
    book = read("a.srt", srt(text, "船来了。"))
    assert said(book) == [*([words] if words else []), "船来了。"]
    plain = text.replace("\n", " ").replace("JOHN: ", "").strip("*")
    assert ("Sounds and songs are not said" in told(book)) == (words not in (plain, "Take two ropes."))


def test_sounds_are_said_where_a_person_wants_them() -> None:
    book = read("a.srt", srt("[music] 船来了。", "♪ 河上起雾 ♪"), SubtitleChoice(sounds=True))
    assert said(book) == ["[music] 船来了。", "河上起雾"] and told(book) == ""


def test_a_file_of_nothing_but_songs_is_said() -> None:
    book = read("a.srt", srt("♪ 河上起雾 ♪", "♪ 船停开 ♪"))
    assert said(book) == ["河上起雾", "船停开"] and "All subtitles are in brackets or between notes" in told(book)


TWO: Final = srt("船来了。\nThe ferry is here.", "我去收绳。\nI'll get the rope.", "走吧。\nLet's go.", "好。")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (None, ["船来了。", "我去收绳。", "走吧。", "好。"]),
        (SubtitleChoice(said="first"), ["船来了。", "我去收绳。", "走吧。", "好。"]),
        (SubtitleChoice(said="second"), ["The ferry is here.", "I'll get the rope.", "Let's go.", "好。"]),
        (SubtitleChoice(voice="en"), ["The ferry is here.", "I'll get the rope.", "Let's go.", "好。"]),
        (SubtitleChoice(said="first", voice="en"), ["船来了。", "我去收绳。", "走吧。", "好。"]),
        (
            SubtitleChoice(said="both"),
            ["船来了。The ferry is here.", "我去收绳。I'll get the rope.", "走吧。Let's go.", "好。"],
        ),
    ],
)
def test_of_two_languages_one_is_said_by_choice(choice: SubtitleChoice | None, words: list[str]) -> None:
    book = read("a.srt", TWO, choice)
    assert said(book) == words
    assert ("two languages" in told(book)) == (choice is None or choice.said != "both")


def test_two_languages_are_found_in_cues_of_the_same_times_and_in_styles() -> None:
    text = "\n".join(
        f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{line}\n"
        for number, lines in enumerate((("你好吗。", "How are you."), ("走吧。", "Let us go.")), 1)
        for line in lines
    )
    assert said(read("a.srt", text)) == ["你好吗。", "走吧。"]
    events = [
        ("1.00", "2.00", "中文", "船来了。"), ("1.00", "2.00", "Eng", "The ferry."), ("3.00", "4.00", "中文", "走。"),
        ("3.00", "4.00", "Eng", "Let us go."),
    ]  # fmt: skip
    lines = [f"0,0:00:0{begin},0:00:0{end},{style},,0,0,0,,{line}" for begin, end, style, line in events]
    assert said(read("a.ass", ass(*lines))) == ["船来了。", "走。"]
    one = read("a.ass", ass("0,0:00:01.00,0:00:02.00,Default,,0,0,0,,走吧。\\N{\\fs14}Let us go now."))
    assert said(one) == ["走吧。"]


def test_a_word_of_another_language_is_no_second_language() -> None:
    assert said(read("a.srt", srt("我喜欢\nPython", "船来了。", "OK", "走吧。"))) == [
        "我喜欢Python",
        "船来了。",
        "OK",
        "走吧。",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "字幕组：渡口字幕组",
        "本字幕由渡口字幕组制作",
        "翻译：小雨 校对：阿明",
        "Subtitles by FerryFan",
        "Synced and corrected by rope",
        "www.OpenSubtitles.org",
        "Advertise your product or brand here\ncontact www.OpenSubtitles.org today",
        "www.example.com",
        "仅供学习交流，请于24小时内删除",
        "Captioned by the National Captioning Institute",
        "字幕志愿者 李宗盛",
        "未经著作权人许可，不得翻唱、翻录或使用",
        "【未经授权 禁止转载】",
        "翻译：小雨\n时间轴：阿明",
        "Transcribed by https://example.ai",
        "Support us and become VIP member\nto remove all ads from www.OpenSubtitles.org",
    ],
)
def test_credits_of_the_makers_are_not_said_and_named(line: str) -> None:
    book = read("a.srt", srt(line, "船来了。", "走吧。"))
    assert said(book) == ["船来了。", "走吧。"] and "Credits and advertisements" in told(book)
    assert line.split("\n")[0][:12] in told(book)


def test_what_only_sounds_like_credits_is_said() -> None:
    lines = ["我看不懂字幕。", "Read the subtitles.", "翻译说他不来。", "The book was translated into English."]
    lines += ["未经许可，他不得离开。", "未经他同意，请勿进屋。"]
    lines += ["翻译：他说不去。", "翻译：他说没空。"]  # a person
    assert [one.removeprefix("翻译：") for one in said(read("a.srt", srt(*lines)))] == [
        one.removeprefix("翻译：") for one in lines
    ]


def ass(*events: str, head: str = "") -> str:
    fields = head or "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
    styles = "[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n"
    lines = "".join(f"Dialogue: {event}\n" for event in events)
    return f"[Script Info]\nTitle: 渡口\nScriptType: v4.00+\n\n{styles}[Events]\n{fields}\n{lines}"


@pytest.mark.parametrize(
    "event",
    [
        "0,0:00:05.00,0:00:06.00,Default,,0,0,0,Banner;20,滚动的字",
        "0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\k20}河{\\k30}上{\\kf40}起{\\K10}雾",
        "0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}",
        "0,0:00:05.00,0:00:06.00,Sign,,0,0,0,,{\\pos(10,20)}渡口杂货店",
        "0,0:00:05.00,0:00:06.00,屏幕字,,0,0,0,,渡口杂货店",
        "0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\pos(10,20)\\t(0,500,\\fscx120)}渡口杂货店",
        "0,0:00:05.00,0:00:06.00,ED-JP,,0,0,0,karaoke,河上起雾",
        "0,0:00:05.00,0:00:06.00,OPCN,,0,0,0,,河上起雾",
        "0,0:00:01.02,0:00:02.02,Default,,0,0,0,,{\\bord3\\blur5}船来了。",
        "1,0:00:01.00,0:00:02.00,Shadow,,0,0,0,,船来了。",
    ],
)  # fmt: skip
def test_effects_signs_songs_drawings_and_layers_of_ass_are_not_said(event: str) -> None:
    usual = [
        f"0,0:00:0{at}.00,0:00:0{at + 1}.00,Default,,0,0,0,,{text}" for at, text in ((1, "船来了。"), (3, "走吧。"))
    ]
    book = read("a.ass", ass(*usual, event))
    assert said(book) == ["船来了。", "走吧。"] and book.title == "渡口"


def test_comments_names_and_the_order_of_the_fields_of_ass() -> None:
    text = ass(
        "0:00:01.00,0:00:02.00,老杜,{\\an8}船来了，{别忘了}走\\N吧。", "0:00:03.00,0:00:04.00,NTP,好，走。",
        head="Format: Start, End, Name, Text",
    )  # fmt: skip
    text += "Comment: 0:00:05.00,0:00:06.00,,不说的一句。\n"
    book = read("a.ass", text)
    assert rows(book) == [(1.0, 2.0, "船来了，走吧。"), (3.0, 4.0, "好，走。")]
    assert cast(book) == [("老杜", "船来了，走吧。")] and "不说的一句。" in told(book)


def test_a_damaged_event_of_ass_is_named_and_the_others_are_read() -> None:
    good = "0,0:00:01.00,0:00:02.00,Default,,0,0,0,,船来了。"
    book = read("a.ass", ass("0,0:00:0x.00,0:00:02.00,Default,,0,0,0,,坏的一句。", good, "0,0:00:01.00"))
    assert said(book) == ["船来了。"] and "1 “坏的一句。”" in told(book)
    assert said(read("a.ssa", ass(good).replace("v4.00+", "v4.00").replace("Layer", "Marked"))) == ["船来了。"]
    late = read("a.ass", ass("0,100:00:01.00,100:00:02.00,Default,,0,0,0,,船来了。"))
    assert rows(late) == [(1.0, 2.0, "船来了。")]


def test_a_film_whose_lines_are_all_placed_by_hand_is_said() -> None:
    lines = [f"0,0:00:0{at}.00,0:00:0{at}.90,Default,,0,0,0,,{{\\pos(960,1000)}}第{at}句话。" for at in range(1, 5)]
    book = read("a.ass", ass(*lines))
    assert said(book) == ["第1句话。", "第2句话。", "第3句话。", "第4句话。"] and told(book) == ""


def test_a_film_whose_only_style_sounds_like_a_sign_is_said() -> None:
    lines = [f"0,0:00:0{at}.00,0:00:0{at + 1}.00,Title,,0,0,0,,第{at}句。" for at in range(1, 5)]
    assert said(read("a.ass", ass(*lines))) == ["第1句。", "第2句。", "第3句。", "第4句。"]


# ------------------------------------------------------------------ kinds that were taken for text


def test_lyrics_with_an_offset_several_times_and_times_of_words() -> None:
    text = (
        "[ti:渡口]\n[ar:某人]\n[al:江]\n[by:editor]\n[offset:500]\n[length:03:00]\n"
        "[00:01.50][00:21.50]<00:01.50>船<00:01.80>来了\n[00:04.50]走吧\n[00:06.50]\n[00:30]好\n"
    )
    book = read("a.lrc", text)
    assert (book.title, book.author, book.metadata["series"]) == ("渡口", "某人", "江")
    assert [(begin, text) for begin, _, text in rows(book)] == [
        (1.0, "船来了"), (4.0, "走吧"), (21.0, "船来了"), (29.5, "好"),
    ]  # fmt: skip
    assert rows(book)[1][1] == 6.0  # the empty line ends it
    assert rows(read("渡口.txt", text)) == rows(book)  # whatever its name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[00:00.00]作词 : 某人\n[00:01.00]作曲 : 别人\n[00:05.00]船来了\n[00:08.00]走吧\n", ["船来了", "走吧"]),
        ("[00:01.00]船来了\n[00:01.00]The ferry is here\n[00:04.00]走吧\n[00:04.00]Let us go\n", ["船来了", "走吧"]),
        ("[00:04.00]走吧\n[00:01.00]船来了\n", ["船来了", "走吧"]),
        ("[00:01:00]船来了\n[00:04:00]走吧\n", ["船来了", "走吧"]),
        ("\ufeff[ti:x]\r\n[00:01.000]船来了\r\n\r\n[00:04.000]走吧\r\n", ["船来了", "走吧"]),
    ],
)
def test_lyrics_of_other_forms(text: str, words: list[str]) -> None:
    book = read("a.lrc", text)
    assert said(book) == words and [begin for begin, _, _ in rows(book)] in ([1.0, 4.0], [5.0, 8.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{1}{1}25.000\n{25}{75}船来了。\n{100}{150}{y:i}走|吧。\n", [(1.0, 3.0), (4.0, 6.0)]),
        ("{0}{0}25\n{25}{75}船来了。\n{100}{150}走|吧。\n", [(1.0, 3.0), (4.0, 6.0)]),
        ("{24}{72}船来了。\n{96}{144}/走|/吧。\n", [(1.001, 3.003), (4.004, 6.006)]),
        ("[10][30]船来了。\n[40][60]/走|吧。\n", [(1.0, 3.0), (4.0, 6.0)]),
        (
            "{1}{1}25.000\r\n{DEFAULT}{}{C:$00FFFF}\r\n{ 25 }{ 75 }{C:$0000FF}船来了。\r\n{100}{150}走吧。\r\n",
            [(1.0, 3.0), (4.0, 6.0)],
        ),
    ],
)
def test_subtitles_that_count_frames_or_tenths(text: str, expected: list[tuple[float, float]]) -> None:
    book = read("a.sub", text)
    assert [(begin, end) for begin, end, _ in rows(book)] == expected
    assert said(book) == ["船来了。", "走吧。"]
    assert ("23.976 were assumed" in told(book)) == text.startswith("{24}")
    assert rows(read("a.txt", text)) == rows(book)


TT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml"'
    ' xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'
    ' xmlns:tts="http://www.w3.org/ns/ttml#styling" %s xml:lang="zh">'
    '<head><metadata><ttm:title>渡口</ttm:title><ttm:agent type="person" xml:id="p1"><ttm:name type="full">老杜'
    "</ttm:name></ttm:agent></metadata><styling/></head><body>%s</body></tt>"
)


@pytest.mark.parametrize(
    ("parameters", "paragraphs"),
    [
        (
            "",
            ('begin="00:00:01.000" end="00:00:03.000">船来了。', 'begin="00:00:04.000" end="00:00:06.000">走<br/>吧。'),
        ),
        ("", ('begin="1s" dur="2s">船来了。', 'begin="4000ms" end="0.1m"><span tts:color="red">走</span>吧。')),
        (
            'ttp:frameRate="25"',
            ('begin="00:00:01:00" end="00:00:03:00">船来了。', 'begin="100f" end="150f">走吧。'),
        ),
        (
            'ttp:tickRate="10000000"',
            ('begin="10000000t" end="30000000t">船来了。', 'begin="40000000t" end="60000000t">走吧。'),
        ),
        ("later", ('begin="0s" end="2s">船来了。', 'begin="3s" end="5s">走吧。')),
        (
            "",
            (
                '><span begin="1s" end="2s">船</span><span begin="2s" end="3s">来了。</span>',
                'begin="4s" end="6s">走吧。',
            ),
        ),
        ("absolute", ('begin="1s" end="3s">船来了。', 'begin="4s" end="6s">走吧。')),
        ("seq", ('begin="1s" dur="2s">船来了。', 'begin="1s" dur="2s">走吧。')),
        (
            "",
            (
                'begin="1s" end="3s">船来了。',
                'ttm:role="music" begin="3s" end="4s">河上起雾',
                'begin="4s" end="6s">走吧。',
            ),
        ),
    ],
)
@pytest.mark.parametrize("name", ["a.ttml", "a.dfxp", "a.xml"])
def test_timed_text_is_read(name: str, parameters: str, paragraphs: tuple[str, ...]) -> None:
    around = {"later": 'begin="1s"', "absolute": 'begin="0.9s" end="1.9s"', "seq": 'timeContainer="seq"'}.get(
        parameters, ""
    )
    body = f"<div {around}>{''.join(f'<p {one}</p>' for one in paragraphs)}</div>"
    book = read(name, TT % ("" if around else parameters, body))
    assert rows(book) == [(1.0, 3.0, "船来了。"), (4.0, 6.0, "走吧。")] and book.title == "渡口"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '<transcript><text start="1.5" dur="2">It&amp;#39;s late</text>'
            '<text start="4" dur="1.25">走吧\n&amp;amp;再见</text></transcript>',
            [(1.5, 3.5, "It's late"), (4.0, 5.25, "走吧 &再见")],
        ),
        (  # what is recognised stands in sight while the next line is said, and an empty line pushes it up
            '<timedtext format="3"><head><ws id="0"/></head><body><w t="0" id="1"/><p t="1000" d="5000" w="1"><s>船</s>'
            '<s t="300">来了</s></p><p t="3000" d="10" a="1">\n</p><p t="3100" d="2000">走吧</p></body></timedtext>',
            [(1.0, 3.1, "船来了"), (3.1, 5.1, "走吧")],
        ),
        ('<timedtext><body><p t="0" d="900">Hi</p></body></timedtext>', [(0.0, 0.9, "Hi")]),
    ],
)
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="utf-8" ?>'])
@pytest.mark.parametrize("name", ["a.xml", "timedtext"])
def test_youtubes_own_subtitles_are_read(name: str, head: str, text: str, expected: list[Row]) -> None:
    assert rows(read(name, head + text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        '<transcript><text start="0.5" dur="2.6">It&amp;#39;s a<br/>boat</text><text start="2.9" dur="1.5">Go!</text>'
        '<text start="5">[Music]</text><text start="x">Bad.</text></transcript>',
        '<timedtext format="3"><head><ws id="0"/></head><body><w t="0" id="1"/><p t="500" d="2600"><s>It&#39;s a</s>'
        '<s t="300"> boat</s></p><p t="2600" d="10" a="1">\n</p><p t="2900" d="1500">Go!</p><p t="5000">[Music]</p>'
        "<p>Bad.</p></body></timedtext>",
    ],
)
@pytest.mark.parametrize("name", ["a.xml", "a.srv3"])
def test_the_subtitles_of_youtube_are_read(name: str, text: str) -> None:
    book = read(name, f'<?xml version="1.0" encoding="utf-8" ?>{text}')
    assert rows(book) == [(0.5, 2.9, "It's a boat"), (2.9, 4.4, "Go!")]
    assert "[Music]" in told(book) and "Bad." in told(book)


def test_speakers_and_damaged_times_of_timed_text() -> None:
    body = (
        '<div><p ttm:agent="p1" begin="1s" end="2s">船来了。</p><p begin="x" end="4s">坏的一句。</p>'
        '<p begin="5s" end="6s">走<span tts:ruby="container"><span tts:ruby="base">吧</span>'
        '<span tts:ruby="text">ba</span></span>。</p></div>'
    )
    book = read("a.ttml", TT % ("", body))
    assert said(book) == ["船来了。", "走吧。"] and cast(book) == [("老杜", "船来了。")]
    assert "times cannot be read" in told(book) and "坏的一句。" in told(book)


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.tex", "% a comment\n\\documentclass{article}\n\\begin{document}\nHello.\n\\end{document}\n", "TeX"),
        ("a.txt", "\\chapter{One}\nHello.\n", "TeX"),
        ("a.tex", "Hello, this is a part of a book.\n", "TeX"),
        ("a.rtf", "{\\rtf1\\ansi Hello.}", "RTF"),
        ("a.smi", "<SAMI>\n<BODY><SYNC Start=1000><P>Hello.</BODY></SAMI>", "SAMI"),
        ("a.idx", "# VobSub index file, v7\nsize: 720x576\n", "VobSub"),
        ("a.xml", '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "XML"),
        ("a.txt", '<?xml version="1.0"?>\n<!-- x -->\n<score-partwise><part/></score-partwise>', "score-partwise"),
        ("a.mht", "From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\n\nhello\n", "web page"),
    ],
)
def test_other_kinds_are_called_by_their_names(name: str, text: str, word: str) -> None:
    sentence = refused(name, text)
    assert sentence.startswith("book_kind") and word in sentence


def test_text_that_only_looks_a_little_like_another_kind_is_read_as_text() -> None:
    for text in (
        "[10:30] 老王说：船来了。\n[10:31] 好。\n",
        "从 10:30 到 11:45 有雾。\n船停开。\n",
        "{1} 第一条\n{2} 第二条\n",
        "PG-13 is a rating.\n",
    ):
        book = read("a.txt", text)
        assert not book.chapters[0].timed and book.chapters[0].text.replace("\n", "") == text.replace("\n", "")


# ------------------------------------------------------------------ as another program writes them


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3_000_000), st.integers(100, 9000), st.sampled_from(("船来了。", "Let's go.", "走，\n吧。"))
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda one: one[0] // 10,
    ),
    st.sampled_from(["srt", "vtt", "ass", "ssa", "ttml", "microdvd", "mpl2"]),
)
def test_what_another_program_writes_is_read_with_its_times(cues: list[tuple[int, int, str]], form: str) -> None:
    whole = [
        (begin // 100 * 100, length // 100 * 100, f"{at}。{text}") for at, (begin, length, text) in enumerate(cues)
    ]
    whole = sorted({begin: (begin, length, text) for begin, length, text in whole}.values())
    made = pysubs2.SSAFile()
    for begin, length, text in whole:
        made.append(pysubs2.SSAEvent(begin, begin + length, text=text.replace("\n", "\\N")))
    written = made.to_string(form, fps=25.0)
    ending = {"microdvd": "sub", "mpl2": "txt"}.get(form, form)
    expected = [(begin / 1000, (begin + length) / 1000, text.replace("\n", "")) for begin, length, text in whole]
    for (at_s, until_s, text), (begin_s, end_s, words) in zip(
        rows(read(f"a.{ending}", written)), expected, strict=True
    ):
        assert text == words and abs(at_s - begin_s) <= 0.041 and abs(until_s - end_s) <= 0.041


@pytest.mark.parametrize("name", ["Pell", "Bram", "Wren", "Marlow", "Imani", "Sorrel"])
def test_a_name_in_brackets_before_speech_is_who_speaks(name: str) -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\n[door creaks]\n\n2\n00:00:03,000 --> 00:00:05,000\n"
    text = f"{cues}[{name}] The fire is out.\n"
    (chapter,) = read_manuscript("a.srt", text.encode()).chapters
    assert chapter.text == "The fire is out." and [one.speaker for one in chapter.quotations] == [name]


@pytest.mark.parametrize("manner", ["Softly", "Laughing", "In French", "Spanish", "Scoffs", "Excited", "Inaudible"])
def test_a_manner_in_brackets_before_speech_is_nobody(manner: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\n[{manner}] The fire is out.\n\n2\n00:00:03,000 --> 00:00:05,000\nYes.\n"
    (chapter,) = read_manuscript("a.srt", text.encode()).chapters
    assert chapter.text == "The fire is out.\nYes." and chapter.quotations == ()


@pytest.mark.parametrize(
    "line",
    [
        "更多字幕请访问 www.river-subs.example",
        "欢迎关注公众号：江边字幕",
        "下载更多电影 riversubs.net",
        "Downloaded from www.river-subs.org",
        "More subtitles at riversubs.com",
        "交流群：123456789",
    ],
)
def test_what_a_site_says_of_itself_is_not_said(line: str) -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,500\n天气很好。\n\n2\n00:00:03,600 --> 00:00:04,900\n走吧。\n"
    text = f"{cues}\n3\n00:00:06,000 --> 00:00:08,000\n{line}\n"
    assert read_manuscript("a.srt", text.encode()).chapters[0].text == "天气很好。\n走吧。"


@pytest.mark.parametrize("form", ["{} {}", "{} | {}", "{}\n{}", "{} / {}", "{}  {}"])
def test_two_languages_of_a_cue_are_one_wherever_they_stand(form: str) -> None:
    pairs = [("你好吗？", "How are you?"), ("我很好。", "I am fine."), ("走吧。", "Let's go home.")]
    for turned in (False, True):
        cues = "".join(
            f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{form.format(*(pair[::-1] if turned else pair))}\n\n"
            for at, pair in enumerate(pairs, 1)
        )
        for said, language in (("zh", 0), ("en", 1)):
            (chapter,) = read_manuscript("a.srt", cues.encode(), subtitles=SubtitleChoice(voice=said)).chapters
            assert chapter.text.split("\n") == [pair[language] for pair in pairs]


def test_a_name_in_latin_letters_is_no_second_language() -> None:
    lines = ("我叫 Tom。", "他是 Anna Dunn。", "走吧。")
    cues = "".join(f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}\n\n" for at, line in enumerate(lines, 1))
    assert read_manuscript("a.srt", cues.encode()).chapters[0].text == "\n".join(lines)


@pytest.mark.parametrize("ending", ["\r\n", "\r\r\n", "\r", "\n"])
def test_lines_that_two_programs_have_ended_are_lines_once(ending: str) -> None:
    cues = (("01", "谁点的灯？\n"), ("04", ""), ("07", "没人。\n"))
    text = "\n".join(f"1\n00:00:{begin},000 --> 00:00:{begin},900\n{said}" for begin, said in cues)
    (chapter,) = read_manuscript("a.srt", text.replace("\n", ending).encode()).chapters
    assert (chapter.text, [cue.begin_s for cue in chapter.timed]) == ("谁点的灯？\n没人。", [1.0, 7.0])
