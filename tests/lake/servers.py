"""Real servers for one test session, on the loopback only: S3-compatible and HDFS."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from patentcore.engine import preflight

S3PROXY = """\
s3proxy.authorization=aws-v2-or-v4
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.identity={identity}
s3proxy.credential={credential}
jclouds.provider=filesystem-nio2
jclouds.identity=none
jclouds.credential=none
jclouds.filesystem.basedir={folder}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def s3_server(folder: Path, *, identity: str, credential: str, bucket: str) -> Iterator[str]:
    """Serve a folder's folders as buckets to whoever has the credentials; yield the endpoint."""
    port = free_port()
    data = folder / "data"
    (data / bucket).mkdir(parents=True)
    settings = folder / "s3proxy.conf"
    settings.write_text(
        S3PROXY.format(port=port, identity=identity, credential=credential, folder=data)
    )
    (jar,) = preflight.extra_jars("s3-server")
    command = ["-jar", jar, "--properties", str(settings)]
    endpoint = f"http://127.0.0.1:{port}"
    with java(command, folder, ready=lambda: answers(endpoint)):
        yield endpoint


@contextmanager
def hdfs_server(folder: Path) -> Iterator[str]:
    """Run a name node and a data node; yield the file system's URI."""
    port = free_port()
    details = folder / "details.json"
    jars = [*preflight.extra_jars("hdfs-server"), *map(str, preflight.spark_jars())]
    command = ["-cp", ":".join(jars), f"-Dtest.build.data={folder / 'data'}"]
    command += ["org.apache.hadoop.mapreduce.MiniHadoopClusterManager", "-nomr", "-format"]
    command += ["-nnport", str(port), "-datanodes", "1", "-writeDetails", str(details)]
    with java(command, folder, ready=details.exists):
        yield f"hdfs://127.0.0.1:{port}"


@contextmanager
def java(command: list[str], folder: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Run a Java server until the body ends."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(preflight.find_java()), *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            deadline = time.monotonic() + 120
            while not ready():
                assert process.poll() is None, log.read_text()[-4000:]
                assert time.monotonic() < deadline, log.read_text()[-4000:]
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def answers(endpoint: str) -> bool:
    """Tell whether something speaks HTTP there, be it only to refuse us."""
    try:
        urllib.request.urlopen(endpoint, timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def hadoop_conf(folder: Path, properties: Mapping[str, str]) -> Path:
    """Write a core-site.xml; return the folder to name as HADOOP_CONF_DIR."""
    folder.mkdir()
    entries = "".join(
        f"<property><name>{name}</name><value>{value}</value></property>"
        for name, value in properties.items()
    )
    (folder / "core-site.xml").write_text(f"<configuration>{entries}</configuration>")
    return folder
