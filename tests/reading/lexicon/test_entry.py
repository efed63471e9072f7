"""What an entry may be."""

from __future__ import annotations

import pytest

from indextts.model.errors import StudioError
from indextts.reading.lexicon.entry import draft, from_fields
from indextts.reading.phonemes.reading_input import read


@pytest.mark.parametrize(
    ("word", "reading", "kind", "lang", "stored"),
    [
        ("重庆", "chong2qing4", "pinyin", "zh", "chong2 qing4"),
        ("重庆", "chóng qìng", "pinyin", "zh", "chong2 qing4"),
        ("折了", "she2 le", "pinyin", "zh", "she2 le5"),
        ("孩子们", "hai2 zi men", "pinyin", "zh", "hai2 zi5 men5"),
        ("minute", "M IH1 N AH0 T", "arpabet", "en", "M IH1 N AH0 T"),
        ("minute", "/ˈmɪnɪt/", "arpabet", "en", "M IH1 N IH0 T"),
        ("GIF", "like: jiff", "arpabet", "en", "JH IH1 F"),
        ("hygge", "ˈhuːɡə", "arpabet", "en", "HH UW1 G AH0"),
        ("AE", "encyclopædia", "text", "en", "encyclopædia"),
        ("e.g.", "像这样", "text", "en", "像这样"),
        ("lol", "like totally", "text", "en", "like totally"),
        ("SQL", "sequel", "text", "en", "sequel"),
        ("W3C", "万维网联盟", "text", "en", "万维网联盟"),
        ("AI", "A I", "text", "en", "A I"),
        ("café", "café", "text", "en", "café"),
        ("v2", "version 2", "text", "en", "version 2"),
        ("❤", "爱心", "text", "zh", "爱心"),
        ("[doge]", "a < b", "text", "en", "a < b"),
        ("<T>", "of [1] type", "text", "en", "of [1] type"),
        ("  machine   learning ", "M AH0", "arpabet", "en", "M AH0"),
        ("feipian", "fèi piàn", "pinyin", "zh", "fei4 pian4"),
        ("longchaoshou", "lóng chāo shǒu", "pinyin", "zh", "long2 chao1 shou3"),
        ("Lv", "lǚ", "pinyin", "zh", "lv3"),
        ("Xi", "xí", "pinyin", "zh", "xi2"),
        ("Renee", "Renée", "text", "en", "Renée"),
        ("resume", "résumé", "text", "en", "résumé"),
    ],
)
def test_the_kind_is_found_out(word: str, reading: str, kind: str, lang: str, stored: str) -> None:
    made = draft(word, reading)
    assert (made.kind, made.lang, made.reading) == (kind, lang, stored)
    assert "  " not in made.word
    assert draft(made.word, made.reading, made.kind) == made


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"word": "", "reading": "x"}, "bad_entry", "word is empty"),
        ({"word": "x"}, "bad_entry", "reading is empty"),
        ({"word": "\u200b\u2060", "reading": "hao3"}, "bad_entry", "word is empty"),
        ({"word": "重" * 65, "reading": "x"}, "bad_entry", "64"),
        ({"word": "x", "reading": "y" * 401}, "bad_entry", "400"),
        ({"word": "x", "reading": "y" * 10**6}, "bad_entry", "400"),
        ({"word": "x", "reading": "y", "note": "z" * 201}, "bad_entry", "200"),
        ({"word": "x\ny", "reading": "y"}, "bad_entry", "U+000A"),
        ({"word": "\ud800", "reading": "y"}, "bad_entry", "U+D800"),
        ({"word": 5, "reading": "y"}, "bad_entry", "text"),
        ({"word": "x", "reading": "y", "kind": "ipa"}, "bad_entry", "pinyin, arpabet, text"),
        ({"word": "x", "reading": "y", "enabled": "yes"}, "bad_entry", "enabled"),
        ({"word": "x", "reading": "y", "lang": "zh"}, "bad_entry", "lang is en"),
        ({"word": "炸弹", "reading": '<break time="60s"/>'}, "bad_entry", "its reading holds a mark"),
        ({"word": "的", "reading": "[停顿 5s]的", "kind": "text"}, "bad_entry", "its reading holds a mark"),
        ({"word": "x", "reading": "[happy]x[/happy]"}, "bad_entry", "its reading holds a mark"),
        ({"word": "x", "reading": "<emphasis>x"}, "bad_entry", "its reading holds a mark"),
        ({"word": "<行|xing2>", "reading": "xing2"}, "bad_entry", "would never be found"),
        ({"word": "[pause 1s]", "reading": "x"}, "bad_entry", "would never be found"),
        ({"word": "重庆", "reading": "chong2"}, "bad_reading", "2 characters"),
        ({"word": "重庆", "reading": "chong qing"}, "bad_reading", "lacks its tone"),
        ({"word": "重庆", "reading": "chong2 qing"}, "bad_reading", "lacks its tone"),
        ({"word": "妈妈", "reading": "ma ma1"}, "bad_reading", "lacks its tone"),
        ({"word": "重庆", "reading": "xyz9 qing4"}, "bad_reading", "is not pinyin"),
        ({"word": "x", "reading": "你好", "kind": "arpabet"}, "bad_reading", "is not an English word"),
    ],
)
def test_what_cannot_be_stored(fields: dict[str, object], code: str, says: str) -> None:
    with pytest.raises(StudioError, match=says.replace("+", r"\+")) as caught:
        from_fields(fields)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("Adeyemi", "ah-day-YEH-mee"), ("Siobhan", "shiv-AWN"), ("Aviemore", "av-ee-MORE"), ("Farrant", "FA-rant"),
        ("Nietzsche", "NEE-chuh"), ("Saoirse", "SEER-shuh"), ("Okonedo", "oh-koh-NEH-doh"), ("Withey", "WITH-ee"),
        ("Ilvarez", "il-VAH-rez"), ("Kirkcudbright", "kur-KOO-bree"), ("Anjali", "AHN-jah-lee"),
        ("Doctor Farrant", "doctor FA-rant"), ("Nguyen", "nuh-WIN"),
    ],
)  # fmt: skip
def test_syllables_with_a_stressed_one_are_what_the_panel_makes_of_them(word: str, reading: str) -> None:
    made = draft(word, reading)
    assert (made.kind, made.reading) == ("arpabet", read(word, reading).text) and "1" in made.reading


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("X", "X-ray"), ("NUS", "non-US"), ("proEU", "pro-EU"), ("FBI", "ex-FBI"), ("T", "T-shirt"), ("SQL", "S-Q-L"),
        ("AE", "the EU-wide rule"), ("PSR", "pre-SALE QZX"), ("3D", "THREE-DEE"),
        ("wow", "so-called"), ("B2B", "b-to-B"),
    ],
)  # fmt: skip
def test_a_text_with_capitals_stays_one(word: str, reading: str) -> None:
    assert draft(word, reading).kind == "text"
