"""What to do next on the command line, where an error's own hint is for the page or for a program."""

from __future__ import annotations

from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language

_HINTS: Final = {
    "invalid_value": Bilingual(
        "Run the command with --help for the accepted values.", "可接受的取值见这条命令的 --help。"
    ),
    "bad_markup": Bilingual(
        "Correct or remove the tag; docs/markup.md lists them.", "请改正或删去；写法见 docs/markup.md。"
    ),
    "bad_speakers": Bilingual(
        "Assign a voice to each label, for example --speakers A=baker,B=young_man.",
        "请为每个标签指定音色，例如 --speakers A=baker,B=young_man。",
    ),
    "bad_address": Bilingual(
        "Give the address at which the server is reached; it begins with http:// or https://.",
        "请填写能访问到服务的网址，以 http:// 或 https:// 开头。",
    ),
    "no_entry": Bilingual("List the entries with: {program} lexicon list", "查看词条：{program} lexicon list"),
    "no_voice": Bilingual("List the voices with: {program} voices list", "查看音色：{program} voices list"),
    "no_book": Bilingual("List the books with: {program} share list", "查看书籍：{program} share list"),
}
"""By the codes of errors."""
_OPTIONS: Final = {"length_s": "--length"}
"""Options that are called otherwise than the fields of HTTP that they fill."""


def told(error: StudioError, language: Language, program: str) -> tuple[str, str]:
    """What happened and what to do next; ``program`` is how the command line is called here."""
    if (field := error.details.get("field")) in _OPTIONS:
        error = StudioError(
            error.code, retry_after_s=error.retry_after_s, **{**error.details, "field": _OPTIONS[str(field)]}
        )
    happened, hint = error.localise(language)
    ours = _HINTS.get(error.code)
    return happened, hint if ours is None else ours.of(language).format(program=program)
