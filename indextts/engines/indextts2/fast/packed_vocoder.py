"""The vocoder for the CPU: convolutions laid out once as oneDNN reads them fastest, activations in one pass.

Rows stand in memory one after the other, all channels of each together: oneDNN's convolutions want that, and take a
tenth of their time less. In bfloat16 the convolutions read and write 16 bits (their products are added up in 32), and
what runs past the convolutions of a block, and the first and the last layer, stay in float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Final, cast

import torch
from torch import Tensor, nn

from indextts.engines.indextts2.fast import snake_kernel
from indextts.engines.indextts2.fast.packed_linear import NOTHING
from indextts.engines.indextts2.reference.bigvgan import CHUNK, Activation, BigVGAN, Block, Vocoder
from indextts.platform.beats import Beat

_SPLIT: Final = 2**17
"""Values that are worth a thread."""


class PackedVocoder(Vocoder):
    """A :class:`BigVGAN` for inference on the CPU. It has no state dict and stays where it is."""

    def __init__(self, plain: BigVGAN, *, half: bool = False, done: Callable[[], None] = lambda: None) -> None:
        """Takes the layers of ``plain`` away from it one by one, so that memory does not grow.

        ``half`` has the convolutions in bfloat16 (:func:`can_be_half`). ``done`` is called after each stage: time to
        release what its weights were read from.
        """
        super().__init__(plain.config)
        snake_kernel.compiled()
        self._type = torch.bfloat16 if half else torch.float32
        rows = CHUNK + 2 * self.margins[0]
        self._before = PackedConvolution(plain.conv_pre, rows)
        self._stages: list[tuple[PackedConvolution, list[_PackedBlock]]] = []
        width = len(self.config.kernels)
        blocks = cast(list[Block], list(plain.resblocks))
        for stage, rate in enumerate(self.config.rates):
            (up,) = plain.ups[stage].children()
            packed = PackedConvolution(cast(nn.ConvTranspose1d, up), rows, self._type)
            rows *= rate
            mine = range(stage * width, (stage + 1) * width)
            self._stages.append((packed, [_PackedBlock(blocks[place], rows, self._type) for place in mine]))
            plain.ups[stage] = nn.Identity()
            for place in mine:
                plain.resblocks[place] = nn.Identity()
            done()
        self._after = FusedActivation(plain.activation_post)
        self._last = PackedConvolution(plain.conv_post, rows)

    def begin(self, mel: Tensor, check: Beat) -> Tensor:
        check()
        with _workers() as pool:
            return self._stage(0, self._before(_laid_out(mel)), pool)

    def finish(self, rows: Tensor, check: Beat) -> Tensor:
        with _workers() as pool:
            for stage in range(1, len(self._stages)):
                check()
                rows = self._stage(stage, rows, pool)
            check()
            return self._last(self._after(rows, pool))

    def _stage(self, stage: int, rows: Tensor, pool: Executor | None) -> Tensor:
        up, blocks = self._stages[stage]
        rows = up(rows.to(self._type)).float()
        total = blocks[0](rows, pool)
        for block in blocks[1:]:
            total += block(rows, pool)
        return total.div_(len(blocks))


class _PackedBlock:
    """A :class:`Block` whose activations are fused and whose sums are made on the way."""

    def __init__(self, plain: Block, rows: int, dtype: torch.dtype) -> None:
        """``rows`` is how many there are at a time, usually."""
        self._activations = [FusedActivation(cast(Activation, one)) for one in plain.activations]
        pairs = zip(plain.convs1, plain.convs2, strict=True)
        self._convolutions = [
            PackedConvolution(cast(nn.Conv1d, one), rows, dtype) for pair in pairs for one in pair
        ]  # fmt: skip
        self._half = dtype != torch.float32

    def __call__(self, rows: Tensor, pool: Executor | None) -> Tensor:
        """``[B, channels, T]`` to a new tensor of the same shape, float32."""
        pairs = list(
            zip(
                *(self._activations[place::2] for place in (0, 1)),
                *(self._convolutions[place::2] for place in (0, 1)),
                strict=True,
            )
        )
        if not self._half:
            for place, (before, between, dilated, plain) in enumerate(pairs):
                inner = between(dilated(before(rows, pool)), pool)
                rows = plain.added(inner, rows, into=place > 0)
            return rows
        added: Tensor | None = None
        for before, between, dilated, plain in pairs:
            inner, rows = before.narrow(rows, added, pool)
            added = plain(between(dilated(inner), pool))
        assert added is not None
        return rows + added


class FusedActivation:
    """An :class:`Activation` that goes over memory once (:mod:`~indextts.engines.indextts2.fast.snake_kernel`)."""

    def __init__(self, plain: Activation) -> None:
        down = plain.downsample.get_submodule("lowpass").get_buffer("filter")
        # What comes in has a zero after each sample at the doubled rate: its level is made up for.
        self._up, self._down = (taps.float().flatten().numpy() for taps in (plain.upsample.filter * 2.0, down))
        self._speed = (plain.speed / math.pi).float().contiguous().numpy()
        self._height = plain.height.float().contiguous().numpy()

    def __call__(self, rows: Tensor, pool: Executor | None = None) -> Tensor:
        """``[B, channels, T]`` to the same, in its own type: float32 or bfloat16."""
        out = _empty(rows, rows.dtype)
        if rows.dtype == torch.bfloat16:
            self._run(pool, None, rows, None, out)
        else:
            self._run(pool, rows, None, None, out)
        return out

    def narrow(self, rows: Tensor, added: Tensor | None, pool: Executor | None = None) -> tuple[Tensor, Tensor]:
        """The activation of float32 ``rows`` and what is ``added`` to them (bfloat16), in bfloat16; and that sum."""
        out = _empty(rows, torch.bfloat16)
        sums = rows if added is None else _empty(rows, torch.float32)
        self._run(pool, rows, added, None if added is None else sums, out)
        return out, sums

    def _run(
        self, pool: Executor | None, wide: Tensor | None, narrow: Tensor | None, sums: Tensor | None, out: Tensor
    ) -> None:
        batch, _, count = out.shape
        half = out.dtype == torch.bfloat16
        parts = max(1, min(torch.get_num_threads(), out.numel() // batch // _SPLIT)) if pool else 1
        edges = [count * part // parts for part in range(parts + 1)]
        work = snake_kernel.compiled()
        waits = []
        for index in range(batch):
            floats = [_floats(one, index) for one in (wide, sums, None if half else out)]
            bits = [_bits(one, index) for one in (narrow, out if half else None)]
            own = (self._up, self._down, self._speed, self._height)
            arrays = (floats[0], bits[0], floats[1], floats[2], bits[1], *own)
            for begin, end in pairwise(edges[1:]):
                assert pool is not None
                waits.append(pool.submit(work, *arrays, begin, end, count))
            work(*arrays, 0, edges[1], count)
        for wait in waits:
            wait.result()


class PackedConvolution:
    """A convolution over time, or one that raises the rate, of ``[B, channels, T]`` whose rows stand together."""

    def __init__(self, plain: nn.Conv1d | nn.ConvTranspose1d, rows: int, dtype: torch.dtype = torch.float32) -> None:
        """``rows`` is how many there usually are at a time: the layout is best for that."""
        if plain.padding_mode != "zeros" or isinstance(plain.padding, str):
            raise ValueError("padding of another kind")
        weight = plain.weight.detach()[:, :, None].to(dtype)
        self._bias = None if plain.bias is None else plain.bias.detach().to(dtype)
        self._where = [0, plain.padding[0]], [1, plain.stride[0]], [1, plain.dilation[0]], plain.groups
        self._raises = isinstance(plain, nn.ConvTranspose1d)
        size = [1, plain.in_channels, 1, rows]
        padding, stride, dilation, groups = self._where
        if self._raises:
            self._weight = torch.ops.mkldnn._reorder_convolution_transpose_weight(
                weight, padding, [0, 0], stride, dilation, groups, size
            )
        else:
            weight = weight.contiguous(memory_format=torch.channels_last)
            self._weight = torch.ops.mkldnn._reorder_convolution_weight(weight, padding, stride, dilation, groups, size)

    def __call__(self, rows: Tensor) -> Tensor:
        """``[B, channels, T]`` to ``[B, channels, T]``, their rows together as well."""
        image, (padding, stride, dilation, groups) = rows[:, :, None], self._where
        if self._raises:
            made = torch.ops.mkldnn._convolution_transpose_pointwise(
                image, self._weight, self._bias, padding, [0, 0], stride, dilation, groups, *NOTHING
            )
        else:
            made = torch.ops.mkldnn._convolution_pointwise(
                image, self._weight, self._bias, padding, stride, dilation, groups, *NOTHING
            )
        return cast(Tensor, made)[:, :, 0]

    def added(self, rows: Tensor, to: Tensor, *, into: bool) -> Tensor:
        """The same, added ``to`` what has its shape; ``into`` that itself."""
        image, other, (padding, stride, dilation, groups) = rows[:, :, None], to[:, :, None], self._where
        shape = padding, stride, dilation, groups
        add: tuple[object, ...] = ("add", 1.0, None, [], None)
        if into:
            torch.ops.mkldnn._convolution_pointwise_.binary(other, image, self._weight, self._bias, *shape, *add)
            return to
        made = torch.ops.mkldnn._convolution_pointwise.binary(image, other, self._weight, self._bias, *shape, *add)
        return cast(Tensor, made)[:, :, 0]


@contextmanager
def _workers() -> Iterator[Executor | None]:
    """Threads beside this one, as many as PyTorch may use in all; they end with their work."""
    count = torch.get_num_threads() - 1
    if count < 1:
        yield None
        return
    with ThreadPoolExecutor(count) as pool:
        yield pool


def _laid_out(rows: Tensor) -> Tensor:
    """``[B, channels, T]`` with all channels of each row together."""
    return rows.mT.contiguous().mT


def _empty(like: Tensor, dtype: torch.dtype) -> Tensor:
    batch, channels, count = like.shape
    return torch.empty((batch, count, channels), dtype=dtype).mT


def _floats(rows: Tensor | None, index: int) -> snake_kernel.Floats:
    return snake_kernel.NO_FLOATS if rows is None else cast(snake_kernel.Floats, rows[index].mT.reshape(-1).numpy())


def _bits(rows: Tensor | None, index: int) -> snake_kernel.Bits:
    if rows is None:
        return snake_kernel.NO_BITS
    return cast(snake_kernel.Bits, rows[index].mT.reshape(-1).view(torch.uint16).numpy())
