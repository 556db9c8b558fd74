"""What is done beside other things: queries of a stage, and what it needs of the input alone.

Most stages leave cores idle: their queries are of few rows, or wait for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

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
    if not later or not asks_at_once(run):
        yield
        return
    pool = ThreadPoolExecutor(len(later))
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


def asks_at_once(run: Run) -> bool:
    """Tell whether queries are asked beside each other.

    Of a large input each wants the memory for itself. Other engines than this process's own were
    not measured.
    """
    return running().name == "embedded" and run.source.measured("patents") <= MOST


def beside(run: Run) -> Executor:
    """Return what asks queries in a thread, or when it is given them where none goes beside."""
    return ThreadPoolExecutor(1) if asks_at_once(run) else _AtOnce()


class _AtOnce(Executor):
    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **kwargs))
        return done
