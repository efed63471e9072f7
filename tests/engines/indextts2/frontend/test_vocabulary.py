"""The model is given only what it was trained to see, over the sentences of ``tests/data``.

The published tokeniser cannot be had for tests, so one is made here that has what is known of it: the 1,728 syllables
of the published list as pieces of their own, common characters, the letters in capitals, and the marks that the
published table of marks writes. No digit is in it, no backslash and no other sign: each would be an unknown piece.
"""

from __future__ import annotations

import contextlib
import functools
import io
import shutil
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.frontend.normaliser import Normaliser, Tokeniser, spaced
from indextts.engines.indextts2.frontend.tokens import PieceFront, open_front
from indextts.engines.indextts2.frontend.v25 import TokenLine
from indextts.engines.indextts2.frontend.writing import pinyin, written
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token, Utterance
from indextts.reading.markup import in_text
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.phonemes.zh.syllables import in_use
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.frontend import build_segments

DATA: Final = Path(__file__).parents[3] / "data"
MARKS: Final = ",.!?'-…"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WRITTEN: Final = [
    line.split("\t") for line in (DATA / "indextts2_text.tsv").read_text(encoding="utf-8").splitlines() if line
]
"""Kind, sentence, what the model is given: segments with bars between."""
SENTENCES: Final = [sentence for _, sentence, _ in WRITTEN] + [
    line.split("\t")[1]
    for name in ("normalise_zh", "normalise_en", "normalise_mixed")
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def common_characters() -> list[str]:
    """Those of GB 2312."""
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return [char for pair in pairs if (char := pair.decode("gb2312", "ignore"))]


@functools.cache
def published_pinyin() -> list[str]:
    return [pinyin(syllable) for syllable in sorted(in_use())]


@pytest.fixture(scope="module")
def front(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> PieceFront:
    import sentencepiece

    folder = tmp_path_factory.mktemp("vocabulary")
    shutil.copy(checkpoint / "config.yaml", folder)
    known = [*common_characters(), *LETTERS, *MARKS.replace("…", "")]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(known[at : at + 500]) for at in range(0, len(known), 500)]),
        model_writer=model, model_type="char", vocab_size=len(known) + 2000, hard_vocab_limit=False, bos_id=0,
        eos_id=1, unk_id=2, character_coverage=1.0, minloglevel=2, num_threads=1,
        user_defined_symbols=published_pinyin(),
    )  # fmt: skip
    (folder / "bpe.model").write_bytes(model.getvalue())
    opened = open_front(PublishedFolder(folder))
    assert isinstance(opened, PieceFront)
    return opened


def segments_of(text: str) -> list[Segment]:
    """As the pipeline reads them, with a long break predicted after everything."""
    fixed = in_text.find(text)
    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=36, fixed=fixed))
    for segment in utterance.segments:
        for token in segment.tokens:
            token.break_after, token.break_source = 3, "lm"
    with contextlib.suppress(StudioError):  # nothing in it can be read
        annotate(utterance)
    return utterance.segments


def shown(text: str) -> str:
    return " | ".join(spaced(Normaliser().said(written(segment.tokens))) for segment in segments_of(text))


def is_known(line: TokenLine) -> bool:
    return 2 not in line.ids


def test_the_published_list_of_pinyin_is_the_studios() -> None:
    # The published file has so many entries in so many characters.
    listed = published_pinyin()
    assert len(listed) == len(set(listed)) == 1728
    assert sum(len(entry) + 1 for entry in listed) == 9067
    assert {"JV4", "XVE2", "QVAN2", "LV4", "NVE4", "EN4", "ER2"} <= set(listed)
    assert not {"NG4", "JU4", "EN2", "CO2", "A4", "B2"} & set(listed)


@pytest.mark.night
def test_every_token_of_our_sentences_is_in_the_vocabulary(front: PieceFront) -> None:
    assert len(SENTENCES) >= 300
    strange = [
        (sentence, line.text)
        for sentence in SENTENCES
        for segment in segments_of(sentence)
        for line in front.lines(segment)
        if not is_known(line)
    ]
    assert not strange


def test_the_sentences_are_of_every_kind() -> None:
    kinds = Counter(kind for kind, _, _ in WRITTEN)
    asked = "quotes brackets hyphens abbreviations prices dates addresses emoji signs letters pinyin mixed"
    assert set(kinds) == set(asked.split())
    text = "".join(SENTENCES)
    assert "\\" in text and '"' in text and "😀" in text and any(map(str.isdigit, text))


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in WRITTEN], ids=[case[1] for case in WRITTEN])
def test_sentences_are_written_as_the_model_reads_them(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_no_mark_is_written_that_the_writer_has_not_set() -> None:
    for sentence in SENTENCES:
        for segment in segments_of(sentence):
            marks = sum(char in MARKS for char in Normaliser().said(written(segment.tokens)).replace("'", ""))
            assert marks <= sum(token.kind == "punctuation" for token in segment.tokens), sentence


def test_a_text_is_normalised_once(checkpoint: Path) -> None:
    def never(text: str) -> str:
        raise AssertionError(text)

    normaliser = Normaliser(zh=never, en=never)
    published = PublishedFolder(checkpoint)
    front = PieceFront(Tokeniser.open(published.path("pieces"), normaliser), normaliser, published.config)
    for text in ("No.", "他说好。"):
        (segment,) = segments_of(text)
        assert front.lines(segment)


def test_a_character_that_the_model_does_not_have_is_written_as_its_pinyin(front: PieceFront) -> None:
    (segment,) = segments_of("龘这个字。")
    (line,) = front.lines(segment)
    assert line.text.replace("▁", "").split()[0] == "DA2" and is_known(line)


def test_a_character_that_nobody_can_read_is_left_out(front: PieceFront) -> None:
    (segment,) = segments_of("𨎯好")
    assert not segment.tokens[0].reading
    (line,) = front.lines(segment)
    assert "𨎯" not in line.text and is_known(line)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("ng4", "EN4"), ("n4", "EN4"), ("ng2", ""), ("lue4", "LVE4"), ("jv4", "JV4"), ("kei4", ""), ("a1 li3", "A1 LI3")],
)
def test_readings_are_spelt_as_published_or_not_at_all(reading: str, expected: str) -> None:
    assert pinyin(reading) == expected


def test_a_reading_that_the_vocabulary_does_not_have_leaves_the_character() -> None:
    def said(reading: str) -> str:
        return written([Token("嗯", "hanzi", "zh", 0, 1, reading=reading, reading_source="markup")])

    assert said("ng4") == "EN4" and said("ng2") == "嗯"


def is_plain(text: str) -> bool:
    """Whether nothing is left but words, characters, marks, and pinyin."""
    said = [word for word in spaced(text).split() if word.strip(MARKS) not in published_pinyin()]
    return all(char in LETTERS + MARKS or is_hanzi(char) for char in "".join(said))


@given(st.text(max_size=40))
@settings(max_examples=100)
def test_whatever_is_written_the_model_gets_words_and_marks(text: str) -> None:
    for segment in segments_of(text):
        assert is_plain(Normaliser().said(written(segment.tokens)))


KINDS = st.sampled_from(["hanzi", "word", "letter", "punctuation"])


@given(st.lists(st.tuples(st.text(max_size=6), KINDS), max_size=8))
@settings(max_examples=100)
def test_whatever_a_plan_says_the_model_gets_words_and_marks(told: list[tuple[str, str]]) -> None:
    tokens = [Token(text, kind, "zh", at, at + 1, at) for at, (text, kind) in enumerate(told)]  # type: ignore[arg-type]
    assert is_plain(Normaliser().said(written(tokens)))
