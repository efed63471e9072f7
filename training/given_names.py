"""How much each character looks like one of a given name: ``python -m training.given_names``.

From the hidden Markov models that the segmenter has of jieba (MIT): how likely a character is inside and at the end of
a person's name, against how likely it is anywhere, as logarithms in tenths.
"""

from __future__ import annotations

import io
import math
from typing import Final

import numpy as np

from indextts.platform.storage import assets
from indextts.reading.text.zh import people
from indextts.reading.text.zh.unknown_words import END, INSIDE, TAGS
from indextts.reading.text.zh.words import FOLDER, TABLES

PERSON: Final = "nr"
UNLIKELY: Final = -50
"""Tenths below which a character is left out at both places."""


def main() -> None:
    """Write the asset anew."""
    with np.load(io.BytesIO(assets.read(FOLDER / TABLES))) as tables:
        held = {name: tables[name] for name in tables.files}
    person = held["tag_names"].tolist().index(PERSON)
    anywhere = {
        chr(code): math.log(sum(map(math.exp, np.maximum(row, -30.0))) / len(row))
        for code, row in zip(held["cut_chars"], held["cut_emissions"], strict=True)
    }
    lines = []
    for code, start, stop in zip(held["tag_chars"], held["tag_offsets"], held["tag_offsets"][1:], strict=False):
        char, part = chr(code), slice(start, stop)
        states = dict(zip(held["tag_states"][part], held["tag_emissions"][part], strict=True))
        if char not in anywhere:
            continue
        likely = [
            max(round(10 * (states.get(place * TAGS + person, -99.0) - anywhere[char])), 2 * UNLIKELY)
            for place in (INSIDE, END)
        ]
        if max(likely) >= UNLIKELY:
            lines.append(f"{char} {likely[0]} {likely[1]}\n")
    people.GIVEN_NAMES.write_text("".join(sorted(lines)), encoding="utf-8")
    assets.renew(people.GIVEN_NAMES)


if __name__ == "__main__":
    main()
