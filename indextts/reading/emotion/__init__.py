"""Emotions: their names and mixtures, and the classifier of a text's emotion."""
