"""An object store that refuses to write, in the middle of a run, costs no result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import kinds
from tests.faults.disturbed import Case, Undisturbed, disturb
from tests.lake.conftest import needs
from tests.lake.servers import s3_server

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]

IDENTITY, CREDENTIAL = "the-tester", "hush-hush-9f3c51"


@pytest.mark.parametrize("stage", ["network"])
def test_a_store_that_refuses_to_write_leaves_the_old_result(tmp_path: Path, stage: str) -> None:
    needs("s3-server")
    usual = Undisturbed.of(tmp_path / "usual")
    try:
        with (
            kinds.small_disk(tmp_path / "server" / "data"),
            s3_server(
                tmp_path / "server", identity=IDENTITY, credential=CREDENTIAL, bucket="lake"
            ) as endpoint,
        ):
            environment = {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": IDENTITY,
                "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            }
            case = Case(tmp_path / "case", environment=environment, more=["--no-report"])
            case.place = tmp_path / "server" / "data" / "lake"
            case.output, case.target = case.place / "out", "s3://lake/out"
            fault = kinds.REFUSED._replace(
                make=lambda case, run: kinds.refuse_writes(tmp_path / "server" / "data", run),
                mend=lambda case: kinds.remount(tmp_path / "server" / "data", "rw"),
                says="",
            )
            outcome = disturb(case, fault, stage, 0.1, usual)
    except kinds.Unavailable as error:
        pytest.skip(str(error))
    assert outcome.wrong == []
    assert outcome.was_reached
    assert outcome.code in (1, 4)
