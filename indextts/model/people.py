"""What is known of a person who speaks: a sex and an age."""

from __future__ import annotations

from typing import Literal

Gender = Literal["", "female", "male"]
"""Empty where it is not known."""
Age = Literal["", "child", "old"]
"""Empty for a grown-up, and where the text does not tell."""
