"""Small pieces of HTML that stand on the page from its beginning, and what is said of an engine that has stood in."""

from __future__ import annotations

from typing import Final

from indextts.engines.registry import commercial
from indextts.model.i18n.messages import Bilingual, Language
from indextts.studio.strings import both, say, say_known


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


def fell_back(engine: str, reason: Bilingual, language: Language) -> str:
    """That ``engine`` has spoken instead of the one asked for, and why."""
    name = say_known(f"engine_{engine}", language, engine)
    unsold = "" if commercial(engine) == "yes" else say("unsold", language)
    return say("engine_fallback", language, engine=name, unsold=unsold, reason=reason.of(language))


def bilingual(key: str, *, tag: str = "span", classes: str = "") -> str:
    """A string in both languages inside ``tag``; the style sheet shows the page's own."""
    attribute = f' class="{classes}"' if classes else ""
    return f"<{tag}{attribute}>{both(key)}</{tag}>"
