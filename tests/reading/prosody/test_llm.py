"""A language model that decides the prosody: any shape, any tokenizer, and the text stays as it is."""

from __future__ import annotations

import copy
import functools
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    AutoTokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)
from transformers.pytorch_utils import Conv1D

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.platform.config import Config, LlmConfig
from indextts.reading import prosody
from indextts.reading.prosody.llm import MAX_TOKENS, Answer, LlmProsody
from tests.support.segments import build_segments

CORPUS = [
    "今天天气很好，我们一起去公园散步。今天天气不好，我们在家里看书。",
    "老人推开窗，看见门前的梧桐树长出了新叶。你好吗？太好了！",
    "The old man walked slowly, but he never stopped. 0=1,2\n3=0,1\n今天=1\n天气=2\n",
] * 3
TEXT = "今天天气很好，我们一起去公园散步。The old man 走得很慢，but he never stopped! 🙂"


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Networks this small spend their time waiting for a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def byte_level() -> Tokenizer:
    """Tokens that are parts of a character, and tokens that are several."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet))
    return tokenizer


def metaspace() -> Tokenizer:
    """A mark before every start of a text, as SentencePiece has it, and bytes for what it does not know."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    specials = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=500, special_tokens=specials))
    return tokenizer


def words_only() -> Tokenizer:
    """Next to nothing is known, digits neither."""
    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "今天": 1, "=": 2}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


TOKENIZERS = {"byte-level": byte_level, "metaspace": metaspace, "words": words_only}
SMALL: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 4096,
}  # fmt: skip


@functools.cache
def parts(kind: str = "byte-level", shape: str = "llama") -> tuple[Any, PreTrainedTokenizerFast]:
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=TOKENIZERS[kind]())
    torch.manual_seed(7)
    size = len(tokenizer)
    if shape == "gpt2":
        return GPT2LMHeadModel(
            GPT2Config(vocab_size=size, n_embd=32, n_layer=2, n_head=4, n_positions=4096)
        ).eval(), tokenizer
    if shape == "qwen":
        return Qwen2ForCausalLM(Qwen2Config(vocab_size=size, **SMALL)).eval(), tokenizer
    return LlamaForCausalLM(LlamaConfig(vocab_size=size, **SMALL)).eval(), tokenizer


def annotated(text: str, model: LlmProsody) -> Utterance:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=36))
    model.annotate(utterance)
    return utterance


def decisions(utterance: Utterance) -> list[tuple[int, float | None, int, float | None]]:
    return [
        (token.break_after, token.break_probability, token.prominence, token.prominence_probability)
        for segment in utterance.segments
        for token in segment.tokens
    ]


@pytest.mark.parametrize("shape", ["llama", "qwen"])
@pytest.mark.parametrize("kind", TOKENIZERS)
def test_any_model_and_tokenizer_decides_about_every_word(kind: str, shape: str) -> None:
    utterance = annotated(TEXT, LlmProsody(*parts(kind, shape)))
    for segment in utterance.segments:
        said = [token for token in segment.tokens if token.kind != "punctuation"]
        assert said[-1].break_after >= 3
        for token, after in pairwise(said):
            if token.word == after.word:
                assert (token.break_after, token.break_source) == (0, "")
            else:
                assert token.break_source == "llm" and 0.25 <= (token.break_probability or 0) <= 1
        for token in said:
            chosen = token.lang == "en"
            assert token.prominence_source == ("llm" if chosen else "")
            assert (token.prominence_probability is not None) is chosen
    assert {segment.intonation for segment in utterance.segments} <= {"statement", "exclamation", "continuation"}


def test_every_piece_of_a_text_says_that_it_goes_on() -> None:
    utterance = Utterance(TEXT * 3, segments=build_segments(TEXT * 3, max_syllables=36))
    heard: list[None] = []
    LlmProsody(*parts()).annotate(utterance, lambda: heard.append(None))
    assert len(heard) >= 2


@given(st.text(max_size=60) | st.text("今天很好，。！？ab c1🙂\n“”（", max_size=60))
@settings(max_examples=25, deadline=None)
def test_the_text_never_changes(text: str) -> None:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=36))
    before = [(segment.text, [token.text for token in segment.tokens]) for segment in utterance.segments]
    LlmProsody(*parts()).annotate(utterance)
    assert utterance.text == text
    assert [(segment.text, [token.text for token in segment.tokens]) for segment in utterance.segments] == before
    assert Utterance.from_json(utterance.to_json()) == utterance


@pytest.mark.parametrize("kind", TOKENIZERS)
def test_with_and_without_the_cache_the_labels_are_the_same(kind: str) -> None:
    fast = decisions(annotated(TEXT, LlmProsody(*parts(kind))))
    slow = decisions(annotated(TEXT, LlmProsody(*parts(kind), use_cache=False)))
    assert [row[::2] for row in fast] == [row[::2] for row in slow]
    for one, other in zip(fast, slow, strict=True):
        assert one[1] == pytest.approx(other[1], abs=1e-4) and one[3] == pytest.approx(other[3], abs=1e-4)


class _Wishes:
    """A model that wishes for one token above all; it remembers what it was given."""

    device = "cpu"

    def __init__(self, tokenizer: PreTrainedTokenizerFast, wished: str) -> None:
        self._size = len(tokenizer)
        self._wished = tokenizer.encode(wished)[0]
        self.prompts: list[list[int]] = []
        self.given: list[list[int]] = []

    def eval(self) -> _Wishes:
        return self

    def __call__(self, input_ids: Any, past_key_values: Any, use_cache: bool) -> Any:
        ids = input_ids[0].tolist()
        if past_key_values is None:
            self.prompts.append(ids)
            self.given.append([])
        self.given[-1] += ids
        logits = torch.zeros(1, 1, self._size)
        logits[..., self._wished] = 9.0
        return SimpleNamespace(logits=logits, past_key_values="seen")


@pytest.mark.parametrize("label", [0, 1, 2, 3])
def test_the_models_choice_becomes_the_break_with_its_probability(label: int) -> None:
    _, tokenizer = parts()
    utterance = annotated("我们一起去公园散步", LlmProsody(_Wishes(tokenizer, str(label)), tokenizer))
    tokens = utterance.segments[0].tokens
    ends = [token for token, after in pairwise(tokens) if token.word != after.word]
    assert {token.break_after for token in ends} == {label}
    assert all((token.break_probability or 0) > 0.99 for token in ends)


def test_a_wish_for_other_text_is_not_heard() -> None:
    _, tokenizer = parts()
    model = _Wishes(tokenizer, "坏")
    annotated("今天天气很好。", LlmProsody(model, tokenizer))
    (given,) = model.given
    answer = str(tokenizer.decode(given)).rpartition("”")[2].strip()
    assert re.sub(r"=\d", "", answer).replace("\n", "").startswith("今天天气很好。"), answer


def test_what_a_person_has_set_stays_and_the_model_hears_of_it() -> None:
    _, tokenizer = parts()
    model = _Wishes(tokenizer, "0")
    utterance = Utterance("我们 walk 很久", segments=build_segments("我们 walk 很久", max_syllables=36))
    tokens = utterance.segments[0].tokens
    tokens[1].break_after, tokens[1].break_source = 2, "user"
    tokens[2].prominence, tokens[2].prominence_source = 2, "user"
    LlmProsody(model, tokenizer).annotate(utterance)
    assert (tokens[1].break_after, tokens[1].break_source) == (2, "user")
    assert (tokens[2].prominence, tokens[2].prominence_source) == (2, "user")
    said = tokenizer.decode(model.given[0])
    assert "我们=2\n" in said and "walk=0,2\n" in said


def test_a_long_sentence_is_asked_for_in_pieces_with_what_came_before() -> None:
    _, tokenizer = parts()
    model = _Wishes(tokenizer, "1")
    text = "今天天气很好我们一起去公园散步" * 60
    annotated(text, LlmProsody(model, tokenizer))
    asked = [re.findall(r"请标：“(.*)”", str(tokenizer.decode(prompt)))[0] for prompt in model.prompts]
    assert "".join(asked) == text and len(asked) > 3
    assert all(len(tokenizer.encode(piece)) <= MAX_TOKENS for piece in asked)
    for before, prompt in zip(asked, model.prompts[1:], strict=False):
        assert f"上文：“{before[-40:]}”" in tokenizer.decode(prompt)


def test_a_word_without_end_does_not_fill_the_model() -> None:
    _, tokenizer = parts()
    model = _Wishes(tokenizer, "1")
    annotated("x" * 9000 + " 好", LlmProsody(model, tokenizer))
    assert max(map(len, model.given)) < 2000


def test_labels_of_several_tokens_can_be_told_apart() -> None:
    _, tokenizer = parts()
    answer = Answer(_Wishes(tokenizer, "2"), tokenizer, tokenizer.encode("选"))
    answer.write("结果=")
    assert answer.choose(["10", "12", "1"])[0] == 1
    assert answer.choose(["一样"])[0] == 0


def test_a_model_in_a_folder_is_opened_by_the_configuration(tmp_path: Path) -> None:
    model, tokenizer = parts("byte-level", "qwen")
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    opened = prosody.load("llm", Config(prosody=LlmConfig(model=str(tmp_path))))
    utterance = Utterance(TEXT, segments=build_segments(TEXT, max_syllables=36))
    opened.annotate(utterance)
    same = LlmProsody(model, AutoTokenizer.from_pretrained(tmp_path))
    assert decisions(utterance) == decisions(annotated(TEXT, same))


@pytest.mark.parametrize("shape", ["llama", "qwen", "gpt2", "tied"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_on_a_cpu_its_weights_may_have_8_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    model, tokenizer = parts("byte-level", "llama" if shape == "tied" else shape)
    if shape == "tied":
        torch.manual_seed(7)
        model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), tie_word_embeddings=True, **SMALL)).eval()
    copy.deepcopy(model).to(dtype).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    opened = prosody.load("llm", Config(prosody=LlmConfig(model=str(tmp_path), int8=True)))
    network = opened._model  # type: ignore[attr-defined]
    kinds = [type(module) for module in network.modules()]
    assert torch.nn.Linear not in kinds and Conv1D not in kinds
    assert sum(kind.__name__ == "Linear" for kind in kinds) >= 8
    ids = torch.tensor([tokenizer.encode("今天天气很好，The old man walked slowly")])
    with torch.inference_mode():
        exact, rounded = (one(input_ids=ids).logits.flatten() for one in (model, network))
    assert torch.nn.functional.cosine_similarity(exact, rounded, dim=0) > 0.99
    utterance = Utterance(TEXT, segments=build_segments(TEXT, max_syllables=36))
    opened.annotate(utterance)
    said = [token for segment in utterance.segments for token in segment.tokens if token.kind != "punctuation"]
    assert {token.break_source for token in said} >= {"llm", "punctuation"} and said[-1].break_after >= 3


def test_a_chat_model_is_asked_in_its_own_way() -> None:
    _, tokenizer = parts()
    template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]"
    chatty = PreTrainedTokenizerFast(tokenizer_object=tokenizer.backend_tokenizer, chat_template=template)
    model = _Wishes(chatty, "1")
    annotated("今天很好。", LlmProsody(model, chatty))
    said = str(chatty.decode(model.prompts[0]))
    assert said.startswith("[user]你是播音员") and "[assistant]今天=" in said


@pytest.mark.parametrize("model", ["nowhere/such-a-model", "EMPTY"])
def test_a_model_that_is_not_there_is_told_clearly(model: str, tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        LlmProsody.open(str(tmp_path) if model == "EMPTY" else model)
    assert caught.value.code == "prosody_unusable" and caught.value.details["reason"]


@pytest.mark.parametrize("model", ["/nowhere/llm", "~/no such folder", "./llm", "../llm/x", "models/a/b"])
def test_a_folder_that_is_not_there_is_called_one(model: str) -> None:
    with pytest.raises(StudioError) as caught:
        prosody.load("llm", Config(prosody=LlmConfig(model=model)))
    assert caught.value.code == "prosody_unusable"
    english, chinese = caught.value.localise("en")[0], caught.value.localise("zh")[0]
    assert "there is no such folder" in english and "没有这个目录" in chinese
    assert all(model in said and "Repo id" not in said for said in (english, chinese))


def test_without_pytorch_the_error_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(StudioError) as caught:
        LlmProsody.open("any")
    assert caught.value.code == "dependency_missing"
    assert caught.value.details == {"package": "torch", "command": "./start_app.sh --with llm"}


def test_without_a_model_in_the_configuration_the_error_says_what_to_write() -> None:
    with pytest.raises(StudioError) as caught:
        prosody.load("llm", Config())
    assert caught.value.code == "prosody_not_set"
