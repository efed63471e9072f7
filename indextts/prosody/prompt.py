"""The prompt for a language model: the task with an example, the sentence, what stood before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from indextts.text.chars import is_hanzi
from indextts.text.sentence_ends import sentence_ends
from indextts.utterance.model import Segment, Token, Utterance

CONTEXT: Final = 40
"""Characters of the text before a sentence that are shown with it."""
LONGEST_WORD: Final = 40
"""Characters of one word that are shown."""

_ZH: Final = """你是播音员，请给一句话标出停顿。每个词写一行：词=它后面的停顿。
0 不停，1 词间略断，2 短停，3 长停。英文词再写逗号和轻重：0 轻读，1 一般，2 重读。不改动文字。
例如“春天的公园里，孩子们在放风筝。”：
春天=0
的=1
公园=0
里，=3
孩子=0
们=2
在=0
放=1
风筝。=3
{before}请标：“{text}”"""

_EN: Final = """You are a newsreader. Mark the breaks and the stress of a sentence. Each word stands on a line:
word=break,stress. Break behind the word: 0 none, 1 slight, 2 short, 3 long. Stress: 0 reduced, 1 normal, 2 strong.
Do not change the text.
For example “The old man walked slowly, but he never stopped.”:
The=0,0
old=0,1
man=1,1
walked=0,1
slowly,=3,2
but=0,0
he=0,0
never=0,2
stopped.=3,1
{before}Mark: “{text}”"""


@dataclass(frozen=True)
class PromptWord:
    """Tokens that are one word, and how they are written, with the marks after them."""

    tokens: Sequence[Token]
    text: str
    last: bool
    """Whether nothing else is said in its segment."""
    closing: bool
    """Whether a sentence or a line ends with it."""

    @property
    def english(self) -> bool:
        """Whether it can be stressed as English words are."""
        return self.tokens[0].lang == "en"


def sentences(utterance: Utterance) -> Iterator[list[PromptWord]]:
    """The words of ``utterance``, sentence by sentence, whatever segments these were cut into."""
    sentence: list[PromptWord] = []
    for segment, closing in zip(utterance.segments, sentence_ends(utterance), strict=True):
        sentence += _words(segment, closing)
        if closing and sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def prompt(before: str, words: Sequence[PromptWord]) -> str:
    """The task, with ``before`` as what has been said already."""
    text = written(words)
    if any(map(is_hanzi, text)):
        return _ZH.format(before=f"上文：“{before}”\n" if before else "", text=text)
    return _EN.format(before=f"Before it: “{before}”\n" if before else "", text=text)


def written(words: Sequence[PromptWord]) -> str:
    """``words`` as one text."""
    parts: list[str] = []
    for word, previous in zip(words, [None, *words], strict=False):
        if previous is not None and previous.english and word.english:
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def _words(segment: Segment, closing: bool) -> list[PromptWord]:
    groups: list[list[Token]] = []
    texts: list[str] = []
    for token in segment.tokens:
        if token.kind == "punctuation":
            if texts and not texts[-1].endswith(token.text):
                texts[-1] += token.text
        elif groups and groups[-1][-1].word == token.word and groups[-1][-1].kind == token.kind:
            groups[-1].append(token)
            texts[-1] += token.text
        else:
            groups.append([token])
            texts.append(token.text)
    shown = (text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…" for text in texts)
    words = [PromptWord(group, text, last=False, closing=False) for group, text in zip(groups, shown, strict=True)]
    if words:
        words[-1] = replace(words[-1], last=True, closing=closing)
    return words
