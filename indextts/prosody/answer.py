"""Constrained decoding: the text is given to a language model, which chooses only where a label stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


class Answer:
    """One constrained answer of a language model to one prompt.

    answer = Answer(model, tokenizer, tokenizer.encode("…"))
    answer.write("今天=")
    index, probability = answer.choose("0123")

    What is given and the choices are turned into tokens each by itself, seen after the character before it, so that
    any tokenizer will do: one that joins several characters in a token, or takes several tokens for a character.
    """

    def __init__(self, model: Any, tokenizer: Any, prompt: Sequence[int], *, use_cache: bool = True) -> None:
        """``prompt`` are its token ids; without ``use_cache`` everything is computed anew for every choice."""
        self._model = model
        self._tokenizer = tokenizer
        self._use_cache = use_cache
        self._done: list[int] = []
        self._pending = list(prompt)
        self._past: Any = None
        self._tail = "\n"

    def write(self, text: str) -> None:
        """Give the model the next part of its answer."""
        if text:
            self._pending += self._tokens(text)
            self._tail = text[-1]

    def choose(self, options: Sequence[str]) -> tuple[int, float]:
        """Let the model go on with one of ``options``: which one, and how probable that was among them."""
        left = {index: self._tokens(option) for index, option in enumerate(options)}
        probability, depth = 1.0, 0
        while len(left) > 1:
            heads = dict.fromkeys(tokens[depth] if depth < len(tokens) else -1 for tokens in left.values())
            if len(heads) > 1:
                scores = self._scores([head for head in heads if head >= 0])
                best = max(scores, key=lambda head: scores[head])
                probability *= scores[best]
            else:
                best = next(iter(heads))
            if best < 0:
                break  # a tokenizer that writes all of them alike
            left = {index: tokens for index, tokens in left.items() if tokens[depth : depth + 1] == [best]}
            self._pending.append(best)
            depth += 1
        index, tokens = next(iter(left.items()))
        self._pending += tokens[depth:]
        self._tail = options[index][-1]
        return index, probability / len(left)

    def _scores(self, heads: Sequence[int]) -> dict[int, float]:
        """The probabilities of the next token, among ``heads``."""
        logits = self._next()
        wanted = [float(logits[head]) for head in heads]
        most = max(wanted)
        weights = [math.exp(value - most) if math.isfinite(value) else 0.0 for value in wanted]
        return {head: weight / sum(weights) for head, weight in zip(heads, weights, strict=True)}

    def _next(self) -> Any:
        """The model's scores ``[V]`` for what follows, all that was given to it read."""
        import torch

        given = self._pending if self._use_cache else [*self._done, *self._pending]
        with torch.inference_mode():
            read = self._model(
                input_ids=torch.tensor([given], device=self._model.device),
                past_key_values=self._past,
                use_cache=self._use_cache,
            )
        if self._use_cache:
            self._past = read.past_key_values
        self._done += self._pending
        self._pending = []
        return read.logits[0, -1].float().cpu()

    def _tokens(self, text: str) -> list[int]:
        """``text`` after what stands before it: some tokenizers write the start of a text otherwise."""
        if getattr(self._tokenizer, "is_fast", False):
            seen = self._tokenizer(self._tail + text, add_special_tokens=False, return_offsets_mapping=True)
            spans, edge = seen["offset_mapping"], len(self._tail)
            if not any(start < edge < end for start, end in spans):
                return [token for token, (start, end) in zip(seen["input_ids"], spans, strict=True) if end > edge]
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids
