"""The networks of IndexTTS-2 and 2.5, plain PyTorch, one file each, and the features that they hear."""
