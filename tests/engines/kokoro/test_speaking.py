"""What a whole segment sounds like on a tiny model: pauses, ends, emotions, cut lines, the other language's manner."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from indextts.books.dubbing import dub
from indextts.books.model import Timed
from indextts.engines.kokoro.engine import KokoroEngine
from indextts.engines.kokoro.info import VOICES
from indextts.engines.kokoro.manners import gain_db, partner_of
from indextts.engines.kokoro.networks import EncodedText, KokoroNetworks
from indextts.engines.kokoro.voices import Style, parse
from indextts.model.utterance import Segment, Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.reading.emotion.names import EMOTIONS
from indextts.sound.edges import speech_bounds
from indextts.sound.pitch import track

RATE = 24_000
TEXT = "火车在半夜到达了北方的小镇。"
Samples = npt.NDArray[np.float32]


def plan_of(
    engine: KokoroEngine, config: Config, text: str, voice: str = "zf_xiaoxiao", **settings: object
) -> Utterance:
    asked = Settings(engine="kokoro", voice=voice, prosody="rules", **settings)  # type: ignore[arg-type]
    return Pipeline(config, engine).analyse(SpeechRequest(text, settings=asked))


def said(engine: KokoroEngine, plan: Utterance) -> Samples:
    (segment,) = plan.segments
    return engine.speak(segment, plan.settings, Run())


def spoken(plan: Utterance) -> list[Token]:
    return [token for token in plan.segments[0].tokens if token.phones]


def pitch(audio: Samples, token: Token) -> float:
    """Median semitones of the middle of a token."""
    times, hertz = track(audio, RATE, 0.005)
    assert token.start_s is not None and token.end_s is not None
    quarter = (token.end_s - token.start_s) / 4
    inside = (times >= token.start_s + quarter) & (times < token.end_s - quarter)
    return 12.0 * float(np.log2(np.nanmedian(hertz[inside])))


def longest_silence(audio: Samples) -> float:
    quiet = np.abs(audio) < 1e-2 * np.abs(audio).max()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    return float(np.diff(edges)[::2].max(initial=0)) / RATE


def test_a_segment_fades_as_it_was_said_and_a_pause_after_it_lasts_as_asked(
    engine: KokoroEngine, config: Config
) -> None:
    plan = plan_of(engine, config, TEXT)
    audio = said(engine, plan)
    begin, end = speech_bounds(audio, RATE, margin_s=0.0, floor_db=-60.0, window_s=0.001)
    assert begin > 0 and np.abs(audio[:begin]).max() > 0.0, "no digital silence"
    assert 0.010 < begin / RATE < 0.015, "a pause before it is that much longer"
    assert 0.018 < engine.release_s <= (audio.size - end) / RATE < engine.release_s + 0.002
    last = spoken(plan)[-1]
    assert last.end_s is not None and last.end_s <= end / RATE + 0.011


@pytest.mark.parametrize("seconds", [0.4, 0.12, 0.01, 0.0])
def test_a_pause_counts_from_where_the_voice_dies_away(engine: KokoroEngine, config: Config, seconds: float) -> None:
    pipeline = Pipeline(config, engine)
    plan = pipeline.analyse(SpeechRequest(TEXT + "老人在门口等着她。", Settings(engine="kokoro", prosody="rules")))
    first, second = plan.segments
    first.pause_after_s = seconds
    for _ in range(2):  # the second time both sounds are kept ones
        speech = pipeline.collect(pipeline.accept(plan), Run())
        assert first.end_s is not None and second.start_s is not None and second.end_s is not None
        assert second.start_s - first.end_s == pytest.approx(seconds, abs=1e-6), "the times tell what was asked"
        assert speech.duration_s - second.end_s == pytest.approx(engine.release_s), "the last one is whole"
        middle = round((first.end_s + second.start_s) / 2 * RATE)
        before, after = speech.samples[:middle], speech.samples[middle:]
        _, end = speech_bounds(before, RATE, margin_s=0.0, floor_db=-60.0, window_s=0.001)
        begin, _ = speech_bounds(after, RATE, margin_s=0.0, floor_db=-60.0, window_s=0.001)
        assert seconds - 0.002 <= (middle - end + begin) / RATE <= seconds + 0.015


def test_a_dubbed_track_is_as_long_as_its_video_and_its_cues_are_in_time(engine: KokoroEngine, config: Config) -> None:
    pipeline = Pipeline(config, engine)
    lines = [TEXT, "老人在门口等着她。她走得很慢。", "再见。"]
    begins, text, timed = [0.2, 3.1, 7.4], "", []
    for line, begin_s in zip(lines, begins, strict=True):
        timed.append(Timed(len(text), len(text) + len(line), begin_s, begin_s + 0.5))
        text += line + "\n"
    request = SpeechRequest(text, Settings(engine="kokoro", prosody="rules"), literal=True)
    dubbed = dub(pipeline, request, timed, end_s=12.0)
    sound = pipeline.collect(dubbed.plan, Run()).samples
    assert sound.size == 12 * RATE
    for cue in dubbed.cues:
        spoken_from = sound[round(cue.starts_s * RATE) :][: RATE // 500]
        assert np.abs(spoken_from).max() > 1e-3, "it is heard from when it tells"


def test_a_bracket_is_a_pause(engine: KokoroEngine, config: Config) -> None:
    plan = plan_of(engine, config, "他们昨天（真的）回到了老家。")
    audio = said(engine, plan)
    tokens = spoken(plan)
    before, after = tokens[3], tokens[4]
    assert before.end_s is not None and after.start_s is not None
    assert after.start_s - before.end_s >= 0.2
    assert longest_silence(audio) >= 0.15


def test_a_chosen_pause_inside_a_phrase_is_silent_and_one_of_the_model_is_not(
    engine: KokoroEngine, config: Config
) -> None:
    between = {}
    for source in ("rules", "user"):
        plan = plan_of(engine, config, TEXT)
        token, after = spoken(plan)[1:3]
        token.break_after, token.break_source = 2, source
        said(engine, plan)
        assert token.end_s is not None and after.end_s is not None
        between[source] = after.end_s - token.end_s
    assert between["user"] - between["rules"] == pytest.approx(0.1, abs=0.013)


@pytest.mark.parametrize(
    "text", ["他们昨天（真的）回到了老家。", "Under the bridge, nobody spoke.", "好。Seven of them, he said."]
)
def test_a_word_behind_a_pause_begins_where_it_is_heard(engine: KokoroEngine, config: Config, text: str) -> None:
    plan = plan_of(engine, config, text, voice="af_heart" if text.isascii() else "zf_xiaoxiao")
    begun = 0
    for segment in plan.segments:
        audio = engine.speak(segment, plan.settings, Run())
        window = RATE // 200
        power = np.square(audio[: audio.size // window * window]).reshape(-1, window).mean(axis=1)
        tokens = [token for token in segment.tokens if token.phones]
        ends = [0.0, *(token.end_s or 0.0 for token in tokens)]
        for ended, token in zip(ends, tokens, strict=False):
            assert token.start_s is not None and token.start_s >= ended
            first, last = round(ended * RATE / window), round(token.start_s * RATE / window)
            if last - first > 10:
                begun += 1
                assert 10 * np.log10(power[last - 1] / power.max()) < -40 < 10 * np.log10(power[last] / power.max())
    assert begun


def test_a_break_that_is_chosen_is_heard_after_the_model_has_decided_the_same(
    engine: KokoroEngine, config: Config
) -> None:
    pipeline, lasted = Pipeline(config, engine), {}
    for source in ("rules", "user"):
        plan = plan_of(engine, config, TEXT)
        token = spoken(plan)[1]
        token.break_after, token.break_source = 2, source
        lasted[source] = pipeline.collect(plan, Run()).samples.size / RATE
    assert lasted["user"] - lasted["rules"] == pytest.approx(0.1, abs=0.025)


def test_lines_of_a_long_segment_follow_each_other_after_a_pause(engine: KokoroEngine, config: Config) -> None:
    plan = plan_of(engine, config, "今天天气真不错，我们去公园散步吧。")
    (segment,) = plan.segments
    tokens = [replace(t, phones=[*t.phones]) for _ in range(8) for t in segment.tokens]
    for place, token in enumerate(tokens):
        token.word = place
    audio = engine.speak(replace(segment, tokens=tokens), plan.settings, Run())
    times = [moment for token in tokens if token.phones for moment in (token.start_s, token.end_s)]
    assert times == sorted(times)  # type: ignore[type-var]
    assert times[-1] == pytest.approx(audio.size / RATE, abs=0.35)
    for token, after in pairwise([t for t in tokens if t.phones]):
        if token.break_after >= 3:
            assert token.end_s is not None and after.start_s is not None
            assert after.start_s - token.end_s > 0.15


def test_lines_of_a_segment_have_one_level(
    engine: KokoroEngine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, gains = engine._networks.sound, iter([1.0, 0.6, 1.0, 0.6, 1.0, 0.6, 1.0, 0.6])
    monkeypatch.setattr(engine._networks, "sound", lambda *given, **how: sound(*given, **how) * np.float32(next(gains)))
    plan = plan_of(engine, config, "今天天气真不错，我们去公园散步吧。")
    (segment,) = plan.segments
    tokens = [replace(t, phones=[*t.phones]) for _ in range(4) for t in segment.tokens]
    for place, token in enumerate(tokens):
        token.word = place
    audio = engine.speak(replace(segment, tokens=tokens), plan.settings, Run())
    half = audio.size // 2
    levels = [10.0 * np.log10(np.mean(np.square(part))) for part in (audio[:half], audio[half:])]
    assert next(gains) == 1.0  # two lines were spoken, of two levels
    assert abs(levels[0] - levels[1]) < 1.5


@pytest.mark.parametrize("rate", [0.6, 1.6])
@pytest.mark.parametrize("text", ["They drove along the river, and then they rested.", TEXT])
def test_a_rate_around_everything_is_the_speed(engine: KokoroEngine, config: Config, text: str, rate: float) -> None:
    voice = "af_heart" if text.isascii() else "zf_xiaoxiao"
    plain = said(engine, plan_of(engine, config, text, voice)).size
    faster = said(engine, plan_of(engine, config, text, voice, speed=rate)).size
    inside = said(engine, plan_of(engine, config, f'<prosody rate="{rate}">{text}</prosody>', voice)).size
    assert plain / inside == pytest.approx(rate, rel=0.08)
    assert inside == pytest.approx(faster, rel=0.12)


def test_a_rate_around_some_words_reaches_what_is_between_them_and_no_further(
    engine: KokoroEngine, config: Config
) -> None:
    words = ["They", "walked", "along", "the", "river", "today."]
    plans = [plan_of(engine, config, " ".join(words), "af_heart")]
    plans.append(
        plan_of(engine, config, f'They <prosody rate="0.5">{" ".join(words[1:5])}</prosody> today.', "af_heart")
    )
    lengths = []
    for plan in plans:
        said(engine, plan)
        tokens = spoken(plan)
        lengths.append(np.diff([tokens[1].start_s, tokens[4].end_s, tokens[5].start_s]))
    (run, gap), (slow_run, slow_gap) = lengths
    assert slow_run == pytest.approx(2 * run, abs=0.06) and slow_gap == pytest.approx(gap, abs=0.03)


def test_a_question_ends_higher_than_a_statement(engine: KokoroEngine, config: Config) -> None:
    ends = {}
    for intonation in ("statement", "question"):
        plan = plan_of(engine, config, TEXT)
        plan.segments[0].intonation = intonation
        audio = said(engine, plan)
        ends[intonation] = pitch(audio, spoken(plan)[-1]) - pitch(audio, spoken(plan)[1])
    assert ends["question"] - ends["statement"] == pytest.approx(2.6, abs=0.5)


def test_a_level_that_is_edited_moves_that_token_alone(engine: KokoroEngine, config: Config) -> None:
    def levels(decibels: float) -> npt.NDArray[np.float64]:
        plan = plan_of(engine, config, TEXT)
        spoken(plan)[4].energy_shift = decibels
        audio = said(engine, plan)
        pieces = [audio[round(t.start_s * RATE) + 120 : round(t.end_s * RATE) - 120] for t in spoken(plan)]  # type: ignore[operator]
        return np.array([10.0 * np.log10(np.mean(np.square(piece))) for piece in pieces])

    moved = levels(3.0) - levels(0.0)
    assert moved[4] == pytest.approx(3.0, abs=0.3)
    assert np.abs(np.delete(moved, 4)).max() < 0.1


@pytest.mark.parametrize("emotion", [name for name in EMOTIONS if name != "neutral"])
def test_every_emotion_is_heard_by_its_strength(engine: KokoroEngine, config: Config, emotion: str) -> None:
    sounds = [
        said(engine, plan_of(engine, config, TEXT, emotion=emotion, intensity=intensity))
        for intensity in (0.0, 0.5, 1.0)
    ]
    neutral = said(engine, plan_of(engine, config, TEXT))
    assert np.array_equal(sounds[0], neutral)
    assert not np.array_equal(sounds[1], neutral) and not np.array_equal(sounds[1], sounds[2])


def test_an_emotions_colour_reaches_the_sound(engine: KokoroEngine, config: Config) -> None:
    def brightness(emotion: str) -> float:
        audio = said(engine, plan_of(engine, config, TEXT, emotion=emotion, intensity=1.0))
        power = np.square(np.abs(np.fft.rfft(audio)))
        hertz = np.fft.rfftfreq(audio.size, 1.0 / RATE)
        return 10.0 * float(np.log10(power[(hertz > 2000)].sum() / power[hertz < 1000].sum()))

    assert brightness("angry") > brightness("sad") + 1.0


class Listening:
    """Networks that remember the style each graph got."""

    def __init__(self, networks: KokoroNetworks) -> None:
        self._networks = networks
        self.styles: dict[str, list[Style]] = {}
        self.given: dict[str, list[tuple[object, ...]]] = {}

    def __getattr__(self, name: str) -> object:
        def run(*given: object, **how: bool) -> object:
            self.given.setdefault(name, []).append(given)
            self.styles.setdefault(name, []).append(given[-1])  # type: ignore[arg-type]
            return getattr(self._networks, name)(*given, **how)

        return run


@pytest.fixture
def listening(engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch) -> Listening:
    networks = Listening(engine._networks)
    monkeypatch.setattr(engine, "_networks", networks)
    return networks


MIXED = "请打开window看看外面的天气。"
ENGLISH = "The old barn door swung open in the wind."


@pytest.mark.parametrize(
    ("voice", "text", "manners", "timbre"),
    [
        ("zf_xiaoxiao", ENGLISH, ["af_heart"], {"zf_xiaoxiao": 0.7, "af_heart": 0.3}),
        ("af_heart", TEXT, ["zf_xiaoxiao"], {"af_heart": 1.0}),
        ("zf_xiaoxiao", TEXT, ["zf_xiaoxiao"], {"zf_xiaoxiao": 1.0}),
        ("af_heart", ENGLISH, ["af_heart"], {"af_heart": 1.0}),
        ("zf_xiaoxiao", MIXED, ["zf_xiaoxiao", "af_heart"], {"zf_xiaoxiao": 0.7, "af_heart": 0.3}),
        ("af_heart", MIXED, ["zf_xiaoxiao", "af_heart"], {"af_heart": 1.0}),
    ],
)
def test_each_language_has_its_own_manner_and_english_by_a_mandarin_voice_a_share_of_timbre(
    engine: KokoroEngine,
    config: Config,
    listening: Listening,
    voice: str,
    text: str,
    manners: list[str],
    timbre: dict[str, float],
) -> None:
    said(engine, plan_of(engine, config, text, voice))
    assert [style.tolist() for style in listening.styles["melody"]] == [
        style.tolist() for style in listening.styles["text"]
    ]
    rows = [
        [row for row, style in enumerate(engine._styles[name]) if np.array_equal(style, given[0])]
        for name, given in zip(manners, listening.styles["text"], strict=True)
    ]
    assert all(len(found) == 1 for found in rows) and len({found[0] for found in rows}) == 1
    mixed = sum(np.float32(share) * engine._styles[name][rows[0][0]] for name, share in timbre.items())
    assert np.allclose(listening.styles["sound"][0][0], mixed, atol=1e-6)


@pytest.mark.parametrize("semitones", [4.0, 8.0, 12.0])
@pytest.mark.parametrize(("voice", "most"), [("zf_xiaoxiao", 4.5), ("zm_yunxi", 12.0)])
def test_a_vocoder_is_asked_for_no_pitch_that_it_does_not_follow(
    engine: KokoroEngine, config: Config, listening: Listening, voice: str, most: float, semitones: float
) -> None:
    sizes, means = [], []
    for pitch_shift in (0.0, semitones):
        sizes.append(said(engine, plan_of(engine, config, TEXT, voice, pitch=pitch_shift)).size)
        f0 = listening.given["sound"][-1][0].f0  # type: ignore[attr-defined]
        means.append(12.0 * float(np.log2(f0[f0 > 50.0]).mean()))
    assert means[1] - means[0] == pytest.approx(min(semitones, most), abs=0.3)
    assert sizes[1] == pytest.approx(sizes[0], rel=0.05), "what is beyond is played faster, and was made as much longer"


def test_english_words_inside_mandarin_have_the_lengths_that_an_english_voice_gives_them(
    engine: KokoroEngine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, heart = engine._networks.text, engine._styles["af_heart"]

    def slowly(ids: list[int], style: Style) -> EncodedText:
        found = text(ids, style)
        slower = 2.0 if any(np.array_equal(style[0], row) for row in heart) else 1.0
        return replace(found, durations=found.durations * np.float32(slower))

    def lengths() -> dict[str, float]:
        plan = plan_of(engine, config, MIXED)
        said(engine, plan)
        return {token.text: (token.end_s or 0.0) - (token.start_s or 0.0) for token in spoken(plan)}

    usual = lengths()
    monkeypatch.setattr(engine._networks, "text", slowly)
    slow = lengths()
    assert slow["window"] == pytest.approx(2.0 * usual["window"], abs=0.1)
    assert slow["window"] > 1.5 * usual["window"]
    for name in ("请", "打", "看", "天", "气"):
        assert slow[name] == pytest.approx(usual[name], abs=0.02)


@pytest.mark.parametrize(("source", "heard"), [("rules", False), ("lm", False), ("user", True), ("markup", True)])
def test_the_network_stresses_english_itself_but_for_words_that_are_marked(
    engine: KokoroEngine, config: Config, source: str, heard: bool
) -> None:
    sounds = []
    for level in (1, 2):
        plan = plan_of(engine, config, ENGLISH, "af_heart")
        token = spoken(plan)[3]
        token.prominence, token.prominence_source = level, source
        sounds.append(said(engine, plan))
    first, second = sounds
    assert np.array_equal(first, second) is not heard


@pytest.mark.parametrize("decibels", [-6.0, -3.0, 3.0])
@pytest.mark.parametrize("place", [2, 5])
def test_an_edited_level_leaves_the_finished_rest_as_it_was(
    engine: KokoroEngine, config: Config, decibels: float, place: int
) -> None:
    def levels(shift: float) -> npt.NDArray[np.float64]:
        plan = plan_of(engine, config, TEXT)
        token = spoken(plan)[place]
        token.energy_shift, token.duration_scale = shift, 3.0  # a long one weighs more than its share of the tokens
        speech = Pipeline(config, engine).collect(plan, Run())
        tokens = [token for token in speech.utterance.segments[0].tokens if token.phones]
        pieces = [speech.samples[round(t.start_s * RATE) + 240 : round(t.end_s * RATE) - 240] for t in tokens]  # type: ignore[operator]
        return np.array([10.0 * np.log10(np.mean(np.square(piece, dtype=np.float64))) for piece in pieces])

    moved = levels(decibels) - levels(0.0)
    assert np.abs(np.delete(moved, place)).max() < 0.1
    assert moved[place] == pytest.approx(decibels, abs=0.3)


@pytest.mark.parametrize(
    ("text", "row"), [("each", 10), ("The old barn door swung open in the cold wind at night.", 51)]
)
def test_a_short_line_has_the_style_of_one_whose_last_consonant_is_heard(
    engine: KokoroEngine, config: Config, listening: Listening, text: str, row: int
) -> None:
    said(engine, plan_of(engine, config, text, "af_heart"))
    rows = [
        place
        for place, style in enumerate(engine._styles["af_heart"])
        if np.array_equal(style, listening.styles["text"][0][0])
    ]
    assert rows == [pytest.approx(row, abs=0 if row == 10 else 15)]


def test_it_is_brought_to_the_voices_own_pitch(engine: KokoroEngine, config: Config) -> None:
    text = "The old barn door swung open in the wind."
    heard = {}
    for voice in ("af_heart", "zf_xiaoxiao"):
        plan = plan_of(engine, config, text, voice)
        audio = said(engine, plan)
        heard[voice] = float(np.nanmedian(track(audio, RATE)[1]))
    asked = 12.0 * np.log2(VOICES["zf_xiaoxiao"].hz / VOICES["af_heart"].hz)
    assert 12.0 * np.log2(heard["zf_xiaoxiao"] / heard["af_heart"]) == pytest.approx(asked, abs=0.3)


def test_every_voice_has_a_partner_of_the_other_language_and_a_known_level() -> None:
    for name in VOICES:
        assert (partner_of(name)[0] == "z") != (name[0] == "z")
        assert VOICES[partner_of(name)].hz > 0
        assert -6.0 <= gain_db(parse(name)) <= 6.0
    assert sum(gain_db(parse(name)) != 0.0 for name in VOICES) > 30
    half = gain_db(parse("af_heart+zf_xiaoxiao"))
    assert half == pytest.approx((gain_db(parse("af_heart")) + gain_db(parse("zf_xiaoxiao"))) / 2)


def test_an_empty_segment_is_silent(engine: KokoroEngine) -> None:
    empty = Segment("。", 0, 1, tokens=[Token("。", "punctuation", "zh", 0, 1)])
    engine.speak(empty, Settings(engine="kokoro", voice="zf_xiaoxiao"), Run())
