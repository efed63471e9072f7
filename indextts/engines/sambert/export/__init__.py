"""The networks as ONNX graphs, written straight from their weights: ``acoustic.onnx`` and ``vocoder.onnx``."""
