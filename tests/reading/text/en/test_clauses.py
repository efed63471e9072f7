"""Where an English sentence pauses though it has no mark."""

from __future__ import annotations

import re

import pytest

from indextts.reading.text.en import clauses, parts_of_speech


def parted(text: str) -> str:
    """``text`` with a stroke where a pause belongs."""
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)*|[.,?!]", text)
    found = clauses.ends(words, parts_of_speech.tags(words))
    return " ".join(word + " |" * (place in found) for place, word in enumerate(words))


@pytest.mark.parametrize(
    "said",
    [
        "When the last guests had left | she washed the glasses .",
        "As soon as the interview with the man from the bank was over | he called his wife .",
        "If the milk boils | turn down the heat .",
        "After we had crossed the river | my uncle lit a fire .",
        "Although nobody had seen him | they knew he was there .",
        "When the parcel I ordered arrived | I was in Rome .",
        "By the time the doctor came | the fever was gone .",
        "If the water is cold | open the other tap .",
        "As far as I know | the bank is closed .",
        "To open the box | press the small button .",
        "Walking home that night | I saw a fox .",
        "The girl who lives in the house behind the church | plays the piano .",
        "The letters that he wrote to his mother during the war | were lost .",
        "The rules passed by the council last week | require a permit .",
        "Most of the people I met on the ship | spoke French .",
        "The bridge over the river near the old mill | was built in May .",
        "Open the door at the end of the hall | and turn left .",
        "Nurses who work more than three night shifts in a row | are far more likely to err .",
        "Whoever left the gate unlocked when it was raining so hard | should go and mop up the water .",
        "When she told the man the news of the fire | he wept .",
        "When the orchestra finally struck up the anthem | half of the brass section was still looking .",
        "To find out whether the starter is ready | simply drop a spoon of it into a glass .",
        "If the printer keeps jamming after you have replaced the roller | switch off the power at the wall .",
        "When we reached the lake | the band on the far shore was playing .",
        "While the doctors were in the hospital car park | a driver pulled up .",
        "When he sold the shop | the couple who rented the flat had moved out .",
    ],
)
def test_a_speaker_pauses_before_the_main_clause_and_behind_a_long_subject(said: str) -> None:
    assert parted(said.replace(" |", "")) == said


@pytest.mark.parametrize(
    "said",
    [
        "My brother plays the piano .",
        "The book on the table was red .",
        "I was at home when he called .",
        "After lunch we slept .",
        "He said that when he was young he lived here .",
        "She told me she was ill .",
        "What a lovely day it was !",
        "He stood in front of the house and sang .",
        "They tend to discourage attempts to escape .",
        "Though the old man wrote nearly a hundred letters .",
        "If you replace the light switch in the hall .",
    ],
)
def test_nothing_is_parted_that_is_said_in_one_breath(said: str) -> None:
    assert parted(said) == said
