"""``python -m indextts backup FILE`` and ``restore FILE``."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from indextts.cli.configured import config_of
from indextts.cli.terminal import report
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.ops.backup import Backup, backup
from indextts.ops.restore import restore


def make(options: argparse.Namespace) -> int:
    config = config_of(options)

    made = backup(config, options.file, sounds=not options.without_sounds, models=options.with_models)
    size, packed = f"{made.bytes / 1e6:.1f}", f"{made.path.stat().st_size / 1e6:.1f}"
    lines = [
        Bilingual(
            f"{options.file}: {made.files} files, {size} MB, {packed} MB packed",
            f"{options.file}：{made.files} 个文件，{size} MB，压缩后 {packed} MB",
        )
    ]
    if made.left_out:
        named = ", ".join(ascii(name) for name in made.left_out[:5])
        lines.append(
            Bilingual(
                f"Not backed up (odd names, links that lead nowhere or back, or no files): {named}",
                f"未备份（名称特殊、链接失效或形成循环，或不是文件）：{named}",
            )
        )
    return _tell(made, lines, options)


def bring_back(options: argparse.Namespace) -> int:
    config = config_of(options)

    done = restore(config, options.file)
    lines = [
        Bilingual(
            f"{config.cache_path} holds the backup of {done.made}: {done.files} files, {done.bytes / 1e6:.1f} MB",
            f"{config.cache_path} 已恢复为 {done.made} 的备份：{done.files} 个文件，{done.bytes / 1e6:.1f} MB",
        )
    ]
    if not done.sounds:
        lines.append(
            Bilingual(
                "The backup contains no audio: missing parts are generated again when they are played.",
                "备份不含音频：缺少的部分会在收听时重新合成。",
            )
        )
    if done.aside:
        lines.append(
            Bilingual(
                f"The previous data is kept in {done.aside}; delete it when you no longer need it.",
                f"原有内容保存在 {done.aside}，确认无误后可删除。",
            )
        )
    return _tell(done, lines, options)


def _tell(done: Backup, lines: list[Bilingual], options: argparse.Namespace) -> int:
    told = {**asdict(done), "path": str(done.path), "left_out": [ascii(name) for name in done.left_out]}
    report(told, "\n".join(line.of(locale_language()) for line in lines), as_json=options.json)
    return 0
