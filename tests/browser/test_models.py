"""The models' tab: fetch from a hub on loopback, stop, go on, remove; and the engines and emotions that follow."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
import yaml
from playwright.sync_api import Locator, Page, Route, expect

from indextts.engines.embedded import engine as embedded
from indextts.model import settings
from indextts.models import store
from indextts.ops.installing import PackageInstaller
from indextts.platform.config import Config, ModelsConfig
from indextts.service.service import Health, SpeechService
from tests.browser.conftest import REFUSED, Open, unfold
from tests.browser.test_page import choose, generate
from tests.models.conftest import FILES
from tests.support.hub import Hub, says, serving, waits
from tests.support.published import snapshot
from tests.support.services import HeldEngine
from tests.support.tiny_voice import make_tiny_voice

pytestmark = pytest.mark.browser

NAME = "indextts2"

lacking: list[str] = []
"""Packages that the other engine misses."""


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

    def installed(installer: PackageInstaller, extra: str, then: Callable[[], None]) -> None:
        """As if pip had run, which has tests of its own."""
        lacking.clear()
        installer.changed = True
        then()

    def told(service: SpeechService) -> Health:
        there = store.list_models(service.config, hashes=False)[1].installed
        return replace(health(service), engines={"embedded": "ready", NAME: "idle" if there else "absent"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        patch.setattr(settings, "ENGINES", ("embedded", NAME))
        patch.setattr(SpeechService, "health", told)
        # What the tests' own environment has is none of theirs; none of them may ever start pip in it.
        for place in ("server.routes.store", "service.offered"):
            patch.setattr(f"indextts.{place}.missing_packages", lambda name: [*lacking])
        patch.setattr(PackageInstaller, "start", installed)
        yield engine


@pytest.fixture(autouse=True)
def nothing_fetched(engine: HeldEngine, hub: Hub) -> Iterator[None]:
    yield
    hub.faults.clear()
    lacking.clear()
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


def sends(page: Page, name: str, value: object) -> None:
    """With what is shown, ``name`` is sent as ``value``; Gradio tells the page's script a moment after a change."""
    page.wait_for_function("([name, value]) => indexttsStudio.settingsNow()[name] === value", arg=[name, value])


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
    expect(row).to_contain_text("已下载")
    press(row, "fetch")
    becomes(row, "fetching")
    again.set()
    becomes(row, "installed")
    expect(page.locator("#models .models-said")).to_contain_text("“另一个”已经可用")
    press(row, "verify")
    expect(row.locator(".model-said")).to_contain_text("2 个文件都完好")
    becomes(row, "installed")


def test_download_installs_what_the_engine_needs_and_asks_for_a_restart(open_page: Open, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    lacking.append("torch")
    page = open_page()
    row = opened(page)
    expect(row).to_contain_text("还缺依赖包 torch")
    expect(row.locator(".model-needs")).not_to_contain_text("start_app.sh")
    expect(page.locator("#models .models-restart")).to_be_empty()
    press(row, "fetch")
    becomes(row, "installed")
    expect(row).not_to_contain_text("torch")
    expect(page.locator("#models .models-restart")).to_contain_text("重启服务器")
    page.click("#models [data-do=restart]")  # nobody runs this server who could
    expect(page.locator("#models .models-said")).to_contain_text("不能自行重启")


def test_where_packages_may_not_be_installed_that_is_said_and_the_model_comes_alone(
    open_page: Open, forgiven: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forgiven.append(REFUSED)
    lacking.append("torch")
    monkeypatch.setattr("indextts.server.routes.store.is_local", lambda scope: False)
    page = open_page()
    row = opened(page)
    press(row, "fetch")
    expect(page.locator("#models .models-said")).to_contain_text("服务器本机")
    becomes(row, "installed")
    expect(row).to_contain_text("torch")


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


def test_what_another_program_has_is_said_with_the_command_that_takes_it(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(tmp_path, "team/voice", "aaaa", FILES["team/voice"], branch=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    row = opened(open_page(language="en-US"))
    stands = row.locator(".model-stands")
    expect(stands).to_contain_text(f"Another program on this machine already has these files, in {tmp_path}.")
    expect(stands.locator("code")).to_have_text(f"python -m indextts models pull {NAME} --from {tmp_path}")
    press(row, "fetch")
    becomes(row, "installed")
    expect(stands).to_be_empty()


def test_the_way_without_internet_is_written_out(open_page: Open) -> None:
    page = open_page(language="en-US")
    row = opened(page)
    row.locator("summary").click()
    expect(row.locator("details code").first).to_have_text("config.yaml")
    expect(row.locator("details")).to_contain_text(f"python -m indextts models pull {NAME} --from PATH")
    expect(page.locator("#models [data-name=embedded] details")).to_have_count(0)
    expect(page.locator("#models [data-name=embedded] [data-do=remove]")).to_have_count(0)


def test_an_engine_that_is_not_installed_is_grey_and_leads_to_its_model(open_page: Open) -> None:
    page = open_page()
    unfold(page, "advanced")
    page.click("#engine input")
    absent = page.get_by_role("option", name="高质量 · IndexTTS-2")
    expect(absent).to_have_attribute("aria-disabled", "true")
    expect(absent).to_contain_text("去安装")
    absent.click(force=True)  # it leads to where one gets it
    expect(page.locator("html")).to_have_attribute("data-view", "models")
    sends(page, "engine", "auto")
    row = page.locator(f"#model-rows [data-name={NAME}]")
    press(row, "fetch")
    becomes(row, "installed")
    page.click("#header [data-tab=speak]")
    choose(page, "engine", "高质量 · IndexTTS-2")
    expect(page.locator("#sampling")).to_be_visible()
    page.route("**/v1/audio/voices", paced)  # As once it has spoken.
    page.reload()
    expect(page.locator("#advanced > button")).to_be_visible()
    expect(page.locator("#sampling")).to_be_hidden()
    unfold(page, "advanced")
    expect(page.locator("#engine input")).to_have_value("高质量 · IndexTTS-2")
    expect(page.locator("#sampling")).to_be_visible()
    page.fill("#sampling_beams input", "1")
    page.keyboard.press("Tab")
    sends(page, "sampling_beams", 1)
    # The server has no voice of it to ask about.
    page.route("**/v1/forecast", lambda route: route.fulfill(json={"qualities": {}}))
    page.fill("#text textarea", "今天天气很好，我们去公园散步。" * 10)
    expect(page.locator("#meter-text")).to_contain_text("分")
    choose(page, "engine", "快速")
    expect(page.locator("#meter-text")).not_to_contain_text("分")
    expect(page.locator("#sampling")).to_be_hidden()
    expect(page.locator("#voice input")).to_have_value("内置女声")


def paced(route: Route) -> None:
    """The answer with a pace for the engine, as it has once it has spoken. A note drawn later keeps it."""
    answer = route.fetch()
    told = answer.json()
    for row in told["engines"]:
        if row["id"] == NAME:
            row["pace"] = 20.0
    route.fulfill(response=answer, json=told)


def test_each_quality_of_a_cloned_voice_says_how_long_this_text_takes(open_page: Open, engine: HeldEngine) -> None:
    asked: list[Any] = []

    def foresee(route: Route) -> None:
        asked.append(route.request.post_data_json)
        seconds = {"best": 130.0, "balanced": 70.0, "fast": 40.0}
        route.fulfill(json={"engine": NAME, "speech_s": 4.0, "seconds": 130.0, "qualities": seconds})

    config: Config = engine.config  # type: ignore[attr-defined]
    store.ensure(NAME, config)
    page = open_page(language="en-US")
    page.route("**/v1/audio/voices", paced)
    page.route("**/v1/forecast", foresee)
    expect(page.locator("#quality")).to_be_hidden()
    unfold(page, "advanced")
    choose(page, "engine", "High quality · IndexTTS-2")
    expect(page.locator("#quality")).to_be_visible()
    page.fill("#text textarea", "今天天气很好。")
    takes = page.locator("#quality-takes")
    expect(takes).to_contain_text("Fast: about 40 s")
    expect(takes).to_contain_text("Best: about 2 min 10 s")
    assert asked[-1]["text"] == "今天天气很好。" and asked[-1]["engine"] == NAME
    choose(page, "quality", "Fast")
    sends(page, "quality", "fast")
    page.reload()
    expect(page.locator("#quality input")).to_have_value("Fast")
    unfold(page, "advanced")
    choose(page, "engine", "Fast")
    expect(page.locator("#quality")).to_be_hidden()
    page.unroute_all(behavior="ignoreErrors")


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
    sends(page, "emotion", "happy:0.6+surprised:0.3")
    page.locator("#share-happy").dblclick()
    sends(page, "emotion", "surprised:0.3")
    choose(page, "emotion", "悲伤")
    expect(page.locator("#mixture")).to_be_hidden()
    sends(page, "emotion", "sad")


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
    sends(page, "emotion_text", "又惊又喜")
    sends(page, "emotion", "neutral")
    choose(page, "emotion", "参考录音…")
    sends(page, "emotion_text", "")
    expect(page.locator("#emotion-recording .cannot")).to_be_visible()
    # What the server says of an engine that can.
    page.evaluate("document.querySelector('#engine-note [data-engine]').dataset.engine = 'indextts2'")
    file: Any = {"name": "我的录音.m4a", "mimeType": "audio/mp4", "buffer": b"1"}
    page.set_input_files("#emotion-recording input[type=file]", file)
    expect(page.get_by_role("alert")).to_have_text("录音里没有声音。请检查麦克风。")
    page.set_input_files("#emotion-recording input[type=file]", file)
    expect(page.locator(".recording-name")).to_have_text("我的录音.m4a · 7.4 秒")
    sends(page, "emotion_reference", "a" * 64)
    page.click("#emotion-recording [data-do=drop]")
    sends(page, "emotion_reference", "")


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
