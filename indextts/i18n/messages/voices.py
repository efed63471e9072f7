"""What can be wrong with a recording that a voice is to be cloned from, and with a cloned voice.

A recording's sentences say what is wrong, and how to record better: as errors, and as findings that come with what was
done (:mod:`indextts.voices.cloning.prepare`). Their ``file`` brings its own quotation marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indextts.i18n.bilingual import Message

CLONES: Final[Mapping[str, Message]] = {
    # What a recording is refused for.
    "recording_none": Message(
        422,
        ("No recording was given.", "Send one or several sound files of the voice, 3 to 15 seconds each."),
        ("没有收到录音。", "请提供一个或几个该声音的录音文件，每个 3 到 15 秒。"),
    ),
    "recording_many": Message(
        422,
        ("More than {limit} recordings were given.", "Choose the clearest of them; one good one is enough."),
        ("录音超过 {limit} 个。", "请挑选最清楚的几个；一个好的录音就够了。"),
    ),
    "recording_empty": Message(
        422,
        ("{file} is empty.", "Record again, and listen to the file before sending it."),
        ("{file}是空文件。", "请重新录音，并先试听再发送。"),
    ),
    "recording_not_audio": Message(
        422,
        ("{file} is no sound file that can be read.", "Send WAV, FLAC, MP3, OGG or M4A; the name does not matter."),
        ("{file}不是可以读取的声音文件。", "请使用 WAV、FLAC、MP3、OGG 或 M4A；与文件名无关。"),
    ),
    "recording_form": Message(
        422,
        ("{file} cannot be used: {reason}.", "Save it as WAV or FLAC with one channel at 44.1 or 48 kHz."),
        ("{file}无法使用：{reason}。", "请存为 44.1 或 48 kHz 的单声道 WAV 或 FLAC。"),
    ),
    "recording_silent": Message(
        422,
        ("{file} is silent.", "Check that the right microphone is chosen and not muted, and record again."),
        ("{file}没有声音。", "请检查麦克风是否选对、是否静音，然后重新录音。"),
    ),
    "recording_short": Message(
        422,
        ("{file} has {seconds} s of sound, too little for a voice.", "Read a few sentences aloud, 3 to 15 seconds."),
        ("{file}只有 {seconds} 秒声音，太短了。", "请朗读几句话，3 到 15 秒。"),
    ),
    "recording_no_speech": Message(
        422,
        ("No voice can be heard in {file}.", "Record someone speaking, not whispering, near the microphone."),
        ("{file}里听不到人声。", "请靠近麦克风正常说话（不要耳语）后重新录音。"),
    ),
    # What it is taken with.
    "recording_damaged": Message(
        422,
        ("Parts of {file} are damaged and were left out.", "Copy the file anew, or record again."),
        ("{file}有损坏的部分，已略去。", "请重新复制文件，或重新录音。"),
    ),
    "recording_brief": Message(
        422,
        ("{file} has only {seconds} s of speech.", "The voice is met better with 5 to 15 seconds of it."),
        ("{file}只有 {seconds} 秒语音。", "有 5 到 15 秒时，声音会更像。"),
    ),
    "recording_long": Message(
        422,
        (
            "Of {file} ({length}) only {seconds} s are used, from {start} on.",
            "Cut out the clearest 15 seconds yourself if others would be better.",
        ),
        ("{file}（{length}）只使用从 {start} 起的 {seconds} 秒。", "如果另一段更好，请自己剪出最清楚的 15 秒。"),
    ),
    "recording_clipped": Message(
        422,
        (
            "{file} is distorted: it was recorded too loud.",
            "Turn the microphone's level down, or speak farther away, until the meter stays below its end.",
        ),
        ("{file}录得太响，声音失真。", "请调低麦克风音量或离远一些，使电平不到顶。"),
    ),
    "recording_noisy": Message(
        422,
        (
            "{file} has much noise: the voice is only about {snr} dB above it.",
            "Record in a quiet room, near the microphone, without fan, music or echo.",
        ),
        ("{file}噪声较大：人声只比噪声高约 {snr} 分贝。", "请在安静的房间靠近麦克风录音，避开风扇、音乐和回声。"),
    ),
    "recording_quiet": Message(
        422,
        (
            "{file} is very quiet ({level} LUFS); its noise is made louder with it.",
            "Speak nearer to the microphone, or turn its level up.",
        ),
        ("{file}音量很小（{level} LUFS），放大后噪声也会变大。", "请靠近麦克风，或调高麦克风音量。"),
    ),
    "recording_narrow": Message(
        422,
        ("{file} has no sound above {khz} kHz, like a telephone.", "Record with a better microphone or app."),
        ("{file}没有 {khz} kHz 以上的声音，像电话录音。", "请用更好的麦克风或软件录音。"),
    ),
    "recording_speakers": Message(
        422,
        (
            "More than one person seems to speak in {file}.",
            "Send only the parts in which the one voice is heard, or ignore this if there is only one.",
        ),
        ("{file}里似乎不止一个人在说话。", "请只提供同一个人说话的部分；如果确实只有一个人，可以忽略。"),
    ),
    # The voices.
    "consent_missing": Message(
        422,
        (
            "A voice is cloned only with its speaker's consent, and no statement of it was given.",
            "Write who agreed to what, such as “My own voice” or “Agreed by … in writing”.",
        ),
        ("克隆声音须有本人同意，但没有填写同意声明。", "请写明谁同意了什么，例如“本人的声音”或“某某已书面同意”。"),
    ),
    "bad_clone": Message(
        422,
        ("This voice cannot be kept: {reason}.", "Correct it and try again; nothing was changed."),
        ("无法保存这个声音：{reason}。", "请改正后再试；没有任何改动。"),
    ),
    "bad_voice_file": Message(
        422,
        ("The voice's file cannot be imported: {reason}.", "Export the voice again and send that file as it is."),
        ("无法导入这个声音文件：{reason}。", "请重新导出该声音，并原样发送。"),
    ),
    "cloning_unavailable": Message(
        422,
        (
            "The engine “{engine}”, which imitates recordings, is not installed here.",
            "Get it: “./start_app.sh --with {engine}” and “python -m indextts models pull {engine}”; or send no files.",
        ),
        (
            "这里没有安装能模仿录音的“{engine}”引擎。",
            "请运行 “./start_app.sh --with {engine}” 和 “python -m indextts models pull {engine}”，或不带文件发送。",
        ),
    ),
}
