"""Every error speaks both languages."""

from __future__ import annotations

import string

import pytest

from indextts.errors import StudioError
from indextts.i18n.messages import MESSAGES, Bilingual, pick_language


@pytest.mark.parametrize("code", list(MESSAGES))
def test_both_languages_say_the_same_things(code: str) -> None:
    entry = MESSAGES[code]

    def fields(pair: tuple[str, str]) -> set[str]:
        names = {name for text in pair for _, name, _, _ in string.Formatter().parse(text) if name}
        return {name.removesuffix("_zh") for name in names}

    assert all(entry.en) and all(entry.zh)
    assert fields(entry.en) == fields(entry.zh)
    assert any("\u4e00" <= char <= "\u9fff" for char in "".join(entry.zh))
    assert not any("\u4e00" <= char <= "\u9fff" for char in "".join(entry.en))
    assert 400 <= entry.status <= 599


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("en;q=0.3, zh-TW;q=0.7", "zh"),
        ("fr", "en"),
        ("zh_CN.UTF-8", "zh"),
        ("zh;q=x", "en"),
        (";;,,q=", "en"),
    ],
)
def test_the_callers_language(accept: str | None, language: str) -> None:
    assert pick_language(accept) == language


def test_details_that_are_words_follow_the_language() -> None:
    error = StudioError("bad_plan", reason=Bilingual("it is odd.", "它很奇怪。"))
    assert "it is odd." in error.localise("en")[0]
    assert "它很奇怪。" in error.localise("zh")[0]
