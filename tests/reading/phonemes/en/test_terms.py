"""Terms of computing, brands and slang: the lists, and how what stands in them is read in a sentence."""

from __future__ import annotations

import re

import pytest

from benchmarks import accuracy_words
from indextts.model.utterance import Utterance
from indextts.reading.phonemes import symbols
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en import pronunciation, terms
from tests.support.known_mistakes import only_known
from tests.support.segments import build_segments
from tests.tiers import by_night

_ENTRY = re.compile(r"[A-Za-zÀ-ž']+: [A-Za-z0-9 ]+")


def read(text: str) -> list[tuple[str, str]]:
    """Each token's text and reading."""
    utterance = Utterance(text, segments=build_segments(text, max_syllables=100_000))
    annotate(utterance)
    return [
        (token.text, token.reading)
        for segment in utterance.segments
        for token in segment.tokens
        if token.kind != "punctuation"
    ]


def said(text: str) -> str:
    """The readings of a line in a row."""
    return " ".join(reading for _, reading in read(text))


def test_the_lists_hold_two_thousand_words_none_twice() -> None:
    words = [word for word, _ in terms.entries()]
    assert len(words) >= 2_000
    assert len(words) == len(set(words))


def test_every_line_of_the_lists_can_be_said() -> None:
    for word, written in terms.entries():
        assert _ENTRY.fullmatch(f"{word}: {written}"), word
        assert symbols.is_arpabet(pronunciation.pronounce(word)[0]), word
        assert "1" in pronunciation.pronounce(word)[0], word


@pytest.mark.parametrize("step", by_night([7, 1]))
def test_every_term_is_read_in_a_line_as_its_list_says(step: int) -> None:
    """Lines of them, three times: as they stand, and those of small letters as titles and in capitals."""
    listed = dict(terms.entries())
    cases = [(word, word) for word in listed]
    small = [word for word in listed if word.islower()]
    cases += [(word.capitalize(), word) for word in small if word.capitalize() not in listed]
    cases += [(word.upper(), word) for word in small if word.isascii() and len(word) > 1 and word.upper() not in listed]
    cases = cases[::step]
    lines = [cases[at : at + 40] for at in range(0, len(cases), 40)]
    for line in lines:
        found = read(" ; ".join(f"use {written}" for written, _ in line))
        groups: list[list[str]] = []
        for text, reading in found:
            if text == "use":
                groups.append([])
            else:
                groups[-1].append(reading)
        assert len(groups) == len(line)
        for (written, word), readings in zip(line, groups, strict=True):
            assert " ".join(readings) == pronunciation.pronounce(word)[0], written


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("mpox", "EH1 M P AA2 K S"), ("KOSPI", "K AA1 S P IY0"), ("KOSDAQ", "K AA1 Z D AE2 K"),
        ("XeLaTeX", "Z IY1 L AA2 T EH2 K"), ("pdfLaTeX", "P IY1 D IY1 EH1 F L AA2 T EH2 K"),
        ("TeXLive", "T EH1 K L AY2 V"), ("MiKTeX", "M IH1 K T EH2 K"), ("CMake", "S IY1 M EY2 K"),
        ("qmake", "K Y UW1 M EY2 K"), ("nmake", "EH1 N M EY2 K"), ("xmake", "EH1 K S M EY2 K"),
        ("ctest", "S IY1 T EH2 S T"), ("cpack", "S IY1 P AE2 K"), ("ccache", "S IY1 K AE2 SH"),
        ("JSON", "JH EY1 S AA2 N"), ("YAML", "Y AE1 M AH0 L"), ("GitHub", "G IH1 T HH AH2 B"),
        ("nginx", "EH1 N JH AH0 N EH2 K S"), ("Kubernetes", "K UW2 B ER0 N EH1 T IY0 Z"),
        ("PCIe", "P IY2 S IY2 AY2 IY1"), ("IEEE", "AY1 T R IH2 P AH0 L IY1"), ("Xiaomi", "SH AW1 M IY0"),
        ("JPEGs", "JH EY1 P EH2 G Z"), ("JSONs", "JH EY1 S AA2 N Z"), ("TypeScript's", "T AY1 P S K R IH2 P T S"),
        ("MySQL", "M AY1 EH1 S K Y UW1 EH1 L"),
        ("PostgreSQL", "P OW1 S T G R EH2 S K Y UW2 EH1 L"), ("cuDNN", "K UW2 D IY1 EH1 N EH1 N"),
        ("OAuth", "OW1 AO2 TH"),
        ("LaTeX", "L AA1 T EH2 K"), ("latex", "L EY1 T EH2 K S"), ("GNOME", "G AH0 N OW1 M"), ("gnome", "N OW1 M"),
        ("BYD", "B IY1 W AY1 D IY1"), ("captchas", "K AE1 P CH AH0 Z"), ("iPhones", "AY1 F OW2 N Z"),
        ("sudo", "S UW1 D UW2"), ("Qt", "K Y UW1 T"), ("SaaS", "S AE1 S"), ("NASA's", "N AE1 S AH0 Z"),
        ("ANSYS", "AE1 N S IH2 S"), ("TrueNAS", "T R UW1 N AE2 S"), ("concrete", "K AA1 N K R IY2 T"),
        ("lolicon", "L OW1 L IH0 K AA2 N"), ("Astralis", "AH0 S T R AE1 L IH0 S"), ("ITIL", "AY1 T IH0 L"),
        ("godie", "G OW1 D AY2"), ("Kacey", "K EY1 S IY0"),
        ("BSON", "B IY1 S AA2 N"), ("dtype", "D IY1 T AY2 P"), ("xattr", "EH1 K S AE2 T ER0"), ("PaLM", "P AA1 M"),
        ("GAAP", "G AE1 P"), ("HEPA", "HH EH1 P AH0"), ("NSAIDs", "EH1 N S EY2 D Z"), ("RADS", "R AE1 D Z"),
        ("FASTA", "F AE1 S T AH0"),
        ("LABUBU", "L AH0 B UW1 B UW0"), ("Suica", "S W IY1 K AH0"), ("doula", "D UW1 L AH0"),
        ("Xofluza", "Z OW0 F L UW1 Z AH0"),
        ("MIMO", "M AY1 M OW0"), ("NoSQL", "N OW1 EH1 S K Y UW1 EH1 L"), ("WebDAV", "W EH1 B D AE2 V"),
        ("Oryon", "AO0 R AY1 AH0 N"),
        ("ANTA", "AE1 N T AH0"), ("SOFR", "S OW1 F ER0"), ("ORCID", "AO1 R K IH0 D"), ("XOR", "EH1 K S AO2 R"),
        ("NeRF", "N ER1 F"),
        ("Apr", "EY1 P R AH0 L"), ("Sept", "S EH0 P T EH1 M B ER0"), ("Vol", "V AA1 L"),
    ],
)  # fmt: skip
def test_terms_are_said_as_people_say_them(word: str, phones: str) -> None:
    assert said(f"the {word} there").removeprefix("DH AH0 ").removesuffix(" DH EH1 R") == phones


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("use the api here", ["use", "the", "A", "P", "I", "here"]),
        ("the HTTPS page", ["the", "H", "T", "T", "P", "S", "page"]),
        ("the iOS app", ["the", "I", "O", "S", "app"]),
        ("an NVMe disk", ["an", "N", "V", "M", "E", "disk"]),
        ("two cdns and the api's end", ["two", "cdns", "and", "the", "api's", "end"]),
        ("FEMA and UNHCR and BOPET", ["FEMA", "and", "U", "N", "H", "C", "R", "and", "BOPET"]),
        ("ask AT&T now", ["ask", "A", "T", "and", "T", "now"]),
        ("the IoT app", ["the", "I", "O", "T", "app"]),
        ("他是yyds啊", ["他", "是", "Y", "Y", "D", "S", "啊"]),
        ("APIs and GPUs run", ["APIs", "and", "GPUs", "run"]),
        ("ask the US and us", ["ask", "the", "U", "S", "and", "us"]),
        ("用IgE查过敏", ["用", "I", "G", "E", "查", "过", "敏"]),
        ("QT间期", ["Q", "T", "间", "期"]),
        ("按ISO标准", ["按", "I", "S", "O", "标", "准"]),
        ("APT组织", ["A", "P", "T", "组", "织"]),
        ("CAD图和jpg", ["C", "A", "D", "图", "和", "J", "P", "G"]),
        ("OLED屏", ["O", "L", "E", "D", "屏"]),
        ("lvwzhx是谁", ["L", "V", "W", "Z", "H", "X", "是", "谁"]),
        ("让qwzxran来", ["让", "Q", "W", "Z", "X", "R", "A", "N", "来"]),
        ("let it go, IT people", ["let", "it", "go", "I", "T", "people"]),
    ],
)
def test_what_is_spelt_is_letters_in_the_plan(text: str, tokens: list[str]) -> None:
    assert [each for each, _ in read(text)] == tokens


@pytest.mark.parametrize(
    ("name", "phones"),
    [
        ("innodb", "IH1 N OW0 D IY1 B IY1"),
        ("leveldb", "L EH1 V AH0 L D IY1 B IY1"),
        ("indexeddb", "IH1 N D EH0 K S T D IY1 B IY1"),
        ("orientdb", "AO1 R IY0 EH2 N T D IY1 B IY1"),
        ("rethinkdb", "R IY0 TH IH1 NG K D IY1 B IY1"),
        ("userdb", "Y UW1 Z ER0 D IY1 B IY1"),
        ("dayjs", "D EY1 JH EY1 EH1 S"),
        ("momentjs", "M OW1 M AH0 N T JH EY1 EH1 S"),
        ("solidjs", "S AA1 L AH0 D JH EY1 EH1 S"),
        ("fabricjs", "F AE1 B R IH0 K JH EY1 EH1 S"),
        ("konvajs", "K AA1 N V AH0 JH EY1 EH1 S"),
        ("swiperjs", "S W AY1 P ER0 JH EY1 EH1 S"),
    ],
)
def test_databases_and_libraries_end_with_letters(name: str, phones: str) -> None:
    assert pronunciation.pronounce(name)[0] == phones
    assert [each for each, _ in read(f"换成{name}了")][2] == name


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("CREA偏高", "C R E A"),
        ("IBIL略升", "I B I L"),
        ("TgAb阳性", "T G A B"),
        ("FeLV疫苗", "F E L V"),
        ("ACCC罚款", "A C C C"),
        ("FCCC缔约方", "F C C C"),
        ("APPP会议", "A P P P"),
        ("GmbH形式", "G M B H"),
        ("PTE考试", "P T E"),
        ("SOAS校园", "SOAS"),
        ("OSAS患者", "O S A S"),
        ("BOOX屏幕", "BOOX"),
        ("HOYO新歌", "HOYO"),
        ("OLFA刀片", "OLFA"),
        ("DENZA新车", "DENZA"),
        ("HARIO滤杯", "HARIO"),
        ("KITTI数据", "KITTI"),
        ("KAIST校友", "KAIST"),
        ("SHOKZ耳机", "SHOKZ"),
        ("KLOOK订票", "KLOOK"),
        ("PROYA面霜", "PROYA"),
        ("ECO模式", "ECO"),
        ("打eco局", "打 eco"),
    ],
)
def test_values_makers_and_institutions_amid_chinese(text: str, tokens: str) -> None:
    own = tokens.split()
    assert [each for each, _ in read(text)][: len(own)] == own


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("Pte. Ltd.", "private"), ("Pte Ltd", "private"), ("Pty. Ltd.", "proprietary"), ("Pty Ltd", "proprietary"),
        ("Pvt. Ltd.", "private"), ("Pvt Ltd", "private"),
    ],
)  # fmt: skip
def test_the_form_of_a_company_is_said_in_words(form: str, word: str) -> None:
    for name in ("Keppel Marine", "Orion Foods"):
        readings = [said for _, said in read(f"与{name} {form}签约")]
        assert pronunciation.pronounce(word)[0] in readings
        assert not any(said in ("T IY1", "T AY1") for said in readings)


@pytest.mark.parametrize("name", accuracy_words.TERMS)
def test_the_fresh_terms_are_read_right_by_now(name: str) -> None:
    only_known(name, {word: said for word, said, right in accuracy_words.terms(name) if not right})


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("用api", "yong4 ei1 pi4 ai4"),
        ("VIP card很好", "V IY1 AY1 P IY1 K AA1 R D hen2 hao3"),
        ("Come at ten AM，好", "K AH1 M AE1 T T EH1 N EY1 EH1 M hao3"),
        ("我的VIP card", "wo3 de5 wei4 ai4 pi4 K AA1 R D"),
        ("看TV，好", "kan4 ti4 wei4 hao3"),
    ],
)
def test_letters_are_named_in_the_language_of_what_stands_beside_them(text: str, reading: str) -> None:
    assert said(text) == reading


def test_other_words_and_letters_make_a_reading() -> None:
    assert terms.arpabet("engine x", {"engine": "EH1 N JH AH0 N"}.get) == "EH1 N JH AH0 N EH1 K S"
    assert terms.arpabet("hot key", {"hot": "HH AA1 T", "key": "K IY1"}.get) == "HH AA1 T K IY2"
    with pytest.raises(KeyError):
        terms.arpabet("hot blorp", {"hot": "HH AA1 T"}.get)


@pytest.mark.parametrize("line", ["谢谢 thx 啦", "收到thx", "先thx了", "穿 tee 出门"])
def test_short_words_of_chats_are_no_letters(line: str) -> None:
    assert [text for text, _ in read(line) if text.isascii()] in (["thx"], ["tee"])
