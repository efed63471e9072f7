"""Small pieces of HTML that the page shows: progress, errors, timings, the last takes, the voice's licence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from indextts.emotion.names import AUTO, weights
from indextts.engines.registry import REGISTRY
from indextts.errors import StudioError
from indextts.export.subtitles import Subtitles
from indextts.i18n.messages import Bilingual, Language
from indextts.studio.session import CANCELLING
from indextts.studio.strings import both, say, say_known, text_of
from indextts.studio.tabs.speak.takes import SHOWN, Take

if TYPE_CHECKING:
    from indextts.engines.base import Voice
    from indextts.run import Progress
    from indextts.utterance.model import Settings

STAGES: Final = ("normalise", "prosody", "phonemes", "acoustic", "vocoder", "audio")
"""The pipeline's stages in order."""

_SHARES: Final = (0.02, 0.06, 0.08, 0.45, 0.90, 0.95, 1.0)
"""How far a one-segment run is, roughly, when each stage begins, and at its end."""


def _notice(kind: str, inside: str) -> str:
    return f'<div class="notice {kind}" role="status"><span class="notice-text">{inside}</span></div>'


def idle() -> str:
    """The notice's place when there is nothing to say."""
    return '<div class="notice idle" role="status"></div>'


def busy(text: str, share: float) -> str:
    """Something is being done: what, and how far (0 to 1)."""
    percent = f"{100 * min(max(share, 0.0), 1.0):.0f}"
    return (
        f'<div class="notice busy" role="status"><span class="notice-text">{text_of(text)}</span>'
        f'<span class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent}">'
        f'<span style="width:{percent}%"></span></span></div>'
    )


def progress(step: Progress, language: Language) -> str:
    """A step of the pipeline as the notice shows it."""
    if step.stage == "queue":
        return busy(say("busy_queue_at", language, place=step.done), 0.0)
    if step.stage == CANCELLING:
        return busy(say("cancelling", language), 0.0)
    stage = say_known(f"stage_{step.stage}", language, step.stage)
    index = STAGES.index(step.stage) if step.stage in STAGES else 0
    within = _SHARES[index] + step.part * (_SHARES[index + 1] - _SHARES[index])
    percent = f" · {step.part:.0%}" if step.part > 0 else ""
    if step.total > 1:
        text = say("busy_segment", language, stage=stage, number=min(step.done + 1, step.total), total=step.total)
        return busy(text + percent, 0.05 + 0.9 * (step.done + within) / step.total)
    return busy(f"{stage}…{percent}", within)


def done(take: Take, language: Language) -> str:
    text = say("done", language, duration=f"{take.duration_s:.1f}", elapsed=f"{take.elapsed_s:.2f}")
    return finished(text, take, language)


def finished(text: str, take: Take, language: Language) -> str:
    """``text`` about a take that is done, and which engine has spoken it instead of the one asked for, if so.

    Below it stands what went wrong although there is a take, and what to do.
    """
    told = f"{text} {fell_back(take.engine, take.reason, language)}" if take.fallback else text
    warnings = (" ".join(one.localise(language)) for one in take.warnings)
    return _notice("done", text_of(told)) + "".join(_notice("warned", text_of(warning)) for warning in warnings)


def quiet(text: str) -> str:
    """A plain sentence, such as that a run was cancelled."""
    return _notice("plain", text_of(text))


def failure(error: StudioError, language: Language) -> str:
    """What went wrong and what to do, where the eyes are."""
    message, hint = error.localise(language)
    return (
        f'<div class="notice error" role="alert" data-code="{text_of(error.code)}"><span class="notice-text">'
        f"<strong>{text_of(message)}</strong> {text_of(hint)}</span></div>"
    )


def empty_result() -> str:
    """What stands in the result's place before there is one."""
    return (
        '<div class="empty"><div class="empty-wave" aria-hidden="true"></div>'
        f"<p>{both('empty_result')}</p>"
        f'<button type="button" class="quiet-button" data-example>{both("empty_try")}</button></div>'
    )


def result_head(take: Take, language: Language) -> str:
    """The line above the reading: what it is, and what its marks mean."""
    # A fix, or sound kept from before, says nothing about the pace of a whole text.
    elapsed = 0.0 if take.before or take.cached else take.elapsed_s
    return (
        f'<div class="section-head"><h2>{say("reading", language)}</h2>'
        f'<p class="hint">{say("reading_click", language)}</p>'
        f'<ul class="legend">'
        f'<li><i class="break break-2"></i><i class="break break-3"></i> {say("reading_legend_break", language)}</li>'
        f'<li><span class="legend-stress">重</span> {say("reading_legend_stress", language)}</li>'
        f'<li><i class="melody melody-question"></i> {say("reading_legend_melody", language)}</li>'
        f'<li><span class="legend-changed">12</span> {say("reading_legend_changed", language)}</li>'
        f'<li><span class="legend-doubt">重</span> {say("reading_legend_doubt", language)}</li>'
        f'</ul></div><span hidden id="take-data" data-take="{take.id}" data-duration="{take.duration_s:.3f}"'
        f' data-elapsed="{elapsed:.3f}" data-engine="{text_of(take.engine)}" data-audio="{text_of(take.audio.name)}"'
        f' data-chars="{len(take.request.text)}" data-lines="{text_of(_lines(take))}"></span>'
    )


def _lines(take: Take) -> str:
    """What the player shows while it plays: lines of words, each with its beginning and its end in seconds."""
    lines = [
        [line.start_s, line.end_s, [[word.start_s, word.end_s, word.shown] for word in line.words]]
        for line in Subtitles.of(take.utterance).lines
    ]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def timings(take: Take, language: Language) -> str:
    """Seconds by stage, the real-time factor, the engine."""
    total = sum(seconds for _, seconds in take.stages)
    names = [say_known(f"stage_{name}", language, name) for name, _ in take.stages]
    head = "".join(f'<th scope="col">{text_of(name)}</th>' for name in names)
    body = "".join(f"<td>{text_of(_milliseconds(seconds, language))}</td>" for _, seconds in take.stages)
    hint = text_of(say("rtf_hint", language))
    if take.fallback:
        shown = f'<span class="fallback">{text_of(fell_back(take.engine, take.reason, language))}</span>'
    else:
        shown = text_of(say("engine_used", language, engine=say_known(f"engine_{take.engine}", language, take.engine)))
    if take.cached:
        shown += f' <span class="hint">{text_of(say("sentences_kept", language, count=take.cached))}</span>'
    return (
        f'<details class="fold"><summary class="hint">{say("timings", language)}</summary>'
        f'<table class="timings"><caption class="sr-only">{say("timings", language)}</caption><thead><tr>'
        f'{head}<th scope="col">{say("timings_total", language)}</th>'
        f'<th scope="col"><span class="has-tip" tabindex="0" data-tip="{hint}">{say("rtf", language)}</span></th>'
        f'<th scope="col">{say("engine", language)}</th></tr></thead><tbody><tr>'
        f"{body}<td>{text_of(_milliseconds(total, language))}</td>"
        f'<td class="rtf">{take.rtf:.3f}</td><td class="engine">{shown}</td></tr></tbody></table></details>'
    )


def _milliseconds(seconds: float, language: Language) -> str:
    value = f"{1000 * seconds:.1f}" if seconds < 0.00995 else f"{1000 * seconds:.0f}"
    return say("milliseconds", language, value=value)


def fell_back(engine: str, reason: Bilingual, language: Language) -> str:
    """That ``engine`` has spoken instead of the one asked for, and why."""
    name = say_known(f"engine_{engine}", language, engine)
    return say("engine_fallback", language, engine=name, reason=reason.of(language))


def takes_list(takes: Sequence[Take], language: Language, *, shown: str = "") -> str:
    """The last takes, newest first; ``shown`` is the id of the one in the player."""
    if not takes:
        return ""
    rows = "".join(_take(take, language, take.id == shown) for take in takes)
    kept = text_of(say("takes_kept", language, count=SHOWN))
    return (
        f'<div class="section-head"><h2>{say("takes", language)}</h2><p class="hint">{kept}</p></div>'
        f'<ol class="takes">{rows}</ol>'
    )


def _take(take: Take, language: Language, current: bool) -> str:
    text = " ".join(take.request.text.split())
    text = text if len(text) <= 80 else text[:79] + "…"
    emotion = _feeling(take.request.settings, language)
    seconds = say("seconds", language, value=f"{take.duration_s:.1f}")
    now = f' aria-current="true" title="{text_of(say("take_now", language))}"' if current else ""

    def button(action: str, key: str, icon: str) -> str:
        name = text_of(say(key, language))
        return (
            f'<button type="button" class="icon-button" data-action="{action}" data-take="{take.id}" title="{name}"'
            f' aria-label="{name}"><span class="glyph glyph-{icon}" aria-hidden="true"></span></button>'
        )

    return (
        f'<li class="take"{now}>{button("play", "take_play", "play")}'
        f'<span class="take-text" lang="zh-CN">{text_of(text)}</span>'
        f'<span class="take-meta">{text_of(emotion)} · {text_of(seconds)}</span>'
        f"{button('restore', 'take_restore', 'restore')}{button('wav', 'take_download', 'download')}</li>"
    )


def _feeling(settings: Settings, language: Language) -> str:
    if settings.emotion_reference:
        return say("emotion_borrowed", language)
    words = settings.emotion_text
    return f"“{words[:19]}…”" if len(words) > 20 else f"“{words}”" if words else _emotion(settings.emotion, language)


def _emotion(emotion: str, language: Language) -> str:
    """A name, or the names of a mixture with their shares."""
    if emotion == AUTO:
        return say("emotion_auto", language)
    shares = weights(emotion).items()
    if len(shares) == 1 and next(iter(shares))[1] == 1.0:
        return say(f"emotion_{next(iter(shares))[0]}", language)
    return " + ".join(f"{say(f'emotion_{name}', language)} {share:.0%}" for name, share in shares)


def licence(voice: Voice, language: Language) -> str:
    """What the voice may be used for, and how it does in English."""
    info = REGISTRY.get(voice.engine)
    accented = info is not None and "en" in info.accented and "en" in voice.languages
    accent = text_of(say("voice_accent", language)) if accented else ""
    terms = say_known(f"licence_{voice.engine}", language, voice.licence)
    short = say_known(f"licence_short_{voice.engine}", language, say("licence", language))
    return (
        f'<details class="fold"><summary class="hint licence">{text_of(short)}</summary>'
        f'<p class="hint">{text_of(terms)} {accent}</p></details>'
    )


def bilingual(key: str, *, tag: str = "span", classes: str = "") -> str:
    """A string in both languages inside ``tag``; the style sheet shows the page's own."""
    attribute = f' class="{classes}"' if classes else ""
    return f"<{tag}{attribute}>{both(key)}</{tag}>"
