"""From text to sound, through every stage, and back from an edited plan."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Lang, Settings, Utterance
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.pipeline import Cancel, Pipeline, Progress
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.loudness import loudness
from tests.support.peaks import true_peak

STORY = (
    "清晨，阳光照进小镇。老人推开窗，看见门前的梧桐树！今天会有人来吗？他想了很久；终于，笑了。\n"
    "第二天，2026年3月5日，天气转凉……"
)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


@pytest.mark.night
def test_a_story_becomes_even_clean_speech(pipeline: Pipeline, real_config: Config) -> None:
    speech = pipeline.speak(SpeechRequest(STORY))
    rate = speech.sample_rate
    assert speech.engine == "embedded" and not speech.fallback
    assert speech.duration_s > 8
    assert [stage.name for stage in speech.stages] == [
        "normalise", "prosody", "phonemes", "acoustic", "vocoder", "audio",
    ]  # fmt: skip
    assert true_peak(speech.samples, rate) <= 10 ** (real_config.audio.peak_dbtp / 20) * 1.001
    assert loudness(speech.samples, rate) == pytest.approx(-16, abs=1)
    for segment in speech.utterance.segments:
        begin, end = (int(value * rate) for value in (segment.start_s, segment.end_s))  # type: ignore[operator]
        if end - begin > rate:
            assert loudness(speech.samples[begin:end], rate) == pytest.approx(-16, abs=1)
        assert np.abs(speech.samples[begin : begin + 3]).max() < 0.01, "no click at the join"
        assert np.abs(speech.samples[end - 3 : end]).max() < 0.01


def test_pauses_follow_the_table(pipeline: Pipeline, real_config: Config) -> None:
    utterance = pipeline.speak(SpeechRequest("我来了。你呢？好\n走吧！")).utterance
    gaps = [b.start_s - a.end_s for a, b in pairwise(utterance.segments)]  # type: ignore[operator]
    table = real_config.pauses
    assert gaps == pytest.approx([table.sentence, table.question, table.paragraph], abs=0.001)


def test_parts_make_up_the_whole(pipeline: Pipeline) -> None:
    request = SpeechRequest(STORY)
    parts = list(pipeline.render(pipeline.analyse(request)))
    assert [part.index for part in parts] == list(range(parts[0].total))
    assert np.array_equal(np.concatenate([part.samples for part in parts]), pipeline.speak(request).samples)


def test_json_after_every_stage_is_lossless(pipeline: Pipeline) -> None:
    utterance = pipeline.analyse(SpeechRequest(STORY))
    assert Utterance.from_json(utterance.to_json()) == utterance
    parts = pipeline.render(pipeline.accept(Utterance.from_json(utterance.to_json())))
    again = np.concatenate([part.samples for part in parts])
    whole = pipeline.speak(SpeechRequest(STORY))
    assert np.array_equal(again, whole.samples)
    assert Utterance.from_json(whole.utterance.to_json()) == whole.utterance


def test_a_spoken_plan_speaks_the_same_again(pipeline: Pipeline) -> None:
    speech = pipeline.speak(SpeechRequest("重庆的火锅很有名。"))
    again = pipeline.render(pipeline.accept(Utterance.from_json(speech.utterance.to_json())))
    assert np.array_equal(np.concatenate([part.samples for part in again]), speech.samples)


def test_an_edited_reading_and_pause_are_obeyed(pipeline: Pipeline) -> None:
    utterance = pipeline.analyse(SpeechRequest("重庆很大。我喜欢。"))
    token = utterance.segments[0].tokens[0]
    assert token.reading == "chong2"
    token.reading, token.reading_source = "zhong4", "user"
    utterance.segments[0].pause_after_s = 2.0
    list(pipeline.render(pipeline.accept(utterance)))
    assert [phone.symbol for phone in token.phones][:2] == ["zh", "ong4"]
    first, second = utterance.segments
    assert second.start_s - first.end_s == pytest.approx(2.0, abs=0.001)  # type: ignore[operator]


def test_defaults_are_written_into_the_plan(tiny: Pipeline) -> None:
    settings_used = tiny.analyse(SpeechRequest("你好")).settings
    assert (settings_used.voice, settings_used.vocoder, settings_used.prosody) == ("baker", "neural", "lm")


def test_emoji_are_read_where_the_configuration_says_so(tiny: Pipeline, tiny_config: Config) -> None:
    text = tiny_config.text.model_copy(update={"emoji": "read"})
    reads = Pipeline(tiny_config.model_copy(update={"text": text}), load(tiny_config))
    assert [segment.spoken for segment in tiny.analyse(SpeechRequest("真好👍")).segments] == ["真好"]
    assert "赞" in reads.analyse(SpeechRequest("真好👍")).segments[0].spoken
    assert reads.speak(SpeechRequest("👍")).samples.size
    with pytest.raises(StudioError) as caught:
        tiny.speak(SpeechRequest("👍"))
    assert caught.value.code == "text_unspeakable"


def test_blocks_of_code_are_named_skipped_or_read_as_the_configuration_says(
    tiny: Pipeline, tiny_config: Config
) -> None:
    written = "看代码：\n```py\nx = 5\n```\n完了。"

    def said(pipeline: Pipeline, *, literal: bool = False) -> list[str]:
        return [one.spoken for one in pipeline.analyse(SpeechRequest(written, literal=literal)).segments]

    def configured(code: str) -> Pipeline:
        text = tiny_config.text.model_copy(update={"code": code})
        return Pipeline(tiny_config.model_copy(update={"text": text}), load(tiny_config))

    assert said(tiny) == ["看代码：", "代码。", "完了。"]
    assert said(configured("skip")) == ["看代码：", "完了。"]
    assert len(said(configured("read"))) == 3 and "五" in said(configured("read"))[1]
    assert said(configured("skip"), literal=True) == said(configured("read"))


def test_pinyin_in_the_text_is_read_unless_the_configuration_says_no(tiny: Pipeline, tiny_config: Config) -> None:
    text = tiny_config.text.model_copy(update={"pinyin": False})
    plain = Pipeline(tiny_config.model_copy(update={"text": text}), load(tiny_config))
    (segment,) = tiny.analyse(SpeechRequest("做DE5很好，COVID19")).segments
    given = segment.tokens[1]
    assert (given.text, given.reading, given.reading_source) == ("DE5", "de5", "markup")
    assert [phone.symbol for phone in given.phones][:2] == ["d", "e5"]
    (other,) = plain.analyse(SpeechRequest("做DE5很好，COVID19")).segments
    assert [token.text for token in other.tokens[1:4]] == ["D", "E", "五"]
    assert [token.text for token in segment.tokens[2:]] == [token.text for token in other.tokens[4:]]


def test_progress_names_stages_and_counts_segments(tiny: Pipeline) -> None:
    seen: list[Progress] = []
    tiny.speak(SpeechRequest("一句。两句。三句。"), on_progress=seen.append)
    assert [item.stage for item in seen[:3]] == ["normalise", "prosody", "phonemes"]
    assert {(item.done, item.total) for item in seen if item.stage == "vocoder"} == {(0, 3), (1, 3), (2, 3)}


def test_cancel_stops_between_stages(tiny: Pipeline) -> None:
    cancel = Cancel()
    count = 0

    def stop_in_the_second_segment(progress: Progress) -> None:
        nonlocal count
        count += progress.stage == "acoustic"
        if progress.done == 1:
            cancel.cancel()

    with pytest.raises(StudioError) as caught:
        tiny.speak(SpeechRequest("一句。" * 20), cancel=cancel, on_progress=stop_in_the_second_segment)
    assert caught.value.code == "cancelled"
    assert count <= 2


@pytest.mark.night
def test_a_long_text_is_given_up_while_it_is_read(tiny: Pipeline) -> None:
    cancel, seen = Cancel(), list[str]()

    def stop_in_the_middle_of_reading(progress: Progress) -> None:
        seen.append(progress.stage)
        if seen.count("prosody") == 2:  # it has begun, and goes on
            cancel.cancel()

    request = SpeechRequest("今天天气很好，我们去公园。" * 700)
    with pytest.raises(StudioError) as caught:
        tiny.analyse(request, run=Run(cancel, stop_in_the_middle_of_reading))
    assert caught.value.code == "cancelled"
    assert seen == ["normalise", "prosody", "prosody"]


class _Asked(Cancel):
    """Counts how often each stage asks whether it is wanted still."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.times = "", Counter[str]()

    def check(self) -> None:
        self.times[self.stage] += 1
        super().check()


def test_every_stage_before_sound_asks_between_sentences_whether_it_is_wanted(tiny: Pipeline) -> None:
    cancel = _Asked()

    def at(progress: Progress) -> None:
        cancel.stage = progress.stage

    request = SpeechRequest("今天天气很好，我们去公园。" * 40, Settings(emotion="auto"))
    tiny.analyse(request, run=Run(cancel, at))
    for stage in ("normalise", "emotion", "phonemes"):
        assert cancel.times[stage] >= 40


def test_a_deadline_is_kept(tiny: Pipeline) -> None:
    with pytest.raises(StudioError) as caught:
        tiny.speak(SpeechRequest("一句。" * 200), cancel=Cancel(deadline_s=0.01))
    assert caught.value.code == "deadline"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda u: setattr(u.segments[0].tokens[0], "duration_scale", 99.0), "duration_scale"),
        (lambda u: setattr(u.segments[0].tokens[0], "break_after", 7), "break_after"),
        (lambda u: setattr(u.segments[0].tokens[0], "prominence", 3), "prominence"),
        (lambda u: setattr(u.segments[0], "pause_after_s", -1.0), "pause_after_s"),
        (lambda u: setattr(u, "stage", "text"), "readings"),
    ],
)
def test_an_impossible_plan_is_refused_before_it_is_spoken(tiny: Pipeline, change, word: str) -> None:
    utterance = tiny.analyse(SpeechRequest("你好。"))
    change(utterance)
    with pytest.raises(StudioError, match=word) as caught:
        tiny.accept(utterance)
    assert caught.value.code == "bad_plan"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (SpeechRequest(""), "text_empty"),
        (SpeechRequest("……"), "text_unspeakable"),
        (SpeechRequest("你好\0"), "text_invalid"),
        (SpeechRequest("好" * 10001), "text_too_long"),
        (SpeechRequest("你好", Settings(emotion="jolly")), "unknown_choice"),
        (SpeechRequest("你好", Settings(voice="x")), "unknown_choice"),
        (SpeechRequest("你好", Settings(engine="x")), "unknown_choice"),
        (SpeechRequest("你好", Settings(speed=float("nan"))), "out_of_range"),
        (SpeechRequest("你好", Settings(pitch=13)), "out_of_range"),
        (SpeechRequest("你好", Settings(seed=-1)), "out_of_range"),
    ],
)
def test_bad_requests_get_one_sentence(tiny: Pipeline, request_: SpeechRequest, code: str) -> None:
    with pytest.raises(StudioError) as caught:
        tiny.speak(request_)
    assert caught.value.code == code


@pytest.mark.night
def test_a_text_that_would_be_spoken_for_hours_is_refused_as_a_text(
    tiny: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indextts.plan.check.MAX_SPEECH_S", 120.0)
    tiny.speak(SpeechRequest("你好，" * 50))
    for text, speed, prosody in (("你好，" * 500, 1.0, "lm"), ("你好，" * 150, 0.5, "rules")):
        with pytest.raises(StudioError) as caught:
            tiny.speak(SpeechRequest(text, Settings(speed=speed, prosody=prosody)))
        assert caught.value.code == "speech_too_long"
        said, what_next = caught.value.localise("en")
        assert "at most 2." in said and "book" in what_next


def test_a_sentence_without_a_known_reading_is_passed_over(tiny: Pipeline) -> None:
    speech = tiny.speak(SpeechRequest("\U00030000。你好。"))
    first, second = speech.utterance.segments
    assert not any(token.phones for token in first.tokens)
    assert any(change.rule == "no-reading" for token in first.tokens for change in token.changes)
    assert second.end_s is not None and second.end_s > 0.1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_spoken_or_refused_plainly(tiny: Pipeline, text: str) -> None:
    try:
        speech = tiny.speak(SpeechRequest(text))
    except StudioError as error:
        assert error.code in ("text_empty", "text_unspeakable", "bad_markup")
    else:
        assert speech.samples.size > 0
        assert np.isfinite(speech.samples).all()
        assert np.abs(speech.samples).max() <= 1.0


def test_many_at_once_do_not_cross(tiny: Pipeline) -> None:
    texts = ["你好。", "谢谢大家。", "今天很热，我们去游泳。", "Hello world."]
    alone = [tiny.speak(SpeechRequest(text)).samples for text in texts]
    results: dict[int, np.ndarray] = {}

    def work(number: int) -> None:
        results[number] = tiny.speak(SpeechRequest(texts[number % 4])).samples

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(sound, alone[number % 4]) for number, sound in results.items())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nobody minded the rain on that day. Our teacher is Ms. Gu (顾).", "en"),
        ("Soren: Nobody minded the rain, 对吗？\nAnna: I did. It was cold.\nSoren: So cold?\nAnna: Yes.", "en"),
        ("Please say 你好吗 to her.", "zh"),
        ("他用 Python 写程序。", "zh"),
    ],
)
def test_the_voice_is_chosen_by_the_language_of_most_of_the_text(
    text: str, language: Lang, tiny: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Lang | None] = []
    resolve = EngineRouter.resolve

    def seen(router: EngineRouter, settings: Settings, language: Lang | None = None) -> Settings:
        asked.append(language)
        return resolve(router, settings, language)

    monkeypatch.setattr(EngineRouter, "resolve", seen)
    utterance = tiny.analyse(SpeechRequest(text))
    tiny.cast(text, Settings(), None)
    tiny.accept(utterance)
    assert set(asked) == {language}


def test_figures_of_a_part_have_the_language_of_the_whole(tiny: Pipeline) -> None:
    readings = [tiny.analyse(SpeechRequest("15!", language=language)).segments[0] for language in ("en", "zh")]
    assert [segment.tokens[0].kind for segment in readings] == ["word", "hanzi"]
    part = tiny.analyse(SpeechRequest("15!", language="zh", whole="It was late, and 李明 (Li Ming) had counted. 15!"))
    assert part.segments[0].tokens[0].kind == "word"


@pytest.mark.parametrize("text", ["𠮷野家在北京。", "他叫李𡈽。", "第一段。\n\n第二段有㝵字和𠮷字。", "𡈽𡈽"])
def test_a_character_without_a_reading_is_told_once(tiny: Pipeline, text: str) -> None:
    run = Run()
    plan = tiny.analyse(SpeechRequest(f"你好。{text}"), run=run)
    silent = [token.text for segment in plan.segments for token in segment.tokens if not token.reading]
    unread = [char for char in silent if char in "𠮷㝵𡈽"]
    assert [(one.code, one.details["first"]) for one in run.warnings] == [("character_unread", unread[0])]
    for char in unread:
        text = text.replace(char, f"<{char}|ji2>")
    tiny.analyse(SpeechRequest(f"你好。{text}"), run=(known := Run()))
    assert known.warnings == []


@pytest.mark.parametrize(
    ("text", "word", "english", "chinese"),
    [
        ("他说：Спасибо 大家，до свидания。", "Спасибо", "Cyrillic", "西里尔"),
        ("She wrote ขอบคุณ on the card.", "ขอบคุณ", "Thai", "泰文"),
        ("碑上刻着 شكرا 两行。", "شكرا", "Arabic", "阿拉伯"),
        ("字幕：감사합니다！", "감사합니다", "Hangul", "韩文"),
        ("她说ありがとう就走了。", "ありがとう", "Hiragana", "假名"),
        ("A sign: შენობა.", "შენობა", "Georgian", "格鲁吉亚"),
    ],
)
def test_a_word_of_another_script_is_told_once(
    tiny: Pipeline, text: str, word: str, english: str, chinese: str
) -> None:
    run = Run()
    tiny.analyse(SpeechRequest(text), run=run)
    (told,) = run.warnings
    assert str(told.details["first"]).startswith(word[:2])
    assert (told.code, english in told.localise("en")[0], chinese in told.localise("zh")[0]) == (
        "script_respelt",
        True,
        True,
    )


@pytest.mark.parametrize(
    "text", ["α 和 β 射线，λέξη。", "优の良品很多。", "ｆｕｌｌ 宽 ﬁne 𝐁𝐨𝐥𝐝 café Đà Nẵng", "⽔火ㄇㄚˊ"]
)
def test_letters_that_voices_speak_are_no_other_script(tiny: Pipeline, text: str) -> None:
    tiny.analyse(SpeechRequest(text), run=(run := Run()))
    assert run.warnings == []


@pytest.mark.parametrize(("text", "said"), [("⽔", "水"), ("⼭⼤", "山大"), ("⻢", "马"), ("⻋⻔！", "车门")])
def test_radicals_alone_are_read_as_their_characters(tiny: Pipeline, text: str, said: str) -> None:
    plan = tiny.analyse(SpeechRequest(text))
    assert "".join(token.text for token in plan.segments[0].tokens if token.reading) == said


def test_lines_of_what_is_done_are_told(tiny: Pipeline) -> None:
    run = Run()
    tiny.analyse(SpeechRequest("Anna: Tea?\n(A door opens.)\nPeter:\nYes.\n*a creak*\nAnna: [laughs] Here."), run=run)
    assert [(one.code, one.details["count"]) for one in run.warnings] == [("directions_unsaid", 2)]
    assert "(A door opens.)" in run.warnings[0].localise("en")[0]
    quiet = Run()
    tiny.analyse(SpeechRequest("Anna: Tea?\nPeter: Yes.\nAnna: [laughs] Here."), run=quiet)
    assert quiet.warnings == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("准备好。（停顿3秒）开始。", "（停顿3秒）"),
        ("Ready. (pause 2s) Go.", "(pause 2s)"),
        ("听好【停顿】再写。", "【停顿】"),
        ("听好［停顿：1.5秒］再写。", "［停顿：1.5秒］"),
        ("听好[停顿]再写。", "[停顿]"),
        ("他说（停顿了一下）算了。", ""),
        ("She spoke (pausing twice) and left.", ""),
        ("听好[停顿 2s]再写[pause 1s]吧。", ""),
        ("第(3)题停顿5秒。", ""),
    ],
)
def test_a_pause_in_other_brackets_is_told(tiny: Pipeline, text: str, told: str) -> None:
    run = Run()
    tiny.analyse(SpeechRequest(text), run=run)
    assert [(one.code, one.details["first"]) for one in run.warnings] == ([("pause_spoken", told)] if told else [])


def test_a_loudness_that_peaks_prevent_is_told_once_and_with_what_came(pipeline: Pipeline) -> None:
    text = "今天天气很好。我们去公园散步吧，真好啊！"
    for asked, missed in ((-6.0, True), (-9.0, True), (-16.0, False), (-23.0, False)):
        for _ in range(2):  # sound that is kept is told of as what is fresh
            speech = pipeline.speak(SpeechRequest(text, Settings(loudness=asked)))
            told = [one for one in speech.warnings if one.code == "loudness_missed"]
            assert len(told) == missed
            reached = loudness(speech.samples, speech.sample_rate)
            if told:
                assert reached == pytest.approx(float(str(told[0].details["reached"])), abs=1.0)
                assert reached < asked - 0.8
            else:
                assert reached == pytest.approx(asked, abs=0.8)
