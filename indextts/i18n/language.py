"""Which language a caller wants to be answered in."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from indextts.i18n.messages import Language, pick_language

LANGUAGE_COOKIE: Final = "indextts_lang"
"""Set by the page when its reader picks a language; it wins over the browser's own."""


def caller_language(headers: Mapping[str, str]) -> Language:
    """The language of the cookie :data:`LANGUAGE_COOKIE` if it names one, else of ``Accept-Language``."""
    try:
        cookies = SimpleCookie(headers.get("cookie") or "")
    except CookieError:
        cookies = SimpleCookie()
    chosen = cookies[LANGUAGE_COOKIE].value[:2].lower() if LANGUAGE_COOKIE in cookies else ""
    if chosen == "zh":
        return "zh"
    return "en" if chosen == "en" else pick_language(headers.get("accept-language"))
