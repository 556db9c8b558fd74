"""Names and words of the synthetic corpus: invented enterprises, real classification symbols."""

from __future__ import annotations

# Invented; any likeness to a real enterprise is unintended. Chinese name, English name.
ENTERPRISES = (
    ("华芯智造股份有限公司", "Huaxin Zhizao Intelligent Manufacturing Co., Ltd."),
    ("远辰通信设备股份有限公司", "Yuanchen Communication Equipment Co., Ltd."),
    ("晶域显示科技股份有限公司", "Jingyu Display Technology Co., Ltd."),
    ("凌越电器集团股份有限公司", "Lingyue Appliance Group Co., Ltd."),
    ("钧泰重型机械股份有限公司", "Juntai Heavy Machinery Co., Ltd."),
    ("北澜动力股份有限公司", "Beilan Power Co., Ltd."),
    ("海岳工程装备股份有限公司", "Haiyue Engineering Equipment Co., Ltd."),
    ("声谷电声技术股份有限公司", "Shenggu Electroacoustic Technology Co., Ltd."),
    ("启衡机器人股份有限公司", "Qiheng Robotics Co., Ltd."),
    ("东曜轨道交通装备股份有限公司", "Dongyao Rail Transit Equipment Co., Ltd."),
    ("正川电气股份有限公司", "Zhengchuan Electric Co., Ltd."),
    ("鸿图汽车股份有限公司", "Hongtu Automobile Co., Ltd."),
    ("蓝钺新能源股份有限公司", "Lanyue New Energy Co., Ltd."),
    ("天序工业软件股份有限公司", "Tianxu Industrial Software Co., Ltd."),
    ("瑞桓光学股份有限公司", "Ruihuan Optics Co., Ltd."),
    ("金塬特种钢股份有限公司", "Jinyuan Special Steel Co., Ltd."),
    ("盛禾农业装备股份有限公司", "Shenghe Agricultural Equipment Co., Ltd."),
    ("安澍医疗器械股份有限公司", "Anshu Medical Devices Co., Ltd."),
    ("宏砺机床股份有限公司", "Hongli Machine Tool Co., Ltd."),
    ("中沅石油装备股份有限公司", "Zhongyuan Petroleum Equipment Co., Ltd."),
    ("恒翀航空科技股份有限公司", "Hengchong Aviation Technology Co., Ltd."),
    ("森泓纺织机械股份有限公司", "Senhong Textile Machinery Co., Ltd."),
    ("博沣液压股份有限公司", "Bofeng Hydraulics Co., Ltd."),
    ("极屿激光股份有限公司", "Jiyu Laser Co., Ltd."),
    ("云碁数据股份有限公司", "Yunqi Data Co., Ltd."),
    ("普珩仪器股份有限公司", "Puheng Instruments Co., Ltd."),
    ("星垣卫星应用股份有限公司", "Xingyuan Satellite Applications Co., Ltd."),
    ("清霖环保装备股份有限公司", "Qinglin Environmental Equipment Co., Ltd."),
    ("德钛新材料股份有限公司", "Detai New Materials Co., Ltd."),
    ("九峙船舶重工股份有限公司", "Jiuzhi Shipbuilding Heavy Industry Co., Ltd."),
    ("优栎智能家居股份有限公司", "Youli Smart Home Co., Ltd."),
)

# Co-applicants: name, country, sector.
PARTNERS = (
    ("江城理工大学", "CN", "university"),
    ("东岭工业大学", "CN", "university"),
    ("南屿科技大学", "CN", "university"),
    ("北原交通大学", "CN", "university"),
    ("智能装备研究院", "CN", "institute"),
    ("先进材料研究所", "CN", "institute"),
    ("城南电网检修有限公司", "CN", "enterprise"),
    ("滨海市轨道建设指挥部", "CN", "government"),
    ("Norden Semiconductor AB", "SE", "enterprise"),
    ("Aldermoor Instruments Ltd", "GB", "enterprise"),
    ("Hochfeld Antriebstechnik GmbH", "DE", "enterprise"),
    ("Kitanami Denki KK", "JP", "enterprise"),
    ("Technical University of Lindau", "DE", "university"),
)

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文建国志鹏浩宇轩晨辉"
GIVEN_NAMES = (*_GIVEN, *(a + b for a, b in zip(_GIVEN, _GIVEN[5:] + _GIVEN[:5], strict=True)))

# IPC subclass, four of its main groups, subject in Chinese and English; frequent ones first.
_FIELDS = """
H04L 9 12 25 27|数据传输|data transmission
H04W 4 24 72 74|无线通信资源调度|wireless resource scheduling
G06F 1 3 9 12|数据处理|data processing
H01L 21 23 29 31|半导体器件|semiconductor device
G02F 1 2 3 7|液晶显示面板|liquid crystal display panel
G09G 3 5 1 2|显示驱动|display driving
H04R 1 3 9 19|电声换能器|electroacoustic transducer
F24F 1 11 13 5|空调器|air conditioner
H04N 5 7 19 21|视频编码|video coding
G05B 19 13 15 23|工业控制|industrial control
B25J 9 13 15 19|机器人|robot
H02K 1 3 5 9|电机|electric machine
H01M 2 4 8 10|动力电池|traction battery
G06K 7 9 17 19|图像识别|image recognition
H02J 3 7 9 13|配电网|power distribution
H01H 1 9 50 71|断路器|circuit breaker
G01N 21 27 29 33|材料检测|material testing
H04B 1 7 10 17|射频收发|radio frequency transceiver
B60L 3 15 50 53|电动汽车控制|electric vehicle control
G06Q 10 30 40 50|生产管理|production management
G06T 1 5 7 17|图像处理|image processing
H05K 1 3 5 7|电路板|circuit board
H01Q 1 3 9 21|天线|antenna
F25B 1 13 41 49|制冷循环|refrigeration cycle
D06F 33 37 39 58|洗衣机|washing machine
B66C 1 13 15 23|起重机|crane
E02F 3 5 9 7|挖掘机|excavator
B61D 17 27 33 3|轨道车辆车体|rail vehicle body
B60W 10 20 30 40|混合动力控制|hybrid power control
F02D 9 19 41 45|发动机控制|engine control
G01R 19 27 31 33|电气测量|electrical measurement
H02M 1 3 5 7|变流器|power converter
H02P 6 21 25 27|电机驱动|motor drive
G02B 5 6 26 27|光学组件|optical assembly
A47L 5 9 11 15|清洁设备|cleaning appliance
F25D 11 17 23 29|冰箱|refrigerator
F04B 1 39 49 53|压缩机|compressor
F04D 17 19 25 29|风机|fan
F16H 1 37 57 61|变速器|transmission
F15B 1 11 13 21|液压系统|hydraulic system
B23Q 1 3 11 17|机床|machine tool
B23K 10 11 26 37|激光焊接|laser welding
B29C 33 45 48 64|注塑成型|injection moulding
C22C 1 21 33 38|高强度合金钢|high-strength alloy steel
C21D 1 6 8 9|热处理|heat treatment
G01S 5 7 13 17|雷达定位|radar positioning
G01B 5 7 11 21|几何量测量|dimensional measurement
G08G 1 3 5 9|交通管理|traffic management
G10L 13 15 19 21|语音识别|speech recognition
G06N 3 5 7 20|神经网络|neural network
A61B 1 5 6 17|医疗监测|medical monitoring
B60R 1 16 21 25|车载电子|vehicle electronics
B62D 1 5 21 25|车身结构|vehicle structure
B21D 5 22 28 37|冲压成形|sheet forming
B22D 11 18 27 41|连续铸造|continuous casting
B65G 1 15 43 47|物流输送|conveying
B32B 3 7 15 27|复合层材料|laminate
C08L 9 23 77 67|高分子材料|polymer material
C09K 5 11 19 8|发光材料|luminescent material
C23C 2 4 14 16|镀膜|coating
E21B 7 10 43 47|钻井|drilling
F01D 5 9 11 25|涡轮|turbine
F03D 1 7 9 80|风力发电|wind power
F16L 1 23 37 55|管道连接|pipe joint
F16K 1 11 27 31|阀门|valve
F23R 3 5 7 2|燃烧室|combustion chamber
F28F 1 3 9 13|换热器|heat exchanger
B01D 46 53 61 69|过滤|filtration
B64C 1 3 27 39|飞行器|aircraft
B63B 1 21 35 59|船舶|ship
D01H 1 5 7 13|纺纱|spinning
A01D 34 41 45 69|收割机|harvester
G21C 1 3 15 17|核反应堆|nuclear reactor
H01J 1 29 37 49|电子显微镜|electron microscope
H01S 3 5 1 4|激光器|laser
H03K 3 5 17 19|脉冲电路|pulse circuit
H03M 1 7 11 13|模数转换|analogue-digital conversion
H05B 3 6 33 45|照明控制|lighting control
G03F 1 7 9 3|光刻|photolithography
G11C 7 11 16 29|存储器|memory
"""

# None of them ends a published main class, so those stay countable: see network.py.
SUBGROUPS = ("00", "02", "04", "06", "08", "10")


def _parse(line: str) -> tuple[str, tuple[str, ...], str, str]:
    symbol, chinese, english = line.split("|")
    subclass, *groups = symbol.split()
    return subclass, tuple(groups), chinese, english


FIELDS = tuple(_parse(line) for line in _FIELDS.strip().splitlines())
# Offices of the nine authorities, and others; weights.
OFFICES = {"CN": 82, "US": 6, "WO": 4, "EP": 3, "JP": 2, "KR": 1, "DE": 1, "GB": 1}
OFFICES_OF_MODELS = {"CN": 94, "DE": 3, "KR": 2, "JP": 1}
OTHER_OFFICES = {"TW": 34, "IN": 18, "HK": 10, "AU": 9, "CA": 8, "BR": 7, "RU": 6, "SG": 4, "MX": 4}
RELATIVE_OFFICES = ("US", "EP", "WO", "JP", "KR", "DE", "TW", "IN", "AU", "CA", "BR", "RU")

PRODUCTS = ("装置", "系统", "方法", "结构", "控制方法", "设备", "组件", "模组", "电路", "终端")
QUALITIES = (
    "高效",
    "低功耗",
    "高精度",
    "自适应",
    "集成式",
    "模块化",
    "智能",
    "紧凑型",
    "多通道",
    "可重构",
)
TAILS = ("", "", "", "及其制造方法", "及其控制方法", "及电子设备", "及存储介质", "及应用")
EFFECTS = ("提高了可靠性", "降低了能耗", "简化了结构", "提升了精度", "延长了使用寿命", "降低了成本")
ENGLISH_PRODUCTS = ("device", "system", "method", "apparatus", "assembly", "circuit")

STATUSES_ALIVE = {"授权": 6, "实质审查": 3, "公开": 1}
STATUSES_ENDED = {"未缴年费": 5, "撤回-视为撤回": 3, "驳回": 3, "放弃": 1, "期限届满": 2}
