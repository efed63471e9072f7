"""Alibaba's Sambert voices: linguistic units → mel (Sambert) → samples (a HiFi-GAN of its own kind).

The networks in PyTorch (``networks/``) are what weights are checked against and graphs are exported from; speech itself
needs onnxruntime alone (``runtime.py``). Packages as ModelScope publishes them are converted once (``package.py``).
"""
