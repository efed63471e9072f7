"""What Schemathesis cannot make from the description's words alone: files. It loads this module itself."""

from __future__ import annotations

import io
import json
import zipfile

import schemathesis
from hypothesis import strategies as st
from PIL import Image


def _picture(kind: str) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (6, 8), "navy").save(into, kind)
    return into.getvalue()


def _packed() -> bytes:
    """An archive of the right form that holds nothing."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        file.writestr("voice.json", json.dumps({}))
    return into.getvalue()


for _kind in ("jpeg", "png", "webp"):
    schemathesis.openapi.media_type(f"image/{_kind}", st.just(_picture(_kind)))
for _name in ("application/zip", "application/vnd.indextts.voice+zip", "application/octet-stream"):
    schemathesis.openapi.media_type(_name, st.just(_packed()))
schemathesis.openapi.media_type("text/csv", st.just("word,reading\n重庆,chong2 qing4\n".encode()))
