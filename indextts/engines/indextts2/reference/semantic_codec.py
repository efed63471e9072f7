"""Speech as a row of codes: the semantic codec of version 2 (50 codes a second) and of 2.5 (25 a second).

An encoder of ConvNeXt blocks, then one codebook that is searched by angle. Of version 2 only the encoder and the
codebook are ever used; version 2.5 halves the rate before the encoder and has a decoder back to features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build

_EPS = 1e-6


@dataclass(frozen=True)
class CodecConfig:
    """``semantic_codec`` of ``config.yaml``."""

    codebook_size: int = 8192
    hidden_size: int = 1024
    codebook_dim: int = 8
    vocos_dim: int = 384
    vocos_intermediate_dim: int = 2048
    vocos_num_layers: int = 12

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> CodecConfig:
        """From a mapping with at least these names."""
        return cls(**{name: int(said[name]) for name in cls.__dataclass_fields__})


class SemanticCodec(nn.Module):
    """Version 2: features at 50 Hz to codes at 50 Hz, and codes to embeddings."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.encoder = _stack(config)
        self.quantizer = _Quantizer(config)

    @torch.inference_mode()
    def encode(self, features: Tensor) -> Tensor:
        """``[B, T, hidden]`` to what is quantised, ``[B, T, hidden]``."""
        return cast(Tensor, self.encoder(features))

    @torch.inference_mode()
    def quantize(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """``[B, T, hidden]`` to codes ``[B, T]`` and their embeddings ``[B, T, hidden]``."""
        codes = self.quantizer.only.nearest(self.encode(features))
        return codes, self.quantizer.only.embed(codes)

    @torch.inference_mode()
    def embed(self, codes: Tensor) -> Tensor:
        """Codes ``[B, T]`` to embeddings ``[B, T, hidden]`` (published as vq2emb).

        Raises ``IndexError`` for a code outside the codebook, such as a start or stop token.
        """
        return self.quantizer.only.embed(codes)


class EnhancedCodec(SemanticCodec):
    """Version 2.5: half as many codes as features, and a decoder from codes to features."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__(config)
        self.decoder = _stack(config)
        self.down = nn.Conv1d(config.hidden_size, config.hidden_size, 3, stride=2, padding=1)
        self.up = nn.Conv1d(config.hidden_size, config.hidden_size, 3, padding=1)

    @torch.inference_mode()
    def encode(self, features: Tensor) -> Tensor:
        """``[B, T, hidden]`` to what is quantised, ``[B, ceil(T / 2), hidden]``."""
        return super().encode(functional.gelu(self.down(features.mT)).mT)

    @torch.inference_mode()
    def decode(self, codes: Tensor) -> Tensor:
        """Codes ``[B, M]`` to features ``[B, 2 M, hidden]``."""
        decoded = self.decoder(self.embed(codes)).mT
        return cast(Tensor, self.up(decoded.repeat_interleave(2, dim=2)).mT)


def load_codec(config: CodecConfig, state: State, *, source: str) -> SemanticCodec:
    """Version 2's codec. Raises :class:`StudioError` ``weights_mismatch``."""
    return build(lambda: SemanticCodec(config), state, source=source, unused=(r"decoder\.",))


def load_enhanced_codec(config: CodecConfig, state: State, *, source: str) -> EnhancedCodec:
    """Version 2.5's codec (the ``model`` entry of ``codec.pth``). Raises :class:`StudioError` ``weights_mismatch``."""
    return build(lambda: EnhancedCodec(config), state, source=source)


def _stack(config: CodecConfig) -> nn.Sequential:
    return nn.Sequential(_Backbone(config), nn.Linear(config.vocos_dim, config.hidden_size))


class _Backbone(nn.Module):
    """ConvNeXt blocks between two norms: ``[B, T, hidden]`` to ``[B, T, vocos]``."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        width = config.vocos_dim
        self.embed = nn.Conv1d(config.hidden_size, width, 7, padding=3)
        self.norm = nn.LayerNorm(width, eps=_EPS)
        self.convnext = nn.ModuleList(
            _ConvNeXt(width, config.vocos_intermediate_dim) for _ in range(config.vocos_num_layers)
        )
        self.final_layer_norm = nn.LayerNorm(width, eps=_EPS)

    def forward(self, features: Tensor) -> Tensor:
        rows = self.norm(self.embed(features.mT).mT)
        for block in self.convnext:
            rows = block(rows)
        return cast(Tensor, self.final_layer_norm(rows))


class _ConvNeXt(nn.Module):
    """A depthwise look around, then a widening layer for each row; what it adds is scaled by ``gamma``."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=_EPS)
        self.pwconv1 = nn.Linear(width, inner)
        self.pwconv2 = nn.Linear(inner, width)
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, rows: Tensor) -> Tensor:
        inner = functional.gelu(self.pwconv1(self.norm(self.dwconv(rows.mT).mT)))
        return cast(Tensor, rows + self.gamma * self.pwconv2(inner))


class _Codebook(nn.Module):
    """One factorised codebook: search in a few dimensions by angle, but embed the row at its own length."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.in_project = nn.Conv1d(config.hidden_size, config.codebook_dim, 1)
        self.out_project = nn.Conv1d(config.codebook_dim, config.hidden_size, 1)
        self.codebook = nn.Embedding(config.codebook_size, config.codebook_dim)

    def nearest(self, encoded: Tensor) -> Tensor:
        """``[B, T, hidden]`` to ``[B, T]``."""
        searched = functional.normalize(self.in_project(encoded.mT).mT, dim=2)
        return (searched @ functional.normalize(self.codebook.weight, dim=1).T).argmax(dim=2)

    def embed(self, codes: Tensor) -> Tensor:
        """``[B, T]`` to ``[B, T, hidden]``."""
        return cast(Tensor, self.out_project(self.codebook(codes).mT).mT)


class _Quantizer(nn.Module):
    """The published files could hold several codebooks; they hold one."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.quantizers = nn.ModuleList([_Codebook(config)])

    @property
    def only(self) -> _Codebook:
        codebook = self.quantizers[0]
        assert isinstance(codebook, _Codebook)
        return codebook
