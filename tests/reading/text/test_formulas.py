"""Formulas amid Chinese words are said by their grammar; what only looks like one is left to the other rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.text import cleaned, formulas
from indextts.reading.text.normalise import normalise_line

READ = [
    ("函数f(x)=ax-1/x-(a+1)lnx的零点", "函数FX等于AX减X分之一减A加一LNX的零点"),
    ("由∂u/∂x=∂v/∂y可知", "由偏X分之偏U等于偏Y分之偏V可知"),
    ("令g(x)=f(x)-x则", "令GX等于FX减X则"),
    ("根据ΔG=ΔH-TΔS判断", "根据德尔塔G等于德尔塔H减T德尔塔S判断"),
    ("得mgh-μmgL=½mv²成立", "得MGH减缪MGL等于二分之一MV的平方成立"),
    ("且a²=b²+c²-bc成立", "且A的平方等于B的平方加C的平方减BC成立"),
    ("看到sin²x就降幂", "看到sine平方X就降幂"),
    ("若z满足(1+i)z=2-i则", "若z满足一加IZ等于二减I则"),
    ("直线4x-6y-5=0的斜率", "直线四X减六Y减五等于零的斜率"),
    ("离心率为√3/2时", "离心率为二分之根号三时"),
    ("求1/a+2/b的最小值", "求A分之一加B分之二的最小值"),
    ("则f(-e)的值", "则F负E的值"),
    ("二次函数y=ax²-2x+1的图象", "二次函数Y等于AX的平方减二X加一的图象"),
    ("级数∑(-1)^n/n条件收敛", "级数求和，N分之负一的N次方条件收敛"),
    ("已知an+1=2an+3，求通项", "已知AN加一等于二AN加三，求通项"),
    ("为什么sinx/x在零处有极限", "为什么X分之sineX在零处有极限"),
    ("且x1+x2=-b/a成立", "且X一加X二等于负A分之B成立"),
    ("椭圆x²/4+y²/3=1的焦点", "椭圆四分之X的平方加三分之Y的平方等于一的焦点"),
    ("周期T=2π√(L/g)与质量无关", "周期T等于二派根号G分之L与质量无关"),
    ("令y=|x-1|+x/2求最小值", "令Y等于绝对值X减一加二分之X求最小值"),
    ("故P(A|B)=P(AB)/P(B)成立", "故PA给定B等于PB分之PAB成立"),
    ("导函数f′(x)=e^x-1大于零", "导函数F撇X等于E的X次方减一大于零"),
    ("体积V=4/3πr³是定值", "体积V等于三分之四派R的三次方是定值"),
    ("由n!/k!≥2推出", "由K的阶乘分之N的阶乘大于等于二推出"),
    ("取sin²θ/2=1解得", "取二分之sine平方西塔等于一解得"),
    ("求³√8+⁴√16的值", "求三次根号八加四次根号十六的值"),
    ("韦达定理给出x₁x₂=−c/a的关系", "韦达定理给出X一X二等于负A分之C的关系"),
    ("当x→∞时", "当X趋于无穷时"),
    ("若1/n→0则收敛", "若N分之一趋于零则收敛"),
    ("已知|−5|=5成立", "已知绝对值负五等于五成立"),
    ("求|a−b|的值", "求绝对值A减B的值"),
    ("∫f(x)dx表示面积", "积分，FXDX表示面积"),
    ("速度v=s/t的单位", "速度V等于T分之S的单位"),
    ("抛物线y²=2px(p>0)的焦点", "抛物线Y的平方等于二PX，P大于零的焦点"),
    ("已知f(x)=ln x-ax有两个零点", "已知FX等于LNX减AX有两个零点"),
    ("对称轴x=-b/2a处取最值", "对称轴X等于负二A分之B处取最值"),
    ("动能E=1/2mv²不变", "动能E等于二分之一MV的平方不变"),
    ("根为 $x=\\frac{-b\\pm\\sqrt{b^2-4ac}}{2a}$ 时", "根为X等于二A分之负B加减根号B的平方减四AC时"),
    ("令 $x_1+x_2=-\\frac{b}{a}$ 得", "令X一加X二等于负A分之B得"),
    ("导数 $\\frac{dy}{dx}$ 恒为正", "导数DX分之DY恒为正"),
]


@pytest.mark.parametrize(("written", "said"), READ)
def test_a_formula_is_said_by_its_grammar(written: str, said: str) -> None:
    assert normalise_line(cleaned.plain(written), "zh").replace(" ", "") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("总氮浓度为12.5 mg·L-1时", "总氮浓度为每升十二点五毫克时"),
        ("施用尿素150kg·hm-2后", "施用尿素每公顷一百五十千克后"),
        ("剂量为20 mg·kg⁻¹·d⁻¹的组", "剂量为每千克二十毫克每天的组"),
        ("以5 ℃·min-1升温", "以每分钟五摄氏度升温"),
        ("电流密度达100 mA cm-2时", "电流密度达每平方厘米一百毫安时"),
        ("比表面积为820 m2 g−1的碳", "比表面积为每克八百二十平方米的碳"),
        ("热容约4.2 J·g-1·K-1左右", "热容约四点二焦每克开左右"),
        ("扫描速率10 mV⋅s-1下", "扫描速率每秒十毫伏下"),
        ("容量保持在312 mAh g⁻¹以上", "容量保持在每克三百一十二毫安时以上"),
        ("在1720 cm-1处出峰", "在一千七百二十厘米负一次方处出峰"),
        ("比生长速率为0.3 h-1的菌", "比生长速率为零点三每小时的菌"),
        ("掺入3wt%的二氧化钛", "掺入质量分数百分之三的二氧化钛"),
        ("含1-5 vol%的氧气", "含体积分数百分之一到五的氧气"),
        ("降钙素120pg/ml偏高", "降钙素每毫升一百二十皮克偏高"),
        ("促甲状腺素4.5mU/L正常", "促甲状腺素四点五毫单位每升正常"),
        ("接种1200cells/mL的悬液", "接种每毫升一千二百个细胞的悬液"),
        ("病毒载量350copies/mL以下", "病毒载量每毫升三百五十拷贝以下"),
        ("电导率0.8S/cm的膜", "电导率每厘米零点八西门子的膜"),
        ("黏度约3.5mPa·s左右", "黏度约三点五毫帕秒左右"),
        ("总剂量50Gy的放疗", "总剂量五十戈瑞的放疗"),
        ("新增一台630kVA的变压器", "新增一台六百三十千伏安的变压器"),
        ("渗透压290mOsm/L左右", "渗透压两百九十毫渗摩尔每升左右"),
        ("以6 000 r/min离心", "以每分钟六千转离心"),
        ("向右平移π/3个单位", "向右平移三分之派个单位"),
        ("转过3π/4的角", "转过四分之三派的角"),
        ("每袋(20-x)元", "每袋(二十减x)元"),
        ("向量b=(3,4)的模", "向量b等于(三，四)的模"),
        ("支持力为2mg时", "支持力为二mg时"),
        ("拉力F=2.5N时", "拉力F等于二点五牛时"),
        ("每支50U/瓶的药", "每支五十单位每瓶的药"),
        ("数列{bn}的前3项", "数列BN的前三项"),
        ("由E=mc²可知", "由E等于MC的平方可知"),
        ("碘-131治疗", "碘-一三一治疗"),
        ("产量达9 120.5 kg·hm-2时", "产量达每公顷九千一百二十点五千克时"),
        ("海拔2 150～2 300 m的林", "海拔两千一百五十到两千三百米的林"),
        ("在1 080 ℃保温", "在一千零八十摄氏度保温"),
        ("决定系数为0.998 7，", "决定系数为零点九九八七，"),
        ("密度约3.4×10-9 A·cm-2左右", "密度约三点四乘十的负九次方安每平方厘米左右"),
        ("白细胞6.1×109/L正常", "白细胞六点一乘十的九次方每升正常"),
        ("每孔2×104个细胞", "每孔二乘十的四次方个细胞"),
        ("漏电流约8 μA左右", "漏电流约八微安左右"),
        ("压电系数420pC/N左右", "压电系数每牛四百二十皮库左右"),
        ("电阻率15Ω·cm左右", "电阻率十五欧厘米左右"),
        ("功率密度350W/m2左右", "功率密度每平方米三百五十瓦左右"),
        ("每日流量4GB/天封顶", "每日流量四G每天封顶"),
        ("养护28 d后", "养护二十八天后"),
        ("近40 a来的气温", "近四十年来的气温"),
        ("体重(210±15) g的大鼠", "体重(两百一十正负十五)克的大鼠"),
        ("压缩系数0.35 MPa-1的土", "压缩系数零点三五每兆帕的土"),
        ("胞内Mg2+浓度升高", "胞内镁离子浓度升高"),
        ("细胞的K+通道和Na+通道", "细胞的钾离子通道和钠离子通道"),
        ("电解液里的Zn²⁺沉积", "电解液里的锌离子沉积"),
        ("检测3种Cr、Ni和As的含量", "检测三种CR、NI和AS的含量"),
        ("稳定度2 640次/mm以上", "稳定度每毫米两千六百四十次以上"),
        ("按JTG E42—2005执行", "按JTGE四二杠二零零五执行"),
        ("用EcoR I酶切3小时", "用EcoR一酶切三小时"),
        ("χ2=5.12的结果", "卡方等于五点一二的结果"),
        ("p65/GAPDH比值升高", "p六五比GAPDH比值升高"),
    ],
)
def test_units_of_laboratories_are_said_by_their_names(written: str, said: str) -> None:
    assert normalise_line(cleaned.plain(written), "zh").replace(" ", "") == said


@pytest.mark.parametrize(
    "written", ["型号A·B-1的车", "住在K座 B-1室", "跑5 km-3圈", "1 m-2 m之间", "温度5 K 10-1班", "1-2 d-1天"]
)
def test_what_only_looks_like_a_divided_unit_is_left_alone(written: str) -> None:
    assert not [*formulas.edits(written)]


@pytest.mark.parametrize(
    "written",
    [
        "当x=1时", "A/B测试和I/O操作", "速度为v=72km/h的车", "参数lr=1e-4/3太小", "访问a=1&b=2/3页", "设|PQ|=5时",
        "使用y=max(a,b)/2时", "执行i+=1/2之后", "if(a==b/c)的分支", "路径p=/usr/bin下", "OR=3.4，风险更高", "x/y坐标",
    ],
)  # fmt: skip
def test_what_is_no_formula_amid_words_is_left_alone(written: str) -> None:
    assert not [*formulas.edits(written)]


@given(st.text(alphabet="abxyfg()^/=+-*|²₁∂∑√∞!, 12.'sinlm·⁻¹%wt中", max_size=40))
def test_any_text_is_a_formula_or_none(text: str) -> None:
    formulas.said(text)
    for start, end, words in formulas.edits(text):
        assert 0 <= start < end <= len(text)
        assert words.strip()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("The plan failed.² Nobody spoke.", "The plan failed. Nobody spoke."),
        ("She said “never.”³ They left.", "She said “never.”They left."),
        ("As shown before² ³ it holds.", "As shown before it holds."),
        ("Costs fell sharply³ there.", "Costs fell sharply there."),
        ("Studies² disagree.", "Studies disagree."),
        ("数据已经公开。² 随后撤回。", "数据已经公开。随后撤回。"),
        ("他回答“不行”。³", "他回答“不行”。"),
        ("这一观点³颇有争议", "这一观点颇有争议"),
        ("r² is 4 and x³ is 8", "r squared is four and x cubed is eight"),
        ("a plot of 30 ft² here", "a plot of thirty square feet here"),
        ("sin²x and cos³θ", "sin squared x and cos cubed theta"),
        ("force = mass × speed²", "force equals mass times speed squared"),
        ("占地九百米²", "占地九百米平方"),
        ("面积=边长²", "面积等于边长平方"),
    ],
)
def test_a_raised_figure_behind_no_number_unit_or_variable_is_the_mark_of_a_note(written: str, said: str) -> None:
    assert normalise_line(written) == said
