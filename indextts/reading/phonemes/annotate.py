"""How each token of an utterance is read, and the symbols that the voice says for it: at first, and after edits.

One place of edits for page, API and command line. What a person has not touched stays as the plan has it, even if this
version would read it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.sources import CAST, KEPT_SOURCES, MODEL, RULES, SANDHI, USER
from indextts.model.utterance import Change, Phone, Segment, Token, Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.reading.phonemes.en import arpabet, heteronyms, names, pronunciation
from indextts.reading.phonemes.en.arpabet import WrittenPhone
from indextts.reading.phonemes.symbols import BREAKS, syllable_to_symbols
from indextts.reading.phonemes.zh import mandarin, polyphones, register, sandhi
from indextts.reading.phonemes.zh.particles import DEED, OTHER, CharReading
from indextts.reading.text.zh import traditional

NO_READING: Final = "no-reading"
"""``Change.rule`` of a character that no dictionary has and that is left out."""

_EXPLAINED: Final = re.compile(
    r"[\u4e00-\u9fff]{0,3}(?P<sign>[\u4e00-\u9fff])[\u4e00-\u9fff]{0,3}?[”’」』》]?[里中]?的[“‘「『]?(?P=sign)"
    r"(?=[”’」』字]|$|[，。！？；、])"
)
"""A character that a word tells: “银行”的“行”."""
_SAID_OF_LABELS: Final = re.compile("代表|表示|对应|意味|即为|则[为是表]|退出|返回|开头|结尾")
_DOTTED: Final = ("version", "ip")  # The rules of figures with points between them.
_QUOTES: Final = dict(zip('“‘「『《〈"', '”’」』》〉"', strict=True))
_AFTER_DEED: Final = ("了", "过", "着", "掉", "完", "一下", "一遍", "一次")
_BEFORE_DEED: Final = "没别再先去来要会能想帮"  # Between these a word in small letters is a deed: 先 commit 一下.
_PINYIN: Final = re.compile(r"[a-zêü:]+[1-5](?: [a-zêü:]+[1-5])*")


def annotate(utterance: Utterance, beat: Beat = no_beat) -> None:
    """Set readings, their sources, probabilities and alternatives, and phones, of all tokens.

    Readings whose source is ``user`` are kept, and refused with :class:`StudioError` ``unknown_symbol`` if the
    voice cannot say them. Breaks must have been set before. A character without any known reading is left out and
    says so in its changes; if nothing else is left of the text: ``text_unspeakable``. ``beat`` is called each segment.
    """
    register.decide(utterance.segments, utterance.settings.register)
    for segment in utterance.segments:
        segment.readings_source = RULES if utterance.settings.commercial else MODEL
        _read_english(segment, utterance.text)
        if any(token.kind == "hanzi" for token in segment.tokens):
            read = _readings(segment)
            for run in hanzi_runs(segment.tokens):
                _read_mandarin(run, [read[id(token)] for token in run], segment)
        refresh(segment)
        beat()
    if utterance.segments and not any(token.phones for segment in utterance.segments for token in segment.tokens):
        raise StudioError("text_unspeakable")
    utterance.stage = "phonemes"


def refresh(segment: Segment) -> None:
    """Make ``phones`` anew from readings and breaks alone, after either has been edited.

    Raises :class:`StudioError` ``unknown_symbol`` for a reading that the voice cannot say.
    """
    for token, sounds, pause in list(_written(segment)):  # all at once: a reading that cannot be said changes nothing
        # A symbol that stays keeps what was predicted or set for it: an edit changes that and nothing else.
        old = dict(enumerate(token.phones))
        token.phones = [
            old[place] if place in old and _shown(old[place]) == written else Phone(written.symbol, shape=written.shape)
            for place, written in enumerate(sounds + pause)
        ]


def _written(segment: Segment) -> Iterator[tuple[Token, list[WrittenPhone], list[WrittenPhone]]]:
    """What each token's reading and break ask for: its sounds, and the break after them, none after the last one."""
    spoken = [token for token in segment.tokens if token.kind != "punctuation" and token.reading]
    for token in segment.tokens:
        if token.kind == "punctuation" or not token.reading:
            yield token, [], []
        else:
            pause = WrittenPhone(BREAKS[min(max(token.break_after, 0), 3)], "")
            yield token, symbols_of(token), [] if token is spoken[-1] else [pause]


def _shown(phone: Phone) -> WrittenPhone:
    return WrittenPhone(phone.symbol, phone.shape)


def symbols_of(token: Token) -> list[WrittenPhone]:
    """The voice's symbols for a token's reading, pinyin or ARPAbet, without the break after it."""
    try:
        if not _PINYIN.fullmatch(token.reading):
            return list(arpabet.to_symbols(token.reading))
        parts = token.reading.split()  # kiu is the letter Q, no syllable
        pairs = [("k", f"iou{part[-1]}") if part[:-1] == "kiu" else syllable_to_symbols(part) for part in parts]
    except StudioError as error:
        raise StudioError("unknown_symbol", text=token.text, reading=token.reading) from error
    symbols = [symbol for pair in pairs for symbol in (*pair, BREAKS[0])]
    return [WrittenPhone(symbol, "") for symbol in symbols[:-1]]


def _read_english(segment: Segment, text: str) -> None:
    """Readings of words and letters; letters amid Chinese as Mandarin speakers name them. ``text`` is as written."""
    has_hanzi = any(token.lang == "zh" and token.kind == "hanzi" for token in segment.tokens)
    names.split_possessives(segment.tokens)
    words = [token.text for token in segment.tokens]
    in_pinyin = names.found(segment.tokens, learned=is_learned(segment))
    for index, token in enumerate(segment.tokens):
        if token.reading_source == names.SOURCE and token.reading and index not in in_pinyin:
            continue
        if token.kind not in ("word", "letter"):
            continue
        if token.reading_source in KEPT_SOURCES:
            token.alternatives = _other_words(token, pronunciation.pronounce(token.text)[0])
            continue
        letter = token.text.upper()
        accented = pronunciation.accented(text[token.start : token.end], token.text)
        if accented is not None:
            token.reading, token.reading_source, token.alternatives = accented, "dictionary", []
        elif token.kind == "letter" and letter in pronunciation.LETTERS:
            chinese = has_hanzi and not _amid_english(segment.tokens, index)
            named = arpabet.LETTER_PINYIN[letter]
            token.reading = named if chinese else pronunciation.LETTERS[letter]
            token.reading_source = "spelling"
            token.alternatives = [pronunciation.LETTERS[letter] if chinese else named]
        else:
            token.reading, token.reading_source = pronunciation.pronounce(token.text)
            following = segment.tokens[index + 1] if index + 1 < len(words) else None
            together = following is not None and following.text.istitle() and following.start == token.end
            called = words[: index + 1] + ["()"] * (text[token.end : token.end + 2] == "()") + words[index + 1 :]
            by_context = heteronyms.pronounce(called, index, heads_name=together) if token.kind == "word" else None
            if by_context is not None:
                token.reading, token.reading_source = by_context, "rule"
            plain = token.reading
            part = (
                index > 0 and segment.tokens[index - 1].end == token.start and words[index - 1].islower()
            )  # pod|xiaodao
            amid = has_hanzi and (part or not _amid_english(segment.tokens, index))
            pinyin = in_pinyin.get(index, "")
            if amid and not pinyin:
                beside = "".join(words[max(0, index - 5) : index]), "".join(words[index + 1 : index + 5])
                pinyin = names.in_chinese(token.text, *beside, guessed=token.reading_source == "model")
            if pinyin:
                token.reading, token.reading_source = pinyin, names.SOURCE
            token.alternatives = _other_words(token, plain)


def _other_words(token: Token, plain: str) -> list[str]:
    """How else an English word may be read, first as it is by itself."""
    others = [plain, *heteronyms.alternatives(token.text), *pronunciation.alternatives(token.text)]
    return [other for other in dict.fromkeys(others) if other and other != token.reading]


def _amid_english(tokens: Sequence[Token], index: int) -> bool:
    """Whether the letters around a letter have an English word beside them, and nothing Chinese up to a mark."""
    beside = (
        next((token for token in side if token.kind != "letter"), None)
        for side in (reversed(tokens[:index]), tokens[index + 1 :])
    )
    kinds = {token.kind for token in beside if token is not None}
    return "word" in kinds and "hanzi" not in kinds


def hanzi_runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """Stretches of Chinese characters that no mark and no other word parts."""
    run: list[Token] = []
    for token in tokens:
        if token.kind == "hanzi" and len(token.text) == 1:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def stretches(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches of Chinese whose characters are read by one another: no mark that parts clauses stands in them.

    What stands between Chinese characters otherwise, words in letters and what is quoted, is one noun or verb there
    (:data:`OTHER`, :data:`DEED`), as its place says; quoted Chinese is a stretch of its own.
    """
    outer: list[tuple[str, list[Token]]] = []
    run: list[Token] = []
    for index, token in enumerate(tokens):
        if token.kind == "hanzi" and len(token.text) == 1:
            run.append(token)
        elif token.kind != "punctuation":
            _stand_in(run, tokens, index)
        elif outer and token.text == _QUOTES.get(outer[-1][0]):
            yield run
            run = outer.pop()[1]
            _stand_in(run, tokens, index)
        elif token.text in _QUOTES:
            outer.append((token.text, run))
            run = []
        elif not _is_within_latin(tokens, index):
            yield from (*(one for _, one in outer), run)
            outer, run = [], []
    yield from (*(one for _, one in outer), run)


def _is_within_latin(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark stands inside a name in letters: Node.js, CI/CD."""
    around = tokens[max(0, index - 1) : index + 2]
    return len(around) == 3 and all(token.kind in ("word", "letter") for token in (around[0], around[2]))


def _stand_in(run: list[Token], tokens: Sequence[Token], index: int) -> None:
    """Put one word for ``tokens[index]`` behind ``run``, unless one stands there."""
    if run and run[-1].text in (OTHER, DEED):
        return
    following = "".join(token.text for token in tokens[index + 1 : index + 3] if token.kind == "hanzi")
    before = run[-1].text if run else ""
    small = tokens[index].kind == "word" and tokens[index].text.islower()
    deed = small and (following.startswith(_AFTER_DEED) or before in tuple(_BEFORE_DEED) or tokens[index].pos == "v")
    run.append(Token(DEED if deed else OTHER, "word", "zh", 0, 0, word=-1 - index, pos="v" if deed else "n"))


def _readings(segment: Segment) -> dict[int, CharReading]:
    """What dictionaries, rules and the model make of each Chinese character of ``segment``, by the token's ``id``."""
    found: dict[int, CharReading] = {}
    classical = segment.register == register.CLASSICAL
    for run in stretches(segment.tokens):
        if any(token.text not in (OTHER, DEED) for token in run):
            read = mandarin.readings(*words_of(run), classical=classical, learned=is_learned(segment))
            found.update((id(one), _named(one) or _written_so(one, said)) for one, said in zip(run, read, strict=True))
    signs = "".join(token.text if len(token.text) == 1 else " " for token in segment.tokens)
    for told in _EXPLAINED.finditer(signs):
        said, at = found.get(id(segment.tokens[told.start("sign")])), id(segment.tokens[told.end() - 1])
        if said is not None and said.pinyin[-1:] != "5" and found[at].source != CAST:
            found[at] = CharReading(said.pinyin, "rule", sure=True, probability=mandarin.SETTLED)
    return found


def _named(token: Token) -> CharReading | None:
    """What the name of somebody known says of a character: the tones around it may still change that."""
    if token.reading_source != CAST or not token.reading:
        return None
    return CharReading(token.reading, CAST, sure=True, probability=mandarin.SETTLED)


def _written_so(token: Token, reading: CharReading) -> CharReading:
    """``reading``, or what the traditional character that stands in the text is read as in each word: 乾, not 幹."""
    change = token.changes[0] if token.kind == "hanzi" and token.changes else None
    said = traditional.written().get(change.was) if change and change.rule == traditional.RULE else None
    if said is None or reading.pinyin in (said, f"{said[:-1]}5"):
        return reading
    return CharReading(said, "rule", sure=True, probability=mandarin.SETTLED)


def words_of(run: Sequence[Token]) -> tuple[str, list[polyphones.SegmentedWord]]:
    text = "".join(token.text for token in run)
    starts = [0, *(index + 1 for index, (a, b) in enumerate(pairwise(run)) if a.word != b.word), len(run)]
    return text, [polyphones.SegmentedWord(start, text[start:end], run[start].pos) for start, end in pairwise(starts)]


def is_learned(segment: Segment) -> bool:
    """Whether the model of polyphones and third tones has a say in how ``segment`` is read."""
    return segment.readings_source != RULES


def _mark_labels(syllables: Sequence[sandhi.Syllable], run: Sequence[Token], segment: Segment) -> None:
    """Mark the figures of ``run`` that name something: Q1, A4; 1 代表打开."""
    syllables[0].labelled = _is_label(run[0], segment)
    text = "".join(token.text for token in run)
    for index, token in enumerate(run):
        named = bool(token.changes) and token.changes[0].rule == "model" and token.changes[0].was[-2:] == "-1"
        told = named or (token.changes and token.changes[0].was == "1" and _SAID_OF_LABELS.match(text, index + 1))
        dotted = any(change.rule in _DOTTED for one in run[index : index + 2] for change in one.changes)
        syllables[index].labelled |= bool(told) or dotted


def _is_label(first: Token, segment: Segment) -> bool:
    """Whether a figure stands right behind a letter."""
    written = first.changes[0].was if first.changes else ""
    before = next((a for a, b in pairwise(segment.tokens) if b is first), None)
    if before is None or before.kind == "punctuation":
        return False
    together = before.kind == "letter" and before.changes == first.changes != []  # A1:D20
    return together or (written.lstrip("-").isdecimal() and before.end == first.start)


def _read_mandarin(run: list[Token], read: Sequence[CharReading], segment: Segment) -> None:
    learned = is_learned(segment)
    syllables = [
        sandhi.Syllable(
            token.text,
            token.reading if token.reading_source in KEPT_SOURCES else reading.pinyin,
            token.word,
            token.pos,
            token.break_after,
            fixed=token.reading_source in KEPT_SOURCES,
        )
        for token, reading in zip(run, read, strict=True)
    ]
    _mark_labels(syllables, run, segment)
    sandhi.apply(syllables, learned=learned)
    for token, reading, syllable in zip(run, read, syllables, strict=True):
        token.changes = [change for change in token.changes if change.rule != NO_READING]
        kept = token.reading_source in KEPT_SOURCES and token.reading
        if not kept:
            token.reading = syllable.reading
            token.reading_source = SANDHI if syllable.changed else reading.source
        token.reading_probability = round(reading.probability, 4) if token.reading and not kept else None
        others = dict.fromkeys([reading.pinyin, *mandarin.alternatives(token.text)])
        token.alternatives = [other for other in others if other and other != token.reading]
        if not token.reading:
            token.changes.append(Change(token.text, "", NO_READING))


def revise(segment: Segment) -> bool:
    """Bring ``segment`` in line with what was edited in it, and tell whether anything was.

    A reading or a break that its phones do not show yet has been edited: it becomes the person's own (source
    ``user``), and the tones of 一, 不 and third tones in the same stretch of characters are decided again around it.
    Readings that a person has chosen stay. Raises :class:`StudioError` ``unknown_symbol`` for what cannot be said.
    """
    edited = {id(token) for token in _edited(segment)}
    if not edited:
        return False
    read = _readings(segment)
    for run in hanzi_runs(segment.tokens):
        if any(id(token) in edited for token in run):
            _decide_tones(run, [read[id(token)] for token in run], segment)
    refresh(segment)
    return True


def _edited(segment: Segment) -> Iterator[Token]:
    """Tokens whose phones are not those of their reading and break; marks what a person must have set there."""
    for token, written, pause in _written(segment):
        shown = [_shown(phone) for phone in token.phones]
        if shown == written + pause:
            continue
        yield token
        last = [phone for phone in shown[-1:] if phone.symbol in BREAKS]
        sounds = shown[: len(shown) - len(last)]
        # Without any phones nothing was decided here yet; without any sounds nothing is to be.
        former = any(arpabet.is_former(phone.shape) for phone in shown)
        if shown and written and sounds != written and token.reading_source not in KEPT_SOURCES and not former:
            token.reading_source, token.reading_probability = USER, None
        if written and last and pause and last != pause and not former:
            token.break_source, token.break_probability = USER, None


def _decide_tones(run: Sequence[Token], readings: Sequence[CharReading], segment: Segment) -> None:
    """Sandhi over a stretch of characters, from the readings that it had before any sandhi."""
    open_ = [token.reading_source in ("", SANDHI) for token in run]
    learned = is_learned(segment)
    read = readings if any(open_) else [None] * len(run)
    syllables = []
    for token, is_open, reading in zip(run, open_, read, strict=True):
        own = token.reading
        # Before its tone was changed it was what the dictionary says, unless that has come to say something else.
        if is_open and reading is not None and (not own or reading.pinyin[:-1] == own[:-1]):
            own = reading.pinyin
        fixed = token.reading_source in KEPT_SOURCES
        syllables.append(sandhi.Syllable(token.text, own, token.word, token.pos, token.break_after, fixed=fixed))
    before = [syllable.reading for syllable in syllables]
    _mark_labels(syllables, run, segment)
    sandhi.apply(syllables, learned=learned)
    for token, syllable, plain, reading in zip(run, syllables, before, read, strict=True):
        if syllable.reading == token.reading or syllable.fixed:
            continue
        others = dict.fromkeys([plain, token.reading, *token.alternatives])
        token.alternatives = [other for other in others if other and other != syllable.reading]
        token.reading = syllable.reading
        token.changes = [change for change in token.changes if change.rule != NO_READING]
        if syllable.changed:
            token.reading_source = SANDHI
        elif reading is not None:
            token.reading_source, token.reading_probability = reading.source, round(reading.probability, 4)
