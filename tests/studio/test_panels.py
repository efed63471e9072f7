from __future__ import annotations

import secrets
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from indextts.model.i18n.messages import Bilingual
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
