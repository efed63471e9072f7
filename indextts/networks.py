"""Opening networks with onnxruntime: one way for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(path: Path, *, threads: int = 1) -> InferenceSession:
    """The network of an ``.onnx`` file on the processor, with ``threads`` threads inside each run.

    It keeps no memory between runs: onnxruntime would keep the buffers of the longest sentence for ever, and a plan of
    them for every length that it has met, at no gain in speed.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
