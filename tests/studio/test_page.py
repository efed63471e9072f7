from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
import soundfile
from gradio_client import Client

from indextts.model.settings import SAMPLED, SETTINGS
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from indextts.studio import build_page, layout, mount_options
from indextts.studio.form import FIELDS, PUBLIC
from indextts.studio.strings import STRINGS
from tests.support.services import application, serving
from tests.support.whole import WholeService

ALIKE = {"loudness", "peak"}
"""The page makes all takes equally loud."""
CLONED = {"emotion_reference", "emotion_text", "sampling", "quality"}
"""For cloned voices."""


@pytest.fixture(scope="module")
def page(service: WholeService) -> gr.Blocks:
    return build_page(service, service.works)


@pytest.fixture(scope="module")
def client(service: WholeService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    app = application(service)
    with serving(app) as url:
        while app.state.page.state == "loading":
            pass
        yield Client(url, verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))


def test_a_page_can_be_built_before_anything_is_loaded(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    service = WholeService(config, preloader=Preloader(config))
    assert not service.health().model_loaded
    assert isinstance(build_page(service, service.works), gr.Blocks)


def test_all_settings_of_a_request_are_on_the_page(page: gr.Blocks) -> None:
    assert {name for name in FIELDS if name not in SAMPLED} == set(SETTINGS) - {"sampling"}
    generate = next(fn for fn in page.fns.values() if "generate(" in str(fn.js))
    assert len(generate.inputs) == 1 + len(FIELDS)


def test_what_is_chosen_in_the_pages_own_lists_is_a_value_that_the_browser_holds(page: gr.Blocks) -> None:
    values = {block.elem_id: block for block in page.blocks.values() if isinstance(block, gr.Textbox)}
    chosen = {name: values[f"{name}-value"] for name in layout.PICKED}
    assert {name: box.value for name, box in chosen.items()} == {
        "engine": "auto",
        "voice": "default",
        "emotion": "neutral",
    }
    assert {box.visible for box in chosen.values()} == {"hidden"}, "seen by no one, told when it changes"


def test_every_label_is_in_the_table_of_strings(page: gr.Blocks) -> None:
    for block in page.blocks.values():
        for name in ("label", "placeholder", "info"):
            shown = getattr(block, name, None)
            if name == "placeholder" and str(shown).lstrip("-").replace(".", "").isdigit():
                continue  # a number needs no words
            if shown and getattr(block, "visible", True) is True and not isinstance(block, gr.HTML):
                assert getattr(shown, "key", None) in STRINGS, (block, name, shown)


def test_only_one_call_is_public(page: gr.Blocks) -> None:
    named = page.get_api_info()["named_endpoints"]
    assert list(named) == ["/synthesize"] and page.get_api_info()["unnamed_endpoints"] == {}
    inputs = {item["parameter_name"]: item for item in named["/synthesize"]["parameters"]}
    assert list(inputs) == ["text", *PUBLIC]
    assert [name for name, item in inputs.items() if not item["parameter_has_default"]] == ["text"]
    assert named["/synthesize"]["returns"][0]["component"] == "Audio"


def test_cheap_events_never_wait_for_speech(page: gr.Blocks) -> None:
    events = [fn for fn in page.fns.values() if fn.fn is not None and fn.targets[0][1] != "unload"]
    (synthesize,) = [fn for fn in events if fn.queue is not False]
    assert synthesize.name == "synthesize", "all other speech is a job"
    assert synthesize.concurrency_id == "speak" and synthesize.concurrency_limit is None, "the service decides"


def test_nothing_is_reported_home(page: gr.Blocks) -> None:
    assert page.analytics_enabled is False and page.delete_cache == (600, 3600)
    assert set(mount_options()) == {"theme", "i18n", "app_kwargs"}


@pytest.mark.night
def test_gradios_own_client_speaks(client: Client) -> None:
    path = client.predict(text="你好，世界。", emotion="happy", api_name="/synthesize")
    slow = client.predict(text="你好，世界。", speed=0.5, api_name="/synthesize")
    assert soundfile.info(path).samplerate == 24000
    assert soundfile.info(slow).duration > 1.3 * soundfile.info(path).duration


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"text": ""}, "There is no text"),
        ({"text": "你好", "emotion": "joy"}, "joy"),
        ({"text": "你好", "speed": 99}, "0.5 to 2"),
    ],
)
def test_gradios_own_client_is_told_what_is_wrong(client: Client, inputs: dict[str, object], said: str) -> None:
    with pytest.raises(Exception, match=said):
        client.predict(**inputs, api_name="/synthesize")
