"""``GET /openapi.json`` and ``GET /docs``: the API described, for programs and on a page that needs no other host."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib import resources
from pkgutil import resolve_name
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import Scope

from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.fields import LATER, Given, Schema, schemas_of
from indextts.model.settings import SETTINGS
from indextts.model.utterance import Utterance
from indextts.platform.config import Config
from indextts.server import field_schemas as shapes
from indextts.server.access.sessions import COOKIE
from indextts.server.calls import in_thread
from indextts.server.errors import ErrorBody
from indextts.server.middleware import NONCE
from indextts.server.routes.lexicon import ENTRIES
from indextts.server.schemas import BOOK_SETTINGS, recordings_field
from indextts.service.service import SpeechService

router = APIRouter()


def read_page(name: str, scope: Scope) -> str:
    """One of the HTML pages in ``server/pages``, as it answers the request of ``scope``."""
    page = resources.files("indextts.server").joinpath("pages", name).read_text(encoding="utf-8")
    page = page.replace("<script>", f'<script nonce="{scope["state"][NONCE]}">')
    return page.replace("{root_path}", scope.get("root_path", ""))


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """All calls with the values that they take, the voices that there are now among them."""
    described = await in_thread(request, lambda: description(request.app))
    root_path = request.scope.get("root_path", "")
    return JSONResponse({**described, **({"servers": [{"url": root_path}]} if root_path else {})})


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The page; it reads ``/openapi.json`` and lists each call with its fields and an example."""
    return HTMLResponse(read_page("docs.html", request.scope))


_KEYS: Final[Mapping[str, Any]] = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key of `python -m indextts keys add NAME`."},
    "key_header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same."},
    "login": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "What `/login` gives a browser."},
}
"""The ways to show a key; they are asked of everybody where strangers need one."""

_ALWAYS: Final[Mapping[str, str]] = {
    "401": "No key, where the server asks for one",
    "403": "A wrong key, a Host that is not this server's, or a page of another website",
    "500": "A fault of this program; the request id is in its log",
}
"""What every call may answer, whatever it is for."""

_IMITATED = "Recordings of the voice to imitate, for engines that can; none where no such engine is installed."


_SHAPES: Final = "#/components/schemas/"


def description(app: FastAPI) -> dict[str, Any]:
    """The description of ``app``; blocking: the voices that a person has made stand in it too."""
    plan = TypeAdapter(Utterance).json_schema(ref_template=f"{_SHAPES}Plan{{model}}")
    shapes_of_plan = {f"Plan{name}": shape for name, shape in plan.pop("$defs").items()}
    described = app.openapi()
    filling = _Filling(
        {**_parts(app.state.config, app.state.service), "plan": plan}, described["components"]["schemas"]
    )
    filled: dict[str, Any] = filling.filled(described)
    filled["components"]["schemas"] |= {**shapes_of_plan, **filling.models}
    filled["components"]["schemas"]["BookSettings"] = filling.filled(BOOK_SETTINGS)
    for calls in filled["paths"].values():
        for call in calls.values():
            call["responses"] |= {status: _refusal(words) for status, words in _ALWAYS.items()}
    filled["components"]["securitySchemes"] = _KEYS
    if app.state.access.needed:
        filled["security"] = [{name: []} for name in _KEYS]
    return filled


def _refusal(description: str) -> Schema:
    schema = {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _parts(config: Config, service: SpeechService) -> dict[str, Schema]:
    """What stands in the places of :data:`indextts.server.field_schemas.LATER`."""
    text = shapes.text(emoji=config.text.emoji == "read")
    prosodies = [name for name in SETTINGS["prosody"].allowed if name != "llm" or config.prosody_name == "llm"]
    parts = {
        "text": text,
        "emotion": shapes.EMOTION,
        "entries": ENTRIES,
        "book_settings": {"$ref": f"{_SHAPES}BookSettings"},
        "prosody": shapes.one_of(*prosodies),
        "imitated": recordings_field(_IMITATED),
    }
    if not any(REGISTRY[name].clones for name in service.installed() if name in REGISTRY):
        parts["imitated"] |= {"minItems": 0, "maxItems": 0}
    try:
        ids = ["default", *(voice.id for voice in service.voices())]
    except StudioError:  # loading, or a library that cannot be read: then nobody knows what voices there are
        unknown: Schema = {"type": "string"}
        return {**parts, "mix": {}, "voice": unknown, "openai_voice": unknown, "speakers_text": unknown}
    named = shapes.fields({"id": shapes.voice(ids)}, {})
    return {
        **parts,
        "mix": shapes.mixture(ids, designed=False),
        "voice": shapes.voice(ids),
        "openai_voice": {"anyOf": [{"type": "string"}, {**named, "additionalProperties": True}]},
        "speakers_text": shapes.speakers_text(ids),
    }


class _Filling:
    """Fills in what :data:`LATER` marks: parts, and the models of what calls take, which stand among the components."""

    def __init__(self, parts: Mapping[str, Schema], answers: Collection[str]) -> None:
        """A model that is also one of ``answers``, where defaults are told, gets a name of its own."""
        self._parts = parts
        self._answers = answers
        self.models: dict[str, Schema] = {}

    def filled(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.filled(item) for item in node]
        if not isinstance(node, dict):
            return node
        known = {key: self.filled(value) for key, value in node.items() if key != LATER}
        if LATER not in node:
            return known
        name = node[LATER]
        part = self._model(name) if ":" in name else self.filled(self._parts[name])
        return {**part, **known}

    def _model(self, name: str) -> Schema:
        model: type[Given] = resolve_name(name)
        made = schemas_of(model, _SHAPES)
        text = json.dumps(made)
        names = {one: f"{one}-Input" if one in self._answers else one for one in made}
        for old, new in names.items():
            text = text.replace(f'"{_SHAPES}{old}"', f'"{_SHAPES}{new}"')
        self.models |= {names[one]: self.filled(shape) for one, shape in json.loads(text).items()}
        return {"$ref": f"{_SHAPES}{names[model.__name__]}"}
