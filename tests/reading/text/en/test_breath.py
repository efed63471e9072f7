"""What is said in one breath: gaps by the clauses that they stand in, and the pauses that are made of them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.text.en import breath, parts_of_speech, phrases
from tests.support.segments import build_segments

LEAST = (0.41, 0.49)
CLAUSAL = 1.8
"""From here on a gap is paused at without need."""


def good(sentence: str) -> float:
    """How good the gap at the stroke of a sentence is."""
    ahead, behind = (part.split() for part in sentence.split("|"))
    words = [*ahead, *behind]
    tags = parts_of_speech.tags(words)
    return breath.corrected(words, tags, phrases.gaps(words, tags))[len(ahead) - 1]


@pytest.mark.parametrize(
    "sentence",
    [
        # A clause without an opener tells of a noun behind a verb.
        "They described the problems | they met on the road",
        "She opened the letter | he wrote last winter",
        "We sold the boat | we built in May",
        "He wore the coat | she made for him",
        "They closed the shop | they ran for years",
        "She kept the promise | she gave him",
        "I lost the keys | you lent me",
        "It was one of the songs | we learned at school",
        "We counted the votes | they sent us",
        "He missed the train | she took",
        # A short subject and its verb behind *as*.
        "They cheered as Norway | scored again late on",
        "We waited as the guards | checked every bag",
        "He smiled as the crowd | sang his name",
        "Prices rose as farmers | planted less wheat",
        "She watched as the boats | left the harbour",
        "They sang as the train | entered the station",
        "It rained as the players | warmed up",
        "He slept as the ship | crossed the bay",
        "She laughed as the dog | chased its tail",
        "We ate as the sun | went down",
        # Inside a subject.
        "The money | for schools has been cut",
        "The road | to the village is closed",
        "The price | of bread has risen",
        "The talks | between the unions failed",
        "The door | of the barn was open",
        "A man | with a ladder came in",
        "The view | from the tower is fine",
        "The letter | from the bank was lost",
        "The race | around the lake was cancelled",
        "The light | in the kitchen was on",
        # Two nouns, or two adjectives, with *and* between them.
        "They sell bread | and fresh milk",
        "He studied rocks | and plants",
        "We need tents | and warm clothes",
        "The plant makes paper | and thin card",
        "It measures heat | and light",
        "She paints horses | and old barns",
        "He repairs clocks | and radios",
        "They grow beans | and corn",
        "We visited France | and northern Spain",
        "The talks between Ghana | and Togo failed",
    ],
)  # fmt: skip
def test_no_pause_is_made_there_without_need(sentence: str) -> None:
    assert good(sentence) < CLAUSAL


@pytest.mark.parametrize(
    "sentence",
    [
        "The old bridge that the army built | was torn down in spring",
        "The woman who runs the bakery | sold her car",
        "The film that they shot in Rome | opens on Friday",
        "The students who missed the bus | walked to school",
        "The house that stood on the hill | burned to the ground",
        "The singer who wrote the songs | died in Leeds",
        "The engine that failed last week | has been replaced",
        "What surprised the whole team | was the silence",
        "The boy who found the ring | gave it back",
        "The law that they passed in March | protects tenants",
    ],
)
def test_a_clause_in_the_subject_ends_before_the_verb(sentence: str) -> None:
    assert good(sentence) >= CLAUSAL


gaps = st.lists(st.tuples(st.floats(-1, 3), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40)


@given(gaps, st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)))
def test_pauses_stand_inside_and_never_where_none_may(
    rows: list[tuple[float, float, float]], certain: set[int], barred: set[int]
) -> None:
    stretch = breath.Unmarked([row[0] for row in rows], [row[1:] for row in rows], certain, barred)
    found = breath.pauses(stretch, LEAST)
    assert set(found.values()) <= {2, 3} and barred.isdisjoint(found)
    assert all(0 <= at < len(rows) - 1 for at in found)
    assert {at for at in certain - barred if at < len(rows) - 1} <= found.keys()


@pytest.mark.parametrize("count", range(2, 10))
def test_what_is_short_is_not_parted_where_no_clause_ends(count: int) -> None:
    assert breath.pauses(breath.Unmarked([1.4] * count, [(0.9, 0.9)] * count, (), ()), LEAST) == {}


@pytest.mark.parametrize("count", range(12, 40))
def test_what_is_long_is_parted_as_often_as_a_reader_breathes(count: int) -> None:
    found = breath.pauses(breath.Unmarked([1.4] * count, [(0.6, 0.1)] * count, (), ()), LEAST)
    places = [-1, *sorted(found), count - 1]
    assert all(3 < end - begin <= breath.BREATH for begin, end in itertools.pairwise(places))


@pytest.mark.parametrize(
    "sentence",
    [
        "They may vote as soon | as the count is done",
        "The tower is as tall | as a church",
        "She left as early | as dawn",
        "It runs as far | as the border",
        "The soup was as thin | as water",
        "We paid as little | as ten pounds",
        "He came back as late | as midnight",
        "It grows as high | as a house",
        "The room was as cold | as a cellar",
        "They stayed as long | as a month",
        "The new rule aligns | with the old charter",
        "Our plan aligned | with theirs",
        "The show coincides | with the harvest",
        "The dates overlap | with the fair",
        "It integrates | with the till",
        "She collaborated | with a potter",
        "The shop competes | with two chains",
        "Those maps are consistent | with the survey",
        "The part is compatible | with older pumps",
        "Each row corresponds | with a seat",
    ],
)
def test_what_is_compared_and_what_with_goes_with_have_no_pause_inside(sentence: str) -> None:
    assert good(sentence) < CLAUSAL / 2


@pytest.mark.parametrize(
    "sentence",
    [
        "When the storm hit the harbour | there was nobody on deck",
        "If you open the drawer | there is a spare key",
        "Once we reached the station | there were no trains",
        "If more people take the bus | there would be less noise",
        "After they closed the mill | there was no work",
        "If the frost kills the blossom | there will be no fruit",
        "When you lift the carpet | there are loose boards",
        "Until he fixed the pump | there was no water",
        "If we move the table | there is room for two",
        "Since they built the bypass | there has been less dust",
    ],
)
def test_there_and_its_verb_begin_a_clause(sentence: str) -> None:
    assert good(sentence) >= CLAUSAL


@pytest.mark.parametrize(
    "sentence",
    [
        "The new lane has the potential to drastically improve the roads in our town.",
        "The deal has the power to quietly change the way that we trade with them.",
        "A law that has the aim to slowly cut the cost of all the trains in the north.",
        "The drug has the promise to greatly help the people who live with the pain.",
        "The plan that has the means to finally clean the river in the old port.",
        "The team has the duty to carefully check the files that came in the post.",
        "The film has the charm to gently move the people who saw it in the spring.",
        "The tax has the effect to sharply raise the price of the bread in the shops.",
        "The tool has the reach to fully scan the disks that stand in the cellar.",
        "The club has the wish to openly share the money that it made in the year.",
    ],
)
def test_nothing_ends_behind_to(sentence: str) -> None:
    tokens = [token for segment in build_segments(sentence, max_syllables=60) for token in segment.tokens]
    assert not any(tokens[place].text == "to" for place in phrases.parted(tokens))
