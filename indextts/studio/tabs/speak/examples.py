"""Texts that show what the studio can do, one for each kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, str]] = {
    "example_news": (
        "今天上午，重庆市召开新闻发布会，介绍长江上游的生态保护进展。会上说，过去五年，沿江新增绿地一千二百公顷，"
        "水质优良的河段已经超过九成。"
    ),
    "example_story": (
        "很久以前，山脚下住着一位老木匠。他每天天不亮就起床，点上一盏油灯，慢慢地刨着木头。\n"
        "有一年冬天，大雪封了山，一只小狐狸敲响了他的门。"
    ),
    "example_mixed": "这个 App 支持 iOS 和 Android，安装以后用 Wi-Fi 登录，就能听到 AI 朗读的 podcast 了。",
    "example_numbers": "会议定于2026年3月14日下午3:30开始，地点在5号楼1208室，预算是￥12,800.50元，比去年减少了7.5%。",
    "example_dialogue": "“你真的要走吗？”她轻声问。\n“是啊，车票都买好了。”他笑了笑，“不过，春天我就回来！”",
}
"""By the key of the button's label in :data:`indextts.studio.strings.STRINGS`."""
