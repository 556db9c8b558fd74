"""An explanation as text in English or Chinese, and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from patentcore.results.explain.explanation import (
    Bridges,
    Explanation,
    Neighbour,
    Ranks,
    Score,
    Step,
    Surroundings,
)
from patentcore.results.report.text import number as figure
from patentcore.results.report.text import percent, shorten
from patentcore.results.report.words import chinese

SHOWN = 10
_WIDEST = 72
_LONGEST = 1000

_ZH = {
    "ranked": "已排名",
    "unscored": "关键专利，无得分",
    "screened out": "未通过筛选",
    "outside the corpus": "不在语料范围内",
    "only cited": "仅被引用，输入中没有记录",
    "Screening": "筛选",
    "passed": "通过",
    "failed": "未通过",
    "not reached": "未到此步",
    "unknown": "未知",
    "asked": "要求",
    "has": "实际",
    "Score": "得分",
    "core degree": "核心度",
    "rank": "排名",
    "degree": "度中心性",
    "betweenness": "中介中心性",
    "popularity": "热度",
    "main_class": "主分类号频率",
    "of the score": "占得分",
    "Rank under other weights": "其他权重下的排名",
    "Network": "网络",
    "Neighbours": "邻居",
    "cites": "引用",
    "cited by": "被引于",
    "joined": "相连",
    "and {} more": "另有 {} 个",
    "Pairs that it joins": "它连接的邻居对",
    "no rank": "无排名",
}


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """Return everything that is known for a program; what is unknown is ``None``."""
    return dataclasses.asdict(explanation)


def as_text(explanation: Explanation, language: str = "en") -> str:
    """Return an explanation to be read on a terminal.

    Args:
        explanation: of a patent.
        language: ``en`` or ``zh``.
    """
    return "\n".join(_Writer(language == "zh").lines(explanation))


class _Writer:
    def __init__(self, is_chinese: bool) -> None:
        self.zh = is_chinese

    def t(self, text: str) -> str:
        """Return a word or sentence of ours, or of the tables, in the language."""
        return _ZH.get(text) or chinese(text, _LONGEST) if self.zh else text

    def lines(self, found: Explanation) -> Iterator[str]:
        title = f"  {shorten(found.title, _WIDEST)}" if found.title else ""
        yield f"{found.number}: {self.t(found.state)}{title}"
        yield from (f"  {self.t(remark)}" for remark in found.remarks)
        if found.steps:
            yield from self._head("Screening")
            yield from map(self._step, found.steps)
        if found.score:
            yield from self._score(found.score)
        if found.ranks:
            yield from self._ranks(found.ranks)
        if found.surroundings:
            yield from self._surroundings(found.surroundings)
        elif found.state != "outside the corpus":
            yield from self._head("Network")
            yield "  不在网络中" if self.zh else "  not in the network"

    def _head(self, text: str) -> Iterator[str]:
        yield ""
        yield self.t(text)

    def _step(self, step: Step) -> str:
        value = self.t("unknown") if step.value is None else shorten(self.t(step.value), _WIDEST)
        asked = "" if step.threshold == "-" else f" {self.t(step.threshold)}"
        return f"  {step.number}  {self.t(step.criterion)}{asked}: {value} ({self.t(step.outcome)})"

    def _score(self, score: Score) -> Iterator[str]:
        yield from self._head("Score")
        if score.core_degree is None:
            reason = score.missing_reason or "not recorded"
            yield f"  {self.t('unknown')}: {self.t(reason)}"
        else:
            of = f" / {figure(score.of)}" if score.of else ""
            yield f"  {self.t('rank')} {figure(score.rank)}{of}"
        width = max(len(part.measure) for part in score.parts)
        for part in score.parts:
            name = self.t(part.measure)
            product = None if part.value is None else part.weight * part.value
            equation = f" = {part.formula}" if part.formula else ""
            share = (
                "" if part.share is None else f"  ({percent(part.share)} {self.t('of the score')})"
            )
            yield (
                f"  {part.weight:g} x {self._digits(part.value)} = {self._digits(product)}"
                f"  {name:<{width}}{equation}{share}"
            )
        if score.core_degree is not None:
            yield f"  {self.t('core degree')} = {self._digits(score.core_degree)}"

    def _ranks(self, ranks: Ranks) -> Iterator[str]:
        yield from self._head("Rank under other weights")
        low, high = figure(ranks.p05, 0), figure(ranks.p95, 0)
        best, worst = figure(ranks.lowest), figure(ranks.highest)
        alone, top = figure(ranks.by_betweenness), percent(ranks.top_share)
        draws = figure(ranks.samples)
        if self.zh:
            yield f"  {draws} 次抽样：90 % 在 {low} 至 {high} 之间，最好 {best}，最差 {worst}"
            yield f"  {top} 的抽样进入前 10 位；仅按中介中心性排第 {alone}"
        else:
            yield f"  {draws} draws: 90 % within {low} to {high}, best {best}, worst {worst}"
            yield f"  among the first ten in {top} of them; {alone} by betweenness alone"

    def _surroundings(self, around: Surroundings) -> Iterator[str]:
        yield from self._head("Network")
        degree, betweenness = figure(around.degree), self._digits(around.betweenness)
        degree_name = "度" if self.zh else "degree"
        yield f"  {around.vertex}: {degree_name} {degree}, {self.t('betweenness')} {betweenness}"
        for relation in ("cited by", "cites", "joined"):
            group = [n for n in around.neighbours if n.relation == relation]
            if group:
                yield f"  {self.t(relation)} {figure(len(group))}"
                yield from (f"    {self._neighbour(n)}" for n in group[:SHOWN])
                if len(group) > SHOWN:
                    yield "    " + self.t("and {} more").format(figure(len(group) - SHOWN))
        is_directed = all(n.relation != "joined" for n in around.neighbours)
        yield from self._bridges(around.bridges, around.betweenness, "->" if is_directed else "-")

    def _neighbour(self, neighbour: Neighbour) -> str:
        rank = f"{self.t('rank')} {neighbour.rank}" if neighbour.rank else self.t("no rank")
        return (
            f"{neighbour.id}  {rank}, {self.t('betweenness')} {self._digits(neighbour.betweenness)}"
        )

    def _bridges(
        self, found: Bridges | None, betweenness: float | None, mark: str
    ) -> Iterator[str]:
        yield from self._head("Pairs that it joins")
        if found is None:
            yield "  邻居对过多，未逐一查看" if self.zh else "  too many pairs to look at each"
            return
        pairs, alone, part = (
            figure(found.pairs),
            figure(found.alone),
            self._digits(found.betweenness),
        )
        of = "" if betweenness is None else f" / {self._digits(betweenness)}"
        if self.zh:
            yield f"  {pairs} 对邻居之间没有边，其中 {alone} 对只经由它两步相连"
            yield f"  它们占其中介中心性的 {part}{of}；其余来自更远的顶点对"
        else:
            yield f"  {pairs} pairs of neighbours without an edge; {alone} are joined by it alone"
            yield f"  they make up {part}{of} of its betweenness; the rest is of pairs farther away"
        for pair in found.strongest:
            share = f"1/{pair.paths}" if pair.paths > 1 else "1"
            yield f"    {pair.source} {mark} {pair.target}  {share}"

    def _digits(self, value: Any) -> str:
        return self.t("unknown") if value is None else _digits(value)


def _digits(value: float) -> str:
    """Return a measure in six digits.

    >>> _digits(0.0017771), _digits(330.0)
    ('0.0017771', '330')
    """
    return f"{value:.6g}"
