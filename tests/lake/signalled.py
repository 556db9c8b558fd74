"""Run a command that sends itself a signal: signalled.py SIGNAL MOMENT STEPS ARGUMENT...

MOMENT is the name of a table, before which is written, or the number of a step of the moves;
the steps that were reached are counted in the file STEPS.
"""

import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

from patentcore.cli import main
from tests.lake.small import at_moves, on_writing


def run(name: str, moment: str, steps: str, *arguments: str) -> int:
    def send() -> None:
        os.kill(os.getpid(), signal.Signals[name])

    def count(step: int) -> None:
        Path(steps).write_text(str(step), encoding="utf-8")
        if str(step) == moment:
            send()

    # Whoever starts this in the background has it ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    writing = nullcontext() if moment.isdigit() else on_writing(moment, send)
    with writing, at_moves(count):
        return main(arguments)


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
