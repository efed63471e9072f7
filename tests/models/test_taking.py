"""Models that another program of this machine has: found, and taken with ``pull --from``."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from indextts.cli.main import main
from indextts.model.errors import StudioError
from indextts.models import store
from indextts.ops import doctor
from indextts.platform.config import Config
from tests.support.published import cached, entry_of, official, small_catalogue, snapshot, written

PARTS = {
    "w2v-bert-2.0/config.json": b"{}",
    "w2v-bert-2.0/preprocessor_config.json": b"{ }",
    "w2v-bert-2.0/model.safetensors": b"listens",
    "campplus/campplus_cn_common.bin": b"recognises",
    "bigvgan/config.json": b"{  }",
    "bigvgan/bigvgan_generator.pt": b"sounds",
}
OWN = {
    "gpt.pth": b"writes", "s2mel.pth": b"flows", "feat1.pt": b"1", "feat2.pt": b"2", "wav2vec2bert_stats.pt": b"3",
    "qwen0.6bemo4-merge/config.json": b"{   }", "qwen0.6bemo4-merge/model.safetensors": b"reads",
}  # fmt: skip
FILES = {
    "indextts2": {
        **OWN,
        **PARTS,
        "config.yaml": b"gpt:\n  number_text_tokens: 12000\nversion: 2.0\n",
        "bpe.model": b"pieces",
        "pinyin.vocab": b"DE5\n",
        "semantic_codec/model.safetensors": b"codes",
    },
    "indextts2.5": {
        **OWN,
        **PARTS,
        "config.yaml": b"gpt:\n  number_text_tokens: 60509\nversion: 2.0\n",
        "codec.pth": b"codes of 25 Hz",
        "multilingual_zh_ja_yue_char_del.tiktoken": b"YQ== 0\n",
    },
}
W2V = "facebook/w2v-bert-2.0"
Layout = Callable[[Path, Config, str], Path]


def as_here(folder: Path, config: Config, name: str) -> Path:
    return written(folder, FILES[name])


def as_checkpoints(folder: Path, config: Config, name: str) -> Path:
    return official(folder, FILES[name])


def as_program(folder: Path, config: Config, name: str) -> Path:
    official(folder / "checkpoints", FILES[name])
    return written(folder, {"webui.py": b"pass", "configs/config.yaml": b"other"})


def with_older_cache(folder: Path, config: Config, name: str) -> Path:
    """What the official program had at first: the others' files in a hub's cache within its own folder."""
    own = entry_of(config, name).parts[0].huggingface
    cached(folder / "hf_cache", entry_of(config, name), FILES[name], without=own)
    parts = ("w2v", "campplus", "bigvgan", "semantic_codec")
    return written(folder, {place: data for place, data in FILES[name].items() if not place.startswith(parts)})


def as_cache(folder: Path, config: Config, name: str) -> Path:
    return cached(folder, entry_of(config, name), FILES[name])


def as_home_of_caches(folder: Path, config: Config, name: str) -> Path:
    as_cache(folder / "hub", config, name)
    return folder


def as_repository(folder: Path, config: Config, name: str) -> Path:
    home = entry_of(config, name).parts[0].huggingface.replace("/", "--")
    return as_cache(folder, config, name) / f"models--{home}"


def as_snapshot(folder: Path, config: Config, name: str) -> Path:
    return as_repository(folder, config, name) / "snapshots" / "aaaa"


def as_zip(folder: Path, config: Config, name: str) -> Path:
    source = as_checkpoints(folder, config, name)
    with zipfile.ZipFile(archive := folder.with_suffix(".zip"), "w") as made:
        for path in source.rglob("*"):
            made.write(path, f"checkpoints/{path.relative_to(source)}")
    return archive


LAYOUTS = [
    as_here, as_checkpoints, as_program, with_older_cache, as_cache, as_home_of_caches, as_repository, as_snapshot,
    as_zip,
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def config(tmp_path: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Of a machine on which no other program keeps anything."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "home")
    return Config(cache_dir=tmp_path / "cache", catalogue=catalogue)


def content(config: Config, name: str) -> dict[str, bytes]:
    folder = config.models_path / name
    every = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert set(json.loads(every.pop("manifest.json"))["files"]) == set(every)
    return every


def refused(config: Config, source: Path, name: str = "indextts2") -> StudioError:
    with pytest.raises(StudioError) as caught:
        store.ensure(name, config, local=source)
    assert not (config.models_path / name).exists()
    return caught.value


@pytest.mark.parametrize(
    ("layout", "name"),
    [*((layout, "indextts2") for layout in LAYOUTS), *((layout, "indextts2.5") for layout in LAYOUTS[1:4])],
)
def test_every_layout_is_taken_whole(tmp_path: Path, config: Config, layout: Layout, name: str) -> None:
    source = layout(tmp_path / "given", config, name)
    assert store.ensure(name, config, local=source)
    assert content(config, name) == FILES[name]
    assert next(model for model in store.list_models(config, hashes=False) if model.name == name).installed


def test_parts_that_a_folder_lacks_come_from_the_caches_of_the_machine_but_not_the_model_itself(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_cache(tmp_path / "hub", config, "indextts2")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    every = FILES["indextts2"]
    own = {place: data for place, data in every.items() if place not in PARTS and "semantic" not in place}
    assert store.ensure("indextts2", config, local=written(tmp_path / "own", own))
    assert content(config, "indextts2") == FILES["indextts2"]
    store.remove("indextts2", config)
    (tmp_path / "empty").mkdir()
    assert "there is no config.yaml, gpt.pth" in str(refused(config, tmp_path / "empty"))


def test_all_that_is_missing_is_said_in_one_sentence_in_both_languages(tmp_path: Path, config: Config) -> None:
    source = as_checkpoints(tmp_path / "given", config, "indextts2")
    shutil.rmtree(source / "hf_cache" / "bigvgan")
    (source / "hf_cache" / "semantic_codec_model.safetensors").unlink()
    error = refused(config, source)
    lacking = "semantic_codec/model.safetensors, bigvgan/config.json, bigvgan/bigvgan_generator.pt"
    assert f"could not be downloaded: there is no {lacking}." in error.localise("en")[0]
    assert f"其中没有 {lacking}。" in error.localise("zh")[0]


def test_a_folder_of_the_other_version_is_told_from_this_one(tmp_path: Path, config: Config) -> None:
    newer = as_checkpoints(tmp_path / "newer folder", config, "indextts2.5")
    told = str(refused(config, newer))
    assert "no bpe.model" in told and f"pull indextts2.5 --from '{newer}'" in told
    # Whoever fetched 2.5 into the folder of 2.0 has the files of both, and the networks of one.
    both = official(tmp_path / "both", FILES["indextts2"])
    official(both, FILES["indextts2.5"])
    assert "its config.yaml belongs to another version; it is “indextts2.5”" in str(refused(config, both))
    assert store.ensure("indextts2.5", config, local=both)
    assert content(config, "indextts2.5") == FILES["indextts2.5"]


def test_of_several_revisions_the_branchs_is_taken_else_the_newest_that_is_whole(
    tmp_path: Path, config: Config
) -> None:
    source = as_cache(tmp_path / "hub", config, "indextts2")
    heard = {"config.json": b"{}", "preprocessor_config.json": b"{ }"}
    weights = config.models_path / "indextts2" / "w2v-bert-2.0" / "model.safetensors"

    def taken() -> bytes:
        store.ensure("indextts2", config, local=source)
        return weights.read_bytes()

    newer = snapshot(source, W2V, "bbbb", {**heard, "model.safetensors": b"newer"})
    os.utime(newer, (4e9, 4e9))
    assert taken() == b"listens", "the branch names the older one"
    (newer.parents[1] / "refs" / "main").unlink()
    assert taken() == b"newer"
    broken_off = snapshot(source, W2V, "cccc", heard, branch=True)
    os.utime(broken_off, (5e9, 5e9))
    assert taken() == b"newer", "the one of the branch is not whole"


def test_a_cache_that_was_broken_off_lacks_what_did_not_come(tmp_path: Path, config: Config) -> None:
    source = as_cache(tmp_path / "hub", config, "indextts2")
    link = source / f"models--{W2V.replace('/', '--')}" / "snapshots" / "aaaa" / "model.safetensors"
    link.resolve().rename(f"{link.resolve()}.incomplete")
    assert "there is no w2v-bert-2.0/model.safetensors." in str(refused(config, source))


def test_links_that_lead_out_of_what_was_given_are_not_followed(tmp_path: Path, config: Config) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"of somebody")
    source = as_checkpoints(tmp_path / "given", config, "indextts2")
    (source / "pinyin.vocab").unlink()
    (source / "pinyin.vocab").symlink_to(secret)
    assert f"pinyin.vocab is a link that leads out of the folder, to {secret}" in str(refused(config, source))
    cache = as_cache(tmp_path / "hub", config, "indextts2")
    link = cache / f"models--{W2V.replace('/', '--')}" / "snapshots" / "aaaa" / "config.json"
    link.unlink()
    (cache / "notes.json").write_bytes(b"of somebody")
    link.symlink_to(cache / "notes.json")
    assert "w2v-bert-2.0/config.json is a link that leads out" in str(refused(config, cache)), "of its repository"
    link.unlink()
    link.symlink_to(link)
    assert "there is no w2v-bert-2.0/config.json" in str(refused(config, cache)), "it leads in a circle"


def test_links_within_the_folder_and_into_the_machines_caches_are_followed(tmp_path: Path, config: Config) -> None:
    hub = as_cache(tmp_path / "home" / ".cache" / "huggingface" / "hub", config, "indextts2")
    source = with_older_cache(tmp_path / "given", config, "indextts2")
    shutil.rmtree(source / "hf_cache")
    (source / "hf_cache").symlink_to(hub)
    (source / "gpt.pth").rename(source / "old.pth")
    (source / "gpt.pth").symlink_to("old.pth")
    assert store.ensure("indextts2", config, local=source)
    assert content(config, "indextts2") == FILES["indextts2"]


@pytest.mark.parametrize("place", ["HF_HUB_CACHE", "HF_HOME", "of the person", "of the program"])
def test_what_stands_in_a_usual_place_is_found_and_said_with_the_command_that_takes_it(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    home = tmp_path / "home"
    assert {model.stands for model in store.list_models(config, hashes=False)} == {""}
    if place == "HF_HUB_CACHE":
        stands = as_cache(tmp_path / "a hub", config, "indextts2")
        monkeypatch.setenv(place, str(stands))
    elif place == "HF_HOME":
        stands = as_home_of_caches(tmp_path / "caches", config, "indextts2") / "hub"
        monkeypatch.setenv(place, str(stands.parent))
    elif place == "of the person":
        stands = as_cache(home / ".cache" / "huggingface" / "hub", config, "indextts2")
    else:
        stands = as_checkpoints(home / "checkpoints", config, "indextts2")
    found = {model.name: model for model in store.list_models(config, hashes=False)}
    assert found["indextts2"].stands == str(stands) and not found["indextts2"].installed
    assert found["indextts2.5"].stands == found["indextts2.5"].order == ""
    monkeypatch.setenv("LC_ALL", "C")
    settings = tmp_path / "config.yaml"
    nowhere = "models: {huggingface: 'http://127.0.0.1:9', modelscope: 'http://127.0.0.1:9'}"
    settings.write_text(f"cache_dir: {config.cache_dir}\ncatalogue: {config.catalogue}\n{nowhere}\n")
    order = f"python -m indextts models pull indextts2 --from {shlex.quote(str(stands))}"
    monkeypatch.setenv("INDEXTTS_CONFIG", str(settings))
    assert main(["models", "list"]) == 0
    assert order in capsys.readouterr().out
    assert main(["models", "verify", "indextts2"]) == 1
    told = capsys.readouterr().err
    assert f"in {stands}" in told and order in told
    assert main(["models", "pull", "indextts2"]) == 1, "nothing is taken that nobody named"
    assert order in capsys.readouterr().err
    checks = [check for check in doctor.examine_here(config) if check.name == "models"]
    assert [(check.state, check.fix.en) for check in checks] == [("note", f"Import it from there: {order}")]
    assert main([*shlex.split(order)[3:]]) == 0
    assert content(config, "indextts2") == FILES["indextts2"]
    assert all(not model.stands for model in store.list_models(config, hashes=False))
    assert not [check for check in doctor.examine_here(config) if check.name == "models"]


def test_the_error_of_an_engine_without_a_model_names_any_that_it_could_speak_with(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = StudioError("cloning_unavailable", engine="indextts2")
    stands = as_checkpoints(tmp_path / "home" / "checkpoints", config, "indextts2.5")
    monkeypatch.setattr(store, "missing_packages", lambda engine: [])
    told = store.explained(lacking, config)
    assert (told.code, told.status) == (lacking.code, lacking.status)
    assert f"pull indextts2.5 --from {stands}" in told.localise("en")[1]
    assert f"pull indextts2.5 --from {stands}" in told.localise("zh")[1]
    monkeypatch.setattr(store, "missing_packages", lambda engine: ["torch"])
    assert store.explained(lacking, config) is lacking, "its packages come first"


def test_looking_for_what_stands_somewhere_needs_no_folder_to_be_there(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setenv("HF_HOME", "~nobody-of-that-name/caches")
    assert not any(model.stands for model in store.list_models(config, hashes=False))


def test_parts_alone_are_no_model_that_stands_somewhere(config: Config, tmp_path: Path) -> None:
    entry = entry_of(config, "indextts2")
    hub = tmp_path / "home" / ".cache" / "huggingface" / "hub"
    cached(hub, entry, FILES["indextts2"], without=entry.parts[0].huggingface)
    (tmp_path / "home" / "checkpoints").mkdir()
    assert not any(model.stands for model in store.list_models(config, hashes=False))
