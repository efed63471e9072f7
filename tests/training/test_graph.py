"""Weights in few bits: what is kept of a table, and that the graph of two networks answers with their mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

pytest.importorskip("torch")
pytest.importorskip("onnx")

TABLES = arrays(
    np.float32, st.tuples(st.integers(1, 9), st.sampled_from((2, 6, 16))), elements=st.floats(-50, 50, width=16)
)


@given(TABLES)
def test_four_bits_keep_every_row_within_its_steps(table: np.ndarray) -> None:
    from training.graph import halved, unhalved

    values, scale = halved(table)
    assert values.shape == (len(table), table.shape[1] // 2)
    lost = np.square(unhalved(values, scale) - table).sum(axis=1)
    # No worse than steps of a seventh of the row's largest weight, which is the plainest choice.
    step = np.maximum(np.abs(table).max(axis=1), 1e-4) / 7
    assert (lost <= table.shape[1] * np.square(0.51 * step) + 1e-9).all()


def test_the_graph_of_two_networks_answers_with_their_mean(tmp_path: Path) -> None:
    import torch

    from indextts.platform.onnx import open_session
    from indextts.reading.prosody.features import COLUMNS
    from training.graph import save
    from training.prosody.ablate import rounded
    from training.prosody.export import bidirectional
    from training.prosody.modeling import ProsodyConfig, ProsodyModel

    torch.manual_seed(0)
    sizes = [2000, *[30] * (len(COLUMNS) - 1)]  # the first table is large enough for four bits
    models = [ProsodyModel(ProsodyConfig(sizes=sizes, hidden=hidden)).eval() for hidden in (12, 8)]
    save(bidirectional(models), tmp_path / "lm.onnx")
    columns = np.random.default_rng(1).integers(0, 30, (2, 7, len(COLUMNS))).astype(np.int32)
    columns[:, :, 0] *= 60
    lengths = np.array([7, 4], np.int32)
    session = open_session(tmp_path / "lm.onnx")
    (answers,) = session.run(None, {"columns": columns, "lengths": lengths})
    with torch.inference_mode():
        said = [
            torch.sigmoid(rounded(model)(torch.from_numpy(columns.astype(np.int64)), torch.from_numpy(lengths)))
            for model in models
        ]
    mean = np.mean([each.numpy() for each in said], axis=0)
    for row, length in enumerate(lengths):
        np.testing.assert_allclose(answers[row, :length, :7], mean[row, :length, :7], atol=0.02)
    assert np.abs(said[0] - said[1]).max() > 0.01
