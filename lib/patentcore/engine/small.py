"""What Spark is told where a local session is to read little.

A run asks hundreds of queries. Of few rows each takes longest before its first row: Java code is
generated for each expression and compiled twice, by Spark's compiler and by Java's second one, and
adaptive execution plans the rest anew after every exchange. All of that pays by the row.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlparse

from patentcore.engine.settings import MEMORY, size

MOST_BYTES = 8 * 2**20
"""Of files, compressed; some 75,000 publications of Parquet without texts."""
_HEAP = 2**30
_MOST_PARTITIONS = 8


def is_small(places: Iterable[str]) -> bool:
    """Tell whether what lies at some places is little; not of nothing, or where it is not seen.

    Args:
        places: URIs that will be read or written; nothing need lie yet at one of them.
    """
    total = 0
    for place in places:
        for found in _sizes(place):
            total += found
            if total > MOST_BYTES:
                return False
    return total > 0


def sql_settings(master: str) -> dict[str, str]:
    """Return what plans of few rows are to be run with.

    >>> sql_settings("local[2]")["spark.sql.shuffle.partitions"]
    '2'
    """
    return {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.ui.explainMode": "simple",
        "spark.sql.shuffle.partitions": str(min(_cores(master), _MOST_PARTITIONS)),
    }


def java_options(memory: str) -> list[str]:
    """Return the options of a JVM that lives for a minute.

    The second compiler shares the cores with the run. Classes would start a collection each time
    that there are more than ever before, and so would a heap that begins small.

    Args:
        memory: the driver's, as Spark writes it.
    """
    heap = min(_HEAP, size(memory, MEMORY) // 2)
    return ["-XX:TieredStopAtLevel=1", "-XX:MetaspaceSize=512m", f"-Xms{heap >> 20}m"]


def _cores(master: str) -> int:
    """Return how many tasks a local master runs at once.

    >>> _cores("local"), _cores("local[3]"), _cores("local[3,2]"), _cores("local[*]") > 0
    (1, 3, 3, True)
    """
    found = re.match(r"local\[(\*|\d+)", master)
    if found is None:
        return 1
    return (os.cpu_count() or 1) if found[1] == "*" else int(found[1])


def _sizes(place: str) -> Iterator[int]:
    """Yield the sizes of local files; more than is small where they cannot be seen."""
    parsed = urlparse(place)
    if parsed.scheme == "file":
        place = unquote(parsed.path)
    elif "://" in place or place.startswith("catalog:"):
        yield MOST_BYTES + 1
    try:
        if not os.path.exists(place) and set("*?[") & set(place):
            yield MOST_BYTES + 1
        elif os.path.isfile(place):
            yield os.path.getsize(place)
        for folder, _, names in os.walk(place):
            for name in names:
                yield os.path.getsize(os.path.join(folder, name))
    except (OSError, ValueError):  # it goes while it is looked at, or is no name
        yield MOST_BYTES + 1
