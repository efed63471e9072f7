"""What is said of cues: times mended, captions that roll said once, sounds, credits and the other language left out.

chapter = spoken(cues, findings, SubtitleChoice())
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from indextts.books.model import Chapter, Quotation, SubtitleChoice, Timed
from indextts.books.reading.captions.cue import Cue, Findings
from indextts.books.reading.captions.speakers import Labels, label_at, named_above
from indextts.books.reading.limits import Patience
from indextts.books.reading.tidy import clean, is_speakable, is_wide, joined, key_of
from indextts.platform.tables import pattern_of
from indextts.voices.directions import is_sound
from indextts.voices.labels import is_narrator

_SAME_MS: Final = 50  # cues that begin and end within so long of each other are shown at once
_TOUCH_MS: Final = 300  # A caption that rolls goes on within so long
_CLOSE_MS: Final = 40
_HOUR_MS, _LONGEST_MS = 3_600_000, 86_400_000  # and so long a film may last
_ROLLS: Final = 0.3  # share of cues that repeat the one before, from which on a file rolls
_LINES: Final = 4  # of a cue, that may stand in the next one again
_BILINGUAL: Final = 0.5  # Share of cues in two languages, from which on a file has two …
_FEW: Final = 3  # … and how many they are at least, unless all of them are
_EDGE: Final = 8  # cues at the beginning and at the end, among which credits stand
_MOST_SPEAKER: Final = 40
_AROUND: Final = 80  # characters around brackets that tell what is in them
_NOTE: Final = "♪♫♬♩🎵🎶"
_HASHES: Final = re.compile(r"^#[ \t]?[^#\n]{1,300}#$", re.MULTILINE)
_BRACKETS: Final = pattern_of(__file__, "said_brackets")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER: Final = re.compile("[\u0370-\u1fff]")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S{3,200}", re.IGNORECASE)


def spoken(
    cues: Iterable[Cue], findings: Findings, choice: SubtitleChoice, patience: Patience, *, rolls: bool = False
) -> Chapter:
    """A chapter with ``timed`` for each cue that is said, and the speakers that the file names as its quotations.

    ``rolls``: the file has times within its lines, as captions have that roll.
    """
    kept = named_above(_timely(list(cues), findings))
    kept = _grown(kept)
    kept = _unrolled(kept, rolls=rolls)
    kept = _shown_at_once(kept, findings, patience)
    kept = _without_credits(kept, findings, patience)
    labels = Labels(kept, patience)
    if not choice.sounds:
        kept = _without_sounds(kept, labels, findings, patience)
        labels = Labels(kept, patience)  # what stood behind a sound begins its line now
    kept = _in_language(kept, choice, findings)
    return _chapter(kept, labels, findings, patience)


def lasts_ms(text: str) -> int:
    """How long a text is said, about."""
    han = len(_HAN.findall(text))
    return max(1000, 220 * han + 65 * (len(text) - han))


# ------------------------------------------------------------------ times


def _timely(cues: list[Cue], findings: Findings) -> list[Cue]:
    """In order, each with an end that is after its beginning; whole hours before the first one are time code."""
    before = 0
    for cue in cues:
        if cue.begin_ms < before:
            findings.add("order", cue.text, cue.number)
        before = max(before, cue.begin_ms)
    cues.sort(key=lambda cue: (cue.begin_ms, cue.end_ms))
    kept = []
    hours_ms = max(0, cues[0].begin_ms // _HOUR_MS * _HOUR_MS) if cues else 0
    if hours_ms:
        hour, rest = divmod(cues[0].begin_ms // 1000, 3600)
        past = f"{rest // 60:02d}:{rest % 60:02d}"
        findings.add("hours", f"{hour}:{past} → 0:{past}", cues[0].number)
        cues = [replace(cue, begin_ms=cue.begin_ms - hours_ms, end_ms=cue.end_ms - hours_ms) for cue in cues]
    begins = [cue.begin_ms for cue in cues]
    for place, cue in enumerate(cues):
        if cue.end_ms <= cue.begin_ms:
            after = next((begin for begin in begins[place + 1 : place + 50] if begin > cue.begin_ms), None)
            end = cue.begin_ms + lasts_ms(cue.text)
            findings.add("backwards", cue.text, cue.number)
            cue.end_ms = end if after is None else min(end, after)
        if cue.begin_ms < 0:
            if cue.end_ms <= 0:
                findings.add("before", cue.text, cue.number)
                continue
            findings.add("negative", cue.text, cue.number)
            cue.begin_ms = 0
        if cue.begin_ms >= _LONGEST_MS:
            findings.add("after", cue.text, cue.number)
            continue
        kept.append(replace(cue, end_ms=min(cue.end_ms, _LONGEST_MS)))
    return kept


# ------------------------------------------------------------------ captions that roll


def _texts(cue: Cue) -> list[str]:
    return [line.text for line in cue.lines]


def _goes_on(one: Cue, after: Cue) -> bool:
    return after.begin_ms - one.end_ms <= _TOUCH_MS


def _grows(one: Cue, after: Cue) -> bool:
    """Whether ``after`` shows the same with more words at its end."""
    first, second = _texts(one), _texts(after)
    return (
        _goes_on(one, after)
        and len(first) == len(second)
        and first[:-1] == second[:-1]
        and len(second[-1]) > len(first[-1])
        and second[-1].startswith(first[-1])
    )


def _grown(cues: list[Cue]) -> list[Cue]:
    """Captions that are shown word by word, said once with their first time."""
    pairs = max(1, len(cues) - 1)
    growing = sum(_grows(one, after) for one, after in pairwise(cues))
    if growing < 2 or growing < pairs * _ROLLS:
        return cues
    kept = cues[:1]
    for cue in cues[1:]:
        if _grows(kept[-1], cue):
            kept[-1] = replace(cue, begin_ms=kept[-1].begin_ms, number=kept[-1].number)
        else:
            kept.append(cue)
    return kept


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines at the beginning of the second are those at the end of the first."""
    for count in range(min(len(first), len(second), _LINES), 0, -1):
        if list(first[-count:]) == list(second[:count]):
            return count
    return 0


def _unrolled(cues: list[Cue], *, rolls: bool) -> list[Cue]:
    """Lines that move up are said once, with the time of the cue that they come first in."""
    pairs = [
        (shared, len(after.lines))
        for one, after in pairwise(cues)
        if _goes_on(one, after) and (shared := _shared(_texts(one), _texts(after)))
    ]
    adding = sum(shared < size for shared, size in pairs)
    enough = len(pairs) >= (1 if rolls else 2) and len(pairs) >= _ROLLS * max(1, len(cues) - 1)
    if not (enough and (adding or rolls)):
        return cues
    kept: list[Cue] = []
    before: Cue | None = None
    for cue in cues:
        shared = _shared(_texts(before), _texts(cue)) if before is not None and _goes_on(before, cue) else 0
        if shared < len(cue.lines):
            kept.append(replace(cue, lines=cue.lines[shared:]))
        before = cue
    return kept


def _shown_at_once(cues: list[Cue], findings: Findings, patience: Patience) -> list[Cue]:
    """Layers of the same words are said once; the same in two languages is one cue with two lines."""
    kept: list[Cue] = []
    for cue in cues:
        patience.element()
        fits = False
        for other in reversed(kept[-_LINES:]):
            if abs(other.begin_ms - cue.begin_ms) > _SAME_MS or abs(other.end_ms - cue.end_ms) > _SAME_MS:
                continue
            if key_of(other.text) == key_of(cue.text):
                findings.add("repeated", cue.text, cue.number)
                fits = True
            elif {_script(other.text), _script(cue.text)} in ({"zh", "en"}, {"ja", "zh"}, {"ja", "en"}, {"ko", "zh"}):
                other.lines = [*other.lines, *cue.lines]
                fits = True
            if fits:
                break
        if not fits:
            kept.append(cue)
    return kept


# ------------------------------------------------------------------ what nobody says


def _without_credits(cues: list[Cue], findings: Findings, patience: Patience) -> list[Cue]:
    edge = {*range(_EDGE), *range(len(cues) - _EDGE, len(cues))}
    tasks = [{task for line in cue.lines for task in _tasks(line.text)} for cue in cues]
    # One alone may be a person: an interpreter.
    alone = len(set().union(*tasks)) < 2
    kept = []
    for place, cue in enumerate(cues):
        patience.element()
        credit = len(tasks[place]) > 1 or any(
            pattern_of(__file__, "credit").search(line.text) or _ADDRESS.fullmatch(line.text) for line in cue.lines
        )
        listed = tasks[place] and place in edge and (not alone or _near_credit(cues, place))
        if credit or listed:
            findings.add("credits", cue.text, cue.number)
        else:
            kept.append(cue)
    return kept if any(is_speakable(cue.text) for cue in kept) else cues


def _tasks(line: str) -> list[str]:
    """What those have done who are named."""
    task = pattern_of(__file__, "task")
    return [match[1].casefold() for match in task.finditer(line)] if task.match(line) else []


def _near_credit(cues: Sequence[Cue], place: int) -> bool:
    around = cues[max(0, place - 2) : place + 3]
    return any(pattern_of(__file__, "credit").search(line.text) for cue in around for line in cue.lines)


def _without_sounds(cues: list[Cue], labels: Labels, findings: Findings, patience: Patience) -> list[Cue]:
    """Without what is in brackets or sung; as they are where nothing else is in them."""
    own = Findings()
    kept = []
    for cue in cues:
        patience.element()
        text = "\n".join(line.text for line in cue.lines)
        bare = _quiet(text, labels, lambda sound, number=cue.number: own.add("sounds", sound, number))  # type: ignore[misc]
        parts = bare.split("\n")
        lines = [replace(line, text=part.strip()) for line, part in zip(cue.lines, parts, strict=True)]
        lines = [line for line in lines if line.text]
        if lines:
            kept.append(replace(cue, lines=lines))
    left = ("".join(text for _, text in labels.turns(Cue(0, 0, [line]))) for cue in kept for line in cue.lines)
    if any(map(is_speakable, left)):
        findings.take(own)
        return kept
    for cue in cues:
        if is_speakable(cue.text):
            findings.add("sounds_said", cue.text, cue.number)
    return cues


def _quiet(text: str, labels: Labels, told: Callable[[str], None]) -> str:
    """``text`` with as many lines, without sounds."""

    def gone(match: re.Match[str]) -> str:
        told(match[0])
        return "\n" * match[0].count("\n")

    def bracket(match: re.Match[str]) -> str:
        # Only what stands close by is looked at: a line may be all brackets.
        begin = text_now.rfind("\n", 0, match.start()) + 1
        before = text_now[begin : match.start()] if match.start() - begin <= _AROUND else "…a"
        after = text_now[match.end() : match.end() + _AROUND].partition("\n")[0]
        inner = match["square"] or match["round"] or match["star"]
        leads = not is_speakable(before) or label_at(before, labels) == len(before)
        if not match["star"] and leads and label_at(match[0] + after, labels):
            return match[0]
        if match["square"]:
            return gone(match)
        if match["round"] and not any(char.isalpha() for char in inner):
            return match[0]
        alone = leads and (match["round"] or not is_speakable(after))
        return gone(match) if alone or is_sound(inner) else match[0] if match["round"] else inner

    text_now = _HASHES.sub(gone, pattern_of(__file__, "said_song").sub(gone, text))
    return "\n".join(" ".join(line.split()) for line in _BRACKETS.sub(bracket, text_now).split("\n"))


# ------------------------------------------------------------------ two languages


def _script(text: str) -> str:
    """The language that a line is written in, as far as its letters tell; empty where there are none."""
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if len(_OTHER.findall(text)) > max(han, latin):
        return "other"
    if han * 2 > latin / 2.5:
        return "zh"
    return "en" if latin > 1 else ""


def _in_language(cues: list[Cue], choice: SubtitleChoice, findings: Findings) -> list[Cue]:
    """The lines of one language, where the file has two."""
    pairs_of = [[pattern_of(__file__, "pair").fullmatch(line.text) for line in cue.lines] for cue in cues]
    if 2 * sum(any(found) for found in pairs_of) > len(cues):  # both on one line
        cues = [
            replace(cue, lines=[replace(line, text=one) for line, pair in zip(cue.lines, found, strict=True)
                                for one in (filter(None, pair.groups()) if pair else (line.text,))])
            for cue, found in zip(cues, pairs_of, strict=True)
        ]  # fmt: skip
    scripts = [[_script(line.text) for line in cue.lines] for cue in cues]
    both = [[one for one in dict.fromkeys(found) if one] for found in scripts]
    pairs = Counter(tuple(found) for found in both if len(found) == 2)
    with_words = sum(bool(found) for found in both)
    if choice.said == "both" or not pairs:
        return cues
    upper = Counter(found[0] for found in pairs.elements()).most_common(1)[0][0]
    languages = Counter(one for found in pairs.elements() for one in found)
    lower = next((one for one, _ in languages.most_common() if one != upper), "")
    own = [place for place, found in enumerate(both) if set(found) == {upper, lower}]
    few = len(own) < _FEW and (len(own) < with_words or not all(_is_pair(cues[place]) for place in own))
    if few or len(own) < _BILINGUAL * with_words:
        return cues
    said = {"first": upper, "second": lower}.get(choice.said) or _suited(both, upper, lower, choice.voice)
    kept = []
    for cue, found in zip(cues, scripts, strict=True):
        lines = [line for line, script in zip(cue.lines, found, strict=True) if script in (said, "")]
        left = [line for line, script in zip(cue.lines, found, strict=True) if script not in (said, "")]
        if left and any(is_speakable(line.text) for line in lines):
            findings.add(said if said in ("zh", "en") else "other", " ".join(line.text for line in left), cue.number)
            kept.append(replace(cue, lines=lines))
        else:
            kept.append(cue)
    return kept


def _suited(both: Sequence[Sequence[str]], upper: str, lower: str, voice: str) -> str:
    """The language of the voice, else that of most cues, else the upper one; never one that no voice speaks."""
    if voice in (upper, lower):
        return voice
    spoken = [one for one in (upper, lower) if one in ("zh", "en")]
    if len(spoken) == 1:
        return spoken[0]
    counts = Counter(one for found in both for one in found)
    return lower if counts[lower] > 1.1 * counts[upper] else upper


def _is_pair(cue: Cue) -> bool:
    """Whether both languages say something: a name in the other script is none."""
    return all(
        len(line.text.split()) > 1 or line.text[-1:] in ".!?…。！？" for line in cue.lines if _script(line.text) == "en"
    )


# ------------------------------------------------------------------ the chapter


def _chapter(cues: Iterable[Cue], labels: Labels, findings: Findings, patience: Patience) -> Chapter:
    lines: list[str] = []
    timed: list[Timed] = []
    quotations: list[Quotation] = []
    at = 0
    before: Cue | None = None
    for cue in cues:
        patience.element()
        line, speakers = turns_of(cue, labels)
        if not is_speakable(line):
            continue
        if before is not None and cue.begin_ms < before.end_ms - _CLOSE_MS:
            findings.add("overlap", cue.text, cue.number)
        before = cue
        lines.append(line)
        quotations += [replace(one, start=at + one.start, end=at + one.end) for one in speakers]
        timed.append(Timed(at, at + len(line), cue.begin_ms / 1000, cue.end_ms / 1000))
        at += len(line) + 1
    return Chapter("", "\n".join(lines), timed=tuple(timed), quotations=tuple(quotations))


def turns_of(cue: Cue, labels: Labels) -> tuple[str, list[Quotation]]:
    """A cue as one line, and what of it is said by those who are named."""
    said: list[str] = []
    quotations: list[Quotation] = []
    at = 0
    for who, text in labels.turns(cue):
        if not (line := flowing(text.split("\n"))):
            continue
        if said:
            said.append("" if is_wide(said[-1][-1]) and not _HAN.match(said[-1][-1]) else " ")
            at += len(said[-1])
        speaker = "" if is_narrator(who) else clean(who).strip()[:_MOST_SPEAKER]
        if speaker and is_speakable(line):
            quotations.append(Quotation(at, at + len(line), speaker, source="file"))
        said.append(line)
        at += len(line)
    return "".join(said), quotations


def flowing(lines: Iterable[str]) -> str:
    """Lines of a cue as one; no line is copied more often than once."""
    pieces: list[str] = []
    for line in lines:
        line = clean(line).translate(_NO_NOTES).strip()
        if not line:
            continue
        if pieces:
            last = pieces[-1]
            both = joined(last[-_AROUND:], line[:_AROUND])
            pieces[-1] = last[:-_AROUND] + both[: len(both) - len(line[:_AROUND])]
        pieces.append(line)
    return "".join(pieces)


_NO_NOTES: Final = dict.fromkeys(map(ord, _NOTE))
