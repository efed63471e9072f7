"""How long a book will last is known, about, before it is spoken."""

from __future__ import annotations

import pytest

from indextts.books.estimate import HANZI_S, LETTER_S, SPARE_BYTES, estimate, length_s, room
from indextts.books.model import Chapter
from indextts.engines.embedded.engine import load
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from tests.tiers import by_night

ZH = (
    "天黑了，老人走出门。风很大，街上一个人也没有，只有远处的灯还亮着。他慢慢地往前走，心里想着那件事。\n"
    "“你怎么来了？”小明问。“我来看看你。”老人说，“你父亲好吗？”小明摇了摇头，没有回答。\n"
    "第二天早上，太阳出来了，院子里的花都开了。孩子们在河边跑来跑去，笑声传得很远。谁也没有再提起昨天晚上的事情。\n"
)
EN = (
    "It was dark when the old man left the house. The wind was strong, and there was nobody in the street; only a "
    "light was still burning far away. He walked slowly, thinking of what had happened.\n“Why have you come?” "
    "asked the boy. “To see you,” said the old man. “How is your father?” The boy shook his head and did not answer.\n"
)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


@pytest.mark.parametrize("text", by_night([EN, ZH]), ids=["en", "zh"])
def test_a_storys_length_is_told_within_a_tenth_of_what_the_embedded_voice_takes(text: str, pipeline: Pipeline) -> None:
    takes_s = pipeline.speak(SpeechRequest(text, literal=True)).duration_s
    assert estimate([Chapter("", text)], speed=1.0, form="m4b").duration_s == pytest.approx(takes_s, rel=0.1)


def test_marks_of_a_chinese_text_are_in_the_time_of_its_characters_up_to_one_for_four() -> None:
    assert length_s("他来了吗" * 10 + "，" * 10) == length_s("他来了吗" * 10)
    assert length_s("他来了吗" * 10 + "，" * 11) == pytest.approx(length_s("他来了吗" * 10) + LETTER_S)
    assert length_s("He came.") == pytest.approx(8 * LETTER_S)


def test_only_chapters_that_are_on_count_and_speed_and_format_do() -> None:
    chapters = [Chapter("", ZH), Chapter("", EN, on=False)]
    plain, fast = (estimate(chapters, speed=speed, form="wav") for speed in (1.0, 2.0))
    assert (plain.characters, plain.chapters) == (len(ZH), 1)
    assert fast.duration_s == pytest.approx(plain.duration_s / 2)
    assert plain.file_bytes == pytest.approx(48_000 * plain.duration_s, abs=1)
    assert estimate(chapters, speed=1.0, form="opus").file_bytes < plain.sound_bytes < plain.file_bytes


def test_the_room_for_what_is_left_and_for_the_file_is_that_of_the_estimate() -> None:
    about = estimate([Chapter("", ZH)], speed=1.0, form="flac")
    needed = room(about.duration_s, about.duration_s, "flac") - SPARE_BYTES
    assert needed == pytest.approx(about.sound_bytes + about.file_bytes, abs=2)
    assert room(0.0, 3600.0, "m4b") - SPARE_BYTES > 2 * 3600 * 8_000  # coded once, and put together beside that


@pytest.mark.parametrize(
    ("form", "second", "twice"),
    [("m4b", 8_500, 2), ("m4a", 8_500, 2), ("mp3", 12_500, 1), ("opus", 6_500, 1), ("flac", 27_000, 1),
     ("wav", 48_000, 1), ("zip", 48_000, 1), ("epub", 12_500, 1)],
)  # fmt: skip
def test_each_format_has_its_size_and_some_lie_there_twice(form: str, second: int, twice: int) -> None:
    about = estimate([Chapter("一二", "天" * 100)], speed=2.0, form=form)
    assert about.duration_s == pytest.approx(102 * HANZI_S / 2)
    assert (about.sound_bytes, about.file_bytes) == (round(about.duration_s * 27_000), round(about.duration_s * second))
    assert room(10.0, 100.0, form) == 10 * 27_000 + twice * 100 * second + 64 * 2**20
    assert (HANZI_S, LETTER_S) == (0.27, 0.08)


def test_chapters_that_are_on_are_counted_with_their_titles_in_the_time_alone() -> None:
    about = estimate([Chapter("一", "天" * 9), Chapter("二", ""), Chapter("三", "地", on=False)], speed=1.0, form="wav")
    assert (about.characters, about.chapters) == (9, 2) and about.duration_s == pytest.approx(11 * HANZI_S)
