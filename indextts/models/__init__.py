"""The models on disk: what exists, how it comes there, whether it is whole."""
