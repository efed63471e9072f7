"""The dictionary's place on the page; its script draws it, over ``/v1/lexicon``."""

from __future__ import annotations

from indextts.studio import layout


def build(parts: layout.Parts) -> None:
    """The tab's card."""
    parts["lexicon"] = layout.html('<div class="lexicon"></div>', "lexicon")
