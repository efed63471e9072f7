"""Compares what is asked of the emotion model, and how its answers are read, with recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from indextts.config import Config
from indextts.engines.indextts2.networks.emotion import EMOTIONS
from indextts.engines.indextts2.networks.qwen import THINKING_ENDS, messages, parse
from indextts.errors import StudioError
from indextts.parity.runner import Fixture, largest, unequal


def compare(fixture: Fixture, config: Config) -> Iterator[tuple[str, float, float]]:
    """Answers are to be read exactly; one that the published system fails at must be refused."""
    about = fixture.about
    yield "messages", unequal(messages("<text>"), about["messages"]), 0.0
    yield "thinking_end_token_id", unequal(THINKING_ENDS, about["thinking_end_token_id"]), 0.0
    for number, case in enumerate(about["cases"]):
        yield f"case {number}", _difference(case), 0.0


def _difference(case: dict[str, Any]) -> float:
    result = case["result"]
    try:
        ours = parse(case["input_text"], case["model_output"])
    except StudioError:
        return 0.0 if "error" in result else 1.0
    if "error" in result or set(ours) != set(result):
        return 1.0
    return largest([ours[name] for name in EMOTIONS], np.array([result[name] for name in EMOTIONS], float))
