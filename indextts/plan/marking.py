"""What a request says about places of its text, beside the text itself: the marks in it, or roles and readings."""

from __future__ import annotations

from collections.abc import Iterator

from indextts.model.settings import AUTO
from indextts.model.sources import USER
from indextts.plan.request import SpeechRequest
from indextts.reading import markup
from indextts.reading.markup import values
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
    for at, emotion, intensity in _emotions(request):
        extend(marked.emotion_spans, EmotionSpan(at, emotion, intensity))
    for role in request.roles:
        if role.voice:
            marked.voices.append(VoiceTag(role.voice, "", 0, role.start, role.end))
        if role.speed != 1.0:
            marked.spans.append(Span(role.start, role.end, duration=1.0 / role.speed))
    for one in request.directions:
        if one.emphasis:
            marked.spans.append(Span(one.start, one.end, *values.level("moderate")))
        for at, seconds in ((one.start, one.before_s), (one.end, one.after_s)):
            if seconds:
                marked.pauses[at] = min(values.MAX_PAUSE_S, marked.pauses.get(at, 0.0) + seconds)
    return marked


def _emotions(request: SpeechRequest) -> Iterator[tuple[int, str, float | None]]:
    """Where another emotion begins in a literal text: that of its writer, else that of who speaks."""
    felt = [one for one in request.directions if one.emotion]
    roles = [one for one in request.roles if one.emotion or one.intensity is not None]
    own = "" if request.settings.emotion == AUTO else request.settings.emotion
    edges = {edge for one in felt for edge in (one.start, one.end)}
    for at in sorted(edges.union(*((one.start, one.end) for one in roles))):
        direction = next((one for one in felt if one.start <= at < one.end), None)
        role = next((one for one in roles if one.start <= at < one.end), None)
        emotion = direction.emotion if direction else (role.emotion or own) if role else ""
        intensity = direction.intensity if direction else role.intensity if role else None
        yield at, emotion, intensity if emotion else None
