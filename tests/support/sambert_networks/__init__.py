"""The networks in PyTorch, under the published names of their weights."""
