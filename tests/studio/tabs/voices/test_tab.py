"""The list of voices beside the text."""

from __future__ import annotations

from indextts.studio.tabs.speak.actions import Actions


def test_a_voice_that_is_gone_gives_way_to_the_default(actions: Actions) -> None:
    assert actions.voices("zh", "own-99")["voice"] == "default"
    assert "voice" not in actions.voices("zh", "deep_man")
    assert "voice" not in actions.voices("zh", "default")
