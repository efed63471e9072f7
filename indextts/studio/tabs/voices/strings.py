"""The sentences of the page's part for cloned voices; :mod:`indextts.studio.strings` takes them into its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CLONE_STRINGS: Final[Mapping[str, tuple[str, str]]] = {
    "clones": ("克隆声音", "Cloned voices"),
    "clones_hint": (
        "用几秒录音，让合成的声音像这个人。",
        "A few seconds of recording, and the speech sounds like that person.",
    ),
    "clones_none": (
        "还没有。选择或录下几句话，写明同意，保存。",
        "None yet. Choose or record a few sentences, state the consent, save.",
    ),
    "clones_engine": (
        "能模仿录音的引擎 IndexTTS-2 还没有安装。声音可以先保存，安装后即可使用。",
        "IndexTTS-2, the engine that imitates them, is not installed. Voices can be kept now, and used once it is.",
    ),
    "clones_models": ("去“模型”页安装", "Install it under “Models”"),
    "clone_new": ("克隆一个声音", "Clone a voice"),
    "clone_advice": (
        "3 到 15 秒，一个人，安静的房间，正常说话。",
        "3 to 15 seconds, one person, a quiet room, ordinary speech.",
    ),
    "clone_choose": ("选择录音…", "Choose recordings…"),
    "clone_record": ("用麦克风录音", "Record"),
    "clone_stop": ("停止 · {seconds} 秒", "Stop · {seconds} s"),
    "clone_read": (
        "请朗读：清晨的小路上有一位老人，他一边走一边哼着歌，心里想着家乡的春天。",
        "Read aloud: An old man walked along the path that morning, humming a song and thinking of spring at home.",
    ),
    "clone_recorded": ("录音 {number}", "Recording {number}"),
    "clone_no_microphone": (
        "无法使用麦克风，请在浏览器中允许，或改为选择文件。",
        "The microphone cannot be used: allow it in the browser, or choose a file.",
    ),
    "clone_checking": ("正在检查…", "Checking…"),
    "clone_good": ("{seconds} 秒，没有发现问题", "{seconds} s, nothing wrong with it"),
    "clone_used": ("使用 {seconds} 秒", "{seconds} s of it are used"),
    "clone_listen": ("试听“{name}”", "Listen to “{name}”"),
    "clone_leave_out": ("不用“{name}”", "Leave out “{name}”"),
    "clone_name": ("名称", "Name"),
    "clone_name_example": ("起个名字，例如：王老师", "Name it, such as: Ms Wang"),
    "clone_tags": ("标签", "Tags"),
    "clone_tags_example": ("标签，用逗号分开", "Tags, separated by commas"),
    "clone_consent": ("同意声明", "Statement of consent"),
    "clone_consent_example": (
        "谁同意了什么，例如：本人的声音；或：王某某已书面同意用于有声书",
        "Who agreed to what, such as: My own voice; or: A. Wang agreed in writing, for audiobooks",
    ),
    "clone_agreed": ("我确认说话人已同意这样使用其声音", "I confirm that the speaker agreed to this use of the voice"),
    "clone_save": ("克隆", "Clone"),
    "clone_saving": ("正在保存…", "Saving…"),
    "clone_need_recording": ("先选择或录下一段录音。", "Choose or make a recording first."),
    "clone_need_consent": ("先确认说话人已同意。", "Confirm the speaker's consent first."),
    "clone_saved": ("已保存“{name}”。", "“{name}” is saved."),
    "clone_renamed": ("已改名为“{name}”。", "It is called “{name}” now."),
    "clone_removed": ("已删除“{name}”。", "“{name}” is removed."),
    "clone_rename": ("改名“{name}”", "Rename “{name}”"),
    "clone_remove": ("删除“{name}”", "Remove “{name}”"),
    "clone_export": ("导出“{name}”", "Export “{name}”"),
    "clone_import": ("导入声音文件…", "Import a voice's file…"),
    "clone_about": ("{count} 个录音 · {seconds} 秒", "{count} recordings · {seconds} s"),
    "clone_about_one": ("1 个录音 · {seconds} 秒", "1 recording · {seconds} s"),
    "clone_consented": ("同意：{consent}（{date}）", "Consent: {consent} ({date})"),
    "clone_group_women": ("女声", "Woman"),
    "clone_group_men": ("男声", "Man"),
    "clone_group_children": ("童声", "Child"),
}
