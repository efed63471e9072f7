"""Codes as a graphics card writes them, on the CPU: the same codes, the same random numbers, the same errors.

No card was at hand when this was written: what only a card can show stands in test_card.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from indextts.engines.indextts2 import card_steps
from indextts.engines.indextts2.card_graphs import Work
from indextts.engines.indextts2.card_steps import EVERY, CardSteps
from indextts.engines.indextts2.card_writing import find_on_card
from indextts.engines.indextts2.decoding import Search
from indextts.engines.indextts2.networks.gpt import UnifiedVoice, Writer
from indextts.engines.indextts2.networks.packed_linear import pack
from indextts.engines.indextts2.networks.static_cache import StaticCache
from indextts.engines.indextts2.writing import LineToWrite, find_together
from indextts.errors import StudioError
from tests.support.tiny_gpts import conditioning_vectors, config, drawn

TEXTS = ([3, 4, 5], [7], [9, 8, 7, 6, 5, 4, 3, 2], [20, 21], [11, 12, 13, 14])


def opened(stop: float = 0.0, most: int = 60) -> UnifiedVoice:
    made = drawn(UnifiedVoice(replace(config(), max_mel_tokens=most)), 8).float()
    made.mel_head.bias[config().stop_mel_token] += stop
    pack(made)
    return made


@pytest.fixture(scope="module")
def voice() -> UnifiedVoice:
    return opened()


def line(text: Sequence[int], seed: int = 0, **search: Any) -> LineToWrite:
    how = Search(**{"max_tokens": 40, "repetition_penalty": 1.3, **search})
    return LineToWrite(text, conditioning_vectors().float(), None, how, torch.Generator().manual_seed(seed))


def lines(**search: Any) -> list[LineToWrite]:
    lengths = (40, 3, 25, 40, 1)
    return [
        line(text, seed, **{"max_tokens": most, **search})
        for seed, (text, most) in enumerate(zip(TEXTS, lengths, strict=True))
    ]


WAYS: tuple[dict[str, Any], ...] = (
    {"num_beams": 1, "sample": False},
    {"num_beams": 3, "sample": False},
    {"num_beams": 2, "sample": False, "length_penalty": 1.0, "repetition_penalty": 10.0},
    {"num_beams": 1},
    {"num_beams": 3},
    {"num_beams": 3, "temperature": 2.0, "top_k": 0, "top_p": 1.0},
    {"num_beams": 4, "top_k": 5, "top_p": 0.5, "length_penalty": 0.7},
    {"num_beams": 1, "top_k": 0, "top_p": 0.9, "repetition_penalty": 1.0},
)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_card_writes_the_codes_that_the_host_finds(voice: UnifiedVoice, way: dict[str, Any]) -> None:
    here, there = lines(**way), lines(**way)
    expected = find_together(here, voice)
    assert find_on_card(there, voice) == expected
    assert len({len(codes) for codes in expected if isinstance(codes, list)}) > 2, "some end long before others"
    for one, other in zip(here, there, strict=True):
        assert torch.equal(one.generator.get_state(), other.generator.get_state()), "what is drawn next is the same"


def test_lines_of_other_ways_to_search_do_not_disturb_each_other(voice: UnifiedVoice) -> None:
    ways: list[dict[str, Any]] = [{"num_beams": 1}, {"num_beams": 4, "sample": False}, {"num_beams": 1}, {"top_k": 3}]
    here, there = ([line([5, 6], 3, **way) for way in ways] for _ in range(2))
    assert find_on_card(there, voice) == find_together(here, voice)


@pytest.mark.parametrize("beams", [1, 3])
def test_a_long_line_outgrows_its_buckets_and_its_room(beams: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    code = CardSteps.code

    def noted(self: CardSteps, voice: UnifiedVoice, bucket: int) -> None:
        looked.append(bucket)
        code(self, voice, bucket)

    monkeypatch.setattr(card_steps, "BUCKET", 16)
    monkeypatch.setattr(card_steps, "_ROOM", 48)
    monkeypatch.setattr(CardSteps, "code", noted)
    voice = opened(stop=-1e3, most=300)
    here, there = ([line(text, 1, num_beams=beams, max_tokens=250) for text in TEXTS[:2]] for _ in range(2))
    expected = find_together(here, voice)
    assert [len(codes) for codes in expected if isinstance(codes, list)] == [250, 250]
    assert find_on_card(there, voice) == expected
    assert len(set(looked)) > 10 and max(looked) > 4 * 48 and looked == sorted(looked)


@torch.inference_mode()
def test_scores_are_those_of_the_cache_that_grows() -> None:
    """In double precision, but for the scores themselves: beams of any descent, two passes of two lengths."""
    voice = drawn(UnifiedVoice(config()), 3)
    prompts = [voice.prompt(conditioning_vectors(), text) for text in ([3, 4], [9, 8, 7, 6, 5])]
    beams, cache = 3, StaticCache(2, 2, 8, passes=2, beams=3, room=64, like=voice.gpt.ln_f.weight)
    generator = torch.Generator().manual_seed(1)
    writers = [Writer(voice, prompt) for prompt in prompts]
    for number, (writer, prompt) in enumerate(zip(writers, prompts, strict=True)):
        assert torch.equal(writer.begin(beams)[:1], voice.read(prompt, cache.reader(number)))
    for written, bucket in enumerate([32] * 4 + [64] * 8, 2):
        codes, parents = (torch.randint(most, (2, beams), generator=generator) for most in (12, beams))
        expected = [w.step(*one) for w, *one in zip(writers, codes, parents, strict=True)]
        turn = cache.follow(parents, bucket)
        position = voice.mel_pos_embedding.emb.weight[written]
        got = voice.logits(voice.gpt.step(voice.mel_embedding(codes) + position, turn))
        assert torch.allclose(got, torch.stack(expected), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("code", "spoiled"),
    [
        ("out_of_range", lambda: line([4], sample=False, max_tokens=500)),
        ("voice_stumbled", lambda: replace(line([4]), vectors=conditioning_vectors().float() * torch.nan)),
        ("segment_too_long", lambda: line([4] * 30)),
    ],
)
def test_what_one_line_comes_to_harms_no_other(
    voice: UnifiedVoice, code: str, spoiled: Callable[[], LineToWrite], place: int, beams: int
) -> None:
    voice = opened(stop=-1e3) if code == "out_of_range" else voice
    bad = spoiled()
    both = []
    for _ in range(2):
        each = [line(text, seed, num_beams=beams) for seed, text in enumerate(TEXTS[:2])]
        each.insert(place, replace(bad, search=replace(bad.search, num_beams=beams)))
        both.append(each)
    expected, got = find_together(both[0], voice), find_on_card(both[1], voice)
    error, same = got.pop(place), expected.pop(place)
    assert isinstance(error, StudioError) and isinstance(same, StudioError)
    assert (error.code, str(error)) == (code, str(same))
    assert got == expected
    # What a line that stumbled left behind is not multiplied with afterwards.
    assert find_on_card([line([5, 6], num_beams=beams)], voice) == find_together([line([5, 6], num_beams=beams)], voice)


def test_what_is_recorded_is_done_again_and_not_told_again(voice: UnifiedVoice) -> None:
    done: list[str] = []

    def record(work: Work) -> Work:
        done.append("recorded")

        def again() -> None:
            done.append("again")
            work()

        return again

    voice = opened()
    here, there = lines(num_beams=3), lines(num_beams=3)
    assert find_on_card(there, voice, record=lambda _: record) == find_together(here, voice)
    assert done.count("recorded") == 1 and done.count("again") % EVERY == EVERY - 1
    before = len(done)
    find_on_card(lines(num_beams=3), voice, record=lambda _: record)
    assert done[before:] == ["again"] * (len(done) - before), "the next text finds it recorded"


def test_a_card_that_records_nothing_is_told_each_part_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    def record(work: Work) -> Work:
        raise RuntimeError("operation not permitted when stream is capturing")

    voice = opened()
    with caplog.at_level(logging.WARNING):
        codes = find_on_card(lines(), voice, record=lambda _: record)
    assert codes == find_together(lines(), voice)
    [said] = [one.message for one in caplog.records]
    assert "takes no graph" in said and "not permitted" in said


@pytest.mark.parametrize("floats", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("way", WAYS, ids=str)
@torch.inference_mode()
def test_a_code_asks_the_host_nothing(way: dict[str, Any], floats: torch.dtype) -> None:
    """On a device without values, which refuses whatever needs one, and tensors that are elsewhere."""
    voice = UnifiedVoice(config()).requires_grad_(False).to("meta", floats)
    steps = CardSteps(voice, Search(**way), 2, None)
    steps.write(voice)
    with pytest.raises(RuntimeError):
        steps.read()


def test_progress_is_told_every_few_codes_and_can_end_it(voice: UnifiedVoice) -> None:
    told: list[int] = []

    def on_codes(count: int) -> None:
        told.append(count)
        if count == 2 * EVERY:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        find_on_card([line([5, 6], max_tokens=50)], opened(stop=-1e3), on_codes=on_codes)
    assert told == [0, 0, EVERY, 2 * EVERY]
