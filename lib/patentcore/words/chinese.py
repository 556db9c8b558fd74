"""Chinese in one script and usage: traditional characters and Taiwan's terms as simplified ones.

Patents of Taiwan and Hong Kong are in traditional characters, and Taiwan's name chips, memories or
software by other words than those of the mainland, in which catalogues are written.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Traditional characters that patents use, and below, in the same order, the simplified ones.
_TRADITIONAL = (
    "業絲習產儀傳儲關內寫沖衝凍別劑剝務動醫單衛壓參雙發變疊號噴圖圓場塊墊堝聲處備頭學審對導層屬"
    "帶庫應開強徑態總戶執擴掃揚拋護損換數斷無時顯術條標樹樣檢氫沒測渦濕濺滾濾靈點爍烴熱環電盤門"
    "礦碼積窺級納紙紋線組經結給絡絕統維綜緩編緣縫縮聯膚膠臉艙蕩藥蝕裝規視覺計記設證識診譯試話詢"
    "調負質貼資蹤轉車軌輪軟軸載輔輛輯達過運進連遲跡選邏釋鐘鋼鑽鉭鉛銦銑鉻鏈鎖鋰鏽銹鋅錫鍵鍍鎳鎵"
    "鏡閃間隊陣隨靜預頻風飛饋馬驅駛駕驗鴻麥齒龍準製臺後週複復乾佈並併徵係繫緻餘裡裏麵採昇於佔幾"
    "遊範桿淨羣鹼煉鍺鈦鎢鉬鋁銅鐵銀鈷鉑鈀釕鑭鈰釔鋯鈮鎂鈉鉀鈣鋇鍶鈹釩錳銻鉍鍊鑄鍛鎔鎚針釘銷鈕鉗"
    "鋸銼錐鎧鐳銲個們來優價億倉側偵償僅儘兩冊劃剛創劇勁勞勢勳匯區協卻厭厲員問啟喚嚮嚴圍國園堅報"
    "塵壞壯夾奪奮妝媽孫宮寬實寧專尋將屆島峽師幫幣廠廢廣廳彈歸彎從徹恆悶惡惱愛慣慮憶憑懸懷戰戲搖"
    "撐撥擁擇擊擋據擠擬擷擺攔攜攝敗敵斂晝暫曆曉曬書東極構槍樁樓機橋橢檔檯檻櫃欄權歐歡歲殘殺殼毀"
    "氣決況洩淺減湧湯溝溫滅滯滲漢漲漸潔潛潤澤濃濟瀏灑灘為烏煙燈燒營燦爐爭牆獎獨獲現琺瑪瓊畫異當"
    "療癥監盜盡睜矯碩確磚礙禦禮種稱穀穩窪窮競筆節篩簡簽籃籌籠糧糾紅約紡純紗紛細紹終絞絨綁綠網緊"
    "緒緯練縱績繃繞繩繪繼續纏纖罰羅義聖聞聰職聽肅脈腎脫腦腫腳膽膩臟與興舊艦莖莊華萬葉蓋蓮蔥蔣蘇"
    "蘋蘭虛蟲蠟補襯襲見親觀觸訂訊討訓託訪許訴註評詞該詳認誘語誤說誰課談請論諧講謝譜議讀讓豎豐貝"
    "貢財責貨販貫貯貴買費貿賀賓賞賣賦賬購贈趙趕軍軛軔較輕輥輸輻輾轄轎辦農迴這逕違遙遞遠適遷邊鄉"
    "鄰醱釀鈎鉤銳鋒錄錢錨鍋鎮鎊鏟鑑鑒鑰長閉閥閘閣闊闡陰陳陸陽階際險隱雜離難雲霧韌響頁頂項順須頓"
    "頸題額顎顏願類顧飯飲飼飽餅養館駐駝騎驟體鬆鬥魚鮮鳥鹽麗黃齊齡龐龜矽鑲鋪鈍鉸銨鎘鎬塗閾擾綫遺"
    "錶葯溼餾漿醯銪鋨銥鉿鉋鑿鍾廂墜壩彙掛揮搶摺撈撲攪敘棄榮槳滌潑澆澱濫瀉瀝瑩皺眾衆祕稅竊籤紮縛"
    "纜臨薦訣誌賴軀辭閱闆顆髒鱗鷹齣氬灣螢熒撓濁釐碁喫汙粧牠訖銠錸銫銣鈧鏑釤釹鐿鉺鈥銩鎦慄堊瀰彌"
    "癒髮鬍蓆葷蘆薩蕭韓趨賽鏗煥嚐嘗擰攤攏攬曠橫樞檸欖殯淪滄漬灝犧猶獅瘋瘡瞞磯禎糞紐綽締縣翹聾腸"
    "艷藝蠶裊褲襪諾謎謙譽貞賜贏躍軒輝轍鄧釣鉚銓銘鋤鍥鏢鐮鑊閒閩闢陞雛霑靂韻頌飆駁駿驢鬧鯉鴨鵝黴"
    "齋"
)
_SIMPLIFIED = (
    "业丝习产仪传储关内写冲冲冻别剂剥务动医单卫压参双发变叠号喷图圆场块垫埚声处备头学审对导层属"
    "带库应开强径态总户执扩扫扬抛护损换数断无时显术条标树样检氢没测涡湿溅滚滤灵点烁烃热环电盘门"
    "矿码积窥级纳纸纹线组经结给络绝统维综缓编缘缝缩联肤胶脸舱荡药蚀装规视觉计记设证识诊译试话询"
    "调负质贴资踪转车轨轮软轴载辅辆辑达过运进连迟迹选逻释钟钢钻钽铅铟铣铬链锁锂锈锈锌锡键镀镍镓"
    "镜闪间队阵随静预频风飞馈马驱驶驾验鸿麦齿龙准制台后周复复干布并并征系系致余里里面采升于占几"
    "游范杆净群碱炼锗钛钨钼铝铜铁银钴铂钯钌镧铈钇锆铌镁钠钾钙钡锶铍钒锰锑铋链铸锻熔锤针钉销钮钳"
    "锯锉锥铠镭焊个们来优价亿仓侧侦偿仅尽两册划刚创剧劲劳势勋汇区协却厌厉员问启唤向严围国园坚报"
    "尘坏壮夹夺奋妆妈孙宫宽实宁专寻将届岛峡师帮币厂废广厅弹归弯从彻恒闷恶恼爱惯虑忆凭悬怀战戏摇"
    "撑拨拥择击挡据挤拟撷摆拦携摄败敌敛昼暂历晓晒书东极构枪桩楼机桥椭档台槛柜栏权欧欢岁残杀壳毁"
    "气决况泄浅减涌汤沟温灭滞渗汉涨渐洁潜润泽浓济浏洒滩为乌烟灯烧营灿炉争墙奖独获现珐玛琼画异当"
    "疗症监盗尽睁矫硕确砖碍御礼种称谷稳洼穷竞笔节筛简签篮筹笼粮纠红约纺纯纱纷细绍终绞绒绑绿网紧"
    "绪纬练纵绩绷绕绳绘继续缠纤罚罗义圣闻聪职听肃脉肾脱脑肿脚胆腻脏与兴旧舰茎庄华万叶盖莲葱蒋苏"
    "苹兰虚虫蜡补衬袭见亲观触订讯讨训托访许诉注评词该详认诱语误说谁课谈请论谐讲谢谱议读让竖丰贝"
    "贡财责货贩贯贮贵买费贸贺宾赏卖赋账购赠赵赶军轭轫较轻辊输辐辗辖轿办农回这径违遥递远适迁边乡"
    "邻发酿钩钩锐锋录钱锚锅镇镑铲鉴鉴钥长闭阀闸阁阔阐阴陈陆阳阶际险隐杂离难云雾韧响页顶项顺须顿"
    "颈题额颚颜愿类顾饭饮饲饱饼养馆驻驼骑骤体松斗鱼鲜鸟盐丽黄齐龄庞龟硅镶铺钝铰铵镉镐涂阈扰线遗"
    "表药湿馏浆酰铕锇铱铪刨凿钟厢坠坝汇挂挥抢折捞扑搅叙弃荣桨涤泼浇淀滥泻沥莹皱众众秘税窃签扎缚"
    "缆临荐诀志赖躯辞阅板颗脏鳞鹰出氩湾荧荧挠浊厘棋吃污妆它讫铑铼铯铷钪镝钐钕镱铒钬铥镏栗垩弥弥"
    "愈发胡席荤芦萨萧韩趋赛铿焕尝尝拧摊拢揽旷横枢柠榄殡沦沧渍灏牺犹狮疯疮瞒矶祯粪纽绰缔县翘聋肠"
    "艳艺蚕袅裤袜诺谜谦誉贞赐赢跃轩辉辙邓钓铆铨铭锄锲镖镰镬闲闽辟升雏沾雳韵颂飙驳骏驴闹鲤鸭鹅霉"
    "斋"
)
_WIDE = range(0xFF01, 0xFF5F)  # Latin letters, digits and signs as wide as Chinese ones
_NARROWER = 0xFF01 - ord("!")

# Taiwan's terms, in simplified characters, and the mainland's.
_TERMS = dict(
    pair.split()
    for pair in """
    积体电路 集成电路
    晶片 芯片
    静态随机存取记忆体 静态随机存储器
    动态随机存取记忆体 动态随机存储器
    静态记忆体 静态存储器
    快闪记忆体 闪存
    记忆体 存储器
    记忆单元 存储单元
    记忆胞 存储单元
    电晶体 晶体管
    二极体 二极管
    半导体装置 半导体器件
    半导体元件 半导体器件
    导线架 引线框架
    覆晶 倒装芯片
    硅穿孔 硅通孔
    锁相回路 锁相环
    延迟锁定回路 延迟锁定环
    类比数位转换器 模数转换器
    数位类比转换器 数模转换器
    感测放大器 灵敏放大器
    类比 模拟
    数位 数字
    讯号 信号
    微影 光刻
    光罩 掩模
    组成物 组合物
    电浆 等离子体
    奈米 纳米
    溅镀 溅射
    雷射 激光
    光达 激光雷达
    感测 传感
    软体 软件
    硬体 硬件
    韧体 固件
    作业系统 操作系统
    资料库 数据库
    资料 数据
    程式 程序
    演算法 算法
    伺服器 服务器
    网路 网络
    电脑 计算机
    资讯 信息
    影像 图像
    显示幕 显示屏
    萤幕 屏幕
    荧幕 屏幕
    机械手臂 机械臂
    机器手臂 机械臂
    引擎 发动机
    研磨垫 抛光垫
    研磨液 抛光液
    磁振造影 磁共振成像
    超音波 超声
    喇叭 扬声器
    裸视 裸眼
    穿透式电子 透射式电子
    麻田散铁系 马氏体
    麻田散铁 马氏体
    """.strip().splitlines()
)
_CHARACTERS = {
    **dict(zip(map(ord, _TRADITIONAL), _SIMPLIFIED, strict=True)),
    **{wide: chr(wide - _NARROWER) for wide in _WIDE},
}
_FOLDED = f"[{_TRADITIONAL}{chr(_WIDE[0])}-{chr(_WIDE[-1])}]"
_IS_TRADITIONAL = re.compile(f"[{_TRADITIONAL}]")
_IS_JAPANESE = re.compile("[\u3040-\u30ff]")
# The longest first: a term may begin with another.
_TERM = re.compile("|".join(sorted(_TERMS, key=len, reverse=True)))


def simplified(text: str) -> str:
    """Return a text in simplified characters and the mainland's terms, Latin letters narrow.

    Terms are Taiwan's only in traditional characters: 晶片 is a wafer of crystal in simplified
    ones. Japanese, which shares characters, has other terms.

    >>> simplified("積體電路晶片"), simplified("石英晶片"), simplified("ＬＥＤ")
    ('集成电路芯片', '石英晶片', 'LED')
    """
    if not _IS_TRADITIONAL.search(text) or _IS_JAPANESE.search(text):
        return text.translate(_CHARACTERS)
    return with_terms(text)


def with_terms(text: str) -> str:
    """Return a text as :func:`simplified` does, taking it to be Taiwan's in any script.

    >>> with_terms("晶片")
    '芯片'
    """
    return _TERM.sub(lambda found: _TERMS[found[0]], text.translate(_CHARACTERS))


def all_simplified(texts: pa.Array) -> pa.Array:
    """Return texts, each as :func:`simplified` does.

    >>> all_simplified(pa.array(["chip", "晶圓", None])).to_pylist()
    ['chip', '晶圆', None]
    """
    is_ascii = pc.fill_null(pc.string_is_ascii(texts), True).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(~is_ascii)
    few = texts.take(pa.array(places))
    is_folded = pc.match_substring_regex(few, _FOLDED).to_numpy(zero_copy_only=False)
    if not is_folded.any():
        return texts
    mask = np.zeros(len(texts), dtype=bool)
    mask[places[is_folded]] = True
    folded = map(simplified, few.filter(pa.array(is_folded)).to_pylist())
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(folded, pa.string()))
