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
from indextts.engines.indextts2.reference.gpt_cache import Apart, Cache, PassRows
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat

OWN: Final = (
    *("gpt.h.", "gpt.ln_f.", "final_norm.", "mel_head.", "text_embedding.", "mel_embedding."),
    *("text_pos_embedding.", "mel_pos_embedding.", "lang_embedding."),
)
"""What the names of those tensors begin with that are this network's."""
_MASKS: Final = r"gpt\.h\.\d+\.attn\.(masked_)?bias$"
"""Of the library that the network was trained with."""
_LEAST_ROWS: Final = 2
"""Of a step: one row by itself is multiplied by another routine, whose last digits differ."""


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
        self.cache_dtype: torch.dtype | None = None
        """Of what is remembered of a pass; ``None`` is that of the network itself."""
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

    def read(self, prompt: TextPrompt, cache: Cache, check: Beat = no_beat) -> Tensor:
        """Read a prompt and the start token into ``cache``; the first code's scores, ``[1, codes]``."""
        start = self.mel_embedding.weight[self.config.start_mel_token] + self.mel_pos_embedding.emb.weight[0]
        hidden = self.gpt(torch.cat((prompt.condensed, start[None, None]), dim=1), cache, check)
        return self.logits(hidden[0, -1:])

    @property
    def device(self) -> torch.device:
        return self.mel_embedding.weight.device

    @property
    def last(self) -> int:
        """So many codes and the start token have a position: one code more has none."""
        return self.mel_pos_embedding.emb.num_embeddings - 1

    @property
    def always_seen(self) -> tuple[int, int]:
        """Codes that count as used from the start: the prompt's stand-in ids are all 1, then comes the start token."""
        return self.config.stop_text_token, self.config.start_mel_token

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores of the codes, float32, from the transformer's output ``[…, width]``."""
        return cast(Tensor, self.mel_head(self.final_norm(hidden))).float()

    def latent(self, conditioning: Tensor, text: Sequence[int], codes: Sequence[int], check: Beat = no_beat) -> Tensor:
        """What the network makes of the finished codes ``[M]``: ``[1, M, width]``, from one pass over everything.

        The output at the start token belongs to the first code, and so on. ``text`` is taken as it is, with whatever
        start and stop tokens it holds. Raises :class:`StudioError` ``segment_too_long``.
        """
        ends = (self.config.start_mel_token, self.config.stop_mel_token)
        mel = self.mel_embedding(self._ids([ends[0], *codes, ends[1]])) + self.mel_pos_embedding(len(codes) + 2)
        whole = torch.cat((conditioning.to(mel), self._text(text), mel[None]), dim=1)
        return cast(Tensor, self.final_norm(self.gpt(whole, check=check)))[:, -(len(codes) + 2) : -2]

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
        return torch.tensor(ids, device=self.device)


class CodeWriter:
    """Writes codes after one prompt, one position of every beam at a time (a ``decoding.Stepper``).

    Several can share a step (:func:`step_together`): what each of them writes is the same as by itself.
    """

    def __init__(self, voice: UnifiedVoice, prompt: TextPrompt, check: Beat = no_beat) -> None:
        """``check`` is called before each layer that reads the prompt."""
        self.voice = voice
        self._check = check
        self._prompt = prompt
        stack = voice.gpt
        room = int(prompt.counts.sum()) + 1
        like = stack.ln_f.weight
        self.cache = Cache(len(stack.h), stack.heads, stack.head, prompt=room, like=like, dtype=voice.cache_dtype)
        self._written = 0

    def begin(self, beams: int) -> Tensor:
        """Read the prompt and the start token; the first code's scores, the same for every beam: ``[beams, codes]``."""
        scores = self.voice.read(self._prompt, self.cache, self._check)
        self.cache.start(beams)
        return numbers(scores).expand(beams, -1)

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        """Beam i goes on from beam ``parents[i]`` with ``codes[i]``; the scores of what comes next, ``[beams, codes]``.

        Raises :class:`StudioError` ``out_of_range`` after the last position that was learned, ``voice_stumbled`` where
        the network's numbers are none.
        """
        return numbers(step_together([(self, self.embedded(codes), parents)])[0])

    def embedded(self, codes: Tensor) -> Tensor:
        """The next position's codes as the network takes them, ``[beams, width]``; raises as :meth:`step`."""
        voice = self.voice
        self._written += 1
        if self._written >= voice.last:
            raise too_many(self._written, voice)
        x: Tensor = voice.mel_embedding(codes) + voice.mel_pos_embedding.emb.weight[self._written + 1]
        return x


def step_together(each: Sequence[tuple[CodeWriter, Tensor, Tensor]]) -> list[Tensor]:
    """One step of several writers of one network: for each its embedded codes and their parents; the scores of each.

    Linear layers read their weights once for all rows. Attention is each writer's own. The scores are not looked at.
    """
    voice = each[0][0].voice
    turns: list[PassRows] = []
    begin = 0
    for writer, rows, parents in each:
        turns.append(writer.cache.follow(parents, slice(begin, begin + len(rows))))
        begin += len(rows)
    x = torch.cat([rows for _, rows, _ in each])
    if begin < _LEAST_ROWS:
        x = functional.pad(x, (0, 0, 0, _LEAST_ROWS - begin))
    scores = voice.logits(voice.gpt.step(x[None], Apart(turns))[0])
    return [scores[turn.rows] for turn in turns]


def numbers(scores: Tensor) -> Tensor:
    """``scores`` if they are numbers. Raises :class:`StudioError` ``voice_stumbled``."""
    if not torch.isfinite(scores).all():
        raise no_numbers()
    return scores


def no_numbers() -> StudioError:
    reason = Bilingual("the model's output contains invalid values", "模型的输出已不是有效数值")
    return StudioError("voice_stumbled", reason=reason)


def too_many(codes: int, voice: UnifiedVoice) -> StudioError:
    field = Bilingual("The number of codes", "语音编码数")
    return StudioError("out_of_range", field=field, value=codes, low=1, high=voice.last)


def load(state: State, config: GptConfig, *, source: str) -> UnifiedVoice:
    """From the GPT's state dict, whose other keys are left alone (the published loader is not strict either).

    Raises :class:`StudioError` ``weights_mismatch``.
    """
    mine = {name: tensor for name, tensor in state.items() if name.startswith(OWN)}
    return build(lambda: UnifiedVoice(config), mine, source=source, unused=(_MASKS,), strict=False)


class Projection(nn.Module):
    """A linear layer whose weight is ``[inputs, outputs]``, as in GPT-2's files."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """``[…, inputs]`` to ``[…, outputs]``."""
        return functional.linear(x, self.weight.t(), self.bias)


class Attention(nn.Module):
    """Causal self-attention over what is given, or over what was remembered and what is given."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = Projection(width, 3 * width)
        self.c_proj = Projection(width, width)

    def forward(self, x: Tensor, layer: int, cache: Cache | None) -> Tensor:
        """``x`` ``[B, N, width]``; an empty ``cache`` takes it in, and B is 1 then."""
        query, key, value = self._split(x)
        if cache is not None:
            cache.put(layer, key[0], value[0])
        out = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return cast(Tensor, self.c_proj(out.transpose(1, 2).flatten(2)))

    def step(self, x: Tensor, layer: int, past: Apart) -> Tensor:
        """``x`` ``[B, N, width]``: the newest rows of all passes."""
        out = past.attend(layer, *self._split(x))
        return cast(Tensor, self.c_proj(out.transpose(1, 2).flatten(2)))

    def _split(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.c_attn(x).chunk(3, dim=2))


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

    def forward(self, x: Tensor, layer: int, cache: Cache | None) -> Tensor:
        x = x + self.attn(self.ln_1(x), layer, cache)
        return cast(Tensor, x + self.mlp(self.ln_2(x)))

    def step(self, x: Tensor, layer: int, past: Apart) -> Tensor:
        """See :meth:`Attention.step`."""
        x = x + self.attn.step(self.ln_1(x), layer, past)
        return cast(Tensor, x + self.mlp(self.ln_2(x)))


class Transformer(nn.Module):
    """The stack of blocks with the first of the two final norms."""

    def __init__(self, layers: int, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.head = heads, width // heads
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, x: Tensor, cache: Cache | None = None, check: Beat = no_beat) -> Tensor:
        """``x`` ``[B, N, width]`` both ways; each position looks at those before it. An empty ``cache`` takes it in.

        ``check`` is called before each layer.
        """
        for layer, block in enumerate(self.h):
            check()
            x = block(x, layer, cache)
        return cast(Tensor, self.ln_f(x))

    def step(self, x: Tensor, past: Apart) -> Tensor:
        """The newest rows of all passes, ``[B, N, width]`` both ways: each looks at what its pass remembers."""
        for layer, block in enumerate(self.h):
            x = cast(Block, block).step(x, layer, past)
        return cast(Tensor, self.ln_f(x))
