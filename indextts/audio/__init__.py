"""Sound as arrays: resampling, joining, loudness, and files."""

from indextts.audio.resample import resample

__all__ = ["resample"]
