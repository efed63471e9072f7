"""What the pipeline itself plans can be spoken as it is, whatever the text: nothing in it passes for an edit."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.check import check_plan, settle
from indextts.plan.edits import edit_from
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from tests.tiers import by_night

DATA = Path(__file__).parent.parent / "data"
FIRST = [DATA / f"{name}.tsv" for name in ("normalise_zh", "normalise_en", "normalise_mixed", "surface_fresh")]
SETS = [*FIRST, *sorted({*DATA.glob("normalise*.tsv"), DATA / "polyphones.tsv"} - {*FIRST})]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    from tests.support.tiny_voice import make_tiny_voice

    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return Pipeline(config, load(config))


def accepted(pipeline: Pipeline, text: str, prosody: str = "rules") -> None:
    try:
        plan = pipeline.analyse(SpeechRequest(text, Settings(prosody=prosody)))
    except StudioError as error:
        assert error.code in ("text_empty", "text_unspeakable", "bad_markup", "bad_reading"), text
        return
    before = copy.deepcopy(plan)
    check_plan(plan, voices=["baker"], max_chars=10_000)
    settle(plan)
    assert plan == before, text
    assert Utterance.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("path", by_night(SETS, first=4), ids=lambda path: path.stem)
def test_plans_of_all_kinds_of_text(pipeline: Pipeline, path: Path) -> None:
    column = 1 if path.stem.startswith("normalise") else 0
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line]
    assert len(rows) > 20
    for start in range(0, len(rows), 8):
        accepted(pipeline, "\n".join(row[column] for row in rows[start : start + 8]))


@pytest.mark.parametrize(
    "text",
    ["b" * 3000, "9" * 2000, "½" * 500, "@#$%" * 100, "slово" * 300, "http://www." + "x" * 300 + ".com/", "W" * 80,
     "a1" * 500, "<重|chong2>新<sub alias='世界卫生组织'>WHO</sub>[pause 2s]好",
     "Dr. 王 vs. Mr. 李 No. 5 $5.20 ¥12 3/5/2026"],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_plans_of_strange_texts(pipeline: Pipeline, text: str) -> None:
    accepted(pipeline, text)


@given(st.text(max_size=80))
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_plans_of_any_text(pipeline: Pipeline, text: str) -> None:
    if "\0" not in text:
        accepted(pipeline, text)


def paused(pipeline: Pipeline, pauses: list[float], before: float = 0.0) -> Utterance:
    plan = pipeline.analyse(SpeechRequest("好。" * len(pauses), Settings(prosody="rules")))
    assert len(plan.segments) == len(pauses)
    plan.pause_before_s = before
    for segment, pause in zip(plan.segments, pauses, strict=True):
        segment.pause_after_s = pause
    return plan


def test_all_pauses_of_a_plan_together_last_twenty_minutes_at_most(pipeline: Pipeline) -> None:
    check_plan(paused(pipeline, [60.0] * 20 + [0.0]), voices=["baker"], max_chars=10_000)
    for plan, place in (
        (paused(pipeline, [60.0] * 20 + [0.5]), 20),
        (paused(pipeline, [60.0] * 20, before=0.5), 19),
    ):
        with pytest.raises(StudioError) as caught:
            check_plan(plan, voices=["baker"], max_chars=10_000)
        said = caught.value.localise("en")[0]
        assert caught.value.code == "bad_plan"
        assert f"segments[{place}].pause_after_s" in said and "1200 s" in said


def test_a_segment_has_an_emotion_of_its_own_and_not_the_choice_of_one(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest("今天很高兴。明天再说。"))
    event = {"action": "emotion", "segment": 1, "value": "auto", "intensity": 0.9}
    with pytest.raises(StudioError) as edited:
        edit_from(event, plan)
    plan.segments[1].emotion = "auto"
    with pytest.raises(StudioError) as sent:
        pipeline.accept(plan)
    for caught in (edited, sent):
        told = " ".join(caught.value.localise("en"))
        assert "“auto”" in told and "neutral" in told and "neutral, auto" not in told
