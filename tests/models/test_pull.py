"""Fetching models from a hub on loopback that breaks connections, lies and runs dry."""

from __future__ import annotations

import errno
import json
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.models import store
from indextts.models.catalogue import load_catalogue
from indextts.models.hubs import HubPatience
from indextts.models.pull import Fetched, pull
from indextts.platform.config import Config, ModelsConfig
from indextts.platform.run import Cancel
from tests.models.conftest import CODEC, WEIGHTS
from tests.support.hub import Hub, breaks_off, says

QUICK = HubPatience(attempts=3, pause_s=0.01, timeout_s=2.0)


def fetch(config: Config, **options: object) -> Path:
    pull("voice", load_catalogue(config.catalogue_path)["voice"], config, patience=QUICK, **options)  # type: ignore[arg-type]
    return config.models_path / "voice"


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WHOLE = {
    "config.yaml": b"dim: 4\n", "gpt.pth": WEIGHTS, "qwen/model.safetensors": CODEC, "codec/codec.bin": CODEC,
}  # fmt: skip


def check_whole(config: Config) -> None:
    found = content(config.models_path / "voice")
    manifest = json.loads(found.pop("manifest.json"))
    assert found == WHOLE
    assert set(manifest["files"]) == set(WHOLE)
    assert {state.state for state in store.verify("voice", config)} == {"ok"}
    assert [path.name for path in config.models_path.iterdir()] == ["voice"]


@pytest.mark.parametrize("name", ["huggingface", "modelscope"])
@pytest.mark.parametrize("lfs", [True, False])
def test_each_hub_gives_the_model_whole(config: Config, hub: Hub, name: str, lfs: bool) -> None:
    hub.lfs = lfs
    alone = config.model_copy(update={"models": config.models.model_copy(update={"hubs": (name,)})})
    told: list[Fetched] = []
    fetch(alone, progress=told.append)
    check_whole(alone)
    assert told[-1].done == told[-1].total == sum(map(len, WHOLE.values()))
    assert store.list_models(alone)[1].installed


def test_a_broken_connection_goes_on_where_it_broke(config: Config, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [breaks_off(700_000), breaks_off(900_000)]
    fetch(config)
    check_whole(config)
    ranges = [int(asked.removeprefix("bytes=").rstrip("-") or 0) for path, asked in hub.asked if path == "gpt.pth"]
    assert ranges == sorted(ranges) and len(ranges) == 3 and ranges[0] == 0 < ranges[1] < ranges[2]


def test_a_line_that_always_breaks_is_given_up_and_what_came_is_kept(config: Config, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [breaks_off(500_000), *[breaks_off(0)] * 99]
    with pytest.raises(StudioError) as caught:
        fetch(config)
    assert caught.value.code == "pull_failed"
    assert "gpt.pth" in str(caught.value) and "--from" in str(caught.value)
    assert not (config.models_path / "voice").exists()
    hub.faults.clear()
    hub.asked.clear()
    fetch(config)
    check_whole(config)
    assert next(asked for path, asked in hub.asked if path == "gpt.pth") not in ("", "bytes=0-")


def test_a_stopped_fetch_goes_on_later(config: Config, hub: Hub) -> None:
    cancel = Cancel()

    def stop(fetched: Fetched) -> None:
        if fetched.done > 1_000_000:
            cancel.cancel()

    with pytest.raises(StudioError) as caught:
        fetch(config, cancel=cancel, progress=stop)
    assert caught.value.code == "cancelled"
    assert not (config.models_path / "voice").exists()
    fetch(config)
    check_whole(config)


def test_what_is_too_long_is_thrown_away_when_the_hub_cannot_go_on(config: Config, hub: Hub) -> None:
    hub.lfs = False
    part = config.models_path / ".voice.fetch" / "codec" / "codec.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CODEC + b"of another time")
    fetch(config)
    check_whole(config)


def test_416_starts_again(config: Config, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [breaks_off(500_000), says(416)]
    fetch(config)
    check_whole(config)
    assert [asked for path, asked in hub.asked if path == "gpt.pth"][2] == ""


@pytest.mark.night
def test_another_state_of_the_file_is_not_sewn_to_the_old_one(config: Config, hub: Hub) -> None:
    hub.lfs = False
    hub.faults["gpt.pth"] = [breaks_off(500_000), *[breaks_off(0)] * 99]
    with pytest.raises(StudioError):
        fetch(config)
    hub.faults.clear()
    new = random.Random(8).randbytes(len(WEIGHTS))
    hub.files["team/voice"]["gpt.pth"] = new
    folder = fetch(config)
    assert (folder / "gpt.pth").read_bytes() == new


def test_a_wrong_hash_is_fetched_once_more_and_then_refused(config: Config, hub: Hub) -> None:
    wrong = bytes(len(WEIGHTS))
    hub.faults["gpt.pth"] = [says(200, wrong)]
    fetch(config)
    check_whole(config)
    store.folder("voice", config)
    for path in (config.models_path / "voice").rglob("gpt.pth"):
        path.unlink()
    hub.faults["gpt.pth"] = [says(200, wrong)] * 9
    with pytest.raises(StudioError, match="hash"):
        fetch(config)


@pytest.mark.night
def test_not_found_does_not_pass_for_a_model(config: Config, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [says(200)] * 99
    with pytest.raises(StudioError) as caught:
        fetch(config)
    assert caught.value.code == "pull_failed"
    # Not even where the hub itself lists such a file.
    hub.faults.clear()
    hub.lfs = False
    hub.files["team/voice"]["gpt.pth"] = b"Not found"
    with pytest.raises(StudioError, match="only 9 bytes"):
        fetch(config)


def test_the_next_hub_takes_over(config: Config, hub: Hub) -> None:
    elsewhere = config.models.model_copy(update={"huggingface": "http://127.0.0.1:9"})
    fetch(config.model_copy(update={"models": elsewhere}))
    check_whole(config)


def test_the_next_hub_takes_over_for_a_single_file(config: Config, hub: Hub) -> None:
    hub.faults["codec.bin"] = [says(403)]
    fetch(config)
    check_whole(config)
    assert [path for path, _ in hub.asked].count("codec.bin") == 2


def test_a_busy_hub_is_asked_again(config: Config, hub: Hub) -> None:
    hub.faults["codec.bin"] = [says(503), says(429)]
    fetch(config)
    check_whole(config)


def test_without_any_hub_the_files_are_named(config: Config) -> None:
    nowhere = ModelsConfig(huggingface="http://127.0.0.1:9", modelscope="http://127.0.0.1:9")
    with pytest.raises(StudioError) as caught:
        fetch(config.model_copy(update={"models": nowhere}))
    assert caught.value.code == "pull_failed"
    for name in ("config.yaml", "gpt.pth", "qwen/*", "codec/codec.bin", "models pull voice --from"):
        assert name in str(caught.value)
        assert name in " ".join(caught.value.localise("zh"))


def test_a_repository_without_a_needed_file_is_refused_before_anything_is_fetched(config: Config, hub: Hub) -> None:
    del hub.files["team/voice"]["config.yaml"]
    with pytest.raises(StudioError, match=r"no config\.yaml"):
        fetch(config)
    assert hub.asked == []


def test_a_hub_cannot_write_outside_the_folder(config: Config, hub: Hub, tmp_path: Path) -> None:
    hub.files["team/voice"]["qwen/../../../escaped"] = b"!"
    with pytest.raises(StudioError):
        fetch(config)
    assert not list(tmp_path.rglob("escaped"))


def test_too_small_a_disk_is_said_before_anything_is_fetched(
    config: Config, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000_000})())
    with pytest.raises(StudioError) as caught:
        fetch(config)
    assert caught.value.code == "disk_short" and hub.asked == []


def test_a_disk_that_fills_up_is_said(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StudioError) as caught:
        fetch(config)
    assert caught.value.code == "disk_full"


@pytest.mark.night
def test_a_new_state_replaces_the_old_one_at_once(config: Config, hub: Hub) -> None:
    fetch(config)
    hub.files["team/voice"]["config.yaml"] = b"dim: 5\n"
    del hub.files["team/voice"]["qwen/model.safetensors"]
    hub.files["team/voice"]["qwen/other.safetensors"] = b"weights"
    fetch(config)
    found = content(config.models_path / "voice")
    assert found["config.yaml"] == b"dim: 5\n"
    assert "qwen/model.safetensors" not in found and found["qwen/other.safetensors"] == b"weights"


def laid_out(folder: Path) -> Path:
    for name, data in {**WHOLE, "notes.txt": b"mine"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("form", ["folder", "zip", "tar", "tar.gz", "nested zip"])
def test_a_folder_or_an_archive_will_do(config: Config, tmp_path: Path, form: str) -> None:
    source = laid_out(tmp_path / "by hand")
    top = "voice-1.0/" if form == "nested zip" else ""
    if "zip" in form:
        with zipfile.ZipFile(archive := tmp_path / "voice.zip", "w") as made:
            for name in WHOLE:
                made.write(source / name, top + name)
        source = archive
    elif "tar" in form:
        with tarfile.open(archive := tmp_path / f"voice.{form}", "w:gz" if "gz" in form else "w") as tape:
            tape.add(source, ".")
        source = archive
    assert store.ensure("voice", config, local=source)
    check_whole(config)
    assert not store.ensure("voice", config)


def test_a_folder_with_something_missing_or_empty_is_refused(config: Config, tmp_path: Path) -> None:
    source = laid_out(tmp_path / "by hand")
    (source / "gpt.pth").write_bytes(b"Not found")
    with pytest.raises(StudioError, match=r"gpt\.pth has only 9 bytes"):
        store.ensure("voice", config, local=source)
    (source / "gpt.pth").unlink()
    with pytest.raises(StudioError, match=r"there is no gpt\.pth"):
        store.ensure("voice", config, local=source)
    with pytest.raises(StudioError) as caught:
        store.ensure("voice", config, local=tmp_path / "nowhere")
    assert caught.value.code == "bad_file"


@given(garbage=st.binary(max_size=400))
def test_what_is_no_archive_is_refused(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    (folder / "voice.zip").write_bytes(garbage)
    entry = {"about": {"en": "", "zh": ""}, "licence": "", "bytes": 1, "extra": "",
             "parts": [{"huggingface": "a/b", "files": ["gpt.pth"]}]}  # fmt: skip
    (folder / "models.yaml").write_text(yaml.safe_dump({"voice": entry}))
    config = Config(cache_dir=folder / "cache", catalogue=folder / "models.yaml")
    with pytest.raises(StudioError):
        store.ensure("voice", config, local=folder / "voice.zip")
    assert not (config.models_path / "voice").exists()


def test_the_shipped_catalogue_is_whole() -> None:
    known = load_catalogue(Config().catalogue_path)
    assert set(known) == {"kokoro", "kokoro-v1.1-zh", "indextts2", "indextts2.5", "sambert"}
    for entry in known.values():
        assert entry.licence and entry.about.zh and entry.about.en and entry.bytes


@pytest.mark.parametrize(
    ("change", "place"),
    [({"parts": []}, "parts"), ({"bytes": -1}, "bytes"), ({"colour": "red"}, "colour"),
     ({"parts": [{"files": ["a"]}]}, "repository"), ({"parts": [{"huggingface": "a/b", "files": ["../a"]}]}, "files")],
)  # fmt: skip
def test_a_wrong_catalogue_is_named(tmp_path: Path, change: dict[str, object], place: str) -> None:
    entry = {"about": {"en": "", "zh": ""}, "licence": "", "bytes": 1, "extra": "",
             "parts": [{"huggingface": "a/b", "files": ["a"]}], **change}  # fmt: skip
    (tmp_path / "models.yaml").write_text(yaml.safe_dump({"voice": entry}))
    with pytest.raises(StudioError, match=place) as caught:
        load_catalogue(tmp_path / "models.yaml")
    assert caught.value.code == "bad_config"
