"""A language model that decides who speaks: it can name nobody else than those it was asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from indextts.books.casting import attribute
from indextts.books.casting.llm import LlmChooser, chooser_of
from indextts.books.model import Chapter
from indextts.platform.config import Config, LlmConfig
from indextts.reading.prosody import ProsodyModels
from indextts.reading.prosody.llm import LlmProsody
from tests.reading.prosody.test_llm import parts

NAMES = ("赵云", "马超", "黄忠")
TEXT = "赵云、马超和黄忠坐在帐中。\n赵云说：“何人愿往？”\n马超说：“我去。”\n黄忠说：“我也去。”\n三人大笑。\n“好！{A}”"


class Leaning(LlmProsody):
    """A model whose likelihoods are known: what it is asked is kept, and each answer has the weight it was given."""

    def __init__(self, weights: dict[str, float]) -> None:
        super().__init__(*parts())
        self.weights = weights
        self.tasks: list[str] = []

    def asked(self, task: str) -> Leaning:  # type: ignore[override]
        self.tasks.append(task)
        return self

    def choose(self, answers: list[str]) -> tuple[int, float]:
        known = [self.weights[answer] for answer in answers]
        return known.index(max(known)), max(known) / sum(known)


@pytest.mark.parametrize(("weights", "name"), [((7, 2, 1), "赵云"), ((2, 7, 1), "马超"), ((1, 2, 7), "黄忠")])
def test_the_answer_is_the_name_whose_letter_is_likeliest_with_its_probability(
    weights: tuple[int, int, int], name: str
) -> None:
    model = Leaning(dict(zip("ABC", weights, strict=True)))
    assert LlmChooser(model).choose("赵云、马超和黄忠。“好！”", "“好！”", NAMES) == (name, 0.7)
    (task,) = model.tasks
    assert "A. 赵云\nB. 马超\nC. 黄忠" in task and "赵云、马超和黄忠。“好！”" in task


@pytest.mark.parametrize("kind", ["byte-level", "metaspace", "words"])
def test_a_models_probabilities_are_shares_of_the_likelihoods_of_the_letters(kind: str) -> None:
    model = LlmProsody(*parts(kind))
    chosen, probability = LlmChooser(model).choose("“Yes,” Ann or Bob said.", "“Yes,”", ("Ann", "Bob"))
    turned, other = LlmChooser(model).choose("“Yes,” Ann or Bob said.", "“Yes,”", ("Bob", "Ann"))
    assert {chosen, turned} <= {"Ann", "Bob"} and 0.5 <= min(probability, other) <= max(probability, other) <= 1
    alone, certain = LlmChooser(model).choose("“Yes,” Ann said.", "“Yes,”", ("Ann",))
    assert alone == "Ann" and certain == pytest.approx(1.0)


def test_what_the_model_decides_says_so() -> None:
    found = attribute([Chapter("", TEXT)], chooser=LlmChooser(LlmProsody(*parts()))).chapters[0].quotations
    assert [one.source for one in found] == ["rule", "rule", "rule", "llm"]
    assert found[-1].speaker in NAMES and not found[-1].evidence


def test_there_is_a_chooser_only_where_a_model_is_configured(tmp_path: Path) -> None:
    plain = Config()
    assert chooser_of(plain, ProsodyModels(plain)) is None
    model, tokenizer = parts()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    config = Config(prosody=LlmConfig(model=str(tmp_path)))
    assert isinstance(chooser_of(config, ProsodyModels(config)), LlmChooser)
