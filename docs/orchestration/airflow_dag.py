"""Rank the patents of a month's exports: ingest, run on Spark, write the report.

For Airflow 3 with the providers ``apache-spark`` and ``standard``. ``PATENTCORE_HOME`` is the
project's folder on the workers, set up by ``scripts/setup --spark``; ``PATENTCORE_LAKE`` is a URI
that the workers and the cluster reach.
"""

import os

import pendulum
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag

HOME = os.environ.get("PATENTCORE_HOME", "/opt/patentcore")
LAKE = os.environ.get("PATENTCORE_LAKE", "hdfs:///patents")
EXPORTS = LAKE + "/exports/{{ ds_nodash }}"
CORPUS = LAKE + "/corpora/{{ ds_nodash }}"
RESULT = LAKE + "/results/{{ ds_nodash }}"


def submitted(task_id: str, job: str, *arguments: str) -> SparkSubmitOperator:
    """Return the task of one of the project's jobs, on the connection ``spark_default``."""
    return SparkSubmitOperator(
        task_id=task_id,
        application=f"{HOME}/jobs/{job}.py",
        py_files=f"{HOME}/dist/patentcore.zip",
        properties_file=f"{HOME}/conf/spark-defaults.conf",
        env_vars={"PYSPARK_PYTHON": f"{HOME}/.venv/bin/python"},
        application_args=list(arguments),
    )


@dag(
    schedule="@monthly",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    default_args={"retries": 2},
    tags=["patents"],
)
def patentcore():
    """Build the graph of tasks.

    A task that is tried again finds nothing half done: an output is whole or not there.
    """
    ingest = submitted(
        "ingest",
        "ingest_patents",
        *("--source", "auto", "--input", EXPORTS, "--output", CORPUS),
    )
    run = submitted(
        "run",
        "run_pipeline",
        *("--config", f"{HOME}/conf/paper.toml", "--input", CORPUS, "--output", RESULT),
        *("--set", "output.mode=overwrite", "--no-report", "--json"),
    )
    report = BashOperator(
        task_id="report",
        bash_command=f"{HOME}/.venv/bin/patentcore report --engine spark {RESULT}",
    )
    ingest >> run >> report


patentcore()
