"""How the tabs answer what the page's script sends: the number of what was sent, what was done, or why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from indextts.errors import StudioError
from indextts.i18n.messages import Language
from indextts.studio.tabs.speak.actions import explained

Answer = dict[str, Any]
Sent = Mapping[str, Any]


def answered(sent: Sent, language: Language, *steps: Callable[[], Answer]) -> Answer:
    """What ``steps`` say one after the other, and why the one went wrong that did (``error``, ``code``)."""
    answer: Answer = {"number": sent.get("number")}
    try:
        for step in steps:
            answer |= step()
    except Exception as error:
        answer |= told(explained(error, language), language)
    return answer


def told(error: StudioError, language: Language) -> Answer:
    return {"error": sentence(error, language), "code": error.code}


def sentence(error: StudioError, language: Language) -> str:
    message, hint = error.localise(language)
    return f"{message} {hint}" if language == "en" else message + hint
