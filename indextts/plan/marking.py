"""What a request says about places of its text, beside the text itself: the marks in it, or roles and readings."""

from __future__ import annotations

from indextts.model.settings import AUTO
from indextts.model.sources import USER
from indextts.plan.request import SpeechRequest
from indextts.reading import markup
from indextts.reading.markup.marked import EmotionSpan, Marked, Span, VoiceTag, extend
from indextts.reading.text.overrides import Override


def marked_of(request: SpeechRequest) -> Marked:
    """The text of ``request`` without its marks, and what they ask for; a literal text has roles and fixes instead.

    Raises :class:`StudioError` ``bad_markup``.
    """
    if not request.literal:
        marked = markup.parse(request.text)
        if request.said:
            said = markup.parse(request.text[: request.said])
            marked.said = len(said.text)
            marked.said_pause_s = said.pauses.get(marked.said, 0.0)
        return marked
    marked = Marked(request.text)
    marked.fixed = [Override(fix.start, fix.end, reading=fix.reading, source=USER) for fix in request.fixes]
    for role in request.roles:
        emotion = role.emotion
        if not emotion and role.intensity is not None and request.settings.emotion != AUTO:
            emotion = request.settings.emotion
        extend(marked.emotion_spans, EmotionSpan(role.start, emotion, role.intensity if emotion else None))
        extend(marked.emotion_spans, EmotionSpan(role.end, "", None))
        if role.voice:
            marked.voices.append(VoiceTag(role.voice, "", 0, role.start, role.end))
        if role.speed != 1.0:
            marked.spans.append(Span(role.start, role.end, duration=1.0 / role.speed))
    return marked
