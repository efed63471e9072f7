"""What is wrong with something that was asked for: a text, a setting, a plan, an entry, a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indextts.i18n.bilingual import Message

ASKED: Final[Mapping[str, Message]] = {
    # The text.
    "text_empty": Message(
        422,
        ("There is no text to speak.", "Type or paste some text and try again."),
        ("还没有要朗读的文字。", "请输入或粘贴一段文字再试。"),
    ),
    "text_unspeakable": Message(
        422,
        ("The text holds nothing that can be read aloud.", "Add at least one word, letter or number."),
        ("这段文字里没有能读出来的内容。", "请至少写一个字、字母或数字。"),
    ),
    "text_too_long": Message(
        413,
        (
            "The text has {length} characters; one request takes at most {limit}.",
            "Split it and send the parts one after another.",
        ),
        ("文字共 {length} 个字符，一次最多 {limit} 个。", "请分成几段，依次生成。"),
    ),
    "text_invalid": Message(
        422,
        (
            "The text holds a character that is not text ({what}, at position {position}).",
            "Remove it and try again; copying from a damaged file often brings such characters.",
        ),
        ("文字中有无效字符（{what}，第 {position} 个字符处）。", "请删去后再试；它常来自损坏的文件。"),
    ),
    # The settings of a request.
    "unknown_choice": Message(
        422,
        ("There is no {field} named “{value}”.", "Choose one of: {choices}."),
        ("没有名为“{value}”的{field_zh}。", "可选：{choices}。"),
    ),
    "bad_emotion": Message(
        422,
        (
            "“{value}” is no emotion: {reason}.",
            "Name one, or mix them by shares from 0 to 1, such as happy:0.6+surprised:0.3.",
        ),
        ("“{value}”不是可用的情感：{reason}。", "请写一种情感，或按 0 到 1 的比例混合，例如 happy:0.6+surprised:0.3。"),
    ),
    "out_of_range": Message(
        422,
        ("{field} must be a number from {low} to {high}; {value} is not.", "Give a number in that range."),
        ("{field_zh}应在 {low} 到 {high} 之间，收到的是 {value}。", "请改成范围内的数字。"),
    ),
    "engine_unavailable": Message(
        422,
        (
            "The engine “{engine}” is not installed here.",
            "Use “embedded”; other engines appear in the list when they are installed.",
        ),
        ("这里没有安装“{engine}”引擎。", "请使用“embedded”；其他引擎安装后会出现在列表中。"),
    ),
    "cloning_unsupported": Message(
        422,
        (
            "The engine “{engine}” has one fixed voice and cannot use reference recordings.",
            "Send the request without files.",
        ),
        ("“{engine}”引擎是固定音色，不能使用参考录音。", "请去掉文件后再发送。"),
    ),
    "bad_plan": Message(
        422,
        ("This is not a usable plan: {reason}", "Make one with analyze and change only its values."),
        ("这不是可用的合成方案：{reason}", "请先用 analyze 生成，只修改其中的值。"),
    ),
    "unknown_symbol": Message(
        422,
        (
            "“{text}” has the reading “{reading}”, which this voice cannot say.",
            "Give a pinyin syllable with its tone, such as chong2, or another reading the plan lists.",
        ),
        (
            "“{text}”的读音“{reading}”不在此音色的音系里。",
            "请写带声调数字的拼音，例如 chong2，或选用方案中列出的读音。",
        ),
    ),
    "bad_recording": Message(
        422,
        (
            "The recording {recording} cannot be used: {reason}.",
            "Record some seconds of clear speech, without music or noise, and try again.",
        ),
        ("无法使用录音 {recording}：{reason}。", "请录几秒清晰、无音乐无噪声的语音再试。"),
    ),
    "reference_unsupported": Message(
        422,
        (
            "The engine “{engine}” cannot borrow an emotion from a recording.",
            "Choose a cloned voice (engine indextts2), or name an emotion instead.",
        ),
        ("“{engine}”引擎不能从录音借用情感。", "请改用克隆声音（indextts2 引擎），或直接选择一种情感。"),
    ),
    "emotion_conflict": Message(
        422,
        (
            "The emotion is given in more than one way: {given}.",
            "Keep one: an emotion, a recording, or a description in words.",
        ),
        ("情感同时以多种方式给出：{given}。", "请只保留一种：情感名称、参考录音或文字描述。"),
    ),
    "whole_sentence_only": Message(
        422,
        (
            "Cloned voices change {what} for a sentence as a whole, not for “{text}” alone.",
            "Change the whole sentence alike, undo the change, or use a voice of the engine embedded.",
        ),
        (
            "克隆声音只能整句调整{what}，不能只改“{text}”。",
            "请对整句作同样的调整，或撤销此项修改，或改用 embedded 引擎的声音。",
        ),
    ),
    # Marks in the text, and the user's dictionary.
    "bad_markup": Message(
        422,
        (
            "“{tag}” at character {position} cannot be followed: {reason}.",
            "Correct the tag or take it out; /docs shows what tags there are.",
        ),
        ("第 {position} 个字符处的“{tag}”无法执行：{reason}。", "请改正或删去这个标签；可用的标签见 /docs。"),
    ),
    "bad_reading": Message(
        422,
        (
            "“{word}” cannot have the reading “{reading}”: {reason}.",
            "Write pinyin with tone numbers such as chong2 qing4, or ARPAbet such as M IH1 N AH0 T.",
        ),
        (
            "“{word}”的读音不能是“{reading}”：{reason}。",
            "请写带声调数字的拼音，例如 chong2 qing4，或 ARPAbet，例如 M IH1 N AH0 T。",
        ),
    ),
    "bad_entry": Message(
        422,
        ("The dictionary cannot take this entry: {reason}.", "Correct it and try again; nothing was changed."),
        ("词典无法接受这个词条：{reason}。", "请改正后再试；词典没有改动。"),
    ),
    "bad_import": Message(
        422,
        ("The file cannot be imported: {reason}.", "Correct it and try again; nothing was changed."),
        ("无法导入这个文件：{reason}。", "请改正后再试；词典没有改动。"),
    ),
    "entry_exists": Message(
        409,
        ("“{word}” is in the dictionary already.", "Change that entry, or ask for it to be replaced."),
        ("词典里已有“{word}”。", "请修改原词条，或选择替换。"),
    ),
    "undo_gone": Message(
        410,
        ("It is too late to undo that.", "Make the change again by hand."),
        ("已经不能撤销了。", "请手动改回。"),
    ),
    "no_entry": Message(
        404,
        ("The dictionary has no entry {entry}.", "It may have been removed; look at the list again."),
        ("词典里没有词条 {entry}。", "它可能已被删除，请刷新列表。"),
    ),
    # A person's own voices.
    "bad_voice": Message(
        422,
        ("This voice cannot be made: {reason}.", "Correct it and try again; nothing was changed."),
        ("无法生成这个声音：{reason}。", "请改正后再试；没有任何改动。"),
    ),
    "voice_exists": Message(
        409,
        ("There is a voice named “{name}” already.", "Choose another name."),
        ("已有名为“{name}”的声音。", "请换一个名称。"),
    ),
    "no_voice": Message(
        404,
        ("There is no voice {voice} of your own.", "It may have been removed; look at the list again."),
        ("没有自建声音 {voice}。", "它可能已被删除，请刷新列表。"),
    ),
    "voice_fixed": Message(
        409,
        ("The voice {voice} comes with the program and cannot be changed.", "Save a voice of your own beside it."),
        ("声音 {voice} 是程序自带的，不能更改。", "请另存为自己的声音。"),
    ),
    "bad_speakers": Message(
        422,
        (
            "The speakers cannot be used: {reason}.",
            'Give each label its voice, such as {{"A": "baker", "B": "young_man"}}.',
        ),
        ("无法使用 speakers：{reason}。", '请为每个标签指定声音，例如 {{"A": "baker", "B": "young_man"}}。'),
    ),
    "library_unusable": Message(
        503,
        (
            "The library {path} cannot be used: {reason}",
            "The running server puts the newest sound copy in the place of a damaged file, which it keeps. Without it, "
            "move the file away to begin with an empty one, or put a copy (beside it, ending in .copy-1) in its place.",
        ),
        (
            "资料库 {path} 无法使用：{reason}",
            "文件损坏时，运行中的服务会保留原文件并换上最新的完好备份。也可自行移走该文件以重新开始，"
            "或换上备份（在同一目录，以 .copy-1 结尾）。",
        ),
    ),
    "library_restored": Message(
        503,
        (
            "The library was damaged; the copy of {copied} took its place.",
            "Look whether the latest words and voices are there. The damaged file is kept: {damaged}; once it is moved "
            "or deleted, this notice goes.",
        ),
        (
            "资料库已损坏，现已换上 {copied} 的备份。",
            "请查看最近添加的词条和声音是否还在。损坏的文件已保留：{damaged}；移走或删除它之后，此提示即消失。",
        ),
    ),
    "library_begun_anew": Message(
        503,
        (
            "The library was damaged and there was no sound copy; it begins anew, empty.",
            "The damaged file is kept: {damaged}. Put a copy of your own in the library's place, or import the "
            "dictionary again; once the damaged file is moved or deleted, this notice goes.",
        ),
        (
            "资料库已损坏，且没有完好的备份，现已重新开始，内容为空。",
            "损坏的文件已保留：{damaged}。请换上您自己的备份，或重新导入词典；移走或删除损坏的文件之后，此提示即消失。",
        ),
    ),
    "without_dictionary": Message(
        503,
        ("Spoken without the dictionary: {reason}", "Run “python -m indextts doctor”, which says what to do."),
        ("未使用词典：{reason}", "请运行 “python -m indextts doctor”，查看解决办法。"),
    ),
    "library_busy": Message(
        503,
        ("The library {path} is being written by another process.", "Wait {retry_after_s} s and try again."),
        ("另一个进程正在写入资料库 {path}。", "请等待 {retry_after_s} 秒再试。"),
    ),
    # The request as such.
    "malformed": Message(
        400,
        ("The request could not be understood: {reason}", "See /docs for the shape of each call."),
        ("无法理解这个请求：{reason}", "各接口的格式见 /docs。"),
    ),
    "invalid_value": Message(
        422,
        ("{field}: {reason}", "See /docs for the values that are accepted."),
        ("{field}：{reason}", "可接受的取值见 /docs。"),
    ),
    "not_found": Message(
        404,
        ("There is nothing at this address.", "Check the address; audio is kept for a limited time only."),
        ("这个地址没有内容。", "请检查地址；音频只保留一段时间。"),
    ),
    "host_not_allowed": Message(
        403,
        (
            "This server does not answer under the name “{host}”.",
            "Open it at its own address (such as http://127.0.0.1:7860), or add the name to “server.hosts” in the "
            "configuration and restart it.",
        ),
        (
            "此服务器不以“{host}”这个名称提供服务。",
            "请用它自己的地址打开（例如 http://127.0.0.1:7860），或把该名称加入配置的 server.hosts 后重启。",
        ),
    ),
    "origin_not_allowed": Message(
        403,
        (
            "Another website ({origin}) may not use this server.",
            "Open the studio's own page. If this is its address behind a proxy, see “server.trusted_proxies” and "
            "“server.origins” in the configuration.",
        ),
        (
            "其他网站（{origin}）不能使用此服务器。",
            "请打开本软件自己的页面；若这是代理后的地址，请见配置的 server.trusted_proxies 与 server.origins。",
        ),
    ),
    "file_not_uploaded": Message(
        422,
        ("This request names a file that was not uploaded here.", "Upload the file first, or send text."),
        ("请求中的文件并未上传到这里。", "请先上传文件，或改为发送文字。"),
    ),
    "bad_edit": Message(
        422,
        ("This cannot be changed like that.", "A break moves within its sentence; choose one of the levels shown."),
        ("不能这样修改。", "停顿只能在同一句内移动；请选择显示的级别。"),
    ),
    "locked_sentences": Message(
        409,
        ("Speed, pitch and volume go for the whole text, and some of its sentences are locked.", "Unlock them first."),
        ("语速、音高和音量对全文生效，而有的句子已锁定。", "请先解锁。"),
    ),
    "nothing_read": Message(
        422,
        ("Nothing is read at that place.", "Choose a character or a word."),
        ("那里没有读音。", "请选择一个字或词。"),
    ),
    "sentence_locked": Message(
        422,
        ("This sentence is locked.", "Unlock it first, then change it."),
        ("这一句已锁定。", "请先解锁，再修改。"),
    ),
    "last_version": Message(
        422,
        ("This is the sentence's only take.", "Read it again first; then this one can go."),
        ("这一句只有这一版。", "请先重读出另一版，再删除它。"),
    ),
    "edited_elsewhere": Message(
        409,
        ("This plan was changed in another window.", "What you see now is how it stands; make your change again."),
        ("这个方案在另一个窗口里改过。", "现在显示的是最新内容，请再改一次。"),
    ),
    "editor_gone": Message(
        410,
        ("This plan is no longer kept.", "Open the take again, or a plan that you saved."),
        ("这个编辑内容已经清理。", "请重新打开一次结果，或打开保存过的方案。"),
    ),
    "edit_full": Message(
        413,
        ("There is no room for more takes of these sentences.", "Drop takes that you do not need, then try again."),
        ("这些句子的版本太多，放不下了。", "请先删去不需要的版本，再试一次。"),
    ),
    "take_gone": Message(
        410,
        ("This take is no longer kept.", "Generate it again."),
        ("这次的结果已经清理。", "请重新生成。"),
    ),
    "method_not_allowed": Message(
        405,
        ("This address does not take {method}.", "See /docs for the calls that exist."),
        ("这个地址不接受 {method}。", "可用的接口见 /docs。"),
    ),
    "body_too_large": Message(
        413,
        ("The request is larger than {limit} bytes.", "Send less text, or smaller files."),
        ("请求超过 {limit} 字节。", "请减少文字或缩小文件。"),
    ),
    "wrong_type": Message(
        415,
        ("This call takes {expected}, not {received}.", "Set the Content-Type header to match the body."),
        ("此接口接受 {expected}，而不是 {received}。", "请让 Content-Type 与内容一致。"),
    ),
    "rate_limited": Message(
        429,
        ("Too many requests from this address.", "Wait {retry_after_s} s and try again."),
        ("来自此地址的请求太多。", "请等待 {retry_after_s} 秒再试。"),
    ),
    "too_slow": Message(
        408,
        ("The request did not arrive within {seconds} s.", "Send it in one go, and try again."),
        ("请求未能在 {seconds} 秒内完整到达。", "请一次性发送完整请求后再试。"),
    ),
    "too_many_connections": Message(
        503,
        ("Too many connections are open.", "Wait {retry_after_s} s and try again; close those that are not needed."),
        ("打开的连接太多。", "请等待 {retry_after_s} 秒再试，并关闭不需要的连接。"),
    ),
    "queue_full": Message(
        429,
        ("The queue is full ({waiting} waiting).", "Wait {retry_after_s} s and try again."),
        ("排队已满（{waiting} 个在等）。", "请等待 {retry_after_s} 秒再试。"),
    ),
    "uploads_full": Message(
        503,
        ("Uploaded files already take all {limit} bytes of their place.", "Wait {retry_after_s} s and try again."),
        ("已上传的文件占满了 {limit} 字节的空间。", "请等待 {retry_after_s} 秒再试。"),
    ),
    "loading": Message(
        503,
        ("The voice is still loading.", "Wait {retry_after_s} s and try again."),
        ("音色还在加载。", "请等待 {retry_after_s} 秒再试。"),
    ),
    "stopping": Message(
        503,
        ("The server is being stopped.", "Wait {retry_after_s} s and try again."),
        ("服务器正在停止。", "请等待 {retry_after_s} 秒再试。"),
    ),
    "engine_failed": Message(
        503,
        ("No engine can speak now: {reason}", "Run “python -m indextts doctor” on the server for what to do."),
        ("现在没有可用的引擎：{reason}", "请在服务器上运行 “python -m indextts doctor” 查看办法。"),
    ),
    "engine_broke": Message(
        503,
        ("{reason} in the middle of the text.", "Ask again, or let another voice go on: engines.voice_may_change."),
        ("{reason}（念到一半）。", "请重试，或允许换声音继续：engines.voice_may_change。"),
    ),
    "deadline": Message(
        504,
        ("The speech was not ready within {seconds} s.", "Send less text at once, or try when it is quieter."),
        ("在 {seconds} 秒内没有完成合成。", "请减少一次的文字，或稍后再试。"),
    ),
    "cancelled": Message(
        499,
        ("Cancelled.", "Nothing was kept; the text is as it was."),
        ("已取消。", "没有保存任何内容，文字保持原样。"),
    ),
    "internal": Message(
        500,
        ("Something went wrong inside the studio.", "The log has the details under request {request_id}."),
        ("程序内部出错。", "日志中请求 {request_id} 处有详情。"),
    ),
}
