"""Opening networks with onnxruntime: one way for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(
    network: Path | bytes, *, threads: int = 1, spin: bool = True, arena: bool = False
) -> InferenceSession:
    """The network of an ``.onnx`` file, or of its content, on the processor, with ``threads`` threads inside each run.

    With ``spin`` threads wait for each other awake, which is faster where nobody else needs the processor. Weights in
    eight bits are unpacked when the network is opened, and computed with in 32.

    It keeps no memory between runs: onnxruntime would keep the buffers of the longest sentence for ever, and a plan of
    them for every length that it has met, at no gain in speed. With ``arena`` it keeps the buffers: where a network has
    large ones, asking the system for each again and again takes longer, and more memory at its height.
    """
    import onnxruntime

    held = network if isinstance(network, bytes) else str(network)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = arena
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "1" if spin else "0")
    session = onnxruntime.InferenceSession(held, options, providers=["CPUExecutionProvider"])
    if isinstance(network, bytes):
        session._model_bytes = None  # kept for another provider to begin with, and there is none
    return session
