from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from indextts.studio import strings
from indextts.studio.layout import EXAMPLES
from indextts.studio.strings import LOCALES, STRINGS, both, i18n, label, say, table

CHINESE = re.compile(r"[\u3400-\u9fff]")


def sources(*endings: str) -> dict[str, str]:
    root = Path(strings.__file__).parent
    files = [file for file in root.rglob("*") if file.name.endswith(endings)]
    return {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_are_there_and_take_the_same_details() -> None:
    same = {"vocoder_griffin_lim", "megabytes", "gigabytes", "voice_of_engine", "help_sample_sound", "voice_sample_en"}
    in_both = {"switch_language", "example_mixed_text", "voice_sample_zh"}  # of both languages, or spoken
    wrong = []
    for key, (english, chinese) in STRINGS.items():
        faults = {
            "empty": not (chinese.strip() and english.strip()),
            "other details": braces(chinese) != braces(english),
            "not Chinese": key not in same and not CHINESE.search(chinese),
            "not English": key not in in_both and bool(CHINESE.search(english)),
        }
        wrong += [f"{key}: {fault}" for fault, found in faults.items() if found]
    assert wrong == [] and len(STRINGS) > 900


def test_every_string_that_is_asked_for_exists_and_every_string_is_asked_for() -> None:
    asked = {f"example_{name}" for name in EXAMPLES}
    for name, text in sources(".py", ".js").items():
        if name != "strings.py":
            asked |= set(re.findall(r"""(?:say|label|both|bilingual|fill)\w*\(\s*["'`](\w+)["'`]""", text))
            asked |= set(re.findall(r"""["'`](\w+)["'`]""", text)) & set(STRINGS)
            prefixes = re.findall(r"""["'`](\w+_)(?:\$?\{)""", text)
            asked |= {key for key in STRINGS if key.startswith(tuple(prefixes))}
    assert asked - set(STRINGS) == set()
    assert set(STRINGS) - asked == set()


def test_no_sentence_hides_outside_the_table() -> None:
    for name, text in sources(".py", ".js", ".css").items():
        without_comments = re.sub(r'""".*?"""|#.*|//.*|/\*.*?\*/', "", text, flags=re.DOTALL)
        found = [found for found in CHINESE.findall(without_comments) if found not in "文重"]
        assert not found, name


def test_examples_are_speakable_and_labelled() -> None:
    assert {f"example_{name}{part}" for name in EXAMPLES for part in ("", "_text")} <= set(STRINGS)


def test_strings_are_filled_and_escaped() -> None:
    assert say("seconds", "zh", value="3") == "3 秒"
    assert say("seconds", "en", value="3") == "3 s"
    assert both("examples") == '<span lang="zh-CN">示例</span><span lang="en">Examples</span>'


def test_gradio_gets_the_words_of_what_it_draws() -> None:
    for language in ("zh", "en"):
        theirs, whole = i18n().translations[LOCALES[language]], table(language)
        assert theirs.items() <= whole.items() and {"generate", "voice", "emotion_words"} <= theirs.keys()
        # Gradio sends its table with the page: what it never shows stays out of it.
        assert not {"history_search", "book_start", "voice_love", "entry_undone"} & theirs.keys()
    assert label("voice").key == "voice"
    with pytest.raises(KeyError):
        label("nothing")
    assert strings.LOCALES == {"zh": "zh-CN", "en": "en"}
