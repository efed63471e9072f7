"""What the narrator says beside a quotation of who speaks: verbs of saying and their subjects, and who acts there."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

from indextts.books.casting.people import HIDDEN, ChinesePeople, EnglishPeople, Mention, role_gender, signs, words
from indextts.runtime.tables import tables_beside

Span = tuple[int, int]

_MAX: Final = 400
"""Characters beside a quotation that are looked at."""
_SEEN: Final = frozenset(("只见", "但见", "忽见", "却见"))
_FAR_ZH, _FAR_EN = 9, 60


@dataclass(frozen=True)
class Clue:
    """``who`` speaks, for all that ``words`` tell; ``sure`` is how often such words are right."""

    who: Mention
    sure: float
    words: str
    verb: bool
    """Whether a verb of saying tells it."""
    to: str = ""
    """To whom it is said."""


@functools.cache
def _either(language: str, name: str) -> str:
    return "|".join(sorted(map(re.escape, words(language, name)), key=len, reverse=True))


@functools.cache
def _verb_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{_either('zh', 'verbs')})(?:{_either('zh', 'after_verb')}){{0,2}}$")


_END_ZH: Final = re.compile(r"[。！？!?；;…]+")
_CLAUSE_ZH: Final = re.compile(rf"[^，,、：:—\s{HIDDEN}]+")


class ChineseClues:
    """Reads Chinese narration."""

    dashes: re.Pattern[str] | None = None

    def __init__(self, people: ChinesePeople) -> None:
        self.people = people

    def before(self, text: str, start: int, end: int) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation that follows."""
        start = max(start, end - _MAX)
        last = text[:end].rstrip()[-1:] if end > start else ""
        end = start + len(text[start:end].rstrip())
        if end <= start:
            return None
        last = text[end - 1]
        clauses = _sentences(text, start, end, _END_ZH)
        for back, (begin, stop) in enumerate(reversed(clauses[-3:])):
            found = self._subject(text, begin, stop)
            if found:
                who, clause = found
                tail = text[max(begin, stop - 14) : stop].rstrip("，,：:。！？；…—")
                verb = back == 0 and bool(_verb_at_end().search(tail))
                if who.kind == "nobody" and not verb:
                    continue
                sure = 0.97 if verb else 0.93 if last in "：:" else 0.8 if last in "，,—" else 0.75
                told = text[clause[0] : end].rstrip("：:，,")
                return Clue(who, sure - 0.12 * back, told, verb or last in "：:", self._to(text, who.end, stop))
        return None

    def after(self, text: str, start: int, end: int, *, leads: bool) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation before it; ``leads``: another one follows."""
        stop = min(end, start + _MAX)
        sentence = next(iter(_sentences(text, start, stop, _END_ZH)), None)
        if sentence is None:
            return None
        begin, stop = sentence
        if leads and text[begin:stop].rstrip()[-1:] in ("：", ":"):
            return None
        clauses = [match.span() for match in _CLAUSE_ZH.finditer(text, begin, stop)]
        if not clauses:
            return None
        who = self._initial(text, *clauses[0], far=3)
        if who is None:
            return None
        told = text[clauses[0][0] : clauses[0][1]].rstrip("。！？；…")
        verb = self._says(told[who.end - clauses[0][0] :]) or (
            len(clauses) > 1
            and bool(_verb_at_end().search(text[clauses[1][0] : clauses[1][1]].rstrip("。！？；…")[-14:]))
        )
        if who.kind == "nobody" and not verb:
            return None
        return Clue(who, 0.97 if verb else 0.86, told, verb, self._to(text, who.end, clauses[0][1]))

    def _to(self, text: str, start: int, end: int) -> str:
        """Whom what is said is said to: 对鲁二说, 问奶奶."""
        for who in self.people.mentions(text, max(start, end - 20), end):
            if who.kind in ("name", "role") and text[who.start - 1] in "对问向朝冲劝":
                return who.name
        return ""

    @staticmethod
    def _says(clause: str) -> bool:
        short = clause[:40]
        if _verb_at_end().search(short):
            return True
        return any(len(verb) > 1 and verb in short for verb in words("zh", "verbs")) or bool(
            re.search(r"[说道问答喊叫骂嚷](?:道|着|了|起来|一句|一声)", short)
        )

    def acts(self, text: str, start: int, end: int) -> Mention | None:
        """Who acts in the last sentence that tells of anybody."""
        for begin, stop in reversed(_sentences(text, max(start, end - _MAX), end, _END_ZH)):
            found = self._subject(text, begin, stop)
            if found and found[0].kind != "nobody":
                return found[0]
        return None

    def _subject(self, text: str, begin: int, stop: int) -> tuple[Mention, Span] | None:
        for match in reversed(list(_CLAUSE_ZH.finditer(text, begin, stop))):
            who = self._initial(text, *match.span(), far=_FAR_ZH)
            if who:
                return who, match.span()
        return None

    def _initial(self, text: str, begin: int, stop: int, *, far: int) -> Mention | None:
        """Who a clause is about, as far as it begins with that."""
        for who in self.people.mentions(text, begin, min(stop, begin + far + 8)):
            if who.start - begin > far:
                return None
            before = text[max(begin, who.start - 2) : who.start]
            if before[-1:] in signs("objects") and before not in _SEEN:
                continue
            if text[who.end : who.end + 1] in ("的", "们") and who.end < stop:
                continue
            return who
        return None

    def called(self, text: str, start: int, end: int) -> list[str]:
        """Whom ``text[start:end]``, what is said, calls by name."""
        found = []
        for who in _edge_mentions(self.people, text, start, end):
            if who.kind in ("pronoun", "me", "nobody"):
                continue
            before, after = text[start : who.start][-1:], text[who.end : end][:1]
            if (not before or before in "，,！!。？?") and (not after or after in "，,！!。？?…—、"):
                found.append(who.name)
        return found

    def said(self, told: str, quote: Span, body: str) -> float:
        """How surely ``body`` is speech, by what surrounds its place in the line ``told``."""
        return _said_zh(told, *quote, body)


def _edge_mentions(people: ChinesePeople | EnglishPeople, text: str, start: int, end: int) -> list[Mention]:
    """Mentions near both ends."""
    if end - start <= 60:
        return list(people.mentions(text, start, end))
    return [*people.mentions(text, start, start + 24), *people.mentions(text, end - 24, end)]


def _sentences(text: str, start: int, end: int, ends: re.Pattern[str]) -> list[Span]:
    found, at = [], start
    for match in ends.finditer(text, start, end):
        if text[at : match.end()].strip():
            found.append((at, match.end()))
        at = match.end()
    if text[at:end].strip():
        found.append((at, end))
    return found


@functools.cache
def _not_said() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tables_beside(__file__, "zh.yaml")
    return tuple(table["not_said"].split()), tuple(table["not_said_after"].split())


def _said_zh(text: str, start: int, end: int, body: str) -> float:
    line = text.rfind("\n", max(0, start - 60), start) + 1 or max(0, start - 60)
    before = text[line:start].rstrip()
    after = text[end : end + 8].split("\n")[0]
    if not any(char.isalnum() for char in body):
        return 0.6 if not before else 0.0
    marks_before, marks_after = _not_said()
    if before.rstrip("：:，, ").endswith(marks_before) or after.startswith(marks_after):
        return 0.05
    ends = body.rstrip()[-1] in "。！？!?…～~，,—；;.”’』"
    if not before and not after.strip("。，"):
        return 0.95
    if before and before[-1] in "：:":
        return 0.97
    if not before or before[-1] in f"。！？!?…—{HIDDEN}":
        if ends:
            return 0.95
        return 0.4 if after and after[0] not in "，,。" else 0.7
    if ends and before[-1] in "，,；;":
        return 0.9
    if _verb_at_end().search(before[-14:]):
        return 0.9 if ends or len(body) > 8 else 0.3
    return 0.6 if ends and body.rstrip()[-1] not in "”’』" else 0.1


_END_EN: Final = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bProf)(?<!\bLt)(?<!\bSgt)[.!?…]+(?=\s|$)"
)
_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")


@functools.cache
def _verbs() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either('en', 'verbs')})\b")


@functools.cache
def _dash_tag() -> re.Pattern[str]:
    who = r"(?:he|she|I|they|the [a-z]+(?: [a-z]+)?|(?:Mr|Mrs|Dr)\. [A-Z]\w+|[A-Z]\w+(?: [A-Z]\w+)?)"
    verbs = _either("en", "verbs")
    return re.compile(rf"(?<=[,.?!…]) +(?:(?:{verbs}) {who}|{who} (?:{verbs}))\b[^.,?!—]{{0,80}}[.,]?(?:\s+|$)")


class EnglishClues:
    """Reads English narration."""

    def __init__(self, people: EnglishPeople) -> None:
        self.people = people
        self.dashes: re.Pattern[str] | None = _dash_tag()

    def before(self, text: str, start: int, end: int) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation that follows."""
        start = max(start, end - _MAX)
        sentences = _sentences(text, start, end, _END_EN)
        for back, (begin, stop) in enumerate(reversed(sentences[-3:])):
            who = self._subject(text, begin, stop)
            if who is None:
                continue
            told = text[begin:stop].strip()
            leads = back == 0 and told[-1:] in (",", ":")
            verb = leads and bool(_verbs().search(told[-60:]))
            if who.kind == "nobody" and not verb:
                continue
            if verb:
                who = self._by_verb(text, begin, stop) or who
            sure = 0.95 if verb else 0.85 if leads else 0.75
            return Clue(who, sure - 0.12 * back, _short(told), verb)
        return None

    def after(self, text: str, start: int, end: int, *, leads: bool) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation before it; ``leads``: another one follows."""
        stop = min(end, start + _MAX)
        sentence = next(iter(_sentences(text, start, stop, _END_EN)), None)
        if sentence is None:
            return None
        begin, stop = sentence
        first = _WORD.search(text, begin, stop)
        if first is None or first.start() - begin > 6:
            return None
        if leads and stop == end and text[begin:stop].rstrip()[-1:] == ":":
            return None
        if _verbs().fullmatch(first.group()):
            who = self._behind(text, first.end(), stop)
            return Clue(who, 0.98, _short(text[begin : who.end].strip()), True) if who else None
        if first.group().lower() in words("en", "nobody"):
            nobody = Mention(*first.span(), first.group(), "nobody")
            verb = _verbs().search(text, first.end(), min(stop, first.end() + 20))
            return Clue(nobody, 0.95, text[begin : verb.end()].strip(), True) if verb else None
        for who in self._mentions(text, first.start(), stop):
            if who.start != first.start():
                break
            verb = _verbs().search(text, who.end, min(stop, who.end + 40))
            between = _WORD.findall(text[who.end : verb.start()]) if verb else []
            if verb and len(between) <= 2 and "," not in text[who.end : verb.start()] and "and" not in between:
                return Clue(who, 0.97, _short(text[begin : verb.end()].strip()), True, self._to(text, verb.end(), stop))
            if who.kind == "nobody":
                return None
            later = bool(_verbs().search(text, who.end, min(stop, who.end + 80)))
            sure = 0.7 if text[who.end : who.end + 2] in ("'s", "’s") else 0.86
            return Clue(who, sure, _short(text[begin:stop].strip()), later)
        return self._unknown(text, first.start(), stop)

    def acts(self, text: str, start: int, end: int) -> Mention | None:
        """Who acts in the last sentence that tells of anybody."""
        for begin, stop in reversed(_sentences(text, max(start, end - _MAX), end, _END_EN)):
            who = self._subject(text, begin, stop)
            if who and who.kind != "nobody":
                return who
        return None

    def _to(self, text: str, at: int, stop: int) -> str:
        """Whom what is said is said to: ``told the stranger``."""
        for who in self._mentions(text, at, min(stop, at + 40)):
            gap = text[at : who.start].strip()
            return who.name if gap in ("", "to") and who.kind in ("name", "role") else ""
        return ""

    def _mentions(self, text: str, start: int, end: int) -> list[Mention]:
        return list(self.people.mentions(text, start, end))

    def _behind(self, text: str, at: int, stop: int) -> Mention | None:
        """Who stands behind a verb: ``said the old miller``."""
        for who in self._mentions(text, at, min(stop, at + 60)):
            if who.start - at <= 1:
                return who
            break
        found = re.compile(r"\s(?:the|a|an) ((?:[a-z]+ )?[a-z]{2,20})\b").match(text, at, stop)
        if not found:
            return None
        noun = found[1] if found[1].split()[0] in words("en", "adjectives") else found[1].split()[0]
        kind = "nobody" if noun.split()[-1] in words("en", "nobody") else "role"
        return Mention(found.start() + 1, at + 1 + 4 + len(noun), f"the {noun}", kind, role_gender(noun.split()[-1]))  # type: ignore[arg-type]

    @staticmethod
    def _unknown(text: str, at: int, stop: int) -> Clue | None:
        """``the hedgehog said``: whatever speaks is somebody."""
        found = re.compile(r"(?:[Tt]he|[Aa]n?) ((?:[a-z]+ ){0,2}?)([a-z]{2,20}) ([a-z]+)\b").match(text, at, stop)
        if not found or not _verbs().fullmatch(found[3]):
            return None
        kind = "nobody" if found[2] in words("en", "nobody") else "role"
        who = Mention(at, found.end(2), f"the {found[2]}", kind, role_gender(found[2]))  # type: ignore[arg-type]
        return Clue(who, 0.95, found.group(), True)

    def _by_verb(self, text: str, begin: int, stop: int) -> Mention | None:
        """Who stands before the last verb of saying."""
        verbs = [match.start() for match in _verbs().finditer(text, begin, stop)]
        if not verbs:
            return None
        near = [who for who in self._mentions(text, begin, verbs[-1]) if self._acts(text, begin, who)]
        return near[-1] if near and verbs[-1] - near[-1].end <= 20 else None

    def _subject(self, text: str, begin: int, stop: int) -> Mention | None:
        for who in self._mentions(text, begin, min(stop, begin + _FAR_EN + 30)):
            if who.start - begin > _FAR_EN:
                return None
            if self._acts(text, begin, who):
                return who
        return None

    @staticmethod
    def _acts(text: str, begin: int, who: Mention) -> bool:
        before = text[max(begin, who.start - 24) : who.start].split()
        return not before or before[-1].lower().strip(",") not in words("en", "objects") or before[-1].endswith(",")

    def called(self, text: str, start: int, end: int) -> list[str]:
        """Whom ``text[start:end]``, what is said, calls by name."""
        found = []
        for who in _edge_mentions(self.people, text, start, end):
            if who.kind != "name":
                continue
            before, after = text[start : who.start].rstrip()[-1:], text[who.end : end][:1]
            if (not before or before in ",.!?—;") and (not after or after in ",.!?—…"):
                found.append(who.name)
        return found

    def said(self, told: str, quote: Span, body: str) -> float:
        """How surely ``body`` is speech, by what surrounds its place in the line ``told``."""
        return _said_en(told, *quote, body.strip())


def _short(told: str) -> str:
    return told if len(told) <= 60 else told[:59] + "…"


def _said_en(text: str, start: int, end: int, body: str) -> float:
    line = text.rfind("\n", max(0, start - 160), start) + 1 or max(0, start - 160)
    before = text[line:start].rstrip()
    after = text[end : end + 60].split("\n")[0]
    if not any(char.isalnum() for char in body):
        return 0.5 if not before else 0.0
    ends = body[-1] in ",.!?…—–-’'"
    follows = _WORD.search(after)
    verb = bool(follows and (_verbs().fullmatch(follows.group()) or _verbs().search(after[:40])))
    if not before:
        return 0.95 if ends or not after.strip() else 0.9 if verb else 0.3
    if before[-1] in f".!?…{HIDDEN}":
        return 0.95 if ends else 0.7 if verb else 0.3
    last = re.split(r"(?<=[.!?…])\s", before)[-1]
    told = {word.lower() for word in _WORD.findall(last)}
    tail = _WORD.findall(last)[-1:] or [""]
    if before[-1] in ",:—–-":
        if told & words("en", "writings") and not verb:
            return 0.1
        if _verbs().search(last) or before[-1] in ":—–-" or verb:
            return 0.93 if ends else 0.6
        return 0.2 if _is_title(body) else 0.75 if ends else 0.2
    if tail[0].lower() in words("en", "not_said"):
        return 0.05
    if _verbs().fullmatch(tail[0]):
        return 0.7 if ends and len(body.split()) > 2 else 0.2
    return 0.1


def _is_title(body: str) -> bool:
    told = [word for word in _WORD.findall(body) if len(word) > 3]
    return len(told) < 9 and all(word[0].isupper() for word in told)
