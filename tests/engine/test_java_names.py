"""The JVM is asked once what a class and a method are."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

pytestmark = pytest.mark.classic


@pytest.fixture
def questions(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    client: Any = SparkContext._gateway._gateway_client  # type: ignore[union-attr]
    asked: list[str] = []
    send = client.send_command

    def listen(command: str, *rest: Any, **named: Any) -> Any:
        asked.append(command)
        return send(command, *rest, **named)

    monkeypatch.setattr(client, "send_command", listen)
    return asked


def test_expression_is_one_question(questions: list[str]) -> None:
    F.col("first")
    questions.clear()
    F.col("second")
    assert [command[0] for command in questions if command[0] != "m"] == ["c"]  # m frees memory


def test_what_is_not_there_is_said_as_ever(spark: SparkSession) -> None:
    from py4j.protocol import Py4JError

    with pytest.raises(Py4JError, match="does not exist in the JVM"):
        SparkContext._jvm.functions.no_such_function  # type: ignore[union-attr]  # noqa: B018
