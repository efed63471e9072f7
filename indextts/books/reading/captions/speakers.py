"""Who speaks in subtitles: names before a colon or in brackets, and dashes where two people speak in one cue.

    labels = Labels(cues)
    labels.turns(cue)          # [("老杜", "走吧。"), ("", "好。")]

A label is a person where it looks like one by itself (老杜, JOHN, SPEAKER_01), or where the file uses it as one; what
is known to be no person (注意, 10:30, Step 2) stays as it is written.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from indextts.books.casting.lexicon import roles_zh, titles_en, words
from indextts.books.model import UNKNOWN
from indextts.books.reading.captions.cue import Cue
from indextts.books.reading.limits import Patience
from indextts.books.reading.tidy import is_wide
from indextts.platform.tables import members, pattern_of
from indextts.reading.text.tokens import tagged
from indextts.voices.directions import sounds
from indextts.voices.labels import known_people
from indextts.voices.sexes import guessed_sex, role_sex, table

_AGES: Final = ("ages_child", "ages_old")
_NUMBERED: Final = pattern_of(__file__, "speakers_numbered")
_HAN_NAME: Final = re.compile("[\u3400-\u9fff·]{1,8}")
_EN_NAME: Final = re.compile(r"(?P<first>[A-Z][\w.'’-]*)(?: (?:[A-Z0-9#][\w.'’#-]*|de|van|von|la|of|the|and|&)){0,3}")
_CALLED: Final = re.compile(r"(?!In\b|\w*(?:ly|ing|ed|s|ish|ese|ian)$|French$|German$|Continued$)[A-Z][a-z]{2,11}")
"""What is a name in brackets before speech, and no sound, language or manner."""
_SPACED: Final = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # between a family name and a given name
_TIME: Final = re.compile(r"[\d\s.第年月日号點点]+")
_VERB_AT_END: Final = re.compile("(?:说|道|问|答|喊|叫|想|写|写道|说过|指出|认为|表示|是|有|为|了|的|着|過|过|说到)$")
_PERSON_TAGS: Final = frozenset(("nr", "nrt", "nrfg"))
_DASH: Final = re.compile(r"[-–—‐―]{1,2}\s*(?=[^\s\d\-–—‐―])")
_CHANGE: Final = re.compile(r">{2,3}\s*")
_NARRATOR_LETTERS: Final = re.compile(r"[A-Z]")
_MANNER: Final = re.compile(r"\s*[（(\[][^（()）\[\]]*[)）\]]$")
_LONGEST_ZH: Final = 8
_MANY: Final = 500  # labels of a file that are looked at one by one


@functools.lru_cache(maxsize=2000)
def looks_like_person(label: str) -> bool:
    """Whether it is a person whatever stands around it."""
    if is_nobody(label):
        return False
    if _NUMBERED.fullmatch(label):
        return True
    if _HAN_NAME.fullmatch(label):
        return _chinese(label)
    return _english(label)


@functools.lru_cache(maxsize=2000)
def is_nobody(label: str) -> bool:
    """Whether it is known to be no person: a time, 注意, ``Step 2``."""
    if _TIME.fullmatch(label) or not any(char.isalpha() for char in label):
        return True
    if _HAN_NAME.fullmatch(label):
        known = members(__file__, "no_people_zh")
        says = len(label) > 1 and _VERB_AT_END.search(label) is not None and not _is_role(label)
        return label in known or label[0] == "第" or label in words("zh", "not_people") or says
    first = label.casefold().split()[0].strip(".,#")
    return first in members(__file__, "no_people_en") or len(label.split()) > 5


def _is_role(label: str) -> bool:
    return label in roles_zh() or any(label in table("zh", one) for one in _AGES) or label in known_people("zh")


def _chinese(label: str) -> bool:
    if _is_role(label) or any(label.endswith(role) for role in words("zh", "roles_any") if len(role) > 1):
        return True
    if label[0] in table("zh", "prefixes") and 2 <= len(label) <= 3 and label not in words("zh", "not_people"):
        return True
    tags = tagged(label)
    if len(tags) == 1 and len(label) > 1 and tags[0][1] in _PERSON_TAGS:
        return True
    family = label[:2] in table("zh", "double_surnames") or label[0] in table("zh", "surnames")
    return family and 2 <= len(label) <= 4 and len(tags) > 1 and tags[0][1] in (*_PERSON_TAGS, "x")


def _english(label: str) -> bool:
    match = _EN_NAME.fullmatch(label)
    if match is None:
        return False
    if len(label) > 1 and pattern_of(__file__, "speakers_capitals").fullmatch(label):
        return True
    if _NARRATOR_LETTERS.fullmatch(label):
        return True
    first = match["first"].rstrip(".").title()
    if first in known_people("en") or first in titles_en() | words("en", "kin") or guessed_sex(first):
        return True
    return first.casefold() in words("en", "roles") or bool(role_sex(first.casefold()))


def _could_be(label: str) -> bool:
    """Whether it is written as names are."""
    if is_nobody(label):
        return False
    if _HAN_NAME.fullmatch(label):
        return len(label) <= _LONGEST_ZH
    if any(is_wide(char) for char in label):
        return len(label) <= 12 and " " not in label
    return _EN_NAME.fullmatch(label) is not None or label.istitle() or not label.isascii()


class Labels:
    """The labels of a file that are people, as all are that are ``people`` already."""

    def __init__(self, cues: Sequence[Cue], patience: Patience, people: Iterable[str] = ()) -> None:
        heads: Counter[str] = Counter()
        sure = set(people)
        labelled = 0
        for cue in cues:
            patience.element()
            any_label = False
            for line in cue.lines:
                label, certain, _ = _label_of(line.text)
                if label and not is_nobody(label):
                    heads[label] += 1
                    any_label = True
                    if certain or line.text[0] == "[" or (len(heads) <= _MANY and looks_like_person(label)):
                        sure.add(label)
            labelled += any_label
        repeated = {label for label, count in heads.items() if count > 1 and _could_be(label)}
        known = set(sure)
        if labelled * 2 >= len(cues) and (repeated or sure) and len(heads) <= max(3, labelled * 3 // 4):
            known |= {label for label in heads if _could_be(label)}
        known |= {label for label in repeated if heads[label] > 2 or sure or len(repeated) > 1}
        self._people: dict[str, str] = {}
        for label in heads:
            if label in known:
                self._people.setdefault(_key(label), label)

    def known(self, label: str) -> str:
        """As the file spells it first; empty where it is no person."""
        return self._people.get(_key(label), "")

    def turns(self, cue: Cue) -> list[tuple[str, str]]:
        """What is said in a cue by whom, from top to bottom; nobody for what the file does not tell."""
        lines = [(one.speaker, part) for one in cue.lines for part in _dashed(one.text)]
        dashes = sum(_DASH.match(text) is not None for _, text in lines)
        apart = dashes > 1 or (dashes == 1 and len(lines) > 1 and _DASH.match(lines[0][1]) is None)
        turns: list[tuple[str, str]] = []
        speaker = ""
        for place, (named, line) in enumerate(lines):
            dashed = _DASH.match(line) is not None
            label, text = self._parted(line)
            text = _CHANGE.sub("", text) if text.startswith(">>") else text
            if label or named:
                speaker = label or named
            elif apart and (dashed or place == 0):
                speaker = UNKNOWN
            if dashed and not label and (apart or text[:1] in "-–‐"):
                text = _DASH.sub("", text, count=1)
            new = bool(label) or (apart and dashed)
            if not new and turns and turns[-1][0] == speaker and not (named and place and named != lines[place - 1][0]):
                turns[-1] = (speaker, f"{turns[-1][1]}\n{text}".strip("\n"))
            else:
                turns.append((speaker, text))
        return [(who, text) for who, text in turns if text]

    def _parted(self, line: str) -> tuple[str, str]:
        label, _, rest = _label_of(line)
        if not label or is_nobody(label):
            return "", line
        known = self.known(label)
        return (known, rest) if known else ("", line)


def named_above(cues: list[Cue]) -> list[Cue]:
    """``cues`` of which each is said by whose name stands on a line of its own above it, as meetings are written."""
    heads = Counter(cue.lines[0].text.strip() for cue in cues if len(cue.lines) > 1)
    if heads.total() < len(cues) or not 1 < len(heads) <= _MANY or not all(map(_could_be, heads)):
        return cues
    people = sum(map(looks_like_person, heads))
    if people < len(heads) and not (people and len(heads) * 2 <= len(cues)):
        return cues
    return [
        replace(cue, lines=[replace(line, speaker=cue.lines[0].text.strip()) for line in cue.lines[1:]]) for cue in cues
    ]


def label_at(line: str, labels: Labels) -> int:
    """How many characters at the beginning of a line name its speaker."""
    label, certain, rest = _label_of(line)
    person = bool(label) and not is_nobody(label) and (certain or bool(labels.known(label)))
    return len(line) - len(rest) if person else 0


def _dashed(line: str) -> list[str]:
    """Two people on one line: “- … - …”."""
    if _DASH.match(line) is None:
        return [line]
    parts, at = [], 0
    for match in pattern_of(__file__, "speakers_dash_within").finditer(line, 1):
        parts.append(line[at : match.start()])
        at = match.start()
    parts.append(line[at:])
    return [part.strip() for part in parts if part.strip()]


def _label_of(line: str) -> tuple[str, bool, str]:
    """The label that a line begins with, whether its form is none but a speaker's, and what follows it."""
    if match := pattern_of(__file__, "speakers_bracketed").match(line):
        label = _plain(match["square"] or match["round"])
        if match["colon"]:
            return label, bool(match["square"]), line[match.end() :]
        rest = line[match.end() :]
        is_called = match["square"] and _CALLED.fullmatch(label)
        return (
            (label, False, rest)
            if rest and (looks_like_person(label) or is_called) and not _is_sound_role(label)
            else ("", False, line)
        )
    if (match := pattern_of(__file__, "speakers_plain").match(line)) and not _TIME.fullmatch(match["label"]):
        return _plain(match["label"]), False, line[match.end() :]
    return "", False, line


def _is_sound_role(label: str) -> bool:
    """Words in brackets that tell how something is said, or what is heard, though they may be people elsewhere."""
    plain = label.casefold()
    return plain in sounds("en") or any(word in label for word in ("声", "众人", "旁白")) or (
        label in ("男", "女", "问", "答") or plain in ("man", "woman", "crowd", "voice", "all")
    )  # fmt: skip


def _plain(label: str) -> str:
    """Without the manner behind it."""
    plain = " ".join(_MANNER.sub("", label).split()) if not _NUMBERED.fullmatch(label.strip()) else label.strip()
    plain = _SPACED.sub("", plain)
    return plain.strip("*") or label.strip()


def _key(label: str) -> str:
    return label.casefold()
