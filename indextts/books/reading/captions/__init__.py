"""Subtitles: the forms that they are written in, and what of them is said."""
