"""Every fault in every stage, as a table in Markdown: python -m tests.faults.sweep [--jobs 2]."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from tests.faults import kinds
from tests.faults.disturbed import STAGES, Fault, Outcome, Undisturbed

SHARES = (0.1, 0.6)
"""Of a stage's work, after which a run is killed; it is disturbed otherwise after the first."""
_MOST = tuple(stage for stage in STAGES if stage != "technologies")
_SOME = ("ingest", "screen", "centrality", "score", "publishing")
FAULTS: dict[Fault, Sequence[str]] = {
    kinds.KILLED: STAGES,
    **dict.fromkeys((kinds.INTERRUPTED, kinds.TERMINATED, kinds.OUTPUT_FULL), _MOST),
    **dict.fromkeys((kinds.STAGING_FULL, kinds.WORK_FULL, kinds.REFUSED), _SOME),
    **dict.fromkeys((kinds.STAGING_REMOVED, kinds.OUTPUT_REMOVED, kinds.STALLED), _SOME),
    **dict.fromkeys((kinds.REPLACED, kinds.APPENDED, kinds.TRUNCATED, kinds.REMOVED), _SOME),
}
"""In which stages each comes."""


class Row(NamedTuple):
    """One fault of the sweep and what came of it."""

    fault: str
    stage: str
    outcome: Outcome


def main(argv: Sequence[str] | None = None) -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--jobs", type=int, default=2, help="runs at once")
    words.add_argument("--engine", choices=("embedded", "spark"), default="embedded")
    words.add_argument("--faults", default=",".join(fault.name for fault in FAULTS))
    asked = words.parse_args(argv)
    planned = [
        (fault, stage, share)
        for fault, stages in FAULTS.items()
        for stage in stages
        for share in (SHARES if fault is kinds.KILLED else SHARES[:1])
        if fault.name in asked.faults.split(",")
    ]
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder:
        found = list(sweep(planned, Path(folder), asked.jobs, asked.engine))
    print(table(found))
    wrong = [row for row in found if row.outcome.wrong]
    for row in wrong:
        print(f"\n{row.fault} in {row.stage}: {'; '.join(row.outcome.wrong)}")
    return bool(wrong)


def sweep(
    planned: Sequence[tuple[Fault, str, float]], folder: Path, jobs: int, engine: str
) -> Iterator[Row]:
    """Disturb a run by each, some at once, and tell what came of it as it comes."""
    lock = Lock()

    @cache
    def made(kind: str) -> Undisturbed:
        return Undisturbed.of(folder / kind, engine=engine, kind=kind)

    def usual(kind: str) -> Undisturbed:
        with lock:  # that the first who asks makes it
            return made(kind)

    def one(at: int) -> Row:
        fault, stage, share = planned[at]
        outcome = kinds.tried(fault, stage, share, folder / str(at), usual, engine)
        print(f"{fault.name} in {stage}: {outcome}", file=sys.stderr, flush=True)
        return Row(fault.name, stage, outcome)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(one, range(len(planned)))


def table(found: Sequence[Row]) -> str:
    """Return what came of each fault: where, how often, with which result and what it cost."""
    lines = [
        "| fault | in | times | result | exit codes | time lost (s) |",
        "|---|---|--:|---|---|--:|",
    ]
    for name in dict.fromkeys(row.fault for row in found):
        rows = [row for row in found if row.fault == name]
        stages = ", ".join(dict.fromkeys(row.stage for row in rows))
        results = [row.outcome.result for row in rows]
        shown = ", ".join(f"{results.count(one)} {one}" for one in dict.fromkeys(results))
        codes = ", ".join(str(code) for code in sorted({row.outcome.code for row in rows}))
        lost = [row.outcome.lost for row in rows]
        lines.append(
            f"| {name} | {stages} | {len(rows)} | {shown} | {codes} | "
            f"{min(lost):.0f} to {max(lost):.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
