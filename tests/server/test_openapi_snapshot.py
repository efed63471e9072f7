"""The whole of ``/openapi.json`` as a list, as it was when somebody last reviewed it: a change is one for all clients.

To renew it: ``INDEXTTS_RENEW=1 python -m pytest tests/server/test_openapi_snapshot.py``, then read the diff.
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from indextts.platform.config import Config
from tests.support.outline import METHODS, outline
from tests.support.services import application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice

RECORD = Path(__file__).parents[1] / "data" / "openapi.txt"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    config = Config(cache_dir=tmp_path_factory.mktemp("api"))
    make_tiny_voice(config.models_path)
    service = make_service(config)
    return application(service, page=False)


@pytest.fixture(scope="module")
def described(app: FastAPI) -> dict[str, Any]:
    with serving(app) as url:
        answer: dict[str, Any] = httpx.get(f"{url}/openapi.json").json()
        return answer


def test_the_api_is_the_recorded_one(described: dict[str, Any]) -> None:
    text = outline(described)
    if os.environ.get("INDEXTTS_RENEW"):
        RECORD.write_text(text, encoding="utf-8")
    assert text.splitlines() == RECORD.read_text(encoding="utf-8").splitlines()
    assert len(text.splitlines()) < 3000


def test_every_route_is_in_the_record(app: FastAPI) -> None:
    there = {
        f"{method} {path}"
        for route in app.routes
        if getattr(route, "include_in_schema", False)
        for path, methods in [(getattr(route, "path_format", ""), getattr(route, "methods", ()))]
        for method in methods or ()
        if method != "HEAD"
    }
    lines = RECORD.read_text(encoding="utf-8").splitlines()
    recorded = {line for line in lines if line.partition(" ")[0] in {method.upper() for method in METHODS}}
    assert recorded == there and len(there) > 100


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in the description a value stands that is no list and no mapping."""
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in leaves(value, (*path, key))]
    if isinstance(node, list):
        return [found for key, value in enumerate(node) for found in leaves(value, (*path, key))]
    return [path]


PROSE = ("description", "summary", "title", "operationId", "version")


@pytest.mark.night
def test_nothing_but_prose_is_left_out_of_the_record(described: dict[str, Any]) -> None:
    """One value after another is changed, all over the description: the list changes with each but those of prose."""
    whole, changed = outline(described), copy.deepcopy(described)
    body = {key: described[key] for key in ("paths", "components")}
    places = [place for place in leaves(body) if not {"example", "examples", "tags"} & set(place)]
    chosen = places[:: len(places) // 150]
    assert len(chosen) > 140
    for place in chosen:
        node = changed
        for key in place[:-1]:
            node = node[key]
        before = node[place[-1]]
        node[place[-1]] = not before if isinstance(before, bool) else f"{before} changed"
        is_prose = place[-1] in PROSE and place[-2] != "properties"
        assert (outline(changed) == whole) == is_prose, place
        node[place[-1]] = before
