"""What the editor draws of a plan."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Phone, Segment, Token, Utterance
from indextts.plan.editing import EditSession
from indextts.platform.config import PauseConfig
from indextts.studio.tabs.edit.view import contour_of, plan_view


def test_the_contour_is_in_semitones_where_the_voice_sings() -> None:
    phones = [Phone("m", 4, 2.0), Phone("a3", 6, 0.0), Phone("#0", 10, -1.0), Phone("#3", 9, 1.0)]
    points, mean = contour_of(Token("马", "hanzi", "zh", 0, 1, phones=phones))
    assert [height for _, height in points] == [0.0, -3.0] and mean == pytest.approx(-3 * 10 / 16, abs=0.01)
    assert all(0 < share < 1 for share, _ in points)
    assert contour_of(Token("马", "hanzi", "zh", 0, 1)) == ([], 0.0)


def test_a_line_tells_whom_the_text_names_before_it() -> None:
    text = "小明：好。好。\n**小红**: 好。"
    segments = [
        Segment("好。", start, start + 2, tokens=[Token("好", "hanzi", "zh", start, start + 1)]) for start in (3, 5, 16)
    ]
    view = plan_view(EditSession(Utterance(text, segments=segments), ""), PauseConfig())
    assert [one["label"] for one in view["all"]] == ["小明", "", "小红"]
