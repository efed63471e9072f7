"""The place of the models on the page; their script draws them, over ``/v1/store``."""

from __future__ import annotations

from typing import Final

from indextts.studio import layout

_EVENTS: Final = """
element.addEventListener("studio:models-changed", () => trigger("submit", {}));
"""
"""The script tells when a model has come or gone: the lists of engines and voices are Gradio's."""


def build(parts: layout.Parts) -> None:
    """The tab's card."""
    parts["models"] = layout.html('<div class="models"></div>', "models", _EVENTS)
