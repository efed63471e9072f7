"""Decisions about prosody, heard in the published voice: measured in its sound, not in its plan."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from indextts.engines.embedded.engine import EmbeddedEngine, load
from indextts.model.utterance import Phone, Segment, Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.reading.phonemes.symbols import syllable_to_symbols

RATE = 24000
PLAIN = Settings(voice="baker", vocoder="neural", prosody="rules")


@pytest.fixture(scope="module")
def engine(real_config: Config) -> EmbeddedEngine:
    return load(real_config)


@pytest.fixture(scope="module")
def pipeline(real_config: Config, engine: EmbeddedEngine) -> Pipeline:
    return Pipeline(real_config, engine)


def sentence(text: str) -> Segment:
    tokens = []
    for number, syllable in enumerate(text.split()):
        phones = [Phone(symbol) for symbol in (*syllable_to_symbols(syllable), "#1" if number % 2 else "#0")]
        tokens.append(Token(syllable, "hanzi", "zh", number, number + 1, reading=syllable, phones=phones))
    tokens[-1].phones.pop()
    return Segment(text, 0, len(text), tokens=tokens)


def contour(audio: np.ndarray, token: Token) -> np.ndarray:
    """F0 of a token in semitones above 100 Hz, a value every 5 ms, where it is loud; ends cut off."""
    librosa = pytest.importorskip("librosa")
    options = {"frame_length": 1024, "hop_length": 120}
    f0 = librosa.yin(audio, fmin=90, fmax=600, sr=RATE, **options)
    power = librosa.feature.rms(y=audio, **options)[0]
    assert token.start_s is not None and token.end_s is not None
    begin, end = int(token.start_s * 200), int(token.end_s * 200)
    loud = power[begin:end] > 0.3 * power[begin:end].max()
    semitones: np.ndarray = 12 * np.log2(f0[begin:end][loud] / 100)
    return semitones[2:-2]


def level(audio: np.ndarray, token: Token) -> float:
    """Decibels of a token."""
    assert token.start_s is not None and token.end_s is not None
    part = audio[int(token.start_s * RATE) : int(token.end_s * RATE)]
    return float(10 * np.log10(np.square(part).mean()))


def length(token: Token) -> float:
    assert token.start_s is not None and token.end_s is not None
    return token.end_s - token.start_s


def silence_ms(audio: np.ndarray, at_s: float, within_s: float = 0.35) -> float:
    """The longest silence around a moment: 35 dB below the loud parts, in ms."""
    hop = RATE // 400
    frames = audio[: audio.size // hop * hop].reshape(-1, hop)
    power = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-12)
    quiet = power < np.percentile(power, 95) - 35
    near = quiet[max(0, int((at_s - within_s) * 400)) : int((at_s + within_s) * 400)]
    runs = (sum(1 for _ in run) for silent, run in itertools.groupby(near) if silent)
    return 2.5 * max(runs, default=0)


def planned(pipeline: Pipeline, text: str, breaks: dict[str, int]) -> Utterance:
    """A plan with breaks behind these characters only."""
    utterance = pipeline.analyse(SpeechRequest(text, Settings(prosody="rules")))
    for token in utterance.segments[0].tokens:
        token.break_after, token.break_source = breaks.get(token.text, 0), "user"
    return utterance


def heard(pipeline: Pipeline, utterance: Utterance) -> np.ndarray:
    return np.concatenate([part.samples for part in pipeline.render(pipeline.accept(utterance))])


@pytest.mark.parametrize(
    ("text", "place"),
    [("我们在重庆住了三天就回来", "庆"), ("大家一起努力工作", "起"), ("老师说的话我们都记在心里", "话")],
)
def test_the_pause_is_where_the_break_is_and_grows_with_it(pipeline: Pipeline, text: str, place: str) -> None:
    pauses = []
    for break_after in range(5):
        utterance = planned(pipeline, text, {place: break_after})
        audio = heard(pipeline, utterance)
        token = next(token for token in utterance.segments[0].tokens if token.text == place)
        assert token.end_s is not None
        pauses.append(silence_ms(audio, token.end_s))
    assert max(pauses[:2]) < 50 and pauses[2] < pauses[3]
    assert pauses[3] > 120 and pauses[4] > pauses[3] + 100


def test_a_break_moved_moves_the_pause(pipeline: Pipeline) -> None:
    for place, other in (("庆", "天"), ("天", "庆")):
        utterance = planned(pipeline, "我们在重庆住了三天就回来", {place: 3})
        audio = heard(pipeline, utterance)
        ends = {token.text: token.end_s or 0.0 for token in utterance.segments[0].tokens}
        assert silence_ms(audio, ends[place], 0.2) > 120 and silence_ms(audio, ends[other], 0.2) < 50


@pytest.mark.parametrize("tone", "12345")
def test_a_prominent_word_is_longer_louder_and_higher_and_keeps_its_tone(engine: EmbeddedEngine, tone: str) -> None:
    seen = []
    for prominence in (0, 1, 2):
        segment = sentence(f"zhe4 shi4 wo3 shuo1 de5 ma{tone} zi5 zai4 na4 li3")
        token = segment.tokens[5]
        token.prominence, token.prominence_source = prominence, "user"
        audio = engine.speak(segment, PLAIN, Run())
        seen.append((length(token), level(audio, token), contour(audio, token)))
    lengths, levels, contours = zip(*seen, strict=True)
    assert lengths[2] > 1.1 * lengths[0] and lengths[1] >= lengths[0]
    assert levels[2] > levels[1] > levels[0] and levels[2] > levels[0] + 1.0
    if tone == "3":
        # What stands out in a third tone is its depth: it must not climb towards a second.
        assert np.percentile(contours[2], 90) > np.percentile(contours[0], 90)
        assert contours[2].min() < contours[0].min() + 1.0
    else:
        means = [float(np.median(each)) for each in contours]
        assert means[2] > means[1] > means[0] and 0.9 < means[2] - means[0] < 3.5
    if tone == "5":
        return  # a neutral tone has no shape of its own
    shapes = [np.interp(np.linspace(0, 1, 30), np.linspace(0, 1, each.size), each) for each in contours]
    assert np.corrcoef(shapes[0], shapes[2])[0, 1] > 0.65, "the same tone"
    assert np.ptp(contours[2]) > 0.8 * np.ptp(contours[0]), "no flatter"


def test_an_english_function_word_is_shorter_and_lower_than_by_itself(
    engine: EmbeddedEngine, real_config: Config
) -> None:
    pipeline = Pipeline(real_config, engine)
    seen = {}
    for source in ("", "rules"):
        utterance = pipeline.analyse(SpeechRequest("The man walked over the river", Settings(prosody="rules")))
        word = utterance.segments[0].tokens[3]
        assert (word.text, word.prominence) == ("over", 0)
        word.prominence_source = source
        audio = heard(pipeline, utterance)
        seen[source] = length(word), float(np.median(contour(audio, word))), level(audio, word)
    assert all(reduced < plain for reduced, plain in zip(seen["rules"], seen[""], strict=True))


@pytest.mark.parametrize("end", ["hao3 ma5", "shi4 zhen1 de5", "lai2 le5", "dui4 bu5 dui4", "shi4 shu1", "mei2 you3"])
def test_a_question_ends_higher_than_a_statement_and_an_open_end_between_them(engine: EmbeddedEngine, end: str) -> None:
    ends = {}
    for intonation in ("statement", "continuation", "question"):
        segment = sentence(f"ni3 jin1 tian1 {end}")
        segment.intonation = intonation
        audio = engine.speak(segment, PLAIN, Run())
        ends[intonation] = contour(audio, segment.tokens[-1])
    middle = {name: float(np.median(each)) for name, each in ends.items()}
    assert middle["question"] > middle["statement"] + 1.5
    assert middle["question"] > middle["continuation"] > middle["statement"]
    shapes = [
        np.interp(np.linspace(0, 1, 30), np.linspace(0, 1, ends[name].size), ends[name])
        for name in ("statement", "question")
    ]
    assert np.corrcoef(*shapes)[0, 1] > 0.6, "the same tone"


def test_an_exclamation_is_wider(engine: EmbeddedEngine) -> None:
    widths = []
    for intonation in ("statement", "exclamation"):
        segment = sentence("ta4 mei3 le5 ta1 men5 dou1 lai2 kan4")
        segment.intonation = intonation
        audio = engine.speak(segment, PLAIN, Run())
        medians = [float(np.median(contour(audio, token))) for token in segment.tokens]
        widths.append(np.percentile(medians, 90) - np.percentile(medians, 10))
    assert widths[1] > 1.05 * widths[0]


def test_emphasis_in_the_text_is_heard_as_prominence(pipeline: Pipeline) -> None:
    seen = []
    for text in ("我要那本红书", "我要那本<emphasis level='strong'>红</emphasis>书"):
        utterance = pipeline.analyse(SpeechRequest(text, Settings(prosody="rules")))
        audio = heard(pipeline, utterance)
        token = next(token for token in utterance.segments[0].tokens if token.text == "红")
        seen.append((length(token), level(audio, token), float(np.median(contour(audio, token)))))
    assert token.prominence == 2 and token.prominence_source == "markup" and token.pitch_shift == 0.0
    assert all(marked > plain for plain, marked in zip(*seen, strict=True))


def test_a_question_mark_alone_lifts_the_end(pipeline: Pipeline) -> None:
    ends = []
    for text in ("他已经走了。", "他已经走了？"):
        utterance = pipeline.analyse(SpeechRequest(text))
        audio = heard(pipeline, utterance)
        ends.append(float(np.median(contour(audio, utterance.segments[0].tokens[-2]))))
    assert ends[1] > ends[0] + 1.5


def test_a_persons_own_shift_comes_on_top_of_the_decision(engine: EmbeddedEngine) -> None:
    pitches = []
    for shift in (0.0, -3.0):
        segment = sentence("zhe4 shi4 wo3 shuo1 de5 ma1 zi5 zai4 na4 li3")
        token = segment.tokens[5]
        token.prominence, token.prominence_source, token.pitch_shift = 2, "user", shift
        audio = engine.speak(segment, PLAIN, Run())
        assert (token.pitch_shift, token.duration_scale, token.energy_shift) == (shift, 1.0, 0.0)
        pitches.append(float(np.median(contour(audio, token))))
    assert pitches[1] < pitches[0] - 1.0
