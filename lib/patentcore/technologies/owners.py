"""Owners known by name: one name for all spellings of an owner, its country and its kind.

``owners.csv`` holds the largest owners in the catalogue's fields, and the units that Zheng & Liu,
Table 6 name, with the town of their head office, which says the country, their names in Chinese,
English, Japanese and Korean, and the public list, statute, exchange or paper that names them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa
from pyspark.sql import DataFrame

from patentcore.technologies.places import behind_places

# Kinds of owners; what each says of the sector.
SECTOR_OF_KIND = {
    "state organisation": None,
    "leading enterprise": "enterprise",
    "small enterprise": "enterprise",
    "university": "university",
    "institute": "institute",
    "government": "government",
}
_LATIN = re.compile(r"[A-Z0-9À-Þ& ]+")
# Forms of company that stand before a name.
_FORM_IN_FRONT = re.compile(
    "^((株式会社|株式會社|有限会社|주식회사|가부시키가이샤|가부시끼가이샤) ?"
    "|(株|주|KK|K K|KABUSHIKI KAISHA|AB|AKTIEBOLAGET) )"
)
# Where a Latin name goes over into characters of the Far East without a blank.
_SEAM = re.compile("(?<=[A-Z0-9])(?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3])")
_KNOWN = ("known_owner", "known_country", "known_kind")


@dataclass(frozen=True)
class Owner:
    """An owner: the name that stands for all spellings, country, town, kind, source and names.

    The source says that it is one; whether an enterprise leads or is small is our reading but for
    lists of the leading ones.
    """

    name: str
    country: str
    seat: str
    kind: str
    source: str
    aliases: tuple[str, ...]


@cache
def owners() -> tuple[Owner, ...]:
    """Return the curated list.

    >>> next(one.country for one in owners() if one.name == "ASML")
    'NL'
    """
    text = (files("patentcore.technologies") / "owners.csv").read_text(encoding="utf-8")
    return tuple(
        Owner(
            row["owner"],
            row["country"],
            row["seat"],
            row["kind"],
            row["source"],
            tuple(row["aliases"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    )


def find(name: str) -> Owner | None:
    """Return the owner that a plain name is one of; ``None`` where the list has none.

    A name is an alias's where it begins with it, never where it has it inside. Enterprises and
    state organisations stand behind a place in front as well: a university's institute elsewhere
    is a body of its own. Latin aliases are whole words, which end where Chinese, Japanese or
    Korean begins. The longest that fits counts.

    Args:
        name: as from :func:`patentcore.technologies.sectors.plain`.

    >>> [one and one.name for one in map(find, ("BAIDU USA LLC", "BAIDUSOFT", "株式会社デンソー"))]
    ['Baidu', None, 'DENSO']
    >>> [find(name).name for name in ("北京百度网讯科技有限公司", "ASML荷兰有限公司")]
    ['Baidu', 'ASML']
    """
    bare = _FORM_IN_FRONT.sub("", name)
    if (owner := _beginning(bare)) is not None:
        return owner
    found = filter(None, map(_beginning, behind_places(bare)))
    return next((one for one in found if SECTOR_OF_KIND[one.kind] in (None, "enterprise")), None)


def _beginning(name: str) -> Owner | None:
    """Return the owner whose alias a name begins with, the longest one's."""
    latin, others = _aliases()
    words = _SEAM.sub(" ", name).split(" ")
    for count in range(len(words), 0, -1):
        if (owner := latin.get(" ".join(words[:count]))) is not None:
            return owner
    for length in range(len(name), 1, -1):
        if (owner := others.get(name[:length])) is not None:
            return owner
    return None


@cache
def _aliases() -> tuple[dict[str, Owner], dict[str, Owner]]:
    """Return Latin aliases and the others."""
    every = {alias: one for one in owners() for alias in one.aliases}
    latin = {alias: one for alias, one in every.items() if _LATIN.fullmatch(alias)}
    return latin, {alias: one for alias, one in every.items() if alias not in latin}


def with_known_owners(names: DataFrame) -> DataFrame:
    """Add what the curated list says of names: known_owner, known_country, known_kind.

    Args:
        names: name, as from :func:`patentcore.technologies.sectors.plain`, and columns of texts.

    >>> names = spark.createDataFrame([("WAYMO LLC",), ("ACME",)], "name string")
    >>> with_known_owners(names).orderBy("name").show()
    +---------+-----------+-------------+------------------+
    |     name|known_owner|known_country|        known_kind|
    +---------+-----------+-------------+------------------+
    |     ACME|       NULL|         NULL|              NULL|
    |WAYMO LLC|   Alphabet|           US|leading enterprise|
    +---------+-----------+-------------+------------------+
    <BLANKLINE>
    """
    columns = [*names.columns, *_KNOWN]

    def look_up(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [find(name) for name in batch.column("name").to_pylist()]
            told = (
                [one and one.name for one in found],
                [one and one.country for one in found],
                [one and one.kind for one in found],
            )
            arrays = [*batch.columns, *(pa.array(column, pa.string()) for column in told)]
            yield pa.record_batch([array.cast(pa.string()) for array in arrays], columns)

    return names.mapInArrow(look_up, ", ".join(f"`{name}` string" for name in columns))
