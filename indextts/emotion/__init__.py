"""Emotions: their names and mixtures, and what a text is felt to be by a small network."""
