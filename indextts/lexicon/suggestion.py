"""What the dictionary can remember of a plan that a person has corrected."""

from __future__ import annotations

from indextts.utterance.model import Segment, Token


def word_around(segment: Segment, index: int) -> tuple[str, str] | None:
    """The word of a token and how it is read, fit for the lexicon; ``None`` where the text says something else.

    At the word's end the tone before any change of tone counts: what follows it will be another word each time.
    """
    tokens, chosen = segment.tokens, segment.tokens[index]
    first = last = index
    if chosen.kind in ("hanzi", "letter"):
        while first > 0 and _same_word(tokens[first - 1], chosen):
            first -= 1
        while last + 1 < len(tokens) and _same_word(tokens[last + 1], chosen):
            last += 1
    word = tokens[first : last + 1]
    if any(not token.reading or any(change.was != change.became for change in token.changes) for token in word):
        return None
    readings = [token.reading for token in word]
    if word[-1].reading_source == "sandhi" and word[-1].alternatives:
        readings[-1] = word[-1].alternatives[0]
    return "".join(token.text for token in word), " ".join(readings)


def _same_word(token: Token, other: Token) -> bool:
    return token.kind == other.kind and token.word == other.word
