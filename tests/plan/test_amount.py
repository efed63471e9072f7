"""A text of any script costs three to four times what Chinese of the same length costs, at most: by counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.check import SOUNDS_FOR_EACH_CHAR
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import ServerConfig
from indextts.reading.lexicon.entry import draft
from indextts.reading.phonemes.en import g2p
from tests.support.tiny_voice import make_tiny_voice

MOST = 120
CHINESE = "清晨阳光照进小镇，老人推开窗，看见门前的梧桐树。今天会有人来吗？他想了很久，终于笑了。"
RULES = Settings(prosody="rules")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"), server=ServerConfig(max_text_chars=MOST))
    make_tiny_voice(config.models_path)
    return Pipeline(config, load(config))


@contextmanager
def asked() -> Iterator[list[str]]:
    """The pieces of words that the network of English letters is asked for meanwhile."""
    pieces: list[str] = []
    read = g2p.G2P._read

    def noted(network: g2p.G2P, word: str) -> list[str]:
        pieces.append(word)
        return read(network, word)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(g2p.G2P, "_read", noted)
        yield pieces


def sounds(plan: Utterance) -> int:
    return sum(len(token.phones) for segment in plan.segments for token in segment.tokens)


def full(text: str) -> str:
    """``text`` again and again, as long as a request may be."""
    return (text * MOST)[:MOST]


def blocks() -> list[list[str]]:
    """All that can be said, 128 neighbours each: the scripts and collections of signs that there are."""
    found: dict[int, list[str]] = {}
    for code in range(0x21, 0x20000):
        if unicodedata.category(chr(code))[0] in "LNS":
            found.setdefault(code // 128, []).append(chr(code))
    return list(found.values())


words = st.sampled_from(blocks()).flatmap(lambda block: st.text(alphabet=block, min_size=1, max_size=12))
texts = st.lists(words, min_size=1, max_size=6).map(" ".join)


@given(texts)
@example("가각간갇갈갉갊감갑값")
@example("ꀀꀁꀂꀃ")
@example("ሀሁሂሃ")
@example("⥢⪔⥮")
@example("ʬ")
@example("щ")
@example("ﷺ ﷺ")
@example("𒀀𒀁𒀂")
@example("777,777 ")
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_script_costs_much_more_than_chinese(pipeline: Pipeline, text: str) -> None:
    chinese = sounds(pipeline.analyse(SpeechRequest(full(CHINESE), RULES)))
    with asked() as pieces:
        try:
            plan = pipeline.analyse(SpeechRequest(full(text), RULES))
        except StudioError as error:
            assert error.code in ("speech_too_long", "text_unspeakable", "bad_markup"), text
            assert not pieces, "it is refused before the network is asked"
            return
    letters = sum(map(len, pieces))
    assert letters <= SOUNDS_FOR_EACH_CHAR * MOST
    assert sounds(plan) <= 4 * chinese
    assert max(map(len, pieces), default=0) <= g2p.LONGEST


@pytest.mark.parametrize("text", ["⥢⪔⥮", "ﷺ ", "𛊙", "ʬ"])
def test_few_characters_that_are_very_many_sounds_are_refused_before_they_are_read(
    pipeline: Pipeline, text: str
) -> None:
    for way in (pipeline.analyse, pipeline.speak, lambda request: next(pipeline.stream(request, run=Run()))):
        with asked() as pieces, pytest.raises(StudioError) as caught:
            way(SpeechRequest(full(text), RULES))
        said, what_next = caught.value.localise("en")
        assert caught.value.code == "speech_too_long" and not pieces
        assert "at most 1.3." in said and "Split" in what_next
    assert sounds(pipeline.analyse(SpeechRequest(text, RULES))), "one of them is said as ever"


@pytest.mark.night
@given(words)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_word_is_asked_for_once_however_often_it_stands_there(pipeline: Pipeline, word: str) -> None:
    with asked() as first:
        try:
            pipeline.analyse(SpeechRequest(word, RULES))
        except StudioError:
            assume(False)
    with asked() as again:
        pipeline.analyse(SpeechRequest(word, RULES))
    assert [piece for piece in again if piece in first and len("".join(first)) <= g2p.LONGEST] == []


def test_entries_that_make_a_sentence_of_each_character_are_refused_unread(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indextts.pipeline.pipeline.build_segments", lambda *_, **__: pytest.fail("it is being read"))
    words = (draft("吗", "这是一句很长很长的话。" * 15, "text"),)
    with pytest.raises(StudioError) as caught:
        pipeline.analyse(SpeechRequest("吗" * MOST, RULES, words=words))
    assert caught.value.code == "speech_too_long"
