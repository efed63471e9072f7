"""Text that goes into the page as text."""

from __future__ import annotations

from html import escape
from typing import Final

_TEMPLATE_CHARS: Final = {"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\\": "&#92;"}


def text_of(text: str) -> str:
    """``text`` escaped for HTML, also for Gradio's HTML component, which expands templates in the browser."""
    escaped = escape(text, quote=True)
    for char, entity in _TEMPLATE_CHARS.items():
        escaped = escaped.replace(char, entity)
    return escaped
