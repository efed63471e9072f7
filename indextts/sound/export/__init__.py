"""Subtitles and plots of a spoken plan."""
