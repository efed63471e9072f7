"""The doctor: what it says of a whole and of a broken installation."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import yaml

from indextts.config import Config
from indextts.engines.indextts2.precision import KEPT, KeptChoices, Precision, PrecisionChoice
from indextts.models import store
from indextts.ops import doctor, packages
from indextts.service.access_keys import Keys
from indextts.service.library_keeper import Keeper
from tests.support.tiny_voice import make_tiny_voice


class Patient:
    """An installation with a tiny voice and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(cache_dir=folder / "cache_hub")
        self.file = folder / "config.yaml"
        make_tiny_voice(self.config.models_path)
        self.port = 1
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.write({"cache_dir": str(self.config.cache_dir), "server": {"port": self.port}})

    def write(self, settings: dict[str, object]) -> None:
        self.file.write_text(yaml.safe_dump(settings), encoding="utf-8")

    def checks(self) -> dict[str, doctor.Check]:
        return {check.name: check for check in doctor.examine(str(self.file))}


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path)


def test_a_whole_installation_is_healthy(patient: Patient) -> None:
    checks = patient.checks()
    assert doctor.healthy(list(checks.values()))
    for name in ("python", "packages", "config", "cache", "voice", "port"):
        assert checks[name].state == "ok", checks[name]
    assert checks["numba"].state == "note"


def test_a_damaged_library_is_named_and_what_to_do(patient: Patient) -> None:
    assert patient.checks()["library"].state == "ok"
    path = patient.config.library_path
    path.write_bytes(b"no database" * 1000)
    library = patient.checks()["library"]
    assert library.state == "missing"
    assert str(path) in library.detail.en and str(path) in library.detail.zh
    assert ".copy-1" in library.fix.en and ".copy-1" in library.fix.zh
    Keeper(path).look()
    library = patient.checks()["library"]
    assert library.state == "note"
    assert ".damaged-" in library.fix.en


def test_a_missing_voice_is_an_order_to_build_it(patient: Patient) -> None:
    patient.write({"cache_dir": str(patient.config.cache_dir / "elsewhere")})
    voice = patient.checks()["voice"]
    assert voice.state == "missing"
    assert "start_app.sh" in voice.fix.en and "start_app.sh" in voice.fix.zh


def test_a_damaged_voice_is_named_by_file(patient: Patient) -> None:
    file = patient.config.models_path / "embedded" / "decoder.onnx"
    file.write_bytes(b"x")
    voice = patient.checks()["voice"]
    assert voice.state == "missing"
    assert "decoder.onnx" in voice.detail.en
    assert "models pull embedded" in voice.fix.en


def test_a_bad_configuration_is_named(patient: Patient) -> None:
    patient.write({"server": {"port": "many"}})
    check = patient.checks()["config"]
    assert check.state == "missing"
    assert "server.port" in check.detail.en


def test_a_cache_that_cannot_be_written(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    patient.write({"cache_dir": str(tmp_path / "a file" / "cache_hub")})
    assert patient.checks()["cache"].state == "missing"


def test_a_taken_port_is_worth_a_note(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", patient.port)):
        check = patient.checks()["port"]
    assert check.state == "note"
    assert "pid" in check.detail.en


def test_packages_that_differ_are_named(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [packages.Difference("gradio", "6.31.0", "5.0.0")]
    monkeypatch.setattr(packages, "differences", lambda requirements: wrong)
    checks = list(patient.checks().values())
    assert not doctor.healthy(checks)
    text = doctor.as_text(checks, "en")
    assert "gradio 5.0.0 ≠ 6.31.0" in text
    assert "Something that is needed is missing." in text


def test_both_forms_tell_the_same(patient: Patient) -> None:
    checks = list(patient.checks().values())
    data = json.loads(doctor.as_json(checks))
    assert data["ok"] is True
    assert [row["name"] for row in data["checks"]] == [check.name for check in checks]
    chinese = doctor.as_text(checks, "zh")
    assert "所需的一切都已就绪" in chinese
    assert all(check.detail.zh in chinese for check in checks)


def test_the_prosody_model_is_opened_or_an_order_to_install_what_it_needs(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patient.checks()["prosody"].state == "ok"
    patient.write({"cache_dir": str(patient.config.cache_dir), "prosody": {"model": "some/model"}})
    assert patient.checks()["prosody"].detail.en == "llm: some/model"
    monkeypatch.setattr(packages, "installed", lambda site=None: {})
    check = patient.checks()["prosody"]
    assert check.state == "missing" and "./start_app.sh --with llm" in check.fix.en


def test_it_says_who_can_reach_the_server_and_what_keeps_it(patient: Patient) -> None:
    assert "this machine alone" in patient.checks()["access"].detail.en
    settings: dict[str, object] = {"cache_dir": str(patient.config.cache_dir)}
    wide = {"host": "0.0.0.0", "port": patient.port}
    patient.write({**settings, "server": wide, "access": {"keys": "never"}})
    access = patient.checks()["access"]
    assert access.state == "note" and "everybody" in access.detail.en and "access.keys" in access.fix.zh
    patient.write({**settings, "server": wide})
    access = patient.checks()["access"]
    assert access.state == "note" and "first-key.txt" in access.detail.en
    Keys(patient.config, {}).add("anna")
    access = patient.checks()["access"]
    assert access.state == "ok" and "kept by keys: 1" in access.detail.en and "1 个" in access.detail.zh
    patient.config.keys_path.chmod(0o644)
    assert "chmod 600" in patient.checks()["access"].fix.en
    patient.config.keys_path.write_text("keys: 7")
    assert patient.checks()["access"].state == "missing"


def test_the_numbers_that_a_model_computes_with_are_told_with_what_they_took(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [store.ModelState("indextts2", True, 1, "", "")]
    monkeypatch.setattr(store, "list_models", lambda *_, **__: shown)
    assert patient.checks()["numbers"].state == "note", "nothing was measured yet"
    took = {"voice": {"float32": 2.0, "int8": 1.0}}
    choice = PrecisionChoice("indextts2", "Modern", 2, "auto", Precision(voice="int8"), took)  # type: ignore[arg-type]
    KeptChoices(patient.config.cache_path / KEPT).put("key", choice)
    numbers = patient.checks()["numbers"]
    assert numbers.state == "ok" and "listening float32" in numbers.detail.en
    assert "language model int8 (float32 2.00 s / int8 1.00 s)" in numbers.detail.en
    assert "语言模型 int8" in numbers.detail.zh
    exact = {"engines": {"indextts2": {"precision": "exact"}}}
    patient.write({"cache_dir": str(patient.config.cache_dir), "server": {"port": patient.port}, **exact})
    assert "language model float32" in patient.checks()["numbers"].detail.en
