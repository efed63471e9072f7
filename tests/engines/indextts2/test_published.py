"""Published folders: converted once, checked, refused with the file's name where something is wrong."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from indextts.engines.indextts2.converted import converted
from indextts.engines.indextts2.modules import Modules
from indextts.engines.indextts2.published import Published
from indextts.errors import StudioError
from indextts.storage.files import sha256_file
from tests.tiny_indextts2 import make_checkpoint


@pytest.fixture
def folder(tmp_path: Path, checkpoint: Path) -> Path:
    """One's own to damage."""
    return shutil.copytree(checkpoint, tmp_path / "indextts2", ignore=shutil.ignore_patterns("converted"))


def opened(folder: Path) -> None:
    """Everything that speaking needs."""
    published = Published(folder)
    published.check()
    modules = Modules(published, device=torch.device("cpu"))
    modules.voice()
    modules.acoustics()
    modules.front()
    modules.exemplars()
    modules.hear([np.zeros(16000, np.float32)])
    modules.encode(lambda *_: None)


def test_everything_opens(folder: Path) -> None:
    opened(folder)


def test_version_25_opens_too(tmp_path: Path) -> None:
    opened(make_checkpoint(tmp_path, "2.5", qwen=False))


def test_a_pickle_is_opened_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Published(folder).convert()
    monkeypatch.setattr(torch, "load", None)
    opened(folder)


def test_another_file_under_the_same_name_is_converted_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    for value in (1.0, 2.0):
        torch.save({"model": {"x": torch.full((3,), value)}, "step": 7}, path)
        found = converted(path, tmp_path / "converted")
        assert found["model.x"].tolist() == [value] * 3 and list(found) == ["model.x"]


def test_a_damaged_conversion_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    torch.save({"x": torch.ones(3)}, path)
    target = tmp_path / "converted" / "a.pth.safetensors"
    converted(path, target.parent)
    target.write_bytes(target.read_bytes()[:-4])
    assert converted(path, target.parent)["x"].sum() == 3


def test_files_of_the_older_kind_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.bin"
    torch.save({"x": torch.ones(3)}, path, _use_new_zipfile_serialization=False)
    assert converted(path, tmp_path / "converted")["x"].sum() == 3


def test_weights_in_two_parts_are_folded(folder: Path) -> None:
    published = Published(folder)
    names = list(published.tensors("bigvgan"))
    assert "generator.conv_pre.weight" in names and not any(name.endswith(("_g", "_v")) for name in names)


class Touch:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_a_pickle_cannot_do_anything(folder: Path, tmp_path: Path) -> None:
    (folder / "gpt.pth").write_bytes(pickle.dumps(Touch(tmp_path / "done")))
    with pytest.raises(StudioError) as caught:
        opened(folder)
    assert caught.value.code == "model_unreadable" and not (tmp_path / "done").exists()
    torch.save(Touch(tmp_path / "done"), folder / "gpt.pth")
    with pytest.raises(StudioError):
        opened(folder)
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize(
    "file",
    [
        "gpt.pth", "s2mel.pth", "bpe.model", "feat1.pt", "feat2.pt", "wav2vec2bert_stats.pt", "config.yaml",
        "w2v-bert-2.0/model.safetensors", "w2v-bert-2.0/config.json", "w2v-bert-2.0/preprocessor_config.json",
        "semantic_codec/model.safetensors", "campplus/campplus_cn_common.bin", "bigvgan/config.json",
        "bigvgan/bigvgan_generator.pt",
    ],
)  # fmt: skip
def test_a_missing_file_is_named_with_its_place(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(StudioError) as caught:
        opened(folder)
    assert caught.value.code == "model_file_missing"
    assert file in str(caught.value) and str((folder / file).parent) in str(caught.value)


@pytest.mark.parametrize(
    "file",
    [
        "gpt.pth", "s2mel.pth", "feat1.pt", "wav2vec2bert_stats.pt", "w2v-bert-2.0/model.safetensors",
        "semantic_codec/model.safetensors", "campplus/campplus_cn_common.bin", "bigvgan/bigvgan_generator.pt",
        "bigvgan/config.json", "w2v-bert-2.0/config.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["cut", "page"])
def test_a_file_that_is_cut_off_or_no_model_is_named(folder: Path, file: str, damage: str) -> None:
    path = folder / file
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else b"Not found")
    with pytest.raises(StudioError) as caught:
        opened(folder)
    assert caught.value.code == "model_unreadable" and file in str(caught.value)


def test_a_wrong_shape_is_named(folder: Path) -> None:
    state = torch.load(folder / "gpt.pth", weights_only=True)
    state["mel_head.weight"] = torch.zeros(3, 3)
    torch.save(state, folder / "gpt.pth")
    with pytest.raises(StudioError) as caught:
        opened(folder)
    assert caught.value.code == "weights_mismatch" and "mel_head.weight (3, 3)" in str(caught.value)


def test_another_checkpoint_is_told_by_what_lacks(folder: Path) -> None:
    torch.save({"state_dict": {"x": torch.zeros(2)}}, folder / "s2mel.pth")
    with pytest.raises(StudioError) as caught:
        opened(folder)
    assert caught.value.code == "weights_mismatch" and "s2mel.pth" in str(caught.value)


@pytest.mark.parametrize("version", [1.0, "1.5", 3.0])
def test_another_version_is_refused(folder: Path, version: object) -> None:
    values = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    (folder / "config.yaml").write_text(yaml.safe_dump({**values, "version": version}), encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        Published(folder)
    assert caught.value.code == "model_version" and str(version) in str(caught.value)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(folder: Path) -> None:
    values = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    changed = {**values, "gpt_checkpoint": "../../secret.pth"}
    (folder / "config.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    with pytest.raises(StudioError, match="outside"):
        Published(folder)


def test_a_section_that_lacks_something_is_named(folder: Path) -> None:
    values = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    del values["s2mel"]["DiT"]["depth"]
    (folder / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(StudioError, match=r"s2mel.*depth"):
        opened(folder)


def test_hashes_are_taken_once_and_again_when_a_file_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "manifest.json").unlink()
    first = Published(folder).digests()
    assert first["gpt.pth"] == sha256_file(folder / "gpt.pth") and "qwen0.6bemo4-merge/model.safetensors" in first
    identity = Published(folder).listening_identity
    hashed: list[str] = []

    def counted(path: Path) -> str:
        hashed.append(path.name)
        return sha256_file(path)

    monkeypatch.setattr("indextts.engines.indextts2.published.sha256_file", counted)
    assert Published(folder).digests() == first and hashed == []
    with (folder / "gpt.pth").open("ab") as stream:
        stream.write(b"\0")
    assert Published(folder).digests()["gpt.pth"] != first["gpt.pth"] and hashed == ["gpt.pth"]
    assert Published(folder).listening_identity != identity


def test_a_manifest_spares_the_hashing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sha256_file(folder / "s2mel.pth")
    monkeypatch.setattr("indextts.engines.indextts2.published.sha256_file", None)
    assert Published(folder).digests()["s2mel.pth"] == expected
