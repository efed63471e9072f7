"""What people write to each other, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("打了666字", "打了六百六十六字"),
        ("666手", "六百六十六手"),
        ("666人", "六百六十六人"),
        ("共666户", "共六百六十六户"),
        ("厉害了666", "厉害了六六六"),
        ("233", "二三三"),
    ],
)
def test_praise_in_figures_is_none_where_something_is_counted(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("收银台的MM笑得真甜", "收银台的妹妹笑得真甜"),
        ("找客服mm问了尺码", "找客服妹妹问了尺码"),
        ("有个MM帮我拍照", "有个妹妹帮我拍照"),
        ("快递gg跑了两趟", "快递哥哥跑了两趟"),
        ("行李员GG态度好", "行李员哥哥态度好"),
        ("送餐dd迷路了", "送餐弟弟迷路了"),
        ("护士JJ很温柔", "护士姐姐很温柔"),
        ("陪LP逛街", "陪老婆逛街"),
        ("LP很喜欢这条裙子", "老婆很喜欢这条裙子"),
        ("我LG说味道淡", "我老公说味道淡"),
        ("同意LZ的看法", "同意楼主的看法"),
        ("刷wb刷到半夜", "刷微博刷到半夜"),
        ("wb上传疯了", "微博上传疯了"),
        ("当地zf不作为吗，zf应该出面", "当地政府不作为吗，政府应该出面"),
        ("求zf扩散", "求转发扩散"),
        ("加我vx详聊", "加我微信详聊"),
        ("怎么fan墙出去", "怎么翻墙出去"),
        ("板子有5个mm厚", "板子有五个毫米厚"),
        ("误差不到1个mm", "误差不到一个毫米"),
        ("以mm计量", "以毫米计量"),
        ("误差按MM计算", "误差按毫米计算"),
        ("跟sei学的", "跟谁学的"),
        ("sei知道呢", "谁知道呢"),
        ("你是sei啊", "你是谁啊"),
        ("音箱有ZZ声", "音箱有滋滋声"),
        ("一直zz的响", "一直滋滋的响"),
        ("有zz的电流声", "有滋滋的电流声"),
        ("余额bao里的钱", "余额宝里的钱"),
        ("专门PIAN钱的", "专门骗钱的"),
        ("送的shu标坏了", "送的鼠标坏了"),
        ("遇上一位GG带路", "遇上一位哥哥带路"),
        ("但是LG说别买", "但是老公说别买"),
        ("zf公告来了", "政府公告来了"),
        ("太ni玛坑了", "太尼玛坑了"),
        ("你ma知道吗", "你妈知道吗"),
        ("笑shi我了", "笑死我了"),
        ("累si了", "累死了"),
        ("1号dian买的", "一号店买的"),
        ("帅ge一枚", "帅哥一枚"),
        ("最爱装B", "最爱装逼"),
        ("酸的一B", "酸的一逼"),
        ("贵得一b", "贵得一逼"),
        ("PO一张自拍", "po一张自拍"),
        ("祝原PO好运", "祝原po好运"),
        ("JM们快来", "姐妹们快来"),
        ("hen好用", "很好用"),
        ("房间you点潮", "房间有点潮"),
        ("be结局", "B E结局"),
        ("辟谣的zf辟谣", "辟谣的政府辟谣"),
        ("换成SATAII盘", "换成SATA二盘"),
        ("部分X牌照", "部分X牌照"),
    ],
)
def test_letters_of_chats_are_the_words_that_they_stand_for(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    "written",
    [
        "单位：MM豆",
        "吃了一包MM豆",
        "MM码偏大",
        "这把直接GG了",
        "手机GG",
        "基金的LP和GP",
        "淘到一张LP唱片",
        "LG的洗衣机",
        "买了台LG",
        "LZ压缩",
        "这快递真lz！",
        "做了三遍WB条带",
        "打车用DD方便",
        "林俊杰JJ来了",
        "pp材质的碗",
        "pp是什么",
        "她就是个fan",
        "bao是什么",
        "采埃孚zf变速箱",
        "变速箱zf的好",
        "安装B版",
        "精装B座",
        "开了张PO单",
        "总装B站",
        "you are",
        "she说",
        "主机si口",
    ],
)
def test_letters_stay_where_they_stand_for_something_else(written: str) -> None:
    assert normalise_line(written, "zh") == written


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("我住的1706，挺安静", "我住的一七零六，挺安静"),
        ("换到了2208，还是吵", "换到了二二零八，还是吵"),
        ("安排在509，没窗", "安排在五零九，没窗"),
        ("8号楼的317，潮得很", "八号楼的三一七，潮得很"),
        ("大床房（1105）朝南", "大床房（一一零五）朝南"),
        ("从机场坐823到市区", "从机场坐八二三到市区"),
        ("等了半天962路才来", "等了半天九六二路才来"),
        ("高通632够用吗", "高通六三二够用吗"),
        ("980的CPU发热", "九八零的CPU发热"),
        ("赛扬430太慢", "赛扬四三零太慢"),
        ("三星3508音质好", "三星三五零八音质好"),
        ("玩实况2011不卡", "玩实况二零一一不卡"),
        ("我的620一直没坏", "我的六二零一直没坏"),
        ("718支持蓝牙", "七一八支持蓝牙"),
        ("2016快过完了", "二零一六快过完了"),
        ("@晴天兔7788:好看", "艾特晴天兔七七八八:好看"),
        ("425比615好", "四二五比六一五好"),
        ("今天就是618了", "今天就是六一八了"),
        ("这台3500，还行", "这台三五零零，还行"),
        ("Intel 2018年的芯片", "Intel 二零一八年的芯片"),
    ],
)
def test_figures_that_name_are_said_one_by_one(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("住了1706天", "住了一千七百零六天"),
        ("住288的房间", "住两百八十八的房间"),
        ("豪华房（1288）不值", "豪华房（一千二百八十八）不值"),
        ("给了300，不用找", "给了三百，不用找"),
        ("硬盘换到512，够了", "硬盘换到五百一十二，够了"),
        ("坐300人的大厅", "坐三百人的大厅"),
        ("支持128路视频", "支持一百二十八路视频"),
        ("高通500强排名", "高通五百强排名"),
        ("三星3999买的", "三星三千九百九十九买的"),
        ("联想4500入手", "联想四千五百入手"),
        ("我的500就买到了", "我的五百就买到了"),
        ("350支持一下", "三百五十支持一下"),
        ("湖人118比109赢了", "湖人一百一十八比一百零九赢了"),
        ("价格是618", "价格是六百一十八"),
        ("2016米高", "两千零一十六米高"),
        ("用过300次", "用过三百次"),
        ("高通2000亿市值", "高通两千亿市值"),
        ("海思3000名员工", "海思三千名员工"),
        ("我的1000还没到账", "我的一千还没到账"),
        ("他的500也花完了", "他的五百也花完了"),
        ("三星3000左右", "三星三千左右"),
        ("一共1984个", "一共一千九百八十四个"),
    ],
)
def test_figures_that_count_are_a_number(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    "written",
    [
        "把 XD 停了", "设计稿都用 XD 画", "他在学 XD 呢", "和 XD 一样", "比不过，只好给 XD 让路", "将 XD 下架",
        "从 XD 转来", "对 XD 没感情", "公司买 XD 了", "与 XD 打通",
    ],
)  # fmt: skip
def test_a_name_is_no_face(written: str) -> None:
    assert "XD" in normalise_line(written, "zh")


@pytest.mark.parametrize("written", ["笑死我了XD", "太好玩 XD", "又迟到了 XD 明天再说"])
def test_a_laughing_face_is_silent(written: str) -> None:
    assert "XD" not in normalise_line(written, "zh")
