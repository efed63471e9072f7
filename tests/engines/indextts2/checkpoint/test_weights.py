from __future__ import annotations

import logging

import numpy as np
import pytest
import torch
from torch import nn

from indextts.engines.indextts2.checkpoint.weights import build, fold, part, tensors
from indextts.model.errors import StudioError


def pair() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 2), nn.Conv1d(2, 4, 3))


def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return {name: torch.randn_like(tensor) for name, tensor in pair().state_dict().items()}


def test_folding_a_weight_norm_gives_what_torch_computes_with_it() -> None:
    layer = torch.nn.utils.parametrizations.weight_norm(nn.ConvTranspose1d(3, 5, 4), dim=0)
    parts = {
        "up.weight_g": layer.parametrizations.weight.original0,
        "up.weight_v": layer.parametrizations.weight.original1 * 2.5,
        "up.bias": layer.bias,
    }
    folded = fold(parts)
    assert set(folded) == {"up.weight", "up.bias"}
    assert torch.allclose(folded["up.weight"], layer.weight, atol=1e-6)


def test_a_module_holds_the_very_tensors_that_it_is_given() -> None:
    given = state()
    module = build(pair, given, source="a file")
    assert all(module.state_dict()[name].data_ptr() == tensor.data_ptr() for name, tensor in given.items())
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_half_precision_is_widened() -> None:
    module = build(pair, {name: tensor.half() for name, tensor in state().items()}, source="a file")
    assert {tensor.dtype for tensor in module.state_dict().values()} == {torch.float32}
    assert tensors({"a": np.ones(2, np.float16), "b": np.ones(2, np.int64)})["a"].dtype == torch.float32


def test_what_does_not_fit_is_listed_in_both_languages() -> None:
    wrong = state()
    del wrong["0.bias"]
    wrong["1.weight"] = torch.zeros(4, 2, 5)
    wrong["extra.weight"] = torch.zeros(1)
    with pytest.raises(StudioError) as caught:
        build(pair, wrong, source="model.safetensors")
    assert caught.value.code == "weights_mismatch"
    for language in ("en", "zh"):
        message, _ = caught.value.localise(language)
        assert all(part in message for part in ("model.safetensors", "0.bias", "1.weight (4, 2, 5)", "extra.weight"))
    assert "缺少 1 个" in caught.value.localise("zh")[0]


def test_a_long_list_is_cut() -> None:
    with pytest.raises(StudioError) as caught:
        build(pair, {f"other.{index}": torch.zeros(1) for index in range(50)}, source="a file")
    message, _ = caught.value.localise("en")
    assert "4 missing" in message and "50 left over" in message
    assert len(message) < 400


def test_where_the_published_loader_ignores_entries_so_do_we_but_not_silently(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given = {**state(), "old.mask": torch.zeros(1), "known.mask": torch.zeros(1)}
    with caplog.at_level(logging.WARNING):
        build(pair, given, source="a file", strict=False, unused=(r"known\.",))
    assert "old.mask" in caplog.text and "known.mask" not in caplog.text
    with pytest.raises(StudioError):
        build(pair, given, source="a file", unused=(r"known\.",))


def test_a_part_of_a_file_is_named_without_its_prefix() -> None:
    assert set(part({"net.a": torch.zeros(1), "other.b": torch.zeros(1)}, "net.")) == {"a"}
