"""Phrases of our own, where the general dictionary is silent or wrong: ``phrase pinyin``, parted by commas.

They go before the general dictionary and are not put to the learned model. Readings are those of 《现代汉语词典》
and, for places, of the places themselves.
"""

from __future__ import annotations

import functools
from typing import Final

PHRASES: Final = """
朝气蓬勃 zhao1 qi4 peng2 bo2, 朝气 zhao1 qi4, 朝阳区 chao2 yang2 qu1, 早晨的朝阳 zao3 chen2 de5 zhao1 yang2
朝霞 zhao1 xia2, 朝夕 zhao1 xi1, 朝三暮四 zhao1 san1 mu4 si4, 朝令夕改 zhao1 ling4 xi1 gai3, 朝着 chao2 zhe5
朝代 chao2 dai4, 朝廷 chao2 ting2, 弹簧 tan2 huang2, 弹琴 tan2 qin2, 弹性 tan2 xing4, 反弹 fan3 tan2
弹钢琴 tan2 gang1 qin2, 弹吉他 tan2 ji2 ta1, 弹劾 tan2 he2, 子弹 zi3 dan4, 弹药 dan4 yao4, 导弹 dao3 dan4
动弹 dong4 tan5, 倒掉 dao4 diao4, 倒水 dao4 shui3, 倒车 dao4 che1, 倒影 dao4 ying3, 倒数 dao4 shu3, 倒茶 dao4 cha2
倒垃圾 dao4 la1 ji1, 倒退 dao4 tui4, 倒计时 dao4 ji4 shi2, 反倒 fan3 dao4, 倒是 dao4 shi4, 倒霉 dao3 mei2
倒闭 dao3 bi4, 摔倒 shuai1 dao3, 打倒 da3 dao3, 跌倒 die1 dao3, 倒塌 dao3 ta1, 颠倒 dian1 dao3, 潦倒 liao2 dao3
降服 xiang2 fu2, 投降 tou2 xiang2, 降龙伏虎 xiang2 long2 fu2 hu3, 诱降 you4 xiang2, 招降 zhao1 xiang2
一物降一物 yi1 wu4 xiang2 yi1 wu4, 结果实 jie1 guo3 shi2, 结果子 jie1 guo3 zi5, 开花结果 kai1 hua1 jie1 guo3
结实 jie1 shi5, 结巴 jie1 ba5, 结满 jie1 man3, 结出 jie1 chu1, 茶几 cha2 ji1, 窗明几净 chuang1 ming2 ji1 jing4
几乎 ji1 hu1, 几率 ji1 lv4, 花卷 hua1 juan3, 蛋卷 dan4 juan3, 春卷 chun1 juan3, 卷尺 juan3 chi3, 胶卷 jiao1 juan3
试卷 shi4 juan4, 考卷 kao3 juan4, 答卷 da2 juan4, 问卷 wen4 juan4, 卷宗 juan4 zong1, 卷子 juan4 zi5, 看守 kan1 shou3
看护 kan1 hu4, 看管 kan1 guan3, 看押 kan1 ya1, 看家 kan1 jia1, 看门 kan1 men2, 看孩子 kan1 hai2 zi5
看门人 kan1 men2 ren2, 看场子 kan1 chang3 zi5, 看大门 kan1 da4 men2, 没空 mei2 kong4, 有空 you3 kong4
抽空 chou1 kong4, 填空 tian2 kong4, 空白 kong4 bai2, 空缺 kong4 que1, 空隙 kong4 xi4, 空闲 kong4 xian2
空余 kong4 yu2, 空地 kong4 di4, 空子 kong4 zi5, 没有空 mei2 you3 kong4, 得空 de2 kong4, 亏空 kui1 kong5
落下来 luo4 xia4 lai2, 落下去 luo4 xia4 qu4, 丢三落四 diu1 san1 la4 si4, 落枕 lao4 zhen3, 落色 lao4 shai3
难民 nan4 min2, 灾难 zai1 nan4, 遇难 yu4 nan4, 苦难 ku3 nan4, 患难 huan4 nan4, 逃难 tao2 nan4, 避难 bi4 nan4
受难 shou4 nan4, 空难 kong1 nan4, 海难 hai3 nan4, 矿难 kuang4 nan4, 责难 ze2 nan4, 发难 fa1 nan4, 非难 fei1 nan4
难友 nan4 you3, 难兄难弟 nan4 xiong1 nan4 di4, 切菜 qie1 cai4, 切肉 qie1 rou4, 切开 qie1 kai1, 切片 qie1 pian4
切断 qie1 duan4, 切割 qie1 ge1, 切除 qie1 chu2, 切换 qie1 huan4, 切蛋糕 qie1 dan4 gao1, 切水果 qie1 shui3 guo3
切成 qie1 cheng2, 切磋 qie1 cuo1, 切入 qie1 ru4, 切面 qie1 mian4, 切西瓜 qie1 xi1 gua1, 系好 ji4 hao3
系上 ji4 shang4, 系着 ji4 zhe5, 系鞋带 ji4 xie2 dai4, 系领带 ji4 ling3 dai4, 系安全带 ji4 an1 quan2 dai4
系扣子 ji4 kou4 zi5, 系紧 ji4 jin3, 系围巾 ji4 wei2 jin1, 系红领巾 ji4 hong2 ling3 jin1, 关系 guan1 xi5
鲜见 xian3 jian4, 鲜为人知 xian3 wei2 ren2 zhi1, 鲜有 xian3 you3, 屡见不鲜 lv3 jian4 bu4 xian1, 朝鲜 chao2 xian3
数见不鲜 shuo4 jian4 bu4 xian1, 寡廉鲜耻 gua3 lian2 xian3 chi3, 献血 xian4 xue4, 出血 chu1 xue4, 流血 liu2 xue4
输血 shu1 xue4, 抽血 chou1 xue4, 吐血 tu4 xue4, 止血 zhi3 xue4, 贫血 pin2 xue4, 咽喉 yan1 hou2, 咽炎 yan1 yan2
咽下 yan4 xia4, 吞咽 tun1 yan4, 咽口水 yan4 kou3 shui3, 呜咽 wu1 ye4, 哽咽 geng3 ye4, 狼吞虎咽 lang2 tun1 hu3 yan4
扎辫子 za1 bian4 zi5, 扎头发 za1 tou2 fa5, 包扎 bao1 za1, 扎针 zha1 zhen1, 扎实 zha1 shi5, 扎根 zha1 gen1
挣扎 zheng1 zha2, 驻扎 zhu4 zha1, 捆扎 kun3 za1, 结扎 jie2 za1, 扎啤 zha1 pi2, 扎眼 zha1 yan3, 转圈 zhuan4 quan1
转动 zhuan4 dong4, 旋转 xuan2 zhuan4, 打转 da3 zhuan4, 转盘 zhuan4 pan2, 转速 zhuan4 su4
转来转去 zhuan4 lai2 zhuan4 qu4, 团团转 tuan2 tuan2 zhuan4, 转轮 zhuan4 lun2, 转得 zhuan4 de5, 公转 gong1 zhuan4
自转 zi4 zhuan4, 转悠 zhuan4 you5, 转椅 zhuan4 yi3, 转一圈 zhuan4 yi1 quan1, 空转 kong1 zhuan4
转速表 zhuan4 su4 biao3, 薄弱 bo2 ruo4, 单薄 dan1 bo2, 浅薄 qian3 bo2, 微薄 wei1 bo2, 淡薄 dan4 bo2, 刻薄 ke4 bo2
稀薄 xi1 bo2, 薄利 bo2 li4, 薄情 bo2 qing2, 菲薄 fei3 bo2, 薄命 bo2 ming4, 厚薄 hou4 bo2, 薄暮 bo2 mu4, 薄荷 bo4 he5
薄饼 bao2 bing3, 薄片 bao2 pian4, 背书包 bei1 shu1 bao1, 背包 bei1 bao1, 背着书包 bei1 zhe5 shu1 bao1, 背负 bei1 fu4
背黑锅 bei1 hei1 guo1, 背债 bei1 zhai4, 背孩子 bei1 hai2 zi5, 背起 bei1 qi3, 背带 bei1 dai4
背了不少债 bei1 le5 bu4 shao3 zhai4, 相称 xiang1 chen4, 对称 dui4 chen4, 称职 chen4 zhi2, 称心 chen4 xin1
匀称 yun2 chen5, 很冲 hen3 chong4, 太冲 tai4 chong4, 冲着 chong4 zhe5, 冲劲 chong4 jin4, 冲床 chong4 chuang2
大夫 dai4 fu5, 山大王 shan1 dai4 wang5, 钉扣子 ding4 kou4 zi5, 扣子钉 kou4 zi5 ding4, 钉上 ding4 shang4
钉在 ding4 zai4, 钉钉子 ding4 ding1 zi5, 用斗 yong4 dou3, 一斗 yi1 dou3, 漏斗 lou4 dou3, 斗笠 dou3 li4
烟斗 yan1 dou3, 北斗 bei3 dou3, 泰斗 tai4 dou3, 熨斗 yun4 dou3, 车斗 che1 dou3, 斗胆 dou3 dan3, 星斗 xing1 dou3
供品 gong4 pin3, 供桌 gong4 zhuo1, 上供 shang4 gong4, 供奉 gong4 feng4, 供词 gong4 ci2, 口供 kou3 gong4
供认 gong4 ren4, 招供 zhao1 gong4, 供职 gong4 zhi2, 翻供 fan1 gong4, 喝彩 he4 cai3, 喝令 he4 ling4, 喝止 he4 zhi3
大喝一声 da4 he4 yi1 sheng1, 喝问 he4 wen4, 喝倒彩 he4 dao4 cai3, 哄堂大笑 hong1 tang2 da4 xiao4
一哄而散 yi1 hong4 er2 san4, 起哄 qi3 hong4, 哄骗 hong3 pian4, 哄孩子 hong3 hai2 zi5, 哄抬 hong1 tai2, 不禁 bu4 jin1
禁不住 jin1 bu5 zhu4, 禁得住 jin1 de5 zhu4, 禁得起 jin1 de5 qi3, 禁不起 jin1 bu5 qi3, 弱不禁风 ruo4 bu4 jin1 feng1
情不自禁 qing2 bu4 zi4 jin1, 忍俊不禁 ren3 jun4 bu4 jin1, 禁受 jin1 shou4, 禁穿 jin1 chuan1, 禁用 jin4 yong4
模具 mu2 ju4, 模样 mu2 yang4, 模板 mu2 ban3, 模子 mu2 zi5, 一模一样 yi1 mu2 yi1 yang4
装模作样 zhuang1 mu2 zuo4 yang4, 蒙骗 meng1 pian4, 蒙人 meng1 ren2, 瞎蒙 xia1 meng1, 蒙蒙亮 meng1 meng1 liang4
蒙对 meng1 dui4, 蒙古 meng3 gu3, 内蒙 nei4 meng3, 照片 zhao4 pian4, 动画片 dong4 hua4 pian4, 影片 ying3 pian4
图片 tu2 pian4, 唱片 chang4 pian4, 片子 pian1 zi5, 名片 ming2 pian4, 铺着 pu1 zhe5, 铺满 pu1 man3, 铺床 pu1 chuang2
铺开 pu1 kai1, 铺路 pu1 lu4, 铺垫 pu1 dian4, 铺设 pu1 she4, 铺张 pu1 zhang1, 平铺 ping2 pu1, 店铺 dian4 pu4
床铺 chuang2 pu4, 铺子 pu4 zi5, 当铺 dang4 pu4, 卧铺 wo4 pu4, 上声 shang3 sheng1, 平上去入 ping2 shang3 qu4 ru4
一石米 yi1 dan4 mi3, 博闻强识 bo2 wen2 qiang2 zhi4, 标识 biao1 zhi4, 款识 kuan3 zhi4, 游说 you2 shui4
说客 shui4 ke4, 说服 shuo1 fu2, 削苹果 xiao1 ping2 guo3, 削皮 xiao1 pi2, 削铅笔 xiao1 qian1 bi3
刀削面 dao1 xiao1 mian4, 切削 qie1 xiao1, 剥削 bo1 xue1, 削弱 xue1 ruo4, 削减 xue1 jian3, 瘦削 shou4 xue1
饮马 yin4 ma3, 给马饮水 gei3 ma3 yin4 shui3, 油炸 you2 zha2, 炸鸡 zha2 ji1, 炸酱面 zha2 jiang4 mian4
炸薯条 zha2 shu3 tiao2, 炸鱼 zha2 yu2, 炸虾 zha2 xia1, 炸油条 zha2 you2 tiao2, 炸糕 zha2 gao1, 炸丸子 zha2 wan2 zi5
煎炸 jian1 zha2, 炸豆腐 zha2 dou4 fu5, 琢玉 zhuo2 yu4, 雕琢 diao1 zhuo2, 精雕细琢 jing1 diao1 xi4 zhuo2
琢磨 zuo2 mo5, 亲家 qing4 jia5, 折了 she2 le5, 折本 she2 ben3, 打折 da3 zhe2, 折腾 zhe1 teng5
牙龈出血 ya2 yin2 chu1 xue4, 值得 zhi2 de5, 拉磨 la1 mo4, 石磨 shi2 mo4, 推磨 tui1 mo4, 磨坊 mo4 fang2
磨盘 mo4 pan2, 磨面 mo4 mian4, 拧干 ning2 gan1, 拧毛巾 ning2 mao2 jin1, 拧开 ning3 kai1, 拧紧 ning3 jin3
很闷 hen3 men4, 郁闷 yu4 men4, 纳闷 na4 men4, 烦闷 fan2 men4, 苦闷 ku3 men4, 沉闷 chen2 men4, 闷热 men1 re4
闷头 men1 tou2, 绿林 lu4 lin2, 鸭绿江 ya1 lu4 jiang1, 走车 zou3 ju1, 车马炮 ju1 ma3 pao4
丢车保帅 diu1 ju1 bao3 shuai4, 将领 jiang4 ling3, 将士 jiang4 shi4, 大将 da4 jiang4, 名将 ming2 jiang4
上将 shang4 jiang4, 将军 jiang1 jun1, 解送 jie4 song4, 押解 ya1 jie4, 解元 jie4 yuan2, 猪圈 zhu1 juan4
羊圈 yang2 juan4, 牛圈 niu2 juan4, 圈养 juan4 yang3, 打的 da3 di1, 的士 di1 shi4, 目的 mu4 di4
有的放矢 you3 di4 fang4 shi3, 的确 di2 que4, 的当 di2 dang4, 忖度 cun3 duo2, 揣度 chuai3 duo2, 猜度 cai1 duo2
审时度势 shen3 shi2 duo2 shi4, 度量 du4 liang4, 果脯 guo3 fu3, 胸脯 xiong1 pu2, 晃眼 huang3 yan3, 虚晃 xu1 huang3
明晃晃 ming2 huang3 huang3, 摇晃 yao2 huang4, 人才济济 ren2 cai2 ji3 ji3, 济济一堂 ji3 ji3 yi1 tang2, 济南 ji3 nan2
救济 jiu4 ji4, 嚼口香糖 jiao2 kou3 xiang1 tang2, 咀嚼 ju3 jue2, 细嚼慢咽 xi4 jiao2 man4 yan4, 嚼舌 jiao2 she2
打量 da3 liang5, 丈量 zhang4 liang2, 测量 ce4 liang2, 衡量 heng2 liang2, 量体温 liang2 ti3 wen1
量身高 liang2 shen1 gao1, 量尺寸 liang2 chi3 cun4, 量一下 liang2 yi1 xia4, 思量 si1 liang5, 商量 shang1 liang5
量体裁衣 liang4 ti3 cai2 yi1, 中奖 zhong4 jiang3, 中毒 zhong4 du2, 中暑 zhong4 shu3, 中风 zhong4 feng1
击中 ji1 zhong4, 看中 kan4 zhong4, 命中 ming4 zhong4, 打中 da3 zhong4, 猜中 cai1 zhong4, 中标 zhong4 biao1
中计 zhong4 ji4, 中签 zhong4 qian1, 中弹 zhong4 dan4, 中枪 zhong4 qiang1, 正中下怀 zheng4 zhong4 xia4 huai2
中意 zhong4 yi4, 中邪 zhong4 xie2, 相中 xiang1 zhong4, 中了 zhong4 le5, 百发百中 bai3 fa1 bai3 zhong4
射中 she4 zhong4, 中肯 zhong4 ken3, 正中间 zheng4 zhong1 jian1, 答应 da1 ying5, 应声 ying4 sheng1, 应届 ying1 jie4
应有尽有 ying1 you3 jin4 you3, 应该 ying1 gai1, 反应 fan3 ying4, 应付 ying4 fu5, 应酬 ying4 chou5, 当真 dang4 zhen1
上当 shang4 dang4, 当作 dang4 zuo4, 当成 dang4 cheng2, 恰当 qia4 dang4, 适当 shi4 dang4, 妥当 tuo3 dang5
得当 de2 dang4, 当天 dang4 tian1, 当年 dang1 nian2, 当傻瓜 dang4 sha3 gua1, 安步当车 an1 bu4 dang4 che1
懂行 dong3 hang2, 内行 nei4 hang2, 外行 wai4 hang2, 同行 tong2 hang2, 改行 gai3 hang2, 行家 hang2 jia5
行当 hang2 dang5, 行情 hang2 qing2, 在行 zai4 hang2, 本行 ben3 hang2, 一行字 yi1 hang2 zi4, 一行行 yi1 hang2 hang2
一行又一行 yi1 hang2 you4 yi1 hang2, 几行 ji3 hang2, 两行 liang3 hang2, 行距 hang2 ju4, 排行 pai2 hang2
道行 dao4 heng2, 行列 hang2 lie4, 生发 sheng1 fa1, 理发 li3 fa4, 头发 tou2 fa5, 发型 fa4 xing2, 发廊 fa4 lang2
染发 ran3 fa4, 洗发 xi3 fa4, 植发 zhi2 fa4, 毛发 mao2 fa4, 着了凉 zhao2 le5 liang2, 宁死不降 ning4 si3 bu4 xiang2
点不着 dian3 bu5 zhao2, 睡着 shui4 zhao2, 着急 zhao2 ji2, 着火 zhao2 huo3, 着凉 zhao2 liang2, 着迷 zhao2 mi2
着想 zhuo2 xiang3, 着手 zhuo2 shou3, 着陆 zhuo2 lu4, 衣着 yi1 zhuo2, 沉着 chen2 zhuo2, 执着 zhi2 zhuo2
着装 zhuo2 zhuang1, 高着 gao1 zhao1, 着数 zhao1 shu4, 找不着 zhao3 bu5 zhao2, 睡不着 shui4 bu5 zhao2
够不着 gou4 bu5 zhao2, 用不着 yong4 bu5 zhao2, 犯不着 fan4 bu5 zhao2, 下着 xia4 zhe5, 摸不着 mo1 bu5 zhao2
数一数 shu3 yi1 shu3, 数数 shu3 shu4, 数不清 shu3 bu5 qing1, 数得清 shu3 de5 qing1, 数到 shu3 dao4, 数着 shu3 zhe5
数不胜数 shu3 bu2 sheng4 shu3, 数落 shu3 luo5, 数一下 shu3 yi1 xia4, 数了 shu3 le5, 数星星 shu3 xing1 xing5
如数家珍 ru2 shu3 jia1 zhen1, 屈指可数 qu1 zhi3 ke3 shu3, 不对 bu4 dui4, 是不对的 shi4 bu4 dui4 de5
生肖 sheng1 xiao4, 肖像 xiao4 xiang4, 角色 jue2 se4, 主角 zhu3 jue2, 配角 pei4 jue2, 口角 kou3 jue2, 角逐 jue2 zhu2
号叫 hao2 jiao4, 哀号 ai1 hao2, 呼号 hu1 hao2, 吐痰 tu3 tan2, 吐露 tu3 lu4, 呕吐 ou3 tu4
上吐下泻 shang4 tu4 xia4 xie4, 吐了 tu4 le5, 吐奶 tu4 nai3, 想吐 xiang3 tu4, 盛饭 cheng2 fan4, 盛汤 cheng2 tang1
盛不下 cheng2 bu5 xia4, 盛满 cheng2 man3, 盛了 cheng2 le5, 盛一碗 cheng2 yi1 wan3, 盛水 cheng2 shui3
盛点 cheng2 dian3, 都市 du1 shi4, 首都 shou3 du1, 成都 cheng2 du1, 供应 gong1 ying4, 应聘 ying4 pin4, 拓片 ta4 pian4
拓本 ta4 ben3, 开拓 kai1 tuo4, 单于 chan2 yu2, 可汗 ke4 han2, 吐蕃 tu3 bo1, 龟兹 qiu1 ci2, 龟裂 jun1 lie4
大宛 da4 yuan1, 月氏 yue4 zhi1, 阏氏 yan1 zhi1, 冒顿 mo4 du2, 涡阳 guo1 yang2, 洪洞 hong2 tong2
天台山 tian1 tai1 shan1, 天台县 tian1 tai1 xian4, 单县 shan4 xian4, 浚县 xun4 xian4, 番禺 pan1 yu2, 六安 lu4 an1
六合区 lu4 he2 qu1, 台州 tai1 zhou1, 丽水 li2 shui3, 蚌埠 beng4 bu4, 亳州 bo2 zhou1, 铅山 yan2 shan1
莘县 shen1 xian4, 莘庄 xin1 zhuang1, 乐亭 lao4 ting2, 乐陵 lao4 ling2, 乐清 yue4 qing1, 厦门 xia4 men2
大厦 da4 sha4, 尉犁 yu4 li2, 荥阳 xing2 yang2, 荥经 ying2 jing1, 歙县 she4 xian4, 黟县 yi1 xian4, 枞阳 zong1 yang2
东莞 dong1 guan3, 东阿 dong1 e1, 阿房宫 e1 pang2 gong1, 阿胶 e1 jiao1, 阿谀 e1 yu2, 闽侯 min3 hou4, 句容 ju4 rong2
盱眙 xu1 yi2, 睢宁 sui1 ning2, 泌阳 bi4 yang2, 渑池 mian3 chi2, 中牟 zhong1 mu4, 牟平 mu4 ping2
浒墅关 xu3 shu4 guan1, 临朐 lin2 qu2, 曲阜 qu1 fu4, 任丘 ren2 qiu1, 任县 ren2 xian4, 任城 ren2 cheng2
蔚县 yu4 xian4, 井陉 jing3 xing2, 繁峙 fan2 shi4, 吴堡 wu2 bu3, 十里堡 shi2 li3 pu4, 犍为 qian2 wei2
筠连 jun1 lian2, 什邡 shi2 fang1, 郫县 pi2 xian4, 北碚 bei3 bei4, 黄陂 huang2 pi2, 监利 jian4 li4, 莎车 sha1 che1
大城县 dai4 cheng2 xian4, 穆棱 mu4 ling2, 柏林 bo2 lin2, 西柏坡 xi1 bai3 po1, 尉迟 yu4 chi2, 万俟 mo4 qi2
长孙无忌 zhang3 sun1 wu2 ji4, 澹台 tan2 tai2, 令狐 ling2 hu2, 宁可 ning4 ke3, 宁愿 ning4 yuan4
宁死不屈 ning4 si3 bu4 qu1, 奇数 ji1 shu4, 便宜 pian2 yi5, 大腹便便 da4 fu4 pian2 pian2, 萝卜 luo2 bo5
奔向 ben4 xiang4, 投奔 tou2 ben4, 奔头 ben4 tou5, 别扭 bie4 niu5, 湖泊 hu2 po1, 血泊 xue4 po1, 停泊 ting2 bo2
淡泊 dan4 bo2, 人参 ren2 shen1, 参差 cen1 ci1, 乳臭未干 ru3 xiu4 wei4 gan1, 铜臭 tong2 xiu4, 重担 zhong4 dan4
担子 dan4 zi5, 扁担 bian3 dan5, 恶心 e3 xin5, 可恶 ke3 wu4, 厌恶 yan4 wu4, 憎恶 zeng1 wu4, 交恶 jiao1 wu4
深恶痛绝 shen1 wu4 tong4 jue2, 供给 gong1 ji3, 给予 ji3 yu3, 自给自足 zi4 ji3 zi4 zu2, 更改 geng1 gai3
更新 geng1 xin1, 更换 geng1 huan4, 三更半夜 san1 geng1 ban4 ye4, 自力更生 zi4 li4 geng1 sheng1, 冠军 guan4 jun1
皇冠 huang2 guan1, 鸡冠 ji1 guan1, 道观 dao4 guan4, 附和 fu4 he4, 应和 ying4 he4, 和面 huo2 mian4
和稀泥 huo4 xi1 ni2, 和牌 hu2 pai2, 一唱一和 yi1 chang4 yi1 he4, 暖和 nuan3 huo5, 掺和 chan1 huo5, 会计 kuai4 ji4
划船 hua2 chuan2, 划算 hua2 suan4, 混蛋 hun2 dan4, 混水摸鱼 hun2 shui3 mo1 yu2, 干劲 gan4 jin4, 劲敌 jing4 di2
强劲 qiang2 jing4, 刚劲 gang1 jing4, 苍劲 cang1 jing4, 尽管 jin3 guan3, 尽量 jin3 liang4, 尽快 jin3 kuai4
尽早 jin3 zao3, 尽头 jin4 tou2, 狼藉 lang2 ji2, 关卡 guan1 qia3, 卡住 qia3 zhu4, 发卡 fa4 qia3, 拘泥 ju1 ni4
泥古 ni4 gu3, 迫击炮 pai3 ji1 pao4, 心广体胖 xin1 guang3 ti3 pan2, 炮制 pao2 zhi4, 喷香 pen4 xiang1, 漂白 piao3 bai2
漂流 piao1 liu2, 漂亮 piao4 liang5, 丧事 sang1 shi4, 丧失 sang4 shi1, 治丧 zhi4 sang1, 丧钟 sang1 zhong1
色子 shai3 zi5, 宿舍 su4 she4, 退避三舍 tui4 bi4 san1 she4, 舍得 she3 de5, 舍不得 she3 bu5 de5, 什锦 shi2 jin3
家什 jia1 shi5, 所得 suo3 de2, 违法所得 wei2 fa3 suo3 de2, 报酬 bao4 chou2, 得分 de2 fen1, 数了数 shu3 le5 shu3
没入 mo4 ru4, 系好安全带 ji4 hao3 an1 quan2 dai4, 提防 di1 fang5, 挑战 tiao3 zhan4, 挑拨 tiao3 bo1, 挑选 tiao1 xuan3
挑剔 tiao1 ti5, 胡同 hu2 tong4, 委蛇 wei1 yi2, 恐吓 kong3 he4, 恫吓 dong4 he4, 威吓 wei1 he4, 校对 jiao4 dui4
校正 jiao4 zheng4, 校验 jiao4 yan4, 校准 jiao4 zhun3, 压根 ya4 gen1, 参与 can1 yu4, 与会 yu4 hui4, 晕车 yun4 che1
晕船 yun4 chuan2, 头晕 tou2 yun1, 粘贴 zhan1 tie1, 症结 zheng1 jie2, 挣钱 zheng4 qian2, 挣脱 zheng4 tuo1
占卜 zhan1 bu3, 占领 zhan4 ling3, 星宿 xing1 xiu4, 住了一宿 zhu4 le5 yi1 xiu3, 一宿没睡 yi1 xiu3 mei2 shui4
似的 shi4 de5, 省亲 xing3 qin1, 反省 fan3 xing3, 不省人事 bu4 xing3 ren2 shi4, 散文 san3 wen2, 散步 san4 bu4
散架 san3 jia4, 懒散 lan3 san3, 零散 ling2 san3, 少年 shao4 nian2, 少女 shao4 nv3, 年少 nian2 shao4, 曲折 qu1 zhe2
歌曲 ge1 qu3, 弯曲 wan1 qu1, 强迫 qiang3 po4, 勉强 mian3 qiang3, 倔强 jue2 jiang4, 强词夺理 qiang3 ci2 duo2 li3
率领 shuai4 ling3, 效率 xiao4 lv4, 率先 shuai4 xian1, 没收 mo4 shou1, 淹没 yan1 mo4, 沉没 chen2 mo4, 间谍 jian4 die2
间断 jian4 duan4, 间隔 jian4 ge2, 间接 jian4 jie1, 离间 li2 jian4, 教书 jiao1 shu1, 教学生 jiao1 xue2 sheng5
教给 jiao1 gei3, 传记 zhuan4 ji4, 自传 zi4 zhuan4, 水浒传 shui3 hu3 zhuan4, 外传 wai4 zhuan4, 差事 chai1 shi5
出差 chu1 chai1, 差遣 chai1 qian3, 差距 cha1 ju4, 差别 cha1 bie2, 差点 cha4 dian3, 差不多 cha4 bu5 duo1
觉得 jue2 de5, 睡觉 shui4 jiao4, 午觉 wu3 jiao4, 调整 tiao2 zheng3, 调查 diao4 cha2, 强调 qiang2 diao4
调动 diao4 dong4, 调皮 tiao2 pi2, 调侃 tiao2 kan3, 声调 sheng1 diao4, 处理 chu3 li3, 处分 chu3 fen4, 到处 dao4 chu4
好处 hao3 chu4, 相处 xiang1 chu3, 处女 chu3 nv3, 照相 zhao4 xiang4, 相貌 xiang4 mao4, 相声 xiang4 sheng5
宰相 zai3 xiang4, 种植 zhong4 zhi2, 种子 zhong3 zi5, 爱好 ai4 hao4, 好奇 hao4 qi2, 好学 hao4 xue2, 好客 hao4 ke4
好胜 hao4 sheng4, 还钱 huan2 qian2, 还书 huan2 shu1, 归还 gui1 huan2, 偿还 chang2 huan2, 音乐 yin1 yue4
乐器 yue4 qi4, 乐队 yue4 dui4, 乐谱 yue4 pu3, 快乐 kuai4 le4, 载重 zai4 zhong4, 记载 ji4 zai3, 刊载 kan1 zai3
千载难逢 qian1 zai3 nan2 feng2, 一年半载 yi1 nian2 ban4 zai3, 转载 zhuan3 zai3, 兴奋 xing1 fen4, 高兴 gao1 xing4
兴趣 xing4 qu4, 即兴 ji2 xing4, 涨红 zhang4 hong2, 正月 zheng1 yue4, 只身 zhi1 shen1, 一只 yi1 zhi1, 宝藏 bao3 zang4
西藏 xi1 zang4, 藏族 zang4 zu2, 收藏 shou1 cang2, 曾祖 zeng1 zu3, 曾孙 zeng1 sun1, 分外 fen4 wai4, 水分 shui3 fen4
成分 cheng2 fen4, 过分 guo4 fen4, 分量 fen4 liang5, 要求 yao1 qiu2, 要挟 yao1 xie2, 干净 gan1 jing4, 干部 gan4 bu4
长两米 chang2 liang3 mi3, 长达 chang2 da2, 长得 zhang3 de5, 生长 sheng1 zhang3, 首长 shou3 zhang3, 特长 te4 chang2
擅长 shan4 chang2, 为代表 wei2 dai4 biao3, 为首 wei2 shou3, 为止 wei2 zhi3, 为难 wei2 nan2, 为生 wei2 sheng1
为人 wei2 ren2, 为何 wei4 he2, 因为 yin1 wei4, 难为 nan2 wei5, 大为 da4 wei2, 尤为 you2 wei2, 极为 ji2 wei2
颇为 po1 wei2, 更为 geng4 wei2, 以为 yi3 wei2, 认为 ren4 wei2, 成为 cheng2 wei2, 不停地 bu4 ting2 de5
慢慢地 man4 man4 de5, 得多喝 dei3 duo1 he1, 得去 dei3 qu4, 得赶紧 dei3 gan3 jin3, 总得 zong3 dei3, 还得 hai2 dei3
非得 fei1 dei3, 必得 bi4 dei3, 葛根 ge2 gen1, 葛藤 ge2 teng2, 瓜葛 gua1 ge2, 了得多 le5 dei3 duo1
上铺着 shang4 pu1 zhe5, 用斗量 yong4 dou3 liang2, 不相称 bu4 xiang1 chen4, 解送到 jie4 song4 dao4, 卡在 qia3 zai4
卡着 qia3 zhe5, 卡壳 qia3 ke2, 重写 chong2 xie3, 重做 chong2 zuo4, 重来 chong2 lai2, 重学 chong2 xue2
重读 chong2 du2, 重拍 chong2 pai1, 重组 chong2 zu3, 重启 chong2 qi3, 重装 chong2 zhuang1, 重修 chong2 xiu1
重印 chong2 yin4, 重建 chong2 jian4, 重返 chong2 fan3, 重申 chong2 shen1, 重播 chong2 bo1, 重逢 chong2 feng2
重叠 chong2 die2, 重温 chong2 wen1, 重现 chong2 xian4, 重整 chong2 zheng3, 重演 chong2 yan3, 重考 chong2 kao3
重画 chong2 hua4, 重抄 chong2 chao1, 重名 chong2 ming2, 重合 chong2 he2, 重唱 chong2 chang4, 重阳 chong2 yang2
重九 chong2 jiu3, 重围 chong2 wei2, 九重 jiu3 chong2, 双重 shuang1 chong2, 多重 duo1 chong2, 重力 zhong4 li4
转个不停 zhuan4 ge5 bu4 ting2
"""

SURNAMES: Final = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "任": "ren2", "盖": "ge3", "区": "ou1", "朴": "piao2",
    "查": "zha1", "翟": "zhai2", "华": "hua4", "燕": "yan1", "缪": "miao4", "冼": "xian3", "秘": "bi4", "葛": "ge3",
    "薄": "bo2", "覃": "qin2", "乐": "yue4", "折": "she2", "召": "shao4", "祭": "zhai4", "繁": "po2", "柏": "bai3",
    "宓": "mi4", "尉": "wei4", "盛": "sheng4", "臧": "zang1", "牟": "mou4", "纪": "ji4", "谌": "chen2", "句": "gou1",
}  # fmt: skip
"""Characters that are read otherwise, or must not be doubted, as family names."""

TITLES: Final = ("先生", "女士", "小姐", "老师", "同学", "师傅", "太太", "阿姨", "叔叔", "律师", "医生", "大夫", "姓")
"""What follows a family name."""


@functools.cache
def load() -> dict[str, tuple[str, ...]]:
    """Phrase → its syllables."""
    entries = (entry.split() for line in PHRASES.split("\n") for entry in line.split(", ") if entry)
    return {phrase: tuple(syllables) for phrase, *syllables in entries}
