"""Events of a run for catalogues of data lineage, after the OpenLineage standard.

Nothing happens unless OpenLineage is configured as its own client is: by a variable of the
environment that begins with ``OPENLINEAGE``, or a file ``openlineage.yml`` in the working folder.
Then the package ``openlineage-python`` must be installed.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyspark.sql.types import StructType

import patentcore
from patentcore.redaction import redacted

log = logging.getLogger("patentcore")

NAMESPACE = "OPENLINEAGE_NAMESPACE"
"""Names the namespace of jobs, as in other tools; ``patentcore`` where it is not set."""
_PRODUCER = f"urn:patentcore:{patentcore.__version__}"


def is_configured() -> bool:
    """Tell whether events are wanted."""
    if os.environ.get("OPENLINEAGE_DISABLED", "").lower() == "true":
        return False
    names = {name for name in os.environ if name.startswith("OPENLINEAGE")}
    return bool(names - {NAMESPACE, "OPENLINEAGE_DISABLED"}) or Path("openlineage.yml").exists()


@contextmanager
def told_lineage(
    job: str, inputs: Sequence[str], output: str, tables: Mapping[str, StructType]
) -> Iterator[None]:
    """Tell that a job begins and how it ended; what goes wrong in telling is only warned of.

    Args:
        job: its name.
        inputs: URIs that it reads.
        output: URI of the folder that it writes.
        tables: that it writes there, with their columns, by name.
    """
    teller = _Teller.begun(job) if is_configured() else None
    if teller is None:
        yield
        return
    read = [dataset(uri) for uri in inputs]
    folder = output.rstrip("/")
    written = [(*dataset(f"{folder}/{name}"), _columns(table)) for name, table in tables.items()]
    teller.tell("START", read, written)
    try:
        yield
    except BaseException as error:
        is_abort = not isinstance(error, Exception)
        teller.tell("ABORT" if is_abort else "FAIL", read, written, redacted(str(error)))
        raise
    teller.tell("COMPLETE", read, written)


def dataset(uri: str) -> tuple[str, str]:
    """Return the namespace and the name that OpenLineage gives what stands at a URI.

    >>> dataset("s3a://lake/corpus/"), dataset("/data/corpus"), dataset("catalog:lake.corpus")
    (('s3://lake', 'corpus'), ('file', '/data/corpus'), ('catalog', 'lake.corpus'))
    """
    parts = urlsplit(uri)
    if parts.scheme and parts.netloc:
        scheme = "s3" if parts.scheme == "s3a" else parts.scheme
        host = parts.netloc.rpartition("@")[2]
        return f"{scheme}://{host}", parts.path.strip("/") or "/"
    if parts.scheme == "catalog":
        return parts.scheme, parts.path
    return "file", os.path.abspath(parts.path if parts.scheme == "file" else uri)


def _columns(table: StructType) -> list[tuple[str, str]]:
    return [(column.name, column.dataType.simpleString()) for column in table.fields]


class _Teller:
    """Sends the events of one run."""

    def __init__(self, client: Any, job: str) -> None:
        from openlineage.client import event_v2
        from openlineage.client.uuid import generate_new_uuid

        self._client = client
        self._run = event_v2.Run(str(generate_new_uuid()))
        self._job = event_v2.Job(os.environ.get(NAMESPACE, "patentcore"), job)

    @classmethod
    def begun(cls, job: str) -> _Teller | None:
        try:
            from openlineage.client import OpenLineageClient

            return cls(OpenLineageClient(), job)
        except ImportError:
            log.warning(
                "OpenLineage is configured, but its client is not installed, so nothing is told; "
                "pip install openlineage-python, or set OPENLINEAGE_DISABLED=true"
            )
        except Exception as error:
            log.warning("OpenLineage's client does not start: %s", error)
        return None

    def tell(
        self,
        state: str,
        read: Sequence[tuple[str, str]],
        written: Sequence[tuple[str, str, Sequence[tuple[str, str]]]],
        problem: str = "",
    ) -> None:
        from openlineage.client import event_v2
        from openlineage.client.facet_v2 import error_message_run, schema_dataset

        field = schema_dataset.SchemaDatasetFacetFields
        outputs = []
        for namespace, name, columns in written:
            schema = schema_dataset.SchemaDatasetFacet(fields=[field(*one) for one in columns])
            outputs.append(event_v2.OutputDataset(namespace, name, facets={"schema": schema}))
        if problem:
            facet = error_message_run.ErrorMessageRunFacet(problem, "PYTHON")
            self._run = event_v2.Run(self._run.runId, {"errorMessage": facet})
        event = event_v2.RunEvent(
            eventTime=dt.datetime.now(dt.UTC).isoformat(),
            eventType=event_v2.RunState[state],
            run=self._run,
            job=self._job,
            producer=_PRODUCER,
            inputs=[event_v2.InputDataset(*one) for one in read],
            outputs=outputs,
        )
        try:
            self._client.emit(event)
        except Exception as error:  # the run's result does not hang on who listens
            log.warning("OpenLineage was not told of %s: %s", state, error)
