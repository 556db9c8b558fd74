"""One run of the command, disturbed from outside at a moment of a stage, and what came of it.

The command is the one that users run, in a process of its own. A stage begins when its line appears
on stderr; its middle is reached when the process has worked for half of the time that the stage
takes in an undisturbed run. There the process is stopped, the fault is made, and it goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import psutil

from patentcore.lake.guard import OWN
from tests.faults.apart import Apart, parents_and_children
from tests.lake.small import snapshot

BEGINS = {
    **{
        stage: rf"\] {stage} \.\.\."
        for stage in ("ingest", "screen", "network", "centrality", "score", "technologies")
    },
    "publishing": r"\] robustness: ",
    "report": "^result in ",
}
"""By stage, the line with which it begins; a run with technologies is not looked at after them."""
STAGES = tuple(BEGINS)

EXPORT = (
    "公开(公告)号,标题,申请人,专利类型,公开(公告)日,IPC主分类号,IPC分类号,权利要求数,引用专利\n"
)
CODES = ("H04W4/02", "G06F3/041", "B64C39/02", "B64C27/08")
CATALOGUE = """\
[drones]
name_zh = "无人机"
name_en = "Drones"
type = "of this test"
keywords_zh = ["无人机"]
keywords_en = ["drone"]
codes = ["B64C39", "B64C27"]
context = ["B64C"]
"""
SETTINGS = ("screening.steps=['claims']", "robustness.samples=5", "corpus.check_unique_keys=false")
OLD, NEW = 30, 10
"""Claims that the result which stands asks for, and the run that is disturbed."""
Words = Sequence[str]
FOREIGN = (".out.unfinished-photos/cat.jpg", "out-2/notes.txt", ".out.lock.txt")
PATIENCE = 600  # seconds that a run may take at most


def export(rows: int = 40, first: int = 0) -> str:
    """Return an export of patents that cite the next ones, of various dates, claims and codes."""
    lines = [
        f"CN{100000001 + i}A,无人机{i},甲公司{i % 3},发明申请,{2012 + i % 8}-01-02,{CODES[i % 4]},"
        f"{CODES[i % 4]} | {CODES[(i + 1) % 4]},{11 + i},"
        f"CN{100000001 + (i + 1) % 37}A | CN{100000001 + (i * 5 + 2) % 41}A\n"
        for i in range(first, first + rows)
    ]
    return EXPORT + "".join(lines)


class Case:
    """A run to be: its input, the result that it is to replace, and what is not its own.

    Args:
        folder: of the case; ``place``, ``elsewhere`` and ``apart`` in it may be disks of their own.
        engine: that runs.
        kind: ``technologies`` for a run that judges them, too, which takes as long as all others.
        more: further options.
        environment: further variables.

    Attributes:
        output: the folder of the result.
        target: the name by which the command knows it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        engine: str = "embedded",
        kind: str = "plain",
        more: Words = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.engine, self.kind, self.more = folder, engine, kind, tuple(more)
        self.place, self.elsewhere = folder / "place", folder / "elsewhere"
        for made in (self.place, self.elsewhere):
            made.mkdir(parents=True, exist_ok=True)
        self.apart = Apart(folder / "apart", environment)
        self.input, self.output = folder / "export.csv", self.place / "out"
        self.target = str(self.output)
        self.input.write_text(export(), encoding="utf-8")
        (folder / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")

    def stand(self, old: Path) -> None:
        """Put a result there which the run replaces, and what has names like its own."""
        shutil.copytree(old, self.output)
        for name in FOREIGN:
            (self.place / name).parent.mkdir(exist_ok=True)
            (self.place / name).write_bytes(b"keep me")
        self.before = snapshot(self.place)

    def arguments(self, claims: int = NEW) -> list[str]:
        settings = [*SETTINGS, f"screening.min_claims_exclusive={claims}", "output.mode=overwrite"]
        if self.kind == "technologies":
            settings.append(f"technologies.catalogue={self.folder / 'catalogue.toml'}")
        given = [word for setting in settings for word in ("--set", setting)]
        places = ("--input", str(self.input), "--output", self.target)
        return ["run", *places, "--engine", self.engine, *given, *self.more]

    def start(self, *more: str, claims: int = NEW) -> Watched:
        return Watched(self.apart.start(*self.arguments(claims), *more))


class Watched:
    """A process whose lines on stderr are read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.worked: list[float] = []
        self.began = time.monotonic()
        self._news = threading.Condition()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self.worked.append(self.work())
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def work(self) -> float:
        """Return the processor seconds that the process and those below it have taken."""
        total = 0.0
        for one in parents_and_children(self.process.pid):
            with contextlib.suppress(psutil.Error):
                times = one.cpu_times()
                total += times.user + times.system
        return total

    def at(self, pattern: str) -> float | None:
        """Return how much had been worked when a line appeared; ``None`` where none has."""
        found = (at for at, line in enumerate(self.lines) if re.search(pattern, line))
        at = next(found, None)
        return None if at is None else self.worked[at]

    def reach(self, stage: str, after: float) -> bool:
        """Wait for a stage's line and so much work after it; tell whether the run still goes on."""
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while (begun := self.at(BEGINS[stage])) is None and self._reading.is_alive():
                self._news.wait(timeout=1)
                assert time.monotonic() < deadline, self.lines
        while begun is not None and self.process.poll() is None:
            if self.work() >= begun + after:
                return True
            time.sleep(0.002)
        return False

    def end(self) -> int:
        """Wait for the end; return the exit code."""
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        self._reading.join(timeout=30)
        self.seconds = time.monotonic() - self.began
        return code

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Let nothing happen in the process while the body runs."""
        self.send(signal.SIGSTOP)
        try:
            yield
        finally:
            self.send(signal.SIGCONT)

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.lines if line.startswith("patentcore: ")]


class Undisturbed(NamedTuple):
    """A run that nothing happened to.

    Attributes:
        old: result that stands before.
        new: result of the run that is disturbed elsewhere.
        work: processor seconds, by stage.
        seconds: that it took.
    """

    old: Path
    new: Path
    work: dict[str, float]
    seconds: float

    @classmethod
    def of(cls, folder: Path, **kind: str) -> Undisturbed:
        """Make both results."""
        case = Case(folder, **kind)
        assert case.start(claims=OLD).end() == 0
        old = case.output.rename(folder / "old")
        run = case.start()
        assert run.end() == 0, run.lines
        assert case.apart.files() == []
        found = {stage: run.at(pattern) for stage, pattern in BEGINS.items()}
        begun = sorted((at, stage) for stage, at in found.items() if at is not None)
        ends = [*(at for at, _ in begun[1:]), run.worked[-1]]
        work = {stage: end - at for (at, stage), end in zip(begun, ends, strict=True)}
        return cls(old, case.output.rename(folder / "new"), work, run.seconds)


class Fault(NamedTuple):
    """What is done to a run.

    Attributes:
        name: of the fault.
        make: does it, while the process stands still.
        codes: exit codes with which the run may end before it has published; 0 where the fault may
            not concern it.
        says: part of the complaint where the run fails.
        mend: undone before what came of it is looked at.
        cannot_tidy: the run leaves what it had, and another goes on from there.
        spares: whether the old result is left to the run; else it was taken away.
        disk: folder of the case that has to be a small disk of its own.
        options: of the run.
    """

    name: str
    make: Callable[[Case, Watched], None]
    codes: tuple[int, ...]
    says: str = ""
    mend: Callable[[Case], object] = lambda case: None
    cannot_tidy: bool = False
    spares: bool = True
    disk: str = ""
    options: Callable[[Path], Words] = lambda folder: ()


class Outcome(NamedTuple):
    """What came of a disturbed run.

    Attributes:
        code: exit code.
        result: ``equal`` to an undisturbed run's, ``old intact``, or ``none`` where the old one was
            taken away.
        lost: seconds more than an undisturbed run took until there was a result, or until the run
            ended without one.
        wrong: what should not be.
        was_reached: whether the run still went on at that moment.
    """

    code: int
    result: str
    lost: float
    wrong: list[str]
    was_reached: bool


def disturb(case: Case, fault: Fault, stage: str, share: float, usual: Undisturbed) -> Outcome:
    """Disturb a run at a share of a stage, and judge what came of it."""
    case.stand(usual.old)
    run = case.start()
    was_reached = run.reach(stage, share * usual.work[stage])
    if was_reached:
        with run.stopped():
            fault.make(case, run)
    code, seconds = run.end(), run.seconds
    fault.mend(case)
    result, wrong = judged(case, usual, fault)
    wrong += said_wrong(run, fault, code, result)
    if not fault.cannot_tidy:
        wrong += left_behind(case, run.lines)
        return Outcome(code, result, _lost(seconds, code, usual), wrong, was_reached)
    again = case.start("--resume")
    if again.end() != 0:
        wrong.append(f"the resumed run ended with {again.lines[-3:]}")
    # What is noted goes shortly before the new result stands.
    if result == "old intact" and stage != "publishing":
        wrong += [f"{one} ran again" for one in before(stage) if again.at(BEGINS[one]) is not None]
    result, more = judged(case, usual, fault)
    wrong += [*more, *left_behind(case, run.lines + again.lines)]
    return Outcome(code, result, seconds + again.seconds - usual.seconds, wrong, was_reached)


def before(stage: str) -> tuple[str, ...]:
    """Return the stages that are noted as finished when one begins."""
    return STAGES[: STAGES.index(stage)]


def _lost(seconds: float, code: int, usual: Undisturbed) -> float:
    return seconds if code else max(seconds - usual.seconds, 0)


def judged(case: Case, usual: Undisturbed, fault: Fault) -> tuple[str, list[str]]:
    """Return what stands at the output, and what is wrong with it or was lost beside it."""
    after = snapshot(case.place)
    lost = [name for name in FOREIGN if after.get(name) != b"keep me"]
    wrong = [f"{name} is not what it was" for name in lost]
    own = {name: what for name, what in after.items() if name.split("/")[0] == "out"}
    was = {name: what for name, what in case.before.items() if name.split("/")[0] == "out"}
    if own == was:
        return "old intact", wrong
    if not own and not fault.spares:
        return "none", wrong
    return "equal", wrong + unlike(case.output, usual.new)


def unlike(one: Path, other: Path) -> list[str]:
    """Name what differs between two results."""
    try:
        made, wanted = (json.loads((p / "run.json").read_bytes()) for p in (one, other))
        found = [f"no or other {key}" for key in ("funnel", "network") if made[key] != wanted[key]]
        if made["tables"].keys() != wanted["tables"].keys():
            return [*found, "other tables"]
        found += [
            f"{path.name} stands in the result" for path in one.iterdir() if path.name not in OWN
        ]
        return found + [
            f"other rows in {name}"
            for name in wanted["tables"]
            if not rows(one / name).equals(rows(other / name))
        ]
    except (OSError, KeyError, ValueError) as error:
        return [f"no whole result: {error!r}"[:200]]


def rows(table: Path) -> pd.DataFrame:
    """Return a table without regard to the order of its rows."""
    frame = pd.read_parquet(table).astype(str)
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


def said_wrong(run: Watched, fault: Fault, code: int, result: str) -> list[str]:
    """Return what is wrong with what a disturbed run said, and how it ended."""
    wrong = []
    if code not in (fault.codes if result != "equal" else (0, *fault.codes)):
        wrong.append(f"exit code {code}: {run.lines[-2:]}")
    if any("Traceback" in line for line in run.lines):
        wrong.append("a traceback was shown")
    if code == 0 and result != "equal":
        wrong.append("success was said of no result")
    if code > 0 and (len(run.complaints) != 1 or fault.says not in run.complaints[0]):
        wrong.append(f"{fault.says!r} is not what was said: {run.complaints}")
    return wrong


def left_behind(case: Case, lines: Sequence[str]) -> list[str]:
    """Name the processes and files that were left, but for a log that was named to the user."""
    deadline = time.monotonic() + 30
    while (left := case.apart.processes()) and time.monotonic() < deadline:
        time.sleep(0.1)
    wrong = [f"process {one.pid} {one.name()} goes on" for one in left]
    told = "\n".join(lines)
    wrong += [f"{name} was left" for name in case.apart.files() if Path(name).name not in told]
    known = {"out", *(name.split("/")[0] for name in FOREIGN)}
    places = (case.place, case.elsewhere)
    beside = [path.name for place in places for path in place.iterdir() if path.name not in known]
    return wrong + [f"{name} was left" for name in beside]
