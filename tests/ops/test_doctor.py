"""The doctor: what it says of a whole and of a broken installation."""

from __future__ import annotations

import json
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from indextts import __version__
from indextts.engines.indextts2.checkpoint.precision import KEPT, KeptChoices, Precision, PrecisionChoice
from indextts.models import store
from indextts.models.rights import rights
from indextts.ops import doctor, packages
from indextts.ops.findings import LANGUAGES, Check
from indextts.platform.config import Config
from indextts.platform.storage.files import sha256_file
from indextts.platform.storage.manifest import MANIFEST, manifest_of
from indextts.service.access_keys import Keys
from indextts.service.library_keeper import LibraryKeeper
from tests.support import postgres
from tests.support.ports import free_port
from tests.support.tiny_voice import make_tiny_voice

on_server = pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())


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

    def keeps_works(self, **places: object) -> dict[str, Check]:
        """The checks with its works at ``places``."""
        self.write({"cache_dir": str(self.config.cache_dir), "server": {"port": self.port}, "works": places})
        return self.checks()

    def checks(self) -> dict[str, Check]:
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
    LibraryKeeper(path).look()
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


@pytest.mark.parametrize(("name", "file"), [("kokoro", "sound.onnx"), ("sambert", "zhizhe/vocoder.onnx")])
def test_a_model_that_its_engine_would_refuse_is_named(patient: Patient, name: str, file: str) -> None:
    folder = patient.config.models_path / name
    (folder / file).parent.mkdir(parents=True)
    (folder / file).write_bytes(b"a graph" * 100)
    digests = {file: sha256_file(folder / file)}
    (folder / MANIFEST).write_text(json.dumps(manifest_of(name, folder, digests)), encoding="utf-8")
    assert "models" not in patient.checks()
    with (folder / file).open("r+b") as stream:
        stream.write(b"XXXXXXXX")
    models = patient.checks()["models"]
    assert models.state == "missing" and file in models.detail.en and f"models pull {name}" in models.fix.zh
    (folder / file).write_bytes(b"cut")
    models = patient.checks()["models"]
    assert models.state == "missing" and file in models.detail.en


def test_a_bad_configuration_is_named(patient: Patient) -> None:
    patient.write({"server": {"port": "many"}})
    check = patient.checks()["config"]
    assert check.state == "missing"
    assert "server.port" in check.detail.en


@pytest.mark.parametrize("name", ["feeds", "phones", "origins"])
@pytest.mark.parametrize("content", ["a: [b", "- 1\n", "\0\0\0"])
def test_a_damaged_file_of_the_programs_own_is_named(patient: Patient, name: str, content: str) -> None:
    path = patient.config.cache_path / f"{name}.yaml"
    path.write_text(content)
    check = patient.checks()["data"]
    assert check.state == "missing" and str(path) in check.detail.zh and "backup" in check.fix.en


@pytest.mark.parametrize("setting", ["emotions", "delivery", "voices"])
@pytest.mark.parametrize("content", ["", "nobody: {}\n", "happy: [1,\n"])
def test_a_table_that_cannot_be_used_is_named(patient: Patient, tmp_path: Path, setting: str, content: str) -> None:
    table = tmp_path / "table.yaml"
    for path in (table, tmp_path / "none.yaml"):
        table.write_text(content, encoding="utf-8")
        patient.write({"cache_dir": str(patient.config.cache_dir), setting: str(path)})
        check = patient.checks()["config"]
        if path == table and not content and setting == "delivery":
            assert check.state == "ok", "everything in it has a default"
            continue
        assert check.state == "missing"
        assert str(path) in check.detail.en and str(path) in check.detail.zh


def test_a_language_model_that_is_not_there_is_named(patient: Patient, tmp_path: Path) -> None:
    patient.write({"cache_dir": str(patient.config.cache_dir), "prosody": {"model": str(tmp_path / "llm")}})
    check = patient.checks()["prosody"]
    assert check.state == "missing" and "there is no such folder" in check.detail.en


def test_keys_that_cannot_be_read_are_named(patient: Patient) -> None:
    patient.config.keys_path.write_text("keys: [{name: ???}]")
    check = patient.checks()["config"]
    assert check.state == "missing" and str(patient.config.keys_path) in check.detail.en


def test_a_cache_that_cannot_be_written(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    patient.write({"cache_dir": str(tmp_path / "a file" / "cache_hub")})
    config = patient.checks()["config"]
    assert config.state == "missing" and "a file is a file; name a folder" in config.detail.en


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
    assert "Something required is missing." in text


@pytest.mark.night
def test_both_forms_tell_the_same(patient: Patient) -> None:
    checks = list(patient.checks().values())
    data = json.loads(doctor.as_json(checks))
    assert data["ok"] is True
    assert (data["checks"][0]["name"], data["checks"][0]["detail"]) == ("version", f"IndexTTS Studio {__version__}")
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
    assert "this machine only" in patient.checks()["access"].detail.en
    settings: dict[str, object] = {"cache_dir": str(patient.config.cache_dir)}
    wide = {"host": "0.0.0.0", "port": patient.port}
    patient.write({**settings, "server": wide, "access": {"keys": "never"}})
    access = patient.checks()["access"]
    assert access.state == "note" and "everyone" in access.detail.en and "access.keys" in access.fix.zh
    patient.write({**settings, "server": wide})
    access = patient.checks()["access"]
    assert access.state == "note" and "first-key.txt" in access.detail.en
    Keys(patient.config, {}).add("anna")
    access = patient.checks()["access"]
    assert access.state == "ok" and "protected by keys: 1" in access.detail.en and "1 个" in access.detail.zh
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


@pytest.mark.night
@on_server
def test_a_database_on_a_server_is_looked_at_and_nothing_is_made_in_it(patient: Patient, tmp_path: Path) -> None:
    import psycopg

    address = postgres.address_for(tmp_path)
    checks = patient.keeps_works(database=address)
    assert checks["works"].state == "ok" and "postgresql" in checks["works"].detail.en
    plain = address.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        assert connection.execute("SELECT to_regclass('form'), to_regclass('job')").fetchone() == (None, None)
        connection.execute("CREATE TABLE form (version INTEGER)")
        connection.execute("INSERT INTO form VALUES (1000)")
        newer = patient.keeps_works(database=address)["works"]
        assert newer.state == "missing" and "newer" in newer.detail.en
        connection.execute("DROP TABLE form")
        connection.execute("CREATE ROLE guest LOGIN")
    try:
        closed = patient.keeps_works(database=address.replace("studio@", "guest@"))["works"]
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("DROP ROLE guest")
    assert closed.state == "missing" and "GRANT" in closed.fix.en and "GRANT" in closed.fix.zh


@on_server
def test_a_database_that_cannot_be_reached_is_named_with_the_reason_and_without_the_password(patient: Patient) -> None:
    port = free_port()
    checks = patient.keeps_works(database=f"postgresql+psycopg://studio:geheim@127.0.0.1:{port}/studio")
    works = checks["works"]
    assert works.state == "missing" and not doctor.healthy(list(checks.values()))
    for language in LANGUAGES:
        told = works.detail.of(language) + works.fix.of(language)
        assert f"127.0.0.1:{port}/studio" in told and "refused" in told and "works.database" in told
        assert "geheim" not in told


def test_a_missing_package_for_the_database_is_an_order_to_install_it(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    works = patient.keeps_works(database="postgresql+psycopg://studio@127.0.0.1/studio")["works"]
    assert works.state == "missing" and "--with cluster" in works.fix.en and "--with cluster" in works.fix.zh


def test_a_store_elsewhere_is_written_and_left_as_it_was(patient: Patient, tmp_path: Path) -> None:
    assert "sounds" not in patient.checks(), "below cache_dir there is nothing more to look at"
    folder = tmp_path / "sounds"
    sounds = patient.keeps_works(sounds=str(folder))["sounds"]
    assert sounds.state == "ok" and str(folder) in sounds.detail.en and not list(folder.rglob("*"))
    folder.rmdir()
    folder.write_bytes(b"")
    config = patient.keeps_works(sounds=str(folder))["config"]
    assert config.state == "missing" and f"works.sounds: {folder} is a file" in config.detail.en and config.fix.zh
    wrong = patient.keeps_works(sounds="ftp://elsewhere/sounds")["config"]
    assert wrong.state == "missing" and "s3://" in wrong.detail.en


def test_a_store_that_cannot_be_reached_is_named_without_its_keys(patient: Patient) -> None:
    pytest.importorskip("minio")
    s3 = {"endpoint": f"http://127.0.0.1:{free_port()}", "access_key": "anna", "secret_key": "geheim"}
    sounds = patient.keeps_works(sounds="s3://studio/sounds", s3=s3)["sounds"]
    assert sounds.state == "missing" and "s3://studio/sounds" in sounds.detail.en
    assert "Connection refused" in sounds.detail.en and "Connection refused" in sounds.detail.zh
    assert "keys" in sounds.fix.en and "密钥" in sounds.fix.zh and "geheim" not in str(sounds)


def test_what_stops_commercial_use_is_said_in_both_languages(patient: Patient) -> None:
    stops = doctor.barred(str(patient.file))
    assert {right.id for right in stops} == {
        right.id for right in rights() if right.commercial != "yes" and not right.brought_by
    }
    checks = list(patient.checks().values())
    english, chinese = (doctor.as_text(checks, language, stops) for language in LANGUAGES)
    told = {row["id"]: row for row in json.loads(doctor.as_json(checks, stops))["commercial"]}
    for right in stops:
        assert all(words.en in english and words.zh in chinese for words in (right.name, right.reason, right.instead))
        assert told[right.id]["reason"] == {"en": right.reason.en, "zh": right.reason.zh}
        assert (told[right.id]["kind"], told[right.id]["commercial"]) == (right.kind, right.commercial)
    assert list(told) == [right.id for right in stops]


def test_a_model_that_was_fetched_is_among_what_stops_commercial_use(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = store.list_models(patient.config, hashes=False)
    fetched = [replace(model, installed=True) if model.name == "indextts2" else model for model in known]
    monkeypatch.setattr(store, "list_models", lambda config, *, hashes: fetched)
    assert "indextts2" in {right.id for right in doctor.barred(str(patient.file))}


def test_settings_that_cannot_be_read_leave_the_table_out(patient: Patient) -> None:
    patient.write({"server": {"port": "many"}})
    assert doctor.barred(str(patient.file)) == []
