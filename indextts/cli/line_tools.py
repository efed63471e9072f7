"""A line of text at a time through the first stages, for the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence

from indextts.cli.configured import config_of
from indextts.cli.terminal import say
from indextts.model.errors import StudioError
from indextts.model.settings import SETTINGS
from indextts.model.utterance import Utterance
from indextts.platform.config import Config
from indextts.reading import prosody
from indextts.reading.emotion.classifier import AutoEmotion
from indextts.reading.lexicon import Lexicon
from indextts.reading.markup import in_text
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments
from indextts.reading.text.normalise import normalise_line
from indextts.reading.text.overrides import Override


def mark_line(line: str, model: prosody.ProsodyModel | None = None) -> str:
    """``line`` with ``#1``–``#4`` after the characters and words that a break follows, and nothing else changed."""
    utterance = Utterance(line, segments=build_segments(line, is_word=is_word, max_syllables=60))
    (model or prosody.load("rules")).annotate(utterance)
    marks: dict[int, int] = {}
    for segment in utterance.segments:
        for token, after in zip(segment.tokens, [*segment.tokens[1:], None], strict=True):
            # A break in the middle of one rewriting has no place in the written text.
            if token.break_after and (after is None or after.start >= token.end):
                marks[token.end] = token.break_after
    parts: list[str] = []
    done = 0
    for place in sorted(marks):
        parts.append(line[done:place])
        parts.append(f"#{marks[place]}")
        done = place
    return "".join((*parts, line[done:]))


def pinyin_line(line: str, fixed: Sequence[Override] = (), model: prosody.ProsodyModel | None = None) -> str:
    """Pinyin of one line of Chinese text, one syllable with its tone for each character, sandhi applied.

    ``fixed`` has what is decided about it already; ``model`` sets its breaks, the rules if it is left out.
    """
    utterance = Utterance(line, segments=build_segments(line, is_word=is_word, max_syllables=60, fixed=fixed))
    if not utterance.segments:
        return ""
    (model or prosody.load("rules")).annotate(utterance)
    try:
        annotate(utterance)
    except StudioError as error:
        if error.code != "text_unspeakable":
            raise
    tokens = (token for segment in utterance.segments for token in segment.tokens)
    return " ".join(token.reading or "?" for token in tokens if token.kind == "hanzi")


def normalize_lines(options: argparse.Namespace) -> int:
    config = config_of(options)
    words = _words(config)
    return _each_line(lambda line: normalise_line(line, options.lang, emoji=config.text.reads_emoji, words=words))


def prosody_lines(options: argparse.Namespace) -> int:
    model = _prosody_model(options)
    return _each_line(lambda line: mark_line(line, model))


def pinyin_lines(options: argparse.Namespace) -> int:
    model, words = _prosody_model(options), _words(config_of(options))
    return _each_line(lambda line: pinyin_line(line, words(line), model))


def emotion_lines(options: argparse.Namespace) -> int:
    return _each_line(AutoEmotion().line)


def _words(config: Config) -> Callable[[str], list[Override]]:
    match = Lexicon(config.library_path).match
    return (lambda line: in_text.beside(match(line), line)) if config.text.pinyin else match


def _prosody_model(options: argparse.Namespace) -> prosody.ProsodyModel:
    config = config_of(options)
    SETTINGS["prosody"].check(options.prosody)
    return prosody.load(config.prosody_name if options.prosody == "default" else options.prosody, config)


def _each_line(change: Callable[[str], str]) -> int:
    """Print ``change(line)`` for each line of stdin as soon as it is read, one line for one line."""
    for line in _lines():
        say(" ".join(change(line).splitlines()), at_once=True)
    return 0


def _lines() -> Iterator[str]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise StudioError("not_utf8", line=number) from error
        yield line.removesuffix("\n").removesuffix("\r")
