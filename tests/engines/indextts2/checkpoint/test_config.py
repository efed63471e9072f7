"""Reading a checkpoint's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from indextts.engines.indextts2.checkpoint.config import load
from indextts.model.errors import StudioError

ENCODER = {
    "output_size": 512, "linear_units": 2048, "attention_heads": 8, "num_blocks": 6, "input_layer": "conv2d2",
    "perceiver_mult": 2,
}  # fmt: skip
GPT: dict[str, Any] = {
    "model_dim": 1280, "heads": 20, "layers": 24, "max_text_tokens": 600, "max_mel_tokens": 1815,
    "number_text_tokens": 12000, "number_mel_codes": 8194, "start_mel_token": 8192, "stop_mel_token": 8193,
    "condition_module": ENCODER, "emo_condition_module": ENCODER,
}  # fmt: skip
GROUPS = [3, 17, 2, 8, 4, 5, 10, 24]


def write(folder: Path, **changes: Any) -> Path:
    values = {"gpt": GPT, "emo_num": GROUPS, "version": 2.0, "s2mel": {"DiT": {"depth": 13}}, **changes}
    (folder / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return folder


def test_published_numbers_are_read(tmp_path: Path) -> None:
    config = load(write(tmp_path))
    assert (config.gpt.model_dim, config.gpt.layers, config.gpt.stop_mel_token) == (1280, 24, 8193)
    assert (config.gpt.start_text_token, config.gpt.stop_text_token, config.gpt.condition_num_latent) == (0, 1, 32)
    assert config.gpt.condition_module.attention_heads == 8
    assert config.emotion_groups == tuple(GROUPS)
    assert config.sections["s2mel"]["DiT"]["depth"] == 13
    assert not config.is_25


def test_version_25_takes_the_speaker_as_a_style(tmp_path: Path) -> None:
    config = load(write(tmp_path, version=2.5, gpt={**GPT, "number_text_tokens": 60509}))
    assert config.is_25
    assert config.gpt.speaker == "style"


@pytest.mark.parametrize(
    "changes",
    [
        {"gpt": {name: value for name, value in GPT.items() if name != "layers"}},
        {"gpt": {**GPT, "heads": "many"}},
        {"gpt": {**GPT, "condition_module": {**ENCODER, "input_layer": "linear"}}},
        {"gpt": None},
        {"emo_num": None},
    ],
)
def test_what_cannot_be_read_is_said_with_the_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(StudioError) as caught:
        load(write(tmp_path, **changes))
    assert caught.value.code == "bad_file"
    assert "config.yaml" in str(caught.value)


@pytest.mark.parametrize("content", [None, "", "Not found", "a: [", "\x00\x01"])
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        load(tmp_path)
    assert caught.value.code == "bad_file"
