"""Attribution: finds quotations and their speakers by rules that report their evidence.

    casting = attribute(manuscript.chapters)
    casting.chapters[0].quotations[0]        # Quotation(12, 30, "王小明", 0.97, "rule", "王小明问")
    casting.characters[0]                    # the one with most lines: names, gender, age, lines
    suggest(casting.characters, voices, narrator="baker")    # a voice for each

Chinese and English have a table of words each (``zh.yaml``, ``en.yaml``). A language model may decide what rules leave
in doubt: :class:`indextts.books.casting.llm.LlmChooser`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol

from indextts.books.casting import certainty
from indextts.books.casting import turns as casting_turns
from indextts.books.casting.book_counts import BookCounts
from indextts.books.casting.clues_en import EnglishClues, dash_tags
from indextts.books.casting.clues_zh import ChineseClues
from indextts.books.casting.names import joined, joined_by_age
from indextts.books.casting.people import ChinesePeople
from indextts.books.casting.people_en import EnglishPeople
from indextts.books.casting.roles import Character, suggest
from indextts.books.casting.turns import Scenes
from indextts.books.model import NARRATOR, SURE, UNKNOWN, Chapter, Quotation, Role
from indextts.model.people import Gender
from indextts.voices.labels import said_age, said_sex, sex_within
from indextts.voices.sexes import guessed_sex, may_be_either, told_sex

__all__ = ["Casting", "Character", "Chooser", "attribute", "suggest"]

CONTEXT: Final = 400  # Characters before and after a quotation that a chooser sees
NO_CAST: Final[Mapping[str, Role]] = MappingProxyType({})
SAMPLES: Final = 3
_TITLED: Final = "(?:先生|公子|少爷|老爷|大哥|兄弟|大伯|大叔|小姐|太太|姑娘|女士|夫人|大姐|大嫂|阿姨|大妈)"
_HANZI: Final = re.compile("[\u4e00-\u9fff]")
_LATIN: Final = re.compile("[A-Za-z]")
LONGEST_SAMPLE: Final = 80


class Chooser(Protocol):
    """Decides which of the people present says a quotation."""

    def choose(self, context: str, quotation: str, names: Sequence[str]) -> tuple[str, float]:
        """One of ``names``, and how probable it is."""
        ...


@dataclass(frozen=True)
class Casting:
    """Chapters with their quotations and characters."""

    chapters: tuple[Chapter, ...]
    characters: tuple[Character, ...]  # Sorted by number of lines, the most first
    language: str  # In which most of it is written, ``zh`` or ``en``


def attribute(
    chapters: Sequence[Chapter], *, chooser: Chooser | None = None, cast: Mapping[str, Role] = NO_CAST
) -> Casting:
    """Find the quotations in ``chapters`` and their speakers. Quotations with the source ``file`` or ``user`` stay.

    ``cast`` are people that are known: what their names or other names are tagged with is theirs.
    """
    language = language_of(chapters)
    people = {name: role.others for name, role in cast.items() if name not in (NARRATOR, UNKNOWN)}
    names = [one for name, others in people.items() for one in (name, *others) if one]
    kept = [tuple(one for one in chapter.quotations if one.source in ("file", "user")) for chapter in chapters]
    dashes = dash_tags() if language == "en" else None
    told = [casting_turns.read(chapter, dashes).told for chapter in chapters]
    clues = (
        ChineseClues(ChinesePeople(told, [chapter.text for chapter in chapters], names))
        if language == "zh"
        else EnglishClues(EnglishPeople(told, names))
    )
    del told
    # What is read of a chapter takes many times its text: of all but one it waits packed.
    seen, waiting = BookCounts(), deque[bytes]()
    for chapter, known in zip(chapters, kept, strict=True):
        scenes = casting_turns.read(chapter, dashes)
        casting_turns.cut(scenes, clues, _fixed(scenes, known))
        seen.take(scenes)
        waiting.append(scenes.packed())
    counts = seen.counts()
    owner, doubted = joined(counts, seen, language, people)
    texts = [chapter.text for chapter in chapters]
    aged = joined_by_age(counts, seen, owner, texts)
    owner |= aged
    doubted |= aged.keys() - people.keys()
    genders, evidence = _genders(seen.heard(owner), owner, counts, language)
    # Whom subtitles and scripts name may be in no narration.
    labelled = {one.speaker for known in kept for one in known} - {NARRATOR, UNKNOWN}
    sex_of = sex_within(texts if labelled else (), labelled)
    guessed = {name for name in genders if {kind for kind, _ in evidence.get(name, ())} == {"name"}}
    likely = {name: genders.pop(name) for name in guessed if may_be_either(name)}  # he or she may follow
    genders |= {name: sex for name in labelled if (name not in genders or name in guessed) and (sex := sex_of(name))}
    genders |= {name: cast[name].gender for name in people if cast[name].gender}
    told_of = {owner.get(name, "") for name in seen.told}
    done = []
    heard: defaultdict[str, Counter[Gender]] = defaultdict(Counter)
    for chapter, known in zip(chapters, kept, strict=True):
        one = Scenes.unpacked(chapter.text, waiting.popleft())
        casting_turns.decide(one, owner, genders, told_of)
        certainty.judge(one, owner, doubted)
        for turn in one.turns:
            for clue in [clue for clue in turn.clues if clue.who.kind == "pronoun"][:1]:
                heard[turn.speaker][clue.who.gender] += round((100 if clue.verb else 50) * turn.sure)
        done.append(chapter.changed(quotations=_quotations(one, known, chooser)))
    # She answered: where nothing else tells the sex, the tags do.
    for name, sexes in heard.items():
        if name not in genders and 2 * max(sexes.values()) > sum(sexes.values()):
            genders[name] = sexes.most_common(1)[0][0]
    genders = likely | genders
    silent = told_of - labelled - people.keys() - (genders.keys() - guessed)
    silent -= heard.keys()
    genders = genders | {
        name: sex for name in silent if (sex := said_sex(name, texts) or _called(name, told_of, texts))
    }
    return Casting(tuple(done), _characters(done, owner, counts, genders, evidence), language)


def _called(name: str, names: Collection[str], texts: Sequence[str]) -> Gender:
    """The sex that titles behind a Chinese family name tell (沈先生 of 沈砚秋) where no other of the family is."""
    if not 1 < len(name) < 4 or sum(one.startswith(name[0]) for one in names) != 1:
        return ""
    found = Counter(told_sex(one) for text in texts for one in re.findall(f"{re.escape(name[0])}{_TITLED}", text))
    return next((sex for sex, count in found.items() if count * 2 > found.total()), "")


def language_of(chapters: Sequence[Chapter]) -> str:
    """In which most of ``chapters`` is written, ``zh`` or ``en``."""
    hanzi = latin = 0
    for chapter in chapters:
        sample = chapter.text[:20_000]
        hanzi += len(_HANZI.findall(sample))
        latin += len(_LATIN.findall(sample))
    return "zh" if hanzi * 2 > latin / 2 else "en"


def _fixed(scenes: Scenes, known: Sequence[Quotation]) -> dict[int, str]:
    """Speakers that are known, by where the found quotation begins that overlaps theirs."""
    found: dict[int, str] = {}
    left = sorted(known, key=lambda one: one.start, reverse=True)
    for quote in (quote for line in scenes.quotes for quote in line):
        while left and left[-1].end <= quote.start:
            left.pop()
        if left and left[-1].start < quote.end and left[-1].speaker != NARRATOR:
            found[quote.start] = left[-1].speaker
    return found


def _genders(
    heard: Mapping[str, Counter[Gender]], owner: Mapping[str, str], counts: Mapping[str, int], language: str
) -> tuple[dict[str, Gender], dict[str, tuple[tuple[str, int], ...]]]:
    """What titles, pronouns and given names tell, in this order of weight; a name of men and women least."""
    weights: defaultdict[str, Counter[Gender]] = defaultdict(Counter)
    evidence: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spelt: dict[Gender, str] = {
        "female": "她" if language == "zh" else "she",
        "male": "他" if language == "zh" else "he",
    }
    for name, found in heard.items():
        for gender, count in found.items():
            weights[name][gender] += 2 * count
            evidence[name][spelt[gender]] += count
    families = {(owner.get(name, name), name.rsplit(" ", 1)[-1]) for name in counts if " " in name}
    for name in counts:
        person = owner.get(name, name)
        titled, guess = told_sex(name), "" if (person, name) in families else guessed_sex(name)
        if titled:
            weights[person][titled] += 100
            evidence[person]["title"] += 1
        elif guess:
            weights[person][guess] += 1 if may_be_either(name) else 2 if language == "zh" else 16
            evidence[person]["name"] += 1
    genders: dict[str, Gender] = {}
    for name, found in weights.items():
        best, most = found.most_common(1)[0]
        if most * 2 > sum(found.values()):
            genders[name] = best
    return genders, {name: tuple(found.most_common()) for name, found in evidence.items()}


def _quotations(scenes: Scenes, known: Sequence[Quotation], chooser: Chooser | None) -> tuple[Quotation, ...]:
    found = list(known)
    taken = sorted((one.start, one.end) for one in known)
    place = 0
    for number, turn in enumerate(scenes.turns):
        decided = _asked(scenes, number, chooser) if chooser else None
        for quote in turn.quotes:
            while place < len(taken) and taken[place][1] <= quote.start:
                place += 1
            if place < len(taken) and taken[place][0] < quote.end:
                continue
            made = Quotation(quote.start, quote.end, turn.speaker, round(turn.sure, 3), "rule", sys.intern(turn.words))
            found.append(replace(made, source="llm", probability=turn.sure, evidence="") if decided else made)
    return tuple(sorted(found, key=lambda one: one.start))


def _asked(scenes: Scenes, number: int, chooser: Chooser) -> bool:
    """Let the chooser decide a doubtful turn; whether it did."""
    turn = scenes.turns[number]
    if turn.fixed or turn.sure >= SURE:
        return False
    names = _there(scenes, number)
    if len(names) < 2:
        return False
    start, end = turn.quotes[0].start, turn.quotes[-1].end
    context = scenes.text[max(0, start - CONTEXT) : end + CONTEXT]
    name, sure = chooser.choose(context, scenes.text[turn.quotes[0].start : turn.quotes[0].end], names)
    turn.speaker, turn.sure = name, round(sure, 3)
    return True


def _there(scenes: Scenes, number: int) -> list[str]:
    """The speakers of the turns around, the likeliest first."""
    around = scenes.turns[max(0, number - 6) : number + 7]
    nearest = sorted(around, key=lambda turn: abs(turn.line - scenes.turns[number].line))
    names = dict.fromkeys(turn.speaker for turn in [scenes.turns[number], *nearest])
    return [name for name in names if name not in ("", UNKNOWN)][: casting_turns.MOST]


def _characters(
    chapters: Sequence[Chapter], owner: Mapping[str, str], counts: Mapping[str, int],
    genders: Mapping[str, Gender], evidence: Mapping[str, tuple[tuple[str, int], ...]],
) -> tuple[Character, ...]:  # fmt: skip
    said, texts = Counter[str](), [chapter.text for chapter in chapters]
    samples: defaultdict[str, list[str]] = defaultdict(list)
    for chapter in chapters:
        for quote in chapter.quotations:
            if quote.speaker in (UNKNOWN, NARRATOR):
                continue
            said[quote.speaker] += 1
            if len(samples[quote.speaker]) < SAMPLES:
                line = chapter.text[quote.start : quote.end].strip("“”「」『』\"‘’'— ")
                samples[quote.speaker].append(line[:LONGEST_SAMPLE])
    others: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(counts, key=lambda name: -counts[name]):
        if owner.get(name, name) != name:
            others[owner[name]].append(name)
    return tuple(
        Character(
            name, tuple(others[name]), genders.get(name, ""), count, tuple(samples[name]), evidence.get(name, ()),
            said_age([name, *others[name]], texts),
        )
        for name, count in said.most_common()
    )  # fmt: skip
