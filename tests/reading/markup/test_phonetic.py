"""IPA in a text: what is read as such, and what stays a path, a list or a word of another language."""

from __future__ import annotations

import pytest

from indextts.reading.markup import in_text
from indextts.reading.phonemes.en import ipa_in_text
from indextts.reading.text.overrides import Override
from tests.support.segments import build_segments


def found(text: str) -> dict[str, str]:
    return {text[one.start : one.end]: one.reading for one in ipa_in_text.in_text(text)}


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Say /ðɪs/ and /ðæt/.", {"/ðɪs/": "DH IH1 S", "/ðæt/": "DH AE1 T"}),
        ("moon /muːn/ n. 月亮", {"/muːn/": "M UW1 N"}),
        ("banana [bəˈnɑːnə] 香蕉", {"[bəˈnɑːnə]": "B AH0 N AA1 N AH0"}),
        ("table['teɪbl]n.桌子", {"['teɪbl]": "T EY1 B AH0 L"}),
        ("button/ˈbʌtn/按钮", {"/ˈbʌtn/": "B AH1 T AH0 N"}),
        ("长元音[uː]和短元音[ʊ]", {"[uː]": "UW1", "[ʊ]": "UH1"}),
        ("辅音 /k/ 和 /g/", {"/k/": "K", "/g/": "G"}),
        ("the sound /f/ or /v/", {"/f/": "F", "/v/": "V"}),
        ("/i:/ as in sheep", {"/i:/": "IY1"}),
        ("/wɒt taɪm/", {"/wɒt taɪm/": "W AA1 T T AY1 M"}),
        ("film /fɪlm/", {"/fɪlm/": "F IH1 L M"}),
        ("ˈpermit and perˈmit", {"ˈpermit": "P ER1 M IH2 T", "perˈmit": "P ER0 M IH1 T"}),
        ("They conˈflict.", {"conˈflict": "K AH0 N F L IH1 K T"}),
    ],
)
def test_what_lessons_print_is_read_from_its_letters(text: str, readings: dict[str, str]) -> None:
    assert found(text) == readings


@pytest.mark.parametrize(
    "text",
    [
        "see /etc/hosts and /usr/bin/", "he/she and his/her", "1/2/3", "the path /p/q", "[note] and [x]", "and/or/not",
        "Put the sounds in /bin/ now.", "θ/2 + θ/3", "Öl [øːl]", "[Næste]", "http://a.cn/ʃ/b", "a /b/ c", "[p]",
        "informaˈtion",
    ],
)  # fmt: skip
def test_other_strokes_and_brackets_are_no_sounds(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize("text", ["The vowel in ˈphotograph is long.", "re\u02c8turn ˌinforˈmation", "oː ˈ ː"])
def test_marks_of_stress_and_length_are_never_named(text: str) -> None:
    said = [token.text for segment in build_segments(text, max_syllables=60) for token in segment.tokens]
    assert not {"vertical", "line", "triangular", "colon"} & set(said)


def test_what_somebody_has_decided_stays() -> None:
    text = "Say /ðɪs/ to zhòng读."
    known = [Override(4, 9, spoken="this")]
    assert in_text.beside(known, text)[0] == known[0]
    assert [one.reading for one in in_text.beside([], "读zhòng，/ðɪs/")] == ["zhong4", "DH IH1 S"]
