"""The whole of ``/openapi.json``, as it was when somebody last looked at it: a change there is one for all clients.

To renew it: ``INDEXTTS_RENEW=1 python -m pytest tests/server/test_openapi_snapshot.py``, then read the diff.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from indextts.platform.config import Config
from tests.support.services import application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice

SNAPSHOT = Path(__file__).parents[1] / "data" / "openapi.json"


def without_prose(node: Any) -> Any:
    """The same without its descriptions, which may be worded anew, and without the program's version."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_prose(value)
        for key, value in node.items()
        if not (isinstance(value, str) and key in ("description", "version"))
    }


def test_the_description_of_the_api_is_the_recorded_one(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    service = make_service(config)
    app = application(service, page=False)
    with serving(app) as url:
        described = without_prose(httpx.get(f"{url}/openapi.json").json())
    text = json.dumps(described, ensure_ascii=True, indent=1, sort_keys=True) + "\n"
    if os.environ.get("INDEXTTS_RENEW"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == json.loads(text)
    there = {
        (path, method.lower())
        for route in routes_of(app)
        if getattr(route, "include_in_schema", False)
        for path, methods in [(route.path_format, route.methods or ())]
        for method in methods
        if method != "HEAD"
    }
    recorded = {(path, method) for path, methods in json.loads(text)["paths"].items() for method in methods}
    assert recorded == there and len(there) > 100


def routes_of(app: Any) -> Iterator[Any]:
    """All that the server answers, whatever its description says."""
    return iter(app.routes)


def test_only_prose_is_left_out_of_the_record() -> None:
    shape = {"description": {"type": "string", "description": "what it is"}, "version": 2, "x": [{"version": "1.2"}]}
    assert without_prose(shape) == {"description": {"type": "string"}, "version": 2, "x": [{}]}
