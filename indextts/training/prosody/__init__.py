"""Training the prosody language models: ``python -m indextts.training.prosody``."""
