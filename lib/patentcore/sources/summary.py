"""What came of an export: for the user, and for the manifest."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from patentcore.sources.resolve import Ends

_THIN = 0.2  # share of publications below which a field is said to be thin
_EXAMPLE = 30  # characters of a value
_NAMED = 20  # files and columns that the summary names; ingest.json has them all


@dataclass(frozen=True)
class IngestSummary:
    """What came of an export.

    Attributes:
        source: the adapter's name.
        why: why this adapter, as the user asked for it or as it was recognised.
        rows_read: records in the files.
        patents: publications written.
        citations: distinct pairs written.
        rejects: number of reject rows by reason.
        coverage: share of publications with a value, by field the adapter can fill.
        absent: fields that exports of this kind do not have.
        passed_over: files inside folders that are of no format known here, or no part of the
            export that the folder holds, and its tables that nothing is read from.
        precedence: where several sources are merged, the order in which they are asked for a
            field, by field.
        filled_by: where several sources are merged, how many publications have the field from
            which source.
        unread: columns that nobody reads, each with a value of the first rows.
        ends: what became of the ends of citations; ``None`` where they were left as given.
    """

    source: str
    why: str
    rows_read: int
    patents: int
    citations: int
    rejects: Mapping[str, int]
    coverage: Mapping[str, float]
    absent: Sequence[str]
    passed_over: Sequence[str] = ()
    precedence: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filled_by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    ends: Ends | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for the manifest."""
        return asdict(self)

    def __str__(self) -> str:
        """Write the summary for the user."""
        coverage = [f"  {share:>10.1%}  {field}" for field, share in self.coverage.items()]
        absent = [f"not in this format: {', '.join(self.absent)}"] if self.absent else []
        head, rest = self._head_lines(), self._rest_lines()
        return "\n".join([*head, "coverage by field:", *coverage, *absent, *rest])

    def brief(self) -> list[str]:
        """Return the summary's lines without the fields that are filled."""
        return [*self._head_lines(), *self._rest_lines()]

    def _head_lines(self) -> list[str]:
        rejects = [f"  {count:>10,}  {reason}" for reason, count in self.rejects.items()]
        return [
            f"source {self.source}: {self.why}",
            f"{self.rows_read:,} rows read, {self.patents:,} patents"
            f"{' (a row may hold several)' if self.patents > self.rows_read else ''} and "
            f"{self.citations:,} citations written, {sum(self.rejects.values()):,} rejects",
            *([str(self.ends)] if self.ends else []),
            *(["rejects by reason:", *rejects] if rejects else []),
        ]

    def _rest_lines(self) -> list[str]:
        return [
            *self._thin_lines(),
            *self._unread_lines(),
            *self._merge_lines(),
            *self._passed_over_lines(),
        ]

    def _thin_lines(self) -> list[str]:
        """Name the fields that so few publications have that figures made of them say little."""
        thin = [name for name, share in self.coverage.items() if 0 < share < _THIN]
        return [f"thin, in fewer than {_THIN:.0%}: {', '.join(thin)}"] if thin else []

    def _unread_lines(self) -> list[str]:
        if not self.unread:
            return []
        examples = (
            f"{name} (such as {value[:_EXAMPLE]})" if value else name
            for name, value in self.unread.items()
        )
        more = len(self.unread) - _NAMED
        named = ", ".join(itertools.islice(examples, _NAMED))
        return [f"columns not read: {named}{f' and {more} more' if more > 0 else ''}"]

    def _passed_over_lines(self) -> list[str]:
        names = ", ".join(self.passed_over[:_NAMED])
        more = len(self.passed_over) - _NAMED
        return [f"passed over: {names}{f' and {more} more' if more > 0 else ''}"] if names else []

    def _merge_lines(self) -> list[str]:
        """Say in which order the sources were asked: what most fields share, then the others."""
        if not self.precedence:
            return []
        orders = [tuple(order) for order in self.precedence.values()]
        usual = max(orders, key=orders.count)
        lines = [f"precedence: {' > '.join(usual)}"]
        for name, order in self.precedence.items():
            if tuple(order) != usual:
                lines.append(f"precedence of {name}: {' > '.join(order)}")
        return lines
