"""Settings that an engine would take and fail on later, or without saying what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

from patentcore.errors import ConfigError

MEMORY = "spark.driver.memory"
SIZES = (MEMORY, "spark.executor.memory", "spark.driver.maxResultSize")

_MASTER = re.compile(
    r"local|local\[(\*|\d+)(\s*,\s*\d+)?\]|local-cluster\[\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\]"
    r"|spark://.+|yarn|k8s://.+"
)


def size(text: str, key: str = MEMORY) -> int:
    """Return a size as Spark writes it; a plain number is in MiB.

    >>> size("512"), size("4g") == 4 * 2**30
    (536870912, True)
    """
    match = re.fullmatch(r"(\d+)\s*([kmgt]?)b?", text.strip().lower())
    if match is None:
        raise ConfigError(f"{key}: {text!r} is no size such as 4g or 512m")
    return int(match.group(1)) << {"k": 10, "m": 20, "": 20, "g": 30, "t": 40}[match.group(2)]


def check_settings(master: str | None, conf: Mapping[str, str]) -> None:
    """Refuse a master that is none of Spark's, and sizes that are none, before Java starts.

    Raises:
        ConfigError: naming it.
    """
    if master is not None and not _MASTER.fullmatch(master):
        raise ConfigError(
            f"--master {master} is none of Spark's: local[N], spark://HOST:PORT, yarn, "
            "k8s://URL, or sc://HOST:PORT of a Spark Connect server"
        )
    for key in SIZES:
        if key in conf:
            size(conf[key], key)
