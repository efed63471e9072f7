"""Which voice speaks which part of a text: what SSML's ``voice`` says, else the speaker of a line, else the request.

    parts = parts_of(marked, voices, voice="baker", speakers=None)
    parts.at(12)              # the voice of the character there; empty where it is the request's own

Which lines have a speaker is found in :mod:`indextts.voices.turns`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from indextts.model.errors import because, printable
from indextts.model.people import Age, Gender
from indextts.model.sources import DIALOGUE
from indextts.reading.markup.marked import Marked, VoiceTag, bad_markup
from indextts.reading.text.overrides import Override, in_order
from indextts.reading.text.zh.traditional import simplified
from indextts.voices import Voice
from indextts.voices.design import INLINE, read_inline
from indextts.voices.directions import in_one_form, unsaid
from indextts.voices.labels import is_narrator, said_age, sex_within
from indextts.voices.leads import key_of
from indextts.voices.mixture import check_voice, is_mixture, is_ready, read_mixture
from indextts.voices.names import MAX_LABEL, MAX_SPEAKERS, NO_TEXT
from indextts.voices.turns import LETTER, DialogueTurn, find_turns, ids_by_name

APART: Final = 3.0
"""Semitones of median F0 by which voices that are picked for a dialogue differ from those in it, if they can."""

_bad = partial(because, "bad_speakers")

_GROUPS: Final[dict[Gender, tuple[str, ...]]] = {"female": ("women",), "male": ("men",)}
_AGES: Final[dict[tuple[Age, Gender], tuple[str, ...]]] = {
    ("child", "male"): ("boy", "child"),
    ("child", "female"): ("girl", "child"),
    ("child", ""): ("child", "boy", "girl"),
    ("old", "male"): ("old_man",),
    ("old", "female"): ("old_woman",),
    ("old", ""): ("old_man", "old_woman"),
}
"""The ages of voices that suit a person, by age and sex."""


@dataclass(frozen=True)
class Parts:
    """The stretches of a text with their voices."""

    starts: tuple[int, ...] = ()  # Offsets where another one begins, in order
    voices: tuple[str, ...] = ()  # Which; empty where it is the request's own
    labels: tuple[Override, ...] = ()
    """Labels that name the speaker, and what a script tells beside what is said; they are not spoken."""

    def at(self, offset: int) -> str:
        """The voice at ``offset``; empty where it is the request's own."""
        place = bisect_right(self.starts, offset) - 1
        return self.voices[place] if place >= 0 else ""


def parts_of(
    marked: Marked,
    voices: Sequence[Voice],
    *,
    voice: str,
    speakers: Mapping[str, str] | None = None,
    pickable: Sequence[Voice] | None = None,
) -> Parts:
    """The voices of ``marked.text``, whose request asks for ``voice``; only ``pickable`` ones are picked, or any.

    Raises :class:`StudioError` ``bad_markup`` for a tag with the name of no voice.
    """
    turns = [turn for turn in find_turns(marked.text, voices, speakers) if _is_free(turn.start, turn.begin, marked)]
    cast = cast_of(turns, voices, first=voice, speakers=speakers, pickable=pickable, text=marked.text)
    spans = [(turn.begin, turn.end, cast[turn.label]) for turn in turns]
    # Outer tags begin before inner ones; what is painted later covers what was there.
    tags = sorted(marked.voices, key=lambda tag: (tag.start, -tag.end))
    spans += [(tag.start, tag.end, _named(tag, voices, voice)) for tag in tags if tag.start < tag.end]
    for tag in tags:
        _named(tag, voices, voice)
    silent = [(turn.start, turn.begin) for turn in turns]
    silent += unsaid(marked.text, [(turn.begin, turn.end) for turn in turns]) if turns else ()
    labels = [Override(*place, spoken=" ", source=DIALOGUE) for place in silent if _is_free(*place, marked)]
    return _painted(spans, voice, tuple(in_order(labels, len(marked.text))))


def _is_free(start: int, end: int, marked: Marked) -> bool:
    """Whether the writer has not said how something there is to be read."""
    return not any(fixed.start < end and start < fixed.end for fixed in marked.fixed)


def _named(tag: VoiceTag, voices: Sequence[Voice], voice: str) -> str:
    if not tag.tag:
        return voices[0].id if tag.name == "default" else tag.name
    if tag.name == "default":
        return voice
    named = voice_named(voices, tag.name)
    if named is None:
        known = ", ".join(one.id for one in voices)
        en, zh = f"there is no voice {tag.name}; available: {known}", f"没有音色 {tag.name}；可用的有 {known}"
        raise bad_markup(tag.position - 1, tag.tag, en, zh)
    return named


def _painted(spans: Sequence[tuple[int, int, str]], voice: str, labels: tuple[Override, ...]) -> Parts:
    """Spans, of which later ones cover earlier ones, as changes from left to right."""
    edges = sorted({0, *(edge for start, end, _ in spans for edge in (start, end))})
    place = {edge: number for number, edge in enumerate(edges)}
    painted = [""] * len(edges)
    for start, end, name in spans:
        for number in range(place[start], place[end]):
            painted[number] = "" if name == voice else name
    kept = [number for number, name in enumerate(painted) if number == 0 or name != painted[number - 1]]
    return Parts(tuple(edges[number] for number in kept), tuple(painted[number] for number in kept), labels)


def cast_of(
    turns: Sequence[DialogueTurn],
    voices: Sequence[Voice],
    *,
    first: str,
    speakers: Mapping[str, str] | None = None,
    pickable: Sequence[Voice] | None = None,
    text: str = "",
) -> dict[str, str]:
    """The voice of each label in the ``turns`` of ``text``: an id, or a design.

    A label of ``speakers`` has the voice given there, the name of a voice that voice, and whoever reads what nobody
    says (*Narrator*) ``first``, the request's voice. Of the others, the first letter in the alphabet, else the first
    grown-up who speaks and whose sex is not another than that of ``first``, has ``first`` where nobody has it yet, and
    each further one the next of that voice's engine and language that is of the sex that the name tells, still free and
    different enough in pitch, of those ``pickable``.
    """
    if not turns:
        return {}
    pickable, text = pickable or voices, simplified(text)
    names = ids_by_name(voices)
    alike = peers(pickable, first)
    labels = {turn.label: simplified(turn.label) for turn in turns}
    sex = sex_within([text], labels)
    given = {label: pickable[0].id if voice == "default" else voice for label, voice in (speakers or {}).items()}
    cast = {label: given[label] for label in labels if label in given}
    cast |= {label: names[key_of(label)] for label in labels if label not in cast and key_of(label) in names}
    cast |= {label: first for label in labels if label not in cast and is_narrator(labels[label])}
    left = [label for label in labels if label not in cast]
    left.sort(key=lambda label: label if LETTER.fullmatch(label) else "a")  # people as they come, after the letters
    ages = {label: said_age([labels[label]], [text]) for label in left}
    leads = next((voice for voice in voices if voice.id == first), None)
    own = next((label for label in left if leads is None or _leads(leads, sex(labels[label]), ages[label])), None)
    if own is not None and first not in cast.values():
        cast[own] = first
    for label in left:
        if label not in cast:
            taken = list(dict.fromkeys((*cast.values(), first)))
            cast[label] = person_voice(alike, taken, sex(labels[label]), ages[label])
    return {label: cast[label] for label in labels}


def voice_named(voices: Sequence[Voice], name: str) -> str | None:
    """The id of the voice with that id or name, whatever its case; designs and mixtures are their own ids.

    Raises :class:`StudioError` ``bad_voice`` or ``unknown_choice`` for a mixture that is written wrongly.
    """
    if name.startswith(INLINE):
        return name
    named = ids_by_name(voices).get(key_of(name))
    if named is None and is_mixture(name):
        return check_voice(name, [voice.id for voice in voices])
    return named


def peers(voices: Sequence[Voice], first: str, language: str = "") -> Sequence[Voice]:
    """The voices that go together with the voice ``first``: its engine's, as far as they speak ``language`` best.

    ``language`` is that voice's own best one unless it is given. All voices where ``first`` is not known, or is cloned.
    """
    heaviest = read_mixture(first).heaviest if is_mixture(first) else first
    leading = next((voice for voice in voices if voice.id == heaviest), None)
    if first.startswith(INLINE):
        leading = next((voice for voice in voices if voice.cast >= 0 and not is_ready(voice.id)), None)
    if leading is None or not any(voice.cast >= 0 for voice in voices if voice.engine == leading.engine):
        return voices
    same = [voice for voice in voices if voice.engine == leading.engine]
    wanted = (language,) if language else leading.languages[:1]
    best = [voice for voice in same if voice.languages[:1] == wanted]
    return best if any(voice.cast >= 0 for voice in best) else same


def _leads(voice: Voice, sex: Gender, age: Age) -> bool:
    return voice.age in _AGES[age, sex] if age == "child" else not (sex and voice.group) or suits(voice, sex)


def suits(voice: Voice, sex: Gender, age: Age = "") -> bool:
    """Whether a person of that ``sex`` and ``age`` may have it; of a person of neither nothing is known."""
    groups = ("women", "children") if age == "child" else _GROUPS.get(sex, ())
    return not (sex or age) or voice.group in groups or voice.age in _AGES.get((age, sex), ())


def person_voice(
    voices: Sequence[Voice], taken: Sequence[str], sex: Gender, age: Age = "", near: Collection[str] | None = None
) -> str:
    """The id of the voice for one more person of that ``sex`` and ``age``: a free one far from ``taken`` if any.

    A child, or an old person, has a voice of that age while one is free, and a child else the lightest, whosever sex
    that has; a grown-up never has a child's. A voice of the engine's cast goes before its others: these are for whoever
    would share a voice with somebody in the same scene, where those ``near`` are heard, or all.
    """
    ages, light = _AGES.get((age, sex), ()), max((voice.pitch for voice in voices), default=0.0) - 12.0
    grown, groups = [voice for voice in voices if voice.group != "children"], _GROUPS.get(sex, ())
    if age == "child":  # a boy has a woman's voice sooner than one an octave below the lightest
        grown, groups = [voice for voice in grown if voice.pitch > light], ("women", *(groups or ("men",)))
    suited = [voice for voice in grown if voice.group in groups] or grown or voices
    cast = [voice for voice in suited if voice.cast >= 0]
    castable = sorted(cast, key=lambda voice: -voice.pitch if age == "child" else voice.cast) or suited
    best = [*(voice for voice in voices if voice.age in ages), *(castable if age == "child" else ())]
    if free := next((voice.id for voice in best if voice.id not in taken), ""):
        return free
    others = [voice for voice in suited if voice not in castable and not voice.age and voice.id not in taken]
    return _next(voices, taken, castable, others, taken if near is None else near)


def _next(
    voices: Sequence[Voice], taken: Sequence[str], cast: Sequence[Voice], others: Sequence[Voice], near: Collection[str]
) -> str:
    """Voices to try, in order: free ones far from all, then any free one, who is not near, ``others``, all again."""
    free = [voice for voice in cast if voice.id not in taken]
    pitches = [voice.pitch for voice in voices if voice.id in taken]
    pitches += [read_inline(voice).pitch for voice in taken if voice.startswith(INLINE)]
    pitches += [_mixed_pitch(voice, voices) for voice in taken if is_mixture(voice)]
    far = [voice for voice in free if all(abs(voice.pitch - pitch) >= APART for pitch in pitches)]
    if far or free:
        return (far or free)[0].id
    apart = [voice for voice in cast if voice.id not in near]
    return min(apart or others[:1] or cast, key=lambda voice: list(taken).count(voice.id)).id


def _mixed_pitch(written: str, voices: Sequence[Voice]) -> float:
    mixture, pitches = read_mixture(written), {voice.id: voice.pitch for voice in voices}
    return mixture.design.pitch + sum(share * pitches.get(name, 0.0) for name, share in mixture.shares)


def check_speakers(speakers: object, voices: Sequence[str]) -> dict[str, str] | None:
    """Return a table of labels and voices with the voices in their one spelling; ``None`` is none, and fine.

    ``voices`` are ids.

    Raises :class:`StudioError` ``bad_speakers``, and ``unknown_choice`` or ``bad_voice`` for a voice.
    """
    if speakers is None:
        return None
    if not isinstance(speakers, Mapping):
        raise _bad("it should be an object of labels and voices", "应是标签到音色的对象")
    if len(speakers) > MAX_SPEAKERS:
        raise _bad(f"there are more than {MAX_SPEAKERS}", f"超过 {MAX_SPEAKERS} 个")
    seen: set[str] = set()
    table: dict[str, str] = {}
    for label, voice in speakers.items():
        name = in_one_form(str(label))
        barred = any(char in ":：*" or unicodedata.category(char) in NO_TEXT for char in name)
        if not name or len(name) > MAX_LABEL or barred:
            raise _bad(f"“{printable(label)}” cannot be a label", f"“{printable(label)}”不能作标签")
        if key_of(name) in seen:
            raise _bad(f"“{printable(name)}” is there twice", f"“{printable(name)}”重复出现")
        seen.add(key_of(name))
        table[label] = check_voice(voice, voices)
    return table
