"""What two plans have in common: in what they sound like, and in what a page shows of them."""

from __future__ import annotations

from dataclasses import replace

from indextts.model.utterance import Segment
from indextts.plan.versions import Plan


def sounds_like(one: Plan, other: Plan) -> bool:
    """Whether two plans ask for the same sound: neither locks, nor versions that are not chosen, nor what the voice
    predicted for it count.
    """
    if one.settings != other.settings or one.base.pause_before_s != other.base.pause_before_s:
        return False
    if len(one.sentences) != len(other.sentences):
        return False
    return all(
        a is b or (a.tail == b.tail and same_sound(a.segment, b.segment))
        for a, b in zip(one.sentences, other.sentences, strict=True)
    )


def same_sound(one: Segment, other: Segment) -> bool:
    """Whether two sentences ask for the same sound, whatever the voice has predicted for them."""
    return one is other or _decided(one) == _decided(other)


def _decided(segment: Segment) -> Segment:
    """Without phones: they follow from readings and breaks, and what they hold beside comes from the voice."""
    tokens = [replace(token, phones=[]) for token in segment.tokens]
    return replace(segment, tokens=tokens, voice_source="", pause_source="")


def compared(before: Plan, after: Plan) -> tuple[list[int], list[int]]:
    """For each sentence of ``after`` where it was, −1 for a new one; and the places of those that look otherwise now.

    A changed sentence is where the one was that it takes the place of. One looks otherwise also where another follows.
    """
    old, new = before.sentences, after.sentences
    was = {id(one): place for place, one in enumerate(old)}
    order = [was.get(id(one), -1) for one in new]
    if len(old) == len(new):  # changed in its place, unless what was there is elsewhere now
        here = set(order)
        order = [place if found < 0 and place not in here else found for place, found in enumerate(order)]
    following = [(id(one), id(after)) for one, after in zip(old, [*old[1:], None], strict=True)]
    known = set(following)
    pairs = zip(new, [*new[1:], None], strict=True)
    last = len(new) - 1
    changed = [
        place
        for place, (one, after_it) in enumerate(pairs)
        if id(one) not in was or (was[id(one)] == len(old) - 1) != (place == last)
        or (order != [*range(len(old))] and (id(one), id(after_it)) not in known)
    ]  # fmt: skip
    return order, changed
