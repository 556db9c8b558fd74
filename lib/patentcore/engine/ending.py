"""Ctrl-C and a request to terminate end a command as exceptions do, so that it tidies up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Ended(BaseException):
    """The process was asked to terminate."""


_ANSWER_SECONDS = 5.0
_LEAVE_SECONDS = 20.0

_interrupt: Callable[[int, FrameType | None], NoReturn] | None = None
_asked: list[int] = []
"""Interrupts of the command that runs."""


@contextmanager
def ended_tidily() -> Iterator[None]:
    """Let a request to terminate end the body as an exception, and an interrupt as one.

    Libraries swallow an interrupt that comes while they call back, and an engine that it ended
    fails with an error of its own. An error that comes after an interrupt therefore counts as one.
    """
    global _interrupt
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are handled in the main thread only
        return

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise Ended

    def interrupt(number: int, _: FrameType | None) -> NoReturn:
        _asked.append(number)
        raise KeyboardInterrupt

    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, end)}
    # What runs in the background with interrupts ignored, or has a handler of its own, keeps it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, interrupt)
        _interrupt = interrupt
    try:
        yield
    except Exception as error:
        if _asked:
            raise KeyboardInterrupt from error
        raise
    finally:
        _interrupt = None
        _asked.clear()
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def heed_interrupts() -> None:
    """Raise an interrupt of the command that a library swallowed, if one did.

    Called where work is done that could have been broken off, and before a result is published.
    """
    if _asked:
        raise KeyboardInterrupt


def end_queries(spark: SparkSession) -> None:
    """Let an engine give up what an interrupt broke off; it would go on writing where it was told.

    The queries of all threads end. One that does not answer soon is left to itself.
    """

    def interrupt() -> None:
        with suppress(Exception):  # it may be gone, which ends them too
            spark.interruptAll()

    telling = threading.Thread(target=interrupt, daemon=True)
    telling.start()
    telling.join(_ANSWER_SECONDS)


def leave_soon(code: int) -> None:
    """End the process with a code in a while, should threads of libraries keep it from ending.

    A signal's exception that comes just where a library takes a lock leaves the lock taken for
    good, and its threads wait for it.
    """

    def leave() -> None:
        time.sleep(_LEAVE_SECONDS)
        os._exit(code)

    threading.Thread(target=leave, daemon=True).start()


def keep_handler() -> None:
    """Put the handler of interrupts back where a library replaced it by its own.

    PySpark's cancels jobs on the connection on which the interrupted call still waits. The embedded
    engine's, which is below Python's, ends the connection.
    """
    handler = _interrupt or signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)
