"""Publications with their inventions, and what is said of each invention, in one pass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.facts import codes_at
from patentcore.technologies.indicators.encoded import Texts, of_parts, parts_of
from patentcore.technologies.inventions import priority_year, shared_key

_GROUPED = (
    "publication_number string, invention string, is_head boolean, year int, office string, "
    "subclasses array<string>, groups array<string>, npl_citation_count int"
)
_LISTS = ("subclasses", "groups")
# Publications of a part, which a kernel holds in memory at once: some 100 MB.
MOST_OF_A_PART = 500_000


def publications_of(patents: DataFrame, *, count: str) -> DataFrame:
    """Return which invention each publication belongs to, and each invention's year and codes.

    An invention goes by the least number of its publications. Beside this one, its *head*, stands
    what is said of the invention; beside the others nothing.

    Args:
        patents: canonical patents.
        count: ``inventions``; or ``publications``, and each is an invention of its own.

    Returns:
        publication_number, invention, is_head; and of heads year (of the earliest priority), office
        (of the head), subclasses, groups (of all publications; null where there is none),
        npl_citation_count (the most).

    >>> df = spark.createDataFrame(
    ...     [("A", "X", ["H04L"]), ("B", "X", ["G06F 3/01"]), ("C", "Y", None)],
    ...     "publication_number string, application_number string, ipc array<string>",
    ... ).selectExpr(
    ...     "*", "cast(null as array<string>) cpc", "cast(null as array<string>) simple_family",
    ...     "cast(null as array<struct<number:string, date:date>>) priorities",
    ...     "cast(null as date) earliest_priority_date", "date('2018-05-04') application_date",
    ...     "cast(null as date) publication_date", "'US' authority", "1 npl_citation_count",
    ... )
    >>> found = publications_of(df, count="inventions").orderBy("publication_number")
    >>> found.select("publication_number", "invention", "year", "subclasses").show()
    +------------------+---------+----+------------+
    |publication_number|invention|year|  subclasses|
    +------------------+---------+----+------------+
    |                 A|        A|2018|[G06F, H04L]|
    |                 B|        A|NULL|        NULL|
    |                 C|        C|2018|        NULL|
    +------------------+---------+----+------------+
    <BLANKLINE>
    """
    key = F.col("publication_number") if count == "publications" else shared_key()
    said = patents.where(F.col("publication_number").isNotNull()).select(
        "publication_number",
        key.alias("_key"),
        priority_year().alias("year"),
        F.col("authority").alias("office"),
        codes_at("subclass").alias("subclasses"),
        codes_at("group").alias("groups"),
        "npl_citation_count",
    )
    parts = parts_of(patents, MOST_OF_A_PART)
    return of_parts(said, _grouped, _GROUPED, by="_key", fewest=parts)


def classes_of(publications: DataFrame) -> DataFrame:
    """Return year, office and codes of each invention.

    Args:
        publications: as from :func:`publications_of`.

    Returns:
        publication_number (the invention's), year, office, subclasses, groups, npl_citation_count.
    """
    return publications.where("is_head").drop("invention", "is_head")


def _grouped(rows: pa.Table) -> Mapping[str, pa.Array]:
    """Return the rows of whole inventions with these; most are of one publication."""
    key = rows["_key"].combine_chunks().cast(pa.string()).dictionary_encode().indices.to_numpy()
    is_shared = np.bincount(key)[key] > 1
    alone = rows.filter(pa.array(~is_shared)).drop_columns("_key")
    alone = alone.append_column("invention", alone["publication_number"]).append_column(
        "is_head", pa.array(np.ones(len(alone), dtype=bool))
    )
    together = _together(rows.filter(pa.array(is_shared)).combine_chunks())
    whole = {
        name: pa.chunked_array([*alone[name].chunks, together[name].cast(alone[name].type)])
        for name in alone.column_names
    }
    return {name: column.combine_chunks() for name, column in whole.items()}


def _together(rows: pa.Table) -> dict[str, pa.Array]:
    """Return the rows of inventions of several publications with what is said of all of one."""
    invention, number = Texts.of(rows["_key"]).code, Texts.of(rows["publication_number"])
    in_order = np.lexsort((number.code, invention))
    heads = in_order[np.unique(invention[in_order], return_index=True)[1]]
    is_head = np.zeros(len(rows), dtype=bool)
    is_head[heads] = True
    figures = pa.table(
        {name: rows[name] for name in ("year", "npl_citation_count")}
        | {"invention": pa.array(invention)}
    )
    told = figures.group_by("invention").aggregate([("year", "min"), ("npl_citation_count", "max")])
    told = told.sort_by("invention").combine_chunks()
    of_invention = {
        "year": told["year_min"],
        "npl_citation_count": told["npl_citation_count_max"],
        "office": rows["office"].take(pa.array(heads)),
        **{name: _union(rows[name], invention, len(heads)) for name in _LISTS},
    }
    at = pa.array(invention, mask=~is_head)
    names = rows["publication_number"].cast(pa.string())
    return {
        "publication_number": names.combine_chunks(),
        "invention": names.take(pa.array(heads[invention])).combine_chunks(),
        "is_head": pa.array(is_head),
        **{name: _array(column).take(at) for name, column in of_invention.items()},
    }


def _union(column: pa.ChunkedArray, group: np.ndarray, groups: int) -> pa.Array:
    """Return the texts in the lists of each group, each once and in order; null without any."""
    lists = _array(column)
    row = pc.list_parent_indices(lists).to_numpy()
    texts = Texts.of(pc.list_flatten(lists))
    pairs = np.unique(group[row] * max(len(texts.names), 1) + texts.code)
    of_group, code = np.divmod(pairs, max(len(texts.names), 1))
    count = np.bincount(of_group, minlength=groups)
    ends = pa.array(np.append(0, count.cumsum()), pa.int32())
    values = texts.names.take(pa.array(code))
    return pa.ListArray.from_arrays(ends, values, mask=pa.array(count == 0))


def _array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
