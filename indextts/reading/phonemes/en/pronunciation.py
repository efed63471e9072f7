"""English words in ARPAbet: from the dictionary, from its parts, or from their letters."""

from __future__ import annotations

import functools
import gzip
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final

from indextts.platform import tables
from indextts.platform.compact import SortedLines
from indextts.platform.lru import cached
from indextts.platform.storage import assets
from indextts.reading.phonemes.en import g2p, terms
from indextts.reading.phonemes.en.terms import LETTERS as LETTERS
from indextts.reading.phonemes.en.terms import spelt
from indextts.reading.text.en import parts_of_speech, short_forms
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.tables import SMALL_WORDS, WORD_ACRONYMS

DICTIONARY: Final = assets.ASSETS / "cmudict.dict.gz"
"""The CMU Pronouncing Dictionary as it was published."""
_ACRONYMS: Final = re.compile(r"([A-Z]{2,5}|[A-Z]o[A-Z]{1,3}|PhD)['’]?s")  # A plural or possessive.
word_set = functools.partial(tables.members, __file__)

_SOUNDS: Final[dict[str, str]] = tables.tables_beside(__file__, "tables.yaml")["sounds"]
_LEARNED: Final[dict[str, Any]] = tables.tables_beside(__file__, "learned.yaml")
_SHORTEST_GLUED: Final = 4
_LONGEST_GLUED: Final = 16
_SHORTEST_PROGRAM: Final = 3  # Letters of its name without its ending.
_SHORTEST_PART: Final = 2.5  # Letters of words that are run together, on the average.
_ENDINGS: Final = _LEARNED["regular"]
_CONTRACTED: Final = (("'ve", "AH0 V"), ("'ll", "AH0 L"), ("'d", "AH0 D"))
_VOWEL: Final = re.compile(r"[aeiouy]")
_HELD: Final = re.compile(r"([a-z])\1{2,}")
_FORMS: Final = 64  # How a word may be written whose letters are held, at most.
_LAUGH: Final = re.compile(r"(m[uw]a|bwa|[bw]?a|)((?:h+a+){2,}|(?:h+ee?){2,}|(?:h+oo?){2,}|(?:h+i+){2,})h*")
_LAUGHED: Final[dict[str, str]] = tables.tables_beside(__file__, "tables.yaml")["laughed"]
_NO_SHORT: Final = re.compile(r"[^aeiouy]*(?:qu)?[aeiouy][bcdfgklmnprstvz]|.*(?:th|[lnrw]s)")  # riper, breathable
_SPOKEN_E: Final = re.compile(r"ée?(s?)$", re.IGNORECASE)


def load() -> None:
    """Load the pronouncing dictionary (a twentieth of a second)."""
    _dictionary()


@cached(8192)
def is_word(word: str) -> bool | None:
    """Whether ``word`` is said as a word; ``None`` if the lists of terms have it spelt letter by letter.

    One in small letters is if the dictionary has it as more than its letters, one with capitals only among the terms.
    """
    said = terms.find(word)
    if said is not None:
        return None if terms.is_spelt(said) else True
    if _stem_of_term(word) is not None:
        return True
    phones = _dictionary().get(word) or _worn(word) or _of_program(word)
    return phones is not None and (len(word) > 5 or _unstressed(phones) != _unstressed(spelt(word)))


@cached(8192)
def pronounce(word: str) -> tuple[str, str]:
    """``(ARPAbet, source)`` of a word or single letter; the source is ``dictionary``, ``model`` or ``spelling``."""
    if word in ("a", "A"):
        return "AH0", "dictionary"
    if len(word) == 1 and word.upper() in LETTERS:
        return LETTERS[word.upper()], "spelling"
    plain = re.sub(r"[^a-z']", "", word.lower())
    term = _term(word)
    if term is not None:
        return term, "dictionary"
    acronym = _ACRONYMS.fullmatch(word)
    if acronym and acronym[1] not in WORD_ACRONYMS and not (len(acronym[1]) > 3 and known(plain)):  # but NAZIs
        return with_s(spelt(acronym[1])), "spelling"
    found = known(plain)
    if found:
        return found, "dictionary"
    parts = _learned(plain) or _compound(plain) or (word != word.title() and _run_together(plain)) or _glued(plain)
    if parts:
        return parts, "dictionary"
    if not _VOWEL.search(plain):
        return spelt(plain), "spelling"
    said = g2p.load().pronounce(plain)
    return (said, "model") if said else (spelt(plain), "spelling")


def sounds_about(word: str) -> int:
    """How many sounds an English word has at most, approximately, without looking it up."""
    return len(word) if _VOWEL.search(word.lower()) else len(spelt(word).split())


def accented(written: str, plain: str) -> str | None:
    """ARPAbet of a word whose accents tell how it is said (*résumé*, *blasé*); ``None`` for any other.

    ``plain`` is the word without accents.
    """
    if written.replace("’", "'").isascii():
        return None
    term = _term(written.lower() if written.isupper() else written)
    spoken = _SPOKEN_E.search(written)
    if term is not None or spoken is None:
        return term
    phones = pronounce(plain.removesuffix(spoken[1]))[0]
    *_, last = phones.split()
    if not last.startswith("EY"):
        stem = phones.removesuffix(last) if last[-1].isdigit() else f"{phones} "
        phones = f"{stem.replace('1', '2')}EY1"
    return with_s(phones) if spoken[1] else phones


def _term(word: str) -> str | None:
    """ARPAbet of a term, or of one with a regular s after it."""
    said = terms.find(word)
    if said is not None:
        return terms.arpabet(said, _by_dictionary)
    stem = _stem_of_term(word)
    return None if stem is None else with_s(terms.arpabet(stem, _by_dictionary))


def _stem_of_term(word: str) -> str | None:
    """What is said for a term that stands here with a plural or possessive s, unless that is a word by itself."""
    for ending in ("'s", "’s", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1 and (ending != "s" or _dictionary().get(word.lower()) is None):
            return terms.find(stem)
    return None


def _by_dictionary(word: str) -> str | None:
    return _dictionary().get(word) or _compound(word)


def _unstressed(phones: str) -> str:
    return re.sub(r"[012]", "", phones)


def alternatives(word: str) -> list[str]:
    """Every pronunciation that the dictionary has for ``word``."""
    plain = word.lower()
    names = (plain, *(f"{plain}({number})" for number in range(2, 6)))
    return [phones for phones in takewhile(bool, map(_dictionary().get, names)) if phones]


def known(word: str) -> str | None:
    """The dictionary's first pronunciation, or one made of a known stem and a regular ending."""
    dictionary = _dictionary()
    if found := _term(word) or dictionary.get(word) or _worn(word) or _of_program(word):
        return found
    for ending in ("'s", "s"):
        stem = word.removesuffix(ending)
        whole = stem != word and len(stem) > 2
        one = dictionary.get(re.sub("ie$", "y", stem)) if whole else None
        phones = known(stem) if one is None and whole and stem[-1] != "s" else one
        if phones is not None:
            return with_s(phones)
    for ending, tail in _CONTRACTED:
        phones = dictionary.get(word.removesuffix(ending)) if word.endswith(ending) else None
        if phones is not None:
            return f"{phones} {tail}"
    for ending, tail in _ENDINGS.items():
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        lost = ending[0] in "aei" and _NO_SHORT.fullmatch(stem)
        short = stem[:-1] if stem[-1] == stem[-2] else re.sub("i$", "y", stem)
        found = next(filter(None, map(dictionary.get, (stem + "e" if lost else stem, stem + "e", short))), None)
        if found is not None:
            return f"{found.removesuffix(tail).rstrip()} {tail}" if tail else _with_ed(found)
    other = re.sub("is(?=(?:e[drs]?|ing|ations?)$)", "iz", re.sub("(?<=ic)al(?=ly$)", "", word))  # organise
    return known(other) if other != word else None


def _worn(word: str) -> str | None:
    """*doin'*, *poppin*, *sooo*: a form in -ing without its g, or a word with a letter that is held, as it is short."""
    if (bare := word.removesuffix("'")).endswith("in"):
        listed = known if len(bare) > 5 and bare[-3] not in "aeio" else _dictionary().get
        whole = None if _dictionary().get(bare) else listed(f"{bare}g")
        if found := _dictionary().get(word) or (whole and whole.removesuffix("NG") + "N"):
            return found
    if word in _SOUNDS:
        return _SOUNDS[word]
    if laugh := _LAUGH.fullmatch(word):
        head, *vowels = [laugh[1], *re.findall("ee|oo|[aeio]", re.sub("a+|i+", lambda run: run[0][0], laugh[2]))]
        syllables = [f"HH {_LAUGHED[vowel]}{min(at, 1) + 1}" for at, vowel in enumerate(vowels)]
        return " ".join([*([f"{_LAUGHED[head]}0"] if head else []), *syllables])
    if not _HELD.search(word) or (len(set(word)) == 1 and word[0] != "m"):
        return None
    short = [""]
    for run in re.finditer(r"(.)\1*", word):
        short = [form + run[1] * size for form in short for size in ((2, 1) if len(run[0]) > 2 else (len(run[0]),))]
    said = sorted(filter(_dictionary_or_term, short[:_FORMS]), key=_is_everyday, reverse=True)
    strong = (phones for phones in alternatives(said[0]) if "1" in phones) if said else ()  # aaand
    return _term(said[0]) or next(iter(strong), _dictionary_or_term(said[0])) if said else None


def _of_program(word: str) -> str | None:
    """The name of a database or of a library of JavaScript, which ends with letters: ``innodb``, ``dayjs``."""
    head, tail = word[:-2], word[-2:]
    if tail not in ("db", "js") or len(head) < _SHORTEST_PROGRAM or not _VOWEL.search(head):
        return None
    return f"{known(head) or _compound(head) or g2p.load().pronounce(head)} {spelt(tail)}"


def _is_everyday(word: str) -> bool:
    return parts_of_speech.is_known(word) or terms.find(word) is not None


def _dictionary_or_term(word: str) -> str | None:
    return _term(word) or _dictionary().get(word) or _SOUNDS.get(word)


def _with_ed(phones: str) -> str:
    last = phones.split()[-1]
    if last in ("T", "D"):
        return f"{phones} IH0 D"
    return f"{phones} {'T' if last in ('P', 'K', 'F', 'TH', 'S', 'SH', 'CH') else 'D'}"


def with_s(phones: str, vowel: str = "IH0") -> str:
    """A word with the ending of its plural, third person or possessive; ``vowel`` parts that from a hiss."""
    last = phones.split()[-1]
    if last in ("S", "Z", "SH", "ZH", "CH", "JH"):
        return f"{phones} {vowel} Z"
    return f"{phones} {'S' if last in ('P', 'T', 'K', 'F', 'TH') else 'Z'}"


def _learned(word: str) -> str | None:
    """A word of Greek or Latin parts: ``retinopathy``, ``cardiomyopathies``, ``exoplanet``."""
    one = re.sub("'s$|s$", "", re.sub("ies$", "ys", word))
    said = _learned(one) if one != word and len(one) > _SHORTEST_GLUED else None
    if said:
        return with_s(said)
    for cut in range(2, len(word) - 2):
        ending = _LEARNED["endings"].get(word[cut:])
        if ending:
            stem = _stem(word[:cut])
            return f"{stem.replace('1', '2') if '1' in ending else stem} {ending}"
    for cut in range(len(word) - 3, 1, -1):
        head, tail = _LEARNED["forms"].get(word[:cut]), word[cut:]
        whole = (len(tail) > 3 or tail in word_set("short_parts")) and (cut > 2 or len(tail) > 4 or _is_everyday(tail))
        said = (known(tail) or _learned(tail)) if head and whole else None
        if head and said:
            stays = (
                "1" not in head
                or len(re.findall("[012]", said)) > 2
                or tail.endswith(tuple(_LEARNED["adjectives"].split()))
            )
            return f"{head.replace('1', '2')} {said}" if stays else f"{head} {said.replace('1', '2')}"
    return None


def _stem(word: str) -> str:
    """How what stands before an ending is said: one of the forms, or several, without its last vowel."""
    forms: dict[str, str] = _LEARNED["forms"]
    form = forms.get(word) or forms.get(f"{word}o", "").removesuffix(" OW0")
    if form:
        return form
    known_stem = _dictionary().get(word) if len(word) > _SHORTEST_GLUED else None
    cut = next((cut for cut in range(len(word) - 2, 2, -1) if word[:cut] in forms and not known_stem), 0)
    if cut:
        return f"{forms[word[:cut]].replace('1', '2')} {_stem(word[cut:])}"
    return known_stem or g2p.load().pronounce(word)


def _compound(word: str) -> str | None:
    """Known words written as one: ``livestream``, ``nofilterneeded``."""
    if not 6 <= len(word) <= 24:
        return None
    cuts = range(len(word) - 3, 2, -1)
    common = [cut for cut in cuts if all(_is_everyday(part) and _part(part) for part in (word[:cut], word[cut:]))]
    for cut in range(common[0], 2, -1) if common else cuts:  # over-think
        head, tail = _part(word[:cut]), _part(word[cut:])
        better = word[cut - 1] == "s" and _part(word[: cut - 1]) and _part(word[cut - 1 :])
        if better or terms.is_spelt(terms.find(word[cut:].removesuffix("s")) or "word"):
            continue  # bar-stool, remain-iacs
        if head and not tail and cut > 3 and (cut > 5 or _is_everyday(word[:cut])):
            tail = _compound(word[cut:]) if len(word) - cut > 7 else None
        if head and tail:
            return f"{head} {tail.replace('1', '2')}"
    return None


def _glued(word: str) -> str | None:
    """A known word and spelt letters, a term and a known word, or what such a name ends with, as one: ``apikey``,
    ``keyd``, ``isowords``, ``twemproxy``.
    """
    if not _SHORTEST_GLUED <= len(word) <= _LONGEST_GLUED:
        return None
    for cut in range(len(word) - 1, 0, -1):
        head, tail = word[:cut], word[cut:]
        if _is_initials(head, first=True) and _part(tail):
            return f"{spelt(head)} {_part(tail)}"
    for cut in range(3, len(word)):
        head, tail = word[:cut], word[cut:]
        if _is_initials(tail, first=False) and _part(head):
            return f"{_part(head)} {spelt(tail).replace('1', '2')}"
    tail = next((part for part in word_set("glued_tails") if word.endswith(part)), word)
    head = word.removesuffix(tail)
    said = (known(head) or g2p.load().pronounce(head)) if len(head) > 2 and _VOWEL.search(head) else ""
    return f"{said} {(_part(tail) or '').replace('1', '2')}" if said else None


def _run_together(word: str) -> str:
    """A few everyday words or short forms without spaces: ``madeinjapan``, ``winxp``."""
    words = short_forms.in_words(word, is_word)
    usual = all(len(part) > 3 or part in SMALL_WORDS or is_word(part) is None for part in words)
    told = any(len(part) > 3 or is_word(part) is None for part in words) and not BESIDE["broken"].search(
        " ".join(words)
    )
    said = [known(part) or "" for part in words if usual and told and len(word) >= _SHORTEST_PART * len(words)]
    return " ".join([*said[:1], *(each.replace("1", "2") for each in said[1:])]) if all(said) else ""


def _part(word: str) -> str | None:
    """How a part of a glued name is said, if it is a word of its own."""
    if len(word) < 3 or (len(word) == 3 and word not in word_set("short_parts")):
        said = terms.find(word) if len(word) > 2 else None
        return None if said is None or terms.is_spelt(said) else terms.arpabet(said, _by_dictionary)
    return _term(word) or _dictionary().get(word)


def _is_initials(part: str, *, first: bool) -> bool:
    """Whether ``part`` of a glued name is spelt: a term that is, a daemon's d, or what no English word begins with."""
    said = terms.find(part)
    if said is not None:
        return terms.is_spelt(said)
    if not first:
        return part == "d"
    consonants = not _VOWEL.search(part)
    return 1 < len(part) < 4 and not BESIDE["onsets"].fullmatch(part) and (consonants or not _dictionary().begins(part))


@functools.cache
def _dictionary() -> SortedLines:
    return SortedLines.of_lines(_lines())


def dictionary_entries() -> Iterator[tuple[str, str]]:
    """The CMU dictionary; other pronunciations of a word stand under ``word(2)`` and so on."""
    for line in _lines():
        word, _, phones = line.partition(" ")
        yield word, phones


def _lines() -> list[str]:
    """The dictionary's lines, words with their phones, without the remarks behind some of them."""
    text = gzip.decompress(assets.read(DICTIONARY)).decode("ascii")
    return [line.partition(" #")[0] if "#" in line else line for line in text.splitlines()]
