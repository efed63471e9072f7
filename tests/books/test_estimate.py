"""How long a book will last is known, about, before it is spoken."""

from __future__ import annotations

import pytest

from indextts.books.estimate import SPARE_BYTES, estimate, room
from indextts.books.model import Chapter

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


@pytest.mark.parametrize(("text", "measured_s"), [(ZH, 32.5), (EN, 26.2)])
def test_a_storys_length_is_told_within_a_tenth_of_what_the_embedded_voice_takes(text: str, measured_s: float) -> None:
    assert estimate([Chapter("", text)], speed=1.0, form="m4b").duration_s == pytest.approx(measured_s, rel=0.1)


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
