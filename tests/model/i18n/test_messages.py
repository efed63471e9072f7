"""Every error speaks both languages."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, messages, pick_language, read_words
from indextts.platform.config import PROJECT_ROOT
from indextts.studio import strings

CATALOGUES = [*(PROJECT_ROOT / "indextts/model/i18n/words").glob("*.yaml"), *strings.CATALOGUES]


def fields(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    wrong = []
    for code, (status, happened, hint) in messages().items():
        faults = {
            "empty": not (all(happened) and all(hint)),
            "other details": fields(happened.en, hint.en) != fields(happened.zh, hint.zh),
            "not Chinese": not any("\u4e00" <= char <= "\u9fff" for char in happened.zh + hint.zh),
            "not English": any("\u4e00" <= char <= "\u9fff" for char in happened.en + hint.en),
            "no status of an error": not 400 <= status <= 599,
        }
        wrong += [f"{code}: {fault}" for fault, found in faults.items() if found]
    assert wrong == [] and len(messages()) > 150


def raised() -> list[tuple[str, str, set[str]]]:
    """Each error that is made with a code and details written out: where, the code, the details' names."""
    found = []
    for path in sorted((PROJECT_ROOT / "indextts").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "StudioError":
                continue
            names = [one.arg for one in node.keywords]
            code = node.args[0] if node.args else None
            if isinstance(code, ast.Constant) and None not in names:
                place = f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"
                found.append((place, str(code.value), {name for name in names if name}))
    return found


def test_every_error_is_made_with_all_that_its_words_tell() -> None:
    made = raised()
    assert len(made) > 300
    lacking = {
        place: missing
        for place, code, names in made
        if (missing := fields(*messages()[code].happened, *messages()[code].hint) - names - {"retry_after_s"})
    }
    assert not lacking


@pytest.mark.parametrize("path", CATALOGUES, ids=str)
def test_no_key_stands_twice_in_a_catalogue(path: Path) -> None:
    keys = re.findall(r"^(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert keys and len(keys) == len(set(keys)) == len(read_words([path]))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("a: {en: Good}", "missing"),
        ("a: {en: Yes, zh: 是}", "no text"),
        ('a: {en: "", zh: 是}', "missing"),
        ('a: {en: "{count} of {all}", zh: "{count}"}', "other details"),
        ('a: {en: ["{count}", ""], zh: ["{count}", 是]}', "missing"),
    ],
)
def test_a_catalogue_that_says_less_in_one_language_is_refused(words: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        read_words([tmp_path / "words.yaml"])


def test_a_key_of_two_catalogues_is_refused(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("a: {en: Good, zh: 好}", encoding="utf-8")
    with pytest.raises(ValueError, match="another file"):
        read_words(sorted(tmp_path.glob("*.yaml")))


def test_a_missing_package_is_told_where_no_package_is_installed() -> None:
    code = (
        "from indextts.model.errors import StudioError as E;print(E('dependency_missing', package='yaml', command='x'))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "The package “yaml” is needed and not installed. Install it with: x"


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
