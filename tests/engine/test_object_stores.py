"""One set of variables says where object stores are, to every client."""

from __future__ import annotations

import pytest

from patentcore.engine import object_stores
from patentcore.errors import EnvironmentProblem, InputError
from patentcore.lake import arrow_store
from patentcore.lake.arrow_store import ArrowStore

AWS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_REGION")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {}),
        ({"AWS_DEFAULT_REGION": "eu-central-1"}, {"AWS_REGION": "eu-central-1"}),
        (
            {"AWS_ENDPOINT_URL": "https://s3.here"},
            {"AWS_ENDPOINT": "https://s3.here", "AWS_REGION": "us-east-1"},
        ),
        (
            {"AWS_ENDPOINT_URL_S3": "http://me:9000", "AWS_ENDPOINT_URL": "https://not.me"},
            {"AWS_ENDPOINT": "http://me:9000", "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"},
        ),
        ({"AWS_ENDPOINT": "http://me:9000", "AWS_REGION": "x"}, {"AWS_ALLOW_HTTP": "true"}),
    ],
)
def test_the_engine_is_told_what_the_users_own_settings_leave_out(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: dict[str, str]
) -> None:
    for name in (*AWS, "AWS_DEFAULT_REGION", "AWS_ALLOW_HTTP"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert object_stores.engine_settings() == told


def test_the_account_of_azure_is_in_the_uri_or_in_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in (*arrow_store._AZURE.values(), "AZURE_STORAGE_ACCOUNT_NAME"):
        monkeypatch.delenv(variable, raising=False)
    account = "lake@mine.dfs.core.windows.net"
    assert arrow_store._azure(account) == {"account_name": "mine"}
    with pytest.raises(EnvironmentProblem, match="AZURE_STORAGE_ACCOUNT_NAME"):
        arrow_store._azure("lake")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "other")
    monkeypatch.setenv("AZURE_CLIENT_ID", "alone it says nothing")
    assert arrow_store._azure("lake") == {"account_name": "other"}
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sas")
    assert arrow_store._azure(account) == {"account_name": "mine", "sas_token": "sas"}


def test_a_name_that_clients_read_in_two_ways_is_refused() -> None:
    with pytest.raises(InputError, match=r"s3a://lake/a%20b has % in its name"):
        ArrowStore("s3a://lake/a%20b")
