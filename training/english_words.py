"""The second half of the search for English sounds: what whole words gain from milder, longer or shorter ones.

    python -m training.english_words      after python -m training.english_sounds

The first half asks of each sound by itself whether it is taken for its phone, and overdoes it: strong corrections sound
rough and gain nothing in words. So all corrections are first taken back by a third or more. Then each sound may have
more or less of its own again, or another length, where a recogniser that chooses among a hundred words hears more of
the words it comes in. None of these words is measured by ``benchmarks/accuracy_english.py``. Seeded; half an hour on
one core.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from indextts.config import load_config
from indextts.phonemes.en.arpabet import ASSET, Sound, english_sounds, is_vowel
from indextts.storage import assets as shipped
from training import recogniser
from training.english_sounds import WORDS, Workbench, write_sounds
from training.hearing import hear, make_decoder, read_words

_log = logging.getLogger("training.english_words")

VOWELS_KEEP: Final = 0.55
CONSONANTS_KEEP: Final = 0.7
"""How much of the first half's corrections is kept at the beginning."""
MOST_WORDS: Final = 70
"""Words in which one sound is tried."""
LEAST_WORDS: Final = 6
GROUP: Final = 100
"""Words that the recogniser chooses among."""


def milder(sound: Sound, share: float, gain: float = 0.0) -> Sound:
    """A sound with ``share`` of its correction, and ``gain`` of its change of level."""
    first = (gain * sound.first[0], *(share * value for value in sound.first[1:]))
    last = (gain * sound.last[0], *(share * value for value in sound.last[1:]))
    return replace(sound, first=first, last=last)


def variants(sound: Sound, whole: Sound, share: float) -> Iterator[Sound]:
    """What a sound might be instead; ``whole`` has all of its correction, ``share`` is what it kept."""
    yield milder(whole, 1.0)
    yield milder(whole, 1.0, gain=1.0)
    yield milder(whole, share / 2.0)
    yield replace(sound, frames=max(3, sound.frames - 2))
    yield replace(sound, frames=sound.frames + 2)


class Listener:
    """Counts which words are understood, with any table of sounds."""

    def __init__(self, bench: Workbench, words: Sequence[str]) -> None:
        self._bench = bench
        groups = max(1, round(len(words) / GROUP))
        self._group = {word: place % groups for place, word in enumerate(words)}
        self._decoders = [make_decoder(words[group::groups]) for group in range(groups)]

    def understands(self, word: str, sounds: dict[str, Sound]) -> bool:
        """Whether the word is heard as itself."""
        samples, _ = self._bench.speak(word, sounds)
        return hear(self._decoders[self._group[word]], samples.astype("<i2").tobytes()) == word


def improve(bench: Workbench, words: Sequence[str], sounds: dict[str, Sound], rng: random.Random) -> dict[str, Sound]:
    """The table with every sound at the strength and length at which most words are understood."""
    listener = Listener(bench, words)
    shares = {name: VOWELS_KEEP if is_vowel(name) else CONSONANTS_KEEP for name in sounds}
    table = {name: milder(sound, shares[name]) for name, sound in sounds.items()}
    understood = {word: listener.understands(word, table) for word in words}
    _log.info("%d of %d words are understood", sum(understood.values()), len(words))
    found = bench.words_with(table)
    for name in sorted(found, key=lambda name: sum(understood[word] for word in found[name]) - len(found[name])):
        if len(found[name]) < LEAST_WORDS:
            continue
        tried = rng.sample(found[name], min(len(found[name]), MOST_WORDS))
        best, most = table[name], sum(understood[word] for word in tried)
        # With many words one more may be chance.
        margin = 1 if len(tried) > 30 else 0
        for other in variants(table[name], sounds[name], shares[name]):
            heard = sum(listener.understands(word, {**table, name: other}) for word in tried)
            if heard > most + margin:
                best, most = other, heard
        if best is not table[name]:
            table[name] = best
            understood.update((word, listener.understands(word, table)) for word in found[name])
            _log.info("%-12s %2d words: %d understood of all", name, len(tried), sum(understood.values()))
    return table


def main(arguments: list[str] | None = None) -> int:
    """Improve the table and write it."""
    parser = argparse.ArgumentParser(prog="python -m training.english_words", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path, default=WORDS)
    parser.add_argument("-o", "--output", type=Path, default=ASSET)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    from pocketsphinx import get_model_path

    words = read_words(options.words)
    rng = random.Random(options.seed)
    rng.shuffle(words)
    bench = Workbench(load_config(), words, recogniser.AcousticModel(Path(get_model_path("en-us/en-us"))))
    table = improve(bench, words, dict(english_sounds()), rng)
    options.output.write_text(write_sounds(table), encoding="utf-8")
    shipped.renew(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
