from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from indextts.engines.base import Voice
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.request import SpeechRequest
from indextts.run import Progress
from indextts.studio import panels
from indextts.studio.tabs.speak.takes import PackedPlan, Take
from indextts.utterance.model import Settings, Utterance


def make_take(text: str = "你好", *, fallback: bool = False, cached: int = 0) -> Take:
    return Take(
        request=SpeechRequest(text, Settings(emotion="happy")),
        audio=Path("x.wav"),
        duration_s=2.0,
        elapsed_s=0.4,
        plan=PackedPlan(Utterance(text)),
        engine="embedded",
        fallback=fallback,
        reason=Bilingual("<b>why</b>", "<b>为何</b>") if fallback else Bilingual("", ""),
        stages=(("normalise", 0.003), ("acoustic", 0.1), ("vocoder", 0.2)),
        rtf=0.1515,
        cached=cached,
    )


@pytest.mark.parametrize(("language", "said"), [("zh", "排队已满"), ("en", "The queue is full")])
def test_errors_say_what_happened_and_what_to_do_in_the_readers_language(language: str, said: str) -> None:
    shown = panels.failure(StudioError("queue_full", waiting=5, retry_after_s=3), language)  # type: ignore[arg-type]
    assert said in shown and "3" in shown and 'role="alert"' in shown


@pytest.mark.parametrize(("language", "said"), [("zh", "未使用词典"), ("en", "without the dictionary")])
def test_what_went_wrong_beside_a_take_is_told_with_it(language: str, said: str) -> None:
    reason = Bilingual("<b>torn</b>", "<b>损坏</b>")
    take = replace(make_take(), warnings=(StudioError("without_dictionary", reason=reason),))
    shown = panels.done(take, language)  # type: ignore[arg-type]
    assert said in shown and "doctor" in shown and "<b>" not in shown
    assert said not in panels.done(make_take(), language)  # type: ignore[arg-type]


def test_errors_cannot_carry_markup() -> None:
    shown = panels.failure(StudioError("malformed", reason="<script>alert(1)</script>${x}"), "en")
    assert "<script>" not in shown and "${" not in shown


def test_progress_names_the_stage_and_the_segment() -> None:
    assert "声码器 · 第 3 / 8 段" in panels.progress(Progress("vocoder", 2, 8), "zh")
    assert "Vocoder · part 3 of 8" in panels.progress(Progress("vocoder", 2, 8), "en")
    assert "number 2 in the queue" in panels.progress(Progress("queue", 2, 4), "en")
    assert "Text…" in panels.progress(Progress("normalise", 0, 0), "en")
    assert "somewhere" in panels.progress(Progress("somewhere", 0, 0), "en")


def test_progress_never_runs_backwards_within_a_long_run() -> None:
    steps = [Progress("acoustic", done, 5) for done in range(6)]
    shares = [int(panels.progress(step, "en").partition('valuenow="')[2].partition('"')[0]) for step in steps]
    assert shares == sorted(shares) and shares[0] < shares[-1] <= 100


def test_what_came_from_memory_is_told_and_says_nothing_about_the_pace() -> None:
    kept = make_take(cached=3)
    assert "3 句取自缓存" in panels.timings(kept, "zh") and "from memory: 3" in panels.timings(kept, "en")
    assert "memory" not in panels.timings(make_take(), "en")
    assert 'data-elapsed="0.000"' in panels.result_head(kept, "en")
    assert 'data-elapsed="0.000"' not in panels.result_head(make_take(), "en")


def test_timings_show_every_stage_the_sum_the_factor_and_the_engine() -> None:
    shown = panels.timings(make_take(), "en")
    for text in ("Text", "3.0 ms", "100 ms", "200 ms", "Total", "303 ms", "0.151", "Fast engine", "10 s of speech"):
        assert text in shown
    assert shown.startswith("<details") and "<details open" not in shown, "they are for those who ask"
    fallen = panels.timings(make_take(fallback=True), "en")
    assert "Fell back" in fallen and "&lt;b&gt;why" in fallen


def test_takes_are_listed_newest_first_with_buttons_that_name_themselves() -> None:
    first, second = make_take("<i>一</i>"), make_take("二" * 200)
    shown = panels.takes_list([first, second], "en", shown=second.id)
    assert shown.index(first.id) < shown.index(second.id)
    assert "<i>" not in shown and "二" * 79 + "…" in shown and "二" * 80 not in shown
    assert shown.count('aria-current="true"') == 1 and shown.count('aria-label="Play again"') == 2
    assert panels.takes_list([], "en") == ""


def test_the_licence_stands_beside_the_voice() -> None:
    baker = Voice("baker", "B", "B", "embedded", ("zh", "en"), "whatever")
    assert "非商业" in panels.licence(baker, "zh") and "口音" in panels.licence(baker, "zh")
    assert "高质量引擎" in panels.licence(baker, "zh") and "high quality engine" in panels.licence(baker, "en")
    short = panels.licence(baker, "zh").split("</summary>")[0]
    assert "仅限非商业用途" in short and "标贝" not in short, "the rest is folded"
    other = Voice("x", "X", "X", "sambert", ("zh", "en"), "CC0 <1>")
    assert "CC0 &lt;1&gt;" in panels.licence(other, "en") and "accent" not in panels.licence(other, "en")


@pytest.mark.parametrize(
    ("emotion", "named"),
    [("happy", "高兴 ·"), ("sad:0.5", "悲伤 50% ·"), ("happy:0.6+surprised:0.3", "高兴 60% + 惊讶 30% ·")],
)
def test_a_take_names_its_emotion_or_its_mixture(emotion: str, named: str) -> None:
    take = make_take()
    take = replace(take, request=SpeechRequest("你好", Settings(emotion=emotion)))
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
    take = replace(make_take(), request=SpeechRequest("你好", settings))
    assert named in panels.takes_list([take], "zh")


def test_progress_moves_within_a_sentence_and_never_back() -> None:
    steps = [
        Progress(stage, done, 2, part)
        for done in (0, 1)
        for stage in ("acoustic", "vocoder")
        for part in (0.0, 0.5, 0.9)
    ]
    shown = [panels.progress(step, "en") for step in steps]
    shares = [int(re.findall(r'aria-valuenow="(\d+)"', text)[0]) for text in shown]
    assert shares == sorted(set(shares)) and shares[-1] < 100
    assert "part 2 of 2 · 90%" in shown[-1] and "%<" not in shown[0]
    assert "Acoustic… · 50%" in panels.progress(Progress("acoustic", 0, 1, 0.5), "en")
