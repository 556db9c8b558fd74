"""What a stage needs of the input alone, made in a thread beside the stages before it.

Most stages leave cores idle: their queries are of few rows, or wait for one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from patentcore.engine import running
from patentcore.engine.ending import end_queries
from patentcore.lake.checkpoint import PASSING
from patentcore.lake.tables import TableStore
from patentcore.stages.run import Run, Stage

MOST = 500_000
"""Publications of an input so small that queries are asked beside each other."""


def scratch_of(run: Run) -> TableStore:
    """Return where frames are written that no finished stage is to keep."""
    return run.work.inside(PASSING)


@contextmanager
def begun(run: Run, stages: Sequence[Stage]) -> Iterator[None]:
    """Begin what later stages need of the input alone, and let the body run them all.

    What fails of it fails the stage that asks for it.

    Args:
        run: the run.
        stages: those that the body will run, in order.
    """
    later = [stage for stage in stages[1:] if stage.begins is not None]
    if not later or queries_at_once(run) == 1:
        yield
        return
    with ThreadPoolExecutor(len(later)) as pool:
        try:
            for stage in later:
                assert stage.begins is not None
                run.begun[stage.name] = pool.submit(stage.begins, run)
            yield
        except BaseException:
            # It would go on writing where nothing is wanted any more.
            end_queries(run.spark)
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            run.work.remove(PASSING)


def queries_at_once(run: Run) -> int:
    """Return how many queries may be asked beside each other.

    One of a large input, as each wants the memory for itself, and on other engines than this
    process's own, which were not measured.
    """
    if running().name != "embedded":
        return 1
    return 2 if run.source.read_raw("patents").count() <= MOST else 1
