"""Short sentences that the model says in one go, on a tiny checkpoint laid out as the published one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indextts.engines.base import Passes, Samples
from indextts.engines.indextts2 import engine as engines
from indextts.engines.indextts2.calibration import Calibration
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.engine import IndexTts2Engine, open_engine
from indextts.engines.indextts2.frontend.tokens import open_front
from indextts.engines.indextts2.passes import PassSize, joined, shares_of
from indextts.engines.indextts2.reference import gpt
from indextts.engines.indextts2.speech import synthesis, writing
from indextts.engines.indextts2.speech.writing import LineToWrite, WrittenCodes
from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Sampling, Segment, Settings, Token
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from indextts.platform.run import Cancel, Run
from indextts.sound.edges import speech_bounds
from indextts.sound.export.subtitles import Subtitles
from tests.support.cloned import Library, segment
from tests.support.tiny_indextts2 import make_checkpoint
from tests.tiers import by_night

SPOKEN = Settings(voice="clone-1", sampling=Sampling(beams=1, steps=4), prosody="rules")
SENTENCES = [segment(text) for text in ("今天很好。", "我们去公园，", "你好世界。")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def library(home: Path) -> Library:
    made = Library(home)
    made.add((made.record(110.0), 1.0))
    return made


def config_of(home: Path, **options: object) -> Config:
    own = IndexTts2Config.model_validate({"threads": 1, **options})
    return Config(cache_dir=home, engines=EnginesConfig(indextts2=own))


@pytest.fixture(scope="module")
def engine(home: Path, library: Library, checkpoint: Path) -> IndexTts2Engine:
    return open_engine(config_of(home), library, checkpoint)


def words(text: str) -> Segment:
    made = [
        Token(word.rstrip("."), "word", "en", 0, 1, at, phones=[Phone("a")]) for at, word in enumerate(text.split())
    ]
    return Segment(text, 0, len(text), text, [*made, Token(".", "punctuation", "en", 0, 1, len(made))])


def test_the_tokens_of_a_pass_are_those_of_the_joined_text(checkpoint: Path) -> None:
    front = open_front(PublishedFolder(checkpoint))
    whole = front.lines(segment("今天很好。我们去公园，你好世界。"))
    assert front.lines(joined(SENTENCES)) == whole and len(whole) == 1
    (english,) = front.lines(joined([words("Hello world."), words("This is a voice.")]))
    (first,), (second,) = (front.lines(words(text)) for text in ("Hello world.", "This is a voice."))
    assert english.ids == (*first.ids, *second.ids)


def test_words_of_two_segments_stay_two_words(checkpoint: Path) -> None:
    cut_off, rest = words("Hello"), words("world")
    cut_off.tokens.pop()
    (line,) = open_front(PublishedFolder(checkpoint)).lines(joined([cut_off, rest]))
    (known,) = open_front(PublishedFolder(checkpoint)).lines(words("Hello world"))
    assert line == known


@pytest.mark.parametrize("longest", [20, 50, 120])
def test_a_pass_takes_as_many_as_fit_into_its_tokens(checkpoint: Path, longest: int) -> None:
    front = open_front(PublishedFolder(checkpoint))
    many = SENTENCES * 20
    count = PassSize(front.lines, longest).of(many)
    (line,) = front.lines(joined(many[:count]))
    assert 1 < count < len(many) and len(line.ids) <= longest
    assert sum(len(one.ids) for one in front.lines(joined(many[: count + 1]))) > longest


def test_a_sentence_that_needs_more_than_a_pass_is_one_of_its_own(checkpoint: Path) -> None:
    passes = PassSize(open_front(PublishedFolder(checkpoint)).lines, 120)
    long = segment("今天很好，" * 40)
    assert passes.of([long, *SENTENCES]) == 1
    assert passes.of([SENTENCES[0], long, SENTENCES[1]]) == 1


@pytest.mark.night
def test_without_passes_all_is_as_it_was(
    home: Path, library: Library, checkpoint: Path, engine: IndexTts2Engine
) -> None:
    plain = open_engine(config_of(home, pass_tokens=0), library, checkpoint)
    assert plain.together(SENTENCES, SPOKEN) == 0 and engine.together(SENTENCES, SPOKEN) == 3
    told = dict(engine.fingerprints("clone-1"))
    assert told.pop("indextts2 pass") == "120 tokens" and told == plain.fingerprints("clone-1")
    sounds = [one.speak(SENTENCES[0], SPOKEN, Run()) for one in (plain, engine)]
    assert np.array_equal(sounds[0], sounds[1])


def test_a_pass_of_one_is_that_sentence(engine: IndexTts2Engine) -> None:
    [sound] = engine.speak_together(SENTENCES[:1], SPOKEN, Run())
    assert sound is not None and np.array_equal(sound, engine.speak(SENTENCES[0], SPOKEN, Run()))


def test_a_pass_sounds_as_its_joined_text_does(engine: IndexTts2Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    known = engine.speak(segment("今天很好。我们去公园，你好世界。"), SPOKEN, Run())
    heard: list[Samples] = []

    def whole(samples: Samples, rate: int, sentences: Sequence[Sequence[float]]) -> list[Samples | None]:
        begin, end = speech_bounds(samples, rate)
        heard.append(samples[begin:end])
        assert sentences == [[8.0], [10.0], [8.0]]
        return [None] * len(sentences)

    monkeypatch.setattr(engines, "cut", whole)
    assert engine.speak_together(SENTENCES, SPOKEN, Run()) == [None] * 3
    assert np.array_equal(heard[0], known)


def test_clauses_are_counted_from_mark_to_mark() -> None:
    assert shares_of(segment("今天很好，我们去。")) == [8.0, 6.0]
    assert shares_of(segment("，今天，，很好")) == [4.0, 4.0]


def in_equal_parts(samples: Samples, rate: int, sentences: Sequence[Sequence[float]]) -> list[Samples | None]:
    return [*np.array_split(samples, len(sentences))]


def test_a_page_has_its_sentences_in_time_and_in_its_captions(
    home: Path, engine: IndexTts2Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    together = engine.speak_together

    def noted(
        segments: Sequence[Segment], settings: Settings, run: Run, following: Passes = ()
    ) -> list[Samples | None]:
        asked.append(len(segments))
        return together(segments, settings, run, following)

    monkeypatch.setattr(engines, "cut", in_equal_parts)
    monkeypatch.setattr(engine, "speak_together", noted)
    speech = Pipeline(config_of(home), engine).speak(SpeechRequest("今天很好。我们去公园。你好世界。在哪里？", SPOKEN))
    assert asked == [1, 3]
    times = [(one.start_s or 0.0, one.end_s or 0.0) for one in speech.utterance.segments]
    assert len(times) == 4 and all(end < after for (_, end), (after, _) in pairwise(times))
    lines = list(Subtitles.of(speech.utterance).lines)
    assert [line.start_s for line in lines] == [pytest.approx(start, abs=1e-3) for start, _ in times]


def test_version_25_says_one_language_in_a_pass(tmp_path: Path) -> None:
    front = open_front(PublishedFolder(make_checkpoint(tmp_path, "2.5", qwen=False)))
    passes = PassSize(front.lines, 120)
    chinese, english = SENTENCES[0], words("Hello world.")
    assert passes.of([chinese, SENTENCES[2], english, english]) == 2
    assert passes.of([english, english, chinese]) == 2


# ---------------------------------------------------------------------- written together

PAGE = "今天很好。我们去公园。你好世界。在哪里？我们回家。今天去公园。世界很好。"


class Goes:
    """How many lines are written in one go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        write = writing.write_lines

        def noted(lines: Sequence[LineToWrite], *given: Any, **more: Any) -> list[WrittenCodes | StudioError]:
            self.sizes.append(len(lines))
            return write(lines, *given, **more)

        monkeypatch.setattr(writing, "write_lines", noted)


@pytest.mark.parametrize("sampling", by_night([Sampling(beams=3, steps=2), Sampling(beams=1, steps=2)]))
def test_a_page_sounds_the_same_however_many_passes_are_written_together(
    home: Path, library: Library, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, sampling: Sampling
) -> None:
    goes, heard = Goes(monkeypatch), []
    for pages in (1, 4):
        config = config_of(home, pass_tokens=0, pages=pages)
        settings = replace(SPOKEN, sampling=sampling)
        speech = Pipeline(config, open_engine(config, library, checkpoint)).speak(SpeechRequest(PAGE, settings))
        assert speech.utterance.receipt is not None
        heard.append((speech.samples.tobytes(), speech.utterance.receipt))
    assert heard[0] == heard[1]
    assert goes.sizes == [1] * 7 + [1, 4, 2], "the first one by itself"


@pytest.mark.night
def test_a_long_job_of_passes_profits_too(
    home: Path, library: Library, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(home, pass_tokens=24)
    goes, pipeline = Goes(monkeypatch), Pipeline(config, open_engine(config, library, checkpoint))
    monkeypatch.setattr(engines, "cut", in_equal_parts)
    run = Run()
    run.keeps = True
    parts = list(pipeline.stream(SpeechRequest(PAGE, SPOKEN), run=run))
    assert len(parts) == 7 and all(part.samples.size for part in parts)
    assert goes.sizes[0] == 1 and goes.sizes[1] > 1 and sum(goes.sizes) == len(goes.sizes) + goes.sizes[1] - 1


@pytest.mark.night
def test_who_stops_loses_nothing_that_was_written_ahead(
    home: Path, library: Library, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(home, pass_tokens=0)
    engine = open_engine(config, library, checkpoint)
    goes = Goes(monkeypatch)
    following = [[one] for one in SENTENCES[1:]]
    engine.speak_together(SENTENCES[:1], SPOKEN, Run(), following)
    cancel = Cancel()
    with pytest.raises(StudioError) as caught:
        engine.speak_together(SENTENCES[1:2], SPOKEN, Run(cancel, lambda _: cancel.cancel()), following[1:])
    assert caught.value.code == "cancelled"
    late = engine.speak(SENTENCES[2], SPOKEN, Run())
    assert goes.sizes == [3]
    engine.release()
    assert np.array_equal(late, engine.speak(SENTENCES[2], SPOKEN, Run())) and goes.sizes == [3, 1]


def test_a_pass_that_nobody_can_read_ahead_is_left_for_its_turn(engine: IndexTts2Engine) -> None:
    odd = segment("你好世界。")
    odd.tokens[0].pitch_shift = 2.0
    [sound] = engine.speak_together(SENTENCES[:1], SPOKEN, Run(), [[odd]])
    assert sound is not None and np.array_equal(sound, engine.speak(SENTENCES[0], SPOKEN, Run()))
    with pytest.raises(StudioError) as caught:
        engine.speak(odd, SPOKEN, Run())
    assert caught.value.code == "whole_sentence_only"


def test_writing_ahead_stops_within_a_code(
    home: Path, library: Library, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(config_of(home, pass_tokens=0), library, checkpoint)
    engine.speak(SENTENCES[0], SPOKEN, Run())
    cancel, steps = Cancel(), 0
    step = gpt.step_together

    def noted(each: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 3:
            cancel.cancel()
        return step(each)

    monkeypatch.setattr(writing, "step_together", noted)
    with pytest.raises(StudioError) as caught:
        engine.speak_together(SENTENCES[1:2], SPOKEN, Run(cancel), [[SENTENCES[2]]])
    assert caught.value.code == "cancelled" and steps == 3


@pytest.mark.night
def test_the_pace_stays_steady_within_passes_that_are_written_together(
    home: Path, library: Library, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_of(home, pass_tokens=0)
    pipeline = Pipeline(config, open_engine(config, library, checkpoint))
    learned: list[tuple[float, float]] = []
    router, write = pipeline._router, writing.write_lines
    monkeypatch.setattr(router.forecast, "learn", lambda _name, work_s, speech_s: learned.append((work_s, speech_s)))

    def slowly(lines: Sequence[LineToWrite], *given: Any, **more: Any) -> list[WrittenCodes | StudioError]:
        time.sleep(0.3 * len(lines))
        return write(lines, *given, **more)

    monkeypatch.setattr(writing, "write_lines", slowly)
    text = "今天很好。我们回家。世界很好。你好今天。我们很好。"
    assert len(list(pipeline.stream(SpeechRequest(text, SPOKEN), run=Run()))) == 5
    group = [work_s for work_s, _ in learned[1:]]
    assert max(group) < 2 * min(group) and sum(group) > 4 * 0.3, "not four times for the first, and nothing for others"


@pytest.mark.night
def test_a_forecast_counts_passes_not_sentences(home: Path, library: Library, checkpoint: Path) -> None:
    def seconds(count: int, **options: object) -> float:
        engine = open_engine(config_of(home, **options), library, checkpoint)
        engine.speak(SENTENCES[0], SPOKEN, Run())
        engine._calibrations.current = Calibration(code=1.0, beam=0.1, step=1.0, sound=1.0, hearing=1.0)
        return engine.forecast([SENTENCES[0]] * count, SPOKEN)

    one, few = seconds(1), seconds(4)
    alone = seconds(4, pass_tokens=0, pages=1)
    assert alone == pytest.approx(4 * one)
    assert one < few < alone, "the recording is read twice, not four times"
    assert seconds(4, pages=1) == pytest.approx(few), "two passes, the first by itself"
    codes = synthesis.speech_s(SENTENCES[0], SPOKEN) * 50
    assert alone - seconds(4, pass_tokens=0) == pytest.approx(3 * codes * (1 - 1.2 / 3)), "three are written together"
