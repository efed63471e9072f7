"""Prosody by any instruction-tuned language model: the text is given, the model chooses only the labels.

The model is asked to write each word of a sentence on a line of its own with its labels: ``今天=1``. Every token of the
words is given to it; at the place of a label it chooses among the labels' digits and nothing else. So the text cannot
change, whatever the model is or the text says, and every choice comes with its probability.

Needs PyTorch and transformers (``requirements/torch.txt``).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import USER
from indextts.model.utterance import Segment, Token, Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.platform.tables import tables_beside
from indextts.reading.prosody import figures, rules
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.segment import sentence_ends


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


MAX_TOKENS: Final = 128
"""Most of the model's tokens in one sentence; a longer one is asked for in pieces."""
CONTEXT: Final = 40
"""Characters of the text before a sentence that are shown with it."""
LONGEST_WORD: Final = 40
"""Characters of one word that are shown."""
INSTALL: Final = "./start_app.sh --with llm"

_BREAKS: Final = "0123"
_STRESSES: Final = "012"


@dataclass(frozen=True)
class PromptWord:
    """Tokens that are one word, and how they are written, with the marks after them."""

    tokens: Sequence[Token]
    text: str
    last: bool
    """Whether nothing else is said in its segment."""
    closing: bool
    """Whether a sentence or a line ends with it."""

    @property
    def english(self) -> bool:
        """Whether it can be stressed as English words are."""
        return self.tokens[0].lang == "en"


class LlmProsody:
    """Prosody by one language model and its tokenizer. Thread-safe: no state between calls."""

    name: Final = "llm"

    def __init__(self, model: Any, tokenizer: Any, *, use_cache: bool = True) -> None:
        """``model`` is a causal language model of ``transformers``; without ``use_cache`` it remembers nothing."""
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._use_cache = use_cache

    @classmethod
    def open(cls, model: str, *, int8: bool = False) -> LlmProsody:
        """Load ``model``, a folder or a name on the hub, onto the GPU where there is one.

        With ``int8`` a CPU multiplies by weights of 8 bits.

        Raises :class:`StudioError` ``dependency_missing`` or ``prosody_unusable``.
        """
        folder = folder_of(model)
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package=error.name or "torch", command=INSTALL) from error
        place = str(folder or model)

        def load(here: bool) -> tuple[Any, Any]:
            tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=here)
            return tokenizer, AutoModelForCausalLM.from_pretrained(place, dtype="auto", local_files_only=here)

        try:
            try:
                tokenizer, network = load(True)
            except OSError:
                if folder is not None:
                    raise
                tokenizer, network = load(False)  # not fetched yet
            device: Any = "cuda" if torch.cuda.is_available() else "cpu"
            network = in_bytes(network, torch) if int8 and device == "cpu" else network.to(device)
        except (OSError, ValueError, KeyError, RuntimeError, AttributeError) as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise StudioError("prosody_unusable", model=model, reason=reason) from error
        return cls(network, tokenizer)

    def annotate(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        """See :class:`indextts.reading.prosody.ProsodyModel`. Intonation follows the last marks."""
        before = ""
        for sentence in sentences(utterance):
            for words in self._pieces(sentence):
                if before:
                    beat()
                self._label(before, words)
                before = written(words)[-CONTEXT:]
        figures.part(utterance)
        rules.set_intonation(utterance)
        utterance.stage = "prosody"

    def _pieces(self, sentence: Sequence[PromptWord]) -> Iterator[Sequence[PromptWord]]:
        """``sentence`` in pieces of at most :data:`MAX_TOKENS` tokens, cut after its own marks where that can be."""
        sizes = [len(self._tokenizer.encode(word.text, add_special_tokens=False)) for word in sentence]
        begin = cut = 0
        for place in range(len(sentence)):
            if place > begin and sum(sizes[begin : place + 1]) > MAX_TOKENS:
                end = cut if cut > begin else place
                yield sentence[begin:end]
                begin = end
            if not sentence[place].text[-1].isalnum():
                cut = place + 1
        yield sentence[begin:]

    def _label(self, before: str, words: Sequence[PromptWord]) -> None:
        """Decide about ``words``, which follow the text ``before``."""
        answer = self.asked(prompt(before, words))
        for place, word in enumerate(words):
            answer.write(f"\n{word.text}=" if place else f"{word.text}=")
            _set_breaks(word, *self._choice(answer, _BREAKS, word.tokens[-1].break_after, word.tokens[-1].break_source))
            first = word.tokens[0]
            if word.english:
                answer.write(",")
                level, sure = self._choice(answer, _STRESSES, first.prominence, first.prominence_source)
                _set_stress(word, level, "llm", sure)
            else:
                _set_stress(word, 0, "", None)  # Mandarin words stand out by what is meant: nothing is claimed

    @staticmethod
    def _choice(answer: Answer, labels: str, level: int, source: str) -> tuple[int, float | None]:
        """The model's choice; a person's own is what the model has to go on with."""
        if source == USER:
            answer.write(labels[min(max(level, 0), len(labels) - 1)])
            return level, None
        return answer.choose(labels)

    def asked(self, task: str) -> Answer:
        """Begin an answer to ``task``, in the model's own way of being asked where it has one."""
        if getattr(self._tokenizer, "chat_template", None):
            chat = [{"role": "user", "content": task}]
            text = self._tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
            ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        else:
            ids = self._tokenizer.encode(f"{task}\n")
        return Answer(self._model, self._tokenizer, ids, use_cache=self._use_cache)


def folder_of(model: str) -> Path | None:
    """The folder that ``model`` is; ``None`` for a name on the hub.

    Raises :class:`StudioError` ``prosody_unusable`` for a folder that is not there.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if model.startswith(("/", "~", ".")) or model.count("/") > 1:
        raise StudioError(
            "prosody_unusable", model=model, reason=Bilingual("there is no such folder.", "没有这个目录。")
        )
    return None


def in_bytes(network: Any, torch: Any) -> Any:
    """``network`` for a CPU: linear layers with weights of 8 bits, one scale for each output, the rest in 32 bits.

    What such a layer is given is rounded to 8 bits as well, each time by its own bounds.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch announces that its successor is another package
        rounded, how = torch.ao.nn.quantized.dynamic.Linear, torch.ao.quantization.per_channel_dynamic_qconfig
        for parent in list(network.eval().modules()):
            for name, layer in list(parent.named_children()):
                if type(layer).__name__ == "Conv1D":  # GPT-2's linear layer, its weights the other way up
                    turned = torch.nn.Linear(*layer.weight.shape)
                    turned.weight, turned.bias = torch.nn.Parameter(layer.weight.T.contiguous()), layer.bias
                    layer = turned
                if type(layer) is torch.nn.Linear:  # one after the other: so there is never a second whole model
                    layer.qconfig = how
                    setattr(parent, name, rounded.from_float(layer.float()))
    return network.float()


def _set_breaks(word: PromptWord, level: int, sure: float | None) -> None:
    """The break after ``word``; at the end of a segment there is one in any case."""
    source = "llm"
    if word.closing:
        level, source, sure = 4, "rules" if word.text[-1].isalnum() else "punctuation", None
    elif word.last and level < 3:
        level, source, sure = 3, "rules", None
    for token in word.tokens:
        if token.break_source != USER:
            inner = token is not word.tokens[-1]
            token.break_after = 0 if inner else level
            token.break_source = "" if inner else source
            token.break_probability = None if inner else sure


def _set_stress(word: PromptWord, level: int, source: str, sure: float | None) -> None:
    for token in word.tokens:
        if token.prominence_source != USER:
            token.prominence, token.prominence_source, token.prominence_probability = level, source, sure


def sentences(utterance: Utterance) -> Iterator[list[PromptWord]]:
    """The words of ``utterance``, sentence by sentence, whatever segments these were cut into."""
    sentence: list[PromptWord] = []
    for segment, closing in zip(utterance.segments, sentence_ends(utterance), strict=True):
        sentence += _words(segment, closing)
        if closing and sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def prompt(before: str, words: Sequence[PromptWord]) -> str:
    """The task, with ``before`` as what has been said already."""
    asked: dict[str, str] = tables_beside(__file__, "prompts.yaml")
    text = written(words)
    lang = "zh" if any(map(is_hanzi, text)) else "en"
    shown = asked[f"{lang}_before"].format(before=before) if before else ""
    return asked[lang].format(before=shown, text=text)


def written(words: Sequence[PromptWord]) -> str:
    """``words`` as one text."""
    parts: list[str] = []
    for word, previous in zip(words, [None, *words], strict=False):
        if previous is not None and previous.english and word.english:
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def _words(segment: Segment, closing: bool) -> list[PromptWord]:
    groups: list[list[Token]] = []
    texts: list[str] = []
    for token in segment.tokens:
        if token.kind == "punctuation":
            if texts and not texts[-1].endswith(token.text):
                texts[-1] += token.text
        elif groups and groups[-1][-1].word == token.word and groups[-1][-1].kind == token.kind:
            groups[-1].append(token)
            texts[-1] += token.text
        else:
            groups.append([token])
            texts.append(token.text)
    shown = (text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…" for text in texts)
    words = [PromptWord(group, text, last=False, closing=False) for group, text in zip(groups, shown, strict=True)]
    if words:
        words[-1] = replace(words[-1], last=True, closing=closing)
    return words
