"""Training the networks that read emotions from a text: ``python -m training.emotion``."""
