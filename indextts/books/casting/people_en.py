"""Names, roles and pronouns in what an English narrator tells."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Final

from indextts.books.casting.lexicon import HIDDEN, either, titles_en, words
from indextts.books.casting.people import Mention
from indextts.reading.text.en.parts_of_speech import candidates, head_noun, is_known
from indextts.voices.sexes import guessed_sex, role_sex, told_sex

_CAP: Final = r"[A-Z][a-zà-ÿ]*(?:['’][A-Z][a-z]+|-[A-Z][a-z]+)*(?:[A-Z][a-z]+)?|[A-Z]{2,}"


@functools.cache
def _english() -> re.Pattern[str]:
    """One pattern for names, roles and pronouns; each alternative has a bounded length."""
    titles = "|".join(sorted(titles_en(), key=len, reverse=True))
    adjectives = "|".join(words("en", "adjectives"))
    return re.compile(
        rf"\b(?P<title>(?:(?:{titles})\b\.? ){{1,2}})(?P<titled>(?:{_CAP})(?: (?:{_CAP})){{0,2}})(?![\w])"
        rf"|\b(?P<article>[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Mm]y|[Oo]ur|[Tt]heir)"
        rf" (?P<role>(?:(?:{adjectives}) ){{0,2}}(?:[A-Z]?[a-z]{{2,20}}))\b(?![-])"
        r"|\b(?P<pronoun>[Hh]e|[Ss]he|I)\b(?!['’]?\w)"
        rf"|\b(?P<name>(?:{_CAP})(?: (?:(?:of the|of|the|von|de) )?(?:{_CAP})){{0,3}})(?![\w])"
    )


_OWNS: Final = re.compile(r"(?:['’]s|(?<=s)['’])((?: [a-z][a-z-]{2,19}\b){1,3})")
_PHRASE: Final = re.compile(r" (?:the|an?) ((?:[a-z][a-z'’-]*,? ){0,6}[a-z][a-z'’-]{1,19})\b")


def phrase_behind(text: str, at: int, stop: int) -> tuple[str, int] | None:
    """The noun that a phrase at ``at`` is about, behind an adjective if a table has that, and where the noun ends.

    ``a stout, rosy old gentleman, advancing`` has ``old gentleman``.
    """
    found = _PHRASE.match(text, at, stop)
    if not found:
        return None
    parts = list(re.finditer(r"[\w'’-]+|,", found[1]))
    said = [part.group() for part in parts]
    head = head_noun(said)
    if head < 0:
        return None
    described = head > 0 and said[head - 1] in words("en", "adjectives")
    return " ".join(said[head - described : head + 1]), found.start(1) + parts[head].end()


@functools.cache
def _nouns_beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Who says what stands before (``said the old heron``), and what follows (``The intern, who …, said``)."""
    verbs, adjectives = either("en", "verbs"), either("en", "adjectives")
    voice = r"(?! of\b|(?: [a-z]+)? voices?\b)"
    noun = rf"(?:[Tt]he|[Aa]n?) (?:(?:{adjectives}) )*([a-z]{{2,20}})\b{voice}"
    says = rf"(?:, who\b[^.!?]{{0,60}},)?[^.,;:!?{HIDDEN}]{{0,40}}\b(?:{verbs})\b(?:,? \w+ly)?"
    opens = rf"(?:^|[{HIDDEN}.!?] |\b(?:until|and|when|then) )"
    return re.compile(rf" (?:(?:{verbs})(?= (?:the|an?) )|{noun}{says}[,.])"), re.compile(rf"{opens}{noun}{says}[,:]$")


_SAID_OWNER: Final = re.compile(rf" (?P<verb>[a-z]+) (?:[A-Z][a-z]+\.? )?(?:{_CAP})['’]s?(?= )")


def _speaking_nouns(told: str) -> Iterator[str]:
    """The nouns that say something beside a quotation, whatever they are."""
    behind, before = _nouns_beside()
    for quote in re.finditer(f"{HIDDEN}+", told):
        if match := behind.match(told, quote.end()):
            if match[1]:
                yield match[1]
            elif phrase := phrase_behind(told, match.end(), match.end() + 160):
                yield phrase[0].split()[-1]
        if (owner := _SAID_OWNER.match(told, quote.end())) and owner["verb"] in words("en", "verbs"):
            whose = f" the{told[owner.end() : owner.end() + 60]}"
            if phrase := phrase_behind(whose, 0, len(whose)):
                yield phrase[0].split()[-1]
        leads = told[max(0, quote.start() - 140) : quote.start()].rstrip().rpartition("\n")[2]
        if leads.endswith((",", ":")) and (match := before.search(leads)):
            yield match[1]


_INSIDE: Final = (" in ", " into ", " out of ", " near ", " across ", " outside ")
_SUBJECT: Final = re.compile(r" (?:he|she|they|I|we)\b")


class EnglishPeople:
    """The people of English chapters."""

    def __init__(self, told: Iterable[str], known: Iterable[str] = ()) -> None:
        """``told`` are the chapters with what is quoted hidden, ``known`` names of people."""
        known = list(known)
        self._small: Counter[str] = Counter()
        self._known, self._inside = Counter[str](), Counter[str]()
        """How often a word has a capital within a sentence, and that behind one for a place."""
        self._nouns: set[str] = set()  # Nouns that say something somewhere: ``said the heron``
        for chapter in told:
            for match in re.finditer(r"\b[a-z]{2,20}\b", chapter):
                self._small[match.group()] += 1
            for match in re.finditer(rf"(?<=[a-z,] )(?:{_CAP})\b", chapter):
                self._known[match.group()] += 1
                self._inside[match.group()] += chapter.endswith(_INSIDE, 0, match.start())
            self._nouns.update(_speaking_nouns(chapter))
        self._sure = {name for name in known if not name[:1].islower()}
        self._nouns |= {name.split()[-1] for name in known if name[:1].islower()}
        self._nouns -= words("en", "nobody") | words("en", "writings")

    def mentions(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """From left to right and apart."""
        at = start
        for who in self._alone(text, start, end):
            if who.start >= at:
                found = self._related(text, end, who)
                at = found.end
                if found.kind != "stranger":
                    yield found

    def _related(self, text: str, end: int, who: Mention) -> Mention:
        """Who is meant by somebody and whose that is: the vicar's *wife*, her daughter *Ellie*."""
        named = bool(_OWN.match(who.name))
        while who.kind in _OWNERS and (owns := _OWNS.match(text, who.end, end)):
            said = owns[1].split()
            ends = text[owns.end() : owns.end() + 1] not in ("'", "’", "-")
            last = next((at for at in range(len(said) - (not ends) - 1, -1, -1) if self._is_human(said[at])), -1)
            if last < 0 or not all(self._is_human(word) or _describes(word) for word in said[:last]):
                break
            name = f"{who.name}{text[who.end : owns.start(1)]} {' '.join(said[: last + 1])}"
            stop = who.end + len(name) - len(who.name)
            who, named = Mention(who.start, stop, name, "role", role_sex(said[last])), True
        named = named and text[who.end : who.end + 1] == " "
        behind = next(self._alone(text, who.end + 1, min(end, who.end + 60)), None) if named else None
        if behind and behind.kind == "name" and behind.start == who.end + 1:
            return Mention(who.start, behind.end, behind.name, "name", who.gender)
        return who

    def _is_human(self, noun: str) -> bool:
        """Whether somebody's ``noun`` is a person."""
        if noun in words("en", "beasts"):
            return noun in self._nouns
        return noun in self._nouns or bool(role_sex(noun)) or any(noun in words("en", one) for one in _HUMANS)

    def _alone(self, text: str, start: int, end: int) -> Iterator[Mention]:
        for match in _english().finditer(text, start, end):
            if match["pronoun"]:
                said = match["pronoun"].lower()
                if said == "i":
                    yield Mention(match.start(), match.end(), "I", "me")
                else:
                    yield Mention(match.start(), match.end(), said, "pronoun", "male" if said == "he" else "female")
            elif match["titled"]:
                title = match["title"].strip()
                first = title.split()[0].rstrip(".")
                if first in words("en", "loose_titles") and match["titled"] in words("en", "common"):
                    continue
                yield Mention(match.start(), match.end(), match.group(), "name", told_sex(first))
            elif match["name"]:
                yield from self._named(match)
            elif match["role"]:
                found = _role(match, self._nouns)
                if found is None and _OWNS.match(text, match.end(), end):  # the grocer's niece
                    name = match.group()
                    found = Mention(*match.span(), name[0].lower() + name[1:], "stranger")
                if found:
                    yield found

    def _is_place(self, match: re.Match[str]) -> bool:
        """Whether a name behind a word for a place stands nowhere else, and nothing is its own."""
        first, after = match["name"].partition(" ")[0], match.string[match.end() : match.end() + 1]
        return self._inside[first] == self._known[first] and after not in ("'", "’") and not guessed_sex(match["name"])

    def _named(self, match: re.Match[str]) -> Iterator[Mention]:
        name, at = match["name"], match.start("name")
        if name in self._sure:
            yield Mention(at, match.end("name"), name, "name", "")
            return
        if _SUBJECT.match(match.string, match.end()):
            return  # Aloud she said
        if match.string.endswith(_INSIDE, 0, at) and self._is_place(match):
            return  # three weeks out of Burglary
        if (" " in name and name.isupper()) or (name not in self._known and _is_word(match)):
            return  # CHAPTER ONE; Silence.
        while True:
            first, _, rest = name.partition(" ")
            common = first in words("en", "common")
            if not common and (not rest or self._known[first] or not (_leads(first) or _orders(match, name, rest))):
                break
            if not rest:
                if first.lower() in words("en", "nobody"):
                    yield Mention(at, at + len(first), first, "nobody")
                return
            at += len(first) + 1
            name = rest
        if not name[0].isupper() or name.lower() in words("en", "nobody"):
            return
        if name.startswith(("Saint-", "Sainte-")):
            return  # a place
        if len(name) == 1 or (" " not in name and self._small[name.lower()] > 2 * self._known[name]):
            return
        yield Mention(at, at + len(name), name, "name", "")


_OWN: Final = re.compile("(?:his|her|my|our|their) ")
_HUMANS: Final = ("roles", "vague", "kindred")  # Tables of those whom somebody has
_OWNERS: Final = ("name", "role", "vague", "stranger")  # Kinds of people who have others


def is_described(told: str) -> bool:
    """Whether what stands before a name is of it: little, a tired."""
    found = re.fullmatch(r" (?:(?:the|an?) )?((?:[a-z-]+,? ){1,3})", told)
    return found is not None and all(
        word in words("en", "adjectives") or "a" in dict(candidates(word)) for word in found[1].replace(",", "").split()
    )


@functools.cache
def _describes(word: str) -> bool:
    """Whether it may stand before a noun, as an adjective does: her *eldest* son."""
    return word in words("en", "adjectives") or any(kind in ("a", "n") for kind, _ in candidates(word))


_NO_NAMES: Final = frozenset(("vg", "vd", "v", "vx", "a", "d", "p", "c", "cs", "r", "rs", "dt", "m"))
"""Parts of speech of what begins a sentence and is no name: ``Very`` …"""
_LEADING: Final = frozenset(("vg", "d", "p", "cs", "m"))  # … and is before one: Reluctantly Tom
_BEHIND_WORD: Final = re.compile(r"[.!?]|, (?:he|she|it|they|I|we|there)\b| (?:were|have|are)\b")
_BEHIND_NAME: Final = re.compile(r"['’]s\b|,? (?:who|whose|and)\b| ([a-z]+)\b")


def _is_word(match: re.Match[str]) -> bool:
    """Whether it begins a sentence and is a word rather than a name: ``Standing, he``, ``Very slowly``, ``Silence.``"""
    text, word, end = match.string, match["name"], match.end()
    before = text[max(0, match.start() - 2) : match.start()].rstrip(" ")
    if before and before[-1] not in f".!?\n{HIDDEN}":
        return False
    if " " in word or guessed_sex(word):
        return text[end : end + 1] in (*".!?",)  # all that the sentence has
    kind, known = _kind(word), is_known(word.lower())
    if _BEHIND_WORD.match(text, end) or (word.endswith("s") and is_known(word[:-1].lower())):
        return True  # Voices
    if kind not in _NO_NAMES or (known and kind not in ("a", "v")):
        return kind in _NO_NAMES
    behind = _BEHIND_NAME.match(text, end)  # Reilly shrugged, Brown had
    return not behind or (behind[1] is not None and _kind(behind[1]) not in ("v", "vx"))


def _orders(match: re.Match[str], first: str, name: str) -> bool:
    """Whether the word that begins a sentence is a verb before a ``name``: Wake Halloran."""
    initial = first == match["name"] and match.string[: match.start()].rstrip(" “‘\"'")[-1:] in ("", *f".!?\n{HIDDEN}")
    word, last = first.partition(" ")[0], name.rpartition(" ")[2].lower()
    return initial and not guessed_sex(word) and _kind(word) == "v" and not is_known(last)


@functools.lru_cache(maxsize=8192)
def _leads(word: str) -> bool:
    """Whether ``word`` is none of the name behind it."""
    return _kind(word) in _LEADING and not guessed_sex(word)


@functools.lru_cache(maxsize=8192)
def _kind(word: str) -> str:
    """What ``word`` is but for a name."""
    return min(((cost, kind) for kind, cost in candidates(word, begins=True) if kind != "nr"), default=(0.0, ""))[1]


def _role(match: re.Match[str], nouns: Container[str]) -> Mention | None:
    """``the old captain``; of a noun that neither tables nor ``nouns`` have nothing is made here."""
    parts = match["role"].lower().split()
    noun = parts[-1]
    if noun in words("en", "nobody"):
        return Mention(match.start(), match.end(), noun, "nobody")
    known = noun in words("en", "roles") or role_sex(noun) or noun in nouns
    if not known and not (noun in words("en", "vague") and match["article"].lower() == "the"):
        return None
    article = match["article"].lower()
    vague = noun in words("en", "vague")
    own = article in ("his", "her", "my", "our", "their")
    name = f"{article if own else 'the'} {match['role']}"
    return Mention(match.start(), match.end(), name, "vague" if vague and article == "the" else "role", role_sex(noun))
