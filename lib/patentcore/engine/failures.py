"""What an engine's exception says happened, and the one line of it that tells.

The same accident arrives as a Java exception through Py4J, as PySpark's own, or as text from a
Spark Connect server, each wrapped in what passed it on. Only this module looks inside.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

JavaError = Py4JJavaError
"""What Java threw and PySpark did not translate, as from an executor."""

ENGINE_ERRORS = (PySparkException, JavaError)
"""What engines raise where a query fails."""


class Kind(Enum):
    """What happened."""

    NO_PACKAGE = "the executors lack a package"
    WORKER_DIED = "a Python worker died"
    NO_SPACE = "no space left"
    NO_PERMISSION = "permission denied"
    NO_MEMORY = "out of memory"
    MISSING_JAR = "a jar is missing"
    UNREACHABLE = "not reachable"
    UNREADABLE = "unreadable input"
    ENGINE_DIED = "Spark's Java has ended"
    INTERRUPTED = "interrupted"
    NOT_HERE = "not on this engine"
    OTHER = "something else"


_LAST_LINES = 500  # of a log, which may be one that is kept from run to run

# In this order, as what happened first causes others: a worker's death ends its stream early.
_MARKS: dict[Kind, str] = {
    Kind.NO_PACKAGE: r"ModuleNotFoundError: No module named",
    Kind.WORKER_DIED: r"Python worker exited unexpectedly|Python worker failed to connect back",
    Kind.NO_SPACE: r"No space left on device|Disk quota exceeded|DiskErrorException",
    Kind.NO_PERMISSION: r"Permission denied|Access ?Denied|AccessControlException",
    Kind.NO_MEMORY: (
        r"OutOfMemory|Resources exhausted|Cannot allocate memory|Failed to allocate additional"
    ),
    Kind.MISSING_JAR: (
        r"ClassNotFoundException|NoClassDefFoundError|DATA_SOURCE_NOT_FOUND"
        r"|UnsupportedFileSystemException|No FileSystem for scheme"
    ),
    # Py4J asks after classes while it handles another error; only Java that is gone lacks these.
    Kind.ENGINE_DIED: (
        r"Answer from Java side is empty|Error while sending or receiving|does not exist in the JVM"
    ),
    Kind.UNREACHABLE: r"UnknownHostException|Connection refused|failed to connect to all addresses",
    Kind.UNREADABLE: (
        r"FAILED_READ_FILE|CANNOT_READ_FILE|is not a Parquet file|CORRUPT|EOFException"
        r"|TextParsingException|ZipException|Invalid Parquet file|Parquet error"
    ),
    Kind.INTERRUPTED: r"InterruptedException|SparkContext was shut down|OPERATION_CANCELED",
    # What needs a JVM, GraphFrames or an observation, asked of Spark Connect or Sail.
    Kind.NOT_HERE: r"JVM_ATTRIBUTE_NOT_SUPPORTED|extension relation|collect metrics",
}
REMEDIES: dict[Kind, str] = {
    Kind.NO_PACKAGE: (
        "submit with scripts/submit, or with --py-files dist/patentcore.zip and, on every worker, "
        "a Python that has the packages (PYSPARK_PYTHON)"
    ),
    Kind.ENGINE_DIED: (
        "most often its memory ran out: give it more with --conf spark.driver.memory=8g, say"
    ),
    Kind.WORKER_DIED: "it often had too little memory: use fewer cores, or a larger machine",
    Kind.NO_SPACE: "free some, or set SPARK_LOCAL_DIRS and TMPDIR to where there is more",
    Kind.NO_MEMORY: "give it more with --conf spark.driver.memory=8g, say",
    Kind.MISSING_JAR: "scripts/setup --with delta,iceberg,s3a fetches those of formats and stores",
    Kind.NOT_HERE: "use --engine spark",
}
"""What a user can do."""


class Failure(NamedTuple):
    """One accident of an engine.

    Attributes:
        kind: what happened.
        line: the line of the message that tells it, of at most 500 characters.
    """

    kind: Kind
    line: str


def failure_of(error: BaseException, log: Path | None = None) -> Failure:
    """Turn an engine's exception into what happened.

    Args:
        error: what was raised.
        log: the file that Java prints to, which says why it ended.

    >>> failure_of(OSError("No space left on device: /spill"))
    Failure(kind=<Kind.NO_SPACE: 'no space left'>, line='No space left on device: /spill')
    """
    told = "\n".join([str(error), *causes(error)])
    kinds = (kind for kind, marks in _MARKS.items() if re.search(marks, told))
    kind = next(kinds, Kind.OTHER)
    if isinstance(error, ConnectionRefusedError):  # of Py4J: no one else opens sockets here
        kind = Kind.ENGINE_DIED
    if kind is Kind.ENGINE_DIED:
        told = _last_words(log)
    ran_out = re.search(r"java\.lang\.OutOfMemoryError.*", told)
    if ran_out and kind in (Kind.NO_MEMORY, Kind.ENGINE_DIED):
        return Failure(Kind.NO_MEMORY, ran_out[0][:500])
    return Failure(kind, message_line(error))


def _last_words(log: Path | None) -> str:
    lines = log.read_text(errors="replace").splitlines() if log else []
    return "\n".join(lines[-_LAST_LINES:])


def message_line(error: BaseException) -> str:
    r"""Return the telling line of an error's message, for a message of one line.

    Spark buries its own sentence, ``[CONDITION] ...``, under what wrapped it; failing that, what
    Java threw tells more than what Py4J was doing.

    >>> message_line(ValueError("wrapped in this\n  Caused by: [NO_SUCH.THING] There is none.\n"))
    '[NO_SUCH.THING] There is none.'
    """
    lines = _lines(str(error))
    if missing := re.search(r"ModuleNotFoundError: (No module named \S+)", str(error)):
        return missing[1]
    conditions = [line for line in lines if re.search(r"\[[A-Z][A-Z0-9_.]+\] ", line)]
    if conditions:
        return re.sub(r"^.*?(\[[A-Z][A-Z0-9_.]+\] )", r"\1", conditions[-1])[:500]
    thrown = [line for cause in causes(error) for line in _lines(cause)]
    lines = thrown or lines
    if lines and "see the stack trace below" in lines[0]:  # of Python: the last line tells
        lines.reverse()
    return lines[0][:500] if lines else type(error).__name__


def causes(error: BaseException) -> Iterator[str]:
    """Yield what Java threw and each of its causes, outermost first; nothing without Java."""
    thrown = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    with contextlib.suppress(Py4JError):  # Java is gone, maybe of this very error
        while thrown is not None and hasattr(thrown, "getCause"):
            yield str(thrown.toString())
            thrown = thrown.getCause()


def java_message(error: BaseException) -> str:
    """Return the message of what Java threw, without the exception's name; else the error's own."""
    thrown = getattr(error, "java_exception", None)
    return str(thrown.getMessage() if thrown is not None else error)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
