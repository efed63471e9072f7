"""From probabilities to the marks on the tokens; what a person has set stays."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence, Set
from typing import Final, get_args

import numpy as np
import numpy.typing as npt

from indextts.model.sources import RULES, USER
from indextts.model.utterance import Intonation, Segment, Token, Utterance
from indextts.reading.prosody import cohesion, figures, fronted, pauses, rules, together
from indextts.reading.prosody.features import OTHER_KIND, Unit, mark_kind
from indextts.reading.prosody.windows import Flat
from indextts.reading.text.en import breath, phrases
from indextts.reading.text.en.tables import STATES
from indextts.reading.text.segment import is_inside_name, one_number, parted_unmarked, sentence_ends, within_name
from indextts.reading.text.tokens import is_guessed
from indextts.reading.text.zh import clauses, people

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Thresholds = tuple[float, ...]
"""Probability from which each level is taken, for the first 7 columns; ``python -m training.prosody`` fits them."""

BREAKS, BOUNDARY, PROMINENCE, INTONATION = slice(0, 3), slice(3, 5), slice(5, 7), slice(7, 11)
GAP, HARMLESS, HARMLESS_EN, OUTPUTS = range(11, 15)
"""Columns of a network's answer: probabilities of at least 1, 2, 3; of at least 1, 2, twice; of each intonation; of a
mark that was left out; that a pause does no harm, in Chinese and in English; and how many there are."""
INTONATIONS: Final[tuple[Intonation, ...]] = tuple(kind for kind in get_args(Intonation) if kind)
FOREIGN: Final = 3
"""English words in a row beside Chinese ones that are phrased with these."""
_LONG_PHRASE: Final = 4  # English words before a comma from which on the pause is long.
_PARTICLES: Final = rules.word_set("en_particles")  # Behind these a clause may end.
_POINTS: Final = "·•・‧"  # What stands between the parts of a foreign name.
_LONGEST_NAME: Final = 10  # Characters between two of them that may be one part of a name.
_STATES: Final = frozenset(STATES.values())
_INNER: Final = "-'’/."  # Marks that stand within words, and end no clause.
_QUOTES: Final = '"“”‘'  # Marks that no pause is made at by themselves.
_WEEKS: Final = "上下本这每"  # Words that are one with 周三 behind them.
_ABOUT: Final = "约近超逾达仅共每第报"  # Words that lean on a number.
_NO_PLACE: Final = frozenset(("v", "f", "d", "p", "ul"))
"""Parts of speech that 上 and 下 say no place of: 水开后上锅, 出现上腹部疼痛."""
_SUFFIXES: Final = "率额性版装端内里地的"  # Words of one syllable that are one with the word before them.
_WITHIN_NUMBER: Final = "点比之"  # Words inside numbers that nothing parts from the figures behind them.
_GREAT: Final = "百千万亿"  # Behind these a long number has a word's end.
_NAMING: Final = ("n", "t", "m")
"""First letters of the parts of speech of words that are one; what jieba has as verbs and phrases may be several."""
_TOLD: Final = "日号点"  # What figures of days and hours stand with.
_SHORT_NUMBER: Final = 4  # Syllables of a number that is one word.
_LEANING: Final = "距离在从向对往把被给以为至由经沿朝凭按与于据"  # Words that nothing parts from their noun.
_SURE: Final = 0.6
_LIKELY: Final = 0.4
_NOT_DENIED: Final = 0.02  # How probable it must be that a mark was left out; less where a phrase may end there too.
_CERTAIN, _FAIR = 0.9, 0.75  # for a pause whatever its harm; how harmless one must be that grammar finds likely
_OPENED: Final = 0.72  # How harmless a pause must be before a quotation.
_SHORT: Final = (8, 11)
"""Syllables between two marks among which none was left out, and a word that governs the next keeps it."""
_SHARED: Final = 0.6
_HALF: Final = 0.3  # How probable it must be of two words beside each other together, and behind the likelier one.
_SURE_EN: Final = 0.4
_DENIED_EN: Final = 0.65
"""The same in English; more where grammar says that no phrase ends there: *if the wind picks up, crews …*."""
_FAIR_GAP: Final = 1.4
"""How good a gap between English words is (see :mod:`indextts.reading.text.en.phrases`) that speaks neither for a pause
nor against one. Fitted with the development sentences."""


def is_chinese(units: Sequence[Unit]) -> Bools:
    """Which units are phrased as Chinese: characters, and short runs of English that touch them."""
    out = np.zeros(len(units), bool)
    run: list[int] = []
    touches = False
    for place, unit in enumerate(units):
        if unit.kind == "punctuation":
            continue
        if unit.kind != "hanzi" and unit.lang == "en":
            run.append(place)
            continue
        _take(out, run, units)
        run, touches = [], True
        out[place] = True
    if touches:
        _take(out, run, units)
    return out


def _take(out: Bools, run: Sequence[int], units: Sequence[Unit]) -> None:
    if run and len({units[place].word for place in run}) <= FOREIGN:
        out[list(run)] = True


def decide(utterance: Utterance, flat: Flat, answers: Floats, thresholds: Thresholds, source: str) -> None:
    """Set breaks, prominence and intonation of ``utterance`` from ``answers`` ``[N, OUTPUTS]`` for ``flat.units``.

    English boundaries become breaks: a boundary of 1 is a phrase (2), of 2 an intonational phrase (3); elsewhere a word
    ends with 1 unless it leans on the next one. The end of a segment is at least 3, of a sentence 4.
    """
    rules.forget(utterance)
    chinese = is_chinese(flat.units)
    answers = _by_phrases(answers, flat)
    short = _short(flat.tokens, _SHORT[1])
    answers[:, 1:3] = cohesion.corrected(flat, answers[:, 1:3], answers[:, GAP], thresholds[BREAKS][1], short)
    for place, (unit, token) in enumerate(zip(flat.units, flat.tokens, strict=True)):
        if unit.kind == "punctuation":
            continue
        following = flat.units[place + 1] if place + 1 < len(flat.units) else None
        level, sure = _break(unit, following, answers[place], thresholds, bool(chinese[place]))
        if token.break_source != USER:
            token.break_after, token.break_source, token.break_probability = level, source, sure
        if unit.lang == "en" and unit.kind != "hanzi" and token.prominence_source != USER:
            level, sure = _level(answers[place, PROMINENCE], thresholds[PROMINENCE], nested=True)
            token.prominence, token.prominence_source, token.prominence_probability = level, source, sure
    said = {id(token): answer for token, answer in zip(flat.tokens, answers, strict=True)}
    foreign = {id(token) for token, here in zip(flat.tokens, chinese, strict=True) if here}
    closings = list(sentence_ends(utterance))
    asked: set[int] = set()
    never: set[int] = set()
    for segment, begins in zip(utterance.segments, [True, *closings], strict=False):
        _mend_words(segment, source)
        certain, doubtful, held, front = _hold(segment, source, said, begins=begins)
        asked |= {id(token) for place, token in enumerate(segment.tokens) if place in certain - doubtful}
        never |= {id(token) for place, token in enumerate(segment.tokens) if place in held}
        _phrase_english(segment, source, said, certain, held, front, foreign, thresholds[BOUNDARY])
    free = {at for at, token in enumerate(flat.tokens) if id(token) not in never and token.break_source == source}
    pauses.settle(flat, answers[:, HARMLESS], answers[:, GAP], {at: id(flat.tokens[at]) in asked for at in free})
    figures.part(utterance)
    rules.set_intonation(utterance)
    places = {id(token): place for place, token in enumerate(flat.tokens)}
    for segment, closed in zip(utterance.segments, closings, strict=True):
        last = next((token for token in reversed(segment.tokens) if token.kind != "punctuation"), None)
        if last is None:
            continue
        least = 4 if closed else 3
        if last.break_source != USER and last.break_after < least:
            last.break_after, last.break_probability = least, None
            last.break_source = RULES if last is segment.tokens[-1] else rules.PUNCTUATION
        # Where no mark says how a sentence ends, the network does; within a sentence it is a continuation.
        if closed and segment.intonation_source == RULES and id(last) in places:
            answer = answers[places[id(last)], INTONATION][:-1]
            answer = answer / max(float(answer.sum()), 1e-6)
            best = int(answer.argmax())
            segment.intonation, segment.intonation_source = INTONATIONS[best], source
            segment.intonation_probability = round(float(answer[best]), 4)
    utterance.stage = "prosody"


def _mend_words(segment: Segment, source: str) -> None:
    """A word has no pause inside: where the network wants one, a word that the segmenter only guessed is two. One of
    the dictionary may have parts that are words too: 会议|纪要.
    """
    added = 0
    for _, run in itertools.groupby(segment.tokens, lambda token: (token.word, token.kind)):
        tokens = list(run)
        word = "".join(token.text for token in tokens)
        for end, token in enumerate(tokens, start=1):
            token.word += added
            if token is tokens[-1] or not token.break_after or token.break_source != source:
                continue
            three = not all(map(is_guessed, (word[:3], word[1:]))) and any(map(is_guessed, (word[:2], word[2:])))
            edge = not is_guessed(word) and ((len(word) == 4 and three) or 1 in (end, len(word) - end))  # 不怎么样
            if token.kind == "hanzi" and token.break_after == 1 and token.pos[:1] not in _NAMING and not edge:
                continue
            if token.kind != "hanzi" or token.pos == people.FOREIGN or not is_guessed(word):
                whole = [part for part in (word[:end], word[end:]) if len(part) > 1 and not is_guessed(part)]
                short = token.pos == people.FOREIGN or (token.pos == "m" and len(word.rstrip("年")) <= _SHORT_NUMBER)
                token.break_after = int(token.kind == "hanzi" and len(whole) == 2 and not short)
            elif token.break_after > 1:
                added += 1


def _hold(
    segment: Segment, source: str, said: Mapping[int, Floats], *, begins: bool
) -> tuple[set[int], set[int], set[int], int]:
    """What grammar knows better than the network, which finds a phrase's end and a mark that was left out as probable
    as ``said`` tells; ``begins`` says that a sentence begins with the segment.

    No pause at the point of a foreign name, after a word that leans on its noun, or between a short subject and its
    verb; a long one at the dashes and commas of English clauses.
    """
    words, number = 0, -1
    tokens = segment.tokens
    parted = parted_unmarked(tokens)
    rows = [said.get(id(token)) for token in tokens]
    second, gaps, harmless = ([0.0 if row is None else float(row[at]) for row in rows] for at in (1, GAP, HARMLESS))
    likely = {place for place, least in clauses.likely(tokens).items() if second[place] >= least} - parted
    (held, ended), again = together.bounds(tokens), rules.again(tokens)
    compounds = together.compounds(tokens) | clauses.governed(tokens, most=3)
    front = fronted.find(tokens, gaps, held | compounds) if begins else None
    if front is not None:
        parted = parted.difference(front.stretch) | {front.end}
        held |= front.beside
    left_out = _left_out(
        tokens, sorted(clauses.inner(tokens) - held - compounds - _short(tokens, _SHORT[0])), second, gaps
    )
    surely = pauses.surely(tokens, gaps, harmless) - compounds - again
    kept = held | compounds
    late = {end: place for end, place in clauses.late(tokens, gaps, harmless).items() if place not in kept}
    held, surely = held | {*late}, surely | {*late.values()}
    held = (held | compounds | again) - {at for at in surely if tokens[at].lang == "en" and gaps[at] >= _LIKELY}
    asked = (
        parted
        | surely
        | together.apart(tokens)
        | pauses.short_forms(tokens)
        | {at for at in likely if harmless[at] >= _FAIR}
    )
    doubtful = {at for at in (left_out | likely) - asked if gaps[at] < _CERTAIN}
    parted = (asked | left_out | likely) - held
    told = [token.text for token in tokens]
    hyphens = {at for at, text in enumerate(told) if text == "-" and {*told[at - 1 : at + 2 : 2]} <= people.sounds()}
    points = [place for place, token in enumerate(tokens) if token.text in _POINTS or place in hyphens]
    named = {place for a, b in itertools.pairwise(points) if b - a <= _LONGEST_NAME for place in range(a + 1, b)}
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        english = token.lang == "en" and token.kind == "word" and token.break_source == source
        if english and following.kind == "punctuation":
            token.break_after = _at_mark(tokens, place + 1, words + 1)
        if token.kind == "punctuation":
            words = words if token.text in _INNER else 0
            continue
        words, number = words + (token.word != number), token.word
        if token.break_source != source:
            continue
        if place in parted:
            token.break_after, words = max(token.break_after, 2), 0
            continue
        if place in ended:
            token.break_after = max(token.break_after, 1)
        leans = token.text in _LEANING and token.pos == "p" and following.kind != "punctuation"
        opened = token.text in _LEANING + "到" or 0.0 < harmless[place] < _OPENED
        leans |= following.text in ("《", "“", "‘", "「") and opened
        if following.text == "》" and tokens[place + 2 : place + 3] and tokens[place + 2].text == "第":
            token.break_after = min(token.break_after, 2)  # 《论语》第二章: a book and its part
        if place in named or place + 1 in points or leans or place in held or _is_one(tokens, place):
            token.break_after = min(token.break_after, 1)
        if place in again or _is_in_number(tokens, place):
            token.break_after = 0
    return parted, doubtful, held, front.end if front is not None else -1


def _phrase_english(
    segment: Segment, source: str, said: Mapping[int, Floats], certain: Set[int], held: Set[int], front: int,
    foreign: Set[int], least: Sequence[float],
) -> None:  # fmt: skip
    """The pauses between English words that no mark parts; those behind the tokens ``certain`` stay."""
    tokens = segment.tokens
    for spoken, run in itertools.groupby(range(len(tokens)), lambda at: _is_phrased(tokens[at], foreign)):
        if not spoken:
            continue
        places, words = phrases.in_words(tokens, [at for at in run if tokens[at].kind != "punctuation"])
        ends = [word[-1] for word in places]
        pairwise = [(end, word[0]) for end, word in zip(ends, places[1:], strict=False)]
        rows = [said.get(id(tokens[at])) for at in ends]
        chances = [(0.0, 0.0) if row is None else (float(row[BOUNDARY][0]), float(row[BOUNDARY][1])) for row in rows]
        bar = {at for at, place in enumerate(pairwise) if ends[at] in held or _is_inside(tokens, *place)}
        tags = [tokens[word[0]].pos for word in places]
        alone = phrases.gaps(words, tags)
        good = breath.corrected(words, tags, alone)
        fit = (at for at in range(len(ends)) if good[at] >= 0.0 and (alone[at] > 0.1 or words[at] in _PARTICLES))
        sure = {at for at in fit if ends[at] in certain}
        fronts = (at for at, end in enumerate(ends) if end == front and good[at] >= breath.NEVER)
        main = {at for at in fronts if tags[at + 1 : at + 2] != ["c"]}
        stretch = breath.Unmarked(good, chances, sure | main, bar, [phrases.syllables(word) for word in words])
        found = breath.pauses(stretch, (least[0], least[1]))
        harmless = [0.0 if row is None else float(row[HARMLESS_EN]) for row in rows]
        harmful = pauses.harmful(found, harmless, good, sure) - main
        for at, (end, begin) in enumerate(pairwise):
            if tokens[end].break_source == source and not _has_inner(tokens, end, begin):
                level = found.get(at, min(tokens[end].break_after, 1))
                tokens[end].break_after, tokens[end].phrase_end = (1, True) if at in harmful else (level, False)


def _is_inside(tokens: Sequence[Token], end: int, begin: int) -> bool:
    """Whether a word that goes to ``end`` and the one that begins at ``begin`` are one name or number."""
    pair = tokens[end], tokens[end + 1]
    return _has_inner(tokens, end, begin) or within_name(*pair) or one_number(*pair)


def _has_inner(tokens: Sequence[Token], end: int, begin: int) -> bool:
    return any(token.text in _INNER for token in tokens[end + 1 : begin])


def _is_phrased(token: Token, foreign: Set[int]) -> bool:
    inner = token.kind == "punctuation" and token.text in _INNER + _QUOTES
    return inner or (token.lang == "en" and token.kind in ("word", "letter") and id(token) not in foreign)


def _left_out(
    tokens: Sequence[Token], places: Sequence[int], second: Sequence[float], gaps: Sequence[float]
) -> set[int]:
    """Those of ``places`` behind which a mark was left out."""
    chances = {place: gaps[place] for place in places if tokens[place : place + 2][-1].text not in _POINTS}
    chances = {at: gap for at, gap in chances.items() if tokens[at].pos != "p" or tokens[at].text not in _LEANING}
    found = {place for place in chances if _is_left_out(tokens[place : place + 2], second[place], gaps[place])}
    for place, chance in chances.items():
        if chance < _HALF or tokens[place].lang != "zh":
            continue
        # Where the network cannot tell which of two gaps beside each other it is, the likelier one has it.
        beside = [each for each in _words_beside(tokens, place) if each in chances]
        likeliest = chance >= max((chances[each] for each in beside), default=1.0)
        if likeliest and found.isdisjoint(beside) and chance + sum(chances[each] for each in beside) >= _SHARED:
            found.add(place)
    return found


def _short(tokens: Sequence[Token], most: int) -> set[int]:
    """The Chinese tokens of stretches between two marks of ``most`` at most."""
    runs = itertools.groupby(range(len(tokens)), lambda at: mark_kind(tokens[at]) in (0, OTHER_KIND))
    stretches = [list(run) for spoken, run in runs if spoken]
    return {at for run in stretches if len(run) <= most and tokens[run[0]].lang == "zh" for at in run}


def _words_beside(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """The last tokens of the word before and of the one behind the word that ends at ``place``."""
    begin, end = place, place + 1
    while begin and tokens[begin - 1].word == tokens[place].word:
        begin -= 1
    while end + 1 < len(tokens) and tokens[end + 1].word == tokens[end].word:
        end += 1
    return begin - 1, end


def _is_left_out(pair: Sequence[Token], second: float, gap: float) -> bool:
    """Whether a mark was left out between two tokens, whose gap is that probable and a phrase's end ``second``."""
    if pair[0].lang == pair[-1].lang == "en":
        return gap >= (_SURE_EN if second > 0.0 else _DENIED_EN)
    return gap >= _SURE or (gap >= _LIKELY and second >= _NOT_DENIED)


def _at_mark(tokens: Sequence[Token], mark: int, words: int) -> int:
    """The break before a mark behind an English word, at the level that it has: long at a dash that stands apart and
    at a comma after some words or between clauses, not long between a town and its state.
    """
    level = tokens[mark - 1].break_after
    if mark + 1 == len(tokens):
        return level
    sign, after = tokens[mark], tokens[mark + 1]
    if sign.text == "—" or (sign.text in "–-" and tokens[mark - 1].end < sign.start and sign.end < after.start):
        return max(level, 3)
    if sign.text != ",":
        return level
    if after.text in _STATES or after.text + "".join(token.text for token in tokens[mark + 2 : mark + 3]) == "DC":
        return min(level, 2)
    if after.lang != "en":
        return level
    return 3 if words >= _LONG_PHRASE or (words > 1 and _parts_clauses(tokens, mark)) else max(level, 2)


def _parts_clauses(tokens: Sequence[Token], mark: int) -> bool:
    """Whether a verb stands before ``mark`` and a clause begins behind it: *It was cold, it was dark, and we left.*"""
    said = itertools.takewhile(
        lambda token: token.kind != "punctuation" or token.text in _INNER, reversed(tokens[:mark])
    )
    behind = tokens[mark + 1 : mark + 3]
    head = behind[1] if behind[0].pos == "c" and len(behind) > 1 else behind[0]
    return head.pos in ("rs", "v") and any(token.pos in ("v", "vx") for token in said)


def _is_one(tokens: Sequence[Token], place: int) -> bool:
    """Whether the tokens at ``place`` and behind it are of one number, as 约 and 三, or 下 and 周三."""
    token, following = tokens[place : place + 2]
    written = (token.start, token.end) == (following.start, following.end)
    number = following.text in rules.word_set("numerals") and token.text not in _WITHIN_NUMBER
    figure = number and not (token.changes and token.changes[0].rule == "unit")
    said = following.kind != "punctuation" and token.lang == following.lang == "zh"
    if written and token.changes and said and not figure:
        return True
    behind = tokens[place + 2 : place + 3]
    alone_behind = not (behind and behind[0].word == following.word) or token.changes
    if following.kind == "hanzi" and following.text in _SUFFIXES and alone_behind:
        return True
    alone = not (place and tokens[place - 1].word == token.word)
    if alone and following.kind == "hanzi":
        no_place = place and tokens[place - 1].pos in _NO_PLACE
        if (token.text in "上下" and no_place) or (token.text in _ABOUT and following.changes):
            return True
    if token.lang == "zh" and token.pos[:1] == "n" and following.pos == "f" and behind and behind[0].text in "面边头侧":
        return True  # 袋子里面
    week = following.text == "周" and behind and behind[0].text in "一二三四五六日天末"
    return bool(week) and alone and token.text in _WEEKS


def _is_in_number(tokens: Sequence[Token], place: int) -> bool:
    """Whether a written number goes on behind ``place``, and no hundreds, thousands … with a longer rest end there."""
    token, following = tokens[place : place + 2]
    written = token.changes and token.kind == "hanzi" and (token.start, token.end) == (following.start, following.end)
    if following.kind == "punctuation" or (following.changes and not token.changes):
        return False  # 165/130 斤; 周四 18:00
    figures = rules.word_set("numerals") | {*_WITHIN_NUMBER}
    if not written:
        told = (token.text in figures and following.text in _TOLD) or token.text + following.text == "点半"
        return told or ("十" in (token.text, following.text) and {token.text, following.text} <= figures)
    rest = [each for each in tokens[place + 1 : place + 3] if each.text in figures and each.start == token.start]
    return token.text in figures and bool(rest) and (token.text not in _GREAT or len(rest) < 2)


def _by_phrases(answers: Floats, flat: Flat) -> Floats:
    """The answers with what grammar says of pauses between English words: none in a phrase, more in better places."""
    out = answers.copy()
    for place, gap in enumerate(phrases.after(flat.units)):
        if _is_held(flat, place, gap):
            out[place, BOUNDARY] = out[place, BREAKS][1:] = 0.0
        elif gap is not None:
            odds = math.exp(gap - _FAIR_GAP) * out[place, BOUNDARY] / np.maximum(1.0 - out[place, BOUNDARY], 1e-6)
            out[place, BOUNDARY] = odds / (1.0 + odds)
    return out


def _is_held(flat: Flat, place: int, gap: float | None) -> bool:
    """Whether no pause can stand behind ``place``: inside a phrase, a number, a compound, a name with a point."""
    if gap is not None:
        pair = flat.tokens[place], flat.tokens[place + 1]
        return gap <= phrases.TOGETHER or within_name(*pair) or one_number(*pair)
    return flat.units[place].kind != "punctuation" and is_inside_name(flat.tokens, place + 1)


def _level(answer: Floats, thresholds: Sequence[float], *, nested: bool = False) -> tuple[int, float]:
    """The highest level that reaches its threshold (``nested``: and all below it), and how probable that level is."""
    level = 0
    for place, threshold in enumerate(thresholds, start=1):
        if answer[place - 1] >= threshold:
            level = place
        elif nested:
            break
    # Levels are learned one by one: a higher one may come out more probable than a lower one.
    falling = np.minimum.accumulate(np.concatenate([[1.0], answer, [0.0]]))
    return level, round(float(falling[level] - falling[level + 1]), 4)


def _break(
    unit: Unit, following: Unit | None, answer: Floats, thresholds: Thresholds, chinese: bool
) -> tuple[int, float]:
    inside = following is not None and following.word == unit.word
    if chinese:
        level, sure = _level(answer[BREAKS], thresholds[BREAKS])
        return (level, sure) if unit.kind == "hanzi" or not inside else (0, sure)
    level, sure = _level(answer[BOUNDARY], thresholds[BOUNDARY])
    if inside:
        return 0, sure
    if level:
        return level + 1, sure
    return int(unit.text.lower() not in rules.word_set("en_proclitics")), sure
