"""What the page says: the catalogues ``strings.yaml``, here and in each tab's folder; and how it is put into the page.

The names of the settings are in their rows (:mod:`indextts.model.settings`), errors have their own catalogues
(:mod:`indextts.model.i18n.messages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

import gradio as gr
from gradio.i18n import I18nData

from indextts.model.i18n.messages import Bilingual, Language, read_words
from indextts.model.settings import SAMPLING, SETTINGS

LOCALES: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
"""The BCP 47 name under which the browser knows each language."""

_TEMPLATE_CHARS: Final = {"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\\": "&#92;"}

_HERE: Final = Path(__file__).parent
CATALOGUES: Final = (_HERE / "strings.yaml", *sorted(_HERE.glob("tabs/*/strings.yaml")))
"""What all tabs share, and what each tab says."""

_SCRIPTS_OWN: Final = frozenset(
    read_words([path for path in CATALOGUES if path.parent != _HERE and not (path.parent / "__init__.py").exists()])
)
"""What only scripts say: tabs that have no Python draw themselves, and Gradio need not send their words once more."""

STRINGS: Final[Mapping[str, Bilingual]] = {
    **{key: Bilingual(**row) for key, row in read_words(CATALOGUES).items()},
    # In the list of emotions, these two settings' keys are words of their own.
    **{row.name: row.title for row in SETTINGS.values() if row.name not in ("emotion_text", "emotion_reference")},
    **{f"sampling_{row.name}": row.title for row in SAMPLING.values()},
    "emotion_words": SETTINGS["emotion_text"].title,
}


def text_of(text: str) -> str:
    """``text`` escaped for HTML, also for Gradio's HTML component, which expands templates in the browser."""
    escaped = escape(text, quote=True)
    for char, entity in _TEMPLATE_CHARS.items():
        escaped = escaped.replace(char, entity)
    return escaped


def say(key: str, language: Language, /, **details: object) -> str:
    """The string ``key`` in ``language``, its braces filled from ``details``."""
    return STRINGS[key].of(language).format(**details)


def say_known(key: str, language: Language, otherwise: str) -> str:
    """The string ``key``, or ``otherwise`` where there is none: engines and models may have names of their own."""
    return STRINGS[key].of(language) if key in STRINGS else otherwise


def label(key: str) -> I18nData:
    """The string ``key`` for a Gradio component: the browser resolves it in its own language."""
    if key not in STRINGS or key in _SCRIPTS_OWN:
        raise KeyError(key)
    return I18nData(key)


def both(key: str) -> str:
    """The string ``key`` as HTML in both languages; the style sheet shows the page's own."""
    words = STRINGS[key]
    return "".join(f'<span lang="{locale}">{escape(words.of(language))}</span>' for language, locale in LOCALES.items())


def table(language: Language) -> dict[str, str]:
    return {key: words.of(language) for key, words in STRINGS.items()}


def i18n() -> gr.I18n:
    """The table of what Gradio draws, as it takes it."""

    def words(language: Language) -> dict[str, str]:
        return {key: text for key, text in table(language).items() if key not in _SCRIPTS_OWN}

    return gr.I18n(**{locale: words(language) for language, locale in LOCALES.items()})
