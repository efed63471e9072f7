"""Written text to segments: what is kept, where it comes from, where it is cut."""

from __future__ import annotations

import sys
import unicodedata
from html.entities import codepoint2name
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan.request import is_speakable
from indextts.reading import markup, prosody
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.symbols import SYMBOLS
from indextts.reading.text import cleaned
from indextts.reading.text.segment import segment_end_kind, syllables
from tests.support.growth import MOST, growth
from tests.support.segments import annotated, build_segments
from tests.tiers import by_night

WORDS = st.lists(
    st.sampled_from(["共和国", "银行", "34个", "，", "的", "hello ", "ABC ", "跑", "第2"]), min_size=20, max_size=60
).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MIXED = st.lists(
    st.sampled_from(
        ["今天", "GPT-4", "2024年3月15日", "，", "。", "\n", "hello", "world", "it's", " ", "¥1,234.50", "80%", "重",
         "了", "(", ")", "“", "”", "——", "…", "13800138000", "3:30", "-5℃", "½", "A", "NASA", "x²", "？", "！", "3-5",
         "\u200b", "😀", "é", "한", "ж", "1/2", "www.a.com", ".", ",", "Dr. ", "St. ", "U.S. ",
         "个", "一", "不", "儿", "㐂", "∰"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


NAMED = {chr(code): f"&{name};" for code, name in codepoint2name.items() if chr(code).isalpha()}
LETTERS = st.lists(
    st.sampled_from([*NAMED, *NAMED, *"abcxyz", "caf", "M", "nchen", " ", "很好", "，", "的"]), min_size=1, max_size=20
).map("".join)


def spoken(text: str) -> list[str]:
    return [t.text for s in build_segments(text, max_syllables=36) for t in s.tokens if t.kind != "punctuation"]


def analysed(text: str) -> Utterance:
    return annotated(text, max_syllables=36)


def check(text: str) -> None:
    """What must hold for every text."""
    utterance = Utterance(text, segments=build_segments(text, max_syllables=20))
    covered = set[int]()
    before = 0
    for segment in utterance.segments:
        assert text[segment.start : segment.end] == segment.text
        # Only a single rewriting that is longer than a piece may stand in two of them.
        first = segment.tokens[0]
        assert segment.start >= before or (first.changes and first.end <= before)
        before = segment.end
        last: Token | None = None
        for token in segment.tokens:
            assert segment.start <= token.start < token.end <= segment.end
            assert token.text.strip() == token.text != ""
            if last is not None:
                same = (token.start, token.end) == (last.start, last.end) and token.changes
                assert token.start >= last.end or same
                assert token.word in (last.word, last.word + 1)
            if not token.changes and token.kind != "punctuation":
                written = "".join(c for c in text[token.start : token.end] if unicodedata.category(c)[0] not in "MC")
                assert written.lower().replace("´", "'") == token.text.lower()
            covered.update(range(token.start, token.end))
            last = token
    # The signs of a face such as (°□°) say nothing.
    for edit in cleaned.edits(text):
        covered.update(range(edit.start, edit.end) if edit.became in (" ", "，") else ())
    for index, char in enumerate(text):
        if is_speakable(char) and char not in "~|<>=+→←" and not ("\u0300" <= char <= "\u036f"):
            assert index in covered or _says_nothing(char), (char, index)
    prosody.load("rules").annotate(utterance)
    if utterance.segments:
        try:
            annotate(utterance)
        except StudioError as error:
            assert error.code == "text_unspeakable"
            return
    for segment in utterance.segments:
        words = [token for token in segment.tokens if token.kind != "punctuation"]
        for token in words:
            silent = any(change.rule == "no-reading" for change in token.changes)
            assert bool(token.phones) != silent, token
            assert all(phone.symbol in SYMBOLS for phone in token.phones)
        assert not any(token.phones for token in segment.tokens if token.kind == "punctuation")
    assert Utterance.from_json(utterance.to_json()) == utterance


def _says_nothing(char: str) -> bool:
    """Letters for which Unicode itself gives no sound: modifiers, fillers, signs that only alter others."""
    return not build_segments(f"{char}", max_syllables=20)


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_any_unicode_text(text: str) -> None:
    check(text)


@settings(max_examples=250, deadline=None)
@given(MIXED)
def test_mixtures_of_what_people_write(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789.,:-/%年月日个GPTx= $+", max_size=40))
def test_anything_around_numbers(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", ["", " \n\t", "。。。！？", "😀🎉", "“”——……", "\u200b\u200d", "...", "---"])
def test_nothing_to_say_gives_no_segment(text: str) -> None:
    assert build_segments(text, max_syllables=36) == []


def test_model_name_is_spelt_and_its_hyphen_is_no_minus() -> None:
    assert spoken("GPT-4很好用") == [*"GPT四很好用"]


@pytest.mark.parametrize("text", ["www.a.comx²2024年3月15日", "a.com²20 apples", "see b.org³7"])
def test_a_sign_that_says_nothing_leaves_what_is_beside_it_apart(text: str) -> None:
    check(text)
    assert not any(word.endswith(("twenty", "seven")) and len(word) > 6 for word in spoken(text))


def test_rewriting_is_recorded_with_its_written_span() -> None:
    text = "涨了80%。"
    tokens = build_segments(text, max_syllables=36)[0].tokens
    made = [token for token in tokens if token.changes]
    assert "".join(token.text for token in made) == "百分之八十"
    for token in made:
        assert text[token.start : token.end] == "80%" == token.changes[0].was
        assert token.changes[0].became == "百分之八十"
        assert token.changes[0].rule


def test_parts_of_a_date_keep_their_own_places() -> None:
    text = "在2024年3月15日。"
    year = [t for t in build_segments(text, max_syllables=36)[0].tokens if text[t.start : t.end] == "2024"]
    assert "".join(token.text for token in year) == "二零二四"


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    text = "後來皇后頭髮白了"
    tokens = build_segments(text, max_syllables=36)[0].tokens
    assert "".join(token.text for token in tokens) == "后来皇后头发白了"
    assert (tokens[0].changes[0].was, tokens[0].changes[0].rule) == ("後", "traditional")
    assert tokens[2].changes == []


def test_full_width_and_invisible_characters() -> None:
    assert spoken("ＡＢＣ") == ["A", "B", "C"]
    assert spoken("你\u200b好\x07吗") == ["你", "好", "吗"]


def test_other_scripts_are_not_dropped() -> None:
    assert spoken("Привет мир") == ["Privet", "mir"]


def test_apostrophes_stay_in_words_and_camel_case_is_parted() -> None:
    assert spoken("I don't know") == ["I", "don't", "know"]
    assert spoken("ChatGPT") == ["Chat", "G", "P", "T"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("YOLOv", "YOLO V"), ("GUIform", "G U I form"), ("IDcard", "I D card"), ("VPNgate", "V P N gate"),
        ("QQmail", "Q Q mail"), ("HTTPd", "H T T P D"), ("PSform", "P S form"), ("VGGnet", "V G G net"),
        ("VNet", "V Net"), ("CTree", "C Tree"), ("IOError", "I O Error"), ("HSwish", "H Swish"), ("XLNet", "X L Net"),
    ],
)  # fmt: skip
def test_capitals_before_a_word_in_small_letters_are_parted_from_it(name: str, parts: str) -> None:
    assert spoken(f"用{name}吧")[1:-1] == parts.split()


@pytest.mark.parametrize(
    ("text", "letters"), [("IT行业", "IT"), ("US的CPU", "USCPU"), ("HTML", "HTML"), ("用URL", "URL")]
)
def test_acronyms_are_spelt(text: str, letters: str) -> None:
    tokens = build_segments(text, max_syllables=36)[0].tokens
    assert "".join(token.text for token in tokens if token.kind == "letter") == letters


def test_acronyms_that_are_words_and_shouting_are_read() -> None:
    assert spoken("NASA说") == ["NASA", "说"]
    assert spoken("STOP THAT RIGHT NOW") == ["STOP", "THAT", "RIGHT", "NOW"]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("WHO TOOK IT?", ""), ("LEAVE IT!", ""), ("HELP US", ""), ("IT IS ON US.", ""), ("DID YOU GET IT", ""),
        ("US NAVY", "US"), ("IT HELP", "IT"), ("FLIGHTS TO THE US ARE CHEAP", "US"), ("ASK THE IT TEAM TO HELP", "IT"),
        ("CNN ON TV", "CNNTV"), ("AI ART", "AIART"),
    ],
)  # fmt: skip
def test_plain_words_of_a_short_shout_are_read(text: str, letters: str) -> None:
    tokens = build_segments(text, max_syllables=36)[0].tokens
    assert "".join(token.text for token in tokens if token.kind == "letter") == letters


@pytest.mark.parametrize(("text", "kind"), [("an £8-a-day pass", "word"), ("vitamin-a-rich food", "letter")])
def test_an_a_between_hyphens_is_an_article_but_behind_what_has_kinds(text: str, kind: str) -> None:
    tokens = build_segments(text, max_syllables=36)[0].tokens
    assert [token.kind for token in tokens if token.text in ("a", "A")] == [kind]


def test_characters_of_one_word_share_its_number() -> None:
    tokens = build_segments("银行的业务", max_syllables=36)[0].tokens
    assert tokens[0].word == tokens[1].word != tokens[2].word
    assert tokens[0].pos == "n"


def test_segments_are_sentences() -> None:
    segments = build_segments("“你好吗？”她问。很好！走吧……\n第二段", max_syllables=36)
    assert [s.text for s in segments] == ["“你好吗？”", "她问。", "很好！", "走吧……", "第二段"]


def test_full_stops_inside_numbers_names_and_abbreviations_end_nothing() -> None:
    text = "Dr. Smith paid $12.50 to J. Doe at 3.5 St. James. He left."
    assert [s.text[-6:] for s in build_segments(text, max_syllables=60)] == ["James.", " left."]


def test_long_sentences_are_cut_at_commas_first() -> None:
    text = "今天我们去了很远很远的地方，看见了许多从来没有见过的花和树，然后高高兴兴地回家了。"
    segments = build_segments(text, max_syllables=20)
    assert "".join(s.text for s in segments) == text
    assert [s.text[-1] for s in segments] == ["，", "，", "。"]


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 30), WORDS)
def test_pieces_keep_to_the_limit_and_break_no_word(limit: int, text: str) -> None:
    segments = build_segments(text, max_syllables=limit)
    for segment in segments:
        assert sum(map(syllables, segment.tokens)) <= limit
    for before, after in pairwise(segments):
        assert before.tokens[-1].end <= after.tokens[0].start  # never inside one rewriting
        assert not (text[before.end - 1].isdigit() and text[after.start].isdigit())


def test_a_word_longer_than_the_limit_is_cut_all_the_same() -> None:
    segments = build_segments("1" * 200, max_syllables=36)
    assert sum(len(s.tokens) for s in segments) == 200
    assert all(len(s.tokens) <= 36 for s in segments)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("走吧。\n好", ["paragraph", "sentence"]),
        ("走吗？好！嗯……行；对", ["question", "exclamation", "ellipsis", "semicolon", "sentence"]),
        ("“走。”他说", ["sentence", "sentence"]),
        ("Really? Yes. Well...", ["question", "sentence", "ellipsis"]),
        ("走。\n", ["sentence"]),
    ],
)
def test_what_ends_a_segment(text: str, kinds: list[str]) -> None:
    assert [segment_end_kind(s, text) for s in build_segments(text, max_syllables=36)] == kinds


def test_what_ends_a_piece_of_a_cut_sentence() -> None:
    text = "今天我们去了很远的地方，" * 2 + "看见了许多从来没有见过的花和树还有很多的小动物"
    kinds = [segment_end_kind(s, text) for s in build_segments(text, max_syllables=14)]
    assert kinds[0] == "comma"
    assert set(kinds[2:-1]) == {"phrase"}
    assert segment_end_kind(Segment("12", 0, 2, tokens=[Token("12", "word", "en", 0, 2)]), "1234") == "word"


@pytest.mark.parametrize(
    "piece",
    by_night(["1", "重", "a", "A", "1,", ".", "“", "你\n", "1-", "$5 ", "1/2", "a@", "3.5kg", "1+1="], first=8),
)
def test_long_monotonous_input_is_worked_through(piece: str) -> None:
    assert growth(lambda text: build_segments(text, max_syllables=36), piece, 3000 * len(piece)) < MOST


def test_spoken_form_of_a_segment() -> None:
    assert build_segments("他有3 apples。", max_syllables=36)[0].spoken == "他有三 apples。"
    assert analysed("好").stage == "phonemes"


def test_the_work_grows_with_the_text_and_no_faster() -> None:
    """Counted in calls, which no other program on the machine can change."""

    def calls(length: int) -> int:
        count = 0

        def event(*_: object) -> None:
            nonlocal count
            count += 1

        marked = markup.parse(f'<say-as interpret-as="digits">{"0123456789" * (length // 10)}</say-as>')
        sys.setprofile(event)
        try:
            build_segments(marked.text, max_syllables=36, fixed=marked.fixed)
        finally:
            sys.setprofile(None)
        return count

    calls(100)
    assert calls(5000) < 8 * calls(1000)


@given(LETTERS)
def test_a_letter_by_its_name_in_html_is_that_letter(text: str) -> None:
    assert spoken("".join(NAMED.get(char, char) for char in text)) == spoken(text)


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("Zo&euml; ate a cr&egrave;me br&ucirc;l&eacute;e.", "Zoë ate a crème brûlée."),
        ("他在M&uuml;nchen喝caf&#233;。", "他在München喝café。"),
        ("&Eacute;cole和ni&ntilde;o", "École和niño"),
    ],
)
def test_words_with_names_of_letters_are_read_as_those_words(pasted: str, plain: str) -> None:
    def said(text: str) -> list[tuple[str, str]]:
        return [(token.text, token.reading) for part in analysed(text).segments for token in part.tokens]

    assert said(pasted) == said(plain)


@pytest.mark.parametrize("written", ["⽼师⾛了⼗⾥路。", "⻢⻋⻓队", "⻛⾬⻔⻚", "⽤⼾和⻘⻥", "2024年3⽉15⽇"])
def test_radicals_are_read_as_the_characters_that_they_show(written: str) -> None:
    meant = cleaned.plain(written)
    assert meant != written and len(meant) == len(written)
    assert not any("\u2e80" <= char <= "\u2fdf" for char in meant)
    tokens = [(token.text, token.reading) for one in analysed(written).segments for token in one.tokens]
    assert tokens == [(token.text, token.reading) for one in analysed(meant).segments for token in one.tokens]
    check(written)
