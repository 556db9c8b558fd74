"""A real YARN on the loopback: a resource manager and a node manager in processes of their own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from patentcore.engine import preflight
from tests.lake.servers import answers, free_port, java

from .standalone import QUICK_JAVA

MANAGERS = {
    "resource": "resourcemanager.ResourceManager",
    "node": "nodemanager.NodeManager",
}
# Of Hadoop's libraries one defines classes by what Java 17 closed.
OPENED = "--add-opens=java.base/java.lang=ALL-UNNAMED"


@contextmanager
def yarn(folder: Path) -> Iterator[Path]:
    """Run YARN until the body ends; yield the folder to name as HADOOP_CONF_DIR."""
    conf = folder / "conf"
    conf.mkdir()
    write(conf / "core-site.xml", {"fs.defaultFS": "file:///", "hadoop.tmp.dir": f"{folder}/tmp"})
    properties = settings(folder)
    write(conf / "yarn-site.xml", properties)
    jars = [*preflight.extra_jars("yarn-server"), *preflight.extra_jars("hdfs-server")]
    class_path = ":".join([str(conf), *jars, *map(str, preflight.spark_jars())])
    address = f"http://{properties['yarn.resourcemanager.webapp.address']}"
    ready = {"resource": lambda: answers(address), "node": lambda: has_node(address)}
    with ExitStack() as running:
        for name, class_name in MANAGERS.items():
            own = folder / name
            own.mkdir()
            command = [OPENED, "-Xmx256m", *QUICK_JAVA.split(), "-cp", class_path]
            command.append(f"org.apache.hadoop.yarn.server.{class_name}")
            running.enter_context(java(command, own, ready=ready[name]))
        yield conf


def settings(folder: Path) -> dict[str, str]:
    """Return YARN's settings: all ports on the loopback, small containers, one queue."""
    address = {
        name: f"127.0.0.1:{free_port()}"
        for name in (
            *("resourcemanager.address", "resourcemanager.scheduler.address"),
            *("resourcemanager.resource-tracker.address", "resourcemanager.admin.address"),
            *("resourcemanager.webapp.address", "nodemanager.address"),
            *("nodemanager.localizer.address", "nodemanager.webapp.address"),
        )
    }
    capacity = "scheduler.capacity"
    others = {
        "resourcemanager.hostname": "127.0.0.1",
        "nodemanager.hostname": "127.0.0.1",
        "nodemanager.local-dirs": f"{folder}/local",
        "nodemanager.log-dirs": f"{folder}/logs",
        "nodemanager.resource.memory-mb": "5120",
        "nodemanager.resource.cpu-vcores": "4",
        "nodemanager.vmem-check-enabled": "false",
        "nodemanager.pmem-check-enabled": "false",
        "nodemanager.disk-health-checker.enable": "false",
        "scheduler.minimum-allocation-mb": "128",
        f"{capacity}.root.queues": "default",
        f"{capacity}.root.default.capacity": "100",
        f"{capacity}.maximum-am-resource-percent": "0.9",
    }
    return {f"yarn.{name}": value for name, value in (address | others).items()}


def write(path: Path, properties: Mapping[str, str]) -> None:
    """Write properties as Hadoop reads them."""
    entries = "".join(
        f"<property><name>{name}</name><value>{value}</value></property>"
        for name, value in properties.items()
    )
    path.write_text(f"<configuration>{entries}</configuration>")


def has_node(address: str) -> bool:
    """Tell whether the node manager has come to the resource manager."""
    with urllib.request.urlopen(f"{address}/ws/v1/cluster/metrics", timeout=5) as told:
        return bool(json.load(told)["activeNodes"])
