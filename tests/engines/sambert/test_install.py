"""Sambert's voices: pulled, converted, heard; from a folder or an archive; without PyTorch."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import yaml

torch = pytest.importorskip("torch")

from indextts.engines.sambert import info  # noqa: E402
from indextts.model.errors import StudioError  # noqa: E402
from indextts.model.utterance import Settings  # noqa: E402
from indextts.models import store  # noqa: E402
from indextts.plan.request import SpeechRequest  # noqa: E402
from indextts.platform.config import Config, ModelsConfig  # noqa: E402
from indextts.service.preload import Preloader  # noqa: E402
from indextts.service.service import SpeechService  # noqa: E402
from tests.models.conftest import hub as hub  # noqa: E402
from tests.support.hub import Hub, says  # noqa: E402
from tests.support.tiny_sambert import write_voice, zipped  # noqa: E402
from tests.support.tiny_voice import make_tiny_voice  # noqa: E402

NAMES = ("zhitian_emo", "zhizhe_emo")
PUBLISHED = "iic/speech_sambert-hifigan_tts_zh-cn_16k"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ModelScope publishes it: facts, and the voices in an archive."""
    root = tmp_path_factory.mktemp("package")
    tree = tmp_path_factory.mktemp("tree")
    for name in NAMES:
        write_voice(tree / "voices" / name)
    zipped(tree, root / "voices.zip")
    (root / "configuration.json").write_text('{"framework": "Tensorflow"}', encoding="utf-8")
    return root


@pytest.fixture
def here(hub: Hub, package: Path, tmp_path: Path) -> Config:
    """The shipped catalogue, with the hub on loopback as ModelScope."""
    hub.files[PUBLISHED] = {path.name: path.read_bytes() for path in package.iterdir()}
    models = ModelsConfig(hubs=("modelscope",), modelscope=hub.address)
    return Config(cache_dir=tmp_path / "cache", models=models)


def test_pulled_converted_listed_verified_and_heard(here: Config, hub: Hub) -> None:
    said: list[str] = []
    assert store.ensure("sambert", here, progress=said.append)
    assert any("converting zhizhe_emo" in line for line in said)
    assert info.voice_names(here) == list(NAMES)
    # The gigabyte of the package is not kept.
    assert sorted(path.name for path in here.models_path.iterdir()) == ["sambert"]
    listed = next(model for model in store.list_models(here) if model.name == "sambert")
    assert listed.installed and listed.detail == "ready" and listed.bytes > 0
    states = store.verify("sambert", here)
    assert {state.state for state in states} == {"ok"}
    assert {state.name.partition("/")[0] for state in states} == set(NAMES)
    asked = len(hub.asked)
    assert not store.ensure("sambert", here) and len(hub.asked) == asked

    make_tiny_voice(here.models_path)
    service = SpeechService(here, preloader=Preloader(here))
    service.preloader.wait(60)
    voices = {voice.id: voice for voice in service.voices()}
    assert voices["zhizhe_emo"].licence == listed.licence != "", "said in one place"
    assert (voices["zhizhe_emo"].engine, voices["zhizhe_emo"].name_zh) == ("sambert", "知哲")
    speech = service.speak(SpeechRequest("今天天气很好。", Settings(voice="zhizhe_emo", emotion="happy")))
    assert (speech.engine, speech.fallback, speech.sample_rate) == ("sambert", False, 24000)
    assert speech.duration_s > 0.2
    service.close()


@pytest.mark.night
def test_a_damaged_voice_is_made_again(here: Config) -> None:
    store.ensure("sambert", here)
    victim = info.model_folder(here, NAMES[0]).path / "vocoder.onnx"
    victim.write_bytes(victim.read_bytes()[:-1])
    wrong = [state.name for state in store.verify("sambert", here) if state.state != "ok"]
    assert wrong == ["zhitian_emo/vocoder.onnx"]
    assert store.ensure("sambert", here)
    assert {state.state for state in store.verify("sambert", here)} == {"ok"}


@pytest.mark.night
def test_another_package_than_the_first_repairs_nothing(here: Config, hub: Hub, tmp_path: Path) -> None:
    hub.lfs = False
    store.ensure("sambert", here)
    victim = info.model_folder(here, NAMES[0]).path / "vocoder.onnx"
    victim.write_bytes(victim.read_bytes()[:-1])
    first = hub.files[PUBLISHED]["configuration.json"]
    hub.files[PUBLISHED]["configuration.json"] = first.replace(b"T", b"t")
    with pytest.raises(StudioError) as caught:
        store.ensure("sambert", here)
    assert caught.value.code == "pull_failed" and "configuration.json" in str(caught.value)
    hub.files[PUBLISHED]["configuration.json"] = first
    write_voice(tmp_path / "mine" / "voices" / "mine")
    store.ensure("sambert", here, local=tmp_path / "mine")  # what was fetched first is remembered beside it
    victim.write_bytes(victim.read_bytes()[:-1])
    assert store.ensure("sambert", here)
    assert {state.state for state in store.verify("sambert", here)} == {"ok"}


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_from_what_a_person_has_fetched(kind: str, here: Config, hub: Hub, package: Path, tmp_path: Path) -> None:
    source = package if kind == "folder" else zipped(package, tmp_path / "package.zip")
    assert store.ensure("sambert", here, local=source)
    assert info.voice_names(here) == list(NAMES) and hub.asked == []
    assert source.exists()
    # A voice of one's own comes beside them.
    write_voice(tmp_path / "mine" / "voices" / "mine")
    assert store.ensure("sambert", here, local=tmp_path / "mine")
    assert info.voice_names(here) == ["mine", *NAMES]
    assert {state.state for state in store.verify("sambert", here)} == {"ok"}


@pytest.mark.parametrize("lacking", ["configuration.json", "voices.zip", ""])
def test_what_cannot_be_fetched_says_what_works_instead(
    here: Config, hub: Hub, package: Path, tmp_path: Path, lacking: str
) -> None:
    if lacking:
        hub.faults[lacking] = [says(404)] * 99
    else:
        hub.files.clear()
    with pytest.raises(StudioError) as caught:
        store.ensure("sambert", here)
    assert caught.value.code == "pull_failed"
    for language in ("en", "zh"):
        said = " ".join(caught.value.localise(language))
        assert "models pull sambert --from" in said and "voices.zip" in said and "sambert-package" not in said
    by_hand = tmp_path / "by hand"
    by_hand.mkdir()
    for name in ("configuration.json", "voices.zip"):
        (by_hand / name).write_bytes((package / name).read_bytes())
    assert store.ensure("sambert", here, local=by_hand)


def test_without_pytorch_it_is_said_before_anything_is_fetched(
    here: Config, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec

    def without(name: str, *more: Any) -> Any:
        return None if name == "torch" else found(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(StudioError) as caught:
        store.ensure("sambert", here)
    assert caught.value.code == "dependency_missing"
    assert "./start_app.sh --with sambert" in str(caught.value) and hub.asked == []


def test_a_package_that_cannot_be_used_names_the_voice(here: Config, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    write_voice(broken / "voices" / "mine")
    half = broken / "voices" / "mine" / "voc" / "config.yaml"
    half.write_text(yaml.safe_dump({"Model": {}}), encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        store.ensure("sambert", here, local=broken)
    assert caught.value.code == "voice_unusable" and "mine" in str(caught.value)
    assert info.voice_names(here) == []
