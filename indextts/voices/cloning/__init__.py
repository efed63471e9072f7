"""Voices cloned from recordings: a library of them, and what makes a recording fit for it."""
