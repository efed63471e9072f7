from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from indextts.studio import shell
from indextts.studio.shell import CompletePage, PageFiles, head_html
from indextts.studio.strings import STRINGS

FILES = PageFiles()
PAGE = (
    '<!doctype html>\n<html\n\tlang="en"\n\tstyle="margin: 0">\n<head>\n'
    '<meta charset="utf-8" /><title>x</title></head><p>é</p></html>'
)


async def page(_: Request) -> Response:
    return HTMLResponse(PAGE)


async def data(_: Request) -> Response:
    return JSONResponse({"html": "<html lang='en'><head>"})


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [Route("/", page), Route("/data", data)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(CompletePage, files=FILES)]))


@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({"Accept-Language": "zh-CN,zh;q=0.9"}, "zh-CN"),
        ({"Accept-Language": "en-GB"}, "en"),
        ({"Accept-Language": "zh", "Cookie": "indextts_lang=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "indextts_lang=zh"}, "zh-CN"),
    ],
)
def test_the_page_is_in_the_readers_language(client: TestClient, headers: dict[str, str], lang: str) -> None:
    answer = client.get("/", headers=headers)
    tag = re.findall(r"<html[^>]*>", answer.text)[0]
    assert f'lang="{lang}"' in tag and 'style="margin: 0"' in tag
    assert answer.text.count(' lang="') == 1
    assert answer.headers["content-language"] == lang and "Cookie" in answer.headers["vary"]


def test_styles_facts_and_scripts_come_before_all_else_in_the_head(client: TestClient) -> None:
    text = client.get("/").text
    order = ["charset", 'rel="manifest"', 'rel="stylesheet"', "studio-facts", 'type="module"', "<title>"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert text.endswith("<p>é</p></html>")


def test_the_page_is_packed_where_that_is_taken(client: TestClient) -> None:
    packed = client.get("/")
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.text == plain.text and "Accept-Encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_gradios_manifest_and_its_script_for_frames_are_left_out() -> None:
    page = (
        b'<html lang="en"><head><script>let a = 1;</script><script>\nload("/static/js/iframeResizer.min.js")\n</script>'
        b'<link rel="manifest" href="/manifest.json" /></head></html>'
    )
    text = CompletePage(Starlette(), files=FILES).completed(page, "en").decode()
    assert "iframeResizer" not in text and "manifest.json" not in text and "let a = 1;" in text


def test_what_is_no_page_passes_unchanged(client: TestClient) -> None:
    assert client.get("/data").json() == {"html": "<html lang='en'><head>"}
    assert client.head("/").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_head_carries_all_strings_and_nothing_else_in_line(language: str) -> None:
    head = head_html(language, FILES)  # type: ignore[arg-type]
    blob = head.partition('id="studio-facts">')[2].partition("</script>")[0]
    facts = json.loads(blob)
    assert set(facts["strings"]) == set(STRINGS) and facts["language"] == language
    assert head.count("</script>") == 2 and "<style" not in head and len(head) - len(blob) < 8_000


def test_the_head_asks_no_other_host() -> None:
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s'\")]*", head_html("en", FILES)))
    assert addresses == set()


def test_no_script_asks_over_http_without_a_time_out() -> None:
    bare = re.compile(r"(?<![\w.])fetch\(")
    folder = Path(shell.__file__).parent
    scripts = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.js")}
    asking = {name: len(bare.findall(text)) for name, text in scripts.items() if bare.search(text)}
    assert asking == {"rest.js": 1} and "AbortSignal.timeout(patience)" in scripts["rest.js"]
