"""What Zheng & Liu print, and the small structures that yield it by the ordinary computation.

Each published patent gets a number of citing and cited neighbours, other family members, a
publication date and a main class such that degree, betweenness, popularity, class frequency and
core degree come out as printed. Betweenness is citing times cited, less the pairs that are joined
directly, because the neighbours are the patent's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

PUBLICATIONS, KEY_PATENTS, NETWORK_VERTICES = 306_561, 1_993, 20_821

# Left after each step of Table 2: all, office, type, claims, citations, breadth, events, one per
# application.
FUNNEL = (PUBLICATIONS, 284_769, 217_994, 167_268, 95_724, 35_461, 3_250, KEY_PATENTS)


@dataclass(frozen=True)
class PublishedPatent:
    """A patent of Table 4 or 5.

    Attributes:
        number: publication number.
        published: publication date; its year is T of equation 4.
        citing: in-degree.
        cited: out-degree.
        relatives: members of its simple family other than itself, q of equation 4.
        main_ipc: main IPC symbol.
        class_count: key patents with this main class, p of equation 5, at scale 1.
        subject: what it is about, in Chinese; Table 5's field where it has one.
        joined_pairs: pairs of a citing and a cited neighbour that are joined directly.
    """

    number: str
    published: dt.date
    citing: int
    cited: int
    relatives: int
    main_ipc: str
    class_count: int
    subject: str
    joined_pairs: int = 0

    @property
    def is_grant(self) -> bool:
        """Tell whether this is the publication of a granted patent."""
        return self.number.endswith("B")

    @property
    def neighbours(self) -> int:
        """Degree in the citation network."""
        return self.citing + self.cited


def _patent(
    number: str, published: str, degrees: tuple[int, int], relatives: int, *rest: str | int
) -> PublishedPatent:
    return PublishedPatent(
        number,
        dt.date.fromisoformat(published),
        *degrees,
        relatives,
        *rest,  # type: ignore[arg-type]
    )


TABLE_5 = (
    _patent("CN104267498A", "2015-01-07", (24, 43), 1, "G02B27/22", 27, "立体显示系统核心算法"),
    _patent("CN106299627A", "2017-01-04", (37, 26), 1, "H01Q1/36", 15, "手机射频器件天线"),
    _patent("CN106205394A", "2016-12-07", (48, 20), 3, "G09G3/3208", 28, "显示驱动芯片"),
    _patent("CN103747398A", "2014-04-23", (23, 31), 1, "H03H9/64", 26, "手机射频器件滤波器"),
    _patent("CN103208255A", "2013-07-17", (36, 16), 6, "G09G3/3233", 26, "像素电路芯片"),
    _patent("CN106298859A", "2017-01-04", (50, 11), 1, "H01L27/32", 21, "触觉传感器显示面板"),
    _patent("CN106022324A", "2016-10-12", (29, 19), 1, "G06K9/48", 24, "线条识别核心算法"),
    _patent("CN103957486A", "2014-07-30", (68, 6), 1, "H04R3/007", 9, "音频功率放大芯片"),
    _patent("CN109469479A", "2019-03-15", (13, 30), 1, "E21B49/003", 2, "地质勘探核心算法"),
    _patent("CN103024638A", "2013-04-03", (52, 7), 11, "H04R9/025", 26, "电声换能器"),
)

TABLE_4 = (
    _patent("CN105513499A", "2016-04-20", (35, 8), 3, "G09F9/33", 14, "拼接显示屏", 3),
    _patent("CN103558714B", "2016-03-09", (0, 4), 1, "G02F1/13357", 4, "背光模组"),
    _patent("CN106531579A", "2017-03-22", (2, 4), 1, "H01H50/545", 6, "继电器触头"),
    _patent("CN103454808A", "2013-12-18", (22, 15), 1, "G02F1/1335", 27, "彩膜基板"),
    _patent("CN102600750B", "2015-03-18", (0, 3), 1, "B01F7/165", 1, "搅拌装置"),
    _patent("CN101915237B", "2012-08-22", (0, 0), 2, "F04C18/356", 1, "旋转式压缩机"),
    _patent("CN104377086B", "2017-05-10", (0, 2), 1, "H01H71/525", 1, "断路器操作机构"),
    _patent("CN106510605A", "2017-03-22", (3, 8), 1, "A61B5/0205", 1, "生理信号监测终端"),
    _patent("CN102494221B", "2014-06-11", (0, 8), 2, "F16N7/385", 1, "润滑油路控制装置"),
    _patent("CN103369422A", "2013-10-23", (9, 6), 1, "H04R1/105", 26, "耳机降噪装置"),
    _patent("CN104465253A", "2015-03-25", (1, 5), 1, "H01H89/065", 1, "接触器控制模块"),
    _patent("CN102857853A", "2013-01-02", (12, 7), 11, "H04R19/045", 5, "硅麦克风"),
    _patent("CN104118299B", "2016-08-17", (0, 10), 1, "B60J7/057", 1, "车顶天窗机构"),
    _patent("CN102865275B", "2014-12-10", (0, 4), 1, "F15B11/165", 2, "液压合流控制系统"),
    _patent("CN104612152B", "2016-06-22", (0, 4), 4, "E02D7/185", 1, "桩基施工机械"),
)

PUBLISHED = TABLE_5 + TABLE_4
PUBLISHED_NUMBERS = tuple(patent.number for patent in PUBLISHED)
