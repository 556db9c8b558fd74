"""Both languages of the page: texts of the template, and the words that tables hold."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from patentcore.results.report.chinese import CHINESE, CHINESE_PATTERNS
from patentcore.results.report.chinese_columns import COLUMNS
from patentcore.results.report.text import MISSING, is_missing, shorten

LANGUAGES = ("en", "zh")
_BARRIER = "whether foreign patents block is not known: "


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
    shown = (f'<span lang="{lang}">{Markup(text).format(**values)}</span>' for lang, text in parts)
    return Markup("".join(shown))


def word(value: Any, longest: int = 160) -> Markup:
    """Return a word of a table in both languages where it is one of ours, else as it stands.

    >>> print(word("mature"), word("<i>"))
    <span lang="en">mature</span><span lang="zh">成熟期</span> &lt;i&gt;
    """
    return escape(MISSING) if is_missing(value) else _word(str(value), longest)


@cache  # a page has few words, and each of them often
def _word(value: str, longest: int) -> Markup:
    text, translated = shorten(value, longest), chinese(value, longest)
    return escape(text) if text == translated else both("{v}", "{c}", v=text, c=translated)


def chinese(value: Any, longest: int = 160) -> str:
    """Return the words of a table in Chinese, those that are ours; the others as they stand.

    >>> print(chinese("foreign patents block; 3 inventions to 2021 are fewer than 9"))
    国外专利封锁；截至 2021 年发明 3 件，少于 9 件
    >>> print(chinese("assignment 2016-04-20, litigation"))
    转让 2016-04-20、诉讼
    >>> print(chinese("Software, core algorithm"))
    软件、核心算法
    """
    if str(value) in CHINESE:
        return CHINESE[str(value)]
    parts = str(value).split("; ")
    if (found := [_chinese(part) for part in parts]) == parts:
        return shorten(value, longest)
    return shorten("；".join(found), longest)


def column(value: Any, longest: int = 60) -> Markup:
    """Return the name of a column, count or stage in both languages.

    >>> print(column("key_patents"), column("x_<i>"))
    <span lang="en">key patents</span><span lang="zh">关键专利</span> x &lt;i&gt;
    """
    return _column(str(value), longest)


@cache
def _column(value: str, longest: int) -> Markup:
    text = shorten(value.replace("_", " "), longest)
    return both("{e}", "{c}", e=text, c=COLUMNS[text]) if text in COLUMNS else escape(text)


def _chinese(text: str) -> str:
    if text.startswith("not known: "):
        names = text.removeprefix("not known: ").split(", ")
        return "未知：" + "、".join(COLUMNS.get(n.replace("_", " "), n) for n in names)
    if text.startswith("too few are known: "):
        things = text.removeprefix("too few are known: ").split(", ")
        return "已知过少：" + "、".join(CHINESE.get(thing, thing) for thing in things)
    if text in CHINESE:
        return CHINESE[text]
    if text.startswith(_BARRIER):
        return CHINESE[_BARRIER] + _chinese(text.removeprefix(_BARRIER))
    for pattern, replacement in CHINESE_PATTERNS:
        if re.fullmatch(pattern, text):
            return re.sub(pattern, replacement, text)
    parts = text.split(", ")
    if all(part in CHINESE for part in parts):
        return "、".join(CHINESE[part] for part in parts)
    items = [part.partition(" ") for part in parts]
    if all(name in CHINESE for name, _, _ in items):  # kinds of events or types, with dates
        return "、".join(CHINESE[name] + blank + rest for name, blank, rest in items)
    return text


def spoken(language: str, english: str, chinese: str) -> Markup:
    """Return the attributes of what has no text: the label, and it in both languages."""
    label = chinese if language == "zh" else english
    return Markup('aria-label="{}" data-en="{}" data-zh="{}"').format(label, english, chinese)
