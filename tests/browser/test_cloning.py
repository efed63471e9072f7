"""The whole way to a cloned voice, nothing stood in for: a tiny checkpoint laid out as the published one is fetched
from a hub on loopback, a voice is added, an emotion chosen, a sentence spoken and heard, the voice handed on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import huggingface_hub.constants
import numpy as np
import pytest
import yaml
from playwright.sync_api import Page, expect

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config, ModelsConfig
from tests.browser.conftest import Open, take_sound, unfold
from tests.browser.test_page import generate
from tests.support.hub import serving as serving_hub
from tests.support.recordings import speech, wav
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import page_ready
from tests.support.whole import WholeService

pytest.importorskip("torch")
from tests.support.tiny_indextts2 import make_checkpoint

pytestmark = pytest.mark.browser

NAME = "indextts2"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    """All engines of the product; the real catalogue, its repositories on loopback and in miniature."""
    published = make_checkpoint(tmp_path_factory.mktemp("published"))
    entry = yaml.safe_load(Config().catalogue_path.read_text(encoding="utf-8"))[NAME]
    repositories: dict[str, dict[str, bytes]] = {}
    for part in entry["parts"]:
        part.pop("least", None)
        for at in ("huggingface", "modelscope"):
            repositories.setdefault(part[at], {}).update(_files(published / part["to"]))
    home = tmp_path_factory.mktemp("cache_hub")
    catalogue = home / "models.yaml"
    catalogue.write_text(yaml.safe_dump({NAME: entry}, allow_unicode=True), encoding="utf-8")
    make_tiny_voice(home / "models")
    with serving_hub(repositories) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        models = ModelsConfig(huggingface=hub.address, modelscope=hub.address)
        config = Config(cache_dir=home, catalogue=catalogue, models=models)
        yield make_service(config, rate_limit="100000/minute")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def engine(service: WholeService) -> HeldEngine:
    """Nobody is held here; the page's fixture only asks for one to let go of."""
    return HeldEngine(embedded.load(service.config))


@pytest.fixture(scope="module")
def url(service: WholeService) -> Iterator[str]:
    with serving(application(service)) as base:
        page_ready(base)
        yield base


def choose(page: Page, what: str, name: str) -> None:
    page.click(f"#{what} input")
    page.get_by_role("option", name=name).click()


def test_a_voice_is_cloned_from_nothing(open_page: Open, service: WholeService, tmp_path: Path) -> None:
    page = open_page()
    unfold(page, "advanced")
    page.click("#engine input")
    page.get_by_role("option", name="高质量 · IndexTTS-2").click(force=True)  # grey: it leads to where one gets it
    row = page.locator(f"#model-rows [data-name={NAME}]")
    expect(row).to_have_attribute("data-state", "absent")
    row.locator("[data-do=fetch]").click()
    expect(row).to_have_attribute("data-state", "installed")

    page.click("#header [data-tab=voices]")
    recording: Any = {"name": "老王.wav", "mimeType": "audio/wav", "buffer": wav(speech(6, 120), 24_000)}
    page.set_input_files("#clonebook [name=recordings]", [recording])
    page.fill("#clonebook .clone-form [name=name]", "老王")
    page.fill("#clonebook [name=consent]", "本人的声音")
    page.check("#clonebook [name=agreed]")
    page.click("#clonebook [type=submit]")
    expect(page.locator("#clone-rows .voice-name")).to_have_text("老王")

    page.click("#header [data-tab=speak]")
    choose(page, "engine", "高质量 · IndexTTS-2")
    expect(page.locator("#voice input")).to_have_value("老王")
    choose(page, "emotion", "高兴")
    generate(page, "你好，世界。")
    samples, rate = take_sound(page, "float64")
    # The tiny voice ends every sentence after some thirty codes, fifty of which are a second.
    assert 0.3 < samples.size / rate < 1.5
    assert np.abs(samples).max() > 0.05
    expect(page.locator("#timings .engine")).to_contain_text("IndexTTS-2")
    expect(page.locator("#notice")).not_to_contain_text("已改用")

    page.click("#header [data-tab=voices]")
    with page.expect_download() as download:
        page.click("#clone-rows [data-do=export]")
    handed_on = tmp_path / "voice"
    download.value.save_as(handed_on)
    voice = service.clones.voices()[0]
    service.clones.remove(voice.id)
    assert service.clones.import_(handed_on.open("rb")).references == voice.references


def test_a_voice_that_was_deleted_is_told_as_such(url: str) -> None:
    asked = {"text": "你好。", "voice": "clone-999", "engine": NAME}
    answer = httpx.post(f"{url}/tts", json=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_voice")


def test_recordings_of_one_request_are_its_voice(url: str) -> None:
    files = [("reference", (f"{seed}.wav", wav(speech(4, 180, seed=seed), 24_000), "audio/wav")) for seed in (1, 2)]
    answer = httpx.post(f"{url}/tts/generate", data={"text": "你好，世界。", "emotion": "sad"}, files=files, timeout=60)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["engine"], said["fallback"]) == (NAME, False)
    assert 0.3 < said["duration_s"] < 1.5
