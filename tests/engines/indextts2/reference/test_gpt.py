"""The GPT: its cache against none, beams against each one alone, prompts, and the latent pass."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference import gpt
from indextts.engines.indextts2.reference.gpt import CodeWriter, UnifiedVoice
from indextts.engines.indextts2.speech.decoding import Search, find_codes
from indextts.model.errors import StudioError
from tests.support.tiny_gpts import conditioning_vectors, config, drawn, voice

CODES = 12  # codes that are neither start nor stop


def whole(network: UnifiedVoice, prompt: gpt.TextPrompt, codes: list[int]) -> torch.Tensor:
    """The scores of the next code with everything read at once: positions 0, then 2, 3, 4, …"""
    ids = torch.tensor([network.config.start_mel_token, *codes])
    places = torch.tensor([0, *range(2, len(codes) + 2)])
    mel = network.mel_embedding(ids) + network.mel_pos_embedding.emb.weight[places]
    hidden = network.gpt(torch.cat((prompt.condensed, mel[None]), dim=1))
    return network.logits(hidden[0, -1])


@settings(max_examples=25)
@given(st.lists(st.integers(0, CODES - 1), max_size=12), st.lists(st.integers(2, 29), min_size=1, max_size=6))
def test_the_cache_changes_nothing(codes: list[int], text: list[int]) -> None:
    network = voice()
    prompt = network.prompt(conditioning_vectors(), text)
    writer = CodeWriter(network, prompt)
    scores = writer.begin(1)
    for count, code in enumerate(codes):
        assert torch.allclose(scores[0], whole(network, prompt, codes[:count]), atol=1e-5)
        scores = writer.step(torch.tensor([code]), torch.tensor([0]))
    assert torch.allclose(scores[0], whole(network, prompt, codes), atol=1e-5)


@settings(max_examples=25)
@given(st.data())
def test_beams_that_change_places_are_each_as_if_alone(data: st.DataObject) -> None:
    beams = data.draw(st.integers(2, 4))
    network = voice(seed=3)
    prompt = network.prompt(conditioning_vectors(), [5, 6, 7])
    writer = CodeWriter(network, prompt)
    scores = writer.begin(beams)
    histories: list[list[int]] = [[] for _ in range(beams)]
    for _ in range(data.draw(st.integers(1, 6))):
        parents = data.draw(st.lists(st.integers(0, beams - 1), min_size=beams, max_size=beams))
        codes = data.draw(st.lists(st.integers(0, CODES - 1), min_size=beams, max_size=beams))
        histories = [[*histories[parent], code] for parent, code in zip(parents, codes, strict=True)]
        scores = writer.step(torch.tensor(codes), torch.tensor(parents))
    for beam, history in enumerate(histories):
        assert torch.allclose(scores[beam], whole(network, prompt, history), atol=1e-5)


def test_the_cache_grows_past_its_first_room() -> None:
    network = voice(seed=5)
    prompt = network.prompt(conditioning_vectors(), [5, 6])
    writer = CodeWriter(network, prompt)
    scores = writer.begin(3)
    generator = torch.Generator().manual_seed(2)
    histories: list[list[int]] = [[], [], []]
    for _ in range(150):
        parents, codes = (torch.randint(0, top, (3,), generator=generator) for top in (3, CODES))
        histories = [[*histories[p], c] for p, c in zip(parents.tolist(), codes.tolist(), strict=True)]
        scores = writer.step(codes, parents)
    for beam, history in enumerate(histories):
        assert torch.allclose(scores[beam], whole(network, prompt, history), atol=1e-5)


@given(st.lists(st.integers(0, 6), max_size=10))
def test_start_and_stop_tokens_inside_a_text_only_pad_it(text: list[int]) -> None:
    network = voice()
    kept = [token for token in text if token > 1]
    prompt, plain = (network.prompt(conditioning_vectors(), ids) for ids in (text, kept))
    pads = len(text) - len(kept)
    assert prompt.embeddings.shape[1] == 5 + len(text) + 2
    assert not prompt.counts[:pads].any() and prompt.counts[pads:].all()
    assert not prompt.embeddings[:, :pads].any()
    assert torch.equal(prompt.condensed, plain.embeddings)
    assert plain.counts.all()


def test_a_language_is_added_to_the_text_alone() -> None:
    network = voice("style")
    without, with_it = (network.prompt(conditioning_vectors(), [4, 5], language).embeddings for language in (None, 7))
    difference = with_it - without
    assert not difference[:, :5].any()
    assert torch.allclose(difference[0, 5:], network.lang_embedding.weight[7].expand(4, -1))


def test_latents_belong_to_their_codes() -> None:
    """One for each code; a later code changes no earlier one's, and the text is taken with its own 0 and 1."""
    network = voice()
    conds = conditioning_vectors()
    latents = network.latent(conds, [5, 1, 6], [3, 4, 5, 6])
    assert latents.shape == (1, 4, 16)
    changed = network.latent(conds, [5, 1, 6], [3, 4, 9, 6])
    assert torch.allclose(latents[:, :3], changed[:, :3])
    assert not torch.allclose(latents[:, 3], changed[:, 3])
    assert not torch.allclose(latents, network.latent(conds, [5, 6], [3, 4, 5, 6]))


def test_a_text_too_long_for_the_positions_is_refused() -> None:
    network = voice()
    network.prompt(conditioning_vectors(), [5] * 20)
    for read in (network.prompt, lambda conds, text: network.latent(conds, text, [1])):
        with pytest.raises(StudioError) as caught:
            read(conditioning_vectors(), [5] * 21)
        assert caught.value.code == "segment_too_long"


def test_codes_end_where_the_positions_do() -> None:
    network = voice()
    rows = network.mel_pos_embedding.emb.num_embeddings
    writer = CodeWriter(network, network.prompt(conditioning_vectors(), [5]))
    writer.begin(1)
    for _ in range(rows - 2):
        writer.step(torch.tensor([1]), torch.tensor([0]))
    with pytest.raises(StudioError):
        writer.step(torch.tensor([1]), torch.tensor([0]))


def test_the_longest_search_that_the_settings_allow_fits() -> None:
    network = drawn(UnifiedVoice(config()), 4)
    network.mel_head.bias[network.config.stop_mel_token] = -1e4  # never stop
    writer = CodeWriter(network, network.prompt(conditioning_vectors(), [5]))
    most = network.config.max_mel_tokens
    search = Search(sample=False, num_beams=1, max_tokens=most)
    codes = find_codes(writer, search, stop=13, seen=network.always_seen)
    assert len(codes) == most


def test_loading_leaves_other_entries_alone_and_names_what_is_missing() -> None:
    state = {name: tensor.float() for name, tensor in voice().state_dict().items()}
    extra = ("gpt.wte.weight", "inference_model.lm_head.0.weight", "text_head.bias")
    loaded = gpt.load({**state, **dict.fromkeys(extra, torch.zeros(3))}, config(), source="gpt.pth")
    assert torch.equal(loaded.mel_head.weight, state["mel_head.weight"])
    del state["final_norm.weight"]
    with pytest.raises(StudioError) as caught:
        gpt.load(state, config(), source="gpt.pth")
    assert caught.value.code == "weights_mismatch"
    assert "gpt.pth" in str(caught.value)
    assert "final_norm.weight" in str(caught.value)
