"""Lines that say who speaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.reading.scripts import read_lines
from indextts.engines.base import Voice
from indextts.model.errors import StudioError
from indextts.reading.markup import parse
from indextts.voices.dialogue import cast_of, check_speakers, parts_of, voice_named
from indextts.voices.labels import said_age
from indextts.voices.turns import DialogueTurn, find_turns


def voice(name: str, zh: str, pitch: float, cast: int) -> Voice:
    return Voice(name, name.title(), zh, "embedded", ("zh",), "", "", pitch, cast=cast)


VOICES = [
    voice("baker", "内置女声", 0, 3),
    voice("young_man", "青年男声", -7.5, 0),
    voice("bright", "清亮女声", 2, 1),
    voice("deep", "低沉男声", -11, 2),
    voice("own-1", "老船长", -9, -1),
]
IDS = [one.id for one in VOICES]


def said(text: str, **options: object) -> list[tuple[str, str]]:
    return [(turn.label, text[turn.begin : turn.end]) for turn in find_turns(text, VOICES, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A: 你好\nB: 我好", [("A", "你好\n"), ("B", "我好")]),
        ("A：你好\nＢ：我好", [("A", "你好\n"), ("B", "我好")]),
        ("  A ： 你好\n\tB: 我好", [("A", "你好\n"), ("B", "我好")]),
        ("**A:** 你好\n**B**：我好", [("A", "你好\n"), ("B", "我好")]),
        ("青年男声：你好\nyoung_man: 我好", [("青年男声", "你好\n"), ("young_man", "我好")]),
        ("A:\n你好\nB:\n我好", [("A", "\n你好\n"), ("B", "\n我好")]),
        ("A: 一\n二\n\n旁白\nA: 三", [("A", "一\n二"), ("A", "三")]),
        ("旁白。\nA: 一\nA: 二", [("A", "一\n"), ("A", "二")]),
        ("A: 12:30 见\nB: 好", [("A", "12:30 见\n"), ("B", "好")]),
        ("小明：走吧\n小红：好", [("小明", "走吧\n"), ("小红", "好")]),
        ("张伟：在吗\n旁白：没有人答。", [("张伟", "在吗\n"), ("旁白", "没有人答。")]),
        ("问：几点？\n答：三点", [("问", "几点？\n"), ("答", "三点")]),
        ("**Tom:** Hi\nAnna Lee: Hello", [("Tom", "Hi\n"), ("Anna Lee", "Hello")]),
        ("时间：三点\n小明：走吧\n小红：好", [("小明", "走吧\n"), ("小红", "好")]),
        ("小明：走\nA：好\nB：好", [("小明", "走\n"), ("A", "好\n"), ("B", "好")]),
        ("小明（笑）：走吧\n小红 (whispers): 好", [("小明", "走吧\n"), ("小红", "好")]),
        ("**Tom (laughing):** Hi\n**Anna:** Hello", [("Tom", "Hi\n"), ("Anna", "Hello")]),
        (
            "小北：早\nKate: Hi\n（音乐）\n小北：走\nKate: OK",
            [("小北", "早\n"), ("Kate", "Hi\n（音乐）\n"), ("小北", "走\n"), ("Kate", "OK")],
        ),
        (
            "阿北：走\n大熊：好\n阿北：快\n大熊：来",
            [("阿北", "走\n"), ("大熊", "好\n"), ("阿北", "快\n"), ("大熊", "来")],
        ),
        (
            "Idris: Hi\nYsolde: Hello\nIdris: Tea?\nYsolde: Yes",
            [("Idris", "Hi\n"), ("Ysolde", "Hello\n"), ("Idris", "Tea?\n"), ("Ysolde", "Yes")],
        ),
    ],
)
def test_labels(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A: 只有一行",
        "你好",
        "",
        "C:\\Users\nD:\\data",
        "http://a.com\nhttps://b.com",
        "注意：不要动\n说明：请看",
        "优点：便宜\n缺点：慢\n优点：好看\n缺点：重",
        "时间：下午三点\n地点：会议室\n电话：12345",
        "高度：三米\n方法：测量\n安排：明天",
        "小明：第一名\n小明：又是第一名",
        "Note: stop\nWarning: hot\nDate: today",
        "Pros: cheap\nCons: slow\nPros: nice\nCons: heavy",
        "April: 30\nMay: 31\nApril: 2\nMay: 3",
        "题目：一加一\n答：二\n题目：二加二\n答：四",
        "小心：地滑\n小时：三\n小心：水深\n小时：四",
        "小北：走\n小北：快\n小北：来\n小北：好",
        "P（A）：0.5\nP（B）：0.3",
        "小北：走\nIdris: OK",
        "AB: 你好\nBC: 我好",
        "a: 你好\nb: 我好",
        "12:30\n13:45",
        "A::B\nC::D",
        "我说 A: 你好\n他说 B: 我好",
        "A\n：你好\nB\n：我好",
        "小红问：你去哪儿？\n小明答：回家。",
        "李逵喝道：“让开！”\n宋江笑道：“别急。”\n李逵道：“好。”",
        "王芳说：我先走。\n刘强问道：这么早？\n王芳说：嗯。",
        "老师讲：坐下吧。\n小华喊：到！\n小丽答道：到！",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find_turns(text, VOICES) == []


@pytest.mark.parametrize(
    "text",
    [
        "Priya: Are you coming to the game?\nDiego: Yes, give me a minute.",
        "Yuki: Did you see that?\nZyanya: No, what was it?",
        "Mrs. Hale: Come in, dear.\nMr. Pike: Thank you.",
        "TOM: Where is everybody?\nANNA: I have no idea.",
        "Hope: You said you would call.\nChase: I forgot, sorry.",
        "Liam: Noon works.\nOlivia: See you then.",
        "Narrator: Night fell over the harbour.\nWei: Who is there?",
        "**Ravi**: We should go.\n**Ingrid**: Not yet, please.",
        "Dr. Okafor: Any pain?\nPatient: No.",
        "Emma: Let's eat.\nNoah: Good idea.",
        "Capt. Reyes: Hold the line!\nSgt. Mori: Yes, sir!",
        "Bjorn: Hello.\nAisha: Hi!",
        "周野：你去不去？\n陆晚：我不去。",
        "沈星河：今晚吃什么？\n顾清晏：随便吧。",
        "阿城：你怎么才来？\n小满：路上堵车啊。",
        "老周：喂，是我。\n老吴：听出来了，你说吧。",
        "旁白：天黑了。\n江晚舟：有人吗？",
        "林晚：你来了。\n周野：嗯。",
        "上官云：请坐吧。\n司徒静：多谢你了。",
        "秦朗：把门关上好吗？\n韩小雨：好，你等等。",
        "画外音：三年以后。\n许愿安：我回来了。",
    ],
)
def test_two_lines_of_people_whom_nobody_knows_are_a_dialogue(text: str) -> None:
    turns = find_turns(text, VOICES)
    assert [text[turn.begin : turn.end].strip() for turn in turns] == [
        line.replace("：", ": ", 1).partition(": ")[2].strip() for line in text.split("\n")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Note: you must stop here.\nWarning: do you really want this?",
        "Ingredients: two eggs and flour.\nMethod: mix them well, please.",
        "Time: 10:30\nPlace: Room 4",
        "Docker: containers for your apps.\nKubernetes: it runs your containers.",
        "Question: are you ready?\nSummary: yes, we are.",
        "Paris: 10 degrees\nLondon: 12 degrees",
        "Pros: you save time.\nCons: you pay more.",
        "Step One: open your door.\nStep Two: close it, please.",
        "Monday: we swim.\nTuesday: we rest.",
        "Subject: your order\nFrom: me",
        "Python: 3.11\nNode: 20",
        "Breakfast: I had eggs.\nLunch: I had soup.",
        "Before: you see nothing.\nAfter: you see it all.",
        "Tip: you can press Enter.\nHint: you can press Tab.",
        "Ruby: a language\nJordan: a country",
        "Violet: 20 mg\nAmber: 30 mg",
        "Rules: no smoking!\nHours: we open at nine.",
        "Symptoms: do you cough?\nTreatment: rest, please.",
        "Emma: hello there.\nSummary: she said hello.",
        "I said: you go.\nHe said: no.",
        "PS: thank you!\nNB: you must pay.",
        "Https: you need it.\nFtp: you do not.",
        "注意：你不要动。\n说明：请你看这里。",
        "时间：三点好吗？\n地点：我家。",
        "方法：你先热锅。\n步骤：你再放油。",
        "优点：你会喜欢。\n缺点：你要多花钱。",
        "成本：我们三万。\n方案：你看怎么样？",
        "白天：我上班。\n晚上：我睡觉。",
        "问题：你多大了？\n回答：我三十。",
        "高铁：你要三小时。\n飞机：你要一小时。",
        "温度：二十度吧。\n湿度：你看呢？",
        "北京：你好。\n上海：你好。",
        "小结：我们学了三点。\n小贴士：你可以多喝水。",
        "黄山：我去过吗？\n张家界：我没去过。",
        "上联：你来我往。\n下联：我去你来。",
        "原文：我爱你。\n译文：你爱我吗？",
        "甄选：给你最好的。\n严选：给你更好的。",
        "正方：我们同意。\n错题：你看看吧。",
        "周一：我上班。\n周二：我休息吗？",
        "白茶：你喝吗？\n红茶：我不喝。",
    ],
)
def test_two_lines_of_headings_are_none_though_they_talk_to_somebody(text: str) -> None:
    assert find_turns(text, VOICES) == []


@pytest.mark.parametrize(
    "name",
    ["欣怡", "佳怡", "诗涵", "可欣", "婉清", "浩然", "婷婷", "文静", "晨曦", "沐辰", "若曦", "豆豆", "安安", "一诺"],
)
def test_a_given_name_is_a_speaker_whether_it_is_a_word_or_not(name: str) -> None:
    turns = find_turns(f"{name}：你吃了吗？\n李强：还没有呢。\n{name}：那一起去吧。\n李强：好啊。", VOICES)
    assert [turn.label for turn in turns] == [name, "李强", name, "李强"]


@pytest.mark.parametrize("labels", ["健康 声明", "山东 山西", "英国 德国", "原文 译文", "白天 夏天", "特色 价格"])
def test_words_that_look_like_given_names_are_no_speakers(labels: str) -> None:
    first, second = labels.split()
    assert not find_turns(f"{first}：你看吧。\n{second}：我知道吗？\n{first}：好啊。\n{second}：不行吧？", VOICES)


TALK = (
    "You came early today.",
    "I had no choice.",
    "Did you bring it?",
    "Yes, it is here.",
    "Thank you.",
    "Well, sit down.",
)


@pytest.mark.parametrize("above", ["", "Welcome to the show, everybody.\n\n", "# The harbour\n"])
@pytest.mark.parametrize(
    "names",
    [
        "Elowen Fitz",
        "Kestrel Bramwell",
        "Xanthe Quill",
        "Rowan Skye",
        "ZADIE WRENNA",
        "Wrenna Oduya Tamsin",
        "Lisbet Oona",
    ],
)
def test_names_that_nobody_knows_take_turns_where_they_talk(names: str, above: str) -> None:
    labels = names.split()
    text = above + "\n".join(f"{labels[at % len(labels)]}: {line}" for at, line in enumerate(TALK))
    assert [turn.label for turn in find_turns(text, VOICES)] == [labels[at % len(labels)] for at in range(len(TALK))]


STORY = ("The bus was late again.", "The rain never stopped.", "So the bakery sold out by noon.", "It always does.")


@pytest.mark.parametrize("lines", [4, 8])
@pytest.mark.parametrize(
    "names",
    ["Zephyrine Quillon", "Bertilde Oswinna", "Priyanka Kwabena", "Dalisay Makoa", "Ximo Jutka", "Ruby Zyanya"],
)
def test_names_that_nobody_knows_say_sentences_by_turns(names: str, lines: int) -> None:
    labels = names.split()
    text = "\n".join(f"{labels[at % 2]}: {STORY[at % 4]}" for at in range(lines))
    assert [turn.label for turn in find_turns(text, VOICES)] == labels * (lines // 2)
    assert find_turns(text.replace(".", ""), VOICES) == [], "fields hold no sentences"
    halves = sorted(text.split("\n"))
    assert find_turns("\n".join(halves), VOICES) == [], "a list says all of the one, then all of the other"


@pytest.mark.parametrize(
    "names", ["Breakfast Lunch", "Docker Kubernetes", "Husky Beagle", "Python Rust", "Excel Notion", "Monday Zyanya"]
)
def test_words_say_no_sentences_by_turns(names: str) -> None:
    labels = names.split()
    assert find_turns("\n".join(f"{labels[at % 2]}: {STORY[at]}" for at in range(4)), VOICES) == []


@pytest.mark.parametrize(
    "names", ["Note Warning", "Linux Windows", "Myth Fact", "Question Answer", "Input Output", "Problem Solution"]
)
def test_words_take_no_turns_whatever_they_say(names: str) -> None:
    labels = names.split()
    text = "\n".join(f"{labels[at % 2]}: {line}" for at, line in enumerate(TALK))
    assert find_turns(text, VOICES) == []


@pytest.mark.parametrize(
    "labels",
    [
        ("主持人A", "主持人B", "嘉宾Lucy"),
        ("主持人1", "主持人2", "嘉宾Lucy"),
        ("主播A", "主播B"),
        ("同学A", "同学B"),
        ("男A", "女A"),
        ("老K", "小M"),
        ("阿May", "阿Ken"),
        ("嘉宾Lucy", "主持人Tom"),
        ("阿美", "老K", "Lucy"),
        ("Anna K.", "Ben R."),
        ("Amy", "Bob K."),
    ],
)
def test_labels_of_characters_and_letters_are_speakers(labels: tuple[str, ...]) -> None:
    lines = [f"{label}：今天聊聊省钱这件事，我先说。" for label in labels * 2]
    assert [turn.label for turn in find_turns("\n".join(lines), VOICES)] == [*labels * 2]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("甲方：什么时候交付？\n乙方：下周三。\n甲方：能再快一点吗？\n乙方：我们尽量。", ["甲方", "乙方"]),
        ("客服：您好，有什么可以帮您？\n用户：我的快递丢了。\n客服：请说单号。\n用户：一二三四。", ["客服", "用户"]),
        ("买家：还能便宜吗？\n卖家：不能了。\n买家：那包邮吧？\n卖家：您在哪儿？", ["买家", "卖家"]),
        ("角色A：你来了。\n角色B：我来了。\n角色A：坐。\n角色B：谢谢。", ["角色A", "角色B"]),
        ("CEO: Can we ship?\nCTO: I doubt it.\nCEO: Why?\nCTO: You cut the team.", ["CEO", "CTO"]),
        *(
            (f"{one}：大家好。\n{other}：你好，今天聊什么？\n{one}：聊聊新年。\n{other}：太好了。", [one, other])
            for one, other in (("主播", "小明"), ("导演", "小美"), ("教练", "李雷"), ("房东", "租客"), ("院长", "小林"))
        ),
        *(
            (
                f"{one}：你准备好了吗？\n{other}：我准备好了。\n{one}：那我们开始吧。\n{other}：好的，你先说。",
                [one, other],
            )
            for one, other in (("博主", "助理"), ("主持人甲", "主持人乙"), ("快递员", "保安"), ("主讲人", "同桌"))
        ),
        ("DJ：欢迎收听。\nMC：今晚有什么歌？\nDJ：很多。\nMC：太好了。", ["DJ", "MC"]),
        ("Buyer: How much is it?\nSeller: Ten.\nBuyer: I give you eight.\nSeller: You must joke.", ["Buyer", "Seller"]),
    ],
)
def test_parts_in_a_talk_are_speakers(text: str, speakers: list[str]) -> None:
    assert [turn.label for turn in find_turns(text, VOICES)] == speakers * 2


@pytest.mark.parametrize(
    "text",
    [
        "甲方：北京某某有限公司\n乙方：上海某某有限公司\n甲方代表：张三\n乙方代表：李四",
        "甲方：提供场地。\n乙方：支付租金。\n甲方：负责维修。\n乙方：负责清洁。",
        "用户：可以登录、注册。\n管理员：可以删帖。\n用户：可以发帖。\n管理员：可以封号。",
        "导演：张三\n编剧：李四\n主演：王五\n导演助理：赵六",
        "学生：按时到校。\n优点：认真。\n学生：保持安静。\n优点：守时。",
        "CEO: John Smith\nCTO: Jane Doe\nCFO: Jim Poe",
        "User: admin\nPassword: 1234\nUser: root\nPassword: 4321",
    ],
)
def test_parts_of_a_contract_or_a_table_are_no_speakers(text: str) -> None:
    assert find_turns(text, VOICES) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Tommy", "Tommy (age 6): Can I have some?\nMom: After dinner."),
        ("Eddie", "Eddie (8): Are we there yet?\nDad: Soon."),
        ("Robbie", "Robbie: But I'm only six, Grandpa!\nGrandpa: Then you may stay up."),
        ("Pete", "“I’m nearly seven,” said Pete. “Dad, look!”"),
        ("Sam", "“I am ten. I can do it alone!” Sam cried."),
        ("小宝", "小宝（6岁）：我要吃糖。\n妈妈：吃完饭再说。"),
        ("壮壮", "“我今年八岁了，我自己去。”壮壮说。"),
    ],
)
def test_a_child_is_known_by_an_age_in_brackets_or_by_what_it_says(name: str, text: str) -> None:
    assert said_age([name], [text]) == "child"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Silas", "“Silas is eighty-one,” she shouted back."),
        ("Ruth", "Ruth, an old woman with a stick, came in."),
        ("Mara", "Mara sat by the fire. She was nearly ninety, and deaf."),
        ("Abel", "The eighty-year-old Abel laughed."),
        ("韩德顺", "老渡工韩德顺把船拴好，弓着腰进了屋。他今年七十三岁。"),
        ("周伯清", "周伯清年过七旬，身子还硬朗。"),
        ("老郑", "老郑是村里的老人。"),
        ("宋婆婆", "宋婆婆笑了。"),
    ],
)
def test_somebody_old_is_known_by_what_is_told(name: str, text: str) -> None:
    assert said_age([name], [text]) == "old"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Tom", "Tom was seventy years late."),
        ("Bob", "Bob is 75 kilos."),
        ("王强", "王强今年二十七岁。"),
        ("张三", "张三，七十块钱一斤。"),
        ("宋玉", "宋玉看见一位老人走了进来。"),
        ("Tom", "Tom: I'm six feet tall.\nAnn: Really?"),
        ("Sam", "“I’m ten minutes late,” said Sam."),
        ("Ann", "“I’m twelve, and he knows it,” said Bob. Ann laughed."),
        ("老王", "老王：我三十六岁，身体好。\n小李：是吗？"),
        ("壮壮", "“我爸爸八岁就下地了。”壮壮说。"),
    ],
)
def test_other_figures_make_nobody_young_or_old(name: str, text: str) -> None:
    assert said_age([name], [text]) == ""


@pytest.mark.parametrize("labels", [("产品A", "产品B"), ("方案A", "方案B"), ("图A", "图B"), ("选项A", "选项B")])
def test_things_with_a_letter_are_no_speakers(labels: tuple[str, ...]) -> None:
    assert find_turns("\n".join(f"{label}：三百块，包邮。" for label in labels * 2), VOICES) == []


@pytest.mark.parametrize("other", ["Tom", "Mum", "小明", "John"])
def test_who_answers_somebody_called_as_a_voice_is_a_speaker_too(other: str) -> None:
    text = f"{other}: Did you read the news?\nDeep: I did.\n{other}: Same here.\nDeep: Let us talk about it."
    assert [turn.label for turn in find_turns(text, VOICES)] == [other, "Deep"] * 2


def test_a_name_that_nobody_knows_needs_every_line_to_have_one() -> None:
    assert find_turns("Zyanya: Did you see?\nNobody answered.\nWambui: No.", VOICES) == []
    assert [turn.label for turn in find_turns("Zyanya: Did you see?\n\nWambui: No.", VOICES)] == ["Zyanya", "Wambui"]


EVENING = {
    "en": (
        "Peter: Good evening, Anna.",
        "Anna: Good evening to you.",
        "Peter: Did you bring the map?",
        "Anna: I did.",
        "Peter: Then we can begin.",
        "Anna: We can.",
    ),
    "zh": (
        "林可：晚上好，小雨。",
        "小雨：你好。",
        "林可：地图带了吗？",
        "小雨：带了。",
        "林可：开始吧。",
        "小雨：好。",
    ),
}


def with_line(line: str, at: int) -> list[str]:
    lines = EVENING["en" if line.isascii() else "zh"]
    return [*lines[:at], line, *lines[at:]]


@pytest.mark.parametrize("at", [1, 4, 6])
@pytest.mark.parametrize(
    "line",
    [
        "Brannick: The lights went out.",
        "XU QIAOLING: It is late.",
        "Ouyang Feifei: Good night.",
        "Shopkeeper: Closing time.",
        "Tannoy: Platform two.",
        "Guard: Tickets.",
        "Stranger: Is this the road to Hull?",
        "Lady Marsh: Nobody rang.",
        "Robot 7: Door open.",
        "Both: Good night!",
        "Dr. Oyelaran: Nothing is broken.",
        "JUNE: It rained.",
        "制作人：还有两分钟。",
        "郑淼淼：我能说一句吗？",
        "保安：下班了。",
        "许嘉豪：大家好。",
        "欧阳菲菲：我迟到了。",
        "路人甲：借过。",
        "老板娘：打烊了。",
        "众人：好！",
    ],
)
def test_who_says_one_thing_in_a_talk_is_a_speaker_here_and_in_a_book(line: str, at: int) -> None:
    lines, label = with_line(line, at), line.replace("：", ":").partition(":")[0]
    assert [turn.label for turn in find_turns("\n".join(lines), VOICES)].count(label) == 1
    book = read_lines("a.txt", lines).chapters
    assert label in {one.speaker for chapter in book for one in chapter.quotations}
    prose = "\n".join(["It was late. Nobody came.", "The door was open.", line, "A light burned."])
    assert find_turns(prose, VOICES) == []


@pytest.mark.parametrize("at", [1, 4, 6])
@pytest.mark.parametrize(
    "line",
    [
        "Note: This was in May.",
        "Remember: the door sticks.",
        "Consider: the door sticks.",
        "However: it rained.",
        "SFX: a door slams",
        "Location: Hull",
        "Episode 3: The Map",
        "Key Point: maps are old.",
        "Next Week: The Boat",
        "Later: the same room",
        "注意：门很紧。",
        "结论：他们走了。",
        "总的来说：还行。",
        "片尾曲：小河",
        "下集预告：小船",
        "小贴士：早点去。",
        "换言之：完了。",
    ],
)
def test_what_is_nobody_in_a_talk_stays_text_here_and_in_a_book(line: str, at: int) -> None:
    lines, label = with_line(line, at), line.replace("：", ":").partition(":")[0]
    assert {turn.label for turn in find_turns("\n".join(lines), VOICES)} <= {"Peter", "Anna", "林可", "小雨"}
    book = read_lines("a.txt", lines).chapters
    assert label not in {one.speaker for chapter in book for one in chapter.quotations}


def test_two_who_talk_in_capitals_need_no_second_line_each() -> None:
    text = "JUNE: What would you like?\nMARCUS: And how much is a bowl?\nJUNE: Six pounds, thank you."
    assert [turn.label for turn in find_turns(text, VOICES)] == ["JUNE", "MARCUS", "JUNE"]


@pytest.mark.parametrize(
    "label", ["旁白", "解说", "叙述", "画外音", "Narrator", "NARRATION", "VO", "V.O.", "Voice-over"]
)
def test_whoever_reads_what_nobody_says_has_the_voice_that_was_chosen(label: str) -> None:
    text = f"小明：走吧。\n{label}：天黑了。\n小红：好。"
    cast = cast_of(find_turns(text, VOICES), VOICES, first="deep")
    assert cast[label] == "deep" and "deep" not in (cast["小明"], cast["小红"])


def heard(text: str, **options: object) -> list[str]:
    """The lines of ``text`` without what nobody says."""
    parts = parts_of(parse(text), VOICES, voice="baker", **options)  # type: ignore[arg-type]
    marked = parse(text).text
    for label in reversed(parts.labels):
        marked = marked[: label.start] + marked[label.end :]
    return [line.strip() for line in marked.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Tom: [laughs] I own one.", "I own one."),
        ("Tom: (whispering) She is behind you.", "She is behind you."),
        ("Tom: It was [sighs] a long week.", "It was a long week."),
        ("Tom: So that was it. (clears throat)", "So that was it."),
        ("**Tom:** (to himself) Not again.", "Not again."),
        ("Tom: Not again.\n[MUSIC FADES]", "Not again."),
        ("[Intro music plays]\nTom: Welcome back.", "Welcome back."),
        ("Tom: I waited.\n(long pause)", "I waited."),
        ("SFX: a door slams\nTom: Who is it?", "Who is it?"),
        ("MUSIC: strings, low\nTom: Night fell.", "Night fell."),
        ("(A kettle sings in the kitchen.)\nTom: Tea?", "Tea?"),
        ("Tom: Tea?\n(The lights go out.)\n*a long creak*", "Tea?"),
        ("Tom: Tea?\n\n[A boat passes.]\n", "Tea?"),
        ("小明：（叹气）都走了。", "都走了。"),
        ("（幕布升起。）\n小明：都走了。", "都走了。"),
        ("小明：我也不知道（笑）。", "我也不知道。"),
        ("（掌声）\n小明：谢谢大家。", "谢谢大家。"),
        ("音效：雷声\n小明：要下雨了。", "要下雨了。"),
        ("Tom: Wait. [pause 400ms] Now.", "Wait.  Now."),
        ("Tom: [happy]We won![/happy]", "We won!"),
        ("Tom: Chapter (3) costs ten (US) dollars.", "Chapter (3) costs ten (US) dollars."),
    ],
)
def test_what_a_script_tells_is_not_said(line: str, said: str) -> None:
    assert heard(f"{line}\nAnna: Yes.\n小红：好。")[0] == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("*sighs* OK.", "OK."),
        ("Fine. *laughs*", "Fine."),
        ("Fine *chuckles softly*", "Fine"),
        ("*clears throat* So.", "So."),
        ("No. *looks away* Never.", "No. Never."),
        ("*smiles* Hi there.", "Hi there."),
        ("_giggles_ Sure.", "Sure."),
        ("*laughter* Sorry.", "Sorry."),
        ("*laughing* You did.", "You did."),
        ("*叹气* 好吧。", "好吧。"),
        ("好吧。*苦笑*", "好吧。"),
        *(
            (line, line)
            for line in (
                "I *really* mean it.",
                "*Nothing* works.",
                "He *sings* well.",
                "*always* ask.",
                "It is *this* one.",
                "*Never* say that. *Ever.*",
                "2*3*4 is 24.",
                "*真的*很好。",
                "*声音*很好。",
                "*别笑* 了。",
                "这*很*重要。",
            )
        ),
    ],
)
def test_what_a_speaker_does_between_asterisks_is_silent_and_what_is_stressed_is_not(line: str, said: str) -> None:
    assert heard(f"Tom: {line}\nAnna: Yes.\nTom: Good.")[0] == said
    (chapter,) = read_lines("a.txt", [f"Tom: {line}", "Anna: Yes.", "Tom: Good."]).chapters
    assert chapter.text.split("\n")[0] == said


@pytest.mark.parametrize("sign", "△▲")
def test_what_is_done_behind_a_triangle_is_not_said(sign: str) -> None:
    assert heard(f"小明：走吧。\n{sign}小明开门。\n小红：好。") == ["走吧。", "好。"]


def test_what_is_said_to_somebody_or_stands_elsewhere_is_no_direction() -> None:
    lines = [
        "(Written in 1998.)",
        "*A note.*",
        "The play:",
        "Tom: Tea?",
        "(I really mean it.)",
        "Anna: Yes.",
        "The end.",
    ]
    assert heard("\n".join([*lines, "(Photo: Reuters)"])) == [
        *lines[:3],
        "Tea?",
        lines[4],
        "Yes.",
        *lines[6:],
        "(Photo: Reuters)",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Speaker 1", "Speaker 2"),
        ("HOST 1", "Host #2"),
        ("SPEAKER_00", "SPEAKER_01"),
        ("嘉宾1", "嘉宾2"),
        ("Guest 1", "Tom"),
    ],
)
def test_numbered_labels_are_speakers(one: str, other: str) -> None:
    text = f"{one}: Good evening to all.\n{other}: It is late.\n{one}: So it is."
    assert said(text) == [(one, "Good evening to all.\n"), (other, "It is late.\n"), (one, "So it is.")]
    assert len({*cast_of(find_turns(text, VOICES), VOICES, first="baker").values()}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Patient 1: fever\nPatient 2: a cough\nPatient 3: a rash",
        "John 3:16 God so loved.\nLuke 2:4 And Joseph went up.",
        "Step 1: Boil water.\nStep 2: Add salt.\nStep 1: Boil it again.",
        "Jan 2: the first talk\nJan 9: the second talk\nJan 2: tea",
    ],
)
def test_numbered_things_are_no_speakers(text: str) -> None:
    assert said(text) == []


def test_the_time_before_a_label_is_not_said() -> None:
    text = "[00:01] Tom: Tea?\n(0:07) Anna: Yes.\n[1:00:09.5] **Tom:** Here."
    assert heard(text) == ["Tea?", "Yes.", "Here."]
    assert said("[00:01] Tea was late.\n[00:07] Nobody came.") == []


@pytest.mark.parametrize(
    "text",
    ["[laughs] I own one.", "Music\n[MUSIC FADES]\nThe end.", "He said (laughing) that it was late.", "（掌声）谢谢。"],
)
def test_what_is_no_script_is_said_whole(text: str) -> None:
    assert heard(text) == text.split("\n")
    script = f"Tom: {text}\nAnna: Yes."
    assert heard(script, speakers={}) == script.split("\n"), "labels are turned off"


def test_keys_in_a_block_of_code_are_no_labels() -> None:
    code = "```yaml\nA: 1\nB: 2\n```\n"
    assert find_turns(f"看：\n{code}完", VOICES) == []
    turns = find_turns(f"A：看\n{code}好\nB：完", VOICES)
    assert [turn.label for turn in turns] == ["A", "B"]


def test_given_speakers_are_labels_too_and_one_line_is_enough() -> None:
    assert said("妈妈：来\nA: 好", speakers={"妈妈": "baker"}) == [("妈妈", "来\n"), ("A", "好")]
    assert said("妈妈：来\n爸爸：好", speakers={"妈妈": "baker"}) == [("妈妈", "来\n爸爸：好")]
    assert said("A: 好", speakers={"B": "baker"}) == []
    assert said("a: 好", speakers={"A": "baker"}) == [("A", "好")]
    assert said("A: 好\nB: 好", speakers={}) == []


def test_who_is_cast() -> None:
    def cast(text: str, first: str = "baker") -> dict[str, str]:
        return cast_of(find_turns(text, VOICES), VOICES, first=first)

    assert cast("A: 一\nB: 二") == {"A": "baker", "B": "young_man"}
    assert list(cast("B: 一\nA: 二").items()) == [("B", "young_man"), ("A", "baker")]
    assert cast("Q: 一\nA: 二") == {"Q": "young_man", "A": "baker"}
    assert cast("A: 一\nB: 二", "young_man") == {"A": "young_man", "B": "bright"}
    # A deep man is too near to the young one as long as anybody else is free.
    assert cast("A: 一\nB: 二\nC: 三") == {"A": "baker", "B": "young_man", "C": "deep"}
    assert cast("A: 一\n清亮女声：二") == {"A": "baker", "清亮女声": "bright"}
    assert cast("小明：一\n小红：二\n小明：三") == {"小明": "baker", "小红": "young_man"}
    assert cast("A: 一\nB: 二", "design:pitch=-7")["B"] == "bright"
    assert set(cast("\n".join(f"{letter}: 好" for letter in "ABCDEFGHIJ")).values()) <= set(IDS)


def test_given_speakers_go_before_the_cast() -> None:
    def cast(text: str, **speakers: str) -> dict[str, str]:
        return cast_of(find_turns(text, VOICES, speakers), VOICES, first="baker", speakers=speakers)

    assert cast("A: 一\nB: 二", B="deep") == {"A": "baker", "B": "deep"}
    assert cast("A: 一\nB: 二", A="deep") == {"A": "deep", "B": "baker"}
    assert cast("A: 一\nB: 二", A="default") == {"A": "baker", "B": "young_man"}
    assert cast("A: 一\n青年男声: 二", 青年男声="bright") == {"A": "baker", "青年男声": "bright"}


def test_a_voice_by_its_names() -> None:
    assert voice_named(VOICES, "青年男声") == voice_named(VOICES, "YOUNG_MAN") == "young_man"
    assert voice_named(VOICES, "老船长") == "own-1"
    assert voice_named(VOICES, "design:pitch=-3") == "design:pitch=-3"
    assert voice_named(VOICES, "nobody") is None


def test_tags_go_before_lines_and_inner_ones_before_outer_ones() -> None:
    marked = parse('A: 一<voice name="deep">二<voice name="清亮女声">三</voice>四</voice>五\nB: 六')
    parts = parts_of(marked, VOICES, voice="baker")
    heard = {char: parts.at(marked.text.index(char)) for char in "一二三四五六"}
    assert heard == {"一": "", "二": "deep", "三": "bright", "四": "deep", "五": "", "六": "young_man"}


def test_the_name_of_no_voice_in_a_tag_is_told_even_around_nothing() -> None:
    for text in ('好<voice name="nobody">好</voice>', '好<voice name="nobody"/>'):
        with pytest.raises(StudioError, match="nobody") as caught:
            parts_of(parse(text), VOICES, voice="baker")
        assert caught.value.code == "bad_markup" and caught.value.details["position"] == 2


@pytest.mark.parametrize(
    ("speakers", "code"),
    [
        ([], "bad_speakers"),
        ("A", "bad_speakers"),
        ({"": "baker"}, "bad_speakers"),
        ({"A:": "baker"}, "bad_speakers"),
        ({"x" * 41: "baker"}, "bad_speakers"),
        ({"A": "baker", "Ａ": "deep"}, "bad_speakers"),
        ({f"s{number}": "baker" for number in range(27)}, "bad_speakers"),
        ({"A": "nobody"}, "unknown_choice"),
        ({"A": 3}, "unknown_choice"),
        ({"A": "design:pitch=99"}, "bad_voice"),
    ],
)
def test_speakers_that_cannot_be(speakers: object, code: str) -> None:
    with pytest.raises(StudioError) as caught:
        check_speakers(speakers, IDS)
    assert caught.value.code == code
    assert all(caught.value.localise(language) for language in ("en", "zh"))


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["A: 好", "B：行", "青年男声：嗯", "", "  ", "C:\\x", "**A:** 好", "旁白", "：", "A:", "\tB :x", "A::"]
        ),
        st.text(alphabet="AB：:*\\/ 好\n\t<[", max_size=12),
    ),
    max_size=12,
)


@given(LINES)
def test_turns_are_in_order_apart_inside_lines_and_keep_every_character(lines: list[str]) -> None:
    text = "\n".join(lines)
    turns = find_turns(text, VOICES)
    assert len(turns) != 1
    at = 0
    for turn in turns:
        assert at <= turn.start < turn.begin <= turn.end <= len(text)
        assert turn.start == 0 or text[turn.start - 1] == "\n"
        label = text[turn.start : turn.begin]
        assert "\n" not in label and ("：" in label or ":" in label)
        at = turn.end
    parts = parts_of(parse("".join(char for char in text if char not in "<[")), VOICES, voice="baker")
    assert list(parts.starts) == sorted(set(parts.starts))


@given(LINES)
def test_a_text_of_turns_alone_says_everything_but_the_labels(lines: list[str]) -> None:
    text = "\n".join(lines)
    hidden = sum(turn.begin - turn.start for turn in find_turns(text, VOICES))
    spoken = "".join(text[turn.begin : turn.end] for turn in find_turns(text, VOICES))
    assert len(spoken) <= len(text) - hidden


def test_long_texts_take_time_in_proportion() -> None:
    text = "A" * 100_000 + "\n" + " " * 100_000 + "A" + " " * 100_000 + "\n" + "A: x\n" * 1000
    assert len(find_turns(text, VOICES)) >= 999
    assert find_turns("A: 一\nB: 二", VOICES)[0] == DialogueTurn("A", 0, 3, 5)


RECORDED = (
    ("Anna", "Welcome to the show."),
    ("Zosia", "Thanks for having me."),
    ("Anna", "How are you?"),
    ("Zosia", "Fine."),
)


@pytest.mark.parametrize(
    "form",
    [
        "00:0{at} {name}: {said}",
        "0:0{at} {name}: {said}",
        "00:00:0{at} {name}: {said}",
        "{name} (00:0{at}): {said}",
        "{name} 00:0{at}: {said}",
        "{name} [00:0{at}]: {said}",
        "**{name}** (00:0{at}): {said}",
        "{name} (00:0{at}):\n{said}\n",
        "{name}  00:0{at}\n{said}\n",
        "{name} [00:00:0{at}]\n{said}\n",
        "00:0{at}\n{name}: {said}\n",
        "{name}（00:0{at}）：{said}",
    ],
)
def test_times_of_a_recording_are_not_read_with_the_names_beside_them(form: str) -> None:
    text = "\n".join(form.format(at=at, name=name, said=said) for at, (name, said) in enumerate(RECORDED, 1))
    turns = find_turns(text, [], None)
    assert [(turn.label, text[turn.begin : turn.end].strip()) for turn in turns] == list(RECORDED)


@pytest.mark.parametrize(
    "text",
    [
        "8:00 起床：刷牙\n9:00 上课：语文\n10:00 下课：休息\n11:00 上课：数学",
        "小明 8:00：起床\n小红 9:00：上课\n小明 10:00：下课\n小红 11:00：回家",
        "Anna 10:30\nBring the boat.\nTom 11:45\nBring the rope.\nAnna 12:00\nGo.",
        "Kickoff: 00:01\nGoal 00:05: Smith\nGoal 00:09: Jones",
        "老婆5:50就醒了，我还想睡。\n儿子6:20也醒了。\n我起来做早饭。",
        "孩子7:15才起床。\n老婆5：50就醒了。",
        "Anna 7:30 is up.\nTom 8:15 is not.",
        "00:01 Intro: the harbour\n00:45 Chapter: the boat\n03:10 Outro: thanks",
    ],
)
def test_times_of_a_schedule_stay(text: str) -> None:
    assert find_turns(text, [], None) == []


MANNERS = [
    "{} [laughing]: ", "{}[softly]: ",
    "{}【开心】：", "{}［低声］：", "{} (male): ", "**{}** [aside]: ", "**{} [aside]:** ",
    "{}〔叹气〕：",
]  # fmt: skip


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("pair", [("阿珍", "老王"), ("Anna", "Peter"), ("A", "B")])
@pytest.mark.parametrize("each", [1, 2])
def test_how_somebody_speaks_may_stand_in_any_brackets(manner: str, pair: tuple[str, str], each: int) -> None:
    said = ["Is it lit?", "Not yet.", "Why not?", "The wind."]
    heads = [(manner if at % each == 0 else "{}: ").format(pair[at % 2]) for at in range(len(said))]
    text = "".join(f"{head}{line}\n" for head, line in zip(heads, said, strict=True))
    turns = find_turns(text, VOICES)
    spoken = [(turn.label, text[turn.begin : turn.end].strip()) for turn in turns]
    assert spoken == [(pair[at % 2], line) for at, line in enumerate(said)]
    (chapter,) = read_lines("a.txt", text.split("\n")).chapters
    assert [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations] == spoken


@pytest.mark.parametrize(
    "text", ["P(A): 0.3\nP(B): 0.7\n", "P(rain): 0.3\nP(sun): 0.7\n", "Smith [12]: ropes\nLee [13]: lamps\n"]
)
def test_mathematics_and_numbers_of_notes_are_no_manner(text: str) -> None:
    assert not find_turns(text, VOICES)
