"""English: pronunciations, and the Mandarin voice's symbols for them."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.utterance import Token
from indextts.reading.phonemes import symbols
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en import arpabet, g2p, pronunciation
from indextts.reading.phonemes.symbols import FINALS, SYMBOLS
from tests.support.segments import annotated
from tests.tiers import by_night
from training import g2p as training

STRESSED = [vowel + stress for vowel in sorted(symbols.VOWELS) for stress in "012"]
PHONES = [*sorted(symbols.VOWELS | symbols.CONSONANTS), *STRESSED]
BREAKS = {"#0", "#1", "#2", "#3"}


def tokens(text: str) -> list[Token]:
    return [token for segment in annotated(text).segments for token in segment.tokens]


def token(text: str, wanted: str) -> Token:
    return next(each for each in tokens(text) if each.text == wanted)


def vowels(symbols: list[str]) -> list[str]:
    return [symbol for symbol in symbols if symbol[:-1] in FINALS]


def heard(reading: str) -> list[str]:
    return [shape for _, shape in arpabet.to_symbols(reading)]


def test_a_known_word_is_read_from_the_dictionary() -> None:
    hello = token("他说hello", "hello")
    assert (hello.reading, hello.reading_source) == ("HH AH0 L OW1", "dictionary")
    assert [phone.shape for phone in hello.phones if phone.shape] == ["HH", "AH0", "L", "OW1"]


@pytest.mark.parametrize(
    ("text", "word", "reading"),
    [
        ("What's he doin'?", "doin'", "D UW1 IH0 N"),
        ("She was comin’ over.", "comin'", "K AH1 M IH0 N"),
        ("They were fixin' and mendin' it.", "mendin'", "M EH1 N D IH0 N"),
        ("They called it 'a satin'.", "satin", "S AE1 T AH0 N"),
        ("Mmmm, nice.", "Mmmm", "M"),
        ("Psssst, over here!", "Psssst", "P S T"),
        ("Grrr, said the dog.", "Grrr", "G ER1"),
        ("Pfft, whatever.", "Pfft", "P F T"),
        ("It is soooooo late.", "soooooo", "S OW1"),
        ("It is sooo goooood.", "goooood", "G UH1 D"),
        ("Sweeeet!", "Sweeeet", "S W IY1 T"),
    ],
)
def test_worn_and_held_words_are_read_as_they_are_uttered(text: str, word: str, reading: str) -> None:
    assert token(text, word).reading == reading


def test_letters_are_named_as_the_sentence_does() -> None:
    assert token("用A和W", "W").reading == "da2 bu4 liu5"
    assert token("the letter W", "W").reading == "D AH1 B AH0 L Y UW0"


def test_arpabet_given_by_a_person_is_kept() -> None:
    utterance = annotated("读作minute")
    word = next(each for each in utterance.segments[0].tokens if each.text == "minute")
    before = [phone.symbol for phone in word.phones]
    word.reading, word.reading_source = "M AY0 N UW1 T", "user"
    annotate(utterance)
    assert word.reading == "M AY0 N UW1 T"
    assert [phone.symbol for phone in word.phones] != before


@pytest.mark.parametrize("wrong", ["", "HELLO", "HH AH3", "hh ah", "K1", "M IH1 N AH0 TT", "AA11", "1", "N  ,"])
def test_what_is_no_arpabet_is_refused(wrong: str) -> None:
    assert not symbols.is_arpabet(wrong)
    with pytest.raises(StudioError) as caught:
        arpabet.to_symbols(wrong)
    assert caught.value.code == "unknown_symbol"


def test_where_pronunciations_come_from() -> None:
    assert pronunciation.pronounce("blorptastic")[1] == "model"
    assert pronunciation.pronounce("livestream") == ("L AY1 V S T R IY2 M", "dictionary")
    assert pronunciation.pronounce("skrt")[1] == "spelling"
    assert pronunciation.pronounce("dogs's")[0].endswith("Z IH0 Z")


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("blorp", "B L AO1 R P"), ("grittle", "G R IH1 T AH0 L"), ("snaffing", "S N AE1 F IH0 NG"),
        ("plime", "P L AY1 M"), ("stroovy", "S T R UW1 V IY0"), ("kneeb", "N IY1 B"), ("phlosh", "F L AA1 SH"),
    ],
)  # fmt: skip
def test_words_that_nobody_has_heard_follow_their_spelling(word: str, phones: str) -> None:
    assert pronunciation.pronounce(word) == (phones, "model")


@pytest.mark.parametrize(
    ("word", "end"), [("sequenced", "S T"), ("livestreamed", "M D"), ("retweeted", "T IH0 D"), ("defragged", "G D")]
)
def test_a_past_tense_that_the_dictionary_lacks_ends_as_its_verb_asks(word: str, end: str) -> None:
    assert pronunciation.pronounce(word)[0].endswith(end)


@pytest.mark.parametrize("count", by_night([100, 400]))
def test_the_network_reads_words_it_was_not_trained_on(count: int) -> None:
    held_out = [entry for entry in training.entries() if training.is_held_out(entry[0]) and len(entry[0]) == 6][:count]
    result = training.measure(g2p.load(), held_out)
    assert result["phone_errors"] < 10.0
    assert result["word_errors_without_stress"] < 40.0
    assert g2p.WEIGHTS.stat().st_size < 1.5e6


@settings(max_examples=200, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=60).filter(lambda word: word.strip("'")))
def test_no_word_is_silent(word: str) -> None:
    reading, source = pronunciation.pronounce(word)
    assert symbols.is_arpabet(reading)
    assert source in ("dictionary", "model", "spelling")
    assert heard(reading)
    assert {symbol for symbol, _ in arpabet.to_symbols(reading)} <= set(SYMBOLS)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PHONES), min_size=1, max_size=10))
def test_every_sequence_of_phones_can_be_said(parts: list[str]) -> None:
    written = arpabet.to_symbols(" ".join(parts))
    assert [shape.rstrip("012") for shape in heard(" ".join(parts))] == [part.rstrip("012") for part in parts]
    assert all(shape[-1] in "012" for shape in heard(" ".join(parts)) if arpabet.is_vowel(shape))
    assert {symbol for symbol, _ in written} <= set(SYMBOLS)
    assert written[-1].symbol not in BREAKS


@settings(max_examples=60, deadline=None)
@given(st.text("abcxyzABCXYZ 中好，.-_'09", min_size=1, max_size=30))
def test_no_token_that_is_spoken_is_silent(text: str) -> None:
    try:
        said = tokens(text)
    except StudioError as error:
        assert error.code == "text_unspeakable"
        return
    for each in said:
        if each.kind in ("word", "letter"):
            assert any(phone.shape for phone in each.phones) or vowels([phone.symbol for phone in each.phones]), each


def test_stress_is_a_falling_tone() -> None:
    assert [symbol[-1] for symbol, shape in arpabet.to_symbols("AH0 B AW1 T") if arpabet.is_vowel(shape)] == ["5", "4"]


def test_english_words_flow() -> None:
    """No long break inside a short English phrase, and small words lean on the next one."""
    said = tokens("the state of the art")
    assert [each.break_after for each in said[:-1]] == [0, 1, 0, 0]
    inner = tokens("I would like to buy a new computer for my sister.")
    assert max(each.break_after for each in inner[:-2]) <= 2
    assert sum(each.break_after == 2 for each in inner[:-2]) <= 1


def test_the_trainer_learns_what_letters_stand_for() -> None:
    """A toy language in which c is K before a and S before e."""
    words = [(first + vowel + last, (("K" if vowel == "a" else "S") if first == "c" else "T",
              "AE1" if vowel == "a" else "EH1", "N" if last == "n" else "T"))
             for first in "ct" for vowel in "ae" for last in "nt"]  # fmt: skip
    aligner = training.Aligner()
    aligner.fit(words * 5)
    aligned = [(word, aligner.align(word, phones)) for word, phones in words]
    assert aligned[0] == ("can", ("K", "AE1", "N"))
    assert aligner.align("a", ("K", "AE1", "N", "T")) is None
    labels = ["", *sorted({label for _, given in aligned if given for label in given})]
    trainer = training.Trainer(labels, hidden=16, narrow=8, memory=4, seed=1)
    data = training.examples([(word, given) for word, given in aligned if given] * 8, labels)
    losses = [trainer.epoch(data, batch=16, rates=(0.01, 0.01), dropout=0.0) for _ in range(25)]
    assert losses[-1] < 0.1 * losses[0]
    assert training.measure(g2p.G2P(trainer.network()), words)["word_errors"] == 0.0


@pytest.mark.parametrize(
    ("text", "plain", "reading"),
    [
        ("Send us your résumé.", "resume", "R EH1 Z AH0 M EY2"),
        ("Send us your RÉSUMÉS.", "RESUMES", "R EH1 Z AH0 M EY2 Z"),
        ("We resume at ten.", "resume", "R IH0 Z UW1 M"),
        ("The record’s title.", "record's", "R EH1 K ER0 D Z"),
        ("He looked blasé.", "blase", "B L AA0 Z EY1"),
        ("The olés rang.", "oles", "OW2 L EY1 Z"),
        ("Jane Doe, née Smith.", "nee", "N EY1"),
        ("The touché.", "touche", "T UW0 SH EY1"),
        ("The coup de grâce.", "grace", "G R AA1 S"),
        ("The naïve one.", "naive", "N AY2 IY1 V"),
    ],
)
def test_accents_tell_how_a_word_is_said(text: str, plain: str, reading: str) -> None:
    assert token(text, plain).reading == reading


@pytest.mark.night
def test_the_dictionary_is_the_published_file_and_every_word_of_it_is_found() -> None:
    published = gzip.decompress(pronunciation.DICTIONARY.read_bytes())
    assert hashlib.sha256(published).hexdigest() == "81917843c7f44ce2b094ac63873c2c7a4cf802040792c455ba3ca406891c3d22"
    entries = dict(pronunciation.dictionary_entries())
    assert len(entries) == 135_166 and entries["aalborg"] == "AO1 L B AO0 R G", "without the remark behind it"
    assert not [word for word, phones in entries.items() if "#" in phones or not phones]
    dictionary = pronunciation._dictionary()
    assert all(dictionary.get(word) == phones for word, phones in entries.items())
    assert pronunciation.alternatives("read") == [entries["read"], entries["read(2)"]]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("grpcurl", "G R P curl"), ("pglite", "P G lite"), ("paddleocr", "paddle O C R"), ("keyd", "key D"),
        ("apikey", "A P I key"), ("grpcui", "G R P C U I"), ("uikit", "U I kit"), ("apispec", "A P I spec"),
        ("pgadmin", "P G admin"), ("mqkey", "M Q key"), ("fastocr", "fast O C R"), ("dbfinder", "D B finder"),
        ("httpserver", "H T T P server"), ("sqlcheck", "sql check"), ("bridgeapi", "bridge A P I"),
        ("udlbook", "U D L book"), ("qoiview", "Q O I view"), ("imgproxy", "I M G proxy"), ("yamllint", "yaml lint"),
        ("iwlmodule", "I W L module"), ("isowords", "iso words"), ("isobar", "iso bar"), ("nginxview", "nginx view"),
        ("redisview", "redis view"), ("oauthlib", "oauth lib"), ("numpytools", "numpy tools"),
        ("ufwpanel", "U F W panel"),
    ],
)  # fmt: skip
def test_a_glued_name_is_known_words_and_spelt_letters(word: str, said: str) -> None:
    letters = pronunciation.LETTERS
    parts = [letters[part] if len(part) == 1 else pronunciation.pronounce(part)[0] for part in said.split()]
    heard = pronunciation.pronounce(word)[0]
    assert re.sub("[012]", "", heard) == re.sub("[012]", "", " ".join(parts))


@pytest.mark.parametrize(
    "word",
    ["schwarz", "vlads", "flink", "khalid", "phrygia", "sprenger", "mcrae", "tsukuba", "uyghur", "aoyama", "ueshiba"],
)
def test_a_name_is_not_taken_for_glued_letters(word: str) -> None:
    assert not pronunciation.pronounce(word)[0].startswith(f"{pronunciation.LETTERS[word[0].upper()]} ")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("twemproxy", "T W EH1 M P R AA2 K S IY0"),
        ("zuulserver", "Z UW1 L S ER2 V ER0"),
        ("kubeguard", "K Y UW1 B G AA2 R D"),
        ("memqueue", "M EH1 M K Y UW2"),
        ("varnishcache", "V AA1 R N IH0 SH K AE2 SH"),
        ("swoolerouter", "S W UW1 L R AW2 T ER0"),
        ("rocketbench", "R AA1 K AH0 T B EH2 N CH"),
        ("pingoclient", "P IH1 NG G OW0 K L AY2 AH0 N T"),
        ("vuepress", "V Y UW1 P R EH2 S"),
        ("engarde", "AA2 N G AA1 R D"),
        ("readwise", "R IY1 D W AY2 Z"),
        ("mykitten", "M AY1 K IH2 T AH0 N"),
        ("keepmewarm", "K IY1 P M IY2 W AO2 R M"),
        ("winxp", "W IH1 N EH2 K S P IY2"),
        ("officexp", "AO1 F IH0 S EH2 K S P IY2"),
        ("cmccweb", "S IY1 EH1 M S IY1 S IY1 W EH2 B"),
        ("madeinchina", "M EY1 D IH0 N CH AY2 N AH0"),
        ("MYPHONE", "M AY1 F OW2 N"),
        ("appleid", "AE1 P AH0 L AY2 D IY2"),
        ("publican", "P AH1 B L IH0 K AH0 N"),
        ("Samira", "S AH0 M IH1 R AH0"),
        ("objectifying", "AH0 B JH EH1 K T AH0 F AY2 IH0 NG"),
    ],
)
def test_a_glued_name_is_said_in_its_parts(word: str, said: str) -> None:
    assert pronunciation.pronounce(word)[0] == said


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("又发现一个BUG。", {"BUG": "word"}),
        ("他的RAP很燃。", {"RAP": "word"}),
        ("KEY写错了。", {"KEY": "word"}),
        ("THATS好听。", {"THATS": "word"}),
        ("WHOS是谁的。", {"WHOS": "word"}),
        ("她写SHES了。", {"SHES": "word"}),
        ("懂ITIL的人", {"ITIL": "word"}),
        ("用ORCAD画图", {"ORCAD": "word"}),
        ("woc真贵", dict.fromkeys("WOC", "letter")),
        ("装个pes玩", dict.fromkeys("PES", "letter")),
        ("正面的'dell'logo歪了", {"dell": "word", "logo": "word"}),
        ("上面有'canon'logo", {"canon": "word", "logo": "word"}),
        ("听'rock'n'roll'的人", {"rock'n'roll": "word"}),
        ("说'don't worry'就走", {"don't": "word", "worry": "word"}),
        ("LOG里没有报错。", {"LOG": "word"}),
        ("开个WEB端。", {"WEB": "word"}),
        ("看PRO和MAX的差别。", {"PRO": "word", "MAX": "word"}),
        ("表里有GAP。", {"GAP": "word"}),
        ("我是intj。", dict.fromkeys("INTJ", "letter")),
        ("他是 enfp 吧。", dict.fromkeys("ENFP", "letter")),
        ("典型的infp人格", {"I": "letter", "N": "letter", "F": "letter", "P": "letter"}),
        ("她的ins有很多粉丝。", {"ins": "word"}),
        ("他天天po照片。", {"po": "word"}),
        ("这是VIP通道。", {"V": "letter", "I": "letter", "P": "letter"}),
        ("公司的CEO来了。", {"C": "letter", "E": "letter", "O": "letter"}),
    ],
)
def test_capitals_are_a_word_or_letters_as_people_say_them(text: str, kinds: dict[str, str]) -> None:
    assert {each.text: each.kind for each in tokens(text) if each.lang == "en" and each.kind != "punctuation"} == kinds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("新专辑《SQUARE ONE》", ["SQUARE", "ONE"]),
        ("单曲《THE ALBUM》大卖", ["THE", "ALBUM"]),
        ("听《RED VELVET》", ["RED", "VELVET"]),
        ("《BORN PINK》回归", ["BORN", "PINK"]),
        ("主打歌《KILL THIS LOVE》", ["KILL", "THIS", "LOVE"]),
        ("《ICE CREAM》很甜", ["ICE", "CREAM"]),
        ("一家叫OLD TOWN的店", ["OLD", "TOWN"]),
        ("《TAKE TWO》发布", ["TAKE", "TWO"]),
        ("《GIRLS AND BOYS》", ["GIRLS", "AND", "BOYS"]),
        ("品牌BAD HABITS", ["BAD", "HABITS"]),
        ("换了LED SCREEN", ["L", "E", "D", "SCREEN"]),
        ("支持USB PORT", ["U", "S", "B", "PORT"]),
    ],
)
def test_capitals_beside_others_are_a_title(text: str, words: list[str]) -> None:
    assert [each.text for each in tokens(text) if each.lang == "en" and each.kind != "punctuation"] == words


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("糖化血红蛋白HbA1c偏高", "HBAC"), ("硫酸是H2SO4", "HSO"), ("尾气里有NO2", "NO"), ("SO3遇水", "SO"),
        ("SO2超标", "SO"), ("硝酸HNO3很危险", "HNO"), ("硫酸铜CuSO4", "CUSO"), ("高锰酸钾KMnO4", "KMNO"),
        ("血红蛋白HbA2", "HBA"),
        ("一氧化二氮N2O", "NO"), ("加入NaOH溶液", "NAOH"), ("NaCl是食盐", "NACL"), ("滴加HCl", "HCL"),
        ("FeCl3溶液", "FECL"), ("CaCO3沉淀", "CACO"),
    ],
)  # fmt: skip
def test_a_formula_is_spelt(text: str, letters: str) -> None:
    said = [each for each in tokens(text) if each.lang == "en" and each.kind != "punctuation"]
    assert "".join(each.text for each in said).upper() == letters
    assert not any(each.reading in ("AH0", "N OW1", "S OW1") for each in said)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("exomoons", "EH1 K S OW0 M UW2 N Z"),
        ("nanobots", "N AE1 N OW0 B AA2 T S"),
        ("biofilm", "B AY1 OW0 F IH2 L M"),
        ("neurobiology", "N UH2 R OW0 B AY2 AA1 L AH0 JH IY0"),
        ("geospatial", "JH IY2 OW0 S P EY1 SH AH0 L"),
        ("cardiomyopathies", "K AA2 R D IY0 OW0 M AY0 AA1 P AH0 TH IY0 Z"),
        ("tonsillitis", "T AA2 N S IH0 L AY1 T AH0 S"),
        ("thyroidectomy", "TH AY2 R OY0 D EH1 K T AH0 M IY0"),
        ("gastroscopy", "G AE2 S T R AA1 S K AH0 P IY0"),
        ("videography", "V IH2 D IY0 AA1 G R AH0 F IY0"),
        ("glaciologist", "G L EY2 S IY0 AA1 L AH0 JH IH0 S T"),
        ("arthroplasty", "AA1 R TH R AH0 P L AE2 S T IY0"),
        ("hematoma", "HH IY2 M AH0 T OW1 M AH0"),
        ("lysosome", "L AY1 S AH0 S OW2 M"),
        ("telmisartan", "T EH2 L M IY0 S AA1 R T AH0 N"),
        ("photoshoot", "F OW1 T OW0 SH UW2 T"),
    ],
)
def test_learned_words_are_read_by_their_parts(word: str, phones: str) -> None:
    assert pronunciation.pronounce(word) == (phones, "dictionary")


@pytest.mark.parametrize("word", ["Liguria", "Etruria", "Superga", "Nemic"])
def test_a_name_is_not_taken_for_a_learned_word(word: str) -> None:
    assert pronunciation.pronounce(word)[1] == "model"


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("riper", "R AY1 P ER0"),
        ("rarest", "R EH1 R AH0 S T"),
        ("loathable", "L OW1 DH AH0 B AH0 L"),
        ("browsable", "B R AW1 Z AH0 B AH0 L"),
        ("parsable", "P AA1 R S AH0 B AH0 L"),
        ("paler", "P EY1 L ER0"),
        ("ratable", "R EY1 T AH0 B AH0 L"),
        ("runnable", "R AH1 N AH0 B AH0 L"),
        ("walkable", "W AO1 K AH0 B AH0 L"),
        ("openable", "OW1 P AH0 N AH0 B AH0 L"),
        ("outweighs", "AW2 T W EY1 Z"),
        ("outlasting", "AW2 T L AE1 S T IH0 NG"),
        ("outbreak", "AW1 T B R EY2 K"),
        ("hectopascals", "HH EH2 K T OW0 P AE0 S K AE1 L Z"),
        ("kPa", "K IH1 L AH0 P AE0 S K AE2 L Z"),
        ("Tex", "T EH1 K S"),
    ],
)
def test_an_e_that_an_ending_took_and_the_stress_of_verbs_are_heard(word: str, phones: str) -> None:
    assert pronunciation.pronounce(word) == (phones, "dictionary")


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("doggies", "D AO1 G IY0 Z"), ("hubbies", "HH AH1 B IY0 Z"), ("gamespot", "G EY1 M S P AA2 T"),
        ("hoppin", "HH AA1 P IH0 N"), ("slappers", "S L AE1 P ER0 Z"), ("tankie", "T AE1 NG K IY0"),
        ("overthinks", "OW1 V ER0 TH IH2 NG K S"), ("definately", pronunciation.pronounce("definitely")[0]),
        ("theyll", pronunciation.pronounce("they'll")[0]), ("tommorow", pronunciation.pronounce("tomorrow")[0]),
        ("NAZIs", pronunciation.pronounce("nazis")[0]),
    ],
)  # fmt: skip
def test_words_of_posts_are_read_by_their_stems(word: str, phones: str) -> None:
    assert pronunciation.pronounce(word)[0] == phones
