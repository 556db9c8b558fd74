"""Places in names, forms of company that one country has, and places in front of brands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyspark.sql import Column
from pyspark.sql import functions as F

_KANA = r"\x{3040}-\x{30ff}"

_ELSEWHERE = "elsewhere"
# Towns, provinces and countries as words of plain names. Only those of one country, but for what
# has a place's name and is elsewhere.
_PLACES: tuple[tuple[str, str], ...] = (
    (
        _ELSEWHERE,
        r" (BRITISH (AMERICAN|VIRGIN)|LATIN AMERICAN?|NEW (LONDON|BERLIN|PARIS)"
        r"|UNIV(ERSITY)? IN ABU DHABI"
        r"|AMERICAN UNIV(ERSITY)? (OF |IN )?(BEIRUT|CAIRO|SHARJAH|PARIS)) ",
    ),
    (
        "CA",
        r"加拿大| (CANADA|BRITISH COLUMBIA|ONTARIO|ALBERTA|MANITOBA|SASKATCHEWAN|QU[EÉ]BEC"
        r"|NOVA SCOTIA|TORONTO|MONTR[EÉ]AL|MCGILL|MCMASTER) ",
    ),
    (
        "TW",
        r"[台臺][湾灣]|[台臺][北南]|新竹|高雄|桃園|國立[^大研]|中華電信| (TAIWAN|TAIPEI|HSINCHU) ",
    ),
    ("HK", r"香港| (HONG KONG|HONGKONG) "),
    (
        "US",
        r"美国| (USA|U S A|AMERICA|AMERICAN|NORTH AMERICA|UNITED STATES"
        r"|(US|U S) (NAVY|ARMY|AIR FORCE|GOV|GOVT|GOVERNMENT|DEPT|SECRETARY)"
        r"|CALIFORNIA|MASSACHUSETTS|MICHIGAN|TEXAS|FLORIDA) ",
    ),
    (
        "JP",
        r"日本|中国電|中国电力 ?株式会社"
        r"| (JAPAN|NIHON|NIPPON|TOKYO|OSAKA|KYOTO|NAGOYA|TOHOKU|KYUSHU|HOKKAIDO|YOKOHAMA|KOBE) "
        r"|[國国]立大[學学]法人|公立大学法人|独立行政法人|[国國]立研究[開开][発发]法人"
        r"|(一般|公益)(財団|社団|财团|社团)法人",
    ),
    (
        "KR",
        r"韩国|韓国|首尔|한국|대한민국|서울|산학협력단|과학기술원|[产産]学[协協]力[团団]"
        r"| (KOREA|SEOUL|BUSAN|DAEJEON|IUCF|UIF|IND ACADEMIC COOP"
        r"|IND UNIV COOP FOUND|RES BUSINESS FOUND) |대학교",
    ),
    (
        "DE",
        r"德国| (DEUTSCHLAND|GERMANY|DEUTSCHE\p{L}*|BUNDESREPUBLIK|MUENCHEN|MÜNCHEN|BERLIN"
        r"|AACHEN|DRESDEN|KARLSRUHER?|STUTTGART|DARMSTADT|BRAUNSCHWEIG|HELMHOLTZ) ",
    ),
    ("FR", r"法国| (FRANCE|FRAN[CÇ]AIS\p{L}*|PARIS|LYON|TOULOUSE|GRENOBLE|INSA|ONERA) "),
    ("GB", r"英国| (UK|UNITED KINGDOM|BRITISH|LONDON) "),
    ("CH", r"瑞士| (SCHWEIZ|SWITZERLAND|SUISSE|Z(Ü|UE|U)RICH|LAUSANNE|EPFL) "),
    ("NL", r"荷兰| (NEDERLAND\p{L}*|NETHERLANDS|TNO) "),
    ("SE", r"瑞典| (SVERIGE|SWEDEN) "),
    ("BE", r"比利时| (BELGIUM|BELGIQUE|BELGIE|IMEC|LEUVEN) "),
    ("AT", r"奥地利| (AUSTRIA|(OE|Ö)STERREICH\p{L}*) "),
    ("IT", r"意大利| (ITALIA|ITALY) "),
    ("ES", r"西班牙| (ESPANA|ESPAÑA|SPAIN) "),
    ("DK", r"丹麦| (DANMARK|DENMARK) "),
    ("NO", r"挪威| (NORGE|NORWAY) "),
    ("FI", r"芬兰| (FINLAND) "),
    ("IE", r"(?:^|[^北])爱尔兰| (IRELAND) "),
    ("IL", r"以色列| (ISRAEL) "),
    ("SG", r"新加坡| (SINGAPORE) "),
    ("AU", r"澳大利亚| (AUSTRALIA) "),
    # Chugoku is a part of Japan, and companies of this form are none of China's.
    (_ELSEWHERE, r"株式会社|株式會社|有限会社"),
    (
        "CN",
        r"中国|北京|上海|天津|重庆|深圳|广州|广东|杭州|浙江|南京|江苏|苏州|无锡|常州|武汉|湖北|长沙"
        r"|湖南|成都|四川|西安|陕西|沈阳|大连|辽宁|哈尔滨|黑龙江|吉林|长春|济南|青岛|山东|合肥|安徽"
        r"|福建|福州|厦门|南昌|江西|郑州|河南|石家庄|河北|太原|山西|昆明|云南|贵州|贵阳|广西|南宁|海南"
        r"|兰州|甘肃|青海|宁夏|新疆|内蒙古|东莞|佛山|珠海|中山市|惠州|宁波|温州|嘉兴|绍兴|泉州|烟台|徐州"
        r"|南通|扬州|镇江|芜湖|株洲|洛阳|西南交通|华中科技|华南理工|电子科技大学|同济|复旦|国防科技|国防科学"
        r"| (CHINA|CHINESE|BEIJING|SHANGHAI|SHENZHEN|GUANGZHOU|GUANGDONG|HANGZHOU|NANJING|WUHAN"
        r"|CHENGDU|XIAN|XI AN|TIANJIN|CHONGQING|SUZHOU|HEFEI|DALIAN|SHENYANG|HARBIN|QINGDAO"
        r"|ZHEJIANG|JIANGSU|SHANDONG|HUNAN|HUBEI|SICHUAN|ANHUI|DONGGUAN|ZHUHAI|GUANGXI|ZHENGZHOU"
        r"|XIAMEN|FUJIAN|JILIN|CHANGCHUN|CHANGSHA|JINAN|WUXI|NINGBO|FOSHAN|KUNMING|SHAANXI|LIAONING"
        r"|TIANSHUI|TONGJI|FUDAN|BEIHANG|SZ) ",
    ),
)
# Forms that companies of one country have, or nearly only they.
_FORMS: tuple[tuple[str, str], ...] = (
    (
        "JP",
        rf"[{_KANA}].*(株式会社|有限会社)|(株式会社|有限会社).*[{_KANA}]|合同会社"
        r"|가부시키|가부시끼| (KK|K K|KABUSHIKI|KAISHA|GAISHA|DAIGAKU|KENKYUSHO|SEISAKUSHO) ",
    ),
    ("KR", r"주식회사| 주 |재단법인|학교법인"),
    (
        "DE",
        r" (GMBH|KGAA|MBH|E V) |게엠베하|ゲーエムベーハー"
        r"|ゲゼルシャフト ミッ?ト|ハフツング|게젤샤프트 미트",
    ),
    ("FR", r" (SARL|SAS) "),
    ("IT", r" (SPA|S P A|SRL) "),
    ("NL", r" (BV|B V) "),
    ("SE", r" (AB|AKTIEBOLAG(ET)?) "),
    ("FI", r" (OY|OYJ) "),
    ("US", r"인코포레이티드|インコーポレイテッド"),
)
# What stands in front of a brand in names of subsidiaries: countries, provinces and towns.
_IN_FRONT = """
中国 美国 日本 韩国 德国 法国 英国 瑞士 荷兰 瑞典 比利时 奥地利 意大利 西班牙 葡萄牙 丹麦 挪威 芬兰
爱尔兰 以色列 新加坡 加拿大 澳大利亚 印度 俄罗斯 巴西 墨西哥 泰国 马来西亚 越南 匈牙利 波兰 捷克
土耳其 台湾 台灣 臺灣 香港 澳门 韓國 韓国 德國 法國 英國 美國 美商 日商 韓商 德商 法商 英商 荷商
荷蘭商 瑞士商 瑞典商 芬蘭商 新加坡商 愛爾蘭商 北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏
浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏
宁夏 新疆 石家庄 唐山 秦皇岛 邯郸 保定 张家口 廊坊 沧州 太原 大同 晋中 榆次 呼和浩特 包头 鄂尔多斯
沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 长春 四平 哈尔滨 齐齐哈尔 大庆 牡丹江 南京 无锡 江阴 宜兴
徐州 常州 苏州 昆山 常熟 张家港 太仓 吴江 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州
嘉兴 湖州 绍兴 金华 衢州 台州 丽水 舟山 合肥 芜湖 蚌埠 淮南 马鞍山 铜陵 安庆 滁州 阜阳 宣城 福州
厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 九江 赣州 吉安 宜春 上饶 济南 青岛 淄博 枣庄
东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 新乡 焦作
许昌 南阳 商丘 信阳 武汉 黄石 十堰 宜昌 襄阳 荆州 孝感 黄冈 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 益阳
娄底 郴州 永州 怀化 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 河源 清远 东莞 中山
潮州 揭阳 南宁 柳州 桂林 北海 海口 三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 内江 乐山 宜宾 贵阳 遵义
昆明 曲靖 西安 宝鸡 咸阳 汉中 兰州 天水 西宁 银川 乌鲁木齐 ベイジン シャンハイ シェンチェン
シェンジェン 베이징 상하이 센젠 선전 쉔젠
"""
_LONGEST_FIRST = "|".join(sorted(_IN_FRONT.split(), key=len, reverse=True))
_OF_FRONT = re.compile(rf"({_LONGEST_FIRST})(省|市|自治区|壮族自治区|回族自治区)? ?")


def _of_words(name: Column, words: tuple[tuple[str, str], ...]) -> Column:
    padded = F.concat(F.lit(" "), name, F.lit(" "))
    verdict = F.lit(None).cast("string")
    for country, pattern in reversed(words):
        verdict = F.when(padded.rlike(pattern), country).otherwise(verdict)
    return verdict


def place_of(name: Column) -> Column:
    """Return the country of a place in a plain name; null where it has none.

    >>> rows = [("BAIDU USA LLC",), ("清华大学",), ("北京航空航天大学",), ("中国放送 株式会社",)]
    >>> df = spark.createDataFrame(rows, "name string")
    >>> df.select(place_of(F.col("name")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     US|
    |   NULL|
    |     CN|
    |   NULL|
    +-------+
    <BLANKLINE>
    """
    return F.nullif(_of_words(name, _PLACES), F.lit(_ELSEWHERE))


def form_of(name: Column) -> Column:
    """Return the country whose form of company a plain name has; null where it has none.

    >>> df = spark.createDataFrame([("ACME GMBH",), ("三星电子株式会社",)], "name string")
    >>> df.select(form_of(F.col("name")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     DE|
    |   NULL|
    +-------+
    <BLANKLINE>
    """
    return _of_words(name, _FORMS)


def behind_places(name: str) -> Iterator[str]:
    """Yield what is left of a plain name behind one, two and three places in front of it.

    >>> list(behind_places("广东省深圳市腾讯计算机系统有限公司"))
    ['深圳市腾讯计算机系统有限公司', '腾讯计算机系统有限公司']
    >>> list(behind_places("三星 中国 半导体有限公司"))
    []
    """
    for _ in range(3):
        found = _OF_FRONT.match(name)
        if found is None or found.end() == len(name):
            return
        name = name[found.end() :]
        yield name
