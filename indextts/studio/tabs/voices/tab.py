"""The place of the voices on the page; their scripts draw them, over ``/v1/voices`` and ``/v1/clones``."""

from __future__ import annotations

from typing import Final

from indextts.studio import layout
from indextts.voices.design import BOUNDS

SLIDERS: Final = ("tract", "pitch", "range")
"""The numbers that the tab offers; a voice keeps the others that it has."""

_EVENTS: Final = """
element.addEventListener("studio:voices-changed", () => trigger("submit", {}));
"""
"""The script tells when a voice has come or gone: the list of voices beside the text is Gradio's."""


def build(parts: layout.Parts) -> None:
    """The tab's two cards: designed voices and cloned ones."""
    bounds = " ".join(f'data-{name}="{BOUNDS[name][0]:g} {BOUNDS[name][1]:g}"' for name in SLIDERS)
    parts["voicebook"] = layout.html(f'<div class="voicebook" {bounds}></div>', "voicebook", _EVENTS)
    layout.html('<div class="voicebook"></div>', "clonebook")
