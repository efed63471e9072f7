"""Which language a caller wants to be answered in."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final, Protocol

from indextts.i18n.messages import Language, pick_language

LANGUAGE_COOKIE: Final = "indextts_lang"
"""Set by the page when its reader picks a language; it wins over the browser's own."""


class HeaderLookup(Protocol):
    """Anything with case-blind header look-up: Starlette's and Gradio's requests have one."""

    def get(self, key: str) -> str | None:
        """The header's value, or ``None``."""
        ...


def caller_language(headers: HeaderLookup) -> Language:
    """The language of the cookie :data:`LANGUAGE_COOKIE` if it names one, else of ``Accept-Language``."""
    try:
        cookies = SimpleCookie(headers.get("cookie") or "")
    except CookieError:
        cookies = SimpleCookie()
    chosen = cookies[LANGUAGE_COOKIE].value[:2].lower() if LANGUAGE_COOKIE in cookies else ""
    if chosen == "zh":
        return "zh"
    return "en" if chosen == "en" else pick_language(headers.get("accept-language"))
