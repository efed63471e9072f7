"""A language model that decides who speaks: it can name nobody else than those it was asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from indextts.books.casting import attribute
from indextts.books.casting.llm import LlmChooser, chooser_of
from indextts.books.model import Chapter
from indextts.config import Config, LlmConfig
from indextts.prosody import ProsodyModels
from indextts.prosody.llm import LlmProsody
from tests.prosody.test_llm import parts

NAMES = ("赵云", "马超", "黄忠")
TEXT = "赵云、马超和黄忠坐在帐中。\n赵云说：“何人愿往？”\n马超说：“我去。”\n黄忠说：“我也去。”\n三人大笑。\n“好！{A}”"


@pytest.mark.parametrize("kind", ["byte-level", "metaspace", "words"])
def test_the_answer_is_one_of_the_names_with_its_probability(kind: str) -> None:
    chooser = LlmChooser(LlmProsody(*parts(kind)))
    name, probability = chooser.choose("赵云、马超和黄忠。“好！”", "“好！”", NAMES)
    assert name in NAMES
    assert 0.3 <= probability <= 1


def test_the_names_are_told_apart_by_their_likelihood_alone() -> None:
    chooser = LlmChooser(LlmProsody(*parts()))
    first = chooser.choose("“Yes,” Ann or Bob said.", "“Yes,”", ("Ann", "Bob"))
    assert first == chooser.choose("“Yes,” Ann or Bob said.", "“Yes,”", ("Ann", "Bob"))
    assert 0.5 <= first[1] <= 1


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
