"""The examples of docs/orchestration, read by their own systems' libraries and by ours."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import kubernetes_validate
import pytest
import yaml
from botocore.validate import ParamValidator
from databricks.sdk.service import jobs

from patentcore import cli
from patentcore.arguments import parser_of
from tests.conftest import ROOT

EXAMPLES = ROOT / "docs" / "orchestration"
PARSER = parser_of(cli._calls())
COMMANDS = {"ingest_patents": "ingest", "run_pipeline": "run"}


def understood(job: str, arguments: list[str]) -> Any:
    """Parse the arguments of a job as the command does; its file is the project's."""
    assert (ROOT / "jobs" / Path(job).name).is_file()
    return PARSER.parse_args([COMMANDS[Path(job).stem], *arguments])


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((EXAMPLES / name).read_text(encoding="utf-8")))


# --- Airflow ------------------------------------------------------------------------------------


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            yield node


def values(node: ast.AST) -> list[str]:
    """Return the texts of a call's arguments in order; what is computed stands as its name."""
    if isinstance(node, ast.Starred):
        return values(node.value)
    if isinstance(node, ast.Tuple):
        return [text for element in node.elts for text in values(element)]
    return [node.value if isinstance(node, ast.Constant) else ast.unparse(node)]


def test_the_dag_submits_jobs_of_the_project_with_arguments_that_they_take() -> None:
    tree = ast.parse((EXAMPLES / "airflow_dag.py").read_text(encoding="utf-8"))
    found = {}
    for call in calls(tree, "submitted"):
        _, job, *arguments = (text for argument in call.args for text in values(argument))
        found[job] = understood(f"{job}.py", arguments)
    assert set(found) == {"ingest_patents", "run_pipeline"}
    assert found["run_pipeline"].input == [found["ingest_patents"].output]


def test_airflow_reads_the_dag() -> None:
    pytest.importorskip("airflow", reason="Airflow is not installed")
    pytest.importorskip("airflow.providers.apache.spark", reason="nor is its provider for Spark")
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(EXAMPLES / "airflow_dag.py"))
    assert bag.import_errors == {}
    dag = bag.dags["patentcore"]
    assert [task.task_id for task in dag.topological_sort()] == ["ingest", "run", "report"]


# --- Databricks ---------------------------------------------------------------------------------


def test_databricks_knows_every_key_of_the_job() -> None:
    (bundle,) = documents("databricks.yml")
    job = bundle["resources"]["jobs"]["patentcore"]
    assert jobs.JobSettings.from_dict(job).as_dict() == job  # it drops what it does not know
    clusters = {cluster["job_cluster_key"] for cluster in job["job_clusters"]}
    keys = [task["task_key"] for task in job["tasks"]]
    for task in job["tasks"]:
        assert task["job_cluster_key"] in clusters
        assert all(one["task_key"] in keys for one in task.get("depends_on", ()))


def test_the_tasks_of_databricks_hand_on_what_they_make() -> None:
    (bundle,) = documents("databricks.yml")
    tasks = bundle["resources"]["jobs"]["patentcore"]["tasks"]
    ingest, run = (
        understood(
            task["spark_python_task"]["python_file"], task["spark_python_task"]["parameters"]
        )
        for task in tasks
    )
    assert run.input == [ingest.output]


def test_the_jar_of_databricks_is_the_projects() -> None:
    (bundle,) = documents("databricks.yml")
    (_, maven) = bundle["resources"]["jobs"]["patentcore"]["tasks"][0]["libraries"]
    jars = tomllib.loads((ROOT / "conf" / "jars.toml").read_text(encoding="utf-8"))
    assert maven["maven"]["coordinates"] == jars["graphframes"]


# --- EMR Serverless -----------------------------------------------------------------------------


def test_emr_serverless_takes_the_request() -> None:
    request = json.loads((EXAMPLES / "emr_serverless.json").read_text(encoding="utf-8"))
    model = botocore.session.get_session().get_service_model("emr-serverless")
    shape = model.operation_model("StartJobRun").input_shape
    given = request | {"clientToken": "made-by-the-client"}
    report = ParamValidator().validate(given, shape)
    assert not report.has_errors(), report.generate_report()
    wrong = ParamValidator().validate(given | {"jobDrivers": {}}, shape)
    assert wrong.has_errors(), "a key that it does not know would be let through"
    pattern = shape.members["executionRoleArn"].metadata.get("pattern")
    assert pattern is None or re.fullmatch(pattern, request["executionRoleArn"])
    submit = request["jobDriver"]["sparkSubmit"]
    understood(submit["entryPoint"], submit["entryPointArguments"])
    assert_spark_options(shlex.split(submit["sparkSubmitParameters"]))


# --- Kubernetes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kubernetes_one_pod.yaml", "kubernetes_spark.yaml"])
def test_kubernetes_takes_every_object_and_knows_its_keys(name: str) -> None:
    for document in documents(name):
        kubernetes_validate.validate(document, "1.31", strict=True)
    (job,) = (document for document in documents(name) if document["kind"] == "Job")
    job["spec"]["backofLimit"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, "1.31", strict=True)


def container(name: str) -> dict[str, Any]:
    (job,) = (document for document in documents(name) if document["kind"] == "Job")
    (only,) = job["spec"]["template"]["spec"]["containers"]
    return only


def test_the_one_pod_runs_the_command() -> None:
    only = container("kubernetes_one_pod.yaml")
    assert only["command"] == ["patentcore"]
    assert PARSER.parse_args(only["args"]).command == "run"


def test_the_pod_of_the_driver_submits_the_job_and_is_found_by_the_executors() -> None:
    only = container("kubernetes_spark.yaml")
    assert (ROOT / only["command"][0]).is_file()
    at = only["args"].index("jobs/run_pipeline.py")
    understood(only["args"][at], only["args"][at + 1 :])
    assert_spark_options(only["args"][:at])
    settings = dict(
        option.removeprefix("--conf=").split("=", 1)
        for option in only["args"][:at]
        if option.startswith("--conf=")
    )
    by_kind = {document["kind"]: document for document in documents("kubernetes_spark.yaml")}
    service, account = by_kind["Service"], by_kind["ServiceAccount"]["metadata"]
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    assert settings["spark.driver.host"] == f"{name}.{namespace}.svc"
    ports = {port["name"]: str(port["port"]) for port in service["spec"]["ports"]}
    assert ports["driver"] == settings["spark.driver.port"]
    assert ports["blocks"] == settings["spark.driver.blockManager.port"]
    pod = by_kind["Job"]["spec"]["template"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert pod["spec"]["serviceAccountName"] == account["name"]


def assert_spark_options(words: list[str]) -> None:
    """Check options of spark-submit: those of the examples, each with a value."""
    options = re.findall(r"(--[a-z-]+)[ =](\S+)", " ".join(words))
    known = {"--master", "--conf", "--py-files", "--jars", "--archives", "--with"}
    assert {name for name, _ in options} <= known
    for name, value in options:
        assert name != "--conf" or re.fullmatch(r"spark\.[\w.-]+=\S+", value)
