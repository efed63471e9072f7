"""What everybody has to say: plain Chinese that every system reads, from short to long."""

from __future__ import annotations

from typing import Final

SENTENCES: Final = (
    "今天天气真不错，我们一起去公园散步吧。",
    "欢迎使用语音合成系统。",
    "清晨的阳光照进小镇，老人推开窗，看见门前的梧桐树长出了新叶。",
    "请您在听到提示音之后留言，我们会尽快与您联系。",
    "火车在半夜到达了北方的小镇，站台上空无一人。",
    "他说这本书是从图书馆借来的，下星期就要还回去。",
    "经济学家认为，明年的增长速度会比今年慢一些，但是就业情况将保持稳定。",
    "晚饭以后，她总是沿着河边慢慢走回家。",
)
