"""The words for people: how they are kept, which language a person gets, and what each error says.

The errors' sentences are the catalogues ``words/*.yaml`` beside this module, read when the first error is told; the
page's are ``studio/**/strings.yaml``. Each entry has its English and its Chinese side by side.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, Literal, NamedTuple

Language = Literal["en", "zh"]

LANGUAGE_COOKIE: Final = "indextts_lang"
"""Set by the page when its reader picks a language; it wins over the browser's own."""


class Bilingual(NamedTuple):
    """Words in both languages, such as a detail of an error."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The words in ``language``."""
        return self.zh if language == "zh" else self.en


class Message(NamedTuple):
    """What happened and what to do next, with the HTTP status that fits."""

    status: int
    happened: Bilingual
    hint: Bilingual


_WORDS: Final = Path(__file__).parent / "words"

_WITHOUT_PACKAGES: Final = {
    "dependency_missing": Message(
        503,
        Bilingual("The package “{package}” is needed and not installed.", "缺少依赖包“{package}”。"),
        Bilingual("Install it with: {command}", "安装命令：{command}"),
    )
}
"""What has to be told even where PyYAML, which reads the catalogues, is not installed yet."""


def message(code: str) -> Message:
    """What the error ``code`` says. Raises :class:`KeyError` where there is no such error."""
    return _WITHOUT_PACKAGES.get(code) or messages()[code]


@cache
def messages() -> Mapping[str, Message]:
    """What all errors say, by code."""
    rows = read_words(sorted(_WORDS.glob("*.yaml")))
    return _WITHOUT_PACKAGES | {
        code: Message(row["status"], *(Bilingual(*words) for words in zip(row["en"], row["zh"], strict=True)))
        for code, row in rows.items()
    }


def read_words(catalogues: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """The entries of all ``catalogues`` by key; ``en`` and ``zh`` of each are a text, or a list of them.

    Raises :class:`ValueError` where an entry lacks a language, its languages take other details (the names in braces),
    or a key stands in two files.
    """
    import yaml

    found: dict[str, dict[str, Any]] = {}
    for path in catalogues:
        rows: dict[str, dict[str, Any]] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for key, row in rows.items():
            if key in found:
                raise ValueError(f"{path}: {key} stands in another file too")
            if _details(path, key, row.get("en")) != _details(path, key, row.get("zh")):
                raise ValueError(f"{path}: {key} takes other details in Chinese than in English")
            found[key] = row
    return found


def _details(path: Path, key: str, words: Any) -> set[str]:
    """The names in the braces of ``words``."""
    texts = words if isinstance(words, list) else [words]
    if not all(text and isinstance(text, str) for text in texts):
        raise ValueError(f"{path}: {key} is missing in one of the languages, or is no text; quotes make it one")
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


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


def caller_language(headers: Mapping[str, str]) -> Language:
    """The language of the cookie :data:`LANGUAGE_COOKIE` if it names one, else of ``Accept-Language``."""
    from http.cookies import CookieError, SimpleCookie

    try:
        cookies = SimpleCookie(headers.get("cookie") or "")
    except CookieError:
        cookies = SimpleCookie()
    chosen = cookies[LANGUAGE_COOKIE].value[:2].lower() if LANGUAGE_COOKIE in cookies else ""
    if chosen == "zh":
        return "zh"
    return "en" if chosen == "en" else pick_language(headers.get("accept-language"))
