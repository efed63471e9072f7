from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.frontend.tokens import GLOSSARY, LONGEST, open_front
from indextts.engines.indextts2.frontend.writing import written
from indextts.model.errors import StudioError
from indextts.model.utterance import Kind, Segment, Token
from indextts.reading.markup import in_text
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments
from tests.support.tiny_indextts2 import make_checkpoint


def token(text: str, kind: Kind = "hanzi", word: int = 0, **more: object) -> Token:
    lang = "zh" if kind == "hanzi" else "en"
    return Token(text, kind, lang, 0, 1, word, **more)  # type: ignore[arg-type]


def tokens(*texts: str) -> list[Token]:
    return [token(text, "punctuation" if text in "，。！" else "hanzi", at) for at, text in enumerate(texts)]


def segment_of(text: str) -> Segment:
    (segment,) = build_segments(text, is_word=is_word, max_syllables=60, fixed=in_text.find(text))
    return segment


def test_characters_stand_side_by_side() -> None:
    assert written(tokens("今", "天", "，", "好", "。")) == "今天，好。"


@pytest.mark.parametrize("source", ["user", "lexicon", "markup"])
def test_a_reading_that_somebody_decided_is_written_as_pinyin(source: str) -> None:
    line = tokens("重", "庆", "好")
    line[0].reading, line[0].reading_source = "chong2", source
    assert written(line) == "CHONG2 庆好"
    assert written(line, annotated=True) == "<重|chong2>庆好"


@pytest.mark.parametrize(("reading", "shown"), [("ju4", "JV4"), ("xue2", "XVE2"), ("lv4", "LV4"), ("hang2", "HANG2")])
def test_pinyin_is_spelt_as_the_model_knows_it(reading: str, shown: str) -> None:
    assert written([token("字", reading=reading, reading_source="user")]) == shown


@pytest.mark.parametrize("source", ["dictionary", "phrase", "sandhi", "rule", "model", ""])
def test_other_readings_are_the_models_own(source: str) -> None:
    assert written([token("很", reading="hen2", reading_source=source)]) == "很"


def test_what_is_no_single_syllable_stays_a_character() -> None:
    assert written([token("儿", reading="r5", reading_source="user")]) == "儿"


def test_words_stand_apart_and_spelt_out_ones_together() -> None:
    line = [token("Hello", "word", 0), token("G", "letter", 1), token("P", "letter", 1), token("T", "letter", 1)]
    line += [token("four", "word", 2), token(",", "punctuation", 3), token("world", "word", 4)]
    assert written(line) == "Hello GPT four, world"
    assert written([token("用", word=0), token("GPU", "word", 1), token("算", word=2)]) == "用GPU算"


def test_a_word_that_is_read_in_pinyin_is_written_so() -> None:
    word = token("Alibaba", "word", reading="a1 li3 ba1 ba1", reading_source="markup")
    assert written([token("去"), word]) == "去 A1 LI3 BA1 BA1"
    word.reading = "ou1 kei4"
    assert written([word]) == "Alibaba", "the vocabulary has no KEI4"


def test_a_word_in_letters_takes_its_reading_along_only_where_the_model_reads_it() -> None:
    line = [token("minute", "word", reading="M IH1 N AH0 T", reading_source="markup")]
    assert written(line) == "minute" and written(line, annotated=True) == "<minute|M IH1 N AH0 T>"


@pytest.mark.parametrize("source", ["lm", "rules", "punctuation", ""])
def test_a_predicted_break_is_no_mark(source: str) -> None:
    line = tokens("今", "天", "好", "。")
    line[1].break_after, line[1].break_source = 3, source
    assert written(line) == "今天好。"


def test_a_long_break_that_a_person_sets_is_heard_where_there_is_no_mark() -> None:
    line = tokens("今", "天", "好", "。")
    line[1].break_after, line[1].break_source = 3, "user"
    assert written(line) == "今天，好。"
    line[1].break_after = 2
    assert written(line) == "今天好。"
    line[2].break_after, line[2].break_source = 3, "user"
    assert written(line) == "今天好。", "there is a mark already"


@given(st.lists(st.sampled_from(["今", "天", "，", "。", "！"]), max_size=40))
def test_no_character_is_lost(texts: list[str]) -> None:
    assert written(tokens(*texts)) == "".join(texts)


def test_lines_have_the_published_pieces_and_numbers(checkpoint: Path) -> None:
    front = open_front(PublishedFolder(checkpoint))
    (line,) = front.lines(Segment("今天。", 0, 3, "今天。", tokens("今", "天", "。")))
    assert line.text.replace("▁", "").replace(" ", "") == "今天." and line.language is None
    long = Segment("", 0, 0, "", tokens(*"今天很好，" * 80))
    lines = front.lines(long)
    assert len(lines) > 2 and all(len(one.ids) <= LONGEST + 1 for one in lines)


def test_version_25_has_languages_and_readings(checkpoint_25: Path) -> None:
    front = open_front(PublishedFolder(checkpoint_25))
    fixed = tokens("重", "庆")
    fixed[0].reading, fixed[0].reading_source = "chong2", "user"
    (chinese,) = front.lines(Segment("重庆", 0, 2, "重庆", fixed))
    assert chinese.text == "<|SPECIAL_TOKEN_2|>chong2<|SPECIAL_TOKEN_2|>庆"
    (english,) = front.lines(Segment("Hello", 0, 5, "Hello", [token("Hello", "word")]))
    assert english.text == "hello" and english.language != chinese.language


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("做DE5很好。", "做<|SPECIAL_TOKEN_2|>de5<|SPECIAL_TOKEN_2|>很好."),
        ('It’s a "state-of-the-art" box (new).', "it is a 'state-of-the-art' box 'new'."),
        ("他说：“好（真的）。”", "他说,'好'真的'.'"),
        ("Open C:\\new, please; no.", "open c, new, please,"),
        ("No.", "no."),
    ],
)
def test_version_25_is_given_the_same_marks(text: str, said: str, checkpoint_25: Path) -> None:
    front = open_front(PublishedFolder(checkpoint_25))
    first = build_segments(text, is_word=is_word, max_syllables=60, fixed=in_text.find(text))[0]
    assert [line.text for line in front.lines(first)] == [said]


def test_version_25_reads_an_interjection_as_the_syllable_that_there_is(checkpoint_25: Path) -> None:
    front = open_front(PublishedFolder(checkpoint_25))
    fixed = [token("嗯", reading="ng4", reading_source="markup")]
    (line,) = front.lines(Segment("嗯", 0, 1, "嗯", fixed))
    assert line.text == "<|SPECIAL_TOKEN_2|>en4<|SPECIAL_TOKEN_2|>"


@pytest.mark.parametrize("version", ["2.0", "2.5"])
def test_a_glossary_beside_the_models_files_says_how_its_terms_are_read(version: str, tmp_path: Path) -> None:
    published = PublishedFolder(make_checkpoint(tmp_path, version, qwen=False))  # type: ignore[arg-type]
    (published.folder / GLOSSARY).write_text("天气: 今天\nM.2: {zh: 二点5, en: M five}\n", encoding="utf-8")
    for term, reading in (("天气好。", "今天好。"), ("用M.2的。", "用二点五的。"), ("The M.2 is", "The M five is")):
        one, other = (open_front(published).lines(segment_of(text)) for text in (term, reading))
        assert one == other
    (published.folder / GLOSSARY).write_text("- 天气\n", encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        open_front(published)
    assert caught.value.code == "bad_file"


@pytest.mark.parametrize("version", ["2.0", "2.5"])
def test_nothing_to_say_is_refused(version: str, tmp_path: Path) -> None:
    front = open_front(PublishedFolder(make_checkpoint(tmp_path, version, qwen=False)))  # type: ignore[arg-type]
    with pytest.raises(StudioError) as caught:
        front.lines(Segment("", 0, 0, "", []))
    assert caught.value.code == "text_unspeakable"
