"""The shipped causal model is one network, whether onnxruntime runs it or transformers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indextts.reading.prosody import causal as labels
from indextts.reading.prosody.causal import CausalProsody, chosen
from indextts.reading.prosody.decide import is_chinese
from indextts.reading.prosody.features import COLUMNS
from indextts.reading.prosody.lm import ASSETS
from training.prosody.data import units_of

torch = pytest.importorskip("torch")

TEXTS = (
    "我们今天下午去河边散步，然后回家吃饭。",
    "外面下着大雨谁也不想出门",
    "The captain looked at the sea, and nobody said a word.",
    "他在 office 里写了一整天的报告。",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped weights as a folder that ``transformers`` opens."""
    from training.prosody.export_causal import restored

    config = json.loads((ASSETS / "causal.json").read_text(encoding="utf-8"))["config"]
    path = tmp_path_factory.mktemp("causal")
    restored(ASSETS / "causal.onnx", config).save_pretrained(path)
    shutil.copyfile(ASSETS / "vocabulary.json", path / "vocabulary.json")
    return path


def test_both_ways_choose_the_same_labels(folder: Path) -> None:
    from transformers import AutoModelForCausalLM

    from training.prosody import causal
    from training.prosody.tokenizer import ProsodyTokenizer

    causal.register()
    network = AutoModelForCausalLM.from_pretrained(folder).eval()
    assert network.config.use_cache
    tokenizer = ProsodyTokenizer(str(folder / "vocabulary.json"))
    product = CausalProsody.open()
    for text in TEXTS:
        flat = units_of(text)
        answers, chinese = product.answers(flat), is_chinese(flat.units)
        place = 0
        for read, positions, begin in tokenizer.read(flat):
            with torch.inference_mode():
                out = network(read, positions, use_cache=True)
            cache, step = out.past_key_values, torch.zeros(1, 1, read.shape[2], dtype=torch.long)
            assert cache.get_seq_length() == read.shape[1]
            step[0, 0, -1] = 1
            count = min(len(flat.units) - place, read.shape[1] - begin)
            for at in range(count):
                if flat.units[place + at].kind == "punctuation":
                    continue
                step[0, 0, : len(COLUMNS)] = read[0, begin + at, : len(COLUMNS)]
                with torch.inference_mode():
                    out = network(step, torch.tensor([[begin + at]]), past_key_values=cache, use_cache=True)
                scores = out.logits[0, -1]
                breaks = scores[list(labels.BREAKS)].softmax(0)
                accents = scores[list(labels.ACCENTS)].softmax(0).view(3, 3)
                boundary, prominence = accents.sum(1), accents.sum(0)
                wanted = torch.cat([
                    breaks.flip(0).cumsum(0).flip(0)[1:], boundary.flip(0).cumsum(0).flip(0)[1:],
                    prominence.flip(0).cumsum(0).flip(0)[1:],
                ])  # fmt: skip
                given = torch.from_numpy(answers[place + at, :7].copy())
                torch.testing.assert_close(given, wanted, atol=2e-4, rtol=0)
                step[0, 0, -2] = chosen(scores.numpy(), bool(chinese[place + at]))
            place += count


def test_reading_at_once_is_reading_step_by_step(folder: Path) -> None:
    from training.prosody import causal
    from training.prosody.tokenizer import ProsodyTokenizer

    network = causal.CausalModel.from_pretrained(folder).eval()
    ((read, positions, _),) = ProsodyTokenizer(str(folder / "vocabulary.json")).read(units_of(TEXTS[0]))
    with torch.inference_mode():
        whole = network(read, positions, use_cache=False).logits
        cache, steps = None, []
        for at in range(read.shape[1]):
            out = network(read[:, at : at + 1], positions[:, at : at + 1], past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            steps.append(out.logits)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole, atol=1e-4, rtol=0)


def test_the_tokenizer_gives_each_unit_its_number(folder: Path, tmp_path: Path) -> None:
    from training.prosody.tokenizer import ProsodyTokenizer

    tokenizer = ProsodyTokenizer(str(folder / "vocabulary.json"))
    numbers = tokenizer("我们 walk。")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(numbers) == ["我", "们", "walk", "。"]
    tokenizer.save_pretrained(tmp_path)
    again = ProsodyTokenizer.from_pretrained(tmp_path)
    assert again("我们 walk。")["input_ids"] == numbers
