"""Small pieces of HTML that the page shows: the line above the reading, the timings."""

from __future__ import annotations

import json
from typing import Final

from indextts.model.i18n.messages import Bilingual, Language
from indextts.plan.fixes import count_fixes, shares_a_sentence
from indextts.sound.export.subtitles import Subtitles
from indextts.studio.strings import both, say, say_known, text_of
from indextts.studio.tabs.speak.takes import ShownTake


def idle() -> str:
    """The notice's place when there is nothing to say."""
    return '<div class="notice idle" role="status"></div>'


def play_as_made() -> str:
    """The switch for hearing a run while it goes on; the page's script remembers it."""
    words = bilingual("play_as_made", classes="row-label")
    return f'<label><input type="checkbox" id="play-as-made-yes" checked> {words}</label>'


_TOUR: Final = {"tour_write": "#text textarea", "tour_generate": "#generate", "tour_fix": "#reading"}
"""The first steps, and what each points at."""


def empty_result() -> str:
    """What stands in the result's place before there is one: the first three steps."""
    steps = "".join(
        f'<li><button type="button" data-point="{place}">{both(key)}</button></li>' for key, place in _TOUR.items()
    )
    return (
        f'<div class="empty"><ol class="tour">{steps}</ol>'
        f'<button type="button" class="quiet-button" data-example>{both("empty_try")}</button></div>'
    )


def result_head(take: ShownTake, language: Language) -> str:
    """The line above the reading: what it is, and what its marks mean."""
    sample = "重" if language == "zh" else "word"
    return (
        f'<div class="section-head"><h2>{say("reading", language)}</h2>'
        f'<p class="hint">{say("reading_click", language)}</p>'
        f'<ul class="legend">'
        f'<li><i class="break break-2"></i><i class="break break-3"></i> {say("reading_legend_break", language)}</li>'
        f'<li><span class="legend-stress">{sample}</span> {say("reading_legend_stress", language)}</li>'
        f'<li><i class="melody melody-question"></i> {say("reading_legend_melody", language)}</li>'
        f'<li><span class="legend-changed">12</span> {say("reading_legend_changed", language)}</li>'
        f'<li><span class="legend-doubt">{sample}</span> {say("reading_legend_doubt", language)}</li>'
        f'</ul></div><span hidden id="take-data" data-take="{take.id}" data-duration="{take.duration_s:.3f}"'
        f' data-before="{take.before}" data-fixes="{count_fixes(take.utterance)}"'
        f' data-lines="{text_of(_lines(take))}"></span>'
        f"{_kept(take, language)}"
    )


def _kept(take: ShownTake, language: Language) -> str:
    """How many of an earlier take's fixes stay in this one, and how many have lost their place."""
    fixed = take.request.fixed
    if fixed is None or not take.whole:
        return ""
    kept = count_fixes(take.utterance)
    lost = max(0, count_fixes(fixed.plan) - kept)
    if not kept and not shares_a_sentence(fixed.plan, take.utterance.segments):
        return ""  # another text
    told = [
        say(one if count == 1 else several, language, count=count)
        for one, several, count in (("fixes_kept_one", "fixes_kept", kept), ("fixes_lost_one", "fixes_lost", lost))
        if count
    ]
    drop = f'<button type="button" class="text-button" data-run="plain">{say("fixes_drop", language)}</button>'
    words = "".join(f"<span>{text_of(one)}</span>" for one in told)
    return f'<p class="fixes-kept" role="status">{words}{drop if kept else ""}</p>'


def _lines(take: ShownTake) -> str:
    """What the player shows while it plays: lines of words, each with its beginning and its end in seconds."""
    lines = [
        [line.start_s, line.end_s, [[word.start_s, word.end_s, word.shown] for word in line.words]]
        for line in Subtitles.of(take.utterance).lines
    ]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def timings(take: ShownTake, language: Language) -> str:
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


def bilingual(key: str, *, tag: str = "span", classes: str = "") -> str:
    """A string in both languages inside ``tag``; the style sheet shows the page's own."""
    attribute = f' class="{classes}"' if classes else ""
    return f"<{tag}{attribute}>{both(key)}</{tag}>"
