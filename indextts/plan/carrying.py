"""What was made of a text's sentences, taken over into a plan of another text that has some of them as well.

    plan, count = carried(old, versions.opened(utterance))

Sentences are matched by what they say: in the order of both texts as far as that goes, of several equal ones those
with the same neighbours, and then wherever they went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from indextts.model.sources import MARKUP, USER
from indextts.model.utterance import Segment
from indextts.plan import versions
from indextts.plan.alignment import transfer
from indextts.plan.comparing import same_sound
from indextts.plan.rights import is_barred
from indextts.plan.versions import Plan, Sentence

MOST_PAIRS: Final = 4_000_000
"""Of sentences that are compared, each old one with each new one; beyond that, whole runs are looked for."""


def carried(old: Plan, new: Plan) -> tuple[Plan, int]:
    """``new`` with the edits, versions and locks that its sentences have in ``old``; how many have some.

    Settings of the whole are those of ``new``; what was locked keeps its own. For commercial use, what models that are
    not free decided in a sentence is as it was decided in ``new``, and a person's edits are put on that.
    """
    old = versions.with_settings(old, new.settings)
    sentences, count = [*new.sentences], 0
    for there, here in matched([_text(one) for one in old.sentences], [_text(one) for one in new.sentences]):
        was, fresh = old.sentences[there], sentences[here]
        barred = new.settings.commercial and any(is_barred(version.segment) for version in was.versions)
        kept = _kept(was, fresh, anew=barred)
        if kept is not None:
            own = kept.locked or kept.cast or len(kept.versions) > 1
            count += own or (is_changed(kept) and not same_sound(kept.segment, fresh.segment))
            sentences[here] = replace(kept, lead=sentences[here].lead, tail=sentences[here].tail)
    return replace(new, sentences=tuple(sentences)), count


def is_changed(sentence: Sentence) -> bool:
    """Whether a person has made something of a sentence."""
    return sentence.locked or sentence.cast or len(sentence.versions) > 1 or _is_edited(sentence.segment)


def _is_edited(segment: Segment) -> bool:
    own = USER in (segment.emotion_source, segment.intonation_source) or segment.seed is not None
    return own or segment.pause_after_s is not None or any(
        USER in (token.reading_source, token.break_source, token.prominence_source)
        or (token.pitch_shift, token.duration_scale, token.energy_shift) != (0.0, 1.0, 0.0)
        for token in segment.tokens
    )  # fmt: skip


def _text(sentence: Sentence) -> str:
    return sentence.body.strip()


def _kept(old: Sentence, fresh: Sentence, *, anew: bool) -> Sentence | None:
    """The old sentence in the new plan, its edits alone if ``anew``; nothing where the new one is as good."""
    if old.body != fresh.body:
        return None
    if not anew and (old.locked or same_sound(old.segment, fresh.segment)):
        return old
    if not is_changed(old):
        return None
    if not old.cast and old.segment.voice != fresh.segment.voice:
        speaker = fresh.segment.voice
        recast = tuple(replace(v, segment=replace(v.segment, voice=speaker, voice_source="")) for v in old.versions)
        old = replace(old, versions=recast)
    if not anew and not says_more(fresh.segment, old.segment):
        return old
    said = []
    for version in old.versions:
        segment = versions.untimed(fresh.segment)
        transfer([version.segment], [segment])
        said.append(replace(version, segment=segment))
    return replace(old, versions=tuple(said))


def says_more(fresh: Segment, old: Segment) -> bool:
    """Whether marks in the new text decide what those in the old one did not."""
    if fresh.pause_after_s is not None and fresh.pause_after_s != old.pause_after_s:
        return True
    if fresh.emotion_source == MARKUP and (fresh.emotion, fresh.intensity) != (old.emotion, old.intensity):
        return True
    if len(fresh.tokens) != len(old.tokens):
        return True
    return any(
        (now.reading_source == MARKUP and now.reading != was.reading)
        or (now.prominence_source == MARKUP and now.prominence != was.prominence)
        for was, now in zip(old.tokens, fresh.tokens, strict=True)
    )


def matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the same texts in both, each at most once."""
    first, last = 0, 0
    shorter = min(len(old), len(new))
    while first < shorter and old[first] == new[first]:
        first += 1
    while last < shorter - first and old[-1 - last] == new[-1 - last]:
        last += 1
    pairs = [(place, place) for place in range(first)]
    pairs += [(a + first, b + first) for a, b in _longest(old, new, first, last)]
    pairs += [(len(old) - last + step, len(new) - last + step) for step in range(last)]
    return pairs + _elsewhere(old, new, pairs)


def _longest(old: Sequence[str], new: Sequence[str], first: int, last: int) -> list[tuple[int, int]]:
    """The longest common subsequence of the middle; of equally long ones that with most neighbours in common."""
    rows, columns = len(old) - first - last, len(new) - first - last
    if rows * columns > MOST_PAIRS:
        blocks = SequenceMatcher(None, old[first:][:rows], new[first:][:columns], autojunk=False).get_matching_blocks()
        return [(a + step, b + step) for a, b, size in blocks for step in range(size)]
    whole = 2 * min(rows, columns) + 1  # a match weighs more than all neighbours together
    padded = ["", *old, ""], ["", *new, ""]

    def weight(a: int, b: int) -> int:
        before, after = padded
        same = (before[a + first + step] == after[b + first + step] for step in (0, 2))
        return whole + sum(same)

    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for a in range(rows - 1, -1, -1):
        mine, below = best[a], best[a + 1]
        text = old[a + first]
        for b in range(columns - 1, -1, -1):
            score = max(below[b], mine[b + 1])
            if text == new[b + first]:
                score = max(score, below[b + 1] + weight(a, b))
            mine[b] = score
    pairs, a, b = [], 0, 0
    while a < rows and b < columns:
        if best[a][b] == best[a + 1][b]:
            a += 1
        elif best[a][b] == best[a][b + 1]:
            b += 1
        else:
            pairs.append((a, b))
            a, b = a + 1, b + 1
    return pairs


def _elsewhere(old: Sequence[str], new: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What was moved: texts that are left over in both."""
    there, here = {a for a, _ in pairs}, {b for _, b in pairs}
    left: dict[str, list[int]] = {}
    for place, text in enumerate(old):
        if place not in there:
            left.setdefault(text, []).append(place)
    return [
        (left[text].pop(0), place) for place, text in enumerate(new) if place not in here and left.get(text)
    ]  # fmt: skip
