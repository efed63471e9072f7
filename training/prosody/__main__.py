"""``python -m training.prosody``: the whole recipe, scores of what is shipped, predictions, ablations."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from indextts.reading import prosody
from indextts.reading.prosody.causal import CausalProsody
from indextts.reading.prosody.cohesion import WEIGHTS as COHESION
from indextts.reading.prosody.fronted import WEIGHTS
from indextts.reading.prosody.lm import ASSETS, LmProsody
from training.prosody import score
from training.prosody.stages import Budget, Folders, prepare

STAGES = ("prepare", "pretrain", "teachers", "causal", "export", "score")
MODELS = ("lm", "causal", "rules")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; see ``--help``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if given[:1] == ["score"]:
        _score(given[1:])
    elif given[:1] == ["predict"]:
        _predict(given[1:])
    elif given[:1] == ["ablate"]:
        _ablate(given[1:])
    elif given[:1] == ["gaps"]:
        _gaps(given[1:])
    elif given[:1] == ["pauses"]:
        _pauses(given[1:])
    elif given[:1] == ["fronted"]:
        _fronted(given[1:])
    elif given[:1] == ["cohesion"]:
        _cohesion(given[1:])
    else:
        train(given)


def _score(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.prosody score", description="Scores in percent.")
    parser.add_argument("--data", type=Path, required=True, help="folder with *_dev.tsv")
    parser.add_argument("--model", choices=MODELS, action="append", help="which (all)")
    options = parser.parse_args(arguments)
    for name in options.model or MODELS:
        _show(prosody.load(name), options.data)


def _show(model: prosody.ProsodyModel, folder: Path) -> None:
    for corpus, result in score.table(folder, model).items():
        values = "  ".join(f"{what} {value:.2f}" for what, value in result.items())
        sys.stdout.write(f"{model.name:8}{corpus:8}{values}\n")


def _predict(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.prosody predict")
    parser.add_argument("reference", type=Path, help="labelled file; its labels are not looked at")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--model", choices=MODELS, default="lm")
    options = parser.parse_args(arguments)
    score.predict(options.reference, options.out, options.model)


def _ablate(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.prosody ablate")
    parser.add_argument("--out", type=Path, required=True, help="folder that the recipe has filled")
    parser.add_argument("--steps", type=int, default=800, help="of each short training")
    options = parser.parse_args(arguments)
    from training.prosody import ablate

    ablate.command(options.out, options.steps)


def _gaps(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.prosody gaps", description="Teach lm.onnx of --assets where a mark was left out."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_train, en_train .tsv")
    parser.add_argument("--text", type=Path, required=True, help="folder with zh*.txt, a line a sentence")
    parser.add_argument("--emotion", type=Path, required=True, help="folder with zh_*.tsv, en_*.tsv (column text)")
    parser.add_argument("--english", type=Path, required=True, help="folder with *.txt, a line a sentence")
    parser.add_argument("--out", type=Path, required=True, help="folder for arrays, checkpoints and the network")
    parser.add_argument("--assets", type=Path, required=True, help="folder with lm.onnx, lm.json, vocabulary.json")
    parser.add_argument("--steps", type=int, help="of the training (5,000)")
    parser.add_argument("--threads", type=int, default=1, help="of the network's arithmetic")
    options = parser.parse_args(arguments)
    import torch

    from training.prosody import gaps

    torch.set_num_threads(options.threads)
    folders = Folders(options.data, options.text, options.emotion, options.out)
    gaps.ship(folders, options.english, options.assets, options.steps or gaps.STEPS)


def _pauses(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.prosody pauses", description="Teach lm.onnx of --assets where a pause does no harm."
    )
    parser.add_argument("--assets", type=Path, default=ASSETS, help="folder with lm.onnx, vocabulary.json")
    parser.add_argument("--text", type=Path, help="folder with zh_unlabelled.txt: learn the Chinese ones")
    parser.add_argument("--posts", type=Path, help="en_train.tsv of the emotions: learn the English ones")
    options = parser.parse_args(arguments)
    from training.prosody import pauses

    if options.text:
        pauses.ship(options.assets, options.text / "zh_unlabelled.txt")
    if options.posts:
        pauses.ship_english(options.assets, options.posts)


def _fronted(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.prosody fronted", description="Learn where an English main clause begins."
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="file to write")
    options = parser.parse_args(arguments)
    from training.prosody import fronted

    fronted.ship(options.out)


def _cohesion(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.prosody cohesion", description="Learn which Chinese words belong together."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_train.tsv")
    parser.add_argument("--out", type=Path, default=COHESION, help="file to write")
    options = parser.parse_args(arguments)
    from training.prosody import cohesion

    cohesion.ship(options.data / "zh_train.tsv", options.out)


def train(arguments: Sequence[str]) -> None:
    """All stages in turn; those whose results are in ``--out`` are not run again, one that was stopped goes on."""
    parser = argparse.ArgumentParser(
        prog="python -m training.prosody",
        description="Train the prosody models. Others: score, predict, ablate, gaps, pauses, fronted, cohesion.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_train, zh_dev, en_train, en_dev .tsv")
    parser.add_argument("--text", type=Path, required=True, help="folder with zh*.txt, a line a sentence")
    parser.add_argument("--emotion", type=Path, required=True, help="folder with zh_*.tsv, en_*.tsv (column text)")
    parser.add_argument("--out", type=Path, required=True, help="folder for arrays, checkpoints and networks")
    parser.add_argument("--assets", type=Path, help="folder for the files that are shipped (OUT/assets)")
    parser.add_argument("--until", choices=STAGES, default="score", help="the last stage to run")
    parser.add_argument("--threads", type=int, default=1, help="of each network's arithmetic")
    parser.add_argument("--scale", type=float, default=1.0, help="of all budgets")
    parser.add_argument("--hidden", type=int, nargs="+", default=list(Budget.hidden), help="sizes of the members")
    options = parser.parse_args(arguments)
    folders = Folders(options.data, options.text, options.emotion, options.out)
    _run(folders, _budget(options.scale, tuple(options.hidden)), options.assets or options.out / "assets", options)


def _budget(scale: float, hidden: tuple[int, ...]) -> Budget:
    full = Budget()
    if scale == 1.0 and hidden == full.hidden:
        return full
    steps = {name: max(4, round(getattr(full, name) * scale)) for name in ("pretrain", "teacher", "student", "causal")}
    teachers = full.teachers if scale >= 0.1 else 1
    return Budget(**steps, teachers=teachers, pseudo=min(1.0, scale * 4), hidden=hidden)


def _run(folders: Folders, budget: Budget, assets: Path, options: argparse.Namespace) -> None:
    import torch

    from training.prosody import causal_learning, learning, shipping

    torch.set_num_threads(options.threads)
    last = STAGES.index(options.until)
    prepare(folders, budget)
    if last < STAGES.index("pretrain"):
        return
    members = range(len(budget.hidden))
    pretrained = [learning.pretrain(folders, budget, number) for number in members]
    if last < STAGES.index("teachers"):
        return
    shipped, count = [], budget.teachers
    for number in members:
        each = range(number * count, (number + 1) * count)
        teachers = [learning.teach(folders, budget, one, start=pretrained[number]) for one in each]
        shipped.append(learning.averaged(folders, teachers, number))
    if last < STAGES.index("causal"):
        return
    learning.label(folders, budget, [folders.out / f"teacher{number}" for number in range(count)])
    causal = causal_learning.learn(folders, budget, start=pretrained[0])
    if last < STAGES.index("export"):
        return
    shipping.ship_lm(folders, shipped, assets)
    shipping.ship_causal(folders, causal, assets)
    if last == STAGES.index("score"):
        for model in (LmProsody.open(assets), CausalProsody.open(assets)):
            _show(model, folders.data)


if __name__ == "__main__":
    main()
