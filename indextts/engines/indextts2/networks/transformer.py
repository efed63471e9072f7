"""The GPT's transformer: GPT-2's blocks without position embeddings of its own.

Layer norm first, causal attention, tanh-GELU; its weights are stored input by output.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.networks.kv_cache import Cache
from indextts.engines.indextts2.networks.packed_linear import Projection


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
        y: Tensor = self.c_proj(out.transpose(1, 2).flatten(2))
        return y


class FeedForward(nn.Module):
    """Four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc = Projection(width, 4 * width)
        self.c_proj = Projection(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """``[B, N, width]`` both ways."""
        y: Tensor = self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh"))
        return y


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
        y: Tensor = x + self.mlp(self.ln_2(x))
        return y


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
            cache.advance(x.shape[1])
        y: Tensor = self.ln_f(x)
        return y

    def new_cache(self, prompt: int) -> Cache:
        """An empty cache for a prompt of ``prompt`` positions."""
        return Cache(len(self.h), self.heads, self.head, prompt=prompt, like=self.ln_f.weight)
