"""Choosing codes: filters against those of transformers, beams against every sentence there is, sampling again."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from indextts.engines.indextts2.speech.decoding import Search, draws, find_codes, processed

STOP = 3
CODES = 4


class Table:
    """A network whose scores depend on everything before; notes how it was asked."""

    def __init__(self, seed: int = 0, codes: int = CODES, stop_bias: float = 0.0) -> None:
        self._seed, self._codes, self._bias = seed, codes, stop_bias
        self._histories: list[tuple[int, ...]] = []
        self.steps = 0

    def scores(self, history: tuple[int, ...]) -> Tensor:
        generator = torch.Generator().manual_seed(hash((self._seed, history)) % 2**31)
        scores = torch.randn(self._codes, generator=generator) * 2
        scores[STOP] += self._bias
        return scores

    def begin(self, beams: int) -> Tensor:
        self._histories = [()] * beams
        return torch.stack([self.scores(()) for _ in range(beams)])

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        self.steps += 1
        pairs = zip(parents.tolist(), codes.tolist(), strict=True)
        self._histories = [(*self._histories[parent], code) for parent, code in pairs]
        return torch.stack([self.scores(history) for history in self._histories])


def best_of_all(table: Table, longest: int, penalty: float) -> list[int]:
    """The best of every sentence that stops, and of every one that reaches the greatest length."""
    found: list[tuple[float, list[int]]] = []
    open_ones = range(CODES)
    for length in range(1, longest + 1):
        for codes in itertools.product(open_ones, repeat=length):
            if STOP in codes[:-1] or (length < longest and codes[-1] != STOP):
                continue
            total = sum(float(table.scores(codes[:at]).log_softmax(0)[code]) for at, code in enumerate(codes))
            found.append((total / length**penalty, list(codes)))
    return max(found)[1]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0]), st.floats(-2, 1))
def test_enough_beams_find_the_best_of_all(seed: int, penalty: float, bias: float) -> None:
    longest = 4
    table = Table(seed, stop_bias=bias)
    # Every sentence that goes on has a beam: there are at most 27.
    search = Search(sample=False, num_beams=40, length_penalty=penalty, repetition_penalty=1.0, max_tokens=longest)
    assert find_codes(table, search, stop=STOP, seen=()) == best_of_all(table, longest, penalty)


def test_beams_keep_what_greedy_loses() -> None:
    """The best first code leads to the worse sentence."""

    class Trap(Table):
        def scores(self, history: tuple[int, ...]) -> Tensor:
            table = {(): [0.5, 0.4, 0.05, 0.05], (0,): [0.25] * 4, (1,): [0.01, 0.01, 0.01, 0.97]}
            return torch.tensor(table.get(history, [0.1, 0.1, 0.1, 0.7])).log()

    greedy, beams = (
        find_codes(Trap(), Search(sample=False, num_beams=beams, repetition_penalty=1.0), stop=STOP, seen=())
        for beams in (1, 2)
    )
    assert greedy[0] == 0
    assert beams == [1, STOP]


@given(st.integers(0, 10_000), st.integers(1, 3), st.floats(1.0, 10.0))
def test_greedy_takes_the_best_of_the_penalised_scores(seed: int, longest: int, penalty: float) -> None:
    table = Table(seed)
    search = Search(sample=False, num_beams=1, repetition_penalty=penalty, max_tokens=longest)
    codes = find_codes(table, search, stop=STOP, seen=(1,))
    history: list[int] = []
    for code in codes:
        scores = table.scores(tuple(history)).tolist()
        for used in {1, *history}:
            scores[used] = scores[used] * penalty if scores[used] < 0 else scores[used] / penalty
        assert scores[code] == pytest.approx(max(scores))
        history.append(code)
    assert codes[-1] == STOP or len(codes) == longest
    assert STOP not in codes[:-1]


@settings(max_examples=40)
@given(
    st.integers(0, 10_000),
    st.floats(0.1, 2.0),
    st.integers(0, 12),
    st.floats(0.05, 1.0),
    st.floats(1.0, 10.0),
    st.sampled_from([1, 2]),
)
def test_filters_are_those_of_transformers(
    seed: int, temperature: float, top_k: int, top_p: float, penalty: float, keep: int
) -> None:
    from transformers import (
        RepetitionPenaltyLogitsProcessor,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(2, 10, generator=generator) * 3
    ids = torch.randint(0, 10, (2, 4), generator=generator)
    expected = RepetitionPenaltyLogitsProcessor(penalty)(ids, scores.clone())
    expected = TemperatureLogitsWarper(temperature)(ids, expected)
    if top_k:
        expected = TopKLogitsWarper(top_k, min_tokens_to_keep=keep)(ids, expected)
    if top_p < 1:
        expected = TopPLogitsWarper(top_p, min_tokens_to_keep=keep)(ids, expected)
    used = torch.zeros_like(scores, dtype=torch.bool).scatter(1, ids, True)
    search = Search(temperature=temperature, top_k=top_k, top_p=top_p, repetition_penalty=penalty)
    ours = processed(scores, used, search, keep=keep)
    assert torch.equal(ours.isfinite(), expected.isfinite())
    kept = ours.isfinite()
    assert torch.allclose(ours[kept], expected[kept], rtol=1e-6, atol=0)
    assert bool((kept.sum(1) >= keep).all())


@given(st.integers(0, 1000), st.sampled_from([1, 3]))
def test_a_seed_repeats_its_codes(seed: int, beams: int) -> None:
    search = Search(num_beams=beams, max_tokens=8, repetition_penalty=1.2)

    def run() -> list[int]:
        draw = draws(torch.Generator().manual_seed(seed))
        return find_codes(Table(1), search, stop=STOP, seen=(), draw=draw)

    codes = run()
    assert codes == run()
    assert 1 <= len(codes) <= 8


def test_seeds_differ_and_rare_codes_come_rarely() -> None:
    search = Search(num_beams=1, max_tokens=1, repetition_penalty=1.0, top_k=0, top_p=1.0, temperature=1.0)
    generator = torch.Generator().manual_seed(0)
    table = Table(7)
    counts = [0] * CODES
    for _ in range(2000):
        counts[find_codes(table, search, stop=STOP, seen=(), draw=draws(generator))[0]] += 1
    chances = table.scores(()).softmax(0).tolist()
    for count, chance in zip(counts, chances, strict=True):
        assert abs(count / 2000 - chance) < 5 * math.sqrt(chance * (1 - chance) / 2000)


@pytest.mark.parametrize("beams", [1, 3])
def test_progress_is_told_by_token_and_can_end_it_within_one(beams: int) -> None:
    table = Table(2, stop_bias=-20.0)
    told: list[int] = []

    def on_token(count: int) -> None:
        told.append(count)
        if count == 5:
            raise InterruptedError

    search = Search(num_beams=beams, max_tokens=50)
    with pytest.raises(InterruptedError):
        find_codes(table, search, stop=STOP, seen=(), on_token=on_token)
    assert told == [0, 1, 2, 3, 4, 5]
    assert table.steps == 4, "nothing is computed behind the cancel"


@pytest.mark.parametrize("beams", [1, 3])
def test_the_length_has_a_limit(beams: int) -> None:
    search = Search(num_beams=beams, max_tokens=6)
    codes = find_codes(Table(2, stop_bias=-50.0), search, stop=STOP, seen=())
    assert len(codes) == 6
    assert STOP not in codes


class Reader:
    """A model of transformers that reads everything again at each step."""

    def __init__(self, model: Any, prompt: list[int]) -> None:
        self._model, self._prompt = model, prompt
        self._histories: list[list[int]] = []

    def begin(self, beams: int) -> Tensor:
        self._histories = [self._prompt] * beams
        return self._read()

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        pairs = zip(parents.tolist(), codes.tolist(), strict=True)
        self._histories = [[*self._histories[parent], code] for parent, code in pairs]
        return self._read()

    def _read(self) -> Tensor:
        with torch.no_grad():
            scores: Tensor = self._model(torch.tensor(self._histories)).logits[:, -1]
        return scores


@pytest.mark.parametrize("seed", range(12))
def test_beams_are_those_of_transformers(seed: int) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    codes, stop, prompt = 14, 13, [1, 1, 12]
    settings = GPT2Config(vocab_size=codes, n_positions=40, n_embd=16, n_layer=1, n_head=2)
    model: Any = GPT2LMHeadModel(settings).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        parameter.normal_(0, 0.6, generator=generator)
    search = Search(
        sample=False,
        num_beams=(2, 3, 5)[seed % 3],
        repetition_penalty=(1.0, 10.0)[seed % 2],
        length_penalty=(0.0, 1.0)[seed // 6],
        max_tokens=12,
    )
    ids = torch.tensor([prompt])
    expected = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=search.max_tokens,
        num_beams=search.num_beams,
        do_sample=False,
        repetition_penalty=search.repetition_penalty,
        length_penalty=search.length_penalty,
        early_stopping=False,
        eos_token_id=stop,
        pad_token_id=stop,
    )[0, len(prompt) :].tolist()
    if stop in expected:
        expected = expected[: expected.index(stop) + 1]
    assert find_codes(Reader(model, prompt), search, stop=stop, seen=(1, 12)) == expected
