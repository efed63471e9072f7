"""Names in pinyin inside English: *Mr Zhang Wei lives in Chongqing* is said with Mandarin syllables.

A capital letter, syllables of Mandarin and one of these make a name: it is a known place or person; a family name and a
given name stand together, in either order; a title stands before a family name; or the spelling is one that only
Mandarin has (*Zhang*, *Xiaoming*, *Guangfu*). Tones are those of the known name. A given name's are those of the
characters that are the commonest in given names; else the first tone, which bends into no other word's melody.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from indextts.model.sources import KEPT_SOURCES
from indextts.model.utterance import Token
from indextts.platform.lru import cached
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.phonemes.zh import mandarin, sandhi, syllables
from indextts.reading.text.en.tables import BESIDE

SOURCE: Final = "name"
"""``reading_source`` of what is read here."""
MOST_SYLLABLES: Final = 4

_SYLLABLE: Final = re.compile(r"[a-z]+[1-5]")
_CAPITAL: Final = re.compile(r"[A-Z][a-z]+(?:'[a-z]+)?")
_POSSESSIVE: Final = re.compile(r"['’]s$")
_ONLY_MANDARIN: Final = re.compile(r"^(?:x|q|zh)|(?:[iu]ang|iong|ong|iao|uo|ui|iu|ian|uan|ao|ue|v)$")
"""Spellings of syllables that other languages' names hardly have."""
_PAIR: Final = 2  # Syllables of the longest given name, and places from one word to the next across a hyphen.
_COMMON: Final = 10
_MANY: Final = 60
_ALONE: Final = 2  # What a syllable that is no part of a word costs; a word costs one.
_RARE: Final = 40  # Ranks of family names.


def split_possessives(tokens: list[Token]) -> None:
    """Part *Wei's* into the name and its ending, each a token with a reading of its own."""
    marked = [token for token in tokens if _POSSESSIVE.search(token.text)]
    names = found(tokens, learned=False) if marked else {}  # which they are, whatever their tones
    for index in reversed(range(len(tokens))):
        token = tokens[index]
        if index in names and _POSSESSIVE.search(token.text) and token.reading_source not in KEPT_SOURCES:
            whole = token.end - token.start == len(token.text)
            ending = Token(
                text=token.text[-2:], kind="word", lang=token.lang, start=token.end - 2 if whole else token.start,
                end=token.end, word=token.word, pos=token.pos, break_after=token.break_after,
                break_source=token.break_source, break_probability=token.break_probability,
                reading="Z", reading_source=SOURCE,
            )  # fmt: skip
            token.text, token.end = token.text[:-2], token.end - 2 if whole else token.end
            token.break_after, token.break_probability = 0, None
            tokens.insert(index + 1, ending)


def found(tokens: Sequence[Token], *, learned: bool = True) -> dict[int, str]:
    """Place of a token → its name's pinyin with tones after sandhi, syllables parted by spaces.

    ``learned`` as for :func:`indextts.reading.phonemes.zh.sandhi.apply`.
    """
    names: dict[int, list[str]] = {}
    for run in _runs(tokens):
        _in_run(tokens, run, names)
    for group in _neighbours(tokens, names):
        together = [sandhi.Syllable("", syllable, group[0]) for place in group for syllable in names[place]]
        sandhi.apply(together, learned=learned)
        for place in group:
            names[place] = [together.pop(0).reading for _ in names[place]]
    return {place: " ".join(said) for place, said in names.items()}


def in_chinese(word: str, before: str = "", behind: str = "", *, guessed: bool = False) -> str:
    """The syllables of what people write in pinyin amid Chinese, *laji*; empty for other words. No dictionary has one
    that is ``guessed``. A word may only tell how the characters beside it are said: 椅子-Yizi, xu虚假.
    """
    small, own = word.lower(), parts(word)
    account = BESIDE["account"].search(before) is not None
    if account and small in _surnames() and re.match("[A-Z]{2}", behind):  # liuyj, in its parts
        return _surnames()[small]
    for around in (before.rstrip("-_ ")[-len(own) :], behind[: len(own)]):
        pairs = zip(around.ljust(len(own)), own, strict=False)
        told = [[each for each in mandarin.alternatives(char) if each[:-1] == part] for char, part in pairs]
        if told and all(told) and (len(told) > 1 or (word.islower() and small not in _words("not_pinyin"))):
            return " ".join(each[0] for each in told)
    said = next((said for said in listed("written") if _letters(said) == small), [])
    handle = account and pronunciation.known(small) is None
    if handle and not guessed:  # chenyu, but no lumenhouse
        called = 1 < len(own) <= _PAIR + 1 and own[0] in list(_surnames())[:_MANY]
        guessed = called or _is_mandarin(own, named=True)
    handle &= guessed
    if said or "'" in word or not (guessed or word.islower() or word.isupper()):
        own = ()
    if len(own) == 1 and small not in _words("no_syllables") and (len(small) > _PAIR or small in _usual("lone")):
        said = [_usual("lone").get(small) or _in_use(small)]  # 没有tuo
    if 2 <= len(own) <= MOST_SYLLABLES + _PAIR * handle and pronunciation.known(small) is None:
        firm = {part: said for part, said in _usual("lone").items() if said[-1] != "5"}
        counted = _tones() if handle and len(own) > _PAIR else {}
        usual = {**counted, **firm, **(_usual("given") if not word.islower() else {})}
        likely = _is_mandarin(own, named=guessed and word.istitle()) or handle
        said = _common().get(small) or (_person_of(own) if handle else [])
        said = said or [each for each in _in_words(own, usual) if likely]
    together = [sandhi.Syllable("", syllable, 0) for syllable in said]
    sandhi.apply(together)
    return " ".join(syllable.reading for syllable in together)


def _person_of(own: Sequence[str]) -> list[str]:
    """The tones of a family name and a given name of two syllables, *lixiaofei*; none for what is hardly one."""
    given = _usual("given")
    named = len(own) == _PAIR + 1 and own[0] in list(_surnames())[:_MANY] and all(part in given for part in own[1:])
    return [_surnames()[own[0]], *(given[part] for part in own[1:])] if named and not _words_in(own[:_PAIR]) else []


def _in_words(own: Sequence[str], usual: Mapping[str, str]) -> list[str]:
    """The tones of syllables by the fewest words that they make, *du2shu1 ye4dian4*; a lone one has its usual tone."""
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(own) + 1):
        lone = usual.get(own[end - 1]) or _in_use(own[end - 1])
        ways = [(best[-1][0] + _ALONE, [*best[-1][1], lone])]
        for begin in range(end - 1):
            if word := _words_in(own[begin:end]):
                ways.append((best[begin][0] + 1, [*best[begin][1], *word]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _words_in(own: Sequence[str]) -> list[str]:
    """The syllables of the word of two or more that ``own`` are; none if no list has it."""
    letters = "".join(own)
    said = _common().get(letters) or next((each for each in listed("of_handles") if _letters(each) == letters), [])
    return said if len(said) == len(own) else []


def _letters(said: Sequence[str]) -> str:
    return "".join(each[:-1] for each in said)


@functools.cache
def _tones() -> Mapping[str, str]:
    """A syllable → the same with the tone that it has in most words."""
    counted = Counter(each for said in _common().values() for each in said)
    return {each[:-1]: each for each, _ in reversed(counted.most_common())}


def _is_mandarin(own: Sequence[str], *, named: bool) -> bool:
    """Whether the syllables of a word that no list has look like Mandarin rather than like *Palawan* or *doula*: what
    may be a name does if both are those of given names, *Zihan*.
    """
    if _words("in_no_name").intersection(own):
        return False
    given = named and len(own) == _PAIR and all(part in _usual("given") for part in own)
    return given or len(set(own)) < len(own) or any(_ONLY_MANDARIN.search(part) for part in own)


def _neighbours(tokens: Sequence[Token], names: Mapping[int, list[str]]) -> Iterator[list[int]]:
    """Names that stand together, whose tones heed each other."""
    group: list[int] = []
    for place in sorted(names):
        if group and (
            place != group[-1] + 1 or tokens[group[-1]].break_after > 1 or _POSSESSIVE.search(tokens[group[-1]].text)
        ):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """Capital words in a row, with nothing but spaces or a hyphen between them."""
    run: list[int] = []
    for place, token in enumerate(tokens):
        if token.text == "-" and run and run[-1] == place - 1:
            continue
        named = token.kind == "word" and _CAPITAL.fullmatch(_plain(token)) and token.reading_source not in KEPT_SOURCES
        if run and (not named or place - run[-1] > _PAIR):
            yield run
            run = []
        if named:
            run.append(place)
    if run:
        yield run


def _plain(token: Token) -> str:
    return _POSSESSIVE.sub("", token.text)


def _in_run(tokens: Sequence[Token], run: Sequence[int], names: dict[int, list[str]]) -> None:
    units = list(_units(tokens, run))
    words = [word for word, _ in units]
    before = tokens[run[0] - 1].text.lower() if run[0] else ""
    if before == "." and run[0] > 1:
        before = tokens[run[0] - 2].text.lower()
    at = 0
    while at < len(words):
        taken = _person(words, at, before if at == 0 else words[at - 1])
        if not taken:
            alone = _lone(words[at])
            taken = [alone] if alone else []
        for said, (_, places) in zip(taken, units[at:], strict=False):
            left = list(said)
            for place in places:
                own = len(parts(_plain(tokens[place]).lower()))
                names[place] = [left.pop(0) for _ in range(own)]
        at += max(1, len(taken))


def _units(tokens: Sequence[Token], run: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """The words of a run with their places, those that a hyphen joins as one (*Fei-Fei*)."""
    places: list[int] = []
    for place in run:
        if places and place == places[-1] + 1:
            yield "".join(_plain(tokens[each]).lower() for each in places), places
            places = []
        places.append(place)
    yield "".join(_plain(tokens[each]).lower() for each in places), places


def _person(words: Sequence[str], at: int, before: str) -> list[list[str]]:
    """The readings of the words from ``at`` that are one person's name; empty if they are none."""
    word = words[at]
    following = words[at + 1 : at + 3]
    for length in (3, 2):
        known = _persons().get(" ".join(words[at : at + length])) or _persons().get(
            f"{word} {''.join(words[at + 1 : at + length])}"
        )
        if known and len(words[at : at + length]) == length:
            said = known.split()
            return [[said.pop(0) for _ in parts(each)] for each in words[at : at + length]]
    eastern = bool(following) and word in _surnames() and _is_given(following[0])
    if eastern and not _is_western(word, following[0]) and not (_is_english(word) and _is_english(following[0])):
        single = all(len(parts(each)) == 1 for each in following) and not _is_english(following[-1])  # Xiao Long
        rest = following[:2] if single else following[:1]
        return [_surnames()[word].split(), *(_given(each) for each in rest)]
    western = bool(following) and following[0] in _surnames() and _is_given(word)
    if western and not (_is_english(word) or _is_english(following[0])):
        return [_given(word), _surnames()[following[0]].split()]
    titled = before in _words("titles") and word in _surnames()
    titled &= word == "sun" or word not in _words("english_surnames")
    return [_surnames()[word].split()] if titled else []


def _is_western(first: str, last: str) -> bool:
    """Whether the second of two family names is so common, and the first so rare, that the given name stands first."""
    ranks = list(_surnames())
    return last in ranks and ranks.index(last) < _COMMON and ranks.index(first) >= _RARE


def _lone(word: str) -> list[str]:
    place = _places().get(word.replace("'", ""))
    if place is not None:
        return place.split()
    if word in _words("only_surnames"):
        return _surnames()[word].split()
    own = parts(word)
    if not 2 <= len(own) <= MOST_SYLLABLES or word in _words("not_pinyin") or pronunciation.known(word) is not None:
        return []
    if not any(_ONLY_MANDARIN.search(part) for part in own) or _words("in_no_name").intersection(own):
        return []
    return _given(word)


def _is_given(word: str) -> bool:
    own = len(parts(word))
    return own == 1 or (own == _PAIR and word not in _words("not_pinyin"))


def _is_english(word: str) -> bool:
    return word in _words("english_surnames") or word in _words("not_pinyin")


def _given(word: str) -> list[str]:
    usual = _usual("given")
    return [usual.get(part) or _in_use(part) for part in parts(word)]


def _in_use(part: str) -> str:
    return next(part + tone for tone in "12435" if part + tone in syllables.in_use())


@cached(2048)
def parts(word: str) -> tuple[str, ...]:
    """The syllables of pinyin without tones, as its spelling parts them; empty if it is none.

    Within a word no syllable begins with a vowel unless an apostrophe stands before it.
    """
    out: list[str] = []
    for piece in word.lower().split("'"):
        split = _split(piece)
        if not split:
            return ()
        out += split
    return tuple(out)


def _split(piece: str) -> list[str]:
    for end in range(min(len(piece), 6), 0, -1):
        head, rest = piece[:end], piece[end:]
        if head not in _syllables():
            continue
        if not rest:
            return [head]
        following = _split(rest) if rest[0] not in "aeo" else []
        if following:
            return [head, *following]
    return []


@functools.cache
def _syllables() -> frozenset[str]:
    return frozenset(each[:-1] for each in syllables.in_use())


def _toned(name: str) -> tuple[str, str]:
    """A name with its tones as its letters and as syllables."""
    said = _SYLLABLE.findall(name)
    return "".join(each[:-1] for each in said), " ".join(said)


def listed(table: str) -> list[list[str]]:
    """The syllables of each name of a table."""
    return [_SYLLABLE.findall(name) for name in _table()[table]]


@functools.cache
def _table() -> Mapping[str, tuple[str, ...]]:
    return {key: tuple(text.split()) for key, text in tables_beside(__file__, "names.yaml").items()}


@functools.cache
def _common() -> Mapping[str, list[str]]:
    """The commonest words of Chinese as their letters → their syllables."""
    words = tables_beside(__file__, "pinyin.yaml")["words"].split()
    return {re.sub(r"\d", "", word): _SYLLABLE.findall(word) for word in words}


@functools.cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_table()[name])


@functools.cache
def _places() -> Mapping[str, str]:
    return dict(map(_toned, _table()["places"]))


@functools.cache
def _surnames() -> Mapping[str, str]:
    """By how common they are."""
    out: dict[str, str] = {}
    for letters, said in map(_toned, _table()["surnames"]):
        out.setdefault(letters, said)
    return out


@functools.cache
def _persons() -> Mapping[str, str]:
    """Family name and given name, parted by a space."""
    pairs = ([_toned(part) for part in name.split("_")] for name in _table()["persons"])
    return {" ".join(letters for letters, _ in pair): " ".join(said for _, said in pair) for pair in pairs}


@functools.cache
def _usual(table: str) -> Mapping[str, str]:
    """A syllable of given names, or one that people write alone → the same with its tone."""
    return {each[:-1]: each for each in reversed(_table()[table])}
