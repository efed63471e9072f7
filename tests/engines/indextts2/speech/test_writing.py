"""Lines that are written together: each as if it were alone, whatever becomes of the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from indextts.engines.indextts2.fast.packed_linear import pack
from indextts.engines.indextts2.reference import gpt
from indextts.engines.indextts2.reference.gpt import CodeWriter, UnifiedVoice
from indextts.engines.indextts2.speech import writing
from indextts.engines.indextts2.speech.decoding import Search, draws, find_codes
from indextts.engines.indextts2.speech.writing import (
    LineToWrite,
    WrittenAhead,
    WrittenCodes,
    find_together,
    write_lines,
)
from indextts.model.errors import StudioError
from tests.support.tiny_gpts import conditioning_vectors, config, drawn

STOP = 13
TEXTS = ([3, 4, 5], [7], [9, 8, 7, 6, 5, 4, 3, 2], [20, 21], [11, 12, 13, 14])


@pytest.fixture(scope="module")
def voice() -> UnifiedVoice:
    made = drawn(UnifiedVoice(replace(config(), max_mel_tokens=60)), 8).float()
    pack(made)
    return made


def line(text: Sequence[int], *, seed: int = 0, vectors: Tensor | None = None, **search: object) -> LineToWrite:
    how = Search(**{"max_tokens": 40, "repetition_penalty": 1.3, **search})  # type: ignore[arg-type]
    if vectors is None:
        vectors = conditioning_vectors().float()
    return LineToWrite(text, vectors, None, how, torch.Generator().manual_seed(seed))


@torch.inference_mode()
def alone(one: LineToWrite, voice: UnifiedVoice) -> list[int]:
    writer = CodeWriter(voice, voice.prompt(one.vectors, one.text))
    return find_codes(writer, one.search, stop=STOP, seen=voice.always_seen, draw=draws(one.generator))


def found(one: WrittenCodes | StudioError) -> WrittenCodes:
    assert isinstance(one, WrittenCodes)
    return one


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("beams", [1, 3])
def test_each_line_has_the_codes_that_it_has_alone(voice: UnifiedVoice, beams: int, sample: bool) -> None:
    def lines() -> list[LineToWrite]:
        lengths = (40, 3, 25, 40, 1)
        return [
            line(text, seed=seed, num_beams=beams, sample=sample, max_tokens=most)
            for seed, (text, most) in enumerate(zip(TEXTS, lengths, strict=True))
        ]

    expected = [alone(one, voice) for one in lines()]
    written = [found(one) for one in write_lines(lines(), voice, latents=True)]
    assert [one.codes for one in written] == expected
    assert len({len(one.codes) for one in written}) > 2, "some end long before others"
    for one, own in zip(written, lines(), strict=True):
        [by_itself] = write_lines([own], voice, latents=True)
        latent = found(by_itself).latent
        assert (one.latent is None) == (latent is None)
        assert latent is None or (one.latent is not None and torch.allclose(one.latent, latent, atol=1e-5))


def test_lines_of_other_ways_to_search_go_together_too(voice: UnifiedVoice) -> None:
    ways: list[dict[str, Any]] = [{"num_beams": 1}, {"num_beams": 4, "sample": False}, {"num_beams": 2, "top_k": 3}]
    expected = [alone(line([5, 6], seed=3, **way), voice) for way in ways]
    assert find_together([line([5, 6], seed=3, **way) for way in ways], voice) == expected


def test_a_line_that_is_over_costs_the_others_nothing(voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []
    step = gpt.step_together

    def noted(each: Sequence[tuple[CodeWriter, Tensor, Tensor]]) -> list[Tensor]:
        rows.append(sum(len(parents) for _, _, parents in each))
        return step(each)

    monkeypatch.setattr(writing, "step_together", noted)
    lengths = (10, 4, 7)
    codes = find_together([line([5, 6], num_beams=1, max_tokens=most, temperature=5.0) for most in lengths], voice)
    expected = [sum(len(one) > at for one in codes if isinstance(one, list)) for at in range(1, 10)]
    assert rows == [count for count in expected if count]


@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("code", "spoiled"),
    [
        ("out_of_range", lambda: line([4], sample=False, max_tokens=500, vectors=endless())),
        ("voice_stumbled", lambda: line([4], vectors=conditioning_vectors().float() * torch.nan)),
        ("segment_too_long", lambda: line([4] * 30)),
    ],
)
def test_what_one_line_comes_to_harms_no_other(
    voice: UnifiedVoice, code: str, spoiled: Callable[[], LineToWrite], place: int, beams: int
) -> None:
    def lines() -> list[LineToWrite]:
        return [line(text, seed=seed, num_beams=beams) for seed, text in enumerate(TEXTS[:2])]

    if code == "out_of_range":
        voice = unstopping(voice)
    expected: list[object] = [alone(one, voice) for one in lines()]
    together = lines()
    bad = spoiled()
    together.insert(place, replace(bad, search=replace(bad.search, num_beams=beams)))
    codes = find_together(together, voice)
    error = codes.pop(place)
    assert isinstance(error, StudioError) and error.code == code
    assert codes == expected


def endless() -> Tensor:
    return conditioning_vectors(seed=2).float()


def unstopping(_: UnifiedVoice) -> UnifiedVoice:
    """The same that never stops by itself."""
    made = drawn(UnifiedVoice(replace(config(), max_mel_tokens=60)), 8).float()
    made.mel_head.bias[STOP] = -1e3
    pack(made)
    return made


def test_beams_remember_hardly_more_than_one_of_them(voice: UnifiedVoice) -> None:
    prompt = voice.prompt(conditioning_vectors().float(), [5, 6])
    writer = CodeWriter(voice, prompt)
    writer.begin(3)
    before = writer.cache.length
    for code in range(12):
        writer.step(torch.tensor([code, code, code]), torch.tensor([0, 0, 0]))
    assert writer.cache.length <= before + 12 + 2


def test_all_can_be_stopped_between_two_codes(voice: UnifiedVoice) -> None:
    told: list[int] = []

    def on_codes(count: int) -> None:
        told.append(count)
        if count == 3:
            raise StudioError("cancelled")

    with pytest.raises(StudioError) as caught:
        lines = [line([5, 6], seed=seed, temperature=5.0) for seed in range(3)]
        write_lines(lines, voice, latents=True, on_codes=on_codes)
    assert caught.value.code == "cancelled" and told == [0, 1, 2, 3]


@pytest.mark.parametrize("when", range(1, 13))
def test_all_can_be_stopped_in_every_layer(voice: UnifiedVoice, when: int) -> None:
    """Two prompts and two latent passes, of two layers each, and what is between them."""
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked >= when:
            raise StudioError("cancelled")

    with pytest.raises(StudioError) as caught:
        write_lines([line([5, 6], seed=seed, max_tokens=2) for seed in range(2)], voice, latents=True, check=check)
    assert caught.value.code == "cancelled" and asked == when


# ---------------------------------------------------------------------- ahead


class Counted:
    """What is written in one go, by the texts; the network's own way to do it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes: list[list[Sequence[int]]] = []
        write = writing.write_lines

        def noted(lines: Sequence[LineToWrite], *given: object, **more: object) -> list[WrittenCodes | StudioError]:
            self.goes.append([one.text for one in lines])
            return write(lines, *given, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(writing, "write_lines", noted)


def test_what_was_written_ahead_is_there_when_its_turn_comes(
    voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, ahead = Counted(monkeypatch), WrittenAhead()
    expected = [alone(line(text, seed=4), voice) for text in TEXTS]
    codes = []
    for place, text in enumerate(TEXTS):
        others = [line(other, seed=4) for other in TEXTS[place + 1 : place + 4]]
        codes.append(ahead.written(line(text, seed=4), others, lambda: voice, latents=True)[0].codes)
    assert codes == expected and counted.goes == [[*TEXTS[:4]], [TEXTS[4]]]


def test_what_is_drawn_afterwards_is_the_same(voice: UnifiedVoice) -> None:
    ahead = WrittenAhead()
    ahead.written(line([3]), [line([4], seed=9)], lambda: voice, latents=False)
    later, now = line([4], seed=9), line([4], seed=9)
    ahead.written(later, [], lambda: voice, latents=False)
    alone(now, voice)
    assert torch.equal(torch.rand(5, generator=later.generator), torch.rand(5, generator=now.generator))


@pytest.mark.parametrize(
    "other",
    [
        lambda: line([5, 7], seed=9),
        lambda: line([5, 6], seed=8),
        lambda: line([5, 6], seed=9, temperature=0.5),
        lambda: line([5, 6], seed=9, vectors=conditioning_vectors(seed=3).float()),
        lambda: replace(line([5, 6], seed=9), language=1),
    ],
)
def test_nothing_else_is_taken_for_it(
    voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch, other: Callable[[], LineToWrite]
) -> None:
    counted, ahead = Counted(monkeypatch), WrittenAhead()
    ahead.written(line([3]), [line([5, 6], seed=9)], lambda: voice, latents=False)
    with pytest.raises(AttributeError) if other().language else torch.inference_mode():
        ahead.written(other(), [], lambda: voice, latents=False)
    assert counted.goes[1] == [other().text]


def test_what_failed_ahead_fails_when_its_turn_comes(voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    counted, ahead = Counted(monkeypatch), WrittenAhead()
    too_long = [4] * 30
    written, ahead_s = ahead.written(line([3]), [line(too_long)], lambda: voice, latents=False)
    assert written.codes == alone(line([3]), voice) and ahead_s == 0
    with pytest.raises(StudioError) as caught:
        ahead.written(line(too_long), [], lambda: voice, latents=False)
    assert caught.value.code == "segment_too_long" and counted.goes[1:] == [[too_long]]


def test_the_time_that_lines_take_together_is_shared_among_them_by_their_length(
    voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((100.0, 112.0))
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    ahead, texts = WrittenAhead(), TEXTS[:3]
    first, lent_s = ahead.written(line(texts[0]), [*map(line, texts[1:])], lambda: voice, latents=False)
    lengths, own_s = [len(first.codes)], []
    for text in texts[1:]:
        written, seconds = ahead.written(line(text), [], lambda: voice, latents=False)
        lengths.append(len(written.codes))
        own_s.append(-seconds)
    assert own_s == pytest.approx([12.0 * length / sum(lengths) for length in lengths[1:]])
    assert lent_s == pytest.approx(sum(own_s))
    assert ahead.written(line(texts[1]), [], lambda: voice, latents=False)[1] == 0, "it is counted once"


def test_it_can_be_forgotten(voice: UnifiedVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    counted, ahead = Counted(monkeypatch), WrittenAhead()
    ahead.written(line([3]), [line([4])], lambda: voice, latents=False)
    ahead.clear()
    ahead.written(line([4]), [], lambda: voice, latents=False)
    assert len(counted.goes) == 2
