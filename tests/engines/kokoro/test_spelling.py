"""Kokoro v1.1-zh's way of writing, and that no line is ever written for the other model."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.engines.kokoro import install
from indextts.engines.kokoro.engine import load
from indextts.engines.kokoro.info import NAME, NAME_11
from indextts.engines.kokoro.line import write
from indextts.engines.kokoro.networks import EncodedText, KokoroNetworks
from indextts.engines.kokoro.spelling import SPELLINGS, V1_0, V1_1, Spelling, spelling_of
from indextts.engines.kokoro.symbols import english
from indextts.engines.kokoro.symbols_zh import mandarin, rhotic
from indextts.engines.kokoro.voices import Style
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.reading.phonemes.symbols import is_syllable
from tests.engines.kokoro.conftest import never
from tests.engines.kokoro.test_symbols import pinyin_of_the_dictionary
from tests.support.faulty_engines import Tone
from tests.support.tiny_kokoro import make_published

SHARED = "ꭧɚɥɤɻ↓→↗↘"
TEXT = "今天我们去公园玩儿，女儿用 window 唱歌儿吗？"


def test_there_are_171_symbols_nine_of_them_with_numbers_of_other_ones() -> None:
    assert (len(V1_0.ids), len(V1_1.ids)) == (114, 171)
    assert len({*V1_1.ids.values()}) == 171 and max(V1_1.ids.values()) < 178
    numbers = {number: char for char, number in V1_1.ids.items()}
    assert "".join(numbers[V1_0.ids[char]] for char in SHARED) == "ㄓㄦ月ㄜㄖ3124"
    for char in {*V1_0.ids} - {*SHARED}:
        assert V1_1.ids[char] == V1_0.ids[char]


@pytest.mark.parametrize(
    ("reading", "written"),
    [
        ("zhong1", "ㄓ中1"), ("zi3", "ㄗㄭ3"), ("shi4", "ㄕ十4"), ("ri4", "ㄖ十4"), ("jie2", "ㄐㄝ2"),
        ("xue2", "ㄒ月2"), ("jia1", "ㄐ压1"), ("yan2", "言2"), ("yang2", "阳2"), ("yao4", "要4"), ("yin1", "阴1"),
        ("ying4", "应4"),
        ("yong4", "用4"), ("you4", "又4"), ("wa1", "穵1"), ("wai4", "外4"), ("wan4", "万4"), ("wang2", "王2"),
        ("wei4", "为4"), ("wen2", "文2"), ("weng4", "瓮4"), ("wo3", "我3"), ("yuan2", "元2"), ("yun2", "云2"),
        ("er2", "ㄦ2"), ("bo1", "ㄅㄛ1"), ("duo1", "ㄉ我1"), ("lv4", "ㄌㄩ4"), ("de5", "ㄉㄜ5"), ("yi1", "ㄧ1"),
    ],
)  # fmt: skip
def test_a_syllable_is_an_initial_a_final_and_a_tone(reading: str, written: str) -> None:
    assert mandarin(reading) == written


def test_every_syllable_has_symbols() -> None:
    known = {syllable for syllable in pinyin_of_the_dictionary() if is_syllable(syllable)}
    assert len(known) > 1500
    for syllable in known:
        assert {*mandarin(syllable)} <= {*V1_1.ids}, syllable
    # As many sounds as v1.0 writes, so that no table merges two.
    first = {V1_0.mandarin(syllable) for syllable in known}
    assert len({mandarin(syllable) for syllable in known}) >= len(first)


@pytest.mark.parametrize(
    ("syllable", "divided"),
    [("万2", ("万", "R2")), ("ㄍㄜ1", ("ㄍ", "ㄦ1")), ("ㄋ要3", ("ㄋ要", "R3")), ("ㄜ2", ("ㄜ", "R2"))],
)
def test_the_rhotic_ending_stands_before_the_tone(syllable: str, divided: tuple[str, str]) -> None:
    assert rhotic(syllable) == divided


def planned(text: str) -> Utterance:
    return Pipeline(Config(), Tone()).analyse(SpeechRequest(text, settings=Settings(prosody="rules")))


def written(text: str, spelling: Spelling) -> str:
    chars = {number: char for char, number in spelling.ids.items()}
    lines = [line for segment in planned(text).segments for line in write(segment, spelling)]
    for line in lines:
        assert all(first < last for first, last in line.spans)
    return "".join(chars[number] for line in lines for number in line.ids[1:-1])


def test_words_are_parted_by_strokes_and_languages_by_spaces() -> None:
    line = written(TEXT, V1_1)
    assert line.startswith("ㄐ阴1ㄊ言1/我3ㄇㄣ5/ㄑㄩ4/ㄍ中1元2/万R2, ㄋㄩ3ㄦ2/用4 ")
    assert english("W IH1 N D OW0") in line and line.endswith("?")
    assert "ㄔㄤ4" in line and "ㄔㄤ4ㄍㄦ1/ㄇㄚ5?" in line
    assert not {*line} & {*SHARED}


def test_a_short_text_is_carried_by_its_own_symbols() -> None:
    assert written("妈", V1_1) == "我3/ㄕ我1/ㄉㄜ5/ㄕ十4, ㄇㄚ1, ㄅㄨ2ㄕ十4/ㄅㄝ2ㄉㄜ5."


def test_carriers_and_trials_are_of_their_spelling() -> None:
    for spelling in SPELLINGS:
        for text in (spelling.trial, *spelling.carrier):
            assert spelling.numbers(text)
        assert spelling_of(dict(spelling.ids)) is spelling
        assert spelling_of({"$": 0, **spelling.ids}) is spelling
    assert spelling_of({}) is None


@pytest.mark.parametrize(("model", "voice", "spelling"), [(NAME, "zf_xiaoxiao", V1_0), (NAME_11, "zf_001", V1_1)])
def test_a_model_never_gets_a_line_that_is_written_for_the_other(
    model: str, voice: str, spelling: Spelling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(cache_dir=tmp_path / "hub")
    local = make_published(tmp_path / "published", voices=[voice, "af_heart", "af_maple"])
    install.ensure(config, model=model, local=local, fetch=never, say=lambda _: None)
    given: list[list[int]] = []
    text = KokoroNetworks.text

    def noted(self: KokoroNetworks, ids: list[int], style: Style) -> EncodedText:
        given.append(ids)
        return text(self, ids, style)

    monkeypatch.setattr(KokoroNetworks, "text", noted)
    engine = load(config)  # measures itself with a sentence
    (segment,) = planned(TEXT).segments
    assert engine.speak(segment, Settings(engine="kokoro", voice=voice), Run()).size
    chars = {number: char for char, number in spelling.ids.items()}
    told = ["".join(chars[number] for number in ids[1:-1]) for ids in given]
    # English inside it is read by itself in an English manner where there is a voice to lend one.
    lines = 2 if spelling is V1_0 else 1
    assert told[-lines:] == [written(TEXT, spelling), "wˈɪndO, "][:lines]
    assert {*told[:-lines]} == {spelling.trial}


def test_a_voice_of_the_other_model_is_refused(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path / "hub")
    install.ensure(config, local=make_published(tmp_path / "published"), fetch=never, say=lambda _: None)
    (segment,) = planned(TEXT).segments
    with pytest.raises(StudioError) as caught:
        load(config).speak(segment, Settings(engine="kokoro", voice="zf_001"), Run())
    assert caught.value.details["choices"] == "zf_xiaoxiao, zm_yunxi, af_heart, bf_emma"
