"""The emotion of an utterance, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from indextts.emotion.classifier import NEUTRAL, EmotionClassifier
from indextts.text.sentence_ends import sentence_ends
from indextts.utterance.model import Segment, Utterance
from indextts.utterance.sources import AUTO

_TAIL: Final = 24
"""Characters behind a sentence that still belong to it: what is not spoken there, such as emoji, may say most."""


def resolve(utterance: Utterance, classifier: EmotionClassifier) -> None:
    """Give every segment that has no emotion that of its sentence; what is marked or was set stays.

    An emotion that is less likely than the language's threshold is taken for neutral; the others are the stronger
    the surer they are, at most as strong as the settings say. The pieces of one sentence share its emotion.
    """
    sentences = [(text, open_) for text, segments in _sentences(utterance) if (open_ := _without_emotion(segments))]
    readings = classifier.read([text for text, _ in sentences])
    for guess, (_, segments) in zip(readings, sentences, strict=True):
        safe = classifier.safe(guess)
        for segment in segments:
            segment.emotion, segment.emotion_source = safe.name, AUTO
            segment.emotion_probability = round(safe.probability, 4)
            if segment.intensity is None and safe.name != NEUTRAL:
                segment.intensity = round(utterance.settings.intensity * safe.probability, 4)


def _without_emotion(segments: list[Segment]) -> list[Segment]:
    return [segment for segment in segments if not segment.emotion]


def _sentences(utterance: Utterance) -> Iterator[tuple[str, list[Segment]]]:
    begin = 0
    ends = sentence_ends(utterance)
    for number, (segment, last) in enumerate(zip(utterance.segments, ends, strict=True)):
        if last or number == len(ends) - 1:
            own = utterance.segments[begin : number + 1]
            following = utterance.segments[number + 1].start if number + 1 < len(ends) else len(utterance.text)
            stop = min(max(following, segment.end), segment.end + _TAIL)
            yield utterance.text[own[0].start : stop], own
            begin = number + 1
