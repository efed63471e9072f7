"""Emotion by weights, and by words through the small language model."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.emotion import (
    BIAS,
    EMOTIONS,
    MOST,
    THINKING_ENDS,
    Exemplars,
    QwenEmotion,
    normalised,
    parse,
    scaled,
)
from indextts.model.errors import StudioError

WEIGHTS = st.lists(st.floats(0, 1.5), min_size=8, max_size=8)
GROUPS = (1, 2, 3, 1, 2, 1, 1, 4)


def exemplars() -> Exemplars:
    generator = torch.Generator().manual_seed(0)
    count = sum(GROUPS)
    return Exemplars(torch.randn(count, 6, generator=generator), torch.randn(count, 5, generator=generator), GROUPS)


@given(WEIGHTS, st.booleans())
def test_weights_add_up_to_no_more_than_the_limit(weights: list[float], bias: bool) -> None:
    fit = normalised(weights, bias=bias)
    assert sum(fit) <= MOST + 1e-9
    biased = [weight * factor for weight, factor in zip(weights, BIAS if bias else [1.0] * 8, strict=True)]
    if sum(biased) <= MOST:
        assert fit == biased
    else:
        assert fit == pytest.approx([weight * MOST / sum(biased) for weight in biased])


@given(WEIGHTS, st.floats(-1, 2))
def test_strength_scales_and_cuts_behind_four_decimals(weights: list[float], strength: float) -> None:
    result = scaled(weights, strength)
    if strength >= 1:
        assert result == weights
    for weight, was in zip(result, weights, strict=True):
        assert -1e-12 <= was * min(max(strength, 0), 1) - weight < 1.001e-4
        if strength < 1:
            assert round(weight, 4) == weight


def test_the_nearest_row_of_each_group_is_taken_whatever_its_length() -> None:
    table = exemplars()
    for number in range(sum(GROUPS)):
        places = table.nearest(table.styles[number : number + 1] * 7)
        starts = [sum(GROUPS[:group]) for group in range(8)]
        group = max(at for at in range(8) if starts[at] <= number)
        assert places[group] == number - starts[group]


@given(WEIGHTS)
def test_mixing_takes_rows_by_weight_and_leaves_the_rest_to_the_base(weights: list[float]) -> None:
    table = exemplars()
    places = [size - 1 for size in GROUPS]
    base = torch.ones(1, 5)
    rows = table.vectors.split(GROUPS)
    expected = base * (1 - sum(weights))
    for weight, group, place in zip(weights, rows, places, strict=True):
        expected = expected + weight * group[place]
    assert torch.allclose(table.mix(base, weights, places), expected, atol=1e-4)


def test_tables_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(StudioError) as caught:
        Exemplars(torch.zeros(14, 6), torch.zeros(15, 5), GROUPS)
    assert caught.value.code == "bad_file"


@given(st.dictionaries(st.sampled_from(["高兴", "悲伤", "低落", "自然", "别的"]), st.floats(-3, 3)))
def test_answers_are_held_within_their_bounds(answer: dict[str, float]) -> None:
    weights = parse("今天天气", json.dumps(answer))
    assert tuple(weights) == EMOTIONS
    assert all(0 <= weight <= 1.2 for weight in weights.values())
    assert any(weights.values()), "an answer without an emotion is calm"
    if 0 < answer.get("高兴", 0) <= 1.2:
        assert weights["happy"] == answer["高兴"]


@pytest.mark.parametrize("answer", ['{"高兴": NaN}', '{"高兴": null}', '{"高兴": "mauve"}'])
def test_answers_that_mean_nothing_are_refused(answer: str) -> None:
    with pytest.raises(StudioError) as caught:
        parse("今天", answer)
    assert caught.value.code == "emotion_unclear"


class Ids(SimpleNamespace):
    def to(self, device: Any) -> Ids:
        return self

    def keys(self) -> list[str]:
        return ["input_ids"]

    def __getitem__(self, name: str) -> Any:
        return self.input_ids


class Chat:
    """Notes what it is asked, and answers what it is told to."""

    device = "cpu"

    def __init__(self, written: list[int], words: dict[int, str]) -> None:
        self.asked: list[Any] = []
        self._written, self._words = written, words

    def eval(self) -> Chat:
        return self

    def apply_chat_template(self, messages: Any, **settings: Any) -> str:
        self.asked.append((messages, settings))
        return "PROMPT"

    def __call__(self, texts: list[str], return_tensors: str) -> Ids:
        assert texts == ["PROMPT"]
        return Ids(input_ids=torch.tensor([[7, 8, 9]]))

    def generate(self, *, input_ids: Any, max_new_tokens: int, stopping_criteria: list[Any]) -> Any:
        for stop in stopping_criteria:
            assert not stop(input_ids, None).any()
        return torch.cat((input_ids, torch.tensor([self._written])), dim=1)

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return "".join(self._words[one] for one in ids)


def test_the_model_is_asked_as_it_was_tuned_and_its_thoughts_are_dropped() -> None:
    words = {1: '{"悲伤": 0.9}', 2: '{"高兴": ', 3: "0.5}"}
    chat = Chat([1, THINKING_ENDS, 1, THINKING_ENDS, 2, 3], words)
    weights = QwenEmotion(chat, chat).weights("太好了")
    assert weights["happy"] == 0.5 and weights["sad"] == 0
    (messages, settings) = chat.asked[0]
    assert [message["role"] for message in messages] == ["system", "user"]
    assert messages[1]["content"] == "太好了"
    assert settings == {"tokenize": False, "add_generation_prompt": True, "enable_thinking": False}
    without = Chat([2, 3], words)
    assert QwenEmotion(without, without).weights("太好了") == weights
    with pytest.raises(InterruptedError):
        QwenEmotion(chat, chat).weights("太好了", stopped)


def stopped() -> None:
    raise InterruptedError


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        QwenEmotion.open(tmp_path)
    assert caught.value.code == "bad_file"


def test_a_model_in_a_folder_is_opened_and_asked(tmp_path: Path) -> None:
    """Tiny and empty: every token is as likely as any, so that the first one, which ends an answer, comes at once."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

    words = Tokenizer(WordLevel({"<end>": 0, "<unk>": 1}, unk_token="<unk>"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", unk_token="<unk>")
    tokenizer.chat_template = "{{ messages[1].content }}{% if not enable_thinking %} quick{% endif %}"
    tokenizer.save_pretrained(str(tmp_path))
    settings: dict[str, Any] = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "vocab_size": 2}
    settings |= {"head_dim": 4, "num_attention_heads": 2, "num_key_value_heads": 1, "tie_word_embeddings": False}
    model: Any = Qwen3ForCausalLM(Qwen3Config(**settings, eos_token_id=0, bos_token_id=0, pad_token_id=0))
    model.lm_head.weight.data.zero_()
    model.save_pretrained(str(tmp_path))
    weights = QwenEmotion.open(tmp_path).weights("不知道说什么")
    assert weights == {name: float(name == "calm") for name in EMOTIONS}
