"""Compares the text front end with recordings: normalised text, tokens, segments, all exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from indextts.config import Config
from indextts.engines.indextts2.frontend.cut import split
from indextts.engines.indextts2.frontend.normaliser import Grammar, Normaliser, corrected, is_chinese
from indextts.engines.indextts2.frontend.sentencepiece import Tokeniser, spaced
from indextts.parity.runner import Fixture, unequal

_PLACEHOLDER: Final = re.compile(r"<(?:pinyin|n)_[^>]>")
_SETTING: Final = re.compile(r"max(\d+)_quick(\d+)")
_NOT_ASKED: Final = "\0"


def compare(fixture: Fixture, config: Config) -> Iterator[tuple[str, float, float]]:
    """Every case; the grammars' answers are the recorded ones, and only for what they were really asked."""
    about = fixture.about
    model = fixture.path.parent / about["bpe_model"]
    pieces = Tokeniser.open(model, Normaliser())
    yield "vocab_size", unequal(len(pieces), about["vocab_size"]), 0.0
    for number, case in enumerate(about["cases"]):
        for what, ours, theirs in _case(case, Tokeniser.open(model, _replayed(case)), _replayed(case)):
            yield f"case {number}: {what}", unequal(ours, theirs), 0.0
    for number, case in enumerate(about["glossary_cases"]):
        normaliser = _replayed(case, about["glossary"])
        yield f"glossary case {number}", unequal(normaliser(case["text"]), case["normalized"]), 0.0
    for number, case in enumerate(about["synthetic_segmentation"]):
        segments = split(case["tokens"], case["max"], case["quick"])
        yield f"synthetic_segmentation {number}", unequal(segments, case["segments"]), 0.0
    for syllable, expected in about["correct_pinyin"]:
        yield f"correct_pinyin {syllable}", unequal(corrected(syllable), expected), 0.0


def _case(case: Mapping[str, Any], tokeniser: Tokeniser, normaliser: Normaliser) -> Iterator[tuple[str, Any, Any]]:
    if "<" not in case["text"]:  # annotations are taken out before the language is chosen
        yield "use_chinese", is_chinese(case["text"]), case["use_chinese"]
    normalised = normaliser(case["text"])
    yield "normalized", normalised, case["normalized"]
    yield "cjk_spaced", spaced(normalised), case["cjk_spaced"]
    tokens = tokeniser.tokens(case["text"])
    yield "tokens", tokens, case["tokens"]
    yield "ids", tokeniser.ids(tokens), case["ids"]
    for setting, segments in case["segments"].items():
        numbers = _SETTING.fullmatch(setting)
        longest, quick = (int(number) for number in numbers.groups()) if numbers else (0, 0)
        yield setting, split(tokens, longest, quick), segments


def _replayed(case: Mapping[str, Any], glossary: Mapping[str, Any] | None = None) -> Normaliser:
    calls = case["tn_calls"]
    zh, en = (_grammar([call for call in calls if call["lang"] == language]) for language in ("zh", "en"))
    return Normaliser(glossary, zh=zh, en=en)


def _grammar(calls: Sequence[Mapping[str, str]]) -> Grammar:
    """Answers what was recorded, whichever letters the placeholders had then."""

    def answer(text: str) -> str:
        for call in calls:
            if _PLACEHOLDER.sub("<>", call["input"]) == _PLACEHOLDER.sub("<>", text):
                pairs = zip(_PLACEHOLDER.findall(call["input"]), _PLACEHOLDER.findall(text), strict=True)
                names = dict(pairs)
                return _PLACEHOLDER.sub(partial(_renamed, names), call["output"])
        return _NOT_ASKED

    return answer


def _renamed(names: Mapping[str, str], match: re.Match[str]) -> str:
    return names[match[0]]
