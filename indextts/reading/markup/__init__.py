"""Inline marks and a part of SSML: readings, pauses, emphasis, emotions.

    marked = parse("银<行|hang2>[pause 500ms]<prosody rate='slow'>慢慢说</prosody>")
    marked.text                      # "银行慢慢说": what is normalised, and where all offsets point
    apply(utterance, marked)         # lengths, pitch and loudness, once there are tokens

Plain text comes back as it is. What counts as a tag, and what is spoken as it stands, is written in
:mod:`indextts.reading.markup.parser`.
"""

from indextts.reading.markup.effects import apply, feel, merge
from indextts.reading.markup.marked import Marked, Span
from indextts.reading.markup.parser import parse, parse_own, spoken_pause

__all__ = ["Marked", "Span", "apply", "feel", "merge", "parse", "parse_own", "spoken_pause"]
