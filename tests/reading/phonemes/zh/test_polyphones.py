"""Characters of several readings, by dictionary, rule and model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Token, Utterance
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.symbols import is_syllable
from indextts.reading.phonemes.zh import mandarin, names, polyphones, sandhi
from tests.support.known_mistakes import only_known
from tests.support.segments import annotated, build_segments
from tests.tiers import by_night
from training.polyphones import to_json

DATA = Path(__file__).parents[3] / "data"
CASES = DATA / "polyphones.tsv"


def read(text: str) -> dict[int, Token]:
    """The Chinese characters of ``text`` with their readings, by their place."""
    segments = annotated(text).segments
    return {token.start: token for segment in segments for token in segment.tokens if token.kind == "hanzi"}


def agrees(reading: str, wanted: str) -> bool:
    """Whether a surface reading is the wanted one, third-tone sandhi aside."""
    return any(reading == said or (said[-1] == "3" and reading == said[:-1] + "2") for said in wanted.split("|"))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("polyphones", 400),
        ("polyphones_fresh", 300),
        ("polyphones_fresh2", 200),
        ("polyphones_fresh3", 90),
        ("polyphones_fresh4", 120),
        ("polyphones_fresh5", 80),
        ("polyphones_fresh6", 700),
        ("polyphones_fresh7", 800),
        ("polyphones_office", 80),
    ],
)
def test_the_set_is_read_right(name: str, least: int) -> None:
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t")[:3] for line in text.splitlines() if line.strip()]
    assert len(rows) >= least
    wrong, right = {}, {f"{text} {place}": wanted for text, place, wanted in rows}
    for text, place, wanted in rows:
        reading = read(text)[int(place)].reading
        if not agrees(reading, wanted):
            wrong[f"{text} {place}"] = reading
    only_known(name, wrong, right)


@pytest.mark.parametrize("step", by_night([8, 1]))
def test_everyday_words_of_every_character_are_read_right(step: int) -> None:
    wrong, forms = [], 0
    for line in (DATA / "polyphones_classes.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        char, wanted, words = line.split("\t")
        for word in words.split(" ")[::step]:
            text = word.replace("*", "")
            place = word.index("*") if "*" in word else text.index(char)
            said, forms = read(text)[place], forms + 1
            if not agrees(said.reading, wanted):
                wrong.append((char, wanted, text, said.reading, said.reading_source))
    assert not wrong
    assert forms >= 4000 // step


def test_whole_sentences_are_read_right() -> None:
    wrong, right = {}, {}
    for line in (DATA / "surface_fresh.tsv").read_text(encoding="utf-8").splitlines():
        text, pinyin = line.split("\t")
        said, wanted = read(text), pinyin.split()
        for place, syllable in enumerate(wanted):
            merged = wanted[place + 1 : place + 2] == ["~"]
            known = [one[:-2] + one[-1] if merged and one[-2] == "r" else one for one in syllable.split("|")]
            if syllable not in "-~" and said[place].reading not in known:
                wrong[f"{text} {place}"], right[f"{text} {place}"] = said[place].reading, syllable
    only_known("surface_fresh", wrong, right)


def test_our_phrases_can_be_said() -> None:
    for phrase, syllables in mandarin.own_phrases().items():
        assert len(phrase) == len(syllables), phrase
        assert all(is_syllable(syllable) for syllable in syllables), phrase
    assert all(is_syllable(said) for said in names.surnames().values())


@pytest.mark.parametrize(
    ("text", "place", "reading", "source"),
    [
        ("曾先生来了。", 0, "zeng1", "rule"),
        ("我曾经来过。", 1, "ceng2", "phrase"),
        ("他姓朴。", 2, "piao2", "rule"),
        ("朴素的衣服。", 0, "pu3", "phrase"),
        ("重庆很大。", 0, "chong2", "phrase"),
    ],
)
def test_every_reading_says_where_it_comes_from(text: str, place: int, reading: str, source: str) -> None:
    token = read(text)[place]
    assert (token.reading, token.reading_source) == (reading, source)


def test_every_context_has_a_reading_that_the_character_can_have() -> None:
    for char, rules in polyphones.contexts().items():
        for line in rules:
            reading = line.split()[1]
            assert is_syllable(reading), line
            known = {one[:-1] for one in mandarin.alternatives(char)}
            assert reading[:-1] in known, line
    for rules in polyphones.contexts(classical=True).values():
        assert all(is_syllable(line.split()[1]) for line in rules), "no dictionary of today has all of these"


@pytest.mark.night
def test_every_context_is_written_right() -> None:
    """The product compiles a rule when it is first asked: a slip must not wait until then."""
    for classical in (False, True):
        for rules in polyphones.contexts(classical=classical).values():
            for line in rules:
                _, _, *sides = line.split()
                assert len(sides) == 2 and all(re.compile(side) for side in sides), line


@pytest.mark.parametrize(
    ("text", "place", "reading"),
    [
        ("他挑着一担水。", 4, "dan4"),
        ("我担着心。", 1, "dan1"),
        ("她脸涨得通红。", 2, "zhang4"),
        ("物价涨得很快。", 2, "zhang3"),
        ("大家推举他为队长。", 5, "wei2"),
        ("大家为他鼓掌。", 2, "wei4"),
        ("任校长讲话。", 0, "ren2"),
        ("他任校长三年。", 1, "ren4"),
        ("把面和好。", 2, "huo2"),
        ("他们和好了。", 2, "he2"),
    ],
)
def test_what_stands_around_decides(text: str, place: int, reading: str) -> None:
    assert read(text)[place].reading == reading


def test_readings_say_how_likely_they_are() -> None:
    found = read("天气很好，他背着手，把数据差异写下来。")
    assert found[0].reading_probability == 1.0, "no other reading"
    assert all(0.0 <= (token.reading_probability or 0.0) <= 1.0 for token in found.values())
    assert found[6].reading_probability is not None and found[6].reading_probability < 1.0


def test_what_a_person_chose_has_no_probability() -> None:
    utterance = Utterance("重庆", segments=build_segments("重庆", max_syllables=60))
    tokens = utterance.segments[0].tokens
    tokens[0].reading, tokens[0].reading_source, tokens[0].reading_probability = "zhong4", "user", 0.5
    annotate(utterance)
    assert [token.reading_probability is None for token in tokens] == [True, False]


def test_alternatives_are_offered() -> None:
    assert "zhong4" in read("重庆很大。")[0].alternatives


def test_what_the_model_decides_is_marked() -> None:
    texts = [*(line.split("\t")[0] for line in CASES.open(encoding="utf-8")), "刚立的flag第二天就倒了。"]
    sources = {token.reading_source for text in texts for token in read(text).values()}
    assert {"dictionary", "phrase", "rule", "model", "sandhi"} <= sources


@pytest.mark.night
def test_the_model_survives_its_own_file() -> None:
    model = polyphones.load()
    again = polyphones.Model.from_json(to_json(model))
    assert (again.labels, again.table) == (model.labels, model.table)
    assert model.labels[sandhi.THIRD] == ("2", "3")
    labels = {char: said for char, said in model.labels.items() if char != sandhi.THIRD}
    assert all(is_syllable(one) for said in labels.values() for one in said)


@given(st.lists(st.integers(0, (1 << polyphones.TABLE_BITS) - 1), min_size=1, max_size=30))
def test_probabilities_are_such(places: list[int]) -> None:
    model = polyphones.load()
    for char in list(model.labels)[:5]:
        chances = model.probabilities(char, places)
        assert set(chances) == set(model.labels[char])
        assert sum(chances.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("source", ["user", "lexicon", "markup"])
def test_a_reading_that_was_given_is_kept(source: str) -> None:
    utterance = Utterance("重庆", segments=build_segments("重庆", max_syllables=60))
    token = utterance.segments[0].tokens[0]
    token.reading, token.reading_source = "zhong4", source
    annotate(utterance)
    assert (token.reading, token.reading_source, token.phones[0].symbol) == ("zhong4", source, "zh")


@pytest.mark.parametrize("deed", ["等一等", "去医院", "再想想", "你来决定", "自己做", "让他们知道", "听他的"])
@pytest.mark.parametrize("before", ["还", "总", "也", "都", "就", "必", "须", "他须", "这件事必"])
def test_after_an_adverb_and_before_a_deed_de_is_must(before: str, deed: str) -> None:
    assert agrees(read(f"{before}得{deed}。")[len(before)].reading, "dei3")


@pytest.mark.parametrize("what", ["知消息", "益于此", "逞了", "罪了人", "奖了", "到表扬"])
@pytest.mark.parametrize("before", ["还", "也", "都", "就", "又"])
def test_a_word_that_begins_with_it_is_no_must_after_an_adverb(before: str, what: str) -> None:
    assert read(f"他{before}得{what}。")[2].reading == "de2"
