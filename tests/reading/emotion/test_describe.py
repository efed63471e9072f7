"""An emotion in words, for voices that know emotions by name."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.reading.emotion.classifier import named_emotion


@pytest.mark.parametrize(
    ("words", "name"),
    [("太开心了，哈哈！", "happy"), ("我真的气死了！", "angry"), ("I am so sad, I keep crying.", "sad")],
)
def test_words_become_the_likeliest_emotion(words: str, name: str) -> None:
    described = Settings(emotion_text=words, intensity=0.9)
    assert named_emotion(described, "embedded") == Settings(emotion=name, intensity=0.9)


def test_without_words_nothing_changes_and_a_recording_is_refused() -> None:
    assert named_emotion(Settings(emotion="sad"), "embedded") == Settings(emotion="sad")
    with pytest.raises(StudioError) as caught:
        named_emotion(Settings(emotion_reference="0" * 64), "embedded")
    assert caught.value.code == "reference_unsupported" and "embedded" in str(caught.value)


def test_the_embedded_voice_speaks_them(tiny_config: Config) -> None:
    pipeline = Pipeline(tiny_config, load(tiny_config))

    def say(settings: Settings) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return pipeline.speak(SpeechRequest("你好，世界。", settings)).samples

    described = say(Settings(emotion_text="太开心了，哈哈！"))
    assert np.array_equal(described, say(Settings(emotion="happy")))
    assert not np.array_equal(described, say(Settings()))
    with pytest.raises(StudioError) as caught:
        say(Settings(emotion_reference="0" * 64))
    assert caught.value.code == "reference_unsupported"
