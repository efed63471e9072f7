"""From phones to mel spectrograms."""
