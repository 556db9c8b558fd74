"""The embedded engine keeps a session that is not asked for long, and nothing of old requests."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from patentcore.engine import idle

pytestmark = pytest.mark.any_engine

SECONDS = 3
# Thirty queries, each of several requests, then longer silence than the engine waits, and one more.
SILENT = """
import sys, time
from patentcore.engine import get_spark
spark = get_spark(engine="embedded", conf={"spark.driver.memory": "256m"})
for _ in range(30):
    spark.range(3).collect()
time.sleep(float(sys.argv[1]))
print(spark.range(7).count())
"""


def test_a_session_that_is_not_asked_is_kept_and_its_old_requests_are_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SILENT, str(2.5 * SECONDS)],
        env=os.environ | {idle.VARIABLE: str(SECONDS), "RUST_LOG": "warn"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.split() == ["7"], done.stderr[-3000:]
    left = re.search(r"aborting (\d+) task\(s\) for SessionManagerActor", done.stderr)
    assert left is not None, done.stderr[-3000:]
    assert int(left[1]) < 30


def test_a_command_outlasts_being_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(idle.VARIABLE, "")  # else what the command sets would stay
    monkeypatch.delenv(idle.VARIABLE)
    idle.outlast_stops()
    assert int(os.environ[idle.VARIABLE]) > 300 * 24 * 60 * 60
    monkeypatch.setenv(idle.VARIABLE, "5")
    idle.outlast_stops()
    assert os.environ[idle.VARIABLE] == "5"
