"""Tokens: one for each Chinese character, English word, spelt letter and mark, with words and parts of speech."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indextts.model.utterance import Change, Kind, Lang, Token
from indextts.platform.lru import cached
from indextts.reading.text import chars, numbers, tables
from indextts.reading.text.en import initials, parts_of_speech, short_forms
from indextts.reading.text.en.short_forms import IsWord
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.normalise import SpokenSentence
from indextts.reading.text.overrides import Override
from indextts.reading.text.zh import lessons, people
from indextts.reading.text.zh.time import WORDS

if TYPE_CHECKING:
    from indextts.reading.text.zh.words import WordCutter

_ITEM: Final = re.compile(
    r"(?i)(?<=[一-鿿])['’]s(?![a-z'])|(?<=')[a-z]{3,}(?='[a-z]{3})|[a-z]+(?:'[a-z]+)*(?:(?<=[a-z]in)'(?!\w))?"
    r"|\s+|[\s\S]"
)
_CAMEL: Final = re.compile(
    r"(?:BMW|AMG|NVIDIA|HUAWEI|OPPO|HONOR|SONY|AMD|ROG|IBM)(?=[A-Za-z])|(?:MOTO|NOKIA|VIVO|DELL|ASUS|ACER|LENOVO|INTEL|CANON|NIKON|CASIO|SHARP|MEIZU|XIAOMI|REDMI|IQOO|REALME|PHILIPS|BENQ|HTC)(?=(?!S)[A-Z]{1,2}(?![A-Za-z]))|(?:WIN|GHOST)(?=(?:XP|PE|CE|NT)(?![A-Za-z]))|[A-Z]{2,}(?=[a-z]$)|[A-Z]+(?=[A-Z][a-z])|[A-Z]+(?:'[A-Za-z]+)*(?![a-z])(?:(?<=IN)'(?!\w))?|[A-Z]?[a-z]+(?:'[A-Za-z]+)*|[A-Za-z]|'"
)
_INNER_ACRONYM: Final = re.compile(r"[a-z][A-Z]{2,}")
_ACRONYMS: Final = re.compile(r"(?:[A-Z]{2,5}|[A-Z]o[A-Z]{1,3}|PhD)'?s")  # With an ending: one word.
_OF: Final = re.compile("[A-Z]o[A-Z]{1,3}")  # VoNC, DoJ
_TAGS: Final = ("hashtag ", "at ")  # What is said before names that are words written as one.
_OF_FORMULA: Final = frozenset("二三四五六七八九")  # H2SO4, NO2
_INITIALS: Final = frozenset(["AT", "BE", "HE", "WE", "ME", "AS", "OR", "AN", "IF", "BY", "MY", "IS", "DO", "HIS"])
"""Short words that amid Chinese ones are letters: 八AT, BE结局, OR值."""
_VOWEL: Final = re.compile(r"[aeiouyAEIOUY]")
_CHINESE_MARKS: Final = frozenset("，。、；！？：（）")
_SYLLABLE: Final = re.compile(r"(?!led|hud|fob|cif|lol|[st]em|so[dp]|[lf]of|nus|co[bd]|dac)[^aeiou][aeiou][^aeiou]")
"""Three letters that are a syllable, whatever they are short for: dev, max."""
_LONGEST_INITIALS: Final = 3
_BESIDE: Final = 24  # Characters around letters that tell how they are said.
_IN_PATH: Final = re.compile(r"(?:/|\bslash |点)$")  # before the name of a folder or kind of file: /etc, .sh
_LATIN_BESIDE: Final = re.compile(r"(?:[A-Za-z'=+*/^<>-]|等于|[加减乘]|除以) ?$")
_LATIN_BESIDE_BEHIND: Final = re.compile(r"'| ?[A-Za-z=+*/^<>-]")  # Small letters are part of a formula: F = ma.
_SAYABLE: Final = re.compile(
    "[^AEIOU]?[AEIOU][^AEIOUHJQWXY][AEIOU](?:[^AEIOUHJQWY][AEIOU]?)?|"
    "[^AEIOU][AEIOU](?:L[DFKMPT]|MP|N[DKTZ]|R[BCDFKLMNPT]|S[KPT]|[CFPX]T)"
)
"""An acronym of four or five letters that is said as a word: consonants and vowels take turns, or as in WINZ."""
_NOUN_BEHIND: Final = BESIDE["noun_behind"]  # What stands behind an article: a word or an acronym.
_OF_A_KIND: Final = re.compile(r"(?i)(?:vitamin|grade|hepatitis|type|class|group|list|team|plan|level)-$")
_WORD_AHEAD: Final = re.compile(r"([A-Za-z']+),?\s+$")
_ANOTHER_INITIAL: Final = re.compile(r" and [B-HJ-Z](?![A-Za-z])")
_LETTERS_IN_SHOUT: Final = BESIDE["letters_in_shout"]
_SAID: Final = BESIDE["said"]  # Not cdma and asxs: no English word begins or ends like them.
_UNSAYABLE: Final = re.compile(r"[^AEIOUY]{4}")  # Letters that cannot be pronounced in a row.
_TRIPLED: Final = re.compile(r"[A-Z]{1,2}([BCDP])\1\1")
"""Initials that end with one letter three times, ACCC: nobody holds such a sound."""
_PINYIN: Final = re.compile(r"(?:\s*[a-zü:êv]+[1-6])+\s*")
_APART: Final = -1_000_000  # Below all keys that the segmenter's words get.
_AGAIN: Final = 12  # Characters that are cut again where a word turned out to reach into a rewriting.
LONGEST_WORD: Final = 24
"""Letters that are taken for one English word; a longer run is parted."""


@dataclass(frozen=True)
class _Piece:
    """A token to be: its text at ``at`` in the spoken sentence; ``key`` is shared within one word."""

    text: str
    at: int
    end: int
    kind: Kind
    lang: Lang
    key: int
    pos: str
    change: Change | None = None
    reading: str = ""
    reading_source: str = ""


def load() -> None:
    tagged("语音")


def tokenise(spoken: SpokenSentence, is_word: IsWord) -> list[Token]:
    """The tokens of one sentence, in order. ``is_word`` knows the English words.

    ``Token.word`` counts words from 0; letters of one acronym and characters of one Chinese word share it.
    """
    tokens: list[Token] = []
    last: int | None = None
    number = -1
    for piece in _pieces(spoken, is_word):
        if piece.key != last:
            number, last = number + 1, piece.key
        # Once each: all characters of a rewriting carry the same change.
        made = {id(c): c for place in spoken.changes[piece.at : piece.end] for c in place}
        changes = [*made.values(), *([piece.change] if piece.change else [])]
        tokens.append(
            Token(
                text=piece.text,
                kind=piece.kind,
                lang=piece.lang,
                start=spoken.starts[piece.at],
                end=max(spoken.ends[piece.at : piece.end]),
                word=number,
                pos=piece.pos,
                changes=changes,
                reading=piece.reading,
                reading_source=piece.reading_source,
            )
        )
    _tag_english(tokens)
    return tokens


def _tag_english(tokens: list[Token]) -> None:
    """Give English words their parts of speech, stretch by stretch between the Chinese ones."""
    for english, run in itertools.groupby(tokens, lambda token: token.lang == "en" or token.kind == "punctuation"):
        words = [list(word) for _, word in itertools.groupby(run, lambda token: token.word)] if english else []
        if all(word[0].kind == "punctuation" for word in words):
            continue
        found = parts_of_speech.tags(["".join(token.text for token in word) for word in words])
        for word, tag in zip(words, found, strict=True):
            for token in word:
                token.pos = "x" if token.kind == "punctuation" else tag


def _pieces(spoken: SpokenSentence, is_word: IsWord) -> Iterator[_Piece]:
    shouted = short_forms.is_shouted(spoken.text, is_word)
    words = _words(spoken)
    done = 0
    for begin, end, fixed in spoken.readings:
        yield from _plain(spoken, done, begin, words, is_word, shouted)
        yield from _given(spoken.text, begin, end, fixed, words)
        done = end
    yield from _plain(spoken, done, len(spoken.text), words, is_word, shouted)


def _plain(
    spoken: SpokenSentence, first: int, last: int, words: list[tuple[int, str]], is_word: IsWord, shouted: bool
) -> Iterator[_Piece]:
    """The pieces of ``first``–``last``."""
    loud = short_forms.loud(spoken.text, is_word)
    taught = lessons.readings(spoken.text)
    for match in _ITEM.finditer(spoken.text, first, last):
        item = match.group()
        closed = len(item) > 1 and item[-1] == "'" and not is_word(item.lower())  # 'a cabin'
        item = item[:-1] if closed else item
        at, end = match.start(), match.start() + len(item)
        key, pos = words[at]
        if item.isspace():
            continue
        if chars.is_latin(item[0]) or item[1:] in ("s", "S"):
            stop = "." * (len(item) == 1 and any(one.rule == "initials" for one in spoken.changes[at]))  # A. Lincoln
            context = (spoken.text[max(0, at - _BESIDE) : at], stop + spoken.text[end : end + _BESIDE])
            known = item.istitle() and parts_of_speech.is_known(item.lower())
            if lesson := taught.get(item) or taught.get("" if known or not item.istitle() else item.lower()):
                yield _Piece(item, at, end, "word", "en", at, pos, None, lesson, lessons.SOURCE)
                continue
            named = shouted or any(start <= at < stop for start, stop in loud)
            for piece, first_letter, kind in _latin(item, is_word, named, context):
                # Spelt letters are one word together; of a compound name each part is a word.
                mine = key if key < 0 else at + (0 if kind == "letter" else first_letter)
                begin = at + first_letter
                yield _Piece(piece, begin, begin + len(piece), kind, "en", mine, pos)
            if closed:
                yield _Piece("'", end, end + 1, "punctuation", spoken.langs[end], end, "x")
        elif chars.is_hanzi(item):
            yield _Piece(item, at, end, "hanzi", "zh", key, pos)
        elif chars.is_spoken(item) and item not in tables.SILENT_SIGNS:
            yield from _leftover(item, at, spoken.langs[at])
        else:
            yield _Piece(item, at, end, "punctuation", spoken.langs[at], at, "x")


def _given(text: str, begin: int, end: int, fixed: Override, words: list[tuple[int, str]]) -> Iterator[_Piece]:
    """A stretch whose reading the writer has given: a token for each character that has a syllable of its own,
    or, where these do not match, one for the whole.
    """
    written = text[begin:end]
    begin += len(written) - len(written.lstrip())
    written = written.strip()
    syllables = fixed.reading.split()
    if not written:
        return
    if len(syllables) == len(written) and all(map(chars.is_hanzi, written)) and _PINYIN.fullmatch(fixed.reading):
        for at, (char, syllable) in enumerate(zip(written, syllables, strict=True), start=begin):
            yield _Piece(char, at, at + 1, "hanzi", "zh", *words[at], None, syllable, fixed.source)
        return
    lang: Lang = fixed.lang or ("zh" if _PINYIN.fullmatch(fixed.reading) else "en")
    reading = " ".join(syllables)
    yield _Piece(written, begin, begin + len(written), "word", lang, begin, "", None, reading, fixed.source)


def _leftover(item: str, at: int, lang: Lang) -> Iterator[_Piece]:
    """A digit or sign that no rule has read: never silent, by its table, or else by its name."""
    if item.isdecimal():
        said = numbers.zh_digits(item) if lang == "zh" else numbers.en_digits(item)
    elif item in tables.SIGNS:
        said = tables.SIGNS[item][0 if lang == "zh" else 1]
    else:
        said = unicodedata.name(item, "").lower().replace("-", " ")
    parts = said.split() if said.isascii() else list(said)
    change = Change(item, said, "sign")
    for part in parts:
        if part.isascii():
            yield _Piece(part, at, at + 1, "word", "en", at, "", change)
        else:
            yield _Piece(part, at, at + 1, "hanzi", "zh", at, "", change)


def _latin(item: str, is_word: IsWord, shouted: bool, context: tuple[str, str]) -> Iterator[tuple[str, int, Kind]]:
    """A run of letters as words and spelt letters: ``(text, offset in the run, kind)``."""
    before, after = context
    if len(item) == 1:
        article = item in "aA" and _is_article(item, before, after, shouted)
        pronoun = item == "I" and (re.match(r"\s+[a-z]{2,}", after) or re.search(r"[A-Za-z]{2,},?\s+$", before))
        yield item if article or pronoun else item.upper(), 0, "word" if article or pronoun else "letter"
        return
    if parts := initials.in_handle(item, before, is_word):
        for index, part in enumerate(parts):
            yield part, sum(map(len, parts[:index])), "letter" if len(part) == 1 else "word"
        return
    if item.isupper() and initials.are_word(item, before, after):
        yield item, 0, "word"
        return
    listed = _INNER_ACRONYM.search(item) and is_word(item)  # TiKV
    letters = not listed and initials.are_letters(item, before, after)
    known = None if letters or (shouted and item in tables.SHORT_WORDS) else is_word(item)
    if _is_small_acronym(item, before, after, is_word) or (item in ("etc", "sh") and _IN_PATH.search(before)):
        known = None
    if known:
        yield item, 0, "word"
        return
    # AT&T is no preposition.
    letters |= bool(item.isupper() and len(item) <= 3 and _ANOTHER_INITIAL.match(after))
    formula = item[-2:] if item[-2:].isupper() and after[:1] in _OF_FORMULA else ""
    letters |= (
        item == formula
        or (_OF.fullmatch(item) is not None and not known)
        or (item in _INITIALS and _is_amid_chinese(before, after))
    )
    letters |= shouted and _LETTERS_IN_SHOUT.search(f"{before}<{item}>{after}") is not None
    if letters or (known is None and item not in tables.SHORT_WORDS):
        for index, letter in enumerate(item):
            yield letter.upper(), index, "letter"
        return
    if _ACRONYMS.fullmatch(item):
        yield item, 0, "word"
        return
    figure = after[:1] in tuple("一二三四五六七八九十")
    if figure and item.islower() and len(item) > 4 and is_word(item[:-1]):
        item = item[:-1] + item[-1].upper()  # nokian95
    numbered = item[-2:-1].islower() and item[-1].isupper() and figure  # SonyA7
    plain = not _INNER_ACRONYM.search(item) or initials.is_stressed(item)
    if is_word(item.lower()) and not item.isupper() and not numbered and plain:
        yield item, 0, "word"
        return
    gene = initials.species(item)
    for part, at in _camel(item, is_word, tag=before.endswith(_TAGS)):
        if part in (formula, gene) or _is_spelt(part, is_word, shouted):
            stem = part[:-2] if part.endswith(("'s", "'S")) else part
            for index, letter in enumerate(stem):
                if letter != "'":
                    yield letter.upper(), at + index, "letter"
            if len(stem) < len(part):
                yield "s", at + len(stem) + 1, "letter"
        else:
            for index in range(0, len(part), LONGEST_WORD):
                yield part[index : index + LONGEST_WORD], at + index, "word"


def _camel(item: str, is_word: IsWord, *, tag: bool) -> Iterator[tuple[str, int]]:
    """The parts of a name that capitals part, with their places: of RMSprop RMS and prop, since Sprop is no word."""
    bounds = [match.start() for match in _CAMEL.finditer(item)]
    for place, at in enumerate(bounds[1:], start=1):
        tail = item[at : [*bounds, len(item)][place + 1]]
        if item[bounds[place - 1] : at].isupper() and not is_word(tail.lower()) and tail[1:].islower():
            bounds[place] += len(tail) > 3 and bool(is_word(tail[1:]))
    for at, end in itertools.pairwise([*bounds, len(item)]):
        parts = short_forms.in_words(item[at:end].lower(), is_word) if tag and end - at > 5 else []
        for word in parts or ([item[at:end]] if item[at:end] != "'" else []):
            yield word, at
            at += len(word)


def _is_small_acronym(item: str, before: str, after: str, is_word: IsWord) -> bool:
    """Whether small letters amid Chinese are spelt as capitals would be: 用户 id, es 集群, but not 三个 bug."""
    short = len(item) <= _LONGEST_INITIALS and item.islower() and item.isascii() and item.isalpha()
    if not short or not _is_amid_chinese(before, after):
        return False
    listed = is_word(item.upper()) is True
    return not listed and not _SYLLABLE.fullmatch(item) and item not in tables.SMALL_WORDS


def _is_amid_chinese(before: str, after: str) -> bool:
    """Whether a Chinese character stands on one side and nothing in letters on either."""
    amid = any(chars.is_hanzi(char) or char in _CHINESE_MARKS for char in (before.rstrip()[-1:], after.lstrip()[:1]))
    return amid and not _LATIN_BESIDE.search(before) and not _LATIN_BESIDE_BEHIND.match(after)


def _is_article(item: str, before: str, after: str, shouted: bool) -> bool:
    """Whether an A is the article: *a PR*, *€5-a-month*, *Once Upon A Time*, but not *Plan A is*, *a and b*."""
    if item == "a" and before[-1:] == "-":
        return re.match("-[a-z]{3}", after) is not None and not _OF_A_KIND.search(before)
    if not _NOUN_BEHIND.match(after) or (before[-2:] == "A " and after[:2] == " B"):
        return False
    amid = _WORD_AHEAD.search(before)
    if item == "a" or shouted or amid is None:
        return True
    return after.lstrip()[:1].isupper() and not amid[1].isupper()


def _is_spelt(part: str, is_word: IsWord, shouted: bool) -> bool:
    """Whether a part of a run of letters is spelt: single letters, acronyms, what has no vowel."""
    if len(part) == 1:
        return part not in "aI"
    known = is_word(part.lower())
    if known is None:
        return True
    if not part.isupper():
        return not (known or _SAID.fullmatch(part.lower()) or short_forms.in_words(part.lower(), is_word))
    if part in tables.WORD_ACRONYMS or part in tables.SHORT_WORDS:
        return False
    if shouted and known:
        return False
    if len(part) <= 3 or _TRIPLED.fullmatch(part):
        return True
    if known:
        return False
    if len(part) <= 5 or not _VOWEL.search(part):
        return not _SAYABLE.fullmatch(part)
    return _UNSAYABLE.search(part) is not None and not short_forms.in_words(part.lower(), is_word)


def _words(spoken: SpokenSentence) -> list[tuple[int, str]]:
    """For every character the key of its word and its part of speech.

    Words end where a rewriting begins or ends; telephone numbers and the like are taken in groups of three or four.

    Keys of words with a Chinese character in them are negative, so that they meet no key made from an offset.
    """
    text = spoken.text
    words: list[tuple[int, str]] = []
    for word, pos in tagged(text):
        key = -len(words) - 1 if any(chars.is_hanzi(char) for char in word) else len(words)
        words.extend([(key, pos)] * len(word))
    # The segmenter returns every character; should it ever not, the rest are words of their own.
    words.extend((index, "x") for index in range(len(words), len(text)))
    begin = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and _source(spoken, index) == _source(spoken, begin):
            continue
        rule = spoken.changes[begin][0].rule if spoken.changes[begin] else ""
        if rule in ("phone", "digits") and spoken.langs[begin] == "zh":
            for place in range(begin, index):
                words[place] = (-begin - 1 - _group(place - begin, index - begin), "m")
            begin = index
            continue
        if begin and words[begin][0] == words[begin - 1][0] < 0 and text[begin - 1] != "第":
            alone = begin + 1 == len(text) or words[begin + 1][0] != words[begin][0]
            left = _source(spoken, begin) is None and alone and text[begin] not in WORDS["liang_after"]
            _cut_again(spoken, words, begin, -1 if _source(spoken, begin - 1) is None else int(left))
        begin = _split_at(words, begin, index)
    return words


def _cut_again(spoken: SpokenSentence, words: list[tuple[int, str]], edge: int, step: int) -> None:
    """Cut what stands before ``edge``, or behind it (``step`` 1), once more: of 樊振东4比2 樊振东, of G20峰会 峰会."""
    text, far, back = spoken.text, edge, min(step, 0)
    while step and abs(far - edge) < _AGAIN and 0 <= far + back < len(text):
        if not chars.is_hanzi(text[far + back]) or _source(spoken, far + back) is not None:
            break
        far += step
    while 0 < far < len(text) and far != edge and words[far][0] == words[far - 1][0]:
        far -= step
    place, end = sorted((edge, far))
    for word, pos in tagged(text[place:end]):
        words[place : place + len(word)] = [(_APART - len(text) - place, pos)] * len(word)
        place += len(word)


def _source(spoken: SpokenSentence, index: int) -> object:
    """What a character came from, as far as words must not reach over its edges."""
    changes = spoken.changes[index]
    if not changes or changes[0].rule in ("traditional", "character"):
        return None
    return "digits" if changes[0].rule == "digits" else (spoken.starts[index], spoken.ends[index])


def _split_at(words: list[tuple[int, str]], begin: int, end: int) -> int:
    """Give a word that reaches over ``begin`` keys of its own on either side; answers with ``end``."""
    if begin and words[begin][0] == words[begin - 1][0] < 0:
        key, pos = words[begin]
        for place in range(begin, len(words)):
            if words[place][0] != key:
                break
            words[place] = (_APART - begin, pos)
    return end


def _group(place: int, length: int) -> int:
    """The first place of the group of digits that ``place`` is in: 3-4-4 for eleven, else fours and threes."""
    if length == 11:
        return 0 if place < 3 else 3 if place < 7 else 7
    groups = -(-length // 4)
    # Not all of them are looked at: the place is in one of the two that its share of the length points to.
    near = place * groups // length
    return max(start for start in (round(length * g / groups) for g in (near, near + 1)) if start <= place)


def tagged(text: str) -> list[tuple[str, str]]:
    """The words of ``text`` with their parts of speech, in jieba's tag set."""
    words = [word for part in _cuts().split(text) for word in _cutter().tagged(part)]
    for at in [at for at in range(1, len(words)) if words[at][0] == "子" and len(words[at - 1][0]) > 2]:
        (before, tag), ending = words[at - 1], words[at - 1][0][-1] + "子"
        if _cutter().is_word(ending):  # 靠背椅|子: 椅子 is what is told more of
            words[at - 1], words[at] = (before[:-1], tag), (ending, "n")
    joined: list[tuple[str, str]] = []
    for word, tag in words:
        head = joined.pop() if joined and people.is_one_name(joined[-1], (word, tag)) else None
        joined.append((head[0] + word, people.FOREIGN) if head else (word, tag))
    return joined


@functools.cache
def _cuts() -> re.Pattern[str]:
    """Where the segmenter would make words of what belongs to two."""
    return re.compile("|".join(tables.read("zh/tables.yaml")["cuts"]))


@cached(4096)
def is_guessed(word: str) -> bool:
    """Whether the segmenter has made ``word`` up: characters that it took for one because no dictionary has them."""
    return _cutter().is_guessed(word)


@functools.cache
def _cutter() -> WordCutter:
    from indextts.reading.text.zh.words import WordCutter

    return WordCutter.open()
