"""The models' tab: fetch from a hub on loopback, stop, go on, remove; and the engines and emotions that follow."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import huggingface_hub.constants
import pytest
import yaml
from playwright.sync_api import Locator, Page, Route, expect

from indextts.config import Config, ModelsConfig
from indextts.engines.embedded import engine as embedded
from indextts.models import store
from indextts.service.service import Health, SpeechService
from indextts.utterance import settings
from tests.browser.conftest import Open
from tests.browser.test_page import generate
from tests.models.conftest import FILES
from tests.support.hub import Hub, says, serving, waits
from tests.support.services import HeldEngine
from tests.support.tiny_voice import make_tiny_voice

pytestmark = pytest.mark.browser

INPUTS = 'new URL("../tabs/speak/inputs.js", document.querySelector("script[blocking]").src)'
SETTINGS = f"(await import({INPUTS})).settingsNow()"

NAME = "indextts2"


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with serving({name: dict(files) for name, files in FILES.items()}) as running:
        yield running


@pytest.fixture(scope="module")
def engine(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeldEngine]:
    """The embedded engine, and another one whose model is on the hub."""
    folder = tmp_path_factory.mktemp("cache_hub")
    parts = [{"huggingface": "team/voice", "files": ["config.yaml", "gpt.pth"]}]
    about = {"en": "Other: speaks better", "zh": "另一个：更好听"}
    entry = {"about": about, "licence": "MIT", "bytes": 3_000_000, "extra": NAME, "parts": parts}
    (folder / "models.yaml").write_text(yaml.safe_dump({NAME: entry}, allow_unicode=True), encoding="utf-8")
    models = ModelsConfig(huggingface=hub.address, modelscope=hub.address)
    config = Config(cache_dir=folder, catalogue=folder / "models.yaml", models=models)
    make_tiny_voice(config.models_path)
    engine = HeldEngine(embedded.load(config))
    engine.config = config  # type: ignore[attr-defined]
    health = SpeechService.health

    def told(service: SpeechService) -> Health:
        there = store.list_models(service.config, hashes=False)[1].installed
        return replace(health(service), engines={"embedded": "ready", NAME: "idle" if there else "absent"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        patch.setattr(settings, "ENGINES", ("embedded", NAME))
        patch.setattr(SpeechService, "health", told)
        yield engine


@pytest.fixture(autouse=True)
def nothing_fetched(engine: HeldEngine, hub: Hub) -> Iterator[None]:
    yield
    hub.faults.clear()
    config: Config = engine.config  # type: ignore[attr-defined]
    if store.list_models(config, hashes=False)[1].there or store.list_models(config, hashes=False)[1].kept:
        store.remove(NAME, config)


def opened(page: Page) -> Locator:
    page.click("#header [data-tab=models]")
    row = page.locator(f"#model-rows [data-name={NAME}]")
    expect(row).to_be_visible()
    return row


def press(row: Locator, action: str) -> None:
    row.locator(f"[data-do={action}]").click()


def becomes(row: Locator, state: str) -> None:
    expect(row).to_have_attribute("data-state", state)


def choose(page: Page, what: str, name: str) -> None:
    page.click(f"#{what} input")
    page.get_by_role("option", name=name).click()


def sent(page: Page) -> dict[str, Any]:
    settings: dict[str, Any] = page.evaluate(f"async () => {SETTINGS}")
    return settings


def test_a_model_is_fetched_stopped_and_gone_on_with_across_a_reload(open_page: Open, hub: Hub) -> None:
    go_on, again = threading.Event(), threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on), waits(again)]
    page = open_page()
    row = opened(page)
    becomes(row, "absent")
    expect(row).to_contain_text("约需下载 3.0 MB")
    expect(row).to_contain_text("许可：MIT")
    press(row, "fetch")
    becomes(row, "fetching")
    expect(row.locator(".model-progress p")).to_contain_text("1.5 MB，共 3.0 MB")
    assert 45 <= int(row.locator(".bar").get_attribute("aria-valuenow") or 0) <= 55
    page.reload()
    row = page.locator(f"#model-rows [data-name={NAME}]")
    becomes(row, "fetching")
    expect(row.locator(".model-progress p")).to_contain_text("1.5 MB，共 3.0 MB")
    press(row, "stop")
    becomes(row, "stopping")
    go_on.set()
    becomes(row, "stopped")
    expect(row).to_contain_text("已有")
    press(row, "fetch")
    becomes(row, "fetching")
    again.set()
    becomes(row, "installed")
    expect(page.locator("#models .models-said")).to_contain_text("“另一个”已经可用")
    press(row, "verify")
    expect(row.locator(".model-said")).to_contain_text("2 个文件都完好")
    becomes(row, "installed")


def test_a_wrong_hash_is_told_in_the_readers_language_and_can_be_tried_again(open_page: Open, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [says(200, bytes(3_000_000))] * 2
    row = opened(open_page(language="en-US"))
    press(row, "fetch")
    becomes(row, "failed")
    told = row.get_by_role("alert")
    expect(told).to_contain_text("gpt.pth: its hash is not the published one")
    expect(told).to_contain_text("--from FOLDER")
    press(row, "fetch")
    becomes(row, "installed")
    expect(row.get_by_role("alert")).to_have_count(0)


def test_what_is_removed_comes_back_with_undo(open_page: Open) -> None:
    page = open_page()
    row = opened(page)
    press(row, "fetch")
    becomes(row, "installed")
    press(row, "remove")
    becomes(row, "absent")
    expect(page.locator("#models [data-do=undo]")).to_be_focused()
    page.keyboard.press("Enter")
    becomes(row, "installed")
    expect(page.locator("#models .models-said")).to_contain_text("已恢复")


def test_the_way_without_internet_is_written_out(open_page: Open) -> None:
    page = open_page(language="en-US")
    row = opened(page)
    row.locator("summary").click()
    expect(row.locator("details code").first).to_have_text("config.yaml")
    expect(row.locator("details")).to_contain_text(f"python -m indextts models pull {NAME} --from PATH")
    expect(page.locator("#models [data-name=embedded] details")).to_have_count(0)
    expect(page.locator("#models [data-name=embedded] [data-do=remove]")).to_have_count(0)


def test_an_engine_that_is_not_installed_leads_to_its_model(open_page: Open) -> None:
    page = open_page()
    choose(page, "engine", "IndexTTS-2（未安装）")
    expect(page.locator("#engine-note")).to_contain_text("约需下载 3 MB")
    expect(page.locator("#voice input")).to_have_value("还没有声音")
    page.click("#engine-note a")
    row = page.locator(f"#model-rows [data-name={NAME}]")
    press(row, "fetch")
    becomes(row, "installed")
    page.click("#header [data-tab=speak]")
    expect(page.locator("#engine-note")).not_to_contain_text("没有安装")
    page.reload()
    expect(page.locator("#engine input")).to_have_value("IndexTTS-2 · 克隆")
    expect(page.locator("#sampling")).to_be_hidden()
    page.click("#advanced > button")
    expect(page.locator("#sampling")).to_be_visible()
    page.fill("#sampling_beams input", "1")
    page.keyboard.press("Tab")
    assert sent(page)["sampling_beams"] == 1
    page.evaluate(
        "Object.assign(document.querySelector('#engine-note [data-engine]').dataset, { pace: 20, patience: 3600 })"
    )
    page.fill("#text textarea", "今天天气很好，我们去公园散步。" * 10)
    expect(page.locator("#meter-text")).to_contain_text("分")
    assert "slow" not in (page.get_attribute("#meter-text", "class") or ""), "there is time for a slow engine"
    choose(page, "engine", "内置")
    expect(page.locator("#meter-text")).not_to_contain_text("分")
    expect(page.locator("#sampling")).to_be_hidden()
    expect(page.locator("#voice input")).to_have_value("内置女声")


def test_a_mixture_is_spoken_and_kept(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#mixture")).to_be_hidden()
    choose(page, "emotion", "混合…")
    page.locator("#share-happy").fill("0.6")
    page.locator("#share-surprised").fill("0.3")
    generate(page, "今天天气很好。")
    expect(page.locator("#takes .take-meta")).to_contain_text("高兴 60% + 惊讶 30%")
    page.reload()
    expect(page.locator("#share-happy")).to_have_value("0.6")
    assert sent(page)["emotion"] == "happy:0.6+surprised:0.3"
    page.locator("#share-happy").dblclick()
    assert sent(page)["emotion"] == "surprised:0.3"
    choose(page, "emotion", "悲伤")
    expect(page.locator("#mixture")).to_be_hidden()
    assert sent(page)["emotion"] == "sad"


def test_an_emotion_in_words_or_from_a_recording(open_page: Open, forgiven: list[str]) -> None:
    page = open_page()
    answers: list[dict[str, Any]] = [
        {"error": {"code": "recording_silent", "message": "录音里没有声音。", "hint": "请检查麦克风。"}},
        {"id": "ref-" + "a" * 64, "references": [{"sha256": "a" * 64, "seconds": 7.4}], "findings": []},
    ]
    forgiven.append("422")

    def answer(route: Route) -> None:
        body = answers.pop(0)
        status = 422 if "error" in body else 201
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    page.route("**/v1/clones/recordings", answer)
    choose(page, "emotion", "用文字描述…")
    page.fill("#emotion-text textarea", "又惊又喜")
    page.keyboard.press("Tab")
    page.wait_for_function(f"async () => ({SETTINGS}).emotion_text === '又惊又喜'")
    assert sent(page)["emotion"] == "neutral"
    choose(page, "emotion", "借用录音…")
    assert sent(page)["emotion_text"] == ""
    expect(page.locator("#emotion-recording .cannot")).to_be_visible()
    choose(page, "engine", "IndexTTS-2（未安装）")
    file: Any = {"name": "我的录音.m4a", "mimeType": "audio/mp4", "buffer": b"1"}
    page.set_input_files("#emotion-recording input[type=file]", file)
    expect(page.get_by_role("alert")).to_have_text("录音里没有声音。请检查麦克风。")
    page.set_input_files("#emotion-recording input[type=file]", file)
    expect(page.locator(".recording-name")).to_have_text("我的录音.m4a · 7.4 秒")
    assert sent(page)["emotion_reference"] == "a" * 64
    page.click("#emotion-recording [data-do=drop]")
    assert sent(page)["emotion_reference"] == ""


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_narrow_screen(open_page: Open, dark: bool) -> None:
    page = open_page(width=390, height=844, dark=dark)
    row = opened(page)
    row.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (
        row.locator("[data-do=fetch]"),
        row.locator("[data-do=copy]"),
        page.locator("#header [data-tab=models]"),
    ):
        box = part.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
