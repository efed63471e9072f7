"""Every sentence that an error can say, in English and Chinese, side by side.

An entry is ``(HTTP status, English (message, hint), Chinese (message, hint))``. Braces are filled from the
details of :class:`indextts.errors.StudioError`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from indextts.i18n.bilingual import Bilingual as Bilingual
from indextts.i18n.bilingual import Language as Language
from indextts.i18n.bilingual import Message as Message
from indextts.i18n.messages.machine import MACHINE
from indextts.i18n.messages.request import ASKED
from indextts.i18n.messages.voices import CLONES


def pick_language(accept: str | None) -> Language:
    """The language to answer in, from an ``Accept-Language`` header or a locale name (``zh_CN.UTF-8``).

    The first of the two languages that is named with the highest weight wins; English when neither is.
    """
    best: Language = "en"
    best_weight = 0.0
    for part in (accept or "").lower().split(","):
        name, _, parameters = part.strip().partition(";")
        weight = 1.0
        if parameters.strip().startswith("q="):
            try:
                weight = float(parameters.strip()[2:])
            except ValueError:
                continue
        if weight > best_weight and name[:2] in ("zh", "en"):
            best, best_weight = ("zh" if name.startswith("zh") else "en"), weight
    return best


def locale_language(environment: Mapping[str, str] = os.environ) -> Language:
    """The language of this process's locale: of the first that is set of LC_ALL, LC_MESSAGES and LANG."""
    names = (environment.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return pick_language(next((name for name in names if name), None))


MESSAGES: Final[Mapping[str, Message]] = {**ASKED, **MACHINE, **CLONES}
