"""Readings of Chinese characters: phrases first, then the character by itself, then rules by context."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.platform import tables
from indextts.platform.compact import PhraseTable, SortedLines
from indextts.platform.storage.assets import ASSETS, read_text
from indextts.reading.phonemes.symbols import is_syllable
from indextts.reading.phonemes.zh import names, neutral, polyphones
from indextts.reading.phonemes.zh.particles import DECIDED, CharPlace, CharReading, decide, set_pinyin
from indextts.reading.phonemes.zh.polyphones import SegmentedWord
from indextts.reading.phonemes.zh.spellings import unmarked

PHRASES: Final = ASSETS / "phrases.txt"
"""Phrases of our own, ``phrase pinyin``, parted by commas: they go before the general dictionary and are not put to the
learned model. Readings are those of 《现代汉语词典》 and, for places, of the places themselves.
"""
STANDARD: Final = ASSETS / "standard.txt"
"""``character pinyin``: what the national standard has first where it does not know the general dictionary's first
(``python -m training.standard``).
"""
LONGEST_PHRASE: Final = 8
SURE: Final = 0.95
"""How likely the model must find another reading to be followed (``python -m benchmarks.accuracy --prosody DIR``)."""
SURE_OF_PHRASE: Final = 0.995
"""The same where the dictionary has the whole phrase."""
CLASSICAL: Final = "classical"
"""The source of a reading that a character has in classical Chinese alone."""
SETTLED: Final = 0.99
"""How often a phrase, a rule, or the only everyday reading of a character is right."""
UNSETTLED: Final = 0.9
"""How often the commonest reading of an everyday polyphone is right where nothing else is known."""
# A JSON parser would build a list for every syllable, and what remains of them holds the memory.
_PHRASE: Final = re.compile(r'"([^"]+)":\s*\[((?:\s*\[[^]]*\],?)+)\s*\]')
_FIRST_READING: Final = re.compile(r'\[\s*"([^"]+)"')
_CHARACTER: Final = re.compile(r'"(\d+)":\s*"([^"]*)"')
_UNCHANGED: Final = {"一": "yi1", "不": "bu4"}

members = functools.partial(tables.members, __file__)


def load() -> None:
    _dictionaries()


@functools.cache
def own_phrases() -> dict[str, tuple[str, ...]]:
    """Phrase → its syllables, where the general dictionary is silent or wrong."""
    lines = read_text(PHRASES).splitlines()
    entries = (entry.split() for line in lines for entry in line.split(", ") if entry)
    return {phrase: tuple(syllables) for phrase, *syllables in entries}


def readings(
    text: str, words: Sequence[SegmentedWord], *, classical: bool = False, learned: bool = True
) -> list[CharReading]:
    """One reading for each character of a run of Chinese characters, before sandhi.

    Not ``learned``: without the model, of whose labels commercial use is not allowed.
    """
    out = by_rules(text, words)
    if classical:
        for at in range(len(text)):
            said = polyphones.in_classical(text, at)
            if said is not None:
                out[at] = CharReading(said, CLASSICAL, sure=True)
    model = polyphones.load() if learned else polyphones.NO_MODEL
    for index, word in enumerate(words):
        for at, char in enumerate(word.text, start=word.start):
            if len(alternatives(char)) < 2:
                continue
            asked = char in model.labels and char not in members("not_learned")
            places = polyphones.features(text, at, words, index, out[at].pinyin, out[at].source) if asked else ()
            likely = model.probabilities(char, places) if asked else {}
            if out[at].sure or not asked:
                out[at].probability = _by_source(char, out[at], likely)
                continue
            best = choose(likely, out[at].pinyin, SURE_OF_PHRASE if out[at].source == "phrase" else SURE)
            if best != out[at].pinyin:
                out[at] = CharReading(best, "model")
            out[at].probability = _alike(likely, best)
    return out


def _alike(likely: Mapping[str, float], pinyin: str) -> float:
    """How likely ``pinyin`` is, with its neutral tone or, if it is neutral, with any."""
    return sum(
        share for said, share in likely.items()
        if said[:-1] == pinyin[:-1] and (said[-1] == pinyin[-1] or "5" in (said[-1], pinyin[-1]))
    )  # fmt: skip


def _by_source(char: str, reading: CharReading, likely: Mapping[str, float]) -> float:
    """How likely what the model does not decide is right: by where it comes from, and by what the model thinks.

    ``likely`` is empty where the model does not know the character.
    """
    known = any(said[:-1] == reading.pinyin[:-1] for said in likely)
    doubted = known and _alike(likely, reading.pinyin) < 0.5
    return UNSETTLED if doubted or (reading.source == "dictionary" and char in members("everyday")) else SETTLED


def choose(probabilities: Mapping[str, float], base: str, needed: float = SURE) -> str:
    """The likeliest reading, if it is likely enough to go against what dictionaries and rules say."""
    best = max(probabilities, key=probabilities.__getitem__)
    return best if probabilities[best] >= needed else base


def by_rules(text: str, words: Sequence[SegmentedWord], *, contexts: bool = True) -> list[CharReading]:
    """What dictionaries and rules say, before the model; without ``contexts``, as if no rule by context were there."""
    ends = {word.start + len(word.text) for word in words}
    out = _by_dictionary(text, ends)
    for at, family, firm in names.family_names(text, words, _dictionaries()[0].get):
        if firm or not out[at].sure:
            out[at] = CharReading(family, "rule", sure=True)
    for at, given in names.given_name_readings(words):
        if out[at].source == "dictionary":
            out[at] = CharReading(given, "rule", sure=True)
    for index, word in enumerate(words):
        previous = words[index - 1] if index else None
        thrice = 3 * word.text[0] in text[max(0, word.start - 2) : word.start + 3]  # 赞赞赞
        weak = {} if thrice else _neutral(word, previous, out)
        for offset, char in enumerate(word.text):
            if char in DECIDED:
                after = words[index + 1] if index + 1 < len(words) else None
                decide(
                    char,
                    CharPlace(text, word.start + offset, word, previous, after, words[index + 1 :], out, _is_phrase),
                )
        for at in range(word.start, word.start + len(word.text)):
            pair = () if text[at - 1 : at + 1] in own_phrases() else out[max(0, at - 1) : at + 1]
            thing = pair and all(one.sure and one.source == "phrase" for one in pair)  # 跳跳糖; 数数 may be a deed
            if weak.get(at) == neutral.Weak.VERB and not thing:
                out[at] = CharReading(f"{out[at - 1].pinyin[:-1]}5", "rule", sure=True)
                continue
            held = 2 if out[at].sure and at not in weak else int(out[at].source == "phrase")
            said = polyphones.by_context(text, at, word, in_phrase=held) if contexts else None
            if said is not None:
                out[at] = CharReading(said, "rule", sure=True)
    return out


@functools.lru_cache(maxsize=16384)
def alternatives(char: str) -> tuple[str, ...]:
    """Every reading that the dictionary has for a character, the commonest first, or the standard's before it."""
    first = standard_readings().get(char)
    return tuple(dict.fromkeys((first, *listed(char)))) if first else listed(char)


@functools.cache
def standard_readings() -> dict[str, str]:
    """Character → the reading that goes before those of the general dictionary: by the standard, or by use in names."""
    standard = dict(line.split() for line in read_text(STANDARD).splitlines())
    return standard | tables.tables_beside(__file__, "defaults.yaml")


def listed(char: str) -> tuple[str, ...]:
    """Every reading that the general dictionary has for a character, in its order."""
    _, single = _dictionaries()
    found = (numbered(marked) for marked in (single.get(char) or "").split(",") if marked)
    return tuple(dict.fromkeys(pinyin for pinyin in found if is_syllable(pinyin)))


def living(char: str) -> tuple[str, ...]:
    """Its readings in present use: in a phrase, as a family name, or alone.

    The dictionary also has readings of old books, as lin4 of 任, which no phrase has.
    """
    known = alternatives(char)
    if len(known) < 2:
        return known
    used = _in_phrases().get(char, frozenset())
    likely = {*used, known[0], names.surnames().get(char), *polyphones.load().labels.get(char, ())}
    return tuple(pinyin for pinyin in known if pinyin in likely)


@functools.cache
def _in_phrases() -> dict[str, frozenset[str]]:
    """The readings that characters of several ones have in phrases."""
    phrases, _ = _dictionaries()
    found: dict[str, set[str]] = {}
    for phrase, said in phrases:
        for char, marked in zip(phrase, said.split(), strict=False):
            if len(alternatives(char)) > 1:
                found.setdefault(char, set()).add(numbered(marked))
    return {char: frozenset(readings) for char, readings in found.items()}


def _by_dictionary(text: str, ends: Set[int]) -> list[CharReading]:
    """Longest phrases from the left, if they end where a word ends or lie within one (``ends`` of words)."""
    phrases, out, at = _dictionaries()[0], list[CharReading](), 0
    while at < len(text):
        own = _own_phrase(text, at, ends)
        if own:
            out += [CharReading(pinyin, "phrase", sure=True) for pinyin in own]
            at += len(own)
            continue
        longest = min(LONGEST_PHRASE, len(text) - at) if phrases.begins(text[at : at + 2]) else 0
        for length in range(longest, 1, -1):
            phrase_text = text[at : at + length]
            phrase = phrases.get(phrase_text)
            inside = not any(place in ends for place in range(at + 1, at + length))
            if phrase is None or not (inside or (at + length in ends and (at == 0 or at in ends))):
                continue
            pinyin = [numbered(syllable) for syllable in phrase.split()]
            if len(pinyin) == length and all(is_syllable(syllable) for syllable in pinyin):
                # The dictionary writes 一 and 不 with changed tones in some phrases; sandhi starts from plain ones.
                for place, syllable in enumerate(pinyin):
                    out.append(CharReading(_UNCHANGED.get(phrase_text[place], syllable), "phrase"))
                at += length
                break
        else:
            known = alternatives(text[at])
            out.append(CharReading(known[0] if known else "", "dictionary" if known else ""))
            at += 1
    return out


def _own_phrase(text: str, at: int, ends: Set[int]) -> tuple[str, ...]:
    """The longest of our own phrases that begins at ``at``; one of two characters must keep to the words' bounds."""
    own = own_phrases()
    for length in range(min(LONGEST_PHRASE, len(text) - at), 1, -1):
        found = own.get(text[at : at + length])
        if found is None:
            continue
        begins = at == 0 or at in ends
        inside = at + 1 not in ends
        if length > 2 or inside or (begins and at + length in ends):
            return found
    return ()


def _neutral(word: SegmentedWord, previous: SegmentedWord | None, out: list[CharReading]) -> dict[int, neutral.Weak]:
    """Give a word its neutral tones, and tell where."""
    weak = {word.start + offset: kind for offset, kind in neutral.weak_places(word, previous).items()}
    for place, kind in weak.items():
        set_pinyin(out[place], out[place].pinyin[:-1] + "5")
        out[place].sure |= kind == neutral.Weak.WORD
    return weak


def _is_phrase(text: str) -> bool:
    return _dictionaries()[0].get(text) is not None


@functools.lru_cache(maxsize=8192)
def numbered(marked: str) -> str:
    """Marked pinyin with a figure for its tone: ``zhòng`` as ``zhong4``; 5 for the neutral tone, v for ü."""
    plain, tone = unmarked(marked)
    return plain.replace("ü", "v") + (tone or "5")


@functools.cache
def _dictionaries() -> tuple[PhraseTable, SortedLines]:
    """Phrases and characters, both with marked pinyin: syllables of a phrase parted by spaces, a character's by commas.

    pypinyin's files are read as data: importing the package takes six times the memory for the same readings.
    """
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="pypinyin", command="pip install pypinyin==0.55.0")
    folder = Path(spec.origin).parent
    phrases = (folder / "phrases_dict.json").read_text(encoding="utf-8")
    characters = (folder / "pinyin_dict.json").read_text(encoding="utf-8")
    return (
        PhraseTable((match[1], " ".join(_FIRST_READING.findall(match[2]))) for match in _PHRASE.finditer(phrases)),
        SortedLines((chr(int(match[1])), match[2]) for match in _CHARACTER.finditer(characters)),
    )
