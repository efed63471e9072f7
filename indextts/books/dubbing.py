"""Speech that fits the times of subtitles: each cue is heard from its time on, at any rate that is still natural.

    dubbed = dub(pipeline, request, chapter.timed, begin_s=0.0, end_s=video_s, run=run)
    for part in pipeline.render(dubbed.plan, run=run): ...   # from begin_s to end_s, to the sample
    [cue for cue in dubbed.cues if cue.state == "over"]      # what a person should shorten

A cue that is too long for its time is spoken faster, up to :data:`FASTEST`; then the pauses within it are shortened;
then it may go on in the silence after it. What is too long even so is said to be, and the next cue begins as soon as
it can: no two are ever heard at the same time. Who begins late knows who made it so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from indextts.books.model import CueState, Timed
from indextts.books.reading.tidy import one_line
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment
from indextts.platform.run import Run

if TYPE_CHECKING:
    from indextts.model.utterance import Utterance
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.plan.segment_cache import SegmentAudio

FASTEST: Final = 1.3  # Rate up to which hurried speech still sounds natural
GAP_S: Final = 0.08  # Silence that stays between two cues, and between the sentences of one
LATE_S: Final = 0.02  # A cue that is heard later than that is late
SILENCE_S: Final = 300.0  # A longer silence is made of several, so that hours of it take no more memory
_CLOSE_S: Final = 0.005  # A cue fits where it is longer than its time by no more
_LOUD: Final = 32  # Of 32768: -60 dB, from which on something is heard …
_LOOK_S: Final = 0.25  # … within so long
_SHOWN: Final = 24  # characters of a cue that a sentence about another one names
_A_ROUND: Final = 0.7  # share of what is left to do that one takes, about
_ROUNDS: Final = 4  # A network makes lengths of whole frames, so that a rate is found in steps


@dataclass(frozen=True)
class DubbedCue:
    """How a cue came out; times in seconds from the beginning of the video."""

    text: str
    begin_s: float
    end_s: float  # As the subtitles have them
    starts_s: float
    ends_s: float  # As it is heard
    rate: float
    state: CueState
    """``fits``; ``faster`` than usual; ``squeezed``: with shorter pauses too; ``over``: it is longer than its time, and
    goes on in the silence after it or keeps the next one waiting; ``late``: its time would be long enough, but one
    before it has not ended."""
    over_s: float = 0.0  # How much longer it is than its time
    delays: int = 0  # How many cues begin late because of it
    late_by: str = ""
    """The words of the cue that makes it late; empty where none does, or one of what was spoken before …"""
    late_by_s: float = 0.0  # … and when that one begins

    @property
    def drift_s(self) -> float:
        """How much later it begins than it should."""
        return self.starts_s - self.begin_s

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "over_s": round(self.over_s, 4), "drift_s": round(self.drift_s, 4)}


@dataclass(frozen=True)
class Dubbed:
    """A plan that is as long as its stretch of the video, and how each cue came out."""

    plan: Utterance
    cues: tuple[DubbedCue, ...]
    ends_s: float  # When its sound ends: later than the stretch only where the last cue is too long for it


@dataclass
class _Cue:
    timed: Timed
    segments: list[Segment]
    limit_s: float  # When the next one begins, or the stretch ends
    rate: float = 1.0
    squeezed: bool = False
    lead_s: float = 0.0  # So long nothing is heard yet of its sound

    @property
    def spoken_s(self) -> float:
        """Of its sound alone."""
        return sum((one.end_s or 0.0) - (one.start_s or 0.0) for one in self.segments)

    @property
    def pauses_s(self) -> float:
        return sum(one.pause_after_s or 0.0 for one in self.segments[:-1])

    @property
    def length_s(self) -> float:
        return self.spoken_s + self.pauses_s

    @property
    def over_s(self) -> float:
        """How much longer it is than its time, which ends shortly before the next one at the latest."""
        return self.length_s - (min(self.timed.end_s, self.limit_s - GAP_S) - self.timed.begin_s)


def dub(
    pipeline: Pipeline,
    request: SpeechRequest,
    timed: Sequence[Timed],
    *,
    begin_s: float = 0.0,
    end_s: float | None = None,
    run: Run | None = None,
    keep: Callable[[SegmentAudio, float], None] = lambda _, __: None,
) -> Dubbed:
    """Speak ``request`` until its cues fit, and give the plan whose sound lasts from ``begin_s`` to ``end_s``.

    ``timed`` are the cues of the request's text, in order and apart, with times that count from the beginning of the
    video; ``end_s`` defaults to the end of the last cue. Sounds stay in the pipeline's memory, so that rendering the
    plan costs little; ``keep`` is handed each as soon as it is made, and about how much of all is done by then.

    Raises :class:`StudioError` ``text_empty`` where there are no cues, ``bad_cues`` where the times go backwards or
    leave the stretch, and what analysing and speaking raise.
    """
    run = run or Run()
    end_s = timed[-1].end_s if timed and end_s is None else end_s
    _check(timed, begin_s, end_s or 0.0)
    plan = pipeline.analyse(request, run=run)
    cues = _cues_of(plan, timed, end_s or 0.0)
    quiet: dict[int, int] = {}
    left = 1.0  # how many rounds there will be, only they tell

    def speak() -> None:
        nonlocal left
        for part in pipeline.render(plan, run=run):
            quiet[part.index] = _quiet(part)
            keep(part, 1.0 - left + left * _A_ROUND * (part.index + 1) / part.total)
        left *= 1.0 - _A_ROUND

    _settle_pauses(speak, cues, pipeline.sample_rate)
    found = run.cached
    for _ in range(_ROUNDS):
        if not [cue for cue in cues if _hurry(cue)]:  # each of them, not up to the first one
            break
        speak()
    places = {id(segment): place for place, segment in enumerate(plan.segments)}
    for cue in cues:
        _squeeze(cue, pipeline.sample_rate)
        if cue.segments:
            cue.lead_s = quiet[places[id(cue.segments[0])]] / pipeline.sample_rate
    run.cached = found  # in the later rounds it is this one's own
    return _placed(plan, cues, begin_s, end_s or 0.0, pipeline.sample_rate)


def _check(timed: Sequence[Timed], begin_s: float, end_s: float) -> None:
    if not timed:
        raise StudioError("text_empty")
    last = min(begin_s, timed[0].begin_s)  # what comes before may end late
    for number, cue in enumerate(timed, 1):
        if not last <= cue.begin_s <= min(cue.end_s, end_s):
            raise StudioError("bad_cues", number=number)
        last = cue.begin_s


def _cues_of(plan: Utterance, timed: Sequence[Timed], end_s: float) -> list[_Cue]:
    """The segments of each cue; one that says nothing has none. A segment belongs to the cue that it begins in."""
    limits = [*(cue.begin_s for cue in timed[1:]), end_s]
    cues = [_Cue(cue, [], limit) for cue, limit in zip(timed, limits, strict=True)]
    place = 0
    for segment in plan.segments:
        at = next((token.start for token in segment.tokens if token.kind != "punctuation"), segment.start)
        while place + 1 < len(cues) and cues[place + 1].timed.start <= at:
            place += 1
        cues[place].segments.append(segment)
    return cues


def _settle_pauses(speak: Callable[[], None], cues: Sequence[_Cue], rate: int) -> None:
    """Speak it once as it is, and write down what is silent between the sentences of a cue."""
    for cue in cues:
        for segment in cue.segments[-1:]:
            segment.pause_after_s = 0.0
    speak()
    for cue in cues:
        for segment, after in pairwise(cue.segments):
            if segment.pause_after_s is None:
                silence_s = (after.start_s or 0.0) - (segment.end_s or 0.0)
                segment.pause_after_s = _whole(max(0.0, silence_s), rate)


def _hurry(cue: _Cue) -> bool:
    """Make the tokens of a cue that is too long shorter; whether anything was changed."""
    if cue.over_s <= _CLOSE_S or cue.rate >= FASTEST or not cue.segments:
        return False
    rate = min(FASTEST, cue.rate * cue.spoken_s / max(cue.spoken_s - cue.over_s, 1e-3))
    if rate <= cue.rate * 1.001:
        return False
    for segment in cue.segments:
        for token in segment.tokens:
            token.duration_scale *= cue.rate / rate
    cue.rate = rate
    return True


def _squeeze(cue: _Cue, rate: int) -> None:
    """Shorten the pauses within a cue that is too long still."""
    spare_s = sum(max(0.0, (one.pause_after_s or 0.0) - GAP_S) for one in cue.segments[:-1])
    if cue.over_s <= _CLOSE_S or spare_s <= 0.0:
        return
    share = min(1.0, cue.over_s / spare_s)
    cue.squeezed = True
    for segment in cue.segments[:-1]:
        pause_s = segment.pause_after_s or 0.0
        segment.pause_after_s = _whole(pause_s - share * max(0.0, pause_s - GAP_S), rate)


def _placed(plan: Utterance, cues: Sequence[_Cue], begin_s: float, end_s: float, rate: int) -> Dubbed:
    """Put the silence between the cues, so that each begins at its time or as soon as it can."""
    found: list[DubbedCue] = []
    at, before = begin_s, None
    for cue in cues:
        starts_s = cue.timed.begin_s
        if cue.segments:
            # What is heard begins at its time: the sound begins a little before it where it can.
            starts_s = at + _whole(max(0.0, cue.timed.begin_s - cue.lead_s - at), rate)
            if before is None:
                plan.pause_before_s = starts_s - at
            else:
                before.pause_after_s = starts_s - at
            before, at = cue.segments[-1], starts_s + cue.length_s
        found.append(_outcome(plan.text, cue, starts_s))
    if before is not None:
        before.pause_after_s = _whole(max(0.0, end_s - at), rate)
        at += before.pause_after_s
    _part_silences(plan, rate)
    return Dubbed(plan, blamed(found), at)


def _part_silences(plan: Utterance, rate: int) -> None:
    """Make each long silence of several: what comes after the first of them stands behind segments without words."""

    def portions(seconds: float, at: int, voice: str) -> tuple[float, list[Segment]]:
        more = max(0, math.ceil(seconds / SILENCE_S) - 1)
        first, *rest = [SILENCE_S] * more + [_whole(seconds - more * SILENCE_S, rate)]
        return first, [Segment("", at, at, voice=voice, pause_after_s=one) for one in rest]

    whole = plan.segments
    plan.pause_before_s, plan.segments = portions(plan.pause_before_s, whole[0].start, whole[0].voice)
    for segment in whole:
        segment.pause_after_s, rest = portions(segment.pause_after_s or 0.0, segment.end, segment.voice)
        plan.segments += [segment, *rest]


def blamed(cues: Sequence[DubbedCue]) -> tuple[DubbedCue, ...]:
    """The same, each that begins late with the one that made it so, and that one with how many they are.

    A cue that only passes on how late it is is not to blame; what is known of it already stays.
    """
    found = list(cues)
    before: int | None = None
    root: int | None = None  # Who is to blame for what comes next, if that is late
    for place, cue in enumerate(found):
        held = cue.drift_s > LATE_S and before is not None and found[before].ends_s > cue.begin_s
        if held and root is not None and not cue.late_by:
            too_long = found[root]
            reach_s = max(too_long.over_s, too_long.ends_s + GAP_S - max(cue.begin_s, too_long.begin_s))
            if too_long.state != "over":
                too_long = replace(too_long, state="over", over_s=reach_s)
            found[root] = replace(too_long, delays=too_long.delays + 1)
            found[place] = cue = replace(cue, late_by=too_long.text, late_by_s=too_long.begin_s)
        if cue.ends_s <= cue.starts_s:
            continue  # it says nothing
        if cue.state != "late":
            root = place
        elif not held:
            root = None  # by what was spoken before all of these
        before = place
    return tuple(found)


def _quiet(part: SegmentAudio) -> int:
    """Samples of a segment's sound before something is heard."""
    if part.sound is None:
        return 0
    loud = abs(part.sound.pcm[: round(_LOOK_S * part.sample_rate)].astype("int32")) > _LOUD
    return int(loud.argmax())


def _whole(seconds: float, rate: int) -> float:
    """As many samples as come next: what is rounded for each cue would add up."""
    return round(seconds * rate) / rate


def _outcome(text: str, cue: _Cue, starts_s: float) -> DubbedCue:
    timed, ends_s = cue.timed, starts_s + cue.length_s
    state: CueState = "squeezed" if cue.squeezed else "faster" if cue.rate > 1.0 else "fits"
    held = starts_s > max(0.0, timed.begin_s - cue.lead_s) + _CLOSE_S / 10  # by the one before it
    late = held and starts_s + cue.lead_s > timed.begin_s + LATE_S
    # What begins late has its time from then on.
    over_s = ends_s - timed.end_s - (starts_s + cue.lead_s - timed.begin_s if late else 0.0)
    if over_s > _CLOSE_S:
        state = "over"
    elif late:
        state = "late"
    return DubbedCue(
        text=text[timed.start : timed.end],
        begin_s=timed.begin_s,
        end_s=timed.end_s,
        starts_s=starts_s + cue.lead_s,
        ends_s=ends_s,
        rate=round(cue.rate, 3),
        state=state,
        over_s=max(0.0, over_s),
    )


def unfitting(cues: Sequence[DubbedCue]) -> tuple[Bilingual, ...]:
    """What is to be done about those that do not fit, a sentence for each."""
    return tuple(said for cue in cues if (said := complaint(cue)) is not None)


def complaint(cue: DubbedCue) -> Bilingual | None:
    """What a person should do about a cue that does not fit its time; it does not say when that is."""
    late_s, who, when = _seconds(cue.drift_s), one_line(cue.late_by, _SHOWN), clock(cue.late_by_s)
    late = Bilingual(
        f"Begins {late_s} s late because “{who}” ({when}) is too long",
        f"因为“{who}”（{when}）太长，晚 {late_s} 秒才开始",
    )
    over_s = cue.over_s or cue.ends_s - cue.end_s
    if cue.state == "over" and (over_s > GAP_S or cue.delays or cue.late_by):  # what is less nobody hears
        long_s = _seconds(over_s)
        others = "the next one begins" if cue.delays == 1 else f"the next {cue.delays} begin"
        en = f"{long_s} s too long, so {others} late" if cue.delays else f"{long_s} s longer than its subtitle"
        zh = f"长了 {long_s} 秒，使后面 {cue.delays} 条晚开始" if cue.delays else f"比字幕时间长 {long_s} 秒"
        if cue.late_by:
            return Bilingual(f"{late.en}, and is itself {en}; shorten both.", f"{late.zh}，自己也{zh}，请都改短。")
        return Bilingual(f"{en}; shorten the text.", f"{zh}，请改短。")
    if cue.state != "late":
        return None
    if not cue.late_by:
        return Bilingual(
            f"Begins {late_s} s late because what comes before it is too long; shorten that.",
            f"因为前面的内容太长，晚 {late_s} 秒才开始，请改短前面的内容。",
        )
    return Bilingual(f"{late.en}; shorten that one.", f"{late.zh}，请改短那一条。")


def _seconds(seconds: float) -> str:
    """Never nothing: what is told is longer than that."""
    return f"{seconds:.1f}" if seconds >= 0.095 else f"{max(0.01, seconds):.2f}"


def clock(seconds: float) -> str:
    """A time of a film as the page has it, to the tenth that has begun: 0:05.5, 1:02:05.5."""
    tenths = int(max(0.0, seconds) * 10 + 0.001)
    hours, minutes, rest = tenths // 36_000, tenths // 600 % 60, f"{tenths // 10 % 60:02d}.{tenths % 10}"
    return f"{hours}:{minutes:02d}:{rest}" if hours else f"{minutes}:{rest}"
