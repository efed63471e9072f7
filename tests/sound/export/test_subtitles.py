"""Subtitles say what was written when it is heard, in files that players read."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.server.schemas import SUBTITLE_TYPES
from indextts.sound.encode import encode
from indextts.sound.export.subtitles import MAX_WIDTH, SubtitleLine, Subtitles, SubtitleSentence, SubtitleWord, width
from tests.tiers import by_night

STORY = "2026年3月5日，天气转凉了。“清晨，老人推开窗！”他说\nIt cost $5.20. 重庆有12座桥吗？"
FRAME_S = 0.0125


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


def words_of(subtitles: Subtitles) -> list[SubtitleWord]:
    return [word for line in subtitles.lines for word in line.words]


def loud(speech: Speech, samples: npt.NDArray[np.float32] | None = None) -> npt.NDArray[np.bool_]:
    """Whether each 5 ms are above a thousandth of the loudest power."""
    sound = speech.samples if samples is None else samples
    hop = speech.sample_rate // 200
    power = np.square(sound[: sound.size // hop * hop].reshape(-1, hop)).mean(axis=1)
    heard: npt.NDArray[np.bool_] = power > power.max() * 1e-3
    return heard


# ---------------------------------------------------------------------- what is written


@pytest.mark.parametrize(
    "sentences",
    [
        ("He left.", '"We read every complaint," she said.', '"All of them."'),
        ('It\'s "ok" (he said).', '"Go!"', "She nodded."),
        ('他说:"走吧。"', '然后她喊："等等!"', "他停下。", '"好的。"'),
        ('("Really?")', "Yes.", "'Go,' she said.", "'Now.'", '"\'Tis true."'),
    ],
)
def test_a_straight_quote_stands_with_what_it_opens(tiny: Pipeline, sentences: tuple[str, ...]) -> None:
    written = ("" if sentences[0].startswith("他") else " ").join(sentences)
    assert [one.text for one in Subtitles.of(tiny.speak(SpeechRequest(written)).utterance).sentences] == [*sentences]


def test_it_stands_as_it_was_written(tiny: Pipeline) -> None:
    subtitles = Subtitles.of(tiny.speak(SpeechRequest(STORY)).utterance)
    assert [sentence.text for sentence in subtitles.sentences] == [
        "2026年3月5日，天气转凉了。", "“清晨，老人推开窗！”", "他说", "It cost $5.20.", "重庆有12座桥吗？",
    ]  # fmt: skip
    assert [word.text for word in words_of(subtitles)][:4] == ["2026", "年", "3", "月"]
    assert [word.text for word in subtitles.sentences[3].lines[0].words] == ["It", "cost", "$5.20"]


def test_a_number_cut_in_two_is_shown_once(tiny: Pipeline) -> None:
    text = "这是圆周率：" + "3.14159265358979323846264338327950288419716939937510" + "。"
    subtitles = Subtitles.of(tiny.speak(SpeechRequest(text)).utterance)
    assert "".join(line.text for line in subtitles.lines) == text


def test_before_it_was_spoken_there_are_none(tiny: Pipeline) -> None:
    assert Subtitles.of(tiny.analyse(SpeechRequest("你好。"))) == Subtitles(())


TEXTS = st.lists(
    st.sampled_from(
        ["今天天气很好", "，", "。", "“你好”", "（笑）", " ", "\n", "3/5/2026", "$5.20", "12%", "I don't know",
         "GPT-4", "!", "<b>", "&", "-->", "[x]", "！", "《红楼梦》", "13800138000", "～", "😀", "A1", "...", "e.g.",
         "1/2", "Dr. Wang"]
    ),
    min_size=1,
    max_size=14,
).map("".join)  # fmt: skip


@given(TEXTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_that_is_heard_is_shown_in_order_and_in_time(tiny: Pipeline, text: str) -> None:
    if not any(char.isalnum() for char in text.replace("<b>", "")):  # a tag is not read
        return
    speech = tiny.speak(SpeechRequest(text))
    subtitles = Subtitles.of(speech.utterance)
    written = "".join(text.split())
    shown = "".join("".join(line.text.split()) for line in subtitles.lines)
    assert shown in written or is_subsequence(shown, written)
    assert [line.text for line in subtitles.lines] == [
        "".join(word.shown for word in line.words) for line in subtitles.lines
    ]
    heard = [token for part in speech.utterance.segments for token in part.tokens if token.phones]
    for token in heard:
        covering = [
            word for word in words_of(subtitles)
            if word.start_s - 1e-3 <= (token.start_s or 0) and (token.end_s or 0) <= word.end_s + 1e-3
        ]  # fmt: skip
        assert covering, token
    at = 0.0
    for line in subtitles.lines:
        for word in line.words:
            assert at - 1e-3 <= word.start_s <= word.end_s <= speech.duration_s + 1e-3
            at = word.end_s
        assert (line.start_s, line.end_s) == (line.words[0].start_s, line.words[-1].end_s)
        assert width(line.text) <= MAX_WIDTH or len(line.words) == 1
    assert Subtitles.from_json(subtitles.to_json()) == subtitles
    for form in SUBTITLE_TYPES:
        subtitles.render(form, words=True)


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


def test_long_sentences_are_shown_in_lines_that_end_behind_marks(tiny: Pipeline) -> None:
    text = "清晨的阳光洒在安静的小镇上，老人推开木窗，看见门前的梧桐树又长出了新叶。"
    (sentence,) = Subtitles.of(tiny.speak(SpeechRequest(text)).utterance).sentences
    lines = [line.text for line in sentence.lines]
    assert "".join(lines) == text and all(len(line) <= 20 for line in lines)
    assert all(line[-1] in "，。" for line in lines)
    english = "The old fisherman walked slowly along the beach and looked for his lost boat before the sun went down."
    lines = [line.text for line in Subtitles.of(tiny.speak(SpeechRequest(english)).utterance).lines]
    assert " ".join(lines) == english and all(10 <= len(line) <= 42 for line in lines)


# ---------------------------------------------------------------------- files


def parsed(text: str, point: str) -> list[tuple[float, float, str]]:
    """Cues of SRT or VTT."""
    clock = rf"(\d\d):(\d\d):(\d\d)\{point}(\d\d\d)"
    found = re.findall(rf"^{clock} --> {clock}\n(.*)\n", text, re.MULTILINE)
    numbers = [[int(part) for part in cue[:8]] for cue in found]

    def seconds(h: int, m: int, s: int, ms: int) -> float:
        return 3600 * h + 60 * m + s + ms / 1000

    return [(seconds(*n[:4]), seconds(*n[4:]), cue[8]) for n, cue in zip(numbers, found, strict=True)]


lines = st.lists(
    st.tuples(st.floats(0, 5), st.floats(0, 5), st.text("好ab <&>-[]:!，", min_size=1, max_size=9)), max_size=6
)  # fmt: skip


@given(lines)
def test_files_read_back(cues: list[tuple[float, float, str]]) -> None:
    at, made = 3590.0, []
    for gap, length, text in cues:
        plain = " ".join(text.split()) or "x"
        begin, end = at + gap, at + gap + length
        word = SubtitleWord(plain, plain, begin, end)
        made.append(SubtitleLine(plain, begin, end, (word,)))
        at = end
    subtitles = Subtitles(tuple(SubtitleSentence(line.text, line.start_s, line.end_s, (line,)) for line in made))
    for form, point in (("srt", ","), ("vtt", ".")):
        back = parsed(subtitles.render(form), point)
        assert len(back) == len(made)
        for (begin, end, text), line in zip(back, made, strict=True):
            plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            assert plain == line.text and begin < end
            assert begin == pytest.approx(line.start_s, abs=0.01) and end == pytest.approx(line.end_s, abs=0.01)
        assert all(one[1] <= other[0] for one, other in pairwise(back))
    lrc = re.findall(r"^\[(\d+):(\d\d)\.(\d\d)\](.*)$", subtitles.render("lrc"), re.MULTILINE)
    assert [text.removeprefix(" ") for *_, text in lrc] == [line.text for line in made]
    assert [60 * int(m) + int(s) + int(c) / 100 for m, s, c, _ in lrc] == pytest.approx(
        [line.start_s for line in made], abs=0.0051
    )
    assert subtitles.render("vtt").startswith("WEBVTT\n\n") or not made


def test_words_have_their_times_where_asked() -> None:
    words = (
        SubtitleWord("a", "a ", 1.0, 1.5),
        SubtitleWord("很", "<很> ", 1.5, 2.25),
        SubtitleWord("b", "b & c", 2.25, 3.0),
    )
    subtitles = Subtitles((SubtitleSentence("x", 1.0, 3.0, (SubtitleLine("a <很> b & c", 1.0, 3.0, words),)),))
    assert "\na <00:00:01.500>&lt;很&gt; <00:00:02.250>b &amp; c\n" in subtitles.render("vtt", words=True)
    assert "\na &lt;很&gt; b &amp; c\n" in subtitles.render("vtt")
    assert subtitles.render("lrc", words=True) == "[00:01.00]<00:01.00>a <00:01.50><很> <00:02.25>b & c<00:03.00>\n"


# ---------------------------------------------------------------------- heard


def test_words_and_sentences_have_their_readings(tiny: Pipeline) -> None:
    text = "2026年，西安（古城）。\nHello, minute!"
    subtitles = Subtitles.of(tiny.speak(SpeechRequest(text)).utterance)
    assert [sentence.reading for sentence in subtitles.sentences] == [
        "èr líng èr liù nián, xī'ān (gǔchéng).", "həˈloʊ, ˈmɪnət!",
    ]  # fmt: skip
    assert [(word.text, word.reading) for word in words_of(subtitles)] == [
        ("2026", "èr líng èr liù"), ("年", "nián"), ("西安", "xī'ān"), ("古城", "gǔchéng"), ("Hello", "həˈloʊ"),
        ("minute", "ˈmɪnət"),
    ]  # fmt: skip
    assert Subtitles.from_json(subtitles.to_json()) == subtitles
    before = subtitles.to_json().replace(', "reading": "nián"', "")
    assert Subtitles.from_json(before).sentences[0].lines[0].words[1].reading == "", "of files that had none"


@pytest.mark.parametrize(
    "how",
    by_night(
        [Settings(), Settings(pitch=9.0), Settings(pitch=-9.0), Settings(speed=1.6), Settings(speed=0.7, emotion="sad")]
    ),
    ids=lambda s: f"pitch {s.pitch:g} speed {s.speed:g}",
)
def test_sentences_begin_and_end_with_the_sound(pipeline: Pipeline, how: Settings) -> None:
    speech = pipeline.speak(SpeechRequest("大家好。我们从北京到上海，一共走了三天！Good morning. 他们都到家了。", how))
    heard = loud(speech)
    for sentence in Subtitles.of(speech.utterance).sentences:
        begin, end = round(sentence.start_s * 200), round(sentence.end_s * 200)
        around = np.flatnonzero(heard[max(0, begin - 40) : end + 40]) + max(0, begin - 40)
        assert abs(around[0] - begin) * 0.005 <= 0.08, "the first word begins where the sound does"
        assert abs(around[-1] - end) * 0.005 <= 0.12, "and the last one ends where it ends"


def test_pauses_lie_between_words_to_the_frame(pipeline: Pipeline) -> None:
    """A long break inside a sentence is silence: it must lie where the word before it ends."""
    plan = pipeline.analyse(SpeechRequest("我们明天去公园散步吧。"))
    plan.segments[0].tokens[3].break_after = 3
    plan.segments[0].tokens[3].break_source = "user"
    speech = pipeline.collect(pipeline.accept(plan), Run())
    words = words_of(Subtitles.of(speech.utterance))
    (after,) = [word for word in words if word.start_s == pytest.approx(plan.segments[0].tokens[4].start_s, abs=1e-3)]
    near = round(after.start_s * 200)
    silent = ~loud(speech)[near - 60 : near + 20]
    end = near - 60 + int(np.flatnonzero(silent)[-1]) + 1
    assert silent.sum() >= 20 and end * 0.005 == pytest.approx(after.start_s, abs=0.05)


def test_a_word_moves_with_the_pause_before_it(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest("大家好。今天很冷。"))
    plan.segments[0].pause_after_s = 0.5
    first = pipeline.collect(pipeline.accept(Utterance.from_json(plan.to_json())), Run())
    plan.segments[0].pause_after_s = 1.75
    second = pipeline.collect(pipeline.accept(plan), Run())
    before, after = (words_of(Subtitles.of(speech.utterance)) for speech in (first, second))
    moved = [b.start_s - a.start_s for a, b in zip(before, after, strict=True)]
    cold = [word.text for word in before].index("今天")
    assert moved[:cold] == [0.0] * cold and moved[cold:] == pytest.approx([1.25] * len(moved[cold:]), abs=1e-3)
    begin = round(after[cold].start_s * 200)
    assert not loud(second)[begin - 100 : begin - 10].any() and loud(second)[begin : begin + 20].any()


@pytest.mark.parametrize("audio_format", ["wav", "flac", "mp3", "opus"])
def test_encoded_sound_is_where_the_samples_were(tiny: Pipeline, audio_format: str) -> None:
    rate, at = 24000, (12000, 31000, 55000)
    samples = np.zeros(3 * rate, np.float32)
    noise = np.random.default_rng(0).standard_normal(2400).astype(np.float32) * np.hanning(2400).astype(np.float32)
    for begin in at:
        samples[begin : begin + 2400] = 0.2 * noise
    back, new_rate = soundfile.read(io.BytesIO(encode(samples, rate, audio_format)), dtype="float32")
    size = 1 << 18
    back = back[:: new_rate // rate] if new_rate != rate else back
    spectrum = np.fft.rfft(back, size) * np.conj(np.fft.rfft(samples, size))
    lag = int(np.argmax(np.fft.irfft(spectrum, size)))
    lag = lag - size if lag > size // 2 else lag
    assert abs(lag) / rate <= FRAME_S / 2


def test_a_sentence_of_which_only_begin_and_end_are_known_is_shown_in_lines() -> None:
    long = "他说：“今天天气很好，我们一起去公园散步吧。”然后他拿起帽子，慢慢地走出了门，再也没有回来。"
    english = "It was the best of times, it was the worst of times; it was the age of wisdom, the age of foolishness."
    subtitles = Subtitles.timed([(1.0, 9.0, long), (9.5, 15.0, english), (15.0, 16.0, "  "), (16.0, 17.0, "(")])
    assert [sentence.text for sentence in subtitles.sentences] == [long, english, "("]
    for sentence in subtitles.sentences:
        assert sentence.lines[0].start_s == sentence.start_s
        assert sentence.lines[-1].end_s == pytest.approx(sentence.end_s)
        assert all(width(line.text) <= MAX_WIDTH for line in sentence.lines)
        joined = ("" if sentence.text == long else " ").join(line.text for line in sentence.lines)
        assert joined == sentence.text
    assert len(subtitles.sentences[0].lines) == 3
    assert all(line.text[-1] in "，。”,;." for sentence in subtitles.sentences[:2] for line in sentence.lines)
    assert "00:00:01,000 --> " in subtitles.render("srt")
