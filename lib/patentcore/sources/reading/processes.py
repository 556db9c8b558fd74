"""Files read by processes of their own, where the code that reads them is Python's.

The embedded engine runs all tasks in this process, in which Python's lock lets one core make
records at a time. So its tasks hand their pieces to processes that read them and return Arrow's
batches, one after the other, through a pipe. Spark's tasks are processes already.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyspark import cloudpickle
from pyspark.sql import SparkSession

import patentcore
from patentcore.engine import running
from patentcore.errors import InputError
from patentcore.progress import bytes_read, count_bytes
from patentcore.sources.reading.batches import Batches, Read
from patentcore.sources.reading.files import Piece, told

# A process takes as long to start as records of so many bytes to be made of XML by one core.
_WORTH_PROCESSES = 24 << 20
# Each takes some 45 MiB of its own and hands its records to the one process that writes them.
_MOST_PROCESSES = 16
# What a pipe holds where the system lets one say it, so that a batch is made meanwhile.
_PIPE_BYTES = 1 << 20
# Arrow looks for pandas, which takes longer to load than all else, when it first makes an array.
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
class WithoutPandas:
    def find_spec(name, *_):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, WithoutPandas)
import pyarrow
pyarrow.array([""])
sys.meta_path.remove(WithoutPandas)
from patentcore.sources.reading.processes import serve
serve()
"""
_HEAD = struct.Struct("<cQQ")  # kind, bytes of files read so far, length of what follows
_LENGTH = struct.Struct("<Q")
_BATCH, _ERROR, _END = b"B", b"E", b"."


def read_by_python(
    spark: SparkSession,
    pieces: Sequence[Piece],
    parse: Read,
    schema: str,
    worth: int | None = None,
) -> Batches:
    """Read pieces of files by a function that holds Python's lock.

    On the embedded engine, within :func:`processes_for_reading`, processes of their own read
    inputs that are large enough and of several pieces.

    Args:
        spark: the session.
        pieces: the pieces.
        parse: makes the rows of a piece; called wherever the engine runs Python, or in a process.
        schema: of the rows, as DDL.
        worth: bytes from which on processes save more than they take to start.
    """
    if running().name != "embedded" or not _pool.is_open:
        return Batches(spark, pieces, parse, schema)
    size = sum((piece.end or piece.file.size) - piece.begin for piece in pieces)
    count = min(running().cores(spark), len(pieces), _MOST_PROCESSES)
    if count < 2 or size < (worth or _WORTH_PROCESSES):
        return Batches(spark, pieces, parse, schema)
    _pool.start(count)  # which load what they need while the query is planned
    return Batches(spark, pieces, _Apart(cloudpickle.dumps(parse)), schema, tasks=count)


@contextmanager
def processes_for_reading() -> Iterator[None]:
    """Let files be read by processes of their own while the body runs; they end with it."""
    _pool.enter()
    try:
        yield
    finally:
        _pool.leave()


@dataclass(frozen=True)
class _Apart:
    """Reads pieces by a process of their own.

    Attributes:
        parse: what reads them, pickled.
    """

    parse: bytes

    def __call__(self, piece: Piece) -> Iterator[pa.RecordBatch]:
        worker = _pool.take()
        if worker is None:  # nobody would end one
            yield from pickle.loads(self.parse)(piece)
            return
        try:
            yield from worker.read(self.parse, piece)
        except BaseException:
            worker.end()
            raise
        _pool.give_back(worker)


class _Pool:
    """The processes that read; a task that finds none idle starts one, and waits for no other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []

    @property
    def is_open(self) -> bool:
        """Tell whether someone ends the processes."""
        return self._users > 0

    def enter(self) -> None:
        """Open it."""
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        """End all processes, unless someone else still reads."""
        with self._lock:
            self._users -= 1
            ending = [] if self._users else self._all
            if not self._users:
                self._all, self._idle = [], []
        for worker in ending:
            worker.end()

    def start(self, count: int) -> None:
        """Let so many processes be idle."""
        with self._lock:
            while self._users and len(self._idle) < count:
                self._idle.append(self._new())

    def take(self) -> _Worker | None:
        """Return a process for one task; none where nobody would end it."""
        with self._lock:
            if not self._users:
                return None
            return self._idle.pop() if self._idle else self._new()

    def give_back(self, worker: _Worker) -> None:
        """Take a process back that has read a piece."""
        with self._lock:
            if self._users:
                self._idle.append(worker)

    def _new(self) -> _Worker:
        worker = _Worker()
        self._all.append(worker)
        return worker


_pool = _Pool()


class _Worker:
    """A process that reads pieces, as the one that uses it sees it."""

    def __init__(self) -> None:
        # Finders of installed packages are not asked there, so their folders are named.
        paths = [*map(os.path.abspath, sys.path), str(Path(patentcore.__file__).parents[1])]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_PIPE_BYTES,
        )
        self._parse: bytes | None = None
        self._read = 0

    def read(self, parse: bytes, piece: Piece) -> Iterator[pa.RecordBatch]:
        """Yield the batches that a pickled function makes of a piece.

        Raises:
            InputError: the file cannot be read, or the process ended.
            RuntimeError: any other error there.
        """
        self._send(parse, piece)
        while True:
            head = self._receive(_HEAD.size, piece)
            kind, read, length = _HEAD.unpack(head)
            count_bytes(read - self._read)
            self._read = read
            content = self._receive(length, piece)
            if kind == _END:
                return
            if kind == _ERROR:
                is_told, message = json.loads(content)
                raise InputError(message) if is_told else RuntimeError(message)
            yield pa.ipc.open_stream(pa.py_buffer(content)).read_next_batch()

    def end(self) -> None:
        """End the process, wherever it is."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):  # what it did not take any more
                stream.close()

    def _send(self, parse: bytes, piece: Piece) -> None:
        job = pickle.dumps((None if parse == self._parse else parse, piece))
        self._parse = parse
        assert self._process.stdin is not None
        with suppress(OSError):  # that it ended is told where its answer is read
            self._process.stdin.write(_LENGTH.pack(len(job)) + job)
            self._process.stdin.flush()

    def _receive(self, length: int, piece: Piece) -> bytes:
        assert self._process.stdout is not None
        content = self._process.stdout.read(length)
        if len(content) < length:
            raise InputError(
                f"{piece.file.uri} cannot be read: the process that reads it ended"
                f"{_how(self._process.wait())}"
            )
        return content


def _how(code: int) -> str:
    """Say how a process ended.

    >>> _how(-9)
    ' by SIGKILL, as where memory is short'
    >>> _how(1)
    ' with code 1'
    """
    if code >= 0:
        return f" with code {code}"
    name = signal.Signals(-code).name
    return f" by {name}" + (", as where memory is short" if name == "SIGKILL" else "")


# --- in the process that reads -----------------------------------------------------------------


def serve() -> None:
    """Read the pieces that stdin names until it ends; their batches go to stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    gc.freeze()
    gc.set_threshold(100_000)
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    # What else is printed must not come between.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    parse: Read | None = None
    while True:
        try:
            given, piece = pickle.loads(jobs.get())
            parse = pickle.loads(given) if given is not None else parse
            assert parse is not None
            with told(piece.file):
                for batch in parse(piece):
                    _answer(answers, _BATCH, _stream_of(batch))
            _answer(answers, _END)
        except InputError as error:
            _answer(answers, _ERROR, json.dumps([True, str(error)]).encode())
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            _answer(answers, _ERROR, json.dumps([False, message]).encode())


def _listen(stream: BinaryIO, jobs: queue.SimpleQueue[bytes]) -> None:
    """Take jobs; end the process as soon as who gives them is gone."""
    while head := stream.read(_LENGTH.size):
        jobs.put(stream.read(_LENGTH.unpack(head)[0]))
    os._exit(0)


def _stream_of(batch: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _answer(stream: BinaryIO, kind: bytes, content: bytes | pa.Buffer = b"") -> None:
    stream.write(_HEAD.pack(kind, bytes_read(), len(content)))
    stream.write(content)
    stream.flush()
