"""What is wrong with the machine or what is installed on it: models, disks, packages, files, settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indextts.i18n.bilingual import Message

MACHINE: Final[Mapping[str, Message]] = {
    # The machine.
    "model_missing": Message(
        503,
        ("The model “{model}” is not installed.", "Run ./start_app.sh, or “python -m indextts models pull {model}”."),
        ("模型“{model}”尚未安装。", "请运行 ./start_app.sh，或 “python -m indextts models pull {model}”。"),
    ),
    "model_corrupt": Message(
        503,
        ("The model file {file} is damaged (its hash does not match).", "{mend}"),
        ("模型文件 {file} 已损坏（哈希不符）。", "{mend}"),
    ),
    "voice_unusable": Message(
        503,
        (
            "The voice “{voice}” cannot be used: {reason}",
            "Get its package again; it holds the folders am and voc, each with config.yaml and ckpt.",
        ),
        ("音色“{voice}”无法使用：{reason}", "请重新获取音色包；其中应有 am 和 voc 目录，各含 config.yaml 与 ckpt。"),
    ),
    "download_failed": Message(
        503,
        (
            "The package {package} could not be downloaded: {reason}",
            "Connect to the internet and run the command again, or put the file {file} into {folder}.",
        ),
        ("无法下载 {package}：{reason}", "请联网后再运行，或把文件 {file} 放到 {folder}。"),
    ),
    "pull_failed": Message(
        503,
        (
            "The model “{model}” could not be fetched: {reason}.",
            "Try again (what has come is kept), set another address under “models:” in the configuration, or put these "
            "files into a folder and run “python -m indextts models pull {model} --from FOLDER”: {files}.",
        ),
        (
            "无法获取模型“{model}”：{reason}。",
            "请重试（已下载的部分会保留），或在配置的 models 中换一个地址，或把这些文件放入一个目录后运行 "
            "“python -m indextts models pull {model} --from 目录”：{files}。",
        ),
    ),
    "built_here": Message(
        422,
        (
            "The model “{model}” is built by the set-up, not taken from files.",
            "Run “python -m indextts models pull {model}”.",
        ),
        ("模型“{model}”由安装过程生成，不能从文件导入。", "请运行 “python -m indextts models pull {model}”。"),
    ),
    "model_stays": Message(
        422,
        ("The model “{model}” cannot be removed: it is what speaks when nothing else can.", "Leave it as it is."),
        ("模型“{model}”不能删除：其他引擎不可用时由它朗读。", "请保留它。"),
    ),
    "model_busy": Message(
        409,
        ("Something is being done with the model “{model}”.", "Wait until it is done, or stop it first."),
        ("模型“{model}”正在处理中。", "请等它完成，或先停止。"),
    ),
    "disk_short": Message(
        503,
        (
            "The model “{model}” needs {needed} GB in {path}, where {free} GB are free.",
            "Free some space, or set cache_dir to a larger disk.",
        ),
        ("模型“{model}”需要 {needed} GB，而 {path} 只剩 {free} GB。", "请清理空间，或把 cache_dir 设到更大的磁盘。"),
    ),
    "disk_full": Message(
        503,
        ("The disk is full: {path} cannot be written.", "Free some space and try again."),
        ("磁盘已满，无法写入 {path}。", "请清理空间后再试。"),
    ),
    "not_writable": Message(
        503,
        ("The folder {path} cannot be written: {reason}", "Give this user the right to write there, or set cache_dir."),
        ("无法写入目录 {path}：{reason}", "请授予写权限，或修改 cache_dir 设置。"),
    ),
    "voice_stumbled": Message(
        500,
        ("The voice stumbled over this sentence: {reason}.", "Try another seed, or write the sentence another way."),
        ("这句话没能念出来：{reason}。", "请换一个种子，或换一种写法。"),
    ),
    "segment_too_long": Message(
        422,
        (
            "A segment has {length} tokens; this model takes at most {limit}.",
            "Choose a smaller segment length, or add punctuation where the text can be cut.",
        ),
        ("一个分段有 {length} 个词元，此模型最多 {limit} 个。", "请减小分段长度，或在可断开处加标点。"),
    ),
    "emotion_unclear": Message(
        422,
        (
            "The emotion model's answer for this description cannot be understood: {answer}",
            "Describe the emotion in other words, or set the eight values yourself.",
        ),
        ("无法理解情感模型对这段描述的回答：{answer}", "请换一种说法，或直接设置八个情感数值。"),
    ),
    "dependency_missing": Message(
        503,
        ("The package “{package}” is needed and not installed.", "Install it with: {command}"),
        ("缺少依赖包“{package}”。", "安装命令：{command}"),
    ),
    "prosody_not_set": Message(
        422,
        (
            "No language model is set for the prosody “llm”.",
            "Write “prosody: {{model: FOLDER-OR-HUB-NAME}}” into the configuration, or choose lm, causal or rules.",
        ),
        (
            "没有为韵律模型“llm”指定语言模型。",
            "请在配置中写 “prosody: {{model: 目录或模型名}}”，或改选 lm、causal、rules。",
        ),
    ),
    "prosody_missing": Message(
        503,
        (
            "A file of the prosody model “{model}” is missing: {file}",
            "Get the project's files again, or choose the prosody “rules”.",
        ),
        ("韵律模型“{model}”缺少文件：{file}", "请重新获取项目文件，或改选韵律模型 rules。"),
    ),
    "emotion_missing": Message(
        503,
        (
            "The model that reads emotions from a text is missing: {file}",
            "Get the project's files again, or choose an emotion instead of “auto”.",
        ),
        ("缺少从文字判断情感的模型文件：{file}", "请重新获取项目文件，或改选一种情感，不用“自动”。"),
    ),
    "prosody_unusable": Message(
        503,
        (
            "The language model “{model}” cannot be used for the prosody: {reason}",
            "Give a folder that holds a causal language model with its tokenizer, or connect to the internet once.",
        ),
        (
            "语言模型“{model}”无法用于韵律：{reason}",
            "请指定含有因果语言模型及其分词器的目录，或联网下载一次。",
        ),
    ),
    "cannot_listen": Message(
        503,
        ("The server cannot start: {reason}", "“./start_app.sh status” says what runs here."),
        ("服务器无法启动：{reason}", "“./start_app.sh status” 可查看正在运行的实例。"),
    ),
    "bad_config": Message(
        500,
        ("The configuration {path} is not valid: {reason}", "Correct it; configs/config.yaml shows every setting."),
        ("配置文件 {path} 无效：{reason}", "请更正；configs/config.yaml 列有全部设置。"),
    ),
    "bad_file": Message(
        422,
        ("The file {path} cannot be used: {reason}", "Check the name and try again."),
        ("文件 {path} 无法使用：{reason}", "请检查文件名后再试。"),
    ),
    "model_file_missing": Message(
        503,
        (
            "The model “{model}” lacks the file {file}.",
            "Run “python -m indextts models pull {model}”, or put the file into {folder}.",
        ),
        (
            "模型“{model}”缺少文件 {file}。",
            "请运行 “python -m indextts models pull {model}”，或把该文件放入 {folder}。",
        ),
    ),
    "no_graphics_card": Message(
        503,
        (
            "The configuration asks for a graphics card (engines.indextts2.device: cuda), and none can be used here.",
            "Set it to auto or cpu, or install PyTorch for the card.",
        ),
        (
            "配置要求使用显卡（engines.indextts2.device: cuda），但这里没有可用的显卡。",
            "请改为 auto 或 cpu，或安装支持显卡的 PyTorch。",
        ),
    ),
    "model_version": Message(
        503,
        (
            "{path} is a checkpoint of version {version}, which cannot be opened.",
            "Fetch version 2 (or 2.5): “python -m indextts models pull indextts2”.",
        ),
        (
            "{path} 是 {version} 版的模型，无法使用。",
            "请获取 2.0（或 2.5）版：“python -m indextts models pull indextts2”。",
        ),
    ),
    "model_unreadable": Message(
        503,
        (
            "The model file {path} cannot be used: {reason}",
            "It is damaged or no model at all; run “python -m indextts models pull {model}” to fetch it again.",
        ),
        (
            "模型文件 {path} 无法使用：{reason}",
            "文件已损坏或并非模型，请运行 “python -m indextts models pull {model}” 重新获取。",
        ),
    ),
    "weights_mismatch": Message(
        500,
        (
            "The weights in {source} do not fit this model: {problems}.",
            "The file is damaged or belongs to another version; fetch the model again.",
        ),
        ("{source} 中的权重与该模型不符：{problems}。", "文件已损坏或属于其他版本，请重新获取模型。"),
    ),
    "too_little_memory": Message(
        503,
        (
            "There is too little memory to speak this.",
            "Send a shorter text or try again when less is asked; lower “workers” or close other programs for good.",
        ),
        ("内存不足，无法合成这段语音。", "请缩短文字或稍后再试；要根本解决，可调低 workers 或关闭其他程序。"),
    ),
    "no_folder": Message(
        422,
        ("The folder {folder} does not exist.", "Make it first, or name another place for the output."),
        ("目录 {folder} 不存在。", "请先建立该目录，或换一个输出位置。"),
    ),
    "not_utf8": Message(
        422,
        ("Line {line} of the input is not UTF-8 text.", "Save the text as UTF-8 and try again."),
        ("输入的第 {line} 行不是 UTF-8 文本。", "请把文字保存为 UTF-8 后再试。"),
    ),
    "warm_failed": Message(
        503,
        (
            "The numerical functions could not be compiled: {reason}",
            "Run “python -m indextts doctor” to see what is missing.",
        ),
        ("无法编译数值函数：{reason}", "请运行 “python -m indextts doctor” 查看缺少什么。"),
    ),
}
