"""English words that are read in two ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Token
from indextts.reading.phonemes import symbols
from indextts.reading.phonemes.en import heteronyms
from indextts.reading.phonemes.en.pronunciation import with_s
from tests.support.known_mistakes import only_known
from tests.support.segments import annotated

DATA = Path(__file__).parents[3] / "data"


def tokens(text: str) -> list[Token]:
    return [token for segment in annotated(text).segments for token in segment.tokens]


@pytest.mark.parametrize("name", ["heteronyms", "heteronyms_fresh", "heteronyms_fresh2", "heteronyms_fresh3"])
def test_the_sets_are_read_right(name: str) -> None:
    rows = [line.split("\t") for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 60
    wrong, right = {}, {}
    for text, place, wanted in rows:
        token = next(each for each in tokens(text) if each.start == int(place))
        if token.reading not in wanted.split("|"):
            wrong[f"{text} {place}"], right[f"{text} {place}"] = token.reading, wanted
    only_known(name, wrong, right)


def classes() -> Iterator[tuple[str, int, str]]:
    """Word, number of the reading, sentence."""
    for path in sorted(DATA.glob("heteronyms_classes_*.txt")):
        word = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            number, _, sentence = line.partition(" ")
            if number.isdigit():
                yield word, int(number) - 1, sentence
            elif not line.startswith("#"):
                word = line


def test_every_reading_of_every_word_has_sentences() -> None:
    entries = heteronyms.load()
    assert len(entries) >= 120
    counted = Counter((word, entries[word].readings[number]) for word, number, _ in classes())
    few = [(word, said) for word, each in entries.items() for said in set(each.readings) if counted[word, said] < 3]
    assert not few


@pytest.mark.night
def test_the_classes_are_read_right() -> None:
    entries = heteronyms.load()
    wrong = []
    for word, number, sentence in classes():
        wanted = entries[word].readings[number]
        said = [each.reading for each in tokens(sentence) if each.text.lower() in (word, f"{word}s")]
        if said[0] not in (wanted, with_s(wanted)):
            wrong.append(f"{word} {number + 1}: {sentence}")
    assert not wrong, "\n".join(wrong)


def test_readings_can_be_said_and_choices_exist() -> None:
    for word, entry in heteronyms.load().items():
        assert len(set(entry.readings)) > 1, word
        assert all(map(symbols.is_arpabet, entry.readings)), word
        assert all(0 <= choice.number < len(entry.readings) for choice in entry.choices), word


def test_the_other_reading_is_offered() -> None:
    (token,) = [each for each in tokens("Please close the door.") if each.text == "close"]
    assert (token.reading, token.reading_source) == ("K L OW1 Z", "rule")
    assert "K L OW1 S" in token.alternatives


def test_endings_follow_the_reading() -> None:
    said = {token.start: token.reading for token in tokens("He records the records.")}
    assert (said[3], said[15]) == ("R AH0 K AO1 R D Z", "R EH1 K ER0 D Z")


def test_other_words_are_left_alone() -> None:
    assert heteronyms.pronounce(["the", "table"], 1) is None
    assert heteronyms.alternatives("table") == ()


@given(
    st.lists(
        st.sampled_from(["read", "lead", "wind", "the", "to", "I", ",", "uses", "’s", "重"]), min_size=1, max_size=9
    )
)
def test_any_neighbours_give_one_of_the_readings(words: list[str]) -> None:
    for index, word in enumerate(words):
        said = heteronyms.pronounce(words, index)
        assert (said is None) == (not heteronyms.alternatives(word))
        assert said is None or said in heteronyms.alternatives(word)


@pytest.mark.parametrize(
    ("text", "word", "reading"),
    [
        ("Two CEOs met.", "CEOs", "S IY1 IY1 OW1 Z"),
        ("我们用了8块GPUs", "GPUs", "JH IY1 P IY1 Y UW1 Z"),
        ("Her PhDs are real.", "PhDs", "P IY1 EY1 CH D IY1 Z"),
        ("The FBI's files", "FBI's", "EH1 F B IY1 AY1 Z"),
        ("Type your PINs.", "PINs", "P IH1 N Z"),
        ("Who shouldn't've gone?", "shouldn't've", "SH UH1 D AH0 N T AH0 V"),
        ("John'll come.", "John'll", "JH AA1 N AH0 L"),
    ],
)
def test_acronyms_and_contractions_are_one_word(text: str, word: str, reading: str) -> None:
    (token,) = [each for each in tokens(text) if each.text == word]
    assert token.reading == reading


@pytest.mark.parametrize("first", ["Objects", "Records", "Rebels", "Conflicts"])
def test_a_sentence_does_not_begin_with_a_verb_that_has_an_s(first: str) -> None:
    assert heteronyms.pronounce([first, "that", "people", "like", "."], 0) == heteronyms.alternatives(first)[0]


@pytest.mark.parametrize(
    ("text", "vowel"),
    [
        ("The girl dropped her bow and ran.", "OW1"),
        ("The ranger lowered his bow slowly.", "OW1"),
        ("She picked up the bow again.", "OW1"),
        ("He raised his bow and waited.", "OW1"),
        ("Mira clutched her wooden bow.", "OW1"),
        ("The boy carried the bow on his back.", "OW1"),
        ("He held his bow ready.", "OW1"),
        ("The guard reached for his bow.", "OW1"),
        ("She put down her bow and sat by the fire.", "OW1"),
        ("She slung her bow over one shoulder.", "OW1"),
        ("He dropped a low bow to the duke.", "AW1"),
        ("The pianist rose and took another bow.", "AW1"),
        ("The dancers made a bow and left.", "AW1"),
        ("The wave lifted the bow of the boat.", "AW1"),
    ],
)
def test_a_bow_that_is_held_is_a_weapon(text: str, vowel: str) -> None:
    assert next(token for token in tokens(text) if token.text == "bow").reading == f"B {vowel}"


@pytest.mark.parametrize("form", ["concrete", "concreted", "concretes", "concreting"])
def test_concrete_is_poured_as_the_noun_is_said(form: str) -> None:
    assert next(token for token in tokens(f"They {form} the yard.") if token.text == form).reading.startswith("K AA1 N")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("It is cold, so close the door.", "K L OW1 Z"),
        ("They wanted quiet, so close your window.", "K L OW1 Z"),
        ("We leave at nine, so close the shop.", "K L OW1 Z"),
        ("The shop is empty, so close every blind.", "K L OW1 Z"),
        ("The shop was so close to us.", "K L OW1 S"),
        ("They came close.", "K L OW1 S"),
        ("It was so close that we could touch it.", "K L OW1 S"),
    ],
)
def test_what_is_closed_stands_behind_it(text: str, reading: str) -> None:
    (token,) = [each for each in tokens(text) if each.text == "close"]
    assert token.reading == reading


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("What I hadn't [read] was that the fee had doubled.", "R EH1 D"),
        ("I'd [read] that a piano has two hundred strings.", "R EH1 D"),
        ("She'd [read] her lease, twice.", "R EH1 D"),
        ("We hadn't [read] the small print.", "R EH1 D"),
        ("He hasn't [read] my letter yet.", "R EH1 D"),
        ("They haven't even [read] it.", "R EH1 D"),
        ("I’d [read] about the strike that morning.", "R EH1 D"),
        ("He'd [read] somewhere that bees sleep.", "R EH1 D"),
        ("They'd [read] all of his letters by noon.", "R EH1 D"),
        ("We'd never [read] anything like it.", "R EH1 D"),
        ("You'd already [read] the ending, hadn't you?", "R EH1 D"),
        ("Hadn't you [read] the notice?", "R EH1 D"),
        ("I wish I'd [read] the manual first.", "R EH1 D"),
        ("It was the first book she'd [read] in years.", "R EH1 D"),
        ("I knew I'd [read] that name before.", "R EH1 D"),
        ("Everything he'd [read] was wrong.", "R EH1 D"),
        ("If I had time, I'd [read] it tonight.", "R IY1 D"),
        ("I'd [read] it if you paid me.", "R IY1 D"),
        ("I'd rather [read] in the garden.", "R IY1 D"),
        ("She'd better [read] the contract.", "R IY1 D"),
        ("He said he'd [read] it tomorrow.", "R IY1 D"),
        ("I'd love to [read] your poems.", "R IY1 D"),
        ("Every night she'd [read] to us until we slept.", "R IY1 D"),
        ("I'd [read] anything she wrote.", "R IY1 D"),
        ("He'd often [read] in bed.", "R IY1 D"),
        ("Please use [lead]-free solder.", "L EH1 D"),
        ("The paint must be [lead]-free.", "L EH1 D"),
        ("Thieves stole the [lead] roof.", "L EH1 D"),
        ("The chest was [lead]-lined.", "L EH1 D"),
        ("New [lead] flashing keeps the rain out.", "L EH1 D"),
        ("The dentist gave me a [lead] apron.", "L EH1 D"),
        ("Old [lead] soldiers stood on the shelf.", "L EH1 D"),
        ("The joke went down like a [lead] balloon.", "L EH1 D"),
        ("[Lead]-based paint was banned in 1978.", "L EH1 D"),
        ("We found [lead] dust in the nursery.", "L EH1 D"),
        ("The car has a [lead]-acid battery.", "L EH1 D"),
        ("He melted [lead] sinkers for fishing.", "L EH1 D"),
        ("They took the [lead] in the second half.", "L IY1 D"),
        ("The [lead] singer was ill.", "L IY1 D"),
        ("You [lead] based on trust.", "L IY1 D"),
        ("The [lead]-up to the vote was tense.", "L IY1 D"),
        ("He [reads] the paper.", "R IY1 D Z"),
        ("She [reads] every night.", "R IY1 D Z"),
        ("The sign [reads]: closed.", "R IY1 D Z"),
        ("The inscription [reads], “To Walter.”", "R IY1 D Z"),
        ("It [reads] well.", "R IY1 D Z"),
        ("These are my summer [reads].", "R IY1 D Z"),
        ("My mother [reads] to us.", "R IY1 D Z"),
        ("She once [reads] a line and stops.", "R IY1 D Z"),
        ("The teacher [reads] our names.", "R IY1 D Z"),
        ("A [wind]-up toy stood there.", "W AY1 N D"),
        ("He collects [wind]-up clocks.", "W AY1 N D"),
        ("Use the [tear]-off strip.", "T EH1 R"),
        ("a [bow]-tie party", "B OW1"),
        ("He was [bow]-legged.", "B OW1"),
        ("She is a well-[read] man.", "R EH1 D"),
        ("a widely-[read] book", "R EH1 D"),
        ("They have a [live]-in nanny.", "L IH1 V"),
        ("Hazel [read] it aloud at the kitchen table while it rained.", "R EH1 D"),
        ("“Yes,” [read] Hazel, “it does.”", "R EH1 D"),
        ("My mother [read] me stories.", "R EH1 D"),
        ("They [read] the will on Monday and fought on Tuesday.", "R EH1 D"),
        ("The poem I [read] at the funeral was his.", "R EH1 D"),
        ("Everyone who [read] it cried.", "R EH1 D"),
        ("He'd just [read] it.", "R EH1 D"),
        ("By then I'd [read] three of them.", "R EH1 D"),
        ("I wish I'd [read] it sooner.", "R EH1 D"),
        ("If I'd [read] the label, I wouldn't have eaten it.", "R EH1 D"),
        ("She had [misread] the sign.", "M IH0 S R EH1 D"),
        ("a [tear]-jerker of a film", "T IH1 R"),
        ("the [wind]-blown hills", "W IH1 N D"),
        ("a [live]-streamed show", "L AY1 V"),
        ("[close]-up photos", "K L OW1 S"),
        ("The paper was torn at the [tear]-off line.", "T EH1 R"),
    ],
)
def test_what_one_had_read_and_what_is_made_of_lead(marked: str, said: str) -> None:
    at = marked.index("[")
    assert next(each for each in tokens(marked.replace("[", "").replace("]", "")) if each.start == at).reading == said


@pytest.mark.parametrize(
    ("text", "word", "reading"),
    [
        ("Let's advocate for change.", "advocate", "AE1 D V AH0 K EY2 T"),
        ("Let's separate the twins.", "separate", "S EH1 P ER0 EY2 T"),
        ("Let’s graduate together.", "graduate", "G R AE1 JH AH0 W EY2 T"),
        ("Let's coordinate our plans.", "coordinate", "K OW0 AO1 R D AH0 N EY2 T"),
        ("Let's record a song.", "record", "R AH0 K AO1 R D"),
        ("Firms that estimate demand well grow.", "estimate", "EH1 S T AH0 M EY2 T"),
        ("Groups that advocate for change met here.", "advocate", "AE1 D V AH0 K EY2 T"),
        ("He says that estimate is wrong.", "estimate", "EH1 S T AH0 M AH0 T"),
        ("The bank estimates that the rate will fall.", "estimates", "EH1 S T AH0 M EY2 T S"),
        ("The bank's estimates are high.", "estimates", "EH1 S T AH0 M AH0 T S"),
        ("The firm separates waste from paper.", "separates", "S EH1 P ER0 EY2 T S"),
        ("GPS coordinates help.", "coordinates", "K OW0 AO1 R D AH0 N AH0 T S"),
    ],
)
def test_a_word_in_ate_is_a_verb_behind_its_subject_and_let_us(text: str, word: str, reading: str) -> None:
    assert next(token for token in tokens(text) if token.text == word).reading == reading


@pytest.mark.parametrize(
    ("name", "phones"),
    [
        ("useEffect", "Y UW1 Z"), ("useState", "Y UW1 Z"), ("useMemo", "Y UW1 Z"), ("useRouter", "Y UW1 Z"),
        ("useId", "Y UW1 Z"), ("closeModal", "K L OW1 Z"), ("closeDialog", "K L OW1 Z"), ("closeTab", "K L OW1 Z"),
        ("recordVideo", "R AH0 K AO1 R D"), ("presentView", "P R IY0 Z EH1 N T"), ("convertUnits", "K AH0 N V ER1 T"),
        ("exportExcel", "IH0 K S P AO1 R T"), ("insertBefore", "IH2 N S ER1 T"), ("rejectOrder", "R IH0 JH EH1 K T"),
        ("recordId", "R EH1 K ER0 D"), ("recordList", "R EH1 K ER0 D"), ("refundCode", "R IY1 F AH2 N D"),
    ],
)  # fmt: skip
def test_a_function_begins_with_what_it_does(name: str, phones: str) -> None:
    said = " ".join(token.reading for token in tokens(f"函数{name}的用法") if token.kind in ("word", "letter"))
    assert said.startswith(phones)


@pytest.mark.parametrize(
    ("text", "word", "phones"),
    [
        ("调用 close() 后会回滚", "close", "K L OW1 Z"), ("先写conn.close()再退出", "close", "K L OW1 Z"),
        ("重写Close方法", "Close", "K L OW1 Z"), ("最后close()一下", "close", "K L OW1 Z"),
        ("调用record接口", "record", "R AH0 K AO1 R D"), ("present()会报错", "present", "P R IY0 Z EH1 N T"),
        ("app.use()只能写一次", "use", "Y UW1 Z"), ("insert函数很慢", "insert", "IH2 N S ER1 T"),
        ("里面的reject()没有执行", "reject", "R IH0 JH EH1 K T"), ("file.Close()漏写了", "Close", "K L OW1 Z"),
        ("convert函数不支持", "convert", "K AH0 N V ER1 T"), ("先import()再渲染", "import", "IH2 M P AO1 R T"),
        ("他们关系很close", "close", "K L OW1 S"), ("新的record出来了", "record", "R EH1 K ER0 D"),
        ("这是object()的实例", "object", "AA1 B JH EH0 K T"),
    ],
)  # fmt: skip
def test_what_is_called_is_a_verb_if_it_is_a_deed(text: str, word: str, phones: str) -> None:
    assert next(token for token in tokens(text) if token.text == word).reading == phones


def test_two_words_are_no_function() -> None:
    assert [token.reading for token in tokens("a record Premier League fee")][1] == "R EH1 K ER0 D"
