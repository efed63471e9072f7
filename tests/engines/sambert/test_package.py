"""Packages in every published form, and what is wrong with the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

torch = pytest.importorskip("torch")

from indextts.engines.parity.runner import read_safetensors  # noqa: E402
from indextts.engines.sambert import engine, info, install, runtime  # noqa: E402
from indextts.engines.sambert.info import voice_names  # noqa: E402
from indextts.engines.sambert.package import opened  # noqa: E402
from indextts.model.errors import StudioError  # noqa: E402
from indextts.platform.config import Config  # noqa: E402
from tests.support.tiny_sambert import fixture, write_half, write_voice, zipped  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path / "cache")


def published(root: Path, *names: str) -> Path:
    for name in names:
        write_voice(root / "voices" / name)
    (root / "voices" / "voices.json").write_text('{"voices": ["second", "first"]}', encoding="utf-8")
    (root / "configuration.json").write_text('{"framework": "Tensorflow"}', encoding="utf-8")
    (root / "resource.zip").write_bytes(b"not even an archive")
    return root


def mel_of(config: Config, name: str) -> np.ndarray:
    runtime = engine.open_voice(config, name)
    ids = fixture("am_base").arrays
    from indextts.engines.sambert.symbols import Units

    units = Units(*(ids[f"single/in/inputs_{part}"][0] for part in ("ling", "emotion", "speaker")))
    return runtime.acoustic(units)[0]


def recorded() -> np.ndarray:
    arrays = fixture("am_base").arrays
    return np.asarray(arrays["single/out/out.postnet_outputs"][0, : arrays["single/out/out.lengths"][0]])


@pytest.mark.night
def test_a_folder_with_several_voices_in_the_order_of_its_list(tmp_path: Path, config: Config) -> None:
    package = published(tmp_path / "package", "first", "second", "third")
    assert install.install(package, config, name="first") == ["first"]
    assert install.install(package, config) == ["second", "first", "third"]
    assert voice_names(config) == ["first", "second", "third"]
    assert np.allclose(mel_of(config, "first"), recorded(), atol=2e-4)


def test_an_archive_and_an_archive_in_an_archive(tmp_path: Path, config: Config) -> None:
    package = published(tmp_path / "package", "first")
    assert install.install(zipped(package, tmp_path / "one.zip"), config) == ["first"]
    outer = tmp_path / "outer"
    outer.mkdir()
    zipped(package / "voices", outer / "voices.zip")
    info.model_folder(config, "first").path.rename(tmp_path / "away")
    assert install.install(zipped(outer, tmp_path / "two.zip"), config) == ["first"]
    assert install.install(outer, config) == ["first"]
    assert np.allclose(mel_of(config, "first"), recorded(), atol=2e-4)


def test_the_layout_of_personal_voices(tmp_path: Path, config: Config) -> None:
    write_voice(tmp_path / "package" / "basemodel_16k", names=("sambert", "hifigan"))
    assert install.install(tmp_path / "package", config) == ["basemodel_16k"]


def test_a_voice_by_itself_has_its_folders_name(tmp_path: Path, config: Config) -> None:
    assert install.install(write_voice(tmp_path / "zhitian"), config) == ["zhitian"]


def test_the_largest_step_wins_by_number(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian")
    (package / "am" / "ckpt" / "checkpoint_99.pth").write_bytes(b"older")
    (package / "am" / "ckpt" / "notes.pth").write_bytes(b"something else")
    assert install.install(package, config) == ["zhitian"]


def test_a_voice_is_converted_once_and_again_when_it_changed(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian")
    said: list[str] = []
    install.install(package, config, say=said.append)
    install.install(package, config, say=said.append)
    assert len(said) == 1
    state = fixture("am_base").state()
    held = {"model": {f"module.{name}": torch.from_numpy(array.copy()) for name, array in state.items()}}
    torch.save(held, package / "am" / "ckpt" / "checkpoint_990000.pth")
    install.install(package, config, say=said.append)
    assert len(said) == 2
    assert np.allclose(mel_of(config, "zhitian"), recorded(), atol=2e-4)


def test_weights_are_kept_as_safetensors(tmp_path: Path, config: Config) -> None:
    install.install(write_voice(tmp_path / "zhitian"), config)
    folder = info.model_folder(config, "zhitian").path
    acoustic = read_safetensors(folder / runtime.ACOUSTIC_WEIGHTS)
    state = fixture("am_base").state()
    assert all(np.array_equal(array, state[name]) for name, array in acoustic.items())
    assert "conv_pre.conv1d.weight" in read_safetensors(folder / runtime.VOCODER_WEIGHTS)


@pytest.mark.parametrize("missing", [0, 1])
def test_tables_with_and_without_the_mask_row(tmp_path: Path, config: Config, missing: int) -> None:
    state = fixture("am_base").state()
    for name in ("sy_emb", "tone_emb", "syllable_flag_emb", "ws_emb"):
        rows = state[f"text_encoder.{name}.weight"]
        state[f"text_encoder.{name}.weight"] = rows[: len(rows) - missing]
    install.install(write_voice(tmp_path / "zhitian", acoustic_state=state), config)
    assert np.allclose(mel_of(config, "zhitian"), recorded(), atol=2e-4)


@pytest.mark.night
def test_a_voice_with_a_source_module_and_one_with_a_speaker_vector(tmp_path: Path, config: Config) -> None:
    nsf = write_voice(tmp_path / "nsf", "am_nsf_mas", "voc_nsf_noncausal")
    se = write_voice(tmp_path / "se", "am_se")
    np.save(se / "am" / "se.npy", fixture("am_se").arrays["single/in/inputs_speaker"][:, 0])
    for package in (nsf, se):
        install.install(package, config)
    assert engine.open_voice(config, "nsf").data.pitch is not None
    config_path = nsf / "voc" / "config.yaml"
    settings = yaml.safe_load(config_path.read_text())
    del settings["Model"]["Generator"]["params"]["nsf_params"]["nsf_norm_type"]
    config_path.write_text(yaml.safe_dump(settings))
    refuses(nsf, config, "mvn.npy is missing")
    np.save(nsf / "am" / "mvn.npy", np.array([[188.5], [41.25]]))
    install.install(nsf, config)
    runtime = engine.open_voice(config, "nsf")
    pitch = runtime.data.pitch
    mel = np.full((9, 12), 0.7, np.float32)
    install.install(nsf, config, transposed=False)
    assert not np.allclose(runtime.vocode(mel), engine.open_voice(config, "nsf").vocode(mel), atol=1e-3)
    assert pitch is not None and (pitch.scale, pitch.offset) == (41.25, 188.5)


def test_a_dictionary_of_its_own_comes_before_the_known_one(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian", language="Elsewhere")
    refuses(package, config, "it speaks “Elsewhere” and has no dict folder")
    (package / "dict").mkdir()
    table = fixture("text_cases").about["vocabulary_in_id_order"]["sy"]
    (package / "dict" / "sy_dict.txt").write_text("\n".join(reversed(table[:-3])), encoding="utf-8")
    install.install(package, config)
    assert engine.open_voice(config, "zhitian").vocabulary.id("sy", "a_c") == 143
    (package / "dict" / "sy_dict.txt").write_text("a_c\na_c\n", encoding="utf-8")
    refuses(package, config, "sy_dict.txt is not a list of symbols")


def refuses(package: Path, config: Config, said: str, code: str = "voice_unusable") -> None:
    with pytest.raises(StudioError, match=said) as raised:
        install.install(package, config)
    assert raised.value.code == code
    message, hint = raised.value.localise("zh")
    assert message and hint and "{" not in message


def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian")
    refuses(tmp_path / "nowhere", config, "there is no such file", "bad_file")
    (tmp_path / "broken.zip").write_bytes(b"PK not really")
    refuses(tmp_path / "broken.zip", config, "not a whole zip archive", "bad_file")
    (tmp_path / "empty").mkdir()
    refuses(tmp_path / "empty", config, "there is no config.yaml in it")
    (package / "voc").rename(tmp_path / "voc")
    refuses(package, config, "it has no vocoder: the folder voc is missing")
    (tmp_path / "voc").rename(package / "voc")
    for file in (package / "am" / "ckpt").glob("*.pth"):
        file.write_bytes(b"not a checkpoint")
        refuses(package, config, "is not a checkpoint of weights")
        torch.save({"model": "nothing"}, file)
        refuses(package, config, "holds no weights")
        file.unlink()
    refuses(package, config, "there is no checkpoint_<step>.pth in am/ckpt")
    torch.save({}, package / "am" / "ckpt" / "checkpoint_1.pth")
    (package / "am" / "config.yaml").write_text("Model: {}", encoding="utf-8")
    refuses(package, config, "lacks Model.KanTtsSAMBERT.params")
    (package / "am" / "config.yaml").write_text("[", encoding="utf-8")
    refuses(package, config, "config.yaml cannot be read")


def test_a_checkpoint_cannot_run_anything(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian")
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (mark,)  # type: ignore[return-value]

    torch.save({"model": Evil()}, package / "voc" / "ckpt" / "checkpoint_6.pth")
    refuses(package, config, "is not a checkpoint of weights")
    assert not mark.exists()


def test_names_in_an_archive_stay_inside_it(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../escaped.yaml", "a: 1")
        archive.writestr("am/config.yaml", "a: 1")
    with pytest.raises(StudioError, match="it has no vocoder"), opened(tmp_path / "evil.zip"):
        pass
    assert not list(tmp_path.rglob("escaped.yaml")) and not (tmp_path.parent / "escaped.yaml").exists()


@pytest.mark.parametrize(
    ("rows", "said"), [(107, r"107 rows \(like ZhHK\)"), (116, "like Sichuan"), (149, "149 rows, which do not fit")]
)
def test_a_checkpoint_of_another_phone_set(tmp_path: Path, config: Config, rows: int, said: str) -> None:
    state = fixture("am_base").state()
    state["text_encoder.sy_emb.weight"] = np.zeros((rows, 24), np.float32)
    refuses(write_voice(tmp_path / "zhitian", acoustic_state=state), config, said)


def test_halves_of_two_voices(tmp_path: Path, config: Config) -> None:
    refuses(write_voice(tmp_path / "zhitian", "am_nsf_mas"), config, "its vocoder is for another kind of mel")


def test_a_model_with_filled_pauses(tmp_path: Path, config: Config) -> None:
    package = write_voice(tmp_path / "zhitian")
    settings = yaml.safe_load((package / "am" / "config.yaml").read_text())
    settings["Model"]["KanTtsSAMBERT"]["params"]["FP"] = True
    (package / "am" / "config.yaml").write_text(yaml.safe_dump(settings))
    refuses(package, config, "filled pauses")
    del settings["Model"]["KanTtsSAMBERT"]["params"]["FP"]
    del settings["Model"]["KanTtsSAMBERT"]["params"]["num_mels"]
    (package / "am" / "config.yaml").write_text(yaml.safe_dump(settings))
    refuses(package, config, "lacks “num_mels”")


def test_the_sample_rate_comes_from_wherever_it_is_said(tmp_path: Path, config: Config) -> None:
    package = tmp_path / "zhitian"
    am, voc = fixture("am_base"), fixture("voc_causal")
    held = {"model": {name: torch.from_numpy(array.copy()) for name, array in am.state().items()}}
    write_half(package / "am", "KanTtsSAMBERT", am.about["config"], held, 1)
    generator = {name: torch.from_numpy(array.copy()) for name, array in voc.state().items()}
    write_half(package / "voc", "Generator", voc.about["params"], generator, 1)
    refuses(package, config, "no file says its sample rate")
    (package / "audio_config.yaml").write_text("audio_config: {sampling_rate: 6400}", encoding="utf-8")
    install.install(package, config)
    assert engine.open_voice(config, "zhitian").data.sample_rate == 6400
