"""Parts of speech of English words, and where a sentence may pause between them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.reading.text.en import parts_of_speech, phrases
from tests.support.segments import build_segments


def tagged(sentence: str) -> list[tuple[str, str]]:
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)*|[.,?!]", sentence)
    return list(zip(words, parts_of_speech.tags(words), strict=True))


@pytest.mark.parametrize(
    "sentence",
    [
        "She/rs asked/v the/dt driver/n whether/cs the/dt train/n to/p London/nr had/vx left/vd ./.",
        "I/rs will/vx record/v a/dt new/a record/n for/p the/dt company/n that/cs we/rs founded/v ./.",
        "They/rs use/v this/dt tool/n because/cs it/rs makes/v the/dt use/n of/p memory/n clear/a ./.",
        "Please/d read/v the/dt instructions/n before/cs you/rs turn/v on/p the/dt machine/n ./.",
        "The/dt wind/n was/vx blowing/vg ,/. and/c the/dt roads/n wind/v through/p the/dt hills/n ./.",
        "John's/dt brother/n has/vx been/vx living/vg in/p New/nr York/nr ./.",
        "We/rs need/v more/dt memory/n to/to run/v it/r on/p a/dt single/a card/n ./.",
        "We/rs stood/v in/p line/n in/p the/dt pouring/n rain/n ./.",
        "Sales/n of/p a/dt Danish/a wind/n turbine/n maker/n fell/v ./.",
        "The/dt oil/n stain/n is/vx old/a and/c the/dt infusion/n pump/n has/vx stopped/vd ./.",
        "They/rs will/vx have/vx to/to deal/v with/p a/dt pension/n fund/n ./.",
        "We/rs abandon/v the/dt plan/n and/c she/rs opens/v the/dt window/n ./.",
        "They/rs say/v market/n interest/n rates/n rose/v last/a year/n ./.",
    ],
)
def test_words_of_two_kinds_are_told_apart_by_their_neighbours(sentence: str) -> None:
    pairs = [tuple(item.rsplit("/", 1)) for item in sentence.split()]
    assert tagged(" ".join(word for word, _ in pairs)) == pairs


def test_tokens_carry_the_parts_of_speech_of_english_words() -> None:
    tokens = build_segments("我们 need 20 GB of RAM。", max_syllables=60)[0].tokens
    found = {token.text: token.pos for token in tokens if token.lang == "en"}
    assert found["of"] == "p"
    assert build_segments("He runs in the park.", max_syllables=60)[0].tokens[-1].pos == "x"


def test_no_pause_is_good_between_a_preposition_or_an_article_and_its_noun() -> None:
    words = list(re.findall(r"\w+", "The first test of the engine in London has begun and the result is clear"))
    good = dict(zip(words, phrases.gaps(words, parts_of_speech.tags(words)), strict=True))
    assert max(good[word] for word in ("first", "of", "in", "has", "and", "is")) <= phrases.TOGETHER
    assert min(good["London"], good["engine"]) > 1.0
    assert good["begun"] == max(good[word] for word in words[:-1])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["the", "use", "Of", ",", "'s", "42", "X", "running", "to", "IBM's", "’", "é"])))
def test_every_row_of_words_has_a_tag_for_each(words: list[str]) -> None:
    found = parts_of_speech.tags(words)
    assert len(found) == len(words)
    assert set(found) <= parts_of_speech.TAGS.keys()
    assert len(phrases.gaps(words, found)) == len(words)
