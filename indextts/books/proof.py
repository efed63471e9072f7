"""Places of a spoken part that a person should listen to, found without listening.

    for doubt in doubts_of(plan, quotations=chapter.quotations):
        doubt.kind, doubt.text, doubt.reading        # "polyphone", "重", "chong2"

Six kinds, each with its own evidence: a character with several readings whose one is not sure (:data:`SURE`), an
English word that no dictionary has or of whose two readings nothing beside it tells the one (*lead*), a number or sign
that an uncommon rule has rewritten, a quotation whose speaker is not sure, a segment that is much shorter or longer
than its sounds usually are (what engines leave out or repeat), a cue that does not fit its time (:func:`cue_doubts`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Final, get_args

from indextts.books.dubbing import Dubbed, complaint
from indextts.books.model import DoubtKind, Quotation, Timed
from indextts.books.suspects import Suspects
from indextts.model.sources import KEPT_SOURCES, SANDHI
from indextts.model.utterance import Segment, Token, Utterance
from indextts.platform.tables import members, tables_beside
from indextts.reading.phonemes.en import heteronyms

KINDS: Final[tuple[DoubtKind, ...]] = get_args(DoubtKind)

SURE_SPEAKER: Final = 0.7
BAND: Final = (0.6, 1.7)
"""Share of the usual length of its sounds that a segment may have …"""
SHORT_S: Final = 0.6  # … and so much more in any case: a word alone is drawn out
_FEWEST: Final = 4  # segments, and sounds of one, that a usual length takes
_AROUND: Final = 18  # characters of the sentence that are shown on either side


@dataclass(frozen=True)
class Doubt:
    """A place that may be wrong. Offsets are those of the text of the plan."""

    id: str
    """The same for the same doubt about the same words, whatever stands before them."""
    kind: DoubtKind
    start: int
    end: int
    text: str
    before: str
    after: str
    """Of its sentence, what stands before it and after it."""
    reading: str = ""
    """What is said: pinyin, ARPAbet, the words for a number, the speaker's name."""
    alternatives: tuple[str, ...] = ()
    probability: float | None = None
    """How sure that is; of a length its share of the usual one."""
    at_s: float = 0.0
    """Where it is heard, in the sound of its part."""
    segment: int = 0
    token: int | None = None
    rule: str = ""
    """The rule that has rewritten a number."""
    word: str = ""
    """Of a reading the word around it, which an entry of a dictionary may be of …"""
    word_readings: tuple[str, ...] = ()
    """… the readings of its characters …"""
    word_at: int = 0
    """… and which of them is meant."""
    name: str = ""
    """The name of a person that it is in, where that is why it is doubted."""
    said: tuple[str, str] | None = None
    """A sentence in English and Chinese, where one is needed."""

    @property
    def group(self) -> str:
        """The same for all doubts about one word and one reading of it."""
        return group_of(self.kind, self.name or self.word or self.text, self.text, self.reading, self.id)

    def told(self) -> dict[str, Any]:
        return asdict(self)


def group_of(kind: DoubtKind, word: str, text: str, reading: str, alone: str) -> str:
    """What is the same for all doubts that one row of a list can stand for: those about a word as it is read.

    Of another kind than readings each is ``alone``, the id of one.
    """
    if kind not in ("polyphone", "word", "number"):
        return alone
    return hashlib.sha256("\0".join((kind, word, text, reading)).encode()).hexdigest()[:16]


def doubts_of(plan: Utterance, *, quotations: Sequence[Quotation] = (), people: Iterable[str] = ()) -> list[Doubt]:
    """What is doubtful in a plan, from left to right; ``quotations`` have offsets of its text, ``people`` are names.

    What a person has decided (fixes, entries of the dictionary, marks, chosen speakers) is not asked about again.
    """
    found = [*_lengths(plan), *_speakers(plan, quotations)]
    suspects = Suspects(plan, people)
    for number, segment in enumerate(plan.segments):
        found += _readings(plan, number, segment, suspects)
    seen: dict[str, Doubt] = {}
    for doubt in sorted(found, key=lambda one: (one.start, one.end)):
        seen.setdefault(doubt.id, doubt)
    return list(seen.values())


def _readings(plan: Utterance, number: int, segment: Segment, suspects: Suspects) -> Iterator[Doubt]:
    common = tables_beside(__file__, "tables.yaml")["everyday_rules"]
    known = {*common, *KEPT_SOURCES}
    last: tuple[int, int] | None = None
    for place, token in enumerate(segment.tokens):
        if token.reading_source in KEPT_SOURCES:
            continue
        rewritten = next((one for one in token.changes if one.rule not in known and one.was != one.became), None)
        if rewritten is not None and (token.start, token.end) != last and any(map(str.isalnum, rewritten.was)):
            last = (token.start, token.end)
            yield _doubt(plan, "number", number, place, reading=rewritten.became, rule=rewritten.rule)
        elif token.kind == "hanzi" and (why := suspects.of(segment, place)) is not None:
            others = [one for one in (why.likelier, *token.alternatives) if one]
            yield _doubt(
                plan,
                "polyphone",
                number,
                place,
                reading=token.reading,
                alternatives=tuple(dict.fromkeys(others)),
                probability=round(why.probability, 4),
                name=why.name,
                **_word_around(segment, place),
            )
        elif (
            token.kind == "word"
            and token.lang == "en"
            and (
                token.reading_source == "model" or _is_either(segment, place)  # in no dictionary, or in it with two
            )
        ):
            yield _doubt(plan, "word", number, place, reading=token.reading, alternatives=tuple(token.alternatives))


def _is_either(segment: Segment, place: int) -> bool:
    """Whether an English word has two readings of which nothing beside it has told the one."""
    token = segment.tokens[place]
    if token.reading_source != "rule" or token.text.lower() not in members(__file__, "two_readings"):
        return False
    chosen = heteronyms.choose([one.text for one in segment.tokens], place)
    return chosen is not None and not chosen[1]


def word_at(plan: Utterance, number: int, place: int, names: Collection[str] = ()) -> Doubt:
    """A token of a plan as a place that is asked about, doubtful or not; ``rule`` is what has decided its reading.

    A character of one of ``names`` belongs to that name, whatever words it was cut into.
    """
    segment = plan.segments[number]
    token = segment.tokens[place]
    changed = next((one for one in token.changes if one.was != one.became and any(map(str.isalnum, one.was))), None)
    kind: DoubtKind = "number" if changed is not None else "word" if token.lang == "en" else "polyphone"
    return _doubt(
        plan,
        kind,
        number,
        place,
        reading=token.reading if changed is None else changed.became,
        alternatives=() if changed is not None else tuple(one for one in token.alternatives if one != token.reading),
        probability=token.reading_probability,
        rule=token.reading_source if changed is None else changed.rule,
        **(_word_around(segment, place, names) if kind == "polyphone" else {}),
    )


def _name_around(segment: Segment, place: int, names: Collection[str]) -> tuple[int, int] | None:
    """The first and the last token of the longest name that a character belongs to."""
    texts = [token.text for token in segment.tokens]
    for length in sorted({len(name) for name in names}, reverse=True):
        for first in range(max(0, place - length + 1), place + 1):
            if "".join(texts[first : first + length]) in names and place < first + length:
                return first, first + length - 1
    return None


def _word_around(segment: Segment, place: int, names: Collection[str] = ()) -> dict[str, Any]:
    """The word of a character; one of a single character goes with its neighbour, else it would stand everywhere."""
    tokens = segment.tokens
    name = _name_around(segment, place, names)
    first, last = name or _word(segment, place, place)
    if first == last:
        if last + 1 < len(tokens) and tokens[last + 1].kind == "hanzi":
            _, last = _word(segment, last + 1, last + 1)
        elif first and tokens[first - 1].kind == "hanzi":
            first, _ = _word(segment, first - 1, first - 1)
    word = tokens[first : last + 1]
    if any(not one.reading or any(change.was != change.became for change in one.changes) for one in word):
        return {}
    # What a tone became by its neighbours is said so anyway; the entry has what it is by itself.
    own = [one.alternatives[0] if one.reading_source == SANDHI and one.alternatives else one.reading for one in word]
    return {"word": "".join(one.text for one in word), "word_readings": tuple(own), "word_at": place - first}


def _word(segment: Segment, first: int, last: int) -> tuple[int, int]:
    tokens = segment.tokens
    number = tokens[first].word
    while first and tokens[first - 1].kind == "hanzi" and tokens[first - 1].word == number:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].kind == "hanzi" and tokens[last + 1].word == number:
        last += 1
    return first, last


def cue_doubts(dubbed: Dubbed, timed: Sequence[Timed], begin_s: float) -> list[Doubt]:
    """The cues that do not fit, of a part whose sound begins at ``begin_s``; ``timed`` are all of its cues."""
    bad = [(cue, at, said) for cue, at in zip(dubbed.cues, timed, strict=True) if (said := complaint(cue)) is not None]
    plan = dubbed.plan
    return [
        replace(
            _made(plan, "cue", at.start, at.end, _segment_at(plan, at.start), None, reading=f"{cue.begin_s:.3f}"),
            reading="",
            before="",
            after="",
            at_s=round(max(0.0, cue.starts_s - begin_s), 3),
            probability=None,
            said=(said.en, said.zh),
        )
        for cue, at, said in bad
    ]


def _speakers(plan: Utterance, quotations: Sequence[Quotation]) -> Iterator[Doubt]:
    for one in quotations:
        if one.source not in ("user", "file") and one.probability < SURE_SPEAKER:
            number = _segment_at(plan, one.start)
            yield _made(
                plan, "speaker", one.start, one.end, number, None, reading=one.speaker, probability=one.probability
            )


def _lengths(plan: Utterance) -> Iterator[Doubt]:
    """Segments whose sound is much shorter or longer than what its phones usually last in this part.

    What the plan itself asks for (rates, lengths drawn by hand) is left out of the comparison.
    """
    spoken: dict[int, tuple[float, float]] = {}
    for number, segment in enumerate(plan.segments):
        said = [token for token in segment.tokens if token.phones]
        if segment.start_s is None or segment.end_s is None or sum(len(token.phones) for token in said) < _FEWEST:
            continue
        usual = sum(len(token.phones) * token.duration_scale for token in said)
        spoken[number] = (segment.end_s - segment.start_s) * plan.settings.speed, usual
    if len(spoken) < _FEWEST:
        return
    middle = median(seconds / usual for seconds, usual in spoken.values())
    for number, (seconds, usual) in spoken.items():
        share, segment = seconds / usual / middle, plan.segments[number]
        if share < BAND[0] or (share > BAND[1] and seconds - usual * middle > SHORT_S):
            yield _made(plan, "length", segment.start, segment.end, number, None, probability=round(share, 3))


def _below(probability: float | None, sure: float) -> bool:
    return probability is not None and probability < sure


def _doubt(plan: Utterance, kind: DoubtKind, number: int, place: int, **fields: Any) -> Doubt:
    token = plan.segments[number].tokens[place]
    return _made(plan, kind, token.start, token.end, number, place, **fields)


def _made(
    plan: Utterance, kind: DoubtKind, start: int, end: int, number: int, place: int | None, **fields: Any
) -> Doubt:
    segment = plan.segments[number]
    before = plan.text[max(segment.start, start - _AROUND) : start].lstrip()
    after = plan.text[end : min(segment.end, end + _AROUND)].rstrip()
    what = "\0".join((kind, before, plan.text[start:end], after, str(fields.get("reading", ""))))
    return Doubt(
        id=hashlib.sha256(what.encode()).hexdigest()[:16],
        kind=kind,
        start=start,
        end=end,
        text=plan.text[start:end],
        before=before,
        after=after,
        at_s=round(_heard_at(segment, place), 3),
        segment=number,
        token=place,
        **fields,
    )


def _heard_at(segment: Segment, place: int | None) -> float:
    token: Token | None = None if place is None else segment.tokens[place]
    at_s = token.start_s if token is not None and token.start_s is not None else segment.start_s
    return at_s or 0.0


def _segment_at(plan: Utterance, offset: int) -> int:
    """The segment that holds ``offset``, or begins next."""
    return next((number for number, one in enumerate(plan.segments) if offset < one.end), len(plan.segments) - 1)
