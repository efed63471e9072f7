"""A streamed text is analysed while it is spoken, and read as if it had been analysed as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Token, Utterance
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.fallback.session import FallbackSession
from indextts.pipeline.pipeline import Pipeline, SegmentAudio
from indextts.plan import parts
from indextts.plan.request import SpeechRequest
from indextts.platform.beats import Beat
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.reading.phonemes.annotate import symbols_of
from indextts.reading.phonemes.en import heteronyms, pronunciation
from indextts.reading.prosody.rules import RuleProsody
from tests.support.tiny_voice import make_tiny_voice
from tests.tiers import by_night

DATA = Path(__file__).parents[1] / "data"
MARKED = (
    "甲：银<行|hang2>的门开了。[pause 500ms]乙：OK, see you!\n\n<prosody rate='slow'>慢慢说，the end。Yes。</prosody>"
    "好的？<emphasis>今天</emphasis>不行；[happy]真好！We, you, they. And so on… 我想去\n他说：“再见。”龘龘。Bye\n"
)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache"), cache=CacheConfig(segments_mb=0))
    make_tiny_voice(config.models_path)
    return Pipeline(config, load(config))


def streamed(pipeline: Pipeline, request: SpeechRequest) -> tuple[Utterance, list[SegmentAudio]]:
    """The plan as a stream leaves it, and what it gave."""
    seen: list[Utterance] = []

    class Session(FallbackSession):
        def __init__(self, router: EngineRouter, utterance: Utterance, run: Run) -> None:
            seen.append(utterance)
            super().__init__(router, utterance, run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indextts.pipeline.pipeline.FallbackSession", Session)
        spoken = list(pipeline.stream(request, run=Run()))
    return seen[0], spoken


def real_text(seed: int) -> str:
    """Paragraphs of sentences from the tests' collections, Chinese, English and mixed in turn."""
    names = ("polyphones.tsv", "normalise_mixed.tsv", "normalise_en.tsv", "normalise_zh.tsv")
    columns = (0, 1, 1, 1)
    rows = [
        [line.split("\t")[column] for line in (DATA / name).read_text(encoding="utf-8").splitlines()[seed::29]]
        for name, column in zip(names, columns, strict=True)
    ]
    lines = [" ".join(four) for four in zip(*rows, strict=False)]
    return "\n".join(lines)


@pytest.mark.night
@pytest.mark.parametrize("prosody", ["lm", "rules", "causal"])
@pytest.mark.parametrize("emotion", ["neutral", "auto"])
def test_a_stream_of_real_paragraphs_has_the_plan_of_the_whole(pipeline: Pipeline, prosody: str, emotion: str) -> None:
    for seed in range(1 if prosody == "causal" else 3):
        request = SpeechRequest(real_text(seed) + MARKED, Settings(prosody=prosody, emotion=emotion))
        whole = pipeline.speak(request)
        plan, spoken = streamed(pipeline, request)
        assert len(plan.segments) > 20 and plan == whole.utterance
        assert sum(part.samples.size for part in spoken) == whole.samples.size


SPOKEN = ["你好", "今天重庆很热", "一不做二不休", "hello", "see", "the big one", "U.S.", "A", "3.5%", "2026年", "龘"]
MARKS = [*"。！？，；…“” \n'\"", ". ", "! ", ", ", "[pause 1s]", "<emphasis>是</emphasis>"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(st.sampled_from(SPOKEN + MARKS), min_size=1, max_size=60),
    prosody=st.sampled_from(["lm", "rules"]),
    emotion=st.booleans(),
)
def test_a_stream_has_the_plan_of_the_whole(pipeline: Pipeline, pieces: list[str], prosody: str, emotion: bool) -> None:
    request = SpeechRequest("".join(pieces), Settings(prosody=prosody, emotion="auto" if emotion else "neutral"))
    try:
        whole = pipeline.speak(request)
    except StudioError as error:
        with pytest.raises(StudioError, match=str(error)):
            next(pipeline.stream(request, run=Run()))
        return
    plan, _ = streamed(pipeline, request)
    assert plan == whole.utterance


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The segments that prosody was decided for, in that order."""
    seen: list[str] = []
    decide = RuleProsody.annotate

    def annotate(self: RuleProsody, utterance: Utterance, beat: Beat) -> None:
        seen.extend(segment.text for segment in utterance.segments)
        decide(self, utterance, beat)

    monkeypatch.setattr(RuleProsody, "annotate", annotate)
    return seen


RULES = Settings(prosody="rules")


@pytest.mark.night
def test_the_first_sound_comes_before_the_last_paragraph_is_analysed(pipeline: Pipeline, read: list[str]) -> None:
    lines = [f"这是第{number}段。它有两句。" for number in range(1, 100)]
    stream = pipeline.stream(SpeechRequest("\n".join(lines), RULES), run=Run())
    first = next(stream)
    assert first.total == 198
    assert len(read) <= 3 and lines[-1][-4:] not in read[:1]
    rest = list(stream)
    assert len(rest) == 197 and "这是第99段。" in read
    assert len(read) < 1.3 * 198, "few are looked at twice"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("……", "text_unspeakable"),
        ("好。\n" * 300 + "<prosody rate='never'>好</prosody>", "bad_markup"),
        ("好。\n" * 300 + "<phoneme alphabet='pinyin' ph='zzz9'>好</phoneme>", "bad_markup"),
        ("好。" * 5001, "text_too_long"),
        pytest.param(
            *("<prosody rate='25%'>" + "这一段要说很久很久。" * 980 + "</prosody>", "speech_too_long"),
            marks=pytest.mark.night,
        ),
    ],
)
def test_what_is_wrong_anywhere_is_told_before_the_first_sound(pipeline: Pipeline, text: str, code: str) -> None:
    with pytest.raises(StudioError) as caught:
        next(pipeline.stream(SpeechRequest(text, Settings(prosody="rules", speed=0.5)), run=Run()))
    assert caught.value.code == code


def test_a_text_may_begin_with_characters_that_nothing_reads(pipeline: Pipeline) -> None:
    text = "\U00020021。" * 5 + "好。"
    plan, spoken = streamed(pipeline, SpeechRequest(text, RULES))
    assert plan == pipeline.speak(SpeechRequest(text, RULES)).utterance and len(spoken) == len(plan.segments)
    with pytest.raises(StudioError) as caught:
        next(pipeline.stream(SpeechRequest("\U00020021。" * 5, RULES), run=Run()))
    assert caught.value.code == "text_unspeakable"


@pytest.mark.parametrize("step", by_night([70, 7]))
def test_no_word_has_more_symbols_than_are_reckoned_with(step: int) -> None:
    words = [entry.split("(")[0] for entry, _ in pronunciation.dictionary_entries()][::step]
    for word in [*words, "feb", "fyi", "w", "www", "xq", "Kovalenko", "McW", "WWW", "iPhone"]:
        for kind in ("word", "letter") if len(word) == 1 else ("word",):
            token = Token(word, "letter" if kind == "letter" else "word", "en", 0, len(word))
            others = *pronunciation.alternatives(word), *heteronyms.alternatives(word)
            for token.reading in (pronunciation.pronounce(word)[0], *others):
                assert len(symbols_of(token)) < parts._most_symbols(token), (word, token.reading)


@pytest.mark.night
def test_a_stream_whose_plan_nobody_wants_sounds_the_same_and_keeps_little_of_it(pipeline: Pipeline) -> None:
    request = SpeechRequest("龘。" + "今天重庆很热。你好吗？OK, see you! " * 100, Settings(prosody="rules"))
    run, whole = Run(), Run()
    least = [part.samples for part in pipeline.stream(request, run=run, keeps_plan=False)]
    assert all(map(np.array_equal, least, (part.samples for part in pipeline.stream(request, run=whole))))
    assert run.utterance is not None and whole.utterance is not None
    kept = [len(segment.tokens) for segment in run.utterance.segments]
    assert len(kept) == len(least) > 200
    assert sum(kept) < 0.6 * sum(len(segment.tokens) for segment in whole.utterance.segments)
