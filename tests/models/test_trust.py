"""A hub's word ends where the catalogue, an earlier fetch or good sense says otherwise."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from indextts.model.errors import StudioError
from indextts.models import store
from indextts.models.catalogue import load_catalogue
from indextts.models.pull import pull
from indextts.platform.config import Config
from indextts.platform.storage.files import sha256_file
from tests.models.conftest import CODEC, WEIGHTS
from tests.models.test_pull import QUICK, WHOLE, check_whole, laid_out
from tests.support.hub import Hub, endless, leads, says
from tests.tiers import by_night

NARROW = replace(QUICK, list_bytes=200_000, list_entries=50, list_s=1.0)


def fetch(config: Config) -> Path:
    pull("voice", load_catalogue(config.catalogue_path)["voice"], config, patience=NARROW)
    return config.models_path / "voice"


def only(config: Config, hub: str) -> Config:
    return config.model_copy(update={"models": config.models.model_copy(update={"hubs": (hub,)})})


def pinned(config: Config, **first_part: Any) -> Config:
    """The catalogue with more said about the first repository."""
    table = yaml.safe_load(config.catalogue.read_text(encoding="utf-8"))
    table["voice"]["parts"][0] |= first_part
    config.catalogue.write_text(yaml.safe_dump(table, allow_unicode=True), encoding="utf-8")
    return config


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------- lists that do not end

MANY = {
    "siblings": [{"rfilename": f"{number}", "size": 1} for number in range(60)],
    "Data": {"Files": [{"Path": f"{number}", "Size": 1, "Type": "blob"} for number in range(60)]},
}


@pytest.mark.night
@pytest.mark.parametrize("name", ["huggingface", "modelscope"])
@pytest.mark.parametrize("kind", ["fast", "slow", "many"])
def test_a_list_of_files_that_does_not_end_is_left(config: Config, hub: Hub, name: str, kind: str) -> None:
    enough = threading.Event()
    many = says(200, json.dumps(MANY).encode())
    hub.listings = [{"fast": endless(b" " * 65536), "slow": endless(b" ", enough), "many": many}[kind]]
    try:
        with pytest.raises(StudioError) as caught:
            fetch(only(config, name))
    finally:
        enough.set()
    assert caught.value.code == "pull_failed" and "does not end" in str(caught.value)
    assert hub.asked == [] and not (config.models_path / "voice").exists()


def test_the_next_hub_is_asked_where_one_does_not_come_to_an_end(config: Config, hub: Hub) -> None:
    hub.listings = [endless(b" " * 65536)]
    fetch(config)
    check_whole(config)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{}", b'{"siblings": 5, "Data": {"Files": 5}}', b"[" * 100_000,
        b'{"siblings": [5], "Data": {"Files": [5]}}',
        b'{"siblings": [{"rfilename": "gpt.pth", "size": -5}],'
        b' "Data": {"Files": [{"Type": "blob", "Path": "gpt.pth", "Size": -5}]}}',
        b'{"siblings": [{"rfilename": "gpt.pth", "size": 1e300}],'
        b' "Data": {"Files": [{"Type": "blob", "Path": "gpt.pth", "Size": "1"}]}}',
        b'{"siblings": [{"rfilename": 7, "size": 1}], "Data": {"Files": [{"Type": "blob", "Path": 7, "Size": 1}]}}',
        b'{"siblings": [{"rfilename": "gpt.pth", "size": 1, "lfs": {"sha256": "x"}}],'
        b' "Data": {"Files": [{"Type": "blob", "Path": "gpt.pth", "Size": 1, "Sha256": "x"}]}}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", by_night(["huggingface", "modelscope"]))
def test_a_list_that_is_none_is_told(config: Config, hub: Hub, name: str, body: bytes) -> None:
    hub.listings = [says(200, body)]
    with pytest.raises(StudioError) as caught:
        fetch(only(config, name))
    assert caught.value.code == "pull_failed" and hub.asked == []


# ---------------------------------------------------------------------- bytes that do not end, and other ways


@pytest.mark.parametrize("lfs", [True, False])
def test_no_more_is_written_than_the_list_says(config: Config, hub: Hub, lfs: bool) -> None:
    hub.lfs = lfs
    largest: list[int] = []

    def told(fetched: object) -> None:
        largest.extend(path.stat().st_size for path in config.models_path.rglob("gpt.pth*") if path.is_file())

    hub.faults["gpt.pth"] = [endless(b"x" * 65536)] * 99
    alone = only(config, "huggingface")
    with pytest.raises(StudioError) as caught:
        pull("voice", load_catalogue(alone.catalogue_path)["voice"], alone, patience=QUICK, progress=told)
    assert caught.value.code == "pull_failed" and f"{len(WEIGHTS)} bytes" in str(caught.value)
    assert max(largest) <= len(WEIGHTS)
    assert not list(config.models_path.rglob("gpt.pth*")), "nothing is left to go on with"


def test_another_hub_has_the_file_that_one_does_not_end(config: Config, hub: Hub) -> None:
    hub.faults["gpt.pth"] = [endless(b"x" * 65536)]
    fetch(config)
    check_whole(config)


@pytest.mark.parametrize("to", by_night(["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"]))
@pytest.mark.parametrize("what", ["list", "bytes"])
def test_a_redirect_leads_to_http_alone(config: Config, hub: Hub, to: str, what: str) -> None:
    if what == "list":
        hub.listings = [leads(to)]
    else:
        hub.faults["gpt.pth"] = [leads(to)] * 99
    with pytest.raises(StudioError) as caught:
        fetch(only(config, "modelscope"))
    assert caught.value.code == "pull_failed"
    if what == "bytes":
        assert [path for path, _ in hub.asked].count("gpt.pth") == 1, "asking again is no use"


def test_a_redirect_to_another_address_of_the_web_is_followed(config: Config, hub: Hub) -> None:
    other = f"{hub.address}/team/voice/resolve/main/gpt.pth"
    hub.faults["gpt.pth"] = [leads(other)]
    fetch(config)
    check_whole(config)


# ---------------------------------------------------------------------- the catalogue's word


@pytest.mark.parametrize("name", ["huggingface", "modelscope"])
@pytest.mark.parametrize(
    ("revision", "asked"),
    [("v1.0", "v1.0"), ({"huggingface": "abc", "modelscope": "v2"}, {"huggingface": "abc", "modelscope": "v2"})],
)
def test_the_state_that_the_catalogue_names_is_asked_for(
    config: Config, hub: Hub, name: str, revision: object, asked: str | dict[str, str]
) -> None:
    fetch(only(pinned(config, revision=revision), name))
    assert hub.revisions[0] == (asked if isinstance(asked, str) else asked[name])
    check_whole(config)


@pytest.mark.parametrize("name", by_night(["huggingface", "modelscope"]))
@pytest.mark.parametrize("lfs", [True, False])
@pytest.mark.parametrize("pin", ["sha256", "sizes"])
def test_a_hubs_word_is_not_enough_where_the_catalogue_knows_better(
    config: Config, hub: Hub, name: str, lfs: bool, pin: str
) -> None:
    hub.lfs = lfs
    right: dict[str, object] = {"sha256": sha256(WEIGHTS), "sizes": len(WEIGHTS)}
    config = only(pinned(config, **{pin: {"gpt.pth": right[pin]}}), name)
    hub.files["team/voice"]["gpt.pth"] = bytes(len(WEIGHTS)) if pin == "sha256" else WEIGHTS + b"!"
    with pytest.raises(StudioError) as caught:
        fetch(config)
    assert caught.value.code == "pull_failed" and "gpt.pth" in str(caught.value)
    assert not (config.models_path / "voice").exists()
    hub.files["team/voice"]["gpt.pth"] = WEIGHTS
    fetch(config)
    check_whole(config)


@pytest.mark.parametrize("pin", ["sha256", "sizes"])
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_files_by_hand_are_held_to_the_catalogue_too(config: Config, tmp_path: Path, pin: str, form: str) -> None:
    wrong: dict[str, object] = {"sha256": sha256(b"other"), "sizes": 5_000_000}
    config = pinned(config, **{pin: {"gpt.pth": wrong[pin]}})
    source = laid_out(tmp_path / "by hand")
    if form == "zip":
        with zipfile.ZipFile(archive := tmp_path / "voice.zip", "w") as made:
            for name in WHOLE:
                made.write(source / name, name)
        source = archive
    with pytest.raises(StudioError, match=r"gpt\.pth is not the file"):
        store.ensure("voice", config, local=source)
    assert not (config.models_path / "voice").exists()


@pytest.mark.parametrize("wrong", [{"gpt.pth": "abc"}, {"../gpt.pth": "0" * 64}, {"gpt.pth": "G" * 64}])
def test_a_hash_that_is_none_is_named(config: Config, wrong: dict[str, str]) -> None:
    with pytest.raises(StudioError, match="sha256"):
        load_catalogue(pinned(config, sha256=wrong).catalogue)


# ---------------------------------------------------------------------- the first fetch's word


def damage(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("lfs", [True, False])
def test_what_was_fetched_first_is_what_a_repair_must_bring(config: Config, hub: Hub, lfs: bool) -> None:
    hub.lfs = lfs
    assert store.ensure("voice", config)
    damage(config.models_path / "voice" / "gpt.pth")
    hub.files["team/voice"]["gpt.pth"] = bytes(reversed(WEIGHTS))
    with pytest.raises(StudioError) as caught:
        pull(
            "voice", load_catalogue(config.catalogue_path)["voice"], config, patience=QUICK,
            known=store.folder("voice", config).digests(),
        )  # fmt: skip
    assert caught.value.code == "pull_failed" and "gpt.pth" in str(caught.value)
    with pytest.raises(StudioError):
        store.ensure("voice", config)
    hub.files["team/voice"]["gpt.pth"] = WEIGHTS
    assert store.ensure("voice", config)
    check_whole(config)


def test_who_removes_a_model_may_take_another_state_of_it(config: Config, hub: Hub) -> None:
    store.ensure("voice", config)
    store.remove("voice", config)
    hub.files["team/voice"]["config.yaml"] = b"dim: 9\n"
    store.ensure("voice", config)
    assert (config.models_path / "voice" / "config.yaml").read_bytes() == b"dim: 9\n"


def test_verifying_reads_everything_however_often(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    store.ensure("voice", config)
    read: list[int] = []

    def counted(path: Path, beat: Callable[[], None]) -> str:
        read.append(path.stat().st_size)
        return sha256_file(path, beat)

    monkeypatch.setattr("indextts.platform.storage.manifest.sha256_file", counted)
    for _ in range(2):
        read.clear()
        store.verify("voice", config)
        assert sum(read) == sum(map(len, WHOLE.values())) == len(WEIGHTS) + 2 * len(CODEC) + 7
