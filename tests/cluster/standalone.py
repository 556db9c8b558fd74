"""A real standalone cluster on the loopback: one master, and workers that share only storage.

Each worker has a folder of its own in which it works, and a Python that has the dependencies and
not the package, which must come with the job.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from patentcore.engine import preflight
from tests.conftest import ROOT
from tests.lake.servers import free_port

# What begins so is of the machine that tests, or of another engine's tests.
OF_THIS_MACHINE = ("AWS_", "HADOOP_", "PATENTCORE_", "PYSPARK_", "PYTHONPATH", "SPARK_")
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
PATIENCE = 120
"""Seconds until a process must have started; machines are slow at times."""


class Worker(NamedTuple):
    """One worker: where it works, and its process, whose children are the executors."""

    folder: Path
    process: subprocess.Popen[bytes]

    def executors(self) -> list[psutil.Process]:
        """Return the executors that run on it now."""
        if self.process.poll() is not None:
            return []
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if any("CoarseGrainedExecutorBackend" in word for word in command_of(child))
        ]

    def kill(self) -> None:
        """Kill it at once with all that runs on it, as where a machine is lost."""
        if self.process.poll() is None:
            whole = psutil.Process(self.process.pid)
            for process in [*whole.children(recursive=True), whole]:
                kill(process)
        self.process.wait()


class Standalone:
    """A standalone cluster.

    Attributes:
        folder: its own; each process logs to a file of its own there.
        master: its URL.
        python: the workers' Python.
        workers: those that were started, also if they were killed since.
    """

    def __init__(self, folder: Path, cores: int = 1, memory: str = "1g") -> None:
        self.folder = folder
        self.python = bare_python(folder / "python")
        self.workers: list[Worker] = []
        self._cores, self._memory = cores, memory
        self._port = free_port()
        self.master = f"spark://127.0.0.1:{self._port}"
        words = ("--host", "127.0.0.1", "--port", str(self._port), "--webui-port", "0")
        self._process = self._start("master", "master.Master", *words)
        self._until(folder / "master", self._process, "I have been elected leader")

    def start_worker(self) -> Worker:
        """Start one more worker; return when it is registered."""
        return self._start_workers(1)[0]

    def ensure(self, count: int) -> list[Worker]:
        """Start workers until so many live; return these."""
        alive = [worker for worker in self.workers if worker.process.poll() is None]
        return alive + self._start_workers(count - len(alive))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a driver: this tree's package, the workers' own Python."""
        own = {
            "PYTHONPATH": str(ROOT / "lib"),
            "PYSPARK_PYTHON": str(self.python),
            "PYSPARK_DRIVER_PYTHON": sys.executable,
            "PATENTCORE_JARS": str(preflight.jars_folder()),
        }
        return without_machines_own() | own | more

    def patentcore(
        self, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the cluster."""
        return run(
            *(sys.executable, "-m", "patentcore.cli", *arguments, *self.options()),
            env=self.environment(**environment),
        )

    def options(self) -> list[str]:
        """Return the command's options that make it run here, with small executors."""
        settings = (
            "spark.executor.memory=512m",
            "spark.driver.memory=1g",
            "spark.sql.shuffle.partitions=2",
            f"spark.driver.extraJavaOptions={QUICK_JAVA}",
            f"spark.executor.extraJavaOptions={QUICK_JAVA}",
        )
        return ["--master", self.master, *(f"--conf={setting}" for setting in settings)]

    def stop(self) -> None:
        """End all its processes."""
        for worker in self.workers:
            worker.kill()
        self._process.kill()
        self._process.wait()

    def _start_workers(self, count: int) -> list[Worker]:
        started = []
        for _ in range(count):
            folder = self.folder / f"worker-{len(self.workers)}"
            words = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
            words += ("--cores", str(self._cores), "--memory", self._memory)
            words += ("--work-dir", str(folder / "work"), self.master)
            process = self._start(folder.name, "worker.Worker", *words)
            started.append(Worker(folder, process))
            self.workers.append(started[-1])
        for worker in started:
            self._until(worker.folder, worker.process, "Successfully registered with master")
        return started

    def _start(self, name: str, class_name: str, *words: str) -> subprocess.Popen[bytes]:
        folder = self.folder / name
        folder.mkdir(parents=True)
        spark_class = Path(os.fspath(preflight.spark_jars_folder() or "")).with_name("bin")
        # Executors have this environment too.
        own = {
            "SPARK_LOCAL_DIRS": str(folder / "local"),
            "SPARK_DAEMON_MEMORY": "192m",
            "SPARK_DAEMON_JAVA_OPTS": QUICK_JAVA,
            "TMPDIR": str(folder),
        }
        with (folder / "log").open("wb") as log:
            return subprocess.Popen(
                [spark_class / "spark-class", f"org.apache.spark.deploy.{class_name}", *words],
                cwd=folder,
                env=without_machines_own() | own,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _until(self, folder: Path, process: subprocess.Popen[bytes], sign: str) -> None:
        deadline = time.monotonic() + PATIENCE
        log = folder / "log"
        while sign not in (said := log.read_text()):
            assert process.poll() is None, said[-4000:]
            assert time.monotonic() < deadline, said[-4000:]
            time.sleep(0.2)


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[Standalone]:
    """Run a cluster until the body ends."""
    cluster = Standalone(folder)
    try:
        cluster.ensure(workers)
        yield cluster
    finally:
        cluster.stop()


def bare_python(folder: Path) -> Path:
    """Make a Python that has what this one has installed but for the package itself.

    A path in a .pth file is searched, but .pth files there, as of editable installs, are not read.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    installed = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "dependencies.pth").write_text("\n".join(installed))
    return folder / "bin" / "python"


def without_machines_own() -> dict[str, str]:
    """Return the environment without what would make machines share more than they do."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OF_THIS_MACHINE)}
    return kept | {"SPARK_LOCAL_IP": "127.0.0.1"}


def run(*words: object, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,  # machines are slow at times
    )


def command_of(process: psutil.Process) -> list[str]:
    """Return a process's command line; none where it has ended."""
    try:
        words: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return words


def kill(process: psutil.Process) -> None:
    """Kill a process that may have ended."""
    try:
        process.kill()
    except psutil.Error:
        return
