"""Receipts: what a plan was made with, so that one can tell whether the same audio will come again."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from indextts import __version__
from indextts.model.sources import USER, Commercial, least
from indextts.model.utterance import Receipt, Utterance, Verdict
from indextts.plan.rights import deciding
from indextts.plan.segment_cache import digest, heard


def told(receipt: Receipt | None, verdict: Verdict | None) -> dict[str, Any]:
    """What an answer says: the new ``receipt``, and what the one that the plan brought along says.

    ``reproducible``: whether an unedited plan gives here, to the byte, the audio of the receipt that it brought;
    ``differs``: what is another here, by name; ``edited``: whether something heard was changed since. ``None``, empty
    and ``None`` where it brought none.
    """
    return {
        "receipt": None if receipt is None else asdict(receipt),
        "reproducible": None if verdict is None else verdict.reproducible,
        "differs": [] if verdict is None else list(verdict.differs),
        "edited": None if verdict is None else verdict.edited,
    }


def plan_digest(utterance: Utterance, contents: Sequence[str]) -> str:
    """Hash of all that decides the sound of a plan whose settings are resolved; ``contents`` are its segments'."""
    pauses = [
        (
            None if segment.pause_after_s is None else float(segment.pause_after_s),
            # A person's break after the last token is the silence after the segment.
            [token.break_after for token in segment.tokens if token.break_source == USER],
        )
        for segment in utterance.segments
    ]
    whole = (utterance.text, heard(utterance.settings), float(utterance.pause_before_s), list(contents), pauses)
    return digest(repr(whole))


def made_with(
    voices: Iterable[str], fingerprints: Callable[[str], Mapping[str, str] | None], finish: str
) -> dict[str, str] | None:
    """What a receipt lists: all that the voices of a plan stand on, and what puts their sound together.

    ``fingerprints`` tells that of a voice; where it cannot, there is no list. ``finish`` are the audio settings.
    """
    found: dict[str, str] = {}
    for voice in voices:
        own = fingerprints(voice)
        if own is None:
            return None
        found.update(own)
    return {**found, "audio settings": digest(finish), **machine()}


def write(
    utterance: Utterance,
    own: Sequence[str],
    engine: str,
    made_with: Mapping[str, str],
    audio: str,
    speaks: Mapping[str, Commercial],
) -> Receipt:
    """``own`` are the contents of the plan's segments; ``audio`` is the hash of its samples, where it is spoken.

    ``speaks`` are the engines whose sound it is.
    """
    plan, text = plan_digest(utterance, own), digest(utterance.text)
    rights = {**speaks, **deciding(utterance)}
    whole = least(rights)
    return Receipt(__version__, engine, text, utterance.settings, dict(made_with), plan, audio, whole, rights)


def compare(receipt: Receipt, engine: str, made_with: Mapping[str, str], plan: str) -> Verdict:
    """A plan's receipt against this installation and against the plan as it is now."""
    was = {**receipt.made_with, "product": receipt.product, "engine": receipt.engine}
    now = {**made_with, "product": __version__, "engine": engine}
    names = dict.fromkeys(("product", "engine", *sorted({*receipt.made_with, *made_with})))
    differs = tuple(name for name in names if was.get(name) != now.get(name))
    return Verdict(differs, edited=receipt.plan != plan)


@cache
def machine() -> dict[str, str]:
    """What computes the numbers: the same operations in another order round otherwise."""
    found = np.show_config(mode="dicts")
    vectors = " ".join(found.get("SIMD Extensions", {}).get("found", [])) if found else ""
    return {"numpy": np.__version__, "machine": f"{platform.machine()} {vectors}".strip()}
