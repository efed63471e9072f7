"""Clues to speakers in Chinese narration: verbs of saying with their subjects, and people acting beside a quotation."""

from __future__ import annotations

import functools
import re
from typing import Final

from indextts.books.casting.clues import BESIDE, WEAK, Clue, Span, near_edges, sentences_of
from indextts.books.casting.lexicon import HIDDEN, either, led_zh, owned_zh, roles_zh, signs, words
from indextts.books.casting.people import ChinesePeople, Mention
from indextts.books.casting.placed import tokens_of
from indextts.platform.tables import tables_beside
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.tokens import is_guessed
from indextts.voices.sexes import table, told_sex

_SEEN: Final = frozenset(("只见", "但见", "忽见", "却见", "现在"))
_OWN: Final = re.compile(
    "的(?:大|粗|尖|两|双|一)?(?:声音|[笑喊]声|话音|嗓[门音子]|[目眼][光睛神圈眶]|视线|[脸面](?!前|包|具)|嘴[唇角巴]?|眉[头毛]|手(?!下)|头(?!发上)|语[气调]|喉[咙结]|胡子|身子|肩膀)"
)
"""What stands for the person whose it is."""
_INTO: Final = re.compile("[手怀][里中上]|怀抱|面前|[跟近]前|身[上边后旁前侧]|脚[下边]|肩[上头]|[脸背头]上|耳[边畔]")
"""Where something comes to a person, who has it done."""
_PRESENTS: Final = re.compile(
    "我是|我叫|我名叫|(?<![你您他她这那谁也])就是|在下|小的|敝人|老朽|晚辈|小女子|民女|贫道|贫僧"
)
_UNSEEN: Final = re.compile(
    "(?:有人|[声音](?!乐))[^。！？]{0,12}(?:[响传起]|[说笑喊问道叫])[^。！？]{0,6}[。！？：:]*\\Z"
)
_RETOLD: Final = re.compile("[^。！？]{0,8}?(?:告诉|(?:说|回答)(?=[他她我你]))")  # told without its words
_HEARD: Final = re.compile("声音|[男女童]声|嗓音|[里中内外后下上]传[来出]")  # A voice that is heard, whosever it is
_KIN: Final = {
    "爸": ("父亲", "爸爸"),
    "爹": ("父亲", "爸爸"),
    "妈": ("母亲", "妈妈"),
    "娘": ("母亲", "妈妈"),
}  # Whom children call by one syllable
_ADDRESSES: Final = frozenset(("先生", "女士", "小姐", "太太", "夫人", "同志"))  # what anybody is called
_PLACE: Final = re.compile("[\u4e00-\u9fff]{1,6}[里上外头边中旁处内]")
_MET: Final = re.compile("(?:[见看认知][出到]?|原来|竟然?|果然|来的|来人|来者|进来的|站着的|门外)[就正竟便又还]?是")
"""Behind these is who was met by the one whom the sentence is about: 他抬头见是阿莘，便骂道."""
_ADDRESSED: Final = re.compile(
    "[对向朝冲](?:(?![他她我你])[^，,。：:]{1,12}的)?(?:[一二两三四五六七八九十几数这那]*[个位名群些])?\\Z"
)
"""Behind these is who is spoken to: 又对旁边的|学徒说; not 朝他走来的|姑娘."""
_FAR_ZH: Final = 9  # characters of a clause before its subject
_LONGEST_RELATIVE: Final = 24  # characters of what is told of a person before the name
_AGAIN: Final = re.compile(
    r"又|接着|继续|顿了|停了|说完|补充|半晌|片刻|再次|转而|转头"
)  # Words by which the same person goes on


@functools.cache
def _verb_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{either('zh', 'verbs')})(?:{either('zh', 'after_verb')}){{0,2}}$")


@functools.cache
def _verb_inside() -> re.Pattern[str]:
    verbs = "|".join(verb for verb in words("zh", "verbs") if len(verb) > 1)
    return re.compile(rf"{verbs}|[说道问答喊叫骂嚷](?:道|着|了|起来|一句|一声)")


_END_ZH: Final = re.compile(r"[。！？!?；;…]+")
_CLAUSE_ZH: Final = re.compile(rf"[^，,、：:—\s{HIDDEN}]+")


@functools.cache
def _titled() -> re.Pattern[str]:
    surnames, roles = "".join(table("zh", "surnames")), "|".join(roles_zh())
    return re.compile(f"(?:\\A|(?<=[，,！!？?。]))([{surnames}])(?:{roles})(?=[，,！!？?。…]|\\Z)")


class ChineseClues:
    """Reads Chinese narration."""

    retold, unseen = _RETOLD, _UNSEEN

    def __init__(self, people: ChinesePeople) -> None:
        self.people = people
        self._surnamed: dict[str, list[str]] = {}
        for name in (name for name, kind in people.names.items() if kind == "name"):
            self._surnamed.setdefault(name[0], []).append(name)

    def before(self, text: str, start: int, end: int) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation that follows."""
        start = max(start, end - BESIDE)
        last = text[:end].rstrip()[-1:] if end > start else ""
        end = start + len(text[start:end].rstrip())
        if end <= start:
            return None
        last = text[end - 1]
        clauses = sentences_of(text, start, end, _END_ZH)
        strange = clauses and self._is_strange(text, *clauses[-1], last)
        for back, (begin, stop) in enumerate(reversed(clauses[-3:])):
            found = self._subject(text, begin, stop)
            if found:
                who, clause = found
                tail = text[max(begin, stop - 14) : stop].rstrip("，,：:。！？；…—")
                verb = back == 0 and bool(_verb_at_end().search(tail))
                if who.kind == "nobody" and not verb:
                    continue
                if strange and (back == 2 or not _elliptic(text[slice(*clauses[-1])])):
                    break
                sure = 0.97 if verb else 0.93 if last in "：:" else 0.8 if last in "，,—" else 0.75
                sure = WEAK if who.name in self.people.weak else sure
                told = text[clause[0] : end].rstrip("：:，,")
                return Clue(who, sure - 0.12 * back, told, verb or last in "：:", self._to(text, who.end, stop))
        if not strange or (text[start - 1 : start] == HIDDEN and _elliptic(text[slice(*clauses[-1])])):
            return None
        return _stranger(start, text[slice(*clauses[-1])])

    def _is_strange(self, text: str, begin: int, stop: int, last: str) -> bool:
        """Whether the sentence before a quotation leads to it and names nobody who is known."""
        tail = text[max(begin, stop - 14) : stop].rstrip("，,：:")
        leads = (last in "：:，," and _verb_at_end().search(tail)) or (
            last in "：:" and _unknown_subject(text[begin:stop])
        )
        return bool(leads) and self._subject(text, begin, stop) is None

    def after(self, text: str, start: int, end: int, *, leads: bool) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation before it; ``leads``: another one follows."""
        stop = min(end, start + BESIDE)
        sentence = next(iter(sentences_of(text, start, stop, _END_ZH)), None)
        if sentence is None:
            return None
        begin, stop = sentence
        if leads and text[begin:stop].rstrip()[-1:] in ("：", ":"):
            return None
        clauses = [match.span() for match in _CLAUSE_ZH.finditer(text, begin, stop)]
        if not clauses:
            return None
        if len(clauses) > 1 and _PLACE.fullmatch(text, *clauses[0]) and not self._initial(text, *clauses[0], far=3):
            clauses = clauses[1:]  # 电话那头，周队的声音有些沙哑
            begin = clauses[0][0]
        who = self._initial(text, *clauses[0], far=3)
        told = text[clauses[0][0] : clauses[0][1]].rstrip("。！？；…")
        heard = _HEARD.search(told[: who.start - begin + 2] if who else told)
        if (who is None and _described(told)) or heard:
            return _stranger(begin, told)
        if who is None:
            strange = _unknown_subject(told) or (not _elliptic(told) and self._says(told))
            return _stranger(begin, told) if strange else None
        verb = self._says(told[who.end - clauses[0][0] :]) or (
            len(clauses) > 1
            and bool(_verb_at_end().search(text[clauses[1][0] : clauses[1][1]].rstrip("。！？；…")[-14:]))
        )
        if who.kind == "nobody" and not verb:
            return None
        sure = WEAK if who.name in self.people.weak else 0.97 if verb else 0.86
        return Clue(who, sure, told, verb, self._to(text, who.end, clauses[0][1]))

    def _to(self, text: str, start: int, end: int) -> str:
        """The addressee of a quotation: 对鲁二说, 问奶奶."""
        for who in self.people.mentions(text, max(start, end - 20), end):
            if who.kind in ("name", "role", "me") and text[who.start - 1] in "对问向朝冲劝":
                return who.name
        return ""

    @staticmethod
    def _says(clause: str) -> bool:
        return bool(_verb_at_end().search(clause[:40]) or _verb_inside().search(clause[:40]))

    def acts(self, text: str, start: int, end: int) -> Mention | None:
        """The person who acts in the last sentence that mentions people."""
        for begin, stop in reversed(sentences_of(text, max(start, end - BESIDE), end, _END_ZH)):
            found = self._subject(text, begin, stop, seen=False)
            if found and found[0].kind != "nobody":
                return found[0]
        return None

    def opens(self, text: str, start: int, end: int) -> Mention | None:
        """The person about whom the first sentence is."""
        clause = _CLAUSE_ZH.search(text, start, min(end, start + BESIDE))
        return self._initial(text, *clause.span(), far=_FAR_ZH, seen=False) if clause else None

    def _subject(self, text: str, begin: int, stop: int, *, seen: bool = True) -> tuple[Mention, Span] | None:
        met: tuple[Mention, Span] | None = None
        for match in reversed(list(_CLAUSE_ZH.finditer(text, begin, stop))):
            who = self._initial(text, *match.span(), far=_FAR_ZH, seen=seen, first=begin)
            if who and who.name == "声音" and who.start == match.start() > begin:
                continue  # 老李一怔，声音发颤：
            if who and (seen or who.kind != "nobody"):
                if _MET.search(text, match.start(), who.start):
                    met = met or (who, match.span())
                    continue
                return who, match.span()
        return met

    def _initial(
        self, text: str, begin: int, stop: int, *, far: int, seen: bool = True, first: int = -1
    ) -> Mention | None:
        """The person that a clause is about, if it begins with one; ``first`` is where its sentence begins."""
        first = begin if first < 0 or not text[first:begin].strip("，,：:、—…\n ") else first
        clause, described = begin, _described(text[begin : min(stop, begin + _LONGEST_RELATIVE)])
        begin += described
        mentions = list(self.people.mentions(text, begin, min(stop, begin + far + 16)))
        led = None if text[begin : begin + 1] in signs("objects") | {*"对向朝冲"} else led_zh().match(text, begin, stop)
        if led and tokens_of(led.group())[0][1][:1] in ("n", "s"):
            return self._kin(led, mentions)
        for number, who in enumerate(mentions):
            if described and who.start > begin:
                return None  # 蹲在他脚边的影子: nobody who is known
            if who.start - begin > far:
                return None
            if _ADDRESSED.search(text, clause, who.start):
                continue
            before = text[max(begin, who.start - 2) : who.start]
            if before[-1:] in signs("objects") and before not in _SEEN:
                continue
            if owned := owned_zh().match(text, who.end, stop):
                return self._kin(owned, mentions)
            if who.end < stop and text[who.end] in "的们里" and not _OWN.match(text, who.end):
                continue
            if who.start > begin and _INTO.match(text, who.end):
                continue  # 放进令仪手里
            if not seen and before in _SEEN:
                return None
            looks = _LOOKS if begin == first else _LOOKS_AT
            if not described and looks.search(text, begin, who.start):
                return None
            if begin != first and before not in _SEEN and _touches(text[begin : who.start]):
                continue  # 明珠听得着急，拿手肘碰了碰|姐姐
            # 丫鬟翠儿, 她丈夫老秦: what somebody is, then the name.
            for after in mentions[number + 1 :]:
                theirs = who.kind in ("pronoun", "me") and after.kind == "role" and len(after.name) > 1
                if text[who.end : after.start] not in signs("kin") | {""} or not (after.kind == "name" or theirs):
                    break
                who = after
            return who
        return None

    def _kin(self, owned: re.Match[str], mentions: list[Mention]) -> Mention:
        """Somebody's relative: by the name behind what he or she is, else by that."""
        named = [one for one in mentions if one.kind == "name" and one.start == owned.end()]
        kin = owned["kin"]
        return (
            named[0] if named else Mention(*owned.span("kin"), kin, self.people.names.get(kin, "role"), told_sex(kin))
        )

    def called(self, text: str, start: int, end: int) -> tuple[list[str], list[str]]:
        """The person whom the quotation ``text[start:end]`` addresses by name, and who gives the own name in it."""
        own: list[str] = []
        found = list(_KIN.get(text[start : start + 1], ())) if text[start + 1 : start + 2] in "，！!…" else []
        for title in _titled().finditer(text[start:end]):  # 想什么呢，郑队？
            found += self._surnamed.get(title[1], ())
        for said in _PRESENTS.finditer(text, start, end):
            who = next(self.people.mentions(text, said.end(), min(end, said.end() + 6)), None)
            own += [who.name] if who and who.kind == "name" and who.start == said.end() else []
        for who in near_edges(self.people, text, start, end):
            if who.kind in ("pronoun", "me", "nobody") or who.name in _ADDRESSES:
                continue
            before, after = text[start : who.start][-1:], text[who.end : end][:1]
            surname = who.kind == "name" and text[max(start, who.start - 4) : who.start].endswith(
                f"姓{who.name[0]}{before}"
            )
            if surname and before in "，,、":
                own.append(who.name)
            elif (not before or before in "，,！!。？?") and (not after or after in "，,！!。？?…—、"):
                found.append(who.name)
        return found, own

    def said(self, told: str, quote: Span, body: str) -> float:
        """How surely ``body`` is speech, by what surrounds its place in the line ``told``."""
        return _said_zh(told, *quote, body)

    def same(self, between: str, before: Clue, known: tuple[Mention, ...], *, open_turn: bool) -> bool:
        """Whether who is told of ``before`` the next quotation is the speaker of those before ``between``."""
        again = any(who.name == before.who.name for who in known)
        last = between.strip()[-1:]
        if last in "：:":
            return again or before.who.kind == "pronoun" or (open_turn and bool(_AGAIN.search(between)))
        named = before.who.kind in ("name", "role") and before.verb and known and known[-1].kind in ("name", "role")
        return again or last in "，,—" or not named


@functools.lru_cache(maxsize=20_000)
def _described(clause: str) -> int:
    """Where the person begins whom a ``clause`` first tells something of: 在市场卖豆腐的|李建国; else 0."""
    at, first = 0, ""
    for word, tag in tokens_of(clause):
        to = word in "对向朝冲" and clause[1:2] not in "他她我你"
        if not first and (tag == "v" or to) and word[-1] in signs("objects"):
            return 0  # 望着跪在地上的李砚, 对门口的卫兵说
        first = first or tag
        at += len(word)
        if word == "的" and at > 3:
            return at if first in ("v", "p") else 0
        if first not in ("v", "p"):
            return 0
    return 0


_LOOKS: Final = re.compile(
    "[看望瞪盯瞧瞥](?!门|守|护)(?!.*的\\Z)"
)  # Before a person: somebody else looks. 又看看那只|鸭子
_LOOKS_AT: Final = re.compile(
    "[看望瞪盯瞧瞥][着向了]?(?!门|守|护)"
)  # The same within a sentence: 只望着跪在地上的|李砚


def _touches(before: str) -> bool:
    """Whether what stands ``before`` a person does something to that person: 拿手肘碰了碰, 一把拉住."""
    tokens = [(word, tag) for word, tag in tokens_of(before) if tag not in ("ul", "uz", "ug", "m", "r")]
    comes = tokens and tokens[-1][0][-1] in "来去进出入"  # 闪出|女子
    return bool(tokens) and tokens[-1][1] == "v" and not comes and tokens[-1][0] not in words("zh", "verbs")


def _stranger(start: int, told: str) -> Clue:
    return Clue(Mention(start, start, "", "stranger"), 0.0, told.strip("：:，, "), True)


def _elliptic(told: str) -> bool:
    """Whether a tag leaves its subject out: 又问, 说完."""
    clause = _CLAUSE_ZH.search(told)
    first, tag = next(iter(tokens_of(clause.group()[:24])), ("", "")) if clause else ("", "")
    known = first in words("zh", "verbs") or first in words("zh", "adverbs") or first[:1] in signs("objects")
    says = first[-1:] in "说道问答" and len(first) == 2  # 零说, which the segmenter takes for one word
    return known or (tag in ("v", "d", "p", "c", "z", "i", "l", "ad", "vd") and not says)


def _unknown_subject(told: str) -> bool:
    """Whether a sentence is about somebody by name or voice of whom nothing is known: 江离没有躲, 青鸟的声音."""
    clause = _CLAUSE_ZH.search(told)
    if not clause:
        return False
    if re.search("的(?:声音|[笑喊]声|话音)", clause.group()):
        return True
    (first, tag), *rest = tokens_of(clause.group()[:24])
    named = tag.startswith("nr") or (len(first) in (2, 3) and is_hanzi(first[0]) and is_guessed(first))
    return named and bool(rest) and rest[0][1] not in ("uj", "f")


@functools.cache
def _not_said() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tables_beside(__file__, "zh.yaml")
    return tuple(table["not_said"].split()), tuple(table["not_said_after"].split())


_SHOWS: Final = re.compile("(?:[指望看盯瞧]着|[指望看瞧](?:了[指望看瞧]|向)?)[^。！？：；，,]{0,16}[，,]\\Z")
"""Whoever shows something to somebody speaks: 指着墙上的一行字，“这是谁写的？”"""


def _said_zh(text: str, start: int, end: int, body: str) -> float:
    line = text.rfind("\n", max(0, start - 60), start) + 1 or max(0, start - 60)
    before = text[line:start].rstrip()
    after = text[end : end + 8].split("\n")[0]
    if not any(char.isalnum() for char in body):
        return 0.6 if not before else 0.0
    marks_before, marks_after = _not_said()
    ends = body.rstrip()[-1] in "。！？!?…～~，,—；;.”’』"
    shown = ends and _SHOWS.search(before)
    if (before.rstrip("：:，, ").endswith(marks_before) and not shown) or after.startswith(marks_after):
        return 0.05
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
    if before.endswith(("了句", "了一句", "了声", "了一声")):
        return 0.9
    if _verb_at_end().search(before[-14:]):
        return 0.9 if ends or len(body) > 8 else 0.3
    return 0.6 if ends and body.rstrip()[-1] not in "”’』" else 0.1
