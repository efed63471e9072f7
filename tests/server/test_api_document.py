"""``docs/api.md``: its errors are those of ``/openapi.json``, and its snippets work as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import soundfile

from indextts.model.i18n.messages import messages
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.serving_config import AccessConfig
from tests.support.services import application, make_service, serving
from tests.support.waiting import until

TEXT = (PROJECT_ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"
"""Where the document has the server."""


def snippet(language: str, word: str) -> str:
    """The only block of that language with ``word`` in it."""
    (found,) = [block for block in re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) if word in block]
    return str(found)


def rows() -> dict[int, str]:
    """The table of errors: when each status is answered."""
    table = TEXT.partition("| status | when |")[2].partition("\n\n")[0]
    found: dict[int, str] = {}
    for line in table.splitlines()[2:]:
        _, statuses, when, _ = line.split("|")
        found |= {int(status): when for status in re.findall(r"\d{3}", statuses)}
    return found


def test_every_status_of_the_description_has_its_row() -> None:
    recorded = (PROJECT_ROOT / "tests" / "data" / "openapi.txt").read_text(encoding="utf-8")
    answers = re.findall(r"^  < ([\d,]+)", recorded, re.MULTILINE)
    statuses = {int(status) for listed in answers for status in listed.split(",") if status >= "400"}
    assert statuses <= rows().keys()
    assert rows().keys() <= statuses | {405, 408}  # of addresses and of connections, not of a call


def test_the_codes_that_a_row_names_have_its_status() -> None:
    named = {code: status for status, when in rows().items() for code in re.findall(r"`([a-z_]+)`", when)}
    assert {"key_needed": 401, "key_wrong": 403, "undo_gone": 410}.items() <= named.items()
    known = messages()
    assert {code: known[code].status for code in named} == named


@dataclass
class Kept:
    """A server that asks for a key."""

    address: str
    key: str


@pytest.fixture(scope="module")
def kept(config: Config) -> Iterator[Kept]:
    config = config.model_copy(update={"access": AccessConfig(keys="always", local_needs_key=True)})
    service = make_service(config, hosts=())
    _, key = service.keys.add("anna")
    with serving(application(service)) as address:
        until(lambda: httpx.get(f"{address}/readyz").status_code == 200)
        yield Kept(address, key)


def test_gradios_client_speaks_as_the_document_says(kept: Kept) -> None:
    code = snippet("python", "gradio_client")
    assert ADDRESS in code
    wanted = '")  # with a key: headers={"Authorization": "Bearer KEY"}\n'
    assert wanted in code
    given = f'", headers={{"Authorization": "Bearer {kept.key}"}})\n'
    code = code.replace(wanted, given).replace(ADDRESS, kept.address)
    made: dict[str, Any] = {}
    exec(compile(code, "docs/api.md", "exec"), made)
    sound = soundfile.info(made["path"])
    assert sound.format == "WAV" and sound.duration > 0.3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_speaks_with_a_key_as_the_document_says(kept: Kept, tmp_path: Path) -> None:
    command = snippet("bash", "Authorization").replace(ADDRESS, kept.address)
    for key, kind in ((kept.key, b"\xff"), ("wrong" * 8, b'{"error')):
        environment = {**os.environ, "KEY": key, "no_proxy": "127.0.0.1"}
        subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, check=True, capture_output=True)
        begin = (tmp_path / "hello.mp3").read_bytes()[:7]
        assert begin.startswith((kind, b"ID3") if kind == b"\xff" else kind), begin


def test_the_other_header_means_the_same(kept: Kept) -> None:
    for headers, status in (({}, 401), ({"X-API-Key": "wrong"}, 403), ({"X-API-Key": kept.key}, 200)):
        assert httpx.get(f"{kept.address}/v1/voices", headers=headers).status_code == status
