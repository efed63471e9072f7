"""All that no client should send, family by family. None of it may be taken."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.soaks import hostile_requests as requests
from benchmarks.soaks import hostile_uploads as uploads
from benchmarks.soaks.hostile_requests import Hostile

Make = Callable[[random.Random], Hostile]

FAMILIES: Final[tuple[Make, ...]] = (
    requests.broken_json,
    requests.broken_utf8,
    requests.deep_nesting,
    requests.huge_numbers,
    requests.wrong_kinds,
    requests.no_text,
    requests.ssml_bomb,
    requests.too_much,
    requests.endless_chunks,
    requests.trickle,
    requests.lying_header,
    requests.broken_http,
    requests.strangers,
    requests.outside_names,
    uploads.hostile_sound,
    uploads.broken_form,
    uploads.hostile_archive,
    uploads.hostile_book,
    uploads.hostile_words,
    uploads.hostile_plan,
)


def inputs(count: int, seed: int = 1) -> Iterator[Hostile]:
    """So many, each family in turn."""
    chance = random.Random(seed)
    for number in range(count):
        yield FAMILIES[number % len(FAMILIES)](chance)
