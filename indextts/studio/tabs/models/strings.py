"""What the page says about engines, models and the settings that only some engines have: see :mod:`strings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGINE_STRINGS: Final[Mapping[str, tuple[str, str]]] = {
    # The engine.
    "engine_auto": ("自动", "Automatic"),
    "engine_sambert": ("Sambert · 阿里", "Sambert · Alibaba"),
    "engine_indextts2": ("IndexTTS-2 · 克隆", "IndexTTS-2 · cloning"),
    "voice_of_engine": ("{name}，{engine}", "{name}, {engine}"),
    "voice_default_absent": ("还没有声音", "No voice yet"),
    "engine_absent": ("{name}（未安装）", "{name} (not installed)"),
    "engine_size": (
        "还没有安装，约需下载 {size}。许可：{licence}。",
        "Not installed yet: about {size} to fetch. Licence: {licence}.",
    ),
    "engine_get": ("去获取", "Get it"),
    "engine_packages": (
        "缺少依赖包 {packages}，请运行 {command}。",
        "Packages are missing: {packages}. Run {command}.",
    ),
    "engine_no_voice": ("还没有克隆的声音。", "No voice has been cloned yet."),
    "engine_clone": ("去克隆", "Clone one"),
    "engine_is_absent": ("还没有安装。", "Not installed yet."),
    "engine_is_idle": ("第一次使用时才会打开，要等一会儿。", "It opens when it is first used, which takes a moment."),
    "engine_is_loading": ("正在打开…", "Opening…"),
    "engine_is_error": ("未能打开。", "It could not be opened."),
    "engine_is_failing": (
        "最近几次都没成功，只会偶尔再试。",
        "It has failed just now, and is only tried now and then.",
    ),
    # Where the emotion comes from.
    "emotion_mix": ("混合…", "Mixture …"),
    "mixture_hint": (
        "合计超过 100% 时按比例缩小；双击滑块归零。",
        "More than 100 % together is scaled down. Double-click a slider for 0.",
    ),
    "emotion_text": ("用文字描述…", "In words …"),
    "emotion_words_example": ("例如：又惊又喜，压低了声音", "For example: pleased and surprised, in a hushed voice"),
    "emotion_reference": ("借用录音…", "From a recording …"),
    "recording_cannot": (
        "只有 IndexTTS-2 能借用录音里的情感：请在上面选择它，或选一个克隆的声音。",
        "Only IndexTTS-2 can borrow a recording's emotion: choose it above, or a cloned voice.",
    ),
    "recording_hint": (
        "几秒钟带着那种情感的语音即可；说话的仍是所选的声音。",
        "A few seconds of speech in that emotion. The voice stays the chosen one.",
    ),
    "recording_choose": ("选择录音…", "Choose a recording …"),
    "recording_other": ("换一个…", "Another one …"),
    "recording_reading": ("正在处理 {name}…", "Preparing {name} …"),
    "recording_gone": (
        "这段录音已经清理，请重新选择。",
        "This recording has been cleared. Choose it again.",
    ),
    "emotion_borrowed": ("情感借自录音", "emotion of a recording"),
    # The editor.
    "edit_tempo_locked": (
        "这几项对全文生效；先解锁已锁定的句子，才能修改。",
        "These go for the whole text. Unlock the locked sentences to change them.",
    ),
    # The models.
    "tab_models": ("模型", "Models"),
    "models_hint": (
        "每个引擎的文件。不下载也能用内置引擎朗读。",
        "The engines' files. The built-in engine speaks without any of the others.",
    ),
    "models_free": ("磁盘剩余 {free}（{folder}）", "{free} free on the disk ({folder})"),
    "models_empty": ("正在查看…", "Looking…"),
    "model_title_embedded": ("内置引擎", "Built-in engine"),
    "model_about_embedded": ("七个普通话声音，安装时已备好", "Seven Mandarin voices, made by the set-up"),
    "model_installed": ("已安装", "Installed"),
    "model_absent": ("未安装", "Not installed"),
    "model_fetching": ("正在获取", "Fetching"),
    "model_checking": ("正在校验", "Verifying"),
    "model_stopping": ("正在暂停", "Stopping"),
    "model_stopped": ("已暂停", "Stopped"),
    "model_failed": ("未能获取", "Not fetched"),
    "model_damaged": ("已损坏", "Damaged"),
    "model_on_disk": ("占用 {size}", "{size} on the disk"),
    "model_to_fetch": ("约需下载 {size}", "about {size} to fetch"),
    "model_left_to_fetch": ("已有 {kept}，共约 {size}", "{kept} of about {size} are here"),
    "model_asking": ("正在询问下载站有哪些文件…", "Asking the hub what there is…"),
    "model_building": ("正在生成…", "Building…"),
    "model_progress": ("{done}，共 {total}", "{done} of {total}"),
    "model_rate": ("每秒 {rate}", "{rate} a second"),
    "model_left": ("还需约 {time}", "about {time} left"),
    "model_licence": ("许可：{licence}", "Licence: {licence}"),
    "model_needs": ("还缺依赖包 {packages}，安装命令：", "Packages are missing: {packages}. Install them with:"),
    "model_offline": ("没有网络？", "Without internet?"),
    "model_offline_how": (
        "在能上网的电脑上从 {sources} 取得这些文件，按这样的路径放进一个目录（或打成 zip、tar），然后运行：",
        "Get these files of {sources} where there is internet, put them into a folder under these names (or a zip or "
        "tar of it), then run:",
    ),
    "model_fetch": ("获取", "Fetch"),
    "model_stop": ("暂停", "Stop"),
    "model_resume": ("继续", "Go on"),
    "model_retry": ("重试", "Try again"),
    "model_verify": ("校验", "Verify"),
    "model_repair": ("修复", "Repair"),
    "model_remove": ("删除", "Remove"),
    "model_copy": ("复制", "Copy"),
    "model_copied": ("已复制", "Copied"),
    "model_whole": ("校验过了，{count} 个文件都完好。", "Verified: all {count} files are as they should be."),
    "model_wrong": ("这些文件缺失或损坏：{files}。", "Missing or damaged: {files}."),
    "model_removed": ("已删除“{name}”，腾出 {size}。", "“{name}” is removed; this frees {size}."),
    "model_back": ("已恢复“{name}”。", "“{name}” is back."),
    "model_done": ("“{name}”已经可用。", "“{name}” is ready."),
    "megabytes": ("{value} MB", "{value} MB"),
    "gigabytes": ("{value} GB", "{value} GB"),
    "hours": ("{hours} 小时 {minutes} 分", "{hours} h {minutes} min"),
}
