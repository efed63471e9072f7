"""Readings and breaks in the voices' symbols."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.sambert import frontend, symbols
from indextts.engines.sambert.frontend import PhoneSyllable, SymbolSentence, SymbolWord
from indextts.engines.sambert.symbols import Item, SymbolVocabulary
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token

VOCABULARY = SymbolVocabulary.mandarin(["F7", "F74"])


def token(text: str, reading: str, break_after: int = 0, kind: str = "hanzi") -> Token:
    lang = "zh" if kind == "hanzi" else "en"
    return Token(text, kind, lang, 0, 1, reading=reading, break_after=break_after)  # type: ignore[arg-type]


def said(*tokens: Token, emotion: str = "emotion_neutral", **more: object) -> SymbolSentence:
    segment = Segment("", 0, 0, tokens=list(tokens))
    return frontend.sentence(segment, VOCABULARY, emotion, "F7", **more)  # type: ignore[arg-type]


def heard(sentence: SymbolSentence) -> str:
    return " ".join(item.phone for item in sentence.items)


def test_the_one_public_sample_of_the_published_front_end() -> None:
    """北京今天天气怎么样, as another port prints it."""
    readings = [("bei3", 0), ("jing1", 1), ("jin1", 0), ("tian1", 1), ("tian1", 0), ("qi4", 1)]
    readings += [("zen3", 0), ("me5", 0), ("yang4", 4)]
    sentence = said(*(token("字", reading, level) for reading, level in readings))
    assert heard(sentence) == (
        "b_c ei_c j_c ing_c #1 j_c in_c t_c ian_c #1 t_c ian_c q_c i_c #1 z_c en_c m_c e_c y_c ang_c #4"
    )
    assert len(sentence.items) == 22
    assert symbols.write(sentence.items[:5]) == (
        "{b_c$tone3$s_begin$word_begin$emotion_neutral$F7} {ei_c$tone3$s_end$word_middle$emotion_neutral$F7} "
        "{j_c$tone1$s_begin$word_middle$emotion_neutral$F7} {ing_c$tone1$s_end$word_end$emotion_neutral$F7} "
        "{#1$tone_none$s_none$word_none$emotion_none$F7}"
    )


def test_breaks_carry_the_sentences_emotion_where_that_is_set() -> None:
    both = [said(token("好", "hao3"), emotion="emotion_sad", break_emotion=kind) for kind in ("none", "sentence")]
    assert [sentence.items[-1].emotion for sentence in both] == ["emotion_none", "emotion_sad"]
    assert {sentence.items[0].emotion for sentence in both} == {"emotion_sad"}


def test_a_phrase_that_ends_without_a_silence_has_the_label_of_one() -> None:
    tokens = token("好", "hao3", 1), token("走", "zou3", 4)
    tokens[0].phrase_end = True
    assert heard(said(*tokens)) == "h_c ao_c #2 z_c ou_c #4"
    tokens[0].break_source = "user"
    assert heard(said(*tokens)) == "h_c ao_c #1 z_c ou_c #4"


def test_marks_are_not_said_and_the_end_is_always_the_strongest_break() -> None:
    sentence = said(token("好", "hao3", 4), token("。", "", 0, "punctuation"), token("走", "zou3", 2))
    assert heard(sentence) == "h_c ao_c #3 z_c ou_c #4"
    assert sentence.tokens == [0, 0, 0, 2, 2, 2]
    assert sentence.breaks == [False, False, True, False, False, True]


def test_the_suffix_joins_its_syllable_and_the_child_does_not() -> None:
    assert heard(said(token("玩", "wan2"), token("儿", "er5"))) == "w_c anr_c #4"
    assert heard(said(token("女", "nv3"), token("儿", "er2"))) == "n_c v_c ge er_c #4"
    assert heard(said(token("玩", "wan2", 1), token("儿", "er5"))) == "w_c an_c #1 ge er_c #4"
    assert heard(said(token("摔", "shuai1"), token("儿", "er5"))) == "sh_c uair_c #4"
    # A syllable without an initial has no rhotic partner.
    assert heard(said(token("鹅", "e2"), token("儿", "er5"))) == "ge e_c ge er_c #4"


def test_a_rhotic_final_without_a_symbol_becomes_a_syllable_more() -> None:
    spoken = frontend.mandarin("kur1", lambda phone: VOCABULARY.has_phone(phone) and phone != "ur_c")
    assert spoken == [PhoneSyllable(("k_c", "u_c"), "tone1"), PhoneSyllable(("ge", "er_c"), "tone1")]


def test_english_is_parted_into_syllables_with_the_stress_as_tone() -> None:
    sentence = said(token("python", "P AY1 TH AA2 N", kind="word"))
    assert [(item.phone, item.tone, item.flag, item.place) for item in sentence.items[:-1]] == [
        ("p", "tone1", "s_begin", "word_begin"),
        ("ay", "tone1", "s_end", "word_middle"),
        ("th", "tone0", "s_begin", "word_middle"),
        ("aa", "tone0", "s_middle", "word_middle"),
        ("n", "tone0", "s_end", "word_end"),
    ]
    alone = said(token("a", "AH0", kind="word"))
    assert alone.items[0] == Item("ah", "tone0", "s_both", "word_both", "emotion_neutral", "F7")


@pytest.mark.parametrize(
    ("reading", "spoken"),
    [
        ("qu4", ("q_c", "v_c")), ("yuan2", ("y_c", "van_c")), ("you3", ("y_c", "ou_c")), ("xue2", ("xx_c", "ve_c")),
        ("lü3", ("l_c", "v_c")), ("lue4", ("l_c", "ve_c")), ("ng5", ("ge", "en_c")), ("m2", ("m_c", "u_c")),
        ("ê4", ("ge", "ei_c")), ("rua2", ("r_c", "ua_c")), ("fiao4", ("f_c", "iao_c")), ("len1", ("l_c", "en_c")),
        ("kiu1", ("k_c", "iou_c")), ("er2", ("ge", "er_c")), ("ger1", ("g_c", "er_c")), ("ni6", ("n_c", "i_c")),
    ],
)  # fmt: skip
def test_syllables(reading: str, spoken: tuple[str, str]) -> None:
    assert frontend.mandarin(reading, VOCABULARY.has_phone)[0].phones == spoken


@pytest.mark.parametrize("reading", ["zzz1", "ba", "ba0", "ba7", "1", "", "#14", "pau1", "_1", "~1", "böa1"])
def test_what_is_no_syllable_is_refused(reading: str) -> None:
    with pytest.raises(StudioError) as raised:
        frontend.mandarin(reading, VOCABULARY.has_phone)
    assert raised.value.code == "unknown_symbol"


def test_a_reading_that_the_voice_has_not_is_named_with_its_text() -> None:
    with pytest.raises(StudioError, match=r"“字” has the reading “zzz1”"):
        said(token("字", "zzz1"))
    with pytest.raises(StudioError, match="word"):
        said(token("word", "W ERR1 D", kind="word"))
    with pytest.raises(StudioError) as raised:
        said(token("。", "", 0, "punctuation"))
    assert raised.value.code == "text_unspeakable"


def test_nothing_is_dropped_from_a_sentence_of_symbols() -> None:
    """The published code leaves unknown phones out and so moves all the other fields."""
    right = symbols.write(said(token("好", "hao3")).items)
    assert len(VOCABULARY.encode(right)["sy"]) == 4
    for wrong in (right.replace("h_c", "hx_c"), right.replace("tone3", "tone9"), right.replace("h_c", "~")):
        with pytest.raises(StudioError) as raised:
            VOCABULARY.encode(wrong)
        assert raised.value.code == "unknown_symbol"
    for wrong in ("", "hello", right + " x", right.replace("$F7", "")):
        with pytest.raises(StudioError) as raised:
            VOCABULARY.encode(wrong)
        assert raised.value.code == "malformed"


def test_transcripts_keep_the_strongest_of_two_breaks_and_must_match_their_pinyin() -> None:
    words = frontend.transcript("好，#3好#1，好。", "hao3 hao3 hao3", VOCABULARY)
    assert [word.level for word in words] == [3, 1, 1]
    for text, pinyin in (("好好", "hao3"), ("好", "hao3 hao3")):
        with pytest.raises(StudioError) as raised:
            frontend.transcript(text, pinyin, VOCABULARY)
        assert raised.value.code == "malformed"


def test_a_rhotic_syllable_takes_the_character_behind_it_and_no_later_one() -> None:
    words = frontend.transcript("这会#1女儿", "zhe4 huir4 nv3 er2", VOCABULARY)
    assert [len(word.syllables) for word in words] == [2, 2]
    assert heard(frontend.write(words, "emotion_sad", "F7")) == "zh_c e_c h_c ueir_c #1 n_c v_c ge er_c #4"


SYLLABLES = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@given(st.lists(st.tuples(SYLLABLES, st.integers(1, 4)), min_size=1, max_size=6))
def test_every_word_has_one_beginning_and_one_end(shape: list[tuple[list[int], int]]) -> None:
    words = [
        SymbolWord([(PhoneSyllable(("b_c",) * count, "tone1"), 0) for count in counts], level)
        for counts, level in shape
    ]
    items = frontend.write(words, "emotion_happy", "F7").items
    places = [item.place for item in items]
    assert places.count("word_none") == len(words)
    assert places.count("word_begin") == places.count("word_end") == sum(sum(counts) > 1 for counts, _ in shape)
    assert places.count("word_both") == sum(sum(counts) == 1 for counts, _ in shape)
    flags = [item.flag for item in items]
    assert flags.count("s_begin") == sum(count > 1 for counts, _ in shape for count in counts)
    assert items[-1].phone == "#4" and VOCABULARY.units(items).text.shape == (len(items), 4)
