"""Chinese in one script and usage: traditional characters and Taiwan's terms as simplified ones.

Patents of Taiwan and Hong Kong are in traditional characters, and Taiwan's name chips, memories or
software by other words than those of the mainland, in which catalogues are written.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from opencc import OpenCC

from patentcore.words.text import FULL_WIDTH, HALF_WIDTH

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
_IS_JAPANESE = re.compile("[\u3040-\u30ff]")
# The longest first: a term may begin with another.
_TERM = re.compile("|".join(sorted(_TERMS, key=len, reverse=True)))


@cache
def _characters() -> dict[str, str]:
    """Return the simplified twins of traditional characters; made where they are first needed."""
    han = "\n".join(map(chr, range(0x4E00, 0xA000)))
    pairs = zip(han.split(), OpenCC("t2s").convert(han).split(), strict=True)
    return {character: twin for character, twin in pairs if character != twin}


@cache
def _table() -> dict[int, int | str]:
    return str.maketrans(_characters()) | str.maketrans(FULL_WIDTH, HALF_WIDTH)


@cache
def _is_traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_characters())}]")


def simplified(text: str) -> str:
    """Return a text in simplified characters and the mainland's terms, Latin letters narrow.

    Terms are Taiwan's only in traditional characters: 晶片 is a wafer of crystal in simplified
    ones. Japanese, which shares characters, has other terms.

    >>> simplified("積體電路晶片"), simplified("石英晶片"), simplified("ＬＥＤ")
    ('集成电路芯片', '石英晶片', 'LED')
    """
    if not _is_traditional().search(text) or _IS_JAPANESE.search(text):
        return text.translate(_table())
    return with_terms(text)


def with_terms(text: str) -> str:
    """Return a text as :func:`simplified` does, taking it to be Taiwan's in any script.

    >>> with_terms("晶片")
    '芯片'
    """
    return _TERM.sub(lambda found: _TERMS[found[0]], text.translate(_table()))


def all_simplified(texts: pa.Array) -> pa.Array:
    """Return texts, each as :func:`simplified` does.

    >>> all_simplified(pa.array(["chip", "晶圓", None])).to_pylist()
    ['chip', '晶圆', None]
    """
    is_ascii = pc.fill_null(pc.string_is_ascii(texts), True).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(~is_ascii)
    few = texts.take(pa.array(places))
    folded_ones = f"[{''.join(_characters())}{FULL_WIDTH}]"
    is_folded = pc.match_substring_regex(few, folded_ones).to_numpy(zero_copy_only=False)
    if not is_folded.any():
        return texts
    mask = np.zeros(len(texts), dtype=bool)
    mask[places[is_folded]] = True
    folded = map(simplified, few.filter(pa.array(is_folded)).to_pylist())
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(folded, pa.string()))
