"""Capitals that are a word in one place and letters in another; formulas, alleles, and capitals for stress."""

from __future__ import annotations

import pytest

from tests.support.segments import build_segments


def letters(text: str) -> list[str]:
    """The parts of the first run of letters in a line: single letters of what is spelt, else words."""
    tokens = [token for segment in build_segments(text, max_syllables=1_000) for token in segment.tokens]
    spoken = [token for token in tokens if token.kind in ("word", "letter")]
    return [token.text for token in spoken if token.word == spoken[0].word]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("筛选条件里的 OR 写错了", "OR"), ("两个查询用 OR 拼起来", "OR"), ("OR 运算的优先级低", "OR"),
        ("布尔检索里的OR", "OR"),
        ("这里的IF函数套了三层", "IF"), ("IF语句少了括号", "IF"), ("语句里的 AS 可以省略", "AS"),
        ("或门就是OR门", "OR"),
        ("OR值为2.1", "O R"), ("OR=3.4，风险更高", "O R"), ("吸烟的OR是1.8", "O R"), ("他的IF=12", "I F"),
        ("影响因子IF很高", "I F"),
        ("长按SET键三秒", "SET"), ("按下“RUN”键", "RUN"), ("点击“ADD”按钮", "ADD"), ("再按一次 END 键", "END"),
        ("拨到“OFF”档", "OFF"),
        ("按ESC键退出", "E S C"), ("长按FN键", "F N"), ("SET协议已过时", "S E T"), ("患有ADD的孩子", "A D D"),
        ("剑桥PET考了两次", "PET"), ("PET考试下个月", "PET"), ("做了PET检查", "P E T"), ("PET材质的瓶子", "P E T"),
        ("IS-LM模型", "I S"), ("AS-AD框架", "A S"), ("喝的是ON家的蛋白粉", "O N"), ("开关在ON的位置", "ON"),
        ("单页面应用（SPA）", "S P A"), ("社区获得性肺炎(CAP)", "C A P"), ("周末去做SPA", "SPA"),
        ("水疗（SPA）", "SPA"),
    ],
)  # fmt: skip
def test_what_stands_beside_capitals_tells_whether_they_are_a_word(text: str, parts: str) -> None:
    assert letters(text) == parts.split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("HRS-1167片", "H R S"), ("HRS-8080单药", "H R S"), ("PEN-866联合治疗", "P E N"), ("KEY-001注射液", "K E Y"),
        ("MAX-4027单抗", "M A X"), ("CAN-2409疗效", "C A N"), ("SUN-101获批", "S U N"), ("TOP-1288的剂量", "T O P"),
        ("LAB-203给药组", "L A B"), ("FIT-307胶囊", "F I T"), ("ICE-410 II期", "I C E"),
        ("BUG-1024修好了", "BUG"), ("MAX-100耳机", "MAX"), ("KEY-500型号", "KEY"), ("RUN-200片头", "RUN"),
        ("巴黎的CAF补助", "CAF"), ("CAF房补到账", "CAF"), ("CAF细胞", "C A F"),
    ],
)  # fmt: skip
def test_the_code_of_a_drug_is_letters(text: str, parts: str) -> None:
    tokens = [token for segment in build_segments(text, max_syllables=99) for token in segment.tokens]
    spoken = [token.text for token in tokens if token.kind in ("word", "letter")]
    assert spoken[: len(parts.split())] == parts.split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SiO₂颗粒", "S I O"), ("GaN充电头", "G A N"), ("SiC模块", "S I C"),
        ("NiCd电池", "N I C D"),
        ("GaAs衬底", "G A A S"),
        ("Aa是杂合子", "A A"), ("Dd和Tt", "D D"), ("AaBb自交", "A A B B"), ("OsMADS1基因", "O S M A D S"),
        ("AtFLC的表达", "A T F L C"),
        ("CoCo家的奶茶", "CoCo"), ("HeLa细胞", "HeLa"), ("In-N-Out的汉堡", "In"), ("La-La Land", "La"),
        ("值是NaN", "NaN"),
    ],
)  # fmt: skip
def test_formulas_and_genes_are_letters(text: str, parts: str) -> None:
    assert letters(text) == parts.split()


@pytest.mark.parametrize(
    "word",
    [
        "comPUter", "phoTOgraph", "toMORrow", "imPORtant", "aBOUT", "beGIN", "reMEMber", "umBRELla", "deVELop", "hoTEL",
        "exAMple", "comMUnity",
    ],
)  # fmt: skip
def test_capitals_for_stress_part_no_word(word: str) -> None:
    assert letters(f"{word}的重音在哪") == [word]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("ReID", "Re I D"),
        ("openAI", "open A I"),
        ("useGPU", "use G P U"),
        ("goodVIP", "good V I P"),
        ("newVIP", "new V I P"),
    ],
)
def test_acronyms_in_names_are_still_parted(word: str, parts: str) -> None:
    tokens = [token for segment in build_segments(f"{word}的用法", max_syllables=99) for token in segment.tokens]
    assert [token.text for token in tokens if token.kind in ("word", "letter")] == parts.split()


@pytest.mark.parametrize("text", ["A. He is a cook.", "A. Lincoln was tall.", "We saw A. Turing there.", "A a B b"])
def test_an_initial_is_no_article(text: str) -> None:
    tokens = [token for segment in build_segments(text, max_syllables=60) for token in segment.tokens]
    assert next(token for token in tokens if token.text == "A").kind == "letter"
    assert text[-1] != "b" or all(token.kind == "letter" for token in tokens)


@pytest.mark.parametrize("text", ["A cat sat.", "Once upon a time", "Vitamin A helps. A doctor said so."])
def test_an_article_stays(text: str) -> None:
    tokens = [token for segment in build_segments(text, max_syllables=60) for token in segment.tokens]
    assert any(token.text.lower() == "a" and token.kind == "word" for token in tokens)
