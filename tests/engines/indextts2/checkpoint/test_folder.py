"""Published folders: converted once, checked, refused with the file's name where something is wrong."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from indextts.engines.indextts2.checkpoint.folder import Conversions, PublishedFolder
from indextts.engines.indextts2.checkpoint.weights import Mapped
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.model.errors import StudioError
from indextts.platform.storage.files import sha256_file
from indextts.platform.storage.manifest import Verified
from tests.support.tiny_indextts2 import make_checkpoint, write_manifest
from tests.tiers import by_night


@pytest.fixture
def folder(tmp_path: Path, checkpoint: Path) -> Path:
    """One's own to damage, as a person puts it there: without a manifest."""
    leave = shutil.ignore_patterns("converted", "manifest.json", ".verified.json")
    return shutil.copytree(checkpoint, tmp_path / "indextts2", ignore=leave)


@pytest.fixture
def fetched(folder: Path) -> Path:
    """As the store has fetched it: with a manifest."""
    write_manifest(folder)
    return folder


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read to their end."""
    names: list[str] = []

    def counted(path: Path, beat: Callable[[], None]) -> str:
        names.append(path.name)
        return sha256_file(path, beat)

    monkeypatch.setattr("indextts.platform.storage.manifest.sha256_file", counted)
    return names


def convert(path: Path) -> Mapped:
    """What the pickle ``path`` holds, from another start of the program each time."""
    return Conversions(path.parent, Verified(path.parent)).tensors(path, sha256_file(path))


def opened(folder: Path) -> None:
    """Everything that speaking needs."""
    published = PublishedFolder(folder)
    published.check()
    modules = Modules(published, device=torch.device("cpu"))
    assert modules.voice() is not None and modules.acoustics() is not None
    modules.front()
    modules.exemplars()
    modules.hear([np.zeros(16000, np.float32)])
    modules.encode(lambda *_: None)


def test_everything_opens(folder: Path) -> None:
    opened(folder)


@pytest.mark.night
def test_version_25_opens_too(tmp_path: Path) -> None:
    opened(make_checkpoint(tmp_path, "2.5", qwen=False))


def test_a_pickle_is_opened_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PublishedFolder(folder).convert()
    monkeypatch.setattr(torch, "load", None)
    opened(folder)


def test_another_file_under_the_same_name_is_converted_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    for value in (1.0, 2.0):
        torch.save({"model": {"x": torch.full((3,), value)}, "step": 7}, path)
        found = convert(path)
        assert found["model.x"].tolist() == [value] * 3 and list(found) == ["model.x"]


def test_a_damaged_conversion_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    torch.save({"x": torch.ones(3)}, path)
    target = tmp_path / "converted" / "a.pth.safetensors"
    convert(path)
    target.write_bytes(target.read_bytes()[:-4])
    assert convert(path)["x"].sum() == 3
    flipped = bytearray(target.read_bytes())
    flipped[-2] ^= 1
    target.write_bytes(flipped)
    assert convert(path)["x"].sum() == 3, "of the same size, too"


def test_files_of_the_older_kind_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.bin"
    torch.save({"x": torch.ones(3)}, path, _use_new_zipfile_serialization=False)
    assert convert(path)["x"].sum() == 3


def test_weights_in_two_parts_are_folded(folder: Path) -> None:
    published = PublishedFolder(folder)
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
@pytest.mark.parametrize("damage", by_night(["cut", "page"]))
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
        PublishedFolder(folder)
    assert caught.value.code == "model_version" and str(version) in str(caught.value)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(folder: Path) -> None:
    values = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    changed = {**values, "gpt_checkpoint": "../../secret.pth"}
    (folder / "config.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    with pytest.raises(StudioError, match="outside"):
        PublishedFolder(folder)


def test_a_section_that_lacks_something_is_named(folder: Path) -> None:
    values = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    del values["s2mel"]["DiT"]["depth"]
    (folder / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(StudioError, match=r"s2mel.*depth"):
        opened(folder)


def test_hashes_are_taken_once_and_again_when_a_file_changes(folder: Path, hashed: list[str]) -> None:
    published = PublishedFolder(folder)
    first = published.digests()
    assert first["gpt.pth"] == sha256_file(folder / "gpt.pth") and "qwen0.6bemo4-merge/model.safetensors" in first
    identity = published.listening_identity
    assert len(hashed) == len(first), "each file once"
    hashed.clear()
    assert PublishedFolder(folder).digests() == first and hashed == []
    with (folder / "gpt.pth").open("ab") as stream:
        stream.write(b"\0")
    assert PublishedFolder(folder).digests()["gpt.pth"] != first["gpt.pth"] and hashed == ["gpt.pth"]
    assert PublishedFolder(folder).listening_identity != identity


@pytest.mark.night
def test_the_second_opening_reads_nothing_to_its_end(fetched: Path, hashed: list[str]) -> None:
    PublishedFolder(fetched).convert()
    assert {"gpt.pth", "gpt.pth.safetensors", "model.safetensors"} <= set(hashed)
    hashed.clear()
    opened(fetched)
    assert hashed == []


EVERY = (
    "config.yaml", "gpt.pth", "s2mel.pth", "bpe.model", "feat1.pt", "feat2.pt", "wav2vec2bert_stats.pt",
    "w2v-bert-2.0/model.safetensors", "w2v-bert-2.0/config.json", "w2v-bert-2.0/preprocessor_config.json",
    "semantic_codec/model.safetensors", "campplus/campplus_cn_common.bin", "bigvgan/config.json",
    "bigvgan/bigvgan_generator.pt", "qwen0.6bemo4-merge/model.safetensors", "qwen0.6bemo4-merge/config.json",
)  # fmt: skip


def overwrite(path: Path, *, restore_time: bool = False) -> None:
    """Other bytes in the middle of a file, which keeps its size."""
    about = path.stat()
    with path.open("r+b") as stream:
        stream.seek(about.st_size // 2)
        piece = stream.read(2800)
        stream.seek(about.st_size // 2)
        stream.write(bytes(byte ^ 0x55 for byte in piece))
    if restore_time:
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


@pytest.mark.parametrize("file", EVERY)
@pytest.mark.parametrize("before", by_night(["new", "known"]))
def test_a_file_of_the_same_size_and_another_content_is_never_opened(fetched: Path, file: str, before: str) -> None:
    if before == "known":
        PublishedFolder(fetched).convert()
    overwrite(fetched / file)
    with pytest.raises(StudioError) as caught:
        PublishedFolder(fetched).convert()
    assert caught.value.code == "model_corrupt" and file in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="there the time of change is that of creation")
def test_a_time_that_was_set_back_hides_nothing(fetched: Path) -> None:
    PublishedFolder(fetched).convert()
    overwrite(fetched / "semantic_codec/model.safetensors", restore_time=True)
    with pytest.raises(StudioError) as caught:
        PublishedFolder(fetched).convert()
    assert caught.value.code == "model_corrupt"


def test_a_file_that_changes_while_the_engine_is_open_is_not_opened_again(folder: Path) -> None:
    published = PublishedFolder(folder)
    published.convert()
    first = dict(published.digests())
    modules = Modules(published, device=torch.device("cpu"))
    modules.acoustics()
    modules.release()
    overwrite(folder / "s2mel.pth")
    with pytest.raises(StudioError) as caught:
        modules.acoustics()
    assert caught.value.code == "model_corrupt" and "s2mel.pth" in str(caught.value)
    assert published.digests() == first, "what is told is what was opened"


def test_a_conversion_that_changes_is_made_anew(fetched: Path) -> None:
    published = PublishedFolder(fetched)
    published.convert()
    before = published.tensors("bigvgan")["generator.conv_pre.weight"].clone()
    made = fetched / "converted" / "bigvgan_generator.pt.safetensors"
    content = made.read_bytes()
    overwrite(made)
    assert torch.equal(published.tensors("bigvgan")["generator.conv_pre.weight"], before)
    assert made.read_bytes() == content


@pytest.mark.parametrize("file", EVERY)
def test_two_contents_never_share_a_fingerprint(folder: Path, file: str) -> None:
    first = dict(PublishedFolder(folder).digests())
    path = folder / file
    size = path.stat().st_size
    if path.suffix in (".yaml", ".json"):
        path.write_bytes(path.read_bytes()[:-1] + b" ")
    else:
        overwrite(path)
    assert path.stat().st_size == size
    second = PublishedFolder(folder).digests()
    assert {place for place in first if first[place] != second[place]} == {file} and set(first) == set(second)


def test_reading_for_the_first_time_can_be_stopped(fetched: Path) -> None:
    published = PublishedFolder(fetched)

    def stop() -> None:
        raise StudioError("cancelled")

    published.beat = stop
    with pytest.raises(StudioError) as caught:
        published.convert()
    assert caught.value.code == "cancelled"
