"""Clues to speakers in English narration: verbs of saying with their subjects, and people acting beside a quotation."""

from __future__ import annotations

import functools
import re
from typing import Final

from indextts.books.casting.clues import BESIDE, Clue, Span, near_edges, sentences_of
from indextts.books.casting.lexicon import HIDDEN, either, words
from indextts.books.casting.people import Kind, Mention
from indextts.books.casting.people_en import EnglishPeople, is_described, phrase_behind
from indextts.voices.sexes import role_sex

_FAR_EN: Final = 60  # characters of a sentence before its subject
_END_EN: Final = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bProf)(?<!\bLt)(?<!\bSgt)[.!?…]+(?=\s|$)"
)
_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")


@functools.cache
def _verbs() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{either('en', 'verbs')})\b")


@functools.cache
def dash_tags() -> re.Pattern[str]:
    """Finds what a narrator puts into a line that begins with a dash: ``said the old miller,``, also between dashes."""
    who = r"(?:he|she|I|they|the [a-z]+(?: [a-z]+)?|(?:Mr|Mrs|Dr)\. [A-Z]\w+|[A-Z]\w+(?: [A-Z]\w+)?)"
    verbs = either("en", "verbs")
    begins, goes_on = r"(?:(?<=[,.?!…]) +(?:[—–―]+ *)?| +[—–―]+ +)", r"[.,]?(?:\s+(?:[—–―]+\s*)?|$)"
    return re.compile(rf"{begins}(?:(?:{verbs}) {who}|{who} (?:{verbs}))\b[^.,?!—–―]{{0,80}}{goes_on}")


_PARTS: Final = (
    r" (?:[a-z]+ )?(?:eyes?|voice|face|mouth|smile|lips|brows?|gaze|hands?|jaw|chin|cheeks|expression|tone|head)\b"
)
_WHOSE: Final = re.compile(rf"\s*(His|Her){_PARTS}")  # What a person has, as the subject: ``His eyes were grey``
_OWNED: Final = re.compile(rf"(?:['’]s|(?<=s)['’])(?!{_PARTS})\b")
"""Behind a person who does nothing: ``Her uncle's ledger``."""
_UNSEEN: Final = re.compile(r"\b(?:[Aa]n?(?: \w+){0,3} voice|[Ss]ome(?:body|one)(?: else)?) (?!of )[^.!?]*[.!?:]\W*\Z")
_RETOLD: Final = re.compile(
    r"[^.!?]{0,30}?\b(?:told \w+(?: \w+)?|said|explained|replied|answered|admitted|added|wrote) that\b"
)
"""Told without its words."""


_I_AM: Final = re.compile(r"\b(?:I['’]m|I am|name is|name['’]s|call me) \Z")
_PARENTS: Final = dict.fromkeys(("Mum", "Mom", "Mama", "Mummy", "Mother"), ("my mother",)) | dict.fromkeys(
    ("Dad", "Papa", "Daddy", "Father"), ("my father",)
)  # Who is called so where the narrator is the child
_AND_I: Final = re.compile(r"[.,][’”\"]?(?: I\b| And you\b|[^“‘\n]{1,60}[“‘\"]I\b)")
_ME: Final = re.compile(r"\s*(?:to )?me\b")


class EnglishClues:
    """Reads English narration."""

    retold, unseen = _RETOLD, _UNSEEN

    def __init__(self, people: EnglishPeople) -> None:
        self.people = people

    def before(self, text: str, start: int, end: int) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation that follows."""
        start = max(start, end - BESIDE)
        sentences = sentences_of(text, start, end, _END_EN)
        for back, (begin, stop) in enumerate(reversed(sentences[-3:])):
            who = self._subject(text, begin, stop)
            told = text[begin:stop].strip()
            leads = back == 0 and told[-1:] in (",", ":")
            if leads and (who is None or _other(text, begin, who)) and _verbs().search(told[-45:]):
                return Clue(Mention(begin, begin, "", "stranger"), 0.0, _short(told), True)
            if who is None:
                continue
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
        stop = min(end, start + BESIDE)
        sentence = next(iter(sentences_of(text, start, stop, _END_EN)), None)
        if sentence is None:
            return None
        begin, stop = sentence
        first = _WORD.search(text, begin, stop)
        if first is None or first.start() - begin > 6:
            return None
        if leads and stop == end and text[begin:stop].rstrip()[-1:] == ":":
            return None
        if _WHOSE.match(text, begin, stop) and (whose := self._subject(text, begin, stop)):
            return Clue(whose, 0.86, _short(text[begin:stop].strip()), False)
        if _verbs().fullmatch(first.group()):
            who = self._behind(text, first.end(), stop)
            if who is None:
                who = Mention(begin, begin, "", "stranger")
                return Clue(who, 0.0, _short(text[begin:stop].strip()), True)
            return Clue(who, 0.98, _short(text[begin : who.end].strip()), True)
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
        """The person who acts in the last sentence that mentions people."""
        for begin, stop in reversed(sentences_of(text, max(start, end - BESIDE), end, _END_EN)):
            who = self._subject(text, begin, stop)
            if who and who.kind != "nobody":
                return who
        return None

    def opens(self, text: str, start: int, end: int) -> Mention | None:
        """The person about whom the first sentence is."""
        first = sentences_of(text, start, min(end, start + BESIDE), _END_EN)[:1]
        return self._subject(text, *first[0]) if first else None

    def _to(self, text: str, at: int, stop: int) -> str:
        """The addressee of a quotation: ``told the stranger``."""
        if _ME.match(text, at):
            return "I"
        for who in self._mentions(text, at, min(stop, at + 40)):
            gap = text[at : who.start].strip()
            return who.name if gap in ("", "to") and who.kind in ("name", "role") else ""
        return ""

    def _mentions(self, text: str, start: int, end: int) -> list[Mention]:
        return list(self.people.mentions(text, start, end))

    def _behind(self, text: str, at: int, stop: int) -> Mention | None:
        """The person named after a verb: ``said the old miller``."""
        who = next(iter(self._mentions(text, at, min(stop, at + 60))), None)
        if who and (who.start - at <= 1 or (who.kind == "name" and is_described(text[at : who.start]))):
            return who  # said Daisy, said little Daisy
        found = phrase_behind(text, at, stop)
        if found is None:
            return None
        noun, end = found
        kind: Kind = "nobody" if noun.split()[-1] in words("en", "nobody") else "role"
        return Mention(at + 1, end, f"the {noun}", kind, role_sex(noun.split()[-1]))

    @staticmethod
    def _unknown(text: str, at: int, stop: int) -> Clue | None:
        """``the hedgehog said``: whatever speaks counts as a person."""
        found = re.compile(r"(?:[Tt]he|[Aa]n?) ((?:[a-z]+ ){0,2}?)([a-z]{2,20}) ([a-z]+)\b").match(text, at, stop)
        if not found or not _verbs().fullmatch(found[3]):
            return None
        kind = "nobody" if found[2] in words("en", "nobody") else "role"
        who = Mention(at, found.end(2), f"the {found[2]}", kind, role_sex(found[2]))  # type: ignore[arg-type]
        return Clue(who, 0.95, found.group(), True)

    def _by_verb(self, text: str, begin: int, stop: int) -> Mention | None:
        """The person named before the last verb of saying."""
        verbs = [match.start() for match in _verbs().finditer(text, begin, stop)]
        if not verbs:
            return None
        near = [who for who in self._mentions(text, begin, verbs[-1]) if self._acts(text, begin, who)]
        return near[-1] if near and verbs[-1] - near[-1].end <= 20 else None

    def _subject(self, text: str, begin: int, stop: int) -> Mention | None:
        if whose := _WHOSE.match(text, begin, stop):
            return Mention(begin, begin + 3, whose[1], "pronoun", "male" if whose[1] == "His" else "female")
        for who in self._mentions(text, begin, min(stop, begin + _FAR_EN + 30)):
            if who.start - begin > _FAR_EN:
                return None
            if self._acts(text, begin, who):
                return who
        return None

    @staticmethod
    def _acts(text: str, begin: int, who: Mention) -> bool:
        before = text[max(begin, who.start - 24) : who.start].split()
        if _OWNED.match(text, who.end):
            return False
        return not before or before[-1].lower().strip(",") not in words("en", "objects") or before[-1].endswith(",")

    def called(self, text: str, start: int, end: int) -> tuple[list[str], list[str]]:
        """The person whom the quotation ``text[start:end]`` addresses by name, and who gives the own name in it."""
        found, own = [], []
        for who in near_edges(self.people, text, start, end):
            if who.kind != "name":
                continue
            before, after = text[start : who.start].rstrip()[-1:], text[who.end : end][:1]
            if (not before or before in ",.!?—;") and (not after or after in ",.!?—…"):
                found += [who.name, *_PARENTS.get(who.name, ())]
            whole = not before and " " in who.name and _AND_I.match(text, who.end)
            says = whole or _I_AM.search(text, max(start, who.start - 24), who.start)
            if says and after != "?" and not _OWNED.match(text, who.end):
                own.append(who.name)
        return found, own

    def said(self, told: str, quote: Span, body: str) -> float:
        """How surely ``body`` is speech, by what surrounds its place in the line ``told``."""
        return _said_en(told, *quote, body.strip())

    def same(self, between: str, before: Clue, known: tuple[Mention, ...], *, open_turn: bool) -> bool:
        """Whether who is told of ``before`` the next quotation is the speaker of those before ``between``."""
        named = before.who.kind in ("name", "role") and before.verb and known and known[-1].kind in ("name", "role")
        return not named or any(who.name == before.who.name for who in known)


_ARTICLE: Final = re.compile(r"\s*(?:The|An?) ")


def _other(text: str, begin: int, who: Mention) -> bool:
    """Whether a sentence begins with a noun that is not known as a person, and ``who`` comes later."""
    first = _ARTICLE.match(text, begin)
    return first is not None and who.start >= first.end()


def _short(told: str) -> str:
    return told if len(told) <= 60 else told[:59] + "…"


def _said_en(text: str, start: int, end: int, body: str) -> float:
    line = text.rfind("\n", max(0, start - 160), start) + 1 or max(0, start - 160)
    before = text[line:start].rstrip()
    after = text[end : end + 60].split("\n")[0]
    if not any(char.isalnum() for char in body):
        return 0.5 if not before else 0.0
    if _is_written(text, line, start, end):
        return 0.1
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
    speaks = _verbs().match(last.lstrip(f"{HIDDEN}, ")) or (
        last[:1].isupper() and last.split()[0] not in words("en", "common")
    )
    if (
        not (verb or speaks)
        and told & words("en", "writings")
        and (before[-1] in ",:—–-" or _verbs().fullmatch(tail[0]))
    ):
        return 0.1
    if before[-1] in ",:—–-":
        named = tail[0].lower() in words("en", "not_said") | words("en", "writings")
        if (named and _is_title(body)) or tail[0].lower() in words("en", "writes"):
            return 0.1
        if _verbs().search(last) or before[-1] in ":—–-" or verb:
            return 0.93 if ends else 0.6
        return 0.2 if _is_title(body) else 0.75 if ends else 0.2
    if tail[0].lower() in words("en", "not_said"):
        return 0.05
    if _verbs().fullmatch(tail[0]):
        return 0.7 if ends and len(body.split()) > 2 else 0.2
    return 0.1


@functools.cache
def _written() -> re.Pattern[str]:
    says = "(?:said|says|reads?|began|went|ran|announced)"
    return re.compile(rf",? (?:(?P<it>it {says})|{says} the (?:{either('en', 'writings')}))\b")


def _is_written(text: str, line: int, start: int, end: int) -> bool:
    """Whether a sign or letter has the quotation, or the one before it: ``“Gone to bed,” it said. “Please …``"""
    last = text.rfind(HIDDEN, line, start)
    for stop in (end, last + 1):
        found = _written().match(text, stop) if stop else None
        if found and (stop == end or start - found.end() < 40):
            near = {word.lower() for word in _WORD.findall(text[max(0, start - 160) : start])}
            return not found["it"] or bool(near & words("en", "writings"))
    return False


def _is_title(body: str) -> bool:
    told = [word for word in _WORD.findall(body) if len(word) > 3]
    return len(told) < 9 and all(word[0].isupper() for word in told)
