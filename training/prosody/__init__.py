"""Training the prosody language models: ``python -m training.prosody``."""
