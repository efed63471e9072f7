"""How people write in forums and chats: faces, tags, capitals, short forms, held letters, words of their own."""

from __future__ import annotations

import pytest

from indextts.reading.phonemes.en import pronunciation
from indextts.reading.text.en import short_forms
from tests.support.segments import annotated, build_segments


def said(text: str) -> str:
    """What is spoken, without marks."""
    segments = build_segments(text, max_syllables=60)
    return " ".join(t.text.lower() for segment in segments for t in segment.tokens if t.kind != "punctuation")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("we baked all night :-p", "we baked all night"),
        ("that goal though :O", "that goal though"),
        ("my cat hates you :P lol", "my cat hates you l o l"),
        ("so we lost again D:", "so we lost again"),
        ("it melted xD", "it melted"),
        ("they sold the boat =D", "they sold the boat"),
        ("no clue ¯\\_(ツ)_/¯", "no clue"),
        ("my deepest sympathy <3", "my deepest sympathy"),
        ("so proud of these kids <3 <3", "so proud of these kids"),
        ("love you all <3", "love you all heart"),
        ("sure, the bus is always on time /s", "sure the bus is always on time"),
        ("^(a whisper from below)", "a whisper from below"),
        ("^so ^tiny", "so tiny"),
        ("see r/gardening for that", "see r slash gardening for that"),
        ("ask u/fixit about the roof", "ask u slash fixit about the roof"),
        # What looks like these and is none.
        ("the ratio is 3:0 now", "the ratio is three to zero now"),
        ("a dose <3 mg", "a dose less than three milligrams"),
        ("open D: and look", "open d and look"),
        ("two to the power: 2^(10)", "two to the power two to the power of ten"),
        ("yes and/or no", "yes and or no"),
        ("the XP bar", "the x p bar"),
    ],
)
def test_faces_and_marks_of_posts_are_not_spoken(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("#savetheforest", "hashtag save the forest"),
        ("#lovemyteam", "hashtag love my team"),
        ("#sundayfunday", "hashtag sunday fun day"),
        ("#askmeanything", "hashtag ask me anything"),
        ("#keepitsimple", "hashtag keep it simple"),
        ("#MakeItRain", "hashtag make it rain"),
        ("@ILOVETHERain", "at i love the rain"),
        ("@sleepyteacher", "at sleepy teacher"),
        ("#photography", "hashtag photography"),
        ("#igers", "hashtag igers"),
    ],
)
def test_tags_are_words(text: str, spoken: str) -> None:
    assert said(text) == spoken


def test_no_tag_is_parted_into_what_is_unknown() -> None:
    assert short_forms.in_words("debateme", pronunciation.is_word) == ["debate", "me"]
    assert short_forms.in_words("qzxvbn", pronunciation.is_word) == []
    assert short_forms.in_words("guardian", pronunciation.is_word) != ["guardian"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("she yelled WE DO NOT CARE WHO WINS today", "she yelled we do not care who wins today"),
        ("then he typed GET OUT OF MY CAR and left", "then he typed get out of my car and left"),
        ("NOTHIN' BEATS THIS", "nothin' beats this"),
        ("SINGIN’ ALL NIGHT", "singin' all night"),
        ("the FBI AND NSA AND CIA said", "the f b i and n s a and c i a said"),
        ("tonight it is Bears VS Hawks", "tonight it is bears versus hawks"),
        ("I opened it in VS Code", "i opened it in v s code"),
        ("three VoNCs in a row", "three voncs in a row"),
        ("the DoJ sued", "the d o j sued"),
        ("MI5 and mi6", "m i five and m i six"),
    ],
)
def test_capitals_are_initials_only_where_no_words_are_shouted(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("aged between 30-45", "aged between thirty and forty five"),
        ("between $20-$30", "between twenty and thirty dollars"),
        ("between 5-7 km", "between five and seven kilometers"),
        ("between 10%-15% of them", "between ten percent and fifteen percent of them"),
        ("from 30-45", "from thirty to forty five"),
        ("hit .500 in May", "hit five hundred in may"),
        ("a .312 hitter", "a three twelve hitter"),
        ("p = .350", "p equals point three five zero"),
        ("a .22 rifle", "a twenty two rifle"),
        ("just say 7373 lol", "just say seventy three seventy three l o l"),
        ("7373 people", "seven thousand three hundred and seventy three people"),
        ("he rang 311, then left", "he rang three one one then left"),
        ("311 pages", "three hundred and eleven pages"),
    ],
)
def test_figures_are_said_as_people_say_them(text: str, spoken: str) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("haha", "HH AA1 HH AA2"), ("hahahah", "HH AA1 HH AA2 HH AA2"), ("bahaha", "B AA0 HH AA1 HH AA2"),
        ("hehehe", "HH EH1 HH EH2 HH EH2"), ("hohoho", "HH OW1 HH OW2 HH OW2"), ("ooooof", "UW1 F"),
        ("aaaaand", "AE1 N D"), ("soooo", "S OW1"), ("gooood", "G UH1 D"), ("noooope", "N OW1 P"),
        ("unsalvageable", "AH0 N S AE1 L V IH0 JH AH0 B AH0 L"), ("unhelmeted", "AH0 N HH EH1 L M AH0 T IH0 D"),
        ("unironic", "AH0 N AY0 R AA1 N IH0 K"), ("rewatching", "R IY0 W AA1 CH IH0 NG"),
        ("regift", "R IY0 G IH1 F T"), ("nondairy", "N AA0 N D EH1 R IY0"), ("ableism", "EY1 B AH0 L IH2 Z AH0 M"),
        ("syndicalism", "S IH1 N D IH0 K AH0 L IH2 Z AH0 M"), ("sleepmaxxing", "S L IY1 P M AE2 K S IH0 NG"),
        ("makeupmaxxing", "M EY1 K AH2 P M AE2 K S IH0 NG"),
        ("redditminusmods", "R EH1 D IH0 T M AY2 N AH0 S M AA2 D Z"), ("asf", "EY1 EH1 S EH1 F"),
        ("govt", "G AH1 V ER0 M AH0 N T"), ("VoNCs", "V IY1 OW1 EH1 N S IY1 Z"), ("Ty", "T AY1"),
        ("ty", "TH AE1 NG K Y UW2"),
    ],
)  # fmt: skip
def test_words_of_posts(word: str, phones: str) -> None:
    assert pronunciation.pronounce(word)[0] == phones


def test_an_article_leans_on_what_is_quoted_or_done() -> None:
    for text in ("It was a ‘small mistake’ again.", "They went a-sailing."):
        tokens = [token for segment in annotated(text).segments for token in segment.tokens]
        assert next(token.reading for token in tokens if token.text == "a") == "AH0"
