"""How the melody of a sentence ends, as its marks say."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Utterance
from indextts.reading import prosody
from indextts.reading.prosody import rules
from tests.support.segments import build_segments


def annotated(text: str, max_syllables: int = 60) -> Utterance:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=max_syllables))
    rules.set_intonation(utterance)
    return utterance


def melodies(text: str) -> list[tuple[str, str]]:
    return [(segment.intonation, segment.intonation_source) for segment in annotated(text).segments]


@pytest.mark.parametrize(
    ("text", "wanted", "source"),
    [
        ("今天天气很好。", "statement", "punctuation"),
        ("It is late.", "statement", "punctuation"),
        ("你来吗？", "question", "punctuation"),
        ("Are you there?", "question", "punctuation"),
        ("什么？！", "question", "punctuation"),
        ("他说：“走吗？”", "question", "punctuation"),
        ("太好了！", "exclamation", "punctuation"),
        ("“太好了！”", "exclamation", "punctuation"),
        ("我不知道……", "continuation", "punctuation"),
        ("首先，", "continuation", "punctuation"),
        ("今天天气很好", "statement", "rules"),
        ("你今天来吗", "question", "rules"),
        ("hello world", "statement", "rules"),
    ],
)
def test_the_last_mark_decides(text: str, wanted: str, source: str) -> None:
    assert melodies(text)[-1] == (wanted, source)


def test_a_piece_of_a_sentence_goes_on() -> None:
    text = "从猪圈后面的小山坡上慢慢走出来一位老人和孩子，他们手里拿着刚刚采来的野花，笑着向我们走来，你看见了吗？"
    found = [segment.intonation for segment in annotated(text, max_syllables=16).segments]
    assert len(found) > 2 and found == ["continuation"] * (len(found) - 1) + ["question"]


def test_every_line_ends_for_itself() -> None:
    assert [name for name, _ in melodies("标题\n你来吗\n正文。")] == ["statement", "question", "statement"]


def test_a_persons_choice_stays() -> None:
    utterance = annotated("你来吗？")
    utterance.segments[0].intonation, utterance.segments[0].intonation_source = "exclamation", "user"
    prosody.load("rules").annotate(utterance)
    assert utterance.segments[0].intonation == "exclamation"


def test_rules_accent_english_content_words_and_claim_nothing_about_mandarin() -> None:
    utterance = Utterance("我们 walked to the river", segments=[])
    utterance.segments = build_segments(utterance.text, max_syllables=60)
    prosody.load("rules").annotate(utterance)
    found = {token.text: (token.prominence, token.prominence_source) for token in utterance.segments[0].tokens}
    assert found["walked"] == found["river"] == (1, "rules")
    assert found["to"] == found["the"] == (0, "rules")
    assert found["我"] == (0, "")
