"""What stands before an English main clause ends with a pause, though its comma was left out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from indextts.model.utterance import Token, Utterance
from indextts.reading.prosody import ProsodyModel, fronted, load
from tests.support.segments import build_segments, tokens_of


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.fixture(scope="module")
def causal() -> ProsodyModel:
    return load("causal")


def pauses(text: str, model: ProsodyModel) -> str:
    """The text with a stroke at each pause that no mark asks for."""
    tokens = tokens_of(text, model)
    parts = [
        token.text + (" |" if token.break_after > 1 and following.kind != "punctuation" else "")
        for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True)
        if token.kind != "punctuation"
    ]
    return " ".join(parts)


BEFORE_A_MAIN_CLAUSE = [
    "Once inflation eases | families may start to spend again.",
    "While the rice simmers | chop up the herbs and toast the nuts.",
    "If crystals form | brush down the sides with a wet brush.",
    "When we were small | our mother sang while she ironed.",
    "Until he moved out | dinner was always at six.",
    "As sea levels rise | islanders in Kiribati are buying land in Fiji.",
    "Because some envelopes curl | feed them in one by one.",
    "Although octopuses live only a year or two | most can learn to open a jar.",
    "After the coach had left for the airport | nobody could remember who had the tickets.",
    "By mixing sand with the clay | potters stop the walls of a jar from cracking.",
    "Had the guard looked up | he would have seen the rope.",
    "Now that the bridge is closed | lorries have to go through the village.",
]  # fmt: skip


@pytest.mark.parametrize("marked", BEFORE_A_MAIN_CLAUSE)
def test_a_pause_parts_what_stands_before_the_main_clause(marked: str, lm: ProsodyModel) -> None:
    said = pauses(marked.replace(" |", ""), lm)
    ahead, _, behind = marked.partition(" | ")
    assert f"{' '.join(ahead.split()[-2:])} | {behind.split()[0]}" in said
    assert said.index("|") == marked.index("|") or " | " not in " ".join(said.split()[len(ahead.split()) - 2 :][:2])


@pytest.mark.parametrize("marked", BEFORE_A_MAIN_CLAUSE[:6])
def test_the_model_without_an_ear_for_left_out_marks_hears_these_too(marked: str, causal: ProsodyModel) -> None:
    ahead, _, behind = marked.partition(" | ")
    assert f"{ahead.split()[-1]} | {behind.split()[0]}" in pauses(marked.replace(" |", ""), causal)


@pytest.mark.parametrize(
    "text",
    ["When did you last see the keys?", "If only somebody had told us.", "Since when do you like olives on pizza?"],
)
def test_a_sentence_that_only_begins_so_has_no_such_place(text: str, lm: ProsodyModel) -> None:
    tokens = tokens_of(text, lm)
    assert fronted.find(tokens, [0.0] * len(tokens), set()) is None


@pytest.mark.parametrize(
    "text",
    [
        "When you are ready, tell the driver where we are going.",  # It has its comma.
        "The driver asked us where we were going before he started.",  # Nothing stands in front.
        "他说 when you come back 再联系。",
        "If so, go.",
    ],
)
def test_other_sentences_are_left_alone(text: str, lm: ProsodyModel) -> None:
    tokens = tokens_of(text, lm)
    assert fronted.find(tokens, [0.0] * len(tokens), set()) is None


def test_nothing_that_is_said_in_one_breath_is_parted(lm: ProsodyModel) -> None:
    text = "Once the paint has dried sand it lightly."
    tokens = tokens_of(text, lm)
    gaps = [0.3] * len(tokens)
    found = fronted.find(tokens, gaps, set())
    assert found is not None and tokens[found.end].text == "dried"
    other = fronted.find(tokens, gaps, {found.end})
    assert other is None or other.end != found.end


def test_a_piece_that_goes_on_with_a_sentence_is_none(lm: ProsodyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def find(tokens: Sequence[Token], *_: object) -> None:
        seen.append(tokens[0].text)

    monkeypatch.setattr(fronted, "find", find)
    text = "It was so late that all had gone to bed along the whole of the street by the river. In town it was not."
    utterance = Utterance(text=text, segments=build_segments(text, max_syllables=14))
    lm.annotate(utterance)
    assert len(utterance.segments) > 2
    assert seen == ["It", "In"]
