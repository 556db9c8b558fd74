"""Both languages of the page: texts of the template, and the words that tables hold."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from patentcore.results.report.text import shorten

LANGUAGES = ("en", "zh")

# What tables hold in English, in Chinese; other values are data and stay as they are.
CHINESE = {
    "Patent total": "专利总量",
    "Patent-accepting country": "受理局",
    "Patent type": "专利类型",
    "Quantity of claim": "权利要求数",
    "Citation frequency": "被引频次",
    "Breadth of patented technology": "专利技术宽度",
    "Legal status of patent": "专利法律状态",
    "Duplicate removal": "去重",
    "invention": "发明",
    "opposition, assignment, litigation": "异议、转让、诉讼",
    "one publication per application number": "每个申请号保留一件公开",
    "publication year unknown": "公开年未知",
    "betweenness switched off": "未计算中介中心性",
    "unknown": "未知",
    "yes": "是",
    "no": "否",
    "foreign strong, domestic weak": "国外强、国内弱",
    "both weak": "双弱",
    "domestic strong, foreign weak": "国内强、国外弱",
    "both strong": "双强",
    "key generic": "关键共性技术",
    "cutting-edge": "前沿引领技术",
    "major strategic": "重大战略技术",
    "none of the three": "三类之外",
    "no absence": "无缺失",
    "subject dislocation": "主体错位",
    "path dependence": "路径依赖",
    "resource misallocation": "资源错配",
    "spiral progressive": "螺旋递进式",
    "jungle competition": "丛林竞争式",
    "main layout": "主体布局式",
    "emerging": "新兴期",
    "growth": "成长期",
    "mature": "成熟期",
    "transition": "转换期",
    "status": "突破状态",
    "absence": "缺失",
    "class": "类别",
    "cause": "成因",
    "mode": "突破模式",
    "lead": "主导主体",
    "technology": "技术",
    "product": "产品",
    "market": "市场",
    "institution": "制度",
    "organisation": "组织方式",
    "domestic": "国内",
    "foreign": "国外",
    "first 10": "前 10 位",
    "first 50": "前 50 位",
    "all": "全部",
    "betweenness alone": "仅中介中心性",
    "degree centrality alone": "仅度中心性",
    "popularity alone": "仅热度",
    "main class frequency alone": "仅主分类号频率",
    "core degree of min-max scaled measures": "各指标归一化后的核心度",
    "up": "上升",
    "down": "下降",
    "same": "不变",
    "entered": "进入",
    "left": "退出",
}


def both(english: str, chinese: str, **values: Any) -> Markup:
    """Return a text of ours in both languages, of which the page shows one.

    Args:
        english: may hold markup, and names in braces.
        chinese: the same in Chinese.
        values: stand for the names, escaped.

    >>> print(both("{n} left", "剩余 {n}", n="<b>"))
    <span lang="en">&lt;b&gt; left</span><span lang="zh">剩余 &lt;b&gt;</span>
    """
    parts = zip(LANGUAGES, (english, chinese), strict=True)
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(lang, Markup(text).format(**values))
        for lang, text in parts
    )


def word(value: Any, longest: int = 160) -> Markup:
    """Return a word of a table in both languages where it is one of ours, else as it stands.

    >>> print(word("mature"), word("<i>"))
    <span lang="en">mature</span><span lang="zh">成熟期</span> &lt;i&gt;
    """
    text = shorten(value, longest)
    return both("{v}", "{c}", v=text, c=chinese(value)) if str(value) in CHINESE else escape(text)


def chinese(value: Any) -> str:
    """Return a word of a table in Chinese where it is one of ours, else as it stands."""
    return CHINESE.get(str(value), shorten(value))


def spoken(language: str, english: str, chinese: str) -> Markup:
    """Return the attributes of what has no text: the label, and it in both languages."""
    label = chinese if language == "zh" else english
    return Markup('aria-label="{}" data-en="{}" data-zh="{}"').format(label, english, chinese)
