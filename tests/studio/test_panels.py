from __future__ import annotations

import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from indextts.engines.base import Voice
from indextts.model.i18n.messages import Bilingual, Language
from indextts.model.settings import SETTINGS
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import SpeechRequest
from indextts.studio import panels
from indextts.studio.tabs.speak.takes import ShownTake
from indextts.works.db.model import Job


def make_take(text: str = "你好", *, settings: Settings = Settings(emotion="happy"), **changes: Any) -> ShownTake:
    """One with a request but without a plan."""
    job = Job(
        id=secrets.token_urlsafe(16), owner="local", kind="speech", title=text, project=None, state="done",
        segments_done=1, segments_total=1, duration_s=2.0, sample_rate=24_000, engine="embedded", reason=None,
        error=None, favourite=False, kept=False, created=1.0, started=1.0, updated=2.0, live=True, before=None,
        format="wav", stages=(("normalise", 0.003), ("acoustic", 0.1), ("vocoder", 0.2)), work_s=0.4,
    )  # fmt: skip
    works: Any = SimpleNamespace(
        jobs=SimpleNamespace(request=lambda *_: SpeechRequest(text, settings), plan=lambda *_: Utterance(text))
    )
    return ShownTake(replace(job, **changes), works)


def test_the_list_tells_apart_what_was_edited_and_what_is_a_book() -> None:
    rows = panels.takes_list(
        [make_take(before="x"), make_take(), make_take(kind="book", duration_s=714.1)], "en"
    ).split('<li class="take"')[1:]
    assert ["edited" in row for row in rows] == [True, False, False]
    assert "audiobook" in rows[2] and "11 min 54 s" in rows[2] and "2.0 s" in rows[0]


def test_subtitles_that_were_spoken_are_a_dub() -> None:
    take = make_take(kind="book", dub=True)
    assert "dubbing" in panels.takes_list([take], "en") and "audiobook" not in panels.takes_list([take], "en")
    assert "配音" in panels.takes_list([take], "zh")


def test_what_came_from_memory_is_told() -> None:
    kept = make_take(cached=3)
    assert "3 句取自缓存" in panels.timings(kept, "zh") and "from cache: 3" in panels.timings(kept, "en")
    assert "memory" not in panels.timings(make_take(), "en")


def test_timings_show_every_stage_the_sum_the_factor_and_the_engine() -> None:
    shown = panels.timings(make_take(), "en")
    for text in ("Text", "3.0 ms", "100 ms", "200 ms", "Total", "303 ms", "0.152", "Fast engine", "10 s of speech"):
        assert text in shown
    assert shown.startswith("<details") and "<details open" not in shown, "they are for those who ask"
    fallen = panels.timings(make_take(reason=Bilingual("<b>why</b>", "<b>为何</b>")), "en")
    assert "Fell back" in fallen and "&lt;b&gt;why" in fallen


def test_takes_are_listed_newest_first_with_buttons_that_name_themselves() -> None:
    first, second = make_take("<i>一</i>"), make_take("二" * 200)
    shown = panels.takes_list([first, second], "en", shown=second.id)
    assert shown.index(first.id) < shown.index(second.id)
    assert "<i>" not in shown and "二" * 79 + "…" in shown and "二" * 80 not in shown
    assert shown.count('aria-current="true"') == 1 and shown.count('aria-label="Play again"') == 2
    assert "<ol" not in panels.takes_list([], "en") and "takes-place" in panels.takes_list([], "en")


def test_a_take_that_was_cut_says_how_much_of_it_there_is() -> None:
    cut = make_take(state="cancelled", segments_done=26, segments_total=126)
    assert "26/126 段" in panels.takes_list([cut], "zh") and "26 of 126 parts" in panels.takes_list([cut], "en")
    assert "126" not in panels.takes_list([make_take(segments_done=126, segments_total=126)], "zh")


def test_older_takes_can_be_asked_for_where_there_are_any() -> None:
    assert 'data-action="more"' in panels.takes_list([make_take()], "en", more=True)
    assert 'data-action="more"' not in panels.takes_list([make_take()], "en")


def test_a_natural_voice_s_line_speaks_of_the_voice_and_names_the_switch_for_the_models() -> None:
    heart = Voice("af_heart", "Heart", "Heart", "kokoro", ("en", "zh"), "Apache-2.0")
    switch = SETTINGS["commercial"]
    told: dict[Language, tuple[str, ...]] = {
        "en": (switch.en, "Voice free", "models"),
        "zh": (switch.zh, "音色可商用", "模型"),
    }
    for language, words in told.items():
        short = panels.licence(heart, language).split("</summary>")[0]
        assert f"“{words[0]}”" in short and all(word in short for word in words)


def test_the_licence_stands_beside_the_voice() -> None:
    baker = Voice("baker", "B", "B", "embedded", ("zh", "en"), "whatever")
    assert "非商业" in panels.licence(baker, "zh") and "识别器" in panels.licence(baker, "zh")
    assert "99 of 100" in panels.licence(baker, "en")
    short = panels.licence(baker, "zh").split("</summary>")[0]
    assert "仅限非商业用途" in short and "标贝" not in short, "the rest is folded"
    other = Voice("x", "X", "X", "sambert", ("zh", "en"), "CC0 <1>")
    assert "CC0 &lt;1&gt;" in panels.licence(other, "en") and "recogniser" not in panels.licence(other, "en")


@pytest.mark.parametrize(
    ("emotion", "named"),
    [("happy", "高兴 ·"), ("sad:0.5", "悲伤 50% ·"), ("happy:0.6+surprised:0.3", "高兴 60% + 惊讶 30% ·")],
)
def test_a_take_names_its_emotion_or_its_mixture(emotion: str, named: str) -> None:
    take = make_take(settings=Settings(emotion=emotion))
    assert named in panels.takes_list([take], "zh")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(emotion_text="又惊<又>喜"), "“又惊&lt;又&gt;喜” ·"),
        (Settings(emotion_text="好" * 21), f"“{'好' * 19}…” ·"),
        (Settings(emotion_reference="a" * 64), "情感参考录音 ·"),
    ],
)
def test_a_take_names_where_else_its_emotion_came_from(settings: Settings, named: str) -> None:
    take = make_take(settings=settings)
    assert named in panels.takes_list([take], "zh")
