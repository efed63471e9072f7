"""Published files as they lie in a folder: which of several graphs speaks, and files of the other model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from indextts.engines import pace as paces
from indextts.engines.kokoro import install
from indextts.engines.kokoro.engine import load
from indextts.engines.kokoro.info import MODELS, NAME, NAME_11, VOICES_11, chosen, folder, pace, voices
from indextts.engines.kokoro.published import read_published, write_published
from indextts.engines.kokoro.spelling import V1_0, V1_1
from indextts.model.errors import StudioError
from indextts.models import store
from indextts.platform.config import Config, load_config
from indextts.platform.storage.files import sha256_file
from tests.engines.kokoro.conftest import never
from tests.support.tiny_kokoro import Export, make_published, tiny_graph

HALF, FULL = Export(half=True), Export()
ZH = ("zf_001", "zm_009", "af_maple")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path / "hub")


def with_kokoro(config: Config, **settings: str) -> Config:
    engines = config.engines.model_copy(update={"kokoro": config.engines.kokoro.model_copy(update=settings)})
    return config.model_copy(update={"engines": engines})


def set_up(config: Config, local: Path, model: str = NAME) -> bool:
    return install.ensure(config, model=model, local=local, fetch=never, say=lambda _: None)


def paced(monkeypatch: pytest.MonkeyPatch, *measured: float) -> None:
    """The tries of each graph, in their order, take so long."""
    told = [one for one in measured for _ in range(4)]
    monkeypatch.setattr(paces, "_pace", lambda speak, threads: told.pop(0))


@pytest.mark.parametrize(("first", "second", "speaks"), [(0.5, 0.3, "b"), (0.3, 0.5, "a")])
def test_of_several_graphs_the_faster_one_speaks_and_its_pace_is_kept(
    first: float, second: float, speaks: str, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = make_published(tmp_path / "published", a=HALF, b=FULL)
    paced(monkeypatch, first, second)
    assert set_up(config, local)
    about = read_published(folder(config))
    assert about.graph == f"{speaks}.onnx" and pace(config) == min(first, second)
    assert not set_up(config, local)  # nothing is left to measure
    assert load(config).fingerprints("zf_xiaoxiao")["kokoro/published"] == sha256_file(local / f"{speaks}.onnx")


def test_the_configuration_says_which_weights_speak(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = make_published(tmp_path / "published", a=HALF, b=FULL)
    for weights, graph in (("float16", "a.onnx"), ("float32", "b.onnx")):
        assert set_up(with_kokoro(config, weights=weights), local)
        about = read_published(folder(config))
        assert (about.weights, about.graph) == (weights, graph)
    with pytest.raises(StudioError, match="requires int8") as caught:
        set_up(with_kokoro(config, weights="int8"), local)
    assert caught.value.code == "graph_unusable"
    assert read_published(folder(config)).graph == "b.onnx"  # what was there stays


def test_a_graph_that_cannot_be_cut_is_passed_over_while_another_can(config: Config, tmp_path: Path) -> None:
    local = make_published(tmp_path / "published")
    other = tiny_graph()
    other.graph.input[1].name = "lost"
    onnx.save(other, local / "other.onnx")
    said: list[str] = []
    assert install.ensure(config, local=local, fetch=never, say=said.append)
    assert read_published(folder(config)).graph == "kokoro.onnx"
    assert any("other.onnx is left out" in line for line in said)
    (local / "kokoro.onnx").unlink()
    with pytest.raises(StudioError) as caught:
        set_up(config, local)
    assert caught.value.code == "graph_unusable" and "other.onnx" in caught.value.localise("en")[0]


def test_what_is_not_there_is_named(config: Config, tmp_path: Path) -> None:
    local = make_published(tmp_path / "published")
    (local / "kokoro.onnx").unlink()
    with pytest.raises(StudioError, match=r"\*\.onnx"):
        set_up(config, local)


def hexgrad(ids: dict[str, int]) -> tuple[str, object]:
    return "config.json", {"n_token": 178, "vocab": ids}


def community(ids: dict[str, int]) -> tuple[str, object]:
    return "tokenizer.json", {"model": {"vocab": {"$": 0, **ids}}}


@pytest.mark.parametrize("form", [hexgrad, community])
def test_files_of_the_other_model_are_refused_by_their_vocabulary(
    form: Callable[[dict[str, int]], tuple[str, object]], config: Config, tmp_path: Path
) -> None:
    both = [*MODELS[NAME][1][:1], *ZH]
    local = make_published(tmp_path / "published", voices=both)
    for spelling, model, other in ((V1_0, NAME, NAME_11), (V1_1, NAME_11, NAME)):
        name, held = form(dict(spelling.ids))
        (local / name).write_text(json.dumps(held), encoding="utf-8")
        with pytest.raises(StudioError, match=f"pull {model} --from"):
            set_up(config, local, other)
        assert set_up(config, local, model)
        assert read_published(folder(config, model)).spelling is spelling
    (local / form({})[0]).write_text(json.dumps(form({"a": 1})[1]), encoding="utf-8")
    with pytest.raises(StudioError, match="supported version of Kokoro"):
        set_up(config, local)


def test_files_of_the_other_model_are_refused_by_their_voices(config: Config, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=f"pull {NAME_11} --from"):
        set_up(config, make_published(tmp_path / "zh", voices=ZH))
    with pytest.raises(StudioError, match=f"pull {NAME} --from"):
        set_up(config, make_published(tmp_path / "first"), NAME_11)


def test_the_store_sets_up_the_second_model(config: Config, tmp_path: Path) -> None:
    local = make_published(tmp_path / "zh", voices=ZH)
    assert store.ensure(NAME_11, config, local=local)
    assert chosen(config) == NAME_11
    assert [voice.id for voice in voices(config)] == list(ZH)
    assert folder(config).whole() and folder(config, NAME).identity() is None


def test_the_version_that_is_set_speaks(config: Config, tmp_path: Path) -> None:
    store.ensure(NAME_11, config, local=make_published(tmp_path / "zh", voices=ZH))
    store.ensure(NAME, config, local=make_published(tmp_path / "first"))
    for version, model, voice in (
        ("auto", NAME, "zf_xiaoxiao"), ("1.0", NAME, "zf_xiaoxiao"), ("1.1-zh", NAME_11, "zf_001"),
    ):  # fmt: skip
        own = with_kokoro(config, version=version)
        assert chosen(own) == model and load(own).voices()[0].id == voices(own)[0].id == voice


def test_a_version_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("engines: {kokoro: {version: 1.0}}", encoding="utf-8")
    assert load_config(tmp_path / "config.yaml").engines.kokoro.version == "1.0"


def test_the_second_model_has_103_voices() -> None:
    kinds = [name[:3] for name in VOICES_11]
    assert (kinds.count("zf_"), kinds.count("zm_"), len(VOICES_11)) == (55, 45, 103)
    assert not {*VOICES_11} & {*MODELS[NAME][1]}


def test_a_cut_that_does_not_know_what_it_was_made_of_is_of_the_first_model(config: Config, tmp_path: Path) -> None:
    set_up(config, make_published(tmp_path / "published"))
    place = folder(config)
    (place.path / "published.json").unlink()
    (place.path / "manifest.json").unlink()
    place.write_manifest(place.path, "older")
    assert read_published(place).spelling is V1_0 and load(config).voices()
    assert not install.ensure(config, local=None, fetch=never, say=lambda _: None)  # and nothing is fetched again


def test_a_vocabulary_that_is_not_known_here_is_told(config: Config, tmp_path: Path) -> None:
    set_up(config, make_published(tmp_path / "published"))
    place = folder(config)
    write_published(place.path, replace(read_published(place), spelling=replace(V1_0, ids={**V1_0.ids, "a": 44})))
    (place.path / "manifest.json").unlink()
    place.write_manifest(place.path, "other")
    with pytest.raises(StudioError) as caught:
        load(config)
    assert caught.value.code == "model_corrupt"
