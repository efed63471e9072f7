"""The flow with recorded steps: what it says, what is told only once, and that a step asks the host nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from indextts.engines.indextts2.card_flow import FlowRecording
from indextts.engines.indextts2.card_graphs import Work
from indextts.engines.indextts2.checkpoint import model_cache
from indextts.engines.indextts2.checkpoint.folder import Published
from indextts.engines.indextts2.checkpoint.model_cache import Modules
from indextts.engines.indextts2.networks.acoustics import AcousticPrompt, Flow, noise_for, solve
from indextts.engines.indextts2.networks.dit import DiT
from tests.support import tiny_networks

STEPS = 6


def network() -> DiT:
    return tiny_networks.random(lambda: DiT(tiny_networks.DIT)).float()


def given(frames: int = 20, known: int = 6, batch: int = 1) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(frames)
    shapes = (
        (batch, tiny_networks.BANDS, frames),
        (batch, tiny_networks.BANDS, known),
        (batch, tiny_networks.STYLE),
        (batch, frames, tiny_networks.CONTENT),
    )
    return [torch.randn(shape, generator=generator) for shape in shapes]


class Recorder:
    """What is recorded is a work; it is done where it is played, and nothing is done while it is recorded."""

    def __init__(self) -> None:
        self.recorded, self.played = 0, 0

    def __call__(self, work: Work) -> Work:
        self.recorded += 1

        def play() -> None:
            self.played += 1
            work()

        return play


@pytest.mark.parametrize("guidance", [0.0, 0.7])
@pytest.mark.parametrize("known", [0, 6])
def test_recorded_steps_make_the_same_mel(known: int, guidance: float) -> None:
    plain, recorder = network(), Recorder()
    recording = FlowRecording(recorder)
    for frames in (20, 31):
        expected = solve(plain, *given(frames, known), steps=STEPS, guidance=guidance)
        got = solve(plain, *given(frames, known), steps=STEPS, guidance=guidance, recording=recording)
        assert torch.equal(got, expected)
    assert (recorder.recorded, recorder.played) == (2, 2 * (STEPS - 2)), "the first two of each solve are told"


def test_several_of_their_own_lengths_are_solved_together() -> None:
    plain, lengths = network(), torch.tensor([20, 14])
    expected = solve(plain, *given(batch=2), lengths=lengths, steps=STEPS)
    recording = FlowRecording(Recorder())
    assert torch.equal(solve(plain, *given(batch=2), lengths=lengths, steps=STEPS, recording=recording), expected)


def test_where_recording_fails_all_is_told_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_: Work) -> Work:
        raise RuntimeError("not permitted")

    plain = network()
    recording = FlowRecording(refuse)
    with caplog.at_level(logging.WARNING):
        for frames in (20, 31):
            expected = solve(plain, *given(frames), steps=STEPS)
            assert torch.equal(solve(plain, *given(frames), steps=STEPS, recording=recording), expected)
    [said] = [one.message for one in caplog.records]
    assert "no graph of the flow" in said and "not permitted" in said


def test_it_can_be_stopped_before_each_step() -> None:
    asked: list[int] = []

    def check() -> None:
        asked.append(len(asked))

    solve(network(), *given(), steps=STEPS, recording=FlowRecording(Recorder()), check=check)
    before = len(asked)

    def stop() -> None:
        asked.append(0)
        if len(asked) == 2 * before:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(network(), *given(), steps=STEPS, recording=FlowRecording(Recorder()), check=stop)
    assert before > 2 * STEPS - 2


@torch.inference_mode()
def test_a_recorded_step_asks_the_host_nothing_and_finds_all_where_it_is() -> None:
    """On a device without values, which refuses whatever needs one."""
    plain = network().to("meta")
    noise, prompt, style, condition = (one.to("meta") for one in given())
    recording = FlowRecording(Recorder())
    mel = solve(plain, noise, prompt, style, condition, steps=STEPS, recording=recording)
    assert mel.shape == noise.shape and mel.device.type == "meta"


def test_the_acoustics_of_a_card_are_solved_with_it(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(model_cache, "recorder", lambda _: recorder)
    acoustics = Modules(Published(checkpoint), device=torch.device("cpu")).acoustics()
    assert isinstance(acoustics.recording, FlowRecording)
    bands, generator = 80, torch.Generator().manual_seed(0)
    content = acoustics.regulator.content_in_proj.out_features
    shapes = ((1, bands, 5), (1, 5, content), (1, 192))
    prompt = AcousticPrompt(*(torch.randn(shape, generator=generator) for shape in shapes))
    condition = torch.randn(1, 9, content, generator=generator)
    noise = noise_for(prompt, 9, generator)
    told = replace(acoustics, recording=None).mel(condition, prompt, noise, Flow(steps=4))
    assert torch.equal(acoustics.mel(condition, prompt, noise, Flow(steps=4)), told)
    assert recorder.played == 2
