"""UnifiedVoice, the GPT that turns text into semantic codes, 50 (version 2.5: 25) for a second of speech.

A prompt is: the conditioning vectors, then the text between its start and stop tokens. After it the codes follow, from
a start token on. Text and codes have learned positions of their own, each counted from 0.

While codes are generated, positions have a gap: the start token has 0, and generated code number k has k + 1 when it is
fed back, so 1 never occurs. The latent pass (version 2.0) reads the finished codes once more, without the gap.

The transformer has the blocks of GPT-2 without position embeddings of its own: layer norm first, causal attention,
tanh-GELU; its weights are stored input by output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.config import LANGUAGES, GptConfig
from indextts.engines.indextts2.checkpoint.weights import State, build
from indextts.engines.indextts2.networks.packed_linear import Projection
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

OWN: Final = (
    *("gpt.h.", "gpt.ln_f.", "final_norm.", "mel_head.", "text_embedding.", "mel_embedding."),
    *("text_pos_embedding.", "mel_pos_embedding.", "lang_embedding."),
)
"""What the names of those tensors begin with that are this network's."""
_MASKS: Final = r"gpt\.h\.\d+\.attn\.(masked_)?bias$"
"""Of the library that the network was trained with."""
_ROOM: Final = 192
"""Entries that there is room for after the prompt at first; doubled whenever it is used up."""


@dataclass(frozen=True)
class TextPrompt:
    """What stands in front of the codes: ``[1, P, width]``, and ``[P]``, true where it counts.

    Text loses the start and stop tokens that it holds itself; as many masked zero vectors then stand at the front.
    """

    embeddings: Tensor
    counts: Tensor

    @property
    def condensed(self) -> Tensor:
        """Only what counts, ``[1, P', width]``: positions are in the embeddings already, so nothing else changes."""
        return self.embeddings[:, self.counts]


class Positions(nn.Module):
    """Learned positions."""

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(count, width)

    def forward(self, length: int) -> Tensor:
        """The first ``length``, ``[length, width]``."""
        return self.emb.weight[:length]


class UnifiedVoice(nn.Module):
    """The network without its encoders of speaker and emotion (those are in ``conditioning.py``)."""

    def __init__(self, config: GptConfig) -> None:
        super().__init__()
        width = config.model_dim
        self.config = config
        self.gpt = Transformer(config.layers, width, config.heads)
        self.final_norm = nn.LayerNorm(width)
        self.mel_head = nn.Linear(width, config.number_mel_codes)
        self.text_embedding = nn.Embedding(config.number_text_tokens + 1, width)
        self.mel_embedding = nn.Embedding(config.number_mel_codes, width)
        self.text_pos_embedding = Positions(config.max_text_tokens + 2, width)
        self.mel_pos_embedding = Positions(config.max_mel_tokens + 3, width)
        if config.speaker == "style":
            self.lang_embedding = nn.Embedding(LANGUAGES + 1, width)

    def prompt(self, conditioning: Tensor, text: Sequence[int], language: int | None = None) -> TextPrompt:
        """Conditioning vectors ``[1, C, width]`` (of any dtype and device) and the text's token ids as a prompt.

        ``language`` is version 2.5's language number. Raises :class:`StudioError` ``segment_too_long``.
        """
        ends = (self.config.start_text_token, self.config.stop_text_token)
        kept = [token for token in text if token not in ends]
        text_rows = self._text(kept, language)
        parts = torch.cat((conditioning.to(text_rows), text_rows), dim=1)
        pads = len(text) - len(kept)
        counts = torch.ones(parts.shape[1] + pads, dtype=torch.bool, device=parts.device)
        counts[:pads] = False
        return TextPrompt(functional.pad(parts, (0, 0, pads, 0)), counts)

    @property
    def always_seen(self) -> tuple[int, int]:
        """Codes that count as used from the start: the prompt's stand-in ids are all 1, then comes the start token."""
        return self.config.stop_text_token, self.config.start_mel_token

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of the codes, float32, from the transformer's output ``[…, width]``."""
        return cast(Tensor, self.mel_head(self.final_norm(hidden))).float()

    def latent(self, conditioning: Tensor, text: Sequence[int], codes: Sequence[int]) -> Tensor:
        """What the network makes of the finished codes ``[M]``: ``[1, M, width]``, from one pass over everything.

        The output at the start token belongs to the first code, and so on. ``text`` is taken as it is, with whatever
        start and stop tokens it holds. Raises :class:`StudioError` ``segment_too_long``.
        """
        ends = (self.config.start_mel_token, self.config.stop_mel_token)
        mel = self.mel_embedding(self._ids([ends[0], *codes, ends[1]])) + self.mel_pos_embedding(len(codes) + 2)
        whole = torch.cat((conditioning.to(mel), self._text(text), mel[None]), dim=1)
        return cast(Tensor, self.final_norm(self.gpt(whole)))[:, -(len(codes) + 2) : -2]

    def _text(self, text: Sequence[int], language: int | None = None) -> Tensor:
        length, room = len(text) + 2, self.text_pos_embedding.emb.num_embeddings
        if length > room:
            raise StudioError("segment_too_long", length=len(text), limit=room - 2)
        ids = self._ids([self.config.start_text_token, *text, self.config.stop_text_token])
        rows: Tensor = self.text_embedding(ids) + self.text_pos_embedding(length)
        if language is not None:
            rows = rows + self.lang_embedding.weight[language]
        return rows[None]

    def _ids(self, ids: list[int]) -> Tensor:
        return torch.tensor(ids, device=self.mel_embedding.weight.device)


class Writer:
    """Writes codes after one prompt, one position of every beam at a time (a ``decoding.Stepper``)."""

    def __init__(self, voice: UnifiedVoice, prompt: TextPrompt) -> None:
        self._voice = voice
        self._prompt = prompt.condensed
        stack = voice.gpt
        room = self._prompt.shape[1] + 1
        self._cache = Cache(len(stack.h), stack.heads, stack.head, prompt=room, like=stack.ln_f.weight)
        self._written = 0

    def begin(self, beams: int) -> Tensor:
        """Read the prompt and the start token; the first code's scores, the same for every beam: ``[beams, codes]``."""
        voice = self._voice
        start = voice.mel_embedding.weight[voice.config.start_mel_token] + voice.mel_pos_embedding.emb.weight[0]
        hidden = voice.gpt(torch.cat((self._prompt, start[None, None]), dim=1), self._cache)
        self._cache.start(beams)
        return _numbers(voice.logits(hidden[0, -1:])).expand(beams, -1)

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        """Beam i goes on from beam ``parents[i]`` with ``codes[i]``; the scores of what comes next, ``[beams, codes]``.

        Raises :class:`StudioError` ``out_of_range`` after the last position that was learned, ``voice_stumbled`` where
        the network's numbers are none.
        """
        voice = self._voice
        self._written += 1
        last = voice.mel_pos_embedding.emb.num_embeddings - 1
        if self._written >= last:
            field = Bilingual("The number of codes", "语音编码数")
            raise StudioError("out_of_range", field=field, value=self._written, low=1, high=last)
        x = voice.mel_embedding(codes) + voice.mel_pos_embedding.emb.weight[self._written + 1]
        return _numbers(voice.logits(voice.gpt(x[None], self._cache, self._cache.follow(parents))[0]))


def _numbers(scores: Tensor) -> Tensor:
    """``scores`` if they are numbers. Raises :class:`StudioError` ``voice_stumbled``."""
    if not torch.isfinite(scores).all():
        reason = Bilingual("its scores are no numbers any more", "模型的输出已不是有效数值")
        raise StudioError("voice_stumbled", reason=reason)
    return scores


def load(state: State, config: GptConfig, *, source: str) -> UnifiedVoice:
    """From the GPT's state dict, whose other keys are left alone (the published loader is not strict either).

    Raises :class:`StudioError` ``weights_mismatch``.
    """
    mine = {name: tensor for name, tensor in state.items() if name.startswith(OWN)}
    return build(lambda: UnifiedVoice(config), mine, source=source, unused=(_MASKS,), strict=False)


class Cache:
    """Keys and values of every layer, each ``[heads, room, head]``."""

    def __init__(self, layers: int, heads: int, head: int, *, prompt: int, like: Tensor) -> None:
        """Room for a prompt of ``prompt`` positions and a first stretch after it; ``like`` gives dtype and device."""
        self.length = 0
        self._room = prompt + _ROOM
        shape = (heads, self._room, head)
        self._keys = [like.new_empty(shape) for _ in range(layers)]
        self._values = [like.new_empty(shape) for _ in range(layers)]
        self._mine = torch.zeros(1, self._room, dtype=torch.bool, device=like.device)

    def put(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add the newest entries ``[heads, N, head]`` of a layer; returns all its keys and values up to them."""
        end = self.length + keys.shape[1]
        if end > self._keys[layer].shape[1]:
            self._keys[layer] = _longer(self._keys[layer], end)
            self._values[layer] = _longer(self._values[layer], end)
        self._keys[layer][:, self.length : end] = keys
        self._values[layer][:, self.length : end] = values
        return self._keys[layer][:, :end], self._values[layer][:, :end]

    def start(self, beams: int) -> None:
        """The prompt is in: ``beams`` beams begin from it."""
        self._mine = torch.zeros(beams, self._keys[0].shape[1], dtype=torch.bool, device=self._mine.device)
        self._mine[:, : self.length] = True

    def follow(self, parents: Tensor) -> Tensor:
        """The next entries are one for each beam, beam i going on from where beam ``parents[i]`` was.

        Returns which entries, the new ones among them, each beam sees: ``[beams, length + beams]``, true where it does.
        """
        beams = len(parents)
        end = self.length + beams
        if end > self._mine.shape[1]:
            self._mine = _longer(self._mine, end)
        self._mine = self._mine[parents]
        self._mine[:, self.length : end] = torch.eye(beams, dtype=torch.bool, device=self._mine.device)
        return self._mine[:, :end]


def _longer(tensor: Tensor, least: int) -> Tensor:
    """The same with room for ``least`` entries or twice as many as before along axis 1 (for two axes, the last)."""
    shape = list(tensor.shape)
    shape[1] = max(least, 2 * shape[1])
    longer = tensor.new_zeros(shape)
    longer[:, : tensor.shape[1]] = tensor
    return longer


class Attention(nn.Module):
    """Causal self-attention over what is given, or over a cache and what is given."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = Projection(width, 3 * width)
        self.c_proj = Projection(width, width)

    def forward(self, x: Tensor, layer: int, cache: Cache | None, seen: Tensor | None) -> Tensor:
        """``x`` ``[B, N, width]``; with a cache B is 1, and ``seen`` ``[N, all]`` says what each position looks at."""
        query, key, value = (
            part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.c_attn(x).chunk(3, dim=2)
        )
        if cache is not None:
            keys, values = cache.put(layer, key[0], value[0])
            key, value = keys[None], values[None]
        out = functional.scaled_dot_product_attention(query, key, value, seen, is_causal=seen is None)
        return cast(Tensor, self.c_proj(out.transpose(1, 2).flatten(2)))


class FeedForward(nn.Module):
    """Four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc = Projection(width, 4 * width)
        self.c_proj = Projection(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, N, width]`` both ways."""
        return cast(Tensor, self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh")))


class Block(nn.Module):
    """Attention and feed-forward, each on the normed input and added to it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = FeedForward(width)

    def forward(self, x: Tensor, layer: int, cache: Cache | None, seen: Tensor | None) -> Tensor:
        x = x + self.attn(self.ln_1(x), layer, cache, seen)
        return cast(Tensor, x + self.mlp(self.ln_2(x)))


class Transformer(nn.Module):
    """The stack of blocks with the first of the two final norms."""

    def __init__(self, layers: int, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.head = heads, width // heads
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, x: Tensor, cache: Cache | None = None, seen: Tensor | None = None) -> Tensor:
        """``x`` ``[B, N, width]`` both ways.

        Without ``seen`` every position looks at those before it (an empty ``cache`` takes them in). With it, ``x`` is
        ``[1, N, width]``, after what the cache holds, and ``seen`` ``[N, held + N]`` says what each position looks at.
        """
        for layer, block in enumerate(self.h):
            x = block(x, layer, cache, seen)
        if cache is not None:
            cache.length += x.shape[1]  # the newest entries are complete, in every layer
        return cast(Tensor, self.ln_f(x))
